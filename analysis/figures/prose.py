"""Computed sentences: markdown, with formulas between dollar signs, to HTML."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, cast

from analysis.figures.html import display_html
from analysis.figures.mathml import to_mathml


@lru_cache(maxsize=1)
def _markdown() -> Any:
    import mistune
    from mistune.plugins.math import math

    def translate_formulas(markdown: Any) -> None:
        math(markdown)
        markdown.renderer.register("inline_math", lambda _, latex: to_mathml(latex.strip()))
        markdown.renderer.register(
            "block_math",
            lambda _, latex: f'<div class="equation">{to_mathml(latex.strip(), "block")}</div>\n',
        )

    return mistune.create_markdown(
        escape=False, plugins=[cast(Any, translate_formulas), "table", "footnotes", "def_list"]
    )


def to_html(markdown: str) -> str:
    r"""Render markdown, with tables, footnotes and formulas between dollar signs.

    A dollar sign that means money is written ``\$``.

    Examples
    --------
    >>> to_html("It **pays**.")
    '<p>It <strong>pays</strong>.</p>\n'
    """
    html: str = _markdown()(markdown)
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


def show_answer(markdown: str) -> None:
    """Show the answer to the notebook's question, set apart from the text.

    Parameters
    ----------
    markdown : str
        One or more paragraphs; every number in it computed, none typed.
    """
    display_html(f'<div class="answer">\n{to_html(markdown)}</div>', plain=markdown)


def show_prose(markdown: str) -> None:
    """Show computed sentences as ordinary text.

    Parameters
    ----------
    markdown : str
        One or more paragraphs; every number in it computed, none typed.
    """
    display_html(f'<div class="prose">\n{to_html(markdown)}</div>', plain=markdown)
