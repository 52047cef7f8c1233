"""Terms of the reports in both languages."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from pathlib import Path
from typing import Final, NamedTuple

import yaml

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


def glossary_sheet(_: Sequence[Published]) -> Sheet:
    """Return the glossary; each term has an id."""
    rows = [
        Row(
            [
                escape(term.en),
                escape(term.means),
                f'<span lang="zh-CN">{escape(term.zh)}</span>',
                f'<span lang="zh-CN">{escape(term.zh_means)}</span>',
            ],
            f"term-{term.id}",
        )
        for term in terms()
    ]
    return Sheet(
        "What the words mean · 术语",
        "Terms as these reports use them, in English and in Chinese.",
        table("terms", "Terms", ["Term", "Meaning", "术语", "含义"], rows, filters=""),
    )
