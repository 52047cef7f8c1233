"""Scenarios named from list prices recover what the prices were made with."""

import numpy as np
import pandas as pd
import pytest

from analysis.rents.purchase.scenarios import (
    LIKE_GENERATIONS,
    LIKE_PRECEDENTS,
    STAYS,
    declining_path,
    rent_scenarios,
)


def list_prices(own: float, generation: float) -> pd.DataFrame:
    """Make log list prices that move by `own` a year, by `generation` a year of first offer."""
    offered = {"V100": "2018-01", "A100": "2020-01", "H100": "2023-01"}
    rows = []
    for gpu, first in offered.items():
        years = (pd.Timestamp(first) - pd.Timestamp("2018-01-01")).days / 365.25
        for place, provider in enumerate("abcde"):
            for month in pd.date_range("2023-01-01", "2026-09-01", freq="MS"):
                since = (month - pd.Timestamp("2023-01-01")).days / 365.25
                log_rent = 0.1 * place + own * since + generation * years
                rows.append((gpu, provider, month, np.exp(log_rent)))
        rows.append((gpu, "a", pd.Timestamp(first), np.exp(generation * years)))
    frame = pd.DataFrame(rows, columns=["gpu", "provider", "month", "rent_usd_per_gpu_hour"])
    return frame.assign(role="quote", currency="USD", contract="on-demand", segment="neocloud")[
        lambda quotes: quotes["month"] >= "2018-01-01"
    ]


def test_scenarios_recover_the_declines_of_made_up_prices() -> None:
    made = list_prices(own=-0.10, generation=0.30)
    recent = made[made["month"] >= "2023-01-01"]
    table = rent_scenarios(
        pd.concat([recent, made[made["month"] < "2023-01-01"].assign(contract="x")])
    )
    assert table.loc[STAYS, "decline_per_year"] == 0.0
    # a given GPU falls by 1 - exp(-0.1); one a year older stands 1 - exp(-0.3) lower
    assert table.loc[LIKE_PRECEDENTS, "decline_per_year"] == pytest.approx(
        1 - np.exp(-0.10), abs=2e-3
    )
    assert table.loc[LIKE_GENERATIONS, "decline_per_year"] == pytest.approx(
        1 - np.exp(-0.30), abs=2e-3
    )
    inside = table.loc[LIKE_GENERATIONS]
    assert inside["decline_low"] <= inside["decline_per_year"] <= inside["decline_high"]


def test_a_path_stays_and_then_falls_by_the_year() -> None:
    path = declining_path(0.36, 30, first_month=6)
    assert path[:6].tolist() == [1.0] * 6
    assert path[17] == pytest.approx(0.64)  # twelve months after the sixth
    assert path[29] == pytest.approx(0.64**2)
