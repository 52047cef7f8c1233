"""Azure's list prices: the retail price interface of Microsoft.

``/api/retail/prices?$filter=...`` answers pages of at most 1,000 ``Items`` with ``NextPageLink`` to
the next one, null after the last.
"""

from __future__ import annotations

from datetime import date
from typing import Final
from urllib.parse import quote

from pydantic import BaseModel, Field

from analysis.data.new_rows import Row
from analysis.refresh.client import SourceError
from analysis.refresh.connectors.connector import (
    JSON_KINDS,
    Answers,
    Connector,
    Parsed,
    read_json,
    source_row,
)
from analysis.refresh.connectors.rent_rows import rent_row

SOURCE: Final = "azure-retail"
REGION: Final = "eastus"
MACHINES: Final = {
    "Standard_ND96isr_H200_v5": ("H200", 141.0, "SXM", 8),
    "Standard_ND96isr_H100_v5": ("H100", 80.0, "SXM", 8),
    "Standard_NC40ads_H100_v5": ("H100", 94.0, "NVL", 1),
    "Standard_ND96amsr_A100_v4": ("A100", 80.0, "SXM", 8),
    "Standard_ND96asr_v4": ("A100", 40.0, "SXM", 8),
    "Standard_NC24ads_A100_v4": ("A100", 80.0, "PCIe", 1),
}
"""GPU, memory, form and number of GPUs of a machine, as its maker documents it."""


class _Item(BaseModel):
    currency: str = Field(alias="currencyCode")
    price: float = Field(alias="retailPrice", ge=0)
    region: str = Field(alias="armRegionName")
    machine: str = Field(alias="armSkuName")
    sku: str = Field(alias="skuName")
    product: str = Field(alias="productName")
    meter: str = Field(alias="meterId")
    unit: str = Field(alias="unitOfMeasure")
    kind: str = Field(alias="type")
    least: float = Field(alias="tierMinimumUnits")


class _Page(BaseModel):
    items: list[_Item] = Field(alias="Items")
    next_page: str | None = Field(alias="NextPageLink")
    count: int = Field(alias="Count")


def _addresses(base: str, since: date, today: date) -> list[str]:
    filters = (
        f"serviceName eq 'Virtual Machines' and armRegionName eq '{REGION}' and "
        f"armSkuName eq '{machine}' and priceType eq 'Consumption'"
        for machine in MACHINES
    )
    return [f"{base}/api/retail/prices?$filter={quote(each)}" for each in filters]


def _next_address(address: str, content: bytes) -> str | None:
    page = read_json(SOURCE, content, _Page)
    if page.count != len(page.items):
        raise SourceError(f"{SOURCE}: {len(page.items)} items on a page of {page.count}")
    return page.next_page or None


def _parse(answers: Answers, day: date) -> Parsed:
    """Take Linux machines by the hour, on demand and spot; one row a meter."""
    rows: dict[str, Row] = {}
    left_out = []
    for _, content in answers:
        for item in read_json(SOURCE, content, _Page).items:
            why = _not_taken(item)
            if why:
                left_out.append(f"{item.machine}, {item.sku}, {item.product}: {why}")
                continue
            gpu, memory_gb, form, n_gpus = MACHINES[item.machine]
            rows[item.meter] = rent_row(
                day=day,
                gpu=gpu,
                memory_gb=memory_gb,
                n_gpus=n_gpus,
                provider="Azure",
                segment="hyperscaler",
                contract="spot" if "Spot" in item.sku else "on-demand",
                usd_per_gpu_hour=item.price / n_gpus,
                source_id=SOURCE,
                place=f"{item.machine}, {item.region}",
                kind="reported" if n_gpus == 1 else "derived",
                note="" if n_gpus == 1 else f"{item.price:g} USD a machine, by its {n_gpus} GPUs",
                form=form,
            )
    source = source_row(
        SOURCE,
        day,
        title="Azure retail prices",
        publisher="Microsoft",
        url="https://prices.azure.com/api/retail/prices",
        terms_of_use="public list prices; facts and figures only",
        quality="primary",
        note=f"region {REGION}",
    )
    return Parsed("rent_quotes_usd", tuple(rows.values()), (source,), tuple(left_out))


def _not_taken(item: _Item) -> str:
    """Say why an item is no rent by the hour of a machine of the list; nothing if it is one."""
    if item.machine not in MACHINES:
        return "no machine of the list"
    if item.currency != "USD":
        return f"in {item.currency}: only USD prices are list prices"
    if item.unit != "1 Hour":
        return f"per {item.unit}, not per hour"
    if item.kind != "Consumption":
        return f"{item.kind}: a price of a term, not of an hour"
    if "Windows" in item.product:
        return "with a Windows license"
    if "Low Priority" in item.sku:
        return "low priority, which Azure withdraws"
    if item.least or not item.price:
        return "a tier or no price"
    return "" if item.region == REGION else f"region {item.region}"


AZURE: Final = Connector(
    SOURCE, "rents", "https://prices.azure.com", JSON_KINDS, _addresses, _parse, _next_address
)
