"""List prices of clouds by region: the open repository of the GPU price index of ewyluda.

``site/data/observations-latest.csv`` holds the newest day's offers: ``date``, ``provider``,
``pricing``, ``gpu_model``, ``sku``, ``region``, ``gpu_count``, ``usd_per_gpu_hour`` and others. The
code is MIT; the prices stay the information of their publishers, given for reference. So facts and
figures alone are taken, and none of a provider that forbids automated collection.
"""

from __future__ import annotations

from datetime import date
from typing import Final

from analysis.data.new_rows import Row
from analysis.refresh.client import SourceError
from analysis.refresh.connectors.connector import (
    TEXT_KINDS,
    Answers,
    Connector,
    Parsed,
    read_table,
    source_row,
)
from analysis.refresh.connectors.rent_rows import known_providers, provider_of, rent_row

SOURCE: Final = "ewyluda"
SOURCE_ID: Final = "ewyluda-index"
FILE: Final = "site/data/observations-latest.csv"
CONTRACTS: Final = {"on_demand": "on-demand", "spot": "spot"}
COLUMNS: Final = (
    "date",
    "provider",
    "pricing",
    "gpu_model",
    "sku",
    "region",
    "gpu_count",
    "usd_per_gpu_hour",
)


def _addresses(base: str, since: date, today: date) -> list[str]:
    return [f"{base}/ewyluda/gpu-price-index/main/{FILE}"]


def _parse(answers: Answers, day: date) -> Parsed:
    """Take the cheapest region of each machine of a provider that allows it."""
    best: dict[tuple[str, str, str], tuple[float, dict[str, str]]] = {}
    for offer in read_table(SOURCE, answers[0][1], COLUMNS):
        price = _price(offer)
        key = (offer["provider"], offer["sku"], offer["pricing"])
        if key not in best or price < best[key][0]:
            best[key] = (price, offer)
    rows, left_out = [], []
    known = known_providers()
    for price, offer in best.values():
        try:
            provider, segment = provider_of(offer["provider"], known)
        except LookupError as why:
            left_out.append(f"{offer['provider']}, {offer['sku']}: {why}")
            continue
        if offer["pricing"] not in CONTRACTS:
            terms = offer["pricing"]
            left_out.append(f"{offer['provider']}, {offer['sku']}: terms {terms!r} are not known")
            continue
        rows.append(_row(offer, price, provider, segment))
    source = source_row(
        SOURCE_ID,
        day,
        title="GPU price index",
        publisher="ewyluda/gpu-price-index",
        url="https://github.com/ewyluda/gpu-price-index",
        quality="secondary",
        terms_of_use="code MIT; prices stay the information of their publishers, for reference",
    )
    return Parsed("rent_quotes_usd", tuple(rows), (source,), tuple(left_out))


def _price(offer: dict[str, str]) -> float:
    try:
        if (price := float(offer["usd_per_gpu_hour"])) > 0:
            return price
    except ValueError:
        pass
    found = offer["usd_per_gpu_hour"]
    raise SourceError(f"{SOURCE}: found price {found!r}, expected a number above zero")


def _row(offer: dict[str, str], price: float, provider: str, segment: str) -> Row:
    try:
        day, n_gpus = date.fromisoformat(offer["date"]), int(offer["gpu_count"])
    except ValueError:
        found = f"{offer['date']!r}, {offer['gpu_count']!r}"
        raise SourceError(f"{SOURCE}: found {found}, expected a day and a count") from None
    return rent_row(
        day=day,
        gpu=offer["gpu_model"],
        memory_gb=0.0,
        n_gpus=n_gpus,
        provider=provider,
        segment=segment,
        contract=CONTRACTS[offer["pricing"]],
        usd_per_gpu_hour=price,
        source_id=SOURCE_ID,
        place=f"{FILE}, {offer['sku']}, {offer['region']}",
    )


EWYLUDA: Final = Connector(
    SOURCE, "rents", "https://raw.githubusercontent.com", TEXT_KINDS, _addresses, _parse
)
