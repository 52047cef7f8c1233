"""Explosive or not: the tests of :mod:`analysis.exuberance` applied to fundamentals.

Quarters are seasonally adjusted, trailing sums are never tested, ratios to net income only where it
stays clear of zero, and the p-values of the companies are adjusted together (Holm).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from statsmodels.stats.multitest import multipletests

from analysis.capex.companies import COMPANIES
from analysis.capex.panel import Panel
from analysis.errors import AnalysisError
from analysis.exuberance import ExuberanceTest, defined_ratio, gsadf, seasonally_adjusted

RATIOS = {
    "capex_to_revenue": ("capex", "revenue"),
    "da_to_net_income": ("depreciation_amortization", "net_income"),
}
FEWEST_QUARTERS = 24


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
        for the number of companies tested), rejects (after adjustment), refused (why a series was
        not tested).
    tests : dict of str to ExuberanceTest
        The tests that were run.
    """
    numerator, denominator = RATIOS[ratio]
    rows: dict[str, dict[str, object]] = {}
    tests: dict[str, ExuberanceTest] = {}
    for company in companies:
        series = _longest(quarters, company, [numerator, denominator])
        if len(series) < FEWEST_QUARTERS:
            rows[company] = {
                "n": len(series),
                "refused": f"{len(series)} quarters in a row, fewer than {FEWEST_QUARTERS}",
            }
            continue
        try:
            tested = seasonally_adjusted(defined_ratio(series[numerator], series[denominator]))
            test = gsadf(tested.rename(f"{company}, {ratio.replace('_', ' ')}"))
        except AnalysisError as refusal:
            rows[company] = {"n": len(series), "refused": str(refusal)}
            continue
        tests[company] = test
        rows[company] = {
            "n": len(series),
            "statistic": test.statistic,
            "critical_value": test.critical_value(level),
            "p_value": test.p_value,
            "refused": "",
        }
    columns = ["n", "statistic", "critical_value", "p_value", "refused"]
    table = pd.DataFrame.from_dict(rows, orient="index", columns=columns).rename_axis("company")
    return _adjusted(table, level), tests


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


def _longest(quarters: Panel, company: str, columns: list[str]) -> pd.DataFrame:
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
