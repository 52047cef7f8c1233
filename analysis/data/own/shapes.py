"""Rows of each kind of own table, made of what a reader finds."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

import pandas as pd

from analysis.data.own.metrics import METRICS, metric_named
from analysis.data.own.reader import Reader
from analysis.data.own.written import Basis, normal, read_basis
from analysis.units import GPUS_PER_SERVER, HOURS_PER_DAY, RENT_UNITS

IN_AN_HOUR: Final = {"second": 3600.0, "minute": 60.0, "week": 1 / (7 * HOURS_PER_DAY)}
"""How many periods that clouds bill by, and tables do not have, an hour has."""
TAX: Final = (
    (
        "without tax",
        r"不含税|未税|excl\w*\.? (?:of )?(?:vat|tax|mwst)|exkl\w*\.? mwst|zzgl\w*\.? mwst|hors tax",
    ),
    ("with tax", r"含税|incl\w*\.? (?:of )?(?:vat|tax|mwst)|inkl\w*\.? mwst|\bttc\b"),
)


def quotes(reader: Reader) -> pd.DataFrame:
    """Rent quotes, in the columns of the public ones."""
    days, precision = reader.days("quote_date")
    gpus = reader.gpus()
    memory = reader.number("memory_gb", reader.decimal("memory_gb"))
    form = reader.read("form_factor", _form, "SXM, PCIe, NVL or OAM", missing="")
    low, high, in_cell = reader.prices()
    bases = reader.bases(in_cell)
    items = _items_of_rents(reader, bases, gpus["offer_gpus"])
    for place in reader.index[(items == "") | (bases.map(lambda each: each.period) == "")]:
        expected = "a unit, a header or --set unit='USD per GPU-hour' that says what for"
        reader.refuse(int(place), "unit" if reader.has("unit") else "price", "no unit", expected)
    currency = reader.currency(bases)
    periods, each_hour = _periods(reader, bases)
    low, high = low * each_hour, high * each_hour
    table = pd.DataFrame(
        {
            "quote_date": days,
            "date_precision": precision,
            "gpu": gpus["gpu"],
            "memory_gb": memory.fillna(gpus["memory_gb"]),
            "form_factor": form.where(form != "", gpus["form_factor"]),
            "offer_gpus": gpus["offer_gpus"].round().astype("Int64"),
            "provider": _providers(reader),
            "segment": reader.text("segment"),
            "contract": reader.terms(),
            "price_low": low,
            "price_high": high,
            "unit": currency + " per " + items + "-" + periods,
            "qualifier": reader.bounds(),
            "flag": "",
            "kind": "reported",
            "fp16_dense_tflops": reader.number("fp16_dense_tflops", "."),
            "note": _notes(reader),
        }
    )
    known = set(RENT_UNITS)
    for place, unit in table.loc[~table["unit"].str[4:].isin(known), "unit"].items():
        reader.refuse(int(str(place)), "unit", unit, "a unit of rent")
    return table


def server_prices(reader: Reader) -> pd.DataFrame:
    """Prices of servers and cards, in the columns of the facts of servers."""
    days, precision = reader.days("fact_date")
    gpus = reader.gpus()
    low, high, in_cell = reader.prices()
    bases = reader.bases(in_cell)
    is_several = (gpus["offer_gpus"] > 1).fillna(False)
    items = bases.map(lambda each: each.item).mask(lambda item: (item == "") & is_several, "server")
    for place in reader.index[~items.isin(["GPU", "server"])]:
        expected = "per server or per GPU: a column, or --set unit='CNY per server'"
        reader.refuse(int(place), "unit", "no unit", expected)
    for place in reader.index[bases.map(lambda each: each.period) != ""]:
        expected = "the price of a server or GPU, not a rent for a time"
        reader.refuse(int(place), "unit", bases[place].period, expected)
    sizes = gpus["offer_gpus"].fillna(GPUS_PER_SERVER).where(items == "server", 1)
    if (items == "server").any() and gpus.loc[items == "server", "offer_gpus"].isna().any():
        reader.remark(f"a server that does not say its GPUs has {GPUS_PER_SERVER}")
    return pd.DataFrame(
        {
            "quantity": "server price",
            "item": reader.cells("gpu").map(normal),
            "gpu": gpus["gpu"],
            "fact_date": days,
            "date_precision": precision,
            "value_low": low / sizes,
            "value_high": high / sizes,
            "unit": reader.currency(bases) + " per GPU",
            "offer_gpus": sizes.round().astype("Int64"),
            "provider": _providers(reader),
            "kind": "reported",
            "note": reader.text("note"),
        }
    )


def fx(reader: Reader) -> pd.DataFrame:
    """Exchange rates of a day or a period."""
    start, _ = reader.days("period_start_date")
    end = reader.days("period_end_date")[0] if reader.has("period_end_date") else start
    decimal = reader.decimal("usd_per_unit", "unit_per_usd")
    direct, inverse = (reader.number(name, decimal) for name in ("usd_per_unit", "unit_per_usd"))
    rate = direct.fillna(1.0 / inverse)
    for place in reader.index[~(rate > 0)]:
        reader.refuse(int(place), "usd_per_unit", rate[place], "a rate above zero")
    for place in reader.index[(end < start).to_numpy()]:
        reader.refuse(int(place), "period_end_date", end[place], "a day not before the first")
    table = {"currency": reader.currency(), "period_start_date": start, "period_end_date": end}
    return pd.DataFrame(table | {"usd_per_unit": rate, "note": reader.text("note")})


def statement(reader: Reader) -> pd.DataFrame:
    """Figures of companies; a period without a first day is the quarter that ends on its day."""
    end, precision = reader.days("period_end_date")
    end = end.where(precision == "day", _last_days(end, precision))
    if reader.has("period_start_date"):
        start = reader.days("period_start_date")[0]
    else:
        start = (end + pd.Timedelta(days=1)) - pd.DateOffset(months=3)
        reader.remark("a figure without a first day is of the three months to its last")
    value = reader.number("value_m", reader.decimal("value_m"))
    for place in reader.index[(start >= end).to_numpy()]:
        reader.refuse(int(place), "period_end_date", end[place], "a day after the first")
    metric = reader.text("metric").map(metric_named)
    if unread := sorted(set(metric) - set(METRICS)):
        reader.remark(f"no page reads {', '.join(unread)}; {', '.join(METRICS)} are read")
    said = read_basis(reader.found.above)
    return pd.DataFrame(
        {
            "company": reader.text("company"),
            "period_start_date": start,
            "period_end_date": end,
            "currency": reader.currency(pd.Series([said] * len(end), end.index)),
            "metric": metric,
            "definition": reader.text("definition"),
            "value_m": value,
            "kind": "reported",
            "note": reader.text("note"),
        }
    )


SHAPES: Final[dict[str, Callable[[Reader], pd.DataFrame]]] = {
    "quotes": quotes,
    "server-prices": server_prices,
    "fx": fx,
    "company": statement,
    "operators": statement,
}


def _items_of_rents(reader: Reader, bases: pd.Series, n_gpus: pd.Series) -> pd.Series:
    """GPU, server or P of each price: as said; else the whole offer, where it names its GPUs."""

    def item(basis: Basis, n: float) -> str:
        if basis.item:
            return basis.item
        if n > 1:
            reader.remark("a price of an offer of several GPUs is of all of them, as nothing says")
            return "server"
        return "GPU" if basis.period in ("hour", "minute", "second") or n == 1 else ""

    items = pd.Series(
        [item(basis, n) for basis, n in zip(bases, n_gpus, strict=True)], reader.index, dtype=object
    )
    if ((items == "server") & n_gpus.isna()).any():
        reader.remark(f"a server that does not say its GPUs has {GPUS_PER_SERVER}")
    return items


def _periods(reader: Reader, bases: pd.Series) -> tuple[pd.Series, pd.Series]:
    """Period of each price as tables have it, and by what the price is multiplied for that."""
    periods = bases.map(lambda each: each.period)
    each_hour = periods.map(IN_AN_HOUR)
    for period in sorted(set(periods[each_hour.notna()])):
        reader.remark(f"prices per {period} are kept per hour")
    return periods.mask(each_hour.notna(), "hour"), each_hour.fillna(1.0).astype(float)


def _notes(reader: Reader) -> pd.Series:
    """Return the notes of the rows, with what a heading or a line above the header says of tax."""
    names = [name for name in ("price", "price_low") if name in reader.columns.of]
    said = " ".join([*(reader.columns.of[name] for name in names), reader.found.above])
    notes = reader.text("note")
    tax = next((words for words, form in TAX if re.search(form, said, re.IGNORECASE)), "")
    return notes.map(lambda note: "; ".join(filter(None, (note, tax))))


def _providers(reader: Reader) -> pd.Series:
    """Who asks; without a column the name of the file."""
    providers = reader.text("provider")
    if (providers == "").any():
        stem = reader.found.file.rsplit(".", 1)[0]
        reader.remark(f"a row without a provider is of {stem!r}, the name of the file")
        providers = providers.where(providers != "", stem)
    return providers


def _form(cell: object) -> str:
    text = str(cell).upper()
    for form, name in (("SXM", "SXM"), ("PCI", "PCIe"), ("NVL", "NVL"), ("OAM", "OAM")):
        if form in text:
            return name
    raise ValueError(cell)


def _last_days(first: pd.Series, precision: pd.Series) -> pd.Series:
    """Last day of the month or quarter that begins on a day."""
    months = precision.map({"month": 1, "quarter": 3}).fillna(0).astype(int)
    ends = [
        day + pd.DateOffset(months=n) - pd.Timedelta(days=1) if n and not pd.isna(day) else day
        for day, n in zip(first, months, strict=True)
    ]
    return pd.Series(ends, first.index).astype("datetime64[s]")
