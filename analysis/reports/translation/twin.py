"""A page's twin in Chinese: its texts looked up, its links led to other pages in Chinese."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from html import escape, unescape
from typing import Final

from analysis.figures.language import TWIN_SUFFIX
from analysis.reports.translation.message_catalogs import Translator
from analysis.reports.translation.messages import message
from analysis.reports.translation.text_runs import Run, each_run, sentences, unmarked

_SPOKEN: Final = re.compile(r'(?P<name>\b(?:alt|aria-label|title|placeholder))="(?P<text>[^"]*)"')
_META: Final = re.compile(
    r'(?P<before><meta (?:name="description"|property="og:(?:title|description)") content=)'
    r'"(?P<text>[^"]*)"'
)
_WORDS: Final = re.compile(r' data-words="(?P<texts>[^"]*)"')
_PLACE: Final = re.compile(r"\{\d+\}")
_LINK: Final = re.compile(r'<a\b[^>]*?\bhref="(?P<page>[a-z0-9-]+)\.html(?=["#])[^>]*>')
_LINE: Final = re.compile(r"(?P<tag><text\b[^>]*>)(?P<text>[^<]*)</text>")
_BROKEN_LINE: Final = re.compile(r"(?:<text\b[^>]*>[^<]* </text>)+<text\b[^>]*>[^<]*</text>")
"""In a picture, lines that end in a space and the line in which they come to their end."""
_HEIGHT: Final = re.compile(r'(?P<before>transform="translate\(\S+ )(?P<y>[\d.]+)(?=\))')
_BOLD: Final = "font-weight: 700"
_ENDS_CHINESE: Final = re.compile("[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]\\Z")


def twin_of(name: str) -> str:
    """Return the name of a page's twin."""
    return f"{name}{TWIN_SUFFIX}"


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
        _joined_lines(html),
        lambda run: translated_run(run, translator),
        lambda tag: _translated_tag(tag, translator),
    )


def _joined_lines(html: str) -> str:
    """Join the lines of a picture's words that were broken for a phone: Chinese ones are short.

    They stand in the middle of their lines, beside what they name; a title of a panel stands where
    its first line stood, above the titles of one line beside it, which it might run into.

    Examples
    --------
    >>> _joined_lines('<text x="1">rent </text><text x="1">stays</text><text x="2">5</text>')
    '<text x="1">rent stays</text><text x="2">5</text>'
    >>> _joined_lines(
    ...     '<text transform="translate(3 10)">at its </text>'
    ...     '<text transform="translate(3 22)">end</text>'
    ... )
    '<text transform="translate(3 16)">at its end</text>'
    """
    return _BROKEN_LINE.sub(_joined, html)


def _joined(lines: re.Match[str]) -> str:
    tags, texts = zip(*_LINE.findall(lines[0]), strict=True)
    heights = [float(found["y"]) for found in map(_HEIGHT.search, tags) if found]
    tag = tags[0]
    if len(heights) == len(tags):
        y = heights[0] if _BOLD in tag else sum(heights) / len(heights)
        tag = _HEIGHT.sub(lambda found: f"{found['before']}{y:.6g}", tag, count=1)
    return f"{tag}{''.join(texts)}</text>"


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
        return f'{found["name"]}="{escape(translated_text(unescape(found["text"]), translator))}"'

    def meta(found: re.Match[str]) -> str:
        return f'{found["before"]}"{escape(translated_text(unescape(found["text"]), translator))}"'

    def words(found: re.Match[str]) -> str:
        texts = json.loads(unescape(found["texts"]))
        said = {text: _said(text, translator) for text in texts}
        given = {text: other for text, other in said.items() if other != text}
        return f' data-words="{escape(json.dumps(given, ensure_ascii=False))}"'

    if tag.startswith("<meta"):
        return _META.sub(meta, tag)
    return _SPOKEN.sub(spoken, _WORDS.sub(words, tag))


def _said(text: str, translator: Translator) -> str:
    """Translate what a script says; values that it puts in itself have their places already."""
    if _PLACE.search(text):
        return translator(text) or text
    return translated_text(text, translator)


def translated_text(text: str, translator: Translator) -> str:
    """Return a plain text in Chinese, sentence by sentence."""
    return unescape(translated_run(Run(text, []), translator))


def with_words_to_say(html: str, spoken: Mapping[str, Callable[[str], Sequence[str]]]) -> str:
    r"""Give a page's scripts the words that they say, for their translation.

    Parameters
    ----------
    html : str
        The page.
    spoken : mapping of str to callable
        What in a page asks for the scripts; of the page, what they say.

    Examples
    --------
    >>> with_words_to_say("<p data-x='1'>", {" data-x=": lambda _: ["It pays"]})
    '<p data-words="[&quot;It pays&quot;]" data-x=\'1\'>'
    """
    for mark, words in spoken.items():
        if mark in html:
            texts = escape(json.dumps(words(html), ensure_ascii=False))
            html = html.replace(mark, f' data-words="{texts}"{mark}', 1)
    return html


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
