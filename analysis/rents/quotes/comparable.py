"""Raw quotes on one basis: per GPU-hour, in USD and CNY, each row with what it may be used for."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.data.far_days import FAR, is_far_from_own_level
from analysis.data.own.store import OWN_SOURCE
from analysis.errors import DataError, Fault
from analysis.rental.inputs.billing import Precision
from analysis.rents.quotes.conversion import (
    average_cny_per_usd,
    price_per_gpu_hour,
    usd_per_unit_of,
)

ROLES = {
    "quote": "a price that one provider asks, as asked",
    "restated": "a price that one provider asks, converted by the source to a standard server",
    "index": "a published index, made of other rows",
    "aggregate": "a mean, median or range over several providers, made of other rows",
    "bound": "a price said to be at least or at most so much",
    "disputed": "implausible by itself or contradicted by another row; kept, not used",
    "not a rent": "an assumption of a model, or the price of a part of the server",
}
"""What a row may be used for; only rows of one role belong into one calculation."""

_NEEDED = (
    "quote_date",
    "gpu",
    "provider",
    "segment",
    "contract",
    "price_low",
    "price_high",
    "unit",
    "kind",
    "flag",
    "source_id",
)
_NO_RENT = ("assumption", "on-demand-component")


def comparable_quotes(
    quotes: pd.DataFrame,
    fx: pd.DataFrame,
    gpu_specs: pd.DataFrame,
    *,
    p_precision: Precision = "fp16_dense",
    usd_per_unit: Mapping[str, float] | pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Bring quotes onto one basis and say what each row may be used for.

    A range becomes its geometric mean. Server, P and yearly quotes become GPU-hours of a fully
    used server, of eight GPUs where nothing else is said. Currencies convert at the average rate
    of the quarter, or of the year where the quarter is not over; after the last period its rate is
    carried on. A day that stands apart from the days of the same offer around it is flagged.

    Parameters
    ----------
    quotes : DataFrame
        Raw table ``rent_quotes_usd``, ``rent_quotes_cny``, or both concatenated.
    fx : DataFrame
        Raw table ``fx``.
    gpu_specs : DataFrame
        Raw table ``gpu_specs``; its dense FP16 peak converts quotes per P.
    p_precision : {"fp16_dense", "fp16_sparse"}
        What a P of the quotes counts; the sources do not say.
    usd_per_unit : mapping or DataFrame, optional
        Rates of other currencies than USD and CNY, as in `usd_per_unit_of`.

    Returns
    -------
    DataFrame
        A row for each raw row: quote_date, month (its first day), gpu, gpu_variant (with memory
        and form factor), offer_gpus (text, "" where unknown), provider, segment, contract, role,
        currency, rent_per_gpu_hour (in that currency), rent_usd_per_gpu_hour,
        rent_cny_per_gpu_hour, rate_period (of CNY per USD), flag, kind, source_id, place (within
        the source; "" where it has none).

    Raises
    ------
    DataError
        No table of quotes, a unit that is not known, a quote per P of a GPU without peak, a
        currency or a day without exchange rate.
    """
    _check_columns(quotes)
    per_gpu_hour = price_per_gpu_hour(quotes, gpu_specs, p_precision)
    currency = quotes["unit"].str[:3]
    cny_per_usd, rate_period = average_cny_per_usd(quotes, fx)
    in_usd = usd_per_unit_of(quotes, currency, cny_per_usd, usd_per_unit)
    in_cny = np.where(currency == "CNY", per_gpu_hour, per_gpu_hour * in_usd * cny_per_usd)
    table = pd.DataFrame(
        {
            "quote_date": quotes["quote_date"],
            "month": quotes["quote_date"].dt.to_period("M").dt.to_timestamp(),
            "gpu": quotes["gpu"],
            "gpu_variant": _variant(quotes),
            "offer_gpus": _offer(quotes),
            "provider": quotes["provider"],
            "segment": quotes["segment"],
            "contract": quotes["contract"].str.removesuffix("-restated"),
            "role": _role(quotes),
            "currency": currency,
            "rent_per_gpu_hour": per_gpu_hour,
            "rent_usd_per_gpu_hour": in_cny / cny_per_usd,
            "rent_cny_per_gpu_hour": in_cny,
            "rate_period": rate_period,
            "flag": quotes["flag"],
            "kind": quotes["kind"],
            "source_id": quotes["source_id"],
            "place": _place(quotes),
        }
    )
    order = ["gpu", "segment", "contract", "provider", "quote_date"]
    table = table.sort_values(order, kind="stable").reset_index(drop=True)
    is_far = is_far_from_own_level(table) & (table["flag"] == "")
    return table.assign(flag=table["flag"].mask(is_far, FAR))


