"""Tables as readers see them: names spelled out, shares as shares, dates as dates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from analysis.capex.article.article_checks import ArticleCheck
from analysis.capex.article.averages import DefinitionSearch, search_growth, search_ratio
from analysis.capex.filings.companies import CN_COMPANIES, COMPANIES, US_COMPANIES, CapexBasis
from analysis.capex.filings.fundamentals import Fundamentals
from analysis.capex.filings.panel import Panel
from analysis.capex.indicators.indicators import INDICATORS, IndicatorTable
from analysis.capex.indicators.scoreboard import NOT_COMPARED, Scoreboard

GROUPS: Mapping[str, tuple[str, ...]] = {"the US": US_COMPANIES, "China": CN_COMPANIES}

LEAST_HISTORY = 0.9  # of the longest in a country, to be summed with it

MICROSOFT_WINDOWS: Mapping[str, tuple[str, str]] = {
    "calendar 2018 to 2024": ("2018Q1", "2024Q4"),
    "fiscal 2018 to 2024": ("2017Q3", "2024Q2"),
    "calendar 2019 to 2024": ("2019Q1", "2024Q4"),
}


def group_intensity(panel: Panel) -> tuple[pd.DataFrame, dict[str, list[str]]]:
    """Sum capital expenditure over summed revenue, by country, of a set that does not change.

    Parameters
    ----------
    panel : Panel
        In one currency.

    Returns
    -------
    intensity : DataFrame
        Indexed by period, one column a country; missing where a member is.
    members : dict of str to list of str
        By country, the companies known for nine tenths of the longest history.
    """
    both = panel.frame[["capex", "revenue"]].dropna()
    intensity, members = {}, {}
    for group, companies in GROUPS.items():
        rows = both[both.index.get_level_values("company").isin(companies)]
        n_known = rows.groupby("company").size()
        if n_known.empty:
            continue
        members[group] = [
            name for name in companies if n_known.get(name, 0) >= LEAST_HISTORY * n_known.max()
        ]
        sums = rows.loc[members[group]].groupby("period").agg(["sum", "count"])
        is_whole = sums[("capex", "count")] == len(members[group])
        intensity[group] = (sums[("capex", "sum")] / sums[("revenue", "sum")])[is_whole]
    return pd.DataFrame(intensity), members


def departures(basis: CapexBasis, companies: Sequence[str]) -> pd.DataFrame:
    """List what stands for capital expenditure of each company on a basis."""
    rows = {
        company: {
            "definition": ", ".join(basis.definitions.get(company, ("no figure",))),
            "departs": basis.departures.get(company, ""),
        }
        for company in companies
    }
    table = pd.DataFrame.from_dict(rows, orient="index").rename_axis("company")
    return table.assign(definition=table["definition"].str.replace("_", " "))


def growth_by_year(panel: Panel) -> pd.DataFrame:
    """Growth of capital expenditure of calendar years, by company and by country.

    Countries are summed over the companies whose figure is known in both years.
    """
    capex = panel.wide("capex")
    growth = capex / capex.shift() - 1.0
    for group, companies in GROUPS.items():
        members = capex.reindex(columns=[name for name in companies if name in capex])
        before = members.shift()
        is_known = members.notna() & before.notna()
        sums = members.where(is_known).sum(axis=1, min_count=1)
        growth[f"{group}, together"] = sums / before.where(is_known).sum(axis=1, min_count=1) - 1.0
    return growth.T.rename_axis("company").dropna(axis="columns", how="all")


def newest_table(indicators: IndicatorTable, names: Sequence[str]) -> pd.DataFrame:
    """Newest value of several indicators by company, each followed by its percentile."""
    columns: dict[str, pd.Series] = {}
    for name in names:
        newest = indicators.newest(name)
        columns |= {name: newest["value"], f"{name}_percentile": newest["percentile"]}
    table = pd.DataFrame(columns).rename_axis("company")
    return table.reindex([company for company in COMPANIES if company in table.index])


def scoreboard_table(board: Scoreboard, indicator: str) -> pd.DataFrame:
    """One indicator of a scoreboard, by company that has a figure or a verdict of the article."""
    rows = board.rows.reset_index().query("indicator == @indicator").set_index("company")
    columns = ["value_2024", "article_verdict", "value", "period", "percentile", "reading", "flag"]
    is_known = rows["value_2024"].notna() | rows["value"].notna()
    is_judged = rows["article_verdict"] != NOT_COMPARED
    return rows.loc[is_known | is_judged, columns].fillna({"flag": ""})


def article_table(check: ArticleCheck) -> pd.DataFrame:
    """Figures of the article beside recomputed ones, in the unit of print."""
    figures = check.figures
    shown = [
        _in_print(value, stated, printed)
        for value, stated, printed in zip(
            figures["computed"], figures["stated"], figures["printed"], strict=True
        )
    ]
    what = figures["quantity"] + figures["period"].radd(" ").str.rstrip()
    table = figures.assign(computed=shown, what=what, claim=figures.index.str[-6:])
    return table.set_index("claim")[["subject", "what", "printed", "computed", "verdict", "how"]]


def _in_print(value: float, stated: float, printed: str) -> str:
    """Write a recomputed figure in the unit in which the article prints it."""
    if np.isnan(value):
        return "n/a"
    if "%" in printed:
        return f"{value:.1%}"
    for sign, unit in (("億", 1e8), ("萬", 1e4)):
        if sign in printed and stated >= unit:
            return f"{value / unit:,.1f}{sign}"
    return f"{value:.2f}"


def microsoft_averages(
    fundamentals: Fundamentals, growth: float, rate: float
) -> tuple[DefinitionSearch, DefinitionSearch]:
    """Search for the definitions behind Microsoft's printed averages.

    Parameters
    ----------
    fundamentals : Fundamentals
        Checked figures.
    growth, rate : float
        The printed average growth and average capital expenditure to revenue.
    """
    rows = fundamentals.quarters[fundamentals.quarters["company"] == "Microsoft"]

    def series(metric: str, definition: str) -> pd.Series:
        chosen = rows[(rows["metric"] == metric) & (rows["definition"] == definition)]
        return chosen.set_index("quarter")["value_m"].sort_index()

    measures = {
        "with finance leases": series("capex", "including_finance_leases"),
        "purchases": series("capex", "purchases"),
    }
    revenue = series("revenue", "revenue")
    return (
        search_growth(measures, MICROSOFT_WINDOWS, growth),
        search_ratio(measures, revenue, MICROSOFT_WINDOWS, rate),
    )


def literal_growth(search: DefinitionSearch) -> float:
    """Average what the article names: 28 growth rates of quarters on those a year before."""
    tried = search.tried
    is_literal = (
        (tried["measure"] == "with finance leases")
        & (tried["window"] == "calendar 2018 to 2024")
        & (tried["quantity"] == "quarter on the quarter a year before")
        & (tried["average"] == "mean")
    )
    return float(tried.loc[is_literal, "value"].iloc[0])


def checks_table(fundamentals: Fundamentals) -> pd.DataFrame:
    """How many years were compared with their four quarters, by company."""
    by_company = fundamentals.sums.groupby("company")
    table = pd.DataFrame(
        {
            "n_years": by_company.size(),
            "n_independent": by_company["is_independent"].sum(),
            "greatest_difference_m": by_company["difference_m"].agg(
                lambda differences: float(differences.abs().max())
            ),
        }
    )
    return table.reindex([name for name in COMPANIES if name in table.index])


def indicator_formulas(names: Sequence[str]) -> list[tuple[str, str, str]]:
    """Label, formula and meaning of indicators, for the equations of a notebook."""
    return [
        (name.replace("_", "-"), INDICATORS[name].formula, INDICATORS[name].label) for name in names
    ]
