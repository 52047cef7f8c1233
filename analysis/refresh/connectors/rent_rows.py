"""Rows of table ``rent_quotes_usd``, and the providers that it knows."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Final

from analysis.data import load
from analysis.data.new_rows import Row
from analysis.data.own.gpu_names import read_gpu_name
from analysis.refresh.connectors.connector import plain
from analysis.refresh.terms import forbidden_name

OTHER_NAMES: Final = {
    "aws": "AWS",
    "gcp": "Google Cloud",
    "google": "Google Cloud",
    "azure": "Azure",
    "microsoftazure": "Azure",
    "oci": "Oracle",
    "lambdalabs": "Lambda",
    "datacrunch": "Verda (DataCrunch)",
    "verda": "Verda (DataCrunch)",
    "ovh": "OVHcloud",
    "salad": "Salad community",
    "cudo": "Cudo Compute",
    "sfcompute": "SF Compute",
}
"""Names that catalogs have for providers of the table."""
FORMS: Final = ("SXM", "PCIe", "NVL")


def known_providers() -> dict[str, tuple[str, str]]:
    """Return name and segment of every provider of the table, by its name without spaces."""
    quotes = load("rent_quotes_usd")
    quotes = quotes[quotes["segment"].isin(["hyperscaler", "neocloud", "marketplace"])]
    segment = quotes.groupby("provider")["segment"].agg(lambda each: each.mode()[0])
    return {_plain(name): (str(name), str(segment[name])) for name in segment.index}


def provider_of(name: str, known: Mapping[str, tuple[str, str]]) -> tuple[str, str]:
    """Return a provider as the table has it, and its segment.

    Raises
    ------
    LookupError
        With why its quotes are not taken.
    """
    if forbidden := forbidden_name(name):
        raise LookupError(f"{forbidden} forbids automated collection")
    plain_name = _plain(OTHER_NAMES.get(_plain(name), name))
    if plain_name not in known:
        raise LookupError(f"provider {name} is not in table rent_quotes_usd: add one row by hand")
    return known[plain_name]


def rent_row(
    *,
    day: date,
    gpu: str,
    memory_gb: float,
    n_gpus: int,
    provider: str,
    segment: str,
    contract: str,
    usd_per_gpu_hour: float,
    source_id: str,
    place: str,
    kind: str = "reported",
    note: str = "",
    form: str = "",
) -> Row:
    """Return a quote as a row; a GPU is named as the table names it."""
    read = read_gpu_name(gpu)
    form = form or read.form_factor
    price = plain(usd_per_gpu_hour)
    return Row(
        {
            "quote_date": day.isoformat(),
            "date_precision": "day",
            "gpu": read.gpu,
            "memory_gb": plain(memory_gb or read.memory_gb) if memory_gb or read.memory_gb else "",
            "form_factor": form if form in FORMS else "",
            "offer_gpus": str(n_gpus) if n_gpus else "",
            "provider": provider,
            "segment": segment,
            "contract": contract,
            "price_low": price,
            "price_high": price,
            "unit": "USD per GPU-hour",
            "source_id": source_id,
            "place": place,
            "kind": kind,
            "note": note,
        }
    )


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())
