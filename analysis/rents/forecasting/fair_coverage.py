"""Coverage that a short backtest finds when the forecast's law is true, by simulation.

Forecasts of neighboring months overlap and share their outcomes, so that the share of outcomes
inside an interval scatters widely even where the interval is right. Only a share outside of what
histories drawn from the law itself give says that intervals are too wide or too narrow.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.arrays import Floats
from analysis.rents.forecasting.rent_backtest import BENCHMARK, backtest
from analysis.units import INTERVAL_COVERAGE


@dataclass(frozen=True)
class FairCoverage:
    """Shares of outcomes inside intervals, where the law of the forecast is true.

    Parameters
    ----------
    shares : ndarray, shape (n_series,)
        Of each simulated history, averaged over the judged horizons.
    """

    shares: Floats

    @property
    def mean(self) -> float:
        """Coverage of the intervals by simulation."""
        return float(self.shares.mean())

    @property
    def interval(self) -> tuple[float, float]:
        """Shares between which 90 % of the histories lie."""
        tail = (1.0 - INTERVAL_COVERAGE) / 2.0
        low, high = np.quantile(self.shares, [tail, 1.0 - tail])
        return float(low), float(high)

    def in_words(self, found: float) -> str:
        """Say whether a share that was found is one that a right interval gives."""
        low, high = self.interval
        if low <= found <= high:
            return "as right ones would"
        return "so they are too wide" if found > high else "so they are too narrow"


def fair_coverage(
    log_rents: pd.Series,
    *,
    n_judged: int,
    generator: np.random.Generator,
    n_series: int = 200,
    n_paths: int = 400,
) -> FairCoverage:
    """Simulate the backtest of no change on random walks of the same months.

    Parameters
    ----------
    log_rents : Series
        Series of the backtest; its months, and its changes, drawn anew with random signs, make
        the histories.
    n_judged : int
        Horizons averaged over.
    generator : numpy.random.Generator
        Draws histories and paths.
    n_series : int
        Histories.
    n_paths : int
        Paths of each forecast.

    Returns
    -------
    FairCoverage
    """
    changes = log_rents.diff().dropna().to_numpy(dtype=float)
    signed = np.concatenate([changes, -changes])
    steps = generator.choice(signed, (n_series, len(log_rents)))
    histories = {
        str(place): pd.Series(path, index=log_rents.index)
        for place, path in enumerate(steps.cumsum(axis=1))
    }
    scores = backtest(
        histories,
        generator=generator,
        models=[BENCHMARK],
        longest_horizon=max(n_judged, 1),
        n_paths=n_paths,
    ).scores
    by_horizon = scores.groupby(["series", "horizon"])["inside_90"].mean()
    return FairCoverage(by_horizon.groupby(level="series").mean().to_numpy(dtype=float))
