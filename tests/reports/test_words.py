"""The words around a notebook's text: every language of a page has all of them."""

from __future__ import annotations

import string

import pytest

from analysis.figures.language import LANGUAGES
from analysis.reports.page.words import WORDS


def blanks(text: str) -> set[str]:
    """Names of what is filled into a text."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_every_language_of_a_page_has_words_and_no_other() -> None:
    assert set(WORDS) == set(LANGUAGES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_language_has_every_word_with_the_same_blanks(language: str) -> None:
    first = WORDS[LANGUAGES[0]]
    assert set(WORDS[language]) == set(first)
    differ = [name for name, text in WORDS[language].items() if blanks(text) != blanks(first[name])]
    assert not differ
