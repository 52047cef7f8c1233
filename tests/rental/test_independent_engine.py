"""Our model against NREL PySAM `Singleowner` on random yearly cases, row by row.

Both express: a rent that changes by a constant rate, cost of fixed amount that rises, debt as a
share of cost with level payments or equal principal, a tax schedule charging the full cost, losses
refunded, resale taxed in full, and, without tax or resale, debt sculpted to a cover ratio.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.random import Generator, default_rng

from analysis.rental import Assumptions, RentalResult, evaluate
from analysis.rental.engines.irr import NONE, irr_roots
from analysis.rental.inputs.resolve import MACRS_5_SHARES

from . import sam

N_CASES = 60
SCHEDULES = ("straight_line", "sum_of_years_digits", "declining_balance", "macrs_5", "given")


@pytest.fixture(scope="module")
def model() -> Any:
    return sam.new_model()


def depreciation_percent(case: Assumptions) -> list[float]:
    """The schedule of a case by year, computed apart from our model."""
    life = round(case.depreciation_life_years or case.useful_life_years)
    method = case.depreciation_method
    if method == "straight_line":
        shares = [1 / life] * life
    elif method == "sum_of_years_digits":
        shares = [(life - year) / (life * (life + 1) / 2) for year in range(life)]
    elif method == "macrs_5":
        shares = list(MACRS_5_SHARES)
    elif method == "given":
        shares = list(case.depreciation_shares_by_year or ())
    else:
        shares, left = [], 1.0
        for year in range(life):
            charge = max(left * case.declining_balance_factor / life, left / (life - year))
            shares.append(min(charge, left))
            left -= shares[-1]
    return [100 * share for share in shares]


def random_case(rng: Generator) -> Assumptions:
    life = int(rng.integers(6, 16))  # MACRS needs six years
    method = str(rng.choice(SCHEDULES))
    weights = rng.integers(1, 9, rng.integers(2, life + 1))
    return Assumptions(
        server_price_cny=float(rng.uniform(1e6, 4e6)),
        rent_cny_per_server_month=float(rng.uniform(2e4, 1e5)),
        utilization=float(rng.uniform(0.3, 1.0)),
        rent_decline_per_year=float(rng.uniform(-0.05, 0.4)),
        useful_life_years=float(life),
        operating_cost_basis="parts",
        electricity_cny_per_kwh=0.0,
        staff_cny_per_server_month=float(rng.uniform(0, 2e4)),
        cost_inflation_per_year=float(rng.uniform(0, 0.06)),
        depreciation_method=method,
        depreciation_life_years=float(rng.integers(2, life + 1)),
        depreciation_shares_by_year=tuple(weights / weights.sum()) if method == "given" else None,
        declining_balance_factor=float(rng.uniform(1.0, 2.5)),
        residual_value_share=0.0,
        resale_value_share=float(rng.uniform(0, 0.3)),
        debt_share=float(rng.uniform(0.05, 0.95)),
        debt_rate_per_year=float(rng.uniform(0.01, 0.15)),
        debt_tenor_years=float(rng.integers(1, life + 1)),
        debt_form=str(rng.choice(["annuity", "equal_principal"])),
        tax_rate=float(rng.uniform(0, 0.35)),
        equity_discount_rate=float(rng.uniform(0.0, 0.25)),
    )


def in_sam(model: Any, case: Assumptions) -> sam.Rows:
    rent = case.rent_cny_per_server_month
    tenor = case.debt_tenor_years
    assert rent is not None and case.debt_share is not None
    assert tenor is not None and case.resale_value_share is not None
    is_sculpted = case.debt_form == "sculpted"
    groups = {
        "Revenue": {
            "ppa_price_input": [12 * rent * case.utilization / sam.HOURS],
            "ppa_escalation": -100 * case.rent_decline_per_year,
        },
        "FinancialParameters": {
            "analysis_period": round(case.useful_life_years),
            "debt_option": int(is_sculpted),
            "dscr": case.sculpted_dscr,
            "debt_percent": 100 * case.debt_share,
            "term_int_rate": 100 * case.debt_rate_per_year,
            "term_tenor": round(tenor),
            "payment_option": int(case.debt_form == "equal_principal"),
            "federal_tax_rate": [100 * case.tax_rate],
            "real_discount_rate": 100 * case.equity_discount_rate,
            "salvage_percentage": 100 * case.resale_value_share,
        },
        "SystemCosts": {
            "total_installed_cost": case.server_price_cny,
            "om_fixed": [12 * case.staff_cny_per_server_month],
            "om_fixed_escal": 100 * case.cost_inflation_per_year,
        },
    }
    return sam.run(model, groups, depreciation_percent(case))


def assert_rows_agree(ours: RentalResult, theirs: sam.Rows) -> None:
    names = {
        "revenue": "revenue_cny",
        "operating_cost": "operating_cost_cny",
        "tax_depreciation": "depreciation_cny",
        "interest": "interest_cny",
        "principal": "principal_cny",
        "debt": "debt_cny",
        "income_tax": "income_tax_cny",
        "equity_cash_flow": "equity_cash_flow_cny",
    }
    for their_name, our_name in names.items():
        expected = getattr(theirs, their_name)
        tolerance = 1e-8 * np.abs(expected).max()
        assert np.abs(ours.values[our_name][0] - expected).max() <= tolerance, our_name
    size = np.abs(theirs.equity_cash_flow).sum()
    npv = ours.metrics.equity_npv_cny[0]
    assert abs(npv - theirs.equity_npv) <= 1e-8 * max(abs(theirs.equity_npv), 1e-3 * size)


@pytest.mark.parametrize("seed", range(N_CASES))
def test_rows_and_present_value_agree(model: Any, seed: int) -> None:
    case = random_case(default_rng(seed))
    ours, theirs = evaluate(case), in_sam(model, case)
    assert_rows_agree(ours, theirs)
    # SAM's own rate is solved loosely and is one of several at best: all roots of the same row
    roots, own = irr_roots(theirs.equity_cash_flow), ours.metrics
    listed = own.equity_irr_roots.get(0, own.equity_irr[own.equity_irr_status != NONE])
    assert roots == pytest.approx(listed, rel=1e-7, abs=1e-9)


@pytest.mark.parametrize("seed", range(10))
def test_sculpted_debt_agrees_where_there_is_no_tax(model: Any, seed: int) -> None:
    """SAM sculpts to cash flow before tax, counts resale in it and lets it be negative."""
    rng = default_rng(1000 + seed)
    case = random_case(rng).replace(
        debt_form="sculpted",
        debt_share=1.0,
        sculpted_dscr=float(rng.uniform(2.0, 4.0)),
        tax_rate=0.0,
        resale_value_share=0.0,
        staff_cny_per_server_month=500.0,
        rent_decline_per_year=0.1,
        server_price_cny=8e6,
    )
    ours = evaluate(case)
    assert 0 < ours.metrics.debt_drawn_cny[0] < case.server_price_cny
    assert_rows_agree(ours, in_sam(model, case))


def test_cases_cover_what_they_should() -> None:
    drawn = [random_case(default_rng(seed)) for seed in range(N_CASES)]
    assert {case.depreciation_method for case in drawn} == set(SCHEDULES)
    assert {case.debt_form for case in drawn} == {"annuity", "equal_principal"}
    losses = [evaluate(case).line("taxable_income_cny").min() < 0 for case in drawn]
    assert 0 < sum(losses) < N_CASES
