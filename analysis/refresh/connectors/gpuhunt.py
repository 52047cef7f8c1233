"""List prices of clouds: the catalog that gpuhunt publishes.

``/v2/version`` answers the newest version as text, ``/v2/VERSION/catalog.zip`` a CSV a provider:
``instance_name``, ``location``, ``price`` (USD per instance-hour), ``gpu_count``, ``gpu_name``,
``gpu_memory`` (GB per GPU) and ``spot``, among others.
"""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date
from typing import Final

from analysis.data.new_rows import Row
from analysis.refresh.client import SourceError
from analysis.refresh.connectors.connector import (
    Answers,
    Connector,
    Parsed,
    read_table,
    source_row,
)
from analysis.refresh.connectors.rent_rows import known_providers, provider_of, rent_row

SOURCE: Final = "gpuhunt-catalog"
COLUMNS: Final = (
    "instance_name",
    "location",
    "price",
    "gpu_count",
    "gpu_name",
    "gpu_memory",
    "spot",
)
CHIPS: Final = (
    "A100",
    "H100",
    "H200",
    "B200",
    "B300",
    "GB200",
    "L40S",
    "MI300X",
    "RTX4090",
    "RTX5090",
)
MOST_BYTES: Final = 500_000_000


def _addresses(base: str, since: date, today: date) -> list[str]:
    return [f"{base}/v2/version"]


def _next_address(address: str, content: bytes) -> str | None:
    if not address.endswith("/version"):
        return None
    version = content.decode("ascii", "replace").strip()
    if not re.fullmatch(r"[0-9A-Za-z.-]{1,40}", version):
        raise SourceError(f"{SOURCE}: found version {version[:40]!r}")
    return f"{address.removesuffix('version')}{version}/catalog.zip"


def _parse(answers: Answers, day: date) -> Parsed:
    """Take the cheapest location of each instance, on demand and spot."""
    version, (_, catalog) = answers[0][1].decode("ascii").strip(), answers[1]
    rows, left_out = [], []
    known = known_providers()
    for name, content in _files(catalog):
        offers = read_table(SOURCE, content, COLUMNS)
        try:
            provider, segment = provider_of(name, known)
        except LookupError as why:
            left_out.append(f"{name}: {len(offers)} offers: {why}")
            continue
        for offer in _cheapest(offers):
            rows.append(_row(offer, provider, segment, f"{name}.csv of {version}", day))
    source = source_row(
        SOURCE,
        day,
        title="Catalog of list prices of gpuhunt",
        publisher="dstack",
        url="https://github.com/dstackai/gpuhunt",
        quality="secondary",
        terms_of_use="no license found for the catalog: facts and figures only",
    )
    return Parsed("rent_quotes_usd", tuple(rows), (source,), tuple(left_out))


def _files(catalog: bytes) -> list[tuple[str, bytes]]:
    try:
        with zipfile.ZipFile(io.BytesIO(catalog)) as archive:
            names = [each for each in archive.infolist() if each.filename.endswith(".csv")]
            if sum(each.file_size for each in names) > MOST_BYTES:
                raise SourceError(f"{SOURCE}: a catalog of more than {MOST_BYTES:,} bytes")
            return [(each.filename.removesuffix(".csv"), archive.read(each)) for each in names]
    except (zipfile.BadZipFile, EOFError) as error:
        raise SourceError(f"{SOURCE}: no zip ({error}): cut off?") from None


def _cheapest(offers: list[dict[str, str]]) -> list[dict[str, str]]:
    """Return the cheapest location of every instance with one of the chips."""
    best: dict[tuple[str, str], dict[str, str]] = {}
    for offer in offers:
        try:
            price, count = float(offer["price"]), int(offer["gpu_count"] or 0)
        except ValueError:
            found = f"price {offer['price']!r}, gpu_count {offer['gpu_count']!r}"
            raise SourceError(f"{SOURCE}: found {found}, expected numbers") from None
        is_wanted = count > 0 and price > 0 and offer["gpu_name"].startswith(CHIPS)
        key = offer["instance_name"], offer["spot"]
        if is_wanted and (key not in best or price < float(best[key]["price"])):
            best[key] = offer
    return list(best.values())


def _row(offer: dict[str, str], provider: str, segment: str, place: str, day: date) -> Row:
    n_gpus = int(offer["gpu_count"])
    price = float(offer["price"])
    return rent_row(
        day=day,
        gpu=offer["gpu_name"],
        memory_gb=float(offer["gpu_memory"] or 0),
        n_gpus=n_gpus,
        provider=provider,
        segment=segment,
        contract="spot" if offer["spot"].lower() == "true" else "on-demand",
        usd_per_gpu_hour=price / n_gpus,
        source_id=SOURCE,
        place=f"{place}, {offer['instance_name']}",
        kind="reported" if n_gpus == 1 else "derived",
        note=f"{price:g} USD an instance in {offer['location']}, the cheapest location",
        form="NVL" if offer["gpu_name"].endswith("NVL") else "",
    )


GPUHUNT: Final = Connector(
    SOURCE,
    "rents",
    "https://dstack-gpu-pricing.s3.eu-west-1.amazonaws.com",
    (
        "application/zip",
        "application/x-zip-compressed",
        "application/octet-stream",
        "binary/octet-stream",
        "text/plain",
    ),
    _addresses,
    _parse,
    _next_address,
)
