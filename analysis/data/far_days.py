"""Outliers in time: days on which an offer stands far from its level before and after."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.arrays import Flags, Floats

ITEM = ("provider", "gpu_variant", "offer_gpus", "contract", "source_id")
"""What makes an offer: its quotes share one level."""

FAR = "far from its own level"
FACTOR = 1.5
N_AROUND, N_ALONE = 5, 3
FEWEST_AROUND = 2
WITHIN_DAYS = 45


def is_far_from_own_level(
    quotes: pd.DataFrame,
    *,
    rent: str = "rent_per_gpu_hour",
    factor: float = FACTOR,
    within_days: int = WITHIN_DAYS,
) -> Flags:
    """Tell the days on which an offer stands apart from the days around it.

    A day is apart when it lies beyond `factor` of the median of up to five quotes of the same offer
    before it and, on the same side, of the median of up to five after it. A price that moves and
    stays is no fault: it is near what comes after. Days that are apart are taken out and the others
    judged again, until none is found: so a run of up to five is found whole, from its middle on.
    Then, once, come the days at the ends, where a side has fewer than two quotes within
    `within_days`: the next three of the other one decide, or with neither the day is left in peace.
    Several quotes of an offer on one day count as their median for the days around it, and are each
    judged by themselves.

    Parameters
    ----------
    quotes : DataFrame
        As `comparable_quotes` returns them: the columns of `ITEM`, currency, quote_date and `rent`.
    rent : str
        Column of the rents, above zero.
    factor : float
        How far is far, above one.
    within_days : int
        How long a quote says something of an offer's level.

    Returns
    -------
    ndarray of bool, shape (n_quotes,)

    Examples
    --------
    >>> days = pd.date_range("2025-04-01", periods=5)
    >>> offer = dict.fromkeys(ITEM, "x") | {"currency": "USD", "quote_date": days}
    >>> quotes = pd.DataFrame(offer | {"rent_per_gpu_hour": [2.5, 2.5, 7.4, 2.6, 2.6]})
    >>> is_far_from_own_level(quotes).tolist()
    [False, False, True, False, False]
    """
    offer = quotes.groupby([*ITEM, "currency"], sort=False, dropna=False).ngroup().to_numpy()
    day = quotes["quote_date"].to_numpy("datetime64[D]").astype(np.int64)
    place = pd.MultiIndex.from_arrays([offer, day])
    logs = pd.Series(np.log(quotes[rent].to_numpy(float)), place)
    is_apart = np.zeros(len(quotes), dtype=bool)

    def find(*, at_ends: bool) -> bool:
        daily = logs[~is_apart].groupby(level=[0, 1]).median()
        before, after = _beside(daily, within_days, at_ends=at_ends)
        rows = daily.index.get_indexer(place)  # -1 where all of a day is apart
        first, last = (logs.to_numpy() - level[rows] for level in (before, after))
        is_new = np.minimum(np.abs(first), np.abs(last)) > np.log(factor)
        is_new &= (first * last > 0) & (rows >= 0) & ~is_apart
        is_apart[is_new] = True
        return bool(is_new.any())

    while find(at_ends=False):
        pass
    find(at_ends=True)
    return is_apart


def _beside(daily: pd.Series, within_days: int, *, at_ends: bool) -> tuple[Floats, Floats]:
    """Return the level of each day before it and after it, by the other side at the ends."""
    before, after = (
        _medians_around(daily, side, within_days)
        for side in (range(-1, -N_AROUND - 1, -1), range(1, N_AROUND + 1))
    )
    if not at_ends:
        return before, after
    soon_before, soon_after = (
        _medians_around(daily, side, within_days)
        for side in (range(-1, -N_ALONE - 1, -1), range(1, N_ALONE + 1))
    )
    return (
        np.where(np.isnan(before), soon_after, before),
        np.where(np.isnan(after), soon_before, after),
    )


def _medians_around(daily: pd.Series, steps: range, within_days: int) -> Floats:
    """Median of the days so many places away, of the same offer and near in time; else missing."""
    offer, day = (daily.index.get_level_values(level).to_numpy() for level in (0, 1))
    values = daily.to_numpy()
    near = np.full((len(steps), len(values)), np.nan)
    for row, step in enumerate(steps):
        n_pairs = max(len(values) - abs(step), 0)
        here, there = (slice(start, start + n_pairs) for start in (max(-step, 0), max(step, 0)))
        is_near = (offer[here] == offer[there]) & (np.abs(day[here] - day[there]) <= within_days)
        near[row, here] = np.where(is_near, values[there], np.nan)
    count = (~np.isnan(near)).sum(axis=0)
    ordered, every = np.sort(near, axis=0), np.arange(len(values))  # missing ones last
    middle = (ordered[(count - 1) // 2, every] + ordered[count // 2, every]) / 2.0
    return np.where(count >= FEWEST_AROUND, middle, np.nan)
