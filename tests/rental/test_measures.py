"""Payback, cover ratios and levelized cost, worked by hand."""

from __future__ import annotations

import itertools
import math
from typing import Any

import numpy as np
import pytest
import sympy as sp
from hypothesis import given
from hypothesis import strategies as st

from analysis.rental import Assumptions, evaluate, solve
from analysis.rental.engines.measures import sum_by_year
from analysis.rental.engines.measures_of_flows import payback_periods
from analysis.rental.engines.root_isolation import npv
from analysis.rental.model.measures.measure_kinds import Final, Reason

from . import by_hand
from .conftest import SmallServer
from .strategies import cases, share, steady


@pytest.mark.parametrize(
    ("flows", "expected"),
    [
        ([-100, 40, 40, 40], 2.5),
        ([-100, 50, 50, 50], 2.0),
        ([-100, 30, 30, 30], math.nan),
        ([-100, 120], 100 / 120),
        ([0, 10], math.nan),  # nothing is put in
        ([0, -10, -10], math.nan),
        ([5, -10, 2, 8], 2 + 3 / 8),  # -5, -3, then 8 more: from the first negative total on
        ([-100, 50, 50 - 1e-12], 2.0),  # what is missing is rounding
        ([-100, 150, -100, 90], 2 / 3),  # the first time counts, whatever follows
        ([-100, 0, 0, 100], 3.0),
        ([-100, -50, 300], 1.5),
    ],
)
def test_payback_periods(flows: list[float], expected: float) -> None:
    assert payback_periods(flows)[0] == pytest.approx(expected, rel=1e-12, nan_ok=True)


def test_payback_in_its_meanings() -> None:
    metrics = evaluate(Assumptions()).metrics
    # Net profit and depreciation: 272,000 + 380,000 = 652,000, then 661,520; 671,040; 680,560
    assert metrics.payback_source_years[0] == pytest.approx(3 + 15_440 / 680_560, rel=1e-12)
    # Project cash: 756,000 - 15 % of (756,000 - 380,000) = 699,600 a year
    assert metrics.payback_cash_years[0] == pytest.approx(2_000_000 / 699_600, rel=1e-12)
    # The same at 10 %: 636,000 + 578,181.82 + 525,619.83 leave 260,198.35 of 477,836.21
    left = 2_000_000 - 699_600 * (1 / 1.1 + 1 / 1.21 + 1 / 1.331)
    assert metrics.payback_discounted_years[0] == pytest.approx(
        3 + left / (699_600 / 1.4641), rel=1e-12
    )
    # Equity: 600,000 less 372,000 leaves 228,000 of 381,520
    assert metrics.payback_equity_years[0] == pytest.approx(1 + 228_000 / 381_520, rel=1e-12)


def test_never_pays_back_is_an_answer(small_server: SmallServer) -> None:
    result = small_server(rent_cny_per_server_month=10.0)  # 600 in five years for 1,000
    assert np.isnan(result.metrics.payback_cash_years[0])
    assert result.record()["payback_cash_years"] is None
    assert result.remarks()["payback_cash_years"] == "never pays back within 5 years"


def test_of_what_is_not_put_in_there_is_no_return(small_server: SmallServer) -> None:
    result = small_server(debt_share=1.0, debt_rate_per_year=0.0)
    for name in ("payback_equity_years", "equity_irr", "equity_multiple"):
        assert result.record()[name] is None
        assert result.remarks()[name] == "n/a: nothing is put in"
    # 300 a year less 200 of principal, without interest, at 10 %
    assert result.metrics.equity_npv_cny[0] == pytest.approx(100 * (1 - 1.1**-5) / 0.1)


@pytest.mark.parametrize("rate", [0.0, 0.02, 0.1])
def test_what_is_repaid_out_of_takings_is_not_put_in(
    small_server: SmallServer, rate: float
) -> None:
    # a bullet of 1,000: 300 - 1,000 rate in four years, then 300 - 1,000 rate - 1,000; at 2 %
    # 4 x 280 = 1,120 before the 720 of the last day: equity has never put in anything
    result = small_server(debt_share=1.0, debt_rate_per_year=rate, debt_form="bullet")
    flows = result.line("equity_cash_flow_cny")[0]
    assert flows[-1] == pytest.approx(-700 - 1000 * rate) and np.cumsum(flows).min() > -1e-9
    for name in ("payback_equity_years", "equity_irr", "equity_multiple"):
        assert result.record()[name] is None
        assert result.remarks()[name] == "n/a: nothing is put in"


