"""What a reader can take from a report's page: data, pictures, notebook, case, workbook."""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Mapping
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from analysis.figures.markdown import with_minus_signs
from analysis.rental.faces.case_tables import assumptions_in
from analysis.rental.faces.workbook.writer import write_workbook
from analysis.rental.inputs.cases import dump_case
from analysis.reports.page.words import WORDS
from analysis.reports.site.calculator_sheet import NOTEBOOK
from analysis.reports.site.sheet import Published, Row, linked, table
from analysis.revision import Revision

if TYPE_CHECKING:
    from nbformat import NotebookNode

AUTHORS: Final = "The compute-rental-economics authors"
CSV: Final = "text/csv"
_FIGURE: Final = re.compile(
    r'<figure class="(?:picture|table)" id="(?P<id>[a-z0-9-]+)".*?</figure>', re.DOTALL
)
_SVG: Final = re.compile(r"<svg\b.*?</svg>", re.DOTALL)
_NO_LEAST: Final = re.compile(r"max\(([^()]+), 0px\)")
_VARIABLE: Final = re.compile(r"var\(--[\w-]+,\s*([^()]+)\)")


def tables_of(notebook: NotebookNode) -> dict[str, str]:
    """Return the CSV behind each figure and table of an executed notebook, by its id."""
    found = {}
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            shown = output.get("data", {})
            identity = _FIGURE.search(shown.get("text/html", ""))
            if identity and CSV in shown:
                found[identity["id"]] = shown[CSV]
    return found


def with_figure_links(
    page: str, name: str, tables: Mapping[str, str], language: str = "en"
) -> tuple[str, dict[str, bytes]]:
    """Give each figure and table of a page its downloads and a link to itself.

    Parameters
    ----------
    page : str
        The page.
    name : str
        Of the report.
    tables : mapping of str to str
        From `tables_of`.
    language : str
        Of the page.

    Returns
    -------
    page : str
        With links.
    files : dict of str to bytes
        By path from the site's folder.
    """
    files: dict[str, bytes] = {}
    words = WORDS[language]

    def taken(found: re.Match[str]) -> str:
        identity, place = found["id"], f"files/{name}/{found['id']}"
        links = [linked(f"#{identity}", words["link_here"])]
        if identity in tables:
            files[f"{place}.csv"] = tables[identity].encode()
            links.append(linked(f"{place}.csv", words["data_csv"]))
        if identity.startswith("fig-") and (drawing := _SVG.search(found[0])):
            files[f"{place}.svg"] = alone(drawing[0]).encode()
            links.append(linked(f"{place}.svg", words["picture_svg"]))
        return found[0].replace(
            "</figcaption>", f'<span class="take">{" ".join(links)}</span></figcaption>', 1
        )

    return _FIGURE.sub(taken, page), files


def alone(drawing: str) -> str:
    """Return a drawing as a file: the page's colors become those that it has on white paper.

    Examples
    --------
    >>> alone('<svg fill="var(--ink, var(--jp-ui, #111111))"></svg>')
    '<svg fill="#111111"></svg>'
    >>> alone('<svg style="font-size: max(9px, var(--least, 0px))"></svg>')
    '<svg style="font-size: 9px"></svg>'
    """
    while _VARIABLE.search(drawing):
        drawing = _VARIABLE.sub(lambda found: found[1].strip(), drawing)
    return _NO_LEAST.sub(r"\1", drawing)


def report_files(report: Published, notebook: str, revision: Revision) -> dict[str, bytes]:
    """Return the files of a report besides its figures, by path from the site's folder."""
    place = f"files/{report.name}/{report.name}"
    case = {"report": report.name, "notebook": report.notebook, "parameters": report.values}
    files = {
        f"{place}.ipynb": notebook.encode(),
        f"{place}.json": _json({**case, **report.results}),
        f"{place}.bib": citation(report, revision).encode(),
    }
    if report.notebook == NOTEBOOK:
        assumptions = assumptions_in(report.values)
        files[f"{place}.yaml"] = dump_case(assumptions).encode()
        with tempfile.TemporaryDirectory() as folder:
            book = Path(folder) / "book.xlsx"
            write_workbook(assumptions, book, title=report.title, revision=revision)
            files[f"{place}.xlsx"] = book.read_bytes()
    return files


_ENDINGS: Final = ("xlsx", "yaml", "json", "ipynb", "bib")


def take_away(report: Published, files: Mapping[str, bytes]) -> str:
    """Return what stands at the end of a page: its numbers, each with a link, and downloads."""
    words = WORDS[report.language]
    items = "\n".join(
        f"<li>{linked(path, words[f'file_{ending}'])}</li>"
        for ending in _ENDINGS
        for path in files
        if path == f"files/{report.name}/{report.name}.{ending}"
    )
    heading = f'<h2 id="take-away">{words["take_away"]}</h2>'
    return f"{numbers(report)}\n{heading}\n<ul>\n{items}\n</ul>"


def numbers(report: Published) -> str:
    """Return the headline numbers of a report, each with an id and how to get it again."""
    words = WORDS[report.language]
    rows = []
    for name, value in sorted(report.results.get("results", {}).items()):
        identity = f"number-{name.replace('_', '-')}"
        link = linked(f"#{identity}", name.replace("_", " "))
        rows.append(
            Row(
                [f'<span translate="no">{link}</span>', escape(_plain(value, words["none"]))],
                identity,
            )
        )
    if not rows:
        return ""
    how = words["how_got_text"].format(
        command=f"<code>python -m analysis build {escape(report.name)}</code>",
        cell="<code>save_results</code>",
        file=f"<code>reports/results/{escape(report.name)}.json</code>",
    )
    return (
        f'<h2 id="numbers">{words["numbers"]}</h2>\n'
        f"<details><summary>{words['how_got']}</summary><p>{how}</p></details>\n"
        + table("numbers", words["headline_numbers"], [words["number"], words["value"]], rows)
    )


def _plain(value: Any, none: str) -> str:
    if isinstance(value, float | int) and not isinstance(value, bool):
        return with_minus_signs(f"{value:,.6g}" if abs(value) < 1e6 else f"{value:,.0f}")
    if isinstance(value, list):
        return ", ".join(_plain(part, none) for part in value)
    if isinstance(value, dict):
        return "; ".join(f"{name}: {_plain(part, none)}" for name, part in value.items())
    return none if value is None else str(value)


def citation(report: Published, revision: Revision) -> str:
    """Return a BibTeX entry of a report."""
    year, commit = revision.date[:4], revision.commit
    key = re.sub(r"\W+", "", report.name)
    title = f"{report.question} {report.title}".replace("{", "").replace("}", "")
    return (
        f"@misc{{{key}{year},\n  title = {{{{{title}}}}},\n"
        f"  author = {{{{{AUTHORS}}}}},\n"
        f"  year = {{{year}}},\n"
        f"  howpublished = {{Compute rental economics, report {report.name}}},\n"
        f"  note = {{revision {commit}}}\n}}\n"
    )


def _json(value: Any) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=2, sort_keys=True) + "\n").encode()
