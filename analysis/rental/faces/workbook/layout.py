"""Layout of a workbook: rows of lines, columns of periods."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from xlsxwriter.utility import xl_col_to_name  # type: ignore[import-untyped]

from analysis.rental.model.lines import Declaration, Line

SUMMARY, INPUTS, WORKINGS, STATEMENTS, METRICS, RATES, SCULPTING, CHECKS = (
    "Summary",
    "Inputs",
    "Workings",
    "Statements",
    "Metrics",
    "Rates",
    "Sculpting",
    "Checks",
)
GROUPS: dict[str, dict[str, str]] = {
    WORKINGS: {
        "time": "Time",
        "revenue": "Rent and cost as quoted",
        "vat": "Value-added tax",
        "tax": "Tax",
        "workings": "Other workings",
        "value": "Present values to date",
        "measure": "Running totals of the metrics",
    },
    STATEMENTS: {
        "income": "Income statement",
        "cash": "Cash-flow statement",
        "balance": "Balance sheet",
    },
}
FIRST_COLUMN = 3  # after label, name and unit; the day of purchase


@dataclass
class Layout:
    """Rows of everything that has a value in every period.

    Parameters
    ----------
    declaration : Declaration
        The model.
    n_periods : int
        Columns after the day of purchase.
    rows : dict of str to (str, int)
        Sheet and zero-based row of each series and line.
    headings : dict of (str, int) to str
        Titles between them.
    """

    declaration: Declaration
    n_periods: int
    rows: dict[str, tuple[str, int]] = field(default_factory=dict)
    headings: dict[tuple[str, int], str] = field(default_factory=dict)

    def place(self, lines: list[Line], series: list[str], first_row: dict[str, int]) -> None:
        """Give every series and line its row."""
        for sheet, groups in GROUPS.items():
            row = first_row[sheet]
            if sheet == WORKINGS:
                self.headings[sheet, row] = "Given by period"
                for name in series:
                    row += 1
                    self.rows[name] = (sheet, row)
                row += 2
            for group, title in groups.items():
                members = [line for line in lines if line.statement == group]
                if not members:
                    continue
                self.headings[sheet, row] = title
                for line in members:
                    row += 1
                    self.rows[line.name] = (sheet, row)
                row += 2
        missing = {line.name for line in lines} - set(self.rows)
        assert not missing, f"no sheet for {sorted(missing)}"

    def cell(self, name: str, period: int, sheet: str = "") -> str:
        """Return the cell of a series or line in one period, as seen from a sheet."""
        home, row = self.rows[name]
        prefix = "" if home == sheet else f"{home}!"
        return f"{prefix}{xl_col_to_name(FIRST_COLUMN + period)}{row + 1}"

    def span(self, name: str, first: int = 0) -> str:
        """Return the cells of a line from one period to the last."""
        home, row = self.rows[name]
        start, end = (xl_col_to_name(FIRST_COLUMN + at) for at in (first, self.n_periods))
        return f"{home}!${start}${row + 1}:${end}${row + 1}"

    def reference(self, period: int, sheet: str) -> Callable[[str], str]:
        """Return what symbols stand for in one period, as seen from a sheet."""

        def of(name: str) -> str:
            if name.startswith("previous_"):
                return self.cell(name.removeprefix("previous_"), period - 1, sheet)
            return self.cell(name, period, sheet) if name in self.rows else name

        return of
