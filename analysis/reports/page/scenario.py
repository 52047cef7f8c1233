"""A scenario's page without what its base's page says too: what is left, and links to the rest."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from analysis.reports.page.content import HIDDEN_TAGS, Heading, prepare, split_title

if TYPE_CHECKING:
    from nbformat import NotebookNode

_IS_SAME: Final = "is_as_base"
_SAME_OUTPUTS: Final = "outputs_as_base"
_ANCHOR: Final = "as-in-the-base"
_HEADING: Final = re.compile(r"(<h[2-4]\b.*?</h[2-4]>)", re.DOTALL)
_SECTION: Final = re.compile(r'<h2\b[^>]*\bid="(?P<id>[^"]+)"[^>]*>(?P<html>.*?)</h2>', re.DOTALL)
_DRAWING: Final = re.compile(r"<svg\b.*?</svg>", re.DOTALL)
_ID: Final = re.compile(r'<\w+\b[^>]*?\bid="(?P<id>[^"]+)"')
_FIGURE: Final = re.compile(
    r'<figure class="(?:picture|table)" id="(?P<id>[a-z0-9-]+)".*?'
    r"(?:<caption[^>]*><span>(?P<table>.*?)</span></caption>|<figcaption>(?P<picture>.*?) <span)",
    re.DOTALL,
)
_ROWS: Final = re.compile(r"(?<=<tbody>\n).*?(?=\n</tbody>)", re.DOTALL)
_FEWEST_ROWS: Final = 6
"""So many equal rows are left out of a table, if they are half of it or more."""
_MARKUP: Final = re.compile(r"</?(?:a|span)\b[^>]*>")


@dataclass(frozen=True)
class Base:
    """The report that a scenario is held against.

    Parameters
    ----------
    name : str
        Names its page.
    title : str
        What it assumes.
    executed : nbformat.NotebookNode
        Its notebook with outputs.
    comparison : str
        HTML of the table of what differs.
    """

    name: str
    title: str
    executed: NotebookNode
    comparison: str


@dataclass
class _Section:
    """The cells from one heading of level two to the next, and whether it stays."""

    anchor: str = ""
    html: str = ""
    cells: list[NotebookNode] = field(default_factory=list)
    is_left: bool = False


def prepared(
    notebook: NotebookNode, name: str, base: Base | None, words: Mapping[str, str]
) -> tuple[str, tuple[Heading, ...]]:
    """Return a notebook's question and contents; its cells become what the page shows of them."""
    if base:
        mark_same(notebook, base)
        leave_out_rows(notebook, base, words)
    question = split_title(notebook, name)
    contents = prepare(notebook)
    return question, without_same(notebook, contents, base, words) if base else contents


def mark_same(notebook: NotebookNode, base: Base) -> None:
    """Mark each cell and each output that says what the base's says.

    Cells are held against each other in order, as both notebooks are runs of one script; nothing
    is marked where they are not.
    """
    mine, others = _shown(notebook), _shown(base.executed)
    if [cell.source for cell in mine] != [cell.source for cell in others]:
        return
    for cell, other in zip(mine, others, strict=True):
        said = _said(other)
        same = [at for at, one in enumerate(_said(cell)) if said[at : at + 1] == [one]]
        cell.metadata[_SAME_OUTPUTS] = same
        cell.metadata[_IS_SAME] = len(same) == len(cell.get("outputs", []))


def leave_out_rows(notebook: NotebookNode, base: Base, words: Mapping[str, str]) -> None:
    """Leave out of tables the rows that are the base's, where they are many; a link says so.

    The table's download keeps all of them.
    """
    others = {
        found["id"]: html
        for cell in _shown(base.executed)
        for html in map(_html, cell.get("outputs", []))
        if (found := _FIGURE.search(html))
    }
    for cell in _shown(notebook):
        for at, output in enumerate(cell.get("outputs", [])):
            found = _FIGURE.search(_html(output))
            if found and found["id"] in others and at not in cell.metadata.get(_SAME_OUTPUTS, []):
                left = _rows_left(_html(output), others[found["id"]], found["id"], base, words)
                output["data"]["text/html"] = left


def _rows_left(html: str, other: str, identity: str, base: Base, words: Mapping[str, str]) -> str:
    mine, others = _ROWS.search(html), _ROWS.search(other)
    if not mine or not others:
        return html
    rows, theirs = mine[0].split("\n"), set(others[0].split("\n"))
    left = [row for row in rows if row not in theirs]
    n_same = len(rows) - len(left)
    if not left or n_same < max(_FEWEST_ROWS, len(left)):
        return html
    link = _link(base, identity, words["as_base_rows"].format(n=n_same))
    table, end, rest = (html[: mine.start()] + "\n".join(left) + html[mine.end() :]).partition(
        "<figcaption>"
    )
    return f'{table}<p class="as-base">{link}</p>\n{end}{rest}'


def _shown(notebook: NotebookNode) -> list[NotebookNode]:
    return [cell for cell in notebook.cells if not HIDDEN_TAGS & set(cell.metadata.get("tags", []))]


def _said(cell: NotebookNode) -> list[Any]:
    """Return what a page shows of a code cell's outputs; nothing of a text: sources are compared.

    Numbers behind a figure or table may differ by less than what it shows.
    """
    return [
        output.get("data", {}).get("text/html", output.get("data", output))
        for output in cell.get("outputs", [])
    ]


