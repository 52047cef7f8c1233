"""The measures of a case, each declared once for every face."""
