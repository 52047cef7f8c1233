"""Income tax, assessed by the year and accrued on income of the year to date.

Losses are refunded at once, carried forward (oldest first, for a number of years or without limit)
or lost. Because tax is assessed by the year, months of loss and of profit within a year offset.
"""

from __future__ import annotations

from typing import NamedTuple

import sympy as sp

from analysis.rental.inputs.variants import LOSS_TREATMENTS
from analysis.rental.model.lines import ZERO, Builder, positive, smaller, when
from analysis.rental.model.structure import Structure


def declare(
    model: Builder, structure: Structure, prefix: str, label: str, income: sp.Expr, mark: str
) -> None:
    """Declare the tax on one measure of taxable income.

    Parameters
    ----------
    model : Builder
        The declaration so far.
    structure : Structure
        Loss treatment and carry-forward years.
    prefix : str
        ``""`` for tax owed, ``"unlevered_"`` for tax as if there were no debt.
    label : str
        Added to the labels.
    income : sympy.Expr
        Taxable income of the period.
    mark : str
        Added to the LaTeX symbols.
    """
    taxable = model.line(
        f"{prefix}taxable_income_cny", f"Taxable income{label}", "CNY", "tax", income, f"X{mark}"
    )
    who = _Taxpayer(model, structure, prefix, label, mark, taxable)
    tax = LOSS_TREATMENTS.functions[structure.loss_treatment](who)
    statement = "income" if prefix == "" else "tax"
    model.line(f"{prefix}income_tax_cny", f"Income tax{label}", "CNY", statement, tax, f"T{mark}")


class _Taxpayer(NamedTuple):
    """Whose income is taxed, and how its lines are named."""

    model: Builder
    structure: Structure
    prefix: str
    label: str
    mark: str
    taxable: sp.Symbol


@LOSS_TREATMENTS.declares
def refunded(who: _Taxpayer) -> sp.Expr:
    """Return tax that is negative on a loss."""
    return who.model["tax_rate"] * who.taxable


@LOSS_TREATMENTS.declares
def lost(who: _Taxpayer) -> sp.Expr:
    """Return tax on years of profit only."""
    return _accrued(who, positive(_to_date(who)))


@LOSS_TREATMENTS.declares
def carried_forward(who: _Taxpayer) -> sp.Expr:
    """Return tax on years of profit less the losses of earlier years."""
    to_date = _to_date(who)
    relief = smaller(_declare_losses(who, to_date.name), positive(to_date))
    return _accrued(who, positive(to_date) - relief)


def _to_date(who: _Taxpayer) -> sp.Symbol:
    """Declare taxable income of the year to date."""
    name = f"{who.prefix}taxable_income_to_date_cny"
    new_year = who.model["is_year_start"] > 0.5
    earlier_this_year = when(new_year, ZERO, who.model.previous(name))
    return who.model.line(
        name,
        f"Taxable income of the year to date{who.label}",
        "CNY",
        "tax",
        earlier_this_year + who.taxable,
        rf"\bar X{who.mark}",
        start=0,
    )


def _accrued(who: _Taxpayer, taxed_to_date: sp.Expr) -> sp.Expr:
    """Declare tax of the year to date; return what this period adds to it."""
    model, name = who.model, f"{who.prefix}tax_to_date_cny"
    model.line(
        name,
        f"Income tax of the year to date{who.label}",
        "CNY",
        "tax",
        model["tax_rate"] * taxed_to_date,
        rf"\bar T{who.mark}",
        start=0,
    )
    return model[name] - when(model["is_year_start"] > 0.5, ZERO, model.previous(name))


def _declare_losses(who: _Taxpayer, to_date_name: str) -> sp.Expr:
    """Declare the losses of earlier years, by age, and return their sum."""
    model, structure, prefix, label, mark = who[:5]
    new_year = model["is_year_start"] > 0.5
    last_year = model.previous(to_date_name)
    ages = structure.loss_carry_forward_years
    names = [f"{prefix}losses_aged_{age}_cny" for age in range(1, (ages or 1) + 1)]
    left = positive(last_year)
    remaining: dict[str, sp.Expr] = {}
    for age, name in reversed(list(enumerate(names, start=1))):
        used = model.line(
            f"{prefix}losses_used_aged_{age}_cny",
            f"Loss relief of last year, age {age}{label}",
            "CNY",
            "tax",
            smaller(model.previous(name), left),
            f"U_{{{age}}}{mark}",
        )
        remaining[name] = model.previous(name) - used
        left = left - used
    for age, name in enumerate(names, start=1):
        fresh = positive(-last_year) if age == 1 else remaining[names[age - 2]]
        if ages is None:
            fresh = fresh + remaining[name]
        what = "Losses of earlier years" if ages is None else f"Losses aged {age}"
        model.line(
            name,
            f"{what}{label}",
            "CNY",
            "tax",
            when(new_year, fresh, model.previous(name)),
            f"L_{{{age}}}{mark}",
            start=0,
        )
    return sum((model[name] for name in names), ZERO)
