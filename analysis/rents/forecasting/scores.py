"""Forecast scores: skill, its significance (Diebold-Mariano), and how much evidence there is."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats


class EqualAccuracy(NamedTuple):
    """A test of equal forecast accuracy.

    Parameters
    ----------
    statistic : float
        Below zero where the first forecast has the smaller loss; NaN where too few origins.
    p_value : float
        Two-sided.
    n_origins : int
        Losses compared.
    """

    statistic: float
    p_value: float
    n_origins: int


def diebold_mariano(loss: ArrayLike, other_loss: ArrayLike, horizon: int) -> EqualAccuracy:
    r"""Test whether two forecasts are equally accurate.

    Null: equal expected loss; alternative: different. Statistic of Diebold and Mariano with the
    correction of Harvey, Leybourne and Newbold, :math:`\sqrt{(n + 1 - 2h + h(h-1)/n) / n}`, against
    Student's t with n - 1 degrees of freedom. The long-run variance sums autocovariances up to lag
    h - 1; where that is not above zero, they get Bartlett's weights.

    Parameters
    ----------
    loss, other_loss : array, shape (n_origins,)
        Losses at consecutive origins.
    horizon : int
        Months ahead, h.

    Returns
    -------
    EqualAccuracy
        NaN where there are fewer than 2 h origins, or the losses never differ.

    References
    ----------
    Harvey, D., Leybourne, S. and Newbold, P. (1997), "Testing the equality of prediction mean
    squared errors", International Journal of Forecasting 13.
    """
    difference = np.asarray(loss, dtype=float) - np.asarray(other_loss, dtype=float)
    n = len(difference)
    centered = difference - difference.mean() if n else difference
    if n < max(2 * horizon, 3) or not np.any(np.abs(difference) > 1e-15):
        return EqualAccuracy(np.nan, np.nan, n)
    covariances = np.array([centered[lag:] @ centered[: n - lag] / n for lag in range(horizon)])
    long_run = covariances[0] + 2.0 * covariances[1:].sum()
    if long_run <= 0.0:
        bartlett = 1.0 - np.arange(1, horizon) / horizon
        long_run = covariances[0] + 2.0 * bartlett @ covariances[1:]
    if long_run <= 0.0:
        return EqualAccuracy(np.nan, np.nan, n)
    correction = np.sqrt((n + 1.0 - 2.0 * horizon + horizon * (horizon - 1.0) / n) / n)
    statistic = float(correction * difference.mean() / np.sqrt(long_run / n))
    return EqualAccuracy(statistic, float(2.0 * stats.t.sf(abs(statistic), n - 1)), n)


def n_effective_origins(n_origins: int, horizon: int) -> float:
    """Count the forecasts of a horizon that do not overlap: the independent ones at most.

    Parameters
    ----------
    n_origins : int
        Consecutive monthly origins.
    horizon : int
        Months ahead.

    Returns
    -------
    float
        ``1 + (n_origins - 1) / horizon``; zero without origins.

    Examples
    --------
    >>> n_effective_origins(25, 12)
    3.0
    """
    return 1.0 + (n_origins - 1) / horizon if n_origins > 0 else 0.0
