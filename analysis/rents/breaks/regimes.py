"""Breaks in the level, drift or trend of a rent series: how many, when, and how sure."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import numpy as np
import pandas as pd
import statsmodels.api as sm

from analysis.arguments import as_whole
from analysis.arrays import Floats
from analysis.rents.breaks.break_critical_values import TRIMMING, simulate_sup_f
from analysis.rents.breaks.break_dates import break_date_quantile
from analysis.rents.breaks.break_tests import (
    Covariance,
    information_criteria,
    joint_tests,
    sequential_tests,
)
from analysis.rents.breaks.segmentation import Segmentation, segment
from analysis.rents.quotes.monthly import as_series, check_monthly
from analysis.rents.trend.slopes import default_lags
from analysis.units import INTERVAL_COVERAGE

Regressors = Literal["mean", "trend"]

FEWEST_MONTHS = 12
THIN_REGIME = 6
"""A regime of fewer months is kept where the trimming allows it, and remarked."""


@dataclass(frozen=True)
class Breaks:
    """A series cut into regimes.

    Parameters
    ----------
    regressors : {"mean", "trend"}
        What each regime has of its own: a mean, or a level and a slope per month.
    months : PeriodIndex, length n_months
        Consecutive months.
    values : ndarray, shape (n_months,)
        The series.
    n_breaks : int
        Breaks kept.
    dates : DataFrame
        A row a break: after (last month of the old regime), low and high (its interval, within the
        sample), low_is_open and high_is_open (the interval goes on beyond the sample).
    regimes : DataFrame
        A row a regime: first and last month, coefficients.
    tests : DataFrame
        A row for each l: sup-F(l + 1 | l) in Wald form, critical values, the month it would cut at.
    joint : DataFrame
        A row for each k: sup-F(k | 0) in Wald form over k, published critical values; only a mean
        has them, so it is empty for trends.
    criteria : DataFrame
        By number of breaks: sum of squared residuals, BIC of Yao, LWZ of Liu, Wu and Zidek.
    chosen_by : str
        How `n_breaks` was found.
    """

    regressors: Regressors
    months: pd.PeriodIndex
    values: Floats
    n_breaks: int
    dates: pd.DataFrame
    regimes: pd.DataFrame
    tests: pd.DataFrame
    joint: pd.DataFrame
    criteria: pd.DataFrame
    chosen_by: str

    def fitted(self) -> pd.Series:
        """Return what the regimes fit, by month."""
        firsts = pd.PeriodIndex(self.regimes["first"])
        starts = [*self.months.get_indexer(firsts), len(self.months)]
        design = _design(len(self.months), self.regressors)
        return pd.Series(_fitted(self.values, design, starts), index=self.months)

    def __str__(self) -> str:
        """Render the breaks, their intervals, and what rests on little."""
        head = f"{self.n_breaks} breaks by {self.chosen_by}"
        intervals = self.intervals_in_words()
        rows = [f"  after {month} ({interval})" for month, interval in intervals.items()]
        return "\n".join([head, *rows, *(f"  {remark}" for remark in self.remarks)])

    def intervals_in_words(self) -> dict[pd.Period, str]:
        """Say the interval of each break date, an end beyond the sample as open."""
        ends = (("low", "earlier"), ("high", "later"))
        return {
            row["after"]: " to ".join(
                f"{row[end]} or {beyond}" if row[f"{end}_is_open"] else str(row[end])
                for end, beyond in ends
            )
            for row in self.dates.to_dict("records")
        }

    @property
    def remarks(self) -> tuple[str, ...]:
        """Name the regimes that rest on few months: their break is a guess."""
        if not self.n_breaks:
            return ()
        return tuple(
            f"the regime {row['first']} to {row['last']} rests on {row['n_months']} months only"
            for row in self.regimes.to_dict("records")
            if row["n_months"] < THIN_REGIME
        )


def find_breaks(
    series: pd.Series,
    *,
    regressors: Regressors = "mean",
    n_breaks: int | None = None,
    choose_by: Literal["bic", "lwz", "sequential"] = "bic",
    max_breaks: int = 5,
    trimming: float = TRIMMING,
    covariance: Covariance = "hac",
    level: float = 0.05,
    coverage: float = INTERVAL_COVERAGE,
    generator: np.random.Generator | None = None,
) -> Breaks:
    """Cut a series into regimes by least squares, test the cuts and date them.

    Null of sup-F(l + 1 | l): l breaks; alternative: one more, in one of the regimes. Each regime's
    statistic has a variance of its own. Critical values: Bai and Perron (1998, 2003) for a mean at
    trimming 0.15, otherwise simulated for the design at hand.

    Parameters
    ----------
    series : Series
        By month (PeriodIndex), or by any other period, without gaps.
    regressors : {"mean", "trend"}
        Cut the mean (of log changes: the drift), or level and slope together.
    n_breaks : int, optional
        Keep so many; found by `choose_by` where not given.
    choose_by : {"bic", "lwz", "sequential"}
        BIC and LWZ take the least; sequential adds breaks while sup-F rejects at `level`.
    max_breaks : int
        Most breaks looked for; fewer where the series is short.
    trimming : float
        Least share of the months in a regime.
    covariance : {"homoskedastic", "hac"}
        Of the test at the least-squares cut. HAC in short regimes rejects too often.
    level : float
        Level of the tests, 0.10, 0.05 or 0.01.
    coverage : float
        Nominal coverage of the intervals of the dates.
    generator : numpy.random.Generator, optional
        Needed where critical values are simulated.

    Returns
    -------
    Breaks
        Intervals end with the sample; regimes of few months are named in its `remarks`.

    Raises
    ------
    ValueError
        Months with gaps, or fewer than `FEWEST_MONTHS`.

    References
    ----------
    Bai, J. and Perron, P. (1998), "Estimating and testing linear models with multiple structural
    changes", Econometrica 66. Bai (1997) as in `break_date_distribution`.
    """
    max_breaks = as_whole("max_breaks", max_breaks, 0)
    months, values = _months_and_values(series)
    design = _design(len(values), regressors)
    shortest = max(int(np.floor(trimming * len(values))), design.shape[1] + 1)
    segmentation = _segmented(values, design, shortest, max_breaks)
    criteria = information_criteria(segmentation, design.shape[1])
    is_published = regressors == "mean" and bool(np.isclose(trimming, TRIMMING))
    drawn = None if is_published else _drawn_critical_values(design, shortest, generator)
    tests = sequential_tests(values, design, segmentation, shortest, covariance, drawn)
    tests["month"] = [months[at - 1] for at in tests.pop("cut")]
    joint = pd.DataFrame()
    if is_published:
        joint = joint_tests(values, design, segmentation, covariance)
    chosen_by = "request"
    if n_breaks is None:
        n_breaks, chosen_by = _chosen(tests, criteria, choose_by, level)
    starts = [0, *segmentation.breaks(n_breaks), len(values)]
    dates = _dates(values, design, starts, months, coverage, regressors, covariance)
    regimes = _regimes(values, design, starts, months, regressors)
    return Breaks(
        regressors, months, values, n_breaks, dates, regimes, tests, joint, criteria, chosen_by
    )


def _months_and_values(series: pd.Series) -> tuple[pd.PeriodIndex, Floats]:
    values = as_series(series, "breaks").to_numpy(dtype=float)
    if np.isnan(values).any():  # a gap that is written down
        check_monthly(series.dropna(), FEWEST_MONTHS, "breaks", is_monthly=False)
    return check_monthly(series, FEWEST_MONTHS, "breaks", is_monthly=False), values


def _segmented(values: Floats, design: Floats, shortest: int, max_breaks: int) -> Segmentation:
    """Return the best partitions into as many regimes as are wanted and fit."""
    most = min(max_breaks, len(values) // shortest - 1)
    if most < 1:
        raise ValueError(f"{len(values)} months are too few for regimes of {shortest}")
    return segment(values, design, shortest=shortest, max_breaks=most)


def _drawn_critical_values(
    design: Floats, shortest: int, generator: np.random.Generator | None
) -> Floats:
    if generator is None:
        raise ValueError("simulated critical values need a generator")
    return simulate_sup_f(design, shortest=shortest, generator=generator)


def _chosen(
    tests: pd.DataFrame, criteria: pd.DataFrame, choose_by: str, level: float
) -> tuple[int, str]:
    """Return how many breaks a rule keeps, and what the rule is called."""
    if choose_by == "sequential":
        rejected = (tests["statistic"] > tests[f"critical_{level:g}"]).to_numpy(dtype=bool)
        n_breaks = len(rejected) if rejected.all() else int(rejected.argmin())
        return n_breaks, f"sup-F at {level:g}"
    return int(criteria[choose_by].idxmin()), {"bic": "BIC", "lwz": "LWZ"}[choose_by]


def _design(n_months: int, regressors: Regressors) -> Floats:
    constant = np.ones(n_months)
    if regressors == "mean":
        return constant[:, None]
    return np.column_stack([constant, np.arange(n_months) - (n_months - 1) / 2.0])


def _dates(
    values: Floats,
    design: Floats,
    starts: list[int],
    months: pd.PeriodIndex,
    coverage: float,
    regressors: Regressors,
    covariance: Covariance,
) -> pd.DataFrame:
    """Give each break date its interval; trends enter at their value at the break."""
    tail = (1.0 - coverage) / 2.0
    rows = []
    for left, cut, right in zip(starts, starts[1:], starts[2:], strict=False):
        sides = [(left, cut), (cut, right)]
        coefficients = [np.linalg.lstsq(design[a:b], values[a:b])[0] for a, b in sides]
        shift = coefficients[1] - coefficients[0]
        signals, noises = [], []
        for (a, b), coefficient in zip(sides, coefficients, strict=True):
            residual = values[a:b] - design[a:b] @ coefficient
            regressor = design[a:b] if regressors == "mean" else design[[cut]].repeat(b - a, axis=0)
            lags = default_lags(b - a) if covariance == "hac" else 0
            signals.append(float(np.mean((regressor @ shift) ** 2)))
            noises.append(_long_run_variance((regressor @ shift) * residual, lags))
        low, high = 0, 0
        if min(noises) > 1e-24 * max(signals) ** 2:
            ratios = {"xi": signals[1] / signals[0], "phi": noises[1] / noises[0]}
            scale = signals[0] ** 2 / noises[0]
            late = break_date_quantile(1.0 - tail, **ratios) / scale
            early = break_date_quantile(tail, **ratios) / scale
            low, high = int(late) + 1, int(-early) + 1
        after = months[cut - 1]
        first, last = months[0], months[-1]
        rows.append(
            {
                "after": after,
                "low": max(after - low, first),
                "high": min(after + high, last),
                "low_is_open": after - low < first,
                "high_is_open": after + high > last,
            }
        )
    return pd.DataFrame(rows, columns=["after", "low", "high", "low_is_open", "high_is_open"])


def _long_run_variance(scores: Floats, n_lags: int) -> float:
    """Bartlett-weighted variance of scores that sum to zero."""
    total = float(scores @ scores)
    for lag in range(1, n_lags + 1):
        total += 2.0 * (1.0 - lag / (n_lags + 1.0)) * float(scores[lag:] @ scores[:-lag])
    return total / len(scores)


def _regimes(
    values: Floats,
    design: Floats,
    starts: list[int],
    months: pd.PeriodIndex,
    regressors: Regressors,
) -> pd.DataFrame:
    rows = []
    for start, end in pairwise(starts):
        fit = sm.OLS(values[start:end], design[start:end]).fit(
            cov_type="HAC",
            cov_kwds={"maxlags": default_lags(end - start), "use_correction": True},
        )
        row = {"first": months[start], "last": months[end - 1], "n_months": end - start}
        if regressors == "mean":
            row |= {"mean": fit.params[0], "mean_error": fit.bse[0]}
        else:
            row |= {"slope_per_month": fit.params[1], "slope_error": fit.bse[1]}
        rows.append(row)
    return pd.DataFrame(rows)


def _fitted(values: Floats, design: Floats, starts: list[int]) -> Floats:
    fitted = np.empty_like(values)
    for start, end in pairwise(starts):
        coefficient = np.linalg.lstsq(design[start:end], values[start:end])[0]
        fitted[start:end] = design[start:end] @ coefficient
    return fitted
