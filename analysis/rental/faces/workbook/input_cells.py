"""Inputs as named cells: assumptions as cells, and what follows from them as formulas."""

from __future__ import annotations

from typing import NamedTuple

from analysis.rental.faces.workbook.formula_printer import NAMED_NUMBERS
from analysis.rental.faces.workbook.rates import SCAN
from analysis.rental.faces.workbook.sculpting import SLOPES
from analysis.rental.inputs.assumptions import Assumptions
from analysis.rental.inputs.billing import SPARSE_OVER_DENSE
from analysis.rental.inputs.parameters import FOLLOWS
from analysis.rental.inputs.resolve import MACRS_5_SHARES
from analysis.rental.model.lines import Declaration

RENTS, RENTS_NEXT = "rent_index_given", "rent_index_given_next"
REPAYMENTS = "repayment_share_given"
ASSUMED = {
    RENTS: "rent_index_by_period",
    RENTS_NEXT: "rent_index_by_period",
    REPAYMENTS: "repayment_shares_by_period",
    "depreciation_share_given": "depreciation_shares_by_year",
    "tax_depreciation_share_given": "tax_depreciation_shares_by_year",
}
"""The assumption that a list of values is."""


class Input(NamedTuple):
    """One named cell: a value that may be changed, or a formula over other inputs.

    A name between braces in a formula stands for a list of values.
    """

    name: str
    label: str
    unit: str
    value: float | str


def _following(case: Assumptions) -> dict[str, str]:
    """Return formulas of the parameters that a case leaves to follow from others."""
    formulas = {name: f"={other}" for name, other in FOLLOWS.items() if getattr(case, name) is None}
    is_sculpted = case.debt_form == "sculpted"
    formulas["debt_drawn_share"] = "=sculpted_drawn_share" if is_sculpted else "=debt_share"
    if case.billing_mode == "gpu_hour":
        hours = "hours_per_year/months_per_year"
        formulas["rent_cny_per_server_month"] = f"=rent_cny_per_gpu_hour*n_gpus*{hours}"
    elif case.billing_mode == "p_year":
        pflops = "n_gpus*pflops_per_gpu*peak_counted_over_dense"
        formulas["rent_cny_per_server_month"] = f"=rent_cny_per_p_year*{pflops}/months_per_year"
    return formulas


def inputs_of(case: Assumptions, declaration: Declaration) -> list[Input]:
    """Return the inputs that a declaration needs, changeable ones first.

    Parameters
    ----------
    case : Assumptions
        The case.
    declaration : Declaration
        Its lines.

    Returns
    -------
    list of Input
        In the order of the assumptions; then conversions; then what follows from others.
    """
    formulas = _following(case)
    needed = set(declaration.parameters) | {"equity_discount_rate", "project_discount_rate"}
    is_sculpted = case.debt_form == "sculpted"
    if is_sculpted:
        needed |= {"sculpted_dscr"} | ({"debt_share"} if case.debt_share is not None else set())
    while True:
        behind = {
            name
            for parameter in needed & set(formulas)
            for name in Assumptions.model_fields
            if name in formulas[parameter]
        }
        if behind <= needed:
            break
        needed |= behind
    values, derived = [], []
    for name, field in Assumptions.model_fields.items():
        if name not in needed:
            continue
        extra = field.json_schema_extra
        unit = str(extra.get("unit", "")) if isinstance(extra, dict) else ""
        label = (field.description or name).partition(";")[0]
        if name in formulas:
            derived.append(Input(name, label, unit, formulas[name]))
        else:
            values.append(Input(name, label, unit, float(getattr(case, name))))
    if "debt_drawn_share" in needed:
        derived.append(
            Input(
                "debt_drawn_share", "debt drawn over price", "share", formulas["debt_drawn_share"]
            )
        )
    if "rent_index_first" in needed:
        first = "=INDEX({rent_index_given_next},1,1)"
        derived.append(Input("rent_index_first", "given rent of the first period", "ratio", first))
    numbers = [
        Input(name, label, "", float(number)) for number, (name, label) in NAMED_NUMBERS.items()
    ]
    numbers += [Input(name, label, "", number) for name, (label, number) in SCAN.items()]
    if is_sculpted:
        numbers += [Input(name, label, "", number) for name, (label, number) in SLOPES.items()]
    if case.billing_mode == "p_year":
        counted = SPARSE_OVER_DENSE if case.p_precision == "fp16_sparse" else 1.0
        label = "operations that a P counts over dense ones"
        numbers.append(Input("peak_counted_over_dense", label, "ratio", counted))
    return [*values, *numbers, *derived]


def lists_of(case: Assumptions, declaration: Declaration) -> dict[str, tuple[float, ...]]:
    """Return the series that are given value by value, under the names of the declaration."""
    own_tax = case.tax_depreciation_shares_by_year
    given = {
        "macrs_5_share": MACRS_5_SHARES,
        "depreciation_share_given": case.depreciation_shares_by_year,
        "tax_depreciation_share_given": own_tax or case.depreciation_shares_by_year,
        RENTS: case.rent_index_by_period,
        RENTS_NEXT: case.rent_index_by_period,
        REPAYMENTS: case.repayment_shares_by_period,
    }
    return {name: values for name, values in given.items() if name in declaration.series and values}


def same_list(case: Assumptions) -> dict[str, str]:
    """Return which list is another one's cells, so that its values are typed once."""
    same = {RENTS_NEXT: RENTS}
    if case.tax_depreciation_shares_by_year is None:
        same["tax_depreciation_share_given"] = "depreciation_share_given"
    return same


def choices_of(case: Assumptions) -> dict[str, str]:
    """Return the structural choices, which a workbook cannot change."""
    shown = case.model_dump(mode="json")
    return {
        name: "none" if value is None else str(value) if name == "currency" else str(value).lower()
        for name, value in shown.items()
        if isinstance(value, (str, bool))
        or name in ("periods_per_year", "loss_carry_forward_years")
    }
