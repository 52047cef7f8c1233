"""Panel trends over providers and GPUs, and what age, calendar and generation can tell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.arrays import Floats
from analysis.rents.quotes.monthly import QuotesError
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

    :math:`\log p = \alpha_{provider} + \gamma_{gpu} + b\,t + u`, errors clustered: the jackknife's
    over clusters, with a critical value drawn for clusters of these lengths.

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
        `n_months` counts the quotes.

    References
    ----------
    Bell, R. M. and McCaffrey, D. F. (2002), "Bias reduction in standard errors for linear
    regression with multi-stage samples", Survey Methodology 28 (the jackknife's errors). Imbens,
    G. W. and Kolesar, M. (2016), "Robust standard errors in small samples", Review of Economics and
    Statistics 98 (a reference law that knows the design).
    """
    design = fixed_effects_design(quotes, effects=effects, cluster=cluster, coverage=coverage)
    fit = design.fit(np.log(quotes[rent].to_numpy(dtype=float)))
    slope = fit.slopes[0]
    reach = fit.critical[0] * fit.errors[0]
    name = f"trend with {' and '.join(effects)} effects"
    return Trend(name, slope, slope - reach, slope + reach, coverage, len(quotes))


def fixed_effects_design(
    quotes: pd.DataFrame,
    *,
    effects: Sequence[str] = ("provider", "gpu"),
    cluster: str = "provider",
    coverage: float = INTERVAL_COVERAGE,
) -> ClusteredDesign:
    """Return what `fixed_effects_trend` needs of quotes before their rents: who, when and what.

    Parameters
    ----------
    quotes : DataFrame
        ``month`` (first day of the month), the effects and the cluster.
    effects, cluster, coverage
        As in `fixed_effects_trend`.

    Returns
    -------
    ClusteredDesign
        One slope, by month.

    Raises
    ------
    ValueError
        One cluster only.
    """
    dummies = pd.get_dummies(quotes[list(effects)].astype(str), dtype=float)
    groups = quotes[cluster].astype("category").cat.codes.to_numpy()
    if len(np.unique(groups)) < 2:
        raise QuotesError(f"one {cluster} only, so errors cannot be clustered by it")
    month = MONTHS_PER_YEAR * _years(quotes["month"])
    return _clustered_design(month[:, None], dummies.to_numpy(), groups, coverage)


LEAST_SINGULAR = 1e-9
"""Of the largest; less is rounding of a dummy that others imply."""
N_CRITICAL_DRAWS = 20_000
"""Draws of each working model behind a critical value."""
CRITICAL_SEED = 20261129
GENERATIONS = ("V100", "A100", "H100", "H200", "B200")
"""One maker's data-center GPUs, followed here since their first offers. Others were first
read long after they were first offered, so that their age is not known here."""


@dataclass(frozen=True)
class AgeCalendarGeneration:
    """What a panel of GPUs of different age identifies, per year of log rent.

    Age is calendar time less release date, so of three linear effects only two combinations are
    identified: how a GPU's rent moves as it grows older (`within_gpu`, age and calendar together),
    and how rents differ across generations in the same month (`across_generations`, generation
    less age). The curvature of age is identified by itself.

    Parameters
    ----------
    within_gpu, across_generations, age_curvature : float
        Change of log rent per year; curvature per squared year of age.
    within_gpu_error, across_generations_error, age_curvature_error : float
        Errors clustered by provider, the jackknife's.
    across_generations_critical : float
        Errors that an interval of `INTERVAL_COVERAGE` reaches to either side.
    n_quotes, n_gpus, n_providers : int
        What they rest on.
    rank_of_three : int
        Rank of age, calendar and release date together, net of the constant.
    """

    within_gpu: float
    across_generations: float
    age_curvature: float
    within_gpu_error: float
    across_generations_error: float
    age_curvature_error: float
    across_generations_critical: float
    n_quotes: int
    n_gpus: int
    n_providers: int
    rank_of_three: int

    def solutions(self, calendar_per_year: Sequence[float]) -> pd.DataFrame:
        """List the age and generation effects that go with an assumed calendar effect.

        Every row fits the quotes equally well; only knowledge from elsewhere tells them apart.

        Parameters
        ----------
        calendar_per_year : sequence of float
            Assumed change of log rent per year that meets all GPUs alike.

        Returns
        -------
        DataFrame
            By calendar effect: age and generation effects, log rent per year.
        """
        calendar = np.asarray(calendar_per_year, dtype=float)
        age = self.within_gpu - calendar
        return pd.DataFrame(
            {"age_per_year": age, "generation_per_year": self.across_generations + age},
            index=pd.Index(calendar, name="calendar_per_year"),
        )

    def __str__(self) -> str:
        """Say what is identified and what is not."""
        return (
            f"{self.n_quotes} quotes of {self.n_gpus} GPUs at {self.n_providers} providers\n"
            f"  age + calendar        {self.within_gpu:+.3f} a year"
            f" (s.e. {self.within_gpu_error:.3f})\n"
            f"  generation - age      {self.across_generations:+.3f} a year"
            f" (s.e. {self.across_generations_error:.3f})\n"
            f"  curvature of age      {self.age_curvature:+.4f}"
            f" (s.e. {self.age_curvature_error:.4f})\n"
            "  age, calendar and generation by themselves: not identified"
            f" (three effects, rank {self.rank_of_three})"
        )


