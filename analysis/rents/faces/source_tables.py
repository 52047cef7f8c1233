"""Whose quotes a market rests on, which of them are under no license, and what is left without."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from analysis.rents.index.rent_market import Market, published_series
from analysis.rents.quotes.recent import matched_changes

NO_LICENSE = "no license"


def unlicensed(source_ids: Sequence[str], sources: pd.DataFrame) -> pd.DataFrame:
    """Return the sources of a market that state no license.

    Parameters
    ----------
    source_ids : sequence of str
        As `Market.source_ids` has them; own sources are not in the table.
    sources : DataFrame
        Raw table ``sources``.

    Returns
    -------
    DataFrame
        By source_id: title, publisher, url, terms_of_use.
    """
    known = sources.set_index("source_id")
    rows = known.loc[[name for name in source_ids if name in known.index]]
    is_free = ~rows["terms_of_use"].str.startswith(NO_LICENSE)
    return rows.loc[~is_free, ["title", "publisher", "url", "terms_of_use"]]


def in_words(without_license: pd.DataFrame, source_ids: Sequence[str]) -> str:
    """Say whose quotes these are, if some of them are under no license; nothing otherwise.

    Returns
    -------
    str
        A sentence that ends with a space, or "".
    """
    if without_license.empty:
        return ""
    share = "All" if len(without_license) == len(source_ids) else "Some"
    names = ", ".join(without_license.index)
    n = len(without_license)
    collections = "one public collection" if n == 1 else f"{n} public collections"
    states = "states" if n == 1 else "state"
    return f"{share} of these quotes come from {collections} ({names}) that {states} no license. "


def with_and_without(
    here: Market, quotes: pd.DataFrame, without: Sequence[str], *, gpu: str, since: str, until: str
) -> pd.DataFrame:
    """Set a market's change beside what is left once some sources are taken out.

    Parameters
    ----------
    here : Market
        With all its sources.
    quotes : DataFrame
        As `comparable_quotes` returns them.
    without : sequence of str
        Sources taken out.
    gpu : str
        Which GPU; prices in USD.
    since, until : str
        Months compared; list prices are the first ones since the one and the last ones from the
        other on.

    Returns
    -------
    DataFrame
        By kind of rent: change (decimal), first and last (month or day) and n_providers (missing
        for an index as published).
    """
    months = here.log_rents.loc[since:]
    rows: dict[str, tuple[float, str, str, float]] = {}
    if len(months):
        n_providers = len(set(here.captured.providers)) if here.captured else np.nan
        change = float(np.expm1(months.iloc[-1] - months.iloc[0]))
        rows[f"{here.label}, with all sources"] = (
            change,
            str(months.index[0]),
            str(months.index[-1]),
            n_providers,
        )
    left = quotes[~quotes["source_id"].isin(without) & quotes["gpu"].eq(gpu)]
    is_neocloud = left["segment"].eq("neocloud") & left["currency"].eq("USD")
    matched = matched_changes(
        left[is_neocloud & left["contract"].eq("on-demand")],
        since=f"{since}-01",
        from_day=f"{until}-01",
    )
    for row in matched.to_dict("records"):
        rows["list prices of specialized clouds in USD, each compared with itself, without"] = (
            float(row["change"]),
            f"{row['first_day']:%Y-%m}",
            f"{row['last_day']:%Y-%m}",
            float(row["n_providers"]),
        )
    for name, series in published_series(left, fewest_months=6).items():
        kept = series.loc[since:]
        if len(kept):
            change = float(np.expm1(kept.iloc[-1] - kept.iloc[0]))
            rows[f"{name} in USD, without"] = (
                change,
                str(kept.index[0]),
                str(kept.index[-1]),
                np.nan,
            )
    columns = ["change", "first", "last", "n_providers"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns).rename_axis("rents")
