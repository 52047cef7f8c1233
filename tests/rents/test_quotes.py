"""Quotes: conversions worked by hand, and what may not stand beside what."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.data import load
from analysis.errors import DataError
from analysis.rents.index.quote_panel import rent_panel
from analysis.rents.purchase.by_date import server_price_by_month
from analysis.rents.quotes import gathered
from analysis.rents.quotes.comparable import ROLES, comparable_quotes, monthly_series, select_quotes


@pytest.fixture(scope="module")
def raw() -> pd.DataFrame:
    return pd.concat([load("rent_quotes_usd"), load("rent_quotes_cny")], ignore_index=True)


@pytest.fixture(scope="module")
def quotes(raw) -> pd.DataFrame:
    return comparable_quotes(raw, load("fx"), load("gpu_specs"))


def one_raw() -> dict:
    return {
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
    }


def one(raw: pd.DataFrame, **changes) -> pd.Series:
    table = pd.DataFrame([one_raw() | changes])
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
        # 8,760 / 730 hours of a month
        ("CNY per GPU-month", 8_760.0, 12.0),
        ("CNY per GPU-day", 288.0, 12.0),
        # 2,304 / 8 / 24
        ("CNY per server-day", 2_304.0, 12.0),
        # 100,000 / 12 a month is 100,000 a year
        ("CNY per P-month", 100_000.0 / 12, 11.2922),
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
    rents = quotes.loc[quotes["role"] != "disputed", "rent_usd_per_gpu_hour"]
    assert rents.between(0.05, 30).all()
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


@pytest.mark.parametrize(
    ("unit", "price", "offer_gpus", "per_gpu_hour"),
    [
        ("USD per server-hour", 12.0, 4, 3.0),
        ("USD per server-hour", 12.0, 1, 12.0),
        ("USD per server-hour", 24.0, pd.NA, 3.0),  # unsaid: eight
        ("USD per server-month", 4 * 730 * 2.5, 4, 2.5),
        ("USD per server-year", 72 * 8760 * 2.5, 72, 2.5),  # a rack of 72
        ("USD per server-day", 2 * 24 * 1.5, 2, 1.5),
        ("USD per GPU-hour", 3.0, 4, 3.0),  # of one GPU, whatever the offer
        ("USD per GPU-month", 730.0, 4, 1.0),
    ],
)
def test_a_server_has_the_gpus_of_its_offer(unit, price, offer_gpus, per_gpu_hour):
    row = one(raw, unit=unit, price_low=price, price_high=price, offer_gpus=offer_gpus)
    assert row["rent_usd_per_gpu_hour"] == pytest.approx(per_gpu_hour)


def several(rows: list[dict]) -> pd.DataFrame:
    """Quotes of H100 in 2024-02, changed as each row says."""
    row = one_raw()
    return pd.DataFrame([row | changes for changes in rows])


def test_a_currency_is_converted_at_the_rate_given_or_refused_by_name():
    euros = several([{"unit": "EUR per GPU-hour", "price_low": 2.0, "price_high": 2.0}])
    with pytest.raises(DataError, match=r"row 2, column unit.*a rate of EUR in USD on that day"):
        comparable_quotes(euros, load("fx"), load("gpu_specs"))
    row = comparable_quotes(euros, load("fx"), load("gpu_specs"), usd_per_unit={"EUR": 1.08}).iloc[
        0
    ]
    assert row["currency"] == "EUR"
    assert row["rent_per_gpu_hour"] == 2.0
    assert row["rent_usd_per_gpu_hour"] == pytest.approx(2.16)
    assert row["rent_cny_per_gpu_hour"] == pytest.approx(2.16 * 7.188481)


def test_a_dated_rate_holds_in_its_period_and_is_carried_a_year():
    rates = pd.DataFrame(
        {
            "currency": ["EUR", "EUR"],
            "period_start_date": pd.to_datetime(["2024-01-01", "2024-02-01"]),
            "period_end_date": pd.to_datetime(["2024-01-31", "2024-02-29"]),
            "usd_per_unit": [1.0, 1.1],
        }
    )
    days = ["2024-01-31", "2024-02-10", "2025-02-28", "2025-03-02"]
    euros = several([{"unit": "EUR per GPU-hour", "quote_date": pd.Timestamp(day)} for day in days])
    specs = load("gpu_specs")
    used = comparable_quotes(euros.iloc[:3], load("fx"), specs, usd_per_unit=rates)
    assert used["rent_usd_per_gpu_hour"].tolist() == pytest.approx([1.0, 1.1, 1.1])
    with pytest.raises(DataError, match=r"row 5.*a rate of EUR"):
        comparable_quotes(euros, load("fx"), specs, usd_per_unit=rates)


def test_a_quote_of_today_needs_no_rate_of_a_quarter_that_has_not_ended():
    """The last average is of 2026Q3; a day of the quarter after takes it, and says so."""
    quotes = several([{"quote_date": pd.Timestamp("2027-02-01"), "unit": "CNY per GPU-hour"}])
    row = comparable_quotes(quotes, load("fx"), load("gpu_specs")).iloc[0]
    assert row["rate_period"].startswith("carried from 2026")
    assert 1 / row["rent_usd_per_gpu_hour"] == pytest.approx(6.8, rel=0.02)
    late = quotes.assign(quote_date=pd.Timestamp("2028-02-01"))
    with pytest.raises(DataError, match=r"2028-02-01.*a rate of CNY per USD"):
        comparable_quotes(late, load("fx"), load("gpu_specs"))


def daily(rents: dict[str, float]) -> pd.DataFrame:
    quotes = several(
        [
            {"quote_date": pd.Timestamp(day), "price_low": rent, "price_high": rent}
            for day, rent in rents.items()
        ]
    )
    return comparable_quotes(quotes, load("fx"), load("gpu_specs"))


def test_damaged_days_are_flagged_and_do_not_move_their_month():
    """7.44 and 7.43 among eleven days about 2.5: mean 3.3, median 2.55."""
    rents = [2.5, 2.5, 2.52, 7.44, 7.43, 2.55, 2.56, 2.56, 2.57, 2.55, 2.54]
    quotes = daily({f"2025-04-{day:02}": rent for day, rent in enumerate(rents, start=1)})
    far = quotes.loc[quotes["flag"] == "far from its own level", "rent_usd_per_gpu_hour"]
    assert sorted(far.round(9)) == [7.43, 7.44]
    cell = np.exp(rent_panel(quotes, label="x").log_rents)
    assert cell == pytest.approx(np.array([[2.55]]))


def test_a_price_that_moves_and_stays_is_no_fault():
    """AWS cut its list price from 12.29 to 6.88 and left it there."""
    quotes = daily({f"2025-06-{day:02}": 12.29 if day < 5 else 6.88 for day in range(1, 12)})
    assert (quotes["flag"] == "").all()


@pytest.mark.parametrize("place", range(12))
@pytest.mark.parametrize("factor", [7.0, 1 / 7.0, 8.0, 1 / 8.0, 2.9])
def test_a_slip_of_currency_or_server_is_flagged_wherever_it_stands(place, factor):
    rents = [2.5 * 0.99**day for day in range(12)]
    rents[place] *= factor
    quotes = daily({f"2025-05-{day:02}": rent for day, rent in enumerate(rents, start=1)})
    assert quotes.index[quotes["flag"] != ""].tolist() == [place]


def test_own_prices_of_servers_stand_beside_the_public_ones(monkeypatch):
    """30,000 EUR a GPU at 1.1 USD and the rate of the quarter, for eight of them."""
    own = {
        "server-prices": pd.DataFrame(
            {
                "quantity": ["server price"],
                "item": "x",
                "gpu": "H900",
                "kind": "reported",
                "fact_date": pd.to_datetime(["2026-08-01"]),
                "date_precision": "day",
                "value_low": 30_000.0,
                "value_high": 30_000.0,
                "unit": "EUR per GPU",
            }
        ),
        "fx": pd.DataFrame(
            {
                "currency": ["EUR"],
                "period_start_date": pd.to_datetime(["2026-01-01"]),
                "period_end_date": pd.to_datetime(["2026-09-30"]),
                "usd_per_unit": [1.1],
            }
        ),
    }
    monkeypatch.setattr(gathered, "load_own", lambda kind: own[kind])
    months = pd.period_range("2026-08", "2026-08", freq="M")
    facts = gathered.gathered_server_facts(with_own=True)
    price = server_price_by_month(facts, load("fx"), "H900", months)
    assert price.iloc[0] == pytest.approx(8 * 30_000 * 1.1 * 6.740603)
    assert len(gathered.gathered_server_facts()) == len(facts) - 1
