"""The article's figures on capital expenditure as filings give them, each with how.

What is printed, and whether it holds, is the audit's to say (:mod:`analysis.claims`): it holds each
printed figure at its precision against these.
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
import pandas as pd

from analysis.capex.filings.fundamentals import Fundamentals, load_fundamentals
from analysis.capex.filings.panel import Panel, build_panel

SOURCE = "caijing-2025"
GROUP_US = ("Amazon", "Microsoft", "Alphabet", "Meta", "Oracle")
GROUP_CN = (
    *("ByteDance", "Alibaba", "Tencent", "Baidu"),
    *("China Mobile", "China Telecom", "China Unicom"),
)
EXPECTED_2025 = ("ByteDance", "Alibaba", "Tencent")


def article_figures(fundamentals: Fundamentals | None = None) -> pd.DataFrame:
    """Compute from filings the figures of ``caijing-2025`` on capital expenditure.

    Parameters
    ----------
    fundamentals : Fundamentals, optional
        Checked figures, odd quarters assigned by their first month; loaded where not given.

    Returns
    -------
    DataFrame
        Indexed by claim: computed (USD, or a decimal share; missing where nobody publishes it) and
        how, on the article's own mixture of definitions, Oracle by quarters that begin in the
        calendar year.
    """
    fundamentals = fundamentals or load_fundamentals("first month")
    assert fundamentals.quarter_rule == "first month", fundamentals.quarter_rule
    years = build_panel(fundamentals, "article", "year", "USD")
    quarters = build_panel(fundamentals, "article", "quarter", "reported")
    computed = {**_amounts(years), **_growth(years, quarters), **_rates(fundamentals, years)}
    rows = {f"{SOURCE}-{key}": figure for key, figure in computed.items()}
    table = pd.DataFrame.from_dict(rows, orient="index", columns=["computed", "how"])
    return table.rename_axis("claim_id")


Computed: TypeAlias = dict[str, tuple[float, str]]


def _capex(panel: Panel, company: str, period: object) -> float:
    key = (company, period)
    return float(panel.frame["capex"].get(key, np.nan))


def _amounts(years: Panel) -> Computed:
    """Capital expenditure of 2024, company by company and summed, in USD."""
    how = {
        "Amazon": "purchases less proceeds and incentives",
        "Microsoft": "purchases and finance leases, calendar year",
        "Alphabet": "purchases",
        "Meta": "purchases net of proceeds, without lease principal",
        "Oracle": "purchases, quarters that begin in the year: March 2024 to February 2025",
        "ByteDance": "a press estimate of 80 bn yuan, at the year's average rate",
        "Alibaba": "purchases, calendar year, at quarterly average rates",
        "Tencent": "accrued additions, at quarterly average rates",
        "Baidu": "purchases, at quarterly average rates",
        "China Mobile": "computing power only, worked back from the plan of 2025",
        "China Telecom": "computing power: no figure found",
        "China Unicom": "computing power: no figure found",
    }
    found: Computed = {}
    for paragraph, group in (("p13", GROUP_US), ("p14", GROUP_CN)):
        for place, company in enumerate(group, start=1):
            value = _capex(years, company, 2024) * 1e6
            found[f"{paragraph}-{place:02d}"] = value, how[company]
    return found


def _growth(years: Panel, quarters: Panel) -> Computed:
    """Growth on the year, from filings."""

    def total(companies: tuple[str, ...], year: int) -> float:
        return sum(_capex(years, company, year) for company in companies)

    def on_the_year(company: str) -> float:
        now, then = pd.Period("2024Q4", "Q"), pd.Period("2023Q4", "Q")
        return _capex(quarters, company, now) / _capex(quarters, company, then) - 1.0

    two = ("Alibaba", "Tencent")
    microsoft = _capex(years, "Microsoft", 2024) / _capex(years, "Microsoft", 2023) - 1.0
    sums = "sums of the same definitions, in USD"
    return {
        "p32-02": (total(two, 2024) / total(two, 2023) - 1.0, sums),
        "p32-04": (total(GROUP_US, 2024) / total(GROUP_US, 2023) - 1.0, sums),
        "p32-05": (on_the_year("Tencent"), "accrued additions of the quarter, in yuan"),
        "p32-06": (on_the_year("Alibaba"), "purchases of the quarter, in yuan"),
        "p33-01": (total(EXPECTED_2025, 2025) * 1e6, f"{sums}; ByteDance by press"),
        "p33-03": (total(GROUP_US, 2025) * 1e6, sums),
        "p62-04": (microsoft, "purchases and finance leases, calendar years"),
    }


def _rates(fundamentals: Fundamentals, years: Panel) -> Computed:
    """Capital expenditure to revenue; for groups, the member nearest to breaking the bound."""
    operators = build_panel(fundamentals, "headline", "year", "reported", GROUP_CN[4:])
    frame = pd.concat([years.frame.drop(index=list(GROUP_CN[4:]), level=0), operators.frame])
    rate = frame["capex"] / frame["revenue"]
    of_2024 = rate.xs(2024, level="period")
    past = rate[(rate.index.get_level_values(1) < 2023) & rate.index.isin(GROUP_CN[4:], level=0)]
    return {
        "p47-02": (
            float(of_2024[["Microsoft", "Meta", "Oracle"]].min()),
            "the lowest of the three",
        ),
        "p48-01": (float(of_2024[list(GROUP_CN[:4])].max()), "the highest of the four"),
        "p48-02": (
            float(of_2024[list(GROUP_CN[4:])].min()),
            "the lowest of the three, on announced capital expenditure, not computing power",
        ),
        "p48-03": (float(past.mean()), "mean of the three, 2019 to 2022, announced"),
        "p62-05": (float(of_2024["Microsoft"]), "purchases and finance leases, calendar year"),
    }
