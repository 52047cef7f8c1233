"""What the rows of an own table cannot mean beside each other and beside the public ones."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

import numpy as np
import pandas as pd

from analysis.arrays import Floats
from analysis.data.own.checks import RENT_TABLES, quote_faults, rents_per_gpu_hour
from analysis.data.own.reading import Reading
from analysis.data.tables import load
from analysis.errors import Fault

FEWEST_PEERS: Final = 3
FX_FACTOR: Final = 1.25
"""A currency that moved further than this from its own median is given with --accept."""
FEWEST_PUBLIC: Final = 20
PUBLIC_FACTOR: Final = 5.0
SERVER_FACTOR: Final = 6.0
FIGURE_FACTOR: Final = 6.0
NOTHING_M: Final = 1e-9
"""A figure of nothing, in millions: far from figures that are something."""
NEVER_NEGATIVE: Final = ("revenue", "capex", "depreciation_amortization", "assets", "ppe")
UNITS_PER_USD: Final = {"EUR": (0.6, 1.25), "GBP": (0.5, 1.0), "CNY": (5.5, 9.0), "JPY": (75, 250)}
"""What a dollar has cost since 2000 in the currencies of most tables, with room on both sides."""

Found = Iterator[tuple[int, str, object, str]]
"""Label of a row, its column, value, and what was expected."""


def meaning_faults(reading: Reading) -> dict[int, Fault]:
    """Find the rows that are sound each by itself and cannot be meant.

    Returns
    -------
    dict of int to Fault
        By label of the row in `Reading.rows`.
    """
    if reading.rows.empty:
        return {}
    faults = quote_faults(reading) if reading.kind.name == "quotes" else {}
    checks: dict[str, tuple[Callable[[pd.DataFrame], Found], ...]] = {
        "quotes": (_far_from_public_quotes,),
        "server-prices": (_far_server_prices,),
        "fx": (_far_rates,),
        "company": (_odd_periods, _odd_currencies, _far_figures),
        "operators": (_odd_periods, _odd_currencies, _far_figures),
    }
    for check in (_again(reading.kind.key), *checks.get(reading.kind.name, ())):
        for label, column, value, expected in check(reading.rows):
            faults.setdefault(label, reading.fault(label, column, value, expected))
    return faults


def _again(key: tuple[str, ...]) -> Callable[[pd.DataFrame], Found]:
    """Rows whose key an earlier row has."""

    def check(rows: pd.DataFrame) -> Found:
        columns = [name for name in key if name in rows] or ["line"]
        if "gpu" in columns and "value_low" in rows:
            columns.append("value_low")
        first = rows.groupby(columns, dropna=False, sort=False)["line"].transform("first")
        for label in rows.index[rows["line"] > first]:
            at = int(first[label])
            yield int(label), "row", f"{columns[0]} and so on of row {at}", "each row once"

    return check


def _log_gaps(rows: pd.DataFrame, values: Floats, by: list[str]) -> tuple[Floats, Floats]:
    """How far each value is from the median of the others beside it, and that median."""
    logs = pd.Series(np.log(values), rows.index)
    groups = logs.groupby([rows[name] for name in by])
    middle = groups.transform("median").where(groups.transform("size") > FEWEST_PEERS)
    gaps = (logs - middle).abs()
    return gaps.to_numpy(float), np.exp(middle.to_numpy(float))


def _far_from_public_quotes(rows: pd.DataFrame) -> Found:
    """Quotes far from the median of all public ones of their GPU in their currency."""
    medians = _public_medians()
    labels = [int(label) for label in rows.index]
    rents = rents_per_gpu_hour(rows)
    is_p = rows["unit"].str.contains(" P-").to_numpy(bool)
    keys = zip(rows["unit"].str[:3], rows["gpu"], strict=True)
    middle = np.array([medians.get(key, np.nan) for key in keys])
    for place in np.flatnonzero(~is_p & (np.abs(np.log(rents / middle)) > np.log(PUBLIC_FACTOR))):
        row = rows.iloc[place]
        expected = (
            f"within {PUBLIC_FACTOR:g} times {middle[place]:.3g} a GPU-hour, the median of the "
            f"public quotes of {row['gpu']}"
        )
        yield labels[place], "price", f"{row['price_low']:g} {row['unit']}", expected


def _public_medians() -> dict[tuple[str, str], float]:
    """Median public rent per GPU-hour by currency and GPU, where there are enough of them."""
    tables = [load(name) for name in RENT_TABLES]
    quotes = pd.concat([table[~table["unit"].str.contains(" P-")] for table in tables])
    rents = pd.Series(rents_per_gpu_hour(quotes))
    groups = rents.groupby([quotes["unit"].str[:3].to_numpy(), quotes["gpu"].to_numpy()])
    enough = groups.median()[groups.size() >= FEWEST_PUBLIC]
    keys = enough.index.to_frame().astype(str).itertuples(index=False, name=None)
    return dict(zip(keys, enough.to_numpy(float).tolist(), strict=True))


def _far_server_prices(rows: pd.DataFrame) -> Found:
    gaps, middle = _log_gaps(rows, rows["value_low"].to_numpy(float), ["gpu", "unit"])
    public = _public_prices()
    for label, gap, median in zip(rows.index, gaps, middle, strict=True):
        value, unit = rows.loc[label, "value_low"], rows.loc[label, "unit"]
        shown = f"{value:g} {unit}"
        if gap > np.log(SERVER_FACTOR):
            expected = f"within {SERVER_FACTOR:g} times {median:.3g}, the median of its GPU here"
            yield int(label), "price", shown, expected
        low, high = public.get((rows.loc[label, "gpu"], unit[:3]), (0.0, np.inf))
        if not low / 2 <= value <= high * 2:
            expected = f"{low / 2:.3g} to {high * 2:.3g} a GPU, twice around the public prices"
            yield int(label), "price", shown, expected


def _public_prices() -> dict[tuple[str, str], tuple[float, float]]:
    """Lowest and highest public price of a GPU in a server of eight, in yuan and dollars."""
    facts = load("server_facts")
    facts = facts[facts["quantity"].eq("server price") & facts["item"].str.startswith("8x")]
    found: dict[tuple[str, str], tuple[float, float]] = {}
    for key, prices in facts.groupby(["gpu", "unit"]):
        gpu, unit = (str(part) for part in (key if isinstance(key, tuple) else (key, "")))
        low, high = prices["value_low"].min() / 8, prices["value_high"].max() / 8
        other, rate = ("USD", 1 / 7.0) if unit[:3] == "CNY" else ("CNY", 7.0)
        found[gpu, unit[:3]] = (low, high)
        found.setdefault((gpu, other), (low * rate, high * rate))
    return found


def _far_rates(rows: pd.DataFrame) -> Found:
    rates = rows["usd_per_unit"].to_numpy(float)
    gaps, middle = _log_gaps(rows, rates, ["currency"])
    for label, rate, gap, median in zip(rows.index, rates, gaps, middle, strict=True):
        currency = rows.loc[label, "currency"]
        if currency == "USD" and rate != 1.0:
            yield int(label), "usd_per_unit", rate, "1, as the currency is USD"
        low, high = UNITS_PER_USD.get(currency, (0.0, np.inf))
        if not low <= 1.0 / rate <= high:
            expected = f"dollars for one {currency}: {1 / high:.3g} to {1 / low:.3g}"
            yield int(label), "usd_per_unit", rate, expected
        if gap > np.log(FX_FACTOR):
            expected = f"within {FX_FACTOR:g} times {median:.4g}, the median of {currency} here"
            yield int(label), "usd_per_unit", rate, expected


def _months(rows: pd.DataFrame) -> pd.Series:
    days = (rows["period_end_date"] - rows["period_start_date"]).dt.days + 1
    return (days / 30.44).round().astype(int)


def _odd_periods(rows: pd.DataFrame) -> Found:
    """Figures of the year to date among those of quarters, and periods of no usual length."""
    months = _months(rows)
    by = [rows[name] for name in ("company", "metric", "definition")]
    has_quarters = months.eq(3).groupby(by).transform("sum") >= FEWEST_PEERS - 1
    for label, n in months.items():
        shown, place = f"{n} months", int(str(label))
        if n not in (1, 3, 6, 9, 12):
            yield place, "period_end_date", shown, "a month, a quarter, or up to a year"
        elif n in (6, 9) and has_quarters.loc[place]:
            expected = "three months, as its other rows have: is it the year to date?"
            yield place, "period_end_date", shown, expected


def _odd_currencies(rows: pd.DataFrame) -> Found:
    """Rows in another currency than most of their company's."""
    usual = rows.groupby("company")["currency"].transform(lambda each: each.mode().iloc[0])
    for label in rows.index[rows["currency"] != usual]:
        expected = f"{usual[label]}, as the company's other rows"
        yield int(label), "currency", rows.loc[label, "currency"], expected


def _far_figures(rows: pd.DataFrame) -> Found:
    values = rows["value_m"].to_numpy(float)
    for label, value in zip(rows.index, values, strict=True):
        metric = rows.loc[label, "metric"]
        if metric in NEVER_NEGATIVE and value < 0:
            yield int(label), "value_m", f"{value:g}", f"{metric} above zero"
    sized = rows[rows["metric"].isin(NEVER_NEGATIVE)].assign(months=_months(rows))
    size = np.maximum(np.abs(sized["value_m"].to_numpy(float)), NOTHING_M)
    gaps, middle = _log_gaps(sized, size, ["company", "metric", "definition", "months"])
    for label, gap, median in zip(sized.index, gaps, middle, strict=True):
        if gap > np.log(FIGURE_FACTOR):
            expected = f"within {FIGURE_FACTOR:g} times {median:.4g}, the median of its metric here"
            yield int(label), "value_m", f"{sized.loc[label, 'value_m']:g}", expected
