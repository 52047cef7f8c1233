"""Markets from quotes to index: any currency, any GPU, prices that stand still."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import pytest

from analysis.data import load
from analysis.rents.faces.rent_tables import all_swings
from analysis.rents.index.rent_market import Market, rent_market
from analysis.rents.quotes.comparable import comparable_quotes
from analysis.rents.trend.rent_unit_root import read_unit_root_tests, unit_root_tests
from analysis.rents.trend.slopes import compare_trends


def price_list(
    prices: Sequence[float], n_months: int, *, unit: str, growth: float = 1.0, **columns: object
) -> pd.DataFrame:
    """One provider a price, its price grown every month."""
    days = pd.date_range("2024-01-01", periods=n_months, freq="MS")
    months = np.arange(n_months)
    row = {
        "memory_gb": np.nan,
        "form_factor": "",
        "segment": "neocloud",
        "contract": "on-demand",
        "unit": unit,
        "qualifier": "",
        "flag": "",
        "kind": "reported",
    }
    return pd.concat(
        [
            pd.DataFrame(
                row
                | {"quote_date": days, "provider": f"p{place}", "source_id": f"s{place}"}
                | {"price_low": price * growth**months, "price_high": price * growth**months}
                | columns
            )
            for place, price in enumerate(prices)
        ],
        ignore_index=True,
    )


def market(quotes: pd.DataFrame, **wanted: str) -> Market:
    comparable = comparable_quotes(
        quotes, load("fx"), load("gpu_specs"), usd_per_unit={"EUR": 1.1, "JPY": 0.0066}
    )
    return rent_market(comparable, segment="neocloud", generator=np.random.default_rng(1), **wanted)


def change(found: Market) -> float:
    return float(np.expm1(found.log_rents.iloc[-1] - found.log_rents.iloc[0]))


def test_four_providers_in_yuan_are_a_panel():
    """Every rent falls by 2 % a month for 29 months: 0.98^29 - 1 = -44.34 %."""
    quotes = price_list(
        [42_000, 45_000, 40_000, 47_000], 30, unit="CNY per server-month", growth=0.98, gpu="H20"
    )
    found = market(quotes, gpu="H20", currency="CNY")
    assert found.label == "H20 at specialized clouds, list prices in CNY"
    assert change(found) == pytest.approx(0.98**29 - 1.0, abs=1e-9)
    assert round(100 * change(found), 2) == -44.34
    # median of 47,000 and less, (42,000 x 45,000)^0.5 by the log, over 8 GPUs and 730 hours
    level = np.sqrt(42_000 * 45_000) * 0.98**29 / 5_840
    assert np.exp(found.log_rents.iloc[-1]) == pytest.approx(level)


@pytest.mark.parametrize("asked_in", ["USD", "CNY", "EUR", "JPY"])
@pytest.mark.parametrize("gpu", ["H20", "RTX4090", "never heard of"])
def test_any_gpu_in_any_currency_is_a_panel(gpu, asked_in):
    quotes = price_list(
        [2.0, 2.2, 2.1, 1.9], 12, unit=f"{asked_in} per GPU-hour", growth=1.01, gpu=gpu
    )
    assert change(market(quotes, gpu=gpu, currency=asked_in)) == pytest.approx(1.01**11 - 1)
    converted = market(quotes, gpu=gpu, currency="USD")
    if asked_in == "CNY":  # moves with the exchange rate as well
        assert change(converted) == pytest.approx(1.01**11 - 1, abs=0.03)
    else:
        assert change(converted) == pytest.approx(1.01**11 - 1)


def test_quotes_asked_in_the_wanted_currency_come_first():
    yuan = price_list([14.0, 15, 16, 17], 12, unit="CNY per GPU-hour", growth=0.9, gpu="H100")
    dollars = price_list([2.0, 3, 4, 5], 12, unit="USD per GPU-hour", growth=1.1, gpu="H100")
    both = pd.concat([yuan, dollars], ignore_index=True)
    assert change(market(both, gpu="H100", currency="CNY")) == pytest.approx(0.9**11 - 1)
    assert change(market(both, gpu="H100", currency="USD")) == pytest.approx(1.1**11 - 1)
    abroad = market(both, gpu="H100", currency="CNY", quoted_in="USD")
    assert change(abroad) == pytest.approx(1.1**11 - 1, abs=0.03)


def test_terms_are_not_pooled():
    spot = price_list([1.0, 1, 1, 1], 12, unit="USD per GPU-hour", gpu="H100", contract="spot")
    listed = price_list([2.0, 2, 2, 2], 12, unit="USD per GPU-hour", gpu="H100")
    both = pd.concat([spot, listed], ignore_index=True)
    for contract, rent in (("spot", 1.0), ("on-demand", 2.0)):
        found = market(both, gpu="H100", contract=contract)
        assert np.exp(found.log_rents.to_numpy()) == pytest.approx(np.full(12, rent))


def test_too_few_providers_are_counted_in_the_refusal():
    quotes = price_list([2.0, 2.1], 12, unit="USD per GPU-hour", gpu="H20")
    with pytest.raises(ValueError, match=r"index of H20: 24 quotes of 2 providers.*takes 4 prov"):
        market(quotes, gpu="H20")


@pytest.mark.parametrize("unit", ["USD per GPU-hour", "CNY per server-month"])
def test_constant_prices_do_not_move_anywhere(unit):
    """Warnings are errors; no date is made of the last digits of a solver."""
    quotes = price_list([42_000, 45_000, 40_000, 47_000], 36, unit=unit, gpu="H20")
    found = market(quotes, gpu="H20", currency=unit[:3])
    assert np.ptp(found.log_rents) == 0.0
    assert np.ptp(found.real_time) == 0.0
    tests = unit_root_tests(found.log_rents)
    assert read_unit_root_tests(tests) == "does not move: not testable"
    assert compare_trends(found.log_rents)["decline_per_year"].abs().max() < 1e-12
    first, *_ = all_swings(found, {}, "H20", peak_from="2024-01", peak_by="2024-12")
    assert first.in_words() == "did not move from 2024-01 to 2026-12"
