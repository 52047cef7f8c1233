r"""Local linear trend: level and slope both wander, and each month is seen with noise.

.. math::

    y_t = l_t + \varepsilon_t,\quad l_{t+1} = l_t + b_t + \eta_t,\quad b_{t+1} = b_t + \zeta_t

The Kalman filter runs once over the series for a grid of variance ratios side by side. Its running
sums give the likelihood of every leading part, so that each origin has its own estimate without a
fit of its own. Start exactly diffuse, after two months; overall scale concentrated out. Harvey, A.
C. (1989), Forecasting, Structural Time Series Models and the Kalman Filter, chapter 4.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from analysis.arrays import Floats, Integers
from analysis.rents.forecasting.predictive import SMALLEST_SCALE, Predictive, standardized


def _variance_grid() -> Floats:
    """Return variances of noise, level and slope, shape (n_grid, 3), the largest of them one."""
    noise = np.concatenate([[0.0], np.logspace(-2, 2, 13)])
    slope = np.concatenate([[0.0], np.logspace(-5, 1, 19)])
    wandering = np.array([(n, 1.0, s) for n in noise for s in slope])
    smooth = np.array([(1.0, 0.0, s) for s in slope])
    grid = np.concatenate([wandering, smooth])
    return grid / grid.max(axis=1, keepdims=True)


VARIANCE_GRID = _variance_grid()


class Filtered(NamedTuple):
    """The filter's state after each month, for every row of the grid.

    Parameters
    ----------
    state : ndarray, shape (n_months, n_grid, 2)
        Level and slope.
    state_covariance : ndarray, shape (n_months, n_grid, 3)
        Variances of level and slope, and their covariance, in units of the overall scale.
    innovation : ndarray, shape (n_months, n_grid)
        One-month errors over their standard deviation, in units of the overall scale.
    log_variance : ndarray, shape (n_months, n_grid)
        Logs of the one-month variances.
    """

    state: Floats
    state_covariance: Floats
    innovation: Floats
    log_variance: Floats


def filter_grid(log_rents: Floats, variances: Floats = VARIANCE_GRID) -> Filtered:
    """Run the Kalman filter for many variances side by side.

    Parameters
    ----------
    log_rents : array, shape (n_months,)
        Series, at least three months.
    variances : array, shape (n_grid, 3)
        Of noise, level and slope.

    Returns
    -------
    Filtered
        Zero in the first two months but for the second one's state, the exact diffuse start.
    """
    of_noise, of_level, of_slope = variances.T
    n_months, n_grid = len(log_rents), len(variances)
    out = Filtered(
        np.zeros((n_months, n_grid, 2)),
        np.zeros((n_months, n_grid, 3)),
        np.zeros((n_months, n_grid)),
        np.zeros((n_months, n_grid)),
    )
    level = np.full(n_grid, log_rents[1])
    slope = np.full(n_grid, log_rents[1] - log_rents[0])
    p_level, p_slope, p_both = of_noise, of_level + 2.0 * of_noise + of_slope, of_noise
    for month in range(1, n_months):
        if month > 1:
            level = level + slope
            p_level = p_level + 2.0 * p_both + p_slope + of_level
            p_both = p_both + p_slope
            p_slope = p_slope + of_slope
            variance = p_level + of_noise
            error = log_rents[month] - level
            level = level + p_level / variance * error
            slope = slope + p_both / variance * error
            p_slope = p_slope - p_both**2 / variance
            p_both = p_both * of_noise / variance
            p_level = p_level * of_noise / variance
            out.innovation[month] = error / np.sqrt(variance)
            out.log_variance[month] = np.log(variance)
        out.state[month] = np.stack([level, slope], axis=-1)
        out.state_covariance[month] = np.stack([p_level, p_slope, p_both], axis=-1)
    return out


def local_linear_trend(
    log_rents: Floats, origins: Integers, n_ahead: int, variances: Floats = VARIANCE_GRID
) -> Predictive:
    """Continue level and slope as the Kalman filter sees them at each origin.

    Variance ratios maximize the likelihood of the months seen; the errors are Student-t with n - 2
    degrees of freedom, since the overall scale is estimated and two months start the filter.
    """
    filtered = filter_grid(log_rents, variances)
    at = origins - 1
    squares = np.maximum(np.cumsum(filtered.innovation**2, axis=0)[at], 1e-30)
    log_variance = np.cumsum(filtered.log_variance, axis=0)[at]
    n_used = (origins - 2).astype(float)
    best = (n_used[:, None] * np.log(squares) + log_variance).argmin(axis=1)
    chosen = np.arange(len(origins))
    level, slope = filtered.state[at, best].T
    of_noise, of_level, of_slope = variances[best].T[:, :, None, None]
    p_level, p_slope, p_both = filtered.state_covariance[at, best].T[:, :, None, None]
    ahead = np.arange(1.0, n_ahead + 1.0)
    nearer = np.minimum.outer(ahead, ahead)
    farther = np.maximum.outer(ahead, ahead)
    product, together = np.multiply.outer(ahead, ahead), np.add.outer(ahead, ahead)
    wandering_slope = nearer * (nearer - 1.0) * (3.0 * farther - nearer - 1.0) / 6.0
    unit = (
        p_level
        + p_both * together
        + p_slope * product
        + of_level * nearer
        + of_slope * wandering_slope
        + of_noise * np.eye(n_ahead)
    )
    scale = squares[chosen, best] / n_used
    scale = np.maximum(scale, SMALLEST_SCALE**2)
    return Predictive(
        "local_linear_trend",
        level[:, None] + slope[:, None] * ahead,
        scale[:, None, None] * unit,
        n_used,
        tuple(
            standardized(filtered.innovation[2:origin, row])
            for origin, row in zip(origins, best, strict=True)
        ),
    )
