"""Explosive or not: the tests of :mod:`analysis.exuberance` applied to fundamentals and rents.

Quarters are seasonally adjusted, trailing sums are never tested, ratios to net income only where it
stays clear of zero, and the p-values of the series of one
table are adjusted together (Holm).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pandas as pd
from statsmodels.stats.multitest import multipletests

from analysis.capex.filings.companies import COMPANIES
from analysis.capex.filings.panel import Panel
from analysis.errors import AnalysisError
from analysis.exuberance import (
    ExuberanceTest,
    date_stamps,
    defined_ratio,
    gsadf,
    seasonally_adjusted,
)

RATIOS = {
    "capex_to_revenue": ("capex", "revenue"),
    "da_to_net_income": ("depreciation_amortization", "net_income"),
}
FEWEST_PERIODS = 24


def explosive_tests(
    quarters: Panel, ratio: str, companies: Sequence[str] = tuple(COMPANIES), level: float = 0.95
) -> tuple[pd.DataFrame, dict[str, ExuberanceTest]]:
    """Test one ratio of every company for explosive stretches (GSADF, lag 0, constant).

    Parameters
    ----------
    quarters : Panel
        Quarterly figures.
    ratio : str
        capex_to_revenue or da_to_net_income.
    companies : sequence of str
        Companies.
    level : float
        Confidence level.

    Returns
    -------
    table : DataFrame
        Indexed by company: n (quarters), statistic, critical_value, p_value, p_value_holm (adjusted
        for the number of companies tested), rejects (after adjustment), stretches (that lasted, as
        dated if it rejects), refused (why a series was not tested).
    tests : dict of str to ExuberanceTest
        The tests that were run.
    """
    numerator, denominator = RATIOS[ratio]

    def prepared(parts: pd.DataFrame) -> pd.Series:
        return seasonally_adjusted(defined_ratio(parts[numerator], parts[denominator]))

    runs = {
        company: _newest_run(quarters, company, [numerator, denominator]) for company in companies
    }
    table, tests = _tested(runs, "quarters", prepared, level)
    return table.rename_axis("company"), tests


def explosive_rents(
    log_rents: Mapping[str, pd.Series], level: float = 0.95
) -> tuple[pd.DataFrame, dict[str, ExuberanceTest]]:
    """Test the logarithm of rents for explosive stretches (GSADF, lag 0, constant).

    Parameters
    ----------
    log_rents : mapping of str to Series
        Log rent by month, without gaps, by GPU.
    level : float
        Confidence level.

    Returns
    -------
    table : DataFrame
        Indexed by gpu, with the columns of :func:`explosive_tests`; n counts months.
    tests : dict of str to ExuberanceTest
        The tests that were run.
    """

    def prepared(rents: pd.DataFrame) -> pd.Series:
        return rents["log_rent"]

    runs = {gpu: rents.to_frame("log_rent") for gpu, rents in log_rents.items()}
    table, tests = _tested(runs, "months", prepared, level)
    return table.rename_axis("gpu"), tests


def _tested(
    runs: Mapping[str, pd.DataFrame],
    periods: str,
    prepared: Callable[[pd.DataFrame], pd.Series],
    level: float,
) -> tuple[pd.DataFrame, dict[str, ExuberanceTest]]:
    """Test what is made of each unbroken run, or say why not; p-values adjusted together."""
    rows: dict[str, dict[str, object]] = {}
    tests: dict[str, ExuberanceTest] = {}
    for name, run in runs.items():
        rows[name] = {"n": len(run), "refused": ""}
        if len(run) < FEWEST_PERIODS:
            rows[name]["refused"] = f"{len(run)} {periods} in a row, fewer than {FEWEST_PERIODS}"
            continue
        try:
            tests[name] = gsadf(prepared(run).rename(name))
        except AnalysisError as refusal:
            rows[name]["refused"] = str(refusal)
            continue
        rows[name] |= {
            "statistic": tests[name].statistic,
            "critical_value": tests[name].critical_value(level),
            "p_value": tests[name].p_value,
        }
    columns = ["n", "statistic", "critical_value", "p_value", "refused"]
    table = _adjusted(pd.DataFrame.from_dict(rows, orient="index", columns=columns), level)
    is_found = table["rejects"].eq(True)
    found = {name: _stretches(tests[name], level) for name in table.index[is_found]}
    return table.assign(stretches=pd.Series(found, table.index, dtype=object).fillna("")), tests


def _stretches(test: ExuberanceTest, level: float) -> str:
    """Write the dated stretches that lasted, or that none did."""
    stamps = date_stamps(test, level=level)
    found = [
        f"{one.origin} on" if one.is_ongoing else f"{one.origin} to before {one.collapse}"
        for one in stamps.episodes
    ]
    return ", ".join(found) or f"none of {stamps.shortest} or more"


def aggregate_test(years_or_quarters: Panel, companies: Sequence[str]) -> ExuberanceTest:
    """Test the log of companies' summed capital expenditure, seasonally adjusted, with a trend.

    Parameters
    ----------
    years_or_quarters : Panel
        Quarterly figures in one currency.
    companies : sequence of str
        Companies summed; only quarters in which all are known.
    """
    wide = years_or_quarters.wide("capex").reindex(columns=list(companies))
    total = wide.sum(axis=1, min_count=len(companies)).dropna()
    adjusted = np.log(seasonally_adjusted(total))
    return gsadf(adjusted.rename("log of summed capital expenditure"), trend="ct")


def _newest_run(quarters: Panel, company: str, columns: list[str]) -> pd.DataFrame:
    """Newest unbroken run of quarters in which all columns are known."""
    rows = quarters.frame[quarters.frame.index.get_level_values("company") == company]
    known = rows.droplevel("company")[columns].dropna()
    if known.empty:
        return known
    every = pd.period_range(known.index.min(), known.index.max(), freq="Q")
    is_known = pd.Series(every.isin(known.index), every)
    run = is_known[::-1].cumprod()[::-1].astype(bool)
    return known[known.index.isin(every[run.to_numpy()])]


def _adjusted(table: pd.DataFrame, level: float) -> pd.DataFrame:
    holm = pd.Series(np.nan, table.index)
    p_values = table["p_value"].dropna().astype(float)
    if len(p_values):
        holm[p_values.index] = multipletests(p_values, method="holm")[1]
    return table.assign(p_value_holm=holm, rejects=(holm < 1.0 - level).where(holm.notna()))
