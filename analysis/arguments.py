"""Arguments of functions, as people give them from Python: what is none of its kind is refused."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from analysis.arrays import Floats
from analysis.errors import AssumptionError, Fault
from analysis.near_names import one_of

_MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")


class ArgumentError(AssumptionError, ValueError):
    """An argument that is not of the kind that a function takes."""


def as_numbers(name: str, values: ArrayLike, expected: str = "numbers") -> Floats:
    """Return an array of numbers.

    Raises
    ------
    AssumptionError
        If they are none.

    Examples
    --------
    >>> as_numbers("rate", "10%")
    Traceback (most recent call last):
    ...
    analysis.arguments.ArgumentError: 1 fault, nothing was evaluated:
    argument, column rate: found '10%', expected numbers
    """
    try:
        found = np.asarray(values)
        if found.dtype.kind in "biufO" and values is not None:
            return np.asarray(found, dtype=float)
    except (TypeError, ValueError):  # what is ragged, or holds texts
        pass
    raise refused(name, values, expected)


def as_number(
    name: str, value: Any, expected: str = "a finite number", *, is_finite: bool = True
) -> float:
    """Return one number, a finite one unless what follows says better what is wrong with others.

    Raises
    ------
    AssumptionError
        If it is none.

    Examples
    --------
    >>> as_number("wanted", 1)
    1.0
    """
    found = as_numbers(name, value, expected)
    if found.ndim or (is_finite and not np.isfinite(found)):
        raise refused(name, value, expected)
    return float(found)


def as_whole(name: str, value: Any, at_least: int | None = None) -> int:
    """Return a whole number that is not too small.

    Raises
    ------
    AssumptionError
        If it is none.
    """
    expected = "a whole number" + ("" if at_least is None else f", at least {at_least}")
    found = as_number(name, value, expected)
    if found != round(found) or (at_least is not None and found < at_least):
        raise refused(name, value, expected)
    return int(found)


def as_choice(name: str, value: Any, choices: Iterable[str]) -> str:
    """Return a word out of some.

    Raises
    ------
    AssumptionError
        With all of them, and the nearest.
    """
    words = tuple(choices)
    if isinstance(value, str) and value in words:
        return value
    raise refused(name, value, one_of(value, words))


def as_path(name: str, value: Any) -> Path:
    """Return a path.

    Raises
    ------
    AssumptionError
        If it is none.
    """
    if isinstance(value, str | Path):
        return Path(value)
    raise refused(name, value, "a path, or text of one")


def as_month(name: str, value: Any) -> str:
    """Return a month, such as 2024-12.

    Raises
    ------
    AssumptionError
        If it is none.
    """
    if isinstance(value, str) and _MONTH.fullmatch(value):
        return value
    raise refused(name, value, "a month, year-month such as 2024-12")


def refused(name: str, value: Any, expected: str) -> ArgumentError:
    """Return the error that says of an argument what it should be."""
    return ArgumentError([Fault("argument", None, name, str(value)[:80], expected)])
