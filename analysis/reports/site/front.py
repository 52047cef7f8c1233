"""The front page: the answer with its date and how sure it is, scenarios side by side, pictures."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape
from typing import Any, Final

from analysis.figures.markdown import to_inline_html
from analysis.rental.model.measures.declared import MEASURES
from analysis.rental.model.outputs import shown
from analysis.reports.site.changes_sheet import CHANGELOG, change_row, sections
from analysis.reports.site.sheet import Published, Row, linked, table

SUMMARY: Final = "summary"
COMPARED: Final = ("equity_npv_cny", "equity_irr", "payback_cash_years", "dscr_minimum")
"""Measures of the rental model that its scenarios are held side by side by."""

_CHANGES_SHOWN: Final = 6
_PICTURE: Final = re.compile(
    r'<figure class="picture"[^>]*>\s*(?P<picture><(?:svg|img).*?)<figcaption', re.DOTALL
)
_ID: Final = re.compile(r'(\bid="|url\(#|href="#)')


def first_picture(report: Published) -> str:
    """Return the first drawing of a report's page, its ids made its own; empty without one."""
    found = _PICTURE.search(report.page)
    return _ID.sub(lambda at: f"{at[0]}{report.name}-", found["picture"].strip()) if found else ""


def answer(reports: Sequence[Published], date: str) -> str:
    """Return the answer of all reports in one block: what, of when, and how sure.

    Parameters
    ----------
    reports : sequence of Published
        All of the manifest.
    date : str
        Day of the revision.
    """
    summary = next((report for report in reports if report.name == SUMMARY), None)
    if summary is None or not summary.headline:
        return ""
    rented = [report for report in reports if _is_compared(report)]
    npvs = [report.results["results"]["equity_npv_cny"] for report in rented]
    n_pay = sum(npv > 0 for npv in npvs)
    sure = (
        f"How sure: {n_pay} of the {len(npvs)} scenarios published here pay, {len(npvs) - n_pay} "
        f"do not; equity NPV of one server runs from {min(npvs):,.0f} to {max(npvs):,.0f} CNY. "
        "The numbers are exact for their assumptions; the assumptions are quotes."
        if npvs
        else ""
    )
    links = [
        linked(f"{report.name}.html", report.title)
        for report in reports
        if report.notebook == SUMMARY
    ]
    return (
        f'<div class="answer"><p><strong>{to_inline_html(summary.headline)}</strong> '
        f'As of <span class="date">{escape(date)}</span>. {to_inline_html(sure)}</p>\n'
        f"<p>{' · '.join(links)}</p></div>"
    )


def decisions(groups: Sequence[Sequence[Published]]) -> str:
    """Return one row a question: the answer of its first report."""
    rows = [
        Row(
            [
                linked(f"{group[0].name}.html", group[0].question),
                to_inline_html(group[0].headline) if group[0].headline else "Not built yet.",
            ]
        )
        for group in groups
        if group[0].notebook != SUMMARY
    ]
    return table("answers", "The questions and their answers", ["Question", "Answer"], rows)


def matrix(reports: Sequence[Published]) -> str:
    """Return the scenarios of one notebook as rows of one table; empty for a single one."""
    if len(reports) < 2 or reports[0].notebook == SUMMARY:
        return ""
    name = f"scenarios-{reports[0].notebook.replace('_', '-')}"
    if not all(map(_is_compared, reports)):
        rows = [
            Row([linked(f"{report.name}.html", report.title), to_inline_html(report.headline)])
            for report in reports
        ]
        return table(
            name,
            f"Scenarios and their answers: {reports[0].question}",
            ["Scenario", "Answer"],
            rows,
        )
    heads = ["Scenario", *(MEASURES[measure].label for measure in COMPARED)]
    rows = [
        Row(
            [
                linked(f"{report.name}.html", report.title),
                *(_value(report.results["results"], measure) for measure in COMPARED),
            ]
        )
        for report in reports
    ]
    more = linked("calculator.html", "Move the assumptions yourself")
    compared = table(name, "Scenarios side by side", heads, rows, numbers=range(1, len(heads)))
    return f"{compared}\n<p>{more}.</p>"


def changes(reports: Sequence[Published]) -> str:
    """Return the numbers that moved last."""
    newest = next(
        (part for part in sections(CHANGELOG.read_text(encoding="utf-8")) if part.rows), None
    )
    if newest is None:
        return ""
    known = {report.name for report in reports}
    rows = [change_row(cells, known) for cells in newest.rows[-_CHANGES_SHOWN:][::-1]]
    heads = ["Report", "Number", "Old", "New", "Cause"]
    return (
        f'<section class="question"><h2>What changed lately</h2>\n'
        f"{table('latest-changes', 'The last numbers that moved', heads, rows)}\n"
        f"<p>{linked('changes.html', 'All of them')}</p></section>"
    )


def _is_compared(report: Published) -> bool:
    return set(COMPARED) <= set(report.results.get("results", {}))


def _value(results: dict[str, Any], measure: str) -> str:
    return escape(shown(results, measure)).replace("-", "\N{MINUS SIGN}")
