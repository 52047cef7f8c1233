"""Intervals: what a rounded figure can stand for, and what follows from several of them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import product
from typing import TypeAlias

TOLERANCE = 1e-9
"""Relative slack of comparisons, for figures that meet exactly at the edge of an interval."""


@dataclass(frozen=True)
class Interval:
    """All numbers from `low` to `high`, both included; an end may be infinite.

    Arithmetic gives the interval of everything that the operation can give, each operand being
    taken as independent of the other.

    Parameters
    ----------
    low, high : float
        The ends, in the unit of the figure.

    Examples
    --------
    24.78 over 23.5, both rounded, is growth of 5.2 to 5.7 %: 5.5 % and 5.4 % are both right.

    >>> growth = Interval(24.775, 24.785) / Interval(23.45, 23.55) - 1
    >>> print(f"{growth.low:.3f} to {growth.high:.3f}")
    0.052 to 0.057
    """

    low: float
    high: float

    def __post_init__(self) -> None:
        if not self.low <= self.high:
            raise ValueError(f"an interval from {self.low} to {self.high}")

    @property
    def width(self) -> float:
        """Distance between the ends."""
        return self.high - self.low

    @property
    def middle(self) -> float:
        """Half-way point; the finite end where the other is infinite."""
        if math.isinf(self.low) or math.isinf(self.high):
            return self.high if math.isinf(self.low) else self.low
        return 0.5 * (self.low + self.high)

    @property
    def is_everything(self) -> bool:
        """Whether any number would do."""
        return math.isinf(self.low) and math.isinf(self.high)

    def overlaps(self, other: Interval) -> bool:
        """Say whether some number lies in both."""
        return self.gap(other) == 0.0

    def gap(self, other: Interval) -> float:
        """Return the signed distance from `other` to this interval, zero where they overlap.

        Examples
        --------
        >>> Interval(4.0, 5.0).gap(Interval(1.0, 2.0))
        2.0
        """
        ends = [abs(end) for end in (self.low, self.high, other.low, other.high)]
        slack = TOLERANCE * max((end for end in ends if math.isfinite(end)), default=0.0)
        if self.low > other.high + slack:
            return self.low - other.high
        if other.low > self.high + slack:
            return self.high - other.low
        return 0.0

    def __add__(self, other: Operand) -> Interval:
        other = as_interval(other)
        return Interval(self.low + other.low, self.high + other.high)

    def __neg__(self) -> Interval:
        return Interval(-self.high, -self.low)

    def __sub__(self, other: Operand) -> Interval:
        return self + -as_interval(other)

    def __mul__(self, other: Operand) -> Interval:
        other = as_interval(other)
        ends = product((self.low, self.high), (other.low, other.high))
        products = [0.0 if 0.0 in pair else pair[0] * pair[1] for pair in ends]
        return Interval(min(products), max(products))

    def __truediv__(self, other: Operand) -> Interval:
        other = as_interval(other)
        if other.low <= 0.0 <= other.high:
            return EVERYTHING
        return self * Interval(1.0 / other.high, 1.0 / other.low)

    def __pow__(self, exponent: float) -> Interval:
        """Raise an interval of positive numbers to a power."""
        if self.low <= 0.0:
            raise ValueError(f"a power of {self.low} to {self.high}, expected positive numbers")
        ends = sorted((self.low**exponent, self.high**exponent))
        return Interval(*ends)

    def __radd__(self, other: float) -> Interval:
        return self + other

    def __rsub__(self, other: float) -> Interval:
        return as_interval(other) - self

    def __rmul__(self, other: float) -> Interval:
        return self * other

    def __rtruediv__(self, other: float) -> Interval:
        return as_interval(other) / self


Operand: TypeAlias = Interval | float

EVERYTHING = Interval(-math.inf, math.inf)
NOT_NEGATIVE = Interval(0.0, math.inf)


def as_interval(value: Operand) -> Interval:
    """Return an interval; of a number, the one that holds it alone."""
    return value if isinstance(value, Interval) else Interval(float(value), float(value))


def hull(*values: Operand) -> Interval:
    """Return the shortest interval that holds all of several.

    Examples
    --------
    >>> hull(60_000.0, Interval(74_500.0, 75_500.0))
    Interval(low=60000.0, high=75500.0)
    """
    intervals = [as_interval(value) for value in values]
    return Interval(min(i.low for i in intervals), max(i.high for i in intervals))
