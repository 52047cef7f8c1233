"""Fiscal quarters as calendar quarters: which one a quarter of three odd months belongs to."""

from __future__ import annotations

from typing import Literal, TypeAlias

import pandas as pd

QuarterRule: TypeAlias = Literal["majority", "first month"]


def calendar_quarter(
    period_start: pd.Timestamp, period_end: pd.Timestamp, rule: QuarterRule = "majority"
) -> pd.Period:
    """Assign a quarter of three months to a calendar quarter.

    Parameters
    ----------
    period_start, period_end : Timestamp
        First and last day.
    rule : str
        ``majority``: the calendar quarter that holds most of its days. ``first month``: the one
        that holds its first day. They differ only for companies whose fiscal year ends in a month
        other than March, June, September or December.

    Examples
    --------
    >>> start, end = pd.Timestamp("2024-12-01"), pd.Timestamp("2025-02-28")
    >>> str(calendar_quarter(start, end)), str(calendar_quarter(start, end, "first month"))
    ('2025Q1', '2024Q4')
    """
    day = period_start if rule == "first month" else period_start + (period_end - period_start) / 2
    return pd.Period(day, freq="Q")


def fiscal_year(period_end: pd.Timestamp, fiscal_year_end_month: int) -> int:
    """Year in which the fiscal year that holds a day ends.

    Examples
    --------
    >>> fiscal_year(pd.Timestamp("2024-09-30"), 6)
    2025
    >>> fiscal_year(pd.Timestamp("2024-12-31"), 12)
    2024
    """
    return period_end.year + (period_end.month > fiscal_year_end_month)
