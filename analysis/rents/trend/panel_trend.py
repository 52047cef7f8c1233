"""Panel trends over providers and GPUs, with errors and intervals for few clusters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.arrays import Floats
from analysis.rents.trend.clusters import (
    LEAST_SINGULAR,
    SignedClusters,
    clusters_of,
    effects_basis,
)
from analysis.rents.trend.slopes import Trend
from analysis.units import INTERVAL_COVERAGE, MONTHS_PER_YEAR


def fixed_effects_trend(
    quotes: pd.DataFrame,
    *,
    effects: Sequence[str] = ("provider", "gpu"),
    cluster: str = "provider",
    rent: str = "rent_usd_per_gpu_hour",
    coverage: float = INTERVAL_COVERAGE,
) -> Trend:
    r"""Fit one slope for all quotes, each provider and each GPU at a level of its own.

    :math:`\log p = \alpha_{provider} + \gamma_{gpu} + b\,t + u`; the interval holds the slopes that
    turning the signs of whole clusters does not reject, see `clusters.SignedClusters`.

    Parameters
    ----------
    quotes : DataFrame
        ``month`` (first day of the month), the effects, the cluster and the rent.
    effects : sequence of str
        Columns with a dummy for each value.
    cluster : str
        Column within which errors may be correlated at will.
    rent : str
        Column of the rents, above zero.
    coverage : float
        Nominal coverage.

    Returns
    -------
    Trend
        `n_months` counts the quotes; an end is infinite where clusters are too few to tell.
    """
    design = fixed_effects_design(quotes, effects=effects, cluster=cluster)
    slope, low, high = design.fit(np.log(quotes[rent].to_numpy(dtype=float)), coverage)
    name = f"trend with {' and '.join(effects)} effects"
    return Trend(name, slope, low, high, coverage, len(quotes))


def fixed_effects_design(
    quotes: pd.DataFrame,
    *,
    effects: Sequence[str] = ("provider", "gpu"),
    cluster: str = "provider",
) -> SignedClusters:
    """Return what `fixed_effects_trend` needs of quotes before their rents: who, when and what.

    Parameters
    ----------
    quotes : DataFrame
        ``month`` (first day of the month), the effects and the cluster.
    effects, cluster
        As in `fixed_effects_trend`.

    Returns
    -------
    SignedClusters
        One slope, by month.

    Raises
    ------
    ValueError
        One cluster only.
    """
    month = MONTHS_PER_YEAR * years_of(quotes["month"])
    return SignedClusters.of(month, effects_basis(quotes, effects), clusters_of(quotes, cluster))


N_CRITICAL_DRAWS = 20_000
"""Draws of each working model behind a critical value."""
CRITICAL_SEED = 20261129


@dataclass(frozen=True)
class Clustered:
    """Coefficients, their errors, and how many errors an interval of each reaches."""

    slopes: Floats
    errors: Floats
    critical: Floats


@dataclass(frozen=True)
class ClusteredDesign:
    """Regressors with dummies swept out, and the jackknife's weights of each cluster.

    None of it depends on the rents, so that rents drawn anew for one design are fitted at once.

    Parameters
    ----------
    basis : array
        Orthonormal columns that span the dummies.
    regressors : array
        Those with a slope, dummies swept out.
    clusters : tuple of array
        Rows of each.
    weights : tuple of array
        Of each cluster's residuals, in its part of the error.
    critical : array
        Errors that an interval of each slope reaches to either side.
    """

    basis: Floats
    regressors: Floats
    clusters: tuple[NDArray[np.integer], ...]
    weights: tuple[Floats, ...]
    critical: Floats

    def fit(self, values: Floats) -> Clustered:
        """Fit values; residuals of a cluster count as if the fit had not seen it."""
        swept = values - self.basis @ (self.basis.T @ values)
        slopes = np.asarray(np.linalg.lstsq(self.regressors, swept)[0], dtype=float)
        residuals = swept - self.regressors @ slopes
        scores = [
            residuals[rows] @ weights
            for rows, weights in zip(self.clusters, self.weights, strict=True)
        ]
        errors: Floats = np.sqrt((np.stack(scores) ** 2).sum(axis=0))
        return Clustered(slopes, errors, self.critical)


def clustered_design(
    wanted: Floats,
    quotes: pd.DataFrame,
    *,
    effects: Sequence[str],
    cluster: str,
    coverage: float = INTERVAL_COVERAGE,
) -> ClusteredDesign:
    """Sweep the effects out; the jackknife's weights over clusters.

    Residuals of a cluster are divided by what their leverage leaves of them, as if the fit had not
    seen the cluster. Few clusters of unequal length have no Student law, so that the critical value
    is drawn, see `_critical_value`.

    Parameters
    ----------
    wanted : array
        Regressors with a slope, a column each.
    quotes : DataFrame
        The effects and the cluster, a row of `wanted` each.
    effects, cluster, coverage
        As in `fixed_effects_trend`.

    Returns
    -------
    ClusteredDesign

    Raises
    ------
    ValueError
        One cluster only.

    References
    ----------
    Bell, R. M. and McCaffrey, D. F. (2002), "Bias reduction in standard errors for linear
    regression with multi-stage samples", Survey Methodology 28 (the jackknife's errors). Imbens,
    G. W. and Kolesar, M. (2016), "Robust standard errors in small samples", Review of Economics and
    Statistics 98 (a reference law that knows the design).
    """
    clusters = clusters_of(quotes, cluster)
    basis = effects_basis(quotes, effects)
    regressors = wanted - basis @ (basis.T @ wanted)
    bread = np.linalg.inv(regressors.T @ regressors)
    whole = np.column_stack([basis, np.linalg.qr(regressors)[0]])
    of_residuals, spread = [], []
    for rows in clusters:
        weights = _pseudo_inverse(np.eye(len(rows)) - whole[rows] @ whole[rows].T)
        weights = weights @ regressors[rows] @ bread
        of_residuals.append(weights)
        of_errors = -whole @ (whole[rows].T @ weights)
        of_errors[rows] += weights
        spread.append(of_errors)
    of_slopes, of_scores = regressors @ bread, np.stack(spread)
    critical = [
        _critical_value(
            np.vstack([of_slopes[:, at], of_scores[:, :, at]]), wanted[:, at], clusters, coverage
        )
        for at in range(wanted.shape[1])
    ]
    return ClusteredDesign(basis, regressors, clusters, tuple(of_residuals), np.array(critical))


def _critical_value(
    of_errors: Floats, regressor: Floats, clusters: Sequence[NDArray[np.integer]], coverage: float
) -> float:
    """Draw how many errors a slope's own error may be away from it.

    The slope less its true value and the scores behind its error are linear in the disturbances, so
    that their joint law follows from that of the disturbances. Two working models are pooled, since
    no record tells which one holds: disturbances without correlation, and slopes that differ from
    cluster to cluster. The ratio does not depend on their size.

    Parameters
    ----------
    of_errors : array
        First row: the slope by disturbance; the others: the score of each cluster by disturbance.
    regressor : array
        What has the slope, before anything is swept out.
    clusters : sequence of array
        Rows of each.
    coverage : float
        Share of draws that the interval holds, decimal.
    """
    differ = np.column_stack([of_errors[:, rows] @ regressor[rows] for rows in clusters])
    ratios = []
    generator = np.random.default_rng(CRITICAL_SEED)
    for root in (of_errors, differ):
        values, vectors = np.linalg.eigh(root @ root.T)
        scale = (vectors * np.sqrt(np.clip(values, 0.0, None))).T
        drawn = generator.standard_normal((N_CRITICAL_DRAWS, len(scale))) @ scale
        ratios.append(np.abs(drawn[:, 0]) / np.sqrt((drawn[:, 1:] ** 2).sum(axis=1)))
    return float(np.quantile(np.concatenate(ratios), coverage))


def _pseudo_inverse(matrix: Floats) -> Floats:
    values, vectors = np.linalg.eigh(matrix)
    kept = values > LEAST_SINGULAR
    return (vectors[:, kept] / values[kept]) @ vectors[:, kept].T


def years_of(when: pd.Series) -> Floats:
    """Return a month as years, decimal."""
    return (when.dt.year + (when.dt.month - 1) / MONTHS_PER_YEAR).to_numpy(dtype=float)
