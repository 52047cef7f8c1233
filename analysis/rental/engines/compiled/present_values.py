"""Present values of a block of lanes and their slopes, by Horner's rule at every lane's ``v``."""

from __future__ import annotations

from analysis.arrays import Floats
from analysis.rental.engines.compiled.lanes import LANES, compiled, offset, smaller
from analysis.rental.engines.compiled.root_counts import (
    BEND,
    FLOWS,
    LOWEST,
    PAID,
    PAID_SLOPE,
    RECEIVED,
    RECEIVED_SLOPE,
    SLOPE,
    UNROLLED,
    VALUE,
    V,
)

_MARGIN = 4e-8  # of v; a rate that is found is known far closer


@compiled
def discount(x: Floats, n_flows: int) -> None:
    """Evaluate present value, its slope and half its curvature at every lane's ``v`` (Horner)."""
    for j in range(VALUE * LANES, (BEND + 1) * LANES):
        x[j] = 0.0
    for group in range(n_flows // UNROLLED):
        flows = offset(FLOWS + n_flows - UNROLLED * (group + 1))
        for j in range(LANES):
            v, value = x[V * LANES + j], x[VALUE * LANES + j]
            slope, bend = x[SLOPE * LANES + j], x[BEND * LANES + j]
            for i in range(UNROLLED):
                bend = bend * v + slope
                slope = slope * v + value
                value = value * v + x[flows + (UNROLLED - 1 - i) * LANES + j]
            x[VALUE * LANES + j] = value
            x[SLOPE * LANES + j], x[BEND * LANES + j] = slope, bend


@compiled
def discount_apart(x: Floats, n_flows: int) -> None:
    """Evaluate the present values of money received and of money paid, and their slopes."""
    for j in range(PAID * LANES, (RECEIVED_SLOPE + 1) * LANES):
        x[j] = 0.0
    for group in range(n_flows // UNROLLED):
        flows = offset(FLOWS + n_flows - UNROLLED * (group + 1))
        for j in range(LANES):
            v = x[V * LANES + j]
            paid, paid_slope = x[PAID * LANES + j], x[PAID_SLOPE * LANES + j]
            received, received_slope = x[RECEIVED * LANES + j], x[RECEIVED_SLOPE * LANES + j]
            for i in range(UNROLLED):
                flow = x[flows + (UNROLLED - 1 - i) * LANES + j]
                inflow = flow if flow > 0.0 else 0.0
                received_slope = received_slope * v + received
                received = received * v + inflow
                paid_slope = paid_slope * v + paid
                paid = paid * v + (inflow - flow)
            x[PAID * LANES + j], x[PAID_SLOPE * LANES + j] = paid, paid_slope
            x[RECEIVED * LANES + j], x[RECEIVED_SLOPE * LANES + j] = received, received_slope


@compiled
def discount_with_proof(x: Floats, n_flows: int) -> None:
    """Evaluate present value and its slope, and the lowest value of what is still to come.

    Horner's sums are the value, in each period, of all later flows, and the coefficients of present
    value divided by ``v`` less its root. If none is negative there is no other root (Soper 1959,
    "The Marginal Efficiency of Capital: A Further Note"). They are taken a little to the
    left of ``v`` and of the root, by their slopes.
    """
    for j in range(LANES):
        x[VALUE * LANES + j] = x[SLOPE * LANES + j] = x[LOWEST * LANES + j] = 0.0
    for group in range(n_flows // UNROLLED):
        flows = offset(FLOWS + n_flows - UNROLLED * (group + 1))
        for j in range(LANES):
            v, value, slope = x[V * LANES + j], x[VALUE * LANES + j], x[SLOPE * LANES + j]
            left, lowest = _MARGIN * v, x[LOWEST * LANES + j]
            for i in range(UNROLLED):
                lowest = smaller(lowest, value - left * slope)
                slope = slope * v + value
                value = value * v + x[flows + (UNROLLED - 1 - i) * LANES + j]
            x[VALUE * LANES + j], x[SLOPE * LANES + j] = value, slope
            x[LOWEST * LANES + j] = lowest
