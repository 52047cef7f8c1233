"""Weekly medians of listed GPU rents: the open data set of GetDeploying, CC BY 4.0.

``dataset/gpu-prices/SLUG.csv`` holds one row a week and way of billing, columns ``date``,
``billing_type`` (``ON_DEMAND``, ``SPOT``, ``RESERVATION``, ``CUSTOM``), ``reservation_months``,
``median_price`` (USD per GPU-hour), ``offering_count`` and ``provider_count`` among others. The
license covers these files; the site and its interface stay under terms of their own and are not
asked.
"""

from __future__ import annotations

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
from analysis.refresh.connectors.rent_rows import rent_row

SOURCE: Final = "getdeploying"
SOURCE_ID: Final = "getdeploying-dataset"
CHIPS: Final = ("h100", "h200", "b200")
CONTRACTS: Final = {
    ("ON_DEMAND", ""): "on-demand",
    ("SPOT", ""): "spot",
    ("RESERVATION", ""): "reserved",
    ("RESERVATION", "12"): "reserved-1y",
    ("RESERVATION", "36"): "reserved-3y",
}
"""By way of billing and months bound."""
COLUMNS: Final = (
    "date",
    "billing_type",
    "reservation_months",
    "median_price",
    "offering_count",
    "provider_count",
)
CSV_KINDS: Final = ("text/csv", "text/plain", "application/octet-stream")
COUNTED: Final = ("median_price", "offering_count", "provider_count")


def _addresses(base: str, since: date, today: date) -> list[str]:
    return [f"{base}/dataset/gpu-prices/nvidia-{chip}.csv" for chip in CHIPS]


def _parse(answers: Answers, day: date) -> Parsed:
    """Take the weeks that were observed: one that repeats the week before it is filled in."""
    rows, left_out = [], []
    for chip, (_, content) in zip(CHIPS, answers, strict=True):
        before: dict[tuple[str, str], tuple[str, ...]] = {}
        n_repeated, n_other = 0, 0
        weeks = sorted(read_table(SOURCE, content, COLUMNS), key=lambda week: week["date"])
        for week in weeks:
            terms = (week["billing_type"], week["reservation_months"])
            counted = tuple(week[name] for name in COUNTED)
            is_repeated, before[terms] = before.get(terms) == counted, counted
            if terms not in CONTRACTS or not week["median_price"]:
                n_other += 1
            elif is_repeated:
                n_repeated += 1
            else:
                rows.append(_row(week, chip, CONTRACTS[terms]))
        left_out += [f"{chip}: {n_repeated} weeks that repeat the one before"] * bool(n_repeated)
        left_out += [f"{chip}: {n_other} weeks of other terms, or without a median"] * bool(n_other)
    source = source_row(
        SOURCE_ID,
        day,
        title="GPU rental price history",
        publisher="GetDeploying",
        url="https://getdeploying.com/gpus",
        quality="secondary",
        terms_of_use="CC BY 4.0, attribution GetDeploying, of the published files alone",
    )
    return Parsed("rent_quotes_usd", tuple(rows), (source,), tuple(left_out))


def _row(week: dict[str, str], chip: str, contract: str) -> Row:
    try:
        price, first = float(week["median_price"]), date.fromisoformat(week["date"])
    except ValueError:
        found = f"{week['date']!r}, {week['median_price']!r}"
        raise SourceError(f"{SOURCE}: found {found}, expected a day and a price") from None
    row = rent_row(
        day=first,
        gpu=chip,
        memory_gb=0.0,
        n_gpus=0,
        provider="market",
        segment="aggregate",
        contract=contract,
        usd_per_gpu_hour=price,
        source_id=SOURCE_ID,
        place=f"dataset/gpu-prices/nvidia-{chip}.csv, {week['billing_type']}",
        kind="derived",
        note=f"median of {week['offering_count']} offers of {week['provider_count']} providers",
    )
    return Row({**row.cells, "date_precision": "week"})


GETDEPLOYING: Final = Connector(
    SOURCE, "rents", "https://getdeploying.com", CSV_KINDS, _addresses, _parse
)
