"""The changelog of numbers as a page, and its newest rows for the front page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from analysis.figures.markdown import to_inline_html
from analysis.paths import ROOT
from analysis.reports.site.moved_section import moved_section
from analysis.reports.site.sheet import Published, Row, Sheet, table

CHANGELOG: Final = ROOT / "CHANGELOG.md"


class Section(NamedTuple):
    """One version of the changelog: what it says, and the numbers that moved."""

    title: str
    text: str
    rows: tuple[tuple[str, ...], ...]


def sections(text: str) -> list[Section]:
    r"""Read the sections of a changelog.

    Examples
    --------
    >>> sections("# C\n\n## 1\nWhat.\n\n| report | number |\n|---|---|\n| a | b |\n")
    [Section(title='1', text='What.', rows=(('a', 'b'),))]
    """
    found = []
    for part in f"\n{text}".split("\n## ")[1:]:
        title, *lines = part.splitlines()
        cells = [
            tuple(cell.strip() for cell in line.strip().strip("|").split("|"))
            for line in lines
            if line.startswith("|")
        ]
        prose = " ".join(line.strip() for line in lines if not line.startswith("|")).strip()
        found.append(Section(title.strip(), prose, tuple(cells[2:])))
    return found


def changes_sheet(reports: Sequence[Published]) -> Sheet:
    """Return every number that moved, newest section first."""
    known = {report.name for report in reports}
    parts = [part] if (part := moved_section(sorted(known))) else []
    for at, section in enumerate(sections(CHANGELOG.read_text(encoding="utf-8"))):
        parts.append(f"<h2>{to_inline_html(section.title)}</h2>")
        parts.append(f"<p>{to_inline_html(section.text)}</p>")
        if section.rows:
            rows = [change_row(cells, known) for cells in section.rows]
            heads = ["Report", "Number", "Old", "New", "Cause"]
            parts.append(table(f"changes-{at}", "Numbers that moved", heads, rows))
    return Sheet(
        "Which numbers moved, and why",
        "A change of data, method or assumption that moves a headline number is recorded here in "
        "the same commit.",
        "\n".join(parts),
    )


def change_row(cells: Sequence[str], known: set[str]) -> Row:
    """Return a row of the changelog, kept in English, its report as a link where it is one."""
    first = cells[0].partition(",")[0].strip()
    report = to_inline_html(cells[0])
    if first in known:
        report = report.replace(first, f'<a href="{first}.html">{first}</a>', 1)
    written = [report, *map(to_inline_html, cells[1:])]
    return Row([f'<span lang="en">{cell}</span>' for cell in written])