def age_calendar_generation(
    quotes: pd.DataFrame,
    release_dates: Mapping[str, pd.Timestamp],
    *,
    rent: str = "rent_usd_per_gpu_hour",
) -> AgeCalendarGeneration:
    r"""Estimate what age, calendar time and generation identify.

    :math:`\log p = \alpha_{provider} + \theta_1\,t + \theta_2\,c + \kappa\,a^2 + u` with calendar
    time t, release date c and age a = t - c in years; :math:`\theta_1` is age plus calendar,
    :math:`\theta_2` generation less age. Age is centered before it is squared.

    Parameters
    ----------
    quotes : DataFrame
        ``month``, ``gpu``, ``provider`` and the rent.
    release_dates : mapping of str to Timestamp
        Release of every GPU in the quotes.
    rent : str
        Column of the rents.

    Returns
    -------
    AgeCalendarGeneration

    Raises
    ------
    ValueError
        A GPU without release date, or fewer than two generations.

    References
    ----------
    Hall, R. E. (1968), "Technical change and capital from the point of view of the dual", Review of
    Economic Studies 35. Holford, T. R. (1983), "The estimation of age, period and cohort effects
    for vital rates", Biometrics 39.
    """
    missing = sorted(set(quotes["gpu"]) - set(release_dates))
    if missing:
        raise QuotesError(f"no release date of {', '.join(missing)}")
    release = quotes["gpu"].map(release_dates)
    if release.nunique() < 2:
        raise QuotesError("one generation only: age and calendar time are the same")
    calendar, cohort = _years(quotes["month"]), _years(release)
    age = calendar - cohort
    three = np.column_stack([age, calendar, cohort])
    rank = int(np.linalg.matrix_rank(three - three.mean(axis=0), tol=1e-6))
    linear = np.column_stack([calendar, cohort, (age - age.mean()) ** 2])
    groups = quotes["provider"].astype("category").cat.codes.to_numpy()
    if len(np.unique(groups)) < 2:
        raise QuotesError("one provider only, so errors cannot be clustered")
    dummies = pd.get_dummies(quotes["provider"].astype(str), dtype=float).to_numpy()
    log_rents = np.log(quotes[rent].to_numpy(dtype=float))
    two = _clustered_design(linear[:, :2], dummies, groups).fit(log_rents)
    curved = _clustered_design(linear, dummies, groups).fit(log_rents)
    return AgeCalendarGeneration(
        within_gpu=float(two.slopes[0]),
        across_generations=float(two.slopes[1]),
        age_curvature=float(curved.slopes[2]),
        within_gpu_error=float(two.errors[0]),
        across_generations_error=float(two.errors[1]),
        age_curvature_error=float(curved.errors[2]),
        across_generations_critical=float(two.critical[1]),
        n_quotes=len(quotes),
        n_gpus=release.nunique(),
        n_providers=len(np.unique(groups)),
        rank_of_three=rank,
    )


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


def _clustered_design(
    wanted: Floats,
    dummies: Floats,
    groups: NDArray[np.integer],
    coverage: float = INTERVAL_COVERAGE,
) -> ClusteredDesign:
    """Sweep the dummies out; the jackknife's weights over clusters.

    Residuals of a cluster are divided by what their leverage leaves of them, as if the fit had not
    seen the cluster. Few clusters of unequal length have no Student law, so that the critical value
    is drawn, see `_critical_value`.
    """
    basis, singular, _ = np.linalg.svd(dummies, full_matrices=False)
    basis = basis[:, singular > LEAST_SINGULAR * singular[0]]
    regressors = wanted - basis @ (basis.T @ wanted)
    bread = np.linalg.inv(regressors.T @ regressors)
    whole = np.column_stack([basis, np.linalg.qr(regressors)[0]])
    of_residuals, spread = [], []
    clusters = tuple(np.flatnonzero(groups == group) for group in np.unique(groups))
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


def _years(when: pd.Series) -> Floats:
    return (when.dt.year + (when.dt.month - 1) / MONTHS_PER_YEAR).to_numpy(dtype=float)