def test_measures_of_equity_tell_one_story(small_server: SmallServer) -> None:
    # at 25 % of interest: 50 a year, 200 in four years, then -950: equity has put in something
    result = small_server(debt_share=1.0, debt_rate_per_year=0.25, debt_form="bullet")
    record = result.record()
    assert record["equity_multiple"] == pytest.approx(200 / 950, rel=1e-12)
    assert record["payback_equity_years"] is None
    assert result.remarks()["payback_equity_years"] == "never pays back within 5 years"


def test_months_are_counted_in_years(small_server: SmallServer) -> None:
    # 25 a month: 1,000 after 40 months
    result = small_server(periods_per_year=12)
    assert result.metrics.payback_cash_years[0] == pytest.approx(40 / 12, rel=1e-12)


LOAN: dict[str, Any] = {
    "debt_share": 0.6,
    "debt_rate_per_year": 0.10,
    "debt_tenor_years": 3.0,
}


def test_cover_ratios(small_server: SmallServer) -> None:
    # 300 a year over 260, 240, 220; nothing is due in years 4 and 5
    metrics = small_server(**LOAN).metrics
    assert metrics.dscr_minimum[0] == pytest.approx(300 / 260, rel=1e-12)
    average = (300 / 260 + 300 / 240 + 300 / 220) / 3
    assert metrics.dscr_average[0] == pytest.approx(average, rel=1e-12)
    # three years of 300 at 10 %, over 600
    annuity = (1 - 1.1**-3) / 0.1
    assert metrics.llcr[0] == pytest.approx(300 * annuity / 600, rel=1e-12)


def test_cover_counts_tax_but_not_resale(small_server: SmallServer) -> None:
    # tax of 25 % on 300 - 180 - interest; the 100 from resale in the last year are no cash flow
    # available for debt service
    result = small_server(
        debt_share=0.6, debt_rate_per_year=0.10, tax_rate=0.25, residual_value_share=0.1
    )
    interest = np.array([60, 48, 36, 24, 12])
    available = 300 - 0.25 * (300 - 180 - interest)
    assert np.allclose(result.line("cfads_cny")[0], available, rtol=1e-12)
    cover = available / (120 + interest)
    assert result.metrics.dscr_minimum[0] == pytest.approx(cover.min(), rel=1e-12)


def test_without_debt_cover_is_not_a_number_but_an_answer(small_server: SmallServer) -> None:
    result = small_server()
    record, remarks = result.record(), result.remarks()
    for name in ("dscr_minimum", "dscr_average"):
        assert record[name] is None
        assert remarks[name] == "n/a: no debt service"
    assert record["llcr"] is None
    assert remarks["llcr"] == "n/a: no debt"


def test_cover_of_a_negative_cash_flow_is_negative(small_server: SmallServer) -> None:
    # revenue of 300, then none; parts of cost 100 a year: (200 or -100) over 260 and 240
    result = small_server(
        **LOAN,
        rent_path="series",
        rent_index_by_period=(1, 0, 1, 1, 1),
        operating_cost_basis="parts",
        electricity_cny_per_kwh=0.0,
        staff_cny_per_server_month=100 / 12,
    )
    assert result.metrics.dscr_minimum[0] == pytest.approx(-100 / 240, rel=1e-12)


@steady
@given(cases())
def test_declared_measures_are_those_worked_by_hand(case: Assumptions) -> None:
    result = evaluate(case)
    metrics, lines = result.metrics, result.values
    years = case.periods_per_year
    price = result.constants["price_paid_cny"][:, None]
    recovered = (lines["net_profit_cny"] + lines["depreciation_cny"])[:, 1:]
    flows = {
        "source": np.concatenate([-price, recovered], axis=1),
        "cash": lines["project_cash_flow_cny"],
        "discounted": lines["project_cash_flow_cny"] * lines["project_discount_factor"],
        "equity": lines["equity_cash_flow_cny"],
    }
    for name, own in flows.items():
        found = metrics[f"payback_{name}_years"]
        np.testing.assert_allclose(found, by_hand.payback_periods(own) / years, rtol=1e-9)
    cover = by_hand.debt_service_cover(lines["cfads_cny"][:, 1:], lines["debt_service_cny"][:, 1:])
    lowest, average = by_hand.minimum_and_average(cover)
    np.testing.assert_allclose(metrics.dscr_minimum, lowest, rtol=1e-12)
    np.testing.assert_allclose(metrics.dscr_average, average, rtol=1e-12)
    borrowed = lines["debt_cny"][:, 0]
    if borrowed[0] > 1e-9 * price[0, 0]:
        present = lines["loan_life_present_value_cny"][:, -1]
        np.testing.assert_allclose(metrics.llcr, present / borrowed, rtol=1e-12)
    revenue = by_hand.by_year(lines["revenue_cny"][:, 1:], years)
    np.testing.assert_array_equal(metrics.revenue_by_year_cny, revenue)


