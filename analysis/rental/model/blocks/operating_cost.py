"""Operating cost: a share of revenue, the sum of its parts, or both; and a fixed amount."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import sympy as sp

from analysis.rental.inputs.variants import OPERATING_COST_BASES
from analysis.rental.model.blocks.timeline import work_share
from analysis.rental.model.lines import ZERO, Builder, when
from analysis.rental.model.structure import Structure
from analysis.units import HOURS_PER_YEAR, MONTHS_PER_YEAR


def declare(model: Builder, structure: Structure) -> None:
    """Declare operating cost as quoted (value-added tax is taken out later)."""
    cost = OPERATING_COST_BASES.functions[structure.operating_cost_basis](model, structure)
    if structure.has("fixed_cost_cny_per_server_month"):
        cost = cost + _risen(model, structure, {"fixed_cost": _fixed_cost(model)})
    model.line(
        "operating_cost_quoted_cny", "Operating cost, as quoted", "CNY", "revenue", cost, r"\hat C"
    )


@OPERATING_COST_BASES.declares
def share_of_revenue(model: Builder, structure: Structure) -> sp.Expr:
    """Return cost as a share of the rent billed."""
    return model["operating_cost_share_of_revenue"] * model["revenue_quoted_cny"]


@OPERATING_COST_BASES.declares
def share_and_parts(model: Builder, structure: Structure) -> sp.Expr:
    """Return a share of the rent billed, a marketplace's fee say, and the sum of the parts."""
    return share_of_revenue(model, structure) + parts(model, structure)


@OPERATING_COST_BASES.declares
def parts(model: Builder, structure: Structure) -> sp.Expr:
    """Declare the parts of cost and their rise; return their sum."""
    per_year = model["periods_per_year"]
    return _risen(
        model,
        structure,
        {
            "electricity": _Part(
                "Electricity",
                r"C_{\epsilon}",
                model["power_kw_per_server"]
                * model["pue"]
                * _power_share(model, structure)
                * HOURS_PER_YEAR
                / per_year
                * model["electricity_cny_per_kwh"],
            ),
            "colocation": _Part(
                "Colocation",
                r"C_{\rho}",
                model["power_kw_per_server"]
                * model["colocation_cny_per_kw_month"]
                * MONTHS_PER_YEAR
                / per_year,
            ),
            "staff": _Part(
                "Staff", "C_w", model["staff_cny_per_server_month"] * MONTHS_PER_YEAR / per_year
            ),
            "insurance": _Part(
                "Insurance",
                r"C_{\iota}",
                model["insurance_share_of_price_per_year"] * model["server_price_cny"] / per_year,
            ),
            "repair": _Part(
                "Repair",
                r"C_{\varrho}",
                model["repair_share_of_price_per_year"] * model["server_price_cny"] / per_year,
            ),
        },
    )


class _Part(NamedTuple):
    """A part of cost: what a period of the first year costs."""

    label: str
    symbol: str
    formula: sp.Expr


def _fixed_cost(model: Builder) -> _Part:
    per_period = (
        model["fixed_cost_cny_per_server_month"] * MONTHS_PER_YEAR / model["periods_per_year"]
    )
    return _Part("Fixed cost", r"C_{\phi}", per_period)


def _power_share(model: Builder, structure: Structure) -> sp.Expr:
    """Return mean over full-load power, idle hours included where their power is set."""
    if not structure.has("idle_power_share"):
        return model["load_factor"]
    used = model["utilization"]
    return model.constant(
        "power_share",
        "Mean over full-load power, idle hours included",
        "share",
        used * model["load_factor"] + (1 - used) * model["idle_power_share"],
        r"\bar\lambda",
    )


def _risen(model: Builder, structure: Structure, first: Mapping[str, _Part]) -> sp.Expr:
    """Declare what each part costs at first; return their sum, risen and while the server works."""
    for name, part in first.items():
        model.constant(
            f"{name}_first_cny",
            f"{part.label} of a period, first year",
            "CNY",
            part.formula,
            part.symbol,
        )
    own = [name for name in first if structure.has(f"{name}_inflation_per_year")]
    together = [model[f"{name}_first_cny"] for name in first if name not in own]
    total: sp.Expr = sum(together) * _level(model, "cost") if together else ZERO
    for name in own:
        mark = first[name].symbol.removeprefix("C_").strip("{}")
        total = total + model[f"{name}_first_cny"] * _level(model, name, mark)
    return total * work_share(model, structure)


def _level(model: Builder, name: str, mark: str = "") -> sp.Symbol:
    """Declare the level of cost over the first year, once for those that rise together."""
    index = f"{name}_index"
    if index in model.lines:
        return model[index]
    label = "Cost level" if name == "cost" else f"Level of {name.replace('_', ' ')}"
    before = model.previous(index)
    risen = before * (1 + model[f"{name}_inflation_per_year"])
    return model.line(
        index,
        f"{label} over first year",
        "ratio",
        "revenue",
        when(sp.And(model["is_year_start"] > 0.5, model["period"] > 1.5), risen, before),
        rf"\Phi^{{{mark}}}" if mark else r"\Phi",
        start=1,
    )