def _check_columns(quotes: object) -> None:
    if not isinstance(quotes, pd.DataFrame):
        expected = "a table of quotes, a pandas DataFrame"
        raise DataError([Fault("quotes", None, None, str(quotes)[:80], expected)])
    missing = [name for name in _NEEDED if name not in quotes]
    if missing:
        expected = f"a column of that name; found {', '.join(map(str, quotes)) or 'none'}"
        raise DataError([Fault("quotes", None, name, "no column", expected) for name in missing])


def select_quotes(
    quotes: pd.DataFrame,
    *,
    gpu: str,
    segment: str,
    contract: str = "on-demand",
    role: str = "quote",
    currency: str = "USD",
    source_id: str | None = None,
) -> pd.DataFrame:
    """Select the quotes that may be put into one panel.

    Parameters
    ----------
    quotes : DataFrame
        As `comparable_quotes` returns them.
    gpu, segment, contract, role, currency : str
        Values of these columns; one role at a time, so that no aggregate stands beside the rows
        that it was made of, and one currency, since the Chinese market is another one.
    source_id : str, optional
        One source only.

    Returns
    -------
    DataFrame
        The rows selected.

    Raises
    ------
    ValueError
        No such rows, or a role that does not exist.
    """
    if role not in ROLES:
        raise ValueError(f"found role {role!r}, expected one of {', '.join(ROLES)}")
    wanted = {
        "gpu": gpu,
        "segment": segment,
        "contract": contract,
        "role": role,
        "currency": currency,
    }
    if source_id is not None:
        wanted["source_id"] = source_id
    keep = np.ones(len(quotes), dtype=bool)
    for column, value in wanted.items():
        keep &= (quotes[column] == value).to_numpy()
    if not keep.any():
        found = ", ".join(f"{column} {value!r}" for column, value in wanted.items())
        raise ValueError(f"no quotes with {found}")
    return quotes.loc[keep].reset_index(drop=True)


def is_own(quotes: pd.DataFrame) -> pd.Series:
    """Tell the rows that a user added from those of published sources."""
    return quotes["source_id"].str.startswith(OWN_SOURCE)


def monthly_series(quotes: pd.DataFrame, *, rent: str = "rent_usd_per_gpu_hour") -> pd.Series:
    """Return the log of the median rent of each month, for rows that are one published series.

    Returns
    -------
    Series
        By month (PeriodIndex); months without a row are missing.
    """
    months = quotes["month"].dt.to_period("M")
    logs = pd.Series(np.log(quotes[rent].to_numpy(dtype=float)))
    return logs.groupby(pd.PeriodIndex(months, name="month")).median()


def constructions(rows: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Tell apart the two ways in which a source makes one series, by where it prints them.

    Where two places of a source print the same months, they are two constructions, whose values
    must not be averaged. Single prints gathered from many places are one.

    Parameters
    ----------
    rows : DataFrame
        Rows of one source, GPU, contract and role, as `comparable_quotes` returns them.

    Returns
    -------
    dict of str to DataFrame
        Rows of each construction by what is appended to its name: "" for the older way, and the
        month since which there is another one. That one has the older rows before.
    """
    main = rows["place"].value_counts().index[0]
    is_main = rows["place"] == main
    other = rows[~is_main]
    is_twice = other["month"].isin(rows.loc[is_main, "month"]).any()
    if len(rows["place"].value_counts()) != 2 or not is_twice:
        return {"": rows}
    begun = other["month"].min()
    newer = pd.concat([rows[is_main & (rows["month"] < begun)], other])
    return {"": rows[is_main], f", by the newer method since {begun:%Y-%m}": newer}


def _role(quotes: pd.DataFrame) -> NDArray[np.str_]:
    conditions = {
        "not a rent": quotes["contract"].isin(_NO_RENT),
        "disputed": (quotes["kind"] == "disputed") | (quotes["flag"] == "implausible"),
        "bound": quotes["qualifier"].isin(["at least", "at most"]),
        "index": quotes["segment"] == "index",
        "aggregate": (quotes["segment"] == "aggregate") | (quotes["provider"] == "market"),
        "restated": quotes["contract"].str.endswith("-restated"),
    }
    return np.select(list(conditions.values()), list(conditions), default="quote")


def _variant(quotes: pd.DataFrame) -> pd.Series:
    memory = quotes["memory_gb"].map(lambda gb: f" {gb:.0f}GB", na_action="ignore").fillna("")
    form = quotes["form_factor"].map(lambda name: f" {name}" if name else "")
    return quotes["gpu"] + memory + form


def _place(quotes: pd.DataFrame) -> pd.Series:
    if "place" not in quotes:
        return pd.Series("", index=quotes.index)
    return quotes["place"].fillna("").astype(object)


def _offer(quotes: pd.DataFrame) -> pd.Series:
    if "offer_gpus" not in quotes:
        return pd.Series("", index=quotes.index)
    return quotes["offer_gpus"].astype("string").fillna("").astype(object)
