"""Debt sculpted to cash flow, one sweep for a block of lanes: the compiled face of `sculpt`."""

from __future__ import annotations

from analysis.arrays import Floats
from analysis.rental.engines.compiled.lanes import LANES, compiled, inlined, offset, smaller
from analysis.rental.model.rounding import SCULPTED_TOLERANCE


@inlined
def _row(w: Floats, row: int, j: int) -> float:
    return w[offset(row) + j]


@compiled
def begin(w: Floats, service: Floats, drawn: int, moving: int) -> None:
    """Start without debt, all lanes moving.

    Parameters
    ----------
    w : ndarray
        Rows of the kernel.
    service : ndarray, shape (n_periods * LANES,)
        Debt service of every period.
    drawn, moving : int
        Rows: share of the price drawn; 1 while the lane has not settled.
    """
    for i in range(service.size):
        service[i] = 0.0
    for j in range(LANES):
        w[offset(drawn) + j] = 0.0
        w[offset(moving) + j] = 1.0


@compiled
def reshape(
    w: Floats,
    service: Floats,
    available: Floats,
    n_periods: int,
    drawn: int,
    moving: int,
    cap: int,
    cover: int,
    price: int,
    present: int,
) -> int:
    """Shape debt service to the cash flow that the service so far gave.

    Parameters
    ----------
    w, service, drawn, moving : ndarray, ndarray, int, int
        As in `begin`.
    available : ndarray, shape (n_periods * LANES,)
        Cash flow available in every period of the debt.
    n_periods : int
        Periods.
    cap, cover, price, present : int
        Rows: highest share of the price, cover ratio aimed at, price, and present value of what is
        available.

    Returns
    -------
    int
        Lanes that had not settled before; with none the flows at hand are final.
    """
    n_moving = 0
    for j in range(LANES):
        if _row(w, moving, j) < 0.5:
            continue
        n_moving += 1
        value, paid = _row(w, present, j), _row(w, price, j)
        debt = smaller(value / _row(w, cover, j), _row(w, cap, j) * paid)
        scale = debt / value if value > 0.0 else 0.0
        change = 0.0
        for t in range(n_periods):
            following = available[t * LANES + j] * scale
            change = max(change, abs(following - service[t * LANES + j]))
            service[t * LANES + j] = following
        w[offset(drawn) + j] = debt / paid
        w[offset(moving) + j] = 1.0 if change > SCULPTED_TOLERANCE * paid else 0.0
    return n_moving
