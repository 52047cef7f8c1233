"""What losses are worth, worked by hand: taxable income of -100, -50, 30, 60, 200 at 25 %."""

from __future__ import annotations

from typing import Any

import pytest

from analysis.rental import RentalResult

from .conftest import SmallServer

# 1,000 over five years is 200 a year; rents of 100, 150, 230, 260, 400
LOSSES_FIRST: dict[str, Any] = {
    "tax_rate": 0.25,
    "rent_cny_per_server_month": 100 / 12,
    "rent_path": "series",
    "rent_index_by_period": (1.0, 1.5, 2.3, 2.6, 4.0),
}


def taxes(result: RentalResult) -> list[float]:
    return [float(tax) for tax in result.line("income_tax_cny")[0]]


@pytest.mark.parametrize(
    ("treatment", "expected"),
    [
        ({"loss_treatment": "refunded"}, [-25, -12.5, 7.5, 15, 50]),
        ({"loss_treatment": "lost"}, [0, 0, 7.5, 15, 50]),
        # 150 of losses meet 30 and 60, then 60 of the 200: 140 is taxed
        ({"loss_treatment": "carried_forward"}, [0, 0, 0, 0, 35]),
        # the same within five years
        ({"loss_treatment": "carried_forward", "loss_carry_forward_years": 5}, [0, 0, 0, 0, 35]),
        # three years: of the 100, 30 are used in year 3 and 60 in year 4, 10 expire; 50 in year 5
        (
            {"loss_treatment": "carried_forward", "loss_carry_forward_years": 3},
            [0, 0, 0, 0, 37.5],
        ),
        # two years: of the 100, 30 are used in year 3, 70 expire; the 50 leave 10 of the 60
        (
            {"loss_treatment": "carried_forward", "loss_carry_forward_years": 2},
            [0, 0, 0, 2.5, 50],
        ),
        # one year: the 100 expire in the second loss year; of the 50, 30 are used in year 3
        (
            {"loss_treatment": "carried_forward", "loss_carry_forward_years": 1},
            [0, 0, 0, 15, 50],
        ),
    ],
)
def test_losses_by_year(
    small_server: SmallServer, treatment: dict[str, Any], expected: list[float]
) -> None:
    result = small_server(**LOSSES_FIRST, **treatment)
    assert taxes(result) == pytest.approx(expected, rel=1e-12, abs=1e-9)


# 2,400 over two years is 100 a month; rents of 0 in the first half, 300 in the second
HALVES: dict[str, Any] = {
    "server_price_cny": 2400.0,
    "periods_per_year": 12,
    "useful_life_years": 2.0,
    "tax_rate": 0.25,
    "rent_cny_per_server_month": 300.0,
    "rent_path": "series",
}


@pytest.mark.parametrize("treatment", ["lost", "carried_forward"])
def test_months_of_one_year_offset(small_server: SmallServer, treatment: str) -> None:
    # to date -600 after June, then +200 a month: nothing to tax until 200 to date in October
    first = small_server(
        **HALVES,
        rent_index_by_period=(0.0,) * 6 + (1.0,) * 6 + (0.0,) * 12,
        loss_treatment=treatment,
    )
    assert taxes(first)[:12] == pytest.approx([0] * 9 + [50] * 3, abs=1e-9)
    # profit first: 50 a month is accrued on 200, then 25 a month comes back on -100
    last = small_server(
        **HALVES,
        rent_index_by_period=(1.0,) * 6 + (0.0,) * 6 + (0.0,) * 12,
        loss_treatment=treatment,
    )
    assert taxes(last)[:12] == pytest.approx([50] * 6 + [-25] * 6, abs=1e-9)


def test_a_monthly_loss_is_carried_into_the_next_year(small_server: SmallServer) -> None:
    # year 1 loses 1,200; year 2 earns 200 a month: 1,200 to date is reached in June
    result = small_server(
        **HALVES,
        rent_index_by_period=(0.0,) * 12 + (1.0,) * 12,
        loss_treatment="carried_forward",
    )
    assert taxes(result) == pytest.approx([0] * 18 + [50] * 6, abs=1e-9)


def test_tax_without_debt_leaves_interest_out(small_server: SmallServer) -> None:
    # 300 - 200 = 100 taxable without debt; interest of 60, 48, ... with it
    result = small_server(debt_share=0.6, debt_rate_per_year=0.10, tax_rate=0.25)
    assert result.line("unlevered_income_tax_cny")[0].tolist() == pytest.approx([25] * 5)
    assert taxes(result) == pytest.approx([10, 13, 16, 19, 22])
    assert result.line("project_cash_flow_cny")[0].tolist() == pytest.approx([275] * 5)
