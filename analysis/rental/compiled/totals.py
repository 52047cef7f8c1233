"""How many rates of return flows can have, bounded by changes of sign of their running totals.

With ``v = 1 / (1 + r)`` present value is a polynomial in ``v``. Dividing it by ``1 - v`` turns its
coefficients into running totals and moves no root, so the changes of sign of running totals of any
order bound the number of roots in (0, 1) (Descartes); totals run from the last flow back bound the
roots above one. One change in all proves a single rate, none that there is none (the first order
is Norstrom 1972, "A Sufficient Condition for a Unique Nonnegative Internal Rate of Return").
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from analysis.rental.compiled.lanes import LANES, compiled, inlined, offset

Floats = NDArray[np.float64]

UNROLLED = 4

# Rows of the workspace: results and work of one lane each, then the flows from period 0 on.
V, RATE, STATUS, OPEN, LOW, HIGH = range(6)
TOTAL, BACK_TOTAL, LAST, BACK_LAST, VALUE, SLOPE, BEND, CHANGES, BACK_CHANGES = range(6, 15)
PAID, PAID_SLOPE, RECEIVED, RECEIVED_SLOPE = range(15, 19)
_ORDERS = 3
SUMS, SUM_LASTS, SUM_CHANGES = (19 + i * _ORDERS for i in range(3))
FLOWS = 19 + 3 * _ORDERS


@compiled
def run_totals(x: Floats, n_flows: int) -> None:
    """Run totals from both ends, counting changes of sign, zeros passed over.

    Totals from the end sum up to the slope of present value at ``v = 1``, and totals of those to
    half its curvature.
    """
    for j in range(TOTAL * LANES, (BACK_CHANGES + 1) * LANES):
        x[j] = 0.0
    for group in range(n_flows // UNROLLED):
        flows = offset(FLOWS + UNROLLED * group)
        for j in range(LANES):
            total, before = x[TOTAL * LANES + j], x[LAST * LANES + j]
            changes = x[CHANGES * LANES + j]
            for i in range(UNROLLED):
                total += x[flows + i * LANES + j]
                changes += 1.0 if total * before < 0.0 else 0.0
                before = total if total != 0.0 else before
            x[TOTAL * LANES + j], x[LAST * LANES + j] = total, before
            x[CHANGES * LANES + j] = changes
    for group in range(n_flows // UNROLLED):
        flows = offset(FLOWS + n_flows - UNROLLED * (group + 1))
        for j in range(LANES):
            total, before = x[BACK_TOTAL * LANES + j], x[BACK_LAST * LANES + j]
            changes = x[BACK_CHANGES * LANES + j]
            slope, bend = x[SLOPE * LANES + j], x[BEND * LANES + j]
            for i in range(UNROLLED):
                bend += slope
                slope += total
                total += x[flows + (UNROLLED - 1 - i) * LANES + j]
                changes += 1.0 if total * before < 0.0 else 0.0
                before = total if total != 0.0 else before
            x[BACK_TOTAL * LANES + j], x[BACK_LAST * LANES + j] = total, before
            x[BACK_CHANGES * LANES + j] = changes
            x[SLOPE * LANES + j], x[BEND * LANES + j] = slope, bend


@compiled
def run_higher_totals(x: Floats, n_flows: int, is_back: bool) -> None:
    """Run totals of orders 1 to `_ORDERS` from one end, counting changes of sign."""
    for row in range(SUMS * LANES, FLOWS * LANES):
        x[row] = 0.0
    for t in range(n_flows):
        flows = offset(FLOWS + (n_flows - 1 - t if is_back else t))
        for j in range(LANES):
            value = x[flows + j]
            for order in range(_ORDERS):
                value += x[(SUMS + order) * LANES + j]
                before = x[(SUM_LASTS + order) * LANES + j]
                x[(SUMS + order) * LANES + j] = value
                x[(SUM_CHANGES + order) * LANES + j] += 1.0 if value * before < 0.0 else 0.0
                x[(SUM_LASTS + order) * LANES + j] = value if value != 0.0 else before


@inlined
def fewest_changes(x: Floats, j: int) -> float:
    """Return the best bound of all orders.

    Behind the last flow, totals of order k go on for ever. Their changes of sign there are at most
    those among the last totals of orders k, k - 1, ..., 1.
    """
    fewest, beyond = 1e300, 0.0
    last = 0.0
    for order in range(_ORDERS):
        end = x[(SUM_LASTS + order) * LANES + j]
        beyond += 1.0 if end * last < 0.0 else 0.0
        last = end
        fewest = min(fewest, x[(SUM_CHANGES + order) * LANES + j] + beyond)
    return fewest
