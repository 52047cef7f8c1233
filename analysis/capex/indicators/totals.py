"""Totals of the United States against China: dollars, shares of revenue, and growth."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from analysis.capex.filings.companies import CN_COMPANIES, NETWORK_OPERATORS, US_COMPANIES
from analysis.capex.filings.fundamentals import Fundamentals
from analysis.capex.filings.panel import Panel, build_panel

PRIVATE = ("ByteDance",)
INTERNET = tuple(name for name in CN_COMPANIES if name not in (*NETWORK_OPERATORS, *PRIVATE))

GROUPS: Mapping[str, tuple[str, ...]] = {"the US": US_COMPANIES, "China": CN_COMPANIES}
GROWING: Mapping[str, tuple[str, ...]] = {
    "the US": US_COMPANIES,
    "China, internet companies": INTERNET,
    "China": CN_COMPANIES,
}
"""Groups whose growth is compared; operators build networks: China stands with and without."""

MIXTURE = "the article's mixture"
WHOLE_SPENDING = "purchases; operators' whole announced spending"


def totals_by_definition(fundamentals: Fundamentals, year: int = 2024) -> pd.DataFrame:
    """Sum capital expenditure by country on several definitions, in dollars and as a rate.

    Parameters
    ----------
    fundamentals : Fundamentals
        Checked figures.
    year : int
        Calendar year.

    Returns
    -------
    DataFrame
        Indexed by definition: us_usd_bn, cn_usd_bn, ratio (of the dollars), us_rate and cn_rate
        (capital expenditure over revenue of the companies summed), rate_ratio, cn_missing
        (companies without a figure, which are in neither sum). Of the operators' computing power
        only the three together are printed, so the article's mixture takes them as one; it has no
        rate, since their revenue is that of the whole.
    """
    panels = {
        basis: build_panel(fundamentals, basis, "year", "USD").between(year, year)
        for basis in ("article", "purchases", "headline")
    }

    def amounts(basis: str, companies: tuple[str, ...]) -> pd.DataFrame:
        rows = panels[basis].frame[["capex", "revenue"]].droplevel("period")
        return rows.reindex(companies)

    press = amounts("article", PRIVATE)
    bought, internet = amounts("purchases", US_COMPANIES), amounts("purchases", INTERNET)
    joint = joint_computing_usd_m(fundamentals, year)
    rows = {
        MIXTURE: (
            amounts("article", US_COMPANIES),
            pd.concat([amounts("article", (*PRIVATE, *INTERNET)), joint]),
        ),
        WHOLE_SPENDING: (
            bought,
            pd.concat([press, internet, amounts("headline", NETWORK_OPERATORS)]),
        ),
        "purchases; without operators": (bought, pd.concat([press, internet])),
        "purchases; listed internet companies only": (bought, internet),
    }
    table = pd.DataFrame.from_dict(
        {name: _compared(us, cn) for name, (us, cn) in rows.items()}, orient="index"
    )
    table.loc[MIXTURE, ["us_rate", "cn_rate", "rate_ratio"]] = float("nan")
    return table.rename_axis("definition")


def _compared(us: pd.DataFrame, cn: pd.DataFrame) -> dict[str, float | str]:
    """Sum two groups and compare dollars and rates; a missing US company leaves none."""
    us_capex, us_revenue = us.sum(min_count=len(us))
    cn_capex, cn_revenue = cn.dropna(subset="capex").sum()
    us_rate, cn_rate = us_capex / us_revenue, cn_capex / cn_revenue
    return {
        "us_usd_bn": us_capex / 1e3,
        "cn_usd_bn": cn_capex / 1e3,
        "ratio": us_capex / cn_capex,
        "us_rate": us_rate,
        "cn_rate": cn_rate,
        "rate_ratio": us_rate / cn_rate,
        "cn_missing": ", ".join(cn.index[cn["capex"].isna()]),
    }


def joint_computing_usd_m(fundamentals: Fundamentals, year: int) -> pd.DataFrame:
    """Capital expenditure of the operators on computing, printed for the three together.

    Returns
    -------
    DataFrame
        One row, named for the three: capex in million USD at the mean rate of the year's quarters
        (missing where the year has none), revenue missing.
    """
    name, years = " + ".join(NETWORK_OPERATORS), fundamentals.years
    is_joint = (years["company"] == name) & (years["definition"] == "computing")
    printed = years.loc[is_joint & (years["fiscal_year"] == year), "value_m"]
    rate = fundamentals.cny_per_usd[pd.PeriodIndex(fundamentals.cny_per_usd.index).year == year]
    capex = printed.sum(min_count=1) / rate.mean()
    return pd.DataFrame({"capex": [capex], "revenue": [float("nan")]}, index=[name])


def growth_by_year(panel: Panel) -> pd.DataFrame:
    """Growth of capital expenditure of calendar years, and of the newest half-year on the year.

    Groups are summed over the companies whose figure is known in both periods.

    Parameters
    ----------
    panel : Panel
        Quarters; companies of a group in one currency, as reported or converted.

    Returns
    -------
    DataFrame
        By company and group; one column a year, and one for the newest half-year that half of the
        companies have filed (such as 2026H1), on the half-year before it by a year.
    """
    assert panel.frequency == "quarter", panel.frequency
    quarters = panel.wide("capex")
    periods = pd.PeriodIndex(quarters.index)
    years = quarters.groupby(periods.year).sum(min_count=4)
    halves = quarters.groupby([periods.year, 1 + (periods.quarter > 2)]).sum(min_count=2)
    growth = _growth(years)
    filed = halves.index[halves.notna().mean(axis=1) >= 0.5]
    if len(filed):
        year, half = filed[-1]
        same = halves[halves.index.get_level_values(1) == half].droplevel(1)
        growth[f"{year}H{half}"] = _growth(same).get(year)
    return growth.rename_axis("company").dropna(axis="columns", how="all")


def _growth(capex: pd.DataFrame) -> pd.DataFrame:
    """Growth by company and group, one column a period after the first."""
    grown = capex / capex.shift() - 1.0
    for group, companies in GROWING.items():
        members = capex.reindex(columns=[name for name in companies if name in capex])
        before = members.shift()
        is_known = members.notna() & before.notna()
        sums = members.where(is_known).sum(axis=1, min_count=1)
        grown[f"{group}, together"] = sums / before.where(is_known).sum(axis=1, min_count=1) - 1.0
    return grown.T
