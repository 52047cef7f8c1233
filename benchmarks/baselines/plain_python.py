"""The levered server as a loop over months, one scenario at a time: how it is usually written."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

MONTHS = 60
HOURS_PER_MONTH = 730
KILOWATTS, PUE, LOAD = 10.2, 1.3, 0.8
RESIDUAL_SHARE = 0.05

Irr = Callable[[Sequence[float]], float | None]


def evaluate(s: Mapping[str, float], irr: Irr) -> tuple[float, float, float, float, float]:
    """Return equity NPV, IRR and payback in years, and the lowest and average debt service cover.

    Parameters
    ----------
    s : mapping of str to float
        One scenario, under the names of the rental model's assumptions.
    irr : callable
        Rate of return per month of a list of cash flows.
    """
    price = s["server_price_cny"]
    debt = s["debt_share"] * price
    rate = s["debt_rate_per_year"] / 12
    tenor = round(s["debt_tenor_years"] * 12)
    payment = debt * rate / (1 - (1 + rate) ** -tenor) if rate > 0 else debt / tenor
    resale = s["resale_value_share"] * price
    depreciation = (price - RESIDUAL_SHARE * price) / MONTHS
    rent = s["rent_cny_per_server_month"] * s["utilization"]
    kept = (1 - s["rent_decline_per_year"]) ** (1 / 12)
    power = KILOWATTS * PUE * LOAD * HOURS_PER_MONTH * s["electricity_cny_per_kwh"]
    cost = power + s["staff_cny_per_server_month"]
    discount = (1 + s["equity_discount_rate"]) ** (-1 / 12)

    flows = [debt - price]
    npv, factor, running, payback = flows[0], 1.0, flows[0], math.nan
    losses = income_to_date = tax_to_date = 0.0
    covers = []
    for month in range(1, MONTHS + 1):
        if month % 12 == 1:
            relief = min(losses, max(income_to_date, 0.0))
            losses += max(-income_to_date, 0.0) - relief
            income_to_date = tax_to_date = 0.0
            if month > 1:
                cost *= 1 + s["cost_inflation_per_year"]
        if month > 1:
            rent *= kept
        ebitda = rent - cost
        interest = debt * rate
        principal = 0.0
        if month <= tenor:
            principal = payment - interest if month < tenor else debt
        income = ebitda - depreciation - interest
        if month == MONTHS:
            income += resale - RESIDUAL_SHARE * price
        income_to_date += income
        taxable = max(income_to_date, 0.0)
        tax_before = tax_to_date
        tax_to_date = s["tax_rate"] * (taxable - min(losses, taxable))
        available = ebitda - (tax_to_date - tax_before)
        service = interest + principal
        if month <= tenor:
            covers.append(available / service)
        debt -= principal
        flow = available - service + (resale if month == MONTHS else 0.0)
        flows.append(flow)
        factor *= discount
        npv += flow * factor
        before = running
        running += flow
        if math.isnan(payback) and running >= 0:
            payback = (month - 1 - before / flow) / 12
    per_month = irr(flows)
    per_year = math.nan if per_month is None else (1 + per_month) ** 12 - 1
    return npv, per_year, payback, min(covers), sum(covers) / len(covers)
