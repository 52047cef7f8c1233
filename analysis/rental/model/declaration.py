"""The rental model as a whole: the blocks in the order in which a period is computed."""

from __future__ import annotations

from functools import lru_cache

from analysis.rental.inputs.parameters import PARAMETERS, SERIES
from analysis.rental.model.blocks import (
    customer_advances,
    debt,
    depreciation,
    income_tax,
    lender_terms,
    operating_cost,
    revenue,
    statements,
    timeline,
    value_added_tax,
)
from analysis.rental.model.lines import Builder, Declaration
from analysis.rental.model.structure import Structure


@lru_cache(maxsize=512)
def declare(structure: Structure) -> Declaration:
    """Declare the rental model for a set of structural choices.

    Parameters
    ----------
    structure : Structure
        Which variant every block has.

    Returns
    -------
    Declaration
        Constants and lines, in order of computation.
    """
    model = Builder(PARAMETERS, SERIES)
    timeline.declare(model, structure)
    value_added_tax.declare_prices(model, structure)
    debt.declare_terms(model, structure)
    revenue.declare(model, structure)
    operating_cost.declare(model, structure)
    value_added_tax.declare(model, structure)
    customer_advances.declare(model, structure)
    statements.declare_operating_profit(model)
    depreciation.declare(model, structure.book_schedule, "", "", "")
    debt.declare(model, structure)
    statements.declare_profit_before_tax(model)
    prefix = ""
    if structure.is_tax_schedule_apart:
        prefix = "tax_"
        depreciation.declare(model, structure.tax_schedule, prefix, ", tax return", "^{x}")
    gain = model["is_final"] * (
        model["resale_value_cny"] - model[f"{prefix}carrying_amount_before_sale_cny"]
    )
    before_interest = model["ebitda_cny"] - model[f"{prefix}depreciation_cny"] + gain
    income = before_interest - model["interest_cny"] - lender_terms.fee_expense(model)
    income_tax.declare(model, structure, "", "", income, "")
    income_tax.declare(
        model, structure, "unlevered_", ", as if without debt", before_interest, "^{u}"
    )
    statements.declare_net_profit(model)
    statements.declare_cash_flow(model, structure)
    statements.declare_balance_sheet(model)
    statements.declare_present_values(model)
    return model.build()
