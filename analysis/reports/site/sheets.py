"""Which pages of the site there are besides reports."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Final

from analysis.figures.language import TWIN_LANGUAGE, TWIN_SUFFIX
from analysis.reports.site.calculator_sheet import calculator_sheet
from analysis.reports.site.changes_sheet import changes_sheet
from analysis.reports.site.data_sheet import data_sheet
from analysis.reports.site.glossary_sheet import glossary_sheet
from analysis.reports.site.method_sheet import method_sheet
from analysis.reports.site.search_sheet import search_sheet
from analysis.reports.site.sheet import Published, Sheet
from analysis.reports.site.sources_sheet import sources_sheet

SHEETS: Final[Mapping[str, Callable[[Sequence[Published]], Sheet]]] = {
    "calculator": calculator_sheet,
    "sources": sources_sheet,
    "data": data_sheet,
    "method": method_sheet,
    "glossary": partial(glossary_sheet, language="en"),
    "glossary-zh": partial(glossary_sheet, language=TWIN_LANGUAGE),
    "changes": changes_sheet,
    "search": partial(search_sheet, language="en"),
    "search-zh": partial(search_sheet, language=TWIN_LANGUAGE),
}


def make_sheet(name: str, reports: Sequence[Published]) -> Sheet:
    """Return a page of the site by its name."""
    return SHEETS[name](reports)


def language_of(name: str) -> str:
    """Return the language of such a page.

    Examples
    --------
    >>> language_of("glossary"), language_of("glossary-zh")
    ('en', 'zh-CN')
    """
    return TWIN_LANGUAGE if name.endswith(TWIN_SUFFIX) else "en"
