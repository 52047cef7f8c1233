r"""The depreciation wave: what was spent returns as depreciation.

Depreciation and amortization of a quarter is modelled as

.. math::  D_t = \sum_{v \le t} K_v \, [\sigma\, \delta^S_{v,t} + (1-\sigma)\, \delta^L_{v,t}]
           + \beta\, \rho_t + \kappa\, R_t / \bar R_{2018},

the vintages since 2018, split into short-lived assets (servers, network) with the announced lives
and long-lived ones (buildings, power), the run-off :math:`\rho` of what was spent before 2018, and
what else is in the line (intangibles, content, leases), which goes with revenue. :math:`\beta` and
:math:`\kappa` are not disclosed: they are fitted to reported D&A, not below zero.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field
from scipy.optimize import nnls

from analysis.capex.fundamentals import Fundamentals
from analysis.capex.lives import QUARTERS_PER_YEAR, short_lives
from analysis.capex.panel import build_panel
from analysis.capex.vintages import Convention, schedules
from analysis.data import load

WAVE_COMPANIES = ("Amazon", "Microsoft", "Alphabet", "Meta", "Oracle", "Tencent")
"""Companies whose depreciation is known for eight years; the other six do not print enough."""

FIRST_QUARTER = pd.Period("2018Q1", freq="Q")


class WaveAssumptions(BaseModel):
    """What the filings do not say."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    short_lived_share: float = Field(
        default=0.6,
        ge=0.0,
        le=1.0,
        description="share of short-lived assets in capital expenditure",
    )
    long_life_years: float = Field(
        default=20.0, gt=0.0, description="life of buildings and power, years"
    )
    short_lag_quarters: int = Field(default=1, ge=0, description="from paying to service, servers")
    long_lag_quarters: int = Field(default=4, ge=0, description="from paying to service, buildings")
    growth_before: float = Field(
        default=0.10, gt=-0.5, description="capex growth before 2018, per year"
    )
    convention: Convention = Field(default="half", description="first quarter in service")


@dataclass(frozen=True)
class WaveInput:
    """One company's history, quarter by quarter from 2018.

    Parameters
    ----------
    company : str
        Company.
    currency : str
        Of the amounts.
    history : DataFrame
        Indexed by calendar quarter: capex_m, da_m, revenue_m; missing where not printed.
    da_by_year_m : Series
        D&A by calendar year, also where only the year is printed.
    announced_lives : DataFrame
        The table ``useful_life``.
    """

    company: str
    currency: str
    history: pd.DataFrame
    da_by_year_m: pd.Series
    announced_lives: pd.DataFrame

    @property
    def quarters(self) -> pd.PeriodIndex:
        """Quarters of the history."""
        return pd.PeriodIndex(self.history.index)

    def other_index(self, revenue_m: pd.Series) -> NDArray[np.float64]:
        """Scale revenue to one in 2018: what else is in the line goes with it."""
        first_year = self.history["revenue_m"].iloc[:QUARTERS_PER_YEAR].mean()
        return (revenue_m / first_year).to_numpy(float)

    @property
    def last_capex(self) -> pd.Period:
        """Last quarter whose capital expenditure is known."""
        return self.quarters[self.history["capex_m"].notna()].max()

    @property
    def last_da(self) -> pd.Period:
        """Last quarter whose depreciation is known."""
        return self.quarters[self.history["da_m"].notna()].max()


def wave_inputs(fundamentals: Fundamentals) -> dict[str, WaveInput]:
    """Collect the history of every company the wave can be computed for.

    Capital expenditure is the definition nearest to what is depreciated: Amazon's net of proceeds
    and incentives, Microsoft's with finance leases, the others' purchases or additions.
    """
    quarters = build_panel(fundamentals, "depreciable", "quarter", "reported", WAVE_COMPANIES)
    years = build_panel(fundamentals, "depreciable", "year", "reported", WAVE_COMPANIES)
    announced = load("useful_life")
    columns = {
        "capex": "capex_m",
        "depreciation_amortization": "da_m",
        "revenue": "revenue_m",
    }
    inputs = {}
    for company in WAVE_COMPANIES:
        history = pd.DataFrame(quarters.frame.xs(company, level="company")).filter(list(columns))
        last = history.index.max()
        da_by_year = years.frame.xs(company, level="company")["depreciation_amortization"]
        inputs[company] = WaveInput(
            company=company,
            currency="CNY" if company == "Tencent" else "USD",
            history=history.rename(columns=columns).reindex(
                pd.period_range(FIRST_QUARTER, last, freq="Q")
            ),
            da_by_year_m=da_by_year.dropna(),
            announced_lives=announced,
        )
    return inputs


@dataclass(frozen=True)
class WaveFit:
    """Modelled D&A of one company.

    Parameters
    ----------
    parts : DataFrame
        Indexed by quarter: vintages_m, stock_m, other_m, total_m.
    stock_coefficient_m, other_coefficient_m : float
        Quarterly D&A of 2018 that the fit gives to the stock from before 2018 and to the rest.
    fitted_until : Period
        Last quarter of reported D&A that was used.
    """

    parts: pd.DataFrame
    stock_coefficient_m: float
    other_coefficient_m: float
    fitted_until: pd.Period

    @property
    def by_year(self) -> pd.Series:
        """Modelled D&A of calendar years of which all quarters are modelled."""
        total = self.parts["total_m"]
        groups = total.groupby(pd.PeriodIndex(total.index).year)
        return groups.sum().where(groups.count() == QUARTERS_PER_YEAR).dropna()


