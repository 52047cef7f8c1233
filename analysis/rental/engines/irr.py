"""Internal rates of return: every real root above -100 %, with a proof that none is missing.

With ``v = 1 / (1 + r)`` net present value is a polynomial ``sum(flow[t] * v**t)``. Its roots in
(0, 1) are the positive rates; the reversed polynomial in ``w = 1 + r`` has the negative ones. One
change of sign among the flows means exactly one root (Descartes). Otherwise each half is written in
the Bernstein basis and halved until the changes of sign of its coefficients, an upper bound on
the roots inside, are none or one (Vincent's theorem): what remains is isolated.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.arrays import Floats, Integers
from analysis.errors import AssumptionError, Fault
from analysis.rental.model.rounding import ROUNDING

UNIQUE, MULTIPLE, NONE, PAID = "unique", "multiple", "none", "paid"
_NARROWEST = 2.0**-44
_ITERATIONS = 200


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


def sign_changes(flows: ArrayLike) -> Integers:
    """Count the changes of sign along the last axis, zeros passed over.

    Examples
    --------
    >>> int(sign_changes([-1.0, 0.0, 2.0, -1.0]))
    2
    """
    signs = np.sign(np.asarray(flows, dtype=float))
    last = np.zeros(signs.shape[:-1])
    count = np.zeros(signs.shape[:-1], dtype=np.int64)
    for index in range(signs.shape[-1]):
        now = signs[..., index]
        count += (now * last) < 0
        last = np.where(now != 0, now, last)
    return count


def npv(rate: ArrayLike, flows: ArrayLike) -> Floats:
    """Discount flows at a rate per period, the flow of period 0 undiscounted.

    Parameters
    ----------
    rate : float or array, shape (n_scenarios,)
        Decimal per period, above -1.
    flows : array, shape (..., n_periods + 1)
        Money received less money paid, from period 0.

    Returns
    -------
    ndarray
        ``sum(flows[t] / (1 + rate)**t)``; NaN where the rate or any flow is NaN.

    Examples
    --------
    >>> round(float(npv(0.10, [-100.0, 60.0, 60.0])), 4)
    4.1322
    """
    values = np.asarray(flows, dtype=float)
    factor = 1.0 / (1.0 + np.asarray(rate, dtype=float))
    total = np.zeros(np.broadcast_shapes(factor.shape, values.shape[:-1]))
    for index in reversed(range(values.shape[-1])):
        total = total * factor + values[..., index]
    return total


def finite_flows(flows: ArrayLike) -> Floats:
    """Return flows as an array, refused where one is no finite number.

    A rate of return or a payback of what is not known is nobody's answer: every function that
    looks for one asks this first. Present value alone is not-a-number where a flow is.

    Raises
    ------
    AssumptionError
        With scenario and period of each such flow, the first three.
    """
    values = np.asarray(flows, dtype=float)
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
    return _all_roots(finite_flows(flows)[None, :])[1]


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
    rate[single] = _single_roots(values[single])
    status[single] = UNIQUE
    several = np.flatnonzero(changes > 1)
    rows, found = _all_roots(values[several])
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
    is_plain = (sign_changes(values) == 1) & (_first_sign(values) < 0)
    rows = np.flatnonzero(~is_plain & np.isfinite(values).all(axis=1))
    own = values[rows]
    # present value is lowest or highest at an end, or where its slope by v = 1 / (1 + rate) is zero
    places, between = _all_roots(own[:, 1:] * np.arange(1.0, own.shape[1]))
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


def _single_roots(values: Floats) -> Floats:
    """Return the root of flows with one change of sign."""
    total = npv(0.0, values)
    first = _first_sign(values)
    is_positive = total * first < 0
    ascending = np.where(is_positive[:, None], values, values[:, ::-1])
    ends = np.zeros(values.shape[0]), np.ones(values.shape[0])
    x = _solve(ascending, *ends, _first_sign(ascending))
    x = np.where(total == 0, 1.0, x)
    return np.where(is_positive, 1.0 / x - 1.0, x - 1.0)


def _all_roots(values: Floats) -> tuple[Integers, Floats]:
    """Return every root of every row: row numbers, ascending, and rates, ascending in a row."""
    rows, rates = [], []
    total = npv(0.0, values)
    for is_positive in (True, False):
        ascending = values if is_positive else values[:, ::-1]
        own_rows, x = _unit_interval_roots(ascending, total)
        rows.append(own_rows)
        rates.append(1.0 / x - 1.0 if is_positive else x - 1.0)
    at_zero = np.flatnonzero((total == 0.0) & (values != 0).any(axis=1))
    rows.append(at_zero)
    rates.append(np.zeros(at_zero.size))
    all_rows, all_rates = np.concatenate(rows), np.concatenate(rates)
    order = np.lexsort((all_rates, all_rows))
    return all_rows[order], all_rates[order]


def _unit_interval_roots(ascending: Floats, value_at_one: Floats) -> tuple[Integers, Floats]:
    """Isolate and solve the roots of polynomials inside the open interval (0, 1)."""
    rows = np.arange(ascending.shape[0])
    low, high = np.zeros(rows.size), np.ones(rows.size)
    coefficients = _bernstein(ascending)
    # Summed in another order it may have another sign: a root at zero would be in no half, or both.
    coefficients[:, -1] = value_at_one
    found_rows, found = [], []
    while rows.size:
        changes = sign_changes(coefficients)
        one = changes == 1
        x = _solve(ascending[rows[one]], low[one], high[one], _first_sign(coefficients[one]))
        touching = (changes > 1) & (high - low < _NARROWEST)
        halved = (changes > 1) & ~touching
        middle = 0.5 * (low + high)
        left, right = _halve(coefficients[halved])
        on_middle = rows[halved][left[:, -1] == 0.0]
        found_rows += [rows[one], rows[touching], on_middle]
        found += [x, middle[touching], middle[halved][left[:, -1] == 0.0]]
        rows = np.tile(rows[halved], 2)
        low, high = (
            np.concatenate([low[halved], middle[halved]]),
            np.concatenate([middle[halved], high[halved]]),
        )
        coefficients = np.concatenate([left, right])
    if not found:
        return np.empty(0, dtype=np.int64), np.empty(0)
    return np.concatenate(found_rows), np.concatenate(found)


def _first_sign(values: Floats) -> Floats:
    """Return the sign of the first value of each row that is not zero."""
    return np.sign(values[np.arange(values.shape[0]), (values != 0).argmax(axis=1)])


def _bernstein(ascending: Floats) -> Floats:
    """Turn power-basis coefficients into Bernstein coefficients on (0, 1)."""
    degree = ascending.shape[1] - 1
    weights = np.ones(degree + 1)  # C(i, t) / C(degree, t) for all i, as t grows
    rows = np.arange(degree + 1, dtype=float)
    total = np.zeros_like(ascending)
    for power in range(degree + 1):
        total += ascending[:, power, None] * weights
        if power < degree:
            weights = weights * np.maximum(rows - power, 0.0) / (degree - power)
    return total


def _halve(coefficients: Floats) -> tuple[Floats, Floats]:
    """Split Bernstein coefficients at the middle of their interval (de Casteljau)."""
    left, right = np.empty_like(coefficients), np.empty_like(coefficients)
    row = coefficients
    for index in range(coefficients.shape[1]):
        left[:, index], right[:, -1 - index] = row[:, 0], row[:, -1]
        row = 0.5 * (row[:, :-1] + row[:, 1:])
    return left, right


def _solve(ascending: Floats, low: Floats, high: Floats, sign_low: Floats) -> Floats:
    """Solve polynomials with one root in each bracket: Newton, and halving where it would leave.

    A row that has settled is not touched again, so that it does not depend on its neighbors.
    """
    x = 0.5 * (low + high)
    active = np.ones(x.size, dtype=bool)
    for _ in range(_ITERATIONS):
        if not active.any():
            break
        value, slope = np.zeros_like(x), np.zeros_like(x)
        for index in reversed(range(ascending.shape[1])):
            slope = slope * x + value
            value = value * x + ascending[:, index]
        is_left = value * sign_low > 0
        low = np.where(active & is_left, x, low)
        high = np.where(active & ~is_left, x, high)
        with np.errstate(divide="ignore", invalid="ignore"):
            newton = x - value / slope
        # at rest on an end of its bracket Newton is done: halving the bracket would lead back there
        inside = (newton > low) & (newton < high) | (np.abs(newton - x) <= 2e-16 * x)
        following = np.where(value == 0, x, np.where(inside, newton, 0.5 * (low + high)))
        step = np.abs(following - x)
        x = np.where(active, following, x)
        active &= (step > 2e-16 * x) & (high - low > 2e-16 * high)
    return x
