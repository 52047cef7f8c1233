"""Tables as of a day: rows that were known by then, with the figures that were known.

Before 2026-10-15, when these tables were begun, a row counts if it was public. From then on it
counts if it was in the tables: its source had been read. A row added by hand later from a source
that had been read before cannot be told from one that was there. A figure that was restated has the
value of the day; table ``revisions`` keeps it. Where nothing says when a statement was filed, the
longest usual time after its period is taken: 45 days after a quarter and 60 after a fiscal year in
the United States, 60 and 120 in China. What has no day of its own is known with its source, or
where that has none, once the longest usual time after its period is over. Own rows count from their
own day on, whenever they were added. Facts of hardware, investments of the past and the sources
stay as they are.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import date
from typing import Final

import numpy as np
import pandas as pd

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
LONGEST_DAYS: Final = max(FILED_AFTER_DAYS.values())
PERIODS: Final = {"day": "D", "week": "W", "month": "M", "quarter": "Q", "year": "Y"}

Load = Callable[[str], pd.DataFrame]


def known_by(
    day: date, load: Callable[[str], pd.DataFrame], names: Collection[str] | None = None
) -> pd.DataFrame:
    """Return how much of tables whose rows have days was known by a day.

    Parameters
    ----------
    day : date
        The day.
    load : callable
        Loads a whole table by name.
    names : collection of str, optional
        Which tables; all public ones of ``DATED`` where not given.

    Returns
    -------
    DataFrame
        By table: n_known and n_rows, and newest (the day of the newest row known; missing where
        none is, or rows have no day of their own).
    """
    rows = {}
    for name in _KNOWN if names is None else names:
        whole = load(name)
        known = as_of(name, whole, day, load)
        newest = known[_DAYS[name]].max() if name in _DAYS else pd.NaT
        rows[name] = (len(known), len(whole), newest)
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
        Loads tables ``sources`` and ``revisions``, which own tables do without.

    Returns
    -------
    DataFrame
        With a fresh index.
    """
    limit = pd.Timestamp(day)
    if name in _OWN_KNOWN:
        return frame[(_OWN_KNOWN[name](frame) <= limit).to_numpy()].reset_index(drop=True)
    if name not in _KNOWN:
        return frame
    known = _known(name, frame, limit, load("sources").set_index("source_id"))
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


def _known(name: str, frame: pd.DataFrame, limit: pd.Timestamp, sources: pd.DataFrame) -> pd.Series:
    """Day from which on each row counts: of its publication, or that on which it was read."""
    recorded = frame["source_id"].map(sources["accessed_date"])
    if limit >= BEGUN:
        if name in _DAYS:
            return recorded.where(recorded >= frame[_DAYS[name]], frame[_DAYS[name]])
        return recorded
    published = _end(sources["published_date"], sources["published_precision"])
    known = _KNOWN[name](frame, frame["source_id"].map(published))
    return known if name in _DAYS else known.where(known <= recorded, recorded)


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


def _of_source(frame: pd.DataFrame, published: pd.Series) -> pd.Series:
    """Day of the source; where that has none, the longest usual time after the row's period."""
    if "effective_date" in frame:
        ends = _end(frame["effective_date"], frame["effective_precision"])
    else:
        ends = frame["period"].map(_last_day).astype("datetime64[s]")
    return published.where(published.notna(), ends + pd.Timedelta(days=LONGEST_DAYS))


def _last_day(period: str) -> np.datetime64:
    """Return the last day of a period as printed; missing where its words name none.

    Examples
    --------
    >>> [str(_last_day(each)) for each in ("2025", "2025H1", "2025-01/2025-09", "since 2025")]
    ['2025-12-31', '2025-06-30', '2025-09-30', 'NaT']
    """
    last = period.rpartition("/")[2].replace("H1", "Q2").replace("H2", "Q4")
    try:
        ends = pd.PeriodIndex([last], freq=pd.Period(last).freq).end_time
    except (ValueError, AttributeError):  # words, or nothing
        return np.datetime64("NaT", "D")
    return ends.to_numpy()[0].astype("datetime64[D]")


def _of_own_statement(frame: pd.DataFrame) -> pd.Series:
    """Usual day of an own company's statement; in other currencies the longest usual time."""
    is_year = frame["period_end_date"] - frame["period_start_date"] > pd.Timedelta(days=300)
    keys = zip(frame["currency"], is_year, strict=True)
    days = [FILED_AFTER_DAYS.get(key, LONGEST_DAYS) for key in keys]
    return frame["period_end_date"] + pd.to_timedelta(days, unit="D")


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
    "outcomes": _of_source,
    "claims": _of_source,
    "useful_life": _of_source,
    "capex_mix": _of_source,
}
_OWN_KNOWN: Final[dict[str, Callable[[pd.DataFrame], pd.Series]]] = {
    "own_quotes": lambda frame: _end(frame["quote_date"], frame["date_precision"]),
    "own_server_prices": lambda frame: _end(frame["fact_date"], frame["date_precision"]),
    "own_fx": lambda frame: frame["period_end_date"],
    "own_company": _of_own_statement,
    "own_operators": _of_own_statement,
}
OWN_DATED: Final = tuple(_OWN_KNOWN)
"""Own tables that are shorter as of an earlier day."""
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
    "own_quotes": "quote_date",
    "own_server_prices": "fact_date",
    "own_fx": "period_end_date",
    "own_company": "period_end_date",
    "own_operators": "period_end_date",
}
"""Column of the day before which no row can have been in a table."""

DATED: Final = (*_KNOWN, *OWN_DATED)
"""Tables that are shorter as of an earlier day."""
