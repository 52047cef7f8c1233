"""The t statistics of every window of a series, compiled.

A window is grown one row at a time, back from its end, and all ends grow at once: the triangular
factor of each window's regressors takes the new row by plane rotations without square roots
(Gentleman 1974), every operation a loop over ends that the compiler turns into vector instructions.
Nothing is accumulated beyond the window itself and no cross products are formed, so that a window
after a collapse, or one that an explosive root fits almost exactly, keeps its digits.

References
----------
Gentleman, W. M. (1974). Basic procedures for large, sparse or weighted linear least squares
problems. Applied Statistics 23, 448-454.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numba import njit

ROUNDING: Final = 100 * float(np.finfo(np.float64).eps)
"""A residual or regressor smaller than this share of the largest level so far is rounding."""


@njit(cache=True, nogil=True, error_model="numpy")
def fill_statistics(paths, lags, n_deterministic, shortest_rows, badf, bsadf):  # type: ignore[no-untyped-def]
    """Fill the ADF statistics from the first observation, and their suprema over all starts.

    The regression of a window is of ``y[i+1] - y[i]`` on the deterministic terms, ``lags`` earlier
    differences and ``y[i]``; its statistic is the t ratio of ``y[i]``.

    Parameters
    ----------
    paths : float64 array, shape (n_paths, n)
        Series, one a row.
    lags : int
        Lagged differences.
    n_deterministic : int
        0 for none, 1 for a constant, 2 for a constant and a trend.
    shortest_rows : int
        Rows of the shortest regression, more than it has regressors.
    badf, bsadf : float64 array, shape (n_paths, n)
        Filled, by the position of a window's last observation; NaN where no window that ends there
        is long enough and has a statistic that rounding does not decide.
    """
    n = paths.shape[1]
    n_stochastic = lags + 1
    response = n_stochastic
    fixed_factor = np.empty((n_deterministic, n_deterministic))
    fixed_norm = np.empty(n_deterministic)
    fixed_row = np.empty(n_deterministic)
    fixed_keep = np.empty(n_deterministic)
    fixed_gain = np.empty(n_deterministic)
    corner = np.empty((n_deterministic, n_stochastic + 1, n))
    factor = np.empty((n_stochastic, n_stochastic + 1, n))
    norm = np.empty((n_stochastic, n))
    row = np.empty((n_stochastic + 1, n))
    weight = np.empty(n)
    gain = np.empty(n)
    keep = np.empty(n)
    squares = np.empty(n)
    squared = np.empty(n)
    largest = np.empty(n)
    change = np.empty(n)

    for path in range(paths.shape[0]):
        y = paths[path]
        fixed_factor[:] = 0.0
        fixed_norm[:] = 0.0
        corner[:] = 0.0
        factor[:] = 0.0
        norm[:] = 0.0
        squares[:] = 0.0
        badf[path] = np.nan
        bsadf[path] = -np.inf
        _fill_changes(y, largest, change)

        for rows in range(1, n - lags):
            # Lane j is the window whose rows begin at start + j and which ends at end + j; ends too
            # early for the shortest window are left out from the first row on.
            end = lags + max(rows, shortest_rows)
            start = end - rows
            lanes = n - end
            left_weight = _rotate_fixed(
                rows, fixed_row, fixed_norm, fixed_factor, fixed_keep, fixed_gain
            )
            _take_stochastic(row, weight, y, change, n_deterministic > 0, left_weight, start, end)
            _take_fixed(corner, row, fixed_row, fixed_keep, fixed_gain, end)
            _rotate(factor, norm, row, weight, keep, gain, end)
            left, error = squares[end:], row[response]
            for j in range(lanes):
                left[j] += weight[j] * error[j] * error[j]
            if rows >= shortest_rows:
                _square_statistics(factor, norm, left, largest, n_deterministic, rows, end, squared)
                best = bsadf[path, end:]
                for j in range(lanes):
                    best[j] = max(best[j], squared[j])
                badf[path, end] = squared[0]

        for i in range(n):
            badf[path, i] = _signed_root(badf[path, i])
            bsadf[path, i] = _signed_root(bsadf[path, i])


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def _fill_changes(y, largest, change):  # type: ignore[no-untyped-def]
    """Fill the largest level so far, and what each level changes by to the next."""
    largest[0] = abs(y[0])
    for i in range(1, len(y)):
        largest[i] = max(largest[i - 1], abs(y[i]))
    for i in range(len(y) - 1):
        change[i] = y[i + 1] - y[i]


@njit(cache=True, nogil=True)
def _signed_root(square):  # type: ignore[no-untyped-def]
    if square == -np.inf:
        return np.nan
    return np.sqrt(square) if square >= 0.0 else -np.sqrt(-square)


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def _rotate_fixed(rows, row, norm, factor, keep, gain):  # type: ignore[no-untyped-def]
    """Rotate a row's deterministic terms into their factor; return the weight that is left.

    They are the same in every lane, so that their rotations are scalars.
    """
    n_terms = len(row)
    left_weight = 1.0
    for a in range(n_terms):
        row[a] = 1.0 if a == 0 else -float(rows)
    for a in range(n_terms):
        x = row[a]
        updated = norm[a] + left_weight * x * x
        keep[a] = norm[a] / updated if updated > 0.0 else 1.0
        gain[a] = left_weight * x / updated if updated > 0.0 else 0.0
        norm[a] = updated
        left_weight *= keep[a]
        for b in range(a + 1, n_terms):
            z = row[b]
            row[b] = z - x * factor[a, b]
            factor[a, b] = keep[a] * factor[a, b] + gain[a] * z
    return left_weight


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def _take_stochastic(  # type: ignore[no-untyped-def]
    row, weight, y, change, has_constant, left_weight, start, end
):
    """Take the level, the lagged differences and the response of a row, in every lane.

    Levels count from the window's last one: with a constant the statistic is the same, and no
    digits are spent on the distance from zero.
    """
    lanes = len(y) - end
    lags = row.shape[0] - 2
    centered = 1.0 if has_constant else 0.0
    level, error = row[lags], row[lags + 1]
    first, last, next_change = y[start:], y[end:], change[start:]
    for j in range(lanes):
        level[j] = first[j] - centered * last[j]
        error[j] = next_change[j]
        weight[j] = left_weight
    for lag in range(lags):
        lagged, earlier = row[lag], change[start - 1 - lag :]
        for j in range(lanes):
            lagged[j] = earlier[j]


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def _take_fixed(corner, row, fixed_row, fixed_keep, fixed_gain, end):  # type: ignore[no-untyped-def]
    """Take the deterministic terms out of a row's stochastic ones, in every lane."""
    lanes = corner.shape[2] - end
    for a in range(len(fixed_row)):
        x, kept, gained = fixed_row[a], fixed_keep[a], fixed_gain[a]
        for b in range(row.shape[0]):
            upper, lower = corner[a, b, end:], row[b]
            for j in range(lanes):
                z = lower[j]
                lower[j] = z - x * upper[j]
                upper[j] = kept * upper[j] + gained * z


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def _rotate(factor, norm, row, weight, keep, gain, end):  # type: ignore[no-untyped-def]
    """Rotate a row's stochastic terms into the factor, in every lane."""
    lanes = factor.shape[2] - end
    for a in range(norm.shape[0]):
        length, pivot = norm[a, end:], row[a]
        for j in range(lanes):
            scaled = weight[j] * pivot[j]
            updated = length[j] + scaled * pivot[j]
            inverse = 1.0 / updated
            kept = length[j] * inverse if updated > 0.0 else 1.0
            keep[j] = kept
            gain[j] = scaled * inverse if updated > 0.0 else 0.0
            length[j] = updated
            weight[j] *= kept
        for b in range(a + 1, row.shape[0]):
            upper, lower = factor[a, b, end:], row[b]
            for j in range(lanes):
                z = lower[j]
                lower[j] = z - pivot[j] * upper[j]
                upper[j] = keep[j] * upper[j] + gain[j] * z


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def _square_statistics(  # type: ignore[no-untyped-def]
    factor, norm, left, largest, n_deterministic, rows, end, squared
):
    """Fill the signed squares of the t ratios; minus infinity where rounding would decide.

    Flat, collinear and exactly fitted windows have no statistic.
    """
    lanes = factor.shape[2] - end
    level = norm.shape[0] - 1
    freedom = float(rows - n_deterministic - norm.shape[0])
    slope, length, size = factor[level, level + 1, end:], norm[level, end:], largest[end:]
    for j in range(lanes):
        negligible = ROUNDING * size[j]
        ratio = slope[j] * abs(slope[j]) * length[j] * freedom / left[j]
        is_defined = min(length[j], left[j]) > negligible * negligible * rows
        squared[j] = ratio if is_defined else -np.inf
    for a in range(level):
        length = norm[a, end:]
        for j in range(lanes):
            negligible = ROUNDING * size[j]
            is_defined = length[j] > negligible * negligible * rows
            squared[j] = squared[j] if is_defined else -np.inf
