"""The newest list prices: matched offers, sources side by side."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.rents.quotes.gathered import gathered_quotes
from analysis.rents.quotes.recent import OFFER, by_source, matched_changes


def quoted(provider: str, day: str, rent: float, **columns: object) -> dict[str, object]:
    row = dict.fromkeys(OFFER, "") | {"currency": "USD", "gpu": "H100", "contract": "on-demand"}
    return (
        row
        | {
            "provider": provider,
            "quote_date": pd.Timestamp(day),
            "role": "quote",
            "rent_per_gpu_hour": rent,
        }
        | columns
    )


def test_a_provider_that_joins_moves_nothing():
    """A falls by a fifth, B stays: sqrt(0.8) - 1; the dear C is there only at the end."""
    quotes = pd.DataFrame(
        [
            quoted("A", "2026-07-05", 2.5),
            quoted("A", "2026-08-20", 2.4),
            quoted("A", "2026-10-08", 2.0),
            quoted("B", "2026-08-01", 3.0),
            quoted("B", "2026-10-10", 3.0),
            quoted("C", "2026-10-10", 9.0),
            quoted("B", "2026-07-01", 1.0, role="aggregate"),
        ]
    )
    (row,) = matched_changes(quotes, since="2026-07-01", from_day="2026-10-01").itertuples()
    assert row.change == pytest.approx(np.sqrt(0.8) - 1.0)
    assert (row.n_providers, row.n_offers, row.median_rent) == (2, 2, 2.5)
    assert (row.lowest, row.highest) == pytest.approx((-0.2, 0.0))


def test_a_provider_with_many_offers_counts_once():
    quotes = pd.DataFrame(
        [
            quoted("A", day, rent, gpu_variant=f"v{k}")
            for k in range(3)
            for day, rent in (("2026-07-05", 1.0), ("2026-10-05", 2.0))
        ]
        + [quoted("B", "2026-07-05", 1.0), quoted("B", "2026-10-05", 1.0)]
    )
    (row,) = matched_changes(quotes, since="2026-07-01", from_day="2026-10-01").itertuples()
    assert row.change == pytest.approx(np.sqrt(2.0) - 1.0)


def test_the_committed_quotes_reach_october_2026():
    quotes = gathered_quotes()
    listed = quotes[quotes["role"] == "quote"]
    assert listed.groupby("currency")["quote_date"].max().astype(str).to_dict() == {
        "CNY": "2026-10-10",
        "USD": "2026-10-10",
    }
    new = quotes[quotes["quote_date"] >= "2026-07-01"]
    assert {
        "H200",
        "B200",
        "L40S",
        "RTX4090",
        "RTX5090",
        "H20",
        "Ascend 910B",
        "Ascend 910C",
    } <= set(new["gpu"])
    table = by_source(
        quotes,
        gpu="H100",
        day="2026-10-05",
        within_days=5,
        segments=("neocloud", "marketplace", "aggregate", "index"),
    )
    assert table.index.unique("source_id").size >= 5
    indices = table.xs("index", level="role")["median"]
    # 2.99 and 4.32 on one day
    assert (indices.min(), indices.max()) == pytest.approx((2.99, 4.32))
