"""Evidence of the verdict: the newest value of each indicator, by country, with its period."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from analysis.brief import Brief
from analysis.capex.filings.fundamentals import Fundamentals
from analysis.capex.filings.panel import build_panel
from analysis.capex.verdict.declared import CORE, RULES

NAN = float("nan")


@dataclass(frozen=True)
class Beside(Brief):
    """What is known of a country beside its filings; empty or missing where nothing is.

    Parameters
    ----------
    chance_covered : mapping of str to float
        By company, the chance that net income stays above depreciation to 2029.
    explosive : mapping of str to bool
        By company tested, whether its capital expenditure to revenue is explosive.
    log_rents : Series or None
        Log rent of an H100 by month.
    times_ai_revenue : float
        Rise of depreciation over AI revenue as printed.
    ai_as_of : str
        Day of that revenue.
    lease_years : float
        Leases not begun, in years of capital expenditure.
    lease_as_of : str
        Quarter of the leases.
    """

    chance_covered: Mapping[str, float] = field(default_factory=dict)
    explosive: Mapping[str, bool] = field(default_factory=dict)
    log_rents: pd.Series | None = None
    times_ai_revenue: float = NAN
    ai_as_of: str = ""
    lease_years: float = NAN
    lease_as_of: str = ""


def evidence(country: str, fundamentals: Fundamentals, beside: Beside) -> pd.DataFrame:
    """Gather a country's indicators.

    Parameters
    ----------
    country : str
        United States or China.
    fundamentals : Fundamentals
        Checked figures.
    beside : Beside
        The rest.

    Returns
    -------
    DataFrame
        Indexed by rule: label, value, as_of, threshold, side, speaks (True, False, or None where
        unknown). Ratios are sums over the country's companies: of four quarters where these end
        with the newest quarter known, else of that quarter.
    """
    members = CORE[country]
    filed = {
        "burden": summed_ratio(fundamentals, members, "revenue"),
        "cash": summed_ratio(fundamentals, members, "operating_cash_flow"),
        "gap": growth_gap(fundamentals, members),
    }
    newest = max(as_of.split(" ")[-1] for _, as_of in filed.values())
    explosive = [beside.explosive[name] for name in members if name in beside.explosive]
    chances = [beside.chance_covered[name] for name in members if name in beside.chance_covered]
    rent, rent_month = rent_change(beside.log_rents)
    values = {
        **filed,
        "explosive": (float(sum(explosive)) if explosive else NAN, newest),
        "depreciation": (float(pd.Series(chances, dtype=float).median()), newest),
        "rent": (rent, rent_month),
        "revenue": (beside.times_ai_revenue, beside.ai_as_of),
        "leases": (beside.lease_years, beside.lease_as_of),
    }
    rows = {
        name: {
            "label": rule.label,
            "value": values[name][0],
            "as_of": values[name][1] if pd.notna(values[name][0]) else "",
            "side": rule.side,
            "threshold": rule.threshold,
            "speaks": rule.speaks(values[name][0]),
        }
        for name, rule in RULES.items()
    }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("rule")


def summed_ratio(
    fundamentals: Fundamentals, members: tuple[str, ...], denominator: str
) -> tuple[float, str]:
    """Sum capital expenditure and a denominator over companies, and divide.

    Returns
    -------
    tuple of float and str
        The ratio, and its period: "four quarters to" the newest quarter where these are known,
        else that quarter.
    """
    found = {}
    for frequency in ("ttm", "quarter"):
        panel = build_panel(fundamentals, "purchases", frequency, "reported", members).frame
        both = panel[["capex", denominator]].dropna().groupby("period").agg(["sum", "count"])
        whole = both[both[("capex", "count")] == len(members)]
        if len(whole):
            ratio = whole[("capex", "sum")] / whole[(denominator, "sum")]
            found[frequency] = float(ratio.iloc[-1]), str(ratio.index[-1])
    if not found:
        return NAN, ""
    quarter = found["quarter"]
    if "ttm" in found and found["ttm"][1] == quarter[1]:
        return found["ttm"][0], f"four quarters to {quarter[1]}"
    return quarter


def growth_gap(fundamentals: Fundamentals, members: tuple[str, ...]) -> tuple[float, str]:
    """Growth of capital expenditure less that of revenue, newest half-year on the year before."""
    quarters = build_panel(fundamentals, "purchases", "quarter", "reported", members)
    sums = {
        name: quarters.wide(name).reindex(columns=list(members)).sum(axis=1, skipna=False)
        for name in ("capex", "revenue")
    }
    halves = pd.DataFrame(sums).dropna().rolling(2).sum()
    growth = halves / halves.shift(4) - 1.0
    gap = (growth["capex"] - growth["revenue"]).dropna()
    return (float(gap.iloc[-1]), f"half-year to {gap.index[-1]}") if len(gap) else (NAN, "")


def rent_change(log_rents: pd.Series | None) -> tuple[float, str]:
    """Change of a rent on the same month a year before, with the month."""
    if log_rents is None:
        return NAN, ""
    change = (log_rents - log_rents.shift(12)).dropna()
    if change.empty:
        return NAN, ""
    return float(np.expm1(change.iloc[-1])), str(change.index[-1])
