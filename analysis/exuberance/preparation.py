"""Preparation of reported figures for a unit root test: sums, ratios, seasonal adjustment.

Three habits of reported figures break it: sums over the trailing year share three quarters with
their neighbors, quarters have seasons, and a ratio to something near zero explodes by division.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from analysis.exuberance.series import OVERLAP, listed, named, observations_of
from analysis.exuberance.unsuitable import UnsuitableSeriesError

LEAST_SHARE: Final = 0.1
"""A denominator below this share of its own median is near zero: the ratio moves with it alone."""


def defined_ratio(
    numerator: pd.Series,
    denominator: pd.Series,
    *,
    label: str = "",
    least_share: float = LEAST_SHARE,
) -> pd.Series:
    """Divide where the denominator stays clear of zero, and refuse where it does not.

    A denominator that nears zero, as net income does, makes the ratio explode whatever the
    numerator does, and a negative one turns its sign: the test would find the denominator's
    trouble. Take one that cannot vanish, such as revenue, or test the reciprocal.

    Parameters
    ----------
    numerator, denominator : Series, shape (n,)
        On the same index, in the same unit.
    label : str
        What readers call the denominator, should it be refused; its name in quotes where empty.
    least_share : float
        Smallest denominator allowed, as a share of its median.

    Returns
    -------
    Series
        The ratio, a decimal; it is marked as an overlapping sum if either part is.

    Raises
    ------
    UnsuitableSeriesError
        The indexes differ, or the denominator is negative or near zero somewhere.

    Examples
    --------
    >>> capex, revenue = pd.Series([2.0, 3.0]), pd.Series([10.0, 12.0])
    >>> defined_ratio(capex, revenue).tolist()
    [0.2, 0.25]
    """
    if not numerator.index.equals(denominator.index):
        raise UnsuitableSeriesError(
            f"{named(numerator)} and {named(denominator)} are not on the same dates"
        )
    least = least_share * float(np.nanmedian(denominator.to_numpy(dtype=np.float64)))
    near_zero = denominator.index[(denominator <= max(least, 0.0)).to_numpy()]
    if len(near_zero):
        raise UnsuitableSeriesError(
            f"the ratio to {label or named(denominator)} is undefined: it is negative, or below "
            f"{least_share:.0%} of its median, at {listed(near_zero)}"
        )
    ratio = numerator / denominator
    periods = max(int(part.attrs.get(OVERLAP, 1)) for part in (numerator, denominator))
    ratio.attrs = {OVERLAP: periods} if periods > 1 else {}
    return ratio


def trailing_sum(flow: pd.Series, periods: int) -> pd.Series:
    """Sum a flow over its last periods, and mark the sums as overlapping.

    The tests refuse a marked series: neighbors share all but one of their periods, so that even
    independent flows move like a wave, and a supremum over windows takes the wave for a root.

    Parameters
    ----------
    flow : Series, shape (n,)
        One value a period.
    periods : int
        How many to sum: 4 quarters make a trailing year.

    Returns
    -------
    Series, shape (n - periods + 1,)
        By the last period summed.

    See Also
    --------
    non_overlapping : a series of sums that share nothing.
    """
    total = observations_of(flow).rolling(periods).sum().iloc[periods - 1 :]
    total.attrs = {OVERLAP: periods} if periods > 1 else {}
    return total


def non_overlapping(sums: pd.Series) -> pd.Series:
    """Keep of overlapping sums those that share no period, counted back from the last.

    Parameters
    ----------
    sums : Series, shape (n,)
        Of `trailing_sum`, or a ratio of such sums.

    Returns
    -------
    Series
        Every value after as many periods as each sums; the last is the newest.

    Examples
    --------
    >>> quarters = pd.Series(range(1, 9), index=pd.period_range("2024Q1", periods=8, freq="Q"))
    >>> years = non_overlapping(trailing_sum(quarters, 4))
    >>> [(str(period), int(value)) for period, value in years.items()]
    [('2024Q4', 10), ('2025Q4', 26)]
    """
    periods = int(sums.attrs.get(OVERLAP, 1))
    kept = sums.iloc[(len(sums) - 1) % periods :: periods].copy()
    kept.attrs = {}
    return kept


def seasonally_adjusted(
    y: pd.Series, periods_per_year: int = 4, *, is_multiplicative: bool = True
) -> pd.Series:
    """Remove the season by STL, robustly.

    STL smooths over the whole sample, the future included: a date stamped in an adjusted series is
    one seen afterwards, not one that could have been called at the time. Growth on the same quarter
    a year before is no substitute, being a sum of four overlapping changes.

    Parameters
    ----------
    y : Series, shape (n,)
        At least two years of observations.
    periods_per_year : int
        Length of the season.
    is_multiplicative : bool
        Whether the season scales with the level: STL then works on logs, which must exist.

    Returns
    -------
    Series, shape (n,)
        Trend and remainder, in the unit of ``y``.

    Raises
    ------
    UnsuitableSeriesError
        The series is too short, or not positive where logs are needed.

    References
    ----------
    Cleveland, R. B., Cleveland, W. S., McRae, J. E., and Terpenning, I. (1990). STL: a
    seasonal-trend decomposition procedure based on loess. Journal of Official Statistics 6, 3-73.
    """
    from statsmodels.tsa.seasonal import STL

    values = observations_of(y)
    if len(values) < 2 * periods_per_year + 1:
        raise UnsuitableSeriesError(
            f"{named(y)} has {len(values)} observations: a season of {periods_per_year} periods "
            f"takes more than {2 * periods_per_year} to find"
        )
    if is_multiplicative and (values <= 0).any():
        not_positive = values.index[(values <= 0).to_numpy()]
        raise UnsuitableSeriesError(
            f"{named(y)} has no logarithm at {listed(not_positive)}: adjust it additively"
        )
    scale = np.log(values.to_numpy()) if is_multiplicative else values.to_numpy()
    adjusted = scale - STL(scale, period=periods_per_year, robust=True).fit().seasonal
    unseasonal = np.exp(adjusted) if is_multiplicative else adjusted
    return pd.Series(unseasonal, index=values.index, name=values.name)
