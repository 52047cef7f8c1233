"""Test of a change of drift: the weighted double maximum, its law by permutation.

Sup-F tests against one to five changes, each held against its own critical value, reject far more
often than their level says: five looks at one short series. Here one number is looked at, and its
law is drawn from the changes themselves in random order, which have no break.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.arrays import Floats
from analysis.rents.breaks.break_critical_values import JOINT_SUP_F, TRIMMING
from analysis.rents.quotes.monthly import check_monthly

FEWEST_CHANGES = 12
LEVEL = 0.05


@dataclass(frozen=True)
class DriftTest:
    """A test of one drift against one to `most_breaks` changes of it.

    Parameters
    ----------
    statistic : float
        Largest ratio of sup-F(k | 0) to its published 5 % critical value, over k.
    p_value : float
        Share of random orders of the same changes that give as much, itself counted.
    most_breaks : int
        Largest k.
    size_of_separate_tests : float
        Share of random orders in which some sup-F(k | 0) exceeds its own critical value.
    """

    statistic: float
    p_value: float
    most_breaks: int
    size_of_separate_tests: float

    def in_words(self, level: float = LEVEL) -> str:
        """Say whether the drift changed."""
        verdict = "the drift changed" if self.p_value <= level else "no change of drift is found"
        return f"{verdict} (p = {self.p_value:.2f})"


def drift_change_test(
    changes: pd.Series, *, generator: np.random.Generator, n_orders: int = 1999
) -> DriftTest:
    r"""Test whether the mean of monthly log changes is one and the same throughout.

    Null: changes are exchangeable, so their order says nothing. Alternative: their mean differs
    between one to five parts of 15 % of the months or more. Statistic
    :math:`\max_k F(k|0) / c_{k,0.05}`, the WDmax of Bai and Perron; its law is that over random
    orders of the same changes, exact under the null whatever their distribution. Changes that are
    correlated from month to month are not exchangeable: the test then rejects too often.

    Parameters
    ----------
    changes : Series
        Log changes of consecutive months (PeriodIndex).
    generator : numpy.random.Generator
        Draws the orders.
    n_orders : int
        Orders drawn.

    Returns
    -------
    DriftTest

    References
    ----------
    Bai, J. and Perron, P. (1998), Econometrica 66.

    Examples
    --------
    >>> months = pd.period_range("2024-01", periods=40, freq="M")
    >>> fall_and_rise = np.repeat([-0.03, 0.02], 20) + np.tile([0.01, -0.01], 20)
    >>> test = drift_change_test(
    ...     pd.Series(fall_and_rise, months), generator=np.random.default_rng(1)
    ... )
    >>> test.p_value
    0.0005
    """
    check_monthly(changes, FEWEST_CHANGES, "tests of the drift")
    values = changes.to_numpy(dtype=float)
    orders = generator.permuted(np.tile(values, (n_orders, 1)), axis=1)
    ratios = double_maximum(np.vstack([values, orders]))
    return DriftTest(
        statistic=float(ratios[0]),
        p_value=float((ratios >= ratios[0] - 1e-12).mean()),
        most_breaks=_most_breaks(len(values)),
        size_of_separate_tests=float((ratios[1:] > 1.0).mean()),
    )


def double_maximum(series: Floats) -> Floats:
    """Return the largest ratio of sup-F(k | 0) to its 5 % critical value, for many series at once.

    Parameters
    ----------
    series : array, shape (n_series, n_months)
        Each cut into up to five parts of its own mean, by least squares.

    Returns
    -------
    ndarray, shape (n_series,)
    """
    n_months = series.shape[1]
    most = _most_breaks(n_months)
    squares = least_squares(series, shortest=int(TRIMMING * n_months), most_breaks=most)
    k = np.arange(1, most + 1)
    critical = np.array(JOINT_SUP_F[1][LEVEL][:most])
    unexplained = np.maximum(squares[:, 1:], 1e-12 * squares[:, [0]] + 1e-300)
    statistics = (squares[:, [0]] - squares[:, 1:]) / unexplained * (n_months - k - 1) / k
    ratios: Floats = (statistics / critical).max(axis=1)
    return ratios


def least_squares(series: Floats, *, shortest: int, most_breaks: int) -> Floats:
    """Return the least squares around means with 0 to `most_breaks` breaks, for many series.

    Returns
    -------
    ndarray, shape (n_series, most_breaks + 1)
        The same as `segmentation.segment` gives one series at a time.
    """
    n_series, n_months = series.shape
    centered = series - series.mean(axis=1, keepdims=True)
    zero = np.zeros((n_series, 1))
    sums = np.concatenate([zero, centered.cumsum(axis=1)], axis=1)
    squares = np.concatenate([zero, (centered**2).cumsum(axis=1)], axis=1)
    start, end = np.arange(n_months + 1)[:, None], np.arange(n_months + 1)[None, :]
    length = np.where(end - start >= shortest, end - start, np.nan)
    cost = np.empty((n_series, most_breaks + 1, n_months + 1))
    cost[:, 0] = _cost_to(sums, squares, length, 0)
    for last in range(n_months + 1):
        alone = squares[:, [last]] - squares - (sums[:, [last]] - sums) ** 2 / length[:, last]
        alone = np.where(np.isnan(alone), np.inf, np.maximum(alone, 0.0))
        for count in range(1, most_breaks + 1):
            before = cost[:, count - 1, : last + 1]  # what comes after is not worked out yet
            cost[:, count, last] = (before + alone[:, : last + 1]).min(axis=1)
    least: Floats = cost[:, :, -1]
    return least


def _cost_to(sums: Floats, squares: Floats, length: Floats, start: int) -> Floats:
    whole = squares - squares[:, [start]] - (sums - sums[:, [start]]) ** 2 / length[start]
    result: Floats = np.where(np.isnan(whole), np.inf, np.maximum(whole, 0.0))
    return result


def _most_breaks(n_months: int) -> int:
    return min(5, n_months // max(int(TRIMMING * n_months), 2) - 1)
