"""Significant digits: a printed figure stands for all numbers that would be printed like it."""

from __future__ import annotations

import math
import re
from collections.abc import Hashable, Mapping
from typing import Any, NamedTuple

from analysis.data.printed_figures import FIGURE, figures
from analysis.printed.interval import Interval

ABOUT_SHARE = 0.10
"""How far a figure said to be "about" so much may lie from it, either way."""

WHOLE_UNITS = frozenset(
    {
        *("count", "servers", "GPUs", "GPUs per server", "CPU cores", "cabinets"),
        *("years", "quarters", "months"),
    }
)
"""Units of things, and of agreed terms: a whole number of them, printed in full, is exact."""

_BELOW_ONE = 1.0 - 1e-6
"""Cut digits stand for everything up to the next figure, that figure not included."""

_WORDS = {
    "at most": r"不超过|不超過|最多|at most",
    "at least": r"不低于|不低於|不少于|至少|at least",
    "under": r"不足|低于|低於|少于|少於|以下|under|below|<",
    "nearly": r"接?近|nearly|almost",
    "over": r"超|逾|以上|[0-9]多|over|above|>",
    "about": r"约|約|左右|上下|about|around|~",
}
"""Words that limit a figure; 不超过 (at most) is looked for before the 超 (over) within it."""


class Printed(NamedTuple):
    """What a printed figure can stand for.

    Parameters
    ----------
    rounded : Interval
        Every number that rounds to it, widened or opened by its qualifier.
    cut : Interval
        Every number that gives it when its digits are cut off, not rounded; as `rounded` where a
        qualifier makes the difference meaningless.
    """

    rounded: Interval
    cut: Interval


class _Figure(NamedTuple):
    """A figure and the worth of one unit of its last printed digit."""

    value: float
    digit: float


def read_printed(
    printed: str,
    *,
    value: float | None = None,
    value_high: float | None = None,
    qualifier: str = "",
    unit: str = "",
) -> Printed:
    """Say what a printed figure stands for.

    Half a unit of the last printed digit either way; a whole number of things, printed without
    万 or 亿, is exact, and so is nought. "About" means a tenth either way, or half a digit where
    that is more; "nearly" a tenth below; "over", "at least", "under" and "at most" open one side.
    A range stands for everything between its ends.

    Parameters
    ----------
    printed : str
        The figure as printed, with its multiplier and limiting words.
    value : float, optional
        Which of several printed figures is meant, in base units; the first where not given, or the
        whole range.
    value_high : float, optional
        The upper end, where a range is meant.
    qualifier : str
        How the source limits the figure, where that is not part of `printed`.
    unit : str
        Unit of the value; decides whether a whole number is exact.

    Returns
    -------
    Printed

    Raises
    ------
    ValueError
        A value that is not printed, or a qualifier that is not known.

    Examples
    --------
    >>> read_printed("6倍").rounded, read_printed("6倍").cut
    (Interval(low=5.5, high=6.5), Interval(low=6.0, high=6.999999))
    >>> read_printed("超20亿").rounded
    Interval(low=2000000000.0, high=inf)
    >>> read_printed("12-18 万元").rounded
    Interval(low=115000.0, high=185000.0)
    >>> read_printed("29家", unit="count").rounded
    Interval(low=29.0, high=29.0)
    """
    first, last = _ends(printed, value, value_high)
    if unit in WHOLE_UNITS and first.digit == last.digit == 1.0:
        first, last = _Figure(first.value, 0.0), _Figure(last.value, 0.0)
    qualifier = qualifier or limiting_word(printed)
    rounded = _limited(first, last, qualifier)
    if qualifier:
        return Printed(rounded, rounded)
    low, high = first.value, last.value
    if high < 0:
        low -= first.digit * _BELOW_ONE
    else:
        high += last.digit * _BELOW_ONE
    return Printed(rounded, Interval(low, high))


def read_row(row: Mapping[Hashable, Any]) -> Printed:
    """Say what a row of the tables ``claims`` or ``outcomes`` stands for."""
    return read_printed(
        row["printed"],
        value=row["value_low"],
        value_high=row["value_high"],
        qualifier=row["qualifier"],
        unit=row["unit"],
    )


def half_unit(printed: str, value: float | None = None) -> float:
    """Return half a unit of the last printed digit of a figure, in the unit of the figure.

    Parameters
    ----------
    printed : str
        As printed.
    value : float, optional
        Which of several printed figures is meant, in base units; the first where not given.

    Examples
    --------
    >>> half_unit("14%"), half_unit("3 年")
    (0.005, 0.5)
    """
    first, _ = _ends(printed, value, value)
    return first.digit / 2


def limiting_word(printed: str) -> str:
    """Return the qualifier that a printed text contains, or nothing.

    Examples
    --------
    >>> limiting_word("不超过 30 亿元"), limiting_word("近70家"), limiting_word("36.9 亿")
    ('at most', 'nearly', '')
    """
    return next((name for name, words in _WORDS.items() if re.search(words, printed)), "")


def _ends(printed: str, value: float | None, value_high: float | None) -> tuple[_Figure, _Figure]:
    """Return the printed figures that a value, or a range, begins and ends with."""
    found = _figures(printed)
    if not found:
        if value is None:
            raise ValueError(f"no figure in {printed!r}")
        high = value if value_high is None else value_high
        return _Figure(float(value), 0.0), _Figure(float(high), 0.0)  # in words: 三种, 百亿
    if value is None:
        is_range = len(found) == 2 and re.search(r"[0-9][^0-9/]{0,3}[-–至~]", printed)
        return found[0], found[1] if is_range else found[0]
    return _nearest(found, value, printed), _nearest(
        found, value if value_high is None else value_high, printed
    )


def _figures(printed: str) -> list[_Figure]:
    matches = FIGURE.finditer(printed)
    found = []
    for value, match in zip(figures(printed), matches, strict=True):
        number = match["number"].replace(",", "")
        digit = abs(value) / float(number) * 10.0 ** -len(number.partition(".")[2]) if value else 0
        found.append(_Figure(value, digit))  # a printed nought is none at all
    return found


def _nearest(found: list[_Figure], wanted: float, printed: str) -> _Figure:
    for figure in found:
        if math.isclose(figure.value, wanted, rel_tol=1e-9):
            return figure
    raise ValueError(f"{wanted:g} is not printed in {printed!r}")


def _limited(first: _Figure, last: _Figure, qualifier: str) -> Interval:
    low, high = first.value, last.value
    match qualifier:
        case "":
            return Interval(low - first.digit / 2, high + last.digit / 2)
        case "over" | "at least":
            return Interval(low, math.inf)
        case "under" | "at most":
            return Interval(-math.inf, high)
        case "nearly":
            return Interval(low - ABOUT_SHARE * abs(low), high)
        case "about":
            return Interval(
                low - max(first.digit / 2, ABOUT_SHARE * abs(low)),
                high + max(last.digit / 2, ABOUT_SHARE * abs(high)),
            )
    raise ValueError(f"found qualifier {qualifier!r}, expected one of {', '.join(_WORDS)}")
