r"""The depreciation wave: what was spent returns as depreciation.

Depreciation and amortization of a quarter is modeled as

.. math::  D_t = \sum_{v \le t} K_v \, [\sigma\, \delta^S_{v,t} + (1-\sigma)\, \delta^L_{v,t}]
           + \beta\, \rho_t + \kappa\, R_t / \bar R_{2018},

the vintages since 2018, split into short-lived assets (servers, network) with the announced lives
and long-lived ones (buildings, power), the run-off :math:`\rho` of what was spent before 2018, and
what else is in the line (intangibles, content, leases), which goes with revenue. :math:`\beta` and
:math:`\kappa` are not disclosed: they are fitted to reported D&A, not below zero.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from analysis.arrays import Floats
from analysis.brief import Brief
from analysis.capex.filings.fundamentals import Fundamentals
from analysis.capex.filings.panel import build_panel
from analysis.capex.wave.assumed import AssumedWave, WaveAssumptions
from analysis.capex.wave.lives import QUARTERS_PER_YEAR, life_steps, lives_in_force
from analysis.data import load

WAVE_COMPANIES = ("Amazon", "Microsoft", "Alphabet", "Meta", "Oracle", "Tencent")
"""Companies whose depreciation is known for eight years; the other six do not print enough."""

FIRST_QUARTER = pd.Period("2018Q1", freq="Q")


@dataclass(frozen=True)
class WaveInput(Brief):
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

    @cached_property
    def _life_steps(self) -> list[tuple[pd.Timestamp, float]]:
        return life_steps(self.company, self.announced_lives)

    def lives(self, quarters: pd.PeriodIndex) -> Floats:
        """Life of short-lived assets in force, as announced, in quarters."""
        return lives_in_force(self._life_steps, quarters)

    def other_index(self, revenue_m: pd.Series) -> Floats:
        """Scale revenue to one in 2018: what else is in the line goes with it."""
        first_year = self.history["revenue_m"].iloc[:QUARTERS_PER_YEAR].mean()
        return (revenue_m / first_year).to_numpy(float)

    @cached_property
    def last_capex(self) -> pd.Period:
        """Last quarter whose capital expenditure is known."""
        return self.quarters[self.history["capex_m"].notna()].max()

    @cached_property
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
class WaveFit(Brief):
    """Modeled D&A of one company.

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
        """Modeled D&A of calendar years of which all quarters are modeled."""
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
    life_quarters: Floats | None = None,
    fit_life_quarters: Floats | None = None,
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
        Modeled D&A for every quarter of ``capex_m`` that is known.
    """
    capex_m = company.history["capex_m"] if capex_m is None else capex_m
    revenue_m = company.history["revenue_m"] if revenue_m is None else revenue_m
    capex_m = capex_m.loc[: capex_m.last_valid_index()]
    quarters = pd.PeriodIndex(capex_m.index)
    if life_quarters is None:
        life_quarters = company.lives(quarters)
    lives = life_quarters[: len(quarters)]
    last = company.last_da if fit_until is None else min(fit_until, company.last_da)
    reported = company.history["da_m"].reindex(quarters).where(quarters <= last)
    fit_lives = lives if fit_life_quarters is None else fit_life_quarters[: len(quarters)]
    spent, other = capex_m.to_numpy(float), company.other_index(revenue_m.reindex(quarters))
    wave = AssumedWave([assumptions], len(quarters))
    coefficients = wave.fit(reported.to_numpy(float), spent, other, fit_lives)
    names = ("vintages_m", "stock_m", "other_m")
    parts = zip(names, wave.parts(spent, other, lives, coefficients), strict=True)
    frame = pd.DataFrame({name: part[0] for name, part in parts}, index=quarters)
    frame["total_m"] = frame.sum(axis=1, skipna=False)
    of_stock, of_rest = coefficients[0].tolist()
    return WaveFit(frame, of_stock, of_rest, last)
