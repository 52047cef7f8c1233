"""Raw quotes on one basis: per GPU-hour, in USD and CNY, each row with what it may be used for."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.arrays import Floats
from analysis.errors import DataError, Fault
from analysis.rental.inputs.billing import Precision, convert_rent
from analysis.units import HOURS_PER_YEAR, MONTHS_PER_YEAR, TFLOPS_PER_PFLOPS

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

_NO_RENT = ("assumption", "on-demand-component")
_GPUS_PER_SERVER = 8


def comparable_quotes(
    quotes: pd.DataFrame,
    fx: pd.DataFrame,
    gpu_specs: pd.DataFrame,
    *,
    p_precision: Precision = "fp16_dense",
) -> pd.DataFrame:
    """Bring quotes onto one basis and say what each row may be used for.

    A range becomes its geometric mean. Server, P and yearly quotes become GPU-hours of a fully
    used server of eight GPUs. Currencies convert at the average rate of the quarter, or of the
    year where the quarter is not over.

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

    Returns
    -------
    DataFrame
        A row for each raw row: quote_date, month (its first day), gpu, gpu_variant (with memory
        and form factor), offer_gpus (text, "" where unknown), provider, segment, contract, role,
        currency, rent_usd_per_gpu_hour, rent_cny_per_gpu_hour, flag, kind, source_id.

    Raises
    ------
    DataError
        A unit that is not known, a quote per P of a GPU without peak, a day without exchange rate.
    """
    per_gpu_hour = _per_gpu_hour(quotes, gpu_specs, p_precision)
    currency = quotes["unit"].str[:3]
    cny_per_usd = _average_rate(quotes, fx)
    in_cny = np.where(currency == "CNY", per_gpu_hour, per_gpu_hour * cny_per_usd)
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
            "rent_usd_per_gpu_hour": in_cny / cny_per_usd,
            "rent_cny_per_gpu_hour": in_cny,
            "flag": quotes["flag"],
            "kind": quotes["kind"],
            "source_id": quotes["source_id"],
        }
    )
    order = ["gpu", "segment", "contract", "provider", "quote_date"]
    return table.sort_values(order, kind="stable").reset_index(drop=True)


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


def _offer(quotes: pd.DataFrame) -> pd.Series:
    if "offer_gpus" not in quotes:
        return pd.Series("", index=quotes.index)
    return quotes["offer_gpus"].astype("string").fillna("").astype(object)


def _per_gpu_hour(quotes: pd.DataFrame, gpu_specs: pd.DataFrame, p_precision: Precision) -> Floats:
    low, high = (quotes[end].to_numpy(dtype=float) for end in ("price_low", "price_high"))
    price = np.sqrt(low * high)
    basis = quotes["unit"].str[4:]
    pflops = _dense_pflops(gpu_specs)
    converted = np.full(len(quotes), np.nan)
    faults = []
    for unit in basis.unique():
        rows = np.flatnonzero(basis == unit).tolist()
        if unit == "per GPU-hour":
            converted[rows] = price[rows]
        elif unit == "per GPU-year":
            converted[rows] = price[rows] / HOURS_PER_YEAR
        elif unit == "per server-hour":
            converted[rows] = price[rows] / _GPUS_PER_SERVER
        elif unit in ("per server-month", "per server-year"):
            months = MONTHS_PER_YEAR if unit == "per server-year" else 1
            converted[rows] = convert_rent(price[rows] / months, "server_month", "gpu_hour")
        elif unit == "per P-year":
            for row in rows:
                gpu = quotes["gpu"].iloc[row]
                if gpu not in pflops:
                    faults.append(_fault(quotes, row, "gpu", gpu, "a GPU with a dense FP16 peak"))
                    continue
                converted[row] = convert_rent(
                    price[row],
                    "p_year",
                    "gpu_hour",
                    pflops_per_gpu=pflops[gpu],
                    p_precision=p_precision,
                )
        else:
            faults += [
                _fault(quotes, row, "unit", quotes["unit"].iloc[row], "a unit of rent")
                for row in rows
            ]
    if faults:
        raise DataError(faults)
    return converted


def _dense_pflops(gpu_specs: pd.DataFrame) -> dict[str, float]:
    """Return the median of the reported dense FP16 peaks of each GPU."""
    reported = gpu_specs[gpu_specs["kind"] == "reported"].dropna(subset="fp16_dense_tflops")
    peaks = reported.groupby("gpu")["fp16_dense_tflops"].median() / TFLOPS_PER_PFLOPS
    return {str(gpu): float(peak) for gpu, peak in peaks.items()}


def _average_rate(quotes: pd.DataFrame, fx: pd.DataFrame) -> Floats:
    """Return CNY per USD, averaged over the shortest period of the table that holds the day."""
    length = fx["period_end_date"] - fx["period_start_date"]
    rate = np.full(len(quotes), np.nan)
    day = quotes["quote_date"].to_numpy()
    for row in fx.assign(length=length).sort_values("length", ascending=False).itertuples():
        rate[(day >= row.period_start_date) & (day <= row.period_end_date)] = row.cny_per_usd
    expected = "a day within the periods of table fx"
    faults = [
        _fault(quotes, row, "quote_date", str(quotes["quote_date"].iloc[row].date()), expected)
        for row in np.flatnonzero(np.isnan(rate)).tolist()
    ]
    if faults:
        raise DataError(faults)
    return rate


def _fault(quotes: pd.DataFrame, row: int, column: str, value: str, expected: str) -> Fault:
    label = quotes.index[row]
    line = int(label) + 2 if isinstance(label, int | np.integer) else None
    return Fault("rent quotes", line, column, value, expected)
