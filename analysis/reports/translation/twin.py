"""A page's twin in Chinese: its texts looked up, its links led to other pages in Chinese."""

from __future__ import annotations

import re
from collections.abc import Collection
from html import escape, unescape
from typing import Final

from analysis.reports.translation.catalog import Translator
from analysis.reports.translation.messages import message
from analysis.reports.translation.runs import Run, each_run, sentences, unmarked

SUFFIX: Final = "-zh"
_SPOKEN: Final = re.compile(r'(?P<name>\b(?:alt|aria-label|title|placeholder))="(?P<text>[^"]*)"')
_META: Final = re.compile(
    r'(?P<before><meta (?:name="description"|property="og:[a-z]+") content=)"(?P<text>[^"]*)"'
)
_LINK: Final = re.compile(r'<a\b[^>]*?\bhref="(?P<page>[a-z0-9-]+)\.html(?=["#])[^>]*>')
_ENDS_CHINESE: Final = re.compile("[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]\\Z")


def twin_of(name: str) -> str:
    """Return the name of a page's twin."""
    return f"{name}{SUFFIX}"


def translated_page(html: str, translator: Translator) -> str:
    """Return a page with every sentence that has a translation in Chinese.

    Parameters
    ----------
    html : str
        A page whose frame is in Chinese and whose content is in English.
    translator : Translator
        Notes what it could not translate.
    """
    return each_run(
        html,
        lambda run: translated_run(run, translator),
        lambda tag: _translated_tag(tag, translator),
    )


def translated_run(run: Run, translator: Translator) -> str:
    """Return a run's HTML, sentence by sentence."""
    parts: list[str] = []
    for before, sentence, after in sentences(run):
        found = message(sentence, run.tags)
        translation = translator(found.text) if sentence else None
        if translation is None and found.values and not re.search("[A-Za-z]", _bare(found.text)):
            translation = found.text  # values alone: dates and amounts as Chinese writes them
        shown = (
            unmarked(sentence, run.tags) if translation is None else found.translated(translation)
        )
        closed = unmarked(after, run.tags)
        if translation and _ENDS_CHINESE.search(translation):
            closed = closed.replace(" ", "").replace("\n", "")
        parts.append(f"{unmarked(before, run.tags)}{shown}{closed}")
    return "".join(parts)


def _bare(text: str) -> str:
    return re.sub(r"\{\d+\}|</?\d+/?>", "", text)


def _translated_tag(tag: str, translator: Translator) -> str:
    def spoken(found: re.Match[str]) -> str:
        run = Run(unescape(found["text"]), [])
        return f'{found["name"]}="{escape(unescape(translated_run(run, translator)))}"'

    def meta(found: re.Match[str]) -> str:
        run = Run(unescape(found["text"]), [])
        return f'{found["before"]}"{escape(unescape(translated_run(run, translator)))}"'

    return _META.sub(meta, tag) if tag.startswith("<meta") else _SPOKEN.sub(spoken, tag)


def with_links_to_twins(html: str, twins: Collection[str]) -> str:
    """Lead a page's links to the twins of those pages that have one, but for the switch.

    Examples
    --------
    >>> with_links_to_twins('<a href="data.html#x">d</a> <a href="index.html">i</a>', {"data"})
    '<a href="data-zh.html#x">d</a> <a href="index.html">i</a>'
    >>> with_links_to_twins('<a class="language" href="data.html" hreflang="en">E</a>', {"data"})
    '<a class="language" href="data.html" hreflang="en">E</a>'
    """

    def led(found: re.Match[str]) -> str:
        page = found["page"]
        if page not in twins or "hreflang=" in found[0]:
            return found[0]
        return found[0].replace(f'href="{page}.html', f'href="{twin_of(page)}.html', 1)

    return _LINK.sub(led, html)
