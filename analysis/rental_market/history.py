"""Counterfactual returns: what servers and orders would have earned under the rents since."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import numpy as np
import pandas as pd

from analysis.data import load
from analysis.rental import Assumptions, evaluate
from analysis.units import MONTHS_PER_YEAR, per_period_rate


def server_rents(quotes: pd.DataFrame, gpu: str) -> pd.Series:
    """Return monthly rents of an eight-GPU server in China, CNY, from first to last quote.

    Quotes of one month become their geometric mean, ranges their geometric middle; months without a
    quote are interpolated in logs. Bounds and assumptions are left out, contradictions kept.

    Parameters
    ----------
    quotes : DataFrame
        Raw table ``rent_quotes_cny``.
    gpu : str
        Name of the GPU.

    Returns
    -------
    Series
        By month (PeriodIndex); ``attrs["quoted"]`` lists the months that have a quote.

    Raises
    ------
    ValueError
        Fewer than two months are quoted.
    """
    rows = quotes[
        (quotes["gpu"] == gpu)
        & (quotes["unit"] == "CNY per server-month")
        & (quotes["contract"] != "assumption")
        & ~quotes["qualifier"].isin(["at most", "at least"])
        & (quotes["kind"] != "disputed")
    ]
    middle = np.sqrt((rows["price_low"] * rows["price_high"]).to_numpy(dtype=float))
    month = pd.PeriodIndex(rows["quote_date"].dt.to_period("M"), name="month")
    by_month = pd.Series(np.log(middle), index=month).groupby(level="month").mean()
    if len(by_month) < 2:
        raise ValueError(f"{len(by_month)} months quoted of {gpu}, expected at least two")
    every = pd.period_range(by_month.index.min(), by_month.index.max(), freq="M")
    filled = by_month.reindex(every).interpolate()
    values = np.exp(filled.to_numpy(dtype=float))
    rents = pd.Series(values, index=every.rename("month"), name="rent_cny_per_server_month")
    rents.attrs["quoted"] = list(by_month.index)
    return rents


def gpus() -> tuple[str, ...]:
    """Return the GPUs of which two months of server rents in China are quoted."""
    quotes = load("rent_quotes_cny")
    found = []
    for gpu in sorted(quotes["gpu"].unique()):
        with suppress(ValueError):
            server_rents(quotes, gpu)
            found.append(str(gpu))
    return tuple(found)


def rent_index(
    rents: pd.Series, start: pd.Period, n_months: int, decline_beyond_per_year: float = 0.0
) -> tuple[float, ...]:
    """Return rents from a month on over the first, continued beyond the last quote.

    Parameters
    ----------
    rents : Series
        By month.
    start : Period
        Month of the first rent.
    n_months : int
        Length wanted.
    decline_beyond_per_year : float
        Decline after the last quote, decimal per year; nought for a flat rent.

    Raises
    ------
    ValueError
        The first month is not among the rents.

    Examples
    --------
    >>> months = pd.period_range("2025-01", periods=2, freq="M")
    >>> rent_index(pd.Series([100.0, 90.0], months), months[0], 4)
    (1.0, 0.9, 0.9, 0.9)
    """
    if start not in rents.index:
        raise ValueError(f"no rent of {start}, expected {rents.index[0]} to {rents.index[-1]}")
    known = rents.loc[start:].to_numpy(dtype=float)[:n_months]
    step = 1.0 + per_period_rate(-decline_beyond_per_year, MONTHS_PER_YEAR)
    beyond = known[-1] * step ** np.arange(1, n_months - len(known) + 1)
    values = np.concatenate([known, beyond]) / known[0]
    return tuple(float(value) for value in values)


def newest_month(rents: pd.Series, last_priced: pd.Period) -> pd.Period:
    """Return the last month that has a quoted rent and is no later than the last price.

    Parameters
    ----------
    rents : Series
        Of `server_rents`.
    last_priced : Period
        Last month of which a server price is known.

    Raises
    ------
    ValueError
        No month has both.
    """
    quoted: list[pd.Period] = [month for month in rents.attrs["quoted"] if month <= last_priced]
    if not quoted:
        raise ValueError(f"no rent is quoted up to {last_priced}, the last month with a price")
    return max(quoted)


def bought_in(
    month: pd.Period,
    rents: pd.Series,
    server_prices: pd.Series,
    base: Assumptions,
    decline_beyond_per_year: float = 0.0,
) -> Assumptions:
    """Return the server bought in one month, as `vintages` evaluates it.

    Parameters
    ----------
    month : Period
        Month of purchase.
    rents, server_prices, base, decline_beyond_per_year
        As in `vintages`.
    """
    n_months = round(base.useful_life_years * MONTHS_PER_YEAR)
    return base.replace(
        server_price_cny=float(server_prices.to_dict()[month]),
        billing_mode="server_month",
        rent_cny_per_server_month=float(rents.to_dict()[month]),
        periods_per_year=MONTHS_PER_YEAR,
        rent_path="series",
        rent_index_by_period=rent_index(rents, month, n_months, decline_beyond_per_year),
    )


def vintages(
    rents: pd.Series,
    server_prices: pd.Series,
    base: Assumptions,
    decline_beyond_per_year: float = 0.0,
) -> pd.DataFrame:
    """Evaluate a server bought in each month, at its price, and rented at the rents since.

    Parameters
    ----------
    rents : Series
        By month, CNY per server-month.
    server_prices : Series
        By month, CNY per server: price and first rent of a purchase belong to one month.
    base : Assumptions
        The server; its price, rent, path and timing are replaced.
    decline_beyond_per_year : float
        As in `rent_index`.

    Returns
    -------
    DataFrame
        Indexed by month of purchase; columns ``server_price_cny``, ``first_rent_cny``,
        ``mean_rent_cny``, ``project_npv_cny``, ``equity_npv_cny``, ``equity_irr``,
        ``payback_source_years``, ``dscr_minimum``.

    Raises
    ------
    ValueError
        A month has a rent and no price.
    """
    n_months = round(base.useful_life_years * MONTHS_PER_YEAR)
    months = rents.index
    prices = server_prices.reindex(months)
    if prices.isna().any():
        raise ValueError(f"no server price in {prices.index[prices.isna()][0]}")
    index = np.array(
        [rent_index(rents, month, n_months, decline_beyond_per_year) for month in months]
    )
    case = bought_in(months[0], rents, prices, base, decline_beyond_per_year)
    scenarios: dict[str, Any] = {
        "server_price_cny": prices.to_numpy(dtype=float),
        "rent_cny_per_server_month": rents.to_numpy(dtype=float),
        "rent_index_by_period": index,
    }
    metrics = evaluate(case, scenarios).metrics
    return pd.DataFrame(
        {
            "server_price_cny": prices.to_numpy(dtype=float),
            "first_rent_cny": rents.to_numpy(dtype=float),
            "mean_rent_cny": rents.to_numpy(dtype=float) * index.mean(axis=1),
            "project_npv_cny": metrics.project_npv_cny,
            "equity_npv_cny": metrics.equity_npv_cny,
            "equity_irr": metrics.equity_irr,
            "payback_source_years": metrics.payback_source_years,
            "dscr_minimum": metrics.dscr_minimum,
        },
        index=months.rename("bought"),
    )


def orders_under_history(
    signed: Mapping[str, tuple[float, pd.Period]],
    rents: pd.Series,
    server_prices: pd.Series,
    base: Assumptions,
    decline_beyond_per_year: float,
) -> pd.DataFrame:
    """Set the rent fixed by each order beside the rents quoted since it was signed.

    Parameters
    ----------
    signed : mapping of str to (float, Period)
        Rent of a server, CNY per month, and month of the order, by what it is called.
    rents, server_prices : Series
        As in `vintages`.
    base : Assumptions
        The server that earns them, for all of its life; its price, rent, path and timing are
        replaced.
    decline_beyond_per_year : float
        As in `rent_index`, for the last column.

    Returns
    -------
    DataFrame
        By order: ``signed``, ``rent_cny``, ``mean_quote_cny`` (months from the order to the last
        quote), ``quote_over_rent`` (less one), ``npv_at_rent_cny``, ``npv_at_quotes_cny`` (rents
        stay after the last quote) and ``npv_if_falling_cny``: equity NPV of one server.
    """
    flat, falling = (
        vintages(rents, server_prices, base, decline)["equity_npv_cny"].to_dict()
        for decline in (0.0, decline_beyond_per_year)
    )
    rows = {}
    for name, (rent, month) in signed.items():
        alone = pd.Series([rent], pd.PeriodIndex([month], freq="M"))
        fixed = vintages(alone, server_prices, base)
        mean = float(rents.loc[month:].mean())
        rows[name] = {
            "signed": str(month),
            "rent_cny": rent,
            "mean_quote_cny": mean,
            "quote_over_rent": mean / rent - 1.0,
            "npv_at_rent_cny": float(fixed["equity_npv_cny"].iloc[0]),
            "npv_at_quotes_cny": float(flat[month]),
            "npv_if_falling_cny": float(falling[month]),
        }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("order")


def sublet_margin(
    rents: pd.Series,
    rent_paid_cny_per_server_month: float,
    start: pd.Period,
    n_months: int,
    decline_beyond_per_year: float = 0.0,
) -> pd.DataFrame:
    """Follow servers leased in at a fixed rent and sublet at the rents of the time.

    Parameters
    ----------
    rents : Series
        By month, CNY per server-month.
    rent_paid_cny_per_server_month : float
        What the lessor gets.
    start : Period
        First month.
    n_months : int
        Term of the lease.
    decline_beyond_per_year : float
        As in `rent_index`.

    Returns
    -------
    DataFrame
        By month: ``rent_earned_cny``, ``margin_cny`` and ``margin_to_date_cny``, per server.
    """
    earned = float(rents.loc[start:].iloc[0]) * np.array(
        rent_index(rents, start, n_months, decline_beyond_per_year)
    )
    margin = earned - rent_paid_cny_per_server_month
    return pd.DataFrame(
        {
            "rent_earned_cny": earned,
            "margin_cny": margin,
            "margin_to_date_cny": margin.cumsum(),
        },
        index=pd.period_range(start, periods=n_months, freq="M", name="month"),
    )
