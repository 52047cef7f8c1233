"""Internal rates of return of a block of lanes, each with a proof that no other rate exists.

Most lanes are plain investments: a few steps find the rate, and the value of what is still to come
proves it the only one. Running totals prove how many rates the other lanes have (`totals`), and
Newton's method finds a single one; what totals leave open is set aside for `irr_exact`. No lane
depends on its neighbors: all take the same steps, or one that has settled is not touched again.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from analysis.arrays import Codes, Floats, Integers
from analysis.rental.engines.compiled.lanes import LANES, compiled, inlined, power
from analysis.rental.engines.compiled.present_values import (
    discount,
    discount_apart,
    discount_with_proof,
)
from analysis.rental.engines.compiled.root_counts import (
    BACK_CHANGES,
    BEND,
    CHANGES,
    FLOWS,
    HIGH,
    LOW,
    LOWEST,
    OPEN,
    PAID,
    PAID_SLOPE,
    RATE,
    RECEIVED,
    RECEIVED_SLOPE,
    SLOPE,
    STATUS,
    TOTAL,
    UNROLLED,
    VALUE,
    V,
    run_higher_totals,
    run_totals,
)

NONE, UNIQUE, UNDECIDED = 0.0, 1.0, 2.0
_QUICK_STEPS, _PATIENT_STEPS = 3, 60
_CLOSE = 1e-8  # what a further step would change is then below rounding
_BALANCED = 1e-11
_UNBOUNDED = 1e300
_STRIDE = 1.25


class Search(NamedTuple):
    """Workspaces and results of a search for rates over a run of scenarios.

    Parameters
    ----------
    x, hard : ndarray, shape ((FLOWS + n_flows) * LANES,)
        Workspaces: of the block at hand, and of lanes from any block that are hard.
    hard_rows : ndarray of int, shape (LANES,)
        Scenario of every hard lane.
    rate : ndarray, shape (n_scenarios,)
        Rates, decimal per year; NaN where there is none.
    status : ndarray of int8, shape (n_scenarios,)
        `NONE`, `UNIQUE` or `UNDECIDED`.
    aside, aside_rows : ndarray, shapes (n_scenarios, n_flows) and (n_scenarios,)
        Flows of the scenarios that stay undecided, and which they are.
    n_hard, n_aside : ndarray of int, shape (1,)
        Hard lanes in use, and scenarios set aside.
    """

    x: Floats
    hard: Floats
    hard_rows: Integers
    rate: Floats
    status: Codes
    aside: Floats
    aside_rows: Integers
    n_hard: Integers
    n_aside: Integers


def new_search(n_scenarios: int, n_periods: int) -> Search:
    """Allocate a search over the flows of periods 0 to `n_periods`."""
    n_flows = -(-(n_periods + 1) // UNROLLED) * UNROLLED
    return Search(
        x=np.zeros((FLOWS + n_flows) * LANES),
        hard=np.zeros((FLOWS + n_flows) * LANES),
        hard_rows=np.zeros(LANES, dtype=np.int64),
        rate=np.empty(n_scenarios),
        status=np.empty(n_scenarios, dtype=np.int8),
        aside=np.empty((n_scenarios, n_flows)),
        aside_rows=np.empty(n_scenarios, dtype=np.int64),
        n_hard=np.zeros(1, dtype=np.int64),
        n_aside=np.zeros(1, dtype=np.int64),
    )


@compiled
def search_block(search: Search, periods_per_year: float, first: int, n_lanes: int) -> None:
    """Find the rates of the flows in the workspace of a block.

    Parameters
    ----------
    search : Search
        Row ``FLOWS + t`` of its workspace `x` holds the flows of period t, zero behind the last.
    periods_per_year : float
        Periods in a year.
    first, n_lanes : int
        Scenario of the first lane, and lanes in use.
    """
    n_flows = search.aside.shape[1]
    _settle(search.x, n_flows, periods_per_year)
    for j in range(n_lanes):
        _record(search, search.x, j, first + j)
        if search.status[first + j] == UNDECIDED:
            place = search.n_hard[0] & (LANES - 1)  # so that it is seen not to be negative
            for row in range(FLOWS * LANES, (FLOWS + n_flows) * LANES, LANES):
                search.hard[row + place] = search.x[row + j]
            search.hard_rows[place] = first + j
            search.n_hard[0] = place + 1
            if place + 1 == LANES:
                search_hard(search, periods_per_year)


@compiled
def search_hard(search: Search, periods_per_year: float) -> None:
    """Find the rates of the hard lanes collected so far, setting aside what stays undecided."""
    n_flows = search.aside.shape[1]
    if search.n_hard[0] > 0:
        _settle_patiently(search.hard, n_flows, periods_per_year)
    for j in range(search.n_hard[0]):
        row = search.hard_rows[j]
        _record(search, search.hard, j, row)
        if search.status[row] == UNDECIDED:
            place = search.n_aside[0]
            for t in range(n_flows):
                search.aside[place, t] = search.hard[(FLOWS + t) * LANES + j]
            search.aside_rows[place] = row
            search.n_aside[0] = place + 1
    search.n_hard[0] = 0


@inlined
def _record(search: Search, x: Floats, j: int, row: int) -> None:
    status = x[STATUS * LANES + j]
    search.status[row] = np.int8(status)
    search.rate[row] = x[RATE * LANES + j] if status == UNIQUE else np.nan


@compiled
def _settle(x: Floats, n_flows: int, periods_per_year: float) -> None:
    """Find the rates of plain investments: a fixed number of steps, and a proof in the last."""
    for j in range(LANES):
        x[V * LANES + j] = 1.0
    for _ in range(_QUICK_STEPS):
        discount(x, n_flows)
        _advance(x)
    discount_with_proof(x, n_flows)
    for j in range(LANES):
        v, change = x[V * LANES + j], x[VALUE * LANES + j] / x[SLOPE * LANES + j]
        is_proven = (x[LOWEST * LANES + j] >= 0.0) & (x[FLOWS * LANES + j] < 0.0)
        is_close = (abs(change) <= _CLOSE * v) & (abs(v - 1.0) > _BALANCED)
        x[V * LANES + j] = v - change
        x[STATUS * LANES + j] = UNIQUE if is_proven & is_close else UNDECIDED
    _close(x, periods_per_year)


@compiled
def _settle_patiently(x: Floats, n_flows: int, periods_per_year: float) -> None:
    """Do as `_settle` for flows that are hard: totals of more orders, more steps, any outlay."""
    run_totals(x, n_flows)
    run_higher_totals(x, n_flows, False, CHANGES)
    run_higher_totals(x, n_flows, True, BACK_CHANGES)
    for j in range(LANES):
        x[V * LANES + j] = 1.0
    discount_apart(x, n_flows)
    for j in range(LANES):
        _open(x, j, x[PAID * LANES + j] + x[RECEIVED * LANES + j])
    for step in range(_PATIENT_STEPS):
        if step > 0:
            discount_apart(x, n_flows)
        if _advance_apart(x) == 0:
            break
    _close(x, periods_per_year)


@inlined
def _open(x: Floats, j: int, size: float) -> None:
    """Decide from the changes of sign; a lane with a single rate is open until that is found.

    Flows that balance within rounding have a rate of zero, or none: no sum can tell.
    """
    below = x[CHANGES * LANES + j]
    changes = below + x[BACK_CHANGES * LANES + j]
    is_decided = (changes < 1.5) & (abs(x[TOTAL * LANES + j]) > _BALANCED * size)
    is_single = is_decided & (changes > 0.5)
    x[STATUS * LANES + j] = NONE if is_decided & (not is_single) else UNDECIDED
    x[OPEN * LANES + j] = 1.0 if is_single else 0.0
    x[LOW * LANES + j] = 0.0 if below > 0.5 else 1.0
    x[HIGH * LANES + j] = 1.0 if below > 0.5 else _UNBOUNDED
    x[V * LANES + j] = 1.0


@compiled
def _close(x: Floats, periods_per_year: float) -> None:
    for j in range(LANES):
        x[RATE * LANES + j] = power(x[V * LANES + j], -periods_per_year) - 1.0


@compiled
def _advance(x: Floats) -> None:
    """Take one step towards the zero of log(received / outlay) over log(v).

    That function is nearly a straight line: its slope is the duration of what is received, its
    curvature the variance of its dates (Halley's method). The step's logarithm and exponential are
    taken to the second order, ``2 (a - b) / (a + b)`` and ``(2 + u) / (2 - u)``.
    """
    for j in range(LANES):
        v, value = x[V * LANES + j], x[VALUE * LANES + j]
        outlay = -x[FLOWS * LANES + j]
        received = value + outlay
        duration = v * x[SLOPE * LANES + j] / received
        variance = duration + 2.0 * v * v * x[BEND * LANES + j] / received - duration * duration
        step = -2.0 * value / ((received + outlay) * duration)
        bent = 1.0 + 0.5 * variance * step / duration
        step = step / (bent if bent > 0.5 else 1.0)
        x[V * LANES + j] = v * (2.0 + step) / (2.0 - step)


@compiled
def _advance_apart(x: Floats) -> int:
    """Take one step of Newton's method on log(received / paid) over log(v)."""
    left = 0
    for j in range(LANES):
        v = x[V * LANES + j]
        received, paid = x[RECEIVED * LANES + j], x[PAID * LANES + j]
        duration = x[RECEIVED_SLOPE * LANES + j] / received - x[PAID_SLOPE * LANES + j] / paid
        step = 2.0 * (paid - received) / (paid + received) / (v * duration)
        step = min(max(step, -1.0), 1.0)
        left += _move(x, j, v, received - paid, v * (2.0 + step) / (2.0 - step))
    return left


@inlined
def _move(x: Floats, j: int, v: float, value: float, newton: float) -> int:
    """Move a lane that is open to Newton's point or the middle of its bracket; count it if open."""
    low, high = x[LOW * LANES + j], x[HIGH * LANES + j]
    is_below_one = x[CHANGES * LANES + j] > 0.5
    is_like_one = value * x[TOTAL * LANES + j] > 0.0
    is_above_root = is_like_one == is_below_one
    high = v if is_above_root else high
    low = low if is_above_root else v
    is_near = abs(newton - v) <= _CLOSE * v
    is_inside = (newton > low) & (newton < high)
    middle = 0.5 * (low + high) if high < _UNBOUNDED else low * _STRIDE
    is_open = x[OPEN * LANES + j] > 0.5
    x[LOW * LANES + j], x[HIGH * LANES + j] = low, high
    x[V * LANES + j] = (newton if is_near | is_inside else middle) if is_open else v
    is_solved = is_open & is_near
    x[STATUS * LANES + j] = UNIQUE if is_solved else x[STATUS * LANES + j]
    stays = is_open & (not is_near)
    x[OPEN * LANES + j] = 1.0 if stays else 0.0
    return 1 if stays else 0
