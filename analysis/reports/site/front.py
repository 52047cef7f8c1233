"""The front page: the answer with its date and how sure it is, scenarios side by side, pictures."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any, Final

from analysis.figures.dates import dates_in_words
from analysis.figures.markdown import to_inline_html
from analysis.refresh.status import series_status
from analysis.rental.model.outputs import OUTPUTS, render
from analysis.reports.site.changes_sheet import CHANGELOG, change_row, sections
from analysis.reports.site.sheet import Published, Row, linked, table

SUMMARY: Final = "summary"
VERDICT: Final = "bubble_verdict"
COMPARED: Final[Mapping[str, str]] = {
    "project_npv_cny": "NPV without debt, m CNY",
    "project_irr": "IRR without debt",
    "payback_cash_years": "Payback, project cash flow",
    "project_npv_full_cost_cny": "NPV, a cluster's whole cost, m CNY",
    "equity_npv_cny": "NPV of equity, with debt, m CNY",
    "dscr_minimum": "Debt service cover, lowest",
}
"""What scenarios of the rental model are held side by side by, the answer without debt first: by
result, its heading."""

_CHANGES_SHOWN: Final = 6
_PICTURE: Final = re.compile(
    r'<figure class="picture"[^>]*>\s*(?P<picture><(?:svg|img).*?)<figcaption', re.DOTALL
)
_NUMBER: Final = re.compile(r"[-+]?\d")
_ID: Final = re.compile(r'(\bid="|url\(#|href="#)')


def first_picture(report: Published) -> str:
    """Return the first drawing of a report's page, its ids made its own; empty without one."""
    found = _PICTURE.search(report.page)
    return _ID.sub(lambda at: f"{at[0]}{report.name}-", found["picture"].strip()) if found else ""


def answer(reports: Sequence[Published], language: str = "en") -> str:
    """Return the answer to both questions in one block: what, how sure, by data of when.

    Parameters
    ----------
    reports : sequence of Published
        All of the manifest.
    language : str
        Of the page: a page in English leads to the summaries of all languages, another to its own.
    """
    summary = next((report for report in reports if report.name == SUMMARY), None)
    if summary is None or not summary.headline:
        return ""
    rented = [report for report in reports if _is_compared(report)]
    alone, whole = (
        [report.results["results"][name] for report in rented]
        for name in ("project_npv_cny", "project_npv_full_cost_cny")
    )
    sure = (
        f"How sure: without debt {_n_above_zero(alone)} of the {len(alone)} scenarios published "
        f"here pay, NPV {_in_millions(min(alone))} to {_in_millions(max(alone))} million CNY a "
        f"server; with a cluster's whole cost {_n_above_zero(whole) or 'none'} of them. "
        "The numbers are exact for their assumptions; the assumptions are quotes."
        if rented
        else ""
    )
    links = [
        linked(f"{report.name}.html", report.title)
        for report in reports
        if report.notebook == SUMMARY and language in ("en", report.language)
    ]
    verdicts = [report for report in reports if report.notebook == VERDICT and report.headline]
    paragraphs = [
        f"<strong>{to_inline_html(summary.headline)}</strong> {to_inline_html(sure)}",
        *(f"<strong>{to_inline_html(verdict.headline)}</strong>" for verdict in verdicts),
        _newest_rows(),
        " · ".join(links),
    ]
    return f'<div class="answer">{"".join(f"<p>{text}</p>" for text in paragraphs)}</div>'


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
    heads = ["Scenario", *COMPARED.values()]
    rows = [
        Row(
            [
                linked(f"{report.name}.html", report.title),
                *(_value(report.results["results"], name) for name in COMPARED),
            ]
        )
        for report in reports
    ]
    more = linked("calculator.html", "Move the assumptions yourself")
    compared = table(name, "Scenarios side by side", heads, rows, numbers=range(1, len(heads)))
    return f"{compared}\n<p>{more}.</p>"


def changes(reports: Sequence[Published]) -> str:
    """Return the numbers of pages that moved last; changed words and methods are on their page."""
    known = {report.name for report in reports}
    moved = [
        cells
        for section in sections(CHANGELOG.read_text(encoding="utf-8"))
        for cells in reversed(section.rows)
        if not cells[0].startswith("method ") and _is_number(cells[2]) and _is_number(cells[3])
    ]
    if not moved:
        return ""
    rows = [change_row(cells, known) for cells in moved[:_CHANGES_SHOWN]]
    heads = ["Report", "Number", "Old", "New", "Cause"]
    return (
        f'<section class="question"><h2>What changed lately</h2>\n'
        f"{table('latest-changes', 'The last numbers that moved', heads, rows)}\n"
        f"<p>{linked('changes.html', 'All of them')}</p></section>"
    )


def _newest_rows() -> str:
    """Say how far rents and filings reach."""
    newest = series_status()["newest"].groupby("group").max()
    rents, filings = (
        _day(dates_in_words(str(newest[group].date()))) for group in ("rents", "filings")
    )
    return f"Rents to {rents}, statements of companies to {filings}."


def _day(text: str) -> str:
    return f'<span class="date">{escape(text)}</span>'


def _is_number(text: str) -> bool:
    """Say whether a cell of the changelog is a number, not a word about what pages say."""
    return _NUMBER.match(text) is not None


def _is_compared(report: Published) -> bool:
    return set(COMPARED) <= set(report.results.get("results", {}))


def _n_above_zero(values: Sequence[float]) -> int:
    return sum(value > 0 for value in values)


def _in_millions(value_cny: float, decimals: int = 1) -> str:
    return f"{value_cny / 1e6:.{decimals}f}".replace("-", "\N{MINUS SIGN}")


def _value(results: Mapping[str, Any], name: str) -> str:
    if name.endswith("_cny"):
        return _in_millions(results[name], 2)
    return escape(render(results[name], OUTPUTS[name])).replace("-", "\N{MINUS SIGN}")