PARTS: dict[str, Any] = {
    "operating_cost_basis": "parts",
    "electricity_cny_per_kwh": 0.0,
    "staff_cny_per_server_month": 10.0,
    "residual_value_share": 0.1,
}


def test_levelized_cost_in_closed_form(small_server: SmallServer) -> None:
    # (1,000 + 120 a year for five years - 100 at the end) over 8 * 8760 * 0.5 hours a year, at 8 %
    result = small_server(**PARTS, utilization=0.5, project_discount_rate=0.08)
    annuity = (1 - 1.08**-5) / 0.08
    cost = 1000 + 120 * annuity - 100 * 1.08**-5
    assert result.metrics.levelized_cost_cny_per_gpu_hour[0] == pytest.approx(
        cost / (35_040 * annuity), rel=1e-12
    )


@steady
@given(share(0.05), share(0.0, 0.3), share(0.0, 0.05), st.sampled_from([1, 12]))
def test_levelized_cost_is_the_rent_that_breaks_even_before_tax(
    utilization: float, rate: float, inflation: float, per_year: int
) -> None:
    case = Assumptions(
        **PARTS,
        billing_mode="gpu_hour",
        rent_cny_per_gpu_hour=10.0,
        utilization=utilization,
        project_discount_rate=rate,
        cost_inflation_per_year=inflation,
        tax_rate=0.0,
        periods_per_year=per_year,
    )
    levelized = evaluate(case).metrics.levelized_cost_cny_per_gpu_hour[0]
    at_that_rent = evaluate(case.replace(rent_cny_per_gpu_hour=levelized))
    assert abs(at_that_rent.metrics.project_npv_cny[0]) <= 1e-9 * case.server_price_cny


def test_break_even_rent_by_the_solver_is_the_levelized_cost() -> None:
    case = Assumptions(**PARTS, billing_mode="gpu_hour", rent_cny_per_gpu_hour=1.0, tax_rate=0.0)
    found = solve(
        case,
        "rent_cny_per_gpu_hour",
        target="project_npv_cny",
        wanted=0.0,
        low=0.1,
        high=50.0,
    )
    levelized = evaluate(case).metrics.levelized_cost_cny_per_gpu_hour[0]
    assert found.value == pytest.approx(levelized, rel=1e-10)


def test_first_flow_is_not_discounted(small_server: SmallServer) -> None:
    result = small_server(equity_discount_rate=0.2)
    annuity = (1 - 1.2**-5) / 0.2
    assert result.metrics.equity_npv_cny[0] == pytest.approx(-1000 + 300 * annuity, rel=1e-12)
    assert npv(0.2, result.values["equity_cash_flow_cny"])[0] == pytest.approx(
        result.metrics.equity_npv_cny[0], rel=1e-12
    )


def test_monthly_discounting_is_effective(small_server: SmallServer) -> None:
    # 25 a month at (1.2)**(1/12) - 1 a month
    result = small_server(equity_discount_rate=0.2, periods_per_year=12)
    monthly = 1.2 ** (1 / 12) - 1
    annuity = (1 - 1.2**-5) / monthly
    assert result.metrics.equity_npv_cny[0] == pytest.approx(-1000 + 25 * annuity, rel=1e-12)


def test_months_are_summed_into_years() -> None:
    months = np.arange(1.0, 31.0)[None, :]
    assert sum_by_year(months, 12).tolist() == [[78.0, 222.0, 165.0]]  # 1..12, 13..24, 25..30


def test_net_margin_of_an_idle_year_is_not_a_number(small_server: SmallServer) -> None:
    result = small_server(rent_path="series", rent_index_by_period=(1, 0, 1, 1, 1), tax_rate=0.0)
    # (300 - 200) / 300
    assert result.record()["net_margin_by_year"][0] == pytest.approx(1 / 3)
    assert result.record()["net_margin_by_year"][1] is None
    assert result.remarks()["net_margin_by_year"] == "n/a in years without revenue"


