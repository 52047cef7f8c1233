"""How a case is shown: equations, tables, plots, the workbook."""
