"""Sentences as catalogs hold them: values as ``{0}``, inline markup as ``<0>…</0>``."""

from __future__ import annotations

import re
from html import escape
from typing import Final, NamedTuple

from analysis.reports.translation.text_runs import Tag, is_tag, tag_at
from analysis.reports.translation.values import Value, put_back, taken_out

_MARK: Final = re.compile(r"<(?P<end>/?)(?P<at>\d+)(?P<whole>/?)>")
_PLACE: Final = re.compile(r"\{\d+(?:\|[a-z]+)?\}")
_NO_WORDS: Final = re.compile(r"https?://\S+|\S*[_/\\@=]\S*|\b[\w-]+\.(?:csv|json|yaml|xlsx|py)\b")
_FORMULA: Final = re.compile(r"\bp\d+-\{\d+\} (?:=|<=|>=) .*")
"""A check of a claim, ``p24-2022 = p25-2023``: to the end of its message."""
_ID: Final = re.compile(r"\S*[a-z]-\{\d+\}\S*")
"""An id of a source or a claim, ``sihan-2025-p24-1``."""
_WORD: Final = re.compile(r"\b(?:[A-Z]?[a-z]{2,}(?:[A-Z]\w*)?|[A-Z][a-z]|CNY|USD|EUR)\b")
_LOWER: Final = re.compile(r"\b[a-z]{2,}\b")
_MANY: Final = 4
"""So many words without a capital make a sentence, whatever is Chinese in it."""
_HAN: Final = re.compile("[\u3400-\u9fff]")
NAME_IN_BOTH: Final = re.compile(r"[A-Z][\w.&' -]* \((?P<chinese>[\u3400-\u9fff]+)\)")
"""A company's name in English, in brackets behind it the Chinese one."""


class Message(NamedTuple):
    """A sentence without its values and markup, and both.

    Parameters
    ----------
    text : str
        As a catalog holds it.
    values : list of Value
        By the number of their places.
    marks : list of Tag
        Opening or whole tags, by their number.
    ends : list of str
        The closing tag of each.
    """

    text: str
    values: list[Value]
    marks: list[Tag]
    ends: list[str]

    def translated(self, text: str) -> str:
        """Return a translation as HTML, values and markup in their places."""
        parts, start = [], 0
        filled = put_back(text, self.values)
        for mark in _MARK.finditer(filled):
            parts.append(escape(filled[start : mark.start()], quote=False))
            at = int(mark["at"])
            parts.append(self.ends[at] if mark["end"] else self.marks[at].html)
            start = mark.end()
        return "".join(parts) + escape(filled[start:], quote=False)


def message(sentence: str, tags: list[Tag]) -> Message:
    r"""Return a sentence of a run as a message.

    Examples
    --------
    >>> tags = [Tag("open", "<b>"), Tag("close", "</b>"), Tag("whole", "<code>x</code>")]
    >>> found = message("It is \ue0005%\ue001 of \ue002.", tags)
    >>> found.text, found.translated("<1/> 的<0>{0}</0>。")
    ('It is <0>{0}</0> of <1/>.', '<code>x</code> 的<b>5%</b>。')
    """
    values: list[Value] = []
    marks: list[Tag] = []
    ends: list[str] = []
    open_marks: list[int] = []
    parts: list[str] = []
    for piece in re.split("([\ue000-\uf8ff])", " ".join(sentence.split(" "))):
        if not (piece and is_tag(piece)):
            parts.append(taken_out(re.sub(r"[ \n\t]+", " ", piece), values))
            continue
        tag = tag_at(piece, tags)
        if tag.kind == "close" and open_marks:
            at = open_marks.pop()
            ends[at] = tag.html
            parts.append(f"</{at}>")
            continue
        marks.append(tag)
        ends.append("")
        if tag.kind == "open":
            open_marks.append(len(marks) - 1)
        parts.append(f"<{len(marks) - 1}{'/' if tag.kind == 'whole' else ''}>")
    return Message("".join(parts), values, marks, ends)


def marks_of(text: str) -> list[str]:
    """Return the inline marks of a message or a translation, in the order of their numbers."""
    return sorted(mark[0] for mark in _MARK.finditer(text))


def is_english(text: str) -> bool:
    """Say whether a message has words that a Chinese reader needs translated.

    Names in capitals, codes, ids, formulas of checks and addresses stay as they are; a sentence
    that is Chinese but for a name in it is no English.

    Examples
    --------
    >>> [is_english(text) for text in ("{0} a month", "H100", "<0/>", "{0} CNY", "工作簿（Excel）")]
    [True, False, False, True, False]
    >>> is_english("Litong (利通电子): net profit, {0}"), is_english("国内 token 调用量")
    (True, False)
    >>> is_english("{0}億美元 over {1}億美元 is {2} to {3} times"), is_english("zgjyb-43b-{0}")
    (True, False)
    """
    named = _PLACE.sub(" ", _ID.sub(" ", _FORMULA.sub(" ", text)))
    bare = NAME_IN_BOTH.sub(" ", _NO_WORDS.sub(" ", _MARK.sub(" ", named)))
    n_han, n_lower = len(_HAN.findall(bare)), len(_LOWER.findall(bare))
    return len(_WORD.findall(bare)) > n_han or n_lower >= _MANY or 2 * n_lower > n_han
