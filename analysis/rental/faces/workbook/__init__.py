"""The spreadsheet face: the whole rental model as a workbook of live formulas."""
