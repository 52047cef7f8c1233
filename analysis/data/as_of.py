"""Tables as of a day: rows that were known by then, with the figures that were known.

Before 2026-10-15, when these tables were begun, a row counts if it was public. From then on it
counts if it was in the tables: its source had been read. A row added by hand later from a source
that had been read before cannot be told from one that was there. A figure that was restated has the
value of the day; table ``revisions`` keeps it. Where nothing says when a statement was filed, the
longest usual time after its period is taken: 45 days after a quarter and 60 after a fiscal year in
the United States, 60 and 120 in China. Tables whose rows have no day stay as they are.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import date
from typing import Final

import numpy as np
import pandas as pd

from analysis.errors import Fault, ParameterError
from analysis.paths import AS_OF_VARIABLE

BEGUN: Final = pd.Timestamp("2026-10-15")
FILED_AFTER_DAYS: Final = {
    ("USD", False): 45,
    ("USD", True): 60,
    ("CNY", False): 60,
    ("CNY", True): 120,
}
"""Days from the end of a period to its statement, by currency and whether a fiscal year ends."""
PUBLISHED_WITHIN_DAYS: Final = 150
"""A source published so soon after a period is its statement; a later one collects statements."""
PERIODS: Final = {"day": "D", "week": "W", "month": "M", "quarter": "Q", "year": "Y"}

Load = Callable[[str], pd.DataFrame]


def as_of_day() -> date | None:
    """Return the day that tables are asked for as of; None for today.

    Raises
    ------
    ParameterError
        The environment variable holds no day.
    """
    text = os.environ.get(AS_OF_VARIABLE, "")
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        fault = Fault("environment", None, AS_OF_VARIABLE, text, "a day such as 2026-06-30")
        raise ParameterError([fault]) from None


def known_by(day: date, load: Callable[[str], pd.DataFrame]) -> pd.DataFrame:
    """Return how much of each table whose rows have days was known by a day.

    Parameters
    ----------
    day : date
        The day.
    load : callable
        Loads a whole table by name.

    Returns
    -------
    DataFrame
        By table: n_known and n_rows, and newest (the day of the newest row known).
    """
    rows = {}
    for name, column in _DAYS.items():
        whole = load(name)
        known = as_of(name, whole, day, load)
        rows[name] = (len(known), len(whole), known[column].max())
    columns = ["n_known", "n_rows", "newest"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns).rename_axis("table")


def as_of(name: str, frame: pd.DataFrame, day: date, load: Load) -> pd.DataFrame:
    """Return the rows of a table that were known by a day.

    Parameters
    ----------
    name : str
        Name of the table.
    frame : DataFrame
        As it is today.
    day : date
        The day.
    load : callable
        Loads tables ``sources`` and ``revisions``.

    Returns
    -------
    DataFrame
        With a fresh index.
    """
    if name not in _KNOWN:
        return frame
    sources = load("sources").set_index("source_id")
    limit = pd.Timestamp(day)
    if limit < BEGUN:
        known = _KNOWN[name](frame, frame["source_id"].map(sources["published_date"]))
    else:
        recorded, own_day = frame["source_id"].map(sources["accessed_date"]), frame[_DAYS[name]]
        known = recorded.where(recorded >= own_day, own_day)
    revisions = load("revisions")
    since = revisions["known_date"] if limit < BEGUN else revisions["recorded_date"]
    revised = _revised(name, frame, revisions.assign(since=since))
    if revised is None:
        return frame[(known <= limit).to_numpy()].reset_index(drop=True)
    values = revised[revised["since"] <= limit].groupby("at")["value"].last().astype(float)
    is_revised = frame.index.isin(revised["at"])
    is_known = np.where(is_revised, frame.index.isin(values.index), (known <= limit).to_numpy())
    column = revised["column"].iloc[0]
    kept = frame.copy()
    kept.loc[values.index, column] = values
    return kept[is_known].reset_index(drop=True)


def _revised(name: str, frame: pd.DataFrame, revisions: pd.DataFrame) -> pd.DataFrame | None:
    """Revisions of a table with the row each is of, the oldest first; None where there are none."""
    mine = revisions[revisions["table"] == name]
    if mine.empty:
        return None
    keys = pd.Series(frame.index, _row_keys(name, frame))
    found = mine.assign(at=mine["row_key"].map(keys)).dropna(subset="at")
    return found.sort_values("known_date", kind="stable")


def _row_keys(name: str, frame: pd.DataFrame) -> pd.Index:
    from analysis.data.package import read_package

    parts = []
    for column in read_package().resource(name).table_schema.primary_key:
        is_day = pd.api.types.is_datetime64_any_dtype(frame[column])
        parts.append(frame[column].dt.strftime("%Y-%m-%d") if is_day else frame[column].astype(str))
    return pd.Index([" | ".join(row) for row in zip(*parts, strict=True)])


def _end(days: pd.Series, precision: pd.Series) -> pd.Series:
    """Last day of what a day stands for; of several months half a year."""
    ends = days + pd.Timedelta(days=183)
    for words, frequency in PERIODS.items():
        is_one = precision == words
        periods = days[is_one].dt.to_period(frequency)
        ends[is_one] = periods.dt.end_time.dt.normalize().astype(days.dtype)
    return ends


def _of_day(column: str, precision: str) -> Callable[[pd.DataFrame, pd.Series], pd.Series]:
    return lambda frame, published: _end(frame[column], frame[precision])


def _of_statement(frame: pd.DataFrame, published: pd.Series) -> pd.Series:
    end = frame["period_end_date"]
    ends_year = (
        frame["fiscal_quarter"] == 4
        if "fiscal_quarter" in frame
        else pd.Series(data=True, index=frame.index)
    )
    days = [FILED_AFTER_DAYS[key] for key in zip(frame["currency"], ends_year, strict=True)]
    usual = end + pd.to_timedelta(days, unit="D")
    return _published_or(usual, end, published)


def _published_or(usual: pd.Series, end: pd.Series, published: pd.Series) -> pd.Series:
    """Day a source was published where that follows the period closely, else the usual day."""
    is_statement = (published >= end) & (
        published <= end + pd.Timedelta(days=PUBLISHED_WITHIN_DAYS)
    )
    return published.where(is_statement, usual)


def _of_figure(frame: pd.DataFrame, published: pd.Series) -> pd.Series:
    """Day of an operator's figure: its source's where that follows its period closely."""
    end = frame["period_end_date"]
    usual = end + pd.to_timedelta(FILED_AFTER_DAYS["USD", True], unit="D")
    return _published_or(usual, end, published)


_KNOWN: Final[dict[str, Callable[[pd.DataFrame, pd.Series], pd.Series]]] = {
    "rent_quotes_usd": _of_day("quote_date", "date_precision"),
    "rent_quotes_cny": _of_day("quote_date", "date_precision"),
    "rent_terms": lambda frame, published: frame["quote_date"],
    "server_facts": _of_day("fact_date", "date_precision"),
    "capex_guidance": _of_day("stated_date", "stated_precision"),
    "disclosures": _of_day("as_of_date", "as_of_precision"),
    "operator_figures": _of_figure,
    "operator_loans": _of_day("closed_date", "date_precision"),
    "fx": lambda frame, published: frame["period_end_date"],
    "company_financials_quarterly": _of_statement,
    "company_financials_annual": _of_statement,
}
_DAYS: Final[dict[str, str]] = {
    "rent_quotes_usd": "quote_date",
    "rent_quotes_cny": "quote_date",
    "rent_terms": "quote_date",
    "server_facts": "fact_date",
    "capex_guidance": "stated_date",
    "disclosures": "as_of_date",
    "operator_figures": "period_end_date",
    "operator_loans": "closed_date",
    "fx": "period_end_date",
    "company_financials_quarterly": "period_end_date",
    "company_financials_annual": "period_end_date",
}
"""Column of the day before which no row can have been in a table."""

DATED: Final = tuple(_DAYS)
"""Tables that are shorter as of an earlier day."""
KINDRED: Final = (
    ("company_financials_quarterly", "company_financials_annual"),
    ("rent_quotes_usd", "rent_quotes_cny"),
    ("operator_figures", "operator_loans"),
)
"""Those of one subject."""
