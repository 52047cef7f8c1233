"""What age, calendar and generation can tell of rents, and the gap between generations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.arrays import Floats
from analysis.rents.quotes.monthly import QuotesError
from analysis.rents.trend.panel_trend import ClusteredDesign, clustered_design, years_of

GENERATIONS = ("V100", "A100", "H100", "H200", "B200")
"""One maker's data-center GPUs, followed here since their first offers. Others were first
read long after they were first offered, so that their age is not known here."""
FEWEST_GENERATIONS = 3
"""A line passes through any two, so that they say nothing of its error."""


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
        The jackknife's, clustered by provider; that across generations by GPU.
    across_generations_interval : tuple of float
        Its lowest and highest, at `INTERVAL_COVERAGE`.
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
    across_generations_interval: tuple[float, float]
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
        A GPU without release date, fewer than three generations, or one provider only.

    References
    ----------
    Hall, R. E. (1968), "Technical change and capital from the point of view of the dual", Review of
    Economic Studies 35. Holford, T. R. (1983), "The estimation of age, period and cohort effects
    for vital rates", Biometrics 39.
    """
    own = generation_design(quotes, release_dates, cluster="provider")
    across = generation_design(quotes, release_dates, cluster="gpu")
    two = _two_slopes(quotes, release_dates)
    release = quotes["gpu"].map(release_dates)
    age = years_of(quotes["month"]) - years_of(release)
    three = np.column_stack([age, two])
    rank = int(np.linalg.matrix_rank(three - three.mean(axis=0), tol=1e-6))
    with_curve = np.column_stack([two, (age - age.mean()) ** 2])
    curved = clustered_design(with_curve, quotes, effects=["provider"], cluster="provider")
    log_rents = np.log(quotes[rent].to_numpy(dtype=float))
    within, gaps, bent = (one.fit(log_rents) for one in (own, across, curved))
    gap, reach = float(gaps.slopes[1]), float(gaps.critical[1] * gaps.errors[1])
    return AgeCalendarGeneration(
        within_gpu=float(within.slopes[0]),
        across_generations=gap,
        age_curvature=float(bent.slopes[2]),
        within_gpu_error=float(within.errors[0]),
        across_generations_error=float(gaps.errors[1]),
        age_curvature_error=float(bent.errors[2]),
        across_generations_interval=(gap - reach, gap + reach),
        n_quotes=len(quotes),
        n_gpus=release.nunique(),
        n_providers=quotes["provider"].nunique(),
        rank_of_three=rank,
    )


def generation_design(
    quotes: pd.DataFrame, release_dates: Mapping[str, pd.Timestamp], *, cluster: str
) -> ClusteredDesign:
    """Return what the two slopes of `age_calendar_generation` need of quotes before their rents.

    Errors of the gap are clustered by GPU: GPUs alone differ in their date of release, so that what
    one of them rents for above or below the line, at all providers alike, never averages out over
    quotes or providers.

    Parameters
    ----------
    quotes, release_dates
        As in `age_calendar_generation`.
    cluster : str
        Column within which errors may be correlated at will.

    Returns
    -------
    ClusteredDesign
        Slopes a year by month and by release, providers swept out.

    Raises
    ------
    ValueError
        As `age_calendar_generation`.

    References
    ----------
    Donald, S. G. and Lang, K. (2007), "Inference with difference-in-differences and other panel
    data", Review of Economics and Statistics 89 (few groups, a regressor that differs by group).
    """
    two = _two_slopes(quotes, release_dates)
    return clustered_design(two, quotes, effects=["provider"], cluster=cluster)


def _two_slopes(quotes: pd.DataFrame, release_dates: Mapping[str, pd.Timestamp]) -> Floats:
    """Return month and release in years; refuse where no gap or no error of it is identified."""
    if missing := sorted(set(quotes["gpu"]) - set(release_dates)):
        raise QuotesError(f"no release date of {', '.join(missing)}")
    release = quotes["gpu"].map(release_dates)
    if (found := release.nunique()) < FEWEST_GENERATIONS:
        raise QuotesError(
            f"the gap between generations takes {FEWEST_GENERATIONS} of them, found {found}"
        )
    return np.column_stack([years_of(quotes["month"]), years_of(release)])
