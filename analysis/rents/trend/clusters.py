"""Slope of quotes in clusters, tested by turning the signs of whole clusters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.arrays import Floats
from analysis.rents.quotes.monthly import QuotesError

LEAST_SINGULAR = 1e-9
"""Of the largest; less is rounding of a dummy that others imply."""
N_SIGNS = 2_048
"""Patterns of signs: all of them up to twelve clusters, as many drawn beyond."""
SIGNS_SEED = 20261129
ROUNDING = 1e-9
"""Of a share: less is none, where all clusters that tell of the slope are turned alike."""


def effects_basis(quotes: pd.DataFrame, effects: Sequence[str]) -> Floats:
    """Return orthonormal columns that span a dummy for each value of each effect."""
    dummies = pd.get_dummies(quotes[list(effects)].astype(str), dtype=float).to_numpy()
    basis, singular, _ = np.linalg.svd(dummies, full_matrices=False)
    kept: Floats = basis[:, singular > LEAST_SINGULAR * singular[0]]
    return kept


def clusters_of(quotes: pd.DataFrame, cluster: str) -> tuple[NDArray[np.integer], ...]:
    """Return the rows of each cluster; refuse where there is one only."""
    groups = quotes[cluster].astype("category").cat.codes.to_numpy()
    found = np.unique(groups)
    if len(found) < 2:
        raise QuotesError(f"one {cluster} only, so errors cannot be clustered by it")
    return tuple(np.flatnonzero(groups == group) for group in found)


@dataclass(frozen=True)
class SignedClusters:
    r"""A slope's test by the signs of clusters, for one design and any rents.

    Under a slope :math:`b_0` what is left of the rents might have, cluster by cluster, either sign
    alike. Every pattern of signs :math:`w` gives a slope :math:`b_0 + \sum_g w_g a_g(b_0)`, where
    cluster g gave :math:`a_g(b_0)` to the slope that was found. The p-value is the share of
    patterns in which it is as far from :math:`b_0` as the one found, and the interval holds every
    slope that is not rejected.

    Where effects lie within clusters the test is exact, however few and unequal those are and
    however quotes of one are correlated, as long as disturbances are symmetric; effects that
    clusters share have to be estimated, and leave it nearly so. Fewer than five clusters can
    reject nothing at 10 %: the interval has no ends.

    Parameters
    ----------
    basis : array
        Orthonormal columns that span the effects.
    regressor : array
        What has the slope, effects swept out.
    clusters : tuple of array
        Rows of each.
    signs : array, shape (n_patterns, n_clusters)
        Patterns; the first turns none.

    References
    ----------
    Cameron, A. C., Gelbach, J. B. and Miller, D. L. (2008), "Bootstrap-based improvements for
    inference with clustered errors", Review of Economics and Statistics 90 (the wild bootstrap of
    clusters, the null imposed). Canay, I. A., Santos, A. and Shaikh, A. M. (2021), "The wild
    bootstrap with a small number of large clusters", Review of Economics and Statistics 103 (as
    signs turned, without a standard error).
    """

    basis: Floats
    regressor: Floats
    clusters: tuple[NDArray[np.integer], ...]
    signs: Floats

    @classmethod
    def of(
        cls, wanted: Floats, basis: Floats, clusters: tuple[NDArray[np.integer], ...]
    ) -> SignedClusters:
        """Sweep the effects out of what has the slope."""
        regressor = wanted - basis @ (basis.T @ wanted)
        return cls(basis, regressor, clusters, _patterns(len(clusters)))

    def fit(self, values: Floats, coverage: float) -> tuple[float, float, float]:
        """Return the slope of values and its interval's ends, infinite where nothing is rejected.

        A pattern speaks for all slopes between two roots, of which the slope found is one, so that
        the p-value falls to either side and the ends are quantiles of the roots.
        """
        left = values - self.basis @ (self.basis.T @ values)
        found = self._parts(left)
        slope = float(found.sum())
        turned, share = self.signs @ found, self.signs @ self._parts(self.regressor)
        roots = [_ratio(slope - turned, 1.0 - share), _ratio(slope + turned, 1.0 + share)]
        is_open = np.abs(share) > 1.0 - ROUNDING
        lows = np.where(is_open, -np.inf, np.fmin(*roots))
        highs = np.where(is_open, np.inf, np.fmax(*roots))
        n_rejecting = int((1.0 - coverage + ROUNDING) * len(self.signs))
        return slope, float(np.sort(lows)[n_rejecting]), float(np.sort(highs)[-1 - n_rejecting])

    def _parts(self, left: Floats) -> Floats:
        """Return what each cluster gives to the slope of what is left."""
        given = self.regressor * left / (self.regressor @ self.regressor)
        return np.array([given[rows].sum() for rows in self.clusters])


def _ratio(above: Floats, below: Floats) -> Floats:
    """Divide where there is something to divide by, nan elsewhere."""
    empty = np.full_like(above, np.nan)
    quotient: Floats = np.divide(above, below, out=empty, where=np.abs(below) > ROUNDING)
    return quotient


def _patterns(n_clusters: int) -> Floats:
    """Return patterns of signs up to a turn of all of them, the first without a turn."""
    if 2 ** (n_clusters - 1) <= N_SIGNS:
        numbers = np.arange(2 ** (n_clusters - 1))
        turned = (numbers[:, None] >> np.arange(n_clusters)) & 1
    else:
        generator = np.random.default_rng(SIGNS_SEED)
        turned = generator.integers(0, 2, (N_SIGNS, n_clusters))
        turned[0] = 0
    return np.where(turned == 1, -1.0, 1.0)
