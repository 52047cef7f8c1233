"""Traps of live figures: what a source's labels say and its figures are not."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest

from analysis.data.landing import land, propose
from analysis.data.new_rows import Row
from analysis.refresh.connectors.eastmoney import EASTMONEY
from analysis.refresh.connectors.sec import SEC
from analysis.refresh.quarters import Filed, discrete_quarters
from analysis.rents.index.estimators import time_product_dummy

TODAY = date(2026, 12, 20)
AMAZON = 1018724
ADDRESS = f"https://data.sec.gov/api/xbrl/companyfacts/CIK{AMAZON:010d}.json"
CASH = "NetCashProvidedByUsedInOperatingActivities"
PURCHASES = "PaymentsToAcquirePropertyPlantAndEquipment"


@pytest.fixture
def amazon(shapes):
    def parse(**concepts):
        return SEC.parse([(ADDRESS, shapes.company_facts(AMAZON, concepts))], TODAY)

    return parse


def test_nine_months_returned_as_a_quarter(amazon, shapes):
    """180 of nine months less 110 of six: 70, whatever the label Q3 stands on."""
    parsed = amazon(
        **{
            CASH: [
                shapes.fact("2026-01-01", "2026-06-30", 110.0, filed="2026-07-30", fp="Q2"),
                shapes.fact("2026-01-01", "2026-09-30", 180.0, fp="Q3"),
            ]
        }
    )
    (row,) = parsed.rows
    assert (row.cells["value_m"], row.cells["period_start_date"]) == ("70", "2026-07-01")
    assert row.cells["note"] == "difference of two years to date"


def test_nine_months_under_the_days_of_a_quarter_are_held(bench, amazon, shapes):
    """No day tells it: the figure is three times its neighbors', further than a factor of 2.5."""
    value = shapes.newest_value("Amazon", "revenue")
    parsed = amazon(
        RevenueFromContractWithCustomerExcludingAssessedTax=[
            shapes.fact("2026-07-01", "2026-09-30", 3 * value)
        ]
    )
    landing = propose(parsed.table, parsed.rows, parsed.sources, day=TODAY, folder=bench.raw)
    assert landing.added == []
    (held,) = landing.held
    assert "within a factor 2.5" in held.reason or " to " in held.reason
    assert not held.can_be_confirmed


def test_a_fiscal_year_as_its_fourth_quarter(amazon, shapes):
    """400 of the year under the label Q4, less 280 of nine months: 120."""
    parsed = amazon(
        **{
            CASH: [
                shapes.fact("2025-01-01", "2025-09-30", 280.0, filed="2025-10-30"),
                shapes.fact("2025-01-01", "2025-12-31", 400.0, "10-K", "2026-02-05", "Q4"),
            ]
        }
    )
    (row,) = parsed.rows
    assert (row.cells["value_m"], row.cells["fiscal_quarter"]) == ("120", "4")
    alone = amazon(
        **{CASH: [shapes.fact("2025-01-01", "2025-12-31", 400.0, "10-K", "2026-02-05", "Q4")]}
    )
    assert alone.rows == ()  # a year without its nine months is no quarter


def test_twelve_months_to_date_in_a_quarters_row(amazon, shapes):
    parsed = amazon(**{CASH: [shapes.fact("2025-10-01", "2026-09-30", 161403.0, fp="Q3")]})
    assert parsed.rows == ()
    (left_out,) = parsed.left_out
    assert "neither a fiscal quarter nor a year to date" in left_out


def test_a_quarter_that_contradicts_its_years_to_date_is_left_out():
    """Filed as 80, but 180 less 110 is 70."""
    figures = [
        Filed(date(2026, 1, 1), date(2026, 6, 30), 110.0, date(2026, 7, 30), "10-Q"),
        Filed(date(2026, 1, 1), date(2026, 9, 30), 180.0, date(2026, 10, 30), "10-Q"),
        Filed(date(2026, 7, 1), date(2026, 9, 30), 80.0, date(2026, 10, 30), "10-Q"),
    ]
    quarters, left_out = discrete_quarters(figures, 12)
    assert quarters == []
    assert "80 as filed, 70 as the difference" in left_out[0]


