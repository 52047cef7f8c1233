"""A forecast of one rent series: median, intervals, paths, and how far ahead to believe them."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd

from analysis.arguments import as_choice, as_whole
from analysis.arrays import Flags, Floats
from analysis.rents.breaks.break_tests import information_criteria
from analysis.rents.breaks.segmentation import segment
from analysis.rents.forecasting.models import (
    FEWEST_MONTHS,
    MODEL_LABELS,
    MODELS,
    MOST_BREAKS,
    SHORTEST_REGIME_MONTHS,
)
from analysis.rents.forecasting.predictive import Errors, Predictive
from analysis.rents.quotes.monthly import as_series, check_monthly

QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
"""Drawn and tabulated: ends of the outer and the inner band about the median."""


@dataclass(frozen=True)
class Forecast:
    """Laws of the rents 1 to n_ahead months after the last month seen.

    Parameters
    ----------
    label : str
        What is forecast.
    history : Series
        Log rents seen, by month.
    predictive : Predictive
        Joint law of the log rents ahead; one origin.
    n_supported_months : int
        Months ahead that a backtest could judge; beyond, the law is widened and flagged.
    new_regime_drift : float
        Standard deviation, per month, of the drift that each path may take beyond them.
    """

    label: str
    history: pd.Series
    predictive: Predictive
    n_supported_months: int
    new_regime_drift: float

    @property
    def band_coverages(self) -> tuple[float, float]:
        """Shares of outcomes that the inner and the outer band are to hold."""
        low, inner_low, _, inner_high, high = QUANTILES
        return inner_high - inner_low, high - low

    @property
    def months(self) -> pd.PeriodIndex:
        """Months ahead."""
        first = self.history.index[-1] + 1
        return pd.period_range(first, periods=self.n_ahead, freq="M", name="month")

    @property
    def n_ahead(self) -> int:
        """Number of months ahead."""
        return self.predictive.location.shape[1]

    @property
    def is_supported(self) -> Flags:
        """Whether a backtest could judge each month ahead, shape (n_ahead,)."""
        return np.arange(1, self.n_ahead + 1) <= self.n_supported_months

    def rents(self, probabilities: tuple[float, ...] = QUANTILES) -> pd.DataFrame:
        """Return quantiles of the rent by month, in closed form.

        Parameters
        ----------
        probabilities : tuple of float
            Quantiles wanted.

        Returns
        -------
        DataFrame
            By month: ``is_supported`` and a column ``q05``, ``q50`` ... for each quantile, in the
            unit of the series; the median is the point forecast, since the mean does not exist.
        """
        levels = np.exp(self.predictive.quantiles(probabilities)[0])
        names = [f"q{100 * p:02.0f}" for p in probabilities]
        table = pd.DataFrame(levels, index=self.months, columns=names)
        table.insert(0, "is_supported", self.is_supported)
        return table

    def relative_paths(
        self, n_paths: int, generator: np.random.Generator, errors: Errors = "bootstrap"
    ) -> Floats:
        """Simulate rents relative to the last month seen.

        Parameters
        ----------
        n_paths : int
            Number of paths.
        generator : numpy.random.Generator
            Source of all draws.
        errors : {"student", "bootstrap"}
            As in `Predictive.paths`.

        Returns
        -------
        ndarray, shape (n_paths, n_ahead)
            1 where the rent is what it was at the origin.
        """
        logs = self.predictive.paths(n_paths, generator, errors)[0]
        return np.exp(logs - float(self.history.iloc[-1]))

    def __str__(self) -> str:
        """Render the median and the 90 % interval at the supported and at the last month."""
        table = self.rents(QUANTILES[::2])
        lines = [f"{self.label}: {MODEL_LABELS[self.predictive.model]}"]
        for ahead in sorted({min(self.n_supported_months, self.n_ahead), self.n_ahead} - {0}):
            low, middle, high = table.iloc[ahead - 1][["q05", "q50", "q95"]]
            note = "" if ahead <= self.n_supported_months else ", beyond what a backtest supports"
            lines.append(
                f"  {ahead:2d} months, {table.index[ahead - 1]}:"
                f" {middle:.2f} ({low:.2f} to {high:.2f}){note}"
            )
        return "\n".join(lines)


def forecast(
    log_rents: pd.Series,
    *,
    model: str,
    n_ahead: int,
    n_supported_months: int,
    new_regime_drift: float | None = None,
    drift_beyond: float = 0.0,
    label: str | None = None,
) -> Forecast:
    """Forecast a rent series from its last month.

    Beyond the supported months nothing in the record says that the present regime lasts. Each path
    may then take another drift: the law gains the variance ``(d k)^2`` in the k-th month beyond, d
    the spread of the drifts of the regimes seen so far. The median stays, unless told otherwise.

    Parameters
    ----------
    log_rents : Series
        Log rents of consecutive months (PeriodIndex).
    model : str
        Name of a model in `MODELS`.
    n_ahead : int
        Months ahead.
    n_supported_months : int
        Months ahead that a backtest could judge, as `supported_months` finds them.
    new_regime_drift : float, optional
        Log rent per month; the `regime_drift_spread` of the series where not given.
    drift_beyond : float
        Log rent per month that the median moves beyond the supported months, an assumption.
    label : str, optional
        What is forecast; the name of the series where not given.

    Returns
    -------
    Forecast

    Raises
    ------
    ValueError
        An unknown model, a gap, or too few months.
    """
    as_choice("model", model, MODELS)
    n_ahead = as_whole("n_ahead", n_ahead, 1)
    n_supported_months = as_whole("n_supported_months", n_supported_months, 0)
    series = as_series(log_rents, "forecasts").dropna()
    values = consecutive(series)
    law = MODELS[model](values, np.array([len(values)]), n_ahead)
    spread = regime_drift_spread(series) if new_regime_drift is None else new_regime_drift
    return Forecast(
        label=str(series.name) if label is None else label,
        history=series,
        predictive=widened(law, n_supported_months, spread, drift_beyond),
        n_supported_months=n_supported_months,
        new_regime_drift=spread,
    )


def widened(
    law: Predictive, n_supported_months: int, new_regime_drift: float, drift_beyond: float = 0.0
) -> Predictive:
    """Add an unknown drift beyond the supported months.

    Parameters
    ----------
    law : Predictive
        Law of the model.
    n_supported_months : int
        Months ahead that keep their law.
    new_regime_drift : float
        Standard deviation of the new drift, log rent per month.
    drift_beyond : float
        Its mean, log rent per month.

    Returns
    -------
    Predictive
        Scales never smaller.
    """
    beyond = np.maximum(np.arange(1, law.location.shape[1] + 1) - n_supported_months, 0.0)
    extra = new_regime_drift**2 * np.multiply.outer(beyond, beyond)
    return Predictive(
        law.model,
        law.location + drift_beyond * beyond,
        law.scale_matrix + extra,
        law.degrees_of_freedom,
        law.residuals,
    )


def regime_drift_spread(log_rents: pd.Series) -> float:
    """Return the standard deviation of drift across regimes, each weighted by its months.

    Regimes are lines cut by BIC. Where there is one only, the error of the mean log change stands
    in, the least that can be said about the next one.

    Returns
    -------
    float
        Log rent per month.
    """
    values = consecutive(log_rents.dropna())
    time = np.arange(len(values)) - (len(values) - 1) / 2.0
    design = np.column_stack([np.ones_like(time), time])
    most = min(MOST_BREAKS, len(values) // SHORTEST_REGIME_MONTHS - 1)
    partition = segment(values, design, shortest=SHORTEST_REGIME_MONTHS, max_breaks=max(most, 0))
    n_breaks = int(information_criteria(partition, 2)["bic"].idxmin())
    if n_breaks == 0:
        return float(np.diff(values).std(ddof=1) / np.sqrt(len(values) - 1))
    starts = [0, *partition.breaks(n_breaks), len(values)]
    slopes = [np.polyfit(time[a:b], values[a:b], 1)[0] for a, b in pairwise(starts)]
    weights = np.diff(starts)
    mean = np.average(slopes, weights=weights)
    return float(np.sqrt(np.average((slopes - mean) ** 2, weights=weights)))


def consecutive(log_rents: pd.Series) -> Floats:
    """Return the values of a series without gaps.

    Raises
    ------
    SeriesError
        No months, a gap, or fewer months than a model needs.
    """
    check_monthly(log_rents, FEWEST_MONTHS, "forecasts")
    return log_rents.to_numpy(dtype=float)
