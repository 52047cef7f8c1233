"""The rolling-origin backtest against the same one written as a loop over statsmodels fits.

One series of 41 months, every origin from January 2024, all six models, 1,000 bootstrap paths each.
Prints medians of five, in processor time on one core, and their ratio. The loop is let off lightly:
it looks for one break only. Models with one closed form must agree on the median of every forecast.
"""

import os
import statistics
import time
import warnings
from collections.abc import Callable

import numpy as np
import pandas as pd
import statsmodels.api as sm
from scoringrules import crps_ensemble
from statsmodels.tsa.arima.model import ARIMA
from statsmodels.tsa.statespace.structural import UnobservedComponents

from analysis.rents.forecasting.models import MODELS, SHORTEST_REGIME_MONTHS
from analysis.rents.forecasting.rent_backtest import backtest

REPEATS = 5
N_PATHS = 1000
LONGEST_HORIZON = 18
SAME_MEDIAN = ("no_change", "random_walk_with_drift", "log_linear")

Law = tuple[np.ndarray, np.ndarray]


def walk_paths(seen: np.ndarray, drift: float, residuals: np.ndarray, rng) -> Law:
    """Continue a random walk with resampled changes."""
    steps = rng.choice(residuals - residuals.mean(), (N_PATHS, LONGEST_HORIZON))
    ahead = drift * np.arange(1, LONGEST_HORIZON + 1)
    return seen[-1] + ahead, seen[-1] + ahead + steps.cumsum(axis=1)


def line_paths(seen: np.ndarray, first: int, rng) -> Law:
    """Continue a fitted line with resampled residuals."""
    time_ = np.arange(first, len(seen))
    fit = sm.OLS(seen[first:], sm.add_constant(time_)).fit()
    ahead = fit.predict(sm.add_constant(np.arange(len(seen), len(seen) + LONGEST_HORIZON)))
    noise = rng.choice(fit.resid, (N_PATHS, LONGEST_HORIZON))
    return ahead, ahead + noise


def no_change(seen: np.ndarray, rng) -> Law:
    """Repeat the last value."""
    changes = np.diff(seen)
    return walk_paths(seen, 0.0, np.concatenate([changes, -changes]), rng)


def random_walk_with_drift(seen: np.ndarray, rng) -> Law:
    """Continue the mean change."""
    fit = sm.OLS(np.diff(seen), np.ones(len(seen) - 1)).fit()
    return walk_paths(seen, fit.params[0], fit.resid, rng)


def moving_average(seen: np.ndarray, rng) -> Law:
    """Fit an ARIMA(0, 1, 1) with drift and simulate it."""
    fit = ARIMA(seen, order=(0, 1, 1), trend="t").fit()
    paths = fit.simulate(LONGEST_HORIZON, anchor="end", repetitions=N_PATHS, rng=rng).reshape(
        LONGEST_HORIZON, N_PATHS
    )
    return np.asarray(fit.forecast(LONGEST_HORIZON)), paths.T


def local_linear_trend(seen: np.ndarray, rng) -> Law:
    """Fit the structural model and simulate it."""
    fit = UnobservedComponents(seen, "local linear trend").fit(disp=False)
    paths = fit.simulate(LONGEST_HORIZON, anchor="end", repetitions=N_PATHS, rng=rng).reshape(
        LONGEST_HORIZON, N_PATHS
    )
    return np.asarray(fit.forecast(LONGEST_HORIZON)), paths.T


def trend_with_break(seen: np.ndarray, rng) -> Law:
    """Try every single break by two regressions, keep the best by BIC."""

    def squares(first: int, last: int) -> float:
        return sm.OLS(seen[first:last], sm.add_constant(np.arange(first, last))).fit().ssr

    n = len(seen)
    best, start = np.log(squares(0, n) / n) + 2 * np.log(n) / n, 0
    for cut in range(SHORTEST_REGIME_MONTHS, n - SHORTEST_REGIME_MONTHS + 1):
        bic = np.log((squares(0, cut) + squares(cut, n)) / n) + 5 * np.log(n) / n
        if bic < best:
            best, start = bic, cut
    return line_paths(seen, start, rng)


def log_linear(seen: np.ndarray, rng) -> Law:
    """Continue the line through everything seen."""
    return line_paths(seen, 0, rng)


LOOP = (
    no_change,
    random_walk_with_drift,
    moving_average,
    local_linear_trend,
    trend_with_break,
    log_linear,
)


def by_statsmodels(series: pd.Series) -> pd.DataFrame:
    """Return scores by a fit for each origin and model."""
    rng = np.random.default_rng(1)
    values = series.to_numpy()
    first = int(series.index.get_loc("2024-01")) + 1
    rows = []
    for model in LOOP:
        for origin in range(first, len(values)):
            outcome = values[origin : origin + LONGEST_HORIZON]
            median, paths = model(values[:origin], rng)
            crps = crps_ensemble(outcome, paths[:, : len(outcome)].T)
            below = (paths[:, : len(outcome)] <= outcome).mean(axis=0)
            for ahead, score in enumerate(crps):
                rows.append((model.__name__, origin, ahead + 1, median[ahead], score, below[ahead]))
    return pd.DataFrame(rows, columns=["model", "origin", "horizon", "median", "crps", "pit"])


def at_once(series: pd.Series) -> pd.DataFrame:
    """Return scores by the package."""
    rng = np.random.default_rng(1)
    return backtest({"walk": series}, generator=rng, n_paths=N_PATHS).scores


def timed(run: Callable[[], pd.DataFrame]) -> tuple[float, pd.DataFrame]:
    """Return processor seconds and the result."""
    started = time.process_time()
    result = run()
    return time.process_time() - started, result


def main() -> None:
    """Time both in turns and print the ratio."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    warnings.simplefilter("ignore")  # the optimizers of the loop complain now and then
    months = pd.period_range("2023-05", periods=41, freq="M")
    changes = np.random.default_rng(2026).normal(-0.01, 0.04, len(months))
    series = pd.Series(changes.cumsum(), index=months)
    at_once(series)
    ours_seconds, theirs_seconds = [], []
    for _ in range(REPEATS):
        seconds, ours = timed(lambda: at_once(series))
        ours_seconds.append(seconds)
        seconds, theirs = timed(lambda: by_statsmodels(series))
        theirs_seconds.append(seconds)
    values = series.to_numpy()
    for name in SAME_MEDIAN:
        medians = theirs[theirs["model"] == name].set_index(["origin", "horizon"])["median"]
        origins = np.unique(medians.index.get_level_values("origin"))
        law = MODELS[name](values, origins, LONGEST_HORIZON)
        for row, origin in enumerate(origins):
            expected = medians.loc[origin].to_numpy()
            assert np.allclose(law.location[row, : len(expected)], expected, atol=1e-9), name
    assert len(ours) == len(theirs)
    ours_median, theirs_median = map(statistics.median, (ours_seconds, theirs_seconds))
    print("## Backtest of rent forecasts\n")
    print(
        f"Rolling origins, {len(LOOP)} models, {len(ours) // len(LOOP)} forecasts each, one core: "
        f"{1e3 * ours_median:.0f} ms against {theirs_median:.2f} s, "
        f"ratio {theirs_median / ours_median:,.0f}"
    )


if __name__ == "__main__":
    main()
