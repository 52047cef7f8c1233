"""Discrete quarters from figures of any period: judged by their days, never by their labels.

A label such as Q3 stands on a quarter, on nine months and on the filing that repeats them, so only
first and last day say what a figure is. A quarter is three months between two ends of a fiscal
quarter; a year to date begins with the fiscal year. Anything else, twelve months that end anywhere
among it, is left out with its reason.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import pandas as pd

AGREE: Final = 0.005
"""Relative: a quarter as filed and the difference of two years to date agree within this."""


@dataclass(frozen=True)
class Filed:
    """One figure of a filing.

    Parameters
    ----------
    start, end : date
        First and last day of its period.
    value_m : float
        Millions.
    filed : date
        When it became known.
    place : str
        Where it stands.
    """

    start: date
    end: date
    value_m: float
    filed: date
    place: str


@dataclass(frozen=True)
class Quarter:
    """A discrete quarter.

    Parameters
    ----------
    start, end : date
        First and last day.
    fiscal_quarter : int
        1 to 4.
    value_m : float
        Millions, as known last.
    filed : date
        When that became known.
    place : str
        Where it stands; both places of a difference.
    is_difference : bool
        Of two years to date.
    vintages : tuple of (date, float)
        Every value it had, with the day it became known; the first to the last.
    """

    start: date
    end: date
    fiscal_quarter: int
    value_m: float
    filed: date
    place: str
    is_difference: bool
    vintages: tuple[tuple[date, float], ...]


def discrete_quarters(
    figures: Iterable[Filed], fiscal_year_end_month: int
) -> tuple[list[Quarter], list[str]]:
    """Derive the quarters of a series.

    Parameters
    ----------
    figures : iterable of Filed
        Of one company, metric, definition and currency.
    fiscal_year_end_month : int
        Last month of the fiscal year.

    Returns
    -------
    quarters : list of Quarter
        In their order.
    left_out : list of str
        Figures that are neither quarter nor year to date, and quarters that contradict themselves.

    Examples
    --------
    >>> three = Filed(date(2026, 7, 1), date(2026, 9, 30), 30.0, date(2026, 10, 30), "10-Q")
    >>> nine = Filed(date(2026, 1, 1), date(2026, 9, 30), 80.0, date(2026, 10, 30), "10-Q")
    >>> [quarter.value_m for quarter in discrete_quarters([three, nine], 12)[0]]
    [30.0]
    """
    by_period: dict[tuple[date, int], list[Filed]] = defaultdict(list)
    left_out = []
    for figure in figures:
        months = whole_months(figure.start, figure.end)
        first = fiscal_year_start(figure.end, fiscal_year_end_month)
        offset = (figure.start.year - first.year) * 12 + figure.start.month - first.month
        is_quarter = months == 3 and offset % 3 == 0
        is_to_date = months in (6, 9, 12) and offset == 0
        if is_quarter or is_to_date:
            by_period[figure.end, months].append(figure)
        else:
            left_out.append(
                f"{figure.start} to {figure.end}: neither a fiscal quarter nor a year "
                f"to date ({figure.place})"
            )
    quarters = []
    for end in sorted({end for end, _ in by_period}):
        first = fiscal_year_start(end, fiscal_year_end_month)
        number = whole_months(first, end) // 3
        start = _quarter_start(end)
        filed = by_period.get((end, 3), [])
        whole, before = by_period.get((end, 3 * number), []), []
        if number > 1:
            before = by_period.get((start - timedelta(days=1), 3 * (number - 1)), [])
        direct, indirect = _vintages(filed), _differences(whole, before)
        known = direct or indirect
        if not known:
            continue
        newest_day, newest, place = known[-1]
        if direct and indirect and _differ(newest, indirect[-1][1]):
            left_out.append(
                f"{start} to {end}: {newest:,.6g} as filed, {indirect[-1][1]:,.6g} as the "
                f"difference of two years to date ({place})"
            )
            continue
        vintages = tuple((day, value) for day, value, _ in known)
        quarters.append(
            Quarter(start, end, number, newest, newest_day, place, not direct, vintages)
        )
    return quarters, left_out


def whole_months(start: date, end: date) -> int:
    """Count the months of a period; 0 if it is not of whole months.

    A fiscal month may end up to six days beside the calendar's: years of 52 or 53 weeks.

    Examples
    --------
    >>> whole_months(date(2026, 6, 1), date(2026, 8, 31)), whole_months(date(2026, 1, 1), date(2026, 1, 20))
    (3, 0)
    """  # noqa: E501
    days = (end - start).days + 1
    months = round(days / 30.4375)
    return months if abs(days - months * 30.4375) <= 4 else 0


def fiscal_year_start(end: date, fiscal_year_end_month: int) -> date:
    """Return the first day of the fiscal year in which a period ends.

    Examples
    --------
    >>> fiscal_year_start(date(2026, 8, 31), 5), fiscal_year_start(date(2026, 3, 31), 3)
    (datetime.date(2026, 6, 1), datetime.date(2025, 4, 1))
    """
    first_month = fiscal_year_end_month % 12 + 1
    year = end.year if end.month >= first_month else end.year - 1
    return date(year, first_month, 1)


def _quarter_start(end: date) -> date:
    first: date = (pd.Timestamp(end) + pd.offsets.MonthEnd(0) - pd.offsets.MonthBegin(3)).date()
    return first


def _vintages(filed: list[Filed]) -> list[tuple[date, float, str]]:
    """Every value that a period had, by the day it became known; a repeated one once."""
    kept: list[tuple[date, float, str]] = []
    for each in sorted(filed, key=lambda each: each.filed):
        if not kept or kept[-1][1] != each.value_m:
            kept.append((each.filed, each.value_m, each.place))
    return kept


def _differences(whole: list[Filed], before: list[Filed]) -> list[tuple[date, float, str]]:
    """Differences of two years to date: of each value the one before, as known on that day."""
    kept: list[tuple[date, float, str]] = []
    earlier = _vintages(before)
    for day, value, place in _vintages(whole):
        known = [each for each in earlier if each[0] <= day]
        if known:
            difference = value - known[-1][1]
            kept.append((day, difference, f"{place} less {known[-1][2]}"))
    return kept


def _differ(one: float, other: float) -> bool:
    return abs(one - other) > AGREE * max(abs(one), abs(other))
