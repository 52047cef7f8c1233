"""Cases of the rental model for property tests: every structural choice, any possible numbers."""

from __future__ import annotations

from typing import Any

from hypothesis import settings
from hypothesis import strategies as st

from analysis.rental import Assumptions
from analysis.rental.inputs import variants
from analysis.rental.inputs.billing import RENT_FIELD

# The same examples in every run; a failure is reproduced by running the test again.
steady = settings(deadline=None, derandomize=True, max_examples=40)

DEBT_FORMS = tuple(variants.DEBT_FORMS)


def share(low: float = 0.0, high: float = 1.0) -> st.SearchStrategy[float]:
    """Shares to four decimals, the ends as likely as anything."""
    return st.integers(round(low * 10_000), round(high * 10_000)).map(lambda n: n / 10_000)


@st.composite
def spans(draw: st.DrawFn) -> dict[str, Any]:
    """Periods, useful life and tenor of the debt."""
    per_year = draw(st.sampled_from([1, 12]))
    life = draw(st.integers(1, 8) if per_year == 1 else st.integers(1, 60))
    tenor = draw(st.none() | st.integers(1, life))
    return {
        "periods_per_year": per_year,
        "useful_life_years": life / per_year,
        "debt_tenor_years": None if tenor is None else tenor / per_year,
    }


@st.composite
def revenue(draw: st.DrawFn, n_periods: int) -> dict[str, Any]:
    """Billing mode, utilization and rent path."""
    mode = draw(st.sampled_from(list(RENT_FIELD)))
    full_rents = {"server_month": 70_000.0, "p_year": 106_000.0, "gpu_hour": 12.0}
    path = draw(st.sampled_from(list(variants.RENT_PATHS)))
    drawn: dict[str, Any] = {
        "billing_mode": mode,
        RENT_FIELD[mode]: full_rents[mode] * draw(share(0.3, 2.0)),
        "n_gpus": draw(st.sampled_from([1, 4, 8])),
        "p_precision": draw(st.sampled_from(["fp16_dense", "fp16_sparse"])),
        "utilization": draw(share(0.1)),
        "rent_path": path,
        "rent_step": draw(st.sampled_from(["year", "period"])),
        "rent_decline_per_year": draw(share(-0.2, 0.6)),
    }
    if path == "contract_then_spot":
        drawn["contract_years"] = float(draw(st.integers(0, 4)))
        drawn["spot_rent_ratio"] = draw(share(0.2, 1.2))
    elif path == "series":
        index = st.lists(share(0.0, 1.5), min_size=n_periods, max_size=n_periods)
        drawn["rent_index_by_period"] = tuple(draw(index))
    drawn["months_to_first_rent"] = float(draw(st.just(0) | st.integers(1, 15)))
    drawn["rent_payment_timing"] = draw(st.sampled_from(list(variants.RENT_PAYMENT_TIMINGS)))
    if drawn["rent_payment_timing"] == "arrears":
        drawn["customer_prepayment_cny"] = draw(st.sampled_from([0.0, 0.0, 100_000.0, 900_000.0]))
        drawn["prepayment_credit_share"] = draw(share(0.1))
    return drawn


@st.composite
def operating_cost(draw: st.DrawFn) -> dict[str, Any]:
    """A share of revenue, or parts, or both, with a fixed amount or without."""
    basis = draw(st.sampled_from(list(variants.OPERATING_COST_BASES)))
    drawn: dict[str, Any] = {
        "operating_cost_basis": basis,
        "operating_cost_share_of_revenue": draw(share()),
        "fixed_cost_cny_per_server_month": draw(st.just(0) | st.integers(1, 3000)),
        "fixed_cost_inflation_per_year": draw(st.none() | share(-0.1, 0.1)),
    }
    if basis == "share_of_revenue":
        return drawn
    return drawn | {
        "idle_power_share": draw(st.none() | share(0.0, 0.5)),
        "electricity_inflation_per_year": draw(st.none() | share(-0.1, 0.1)),
        "staff_inflation_per_year": draw(st.none() | share(-0.1, 0.1)),
        "electricity_cny_per_kwh": draw(share(0.2, 1.0)),
        "colocation_cny_per_kw_month": draw(st.integers(0, 1000)),
        "staff_cny_per_server_month": draw(st.integers(0, 5000)),
        "insurance_share_of_price_per_year": draw(share(0.0, 0.02)),
        "repair_share_of_price_per_year": draw(share(0.0, 0.03)),
        "cost_inflation_per_year": draw(share(-0.02, 0.08)),
    }


