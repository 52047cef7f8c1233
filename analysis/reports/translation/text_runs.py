"""The texts of an HTML page: runs of words between block elements, cut into sentences.

A run keeps its inline markup: each tag of it is one character of a private range, so that the
sentence around it can be cut, looked up and put together again as plain text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from html import escape, unescape
from typing import Final, NamedTuple

_TOKEN: Final = re.compile(
    r"<!--.*?-->|<![^>]*>"
    r"|<(?P<whole>script|style|pre|code|math)\b[^>]*>.*?</(?P=whole)>"
    r"|<(?P<end>/?)(?P<name>[a-zA-Z][\w:-]*)(?P<rest>(?:[^\"'>]+|\"[^\"]*\"|'[^']*')*)>"
    r"|[^<]+",
    re.DOTALL,
)
_INLINE: Final = frozenset(
    {"a", "abbr", "b", "cite", "em", "i", "kbd", "mark", "q", "s", "small", "span", "strong"}
    | {"sub", "sup", "time", "tspan", "u", "var"}
)
_INLINE_WHOLE: Final = frozenset({"code", "math"})
_VOID: Final = frozenset(["br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"])
_SET_APART: Final = frozenset({"span", "strong"})
_OWN_BLOCK: Final = re.compile(r'\bclass="(?:take|source|item)"')
_LEFT: Final = re.compile(r'\btranslate="no"|\blang="(?:en|zh-CN)"|href="sources\.html#source-')
_FIRST_TAG: Final = 0xE000
_TAGS: Final = "\ue000-\uf8ff"
_END: Final = re.compile(rf"[.!?][”\")]*[{_TAGS}]*\s+(?=[{_TAGS}]*[“\"(]?[A-Z0-9−{_TAGS}])|\s·\s")
_ABBREVIATION: Final = re.compile(
    r"(?:\b(?i:e\.g|i\.e|vs|cf|al|no|approx|inc|corp|ltd|co|st|dr|u\.s|p|pp|fig)|\b[A-Z])\.\Z"
)


class Tag(NamedTuple):
    """A piece of inline markup: ``open``, ``close``, or ``whole`` for an element left as it is."""

    kind: str
    html: str


class Run(NamedTuple):
    """Text between two block elements, a character of a private range for each tag."""

    text: str
    tags: list[Tag]


def each_run(html: str, on_run: Callable[[Run], str], on_tag: Callable[[str], str]) -> str:
    """Return a page with each run of text and each tag that has attributes made anew.

    Parameters
    ----------
    html : str
        A page.
    on_run : callable
        Given a run that has words, returns its HTML.
    on_tag : callable
        Given an opening tag with attributes, returns the tag.
    """
    out: list[str] = []
    text: list[str] = []
    tags: list[Tag] = []
    blocks: list[bool] = []

    def flush() -> None:
        run = Run("".join(text), list(tags))
        if run.text:
            out.append(on_run(run) if run.text.strip() else unmarked(run.text, run.tags))
        text.clear()
        tags.clear()

    def keep(kind: str, piece: str) -> None:
        tags.append(Tag(kind, piece))
        text.append(chr(_FIRST_TAG + len(tags) - 1))

    for kind, name, piece in _pieces(html):
        if kind == "text":
            text.append(unescape(piece))
            continue
        is_inline = name in _INLINE or (kind == "whole" and name in {*_INLINE_WHOLE, *_INLINE})
        if kind == "open" and name in _SET_APART:
            blocks.append(bool(_OWN_BLOCK.search(piece)))
            is_inline = not blocks[-1]
        elif kind == "close" and name in _SET_APART and blocks:
            is_inline = not blocks.pop()
        made = on_tag(piece) if kind == "open" and "=" in piece else piece
        if is_inline:
            keep(kind, made)
        else:
            flush()
            out.append(made)
    flush()
    return "".join(out)


def _pieces(html: str) -> Iterator[tuple[str, str, str]]:
    """Yield kind, name and HTML of each piece; an element to be left is one piece."""
    found = _TOKEN.finditer(html)
    for token in found:
        name, whole = (token["name"] or "").lower(), token["whole"]
        if whole:
            yield "whole", whole, token[0]
        elif not name:
            yield ("text" if not token[0].startswith("<") else "whole"), "", token[0]
        elif token["end"]:
            yield "close", name, token[0]
        elif name in _VOID or token["rest"].endswith("/") or name == "html":
            yield "open", name, token[0]
        elif _LEFT.search(token["rest"]):
            yield "whole", name, token[0] + _rest_of_element(name, found)
        else:
            yield "open", name, token[0]


def _rest_of_element(name: str, found: Iterator[re.Match[str]]) -> str:
    parts, depth = [], 1
    for token in found:
        parts.append(token[0])
        if (token["name"] or "").lower() == name and not token["rest"].endswith("/"):
            depth += -1 if token["end"] else 1
        if not depth:
            break
    return "".join(parts)


def unmarked(text: str, tags: list[Tag]) -> str:
    """Return a run's text as HTML, its tags in their places."""
    return "".join(
        tags[ord(letter) - _FIRST_TAG].html if is_tag(letter) else escape(letter, quote=False)
        for letter in text
    )


