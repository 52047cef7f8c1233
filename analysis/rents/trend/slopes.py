"""Trend estimators: log-linear slopes with honest errors, robust versions, mean log-change.

Two "rates of decline" are not one: the trend slope fits a line through all months and suits a
series that returns to its line; the mean log-change uses the first and last month only and suits a
random walk. `unit_root_tests` says which of the two the series looks like.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
import statsmodels.api as sm
from scipy import stats

from analysis.arrays import Floats
from analysis.rents.quotes.monthly import as_series, check_monthly
from analysis.rents.trend.hac import hac_interval
from analysis.units import INTERVAL_COVERAGE, MONTHS_PER_YEAR


@dataclass(frozen=True)
class Trend:
    """A constant rate of change of log rent.

    Parameters
    ----------
    estimator : str
        What was estimated, in words.
    slope_per_month : float
        Change of log rent per month; below zero where rents fall.
    low, high : float
        Interval of the slope.
    coverage : float
        Nominal coverage of the interval.
    n_months : int
        Months with a rent.
    """

    estimator: str
    slope_per_month: float
    low: float
    high: float
    coverage: float
    n_months: int

    @property
    def decline_per_year(self) -> float:
        """Share lost in a year, decimal; below zero where rents rise."""
        return float(-np.expm1(MONTHS_PER_YEAR * self.slope_per_month))

    @property
    def decline_per_year_interval(self) -> tuple[float, float]:
        """Interval of `decline_per_year`."""
        low, high = -np.expm1(MONTHS_PER_YEAR * np.array([self.high, self.low]))
        return float(low), float(high)

    @property
    def half_life_months(self) -> float:
        """Months in which the rent halves, ln 2 / decline; infinite where it does not fall."""
        return _half_life(self.slope_per_month)

    @property
    def half_life_months_interval(self) -> tuple[float, float]:
        """Interval of `half_life_months`; open above where the interval holds a rise."""
        return _half_life(self.low), _half_life(self.high)

    def record(self) -> dict[str, float | str | int]:
        """Return everything as one row of a table."""
        low, high = self.decline_per_year_interval
        shortest, longest = self.half_life_months_interval
        return {
            "estimator": self.estimator,
            "slope_per_month": self.slope_per_month,
            "slope_low": self.low,
            "slope_high": self.high,
            "decline_per_year": self.decline_per_year,
            "decline_low": low,
            "decline_high": high,
            "half_life_months": self.half_life_months,
            "half_life_low": shortest,
            "half_life_high": longest,
            "n_months": self.n_months,
        }

    def __str__(self) -> str:
        """Render as ``log-linear trend: 20.1 % a year (15.0 % to 25.0 %), half-life 37 months``."""
        low, high = self.decline_per_year_interval
        return (
            f"{self.estimator}: decline {self.decline_per_year:.1%} a year"
            f" ({low:.1%} to {high:.1%}), half-life {self.half_life_months:.0f} months"
        )


def log_linear_trend(
    log_rents: pd.Series, *, coverage: float = INTERVAL_COVERAGE, n_lags: int | None = None
) -> Trend:
    r"""Fit :math:`\log p_t = a + b t + u_t` by least squares, with HAC errors.

    Parameters
    ----------
    log_rents : Series
        Log rent by month (PeriodIndex); gaps allowed.
    coverage : float
        Nominal coverage; critical values as in `hac_interval`.
    n_lags : int, optional
        Lags of the Bartlett kernel; floor(4 (n / 100)^(2/9)) where not given. Intervals are too
        short where residuals wander, as those of a random walk do.

    Returns
    -------
    Trend

    References
    ----------
    Newey, W. K. and West, K. D. (1987, 1994). Rule for lags: Econometrica 55 and Review of
    Economic Studies 61.

    Examples
    --------
    >>> months = pd.period_range("2024-01", periods=24, freq="M")
    >>> trend = log_linear_trend(pd.Series(np.log(2.0) * -np.arange(24) / 12, index=months))
    >>> round(trend.decline_per_year, 9), round(trend.half_life_months, 9)
    (0.5, 12.0)
    """
    month, values = months_and_values(log_rents)
    lags = default_lags(len(values)) if n_lags is None else n_lags
    slope, low, high = hac_interval(
        values, sm.add_constant(month), coefficient=1, n_lags=lags, coverage=coverage
    )
    return Trend("log-linear trend", slope, low, high, coverage, len(values))


def mean_log_change(
    log_rents: pd.Series, *, coverage: float = INTERVAL_COVERAGE, n_lags: int | None = None
) -> Trend:
    """Average the monthly log changes, with HAC errors.

    A gap of k months counts as k changes of equal size, with the error of k.

    Parameters
    ----------
    log_rents, coverage, n_lags
        As in `log_linear_trend`.

    Returns
    -------
    Trend
        Its slope is (last - first) / months between, whatever happened in between.
    """
    month, values = months_and_values(log_rents)
    root = np.sqrt(np.diff(month))
    lags = default_lags(len(root)) if n_lags is None else n_lags
    mean, low, high = hac_interval(
        np.diff(values) / root, root[:, None], coefficient=0, n_lags=lags, coverage=coverage
    )
    return Trend("mean log-change", mean, low, high, coverage, len(values))


def huber_trend(log_rents: pd.Series, *, coverage: float = INTERVAL_COVERAGE) -> Trend:
    """Fit the line with Huber's loss, which bounds the pull of single months."""
    month, values = months_and_values(log_rents)
    design = sm.add_constant(month)
    exact = sm.OLS(values, design).fit()
    if exact.mse_resid < 1e-20:
        slope = float(exact.params[1])
        return Trend("Huber trend", slope, slope, slope, coverage, len(values))
    fit = sm.RLM(values, design, M=sm.robust.norms.HuberT()).fit()
    quantile = stats.t.ppf(0.5 + coverage / 2.0, len(values) - 2)
    slope, error = float(fit.params[1]), float(fit.bse[1])
    low, high = slope - quantile * error, slope + quantile * error
    return Trend("Huber trend", slope, low, high, coverage, len(values))


