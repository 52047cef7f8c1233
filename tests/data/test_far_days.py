"""Days on which an offer stands far from its own level."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.data.far_days import ITEM, is_far_from_own_level

N_DAYS = 16
LONGEST_RUN = 5
"""Half of the ten days around a day, so that most of them are sound."""


def daily(rents: np.ndarray) -> pd.DataFrame:
    """Return one offer's rents on consecutive days."""
    days = pd.date_range("2026-04-01", periods=len(rents))
    offer = dict.fromkeys(ITEM, "x") | {"currency": "USD", "quote_date": days}
    return pd.DataFrame(offer | {"rent_per_gpu_hour": rents})


def test_of_two_quotes_of_a_day_only_the_wrong_one_is_far():
    """One of two on the third day is in yuan; the median of both is 2.7 times the level."""
    days = pd.to_datetime(
        ["2026-04-01", "2026-04-02", "2026-04-03", "2026-04-03", "2026-04-04", "2026-04-05"]
    )
    offer = dict.fromkeys(ITEM, "x") | {"currency": "USD", "quote_date": days}
    quotes = pd.DataFrame(offer | {"rent_per_gpu_hour": [2.5, 2.5, 2.5, 17.75, 2.5, 2.5]})
    far = is_far_from_own_level(quotes, factor=2.0)
    assert far.tolist() == [False, False, False, True, False, False]


@pytest.mark.parametrize("length", range(1, LONGEST_RUN + 1))
def test_a_run_of_damaged_days_is_found_whole_and_no_other_day(length):
    """Wherever it begins, but for long ones at an end, which may be a price that moved."""
    for start in range(N_DAYS - length + 1):
        is_damaged = np.zeros(N_DAYS, dtype=bool)
        is_damaged[start : start + length] = True
        n_before, n_after = start, N_DAYS - length - start
        if length > 2 and min(n_before, n_after) < 2:
            continue  # as well a price that moved and stayed
        far = is_far_from_own_level(daily(np.where(is_damaged, 7.4, 2.5)))
        assert far.tolist() == is_damaged.tolist(), f"{length} days from {start}"


@pytest.mark.parametrize("at", range(4, N_DAYS - 3))
def test_a_price_that_moves_and_stays_is_no_fault(at):
    rents = np.where(np.arange(N_DAYS) < at, 2.5, 7.4)
    assert not is_far_from_own_level(daily(rents)).any()


def test_two_runs_are_found_apart():
    rents = np.full(N_DAYS, 2.5)
    rents[[3, 4, 10, 11, 12]] = 7.4
    assert np.flatnonzero(is_far_from_own_level(daily(rents))).tolist() == [3, 4, 10, 11, 12]