def is_tag(letter: str) -> bool:
    """Say whether a character of a run stands for a tag."""
    return "\ue000" <= letter <= "\uf8ff"


def tag_at(letter: str, tags: list[Tag]) -> Tag:
    """Return the tag that a character of a run stands for."""
    return tags[ord(letter) - _FIRST_TAG]


def sentences(run: Run) -> list[tuple[str, str, str]]:
    r"""Cut a run into what stands before a sentence, the sentence, and what stands after it.

    Tags that begin before or end after a sentence stand outside of it, and so do those around it.

    Examples
    --------
    >>> tags = [Tag("open", "<b>"), Tag("close", "</b>")]
    >>> sentences(Run("\ue000It pays. By far.\ue001 So e.g. 3 of 4.", tags)) == [
    ...     ("\ue000", "It pays.", " "), ("", "By far.", "\ue001 "), ("", "So e.g. 3 of 4.", "")]
    True
    """
    found: list[tuple[str, str, str]] = []
    start = 0
    ends = [
        end.end()
        for end in _END.finditer(run.text)
        if not _ABBREVIATION.search(run.text[: end.start() + 1])
    ]
    for end in [*ends, len(run.text)]:
        peeled = _peeled(run.text[start:end], run.tags)
        if peeled is not None:
            found.append(peeled)
            start = end
    if start < len(run.text):
        found.append(("", run.text[start:], ""))
    return found


def _peeled(text: str, tags: list[Tag]) -> tuple[str, str, str] | None:
    """Take off what stands around a sentence; None if markup within it is open at its end."""
    partner = _partners(text, tags)
    first, last = 0, len(text)
    while first < last and (text[first].isspace() or _is_alone(first, text, tags, partner)):
        first += 1
    while first < last and (text[last - 1].isspace() or _is_alone(last - 1, text, tags, partner)):
        last -= 1
    while first < last and partner.get(first) == last - 1:
        first, last = first + 1, last - 1
        while first < last and text[first].isspace():
            first += 1
        while first < last and text[last - 1].isspace():
            last -= 1
    if text[first:last].endswith(" ·"):
        last -= 2
    inside = [at for at in range(first, last) if _is_alone(at, text, tags, partner)]
    return None if inside else (text[:first], text[first:last], text[last:])


def _partners(text: str, tags: list[Tag]) -> dict[int, int]:
    partner: dict[int, int] = {}
    waiting: list[int] = []
    for at, letter in enumerate(text):
        kind = tag_at(letter, tags).kind if is_tag(letter) else ""
        if kind == "open":
            waiting.append(at)
        elif kind == "close" and waiting:
            partner[waiting.pop()] = at
    return partner | {closed: opened for opened, closed in partner.items()}


def _is_alone(at: int, text: str, tags: list[Tag], partner: dict[int, int]) -> bool:
    return is_tag(text[at]) and tag_at(text[at], tags).kind != "whole" and at not in partner
