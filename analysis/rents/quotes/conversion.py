"""Unit conversion: from prices as quoted to one GPU-hour, by units, servers, exchange rates."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.arrays import Floats
from analysis.errors import DataError, Fault
from analysis.rental.inputs.billing import BillingMode, Precision, server_months_per_unit
from analysis.units import (
    GPUS_PER_SERVER,
    HOURS_PER_MONTH,
    HOURS_PER_YEAR,
    RENT_UNITS,
    TFLOPS_PER_PFLOPS,
)

BILLED: dict[str, tuple[BillingMode, float]] = {
    "GPU": ("gpu_hour", 1.0),
    "server": ("server_month", HOURS_PER_MONTH),
    "P": ("p_year", HOURS_PER_YEAR),
}
"""Billing mode of each item of `RENT_UNITS`, and its hours."""

LONGEST_CARRY_DAYS = 366
"""An exchange rate older than a year is none; until then the newest one is carried on."""


def price_per_gpu_hour(
    quotes: pd.DataFrame, gpu_specs: pd.DataFrame, p_precision: Precision
) -> Floats:
    """Bring prices of every basis to one GPU-hour of a fully used server.

    A range becomes its geometric mean. A server has the GPUs that `offer_gpus` says, and eight
    where it says nothing.

    Parameters
    ----------
    quotes : DataFrame
        price_low, price_high, unit (``CUR per BASIS``), gpu, and offer_gpus and
        fp16_dense_tflops where known.
    gpu_specs : DataFrame
        Raw table ``gpu_specs``; its dense FP16 peak converts prices per P.
    p_precision : {"fp16_dense", "fp16_sparse"}
        What a P of the quotes counts.

    Returns
    -------
    ndarray, shape (n_quotes,)
        In the currency of each quote.

    Raises
    ------
    DataError
        A unit that is not known, a quote per P of a GPU without peak.
    """
    price = np.sqrt(quotes["price_low"].to_numpy(float) * quotes["price_high"].to_numpy(float))
    basis = quotes["unit"].str[4:].to_numpy(object)
    n_gpus = _server_sizes(quotes)
    peaks = quotes["gpu"].map(dense_pflops(gpu_specs)).astype(float)
    if "fp16_dense_tflops" in quotes:
        peaks = peaks.fillna(quotes["fp16_dense_tflops"] / TFLOPS_PER_PFLOPS)
    pflops = peaks.to_numpy(float)
    converted = np.full(len(quotes), np.nan)
    faults = []
    for unit in pd.unique(basis):
        rows = np.flatnonzero(basis == unit)
        if unit not in RENT_UNITS:
            expected = f"a currency and one of {', '.join(RENT_UNITS)}"
            faults += [quote_fault(quotes, int(row), "unit", expected) for row in rows]
            continue
        item, hours = RENT_UNITS[unit]
        mode, hours_of_mode = BILLED[item]
        if mode == "p_year":
            expected = "a GPU with a dense FP16 peak"
            without = rows[np.isnan(pflops[rows])]
            faults += [quote_fault(quotes, int(row), "gpu", expected) for row in without]
        gpus, peak = n_gpus[rows], pflops[rows]
        per_unit = server_months_per_unit(
            mode, n_gpus=gpus, pflops_per_gpu=peak, p_precision=p_precision
        )
        converted[rows] = (
            price[rows] * (hours_of_mode / hours) * per_unit / (gpus * HOURS_PER_MONTH)
        )
    if faults:
        raise DataError(faults)
    return converted


def dense_pflops(gpu_specs: pd.DataFrame) -> dict[str, float]:
    """Return the median of the reported dense FP16 peaks of each GPU, PFLOPS."""
    reported = gpu_specs[gpu_specs["kind"] == "reported"].dropna(subset="fp16_dense_tflops")
    peaks = reported.groupby("gpu")["fp16_dense_tflops"].median() / TFLOPS_PER_PFLOPS
    return {str(gpu): float(peak) for gpu, peak in peaks.items()}


def average_cny_per_usd(quotes: pd.DataFrame, fx: pd.DataFrame) -> tuple[Floats, NDArray[np.str_]]:
    """Return CNY per USD, averaged over the shortest period of the table that holds the day.

    A day after the last period takes that period's rate: a quote of today needs no average of a
    quarter that has not ended.

    Parameters
    ----------
    quotes : DataFrame
        quote_date.
    fx : DataFrame
        Raw table ``fx``.

    Returns
    -------
    rate : ndarray, shape (n_quotes,)
        CNY per USD.
    period : ndarray of str, shape (n_quotes,)
        Period of the rate; ``carried from`` it where the day is later.

    Raises
    ------
    DataError
        A day before the first period, or a year after the last one.
    """
    periods = fx.rename(columns={"cny_per_usd": "rate", "period": "name"})
    rate, name = _rates_of_days(quotes, periods)
    faults = [
        quote_fault(quotes, int(row), "quote_date", "a day with a rate of CNY per USD in table fx")
        for row in np.flatnonzero(np.isnan(rate))
    ]
    if faults:
        raise DataError(faults)
    return rate, name


def usd_per_unit_of(
    quotes: pd.DataFrame,
    currency: pd.Series,
    cny_per_usd: Floats,
    usd_per_unit: Mapping[str, float] | pd.DataFrame | None,
) -> Floats:
    """Return what one unit of each quote's currency is in USD.

    Parameters
    ----------
    quotes : DataFrame
        quote_date.
    currency : Series
        ISO code of each quote.
    cny_per_usd : array, shape (n_quotes,)
        Of each quote's day.
    usd_per_unit : mapping or DataFrame, optional
        Rates of other currencies than USD and CNY: by code; or by currency, period_start_date and
        period_end_date, as own exchange rates are read.

    Returns
    -------
    ndarray, shape (n_quotes,)

    Raises
    ------
    DataError
        A currency without a rate on a day, named.
    """
    rate: Floats = np.where(currency == "USD", 1.0, np.nan)
    rate = np.where(currency == "CNY", 1.0 / cny_per_usd, rate)
    for code in sorted(set(currency) - {"USD", "CNY"}):
        rows = np.flatnonzero(currency == code)
        if isinstance(usd_per_unit, pd.DataFrame):
            own = usd_per_unit[usd_per_unit["currency"] == code]
            periods = own.rename(columns={"usd_per_unit": "rate"}).assign(name=code)
            rate[rows] = _rates_of_days(quotes.iloc[rows], periods)[0]
        elif usd_per_unit is not None and code in usd_per_unit:
            rate[rows] = usd_per_unit[code]
    faults = [
        quote_fault(quotes, int(row), "unit", f"a rate of {currency.iloc[row]} in USD on that day")
        for row in np.flatnonzero(np.isnan(rate))
    ]
    if faults:
        raise DataError(faults)
    return rate.astype(float)


def quote_fault(quotes: pd.DataFrame, row: int, column: str, expected: str) -> Fault:
    """Say what is wrong with a cell of a quote; its line is its label plus the header's."""
    label, value = quotes.index[row], quotes[column].iloc[row]
    line = int(label) + 2 if isinstance(label, int | np.integer) else None
    text = str(value.date()) if isinstance(value, pd.Timestamp) else str(value)
    return Fault("rent quotes", line, column, text, expected)


