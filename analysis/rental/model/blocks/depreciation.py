"""Depreciation: how the cost of the server is spread over its accounting life.

Yearly charges are spread evenly over the periods of the year. Declining balance applies its rate to
the carrying amount at the start of the year, residual value being a floor; the other schedules
spread the depreciable amount, cost less residual value.
"""

from __future__ import annotations

import sympy as sp

from analysis.rental.model.lines import ONE, Builder, larger, positive, smaller, when
from analysis.rental.model.structure import Schedule


def declare(model: Builder, schedule: Schedule, prefix: str, who: str, mark: str) -> None:
    """Declare one schedule and the carrying amount it leaves.

    Parameters
    ----------
    model : Builder
        The declaration so far.
    schedule : Schedule
        Which form the schedule has.
    prefix : str
        ``""`` for the books, ``"tax_"`` for the tax return.
    who : str
        Added to the labels.
    mark : str
        Added to the LaTeX symbols.
    """
    cost = model["server_cost_cny"]
    residual = model.constant(
        f"{prefix}residual_value_cny", f"Residual value{who}", "CNY",
        model[f"{prefix}residual_value_share"] * cost, f"B_r{mark}",
    )  # fmt: skip
    life = model[f"{prefix}depreciation_life_years"]
    amount = cost - residual
    if schedule.method == "straight_line":
        yearly = when(model["period"] <= life * model["periods_per_year"] + 0.5, amount / life)
    elif schedule.method == "sum_of_years_digits":
        yearly = positive(life - model["year"] + 1) * amount / (life * (life + 1) / 2)
    elif schedule.method == "macrs_5":
        yearly = cost * model["macrs_5_share"]
    elif schedule.method == "given":
        yearly = amount * model[f"{prefix}depreciation_share_given"]
    else:
        yearly = _declining_balance(model, schedule, prefix, who, mark, residual, life)
    model.line(
        f"{prefix}depreciation_cny", f"Depreciation{who}", "CNY",
        "income" if prefix == "" else "tax",
        yearly / model["periods_per_year"] * model["is_operating"], f"D{mark}",
    )  # fmt: skip
    carried = model.previous(f"{prefix}carrying_amount_cny") - model[f"{prefix}depreciation_cny"]
    model.line(
        f"{prefix}carrying_amount_before_sale_cny", f"Carrying amount before sale{who}", "CNY",
        "workings", carried, rf"\tilde B{mark}",
    )  # fmt: skip
    kept = model[f"{prefix}carrying_amount_before_sale_cny"] * (1 - model["is_final"])
    model.line(
        f"{prefix}carrying_amount_cny", f"Carrying amount{who}", "CNY",
        "balance" if prefix == "" else "tax", kept, f"B{mark}", start=cost,
    )  # fmt: skip


def _declining_balance(
    model: Builder,
    schedule: Schedule,
    prefix: str,
    who: str,
    mark: str,
    residual: sp.Expr,
    life: sp.Expr,
) -> sp.Expr:
    name = f"{prefix}carrying_amount_at_year_start_cny"
    opening = model.line(
        name, f"Carrying amount at the start of the year{who}", "CNY", "tax",
        when(
            model["is_year_start"] > 0.5,
            model.previous(f"{prefix}carrying_amount_cny"),
            model.previous(name),
        ),
        rf"\bar B{mark}", start=model["server_cost_cny"],
    )  # fmt: skip
    room = positive(opening - residual)
    declining = smaller(opening * model["declining_balance_factor"] / life, room)
    years_left = life - model["year"] + 1
    straight = room / larger(years_left, ONE)
    in_life = model["year"] <= life + 0.5
    if schedule.ending == "switch_to_straight_line":
        return when(in_life, larger(declining, straight))
    if schedule.ending == "last_two_years":
        return when(in_life, when(years_left > 2.5, declining, straight))
    return when(in_life, declining)
