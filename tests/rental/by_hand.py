"""Measures written by hand, apart from their declaration: what the engines are held against."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from analysis.arrays import Floats


def payback_periods(flows: ArrayLike) -> Floats:
    """Return how many periods it takes until the flows have paid back.

    The first period at whose end the running total is no longer negative, with the flow spread
    evenly within that period.

    Parameters
    ----------
    flows : array, shape (n_scenarios, n_periods + 1)
        From period 0, the outlay being negative.

    Returns
    -------
    ndarray, shape (n_scenarios,)
        Periods; NaN where the flows never pay back within the horizon.

    Examples
    --------
    >>> payback_periods([[-100.0, 40.0, 40.0, 40.0], [-100.0, 10.0, 10.0, 10.0]]).tolist()
    [2.5, nan]
    """
    values = np.atleast_2d(np.asarray(flows, dtype=float))
    totals = np.cumsum(values, axis=1)
    rows, first = np.arange(len(values)), (totals >= 0).argmax(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        within = -totals[rows, first - 1] / values[rows, first]
    periods = np.where(first == 0, 0.0, first - 1 + within)
    return np.where(totals[rows, first] >= 0, periods, np.nan)


def debt_service_cover(cfads: ArrayLike, debt_service: ArrayLike) -> Floats:
    """Return the debt service cover ratio of every period.

    Parameters
    ----------
    cfads, debt_service : array, shape (n_scenarios, n_periods)
        Cash flow available for debt service, and interest plus principal.

    Returns
    -------
    ndarray, shape (n_scenarios, n_periods)
        ``cfads / debt_service``; NaN in periods without debt service, or with no more of it than
        rounding leaves.

    Examples
    --------
    >>> debt_service_cover([[130.0, 130.0]], [[100.0, 0.0]]).tolist()
    [[1.3, nan]]
    """
    available = np.asarray(cfads, dtype=float)
    service = np.asarray(debt_service, dtype=float)
    scale = np.maximum(np.abs(available), np.abs(service))
    due = service > 1e-9 * np.max(scale, axis=-1, keepdims=True, initial=0.0)
    return np.where(due, available, np.nan) / np.where(due, service, np.nan)


def minimum_and_average(cover: Floats) -> tuple[Floats, Floats]:
    """Return the lowest and the mean ratio of every scenario; NaN where there is none."""
    is_there = ~np.isnan(cover)
    count = is_there.sum(axis=1)
    total = np.cumsum(np.where(is_there, cover, 0.0), axis=1)[:, -1]
    lowest = np.where(is_there, cover, np.inf).min(axis=1)
    with np.errstate(invalid="ignore"):
        average = np.where(count > 0, total / np.maximum(count, 1), np.nan)
    return np.where(count > 0, lowest, np.nan), average


def by_year(values: Floats, periods_per_year: int) -> Floats:
    """Sum flows of periods into years.

    Parameters
    ----------
    values : ndarray, shape (n_scenarios, n_periods)
        Flows of periods 1, 2, ...
    periods_per_year : int
        Periods in a year; a last, unfinished year is summed as it is.

    Returns
    -------
    ndarray, shape (n_scenarios, n_years)
        Flows of years 1, 2, ...
    """
    n_years = -(-values.shape[1] // periods_per_year)
    years = np.zeros((values.shape[0], n_years))
    for index in range(values.shape[1]):
        years[:, index // periods_per_year] += values[:, index]
    return years
