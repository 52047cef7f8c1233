"""Debt service of the periods to come, for a block of lanes: the compiled face of `look_ahead`."""

from __future__ import annotations

from analysis.arrays import Floats
from analysis.rental.engines.compiled.lanes import LANES, compiled, larger, offset, smaller


@compiled
def look_ahead(
    w: Floats, service: Floats, ahead: Floats, n_periods: int, held: int, first: int
) -> None:
    """Sum the debt service of the next periods.

    Parameters
    ----------
    w : ndarray
        Rows of the kernel.
    service : ndarray, shape (n_periods * LANES,)
        Debt service of every period.
    ahead : ndarray, shape (n_periods * LANES,)
        Receives what is to come after every period.
    n_periods : int
        Periods.
    held, first : int
        Rows: how many periods are held; and what receives the sum on the day of purchase.
    """
    for j in range(LANES):
        periods_held = w[offset(held) + j]
        for t in range(n_periods + 1):
            total = 0.0
            for further in range(n_periods - t):
                if further >= periods_held:
                    break
                part = smaller(larger(periods_held - further, 0.0), 1.0)
                total += part * service[(t + further) * LANES + j]
            if t == 0:
                w[offset(first) + j] = total
            else:
                ahead[(t - 1) * LANES + j] = total
