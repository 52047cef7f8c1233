"""Internal rate of return of flows on dates (XIRR): days over 365, with all roots."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from analysis.arguments import as_numbers, refused
from analysis.errors import AssumptionError, Fault
from analysis.rental.engines.irr import IrrResult, irr

DAYS_PER_YEAR = 365


def xirr(dates: Sequence[date | str], flows: ArrayLike) -> IrrResult:
    """Return the internal rate of return of flows on dates.

    A rate *r* a year at which ``sum(flow / (1 + r)**(days / 365))`` is zero, days counted from the
    first date (Actual/365, as spreadsheets' XIRR counts them). By the day these are ordinary flows,
    most of them zero, so that every root above -100 % is found and proved, where a spreadsheet
    returns the one that its guess leads to. Thirty years take some seconds.

    Parameters
    ----------
    dates : sequence of date or of text like ``2026-03-31``
        In any order; flows of one day are summed.
    flows : array, shape (n_flows,)
        Money received less money paid.

    Returns
    -------
    IrrResult
        As of `irr` for one scenario: ``rate[0]``, decimal per year, ``status[0]`` and, where there
        are several, ``roots[0]``.

    Raises
    ------
    AssumptionError
        If dates and flows do not pair up, or one of them cannot be read.

    Examples
    --------
    The case by which a spreadsheet explains its XIRR:

    >>> days = ["2008-01-01", "2008-03-01", "2008-10-30", "2009-02-15", "2009-04-01"]
    >>> found = xirr(days, [-10_000, 2750, 4250, 3250, 2750])
    >>> round(float(found.rate[0]), 6), str(found.status[0])
    (0.373363, 'unique')
    """
    days, values = _read(dates, flows)
    step = int(np.gcd.reduce(days)) or 1  # yearly or weekly flows need no daily grid
    by_step = np.zeros(int(days.max()) // step + 1)
    np.add.at(by_step, days // step, values)
    found = irr(by_step[None, :])
    steps_per_year = DAYS_PER_YEAR / step
    roots = {row: _per_year(own, steps_per_year) for row, own in found.roots.items()}
    return IrrResult(_per_year(found.rate, steps_per_year), found.status, roots)


def _per_year(rate: np.ndarray, steps_per_year: float) -> np.ndarray:
    return np.asarray(np.expm1(steps_per_year * np.log1p(rate)))


def _read(dates: Sequence[date | str], flows: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    """Return days since the first date, and flows."""
    values = as_numbers("flows", flows)
    faults = []
    if not isinstance(dates, Sequence | np.ndarray | pd.Index | pd.Series):
        raise refused("dates", dates, "a sequence of dates, one a flow")
    if values.ndim != 1 or values.size == 0 or len(dates) != values.size:
        expected = "as many flows as dates, one at least"
        found = f"{len(dates)} dates, flows of shape {values.shape}"
        raise AssumptionError([Fault("flows", None, None, found, expected)])
    for place in np.flatnonzero(~np.isfinite(values)):
        faults.append(Fault("flows", int(place), "flow", str(values[place]), "a finite number"))
    read = pd.to_datetime(pd.Series(list(dates)), errors="coerce", format="ISO8601")
    for place in np.flatnonzero(read.isna()):
        faults.append(
            Fault("flows", int(place), "date", str(dates[int(place)]), "a date, YYYY-MM-DD")
        )
    if faults:
        raise AssumptionError(faults)
    days = (read - read.min()).dt.days.to_numpy(dtype=np.int64)
    return days, values
