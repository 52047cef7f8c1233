"""Every depreciation schedule, worked by hand on a cost of 1,000."""

from __future__ import annotations

from typing import Any

import pytest

from analysis.rental import RentalResult

from .conftest import SmallServer


def charges(result: RentalResult, prefix: str = "") -> list[float]:
    return [float(value) for value in result.line(f"{prefix}depreciation_cny")[0]]


def close(*values: float) -> Any:
    return pytest.approx(list(values), rel=1e-12, abs=1e-9)


def test_straight_line(small_server: SmallServer) -> None:
    result = small_server(residual_value_share=0.1)
    assert charges(result) == close(180, 180, 180, 180, 180)
    assert result.values["carrying_amount_cny"][0].tolist() == close(1000, 820, 640, 460, 280, 0)


def test_accounting_life_shorter_than_the_useful_one(small_server: SmallServer) -> None:
    result = small_server(residual_value_share=0.1, depreciation_life_years=4.0)
    assert charges(result) == close(225, 225, 225, 225, 0)


def test_accounting_life_longer_than_the_useful_one(small_server: SmallServer) -> None:
    # 150 a year; 250 is on the books when it is sold for the residual value of 100
    result = small_server(residual_value_share=0.1, depreciation_life_years=6.0)
    assert charges(result) == close(150, 150, 150, 150, 150)
    assert result.line("disposal_gain_cny")[0].tolist() == close(0, 0, 0, 0, -150)
    assert result.line("net_profit_cny")[0].tolist() == close(150, 150, 150, 150, 0)


@pytest.mark.parametrize(
    ("residual", "factor", "expected"),
    [
        # VDB(1000, 0, 5, ., ., 2): 40 % of 1000, 600, 360; then 216 / 2 = 108 exceeds 86.4
        (0.0, 2.0, [400, 240, 144, 108, 108]),
        # VDB(1000, 100, 5, ., ., 2): 40 % of 216 = 86.4 exceeds (216 - 100) / 2; 129.6 - 100 left
        (0.1, 2.0, [400, 240, 144, 86.4, 29.6]),
        # VDB(1000, 0, 5, ., ., 1.5): 30 % of 1000 and 700; 490 / 3 exceeds 147
        (0.0, 1.5, [300, 210, 490 / 3, 490 / 3, 490 / 3]),
        # VDB(1000, 300, 5, ., ., 3): 60 % of 1000; 60 % of 400 would go below 300
        (0.3, 3.0, [600, 100, 0, 0, 0]),
        # a factor of 1 on no residual value is straight-line from the start
        (0.0, 1.0, [200, 200, 200, 200, 200]),
    ],
)
def test_declining_balance_with_switch(
    small_server: SmallServer, residual: float, factor: float, expected: list[float]
) -> None:
    result = small_server(
        depreciation_method="declining_balance",
        declining_balance_factor=factor,
        residual_value_share=residual,
    )
    assert charges(result) == close(*expected)


def test_declining_balance_chinese_form(small_server: SmallServer) -> None:
    # 40 % of the carrying amount three times; (216 - 50) / 2 in each of the last two years
    result = small_server(
        depreciation_method="declining_balance",
        declining_balance_ending="last_two_years",
        residual_value_share=0.05,
    )
    assert charges(result) == close(400, 240, 144, 83, 83)


def test_declining_balance_without_switch(small_server: SmallServer) -> None:
    terms = {"depreciation_method": "declining_balance", "declining_balance_ending": "none"}
    result = small_server(**terms)
    assert charges(result) == close(400, 240, 144, 86.4, 51.84)  # 77.76 stays on the books
    assert result.line("disposal_gain_cny")[0, -1] == pytest.approx(-77.76, rel=1e-12)
    floored = small_server(**terms, residual_value_share=0.1)
    assert charges(floored) == close(400, 240, 144, 86.4, 29.6)


