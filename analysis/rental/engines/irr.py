"""Internal rates of return: every real root above -100 %, which of them to report, and its status.

Net present value over ``v = 1 / (1 + r)`` is a polynomial; `root_isolation` finds its roots, with a
proof that none is missing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.arguments import as_numbers
from analysis.arrays import Floats, Integers
from analysis.errors import AssumptionError, Fault
from analysis.rental.engines.root_isolation import (
    all_roots,
    first_sign,
    npv,
    sign_changes,
    single_roots,
)
from analysis.rental.model.rounding import ROUNDING

UNIQUE, MULTIPLE, NONE, PAID = "unique", "multiple", "none", "paid"


class IrrResult(NamedTuple):
    """Internal rates of return of a set of cash flows.

    Parameters
    ----------
    rate : ndarray, shape (n_scenarios,)
        The root nearest zero on the side of the undiscounted sum's sign, decimal per period; NaN
        where there is none.
    status : ndarray of str, shape (n_scenarios,)
        ``unique``, ``multiple`` or ``none``.
    roots : dict of int to ndarray
        All roots, ascending, of the scenarios that have several.
    """

    rate: Floats
    status: NDArray[np.str_]
    roots: dict[int, Floats]


def finite_flows(flows: ArrayLike) -> Floats:
    """Return flows as an array, refused where one is no finite number.

    A rate of return or a payback of what is not known is nobody's answer: every function that
    looks for one asks this first. Present value alone is not-a-number where a flow is.

    Raises
    ------
    AssumptionError
        With scenario and period of each such flow, the first three; or if they are no series of
        numbers.
    """
    values = as_numbers("flows", flows)
    if not 1 <= values.ndim <= 2 or values.shape[-1] == 0:
        found = f"shape {values.shape}"
        expected = "a flow a period, from period 0: shape (n,), or (n_scenarios, n)"
        raise AssumptionError([Fault("flows", None, None, found, expected)])
    places = np.argwhere(~np.isfinite(values))
    if places.size:
        raise AssumptionError(
            [
                Fault(
                    "flows",
                    int(place[0]) if place.size > 1 else None,
                    f"period {place[-1]}",
                    str(values[tuple(place)]),
                    "a finite number",
                )
                for place in places[:3]
            ]
        )
    return values


def irr_roots(flows: ArrayLike) -> Floats:
    """Return every internal rate of return above -100 % of one series of flows.

    Parameters
    ----------
    flows : array, shape (n_periods + 1,)
        Money received less money paid, from period 0.

    Returns
    -------
    ndarray
        Roots, ascending, decimal per period; empty when there is none. A root that touches zero
        without crossing it is returned once.

    Raises
    ------
    AssumptionError
        If a flow is no finite number.

    Examples
    --------
    >>> irr_roots([-100.0, 230.0, -132.0]).round(10).tolist()
    [0.1, 0.2]
    >>> irr_roots([100.0, 10.0]).tolist()
    []
    """
    values = finite_flows(flows)
    if values.ndim != 1:
        expected = "one series of flows, of shape (n,)"
        raise AssumptionError([Fault("flows", None, None, f"shape {values.shape}", expected)])
    return all_roots(values[None, :])[1]


def irr(flows: ArrayLike) -> IrrResult:
    """Return the internal rate of return of every scenario.

    Scenarios with one change of sign are solved together, one safeguarded Newton step at a time;
    the others have all their roots isolated.

    Parameters
    ----------
    flows : array, shape (n_scenarios, n_periods + 1)
        Money received less money paid, from period 0. What is less than `ROUNDING` of the largest
        flow is rounding, and no flow; `irr_roots` takes flows as they are.

    Returns
    -------
    IrrResult
        Rates, status and, where there are several, all roots.

    Raises
    ------
    AssumptionError
        If a flow is no finite number.

    Examples
    --------
    >>> irr([[-100.0, 60.0, 60.0], [-1.0, -1.0, -1.0], [-1.0, -1.0, 1e-17]]).status.tolist()
    ['unique', 'none', 'none']
    """
    values = np.atleast_2d(finite_flows(flows))
    dust = ROUNDING * np.abs(values).max(axis=1, keepdims=True, initial=0.0)
    values = np.where(np.abs(values) < dust, 0.0, values)
    rate = np.full(values.shape[0], np.nan)
    status = np.full(values.shape[0], NONE, dtype="<U8")
    roots: dict[int, Floats] = {}
    changes = sign_changes(values)
    single = np.flatnonzero(changes == 1)
    rate[single] = single_roots(values[single])
    status[single] = UNIQUE
    several = np.flatnonzero(changes > 1)
    rows, found = all_roots(values[several])
    total = npv(0.0, values[several])
    for position, row in enumerate(several):
        own = found[rows == position] if several.size < 64 else found[_span(rows, position)]
        if own.size:
            rate[row] = _nearest_zero(own, float(total[position]))
            status[row] = UNIQUE if own.size == 1 else MULTIPLE
        if own.size > 1:
            roots[int(row)] = own
    return IrrResult(rate, status, roots)


def earned_at(rate: float, flows: ArrayLike) -> Floats:
    """Return how much present value is left where flows are asked to earn a rate.

    Flows earn *r* above zero if their present value is negative at no rate from zero to *r*, and
    *r* below zero if it is not negative at some rate from *r* to zero: so far is the reported rate
    of return, if there is one, at least *r*, and who earns a higher rate earns every lower one. Of
    present value at *r* alone this cannot be said where it rises with the rate.

    Parameters
    ----------
    rate : float
        Decimal per period, above -1.
    flows : array, shape (n_scenarios, n_periods + 1)
        Money received less money paid, from period 0.

    Returns
    -------
    ndarray, shape (n_scenarios,)
        The lowest present value at rates from zero to `rate`, the highest from `rate` to zero where
        that is negative; zero where the rate is just earned.

    Examples
    --------
    At 10 % and at 20 % present value is zero; it is negative without discounting:

    >>> earned_at(0.15, [[-100.0, 230.0, -132.0]]).tolist()
    [-2.0]
    """
    values = np.atleast_2d(np.asarray(flows, dtype=float))
    best = npv(rate, values)
    is_plain = (sign_changes(values) == 1) & (first_sign(values) < 0)
    rows = np.flatnonzero(~is_plain & np.isfinite(values).all(axis=1))
    own = values[rows]
    # present value is lowest or highest at an end, or where its slope by v = 1 / (1 + rate) is zero
    places, between = all_roots(own[:, 1:] * np.arange(1.0, own.shape[1]))
    low, high = min(rate, 0.0), max(rate, 0.0)
    is_between = (between > low) & (between < high)
    places, between = places[is_between], between[is_between]
    chosen = np.minimum if rate >= 0 else np.maximum
    extreme = chosen(best[rows], npv(0.0, own))
    chosen.at(extreme, places, npv(between, own[places]))
    best[rows] = extreme
    return best


def judged(
    rate: Floats,
    status: NDArray[Any],
    roots: dict[int, Floats],
    total: Floats,
    codes: Mapping[str, Any],
) -> tuple[Floats, NDArray[Any], dict[int, Floats]]:
    """Tell rates that are paid from those that are earned, and drop those that mean nothing.

    A single rate is paid where present value rises with it, so that the undiscounted sum has the
    other sign: what is received comes first, and is given back with more.

    Parameters
    ----------
    rate : ndarray, shape (n_scenarios,)
        Rates of return, NaN where there is none.
    status : ndarray, shape (n_scenarios,)
        Their status.
    roots : dict of int to ndarray
        All rates of the scenarios that have several.
    total : ndarray, shape (n_scenarios,)
        Undiscounted sum of the flows; NaN where nothing is put in.
    codes : mapping of str to object
        How `NONE`, `UNIQUE` and `PAID` are written in `status`.

    Returns
    -------
    rate, status, roots
        The same, judged.
    """
    is_nothing = np.isnan(total)
    is_unique = (status == codes[UNIQUE]) & (np.abs(rate) > ROUNDING)
    is_paid = is_unique & (rate * total < 0)
    found = np.where(is_paid, codes[PAID], status).astype(status.dtype)
    found = np.where(is_nothing, codes[NONE], found).astype(status.dtype)
    kept = {row: rates for row, rates in roots.items() if not is_nothing[row]}
    return np.where(is_nothing, np.nan, rate), found, kept


def _span(rows: Integers, row: int) -> slice:
    return slice(int(np.searchsorted(rows, row)), int(np.searchsorted(rows, row, side="right")))


def _nearest_zero(found: Floats, total: float) -> float:
    side = found[found >= 0] if total >= 0 else found[found <= 0]
    candidates = side if side.size else found
    return float(candidates[np.argmin(np.abs(candidates))])
