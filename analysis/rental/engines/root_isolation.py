"""Root isolation: all roots of present value above -100 %, by Descartes, Vincent and Newton.

With ``v = 1 / (1 + r)`` net present value is a polynomial ``sum(flow[t] * v**t)``. Its roots in
(0, 1) are the positive rates; the reversed polynomial in ``w = 1 + r`` has the negative ones. One
change of sign among the flows means exactly one root (Descartes). Otherwise each half is written in
the Bernstein basis and halved until the changes of sign of its coefficients, an upper bound on
the roots inside, are none or one (Vincent's theorem): what remains is isolated, and refined by
Newton's steps inside its bracket.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from analysis.arguments import as_numbers, refused
from analysis.arrays import Floats, Integers

_NARROWEST = 2.0**-44
_ITERATIONS = 200


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

    Raises
    ------
    AssumptionError
        If flows or rates are no numbers, or a rate is -1 or less.

    Examples
    --------
    >>> round(float(npv(0.10, [-100.0, 60.0, 60.0])), 4)
    4.1322
    """
    values, rates = as_numbers("flows", flows), as_numbers("rate", rate)
    if values.ndim == 0 or (rates <= -1).any():
        name, found = ("flows", values) if values.ndim == 0 else ("rate", rates)
        expected = "a flow a period, from period 0" if values.ndim == 0 else "rates above -1"
        raise refused(name, found, expected)
    factor = 1.0 / (1.0 + rates)
    total = np.zeros(np.broadcast_shapes(factor.shape, values.shape[:-1]))
    for index in reversed(range(values.shape[-1])):
        total = total * factor + values[..., index]
    return total


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


def first_sign(values: Floats) -> Floats:
    """Return the sign of the first value of each row that is not zero."""
    return np.sign(values[np.arange(values.shape[0]), (values != 0).argmax(axis=1)])


def single_roots(values: Floats) -> Floats:
    """Return the root of flows with one change of sign."""
    total = npv(0.0, values)
    first = first_sign(values)
    is_positive = total * first < 0
    ascending = np.where(is_positive[:, None], values, values[:, ::-1])
    ends = np.zeros(values.shape[0]), np.ones(values.shape[0])
    x = _solve(ascending, *ends, first_sign(ascending))
    x = np.where(total == 0, 1.0, x)
    return np.where(is_positive, 1.0 / x - 1.0, x - 1.0)


def all_roots(values: Floats) -> tuple[Integers, Floats]:
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
        x = _solve(ascending[rows[one]], low[one], high[one], first_sign(coefficients[one]))
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
