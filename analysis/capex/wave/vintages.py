r"""Straight-line depreciation by vintage, with useful lives that change prospectively.

A vintage is what is spent in one period. It is placed in service after a lag; in each period after
that its book value is spread over the life that is left under the life then in force,

.. math::  d_{v,t} = B_{v,t} \, \min\Bigl(1, \frac{s_{v,t}}{L_t - a_{v,t}}\Bigr),

with :math:`B` the book value and :math:`a` the age at the start of the period and :math:`s` the
part of the period in service (one, or what the convention says for the first). While the life stays
as it is this is straight-line; a new life changes what is still to come and nothing before.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Literal, TypeAlias

import numpy as np

from analysis.arrays import Floats

Convention: TypeAlias = Literal["half", "full", "next"]

FIRST_PERIOD: dict[Convention, float] = {"half": 0.5, "full": 1.0, "next": 0.0}
"""Part of its first period that a vintage depreciates for."""


def depreciation_shares(
    life_periods: Floats, lag_periods: int = 0, convention: Convention = "half"
) -> Floats:
    """Depreciate one unit spent in each period.

    Parameters
    ----------
    life_periods : ndarray, shape (n,)
        Useful life in force in each period, in periods; need not be whole.
    lag_periods : int
        Whole periods from spending to service.
    convention : str
        half, full or next: the first period in service counts by half, whole, or not.

    Returns
    -------
    ndarray, shape (n, n)
        Share of the cost of vintage ``v`` (row) depreciated in period ``t`` (column). A row sums
        to one when its whole life lies within the ``n`` periods. Read-only.

    Examples
    --------
    >>> depreciation_shares(np.full(4, 2.0))[0].tolist()
    [0.25, 0.5, 0.25, 0.0]

    A life of two lengthened to four after a year and a half: the half that is left is spread over
    two and a half years.

    >>> depreciation_shares(np.array([2.0, 4.0, 4.0, 4.0, 4.0]))[0].round(4).tolist()
    [0.25, 0.2143, 0.2143, 0.2143, 0.1071]
    """
    return _shares(tuple(np.asarray(life_periods, float).tolist()), int(lag_periods), convention)


@lru_cache(maxsize=256)
def _shares(life_periods: tuple[float, ...], lag: int, convention: Convention) -> Floats:
    assert lag >= 0, "service cannot precede spending"
    n_periods = len(life_periods)
    shares, book_value = np.zeros((n_periods, n_periods)), np.ones(n_periods)
    for period, part in enumerate(_parts(np.array(life_periods), lag, convention)):
        shares[:, period] = book_value * part
        book_value = book_value - shares[:, period]
    shares.flags.writeable = False
    return shares


def _parts(life_periods: Floats, lag: int, convention: Convention) -> Floats:
    """Part of its book value that each vintage (column) depreciates by in each period (row)."""
    periods = np.arange(len(life_periods))
    since_service = periods[:, None] - periods - lag
    served = np.where(since_service == 0, FIRST_PERIOD[convention], since_service > 0)
    age = served.cumsum(axis=0) - served
    left = np.maximum(life_periods[:, None] - age, served)
    return np.divide(served, left, out=np.zeros_like(served), where=served > 0)


def schedules(
    life_periods: Floats,
    growth_before: float | Floats = 0.0,
    lag_periods: int = 0,
    convention: Convention = "half",
) -> tuple[Floats, Floats]:
    """Depreciate what is spent in each period, and run off what was spent before the first.

    The spending before is taken to have grown at a steady rate to one unit in the period before the
    first, its life to have been the first one in force.

    Parameters
    ----------
    life_periods : ndarray, shape (n,)
        Useful life in force in each period, in periods.
    growth_before : float or ndarray, shape (...)
        Growth of the spending before, decimal per period.
    lag_periods, convention
        As in :func:`depreciation_shares`.

    Returns
    -------
    shares : ndarray, shape (n, n)
        As :func:`depreciation_shares` gives them.
    opening : ndarray, shape (..., n)
        Depreciation in each period of what was spent before, for each growth.

    Examples
    --------
    >>> schedules(np.full(4, 2.0))[1].tolist()
    [0.75, 0.25, 0.0, 0.0]
    """
    n_before = int(np.ceil(life_periods[0])) + lag_periods + 1
    life = np.concatenate([np.full(n_before, life_periods[0]), life_periods])
    shares = depreciation_shares(life, lag_periods, convention)
    spent = (1.0 + np.asarray(growth_before))[..., None] ** np.arange(1 - n_before, 1)
    opening = spent[..., None, :] @ shares[:n_before, n_before:]
    return shares[n_before:, n_before:], opening[..., 0, :]
