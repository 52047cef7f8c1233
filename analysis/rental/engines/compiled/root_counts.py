"""Root counting: how many rates flows can have, by changes of sign of their running totals.

With ``v = 1 / (1 + r)`` present value is a polynomial in ``v``. Dividing it by ``1 - v`` turns its
coefficients into running totals and moves no root, so the changes of sign of running totals of any
order bound the number of roots in (0, 1) (Descartes); totals run from the last flow back bound the
roots above one. One change in all proves a single rate, none that there is none (the first order
is Norstrom 1972, "A Sufficient Condition for a Unique Nonnegative Internal Rate of Return").
"""

from __future__ import annotations

from analysis.arrays import Floats
from analysis.rental.engines.compiled.lanes import LANES, compiled, offset, smaller

UNROLLED = 4

# Rows of the workspace: results and work of one lane each, then the flows from period 0 on.
V, RATE, STATUS, OPEN, LOW, HIGH = range(6)
VALUE, SLOPE, BEND, LOWEST = range(6, 10)
TOTAL, BACK_TOTAL, LAST, BACK_LAST, CHANGES, BACK_CHANGES = range(10, 16)
PAID, PAID_SLOPE, RECEIVED, RECEIVED_SLOPE = range(16, 20)
FIRST, SECOND, THIRD, SECOND_LAST, THIRD_LAST, SECOND_CHANGES, THIRD_CHANGES = range(20, 27)
FLOWS = 27


@compiled
def run_totals(x: Floats, n_flows: int) -> None:
    """Run totals from both ends, counting changes of sign, zeros passed over."""
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
            for i in range(UNROLLED):
                total += x[flows + (UNROLLED - 1 - i) * LANES + j]
                changes += 1.0 if total * before < 0.0 else 0.0
                before = total if total != 0.0 else before
            x[BACK_TOTAL * LANES + j], x[BACK_LAST * LANES + j] = total, before
            x[BACK_CHANGES * LANES + j] = changes


@compiled
def run_higher_totals(x: Floats, n_flows: int, is_back: bool, row: int) -> None:
    """Run totals of totals, and totals of those, for a better bound than changes of sign in `row`.

    Behind the last flow, totals of order k go on for ever. Their changes of sign there are at most
    those among the last totals of orders k, k - 1, ..., 1.

    Parameters
    ----------
    x, n_flows : ndarray, int
        Workspace with its running totals.
    is_back : bool
        Whether to run from the last flow to the first.
    row : int
        `CHANGES` or `BACK_CHANGES`, lowered where a higher order bounds better.
    """
    for j in range(FIRST * LANES, FLOWS * LANES):
        x[j] = 0.0
    for group in range(n_flows // UNROLLED):
        flows = offset(FLOWS + (n_flows - UNROLLED * (group + 1) if is_back else UNROLLED * group))
        for j in range(LANES):
            first, second, third = x[FIRST * LANES + j], x[SECOND * LANES + j], x[THIRD * LANES + j]
            second_last, third_last = x[SECOND_LAST * LANES + j], x[THIRD_LAST * LANES + j]
            second_changes = x[SECOND_CHANGES * LANES + j]
            third_changes = x[THIRD_CHANGES * LANES + j]
            for i in range(UNROLLED):
                first += x[flows + (UNROLLED - 1 - i if is_back else i) * LANES + j]
                second += first
                third += second
                second_changes += 1.0 if second * second_last < 0.0 else 0.0
                third_changes += 1.0 if third * third_last < 0.0 else 0.0
                second_last = second if second != 0.0 else second_last
                third_last = third if third != 0.0 else third_last
            x[FIRST * LANES + j], x[SECOND * LANES + j], x[THIRD * LANES + j] = first, second, third
            x[SECOND_LAST * LANES + j], x[THIRD_LAST * LANES + j] = second_last, third_last
            x[SECOND_CHANGES * LANES + j] = second_changes
            x[THIRD_CHANGES * LANES + j] = third_changes
    for j in range(LANES):
        first = x[FIRST * LANES + j]
        second, third = x[SECOND_LAST * LANES + j], x[THIRD_LAST * LANES + j]
        beyond = 1.0 if first * second < 0.0 else 0.0
        changes = smaller(x[row * LANES + j], x[SECOND_CHANGES * LANES + j] + beyond)
        beyond += 1.0 if second * third < 0.0 else 0.0
        x[row * LANES + j] = smaller(changes, x[THIRD_CHANGES * LANES + j] + beyond)
