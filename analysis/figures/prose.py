"""Computed sentences."""

from __future__ import annotations

from analysis.figures.dates import dates_in_words
from analysis.figures.markdown import to_html
from analysis.figures.markup import display_html


def show_answer(markdown: str) -> None:
    """Show the answer to the notebook's question, set apart from the text.

    Parameters
    ----------
    markdown : str
        One or more paragraphs; every number in it computed, none typed. Dates are written as
        words.
    """
    markdown = dates_in_words(markdown)
    display_html(f'<div class="answer">\n{to_html(markdown)}</div>', plain=markdown)


def show_prose(markdown: str) -> None:
    """Show computed sentences as ordinary text.

    Parameters
    ----------
    markdown : str
        One or more paragraphs; every number in it computed, none typed. Dates are written as
        words.
    """
    markdown = dates_in_words(markdown)
    display_html(f'<div class="prose">\n{to_html(markdown)}</div>', plain=markdown)
