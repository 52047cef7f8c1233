"""Names of measures and of what they are measured on, for those who only call a kernel."""

from __future__ import annotations

FLOWS = {"equity_irr": "equity_cash_flow_cny", "project_irr": "project_cash_flow_cny"}
YEARLY = {"net_profit_by_year_cny": "net_profit_cny", "revenue_by_year_cny": "revenue_cny"}
HURDLE = "hurdle_rate_per_year"
AT_HURDLE = {
    "equity_npv_at_hurdle_cny": "equity_cash_flow_cny",
    "project_npv_at_hurdle_cny": "project_cash_flow_cny",
}
SCULPTED_SERVICE = "sculpted_service_given_cny"
