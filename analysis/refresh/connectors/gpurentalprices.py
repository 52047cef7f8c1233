"""List prices of clouds: the open data set of gpurentalprices.com, CC BY 4.0.

``data/latest.json`` holds ``date`` and ``offers``: ``provider``, ``gpu``, ``vram_gb``, ``usd_hr``
(USD per GPU-hour), ``kind``, ``source_url``, ``fetched_at`` and, for some, ``min_gpus``. A price
that its collector carried forward keeps the day on which it was fetched, which is the quote's day.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Final

from pydantic import BaseModel, Field

from analysis.refresh.connectors.connector import (
    TEXT_KINDS,
    Answers,
    Connector,
    Parsed,
    read_json,
    source_row,
)
from analysis.refresh.connectors.rent_rows import known_providers, provider_of, rent_row

SOURCE: Final = "gpurentalprices"
CONTRACTS: Final = {"on-demand": "on-demand", "secure": "on-demand", "spot": "spot"}


class _Offer(BaseModel):
    provider: str = Field(min_length=1)
    gpu: str = Field(min_length=1)
    vram_gb: float
    usd_hr: float = Field(gt=0)
    kind: str
    source_url: str
    fetched_at: datetime
    min_gpus: int = 0


class _Snapshot(BaseModel):
    date: date
    offers: list[_Offer] = Field(min_length=1)


def _addresses(base: str, since: date, today: date) -> list[str]:
    return [f"{base}/adriannutiu/gpu-rental-prices/main/data/latest.json"]


def _parse(answers: Answers, day: date) -> Parsed:
    """Take every offer of a provider that allows it."""
    rows, left_out = [], []
    known = known_providers()
    snapshot = read_json(SOURCE, answers[0][1], _Snapshot)
    for offer in snapshot.offers:
        try:
            provider, segment = provider_of(offer.provider, known)
        except LookupError as why:
            left_out.append(f"{offer.provider}, {offer.gpu}: {why}")
            continue
        contract = CONTRACTS.get(offer.kind, "")
        if not contract:
            left_out.append(f"{offer.provider}, {offer.gpu}: terms {offer.kind!r} are not known")
            continue
        rows.append(
            rent_row(
                day=offer.fetched_at.date(),
                gpu=offer.gpu,
                memory_gb=offer.vram_gb,
                n_gpus=offer.min_gpus,
                provider=provider,
                segment=segment,
                contract=contract,
                usd_per_gpu_hour=offer.usd_hr,
                source_id="gpu-rental-prices",
                place=f"data/snapshots/{offer.fetched_at:%Y-%m-%d}.json, {offer.source_url}",
            )
        )
    source = source_row(
        "gpu-rental-prices",
        day,
        title="GPU rental prices",
        publisher="gpurentalprices.com",
        url="https://github.com/adriannutiu/gpu-rental-prices",
        quality="secondary",
        terms_of_use="CC BY 4.0, attribution gpurentalprices.com",
    )
    return Parsed("rent_quotes_usd", tuple(rows), (source,), tuple(left_out))


GPURENTALPRICES: Final = Connector(
    SOURCE, "rents", "https://raw.githubusercontent.com", TEXT_KINDS, _addresses, _parse
)