def _server_sizes(quotes: pd.DataFrame) -> Floats:
    stated = quotes.get("offer_gpus", pd.Series(pd.NA, quotes.index))
    return np.asarray(stated.astype("Float64").fillna(GPUS_PER_SERVER), dtype=float)


def _rates_of_days(quotes: pd.DataFrame, periods: pd.DataFrame) -> tuple[Floats, NDArray[np.str_]]:
    """Rate of each day from the shortest period that holds it, the last one carried on."""
    rate: Floats = np.full(len(quotes), np.nan)
    name = np.full(len(quotes), "", dtype=object)
    if periods.empty:
        return rate, name
    day = quotes["quote_date"].to_numpy("datetime64[s]")
    length = periods["period_end_date"] - periods["period_start_date"]
    ordered = periods.assign(length=length).sort_values("length", ascending=False, kind="stable")
    last = ordered[ordered["period_end_date"] == ordered["period_end_date"].max()].iloc[-1]
    end = np.datetime64(last["period_end_date"], "s")
    is_later = (day > end) & (day <= end + np.timedelta64(LONGEST_CARRY_DAYS, "D"))
    rate[is_later], name[is_later] = float(last["rate"]), f"carried from {last['name']}"
    for row in ordered.to_dict("records"):
        is_inside = (day >= row["period_start_date"]) & (day <= row["period_end_date"])
        rate[is_inside], name[is_inside] = row["rate"], row["name"]
    return rate, name.astype(str)
