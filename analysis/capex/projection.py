"""D&A to 2030 with bands, and the test of 2027 to 2029: does profit still cover it?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import qmc

from analysis.capex.backtest import last_miss
from analysis.capex.lives import QUARTERS_PER_YEAR, short_lives
from analysis.capex.scenarios import CapexScenario, Plan, ProfitPath, capex_path
from analysis.capex.wave import WaveAssumptions, WaveInput, fit_parts

RANGES: dict[str, tuple[float, float]] = {
    "short_lived_share": (0.40, 0.70),
    "long_life_years": (15.0, 25.0),
    "short_lag_quarters": (0, 2),
    "long_lag_quarters": (0, 6),
    "growth_before": (0.0, 0.25),
}
"""Ranges of what the filings do not say. Companies stated shares of 0.50 to 0.67; the effects that
they stated of changed lives imply less at some (:func:`life_change_effects`)."""

BASE_YEAR = 2025
TEST_YEARS = (2027, 2028, 2029)
LIFE_CHANGES_FROM = pd.Period("2026Q4", freq="Q")


@dataclass(frozen=True)
class Projection:
    """D&A of one company under one scenario and one life.

    Parameters
    ----------
    company : str
        Company.
    currency : str
        Of the amounts.
    da_m : DataFrame
        Indexed by year: low, middle, high (5th, 50th and 95th percentile over draws of the ranges
        and of the back-test's error), reported (where it is), capex (of the path).
    """

    company: str
    currency: str
    da_m: pd.DataFrame

    @property
    def base_da_m(self) -> float:
        """D&A of the base year, reported if it is."""
        row = self.da_m.loc[BASE_YEAR]
        return float(row["middle"] if pd.isna(row["reported"]) else row["reported"])


def draw_assumptions(n_draws: int, rng: np.random.Generator) -> list[WaveAssumptions]:
    """Draw assumptions evenly from their ranges (Latin hypercube).

    Parameters
    ----------
    n_draws : int
        How many.
    rng : Generator
        Seeded.
    """
    unit = qmc.LatinHypercube(len(RANGES), rng=rng).random(n_draws)
    drawn = []
    for row in unit:
        values: dict[str, float] = {}
        for (name, (low, high)), part in zip(RANGES.items(), row, strict=True):
            is_count = name.endswith("_quarters")
            value = (
                np.floor(low + part * (high - low + 1)) if is_count else low + part * (high - low)
            )
            values[name] = int(value) if is_count else round(float(value), 4)
        values["long_life_years"] = round(values["long_life_years"])
        drawn.append(WaveAssumptions.model_validate(values))
    return drawn


def lives_from(
    company: WaveInput, quarters: pd.PeriodIndex, life_years: float | None
) -> NDArray[np.float64]:
    """Lives in force: as announced, and from the fourth quarter of 2026 on the given one."""
    lives = short_lives(company.company, quarters, company.announced_lives)
    if life_years is not None:
        lives[quarters >= LIFE_CHANGES_FROM] = life_years * QUARTERS_PER_YEAR
    return lives


def project(
    company: WaveInput,
    plan: Plan,
    scenario: CapexScenario,
    draws: list[WaveAssumptions],
    error_by_year_ahead: pd.Series,
    rng: np.random.Generator,
    *,
    life_years: float | None = None,
    revenue_growth: float = 0.08,
) -> Projection:
    """Project D&A to 2030.

    Each draw is fitted to all reported D&A, shifted by what it missed in the last four quarters,
    and multiplied by an error of the size the back-test showed that many years ahead.

    Parameters
    ----------
    company : WaveInput
        History.
    plan, scenario
        The path of capital expenditure.
    draws : list of WaveAssumptions
        What the filings do not say.
    error_by_year_ahead : Series
        Root mean square log error, by years ahead; it never narrows, and the last is kept beyond.
    rng : Generator
        Seeded; one error a draw, kept over the years.
    life_years : float, optional
        Life of short-lived assets from the fourth quarter of 2026 on, for old and new; as announced
        by default.
    revenue_growth : float
        Growth per year of revenue, for what goes with it.

    Returns
    -------
    Projection
        By calendar year from 2018; reported years carry no error.
    """
    capex = capex_path(company, plan, scenario)
    quarters = pd.PeriodIndex(capex.index)
    revenue = _extended(company.history["revenue_m"], quarters, revenue_growth)
    announced = lives_from(company, quarters, None)
    lives = announced if life_years is None else lives_from(company, quarters, life_years)
    reported = company.history["da_m"].reindex(quarters).to_numpy(float)
    years_ahead = np.cumsum(quarters > company.last_da) / QUARTERS_PER_YEAR
    widths = error_by_year_ahead.cummax()
    width = np.interp(years_ahead, [0.0, *widths.index], [0.0, *widths])
    spent, other = capex.to_numpy(float), company.other_index(revenue)
    paths = np.empty((len(draws), len(quarters)))
    for place, (assumptions, shock) in enumerate(
        zip(draws, rng.standard_normal(len(draws)), strict=True)
    ):
        parts, _ = fit_parts(reported, spent, other, assumptions, lives, announced)
        total = parts.sum(axis=1)
        shifted = np.maximum(total + last_miss(reported, total), 0.0)
        paths[place] = shifted * np.exp(width * shock)
    paths = np.where(np.isfinite(reported), reported, paths)
    years = np.unique(quarters.year)
    table = paths.reshape(len(draws), len(years), QUARTERS_PER_YEAR).sum(axis=2)
    low, middle, high = np.quantile(table, [0.05, 0.5, 0.95], axis=0)
    da = pd.DataFrame({"low": low, "middle": middle, "high": high}, index=years)
    da["reported"] = company.da_by_year_m.reindex(da.index)
    for end in ("low", "middle", "high"):
        da[end] = da["reported"].fillna(da[end])
    da["capex"] = capex.groupby(quarters.year).sum()
    return Projection(company.company, company.currency, da.rename_axis("year"))


def _extended(known: pd.Series, quarters: pd.PeriodIndex, growth: float) -> pd.Series:
    """Carry a series on from its last known value, each quarter on the one a year before."""
    series = known.reindex(quarters)
    for place in range(len(series)):
        if np.isnan(series.iloc[place]):
            series.iloc[place] = series.iloc[place - QUARTERS_PER_YEAR] * (1.0 + growth)
    return series


def profit_test(
    projections: Mapping[str, Projection],
    base_income_m: Mapping[str, float],
    paths: Mapping[str, ProfitPath],
) -> pd.DataFrame:
    """Put D&A over net income through 2027 to 2029.

    Parameters
    ----------
    projections : mapping of str to Projection
        By company.
    base_income_m : mapping of str to float
        Net income of 2025 at its usual margin, by company.
    paths : mapping of str to ProfitPath
        Profit paths by name.

    Returns
    -------
    DataFrame
        Indexed by company and profit path: ratio_2025, ratio_2027, ratio_2028, ratio_2029 (middle
        of the band), ratio_2029_low, ratio_2029_high, is_covered (net income exceeds D&A in all
        three years, middle), is_covered_high (at the upper end of the band), is_kept (ratio of
        2029 not above that of 2025). A ratio to a net income that is not positive is missing, and
        counts as not covered.
    """
    rows = {}
    for name, projection in projections.items():
        base_income, base_da = base_income_m[name], projection.base_da_m
        years = projection.da_m.loc[list(TEST_YEARS)]
        for key, path in paths.items():
            ratios = {
                end: _ratio(
                    years[end], path.net_income(base_income, base_da, years[end], BASE_YEAR)
                )
                for end in ("low", "middle", "high")
            }
            middle = ratios["middle"]
            rows[(name, key)] = {
                "ratio_2025": base_da / base_income,
                **{f"ratio_{year}": middle[year] for year in TEST_YEARS},
                "ratio_2029_low": ratios["low"][2029],
                "ratio_2029_high": ratios["high"][2029],
                "is_covered": bool((middle < 1.0).all()),
                "is_covered_high": bool((ratios["high"] < 1.0).all()),
                "is_kept": bool(middle[2029] <= base_da / base_income),
            }
    table = pd.DataFrame.from_dict(rows, orient="index")
    table.index = pd.MultiIndex.from_tuples(table.index, names=["company", "profit"])
    return table


def _ratio(da: pd.Series, income: pd.Series) -> pd.Series:
    return da / income.where(income > 0)


def required_growth(
    projections: Mapping[str, Projection], base_income_m: Mapping[str, float]
) -> pd.DataFrame:
    """Profit growth that each company needs.

    Parameters
    ----------
    projections : mapping of str to Projection
        By company.
    base_income_m : mapping of str to float
        Net income of 2025 at its usual margin, by company.

    Returns
    -------
    DataFrame
        Indexed by company: da_2025_m, da_2029_m (middle), da_growth (per year), keep_ratio (growth
        of net income per year, 2025 to 2029, that keeps the ratio; the same for low and high), and
        cover (growth that keeps net income above D&A in 2029; negative where it may fall).
    """
    n_years = 2029 - BASE_YEAR
    rows = {}
    for name, projection in projections.items():
        base_da, base_income = projection.base_da_m, base_income_m[name]
        end = projection.da_m.loc[2029]
        rows[name] = {
            "da_2025_m": base_da,
            "da_2029_m": end["middle"],
            "keep_ratio": (end["middle"] / base_da) ** (1 / n_years) - 1.0,
            "keep_ratio_low": (end["low"] / base_da) ** (1 / n_years) - 1.0,
            "keep_ratio_high": (end["high"] / base_da) ** (1 / n_years) - 1.0,
            "cover": (end["middle"] / base_income) ** (1 / n_years) - 1.0,
        }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("company")
