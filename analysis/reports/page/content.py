"""A notebook's cells as the parts of a page: headings with anchors, code folded, set-up hidden."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from html import escape
from typing import TYPE_CHECKING, Final

from analysis.errors import AnalysisError
from analysis.figures.markdown import to_html

if TYPE_CHECKING:
    from nbformat import NotebookNode

HIDDEN_TAGS: Final = frozenset({"parameters", "injected-parameters"})
_TITLE = re.compile(r"\A\s*# (?P<title>[^\n]+)\n*")
_MARKUP = re.compile(r"<[^>]+>")
_BETWEEN_WORDS = re.compile(r"[\W_]+")


class ContentError(AnalysisError):
    """A notebook that cannot become a page."""


@dataclass(frozen=True)
class Heading:
    """One entry of the table of contents.

    Parameters
    ----------
    level : int
        2 for a section, 3 for a part of one.
    anchor : str
        Its id.
    html : str
        Its text.
    """

    level: int
    anchor: str
    html: str


@dataclass
class Headings:
    """Headings in the order of the page, each with an id of its own."""

    found: list[Heading] = field(default_factory=list)
    _taken: set[str] = field(default_factory=lambda: {"content", "parameters"})

    def anchor(self, level: int, html: str) -> str:
        """Record a heading and return its id."""
        words = _BETWEEN_WORDS.sub("-", _MARKUP.sub("", html)).strip("-").lower() or "section"
        anchor, repetition = words, 1
        while anchor in self._taken:
            repetition += 1
            anchor = f"{words}-{repetition}"
        self._taken.add(anchor)
        self.found.append(Heading(level, anchor, html))
        return anchor


def split_title(notebook: NotebookNode, name: str) -> str:
    """Take the question, the heading that begins the first cell, off a notebook and return it.

    Raises
    ------
    ContentError
        The notebook does not begin with a heading.
    """
    first = notebook.cells[0] if notebook.cells else None
    found = _TITLE.match(first.source) if first and first.cell_type == "markdown" else None
    if first is None or found is None:
        raise ContentError(f"notebook {name}: expected a first cell that begins '# question'")
    first.source = first.source[found.end() :]
    return found["title"].strip()


def prepare(notebook: NotebookNode) -> tuple[Heading, ...]:
    """Set on every cell what its part of the page needs, and return the table of contents.

    Markdown cells get ``page_html``. Code goes, highlighted, as ``page_code`` to the cell that
    shows its result, so that cells without one do not leave empty folds.
    """
    headings = Headings()
    waiting: list[str] = []
    last_code: NotebookNode | None = None
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            _fold(last_code, waiting)
            cell.metadata["page_html"] = to_html(cell.source, headings.anchor)
        elif cell.cell_type == "code" and not HIDDEN_TAGS & set(cell.metadata.get("tags", [])):
            waiting.append(cell.source)
            last_code = cell
            if cell.outputs:
                _fold(cell, waiting)
    _fold(last_code, waiting)
    return tuple(heading for heading in headings.found if heading.level in {2, 3})


def _fold(cell: NotebookNode | None, waiting: list[str]) -> None:
    if cell is not None and waiting:
        cell.metadata["page_code"] = highlighted("\n\n".join(waiting))
        waiting.clear()


@lru_cache(maxsize=1024)  # the reports of a notebook share its cells
def highlighted(source: str) -> str:
    """Mark keywords, texts, comments and numbers of Python source, the rest left as it is.

    Examples
    --------
    >>> highlighted("x = 1  # one")
    'x = <span class="m">1</span>  <span class="c"># one</span>'
    """
    from pygments.lexers.python import PythonLexer  # type: ignore[import-untyped]
    from pygments.token import Comment, Keyword, Number, Operator, String  # type: ignore[import-untyped]

    classes = {Keyword: "k", Operator.Word: "k", String: "s", Comment: "c", Number: "m"}
    parts = []
    for kind, text in PythonLexer(ensurenl=False, stripnl=False).get_tokens(source):
        name = next((name for token, name in classes.items() if kind in token), None)
        shown = escape(text, quote=False)
        parts.append(f'<span class="{name}">{shown}</span>' if name else shown)
    return "".join(parts)
