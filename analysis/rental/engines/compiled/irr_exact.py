"""Every internal rate of return of one series of flows: the compiled face of `irr_roots`.

The algorithm is that of `analysis.rental.engines.root_isolation`, one series at a time: each half
of the rates written in the Bernstein basis and halved until the changes of sign isolate every root.
`docs/design.md` says why there are two.
"""

from __future__ import annotations

import numba
import numpy as np

from analysis.arrays import Floats, Integers

_NARROWEST = 2.0**-44
_DEEPEST = 48
_STEPS = 200
_BALANCED = 1e-11

# Without fused sums: where a root touches zero, how many there are hangs on the last bit.
_exactly = numba.njit(nogil=True, cache=True, error_model="numpy")


@_exactly
def all_rates(
    flows: Floats, n_rows: int, rates: Floats, n_rates: Integers, nearest: Floats
) -> None:
    """Find every rate above -100 % of several series of flows.

    Parameters
    ----------
    flows : ndarray, shape (n, n_periods + 1)
        Money received less money paid.
    n_rows : int
        Series to handle.
    rates : ndarray, shape (n, n_periods + 1)
        Receives the rates of every series, ascending, decimal per period.
    n_rates : ndarray of int, shape (n,)
        Receives their number; none where a flow is not finite.
    nearest : ndarray, shape (n,)
        Receives the rate nearest zero on the side of the undiscounted sum's sign; NaN if none.
    """
    n = flows.shape[1]
    ascending = np.empty(n)
    weights = _bernstein_weights(n)
    pieces, bounds = np.empty((_DEEPEST, n)), np.empty((_DEEPEST, 2))
    for row in range(n_rows):
        total, size, count = 0.0, 0.0, 0
        for t in range(n - 1, -1, -1):
            total += flows[row, t]
            size += abs(flows[row, t])
        may_balance = not abs(total) > _BALANCED * size
        if size < np.inf:  # neither infinite nor NaN
            for t in range(n):
                ascending[t] = flows[row, n - 1 - t]
            if may_balance or _has_changing_totals(ascending):
                count = _unit_interval(ascending, total, weights, pieces, bounds, rates[row], 0)
            for i in range(count):
                rates[row, i] = rates[row, i] - 1.0
            if total == 0.0 and size > 0.0:
                rates[row, count] = 0.0
                count += 1
            for t in range(n):
                ascending[t] = flows[row, t]
            below = count
            if may_balance or _has_changing_totals(ascending):
                count = _unit_interval(ascending, total, weights, pieces, bounds, rates[row], count)
            for i in range(below, count):
                rates[row, i] = 1.0 / rates[row, i] - 1.0
            _sort(rates[row], count)
        n_rates[row] = count
        nearest[row] = _nearest_zero(rates[row], count, total)


@_exactly
def _has_changing_totals(ascending: Floats) -> bool:
    """Return whether running totals change sign; if not, there is no root in (0, 1)."""
    total, last = 0.0, 0.0
    for t in range(ascending.size):
        total += ascending[t]
        if total * last < 0.0:
            return True
        last = total if total != 0.0 else last
    return False


@_exactly
def _sort(values: Floats, n: int) -> None:
    for i in range(1, n):
        value, place = values[i], i
        while place > 0 and values[place - 1] > value:
            values[place] = values[place - 1]
            place -= 1
        values[place] = value


@_exactly
def _nearest_zero(rates: Floats, n: int, total: float) -> float:
    best, best_on_side = np.nan, np.nan
    for i in range(n):
        rate = rates[i]
        if not abs(rate) >= abs(best):
            best = rate
        is_on_side = rate >= 0.0 if total >= 0.0 else rate <= 0.0
        if is_on_side and not abs(rate) >= abs(best_on_side):
            best_on_side = rate
    return best if np.isnan(best_on_side) else best_on_side


@_exactly
def _unit_interval(
    ascending: Floats,
    value_at_one: float,
    weights: Floats,
    pieces: Floats,
    bounds: Floats,
    roots: Floats,
    count: int,
) -> int:
    """Append the roots of a polynomial inside (0, 1); return how many there are now."""
    n = ascending.size
    for row in range(n):
        pieces[0, row] = 0.0
    for power in range(n):
        for row in range(n):
            pieces[0, row] += ascending[power] * weights[power, row]
    pieces[0, n - 1] = value_at_one
    bounds[0, 0], bounds[0, 1] = 0.0, 1.0
    depth = 1
    while depth > 0:
        depth -= 1
        piece = pieces[depth]
        low, high = bounds[depth, 0], bounds[depth, 1]
        changes, sign_low = _changes(piece)
        if changes == 1:
            roots[count] = _solve(ascending, low, high, sign_low)
            count += 1
        elif changes > 1:
            middle = 0.5 * (low + high)
            if high - low < _NARROWEST:
                roots[count] = middle
                count += 1
                continue
            _halve(piece, pieces[depth + 1])
            if piece[n - 1] == 0.0:
                roots[count] = middle
                count += 1
            bounds[depth, 1] = middle
            bounds[depth + 1, 0], bounds[depth + 1, 1] = middle, high
            depth += 2
    return count


@_exactly
def _bernstein_weights(n: int) -> Floats:
    """Return ``C(row, power) / C(n - 1, power)``: what each power adds to each coefficient."""
    weights = np.empty((n, n))
    for row in range(n):
        weights[0, row] = 1.0
    for power in range(n - 1):
        for row in range(n):
            weights[power + 1, row] = (
                weights[power, row] * max(float(row - power), 0.0) / (n - 1 - power)
            )
    return weights


@_exactly
def _halve(left: Floats, right: Floats) -> None:
    """Split Bernstein coefficients at the middle: `left` becomes its own left half."""
    n = left.size
    row = np.empty(n)
    for i in range(n):
        row[i] = left[i]
    for index in range(n):
        left[index], right[n - 1 - index] = row[0], row[n - 1 - index]
        for i in range(n - 1 - index):
            row[i] = 0.5 * (row[i] + row[i + 1])


@_exactly
def _changes(values: Floats) -> tuple[int, float]:
    """Return the changes of sign, zeros passed over, and the first sign."""
    changes, first, last = 0, 0.0, 0.0
    for i in range(values.size):
        if values[i] != 0.0:
            sign = 1.0 if values[i] > 0.0 else -1.0
            first = sign if first == 0.0 else first
            changes += 1 if sign * last < 0.0 else 0
            last = sign
    return changes, first


@_exactly
def _solve(ascending: Floats, low: float, high: float, sign_low: float) -> float:
    x = 0.5 * (low + high)
    for _ in range(_STEPS):
        value, slope = 0.0, 0.0
        for index in range(ascending.size - 1, -1, -1):
            slope = slope * x + value
            value = value * x + ascending[index]
        if value * sign_low > 0.0:
            low = x
        else:
            high = x
        newton = x - value / slope
        is_inside = low < newton < high or abs(newton - x) <= 2e-16 * x
        following = newton if is_inside else 0.5 * (low + high)
        following = x if value == 0.0 else following
        step = abs(following - x)
        x = following
        if not (step > 2e-16 * x and high - low > 2e-16 * high):
            break
    return x
