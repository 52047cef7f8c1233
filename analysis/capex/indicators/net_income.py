"""Adjusted net income: quarters moved by one event, put back."""

from __future__ import annotations

import numpy as np
import pandas as pd

SWOLLEN_FACTOR = 1.25  # times the greatest net margin of the eight quarters before
SWOLLEN_POINTS = 0.025  # and above it by so much of revenue, lest a thin margin that widens counts
SUNKEN_FACTOR = 0.6  # times the smallest
N_REFERENCE_QUARTERS = 8
N_LEAST_QUARTERS = 4

FLAGS = ("", "sunken", "swollen", "not positive")
"""To the gravest."""


def flag_net_income(net_margin: pd.Series) -> pd.Series:
    """Flag the quarters in which net income says nothing of the business.

    ``not positive``: no profit. ``swollen``: the net margin is more than 1.25 times the greatest of
    the eight quarters before, and above it by 2.5 % of revenue; ``sunken``: less than 0.6 times the
    smallest. Flagged quarters are left out of the comparison, and fewer than four quarters before
    flag nothing.

    Parameters
    ----------
    net_margin : Series
        Net income over revenue, of one company, one quarter after the other.

    Examples
    --------
    >>> flag_net_income(pd.Series([0.2, 0.22, 0.21, 0.2, 0.57, 0.21, 0.05])).tolist()
    ['', '', '', '', 'swollen', '', 'sunken']
    """
    flags: list[str] = []
    clean: list[float] = []
    for margin in net_margin.astype(float).tolist():
        flags.append(_flag(margin, clean[-N_REFERENCE_QUARTERS:]))
        if not flags[-1] and np.isfinite(margin):
            clean.append(margin)
    return pd.Series(flags, net_margin.index, dtype=object)


def _flag(margin: float, earlier: list[float]) -> str:
    if margin <= 0:
        return "not positive"
    if len(earlier) < N_LEAST_QUARTERS:
        return ""
    greatest = max(earlier)
    if margin > max(SWOLLEN_FACTOR * greatest, greatest + SWOLLEN_POINTS):
        return "swollen"
    return "sunken" if margin < SUNKEN_FACTOR * min(earlier) else ""


def usual_net_income(net_income: pd.Series, revenue: pd.Series) -> tuple[pd.Series, pd.Series]:
    """Put the net income of flagged quarters back to their usual margin.

    Parameters
    ----------
    net_income, revenue : Series
        Quarters of one company, in order.

    Returns
    -------
    usual : Series
        Net income; in flagged quarters, revenue times the median margin of the quarters among the
        eight before that are not flagged, if there are four.
    flags : Series
        Of :func:`flag_net_income`.

    Examples
    --------
    >>> usual, _ = usual_net_income(
    ...     pd.Series([20.0, 20.0, 22.0, 20.0, 57.0]), pd.Series([100.0] * 5)
    ... )
    >>> usual.tolist()
    [20.0, 20.0, 22.0, 20.0, 20.0]
    """
    margin = net_income / revenue
    flags = flag_net_income(margin)
    clean = margin.where(flags == "")
    before = clean.shift().rolling(N_REFERENCE_QUARTERS, min_periods=N_LEAST_QUARTERS)
    return net_income.where(flags == "", before.median() * revenue), flags


def gravity(flags: pd.Series) -> pd.Series:
    """Rank flags by how grave they are, so that the gravest of several is their maximum.

    Examples
    --------
    >>> FLAGS[gravity(pd.Series(["", "sunken", "not positive", "swollen"])).max()]
    'not positive'
    """
    return flags.map({flag: rank for rank, flag in enumerate(FLAGS)})