def model_da(
    company: WaveInput,
    assumptions: WaveAssumptions,
    *,
    fit_until: pd.Period | None = None,
    capex_m: pd.Series | None = None,
    revenue_m: pd.Series | None = None,
    life_quarters: NDArray[np.float64] | None = None,
    fit_life_quarters: NDArray[np.float64] | None = None,
) -> WaveFit:
    """Fit the two undisclosed coefficients and model D&A, past and, with a path, to come.

    Parameters
    ----------
    company : WaveInput
        History.
    assumptions : WaveAssumptions
        What the filings do not say.
    fit_until : Period, optional
        Last quarter of reported D&A to fit to; all of it by default.
    capex_m, revenue_m : Series, optional
        Amounts by quarter from 2018Q1, history and future; the history by default.
    life_quarters : ndarray, optional
        Life of short-lived assets in force in each of those quarters; as announced by default.
    fit_life_quarters : ndarray, optional
        Lives for the fit, when they shall differ from those of the projection.

    Returns
    -------
    WaveFit
        Modelled D&A for every quarter of ``capex_m`` that is known.
    """
    capex_m = company.history["capex_m"] if capex_m is None else capex_m
    revenue_m = company.history["revenue_m"] if revenue_m is None else revenue_m
    capex_m = capex_m.loc[: capex_m.last_valid_index()]
    quarters = pd.PeriodIndex(capex_m.index)
    if life_quarters is None:
        life_quarters = short_lives(company.company, quarters, company.announced_lives)
    lives = life_quarters[: len(quarters)]
    last = company.last_da if fit_until is None else min(fit_until, company.last_da)
    reported = company.history["da_m"].reindex(quarters).where(quarters <= last)
    parts, coefficients = fit_parts(
        reported.to_numpy(float),
        capex_m.to_numpy(float),
        company.other_index(revenue_m.reindex(quarters)),
        assumptions,
        lives,
        lives if fit_life_quarters is None else fit_life_quarters[: len(quarters)],
    )
    frame = pd.DataFrame(parts, index=quarters, columns=["vintages_m", "stock_m", "other_m"])
    frame["total_m"] = frame.sum(axis=1, skipna=False)
    return WaveFit(frame, float(coefficients[0]), float(coefficients[1]), last)


def fit_parts(
    reported_m: NDArray[np.float64],
    capex_m: NDArray[np.float64],
    other: NDArray[np.float64],
    assumptions: WaveAssumptions,
    life_quarters: NDArray[np.float64],
    fit_life_quarters: NDArray[np.float64],
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Fit the coefficients of stock and rest, and split modelled D&A into its parts.

    Parameters
    ----------
    reported_m : ndarray, shape (n,)
        Reported D&A; missing where it is not known or shall not be fitted to.
    capex_m : ndarray, shape (n,)
        Capital expenditure, known throughout.
    other : ndarray, shape (n,)
        What the rest goes with, one in 2018.
    assumptions : WaveAssumptions
        What the filings do not say.
    life_quarters, fit_life_quarters : ndarray, shape (n,)
        Lives in force, and those of the fit.

    Returns
    -------
    parts : ndarray, shape (n, 3)
        Depreciation of the vintages, of the stock from before, and the rest.
    coefficients : ndarray, shape (2,)
        Of stock and rest, not negative.
    """
    vintages, stock = _schedules(capex_m, fit_life_quarters, assumptions)
    rest = reported_m - vintages
    use = np.isfinite(rest) & np.isfinite(other)
    coefficients = nnls(np.column_stack([stock, other])[use], rest[use])[0]
    if fit_life_quarters is not life_quarters:
        vintages, stock = _schedules(capex_m, life_quarters, assumptions)
    return np.column_stack(
        [vintages, coefficients[0] * stock, coefficients[1] * other]
    ), coefficients


def _schedules(
    capex_m: NDArray[np.float64], lives: NDArray[np.float64], assumptions: WaveAssumptions
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Depreciation of the vintages, and of the stock from before with 2018 at one a quarter."""
    share = assumptions.short_lived_share
    long_lives = np.full(len(lives), assumptions.long_life_years * QUARTERS_PER_YEAR)
    growth = (1.0 + assumptions.growth_before) ** (1.0 / QUARTERS_PER_YEAR) - 1.0
    vintages, stock = np.zeros(len(lives)), np.zeros(len(lives))
    for weight, life, lag in (
        (share, lives, assumptions.short_lag_quarters),
        (1.0 - share, long_lives, assumptions.long_lag_quarters),
    ):
        shares, opening = schedules(life, growth, lag, assumptions.convention)
        vintages += weight * (capex_m @ shares)
        stock += weight * opening
    return vintages, stock / stock[:QUARTERS_PER_YEAR].mean()
