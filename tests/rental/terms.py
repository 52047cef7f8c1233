"""Terms of contracts and loans that add lines to the model, for every face to be tried on."""

from __future__ import annotations

from typing import Any

MARKETPLACE: dict[str, Any] = {
    "server_price_cny": 700_000.0,
    "useful_life_years": 3.0,
    "periods_per_year": 12,
    "billing_mode": "gpu_hour",
    "rent_cny_per_gpu_hour": 10.0,
    "utilization": 0.9,
    "rent_decline_per_year": 0.2,
    "rent_step": "period",
    "residual_value_share": 0.2,
    "operating_cost_share_of_revenue": 0.2,
    "fixed_cost_cny_per_server_month": 3000.0,
    "tax_rate": 0.0,
    "debt_share": 0.0,
}

TERMS: list[dict[str, Any]] = [
    MARKETPLACE,
    {"rent_payment_timing": "advance", "rent_decline_per_year": 0.3},
    {
        "rent_payment_timing": "advance",
        "rent_path": "series",
        "rent_index_by_period": (1.0, 0.9, 0.8, 0.4, 0.3),
    },
    {"customer_prepayment_cny": 500_000.0, "prepayment_credit_share": 0.4},
    {"principal_grace_months": 24.0, "grace_interest": "capitalized", "debt_form": "annuity"},
    {"debt_form": "given", "repayment_shares_by_period": (0.1, 0.2, 0.3, 0.4)},
    {"arrangement_fee_share": 0.02, "debt_service_reserve_months": 6.0, "debt_form": "annuity"},
    {
        "debt_service_reserve_months": 18.0,
        "debt_form": "given",
        "repayment_shares_by_period": (0.1, 0.2, 0.3, 0.4),
        "interest_base": "average",
    },
    {"debt_service_reserve_months": 18.0, "debt_form": "sculpted", "rent_decline_per_year": 0.2},
    {"operating_cost_basis": "share_and_parts", "idle_power_share": 0.2, "utilization": 0.5},
    {"operating_cost_basis": "parts", "staff_inflation_per_year": 0.1, "months_to_first_rent": 7.0},
    {"cover_cash_flow": "before_tax", "debt_form": "sculpted"},
    {"depreciation_method": "straight_line_half_year", "depreciation_life_years": 4.0},
    {"depreciation_method": "straight_line_mid_month", "periods_per_year": 12},
    {"vat_enabled": True, "rent_cny_per_server_month": 30_000.0},
    {"vat_enabled": True, "rent_cny_per_server_month": 30_000.0, "vat_credit_at_end": "refunded"},
]
