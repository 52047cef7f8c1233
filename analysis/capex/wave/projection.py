"""D&A to 2030 with bands, and the test of 2027 to 2029: does profit still cover it?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import qmc

from analysis.arrays import Floats
from analysis.brief import Brief
from analysis.capex.wave.assumed import AssumedWave, WaveAssumptions
from analysis.capex.wave.lives import QUARTERS_PER_YEAR
from analysis.capex.wave.scenarios import HORIZON, CapexScenario, Plan, ProfitPath, capex_path
from analysis.capex.wave.wave_backtest import last_miss
from analysis.capex.wave.wave_model import WaveInput

RANGES: dict[str, tuple[float, float]] = {
    "short_lived_share": (0.40, 0.70),
    "long_life_years": (15.0, 25.0),
    "short_lag_quarters": (0, 2),
    "long_lag_quarters": (0, 6),
    "growth_before": (0.0, 0.25),
}
"""Ranges of what the filings do not say. Companies stated shares of 0.50 to 0.67; the effects that
they stated of changed lives imply less at some (:func:`life_change_effects`)."""

BAND = ("low", "middle", "high")
BASE_YEAR = 2025
TEST_YEARS = (2027, 2028, 2029)
LIFE_CHANGES_FROM = pd.Period("2026Q4", freq="Q")


@dataclass(frozen=True)
class Projection(Brief):
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
    paths_m : ndarray, shape (d, n)
        D&A of each draw by year, in the order of ``da_m``.
    """

    company: str
    currency: str
    da_m: pd.DataFrame
    paths_m: Floats

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


@dataclass(frozen=True)
class FittedDraws(Brief):
    """One company's history under ``d`` draws of assumptions: what no scenario changes.

    Parameters
    ----------
    company : WaveInput
        History.
    wave : AssumedWave
        The draws, over the ``n`` quarters of the horizon.
    reported_m : ndarray, shape (n,)
        Reported D&A, missing where it is not known.
    life_quarters : ndarray, shape (n,)
        Life of short-lived assets in force, as announced.
    other : ndarray, shape (n,)
        What the rest of the line goes with, one in 2018.
    coefficients : ndarray, shape (d, 2)
        Of stock and rest, fitted to all reported D&A.
    log_errors : ndarray, shape (d, n)
        Drawn errors, of the size that the back-test showed so far ahead; one normal a draw.
    """

    company: WaveInput
    wave: AssumedWave
    reported_m: Floats
    life_quarters: Floats
    other: Floats
    coefficients: Floats
    log_errors: Floats


def fit_draws(
    company: WaveInput,
    wave: AssumedWave,
    error_by_year_ahead: pd.Series,
    rng: np.random.Generator,
    *,
    revenue_growth: float = 0.08,
) -> FittedDraws:
    """Fit each draw to all reported D&A, and draw its error.

    Parameters
    ----------
    company : WaveInput
        History.
    wave : AssumedWave
        Draws of what the filings do not say, over the quarters of the horizon.
    error_by_year_ahead : Series
        Root mean square log error, by years ahead; it never narrows, and the last is kept beyond.
    rng : Generator
        Seeded; one error a draw, kept over the years.
    revenue_growth : float
        Growth per year of revenue, for what goes with it.
    """
    history = company.history.reindex(HORIZON)
    reported, spent = (history[name].to_numpy(float) for name in ("da_m", "capex_m"))
    lives = company.lives(HORIZON)
    other = company.other_index(_extended(history["revenue_m"], revenue_growth))
    # what is spent after the history depreciates nothing within it
    within = np.where(company.last_capex >= HORIZON, reported, np.nan)
    coefficients = wave.fit(within, np.nan_to_num(spent), other, lives)
    years_ahead = np.cumsum(company.last_da < HORIZON) / QUARTERS_PER_YEAR
    widths = error_by_year_ahead.cummax()
    width = np.interp(years_ahead, [0.0, *widths.index], [0.0, *widths])
    log_errors = np.multiply.outer(rng.standard_normal(len(wave.assumed)), width)
    return FittedDraws(company, wave, reported, lives, other, coefficients, log_errors)


def project(
    fitted: FittedDraws, plan: Plan, scenario: CapexScenario, *, life_years: float | None = None
) -> Projection:
    """Project D&A to 2030.

    Each draw is shifted by what it missed in the last four quarters reported, and multiplied by its
    error.

    Parameters
    ----------
    fitted : FittedDraws
        History, and draws fitted to it.
    plan, scenario
        The path of capital expenditure.
    life_years : float, optional
        Life of short-lived assets from the fourth quarter of 2026 on, for old and new; as announced
        by default.

    Returns
    -------
    Projection
        By calendar year from 2018; reported years carry no error.
    """
    company, reported, lives = fitted.company, fitted.reported_m, fitted.life_quarters
    capex = capex_path(company, plan, scenario)
    if life_years is not None:
        lives = np.where(HORIZON < LIFE_CHANGES_FROM, lives, life_years * QUARTERS_PER_YEAR)
    vintages, stock, rest = fitted.wave.parts(
        capex.to_numpy(float), fitted.other, lives, fitted.coefficients
    )
    total = vintages + stock + rest
    shifted = np.maximum(total + last_miss(reported, total)[:, None], 0.0)
    paths = np.where(np.isfinite(reported), reported, shifted * np.exp(fitted.log_errors))
    years = np.unique(HORIZON.year)
    table = paths.reshape(len(paths), len(years), QUARTERS_PER_YEAR).sum(axis=2)
    known = company.da_by_year_m.reindex(years).to_numpy(float)
    band = np.where(np.isnan(known), np.quantile(table, [0.05, 0.5, 0.95], axis=0), known)
    spent = capex.groupby(HORIZON.year).sum().to_numpy(float)
    da = pd.DataFrame(
        dict(zip([*BAND, "reported", "capex"], [*band, known, spent], strict=True)),
        index=pd.Index(years, name="year"),
    )
    return Projection(company.company, company.currency, da, table)