def test_finance_leases_stay_apart_from_purchases(amazon, shapes):
    parsed = amazon(
        **{
            PURCHASES: [shapes.fact("2026-07-01", "2026-09-30", 50.0)],
            "FinanceLeasePrincipalPayments": [shapes.fact("2026-07-01", "2026-09-30", 7.0)],
            "PropertyPlantAndEquipmentAdditionsIncludingFinanceLeases": [
                shapes.fact("2026-07-01", "2026-09-30", 62.0)
            ],
        }
    )
    found = {
        (row.cells["metric"], row.cells["definition"]): row.cells["value_m"] for row in parsed.rows
    }
    assert found == {("capex", "purchases"): "50", ("finance_lease_principal", "paid"): "7"}


@pytest.mark.parametrize(
    ("month", "first", "numbers"),
    [
        (5, date(2025, 6, 1), [1, 2, 3, 4]),  # Oracle
        (6, date(2025, 7, 1), [1, 2, 3, 4]),  # Microsoft
        (3, date(2025, 4, 1), [1, 2, 3, 4]),  # Alibaba
        (12, date(2025, 1, 1), [1, 2, 3, 4]),
    ],
)
def test_fiscal_years_of_any_end(month, first, numbers):
    """Years to date of 10, 30, 60 and 100: quarters of 10, 20, 30 and 40 in calendar order."""
    figures = [
        Filed(
            first,
            (pd.Timestamp(first) + pd.DateOffset(months=3 * k, days=-1)).date(),
            float(value),
            date(2026, 12, 1),
            "x",
        )
        for k, value in enumerate([10, 30, 60, 100], start=1)
    ]
    quarters, left_out = discrete_quarters(figures, month)
    assert left_out == []
    assert [quarter.value_m for quarter in quarters] == [10.0, 20.0, 30.0, 40.0]
    assert [quarter.fiscal_quarter for quarter in quarters] == numbers
    assert quarters[0].start == first
    assert quarters[-1].end == figures[-1].end


def test_half_a_calendar_year_is_no_year_to_date_of_june():
    """January to June of a company whose year begins in July is no quarter and no year to date."""
    half = Filed(date(2026, 1, 1), date(2026, 6, 30), 10.0, date(2026, 7, 30), "x")
    assert discrete_quarters([half], 6)[0] == []


def test_a_currency_that_changed_within_a_series(bench, shapes):
    body = shapes.eastmoney
    page = (
        "/securities/api/data/v1/get?reportName=RPT_HKF10_FN_INCOME_PC&pageNumber=1"
        "&filter=(SECUCODE=%2200700.HK%22)"
    )
    content = body(page, "")[1].replace("人民币".encode(), "港元".encode())
    parsed = EASTMONEY.parse([(f"https://x{page}", content)], TODAY)
    assert parsed.rows == ()
    assert "in 港元, not in yuan" in parsed.left_out[0]


@pytest.mark.parametrize("times", [1e3, 1e-3, 7.1, 1 / 7.1])
def test_a_unit_that_changed_within_a_series_is_held(bench, amazon, shapes, times):
    """Thousands for dollars, or yuan for them."""
    value = shapes.newest_value("Amazon", "revenue")
    parsed = amazon(
        RevenueFromContractWithCustomerExcludingAssessedTax=[
            shapes.fact("2026-07-01", "2026-09-30", times * value)
        ]
    )
    landing = propose(parsed.table, parsed.rows, parsed.sources, day=TODAY, folder=bench.raw)
    assert (landing.added, len(landing.held)) == ([], 1)


