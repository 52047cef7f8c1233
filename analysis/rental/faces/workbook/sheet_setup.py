"""Sheet set-up of a workbook: how sheets print and freeze, named cells, a format by unit."""

from __future__ import annotations

from typing import Any

from xlsxwriter.utility import xl_rowcol_to_cell  # type: ignore[import-untyped]

from analysis.rental.faces.workbook.cell_formats import FORMATS, number_format_of
from analysis.rental.faces.workbook.layout import FIRST_COLUMN, STATEMENTS, WORKINGS

_A4 = 9


class Pages:
    """The sheets of a workbook, and what their cells share.

    Parameters
    ----------
    book : xlsxwriter.Workbook
        To be written.
    """

    def __init__(self, book: Any) -> None:
        self.book = book
        self.formats = {name: book.add_format(terms) for name, terms in FORMATS.items()}

    def set_up(self, sheet: Any, n_periods: int, n_possible: int) -> None:
        """Set widths, what is folded away, and how a sheet prints."""
        sheet.set_column(0, 0, 46)
        sheet.set_column(1, 1, 36, None, {"level": 1})
        sheet.set_column(2, 2, 16)
        if sheet.get_name() in (WORKINGS, STATEMENTS):
            last, end = FIRST_COLUMN + n_periods, FIRST_COLUMN + n_possible
            sheet.set_column(FIRST_COLUMN, last, 14)
            if end > last:  # what lies behind the useful life is folded away
                sheet.set_column(last + 1, end, 14, None, {"level": 1, "hidden": True})
                sheet.set_column(end + 1, end + 1, None, None, {"collapsed": True})
            sheet.repeat_columns(0)
        else:
            sheet.set_column(FIRST_COLUMN, FIRST_COLUMN + 3, 14)
        sheet.hide_gridlines(2)
        sheet.set_landscape()
        sheet.set_paper(_A4)
        sheet.repeat_rows(0, 2)
        sheet.set_footer("&L&A&R&P of &N")
        sheet.fit_to_pages(1, 0)

    def head(self, sheet: str, title: str, note: str, columns: list[str]) -> Any:
        """Write title, note and names of columns; return the sheet."""
        page = self.book.get_worksheet_by_name(sheet)
        page.write_string(0, 0, title, self.formats["title"])
        page.write(1, 0, note, self.formats["note"])
        page.write_row(2, 0, columns, self.formats["head"])
        page.freeze_panes(3, 1)
        return page

    def name(self, name: str, sheet: str, row: int, column: int) -> None:
        """Give a cell a name that formulas use."""
        cell = xl_rowcol_to_cell(row, column, row_abs=True, col_abs=True)
        self.book.define_name(name, f"={sheet}!{cell}")

    def by_unit(self, kind: str, unit: str) -> Any:
        """Return the format of a kind of cell for values of a unit."""
        number = number_format_of(unit)
        key = f"{kind} {number}"
        if key not in self.formats:
            self.formats[key] = self.book.add_format({**FORMATS[kind], "num_format": number})
        return self.formats[key]
