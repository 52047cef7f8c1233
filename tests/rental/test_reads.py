"""Which assumptions a case reads: those change something, and all others nothing."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings

from analysis.errors import AssumptionError
from analysis.rental import Assumptions, evaluate
from analysis.rental.inputs.variants import CHOICES
from analysis.rental.model.reads import assumptions_read, is_read, what_would_count

from .strategies import cases, steady

# Another possible value of every number that a case may leave alone.
OTHER: dict[str, Any] = {
    "n_gpus": 5,
    "useful_life_years": 4.0,
    "periods_per_year": 12,
    "billing_mode": "gpu_hour",
    "vat_enabled": True,
    "p_precision": "fp16_sparse",
    "loss_carry_forward_years": 2,
    "pue": 1.9,
    "debt_tenor_years": 1.0,
    "contract_years": 1.0,
    "depreciation_life_years": 1.0,
    "tax_depreciation_life_years": 1.0,
    "server_price_cny": 1_234_567.0,
}


def changed(case: Assumptions, name: str) -> Assumptions | None:
    """Return a case with another value of one assumption, if that is possible alone."""
    others: list[Any] = [OTHER[name]] if name in OTHER else []
    others += [value for choice in CHOICES if choice.field == name for value in choice]
    others += [0.37]
    for other in others:
        try:
            if other != getattr(case, name):
                return case.replace(**{name: other})
        except AssumptionError:
            continue
    return None


def differs(case: Assumptions, other: Assumptions) -> bool:
    one, another = evaluate(case), evaluate(other)
    lines = [line.name for line in one.declaration.lines]
    shown = [
        name
        for name in lines
        if one.declaration.line(name).statement in ("income", "cash", "balance")
    ]
    shown += [f"{who}_present_value_cny" for who in ("equity", "project", "cost")]
    shown += ["gpu_hours_present_value"]
    if one.n_periods != another.n_periods:
        return True
    size = float(one.values["total_assets_cny"].max())
    return any(
        not np.allclose(one.values[name], another.values[name], rtol=1e-9, atol=1e-9 * size)
        for name in shown
    )


@settings(steady, max_examples=5)
@given(cases())
def test_what_is_not_read_changes_nothing(case: Assumptions) -> None:
    unread = [n for n in Assumptions.model_fields if n not in assumptions_read(case)]
    other = case
    for name in unread:
        other = changed(other, name) or other
    assert not differs(case, other), unread


def test_what_is_read_changes_something() -> None:
    case = Assumptions(rent_decline_per_year=0.2, loss_treatment="lost", debt_share=0.5)
    for name in assumptions_read(case):
        other = changed(case, name)
        # a treatment of losses matters once there are any
        if other is not None and name != "loss_treatment":
            assert differs(case, other), name


@pytest.mark.parametrize(
    ("assumed", "name", "condition"),
    [
        (
            {},
            "electricity_cny_per_kwh",
            "where operating_cost_basis is 'parts' or 'share_and_parts'",
        ),
        ({}, "lease_payment_timing", "where debt_form is 'finance_lease'"),
        ({}, "contract_years", "where rent_path is 'contract_then_spot'"),
        ({}, "vat_output_rate", "where vat_enabled is true"),
        ({}, "sculpted_dscr", "where debt_form is 'sculpted'"),
        ({}, "loss_carry_forward_years", "where loss_treatment is 'carried_forward'"),
        ({}, "pflops_per_gpu", "where billing_mode is 'p_year'"),
        (
            {},
            "declining_balance_factor",
            (
                "where depreciation_method is 'declining_balance' or tax_depreciation_method is "
                "'declining_balance'"
            ),
        ),
        ({}, "rent_step", "where periods_per_year is 12 and rent_decline_per_year is not 0"),
        ({"periods_per_year": 12}, "rent_step", "where rent_decline_per_year is not 0"),
        ({"rent_decline_per_year": 0.1}, "rent_step", "where periods_per_year is 12"),
        ({"debt_share": 0.0}, "debt_rate_per_year", "where debt_share is not 0"),
        ({"debt_share": 0.0}, "debt_form", "where debt_share is not 0"),
        ({"tax_rate": 0.0}, "loss_treatment", "where tax_rate is not 0"),
        (
            {"rent_path": "series", "rent_index_by_period": (1.0,) * 5},
            "rent_decline_per_year",
            "where rent_path is 'constant_decline' or 'contract_then_spot'",
        ),
    ],
)
def test_what_would_make_it_count(assumed: dict[str, Any], name: str, condition: str) -> None:
    case = Assumptions(**assumed)
    assert not is_read(case, name)
    assert what_would_count(case, name) == condition


def test_a_value_of_zero_that_varies_is_none_for_certain() -> None:
    case = Assumptions(debt_share=0.0)
    assert not is_read(case, "debt_rate_per_year")
    assert is_read(case, "debt_rate_per_year", varying=["debt_share"])


@pytest.mark.parametrize("per_year", [1, 12])
def test_a_zero_of_months_is_tried_at_whole_years(per_year: int) -> None:
    # half a month of grace is refused; twelve months are a whole number of periods in both
    case = Assumptions(periods_per_year=per_year)
    assert what_would_count(case, "grace_interest") == "where principal_grace_months is not 0"