def test_sum_of_years_digits(small_server: SmallServer) -> None:
    # 5/15, 4/15, ... of 900; printed as 33, 27, 20, 13, 7 %
    result = small_server(depreciation_method="sum_of_years_digits", residual_value_share=0.1)
    assert charges(result) == close(300, 240, 180, 120, 60)
    assert [round(100 * charge / 900) for charge in charges(result)] == [33, 27, 20, 13, 7]


def test_sum_of_years_digits_over_four_of_five_years(small_server: SmallServer) -> None:
    # 40, 30, 20, 10 and 0 % of 950: the schedule of the printed "double-declining" column
    result = small_server(
        depreciation_method="sum_of_years_digits",
        depreciation_life_years=4.0,
        residual_value_share=0.05,
    )
    assert charges(result) == close(380, 285, 190, 95, 0)


def test_macrs_charges_the_full_cost_over_six_years(small_server: SmallServer) -> None:
    result = small_server(
        depreciation_method="macrs_5", residual_value_share=0.1, useful_life_years=7.0
    )
    assert charges(result) == close(200, 320, 192, 115.2, 115.2, 57.6, 0)
    # sold for 100 with nothing left on the books
    assert result.line("disposal_gain_cny")[0, -1] == pytest.approx(100, rel=1e-12)


def test_given_shares(small_server: SmallServer) -> None:
    result = small_server(
        depreciation_method="given",
        depreciation_shares_by_year=(0.5, 0.3, 0.2),
        residual_value_share=0.1,
    )
    assert charges(result) == close(450, 270, 180, 0, 0)


def test_months_share_a_year_evenly(small_server: SmallServer) -> None:
    result = small_server(
        periods_per_year=12, useful_life_years=2.0, depreciation_method="sum_of_years_digits"
    )
    assert charges(result) == close(*[1000 * 2 / 3 / 12] * 12, *[1000 / 3 / 12] * 12)


def test_months_of_declining_balance_share_the_charge_of_the_year(
    small_server: SmallServer,
) -> None:
    # the rate applies to the carrying amount at the start of the year, not of the month
    result = small_server(
        periods_per_year=12,
        useful_life_years=3.0,
        depreciation_method="declining_balance",
        declining_balance_factor=1.5,
    )
    assert charges(result) == close(*[500 / 12] * 12, *[250 / 12] * 24)


def test_books_and_tax_return_apart(small_server: SmallServer) -> None:
    result = small_server(
        residual_value_share=0.1, tax_depreciation_method="macrs_5", tax_rate=0.25
    )
    assert charges(result) == close(180, 180, 180, 180, 180)
    assert charges(result, "tax_") == close(200, 320, 192, 115.2, 115.2)
    # 300 less tax depreciation; at the end sold for 100 with 57.6 left in the return
    taxable = [100, -20, 108, 184.8, 184.8 + 42.4]
    assert result.line("taxable_income_cny")[0].tolist() == close(*taxable)
    # books: 300 - 180 before tax, less a quarter of taxable income
    assert result.line("net_profit_cny")[0].tolist() == close(*(120 - x / 4 for x in taxable))


def test_tax_return_with_its_own_life_and_residual_value(small_server: SmallServer) -> None:
    result = small_server(
        residual_value_share=0.1, tax_depreciation_life_years=3.0, tax_residual_value_share=0.04
    )
    assert charges(result, "tax_") == close(320, 320, 320, 0, 0)


def test_resale_above_the_books_is_a_taxed_gain(small_server: SmallServer) -> None:
    # 100 on the books, sold for 250: 150 of profit, 30 of tax at 20 %
    result = small_server(residual_value_share=0.1, resale_value_share=0.25, tax_rate=0.2)
    assert result.line("disposal_gain_cny")[0, -1] == pytest.approx(150, rel=1e-12)
    assert result.line("income_tax_cny")[0].tolist() == close(24, 24, 24, 24, 54)
    assert result.line("equity_cash_flow_cny")[0, -1] == pytest.approx(300 - 54 + 250, rel=1e-12)
