"""The newest list prices: each offer against itself since a day, and one GPU by source."""

from __future__ import annotations

import numpy as np
import pandas as pd

OFFER = ["currency", "gpu", "segment", "contract", "provider", "gpu_variant", "offer_gpus"]
"""One provider's offer, whoever read its price."""


def matched_changes(
    quotes: pd.DataFrame, *, since: str, from_day: str, fewest_providers: int = 2
) -> pd.DataFrame:
    """Compare the newest price of each offer with its first one since a day.

    Only offers that were seen both before and after `from_day` count, so that a provider that joins
    moves nothing. A provider with several offers counts once: by the mean of their log changes.

    Parameters
    ----------
    quotes : DataFrame
        As `comparable_quotes` returns them; list quotes are taken.
    since : str
        First day looked at.
    from_day : str
        First day of the newest prices.
    fewest_providers : int
        GPUs with fewer providers are left out.

    Returns
    -------
    DataFrame
        By currency and gpu: change (decimal, geometric mean over providers), lowest and highest
        change of a provider, n_providers, n_offers, median_rent (of the newest prices, currency
        per GPU-hour), first_day and last_day.

    Examples
    --------
    >>> offer = dict.fromkeys(OFFER, "x") | {"role": "quote", "currency": "USD", "gpu": "H100"}
    >>> days = pd.to_datetime(["2026-07-05", "2026-10-10"])
    >>> quotes = pd.DataFrame(offer | {"quote_date": days, "rent_per_gpu_hour": [2.0, 3.0]})
    >>> table = matched_changes(
    ...     quotes, since="2026-07-01", from_day="2026-10-01", fewest_providers=1
    ... )
    >>> round(float(table["change"].iloc[0]), 9)
    0.5
    """
    rows = quotes[(quotes["role"] == "quote") & (quotes["quote_date"] >= since)]
    rows = rows.sort_values("quote_date", kind="stable")
    is_new = rows["quote_date"] >= from_day
    column = ["quote_date", "rent_per_gpu_hour"]
    first = rows[~is_new].groupby(OFFER)[column].first()
    last = rows[is_new].groupby(OFFER)[column].last()
    offers = first.join(last, how="inner", lsuffix="_first", rsuffix="_last").reset_index()
    offers["log_change"] = np.log(
        offers["rent_per_gpu_hour_last"] / offers["rent_per_gpu_hour_first"]
    )
    keys = ["currency", "gpu"]
    by_provider = offers.groupby([*keys, "provider"])["log_change"].mean().groupby(keys)
    table = pd.DataFrame(
        {
            "change": np.expm1(by_provider.mean()),
            "lowest": np.expm1(by_provider.min()),
            "highest": np.expm1(by_provider.max()),
            "n_providers": by_provider.size(),
        }
    ).join(
        offers.groupby(keys).agg(
            n_offers=("log_change", "size"),
            median_rent=("rent_per_gpu_hour_last", "median"),
            first_day=("quote_date_first", "min"),
            last_day=("quote_date_last", "max"),
        )
    )
    return table[table["n_providers"] >= fewest_providers]


def by_source(
    quotes: pd.DataFrame, *, gpu: str, day: str, within_days: int, segments: tuple[str, ...]
) -> pd.DataFrame:
    """Set what each source says of one GPU about one day side by side.

    Parameters
    ----------
    quotes : DataFrame
        As `comparable_quotes` returns them.
    gpu : str
        Which GPU; quotes in USD, on demand, or published indices.
    day : str
        The day.
    within_days : int
        How far a quote may be from it.
    segments : tuple of str
        Segments that are compared; hyperscalers' lists run two to four times the others'.

    Returns
    -------
    DataFrame
        By source_id and kind of quote (role): n_quotes, lowest, median and highest rent in USD per
        GPU-hour, newest (day); the cheapest median first.
    """
    apart = (quotes["quote_date"] - pd.Timestamp(day)).abs()
    is_wanted = (
        (quotes["gpu"] == gpu)
        & (quotes["currency"] == "USD")
        & quotes["segment"].isin(segments)
        & quotes["contract"].isin(["on-demand", "index"])
        & quotes["role"].isin(["quote", "restated", "index", "aggregate"])
        & (apart <= pd.Timedelta(days=within_days))
    )
    grouped = quotes[is_wanted].groupby(["source_id", "role"])["rent_usd_per_gpu_hour"]
    table = grouped.agg(n_quotes="size", lowest="min", median="median", highest="max")
    newest = quotes[is_wanted].groupby(["source_id", "role"])["quote_date"].max()
    return table.assign(newest=newest).sort_values("median", kind="stable")
