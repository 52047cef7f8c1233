"""Completeness scan: is every number of a document in the ledger?

The documents are not part of the project; the scan takes their text and names numbers by place, so
that what it finds can be looked up without quoting anything.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from typing import NamedTuple

import pandas as pd

NOT_QUANTITIES: Mapping[str, str] = {
    "footnote": r"(?:\[\d+\])+",
    "clock time": r"\d{1,2}:\d{2}",
    "date": r"20\d{2}-\d{1,2}-\d{1,2}|(?<!\d)20\d{6}(?!\d)|(?<!\d)\d{6}(?![\d.,万元枚台核])",
    "years": r"20\d{2} ?年?[-–至到~]+ ?(?:20\d{2}|\d{2}(?![\d.])) ?年?",
    "year": r"(?<!\d)(?<!\d[.,])20\d{2}(?:[HQ]\d)?(?: ?年|(?![\d.,%万亿]))",
    "year in short": r"(?<!\d)\d{2}(?:-\d{2})? ?年(?!期)",
    "quarter": r"(?<![A-Za-z\d])(?:\dQ(?:\d{2})?|(?:\d{2})?[QH]\d)(?![A-Za-z\d])"
    r"|[前第]?[一二三四]个?季度",
    "month or day": r"\d{1,2}(?:[-、至到]\d{1,2})? ?[月日号](?: ?\d{1,2} ?[日号])?",
    "numbering": r"(?<![\d.])\d{1,2}(?:\.\d)?[、))](?!\d)|[((]\d[))]|no\d+|第 ?\d+ ?期",
    "ordinal year": r"第 ?\d(?: ?- ?\d)? ?年",
    "name": r"[A-Za-z]+[- ]?\d[\dA-Za-z]*+(?:\.\d+)?+(?! ?[%万亿元倍])",
    "stock code": r"0\d{4}",
    "indefinite article": r"一[个個种種家位条條大天方台臺](?!至|到)",
}
"""What is no quantity, by what it is instead."""

_PRONUNCIATION = re.compile(r"\([a-zà-ü\u0100-\u01dc]{1,6}\)")
_ARABIC = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?")
_NUMERALS = "一二两兩三四五六七八九十百千"
_MEASURES = "家种種类類个個年倍成位款条條季大天台臺篇方"
_WORDED = re.compile(
    rf"(?<!第)[数數几幾]?[{_NUMERALS}]+(?:多)?[{_MEASURES}]|[数數几幾百千上]+[亿億]|翻[倍番]|零增长|四板"
    rf"|第[{_NUMERALS}](?![{_MEASURES}期轮次])"
)


class Uncited(NamedTuple):
    """A number that no claim of its paragraph cites.

    Parameters
    ----------
    source_id : str
        The document.
    paragraph : int
        Counted over its non-empty lines, the first being 1.
    number : str
        As printed, without thousands separators.
    n_times : int
        How often more than it is cited.
    """

    source_id: str
    paragraph: int
    number: str
    n_times: int


def numbers(text: str) -> list[str]:
    """List the quantities in a text, in the order printed.

    Examples
    --------
    >>> numbers("2024年5月,8张H100的服务器价格约200万元,三种模式[2]")
    ['8', '200', '三种']
    """
    text = _PRONUNCIATION.sub("", text)  # one document spells out some characters: 數(shù)
    for pattern in NOT_QUANTITIES.values():
        text = re.sub(pattern, " ", text)
    found = [(match.start(), match[0].replace(",", "")) for match in _ARABIC.finditer(text)]
    found += [(match.start(), match[0]) for match in _WORDED.finditer(text)]
    return [number for _, number in sorted(found)]


def paragraphs(text: str) -> Iterator[tuple[int, str]]:
    """Yield the non-empty lines of a document with their numbers."""
    lines = (line.strip() for line in text.splitlines())
    yield from enumerate((line for line in lines if line), start=1)


def uncited(source_id: str, text: str, claims: pd.DataFrame) -> Iterator[Uncited]:
    """Yield every number of a document that claims of the same paragraph print less often than it.

    Parameters
    ----------
    source_id : str
        The document.
    text : str
        All of it.
    claims : DataFrame
        The ledger.

    Examples
    --------
    >>> ledger = pd.DataFrame({"source_id": ["s"], "paragraph": [1], "printed": ["2 亿元"]})
    >>> list(uncited("s", "2 亿元,增长 7%", ledger))
    [Uncited(source_id='s', paragraph=1, number='7', n_times=1)]
    """
    own = claims[claims["source_id"] == source_id]
    printed: dict[int, list[str]] = defaultdict(list)
    for paragraph, figure in zip(own["paragraph"], own["printed"], strict=True):
        printed[int(paragraph)].append(str(figure))
    for paragraph, line in paragraphs(text):
        cited = Counter(_found(" ".join(printed[paragraph])))
        for number, n_times in (Counter(numbers(line)) - cited).items():
            yield Uncited(source_id, paragraph, number, n_times)


def _found(text: str) -> Iterator[str]:
    """Yield numbers in figures, then those in words."""
    yield from (match[0].replace(",", "") for match in _ARABIC.finditer(text))
    yield from (match[0] for match in _WORDED.finditer(text))
