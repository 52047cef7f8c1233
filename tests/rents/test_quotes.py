"""Quotes: conversions worked by hand, and what may not stand beside what."""

from __future__ import annotations

import pandas as pd
import pytest

from analysis.data import load
from analysis.errors import DataError
from analysis.rents.quotes.comparable import ROLES, comparable_quotes, monthly_series, select_quotes


@pytest.fixture(scope="module")
def raw() -> pd.DataFrame:
    return pd.concat([load("rent_quotes_usd"), load("rent_quotes_cny")], ignore_index=True)


@pytest.fixture(scope="module")
def quotes(raw) -> pd.DataFrame:
    return comparable_quotes(raw, load("fx"), load("gpu_specs"))


def one(raw: pd.DataFrame, **changes) -> pd.Series:
    row = {
        "quote_date": pd.Timestamp("2024-02-15"),
        "gpu": "H100",
        "memory_gb": 80.0,
        "form_factor": "SXM",
        "offer_gpus": 8,
        "provider": "x",
        "segment": "neocloud",
        "contract": "on-demand",
        "price_low": 1.0,
        "price_high": 1.0,
        "unit": "USD per GPU-hour",
        "qualifier": "",
        "flag": "",
        "kind": "reported",
        "source_id": "s",
    } | changes
    table = pd.DataFrame([row])
    return comparable_quotes(table, load("fx"), load("gpu_specs")).iloc[0]


@pytest.mark.parametrize(
    ("unit", "price", "cny_per_gpu_hour"),
    [
        # 70,000 / 8 GPUs / 730 hours
        ("CNY per server-month", 70_000.0, 11.9863),
        # 1,650,000 / 12 = 137,500 a month; / 5,840
        ("CNY per server-year", 1_650_000.0, 23.5445),
        # 350,000 / 8,760
        ("CNY per GPU-year", 350_000.0, 39.9543),
        # 100,000 * 0.9892 PFLOPS, between 989 and 989.4 TFLOPS, / 8,760 hours
        ("CNY per P-year", 100_000.0, 11.2922),
        ("CNY per GPU-hour", 15.1, 15.1),
        # 98.32 / 8 = 12.29 USD at 7.188481, the average of 2024Q1
        ("USD per server-hour", 98.32, 88.3464),
    ],
)
def test_units_worked_by_hand(raw, unit, price, cny_per_gpu_hour):
    row = one(raw, unit=unit, price_low=price, price_high=price)
    assert row["rent_cny_per_gpu_hour"] == pytest.approx(cny_per_gpu_hour, rel=1e-4)
    assert row["rent_usd_per_gpu_hour"] == pytest.approx(cny_per_gpu_hour / 7.188481, rel=1e-4)


def test_a_range_becomes_its_geometric_mean(raw):
    row = one(raw, unit="CNY per server-month", price_low=120_000.0, price_high=180_000.0)
    assert row["rent_cny_per_gpu_hour"] == pytest.approx((120e3 * 180e3) ** 0.5 / 5840)


def test_a_day_outside_every_quarter_takes_the_year(raw):
    row = one(raw, quote_date=pd.Timestamp("2026-10-01"))
    assert row["rent_cny_per_gpu_hour"] == pytest.approx(6.819678)


@pytest.mark.parametrize(
    ("changes", "role"),
    [
        ({}, "quote"),
        ({"contract": "on-demand-restated"}, "restated"),
        ({"contract": "on-demand-restated", "segment": "index"}, "index"),
        ({"segment": "aggregate"}, "aggregate"),
        ({"segment": "aggregate", "contract": "assumption"}, "not a rent"),
        ({"contract": "on-demand-component"}, "not a rent"),
        ({"kind": "disputed"}, "disputed"),
        ({"flag": "implausible"}, "disputed"),
        ({"qualifier": "at least"}, "bound"),
        ({"flag": "contradicted"}, "quote"),
    ],
)
def test_roles(raw, changes, role):
    assert one(raw, **changes)["role"] == role


def test_every_fault_is_named(raw):
    table = raw.head(2).assign(
        unit=["USD per token", "CNY per P-year"],
        gpu=["H100", "Abacus"],
        quote_date=[pd.Timestamp("2024-01-01")] * 2,
    )
    with pytest.raises(DataError) as caught:
        comparable_quotes(table, load("fx"), load("gpu_specs"))
    text = str(caught.value)
    assert "row 2, column unit" in text
    assert "row 3, column gpu: found 'Abacus'" in text
    with pytest.raises(DataError, match="1999-01-01"):
        one(raw, quote_date=pd.Timestamp("1999-01-01"))


def test_the_committed_tables_come_onto_one_basis(raw, quotes):
    assert len(quotes) == len(raw)
    assert set(quotes["role"]) <= set(ROLES)
    assert quotes["rent_usd_per_gpu_hour"].between(0.05, 30).all()
    ratio = quotes["rent_cny_per_gpu_hour"] / quotes["rent_usd_per_gpu_hour"]
    assert ratio.between(6.2, 7.4).all()
    assert not quotes.loc[quotes["role"] == "quote", "provider"].str.startswith("market").any()


def test_selection_keeps_roles_and_currencies_apart(quotes):
    restated = select_quotes(quotes, gpu="H100", segment="neocloud", role="restated")
    assert restated["provider"].nunique() == 11
    assert len(restated) == 215
    listed = select_quotes(quotes, gpu="H100", segment="hyperscaler")
    assert set(listed["currency"]) == {"USD"}
    with pytest.raises(ValueError, match="no quotes with gpu 'H300'"):
        select_quotes(quotes, gpu="H300", segment="neocloud")
    with pytest.raises(ValueError, match="found role 'all'"):
        select_quotes(quotes, gpu="H100", segment="neocloud", role="all")


def test_published_series(quotes):
    rows = select_quotes(
        quotes,
        gpu="H100",
        segment="aggregate",
        role="aggregate",
        source_id="henryzhangpku-index",
    )
    log_rents = monthly_series(rows)
    assert log_rents.index.is_unique
    assert str(log_rents.index[0]) == "2023-05"
