"""Cell formats: numbers by unit, and what a file manager shows of a workbook."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final

from xlsxwriter.worksheet import Worksheet  # type: ignore[import-untyped]

from analysis.rental.inputs.quantities import in_currency
from analysis.revision import Revision

FORMATS: Final[dict[str, dict[str, Any]]] = {
    "title": {"bold": True, "font_size": 14},
    "head": {"bold": True, "bottom": 1},
    "group": {"bold": True, "font_color": "#1f4e79"},
    "input": {"font_color": "#0000ff", "bg_color": "#fff9e5", "num_format": "#,##0.######"},
    "strong": {"bold": True},
    "number": {"num_format": "#,##0.######"},
    "money": {"num_format": "#,##0;[Red]-#,##0"},
    "ratio": {"num_format": "0.000000"},
    "note": {"italic": True, "font_color": "#595959"},
    "fixed": {"font_color": "#595959"},
    "good": {"bg_color": "#d9ead3", "font_color": "#274e13"},
    "bad": {"bg_color": "#f4cccc", "font_color": "#990000"},
    "written": {"font_color": "#595959", "num_format": "#,##0.######"},
}


def number_format_of(unit: str) -> str:
    """Return how a spreadsheet shows a value of a unit.

    Examples
    --------
    >>> number_format_of("share per year"), number_format_of("CNY"), number_format_of("years")
    ('0.00%', '#,##0;[Red]-#,##0', '0.00')
    >>> number_format_of("CNY per kWh")
    '#,##0.00####'
    """
    if unit.startswith("share"):
        return "0.00%"
    if unit == "CNY":
        return "#,##0;[Red]-#,##0"
    if unit in ("years", "ratio"):
        return "0.00"
    return "#,##0.00####" if unit.startswith("CNY") else "#,##0.######"


def labeled(currency: str) -> type[Worksheet]:
    """Return a kind of sheet whose texts name the currency of a case."""

    class Labeled(Worksheet):
        def _write_string(self, row: int, col: int, string: str, *rest: Any) -> Any:
            return super()._write_string(row, col, in_currency(string, currency), *rest)

        def _write_formula(self, row: int, col: int, formula: str, *rest: Any) -> Any:
            return super()._write_formula(row, col, in_currency(formula, currency), *rest)

    return Labeled


def properties(title: str, revision: Revision) -> dict[str, Any]:
    """Return what a file manager shows of the workbook."""
    return {
        "title": title,
        "subject": "What renting out one server earns",
        "category": "Compute rental economics",
        "keywords": "rental model, live formulas",
        "comments": f"Revision {revision.commit or 'unknown'}. Blue cells may be changed.",
        # time zones are unknown to the format: without one it is taken as UTC
        "created": datetime.fromtimestamp(revision.epoch, tz=UTC).replace(tzinfo=None),
    }
