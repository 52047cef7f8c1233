"""Checks of own quotes beyond their form: the bands of the public ones, their own level."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Final

import numpy as np
import pandas as pd

from analysis.arrays import Flags, Floats
from analysis.data.far_days import is_far_from_own_level
from analysis.data.own.reading import Reading
from analysis.data.package import Band, read_package
from analysis.errors import Fault
from analysis.units import GPUS_PER_SERVER, RENT_UNITS

PEERS_FACTOR: Final = 6.0
FEWEST_PEERS: Final = 4
DAY_FACTOR: Final = 2.0
RENT_TABLES: Final = ("rent_quotes_usd", "rent_quotes_cny")


def quote_faults(reading: Reading) -> dict[int, Fault]:
    """Find the quotes that are sound numbers and cannot be meant.

    A yuan price taken for dollars is seven times too high, a server's for a GPU's eight times. A
    quote is held to the bands that the public tables have for its GPU and currency; to a factor of
    six of the median of its GPU, terms and currency in the same file; and to a factor of two of the
    days of its own offer around it.

    Returns
    -------
    dict of int to Fault
        By label of the row in `Reading.rows`.
    """
    rows = reading.rows
    if rows.empty:
        return {}
    rents = rents_per_gpu_hour(rows)
    faults: dict[int, Fault] = {}
    labels = [int(label) for label in rows.index]

    def refuse(is_wrong: Flags, expected: Callable[[int], str]) -> None:
        for place in np.flatnonzero(is_wrong):
            label, row = labels[place], rows.iloc[place]
            value = f"{row['price_low']:g} {row['unit']}"
            faults.setdefault(label, reading.fault(label, "price", value, expected(int(place))))

    low, high = _public_bands(rows)
    refuse(
        (rents < low) | (rents > high),
        lambda place: (
            f"{low[place]:.3g} to {high[place]:.3g} a GPU-hour, as the public quotes of "
            f"{rows['gpu'].iloc[place]}"
        ),
    )
    medians = _medians_of_peers(rows, rents)
    refuse(
        np.abs(np.log(rents / medians)) > np.log(PEERS_FACTOR),
        lambda place: (
            f"within {PEERS_FACTOR:g} times {medians[place]:.3g} a GPU-hour, the median of its "
            "GPU and terms in this file"
        ),
    )
    by_offer = rows.assign(
        gpu_variant=rows["gpu"] + rows["memory_gb"].astype(str) + rows["form_factor"],
        offer_gpus=rows["offer_gpus"].astype(str),
        source_id=reading.file,
        currency=rows["unit"],
        rent=rents,
    )
    is_far = is_far_from_own_level(by_offer, rent="rent", factor=DAY_FACTOR)
    refuse(is_far, lambda _: f"within {DAY_FACTOR:g} times the days of this offer around it")
    return faults


def rents_per_gpu_hour(rows: pd.DataFrame) -> Floats:
    """Return prices per GPU-hour, or per P-hour, in the currency of each row."""
    price = np.sqrt(rows["price_low"].to_numpy(float) * rows["price_high"].to_numpy(float))
    units = rows["unit"].str[4:].map(RENT_UNITS)
    sizes = rows["offer_gpus"].astype("Float64").fillna(GPUS_PER_SERVER).to_numpy(float)
    is_server = np.array([item == "server" for item, _ in units])
    hours = np.array([hours for _, hours in units], dtype=float)
    return np.asarray(price / hours / np.where(is_server, sizes, 1.0), dtype=float)


def _medians_of_peers(rows: pd.DataFrame, rents: Floats) -> Floats:
    """Median of each quote's peers; missing where there are too few."""
    currency = rows["unit"].str[:3] + rows["unit"].str.contains(" P-").astype(str)
    groups = pd.Series(rents, rows.index).groupby([rows["gpu"], rows["contract"], currency])
    medians = groups.transform("median").where(groups.transform("size") >= FEWEST_PEERS)
    return medians.to_numpy(float)


def _public_bands(rows: pd.DataFrame) -> tuple[Floats, Floats]:
    """Widest band that the public tables have for each quote; without one, any price."""
    bands = _bands_per_gpu_hour()
    is_p = rows["unit"].str.contains(" P-")
    keys = list(zip(rows["unit"].str[:3], rows["gpu"], is_p, strict=True))
    found = {
        key: (0.0, np.inf) if key[2] else bands.get(key[:2], (0.0, np.inf)) for key in set(keys)
    }
    low, high = np.array([found[key] for key in keys], dtype=float).reshape(-1, 2).T
    return low, high


@lru_cache(maxsize=1)
def _bands_per_gpu_hour() -> dict[tuple[str, str], tuple[float, float]]:
    """Envelope of the public bands by currency and GPU, per GPU-hour."""
    envelope: dict[tuple[str, str], tuple[float, float]] = {}
    package = read_package()
    for table in RENT_TABLES:
        for bands in package.resource(table).checks.bands:
            for band in bands.series:
                for unit in _wanted(band, "unit"):
                    item, hours = RENT_UNITS[unit[4:]]
                    if item == "P":
                        continue
                    size = hours * (GPUS_PER_SERVER if item == "server" else 1)
                    for gpu in _wanted(band, "gpu"):
                        low, high = envelope.get((unit[:3], gpu), (np.inf, 0.0))
                        envelope[unit[:3], gpu] = (
                            min(low, band.minimum / size),
                            max(high, band.maximum / size),
                        )
    return envelope


def _wanted(band: Band, column: str) -> tuple[str, ...]:
    wanted = band.match.get(column, ())
    return (wanted,) if isinstance(wanted, str) else wanted
