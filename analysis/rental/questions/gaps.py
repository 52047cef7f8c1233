"""What a case lacks to a wanted measure, as a quantity that is continuous and zero at the answer.

An internal rate of return of *r* is a present value of zero at *r*, a payback of *n* years is a
running total of zero after *n* years, whether or not the rate or the payback exists elsewhere.
None asks for all measures of a result, since looking for rates of return takes the most time.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from analysis.arrays import Floats
from analysis.rental.engines.irr import npv
from analysis.rental.engines.measures import lowest_and_average_cover
from analysis.rental.engines.result import RentalResult
from analysis.units import per_period_rate

Gap = Callable[[RentalResult, float], Floats]


def _npv_gap(who: str) -> Gap:
    return lambda result, wanted: result.values[f"{who}_present_value_cny"][:, -1] - wanted


def _irr_gap(who: str) -> Gap:
    def gap(result: RentalResult, wanted: float) -> Floats:
        rate = per_period_rate(wanted, result.assumptions.periods_per_year)
        return npv(rate, result.values[f"{who}_cash_flow_cny"])

    return gap


def _payback_gap(flows_of: Callable[[RentalResult], Floats]) -> Gap:
    def gap(result: RentalResult, wanted: float) -> Floats:
        running = np.cumsum(flows_of(result), axis=1)
        at = wanted * result.assumptions.periods_per_year
        whole = min(int(np.floor(at + 1e-12)), result.n_periods)
        following = min(whole + 1, result.n_periods)
        there = running[:, whole] + (at - whole) * (running[:, following] - running[:, whole])
        answer = np.maximum(running[:, : whole + 1].max(axis=1), there)
        # after the life the total stands still: it is paid back within the life or never
        return np.where(at <= result.constants["life_periods"] + 1e-9, answer, np.nan)

    return gap


def _recovered(result: RentalResult) -> Floats:
    flows = result.values["net_profit_cny"] + result.values["depreciation_cny"]
    price = result.constants["price_paid_cny"]
    return np.concatenate([-price[:, None], flows[:, 1:]], axis=1)


def _discounted(result: RentalResult) -> Floats:
    return result.values["project_cash_flow_cny"] * result.values["project_discount_factor"]


GAPS: dict[str, Gap] = {
    "equity_npv_cny": _npv_gap("equity"),
    "project_npv_cny": _npv_gap("project"),
    "equity_irr": _irr_gap("equity"),
    "project_irr": _irr_gap("project"),
    "dscr_minimum": lambda result, wanted: lowest_and_average_cover(result.values)[0] - wanted,
    "payback_source_years": _payback_gap(_recovered),
    "payback_cash_years": _payback_gap(lambda result: result.values["project_cash_flow_cny"]),
    "payback_equity_years": _payback_gap(lambda result: result.values["equity_cash_flow_cny"]),
    "payback_discounted_years": _payback_gap(_discounted),
}
