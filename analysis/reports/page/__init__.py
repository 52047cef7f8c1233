"""An executed notebook as an HTML page: template, content, checks."""
