"""Validation of a monthly series: enough values, of consecutive months."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.errors import AnalysisError, Fault, FaultsError


class SeriesError(FaultsError, ValueError):
    """A series that a question about monthly rents cannot be asked of."""

    consequence = "nothing was estimated"


class QuotesError(AnalysisError, ValueError):
    """Quotes of which a question cannot be asked: none, or none of its kind."""


def as_series(series: object, what: str) -> pd.Series:
    """Refuse what is no series.

    Raises
    ------
    SeriesError
        Saying what was found.
    """
    if isinstance(series, pd.Series) and series.dtype.kind in "biuf":
        if np.isinf(series.to_numpy(dtype=float)).any():
            at = series.index[np.isinf(series.to_numpy(dtype=float))][0]
            raise SeriesError([Fault(what, None, str(at), "inf", "a finite number, or none")])
        return series
    kind = str(series)[:80]
    if isinstance(series, pd.Series):
        kind = f"Series of {series.dtype}"
    expected = "a pandas Series of numbers, its index a PeriodIndex of months"
    raise SeriesError([Fault(what, None, None, kind, expected)])


def check_monthly(
    series: pd.Series,
    needed: int,
    what: str,
    *,
    is_consecutive: bool = True,
    is_monthly: bool = True,
) -> pd.PeriodIndex:
    """Refuse a series that is not monthly, has a gap, or is too short.

    Parameters
    ----------
    series : Series
        Rents, or their logarithms.
    needed : int
        Months that are needed.
    what : str
        What needs them, as messages say it.
    is_consecutive : bool
        Whether no month may be missing between the first and the last.
    is_monthly : bool
        Whether periods of another length than a month are refused.

    Returns
    -------
    PeriodIndex
        Its months.

    Raises
    ------
    SeriesError
        Saying what was found, and how many months are needed.

    Examples
    --------
    >>> check_monthly(pd.Series([1.0, 2.0]), 12, "breaks")
    Traceback (most recent call last):
    ...
    analysis.rents.quotes.monthly.SeriesError: 1 fault, nothing was estimated:
    breaks, column index: found 'RangeIndex of 2', expected a PeriodIndex of months, \
such as series.to_period('M') of one value a month; breaks need 12 months
    """
    index = as_series(series, what).index
    need = f"{what} need {needed} months"
    if not isinstance(index, pd.PeriodIndex) or (is_monthly and index.freqstr != "M"):
        kind = f"{index.freqstr} " if isinstance(index, pd.PeriodIndex) else ""
        found = f"{type(index).__name__} of {kind}{len(index)}"
        expected = (
            "a PeriodIndex of months, such as series.to_period('M') of one value a month; " + need
        )
        raise SeriesError([Fault(what, None, "index", found, expected)])
    steps = np.diff(index.astype("int64"))
    if is_consecutive and not (steps == 1).all():
        after = index[int(np.flatnonzero(steps != 1)[0])]
        expected = f"consecutive months without gaps; {need}"
        raise SeriesError([Fault(what, None, "index", f"a gap after {after}", expected)])
    if len(index) < needed:
        expected = f"at least {needed}: {need}, found {len(index)}"
        raise SeriesError([Fault(what, None, "index", f"{len(index)} months", expected)])
    return index
