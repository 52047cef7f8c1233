"""Forecast models of a monthly log rent: naive, random walks, lines, and lines that break.

A model takes a log-rent series of shape (n_months,) and origins, the number of leading months that
each forecast may see, and returns the `Predictive` laws of all origins at once: sums over the
months seen come from cumulated sums, never from a fit for each origin.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from analysis.arrays import Floats, Integers
from analysis.rents.breaks.segmentation import segment
from analysis.rents.forecasting.predictive import SMALLEST_SCALE, Predictive, standardized
from analysis.rents.forecasting.state_space import local_linear_trend

Model = Callable[[Floats, Integers, int], Predictive]

SHORTEST_REGIME_MONTHS = 6
MOST_BREAKS = 3
FEWEST_MONTHS = 6
THETA_GRID = np.linspace(-0.9, 0.9, 73)


def no_change(log_rents: Floats, origins: Integers, n_ahead: int) -> Predictive:
    """Repeat the last rent; errors are those of a random walk without drift.

    Resampled changes come with either sign, or they would bring the drift back in.
    """
    changes = np.diff(log_rents)
    n_changes = origins - 1
    squares = np.cumsum(changes**2)[n_changes - 1] / n_changes
    ahead = np.arange(1.0, n_ahead + 1.0)
    walk = np.minimum.outer(ahead, ahead)
    return Predictive(
        "no_change",
        np.repeat(log_rents[origins - 1][:, None], n_ahead, axis=1),
        _squared(squares)[:, None, None] * walk,
        n_changes.astype(float),
        tuple(standardized([*changes[:m], *-changes[:m]]) for m in n_changes),
    )


def random_walk_with_drift(log_rents: Floats, origins: Integers, n_ahead: int) -> Predictive:
    r"""Continue the mean log change.

    The error after h months, with the drift estimated from m changes of variance K, is Student-t
    with m - 1 degrees of freedom and squared scale :math:`K (h + h^2 / m)`: Farmer, J. D. and
    Lafond, F. (2016), "How predictable is technological progress?", Research Policy 45.
    """
    changes = np.diff(log_rents)
    n_changes = origins - 1
    drift, squares = _drift(changes, n_changes)
    return _walk(
        "random_walk_with_drift",
        log_rents,
        origins,
        drift,
        squares,
        np.zeros(len(origins)),
        tuple(standardized(changes[:m]) for m in n_changes),
        n_ahead,
    )


def moving_average(log_rents: Floats, origins: Integers, n_ahead: int) -> Predictive:
    r"""Continue the mean log change where changes have MA(1) noise.

    Squared scale after h months :math:`\frac{K}{1 + \theta^2}\left[-2\theta + \left(1 +
    \frac{2(m-1)\theta}{m} + \theta^2\right)\left(h + \frac{h^2}{m}\right)\right]`: Farmer and
    Lafond (2016). Theta is the maximum-likelihood estimate of the months seen.
    """
    changes = np.diff(log_rents)
    n_changes = origins - 1
    drift, squares = _drift(changes, n_changes)
    theta, residuals = _estimate_theta(changes, n_changes, drift)
    return _walk("moving_average", log_rents, origins, drift, squares, theta, residuals, n_ahead)


def log_linear(log_rents: Floats, origins: Integers, n_ahead: int) -> Predictive:
    """Continue the line through all months seen, errors independent: the usual chart."""
    starts = np.zeros(len(origins), dtype=np.int64)
    return _lines("log_linear", log_rents, starts, origins, n_ahead)


def trend_with_break(log_rents: Floats, origins: Integers, n_ahead: int) -> Predictive:
    """Continue the line through the last regime of the months seen, breaks by BIC."""
    time = np.arange(len(log_rents)) - (len(log_rents) - 1) / 2.0
    design = np.column_stack([np.ones_like(time), time])
    partition = segment(log_rents, design, shortest=SHORTEST_REGIME_MONTHS, max_breaks=MOST_BREAKS)
    squares = partition.cost[:, origins]
    n_estimated = 3 * np.arange(MOST_BREAKS + 1)[:, None] + 2
    floor = origins * SMALLEST_SCALE**2
    bic = np.log(np.maximum(squares, floor) / origins) + n_estimated * np.log(origins) / origins
    n_breaks = np.where(np.isfinite(squares), bic, np.inf).argmin(axis=0)
    starts = np.where(n_breaks > 0, partition.last_break[n_breaks, origins], 0)
    return _lines("trend_with_break", log_rents, starts, origins, n_ahead)


MODELS: dict[str, Model] = {
    "no_change": no_change,
    "random_walk_with_drift": random_walk_with_drift,
    "moving_average": moving_average,
    "local_linear_trend": local_linear_trend,
    "trend_with_break": trend_with_break,
    "log_linear": log_linear,
}
"""Every model by its name."""

MODEL_LABELS = {
    "no_change": "no change",
    "random_walk_with_drift": "random walk with drift",
    "moving_average": "random walk with drift and MA(1) noise",
    "local_linear_trend": "local linear trend",
    "trend_with_break": "line through the last regime",
    "log_linear": "line through all months",
}


def walk_covariance(theta: Floats, n_changes: Integers, n_ahead: int) -> Floats:
    """Return the covariance of errors that continue the mean of past changes.

    Parameters
    ----------
    theta : array, shape (n_origins,)
        MA(1) coefficient of the changes; zero for a plain random walk.
    n_changes : array of int, shape (n_origins,)
        Past changes that the drift was averaged over.
    n_ahead : int
        Months ahead.

    Returns
    -------
    ndarray, shape (n_origins, n_ahead, n_ahead)
        In units of the variance of the innovations.
    """
    ahead = np.arange(1.0, n_ahead + 1.0)
    nearer = np.minimum.outer(ahead, ahead)
    product, together = np.multiply.outer(ahead, ahead), np.add.outer(ahead, ahead)
    t, m = theta[:, None, None], n_changes[:, None, None].astype(float)
    of_noise = (1.0 + t**2) * nearer + 2.0 * t * (nearer - 1.0) + t * (1.0 - np.eye(n_ahead))
    of_drift = ((1.0 + t**2) * m + 2.0 * t * (m - 1.0)) / m**2 * product
    return of_noise + of_drift - t * together / m


def _drift(changes: Floats, n_changes: Integers) -> tuple[Floats, Floats]:
    """Return mean and variance of the leading changes."""
    at = n_changes - 1
    mean = np.cumsum(changes)[at] / n_changes
    excess = np.cumsum(changes**2)[at] - n_changes * mean**2
    return mean, np.maximum(excess, 0.0) / (n_changes - 1)


def _walk(
    model: str,
    log_rents: Floats,
    origins: Integers,
    drift: Floats,
    squares: Floats,
    theta: Floats,
    residuals: tuple[Floats, ...],
    n_ahead: int,
) -> Predictive:
    """Continue a drift estimated by the mean change; changes have MA(1) noise of given theta."""
    unit = walk_covariance(theta, origins - 1, n_ahead) / (1.0 + theta**2)[:, None, None]
    return Predictive(
        model,
        log_rents[origins - 1][:, None] + drift[:, None] * np.arange(1.0, n_ahead + 1.0),
        _squared(squares)[:, None, None] * unit,
        (origins - 2).astype(float),
        residuals,
    )


def _estimate_theta(
    changes: Floats, n_changes: Integers, drift: Floats
) -> tuple[Floats, tuple[Floats, ...]]:
    """Maximize the exact Gaussian likelihood over a grid, all origins in one pass.

    The innovation of a month is linear in the drift, so cumulated sums of the filtered changes and
    of a filtered constant give every origin's sum of squares.
    """
    filtered = np.zeros((2, len(THETA_GRID)))
    variance = np.ones(len(THETA_GRID))
    inputs = np.stack([changes, np.ones_like(changes)])
    innovations = np.empty((2, len(changes), len(THETA_GRID)))
    variances = np.empty((len(changes), len(THETA_GRID)))
    for month in range(len(changes)):
        carried = THETA_GRID * filtered / variance if month else 0.0
        filtered = inputs[:, month, None] - carried
        last = THETA_GRID**2 / variance if month else 0.0
        variance = 1.0 + THETA_GRID**2 - last
        innovations[:, month], variances[month] = filtered, variance
    own, constant = innovations / np.sqrt(variances)
    sums = [
        np.cumsum(part, axis=0)[n_changes - 1] for part in (own**2, own * constant, constant**2)
    ]
    mu = drift[:, None]
    squares = np.maximum(sums[0] - 2.0 * mu * sums[1] + mu**2 * sums[2], 1e-30)
    log_determinant = np.cumsum(np.log(variances), axis=0)[n_changes - 1]
    best = (n_changes[:, None] * np.log(squares) + log_determinant).argmin(axis=1)
    residuals = tuple(
        standardized(own[:m, at] - mean * constant[:m, at])
        for m, at, mean in zip(n_changes, best, drift, strict=True)
    )
    is_flat = sums[0][:, 0] < 1e-20
    return np.where(is_flat, 0.0, THETA_GRID[best]), residuals


def _lines(
    model: str, log_rents: Floats, starts: Integers, origins: Integers, n_ahead: int
) -> Predictive:
    """Continue the least-squares line through the months from start to origin."""
    time = np.arange(len(log_rents), dtype=float)
    sums = np.stack([np.ones_like(time), time, time**2, log_rents, time * log_rents, log_rents**2])
    cumulated = np.concatenate([np.zeros((6, 1)), sums.cumsum(axis=1)], axis=1)
    n, t, tt, y, ty, yy = cumulated[:, origins] - cumulated[:, starts]
    mean_time, mean_rent = t / n, y / n
    spread = tt - n * mean_time**2
    slope = (ty - n * mean_time * mean_rent) / spread
    squares = np.maximum(yy - n * mean_rent**2 - slope**2 * spread, 0.0) / (n - 2.0)
    ahead = origins[:, None] + np.arange(n_ahead) - mean_time[:, None]
    leverage = (
        1.0 / n[:, None, None] + ahead[:, :, None] * ahead[:, None, :] / spread[:, None, None]
    )
    residuals = []
    for start, origin, level, growth, middle in zip(
        starts, origins, mean_rent, slope, mean_time, strict=True
    ):
        inside = slice(start, origin)
        residuals.append(standardized(log_rents[inside] - level - growth * (time[inside] - middle)))
    return Predictive(
        model,
        mean_rent[:, None] + slope[:, None] * ahead,
        _squared(squares)[:, None, None] * (np.eye(n_ahead) + leverage),
        n - 2.0,
        tuple(residuals),
    )


def _squared(squares: Floats) -> Floats:
    return np.maximum(squares, SMALLEST_SCALE**2)
