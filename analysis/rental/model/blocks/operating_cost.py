"""Operating cost: a share of revenue, or the sum of its parts."""

from __future__ import annotations

import sympy as sp

from analysis.rental.inputs.variants import OPERATING_COST_BASES
from analysis.rental.model.lines import Builder, when
from analysis.rental.model.structure import Structure


def declare(model: Builder, structure: Structure) -> None:
    """Declare operating cost as quoted (value-added tax is taken out later)."""
    cost = OPERATING_COST_BASES.functions[structure.operating_cost_basis](model)
    model.line(
        "operating_cost_quoted_cny", "Operating cost, as quoted", "CNY", "revenue", cost, r"\hat C"
    )


@OPERATING_COST_BASES.declares
def share_of_revenue(model: Builder) -> sp.Expr:
    """Return cost as a share of the rent billed."""
    return model["operating_cost_share_of_revenue"] * model["revenue_quoted_cny"]


@OPERATING_COST_BASES.declares
def parts(model: Builder) -> sp.Expr:
    """Declare the parts of cost and their rise; return their sum."""
    per_year = model["periods_per_year"]
    first = {
        "electricity_first_cny": (
            "Electricity", r"C_{\epsilon}",
            model["power_kw_per_server"]
            * model["pue"]
            * model["load_factor"]
            * 8760
            / per_year
            * model["electricity_cny_per_kwh"],
        ),
        "colocation_first_cny": (
            "Colocation", r"C_{\rho}",
            model["power_kw_per_server"] * model["colocation_cny_per_kw_month"] * 12 / per_year,
        ),
        "staff_first_cny": ("Staff", "C_w", model["staff_cny_per_server_month"] * 12 / per_year),
        "insurance_first_cny": (
            "Insurance", r"C_{\iota}",
            model["insurance_share_of_price_per_year"] * model["server_price_cny"] / per_year,
        ),
        "repair_first_cny": (
            "Repair", r"C_{\varrho}",
            model["repair_share_of_price_per_year"] * model["server_price_cny"] / per_year,
        ),
    }  # fmt: skip
    for part, (part_label, part_tex, formula) in first.items():
        model.constant(part, f"{part_label} of a period, first year", "CNY", formula, part_tex)
    before = model.previous("cost_index")
    risen = before * (1 + model["cost_inflation_per_year"])
    model.line(
        "cost_index", "Cost level over first year", "ratio", "revenue",
        when(sp.And(model["is_year_start"] > 0.5, model["period"] > 1.5), risen, before),
        r"\Phi", start=1,
    )  # fmt: skip
    total = sum(model[part] for part in first)
    return total * model["cost_index"] * model["is_operating"]