def without_same(
    notebook: NotebookNode, contents: Sequence[Heading], base: Base, words: Mapping[str, str]
) -> tuple[Heading, ...]:
    """Leave out of a prepared notebook what its base's page says, and return the contents left.

    A section of which nothing differs goes as a whole; a list at the end links to it. In another
    one, a line at its end links to the base's section and to each figure that is left out. Every id
    stays on the page, so that a link to it leads to what replaces it. What stands before the first
    section stays, and the table of what differs follows it.

    Parameters
    ----------
    notebook : nbformat.NotebookNode
        As `mark_same` and then `analysis.reports.page.content.prepare` leave it; it is changed.
    contents : sequence of Heading
        The whole notebook's.
    base : Base
        The report that it is held against.
    words : mapping
        Of the page's frame.
    """
    opening, *sections = _sections(notebook)
    kept = [*opening.cells, _text_cell("table", base.comparison)]
    elsewhere: list[str] = []
    gone: set[str] = set()
    for at, section in enumerate(sections):
        pieces = list(_pieces_left_out(section))
        if section.is_left:
            kept += [*section.cells, *_line_of(at, section, pieces, base, words)]
            continue
        ids = [name for piece in pieces for name in _ids(piece)]
        gone |= {section.anchor, *ids}
        link = _link(base, section.anchor, _MARKUP.sub("", section.html), identity=section.anchor)
        elsewhere.append(f"<li>{link}{_places(ids, {section.anchor})}</li>")
    left = [heading for heading in contents if heading.anchor not in gone]
    if elsewhere:
        title = words["as_base_title"]
        lead = words["as_base_lead"]
        items = "\n".join(elsewhere)
        kept.append(
            _text_cell(
                "end", f'<h2 id="{_ANCHOR}">{title}</h2>\n<p>{lead}</p>\n<ul>\n{items}\n</ul>'
            )
        )
        left.append(Heading(2, _ANCHOR, title))
    notebook.cells = kept
    return tuple(left)


def _sections(notebook: NotebookNode) -> list[_Section]:
    found = [_Section(is_left=True)]
    for cell in notebook.cells:
        heading = _SECTION.search(cell.metadata.get("page_html", ""))
        if heading:
            found.append(_Section(heading["id"], heading["html"]))
        found[-1].cells.append(cell)
    return found


def _pieces_left_out(section: _Section) -> Iterator[str]:
    """Take what is the same off the cells of a section and yield its HTML.

    ``section.is_left`` says afterwards whether anything of it differs.
    """
    section.is_left = any(
        not cell.metadata.get(_IS_SAME) and (cell.cell_type == "markdown" or cell.outputs)
        for cell in section.cells
    )
    for cell in section.cells:
        if cell.cell_type == "markdown" and cell.metadata.get(_IS_SAME):
            texts = _HEADING.split(cell.metadata["page_html"])
            headings = texts[1::2] if section.is_left else []
            cell.metadata["page_html"] = "\n".join(headings)
            yield "".join(texts[::2] if section.is_left else texts)
        elif same := cell.metadata.get(_SAME_OUTPUTS):
            yield "".join(_html(cell.outputs[at]) for at in same)
            cell.outputs = [each for at, each in enumerate(cell.outputs) if at not in same]
            if not cell.outputs:
                cell.metadata.pop("page_code", None)


def _html(output: Mapping[str, Any]) -> str:
    return str(output.get("data", {}).get("text/html", ""))


def _line_of(
    at: int, section: _Section, pieces: Iterable[str], base: Base, words: Mapping[str, str]
) -> list[NotebookNode]:
    """Return the line that stands for what was left out of a section; none where nothing was."""
    found = [piece for piece in pieces if piece.strip()]
    if not found:
        return []
    figures = {
        match["id"]: match["table"] or match["picture"]
        for piece in found
        for match in _FIGURE.finditer(piece)
    }
    ids = [name for piece in found for name in _ids(piece)]
    items = [_link(base, section.anchor, words["as_base_section"])]
    items += [
        _link(base, name, _MARKUP.sub("", caption), identity=name)
        for name, caption in figures.items()
    ]
    listed = "".join(f"<li>{item}</li>" for item in items)
    return [_text_cell(str(at), f'<ul class="as-base">{listed}</ul>{_places(ids, figures)}')]


def _ids(html: str) -> list[str]:
    """Return the ids of HTML that links may lead to: not those within a drawing.

    Examples
    --------
    >>> _ids('<p id="a">x<svg><g id="b"/></svg></p><caption id="cap-c">')
    ['a']
    """
    found = [match["id"] for match in _ID.finditer(_DRAWING.sub("", html))]
    return [name for name in found if not name.startswith("cap-")]


def _places(ids: Iterable[str], have: Iterable[str]) -> str:
    """Return an empty place for each id that no link has."""
    return "".join(f'<div id="{name}"></div>' for name in ids if name not in set(have))


def _link(base: Base, anchor: str, html: str, identity: str = "") -> str:
    named = f' id="{identity}"' if identity else ""
    return f'<a{named} href="{base.name}.html#{anchor}">{html}</a>'


def _text_cell(name: str, html: str) -> NotebookNode:
    from nbformat.v4 import new_markdown_cell

    return new_markdown_cell("", id=f"as-base-{name}", metadata={"page_html": html})
