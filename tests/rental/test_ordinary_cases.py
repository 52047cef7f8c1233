"""Ordinary terms of contracts and loans, each worked by hand."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest

from analysis.errors import AssumptionError
from analysis.rental import Assumptions, RentalResult, evaluate, own_or_rent, solve, xirr
from analysis.rental.engines.runs import measure_lanes
from analysis.rental.faces.workbook.writer import write_workbook

from ..rental_scale.recalculation import Workbook
from .conftest import PLAIN, SmallServer
from .terms import MARKETPLACE

# 600 borrowed for three years at 10 %
LOAN: dict[str, Any] = {
    "debt_share": 0.6,
    "debt_rate_per_year": 0.10,
    "useful_life_years": 3.0,
}


class Bullet(NamedTuple):
    """An ordinary case in a line: what is assumed of the small server, and what it comes to."""

    assumed: dict[str, Any]
    measure: str
    by_hand: float
    within: float = 1e-9


def worth(*flows: float) -> float:
    """Return the value at 10 % a year of yearly flows, the first on the day of purchase."""
    return sum(flow / 1.1**t for t, flow in enumerate(flows))


# 8 x 10 x 730 x 0.9 = 52,560 a month at first, times 0.8^(1/12) each month
BILLED = 52_560 * (1 - 0.8**3) / (1 - 0.8 ** (1 / 12))
ADVANCE: dict[str, Any] = {
    "server_price_cny": 100_000.0,
    "useful_life_years": 10.0,
    "rent_cny_per_server_month": 35_000 / 12,
    "utilization": 0.8,
    "rent_decline_per_year": 0.2,
}
PARTS: dict[str, Any] = {"operating_cost_basis": "parts", "electricity_cny_per_kwh": 0.0}
GRACE: dict[str, Any] = LOAN | {"principal_grace_months": 12.0}
GIVEN: dict[str, Any] = {"debt_form": "given", "repayment_shares_by_period": (0.5, 0.2, 0.3)}
TAXED: dict[str, Any] = LOAN | {"tax_rate": 0.25}
# what 240 a year for three years at 10 % are worth: 596.84
SIZED = worth(0, 240, 240, 240)
BULLETS: dict[str, Bullet] = {
    "a marketplace's fee and a fixed amount: rate": Bullet(
        MARKETPLACE, "project_irr", 0.4221, within=5e-5
    ),
    # a fifth of the rent, 3,000 a month and 560,000 of depreciation
    "a marketplace's fee and a fixed amount: margin": Bullet(
        MARKETPLACE, "net_margin", (0.8 * BILLED - 108_000 - 560_000) / BILLED
    ),
    "rent in advance": Bullet(
        ADVANCE | {"rent_payment_timing": "advance"}, "project_irr", 0.09224, within=5e-6
    ),
    "the same rent in arrears": Bullet(ADVANCE, "project_irr", 0.06380, within=5e-6),
    # service 60, 300 + 60, 300 + 30
    "grace on principal, interest paid": Bullet(GRACE, "dscr_minimum", 300 / 360),
    # 660 owed: nothing, 330 + 66, 330 + 33
    "grace on principal, interest added": Bullet(
        GRACE | {"grace_interest": "capitalized"}, "dscr_minimum", 300 / 396
    ),
    # 300 + 60, 120 + 30, 180 + 18
    "a repayment schedule that is given": Bullet(
        LOAN | GIVEN, "dscr_average", (300 / 360 + 300 / 150 + 300 / 198) / 3
    ),
    # 12 on the day of purchase; service 260, 240, 220
    "an arrangement fee": Bullet(
        LOAN | {"arrangement_fee_share": 0.02}, "equity_npv_cny", worth(-412, 40, 60, 80)
    ),
    # half a year of service ahead: 130, 120, 110
    "a reserve of months of debt service": Bullet(
        LOAN | {"debt_service_reserve_months": 6.0},
        "equity_npv_cny",
        worth(-400 - 130, 40 + 10, 60 + 10, 80 + 110),
    ),
    # two years of 360, 150, 198 ahead: 510, 348, 198
    "a reserve with a schedule that is given": Bullet(
        LOAN | GIVEN | {"debt_service_reserve_months": 24.0},
        "equity_npv_cny",
        worth(-400 - 510, -60 + 162, 150 + 150, 102 + 198),
    ),
    # 240 a year, half of it ahead
    "a reserve with sculpted debt": Bullet(
        LOAN | {"debt_form": "sculpted", "sculpted_dscr": 1.25, "debt_service_reserve_months": 6.0},
        "equity_npv_cny",
        worth(-1000 + SIZED - 120, 60, 60, 60 + 120),
    ),
    # 10 kW x 1.2 x (0.6 x 0.8 + 0.4 x 0.3) x 8,760 h x 0.5 = 31,536 a year for 0.6 x 70,080 hours
    "power that follows utilization": Bullet(
        {
            "operating_cost_basis": "parts",
            "power_kw_per_server": 10.0,
            "pue": 1.2,
            "load_factor": 0.8,
            "idle_power_share": 0.3,
            "utilization": 0.6,
            "electricity_cny_per_kwh": 0.5,
        },
        "levelized_cost_cny_per_gpu_hour",
        worth(1000, *[31_536] * 5) / worth(0, *[0.6 * 70_080] * 5),
    ),
    # staff of 120, 132, 145.2; insurance of 10, 15, 22.5; fixed cost of 12, 11.76, 11.5248
    "each part of cost rises at its own rate": Bullet(
        PARTS
        | {
            "useful_life_years": 3.0,
            "staff_cny_per_server_month": 10.0,
            "insurance_share_of_price_per_year": 0.01,
            "fixed_cost_cny_per_server_month": 1.0,
            "cost_inflation_per_year": 0.1,
            "insurance_inflation_per_year": 0.5,
            "fixed_cost_inflation_per_year": -0.02,
        },
        "project_npv_cny",
        worth(-1000, 300 - 142, 300 - 158.76, 300 - 179.2248),
    ),
    # fifteen months without rent: nothing, nine months of 25, then a year
    "months from purchase to first rent": Bullet(
        {"months_to_first_rent": 15.0, "useful_life_years": 3.0},
        "project_npv_cny",
        worth(-1000, 0, 225, 300),
    ),
    # 300 less a quarter of 300 - 1,000 / 3 - 60
    "cover by cash flow after tax": Bullet(TAXED, "dscr_minimum", (300 + 70 / 3) / 260),
    "cover by cash flow before tax": Bullet(
        TAXED | {"cover_cash_flow": "before_tax"}, "dscr_minimum", 300 / 260
    ),
    # 300 / 1.25 = 240
    "debt sized by cash flow before tax": Bullet(
        TAXED
        | {
            "debt_share": None,
            "debt_form": "sculpted",
            "sculpted_dscr": 1.25,
            "cover_cash_flow": "before_tax",
        },
        "debt_drawn_cny",
        SIZED,
    ),
    # a quarter of 300 less depreciation of 125, 250, 250, 250, 125
    "half-year depreciation": Bullet(
        {
            "tax_rate": 0.25,
            "depreciation_method": "straight_line_half_year",
            "depreciation_life_years": 4.0,
        },
        "project_npv_cny",
        worth(-1000, 256.25, 287.5, 287.5, 287.5, 256.25),
    ),
    # eleven and a half months of 100, then half a month
    "mid-month depreciation": Bullet(
        {
            "server_price_cny": 1200.0,
            "tax_rate": 0.25,
            "useful_life_years": 2.0,
            "depreciation_method": "straight_line_mid_month",
            "depreciation_life_years": 1.0,
        },
        "project_npv_cny",
        worth(-1200, 225 + 287.5, 225 + 12.5),
    ),
    # 450 at once; half of three rents of 300 is settled by it
    "a prepayment credited against later rent": Bullet(
        {"customer_prepayment_cny": 450.0, "prepayment_credit_share": 0.5},
        "equity_npv_cny",
        worth(-550, 150, 150, 150, 300, 300),
    ),
    # 1,000 over the discounted hours of five years
    "cost of a GPU-hour owned": Bullet(
        {}, "levelized_cost_cny_per_gpu_hour", 1000 / worth(0, *[70_080] * 5)
    ),
    # a label: dollars are computed like yuan
    "another currency": Bullet({"currency": "USD"}, "project_npv_cny", worth(-1000, *[300] * 5)),
}


@pytest.mark.parametrize("name", BULLETS)
def test_a_value_worked_by_hand_in_both_engines_and_the_workbook(
    small_server: SmallServer, interpret: None, tmp_path: Path, name: str
) -> None:
    bullet = BULLETS[name]
    own = bullet.assumed is MARKETPLACE
    result = evaluate(Assumptions(**MARKETPLACE)) if own else small_server(**bullet.assumed)
    case, by_hand = result.assumptions, pytest.approx(bullet.by_hand, rel=bullet.within, abs=1e-12)
    if bullet.measure.endswith("irr"):
        by_hand = pytest.approx(bullet.by_hand, abs=bullet.within)
    assert result.metrics[bullet.measure][0] == by_hand
    assert (
        measure_lanes(case, None, [bullet.measure], engine="numba").values[bullet.measure][0]
        == by_hand
    )
    write_workbook(case, tmp_path / "model.xlsx", longest_life_years=case.useful_life_years)
    book = Workbook(tmp_path / "model.xlsx")
    assert book.named(bullet.measure) == by_hand
    assert book.named("all_checks") == "ok"


def solved(unknown: str, target: str, wanted: float) -> float:
    found = solve(Assumptions(**PLAIN), unknown, target=target, wanted=wanted, low=1, high=2000)
    (value,) = found.values
    return value


HOURS = worth(0, *[70_080] * 5)
# what is asked of a case, and what is no case
ASKED: dict[str, tuple[Callable[[], float], float]] = {
    "a month owned": (
        lambda: own_or_rent(Assumptions(**PLAIN), 0.01).loc["cost of a month", "owned"],
        1000 / HOURS * 8 * 730,
    ),
    "a month rented": (
        lambda: own_or_rent(Assumptions(**PLAIN), 0.01).loc["cost of a month", "rented"],
        0.01 * 8 * 730,
    ),
    "utilization from which owning is cheaper": (
        lambda: own_or_rent(Assumptions(**PLAIN), 0.01).iloc[2]["owned"],
        1000 / HOURS / 0.01,
    ),
    # profit of 12 x rent - 200 is 40 % of it
    "the rent of a margin": (
        lambda: solved("rent_cny_per_server_month", "net_margin", 0.4),
        200 / 0.6 / 12,
    ),
    "the price of a levelized cost": (
        lambda: solved("server_price_cny", "levelized_cost_cny_per_gpu_hour", 0.005),
        0.005 * HOURS,
    ),
    # -100, and 121 after two years of 365 days
    "dated flows": (
        lambda: float(xirr([date(2023, 1, 1), date(2024, 12, 31)], [-100.0, 121.0]).rate[0]),
        0.1,
    ),
}


@pytest.mark.parametrize("name", ASKED)
def test_an_answer_worked_by_hand(name: str) -> None:
    ask, by_hand = ASKED[name]
    assert ask() == pytest.approx(by_hand, rel=1e-9)


def row(result: RentalResult, name: str) -> list[float]:
    return [float(value) for value in result.line(name)[0]]


def close(*values: float) -> Any:
    return pytest.approx(list(values), rel=1e-12, abs=1e-9)


# Cost of operation


def test_a_marketplace_takes_a_fee_and_a_fixed_amount_is_paid() -> None:
    # 8 x 10 x 730 x 0.9 = 52,560 in the first month; over 36 months falling by 0.8^(1/12) each
    # 52,560 x (1 - 0.8^3) / (1 - 0.8^(1/12)) = 1,392,206; less a fifth, less 36 x 3,000
    billed = 52_560 * (1 - 0.8**3) / (1 - 0.8 ** (1 / 12))
    result = evaluate(Assumptions(**MARKETPLACE))
    assert sum(row(result, "ebitda_cny")) == pytest.approx(0.8 * billed - 108_000, rel=1e-12)
    assert round(sum(row(result, "ebitda_cny"))) == 1_005_765
    assert np.ceil(12 * result.metrics.payback_cash_years[0]) == 22
    assert round(100 * result.metrics.project_irr[0], 2) == 42.21


def test_a_share_and_parts_at_once_are_the_sum_of_both() -> None:
    parts: dict[str, Any] = {"staff_cny_per_server_month": 1000.0, "cost_inflation_per_year": 0.1}
    costs = {
        basis: np.array(
            row(evaluate(Assumptions(operating_cost_basis=basis, **parts)), "operating_cost_cny")
        )
        for basis in ("share_of_revenue", "parts", "share_and_parts")
    }
    np.testing.assert_allclose(
        costs["share_and_parts"], costs["share_of_revenue"] + costs["parts"], rtol=1e-12
    )


def test_each_part_of_cost_may_rise_at_its_own_rate(small_server: SmallServer) -> None:
    result = small_server(
        operating_cost_basis="parts",
        electricity_cny_per_kwh=0.0,
        staff_cny_per_server_month=10.0,  # 120 a year, 10 % more every year
        insurance_share_of_price_per_year=0.01,  # 10 a year, 50 % more
        fixed_cost_cny_per_server_month=1.0,  # 12 a year, 2 % less
        useful_life_years=3.0,
        cost_inflation_per_year=0.1,
        insurance_inflation_per_year=0.5,
        fixed_cost_inflation_per_year=-0.02,
    )
    cost = (120 + 10 + 12, 132 + 15 + 11.76, 145.2 + 22.5 + 11.5248)
    assert row(result, "operating_cost_cny") == close(*cost)


def test_power_follows_utilization(small_server: SmallServer) -> None:
    # 10 kW x PUE 1.2 x (0.6 x 0.8 + 0.4 x 0.3 = 0.6) x 8,760 h x 0.5 a kWh = 31,536
    result = small_server(
        operating_cost_basis="parts",
        power_kw_per_server=10.0,
        pue=1.2,
        load_factor=0.8,
        idle_power_share=0.3,
        utilization=0.6,
        electricity_cny_per_kwh=0.5,
    )
    assert row(result, "operating_cost_cny") == close(*[31_536.0] * 5)


def test_nothing_is_billed_before_the_first_rent(small_server: SmallServer) -> None:
    # fifteen months: no rent in year 1, nine months of 25 in year 2
    late = {"months_to_first_rent": 15.0, "useful_life_years": 3.0}
    yearly = small_server(**late, fixed_cost_cny_per_server_month=2.0)
    assert row(yearly, "revenue_cny") == close(0, 225, 300)
    assert row(yearly, "operating_cost_cny") == close(0, 18, 24)
    assert row(yearly, "gpu_hours_billed") == close(0, 0.75 * 70_080, 70_080)
    monthly = small_server(**late, periods_per_year=12)
    assert row(monthly, "revenue_cny") == close(*[0] * 15, *[25] * 21)


# When customers pay


def test_rent_in_advance() -> None:
    # -100,000 + 28,000 at once, then 28,000 x 0.8^t; in arrears all a year later
    case = Assumptions(
        server_price_cny=100_000.0,
        useful_life_years=10.0,
        rent_cny_per_server_month=35_000 / 12,
        utilization=0.8,
        rent_decline_per_year=0.2,
        operating_cost_share_of_revenue=0.0,
        residual_value_share=0.0,
        debt_share=0.0,
        tax_rate=0.0,
    )
    result = evaluate(case.replace(rent_payment_timing="advance"))
    flows = [28_000 * 0.8**t for t in range(10)]
    assert result.values["project_cash_flow_cny"][0].tolist() == close(
        flows[0] - 100_000, *flows[1:], 0
    )
    assert row(result, "revenue_cny") == close(*flows)
    assert row(result, "customer_advances_cny") == close(*flows[1:], 0)
    assert round(100 * result.metrics.project_irr[0], 3) == 9.224
    assert round(100 * evaluate(case).metrics.project_irr[0], 3) == 6.380


@pytest.mark.parametrize(
    "path",
    [
        {"rent_decline_per_year": 0.2},
        {
            "rent_path": "contract_then_spot",
            "contract_years": 2.0,
            "spot_rent_ratio": 0.7,
            "rent_decline_per_year": 0.2,
        },
        {
            "rent_path": "contract_then_spot",
            "contract_years": 0.0,
            "spot_rent_ratio": 0.7,
            "rent_decline_per_year": 0.2,
        },
        {"rent_path": "series", "rent_index_by_period": (0.5, 0.9, 0.7, 0.3, 0.2)},
        {"rent_decline_per_year": 0.2, "months_to_first_rent": 15.0},
    ],
    ids=str,
)
@pytest.mark.parametrize("per_year", [1, 12])
@pytest.mark.parametrize("step", ["year", "period"])
def test_in_advance_the_same_is_billed_one_period_sooner(
    path: dict[str, Any], per_year: int, step: str
) -> None:
    if "rent_index_by_period" in path:
        index = np.repeat(path["rent_index_by_period"], per_year)
        path = {**path, "rent_index_by_period": tuple(index.tolist())}
    case = Assumptions(**path, periods_per_year=per_year, rent_step=step, vat_enabled=True)
    arrears, advance = evaluate(case), evaluate(case.replace(rent_payment_timing="advance"))
    for name in ("revenue_cny", "net_profit_cny", "gpu_hours_billed"):
        np.testing.assert_allclose(advance.line(name), arrears.line(name), rtol=1e-12, atol=1e-6)
    sooner = (advance.values["project_cash_flow_cny"] - arrears.values["project_cash_flow_cny"])[0]
    billed = np.append(arrears.line("revenue_cny")[0], 0.0)
    np.testing.assert_allclose(sooner, billed - np.append(0.0, billed[:-1]), rtol=1e-9, atol=1e-6)


def test_a_prepayment_is_credited_against_later_rent(small_server: SmallServer) -> None:
    # 450 at once; half of each rent of 300 is settled by it: 150, 150, 150, and then nothing
    result = small_server(customer_prepayment_cny=450.0, prepayment_credit_share=0.5)
    assert row(result, "prepayment_credited_cny") == close(150, 150, 150, 0, 0)
    assert row(result, "customer_advances_cny") == close(300, 150, 0, 0, 0)
    assert row(result, "revenue_cny") == close(*[300] * 5)
    flows = result.values["equity_cash_flow_cny"][0].tolist()
    assert flows == close(-550, 150, 150, 150, 300, 300)


def test_a_prepayment_that_is_not_used_up_is_paid_back(small_server: SmallServer) -> None:
    result = small_server(customer_prepayment_cny=700.0, useful_life_years=2.0)
    # 300 and 300 are settled, 100 go back at the end
    assert result.values["equity_cash_flow_cny"][0].tolist() == close(-300, 0, -100)
    assert row(result, "customer_advances_cny") == close(400, 0)


# Terms of lenders


def test_grace_with_interest_paid(small_server: SmallServer) -> None:
    result = small_server(**LOAN, principal_grace_months=12.0)
    assert row(result, "principal_cny") == close(0, 300, 300)
    assert row(result, "interest_cny") == close(60, 60, 30)
    level = small_server(**LOAN, principal_grace_months=12.0, debt_form="annuity")
    # 600 x 0.1 / (1 - 1.1^-2) = 60 x 1.21 / 0.21
    assert row(level, "debt_service_cny") == close(60, 72.6 / 0.21, 72.6 / 0.21)


def test_grace_with_interest_capitalized(small_server: SmallServer) -> None:
    grace = {"principal_grace_months": 12.0, "grace_interest": "capitalized"}
    result = small_server(**LOAN, **grace)
    assert row(result, "interest_cny") == close(60, 66, 33)  # of 600, 660, 330
    assert row(result, "principal_cny") == close(-60, 330, 330)
    assert row(result, "debt_service_cny") == close(0, 396, 363)
    assert result.metrics.dscr_minimum[0] == pytest.approx(300 / 396, rel=1e-12)
    monthly = small_server(**LOAN, **grace, periods_per_year=12, debt_form="annuity")
    owed = 600 * (1 + 0.1 / 12) ** 12
    payment = owed * (0.1 / 12) / (1 - (1 + 0.1 / 12) ** -24)
    assert row(monthly, "debt_cny")[11] == pytest.approx(owed, rel=1e-12)
    assert row(monthly, "debt_service_cny") == close(*[0] * 12, *[payment] * 24)
    assert row(monthly, "debt_cny")[-1] == 0.0


def test_a_repayment_schedule_that_is_given(small_server: SmallServer) -> None:
    given = {"debt_form": "given", "repayment_shares_by_period": (0.5, 0.2, 0.3)}
    result = small_server(**LOAN, **given)
    assert row(result, "principal_cny") == close(300, 120, 180)
    assert row(result, "interest_cny") == close(60, 30, 18)


def test_an_arrangement_fee_is_an_expense_over_the_tenor(small_server: SmallServer) -> None:
    # 2 % of 600 = 12 at once; 4 a year of expense, a quarter of it less tax
    result = small_server(**LOAN, arrangement_fee_share=0.02, tax_rate=0.25)
    without = small_server(**LOAN, tax_rate=0.25)
    assert result.opening("equity_cash_flow_cny")[0] == pytest.approx(-412, rel=1e-12)
    assert row(result, "arrangement_fee_expensed_cny") == close(4, 4, 4)
    assert row(result, "arrangement_fee_left_cny") == close(8, 4, 0)
    # a loan of two of the three years: 12 over these two
    shorter = small_server(**LOAN | {"debt_tenor_years": 2.0}, arrangement_fee_share=0.02)
    assert row(shorter, "arrangement_fee_expensed_cny") == close(6, 6, 0)
    profit = np.array(row(without, "net_profit_cny")) - 3
    assert row(result, "net_profit_cny") == close(*profit)
    cash = np.array(row(without, "equity_cash_flow_cny")) + 1
    assert row(result, "equity_cash_flow_cny") == close(*cash)
    # the project knows nothing of its lender
    assert row(result, "project_cash_flow_cny") == row(without, "project_cash_flow_cny")


# 600 at 10 %: the debt service of the next six months unless said, by yearly periods unless said:
# on the day of purchase, then after each of the first periods
RESERVES: dict[str, tuple[dict[str, Any], list[float]]] = {
    # service 260, 240, 220: half a year of it ahead
    "straight": ({}, [130, 120, 110, 0]),
    # 260 + 240, 240 + 220, and with one year left 220
    "straight, two years": ({"debt_service_reserve_months": 24.0}, [500, 460, 220, 0]),
    # a year and a half: 260 + 240 / 2, 240 + 220 / 2, 220
    "straight, a year and a half": ({"debt_service_reserve_months": 18.0}, [380, 350, 220, 0]),
    # five years of a loan of three: all that is left, 720, 460, 220
    "longer than the tenor": ({"debt_service_reserve_months": 60.0}, [720, 460, 220, 0]),
    # interest of 60 a year; 600 on the last day, which no reserve of months is for
    "bullet": ({"debt_form": "bullet"}, [30, 30, 30, 0]),
    "bullet, two years": (
        {"debt_form": "bullet", "debt_service_reserve_months": 24.0},
        [120, 120, 60, 0],
    ),
    # level payment of 600 x 0.1 / (1 - 1.1**-3) = 241.2688822, half of it
    "annuity": ({"debt_form": "annuity"}, [120.6344411, 120.6344411, 120.6344411, 0]),
    # shares 0.5, 0.2, 0.3: 300 + 60, 120 + 30, 180 + 18
    "given": (
        {"debt_form": "given", "repayment_shares_by_period": (0.5, 0.2, 0.3)},
        [180, 75, 99, 0],
    ),
    "given, two years": (
        {
            "debt_form": "given",
            "repayment_shares_by_period": (0.5, 0.2, 0.3),
            "debt_service_reserve_months": 24.0,
        },
        [510, 348, 198, 0],
    ),
    # 300 / 1.25 = 240 a year, worth 240 x (1 - 1.1**-3) / 0.1 = 596.84, below the 600 of the cap
    "sculpted": ({"debt_form": "sculpted", "sculpted_dscr": 1.25}, [120, 120, 120, 0]),
    # rents of 300, 240, 180 over 1.2: 250, 200, 150
    "sculpted to falling rents, two years": (
        {
            "debt_form": "sculpted",
            "sculpted_dscr": 1.2,
            "rent_path": "series",
            "rent_index_by_period": (1.0, 0.8, 0.6),
            "debt_service_reserve_months": 24.0,
        },
        [450, 350, 150, 0],
    ),
    # a year of interest alone, then 300 + 60 and 300 + 30, half of each
    "a year of grace": ({"principal_grace_months": 12.0}, [30, 180, 165, 0]),
    # 660 owed after a year without service, then 330 + 66 and 330 + 33, half of each
    "a year of grace, interest added": (
        {"principal_grace_months": 12.0, "grace_interest": "capitalized"},
        [0, 198, 181.5, 0],
    ),
    # interest on 500, 300, 100, the means of the balances: 250, 230, 210, half of each
    "interest on the average": ({"interest_base": "average"}, [125, 115, 105, 0]),
    # an option of 100: (600 - 100 / 1.331) x 0.1 / (1 - 1.1**-3) = 211.0574018 a year, half of it
    "finance lease with an option": (
        {"debt_form": "finance_lease", "lease_purchase_option_share": 0.1},
        [105.5287009, 105.5287009, 105.5287009, 0],
    ),
    # 241.2688822 / 1.1 on the day of purchase and twice more; on the last day nothing is due
    "finance lease in advance": (
        {"debt_form": "finance_lease", "lease_payment_timing": "advance"},
        [109.6676737, 109.6676737, 0, 0],
    ),
    # 50 a month and 1 % of 1,800, 1,750, 1,700: the next three months, not three times the next
    "straight by the month": (
        {
            "server_price_cny": 3000.0,
            "debt_rate_per_year": 0.12,
            "periods_per_year": 12,
            "debt_service_reserve_months": 3.0,
        },
        [
            3 * 50 + 0.01 * (1800 + 1750 + 1700),
            3 * 50 + 0.01 * (1750 + 1700 + 1650),
            3 * 50 + 0.01 * (1700 + 1650 + 1600),
        ],
    ),
}


@pytest.mark.parametrize("name", RESERVES)
def test_what_a_reserve_holds(small_server: SmallServer, interpret: None, name: str) -> None:
    terms, held = RESERVES[name]
    result = small_server(**LOAN | {"debt_service_reserve_months": 6.0} | terms)
    first = float(result.opening("debt_service_reserve_cny")[0])
    found = [first, *row(result, "debt_service_reserve_cny")]
    assert found[: len(held)] == pytest.approx(held, rel=1e-9, abs=1e-9)
    # what is put aside comes back, no more and no less
    assert found[-1] == 0
    assert sum(row(result, "reserve_cash_flow_cny")) == pytest.approx(first, rel=1e-9)
    without = small_server(**LOAN | terms | {"debt_service_reserve_months": 0.0})
    put_in, put_in_without = (
        float(each.opening("equity_cash_flow_cny")[0]) for each in (result, without)
    )
    assert put_in == pytest.approx(put_in_without - first, rel=1e-9)
    flows = np.array(row(without, "equity_cash_flow_cny")) + row(result, "reserve_cash_flow_cny")
    assert row(result, "equity_cash_flow_cny") == close(*flows)
    for line in ("cfads_cny", "project_cash_flow_cny", "debt_service_cny"):
        assert row(result, line) == row(without, line)
    compiled = measure_lanes(result.assumptions, None, ["equity_npv_cny"], engine="numba")
    npv = result.metrics.equity_npv_cny[0]
    assert compiled.values["equity_npv_cny"][0] == pytest.approx(npv, rel=1e-9)


def test_cover_before_and_after_tax(small_server: SmallServer) -> None:
    # 300 less a quarter of 300 - 333.33 - interest of 60, 40, 20: tax back of 23.33, 18.33, 13.33
    after = small_server(**LOAN, tax_rate=0.25)
    before = small_server(**LOAN, tax_rate=0.25, cover_cash_flow="before_tax")
    assert after.metrics.dscr_minimum[0] == pytest.approx((300 + 70 / 3) / 260, rel=1e-12)
    assert before.metrics.dscr_minimum[0] == pytest.approx(300 / 260, rel=1e-12)
    assert row(before, "equity_cash_flow_cny") == close(*row(after, "equity_cash_flow_cny"))


def test_debt_is_sized_by_cash_flow_before_tax(small_server: SmallServer) -> None:
    # 300 a year over 1.25 = 240, for three years at 10 %: 240 x (1 - 1.1^-3) / 0.1 = 596.84
    result = small_server(
        **{**LOAN, "debt_share": None},
        debt_form="sculpted",
        sculpted_dscr=1.25,
        tax_rate=0.25,
        cover_cash_flow="before_tax",
    )
    assert row(result, "debt_service_cny") == close(240, 240, 240)
    assert result.metrics.debt_drawn_cny[0] == pytest.approx(2400 * (1 - 1.1**-3), rel=1e-12)


# Depreciation by conventions


def test_half_year_convention(small_server: SmallServer) -> None:
    # 1,000 over four years: 125, three times 250, 125
    years = {"depreciation_method": "straight_line_half_year", "depreciation_life_years": 4.0}
    assert row(small_server(**years), "depreciation_cny") == close(125, 250, 250, 250, 125)
    monthly = row(small_server(**years, periods_per_year=12), "depreciation_cny")
    assert monthly == close(*[125 / 12] * 12, *[250 / 12] * 36, *[125 / 12] * 12)


def test_mid_month_convention(small_server: SmallServer) -> None:
    # 1,200 over one year: 50, eleven times 100, 50; by the year 11.5 months and half a month
    terms: dict[str, Any] = {
        "server_price_cny": 1200.0,
        "depreciation_method": "straight_line_mid_month",
        "depreciation_life_years": 1.0,
        "useful_life_years": 2.0,
    }
    monthly = row(small_server(**terms, periods_per_year=12), "depreciation_cny")
    assert monthly == close(50, *[100] * 11, 50, *[0] * 11)
    assert row(small_server(**terms), "depreciation_cny") == close(1150, 50)


# What cannot be


@pytest.mark.parametrize(
    ("assumed", "field", "expected"),
    [
        ({"debt_form": "given"}, "repayment_shares_by_period", "shares of principal by period"),
        (
            {"debt_form": "given", "repayment_shares_by_period": (0.5, 0.4)},
            "repayment_shares_by_period",
            "shares of the principal that sum to 1, not 0.9",
        ),
        (
            {"debt_form": "given", "repayment_shares_by_period": (0.1,) * 10},
            "repayment_shares_by_period",
            "no more than 5 values",
        ),
        (
            {"repayment_shares_by_period": (1.0,)},
            "repayment_shares_by_period",
            "nothing, unless debt_form is 'given'",
        ),
        ({"principal_grace_months": 5.0}, "principal_grace_months", "a whole number of years"),
        ({"principal_grace_months": 60.0}, "principal_grace_months", "less than the tenor"),
        (
            {"principal_grace_months": 12.0, "debt_form": "finance_lease"},
            "principal_grace_months",
            "0, since debt_form 'finance_lease'",
        ),
        (
            {"grace_interest": "capitalized", "interest_base": "average"},
            "interest_base",
            "'opening', since grace_interest is 'capitalized'",
        ),
        (
            {"customer_prepayment_cny": 1.0, "rent_payment_timing": "advance"},
            "customer_prepayment_cny",
            "0, since rent_payment_timing is 'advance'",
        ),
    ],
)
def test_terms_that_do_not_go_together(assumed: dict[str, Any], field: str, expected: str) -> None:
    with pytest.raises(AssumptionError) as caught:
        Assumptions(**assumed)
    assert any(
        fault.column == field and fault.expected.startswith(expected)
        for fault in caught.value.faults
    )
