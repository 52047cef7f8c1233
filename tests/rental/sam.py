"""A GPU server in NREL's System Advisor Model: `Singleowner`, reduced to what both can express.

SAM values a power plant that sells energy. Here one kilowatt runs all year, so that 8,760 kWh at a
price per kWh are the rent of a year. Fees, reserves, incentives, state tax and inflation are zero;
debt is a percent of cost; tax losses earn a credit in the year, as SAM always has it.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from PySAM import Singleowner

from analysis.arrays import Floats

HOURS = 8760
NOTHING = {
    "CapacityPayments": {
        "cp_battery_nameplate": 0,
        "cp_capacity_credit_percent": [0],
        "cp_capacity_payment_amount": [0],
        "cp_capacity_payment_esc": 0,
        "cp_capacity_payment_type": 0,
    },
    "FinancialParameters": {
        "construction_financing_cost": 0,
        "cost_debt_closing": 0,
        "cost_debt_fee": 0,
        "cost_other_financing": 0,
        "dscr_reserve_months": 0,
        "equip1_reserve_cost": 0,
        "equip2_reserve_cost": 0,
        "equip3_reserve_cost": 0,
        "inflation_rate": 0,
        "insurance_rate": 0,
        "loan_moratorium": 0,
        "months_receivables_reserve": 0,
        "months_working_reserve": 0,
        "property_tax_rate": 0,
        "reserves_interest": 0,
        "state_tax_rate": [0],
    },
}
PLANT = {
    "Revenue": {"ppa_soln_mode": 1, "ppa_multiplier_model": 1, "dispatch_factors_ts": [1] * HOURS},
    "FinancialParameters": {"system_capacity": 1},
    "SystemOutput": {
        "gen": [1] * HOURS,
        "system_pre_curtailment_kwac": [1] * HOURS,
        "system_capacity": 1,
        "degradation": [0],
    },
    "Lifetime": {"system_use_lifetime_output": 0},
}


class Rows(NamedTuple):
    """Rows of SAM's cash flow, from year 0; costs, interest and tax positive as in our model."""

    revenue: Floats
    operating_cost: Floats
    tax_depreciation: Floats
    interest: Floats
    principal: Floats
    debt: Floats
    income_tax: Floats
    equity_cash_flow: Floats
    equity_npv: float


def _set(model: Any, groups: dict[str, dict[str, Any]]) -> None:
    for group, values in groups.items():
        for name, value in values.items():
            setattr(getattr(model, group), name, value)


def new_model() -> Any:
    """A plant of one kilowatt with nothing but what a case adds."""
    model = Singleowner.new()
    _set(model, NOTHING)
    _set(model, PLANT)
    for name in dir(model.Depreciation):
        if name.startswith(("depr_alloc", "depr_bonus")):
            setattr(model.Depreciation, name, 0)
    return model


def run(model: Any, groups: dict[str, dict[str, Any]], depreciation_percent: list[float]) -> Rows:
    """Evaluate one case; `depreciation_percent` of full cost by year, as a custom schedule."""
    _set(model, groups)
    model.Depreciation.depr_alloc_custom_percent = 100
    model.Depreciation.depr_custom_schedule = depreciation_percent
    model.execute(0)
    out = model.Outputs

    def row(name: str) -> Floats:
        return np.array(getattr(out, name))

    salvage = row("cf_net_salvage_value")
    return Rows(
        revenue=row("cf_total_revenue") - salvage,
        operating_cost=row("cf_operating_expenses"),
        tax_depreciation=row("cf_feddepr_total"),
        interest=row("cf_debt_payment_interest"),
        principal=row("cf_debt_payment_principal"),
        debt=row("cf_debt_balance"),
        income_tax=-row("cf_fedtax"),
        equity_cash_flow=row("cf_project_return_aftertax"),
        equity_npv=float(out.project_return_aftertax_npv),
    )
