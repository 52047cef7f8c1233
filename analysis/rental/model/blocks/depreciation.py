"""Depreciation: how the cost of the server is spread over its accounting life.

Yearly charges are spread evenly over the periods of the year. Declining balance applies its rate to
the carrying amount at the start of the year, residual value being a floor; the other schedules
spread the depreciable amount, cost less residual value.
"""

from __future__ import annotations

from typing import NamedTuple

import sympy as sp

from analysis.rental.inputs.variants import DECLINING_BALANCE_ENDINGS, DEPRECIATION_SCHEDULES
from analysis.rental.model.lines import HALF, ONE, Builder, larger, positive, smaller, when
from analysis.rental.model.rounding import ROUNDING
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
        f"{prefix}residual_value_cny",
        f"Residual value{who}",
        "CNY",
        model[f"{prefix}residual_value_share"] * cost,
        f"B_r{mark}",
    )
    life = model[f"{prefix}depreciation_life_years"]
    terms = _Terms(model, schedule, prefix, who, mark, cost, residual, life)
    yearly = DEPRECIATION_SCHEDULES.functions[schedule.method](terms)
    model.line(
        f"{prefix}depreciation_cny",
        f"Depreciation{who}",
        "CNY",
        "income" if prefix == "" else "tax",
        yearly / model["periods_per_year"] * model["is_operating"],
        f"D{mark}",
    )
    left = model.previous(f"{prefix}carrying_amount_cny") - model[f"{prefix}depreciation_cny"]
    # A remnant of rounding over the residual value would be a gain or loss of the sale.
    is_closed = sp.Abs(left - residual) <= sp.Float(ROUNDING) * cost
    carried = when(is_closed, residual, left)
    model.line(
        f"{prefix}carrying_amount_before_sale_cny",
        f"Carrying amount before sale{who}",
        "CNY",
        "workings",
        carried,
        rf"\tilde B{mark}",
    )
    kept = model[f"{prefix}carrying_amount_before_sale_cny"] * (1 - model["is_final"])
    model.line(
        f"{prefix}carrying_amount_cny",
        f"Carrying amount{who}",
        "CNY",
        "balance" if prefix == "" else "tax",
        kept,
        f"B{mark}",
        start=cost,
    )


class _Terms(NamedTuple):
    """What a schedule is made of."""

    model: Builder
    schedule: Schedule
    prefix: str
    who: str
    mark: str
    cost: sp.Expr
    residual: sp.Expr
    life: sp.Expr

    @property
    def amount(self) -> sp.Expr:
        """Depreciable amount."""
        return self.cost - self.residual


@DEPRECIATION_SCHEDULES.declares
def straight_line(terms: _Terms) -> sp.Expr:
    """Return the same charge in every period of the life."""
    model, life = terms.model, terms.life
    in_life = model["period"] <= life * model["periods_per_year"] + 0.5
    return when(in_life, terms.amount / life)


@DEPRECIATION_SCHEDULES.declares
def straight_line_half_year(terms: _Terms) -> sp.Expr:
    """Return half a year's charge in the first year and in the one after the life."""
    year, life = terms.model["year"], terms.life
    years = smaller(year - HALF, life) - positive(year - 3 * HALF)  # depreciated within the year
    return positive(years) * terms.amount / life


@DEPRECIATION_SCHEDULES.declares
def straight_line_mid_month(terms: _Terms) -> sp.Expr:
    """Return half a month's charge in the first month and in the one after the life."""
    model = terms.model
    per_month = 12 / model["periods_per_year"]
    months_of_life = 12 * terms.life
    end, start = model["period"] * per_month, (model["period"] - 1) * per_month
    months = smaller(end - HALF, months_of_life) - positive(start - HALF)
    return positive(months) * terms.amount / months_of_life * model["periods_per_year"]


@DEPRECIATION_SCHEDULES.declares
def sum_of_years_digits(terms: _Terms) -> sp.Expr:
    """Return charges in proportion to the years left."""
    years_left = positive(terms.life - terms.model["year"] + 1)
    return years_left * terms.amount / (terms.life * (terms.life + 1) / 2)


@DEPRECIATION_SCHEDULES.declares
def macrs_5(terms: _Terms) -> sp.Expr:
    """Return tabulated shares of cost, residual value or not."""
    return terms.cost * terms.model["macrs_5_share"]


@DEPRECIATION_SCHEDULES.declares
def given(terms: _Terms) -> sp.Expr:
    """Return given shares of the depreciable amount."""
    return terms.amount * terms.model[f"{terms.prefix}depreciation_share_given"]


@DEPRECIATION_SCHEDULES.declares
def declining_balance(terms: _Terms) -> sp.Expr:
    """Return a share of the carrying amount at the start of the year, and what ends it."""
    model, life = terms.model, terms.life
    name = f"{terms.prefix}carrying_amount_at_year_start_cny"
    opening = model.line(
        name,
        f"Carrying amount at the start of the year{terms.who}",
        "CNY",
        "tax",
        when(
            model["is_year_start"] > 0.5,
            model.previous(f"{terms.prefix}carrying_amount_cny"),
            model.previous(name),
        ),
        rf"\bar B{terms.mark}",
        start=terms.cost,
    )
    room = positive(opening - terms.residual)
    declining = smaller(opening * model["declining_balance_factor"] / life, room)
    years_left = life - model["year"] + 1
    straight = room / larger(years_left, ONE)
    ending = DECLINING_BALANCE_ENDINGS.functions[terms.schedule.ending]
    return when(model["year"] <= life + 0.5, ending(declining, straight, years_left))


@DECLINING_BALANCE_ENDINGS.declares
def switch_to_straight_line(declining: sp.Expr, straight: sp.Expr, years_left: sp.Expr) -> sp.Expr:
    """Return the larger of the two charges."""
    return larger(declining, straight)


@DECLINING_BALANCE_ENDINGS.declares
def last_two_years(declining: sp.Expr, straight: sp.Expr, years_left: sp.Expr) -> sp.Expr:
    """Return straight-line over the last two years."""
    return when(years_left > 2.5, declining, straight)


@DECLINING_BALANCE_ENDINGS.declares
def none(declining: sp.Expr, straight: sp.Expr, years_left: sp.Expr) -> sp.Expr:
    """Return the declining charge to the end."""
    return declining
