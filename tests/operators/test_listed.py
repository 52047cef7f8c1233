"""Operators side by side, by hand from the rows of their tables."""

import numpy as np
import pandas as pd
import pytest

from analysis import data
from analysis.operators import listed
from analysis.printed.book import Book


def test_operators_abroad_by_hand() -> None:
    table = listed.abroad(data.load("operator_figures"))
    core, nebius, oracle = table.loc["CoreWeave"], table.loc["Nebius"], table.iloc[-1]
    # 640 / 2,575 = 24.9 %; -626 / 2,575 = -24.3 %; 103.7 / (4 x 2.575) = 10.07 years
    assert core["period"] == "2026Q2"
    assert core[["interest_to_revenue", "net_margin", "backlog_years"]].tolist() == pytest.approx(
        [0.2485, -0.2431, 10.068], abs=1e-3
    )
    # a half and a quarter end on one day: the half says more. -303.9 / 981.3 and 182.8 / 981.3
    assert nebius["period"] == "2026H1"
    assert nebius["operating_margin"] == pytest.approx(-0.3097, abs=1e-4)
    assert nebius["interest_to_revenue"] == pytest.approx(0.1863, abs=1e-4)
    # net income is printed of the quarter alone, and is not put over revenue of the half
    assert np.isnan(nebius["net_margin"])
    # 300 / 664 of the whole company's orders, which are no multiple of the cloud's revenue
    assert oracle["largest_share"] == pytest.approx(300 / 664)
    assert np.isnan(oracle["backlog_years"])
    # 128.8 / 707
    assert table.loc["IREN", "computing_share"] == pytest.approx(0.1822, abs=1e-4)


def test_a_ratio_is_of_one_period() -> None:
    rows = [
        ("A", "revenue", "quarter", "2026-06-30", 100.0),
        ("A", "interest_expense", "quarter", "2026-03-31", 50.0),
        ("A", "revenue", "quarter", "2026-03-31", 80.0),
        ("A", "backlog", "day", "2026-06-30", 1200.0),
    ]
    frame = pd.DataFrame(
        rows, columns=["operator", "quantity", "span", "period_end_date", "value"]
    ).assign(period_end_date=lambda rows: pd.to_datetime(rows["period_end_date"]))
    row = listed.abroad(frame).loc["A"]
    assert np.isnan(row["interest_to_revenue"])
    assert row["backlog_years"] == pytest.approx(1200 / 400)


def test_names_of_periods() -> None:
    assert listed.period_name(pd.Timestamp("2026-09-30"), 3) == "2026Q3"
    assert listed.period_name(pd.Timestamp("2026-12-31"), 6) == "2026H2"
    assert listed.period_name(pd.Timestamp("2026-05-31"), 6) == "6 months to 2026-05"


def test_computing_in_china_by_hand() -> None:
    table = listed.in_china(Book())
    # 107,688,000 / 485,554,000; cost of 969 m on 1,221 m is a margin of 20.6 %
    assert table.loc["Litong (利通电子)", "net_margin"] == pytest.approx(0.2218, abs=1e-4)
    assert table.loc["Sharetronic (协创数据)", "gross_margin"] == pytest.approx(
        1 - 969 / 1221, abs=5e-4
    )
    assert table["gross_margin"].min() == pytest.approx(0.0109)


def test_debt_costs_more_where_the_credit_is_worse() -> None:
    loans = data.load("operator_loans")
    same = listed.debt_by_credit(loans, borrower="CoreWeave")
    # loans 4 of 225; 3, 5 and 5.5 of 400, 450 and 550
    assert same.loc["investment grade", "spread_high_bp"] == 225
    assert same.loc["below investment grade", ["spread_low_bp", "spread_high_bp"]].tolist() == [
        400,
        550,
    ]
    # the disputed notes of Beignet (6.581 %) are in none
    kept = loans[(loans["kind"] != "disputed") & (loans["credit_class"] != "not stated")]
    assert listed.debt_by_credit(loans)["n_loans"].sum() == len(kept) == len(loans) - 2
