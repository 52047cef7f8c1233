"""Coverage by simulation: how often the interval of each trend holds the rate it is about.

An interval is derived for a world. Trends fitted through all months are derived for rents that
scatter around a line; where rents walk, their months share every past shock, and the intervals are
far too short. All estimators are equivariant to slope and scale, so one simulated rate serves all.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.rents.trend.slopes import compare_trends
from analysis.units import INTERVAL_COVERAGE

WORLDS = ("walk", "line")


def trend_coverage(
    n_months: int,
    *,
    generator: np.random.Generator,
    n_series: int = 200,
    coverage: float = INTERVAL_COVERAGE,
) -> pd.DataFrame:
    """Simulate how often each estimator's interval holds the true rate.

    Parameters
    ----------
    n_months : int
        Length of each series.
    generator : numpy.random.Generator
        Draws normal shocks.
    n_series : int
        Series simulated in each world; a share of 0.9 has an error of ``0.3 / sqrt(n_series)``.
    coverage : float
        Nominal coverage of the intervals.

    Returns
    -------
    DataFrame
        By estimator: held_walk and held_line, the shares of intervals that held the rate where
        log rents are a random walk, and where they scatter independently around a line.
    """
    months = pd.period_range("2000-01", periods=n_months, freq="M")
    held = {}
    for world in WORLDS:
        shocks = generator.standard_normal((n_series, n_months))
        series = shocks.cumsum(axis=1) if world == "walk" else shocks
        tables = [
            compare_trends(pd.Series(values, index=months), coverage=coverage) for values in series
        ]
        bounds = pd.concat(tables, keys=range(n_series))
        is_held = (bounds["slope_low"] <= 0.0) & (bounds["slope_high"] >= 0.0)
        held[f"held_{world}"] = is_held.groupby(level="estimator", sort=False).mean()
    return pd.DataFrame(held)
