"""Inverse questions: which value of an assumption gives a wanted answer.

One solver for all. Every question is put as a gap that is continuous and zero at the answer: an
internal rate of return of *r* is a present value of zero at *r*, a payback of *n* years is a
running total of zero after *n* years, whether or not the rate or the payback exists elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq

from analysis.errors import AssumptionError, Fault
from analysis.rental.assumptions import Assumptions
from analysis.rental.evaluation import evaluate
from analysis.rental.irr import npv
from analysis.rental.resolve import varying_fields
from analysis.rental.result import RentalResult
from analysis.units import per_period_rate

Floats = NDArray[np.float64]
Gap = Callable[[RentalResult, float], Floats]

GRID_POINTS = 129
WHOLE_PERIODS = ("useful_life_years", "debt_tenor_years", "contract_years")
WHOLE_NUMBERS = ("n_gpus", "depreciation_life_years", "tax_depreciation_life_years")


@dataclass(frozen=True)
class Solution:
    """Answer to an inverse question.

    Parameters
    ----------
    unknown, target : str
        The assumption sought and the measure it should bring about.
    wanted : float
        Wanted value of the measure.
    low, high : float
        Range searched; of an assumption that moves in whole steps, the first and the last step.
    values : tuple of float
        Every value found, ascending; empty when there is none. For an assumption that moves in
        whole steps, the first step at or past the wanted value.
    brackets : tuple of (float, float)
        For each value, the neighbors between which the measure passes the wanted value; both are
        the value itself unless the assumption moves in whole steps.
    at_low, at_high : float or None
        The measure at both ends of the range; None where it does not exist.
    """

    unknown: str
    target: str
    wanted: float
    low: float
    high: float
    values: tuple[float, ...]
    brackets: tuple[tuple[float, float], ...]
    at_low: float | None
    at_high: float | None

    @property
    def value(self) -> float | None:
        """The only value found; None when there is none or more than one."""
        return self.values[0] if len(self.values) == 1 else None

    def __str__(self) -> str:
        """Render the answer as a sentence."""
        question = f"{self.target} = {self.wanted:g}"
        if self.values:
            found = " and ".join(
                f"{low:.10g}" if low == high else f"between {low:.10g} and {high:.10g}"
                for low, high in self.brackets
            )
            return f"{question} at {self.unknown} {'' if 'between' in found else '= '}{found}"
        low, high = (
            "does not exist" if end is None else f"is {end:.6g}"
            for end in (self.at_low, self.at_high)
        )
        return (
            f"{question}: no value of {self.unknown} in [{self.low:g}, {self.high:g}]; "
            f"it {low} at {self.low:g} and {high} at {self.high:g}"
        )


def _npv_gap(who: str) -> Gap:
    return lambda result, wanted: getattr(result.metrics, f"{who}_npv_cny") - wanted


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
    "dscr_minimum": lambda result, wanted: result.metrics.dscr_minimum - wanted,
    "payback_source_years": _payback_gap(_recovered),
    "payback_cash_years": _payback_gap(lambda result: result.values["project_cash_flow_cny"]),
    "payback_equity_years": _payback_gap(lambda result: result.values["equity_cash_flow_cny"]),
    "payback_discounted_years": _payback_gap(_discounted),
}


def solve(
    assumptions: Assumptions,
    unknown: str,
    *,
    target: str,
    wanted: float,
    low: float,
    high: float,
) -> Solution:
    """Find every value of an assumption that gives a wanted measure.

    The range is scanned on a grid in one evaluation over scenarios; every change of sign of the gap
    is then closed in on (Brent). Two answers closer than a grid step cannot be told apart.

    Parameters
    ----------
    assumptions : Assumptions
        The case; its own value of `unknown` does not matter.
    unknown : str
        A numeric assumption.
    target : str
        One of `GAPS`: present values (CNY), rates of return (decimals per year), the lowest debt
        service cover, paybacks (years).
    wanted : float
        Wanted value of the measure, in its unit.
    low, high : float
        Range of the unknown, both ends included.

    Returns
    -------
    Solution
        All values found, or none with the measure at both ends.

    Raises
    ------
    AssumptionError
        If the unknown or the target is not known, or the range is empty or impossible.

    Examples
    --------
    The constant yearly decline of rent that equity can bear at 10 %:

    >>> found = solve(Assumptions(), "rent_decline_per_year", target="equity_npv_cny",
    ...               wanted=0.0, low=0.0, high=0.9)
    >>> round(found.value, 4)
    0.2758
    >>> print(solve(Assumptions(), "rent_cny_per_server_month", target="equity_irr",
    ...             wanted=0.15, low=90_000, high=100_000))
    equity_irr = 0.15: no value of rent_cny_per_server_month in [90000, 100000]; \
it is 0.909096 at 90000 and is 1.06752 at 100000
    """
    _check_question(unknown, target, wanted, low, high)
    grid = _grid(assumptions, unknown, low, high)
    gap = GAPS[target]

    def gap_at(values: Floats) -> Floats:
        return gap(evaluate(assumptions, {unknown: values}), wanted)

    result = evaluate(assumptions, {unknown: grid})
    gaps = gap(result, wanted)
    measures = getattr(result.metrics, target)
    found: list[tuple[float, float]] = []
    for index, value in enumerate(gaps):
        if value == 0.0:
            found.append((float(grid[index]), float(grid[index])))
        elif index and gaps[index - 1] * value < 0:
            ends = float(grid[index - 1]), float(grid[index])
            if unknown not in (*WHOLE_PERIODS, *WHOLE_NUMBERS):
                root = brentq(lambda x: float(gap_at(np.array([x]))[0]), *ends, xtol=1e-14)
                ends = (root, root)
            found.append(ends)
    return Solution(
        unknown,
        target,
        wanted,
        float(grid[0]),
        float(grid[-1]),
        tuple(past for _, past in found),
        tuple(found),
        _exists(measures[0]),
        _exists(measures[-1]),
    )


def _exists(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def _grid(assumptions: Assumptions, unknown: str, low: float, high: float) -> Floats:
    if unknown in (*WHOLE_PERIODS, *WHOLE_NUMBERS):
        steps = assumptions.periods_per_year if unknown in WHOLE_PERIODS else 1
        first, last = np.ceil(low * steps - 1e-9), np.floor(high * steps + 1e-9)
        if first > last:
            fault = Fault("question", None, "range", f"[{low:g}, {high:g}]", "a whole step in it")
            raise AssumptionError([fault])
        return np.arange(first, last + 1) / steps
    return np.linspace(low, high, GRID_POINTS)


def _check_question(unknown: str, target: str, wanted: float, low: float, high: float) -> None:
    faults = []
    if unknown not in varying_fields() or unknown == "rent_index_by_period":
        faults.append(Fault("question", None, "unknown", unknown, "an assumption that is a number"))
    if target not in GAPS:
        faults.append(Fault("question", None, "target", target, f"one of {', '.join(GAPS)}"))
    if not -np.inf < low < high < np.inf:
        faults.append(Fault("question", None, "range", f"[{low:g}, {high:g}]", "low below high"))
    lowest = -1.0 if target.endswith("_irr") else 0.0 if target.startswith("payback") else -np.inf
    if not lowest < wanted < np.inf:
        floor = "" if lowest == -np.inf else f" above {lowest:g}"
        faults.append(Fault("question", None, "wanted", f"{wanted:g}", f"a finite number{floor}"))
    if faults:
        raise AssumptionError(faults)
