"""Input validation of a series: fit for a unit root test, or why it is not."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from analysis.exuberance.unsuitable import UnsuitableSeriesError

OVERLAP: Final = "periods_summed"
"""Key in a Series' ``attrs``: how many periods each value sums, where neighbors share periods."""


def observations_of(y: ArrayLike | pd.Series) -> pd.Series:
    """Return a series as floating-point observations, evenly spaced and complete.

    Parameters
    ----------
    y : array_like or Series, shape (n,)
        Observations in the order of time; an index of dates or periods is kept.

    Returns
    -------
    Series
        The same values and index.

    Raises
    ------
    UnsuitableSeriesError
        Values are missing or infinite, dates have gaps, or the values are overlapping sums.
    """
    series = y if isinstance(y, pd.Series) else pd.Series(np.asarray(y), name="series")
    if series.ndim != 1 or not pd.api.types.is_numeric_dtype(series):
        raise UnsuitableSeriesError("one column of numbers is needed")
    values = series.astype(np.float64)
    bad = values.index[~np.isfinite(values.to_numpy())]
    if len(bad):
        raise UnsuitableSeriesError(f"{named(series)} has no finite value at {listed(bad)}")
    if (periods := int(series.attrs.get(OVERLAP, 1))) > 1:
        raise UnsuitableSeriesError(
            f"{named(series)} sums {periods} periods at each date: neighbors share "
            f"{periods - 1} of them, which looks like momentum. Test every {periods}th value "
            "(non_overlapping), or the single periods seasonally adjusted"
        )
    _refuse_gaps(values)
    return values


def _refuse_gaps(series: pd.Series) -> None:
    index = series.index
    if isinstance(index, pd.PeriodIndex):
        expected = pd.period_range(index[0], periods=len(index), freq=index.freq)
        if not index.equals(expected):
            late = index[index != expected][:1]
            raise UnsuitableSeriesError(
                f"{named(series)} skips or repeats a period before {listed(late)}"
            )
    elif isinstance(index, pd.DatetimeIndex) and len(index) > 2 and pd.infer_freq(index) is None:
        raise UnsuitableSeriesError(
            f"{named(series)} is not evenly spaced: give its dates a frequency (Series.to_period "
            "or Series.asfreq), and fill or drop no observation silently"
        )


def named(series: pd.Series) -> str:
    """Return the name of a series for a message."""
    return f"{series.name!r}" if series.name is not None else "the series"


def listed(labels: pd.Index) -> str:
    """Return the first labels of several for a message."""
    shown = ", ".join(str(label) for label in labels[:5])
    return shown if len(labels) <= 5 else f"{shown} and {len(labels) - 5} more"
