"""Markdown to HTML, with formulas between dollar signs as MathML."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import mistune
from mistune.plugins.math import math

from analysis.figures.mathml import to_mathml

HeadingAnchor = Callable[[int, str], str]


_MINUS = re.compile(r"(?<![\w.,)\]%-])-(?=[\d.])")


def with_minus_signs(text: str) -> str:
    """Set a minus sign for the hyphen before a negative number, not for one between two.

    Examples
    --------
    >>> with_minus_signs("from -5 to 3-4 in 2025-01")
    'from −5 to 3-4 in 2025-01'
    """
    return _MINUS.sub("\N{MINUS SIGN}", text)


class _Renderer(mistune.HTMLRenderer):
    """HTML whose headings have anchors where a function gives them."""

    def __init__(self, anchor: HeadingAnchor | None) -> None:
        super().__init__(escape=True)
        self._anchor = anchor

    def text(self, text: str) -> str:
        """Render text, the hyphen before a number as a minus sign."""
        return super().text(with_minus_signs(text))

    def heading(self, text: str, level: int, **attributes: Any) -> str:
        """Render one heading."""
        if self._anchor is None:
            return super().heading(text, level, **attributes)
        return f'<h{level} id="{self._anchor(level, text)}">{text}</h{level}>\n'


def _formulas(markdown: mistune.Markdown) -> None:
    math(markdown)
    assert markdown.renderer is not None, "markdown is rendered to HTML"
    markdown.renderer.register("inline_math", lambda _, latex: to_mathml(latex.strip()))
    markdown.renderer.register(
        "block_math",
        lambda _, latex: f'<div class="equation">{to_mathml(latex.strip(), "block")}</div>\n',
    )


def _engine(anchor: HeadingAnchor | None) -> mistune.Markdown:
    engine = mistune.create_markdown(renderer=_Renderer(anchor), plugins=["table", "def_list"])
    _formulas(engine)
    return engine


@lru_cache(maxsize=1)
def _plain_engine() -> mistune.Markdown:
    return _engine(None)


def to_html(markdown: str, anchor: HeadingAnchor | None = None) -> str:
    r"""Render markdown with tables, definition lists and formulas between dollar signs.

    Parameters
    ----------
    markdown : str
        The text; HTML in it is shown as text, and a dollar sign that means money is ``\$``.
    anchor : callable, optional
        Given a heading's level and HTML, returns its id.

    Returns
    -------
    str
        HTML.

    Examples
    --------
    >>> to_html("It **pays**.")
    '<p>It <strong>pays</strong>.</p>\n'
    """
    html = (_plain_engine() if anchor is None else _engine(anchor))(markdown)
    assert isinstance(html, str), "the HTML renderer returns text"
    return html


def to_inline_html(markdown: str) -> str:
    """Render one paragraph of markdown, without the paragraph's own element.

    Examples
    --------
    >>> to_inline_html("See [the note](https://example.org).")
    'See <a href="https://example.org">the note</a>.'
    """
    html = to_html(markdown).strip()
    if html.count("<p>") == 1 and html.startswith("<p>") and html.endswith("</p>"):
        return html.removeprefix("<p>").removesuffix("</p>")
    return html
