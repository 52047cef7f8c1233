"""Fall, trough and rebound: size, date and interval of each, on an index and on raw medians."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.arrays import Floats
from analysis.rents.index.rent_index import Change, RentIndex
from analysis.units import INTERVAL_COVERAGE

STILL = 1e-9  # a smaller change is none


@dataclass(frozen=True)
class Swing:
    """A fall from a peak to a trough and the rebound after it.

    The intervals of `fall` and `rebound` hold peak and trough months fixed; `peak_months` and
    `trough_months` say how far the months themselves are uncertain.

    Parameters
    ----------
    measure : str
        What fell.
    fall, rebound : Change
        From peak to trough, and from trough to the last month.
    peak_months, trough_months : tuple of Period
        Interval of the month, over resampled providers.
    """

    measure: str
    fall: Change
    rebound: Change
    peak_months: tuple[pd.Period, pd.Period]
    trough_months: tuple[pd.Period, pd.Period]

    @property
    def peak(self) -> pd.Period:
        """Month of the peak."""
        return self.fall.first

    @property
    def trough(self) -> pd.Period:
        """Month of the trough."""
        return self.fall.last

    def in_words(self, *, with_intervals: bool = True) -> str:
        """Say fall and rebound in a sentence without subject, intervals where there are any."""
        has_interval = with_intervals and not np.isnan(self.fall.low)
        fall, rebound = self.fall, self.rebound
        if max(abs(fall.value), abs(rebound.value)) < STILL:
            return f"did not move from {self.peak} to {rebound.last}"
        sure = f" ({fall.coverage:.0%} interval {-fall.high:.0%} to {-fall.low:.0%})"
        between = f" (trough between {self.trough_months[0]} and {self.trough_months[1]})"
        return (
            f"fell by {-fall.value:.0%}{sure if has_interval else ''} from {self.peak} to"
            f" {self.trough}{between if has_interval else ''} and rose by {rebound.value:.0%}"
            f"{f' ({rebound.low:.0%} to {rebound.high:.0%})' if has_interval else ''}"
            f" until {rebound.last}"
        )

    def how_sure(self) -> str:
        """Say the intervals of fall and rebound; nothing where there are none."""
        fall, rebound = self.fall, self.rebound
        if np.isnan(fall.low):
            return ""
        return (
            f"{fall.coverage:.0%} intervals over providers are {-fall.high:.0%} to {-fall.low:.0%} "
            f"for the fall and {rebound.low:.0%} to {rebound.high:.0%} for the rise"
        )

    def __str__(self) -> str:
        """Render fall and rebound on two lines."""
        low, high = self.trough_months
        return (
            f"{self.measure}: fall {self.fall}\n"
            f"  trough between {low} and {high}; rebound {self.rebound}"
        )


def index_swing(
    index: RentIndex, *, peak_by: str, first: str | None = None, coverage: float = INTERVAL_COVERAGE
) -> Swing:
    """Find fall, trough and rebound on the composition-free index.

    Parameters
    ----------
    index : RentIndex
        Index with draws.
    peak_by : str
        Last month in which the peak may lie.
    first : str, optional
        First month looked at; where few providers were captured a peak means little.
    coverage : float
        Nominal coverage of the intervals.

    Returns
    -------
    Swing
        The trough is the lowest month after the peak.
    """
    peak, trough = _peak_and_trough(index, index.log_index[None], first, peak_by)
    return _swing(index, "index", int(peak[0]), int(trough[0]), first, peak_by, coverage)


def median_swing(
    index: RentIndex, *, peak_by: str, first: str | None = None, coverage: float = INTERVAL_COVERAGE
) -> Swing:
    """Find fall, trough and rebound on the raw median; parameters as in `index_swing`."""
    peak, trough = _peak_and_trough(index, index.log_median[None], first, peak_by)
    return _swing(index, "median", int(peak[0]), int(trough[0]), first, peak_by, coverage)


def series_swing(
    log_rents: pd.Series, *, peak_by: str, first: str | None = None, measure: str | None = None
) -> Swing:
    """Find fall, trough and rebound on a published series, which has no interval.

    Parameters
    ----------
    log_rents : Series
        Log rents of consecutive months.
    peak_by, first
        As in `index_swing`.
    measure : str, optional
        What fell; the name of the series where not given.

    Returns
    -------
    Swing
        Bounds are missing, the intervals of the months hold one month.
    """
    values = log_rents.to_numpy(dtype=float)
    none = np.empty((0, len(values)))
    alone = RentIndex(
        label=str(log_rents.name) if measure is None else measure,
        method="published",
        months=pd.PeriodIndex(log_rents.index),
        log_index=values,
        log_index_draws=none,
        log_median=values,
        log_median_draws=none,
        counts=pd.DataFrame(index=log_rents.index),
    )
    peak, trough = _peak_and_trough(alone, values[None], first, peak_by)
    months = alone.months
    fall = alone.index_change(str(months[peak[0]]), str(months[trough[0]]))
    rebound = alone.index_change(str(months[trough[0]]), str(months[-1]))
    at = ((fall.first, fall.first), (fall.last, fall.last))
    return Swing(alone.label, fall, rebound, *at)


def _swing(
    index: RentIndex,
    measure: str,
    peak: int,
    trough: int,
    first: str | None,
    peak_by: str,
    coverage: float,
) -> Swing:
    is_index = measure == "index"
    change = index.index_change if is_index else index.median_change
    draws = index.log_index_draws if is_index else index.log_median_draws
    drawn_peaks, drawn_troughs = _peak_and_trough(index, draws, first, peak_by)
    months = [str(month) for month in index.months]
    return Swing(
        measure=f"{index.label}, {'composition-free index' if is_index else 'raw median'}",
        fall=change(months[peak], months[trough], coverage),
        rebound=change(months[trough], months[-1], coverage),
        peak_months=_month_interval(index.months, drawn_peaks, coverage, peak),
        trough_months=_month_interval(index.months, drawn_troughs, coverage, trough),
    )


def _peak_and_trough(
    index: RentIndex, paths: Floats, first: str | None, peak_by: str
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Find the highest month of the window and the lowest one after it, path by path."""
    at = np.arange(len(index.months))
    start = 0 if first is None else index.position(first)
    may_peak = (at >= start) & (at <= index.position(peak_by))
    defined = ~np.isnan(paths)
    paths = paths[(defined & may_peak).any(axis=1) & defined[:, -1]]
    peaks = np.where(may_peak & ~np.isnan(paths), paths, -np.inf).argmax(axis=1)
    after = (at > peaks[:, None]) & ~np.isnan(paths)
    return peaks, np.where(after, paths, np.inf).argmin(axis=1)


def _month_interval(
    months: pd.PeriodIndex, positions: NDArray[np.intp], coverage: float, found: int
) -> tuple[pd.Period, pd.Period]:
    """Return the first and last month that draws find; without draws the one that was found."""
    if not positions.size:
        return months[found], months[found]
    tail = (1.0 - coverage) / 2.0
    low, high = np.quantile(positions, [tail, 1.0 - tail], method="nearest")
    return months[int(low)], months[int(high)]
