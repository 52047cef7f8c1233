"""Right-tailed unit root tests: is, or was, the root of a series above one?

Critical values default to Monte Carlo ones for exactly the series' length, lags and window. Pass
`wild_bootstrap_critical_values` of the same series where its variance changes over time.

The published null has no drift to speak of, and steady growth passes for an explosive root: of
random walks of 34 observations whose mean change is a quarter, a half and one standard deviation,
GSADF with a constant rejects 10, 22 and 49 % at the 5 % level. Each test prints the mean change;
where it matters take ``trend="ct"``, which is invariant to it, or bootstrap with an estimated
drift.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

import pandas as pd
from numpy.typing import ArrayLike

from analysis.arrays import Floats
from analysis.exuberance.critical_values import CriticalValues
from analysis.exuberance.exuberance_result import ExuberanceTest, TestName
from analysis.exuberance.lag_choice import Criterion, choose_lags
from analysis.exuberance.recursions import statistics_of, supremum
from analysis.exuberance.series import observations_of
from analysis.exuberance.specification import Specification, Trend, WindowCounts, specify
from analysis.exuberance.unsuitable import InfeasibleTestError, UnsuitableSeriesError


def adf(
    y: ArrayLike | pd.Series,
    *,
    lags: int | Criterion = 0,
    trend: Trend = "c",
    max_lags: int | None = None,
    critical_values: CriticalValues | None = None,
) -> ExuberanceTest:
    """Test for an explosive root over the whole sample: the right-tailed ADF test.

    Blind to an explosive stretch that ends within the sample: a collapse looks like mean reversion
    (Evans 1991).

    Parameters
    ----------
    y : array_like or Series, shape (n,)
        The series in levels or logs.
    lags : int or {"aic", "bic"}
        Lagged differences, or the criterion that chooses them once for the sample.
    trend : {"n", "c", "ct"}
        Nothing, a constant, a constant and a trend.
    max_lags : int, optional
        Most lags a criterion may choose; the most feasible when None.
    critical_values : CriticalValues, optional
        For the same length, lags and deterministic terms; Monte Carlo ones when None.

    Returns
    -------
    ExuberanceTest
        Null: a unit root. Alternative: a root above one over the whole sample.

    Raises
    ------
    InfeasibleTestError
        Too many lags for the length, or critical values of another specification.
    UnsuitableSeriesError
        Gaps, overlapping sums, no variation, or an exact fit.

    Examples
    --------
    >>> import numpy as np
    >>> rng = np.random.default_rng(7)
    >>> explosive = [1.0]
    >>> for shock in rng.standard_normal(39):
    ...     explosive.append(1.1 * explosive[-1] + shock)
    >>> test = adf(explosive)
    >>> test.rejects(0.99)
    True
    """
    whole = _whole_sample
    return _test("ADF", y, lags, trend, max_lags, None, "levels", critical_values, whole)


def sadf(
    y: ArrayLike | pd.Series,
    *,
    lags: int | Criterion = 0,
    trend: Trend = "c",
    max_lags: int | None = None,
    window: int | None = None,
    window_counts: WindowCounts = "levels",
    critical_values: CriticalValues | None = None,
) -> ExuberanceTest:
    """Test for one explosive stretch: the supremum of ADF over ends, all from the first date.

    Parameters
    ----------
    y, lags, trend, max_lags
        As in `adf`.
    window : int, optional
        Shortest window; that of Phillips, Shi and Yu (2015) when None, see `shortest_window`.
    window_counts : {"levels", "rows"}
        What the window counts, see `analysis.exuberance.specification`.
    critical_values : CriticalValues, optional
        For the same specification; Monte Carlo ones when None.

    Returns
    -------
    ExuberanceTest
        Null: a unit root. Alternative: an explosive root from the first observation to some date.
        Its sequence is BADF.

    Raises
    ------
    InfeasibleTestError
        Window and lags leave too few rows, or critical values of another specification.
    UnsuitableSeriesError
        As in `adf`.

    References
    ----------
    Phillips, P. C. B., Wu, Y., and Yu, J. (2011). Explosive behavior in the 1990s Nasdaq: when did
    exuberance escalate asset values? International Economic Review 52, 201-226.
    """
    take = _supremum_of_badf
    return _test("SADF", y, lags, trend, max_lags, window, window_counts, critical_values, take)


def gsadf(
    y: ArrayLike | pd.Series,
    *,
    lags: int | Criterion = 0,
    trend: Trend = "c",
    max_lags: int | None = None,
    window: int | None = None,
    window_counts: WindowCounts = "levels",
    critical_values: CriticalValues | None = None,
) -> ExuberanceTest:
    r"""Test for explosive stretches: the supremum of ADF over all starts and ends.

    .. math:: \mathrm{BSADF}_{r_2} = \sup_{r_1 \le r_2 - r_0} \mathrm{ADF}_{r_1}^{r_2}, \quad
              \mathrm{GSADF} = \sup_{r_2 \ge r_0} \mathrm{BSADF}_{r_2}

    A fall that gathers pace is explosive too: look at the series before calling it a bubble.

    Parameters
    ----------
    y, lags, trend, max_lags, window, window_counts, critical_values
        As in `sadf`.

    Returns
    -------
    ExuberanceTest
        Null: a unit root. Alternative: an explosive root over some stretch. Its sequence is BSADF,
        which `date_stamps` dates.

    Raises
    ------
    InfeasibleTestError, UnsuitableSeriesError
        As in `sadf`.

    References
    ----------
    Phillips, P. C. B., Shi, S., and Yu, J. (2015). Testing for multiple bubbles: historical
    episodes of exuberance and collapse in the S&P 500. International Economic Review 56, 1043-1078.

    Examples
    --------
    >>> import numpy as np
    >>> walk = np.random.default_rng(1).standard_normal(34).cumsum()
    >>> test = gsadf(walk)
    >>> bool(test.statistic == test.sequence.max()), test.rejects()
    (True, False)
    """
    take = _supremum_of_bsadf
    return _test("GSADF", y, lags, trend, max_lags, window, window_counts, critical_values, take)


def bsadf(
    y: ArrayLike | pd.Series,
    *,
    lags: int | Criterion = 0,
    trend: Trend = "c",
    max_lags: int | None = None,
    window: int | None = None,
    window_counts: WindowCounts = "levels",
    critical_values: CriticalValues | None = None,
) -> ExuberanceTest:
    """Test for an explosive stretch now: the supremum over starts, at the last observation.

    Its p-value is that of this one date. To watch several, control them jointly by the horizon of
    the critical values and `date_stamps`.

    Parameters
    ----------
    y, lags, trend, max_lags, window, window_counts, critical_values
        As in `sadf`.

    Returns
    -------
    ExuberanceTest
        Null: a unit root. Alternative: an explosive root over a stretch that lasts to the last
        observation. Its sequence is BSADF of every date.

    Raises
    ------
    InfeasibleTestError, UnsuitableSeriesError
        As in `sadf`.

    References
    ----------
    Phillips, P. C. B., Shi, S., and Yu, J. (2015), as in `gsadf`.
    """
    take = _last_bsadf
    return _test("BSADF", y, lags, trend, max_lags, window, window_counts, critical_values, take)


def _whole_sample(badf: Floats, bsadf: Floats) -> float:
    return float(badf[-1])


def _supremum_of_badf(badf: Floats, bsadf: Floats) -> float:
    return float(supremum(badf))


def _supremum_of_bsadf(badf: Floats, bsadf: Floats) -> float:
    return float(supremum(bsadf))


def _last_bsadf(badf: Floats, bsadf: Floats) -> float:
    return float(bsadf[-1])


def _test(
    name: TestName,
    y: ArrayLike | pd.Series,
    lags: int | Criterion,
    trend: Trend,
    max_lags: int | None,
    window: int | None,
    window_counts: WindowCounts,
    critical_values: CriticalValues | None,
    take: Callable[[Floats, Floats], float],
) -> ExuberanceTest:
    observations = observations_of(y)
    values = observations.to_numpy()
    if name == "ADF":
        window = values.size  # the one window there is
    lag_choice = lags if isinstance(lags, str) else "fixed"
    if isinstance(lags, str):
        lags = choose_lags(
            values,
            criterion=lags,
            trend=trend,
            max_lags=max_lags,
            window=window,
            window_counts=window_counts,
        )
    specification = specify(
        values.size, lags=lags, trend=trend, window=window, window_counts=window_counts
    )
    [backward], [largest] = statistics_of(values[None, :], specification)
    statistic = take(backward, largest)
    if math.isnan(statistic):
        raise UnsuitableSeriesError(
            f"{name} is undefined: every window that it takes is flat or fitted exactly, which "
            "leaves no error to compare the root with"
        )
    if critical_values and not _hold_for(critical_values.specification, specification, name):
        raise InfeasibleTestError(
            f"the critical values are for {critical_values.specification}, "
            f"the test for {specification}"
        )
    return ExuberanceTest(
        name=name,
        statistic=statistic,
        observations=observations,
        sequence=pd.Series(
            backward if name in ("ADF", "SADF") else largest,
            index=observations.index,
            name="BADF" if name in ("ADF", "SADF") else "BSADF",
        ),
        tested=specification,
        given=critical_values,
        lag_choice=lag_choice,
    )


def _hold_for(theirs: Specification, ours: Specification, name: TestName) -> bool:
    """Whether critical values fit a test; that of the whole sample has no shortest window."""
    if name == "ADF":
        theirs = replace(theirs, window=ours.window, window_counts=ours.window_counts)
    return theirs == ours
