"""Least-squares segmentation: the best partition of a series into any number of regimes.

Dynamic programming over all admissible regimes, as in Bai and Perron (2003), "Computation and
analysis of multiple structural change models", Journal of Applied Econometrics 18. One pass serves
every shorter sample too: the best partition of the first n months is on the way to the last.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.arrays import Floats
from analysis.brief import Brief

_RELATIVE_NOISE = 1e-20


@dataclass(frozen=True)
class Segmentation(Brief):
    """Best partitions of every leading part of a series.

    Parameters
    ----------
    cost : ndarray, shape (max_breaks + 1, n_months + 1)
        Least sum of squared residuals of the first n months with so many breaks; infinite where
        impossible.
    last_break : ndarray of int, shape (max_breaks + 1, n_months + 1)
        Where the last regime of that partition starts.
    """

    cost: Floats
    last_break: NDArray[np.intp]

    def breaks(self, n_breaks: int, n_months: int | None = None) -> list[int]:
        """Return the first months of the regimes after the first, ascending.

        Parameters
        ----------
        n_breaks : int
            Number of breaks.
        n_months : int, optional
            Length of the leading part; the whole series where not given.
        """
        end = self.cost.shape[1] - 1 if n_months is None else n_months
        if not np.isfinite(self.cost[n_breaks, end]):
            raise ValueError(f"{end} months are too few for {n_breaks} breaks")
        starts: list[int] = []
        for count in range(n_breaks, 0, -1):
            end = int(self.last_break[count, end])
            starts.append(end)
        return starts[::-1]


def segment(
    values: ArrayLike, design: ArrayLike, *, shortest: int, max_breaks: int
) -> Segmentation:
    """Find the best partitions with up to `max_breaks` breaks.

    Parameters
    ----------
    values : array, shape (n_months,)
        Series.
    design : array, shape (n_months, n_coefficients)
        Regressors, all of whose coefficients change at a break.
    shortest : int
        Months that a regime has at least; more than there are coefficients.
    max_breaks : int
        Largest number of breaks.

    Returns
    -------
    Segmentation

    Examples
    --------
    >>> steps = segment([1.0] * 5 + [3.0] * 5, np.ones((10, 1)), shortest=2, max_breaks=1)
    >>> steps.breaks(1)
    [5]
    """
    costs = segment_costs(values, design, shortest)
    n_months = len(costs) - 1
    cost = np.full((max_breaks + 1, n_months + 1), np.inf)
    last_break = np.zeros((max_breaks + 1, n_months + 1), dtype=np.intp)
    cost[0] = costs[0]
    for count in range(1, max_breaks + 1):
        total = cost[count - 1][:, None] + costs
        last_break[count] = total.argmin(axis=0)
        cost[count] = total.min(axis=0)
    return Segmentation(cost, last_break)


def segment_costs(values: ArrayLike, design: ArrayLike, shortest: int) -> Floats:
    """Return the sum of squared residuals of every regime that could be.

    Returns
    -------
    ndarray, shape (n_months + 1, n_months + 1)
        Entry [i, j] is of months i to j - 1, fitted by themselves; infinite where shorter than
        `shortest`. Squares that are rounding noise are zero.
    """
    y = np.asarray(values, dtype=float)
    X = np.asarray(design, dtype=float)
    n_months, n_coefficients = X.shape
    if shortest <= n_coefficients:
        raise ValueError(f"regimes of {shortest} months cannot tell {n_coefficients} coefficients")
    y = y - y.mean()
    X = X / np.abs(X).max(axis=0)
    moments = _cumulated(X[:, :, None] * X[:, None, :])
    products = _cumulated(X * y[:, None])
    squares = _cumulated(y * y)
    starts, ends = np.triu_indices(n_months + 1, k=shortest)
    gram = moments[ends] - moments[starts]
    cross = products[ends] - products[starts]
    coefficients = np.linalg.solve(gram, cross[..., None])[..., 0]
    residual = squares[ends] - squares[starts] - (coefficients * cross).sum(axis=-1)
    costs = np.full((n_months + 1, n_months + 1), np.inf)
    noise = _RELATIVE_NOISE * n_months**2 + 1e-13 * squares[-1]
    costs[starts, ends] = np.where(residual > noise, residual, 0.0)
    return costs


def _cumulated(values: Floats) -> Floats:
    """Cumulate along the first axis, from zero."""
    return np.concatenate([np.zeros((1, *values.shape[1:])), values.cumsum(axis=0)])
