"""The first sheet of a workbook: what the case comes to, whether all checks hold, two charts."""

from __future__ import annotations

from datetime import date
from typing import Any, Final, NamedTuple

from analysis.rental.faces.workbook.layout import FIRST_COLUMN, Layout
from analysis.revision import Revision

SHOWN: Final = (
    "equity_npv_cny",
    "equity_irr",
    "project_npv_cny",
    "project_irr",
    "payback_cash_years",
    "dscr_minimum",
    "llcr",
    "debt_drawn_cny",
)
"""Measures that stand on the first sheet, in this order, as far as the workbook has them."""


class Shown(NamedTuple):
    """A measure on the first sheet: words, the cell that computes it, its value and its format."""

    label: str
    unit: str
    cell: str
    value: float | str
    format: Any


def write_front(
    book: Any,
    page: Any,
    formats: dict[str, Any],
    title: str,
    revision: Revision,
    measures: list[Shown],
    remark: str,
    layout: Layout,
    n_periods: int,
    currency: str,
) -> None:
    """Write the first sheet.

    Parameters
    ----------
    book, page : xlsxwriter.Workbook, xlsxwriter.worksheet.Worksheet
        The workbook and the sheet.
    formats : dict of str to xlsxwriter.format.Format
        Of titles, notes, groups, and of what is good or bad.
    title : str
        What the case is called.
    revision : Revision
        Whose formulas they are.
    measures : list of Shown
        In order, equity NPV first.
    remark : str
        What is unusual among the inputs.
    layout : Layout
        Where the lines stand that are drawn.
    n_periods : int
        Periods of the case, which the charts show.
    currency : str
        Code of the currency of its amounts.
    """
    page.set_column(0, 0, 44)
    page.set_column(1, 2, 18)
    page.set_column(3, 3, 44)
    page.write_string(0, 0, title, formats["title"])
    note = "One server, rented out. Change the blue cells of Inputs; all of this follows."
    page.write(1, 0, note, formats["note"])
    worth = measures[0]
    earns, loses = "It pays at this discount rate", "It does not pay at this discount rate"
    said = earns if float(worth.value) > 0 else loses
    day = book.add_format({"num_format": "yyyy-mm-dd", "align": "left"})
    page.write(3, 0, "Date", formats["group"])
    page.write_datetime(3, 1, date.fromisoformat(revision.date), day)
    page.write(4, 0, "Revision", formats["group"])
    page.write(4, 1, revision.commit or "unknown")
    page.write(5, 0, "Verdict", formats["group"])
    verdict = f'IF({worth.cell}>0,"{earns}","{loses}")'
    verdict = f'=IF(all_checks="ok",{verdict},"Not known: see what is wrong")'
    page.write_formula(5, 1, verdict, formats["strong"], said)
    page.write(6, 0, "All checks", formats["group"])
    page.write_formula(6, 1, "=all_checks", formats["strong"], "ok")
    for word, name in (("ok", "good"), ("FAULT", "bad")):
        rule = {"type": "cell", "criteria": "==", "value": f'"{word}"', "format": formats[name]}
        page.conditional_format("B7", rule)
    page.write(7, 0, "What is wrong or unusual", formats["group"])
    page.write_formula(7, 1, "=first_remark", formats["note"], remark)
    page.write_row(8, 0, ["Measure", "Value", "Unit"], formats["head"])
    for row, measure in enumerate(measures, start=9):
        page.write(row, 0, measure.label)
        page.write_formula(row, 1, f"={measure.cell}", measure.format, measure.value)
        page.write(row, 2, measure.unit)
    _draw(book, page, layout, n_periods, 11 + len(measures), currency)
    page.hide_gridlines(2)
    page.set_paper(9)
    page.fit_to_pages(1, 1)
    page.set_footer("&L&A&R&P of &N")


def _draw(book: Any, page: Any, layout: Layout, n_periods: int, row: int, currency: str) -> None:
    """Put both charts below each other, the first one on a row."""
    cash = _chart(
        book,
        layout,
        n_periods,
        "column",
        f"Cash flow of equity, {currency}",
        [("equity_cash_flow_cny", "#1f5f99")],
        0,
    )
    income = _chart(
        book,
        layout,
        n_periods,
        "line",
        f"Revenue, EBITDA and net profit, {currency}",
        [("revenue_cny", "#1f5f99"), ("ebitda_cny", "#1b6b4a"), ("net_profit_cny", "#9a4b0b")],
        1,
    )
    page.insert_chart(row, 0, cash, {"description": "Cash flow of equity by period"})
    page.insert_chart(
        row + 16, 0, income, {"description": "Revenue, EBITDA and net profit by period"}
    )


def _chart(
    book: Any,
    layout: Layout,
    n_periods: int,
    kind: str,
    title: str,
    lines: list[tuple[str, str]],
    first: int,
) -> Any:
    """Return a chart of some lines by period, from the first one that it shows."""
    chart = book.add_chart({"type": kind})
    for name, color in lines:
        sheet, row = layout.rows[name]
        start, end = FIRST_COLUMN + first, FIRST_COLUMN + n_periods
        periods_sheet, periods_row = layout.rows["period"]
        chart.add_series(
            {
                "name": [sheet, row, 0],
                "categories": [periods_sheet, periods_row, start, periods_row, end],
                "values": [sheet, row, start, row, end],
                "fill": {"color": color},
                "line": {"color": color, "width": 2},
            }
        )
    chart.set_title({"name": title, "name_font": {"size": 12}})
    chart.set_x_axis({"name": "Period", "label_position": "low"})
    chart.set_y_axis({"num_format": "#,##0", "major_gridlines": {"visible": True}})
    chart.set_legend({"none": True} if len(lines) == 1 else {"position": "bottom"})
    chart.set_size({"width": 760, "height": 300})
    return chart
