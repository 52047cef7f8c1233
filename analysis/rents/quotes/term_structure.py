"""Term structure of rents: what an hour costs by length of commitment, and who prints it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from analysis.rents.quotes.comparable import constructions
from analysis.units import GPUS_PER_SERVER, HOURS_PER_MONTH

GPUS = ("H100", "H200", "B200")
"""GPUs whose rents are known by commitment."""

OFFER = ["provider", "segment", "gpu", "form_factor", "quote_date"]
"""One offer on one day: its prices differ by commitment alone."""


def term_label(row: pd.Series) -> str:
    """Say in words how long one pays, and how surely one has the GPU."""
    if row["contract"] in {"on-demand", "spot"}:
        return str(row["contract"]).replace("-", " ")
    low, high = row["term_months_low"], row["term_months_high"]
    if np.isnan(low):
        days = row["contract"] == "capacity-block"
        return "days to weeks, paid ahead" if days else "committed, term not printed"
    return f"{low:.0f} months" if low == high else f"{low:.0f} to {high:.0f} months"


def ladder(terms: pd.DataFrame, gpu: str) -> pd.DataFrame:
    """Set each committed price beside the same provider's price on demand on the same day.

    Parameters
    ----------
    terms : DataFrame
        Raw table ``rent_terms``.
    gpu : str
        Which GPU.

    Returns
    -------
    DataFrame
        By offer (provider and form factor) and term: provider, segment, rent_usd_per_gpu_hour and
        discount (decimal, against on demand; missing where the provider prints no price on demand).
        List prices in USD.
    """
    rows = terms[terms["gpu"].eq(gpu) & terms["unit"].eq("USD per GPU-hour")].copy()
    rows["rent_usd_per_gpu_hour"] = np.sqrt(rows["price_low"] * rows["price_high"])
    on_demand = rows[rows["contract"].eq("on-demand")].set_index(OFFER)["rent_usd_per_gpu_hour"]
    keys = pd.MultiIndex.from_frame(rows[OFFER])
    rows["discount"] = 1.0 - rows["rent_usd_per_gpu_hour"].to_numpy() / on_demand.reindex(
        keys
    ).to_numpy(dtype=float)
    rows["term"] = rows.apply(term_label, axis=1)
    rows["length"] = rows["term_months_high"].fillna(0.5).where(~rows["contract"].eq("spot"), -1.0)
    order = ["segment", "provider", "form_factor", "length"]
    rows["offer"] = (rows["provider"] + " " + rows["form_factor"]).str.strip()
    table = rows.sort_values(order, kind="stable").set_index(["offer", "term"])
    return table[["provider", "segment", "rent_usd_per_gpu_hour", "discount"]]


def discounts(ladders: pd.DataFrame) -> pd.DataFrame:
    """Sum up a ladder: discounts against on demand by term, over providers.

    Returns
    -------
    DataFrame
        By term: lowest, median and highest discount (decimals), n_providers; the longest last.
    """
    known = ladders.dropna(subset="discount")
    known = known[known.index.get_level_values("term") != "on demand"]
    grouped = known.groupby(level="term", sort=False)["discount"]
    table = grouped.agg(lowest="min", median="median", highest="max")
    providers = known.reset_index().groupby("term", sort=False)["provider"].nunique()
    return table.assign(n_providers=providers)


def leases(terms: pd.DataFrame, gpu: str) -> pd.DataFrame:
    """List leases of whole servers in China, the shortest commitment first.

    Returns
    -------
    DataFrame
        By term: quote_date, price_kind (list, offer or transaction), price_low and price_high (CNY
        per server-month), provider, note.
    """
    rows = terms[terms["gpu"].eq(gpu) & terms["unit"].eq("CNY per server-month")].copy()
    rows["term"] = rows.apply(term_label, axis=1)
    rows = rows.sort_values(["term_months_low", "quote_date"], kind="stable", na_position="last")
    columns = ["quote_date", "price_kind", "price_low", "price_high", "provider", "note"]
    return rows.set_index("term")[columns]


KINDS: dict[str, dict[str, Sequence[str]]] = {
    "list prices, median of providers": {"role": ["aggregate"], "contract": ["on-demand"]},
    "list prices, published index": {"role": ["index"], "contract": ["on-demand"]},
    "contracts of one year": {"role": ["index"], "contract": ["contract-1y"]},
    "reserved, mixed terms": {"role": ["aggregate"], "contract": ["reserved"]},
    "index of a data vendor, transactions among its inputs": {
        "role": ["index"],
        "contract": ["index"],
    },
    "spot, median of providers": {"role": ["aggregate"], "contract": ["spot"]},
}
"""Kinds of rents, which are no one series: what is asked, what is committed to, what is agreed."""


def by_kind(quotes: pd.DataFrame, gpu: str, *, since: str, until: str) -> pd.DataFrame:
    """Say how far each kind of rent moved since its lowest month of a window.

    Parameters
    ----------
    quotes : DataFrame
        As `comparable_quotes` returns them; rows in USD that are themselves made of many.
    gpu : str
        Which GPU.
    since, until : str
        First and last month of the window.

    Returns
    -------
    DataFrame
        By kind and source_id: lowest (month), from_usd and to_usd (USD per GPU-hour, medians of
        the month), last (month), change (decimal), n_months. Series of fewer than two months are
        left out; a source that makes an index in two ways has two rows, told apart by place.
    """
    start, end = pd.Timestamp(since), pd.Timestamp(until) + pd.offsets.MonthEnd(0)
    inside = quotes[
        quotes["gpu"].eq(gpu)
        & quotes["currency"].eq("USD")
        & quotes["quote_date"].between(start, end)
    ]
    rows = []
    for kind, wanted in KINDS.items():
        chosen = inside[
            inside["role"].isin(wanted["role"]) & inside["contract"].isin(wanted["contract"])
        ]
        for source_id, group in chosen.groupby("source_id"):
            for way, series in constructions(group).items():
                rents = series.groupby("month")["rent_usd_per_gpu_hour"].median()
                if len(rents) < 2:
                    continue
                lowest, last = rents.idxmin(), rents.index[-1]
                rows.append(
                    {
                        "kind": kind,
                        "source_id": f"{source_id}{way}",
                        "lowest": f"{lowest:%Y-%m}",
                        "from_usd": rents[lowest],
                        "last": f"{last:%Y-%m}",
                        "to_usd": rents[last],
                        "change": rents[last] / rents[lowest] - 1.0,
                        "n_months": len(rents),
                    }
                )
    columns = ["kind", "source_id", "lowest", "from_usd", "last", "to_usd", "change", "n_months"]
    return pd.DataFrame(rows, columns=columns).set_index(["kind", "source_id"])


def indices_of_day(quotes: pd.DataFrame, gpu: str, day: str) -> pd.DataFrame:
    """Return the published indices of one GPU on one day.

    Returns
    -------
    DataFrame
        By publisher, the lowest first: rent_usd_per_gpu_hour and rent_cny_per_server_month (every
        hour of eight GPUs, at the quarter's average exchange rate).
    """
    rows = quotes[
        quotes["gpu"].eq(gpu)
        & quotes["role"].eq("index")
        & quotes["contract"].eq("index")
        & quotes["quote_date"].eq(pd.Timestamp(day))
    ].sort_values("rent_usd_per_gpu_hour", kind="stable")
    return pd.DataFrame(
        {
            "rent_usd_per_gpu_hour": rows["rent_usd_per_gpu_hour"].to_numpy(),
            "rent_cny_per_server_month": rows["rent_cny_per_gpu_hour"].to_numpy()
            * (GPUS_PER_SERVER * HOURS_PER_MONTH),
        },
        index=pd.Index(rows["provider"], name="publisher"),
    )
