"""Price indices that only compare an item with itself: time-product dummy, Jevons, GEKS-Jevons.

An item is one provider's offer of one GPU under one contract. Every function takes log rents of
shape (n_items, n_months), NaN where an item was not observed, and item weights of shape
(..., n_items); leading axes of the weights are replicates, evaluated together. A provider drawn
twice in a bootstrap is an item of weight two.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from analysis.arrays import Floats

Splice = Literal["movement", "window", "half", "mean"]
Multilateral = Literal["time_product_dummy", "geks_jevons"]


def time_product_dummy(log_rents: ArrayLike, weights: ArrayLike | None = None) -> Floats:
    r"""Estimate month effects with item and month dummies, by least squares.

    :math:`\log p_{it} = \alpha_i + \beta_t + \varepsilon_{it}`, weighted by item.

    Parameters
    ----------
    log_rents : array, shape (n_items, n_months)
        Log rent of each item and month; NaN where not observed.
    weights : array, shape (..., n_items), optional
        Item weights, not negative; one each where not given.

    Returns
    -------
    ndarray, shape (..., n_months)
        Log index. Its level is arbitrary, differences between months are the estimate. NaN in the
        months that no chain of items connects with the best observed month.

    References
    ----------
    Summers, R. (1973), "International price comparisons based upon incomplete data", Review of
    Income and Wealth 19. IMF (2020), Consumer Price Index Manual, chapter 10.

    Examples
    --------
    The dearer provider joins in the second month; no rent changed, so neither does the index:

    >>> log_rents = np.log([[2.0, 2.0, 2.0], [np.nan, 6.0, 6.0]])
    >>> np.exp(time_product_dummy(log_rents)).round(12).tolist()
    [1.0, 1.0, 1.0]
    """
    rents, observed, weights = _prepared(log_rents, weights)
    cell = weights[..., :, None] * observed
    per_item = cell.sum(-1, keepdims=True)
    share = np.divide(cell, per_item, out=np.zeros_like(cell), where=per_item > 0)
    item_mean = (share * rents).sum(-1)
    laplacian = -np.swapaxes(share, -1, -2) @ cell
    _add_to_diagonal(laplacian, cell.sum(-2))
    excess = (cell * (rents - item_mean[..., None])).sum(-2)
    return _potentials(laplacian, excess)


def bilateral_jevons(
    log_rents: ArrayLike, weights: ArrayLike | None = None
) -> tuple[Floats, Floats]:
    """Compare every pair of months over the items that both have.

    Parameters
    ----------
    log_rents, weights
        As in `time_product_dummy`.

    Returns
    -------
    log_change : ndarray, shape (..., n_months, n_months)
        Mean log change of matched items from the row's month to the column's; NaN without a match.
    matched : ndarray, shape (..., n_months, n_months)
        Weight of the matched items.
    """
    rents, observed, weights = _prepared(log_rents, weights)
    cell = np.swapaxes(weights[..., :, None] * observed, -1, -2)
    matched = cell @ observed
    later = cell @ (observed * rents)
    with np.errstate(invalid="ignore", divide="ignore"):
        return (later - np.swapaxes(later, -1, -2)) / matched, matched


def jevons_chained(log_rents: ArrayLike, weights: ArrayLike | None = None) -> Floats:
    """Link matched-model changes month by month, over a gap where months have no match.

    Returns
    -------
    ndarray, shape (..., n_months)
        Log index, zero in the first month observed; NaN in months that no match reaches.
    """
    log_change, _ = bilateral_jevons(log_rents, weights)
    index: Floats = np.full(log_change.shape[:-1], np.nan)
    _, observed, weights = _prepared(log_rents, weights)
    has_items = (weights @ observed) > 0
    first = has_items.argmax(-1)
    np.put_along_axis(index, first[..., None], 0.0, axis=-1)
    for month in range(1, index.shape[-1]):
        for earlier in range(month - 1, -1, -1):
            linked = index[..., earlier] + log_change[..., earlier, month]
            index[..., month] = np.where(np.isnan(index[..., month]), linked, index[..., month])
    return index


def jevons_fixed_base(
    log_rents: ArrayLike, weights: ArrayLike | None = None, *, base: int = 0
) -> Floats:
    """Compare every month with one base month directly, over the items that both have.

    Parameters
    ----------
    log_rents, weights
        As in `time_product_dummy`.
    base : int
        Position of the base month.

    Returns
    -------
    ndarray, shape (..., n_months)
        Log index, zero in the base month; NaN where no item matches.
    """
    log_change, _ = bilateral_jevons(log_rents, weights)
    return log_change[..., base, :]


def geks_jevons(log_rents: ArrayLike, weights: ArrayLike | None = None) -> Floats:
    """Make all bilateral comparisons transitive, in the least-squares sense.

    Where every pair of months has a match this is the geometric mean over all indirect
    comparisons; pairs without one are left out.

    Returns
    -------
    ndarray, shape (..., n_months)
        Log index of arbitrary level, NaN in months not connected with the best observed one.

    References
    ----------
    Rao, D. S. P. and Banerjee, K. S. (1986), "A multilateral index number system based on the
    factorial approach", Statistical Papers 27. Ivancic, L., Diewert, W. E. and Fox, K. J. (2011),
    "Scanner data, time aggregation and the construction of price indexes", Journal of
    Econometrics 161.

    Examples
    --------
    >>> np.exp(np.diff(geks_jevons(np.log([[4.0, 2.0], [8.0, 4.0]])))).round(12).tolist()
    [0.5]
    """
    log_change, matched = bilateral_jevons(log_rents, weights)
    links = np.where(matched > 0, 1.0, 0.0)
    own = np.arange(links.shape[-1])
    links[..., own, own] = 0.0
    laplacian = -links
    _add_to_diagonal(laplacian, links.sum(-1))
    excess = np.where(links > 0, log_change, 0.0).sum(-2)
    return _potentials(laplacian, excess)


def spliced(
    log_rents: ArrayLike,
    weights: ArrayLike | None = None,
    *,
    method: Multilateral = "geks_jevons",
    window_months: int = 13,
    splice: Splice = "mean",
    first_window_months: int | None = None,
) -> Floats:
    """Extend a multilateral index month by month, so that no published value is ever revised.

    The first window is estimated whole; it then grows to its full length and moves. Each new month
    is joined to what was published: at the month before (``movement``), at the first month of the
    window (``window``), at its middle (``half``), or at the mean over all its months (``mean``).

    Parameters
    ----------
    log_rents, weights
        As in `time_product_dummy`.
    method : {"geks_jevons", "time_product_dummy"}
        Index within a window.
    window_months : int
        Full length of the window, at least two.
    splice : {"movement", "window", "half", "mean"}
        Where a new month is joined.
    first_window_months : int, optional
        Length of the first window; `window_months` where not given. Two makes every month from the
        second one a real-time value.

    Returns
    -------
    ndarray, shape (..., n_months)
        Log index, zero in the first month observed.

    References
    ----------
    Diewert, W. E. and Fox, K. J. (2022), "Substitution bias in multilateral methods for CPI
    construction", Journal of Business & Economic Statistics 40. Chessa, A. G. (2021), "Extension
    of multilateral index series over time", on splicing to the published series.
    """
    estimate = time_product_dummy if method == "time_product_dummy" else geks_jevons
    rents: Floats = np.asarray(log_rents, dtype=float)
    n_months = rents.shape[-1]
    first = min(first_window_months or window_months, window_months, n_months)
    if first < 2:
        raise ValueError(f"a window of {first} months compares nothing, expected at least two")
    published = estimate(rents[:, :first], weights)
    published = published - _first_defined(published)[..., None]
    for month in range(first, n_months):
        start = max(0, month + 1 - window_months)
        inside = estimate(rents[:, start : month + 1], weights)
        steps = published[..., start:] + inside[..., -1:] - inside[..., :-1]
        published = np.concatenate([published, _joined(steps, splice)[..., None]], axis=-1)
    return published


def _joined(steps: Floats, splice: Splice) -> Floats:
    """Take the splice wanted, or the mean of those defined where it is not."""
    defined = ~np.isnan(steps)
    total = np.where(defined, steps, 0.0).sum(-1)
    count = defined.sum(-1)
    mean = np.where(count > 0, total / np.maximum(count, 1), np.nan)
    if splice == "mean":
        return mean
    place = {"movement": -1, "window": 0, "half": steps.shape[-1] // 2}[splice]
    wanted = steps[..., place]
    return np.where(np.isnan(wanted), mean, wanted)


def _first_defined(index: Floats) -> Floats:
    first = (~np.isnan(index)).argmax(-1)
    return np.take_along_axis(index, first[..., None], axis=-1)[..., 0]


def _prepared(log_rents: ArrayLike, weights: ArrayLike | None) -> tuple[Floats, Floats, Floats]:
    rents = np.asarray(log_rents, dtype=float)
    observed = (~np.isnan(rents)).astype(float)
    item_weights = np.ones(len(rents)) if weights is None else np.asarray(weights, dtype=float)
    if item_weights.shape[-1] != len(rents):
        raise ValueError(f"{item_weights.shape[-1]} weights for {len(rents)} items")
    return np.where(observed > 0, rents, 0.0), observed, item_weights


def _add_to_diagonal(matrix: Floats, values: Floats) -> None:
    own = np.arange(matrix.shape[-1])
    matrix[..., own, own] += values


def _potentials(laplacian: Floats, excess: Floats) -> Floats:
    """Solve a graph Laplacian on the component of its best connected month; NaN elsewhere."""
    n_months = laplacian.shape[-1]
    own = np.arange(n_months)
    diagonal = laplacian[..., own, own]
    reference = diagonal.argmax(-1)
    linked = (laplacian < -1e-12) | np.eye(n_months, dtype=bool)
    for _ in range(int(np.ceil(np.log2(max(n_months, 2))))):
        linked = (linked.astype(np.float32) @ linked.astype(np.float32)) > 0
    reached = np.take_along_axis(linked, reference[..., None, None], axis=-2)[..., 0, :]
    reached &= diagonal.max(-1, keepdims=True) > 0
    free = reached & (own != reference[..., None])
    system = np.where(free[..., :, None] & free[..., None, :], laplacian, 0.0)
    _add_to_diagonal(system, np.where(free, 0.0, 1.0))
    solution = np.linalg.solve(system, np.where(free, excess, 0.0)[..., None])[..., 0]
    return np.where(reached, solution, np.nan)
