"""Income tax, assessed by the year and accrued on income of the year to date.

Losses are refunded at once, carried forward (oldest first, for a number of years or without limit)
or lost. Because tax is assessed by the year, months of loss and of profit within a year offset.
"""

from __future__ import annotations

import sympy as sp

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
    rate = model["tax_rate"]
    taxable = model.line(
        f"{prefix}taxable_income_cny", f"Taxable income{label}", "CNY", "tax", income, f"X{mark}"
    )
    name, title, tex = f"{prefix}income_tax_cny", f"Income tax{label}", f"T{mark}"
    statement = "income" if prefix == "" else "tax"
    if structure.loss_treatment == "refunded":
        model.line(name, title, "CNY", statement, rate * taxable, tex)
        return
    new_year = model["is_year_start"] > 0.5
    to_date_name = f"{prefix}taxable_income_to_date_cny"
    earlier_this_year = when(new_year, ZERO, model.previous(to_date_name))
    to_date = model.line(
        to_date_name, f"Taxable income of the year to date{label}", "CNY", "tax",
        earlier_this_year + taxable, rf"\bar X{mark}", start=0,
    )  # fmt: skip
    relief: sp.Expr = ZERO
    if structure.loss_treatment == "carried_forward":
        losses = _declare_losses(model, structure, prefix, label, to_date_name, mark)
        relief = smaller(losses, positive(to_date))
    tax_name = f"{prefix}tax_to_date_cny"
    model.line(
        tax_name, f"Income tax of the year to date{label}", "CNY", "tax",
        rate * (positive(to_date) - relief), rf"\bar T{mark}", start=0,
    )  # fmt: skip
    accrued = when(new_year, ZERO, model.previous(tax_name))
    model.line(name, title, "CNY", statement, model[tax_name] - accrued, tex)


def _declare_losses(
    model: Builder, structure: Structure, prefix: str, label: str, to_date_name: str, mark: str
) -> sp.Expr:
    """Declare the losses of earlier years, by age, and return their sum."""
    new_year = model["is_year_start"] > 0.5
    last_year = model.previous(to_date_name)
    ages = structure.loss_carry_forward_years
    names = [f"{prefix}losses_aged_{age}_cny" for age in range(1, (ages or 1) + 1)]
    left = positive(last_year)
    remaining: dict[str, sp.Expr] = {}
    for age, name in reversed(list(enumerate(names, start=1))):
        used = model.line(
            f"{prefix}losses_used_aged_{age}_cny", f"Loss relief of last year, age {age}{label}",
            "CNY", "tax", smaller(model.previous(name), left), f"U_{{{age}}}{mark}",
        )  # fmt: skip
        remaining[name] = model.previous(name) - used
        left = left - used
    for age, name in enumerate(names, start=1):
        fresh = positive(-last_year) if age == 1 else remaining[names[age - 2]]
        if ages is None:
            fresh = fresh + remaining[name]
        what = "Losses of earlier years" if ages is None else f"Losses aged {age}"
        model.line(
            name, f"{what}{label}", "CNY", "tax",
            when(new_year, fresh, model.previous(name)), f"L_{{{age}}}{mark}", start=0,
        )  # fmt: skip
    return sum((model[name] for name in names), ZERO)