def theil_sen_trend(log_rents: pd.Series, *, coverage: float = INTERVAL_COVERAGE) -> Trend:
    """Take the median of the slopes between all pairs of months, with Sen's interval."""
    month, values = months_and_values(log_rents)
    slope, _, low, high = stats.theilslopes(values, month, alpha=coverage)
    return Trend("Theil-Sen trend", float(slope), float(low), float(high), coverage, len(values))


def quantile_trend(
    log_rents: pd.Series, *, quantile: float = 0.5, coverage: float = INTERVAL_COVERAGE
) -> Trend:
    """Fit a line that the given share of months lies below."""
    month, values = months_and_values(log_rents)
    fit = sm.QuantReg(values, sm.add_constant(month)).fit(q=quantile, max_iter=5000)
    low, high = fit.conf_int(1.0 - coverage)[1]
    name = f"quantile trend, {quantile:.0%}"
    return Trend(name, float(fit.params[1]), float(low), float(high), coverage, len(values))


def compare_trends(log_rents: pd.Series, *, coverage: float = INTERVAL_COVERAGE) -> pd.DataFrame:
    """Tabulate every estimator of one series, a row each, indexed by its name."""
    estimators: tuple[Callable[..., Trend], ...] = (
        mean_log_change,
        log_linear_trend,
        huber_trend,
        theil_sen_trend,
        quantile_trend,
    )
    rows = [estimate(log_rents, coverage=coverage).record() for estimate in estimators]
    return pd.DataFrame(rows).set_index("estimator")


def default_lags(n_months: int) -> int:
    """Return the number of Bartlett lags, floor(4 (n / 100)^(2/9))."""
    return int(4.0 * (n_months / 100.0) ** (2.0 / 9.0))


def _half_life(slope_per_month: float) -> float:
    return float(-np.log(2.0) / slope_per_month) if slope_per_month < 0 else float("inf")


def months_and_values(log_rents: pd.Series) -> tuple[Floats, Floats]:
    """Return months since the first one, and rents, of the months that have a rent."""
    series = as_series(log_rents, "trends").dropna().sort_index()
    index = check_monthly(series, 3, "trends", is_consecutive=False)
    month = (index.year * MONTHS_PER_YEAR + index.month).to_numpy(dtype=float)
    return month - month[0], series.to_numpy(dtype=float)
