"""The wave tested on the past: D&A modeled from earlier capital expenditure, against D&A reported.

Every test is conditional on the capital expenditure and revenue that came; what is tested is the
step from spending to depreciation. The coefficients know only the years up to the origin.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
import pandas as pd

from analysis.capex.wave.assumed import WaveAssumptions
from analysis.capex.wave.lives import QUARTERS_PER_YEAR
from analysis.capex.wave.wave_model import WaveFit, WaveInput, model_da

Lives: TypeAlias = Literal["announced", "frozen"]

N_ANCHOR_QUARTERS = 4
ORIGINS = (2020, 2021, 2022, 2023, 2024)
NORMAL_95 = 1.645


@dataclass(frozen=True)
class Backtest:
    """Modeled against reported D&A, by company and year.

    Parameters
    ----------
    errors : DataFrame
        Indexed by company and year: reported_m, modeled_m, error (modeled over reported, less
        one), flat_error (D&A of the origin kept), trend_error (its growth of two years kept).
    origin : int
        Last year the coefficients know.
    """

    errors: pd.DataFrame
    origin: int

    @property
    def by_company(self) -> pd.DataFrame:
        """Mean absolute error and bias by company, beside the two naive forecasts."""
        columns = ["error", "flat_error", "trend_error"]
        absolute = self.errors[columns].abs().groupby("company", sort=False).mean()
        absolute = absolute.set_axis(["mean_absolute", "flat", "trend"], axis="columns")
        bias = self.errors["error"].groupby("company", sort=False).mean()
        years = self.errors["error"].groupby("company", sort=False).count()
        return absolute.assign(bias=bias, n_years=years)

    def __str__(self) -> str:
        """Errors by company and year."""
        table = self.errors.pivot_table(index="company", columns="year", values="error")
        table = table.reindex(self.by_company.index)
        return f"{table.round(3).to_string()}\n\n{self.by_company.round(3).to_string()}"


def backtest(
    inputs: Mapping[str, WaveInput],
    assumptions: WaveAssumptions | None = None,
    origin: int = 2020,
    last_year: int = 2025,
) -> Backtest:
    """Model D&A of the years after an origin from coefficients fitted up to it.

    Parameters
    ----------
    inputs : mapping of str to WaveInput
        Histories by company.
    assumptions : WaveAssumptions, optional
        What the filings do not say.
    origin : int
        Last year of D&A the coefficients know.
    last_year : int
        Last year tested.

    Examples
    --------
    The error is that of the model over the reported figure, so -0.1 is a tenth too little.
    """
    assumptions = assumptions or WaveAssumptions()
    rows = {}
    for name, company in inputs.items():
        modeled = model_da(company, assumptions, fit_until=_last_quarter(origin)).by_year
        reported = company.da_by_year_m
        now, before = reported.get(origin, np.nan), reported.get(origin - 2, np.nan)
        growth = (now / before) ** 0.5 if before > 0 else np.nan
        for year in range(origin + 1, last_year + 1):
            if year in reported.index and year in modeled.index:
                actual = reported[year]
                rows[(name, year)] = {
                    "reported_m": actual,
                    "modeled_m": modeled[year],
                    "error": modeled[year] / actual - 1.0,
                    "flat_error": now / actual - 1.0,
                    "trend_error": now * growth ** (year - origin) / actual - 1.0,
                }
    errors = pd.DataFrame.from_dict(rows, orient="index")
    errors.index = pd.MultiIndex.from_tuples(errors.index, names=["company", "year"])
    return Backtest(errors, origin)


def last_miss(reported_m: np.ndarray, modeled_m: np.ndarray) -> np.ndarray:
    """Mean of reported less modeled D&A over the last four quarters that are reported.

    Parameters
    ----------
    reported_m : ndarray, shape (n,)
        Reported D&A, missing where it is not known.
    modeled_m : ndarray, shape (..., n)
        Modeled D&A.

    Returns
    -------
    ndarray, shape (...)
        What each model missed, million.

    Examples
    --------
    >>> last_miss(np.array([9.0, 1.0, 2.0, 3.0, 4.0, np.nan]), np.ones(6)).item()
    1.5
    """
    last = np.flatnonzero(np.isfinite(reported_m))[-N_ANCHOR_QUARTERS:]
    return np.asarray((reported_m[last] - modeled_m[..., last]).mean(axis=-1))


def anchored(fit: WaveFit, company: WaveInput) -> pd.Series:
    """Shift modeled D&A by what it missed in the last four quarters it was fitted to.

    Parameters
    ----------
    fit : WaveFit
        A fit.
    company : WaveInput
        Its company.

    Returns
    -------
    Series
        By quarter: modeled D&A plus the mean of reported less modeled over the last four
        quarters up to ``fit.fitted_until`` that are reported.
    """
    total = fit.parts["total_m"]
    reported = company.history["da_m"].reindex(total.index).where(total.index <= fit.fitted_until)
    return total + last_miss(reported.to_numpy(float), total.to_numpy(float))


def forecast_errors(
    inputs: Mapping[str, WaveInput],
    assumptions: WaveAssumptions | None = None,
    origins: Sequence[int] = ORIGINS,
    lives: Lives = "announced",
) -> pd.DataFrame:
    """Log errors of every forecast: each company, from each origin, for each year after it.

    Parameters
    ----------
    inputs, assumptions
        As in :func:`backtest`.
    origins : sequence of int
        Last years known.
    lives : str
        announced: the changes of useful life that came are known; frozen: the life at the origin
        stays, as a forecast must assume.

    Returns
    -------
    DataFrame
        One row a forecast, indexed by years ahead: company, origin, and the log of forecast over
        reported: model, anchored, flat, trend.
    """
    assumptions = assumptions or WaveAssumptions()
    rows = []
    for company in inputs.values():
        reported = company.da_by_year_m
        for origin in origins:
            if origin not in reported.index or origin - 2 not in reported.index:
                continue
            last = _last_quarter(origin)
            frozen = _frozen_lives(company, last) if lives == "frozen" else None
            fit = model_da(company, assumptions, fit_until=last, life_quarters=frozen)
            shifted = anchored(fit, company)
            by_year = shifted.groupby(pd.PeriodIndex(shifted.index).year).sum()
            model = fit.by_year
            growth = (reported[origin] / reported[origin - 2]) ** 0.5
            for year in reported.index[reported.index > origin]:
                ahead = year - origin
                forecasts = {
                    "model": model[year],
                    "anchored": by_year[year],
                    "flat": reported[origin],
                    "trend": reported[origin] * growth**ahead,
                }
                logs = {name: np.log(value / reported[year]) for name, value in forecasts.items()}
                place = {"company": company.company, "origin": origin, "years_ahead": ahead}
                rows.append({**place, **logs})
    return pd.DataFrame(rows).set_index("years_ahead")


def horizon_errors(
    inputs: Mapping[str, WaveInput],
    assumptions: WaveAssumptions | None = None,
    origins: Sequence[int] = ORIGINS,
    lives: Lives = "announced",
) -> pd.DataFrame:
    """Root mean square of log errors by years ahead, pooled over companies and origins.

    Parameters
    ----------
    inputs, assumptions, origins, lives
        As in :func:`forecast_errors`.

    Returns
    -------
    DataFrame
        Indexed by years ahead: model, anchored, flat, trend (root mean square log errors) and n.
        These are small, overlapping samples: a guide to the width of bands, not a distribution.
    """
    return _root_mean_square(forecast_errors(inputs, assumptions, origins, lives))


def _root_mean_square(errors: pd.DataFrame) -> pd.DataFrame:
    by_years_ahead = (errors.drop(columns=["company", "origin"]) ** 2).groupby("years_ahead")
    return (by_years_ahead.mean() ** 0.5).assign(n=by_years_ahead.size())


def band_coverage(errors: pd.DataFrame) -> pd.DataFrame:
    """Ask how often 90 % bands held, each company's from the errors of the others alone.

    A band is as wide either way as 1.645 root mean square errors so many years ahead, which never
    narrow with the years, as in a projection.

    Parameters
    ----------
    errors : DataFrame
        Of :func:`forecast_errors`.

    Returns
    -------
    DataFrame
        Indexed by years ahead: n (forecasts) and held (share inside).

    Examples
    --------
    A by the error of B holds, B by that of A does not:

    >>> errors = pd.DataFrame({"company": ["A", "B"], "origin": 2020, "anchored": [0.1, 0.3]})
    >>> band_coverage(errors.set_axis([1, 1]).rename_axis("years_ahead"))["held"].tolist()
    [0.5]
    """
    inside = []
    for company, own in errors.groupby("company"):
        others = errors.loc[errors["company"] != company, ["company", "origin", "anchored"]]
        width = NORMAL_95 * _root_mean_square(others)["anchored"].cummax()
        limit = width.reindex(own.index, method="ffill")
        inside.append((own["anchored"].abs() <= limit).astype(float))
    held = pd.concat(inside).groupby("years_ahead")
    return pd.DataFrame({"n": held.size(), "held": held.mean()})


def _frozen_lives(company: WaveInput, last: pd.Period) -> np.ndarray:
    quarters = company.quarters
    lives = company.lives(quarters)
    lives[quarters > last] = lives[quarters <= last][-1]
    return lives


def _last_quarter(year: int) -> pd.Period:
    return pd.Period(f"{year}Q{QUARTERS_PER_YEAR}", freq="Q")