def test_net_margin_over_the_life_and_the_rent_that_gives_one() -> None:
    # net profit 272,000; 281,520; 291,040; 300,560; 310,080 of five times 840,000
    case = Assumptions()
    assert evaluate(case).metrics.net_margin[0] == pytest.approx(1_455_200 / 4_200_000, rel=1e-12)
    found = solve(
        case, "rent_cny_per_server_month", target="net_margin", wanted=0.1, low=3e4, high=9e4
    )
    # of each CNY of revenue 0.9 is left after cost and 0.85 of that after tax, the rest is fixed:
    # 1,455,200 - 0.765 (4,200,000 - R) = 0.1 R
    revenue = (0.765 * 4_200_000 - 1_455_200) / (0.765 - 0.1)
    assert found.value == pytest.approx(revenue / 60, rel=1e-9)
    idle = evaluate(case.replace(utilization=0.0))
    assert idle.metrics.record()["net_margin"] is None
    assert idle.remarks()["net_margin"] == "n/a: no revenue"


def test_statements_by_year_sum_flows_and_end_balances(small_server: SmallServer) -> None:
    result = small_server(periods_per_year=12, useful_life_years=2.5, debt_share=0.6)
    income, balance = result.statement("income"), result.statement("balance")
    assert income.columns.tolist() == [1, 2, 3]
    assert income.loc[("Revenue", "CNY")].tolist() == pytest.approx([300, 300, 150])
    assert balance.columns.tolist() == [0, 1, 2, 3]
    assert balance.loc[("Debt", "CNY")].tolist() == pytest.approx([600, 360, 120, 0])
    cash = result.statement("cash")
    assert cash.columns.tolist() == [0, 1, 2, 3]
    # the price of 1,000 on the day of purchase, then twelve months to a year
    before = ("Cash flow of the project, before financing", "CNY")
    assert cash.loc[before, 0] == pytest.approx(-1000)
    of_months = result.line("project_cash_flow_cny")[0]
    assert cash.loc[before, 1] == pytest.approx(of_months[:12].sum())


def test_tax_that_is_owed_is_in_the_income_statement_and_tax_without_debt_is_not(
    small_server: SmallServer,
) -> None:
    result = small_server(debt_share=0.6, tax_rate=0.25)
    taxes = {
        line.name: line.statement
        for line in result.declaration.lines
        if line.name.endswith("income_tax_cny")
    }
    assert taxes == {"income_tax_cny": "income", "unlevered_income_tax_cny": "tax"}
    income = result.statement("income").xs("CNY", level="unit")
    owed = income.loc["Profit before tax"] - income.loc["Net profit"]
    assert income.loc["Income tax"].tolist() == pytest.approx(owed.tolist())


def test_levelized_cost_bears_surcharges_on_value_added_tax(small_server: SmallServer) -> None:
    # what surcharges add is their present value over that of the 8 * 8760 hours a year
    terms = PARTS | {"vat_enabled": True, "project_discount_rate": 0.1, "residual_value_share": 0.0}
    terms["rent_cny_per_server_month"] = 200.0  # more tax than the price brought back
    with_them, without = (small_server(**terms, vat_surcharge_share=rate) for rate in (0.12, 0.0))
    discounted = np.array([1.1**-year for year in range(1, 6)])
    surcharges = with_them.line("vat_surcharges_cny")[0]
    assert surcharges.sum() > 0.0
    difference = (
        with_them.metrics.levelized_cost_cny_per_gpu_hour[0]
        - without.metrics.levelized_cost_cny_per_gpu_hour[0]
    )
    assert difference == pytest.approx(
        surcharges @ discounted / (8 * 8760 * discounted.sum()), rel=1e-9
    )


def test_what_is_invested_is_the_price_and_what_is_sold_its_resale(
    small_server: SmallServer,
) -> None:
    result = small_server(**PARTS)
    assert float(np.ravel(result.opening("investing_cash_flow_cny"))[0]) == pytest.approx(-1000.0)
    flow = result.line("investing_cash_flow_cny")[0]
    assert flow.tolist() == pytest.approx([0.0, 0.0, 0.0, 0.0, 100.0])


def test_a_measure_exists_where_none_of_its_reasons_holds() -> None:
    a, b, c = sp.symbols("a b c", positive=True)
    final = Final(a, missing=(Reason(sp.And(a > 1, sp.Or(b > 1, c > 1)), "never"),))
    for values in itertools.product((0.5, 2.0), repeat=3):
        x, y, z = values
        here = bool(final.exists.subs(dict(zip((a, b, c), values, strict=True))))
        assert here is not (x > 1 and (y > 1 or z > 1)), values