@st.composite
def schedule(draw: st.DrawFn, prefix: str, per_year: int) -> dict[str, Any]:
    """One depreciation schedule with its own life and residual value."""
    method = draw(st.sampled_from(list(variants.DEPRECIATION_SCHEDULES)))
    drawn: dict[str, Any] = {
        f"{prefix}depreciation_method": method,
        f"{prefix}depreciation_life_years": float(draw(st.integers(1, 8))),
        f"{prefix}residual_value_share": draw(share(0.0, 0.3)),
    }
    if method in ("straight_line", "straight_line_mid_month") and per_year == 12:
        drawn[f"{prefix}depreciation_life_years"] = draw(st.integers(1, 72)) / 12
    elif method == "declining_balance":
        drawn["declining_balance_factor"] = draw(share(0.5, 3.0))
        endings = st.sampled_from(list(variants.DECLINING_BALANCE_ENDINGS))
        drawn["declining_balance_ending"] = draw(endings)
    elif method == "given":
        weights = draw(st.lists(st.integers(1, 9), min_size=1, max_size=7))
        shares = tuple(weight / sum(weights) for weight in weights)
        drawn[f"{prefix}depreciation_shares_by_year"] = shares
    return drawn


@st.composite
def debt(draw: st.DrawFn, forms: tuple[str, ...], tenor: int, per_year: int) -> dict[str, Any]:
    """One of some forms of debt with what belongs to it, its tenor in periods."""
    form = draw(st.sampled_from(forms))
    drawn: dict[str, Any] = {
        "debt_form": form,
        "debt_share": draw(share()),
        "debt_rate_per_year": draw(st.just(0.0) | share(0.001, 0.2)),
        "debt_rate_convention": draw(st.sampled_from(list(variants.DEBT_RATE_CONVENTIONS))),
        "cover_cash_flow": draw(st.sampled_from(list(variants.COVER_CASH_FLOWS))),
        "arrangement_fee_share": draw(st.just(0.0) | share(0.0, 0.05)),
    }
    if form == "sculpted":
        drawn["sculpted_dscr"] = draw(share(1.0, 2.0))
    elif form == "finance_lease":
        drawn["lease_payment_timing"] = draw(st.sampled_from(["arrears", "advance"]))
        drawn["lease_purchase_option_share"] = draw(share(0.0, drawn["debt_share"]))
    else:
        drawn["interest_base"] = draw(st.sampled_from(list(variants.INTEREST_BASES)))
    if form == "given":
        weights = draw(st.lists(st.integers(0, 9), min_size=1, max_size=tenor))
        weights[-1] += 1
        drawn["repayment_shares_by_period"] = tuple(each / sum(weights) for each in weights)
    elif form in ("equal_principal", "annuity", "bullet"):
        grace = draw(st.just(0) | st.integers(0, tenor - 1))
        drawn["principal_grace_months"] = grace * 12.0 / per_year
        if drawn["interest_base"] == "opening":
            drawn["grace_interest"] = draw(st.sampled_from(list(variants.GRACE_INTERESTS)))
    drawn["debt_service_reserve_months"] = draw(st.sampled_from([0.0, 3.0, 4.5, 18.0]))
    return drawn


@st.composite
def taxes(draw: st.DrawFn) -> dict[str, Any]:
    """Income tax with a treatment of losses, and value-added tax."""
    drawn: dict[str, Any] = {
        "tax_rate": draw(share(0.0, 0.4)),
        "loss_treatment": draw(st.sampled_from(list(variants.LOSS_TREATMENTS))),
        "loss_carry_forward_years": draw(st.none() | st.integers(1, 5)),
        "vat_enabled": draw(st.booleans()),
    }
    if drawn["vat_enabled"]:
        drawn["vat_price_basis"] = draw(st.sampled_from(list(variants.VAT_PRICE_BASES)))
        drawn["vat_credit_at_end"] = draw(st.sampled_from(list(variants.VAT_CREDITS_AT_END)))
        drawn["vat_output_rate"] = draw(st.sampled_from([0.0, 0.06, 0.13]))
        drawn["vat_input_rate"] = draw(st.sampled_from([0.0, 0.06, 0.13]))
    return drawn


@st.composite
def cases(draw: st.DrawFn, debt_forms: tuple[str, ...] = DEBT_FORMS, **fixed: Any) -> Assumptions:
    """Possible assumptions; `fixed` ones are not drawn."""
    drawn = draw(spans())
    per_year = drawn["periods_per_year"]
    n_periods = round(drawn["useful_life_years"] * per_year)
    drawn |= draw(revenue(n_periods))
    drawn |= draw(operating_cost())
    drawn |= draw(schedule("", per_year))
    if draw(st.booleans()):
        drawn |= draw(schedule("tax_", per_year))
    drawn["resale_value_share"] = draw(st.none() | share(0.0, 0.5))
    tenor = n_periods if drawn["debt_tenor_years"] is None else drawn["debt_tenor_years"] * per_year
    drawn |= draw(debt(debt_forms, round(tenor), per_year)) | draw(taxes())
    drawn["equity_discount_rate"] = draw(share(0.0, 0.3))
    drawn["project_discount_rate"] = draw(share(0.0, 0.3))
    return Assumptions(**{**drawn, **fixed})
