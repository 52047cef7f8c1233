"""The assumptions as the calculator offers them: meaning, unit, limits and choices."""

from __future__ import annotations

from typing import Any, Final, get_args

from annotated_types import Ge, Gt, Le, Lt

from analysis.rental.faces.calculator.choices import (
    LEFT_OUT,
    LONGEST_CARRY_FORWARD_YEARS,
    OFFERED,
    options_of,
)
from analysis.rental.inputs.assumptions import Assumptions
from analysis.rental.inputs.billing import RENT_FIELD, SPARSE_OVER_DENSE
from analysis.rental.inputs.parameters import FOLLOWS
from analysis.rental.inputs.quantities import plausible_range, unit_of
from analysis.rental.inputs.resolve import MACRS_5_SHARES
from analysis.rental.inputs.variants import CHOICES
from analysis.rental.model.measures.declared_measures import MEASURES
from analysis.rental.model.measures.measure_kinds import (
    NO_RATE,
    NOTHING_RECEIVED,
    PAID_RATE,
    Measure,
    Rate,
)
from analysis.rental.model.rounding import ROUNDING
from analysis.units import HOURS_PER_MONTH, MONTHS_PER_YEAR


def _names(text: str) -> tuple[str, ...]:
    return tuple(text.split())


GROUPS: Final[dict[str, tuple[str, ...]]] = {
    "The server": _names(
        "server_price_cny useful_life_years periods_per_year n_gpus pflops_per_gpu p_precision"
    ),
    "Rent": (
        "billing_mode",
        *RENT_FIELD.values(),
        *_names(
            "utilization rent_path rent_decline_per_year rent_step contract_years spot_rent_ratio "
            "rent_index_by_period rent_payment_timing months_to_first_rent "
            "customer_prepayment_cny prepayment_credit_share"
        ),
    ),
    "Running cost": _names(
        "operating_cost_basis operating_cost_share_of_revenue power_kw_per_server pue "
        "load_factor idle_power_share electricity_cny_per_kwh colocation_cny_per_kw_month "
        "staff_cny_per_server_month insurance_share_of_price_per_year "
        "repair_share_of_price_per_year fixed_cost_cny_per_server_month cost_inflation_per_year"
    ),
    "Debt": _names(
        "debt_share debt_rate_per_year debt_form debt_tenor_years interest_base "
        "debt_rate_convention sculpted_dscr lease_payment_timing lease_purchase_option_share "
        "repayment_shares_by_period principal_grace_months grace_interest arrangement_fee_share "
        "cover_cash_flow"
    ),
    "Depreciation and resale": _names(
        "depreciation_method depreciation_life_years declining_balance_factor "
        "declining_balance_ending depreciation_shares_by_year residual_value_share "
        "resale_value_share tax_depreciation_method tax_depreciation_life_years "
        "tax_residual_value_share tax_depreciation_shares_by_year"
    ),
    "Tax": _names(
        "tax_rate loss_treatment loss_carry_forward_years vat_enabled vat_price_basis "
        "vat_output_rate vat_input_rate vat_input_rate_operating vat_surcharge_share "
        "vat_credit_at_end"
    ),
    "What money costs": ("equity_discount_rate", "project_discount_rate"),
}
"""Assumptions as the calculator groups them."""

SLIDERS: Final = {
    "server_price_cny": (200_000, 6_000_000, 10_000),
    "rent_cny_per_server_month": (5_000, 200_000, 500),
    "rent_cny_per_p_year": (5_000, 300_000, 1_000),
    "rent_cny_per_gpu_hour": (0.5, 40, 0.1),
    "rent_decline_per_year": (-0.3, 0.8, 0.01),
    "utilization": (0, 1, 0.01),
    "useful_life_years": (1, 10, 1),
    "operating_cost_share_of_revenue": (0, 0.6, 0.01),
    "electricity_cny_per_kwh": (0, 1.5, 0.01),
    "debt_share": (0, 1, 0.01),
    "debt_rate_per_year": (0, 0.2, 0.0025),
    "contract_years": (0, 5, 1),
}
"""Assumptions that a reader moves first: from, to and step of a slider; any value may be typed."""

_LIMITS: Final = {Ge: "ge", Gt: "gt", Le: "le", Lt: "lt"}


def field_of(name: str) -> dict[str, Any]:
    """Return what a control for an assumption needs.

    Examples
    --------
    >>> field_of("tax_rate")["lt"], field_of("rent_step")["options"]
    (1.0, ['year', 'period'])
    """
    declared = Assumptions.model_fields[name]
    annotation = str(declared.annotation)
    field: dict[str, Any] = {
        "name": name,
        "meaning": declared.description,
        "unit": unit_of(declared),
        "value": declared.default,
        "may_be_left": type(None) in get_args(declared.annotation),
    }
    if usual := plausible_range(declared):
        field["usual"] = usual
    if options := [value for value in options_of(name) if value is not None]:
        field["options"] = options
    if "tuple" in annotation:
        field["is_list"] = True
    elif "int" in annotation and not options:
        field["is_whole"] = True
    for limit in declared.metadata:
        if type(limit) in _LIMITS:
            attribute = _LIMITS[type(limit)]
            field[attribute] = float(getattr(limit, attribute))
    if name == "loss_carry_forward_years":
        field["le"] = float(LONGEST_CARRY_FORWARD_YEARS)
    return field


def measure_of(measure: Measure) -> dict[str, Any]:
    """Return what is said of a measure, and the lines or measures that it stands on."""
    about = ("label", "unit", "is_shown", "line", "over", "under", "words")
    found = {name: getattr(measure, name) for name in about if hasattr(measure, name)}
    return found | ({"flow": measure.flow} if isinstance(measure, Rate) else {})


def inputs_of_model() -> dict[str, Any]:
    """Return all that the calculator knows of inputs: fields, defaults followed, conversions."""
    return {
        "fields": [field_of(name) for name in Assumptions.model_fields if name not in LEFT_OUT],
        "left_out": LEFT_OUT,
        "adds_lines": OFFERED,
        "rounding": ROUNDING,
        "no_rate": (NOTHING_RECEIVED, NO_RATE),
        "paid_rate": PAID_RATE,
        "groups": GROUPS,
        "sliders": SLIDERS,
        "measures": {name: measure_of(measure) for name, measure in MEASURES.items()},
        "variants": {
            choice.field: {name: variant._asdict() for name, variant in choice.items()}
            for choice in CHOICES
            if choice.field not in LEFT_OUT
        },
        "follows": FOLLOWS,
        "rent_field": RENT_FIELD,
        "macrs_5_shares": MACRS_5_SHARES,
        "hours_per_month": HOURS_PER_MONTH,
        "months_per_year": MONTHS_PER_YEAR,
        "sparse_over_dense": SPARSE_OVER_DENSE,
    }
