"""Cluster bootstrap: providers drawn with replacement, and what a draw's weights need."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from analysis.arrays import Floats


def provider_draws(providers: ArrayLike, n_draws: int, generator: np.random.Generator) -> Floats:
    """Draw providers with replacement; every item of a provider gets the times it was drawn.

    Returns
    -------
    ndarray, shape (n_draws, n_items)
        Item weights.
    """
    names, which = np.unique(np.asarray(providers), return_inverse=True)
    times = generator.multinomial(len(names), np.full(len(names), 1.0 / len(names)), size=n_draws)
    return times[:, which].astype(float)


def weighted_median(values: ArrayLike, weights: ArrayLike) -> Floats:
    """Return the weighted median of every column, NaN cells left out.

    Parameters
    ----------
    values : array, shape (n_items, n_months)
        Values; NaN where not observed.
    weights : array, shape (..., n_items)
        Weights, not negative.

    Returns
    -------
    ndarray, shape (..., n_months)
        Where half of the weight lies exactly between two values, their mean; NaN without weight.

    Examples
    --------
    >>> weighted_median([[1.0], [2.0], [9.0], [10.0]], [1.0, 1.0, 1.0, 1.0]).tolist()
    [5.5]
    """
    table = np.asarray(values, dtype=float)
    order = np.argsort(table, axis=0)
    ordered = np.take_along_axis(table, order, axis=0)
    observed = ~np.isnan(ordered)
    weight = np.asarray(weights, dtype=float)[..., order] * observed
    cumulated = weight.cumsum(axis=-2)
    total = cumulated[..., -1, :]
    half = total[..., None, :] / 2.0
    lower = (cumulated >= half - 1e-12).argmax(axis=-2)
    upper = (cumulated > half + 1e-12).argmax(axis=-2)
    column = np.arange(table.shape[1])
    middle = (ordered[lower, column] + ordered[upper, column]) / 2.0
    return np.where(total > 0, middle, np.nan)


def percentile_bounds(
    draws: Floats, coverage: float, n_clusters: int | None = None
) -> tuple[Floats, Floats]:
    r"""Percentile bounds of each column; NaN where fewer than half of the draws define it.

    A bootstrap of n clusters scatters too little, by :math:`\sqrt{(n - 1) / n}`, and has normal
    percentiles where the law is Student's: with ten providers 90 % intervals hold 84 %. The
    expanded percentile interval takes the quantiles at
    :math:`\Phi(\pm\sqrt{n / (n - 1)}\,t_{n-1})` instead.

    Parameters
    ----------
    draws : array, shape (n_draws, n_columns)
        Bootstrap draws.
    coverage : float
        Nominal coverage.
    n_clusters : int, optional
        Clusters drawn from; plain percentiles where not given.

    Returns
    -------
    low, high : ndarray, shape (n_columns,)

    References
    ----------
    Hesterberg, T. C. (2015), "What teachers should know about the bootstrap", The American
    Statistician 69.
    """
    tail = (1.0 - coverage) / 2.0
    if n_clusters is not None and n_clusters > 1:
        reach = stats.t.ppf(tail, n_clusters - 1) * np.sqrt(n_clusters / (n_clusters - 1))
        tail = float(stats.norm.cdf(reach))
    low, high = np.full((2, draws.shape[1]), np.nan)
    enough = (~np.isnan(draws)).mean(axis=0) >= 0.5 if len(draws) else np.zeros(draws.shape[1])
    for at in np.flatnonzero(enough):
        defined = draws[~np.isnan(draws[:, at]), at]
        low[at], high[at] = np.quantile(defined, [tail, 1.0 - tail])
    return low, high
