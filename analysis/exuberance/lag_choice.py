"""Lag selection: how many lagged differences, one number for the whole sample."""

from __future__ import annotations

import math
from typing import Literal, get_args

import numpy as np

from analysis.arrays import Floats
from analysis.exuberance.specification import (
    Trend,
    WindowCounts,
    feasible_lags,
    one_of,
)
from analysis.exuberance.unsuitable import InfeasibleTestError, UnsuitableSeriesError

Criterion = Literal["aic", "bic"]


def choose_lags(
    y: Floats,
    *,
    criterion: Criterion,
    trend: Trend = "c",
    max_lags: int | None = None,
    window: int | None = None,
    window_counts: WindowCounts = "levels",
) -> int:
    r"""Choose the number of lagged differences once, on the whole sample.

    Every candidate is fitted to the same rows, those that the longest leaves, so that the criteria
    compare; the series is measured in its own range, so that dollars and billions of dollars choose
    alike. Choosing anew in every window is not offered: Phillips, Shi and Yu (2015) find it
    oversized and advise a small fixed number.

    .. math:: m \ln(\mathrm{SSR} / m) + c K, \quad c = 2 \text{ (AIC)}, \; \ln m \text{ (BIC)}

    Parameters
    ----------
    y : array, shape (n,)
        The series.
    criterion : {"aic", "bic"}
        Akaike's or Schwarz's.
    trend, window, window_counts
        As in `specify`.
    max_lags : int, optional
        Longest candidate; the longest feasible one when None.

    Returns
    -------
    int
        The number with the least criterion, the smaller of two that tie.

    Raises
    ------
    InfeasibleTestError
        ``max_lags`` leaves some window too few degrees of freedom.
    UnsuitableSeriesError
        The series does not vary, or some candidate fits it exactly.

    References
    ----------
    Ng, S., and Perron, P. (2005). A note on the selection of time series models. Oxford Bulletin of
    Economics and Statistics 67, 115-134 (why the rows must be the same).
    """
    one_of("lags", criterion, get_args(Criterion))
    feasible = feasible_lags(y.size, trend=trend, window=window, window_counts=window_counts)
    longest = max(feasible, default=-1) if max_lags is None else max_lags
    if longest not in feasible:
        raise InfeasibleTestError(
            f"max_lags is {max_lags}, feasible with {y.size} observations: "
            f"{', '.join(map(str, feasible)) or 'none, widen the window'}"
        )
    design, response = _regression(y, longest, trend)
    rows = response.size
    penalty = 2.0 if criterion == "aic" else math.log(rows)
    criteria = []
    for lags in range(longest + 1):
        columns = design[:, : design.shape[1] - longest + lags]
        coefficients = np.linalg.lstsq(columns, response, rcond=None)[0]
        residual = response - columns @ coefficients
        share = float(residual @ residual) / float(response @ response)
        if share < 1e-20:
            raise UnsuitableSeriesError(
                f"a regression with {lags} lags fits the series exactly: no error is left to "
                "choose by"
            )
        criteria.append(rows * math.log(share) + penalty * columns.shape[1])
    return int(np.argmin(criteria))


def _regression(y: Floats, lags: int, trend: Trend) -> tuple[Floats, Floats]:
    """Return regressors, the lagged differences last, and the differences they explain."""
    extent = float(np.ptp(y))
    if extent == 0.0:
        raise UnsuitableSeriesError("the series does not vary")
    scaled = (y - y[0]) / extent if trend != "n" else y / extent
    change = np.diff(scaled)
    response = change[lags:]
    columns = [scaled[lags:-1]]
    if trend != "n":
        columns.append(np.ones(response.size))
    if trend == "ct":
        columns.append(np.linspace(-1.0, 1.0, response.size))
    columns += [change[lags - lag : change.size - lag] for lag in range(1, lags + 1)]
    return np.column_stack(columns), response
