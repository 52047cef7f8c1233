"""How old the tables are: newest row of each series, when the next is due, what is stale."""

from __future__ import annotations

from datetime import date
from typing import Final

import pandas as pd

from analysis.data import load
from analysis.data.as_of import FILED_AFTER_DAYS

STALE_RENT_DAYS: Final = 14
STALE_FILING_DAYS: Final = 7
"""After the usual day of a filing."""
STALE_RATE_DAYS: Final = 30
"""After the end of a quarter."""


def series_status(today: date | None = None) -> pd.DataFrame:
    """Say of every series how new it is.

    Parameters
    ----------
    today : date, optional
        The day on which this is asked.

    Returns
    -------
    DataFrame
        By group and series: newest (day of the newest row), age_days, expected (day on which the
        next row usually is there; of rents the last day on which the newest is not stale) and
        is_stale. A statement is due so many days after its period as it may be filed at the latest
        by the rules of its market; it is stale a week later.

    Examples
    --------
    >>> status = series_status(date(2026, 11, 28))
    >>> int(status.loc[("rents", "H100, USD"), "age_days"])
    49
    """
    now = pd.Timestamp(today or date.today())
    parts = [_rents(now), _statements(now), _rates(now)]
    table = pd.concat(parts).sort_index(kind="stable")
    return table.assign(age_days=(now - table["newest"]).dt.days)[
        ["newest", "age_days", "expected", "is_stale"]
    ]


def newest_whole_month() -> str:
    """Return the newest month whose last day the quotes in USD reach.

    Examples
    --------
    >>> newest_whole_month()
    '2026-09'
    """
    newest = load("rent_quotes_usd")["quote_date"].max()
    is_last_day = newest == newest + pd.offsets.MonthEnd(0)
    month = newest.to_period("M")
    return str(month if is_last_day else month - 1)


def _rents(now: pd.Timestamp) -> pd.DataFrame:
    names = ("rent_quotes_usd", "rent_quotes_cny")
    quotes = pd.concat([load(name) for name in names], ignore_index=True)
    series = quotes["gpu"] + ", " + quotes["unit"].str[:3]
    newest = quotes.groupby(series)["quote_date"].max()
    expected = newest + pd.Timedelta(days=STALE_RENT_DAYS)
    return _table("rents", newest, expected, now > expected)


def _statements(now: pd.Timestamp) -> pd.DataFrame:
    table = load("company_financials_quarterly")
    table = table[(table["metric"] == "revenue") & (table["span"] == "quarter")]
    last = table.sort_values("period_end_date").groupby("company").last()
    following = last["period_end_date"] + pd.offsets.MonthEnd(3)
    days = [
        FILED_AFTER_DAYS[currency, quarter % 4 + 1 == 4]
        for currency, quarter in zip(last["currency"], last["fiscal_quarter"], strict=True)
    ]
    expected = following + pd.to_timedelta(days, unit="D")
    is_stale = now > expected + pd.Timedelta(days=STALE_FILING_DAYS)
    return _table("filings", last["period_end_date"], expected, is_stale)


def _rates(now: pd.Timestamp) -> pd.DataFrame:
    rates = load("fx")
    rates = rates[rates["period_type"] != "year to date"]
    newest = rates.groupby("period_type")["period_end_date"].max()
    newest = newest.rename(lambda kind: f"CNY per USD, {kind}")
    months = [12 if name.endswith("year") else 3 for name in newest.index]
    ends = [day + pd.offsets.MonthEnd(n) for day, n in zip(newest, months, strict=True)]
    following = pd.Series(ends, newest.index)
    return _table("fx", newest, following, now > following + pd.Timedelta(days=STALE_RATE_DAYS))


def _table(group: str, newest: pd.Series, expected: pd.Series, is_stale: pd.Series) -> pd.DataFrame:
    index = pd.MultiIndex.from_product([[group], newest.index], names=["group", "series"])
    table = pd.DataFrame({"newest": newest.to_numpy()}, index=index)
    table["expected"] = expected.to_numpy()
    table["is_stale"] = is_stale.to_numpy()
    return table
