"""The rental model as a whole: the blocks in the order in which a period is computed."""

from __future__ import annotations

from functools import lru_cache

from analysis.rental.blocks import (
    debt,
    depreciation,
    income_tax,
    operating_cost,
    revenue,
    statements,
    timeline,
    value_added_tax,
)
from analysis.rental.lines import Builder, Declaration
from analysis.rental.structure import Structure

PARAMETERS = (
    "server_price_cny",
    "n_gpus",
    "useful_life_years",
    "periods_per_year",
    "rent_cny_per_server_month",
    "utilization",
    "rent_decline_per_year",
    "contract_years",
    "spot_rent_ratio",
    "operating_cost_share_of_revenue",
    "power_kw_per_server",
    "pue",
    "load_factor",
    "electricity_cny_per_kwh",
    "colocation_cny_per_kw_month",
    "staff_cny_per_server_month",
    "insurance_share_of_price_per_year",
    "repair_share_of_price_per_year",
    "cost_inflation_per_year",
    "depreciation_life_years",
    "declining_balance_factor",
    "residual_value_share",
    "resale_value_share",
    "tax_depreciation_life_years",
    "tax_residual_value_share",
    "debt_drawn_share",
    "debt_rate_per_year",
    "debt_tenor_years",
    "sculpted_dscr",
    "lease_purchase_option_share",
    "tax_rate",
    "vat_output_rate",
    "vat_input_rate",
    "vat_input_rate_operating",
    "vat_surcharge_share",
    "equity_discount_rate",
    "project_discount_rate",
)
SERIES = (
    "period",
    "year",
    "is_year_start",
    "rent_index_given",
    "macrs_5_share",
    "depreciation_share_given",
    "tax_depreciation_share_given",
    "sculpted_service_given_cny",
)


@lru_cache(maxsize=64)
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
    timeline.declare(model)
    value_added_tax.declare_prices(model, structure)
    debt.declare_terms(model, structure)
    revenue.declare(model, structure)
    operating_cost.declare(model, structure)
    value_added_tax.declare(model, structure)
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
    income_tax.declare(model, structure, "", "", before_interest - model["interest_cny"], "")
    income_tax.declare(
        model, structure, "unlevered_", ", as if without debt", before_interest, "^{u}"
    )
    statements.declare_net_profit(model)
    statements.declare_cash_flow(model)
    statements.declare_balance_sheet(model)
    statements.declare_present_values(model)
    return model.build()
