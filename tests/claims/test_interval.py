"""Interval arithmetic holds every result of arithmetic on points within."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.printed.interval import EVERYTHING, Interval, hull

numbers = st.floats(-1e6, 1e6).map(lambda x: round(x, 3))


@st.composite
def interval_and_point(draw: st.DrawFn) -> tuple[Interval, float]:
    low, high = sorted((draw(numbers), draw(numbers)))
    share = draw(st.floats(0.0, 1.0))
    return Interval(low, high), min(max(low + share * (high - low), low), high)


def holds(interval: Interval, value: float) -> bool:
    return interval.overlaps(Interval(value, value))


@given(interval_and_point(), interval_and_point())
def test_arithmetic_holds_every_point(
    first: tuple[Interval, float], second: tuple[Interval, float]
) -> None:
    (a, x), (b, y) = first, second
    assert holds(a + b, x + y)
    assert holds(a - b, x - y)
    assert holds(a * b, x * y)
    if y:
        assert holds(a / b, x / y)


def test_a_divisor_that_may_be_zero_gives_everything() -> None:
    assert Interval(1.0, 2.0) / Interval(-1.0, 1.0) == EVERYTHING


def test_open_ends_survive() -> None:
    over = Interval(2.0, math.inf)
    assert over * 0.5 == Interval(1.0, math.inf)
    assert 10.0 / over == Interval(0.0, 5.0)
    assert 1.0 - over == Interval(-math.inf, -1.0)
    assert 0.0 * over == Interval(0.0, 0.0)


def test_gap_has_the_sign_of_the_difference() -> None:
    assert Interval(0.69, 0.70).gap(Interval(0.60, 0.61)) == pytest.approx(0.08)
    assert Interval(0.60, 0.61).gap(Interval(0.69, 0.70)) == pytest.approx(-0.08)
    assert Interval(0.1, 0.3).gap(Interval(0.3, 0.4)) == 0.0  # they touch
    assert Interval(0.1 + 0.2, 1.0).overlaps(Interval(0.0, 0.3))  # up to rounding


def test_a_power_of_what_may_be_negative_is_refused() -> None:
    with pytest.raises(ValueError, match="positive"):
        Interval(-1.0, 1.0) ** 0.5


def test_hull_and_middle() -> None:
    assert hull(3.0, Interval(1.0, 2.0)) == Interval(1.0, 3.0)
    assert Interval(-math.inf, 5.0).middle == 5.0


def test_upside_down_is_refused() -> None:
    with pytest.raises(ValueError, match="from 2"):
        Interval(2.0, 1.0)
