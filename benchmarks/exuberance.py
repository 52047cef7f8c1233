"""GSADF of 200 observations against a double loop of statsmodels' ADF, on one core.

Prints medians of five, in processor time so that other work on the machine does not count, and
their ratio; the two statistics must agree to 1e-9.
"""

import os
import statistics
import time
from collections.abc import Callable

import numpy as np
from statsmodels.tsa.stattools import adfuller

from analysis.exuberance import Specification, specify
from analysis.exuberance.recursions import statistics_of, supremum

N_OBSERVATIONS = 200
REPEATS = 5
CALLS = 200
LENGTHS = (200, 400, 1_000, 2_000, 6_358)


def by_statsmodels(y: np.ndarray, specification: Specification) -> float:
    """Return GSADF by one regression a window."""
    first_end = specification.first_end
    return max(
        adfuller(
            y[first : last + 1],
            maxlag=specification.lags,
            regression=specification.trend,
            autolag=None,
            result_object=True,
        ).statistic
        for last in range(first_end, y.size)
        for first in range(last - first_end + 1)
    )


def by_rotations(y: np.ndarray, specification: Specification) -> float:
    """Return GSADF by growing all windows together."""
    return float(supremum(statistics_of(y[None, :], specification)[1])[0])


def median_seconds(run: Callable[[], float], calls: int = 1) -> tuple[float, float]:
    """Return the median time of a call, and what it returned."""
    seconds = []
    for _ in range(REPEATS):
        started = time.process_time()
        for _ in range(calls):
            result = run()
        seconds.append((time.process_time() - started) / calls)
    return statistics.median(seconds), result


def main() -> None:
    """Time both and print the ratio."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    y = np.random.default_rng(2015).standard_normal(N_OBSERVATIONS).cumsum()
    print("## Explosive roots\n")
    for lags in (0, 1):
        specification = specify(N_OBSERVATIONS, lags=lags)
        by_rotations(y, specification)  # compiles, or loads what was compiled
        ours_seconds, ours = median_seconds(lambda s=specification: by_rotations(y, s), CALLS)
        theirs_seconds, theirs = median_seconds(lambda s=specification: by_statsmodels(y, s))
        assert abs(ours - theirs) < 1e-9, (ours, theirs)
        print(
            f"- GSADF, n = {N_OBSERVATIONS}, lag {lags}, one core: {1e6 * ours_seconds:.1f} us "
            f"against {theirs_seconds:.2f} s, ratio {theirs_seconds / ours_seconds:,.0f}"
        )
    print("\nThe statistic by length, lag 0; windows grow with the square of it:\n")
    print("| observations | milliseconds | microseconds an observation |")
    print("|--:|--:|--:|")
    for n in LENGTHS:
        y = np.random.default_rng(2015).standard_normal(n).cumsum()
        specification = specify(n, lags=0)
        seconds, _ = median_seconds(lambda s=specification, y=y: by_rotations(y, s))
        print(f"| {n:,} | {1e3 * seconds:,.2f} | {1e6 * seconds / n:,.2f} |")


if __name__ == "__main__":
    main()
