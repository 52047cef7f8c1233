"""The levered server with NumPy, a chunk of scenarios at a time: the straightforward fast way."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from .plain_python import HOURS_PER_MONTH, KILOWATTS, LOAD, MONTHS, PUE, RESIDUAL_SHARE

Floats = NDArray[np.float64]
CHUNK = 8192


def evaluate(scenarios: Mapping[str, Floats], chunk: int = CHUNK) -> Floats:
    """Return the measures of `plain_python.evaluate`, shape (5, n_scenarios)."""
    n = len(next(iter(scenarios.values())))
    out = np.empty((5, n))
    for start in range(0, n, chunk):
        rows = {name: values[start : start + chunk] for name, values in scenarios.items()}
        out[:, start : start + chunk] = _evaluate(rows)
    return out


def _evaluate(s: Mapping[str, Floats]) -> Floats:
    price = s["server_price_cny"]
    debt = s["debt_share"] * price
    rate = s["debt_rate_per_year"] / 12
    tenor = np.round(s["debt_tenor_years"] * 12)
    payment = debt * rate / (1 - (1 + rate) ** -tenor)
    resale = s["resale_value_share"] * price
    depreciation = (price - RESIDUAL_SHARE * price) / MONTHS
    rent = s["rent_cny_per_server_month"] * s["utilization"]
    kept = (1 - s["rent_decline_per_year"]) ** (1 / 12)
    power = KILOWATTS * PUE * LOAD * HOURS_PER_MONTH * s["electricity_cny_per_kwh"]
    cost = power + s["staff_cny_per_server_month"]
    discount = (1 + s["equity_discount_rate"]) ** (-1 / 12)

    flows = np.empty((MONTHS + 1, price.size))
    flows[0] = debt - price
    npv, factor, running = flows[0].copy(), np.ones_like(price), flows[0].copy()
    payback, lowest = np.full_like(price, np.nan), np.full_like(price, np.inf)
    losses, income_to_date, tax_to_date = (np.zeros_like(price) for _ in range(3))
    cover_total = np.zeros_like(price)
    for month in range(1, MONTHS + 1):
        if month % 12 == 1:
            relief = np.minimum(losses, np.maximum(income_to_date, 0.0))
            losses = losses + np.maximum(-income_to_date, 0.0) - relief
            income_to_date, tax_to_date = np.zeros_like(price), np.zeros_like(price)
            if month > 1:
                cost = cost * (1 + s["cost_inflation_per_year"])
        if month > 1:
            rent = rent * kept
        ebitda = rent - cost
        interest = debt * rate
        in_term = month <= tenor
        principal = np.where(month < tenor, payment - interest, np.where(in_term, debt, 0.0))
        income = ebitda - depreciation - interest
        if month == MONTHS:
            income = income + resale - RESIDUAL_SHARE * price
        income_to_date = income_to_date + income
        taxable = np.maximum(income_to_date, 0.0)
        tax_before = tax_to_date
        tax_to_date = s["tax_rate"] * (taxable - np.minimum(losses, taxable))
        available = ebitda - (tax_to_date - tax_before)
        service = interest + principal
        cover = np.divide(available, service, where=in_term, out=np.full_like(price, np.inf))
        lowest = np.minimum(lowest, cover)
        cover_total += np.where(in_term, cover, 0.0)
        debt = debt - principal
        flow = available - service + (resale if month == MONTHS else 0.0)
        flows[month] = flow
        factor = factor * discount
        npv += flow * factor
        before = running
        running = running + flow
        crosses = np.isnan(payback) & (running >= 0)
        payback = np.where(crosses, (month - 1 - before / flow) / 12, payback)
    return np.stack([npv, (1 + irr(flows)) ** 12 - 1, payback, lowest, cover_total / tenor])


def irr(flows: Floats, low: float = -0.5, high: float = 1.0, steps: int = 60) -> Floats:
    """Return a rate per period between two bounds by Newton's method, halving where it fails.

    NaN where present value has the same sign at both bounds; of several rates, any one.
    """
    n = flows.shape[1]
    lower, upper = np.full(n, low), np.full(n, high)
    sign = np.sign(_npv(flows, lower)[0])
    is_bracketed = sign * _npv(flows, upper)[0] < 0
    rate = np.full(n, 0.01)
    for _ in range(steps):
        value, slope = _npv(flows, rate)
        is_below = value * sign > 0
        lower, upper = np.where(is_below, rate, lower), np.where(is_below, upper, rate)
        newton = rate - value / slope
        inside = (newton > lower) & (newton < upper)
        following = np.where(inside, newton, 0.5 * (lower + upper))
        following = np.where(np.abs(newton - rate) < 1e-12, rate, following)
        moved = np.abs(following - rate)[is_bracketed]
        rate = following
        if not moved.size or moved.max() < 1e-12:
            break
    return np.where(is_bracketed, rate, np.nan)


def _npv(flows: Floats, rate: Floats) -> tuple[Floats, Floats]:
    discount = 1 / (1 + rate)
    value, slope = np.zeros_like(rate), np.zeros_like(rate)
    for flow in flows[::-1]:
        slope = slope * discount + value
        value = value * discount + flow
    return value, -slope * discount * discount
