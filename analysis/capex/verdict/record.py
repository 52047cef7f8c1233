"""Track record: what the score would have said before, and what came of it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.capex.filings.fundamentals import Fundamentals
from analysis.capex.filings.panel import build_panel
from analysis.capex.verdict.declared import RULES, SIGNS

YEARLY = ("burden", "cash", "gap")
YEARS_AFTER = 2
FEWEST_KNOWN = 2


def company_years(fundamentals: Fundamentals) -> pd.DataFrame:
    """Ask the indicators that a year's filings give, company by company and year by year.

    Returns
    -------
    DataFrame
        Indexed by company and year: burden, cash, gap (values), score (share of the known that
        speak, at least two known), is_flagged, worst_growth (smallest growth of capital expenditure
        in the two years after), fell (whether it is negative; missing where both years are not
        known).
    """
    frame = build_panel(fundamentals, "purchases", "year", "reported").frame
    tables = []
    for company, rows in frame.groupby("company"):
        one = rows.droplevel("company").sort_index()
        growth = one[["capex", "revenue"]].pct_change(fill_method=None)
        ahead = pd.concat(
            [growth["capex"].shift(-step) for step in range(1, YEARS_AFTER + 1)], axis=1
        )
        values = pd.DataFrame(
            {
                "burden": one["capex"] / one["revenue"],
                "cash": one["capex"] / one["operating_cash_flow"],
                "gap": growth["capex"] - growth["revenue"],
            }
        )
        worst = ahead.min(axis=1, skipna=False)
        tables.append(_flagged(values).assign(worst_growth=worst, company=company))
    table = pd.concat(tables).rename_axis("year").reset_index()
    table["fell"] = (table["worst_growth"] < 0.0).where(table["worst_growth"].notna())
    return table.set_index(["company", "year"]).dropna(subset="score")


def _flagged(values: pd.DataFrame) -> pd.DataFrame:
    """Score rows of values by the declared rules."""
    speaks = pd.DataFrame(
        {name: [RULES[name].speaks(one) for one in values[name]] for name in YEARLY},
        index=values.index,
        dtype=object,
    )
    known = speaks.notna().sum(axis=1)
    score = (speaks.eq(True).sum(axis=1) / known).where(known >= FEWEST_KNOWN)
    return values.assign(score=score, is_flagged=score >= SIGNS)


def hit_table(years: pd.DataFrame) -> pd.DataFrame:
    """Count how often spending fell within two years, where it was flagged and where not.

    Returns
    -------
    DataFrame
        Indexed by flagged, not flagged: n (company-years whose two years after are known), fell,
        share.

    Examples
    --------
    >>> years = pd.DataFrame({"is_flagged": [True, True, False], "fell": [True, False, False]})
    >>> hit_table(years)["share"].tolist()
    [0.5, 0.0]
    """
    known = years[years["fell"].notna()]
    rows = {}
    for name, is_flagged in (("flagged", True), ("not flagged", False)):
        chosen = known.loc[known["is_flagged"] == is_flagged, "fell"].astype(float)
        share = chosen.mean() if len(chosen) else np.nan
        rows[name] = {"n": len(chosen), "fell": int(chosen.sum()), "share": share}
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("said")


def episodes(table: pd.DataFrame) -> pd.DataFrame:
    """Earlier surges for which yearly figures were found.

    Parameters
    ----------
    table : DataFrame
        The table ``investment_episodes``.

    Returns
    -------
    DataFrame
        Indexed by unit and year: episode, capex_bn, growth, cash (capital expenditure over
        operating cash flow, missing where the latter is), speaks (the rule of cash), worst_growth
        (of the two years after, as far as known).
    """
    wide = table.pivot_table(index=["episode", "unit", "year"], columns="metric", values="value_bn")
    rows = wide.reset_index().set_index(["unit", "year"])
    rows.columns.name = None
    by_unit = rows.groupby("unit")["capex"]
    growth = by_unit.pct_change(fill_method=None)
    ahead = [growth.groupby("unit").shift(-step) for step in range(1, YEARS_AFTER + 1)]
    cash = rows["capex"] / rows["operating_cash_flow"]
    return pd.DataFrame(
        {
            "episode": rows["episode"],
            "capex_bn": rows["capex"],
            "growth": growth,
            "cash": cash,
            "speaks": [RULES["cash"].speaks(one) for one in cash],
            "worst_growth": pd.concat(ahead, axis=1).min(axis=1),
        }
    )
