"""Find a formula by its name, words of its label, an abbreviation or a Chinese term."""

from __future__ import annotations

import re
from typing import Final

from analysis.errors import AnalysisError
from analysis.formulas.catalog import Entry, catalog
from analysis.near_names import near_names
from analysis.reports.site.glossary_sheet import terms

_KINDS: Final = (
    "measure",
    "index",
    "statistic",
    "indicator",
    "operator",
    "line",
    "constant",
    "assumption",
    "running total",
    "audit",
)
_IDLE: Final = re.compile(r"an?|and|at|by|for|from|in|is|its|of|on|per|the|to|what|with|\d+")
_SYNONYMS: Final = {
    "value-added tax": "vat",
    "value added tax": "vat",
    "增值税": "vat",
    "所得税": "income tax",
    "折旧": "depreciation",
    "残值": "residual value",
    "利息": "interest",
    "利率": "interest rate",
    "本金": "principal",
    "偿还": "principal",
    "现金流": "cash flow",
    "利润": "profit",
    "收入": "revenue",
    "租金": "rent",
    "电费": "electricity",
    "电价": "electricity",
    "利用率": "utilization",
    "区间": "interval",
    "贷款": "debt",
    "债务": "debt",
    "loan": "debt",
    "margin of error": "interval",
    "mwst": "vat",
    "gst": "vat",
}
"""What things are called elsewhere, and the words that they have here."""


class UnknownFormulaError(AnalysisError):
    """Nothing is called so."""


def find(asked: str) -> list[Entry]:
    """Return the formulas that are meant, the nearest first.

    A name alone finds that formula. Otherwise every word of the question must begin a word of the
    name, of the label or of a term, or else of the first line of the function's documentation;
    Chinese and usual other words are also looked for by what they are called here. Names come
    before labels, measures before lines.

    Parameters
    ----------
    asked : str
        Name, words, abbreviation or Chinese term.

    Raises
    ------
    UnknownFormulaError
        With the names that come near.

    Examples
    --------
    >>> [entry.name for entry in find("dscr")]
    ['dscr_minimum', 'dscr_average']
    >>> [entry.name for entry in find("偿债")][:2]
    ['dscr_minimum', 'dscr_average']
    >>> find("ebitda_cny")[0].file
    'analysis/rental/model/blocks/statements.py'
    """
    entries = catalog()
    form = asked.strip().casefold()
    if form in entries:
        return [entries[form]]
    exact = [e for e in entries.values() if form in [term.casefold() for term in e.terms]]
    found = exact or list(
        {e.name: e for e in (*_holding(words_of(form)), *_holding(_translated(form)))}.values()
    )
    if found:
        return found
    known = [*entries, *(term for entry in entries.values() for term in entry.terms)]
    near = near_names(asked, known, n=5)
    hint = f"; near are {', '.join(near)}" if near else "; docs/formulas.md lists all"
    raise UnknownFormulaError(f"no formula is called {asked!r}{hint}")


def _holding(words: list[str]) -> list[Entry]:
    """Return what has all words: in its name first, then in label or terms, then in its summary."""
    if not words:
        return []
    ranked = []
    for entry in catalog().values():
        texts = (entry.name, " ".join((entry.label, *entry.terms)), entry.summary)
        seen: list[str] = []
        for rank, text in enumerate(texts):
            seen += words_of(text)
            if all(stands_in(word, seen) for word in words):
                ranked.append((rank, _KINDS.index(entry.kind), entry))
                break
    return [entry for *_, entry in sorted(ranked, key=lambda one: one[:2])]


def words_of(text: str) -> list[str]:
    """Split into words, without those that say nothing and without bare numbers."""
    found = re.findall(r"[^\W_]+", text.casefold())
    return [word for word in found if not _IDLE.fullmatch(word)]


def stands_in(word: str, words: list[str]) -> bool:
    """Whether a word begins one of the words; Chinese, which has no spaces, may stand inside."""
    return any(word in each if _is_chinese(word) else each.startswith(word) for each in words)


def _is_chinese(text: str) -> bool:
    return any("\u4e00" <= character <= "\u9fff" for character in text)


def _translated(asked: str) -> list[str]:
    """Return the words of what a term of the glossary, or a usual other word, is called here."""
    glossary = {term.zh.casefold(): term.en for term in terms()}
    for term, here in sorted({**glossary, **_SYNONYMS}.items(), key=lambda pair: -len(pair[0])):
        asked = asked.replace(term, f" {here} ")
    return words_of(asked)