def _extended(known: pd.Series, growth: float) -> pd.Series:
    """Carry a series on from its last known value, each quarter on the one a year before."""
    amounts = known.to_numpy(float, copy=True)
    for place in np.flatnonzero(np.isnan(amounts)):
        amounts[place] = amounts[place - QUARTERS_PER_YEAR] * (1.0 + growth)
    return pd.Series(amounts, known.index)


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
        three years, middle), is_covered_high (at the upper end of the band), p_covered (share of
        draws in which it does), is_kept (ratio of 2029 not above that of 2025). A ratio to a net
        income that is not positive is missing, and counts as not covered.
    """
    da = pd.concat(
        {name: one.da_m.loc[list(TEST_YEARS), list(BAND)] for name, one in projections.items()},
        axis="columns",
    )
    base_income = np.array([base_income_m[name] for name in projections])
    base_da = np.array([one.base_da_m for one in projections.values()])
    incomes = [
        path.net_income(base_income.repeat(len(BAND)), base_da.repeat(len(BAND)), da, BASE_YEAR)
        for path in paths.values()
    ]
    income = np.array(incomes)
    ratios = da.to_numpy() / np.where(income > 0, income, np.nan)
    by_band = ratios.reshape(len(paths), len(TEST_YEARS), len(projections), len(BAND))
    low, middle, high = by_band.transpose(3, 1, 2, 0)  # each by year, company and path
    base = np.broadcast_to((base_da / base_income)[:, None], middle[0].shape)
    columns = {
        "ratio_2025": base,
        **{f"ratio_{year}": one for year, one in zip(TEST_YEARS, middle, strict=True)},
        "ratio_2029_low": low[-1],
        "ratio_2029_high": high[-1],
        "is_covered": (middle < 1.0).all(axis=0),
        "is_covered_high": (high < 1.0).all(axis=0),
        "p_covered": np.array(
            [
                [_share_covered(one, base_income_m[name], path) for path in paths.values()]
                for name, one in projections.items()
            ]
        ),
        "is_kept": middle[-1] <= base,
    }
    index = pd.MultiIndex.from_product(
        [list(projections), list(paths)], names=["company", "profit"]
    )
    return pd.DataFrame({name: one.ravel() for name, one in columns.items()}, index)


def _share_covered(projection: Projection, base_income_m: float, path: ProfitPath) -> float:
    """Share of draws in which net income exceeds D&A in each of the test years."""
    places = projection.da_m.index.get_indexer(pd.Index(TEST_YEARS))
    da = pd.DataFrame(projection.paths_m[:, places].T, index=list(TEST_YEARS))
    income_m, da_m = np.full((2, da.shape[1]), [[base_income_m], [projection.base_da_m]])
    income = path.net_income(income_m, da_m, da, BASE_YEAR).to_numpy()
    return float((da.to_numpy() < income).all(axis=0).mean())


def required_growth(
    projections: Mapping[str, Projection],
    base_income_m: Mapping[str, float],
    tax_rate: float = 0.17,
) -> pd.DataFrame:
    """Profit growth that each company needs.

    Parameters
    ----------
    projections : mapping of str to Projection
        By company.
    base_income_m : mapping of str to float
        Net income of 2025 at its usual margin, by company.
    tax_rate : float
        Tax saved on depreciation, decimal.

    Returns
    -------
    DataFrame
        Indexed by company: da_2025_m, da_2029_m (middle), da_growth (per year), keep_ratio (growth
        of net income per year, 2025 to 2029, that keeps the ratio; the same for low and high),
        cover (growth that keeps net income above D&A in 2029; negative where it may fall), and
        cover_before (growth of profit before depreciation that keeps what is left of it above D&A
        in each of 2027 to 2029).

        Profit before depreciation after tax is ``B = E + (1 - tax) D`` in 2025. It must reach
        ``(2 - tax) D_t``, of which depreciation takes ``(1 - tax) D_t`` and leaves ``D_t``.
    """
    n_years = 2029 - BASE_YEAR
    ahead = np.array(TEST_YEARS) - BASE_YEAR
    rows = {}
    for name, projection in projections.items():
        base_da, base_income = projection.base_da_m, base_income_m[name]
        end = projection.da_m.loc[2029]
        tested = projection.da_m.loc[list(TEST_YEARS), "middle"].to_numpy(float)
        before = base_income + (1.0 - tax_rate) * base_da
        rows[name] = {
            "da_2025_m": base_da,
            "da_2029_m": end["middle"],
            "keep_ratio": (end["middle"] / base_da) ** (1 / n_years) - 1.0,
            "keep_ratio_low": (end["low"] / base_da) ** (1 / n_years) - 1.0,
            "keep_ratio_high": (end["high"] / base_da) ** (1 / n_years) - 1.0,
            "cover": (end["middle"] / base_income) ** (1 / n_years) - 1.0,
            "cover_before": float(
                np.max(((2.0 - tax_rate) * tested / before) ** (1.0 / ahead)) - 1.0
            ),
        }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("company")
