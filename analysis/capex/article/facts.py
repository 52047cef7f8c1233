"""Fact check: the article's five facts, each with what became of it.

The article of April 2025 ends its first page with five facts about 2024. Each is put as a statement
on filings, tested on 2024 and on what has been filed since. One that filings cannot decide is said
to be so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from analysis.capex.filings.companies import US_COMPANIES
from analysis.capex.filings.fundamentals import Fundamentals
from analysis.capex.filings.panel import Panel, build_panel
from analysis.capex.indicators.totals import INTERNET, growth_by_year

HOLDS, REVERSED, PARTLY, UNDECIDED = "holds", "reversed", "holds in part", "not decided by filings"
US, CHINA = "the US, together", "China, internet companies, together"


@dataclass(frozen=True)
class Fact:
    """One statement of the article and its outcome.

    Parameters
    ----------
    statement : str
        What it says, as a statement that figures can decide.
    then, now : str
        Figures of 2024, and the newest.
    as_of : str
        Period of the newest.
    outcome : str
        holds, reversed, holds in part, or not decided by filings.
    """

    statement: str
    then: str
    now: str
    as_of: str
    outcome: str


def article_facts(fundamentals: Fundamentals) -> pd.DataFrame:
    """Test the five facts of ``caijing-2025`` (paragraphs 7 to 11).

    Parameters
    ----------
    fundamentals : Fundamentals
        Checked figures.

    Returns
    -------
    DataFrame
        Indexed by fact, 1 to 5: statement, then, now, as_of, outcome.
    """
    quarters = build_panel(fundamentals, "purchases", "quarter", "reported")
    in_usd = build_panel(fundamentals, "purchases", "quarter", "USD")
    growth = growth_by_year(quarters)
    facts = [
        scale_fact(in_usd),
        growth_fact(growth),
        risk_fact(quarters),
        brake_fact(growth),
        Fact(
            "for Chinese companies a cut in the supply of chips is the greater risk",
            "no measure in filings",
            "no measure in filings",
            "",
            UNDECIDED,
        ),
    ]
    return pd.DataFrame(facts, index=pd.RangeIndex(1, len(facts) + 1, name="fact"))


def scale_fact(in_usd: Panel) -> Fact:
    """US companies spend several times what Chinese internet companies spend."""
    capex = in_usd.wide("capex")
    by_year = _sums(capex, pd.PeriodIndex(capex.index).year)
    then = float((by_year["us"] / by_year["china"])[2024])
    halves = pd.PeriodIndex(capex.index).asfreq("Q")
    labels = [f"{quarter.year}H{1 + (quarter.quarter > 2)}" for quarter in halves]
    newest = _sums(capex, pd.Index(labels), n_quarters=2).dropna()
    now = newest["us"].iloc[-1] / newest["china"].iloc[-1]
    return Fact(
        "five US companies spend several times what the listed Chinese internet companies spend",
        f"{then:.1f} times",
        f"{now:.1f} times",
        str(newest.index[-1]),
        HOLDS if now > 1.0 else REVERSED,
    )


def growth_fact(growth: pd.DataFrame) -> Fact:
    """Spending of Chinese internet companies grows faster than that of the five US companies.

    Parameters
    ----------
    growth : DataFrame
        Of :func:`~analysis.capex.indicators.totals.growth_by_year`.
    """
    return _compared(
        "Chinese internet companies raise their spending faster than the five US companies",
        growth.T[CHINA],
        growth.T[US],
        is_faster=True,
    )


def risk_fact(quarters: Panel) -> Fact:
    """US spending weighs more than Chinese: over revenue, and over operating cash flow.

    Each quarter the ratio is of sums over the companies of a country that print both figures; the
    newest quarter is the last that two Chinese companies have printed.
    """
    then, now, periods = [], [], []
    is_heavier = []
    for name, denominator in (("revenue", "revenue"), ("cash flow", "operating_cash_flow")):
        both = quarters.frame[["capex", denominator]].dropna()
        rate = {}
        for country, members in (("us", US_COMPANIES), ("china", INTERNET)):
            rows = both[both.index.get_level_values("company").isin(members)]
            sums = rows.groupby("period").agg(["sum", "count"])
            is_known = sums[("capex", "count")] >= 2
            rate[country] = (sums[("capex", "sum")] / sums[(denominator, "sum")])[is_known]
        rates = pd.DataFrame(rate).dropna()
        of_2024 = rates[pd.PeriodIndex(rates.index).year == 2024].mean()
        newest = rates.iloc[-1]
        then.append(f"{of_2024['us']:.0%} against {of_2024['china']:.0%} of {name}")
        now.append(f"{newest['us']:.0%} against {newest['china']:.0%} of {name}")
        periods.append(str(rates.index[-1]))
        is_heavier.append(newest["us"] > newest["china"])
    return Fact(
        "spending weighs more on US companies than on Chinese ones",
        "; ".join(then),
        "; ".join(now),
        min(periods),
        _outcome(is_heavier),
    )


def brake_fact(growth: pd.DataFrame) -> Fact:
    """Microsoft brakes: its spending grows more slowly than that of the five US companies.

    Parameters
    ----------
    growth : DataFrame
        Of :func:`~analysis.capex.indicators.totals.growth_by_year`.
    """
    return _compared(
        "Microsoft brakes: its spending grows more slowly than that of the five together",
        growth.T["Microsoft"],
        growth.T[US],
        is_faster=False,
    )


def _compared(statement: str, one: pd.Series, other: pd.Series, *, is_faster: bool) -> Fact:
    """Put the growth of one beside that of another, period by period after 2024."""
    periods = [str(period) for period in one.index]
    ours, theirs = (dict(zip(periods, each.astype(float), strict=True)) for each in (one, other))
    put = {period: f"{ours[period]:+.0%} against {theirs[period]:+.0%}" for period in periods}
    since = [period for period in periods if period > "2024"]
    held = [(ours[period] > theirs[period]) == is_faster for period in since]
    return Fact(
        statement,
        put["2024"],
        "; ".join(f"{period}: {put[period]}" for period in since),
        since[-1],
        _outcome(held),
    )


def _outcome(held: Sequence[bool]) -> str:
    """Outcome of a statement by whether it held, period by period or measure by measure."""
    return HOLDS if all(held) else PARTLY if any(held) else REVERSED


def _sums(capex: pd.DataFrame, periods: pd.Index, n_quarters: int = 4) -> pd.DataFrame:
    """Spending of both groups by period; missing where a quarter of a member is."""
    groups = {"us": US_COMPANIES, "china": INTERNET}
    whole = {
        name: capex[list(members)].sum(axis=1, skipna=False) for name, members in groups.items()
    }
    return pd.DataFrame(whole).groupby(periods).sum(min_count=n_quarters)
