"""What holds in every case, whatever is assumed: accounting identities as properties."""

from __future__ import annotations

import numpy as np
from hypothesis import assume, given
from hypothesis import strategies as st

from analysis.rental import Assumptions, RentalResult, evaluate
from analysis.rental.engines.irr import irr_roots
from analysis.rental.engines.root_isolation import npv
from analysis.units import per_year_rate

from .strategies import cases, schedule, steady

DUST = 1e-9  # of the largest flow: what rounding leaves, no flow
ROUNDING = 1e-9


def scale(result: RentalResult) -> float:
    return float(result.values["total_assets_cny"].max())


def drawn(result: RentalResult) -> float:
    return float(result.constants["debt_drawn_cny"][0])


def paid_ahead(case: Assumptions) -> bool:
    return case.rent_payment_timing == "advance" or case.customer_prepayment_cny > 0


@steady
@given(cases())
def test_statements_balance_in_every_period(case: Assumptions) -> None:
    result = evaluate(case)
    assets, debt, equity = (
        result.values[name][0] for name in ("total_assets_cny", "debt_cny", "equity_cny")
    )
    owed = result.values["customer_advances_cny"][0] if paid_ahead(case) else 0.0
    assert np.abs(assets - debt - owed - equity).max() <= ROUNDING * scale(result)
    assert np.abs(result.values["balance_difference_cny"]).max() <= ROUNDING * scale(result)


@steady
@given(cases())
def test_equity_receives_all_profit_and_no_more(case: Assumptions) -> None:
    result = evaluate(case)
    received = result.values["equity_cash_flow_cny"][0].sum()
    earned = result.line("net_profit_cny")[0].sum()
    turnover = np.abs(result.values["equity_cash_flow_cny"][0]).sum() + scale(result)
    assert abs(received - earned) <= ROUNDING * turnover
    # nothing is left behind: no asset, no debt, nothing owed to customers
    left = [line.name for line in result.declaration.lines if line.statement == "balance"]
    for name in left:
        assert abs(result.values[name][0, -1]) <= ROUNDING * turnover, name


@steady
@given(cases())
def test_equity_flow_is_project_flow_after_financing_and_the_tax_it_saves(
    case: Assumptions,
) -> None:
    result = evaluate(case)
    values = result.values
    saved = values["unlevered_income_tax_cny"] - values["income_tax_cny"]
    expected = values["project_cash_flow_cny"] + values["financing_cash_flow_cny"] + saved
    assert np.allclose(values["equity_cash_flow_cny"], expected, rtol=1e-12, atol=1e-6)


@steady
@given(cases())
def test_debt_is_repaid_to_the_last_cent(case: Assumptions) -> None:
    result = evaluate(case)
    tenor = round(float(result.constants["debt_tenor_periods"][0]))
    debt, principal = result.values["debt_cny"][0], result.line("principal_cny")[0]
    assert (debt[tenor:] == 0.0).all()
    assert (result.line("debt_service_cny")[0, tenor:] == 0.0).all()
    assert abs(principal.sum() - debt[0]) <= ROUNDING * scale(result)
    assert abs(debt[0] + result.constants["lease_upfront_cny"][0] - drawn(result)) <= 1e-6


@steady
@given(cases(debt_forms=("annuity", "finance_lease")))
def test_level_payments_are_level(case: Assumptions) -> None:
    case = case.replace(interest_base="opening")
    result = evaluate(case)
    tenor = round(float(result.constants["debt_tenor_periods"][0]))
    payments = result.line("debt_service_cny")[0, :tenor].copy()
    if case.debt_form == "finance_lease":
        payments[-1] -= result.constants["lease_purchase_option_cny"][0]
        if case.lease_payment_timing == "advance":
            payments = np.append(result.constants["lease_upfront_cny"], payments[:-1])
    level = float(result.constants["level_payment_cny"][0])
    grace = round(case.principal_grace_months * case.periods_per_year / 12)
    payments = payments[grace:]
    assert np.abs(payments - level).max() <= ROUNDING * scale(result)


