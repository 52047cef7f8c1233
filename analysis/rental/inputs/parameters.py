"""Names of what the declared lines take from outside: assumptions, and series by period."""

from __future__ import annotations

# Assumptions that follow another one where they are empty; one that is followed comes first.
FOLLOWS = {
    "contract_years": "useful_life_years",
    "debt_tenor_years": "useful_life_years",
    "depreciation_life_years": "useful_life_years",
    "tax_depreciation_life_years": "depreciation_life_years",
    "resale_value_share": "residual_value_share",
    "tax_residual_value_share": "residual_value_share",
}
COST_PARTS = ("electricity", "colocation", "staff", "insurance", "repair", "fixed_cost")
FOLLOWS |= {f"{part}_inflation_per_year": "cost_inflation_per_year" for part in COST_PARTS}
# Assumptions that add lines where they are set, and none where they stand at their default.
OPTIONAL = (
    "months_to_first_rent",
    "customer_prepayment_cny",
    "idle_power_share",
    "fixed_cost_cny_per_server_month",
    *(f"{part}_inflation_per_year" for part in COST_PARTS),
    "principal_grace_months",
    "arrangement_fee_share",
    "debt_service_reserve_months",
)
# Debt service of each period, shaped to cash flow.
SCULPTED_SERVICE = "sculpted_service_given_cny"
# What a reserve holds of the debt service to come, on the day of purchase and after each period.
SERVICE_AHEAD_FIRST, SERVICE_AHEAD = "debt_service_ahead_first_cny", "debt_service_ahead_cny"
PARAMETERS = (
    *OPTIONAL,
    SERVICE_AHEAD_FIRST,
    "prepayment_credit_share",
    "rent_index_first",
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
    "is_year_end",
    "rent_index_given",
    "rent_index_given_next",
    "macrs_5_share",
    "depreciation_share_given",
    "tax_depreciation_share_given",
    "repayment_share_given",
    SCULPTED_SERVICE,
    SERVICE_AHEAD,
)

WHOLE_PERIODS = ("useful_life_years", "debt_tenor_years", "contract_years")
"""Assumptions in years that move by whole periods."""
WHOLE_NUMBERS = ("n_gpus", "depreciation_life_years", "tax_depreciation_life_years")


def moves_in_steps(name: str) -> bool:
    """Return whether an assumption moves in whole periods or whole numbers."""
    return name in (*WHOLE_PERIODS, *WHOLE_NUMBERS)
