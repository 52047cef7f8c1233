"""Terms of the reports in both languages."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from pathlib import Path
from typing import Final, NamedTuple

import yaml

from analysis.figures.language import TWIN_LANGUAGE
from analysis.reports.site.sheet import Published, Row, Sheet, table

GLOSSARY: Final = Path(__file__).with_name("glossary.yaml")


class Term(NamedTuple):
    """A term with its meaning, in English and in Chinese."""

    id: str
    en: str
    zh: str
    means: str
    zh_means: str


def terms() -> list[Term]:
    """Return all terms, in the order of their English names."""
    return [Term(**term) for term in yaml.safe_load(GLOSSARY.read_text(encoding="utf-8"))]


_WORDS: Final = {
    "en": (
        "What the words mean · 术语",
        "Terms as these reports use them, in English and in Chinese.",
        "Terms",
        ["Term", "Meaning", "术语", "含义"],
    ),
    "zh-CN": (
        "术语表",
        "本站用到的术语，中英对照。",
        "术语",
        ["术语", "含义", "Term", "Meaning"],
    ),
}


def glossary_sheet(_: Sequence[Published], language: str) -> Sheet:
    """Return the glossary, the terms of a language first; each term has an id."""
    title, lead, caption, heads = _WORDS[language]
    is_chinese = language == TWIN_LANGUAGE
    rows = [
        Row(
            _cells(term) if not is_chinese else [*_cells(term)[2:], *_cells(term)[:2]],
            f"term-{term.id}",
        )
        for term in terms()
    ]
    return Sheet(title, lead, table("terms", caption, heads, rows, filters=""))


def _cells(term: Term) -> list[str]:
    en = [f'<span lang="en">{escape(text)}</span>' for text in (term.en, term.means)]
    zh = [f'<span lang="zh-CN">{escape(text)}</span>' for text in (term.zh, term.zh_means)]
    return [*en, *zh]