@steady
@given(cases(debt_forms=("sculpted",), debt_share=1.0))
def test_sculpted_debt_is_covered_evenly(case: Assumptions) -> None:
    result = evaluate(case)
    service = result.line("debt_service_cny")[0]
    available = result.line("cfads_cny")[0]
    served = service > 1e-6
    assert (available[(service < -1e-6)] == 0).all()
    if served.any():
        cover = available[served] / service[served]
        assert np.allclose(cover, cover[0], rtol=1e-7)
        assert cover[0] >= case.sculpted_dscr * (1 - 1e-9)
        is_capped = drawn(result) >= result.constants["price_paid_cny"][0] * (1 - 1e-12)
        assert is_capped or np.isclose(cover[0], case.sculpted_dscr, rtol=1e-9)


@steady
@given(cases())
def test_cost_is_depreciated_or_still_on_the_books_at_the_sale(case: Assumptions) -> None:
    result = evaluate(case)
    cost = float(result.constants["server_cost_cny"][0])
    charged = result.line("depreciation_cny")[0].sum()
    left = result.line("carrying_amount_before_sale_cny")[0, -1]
    assert abs(charged + left - cost) <= ROUNDING * cost
    if case.depreciation_method == "macrs_5":
        if case.useful_life_years >= 6:
            assert abs(charged - cost) <= ROUNDING * cost
        return
    depreciable = cost * (1 - case.residual_value_share)
    assert charged <= depreciable + ROUNDING * cost
    life = case.depreciation_life_years or case.useful_life_years
    if case.depreciation_method == "given":
        life = len(case.depreciation_shares_by_year or ())
    charges_everything = (
        case.depreciation_method != "declining_balance" or case.declining_balance_ending != "none"
    )
    if case.depreciation_method in ("straight_line_half_year", "straight_line_mid_month"):
        life += 1  # half a year or half a month is charged behind the life
    if charges_everything and life <= case.useful_life_years:
        assert abs(charged - depreciable) <= ROUNDING * cost


@steady
@given(cases(loss_treatment="refunded"), st.data())
def test_total_profit_does_not_depend_on_the_schedule(
    case: Assumptions, data: st.DataObject
) -> None:
    assume(case.debt_form != "sculpted")  # its size depends on tax by year
    resale = case.resale_value_share
    changes = {
        "depreciation_shares_by_year": None,
        "tax_depreciation_method": None,
        "tax_depreciation_life_years": None,
        "tax_residual_value_share": None,
        "tax_depreciation_shares_by_year": None,
        "resale_value_share": case.residual_value_share if resale is None else resale,
    }
    other = case.replace(**changes | data.draw(schedule("", case.periods_per_year)))
    one, another = (evaluate(each).line("net_profit_cny")[0] for each in (case, other))
    turnover = np.abs(one).sum() + np.abs(another).sum() + case.server_price_cny
    assert abs(one.sum() - another.sum()) <= ROUNDING * turnover


@steady
@given(cases())
def test_present_value_is_zero_at_every_rate_of_return(case: Assumptions) -> None:
    result = evaluate(case)
    for who in ("equity", "project"):
        whole = result.values[f"{who}_cash_flow_cny"][0]
        flows = np.where(np.abs(whole) > DUST * np.abs(whole).max(), whole, 0.0)
        roots = irr_roots(flows)
        for root in roots:
            size = npv(root, np.abs(flows))
            assert abs(npv(root, flows)) <= 1e-11 * size
        reported = getattr(result.metrics, f"{who}_irr")[0]
        status = getattr(result.metrics, f"{who}_irr_status")[0]
        if status == "none" and not (flows < 0).any():
            continue  # nothing is put in
        is_paid = len(roots) == 1 and abs(roots[0]) > DUST and roots[0] * flows.sum() < 0
        assert status == ("none", "paid" if is_paid else "unique", "multiple")[min(len(roots), 2)]
        yearly = per_year_rate(roots, case.periods_per_year)
        assert reported in yearly if len(roots) else np.isnan(reported)
        if len(roots) > 1:
            listed = getattr(result.metrics, f"{who}_irr_roots")[0]
            assert np.array_equal(listed, yearly)


@steady
@given(cases())
def test_present_values_are_the_discounted_flows(case: Assumptions) -> None:
    result = evaluate(case)
    for who in ("equity", "project"):
        flows = result.values[f"{who}_cash_flow_cny"][0]
        years = np.arange(flows.size) / case.periods_per_year
        rate = getattr(case, f"{who}_discount_rate")
        expected = (flows * (1 + rate) ** -years).sum()
        assert abs(getattr(result.metrics, f"{who}_npv_cny")[0] - expected) <= ROUNDING * (
            np.abs(flows).sum()
        )