def test_a_provider_that_joins_moves_the_mean_but_not_the_index():
    """Two providers stay at 2 and 3 dollars; a third joins at 10 in the last month."""
    log_rents = np.log([[2.0, 2.0, 2.0], [3.0, 3.0, 3.0], [np.nan, np.nan, 10.0]])
    assert np.nanmean(np.exp(log_rents), axis=0) == pytest.approx([2.5, 2.5, 5.0])
    assert np.diff(time_product_dummy(log_rents)) == pytest.approx([0.0, 0.0], abs=1e-12)


def quote(price: str, day: str = "2026-11-28", source: str = "gpu-rental-prices") -> Row:
    """Lambda's H100, which stood at 3.99 in October 2026."""
    return Row(
        {
            "quote_date": day,
            "date_precision": "day",
            "gpu": "H100",
            "memory_gb": "80",
            "form_factor": "SXM",
            "provider": "Lambda",
            "segment": "neocloud",
            "contract": "on-demand",
            "price_low": price,
            "price_high": price,
            "unit": "USD per GPU-hour",
            "source_id": source,
            "place": "here",
            "kind": "reported",
        }
    )


def test_what_moved_too_far_waits_for_a_person(bench):
    first = propose(
        "rent_quotes_usd", [quote("4.00", "2026-11-20")], [], day=TODAY, folder=bench.raw
    )
    land([first], day=TODAY, folder=bench.raw)
    landing = propose("rent_quotes_usd", [quote("6.6")], [], day=TODAY, folder=bench.raw)
    (held,) = landing.held  # 6.6 is 1.65 times 4.00, more than 1.6, and within its band
    assert held.can_be_confirmed
    assert "+65.0%" in held.reason
    confirmed = propose(
        "rent_quotes_usd", [quote("6.6")], [], day=TODAY, folder=bench.raw, confirmed=[held.name]
    )
    assert len(confirmed.added) == 1
    other = propose(
        "rent_quotes_usd", [quote("6.7")], [], day=TODAY, folder=bench.raw, confirmed=[held.name]
    )
    assert len(other.held) == 1  # a confirmation is of one value


@pytest.mark.parametrize("price", ["27.9", "0.4", "-3"])
def test_what_no_band_allows_cannot_be_confirmed(bench, price):
    """Yuan for dollars, a tenth, and less than nothing."""
    rows = [quote(price, source="ewyluda-index")]
    landing = propose("rent_quotes_usd", rows, [], day=TODAY, folder=bench.raw)
    (held,) = landing.held
    again = propose("rent_quotes_usd", rows, [], day=TODAY, folder=bench.raw, confirmed=[held.name])
    assert again.added == []


def test_two_rows_of_one_key(bench):
    same = propose("rent_quotes_usd", [quote("4"), quote("4.00")], [], day=TODAY, folder=bench.raw)
    assert (len(same.added), len(same.held)) == (1, 0)
    other = propose("rent_quotes_usd", [quote("4"), quote("4.1")], [], day=TODAY, folder=bench.raw)
    assert (len(other.added), len(other.held)) == (1, 1)


def test_an_offer_that_its_source_no_longer_shows_has_vanished(bench):
    first = propose("rent_quotes_usd", [quote("4", "2026-11-20")], [], day=TODAY, folder=bench.raw)
    land([first], day=TODAY, folder=bench.raw)
    another = quote("4")
    another = Row({**another.cells, "provider": "Nebius"})
    landing = propose("rent_quotes_usd", [another], [], day=TODAY, folder=bench.raw)
    (gone,) = landing.vanished
    assert gone.startswith("H100, 80, SXM, Lambda, on-demand, USD per GPU-hour")
    assert gone.endswith("last seen 2026-11-20")


def test_a_damaged_table_is_not_added_to(bench):
    from analysis.errors import DataError

    path = bench.raw / "rent_quotes_usd.csv"
    path.write_bytes(path.read_bytes().replace(b"3.99", b"3.98"))
    with pytest.raises(DataError, match="as sealed"):
        propose("rent_quotes_usd", [quote("4")], [], day=TODAY, folder=bench.raw)
