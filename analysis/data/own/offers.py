"""Offers in one cell: the GPU and the price that stand beside each other, told apart."""

from __future__ import annotations

import re
from typing import Final

from analysis.currencies import CURRENCIES, WRITTEN_CURRENCIES
from analysis.data.own.gpu_names import is_known_gpu
from analysis.data.own.written import normal

_SIGN: Final = "|".join(re.escape(sign) for sign, _ in WRITTEN_CURRENCIES)
_CODE: Final = "|".join(sorted(CURRENCIES))
_MONEY: Final = rf"(?:(?:{_SIGN})|(?<![A-Za-z])(?:{_CODE})(?![A-Za-z]))"
_FIGURE: Final = r"\d[\d.,'’\u202f]*"
_PRICE: Final = re.compile(
    rf"(?:\b(?:from|ab|up to|about|ca\.)\s+)?(?:{_MONEY}\s*{_FIGURE}"
    rf"|(?<![\w.,]){_FIGURE}(?:\s*[-–~至]\s*{_FIGURE})?\s*[万萬kK]?\s*(?:{_MONEY}|/\s*[A-Za-z\u4e00-\u9fff]|per\b))"
)
_EDGES: Final = " @:=,;|()[]-–—·"


def split_offer(cell: object) -> tuple[str, str] | None:
    """Split a cell that names a GPU and its price, in this order or the other.

    Returns
    -------
    gpu, price : str
        Or None where the cell does not hold both.

    Examples
    --------
    >>> split_offer("H100 SXM $2.49/hr"), split_offer("8x H200 @ 26.40 USD/hr")
    (('H100 SXM', '$2.49/hr'), ('8x H200', '26.40 USD/hr'))
    >>> split_offer("H800 8卡 7.5万元/台/月"), split_offer("$1.10/hr: A100 80GB")
    (('H800 8卡', '7.5万元/台/月'), ('A100 80GB', '$1.10/hr'))
    >>> split_offer("H100 80GB") is None
    True
    """
    text = normal(cell)
    found = _PRICE.search(text)
    if found is None:
        return None
    before, after = text[: found.start()], text[found.start() :]
    if is_known_gpu(before):
        return before.strip(_EDGES), after.strip(" ,;|)]")
    starts = [match.start() for match in re.finditer(r"(?<!\S)\S", after)][1:]
    named = [start for start in starts if is_known_gpu(after[start:])]
    if not named:
        return None
    # the price ends where the words begin that name the GPU: the last from which it is still whole
    start = named[-1]
    while (earlier := [each for each in starts if each < start]) and _is_of_name(
        after[earlier[-1] : start]
    ):
        start = earlier[-1]
    return after[start:].strip(_EDGES), after[:start].strip(_EDGES)


def is_offer(cell: object) -> bool:
    """Whether a cell names a GPU and its price."""
    return split_offer(cell) is not None


def is_priced(cell: object) -> bool:
    """Whether a cell is a price with its currency or unit, and nothing before it.

    Examples
    --------
    >>> is_priced("$2.49"), is_priced("2.49 €/h"), is_priced("H100"), is_priced("2.49")
    (True, True, False, False)
    """
    return _PRICE.match(normal(cell)) is not None


def _is_of_name(word: str) -> bool:
    """Whether a word before a GPU's name belongs to it: a count, or its maker."""
    return bool(
        re.fullmatch(r"(?:\d+\s*[xX×*]|NVIDIA|AMD|RTX|GeForce|HGX|DGX|Tesla)\s*", word.strip())
    )
