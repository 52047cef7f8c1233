"""A composition-free monthly rent index, with what stands behind it and how sure it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from analysis.arrays import Floats
from analysis.rents.index import estimators
from analysis.rents.index.quote_panel import RentPanel, month_position
from analysis.rents.index.resampling import percentile_bounds, provider_draws, weighted_median
from analysis.units import INTERVAL_COVERAGE

Method = Literal["time_product_dummy", "geks_jevons", "jevons_chained", "spliced"]
LOG_DECIMALS = 12  # rents that stand still stand still, whatever the solver's last digits
METHODS: dict[str, str] = {
    "time_product_dummy": "time-product dummy",
    "geks_jevons": "GEKS-Jevons",
    "jevons_chained": "matched-model Jevons, chained",
    "spliced": "GEKS-Jevons spliced over a moving window, never revised",
}


@dataclass(frozen=True)
class Change:
    """A change between two months and its interval.

    Parameters
    ----------
    first, last : Period
        From which month to which.
    value : float
        Decimal change, -0.4 for a fall by 40 %.
    low, high : float
        Interval over resampled providers; NaN where too few of them define the change.
    coverage : float
        Nominal coverage of the interval.
    share_defined : float
        Share of the resamples in which the change exists.
    """

    first: pd.Period
    last: pd.Period
    value: float
    low: float
    high: float
    coverage: float
    share_defined: float

    def __str__(self) -> str:
        """Render as ``-40.0 % (-51.2 % to -28.3 %) from 2024-01 to 2025-10``."""
        has_interval = not np.isnan(self.low)
        interval = f" ({self.low:+.1%} to {self.high:+.1%})" if has_interval else ""
        return f"{self.value:+.1%}{interval} from {self.first} to {self.last}"


@dataclass(frozen=True)
class RentIndex:
    """Monthly log index of one panel beside the log median of its raw quotes.

    Parameters
    ----------
    label : str
        What was selected, in words.
    method : str
        Name of the estimator, as in `METHODS`.
    months : PeriodIndex, length n_months
        Consecutive months.
    log_index : ndarray, shape (n_months,)
        Log index, zero in the first month; NaN where not connected.
    log_index_draws : ndarray, shape (n_draws, n_months)
        The same with providers resampled; each draw has a level of its own.
    log_median : ndarray, shape (n_months,)
        Log of the median rent over the items of a month, in log USD per GPU-hour.
    log_median_draws : ndarray, shape (n_draws, n_months)
        The same with providers resampled.
    counts : DataFrame
        Quotes, items, providers and matches behind each month.
    """

    label: str
    method: str
    months: pd.PeriodIndex
    log_index: Floats
    log_index_draws: Floats
    log_median: Floats
    log_median_draws: Floats
    counts: pd.DataFrame

    def position(self, month: str | pd.Period) -> int:
        """Return the place of a month."""
        return month_position(self.months, month)

    def index_change(self, first: str, last: str, coverage: float = INTERVAL_COVERAGE) -> Change:
        """Return the change of the index between two months."""
        return self._change(self.log_index, self.log_index_draws, first, last, coverage)

    def median_change(self, first: str, last: str, coverage: float = INTERVAL_COVERAGE) -> Change:
        """Return the change of the raw median between two months, changing sample and all."""
        return self._change(self.log_median, self.log_median_draws, first, last, coverage)

    def composition(self, first: str, last: str) -> float:
        """Return what the changing sample added, as a decimal: median's change over the index's."""
        start, end = self.position(first), self.position(last)
        by_median = self.log_median[end] - self.log_median[start]
        return float(np.expm1(by_median - (self.log_index[end] - self.log_index[start])))

    def frame(self, base: str | None = None, coverage: float = INTERVAL_COVERAGE) -> pd.DataFrame:
        """Tabulate index, interval, raw median and composition effect by month.

        Parameters
        ----------
        base : str, optional
            Month in which the index is one; the first month where not given.
        coverage : float
            Nominal coverage of the interval.

        Returns
        -------
        DataFrame
            By month: rent_index and its bounds, median_usd_per_gpu_hour, median_index,
            composition (decimal, since the base month) and the counts.
        """
        at = 0 if base is None else self.position(base)
        index = self.log_index - self.log_index[at]
        draws = self.log_index_draws - self.log_index_draws[:, [at]]
        low, high = percentile_bounds(draws, coverage, self._n_providers(at, at))
        median = self.log_median - self.log_median[at]
        columns = {
            "rent_index": np.exp(index),
            "rent_index_low": np.exp(low),
            "rent_index_high": np.exp(high),
            "median_usd_per_gpu_hour": np.exp(self.log_median),
            "median_index": np.exp(median),
            "composition": np.expm1(median - index),
        }
        return pd.DataFrame(columns, index=self.months).join(self.counts)

    def log_series(self) -> pd.Series:
        """Return the log index by month; months that are not connected are left out."""
        return pd.Series(self.log_index, index=self.months, name=self.label).dropna()

    def __str__(self) -> str:
        """Render the whole change, on the index and on the raw median."""
        first, last = str(self.months[0]), str(self.months[-1])
        return (
            f"{self.label}: {METHODS[self.method]}, {first} to {last}\n"
            f"  index   {self.index_change(first, last)}\n"
            f"  median  {self.median_change(first, last)}"
        )

    def _n_providers(self, *positions: int) -> int | None:
        """Return the providers behind the thinnest of some months; None of a published index."""
        if "n_providers" not in self.counts:
            return None
        return min(int(self.counts["n_providers"].to_numpy()[at]) for at in positions)

    def _change(
        self, point: Floats, draws: Floats, first: str, last: str, coverage: float
    ) -> Change:
        start, end = self.position(first), self.position(last)
        drawn = draws[:, end] - draws[:, start]
        low, high = percentile_bounds(drawn[:, None], coverage, self._n_providers(start, end))
        return Change(
            first=self.months[start],
            last=self.months[end],
            value=float(np.expm1(point[end] - point[start])),
            low=float(np.expm1(low[0])),
            high=float(np.expm1(high[0])),
            coverage=coverage,
            share_defined=float(np.mean(~np.isnan(drawn))) if len(drawn) else 0.0,
        )


def rent_index(
    panel: RentPanel,
    *,
    generator: np.random.Generator,
    method: Method = "time_product_dummy",
    n_draws: int = 999,
    window_months: int = 13,
    splice: estimators.Splice = "mean",
    first_window_months: int | None = None,
    item_weights: ArrayLike | None = None,
) -> RentIndex:
    """Compute a composition-free index and resample its providers.

    Parameters
    ----------
    panel : RentPanel
        Items by months.
    generator : numpy.random.Generator
        Draws the providers.
    method : {"time_product_dummy", "geks_jevons", "jevons_chained", "spliced"}
        Estimator.
    n_draws : int
        Bootstrap draws of whole providers, with replacement.
    window_months, splice, first_window_months
        As in `estimators.spliced`; used by ``spliced`` only.
    item_weights : array, shape (n_items,), optional
        One each where not given, since no quantities are published.

    Returns
    -------
    RentIndex
        Point estimate, draws, raw median and counts.

    References
    ----------
    Cameron, A. C., Gelbach, J. B. and Miller, D. L. (2008), "Bootstrap-based improvements for
    inference with clustered errors", Review of Economics and Statistics 90.
    """
    weights = np.ones(len(panel.items)) if item_weights is None else np.asarray(item_weights, float)
    draws = provider_draws(panel.providers, n_draws, generator) * weights
    stacked = np.concatenate([weights[None], draws])
    if method == "spliced":
        index = estimators.spliced(
            panel.log_rents,
            stacked,
            window_months=window_months,
            splice=splice,
            first_window_months=first_window_months,
        )
    elif method == "time_product_dummy":
        index = estimators.time_product_dummy(panel.log_rents, stacked)
    elif method == "geks_jevons":
        index = estimators.geks_jevons(panel.log_rents, stacked)
    else:
        index = estimators.jevons_chained(panel.log_rents, stacked)
    index = np.round(index, LOG_DECIMALS)
    median = np.round(weighted_median(panel.log_rents, stacked), LOG_DECIMALS)
    start = index[0][~np.isnan(index[0])][:1]
    return RentIndex(
        label=panel.label,
        method=method,
        months=panel.months,
        log_index=index[0] - start,
        log_index_draws=index[1:],
        log_median=median[0],
        log_median_draws=median[1:],
        counts=panel.counts(),
    )


def compare_methods(panel: RentPanel, *, base: str, window_months: int = 13) -> pd.DataFrame:
    """Put the estimators side by side, and the chain drift.

    Parameters
    ----------
    panel : RentPanel
        Items by months.
    base : str
        Month in which every index is one.
    window_months : int
        Window of the spliced indices.

    Returns
    -------
    DataFrame
        By month, one column an estimator, and ``chain_drift``: the chained over the fixed-base
        Jevons, as a decimal.
    """
    at = panel.position(base)
    rents = panel.log_rents
    log_indices = {
        "time_product_dummy": estimators.time_product_dummy(rents),
        "geks_jevons": estimators.geks_jevons(rents),
        "jevons_chained": estimators.jevons_chained(rents),
        "jevons_fixed_base": estimators.jevons_fixed_base(rents, base=at),
        "spliced_mean": estimators.spliced(rents, window_months=window_months),
        "spliced_movement": estimators.spliced(
            rents, window_months=window_months, splice="movement"
        ),
        "spliced_window": estimators.spliced(rents, window_months=window_months, splice="window"),
        "raw_median": weighted_median(rents, np.ones(len(rents))),
    }
    logs = pd.DataFrame(log_indices, index=panel.months)
    table = (logs - logs.iloc[at]).apply(np.exp)
    table["chain_drift"] = table["jevons_chained"] / table["jevons_fixed_base"] - 1.0
    return table
