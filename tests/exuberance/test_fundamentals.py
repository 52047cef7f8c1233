"""Reported figures: what spoils a test, and what is done about it."""

import numpy as np
import pandas as pd
import pytest

from analysis.exuberance import (
    UnsuitableSeriesError,
    defined_ratio,
    gsadf,
    non_overlapping,
    seasonally_adjusted,
    specify,
    stored_critical_values,
    trailing_sum,
)
from analysis.exuberance.recursions import statistics_of, supremum

QUARTERS = pd.period_range("2018Q1", periods=34, freq="Q")


def size_of(paths):
    """Return how often GSADF rejects at 95 %."""
    specification = specify(paths.shape[1])
    statistics = supremum(statistics_of(paths, specification)[1])
    return np.mean(
        statistics
        > stored_critical_values(specification).distributions["GSADF"].critical_value(0.95)
    )


def test_why_overlapping_sums_are_refused():
    flows = np.random.default_rng(1).standard_normal((2_000, 37)).cumsum(axis=1)
    sums = np.lib.stride_tricks.sliding_window_view(flows, 4, axis=1).sum(axis=-1)
    assert size_of(flows[:, 3:]) == pytest.approx(0.05, abs=0.015)
    assert size_of(sums) > 0.25


def test_why_seasons_are_removed():
    rng = np.random.default_rng(2)
    season = np.tile([0.0, 1.0, -1.0, 4.0], 9)[:34]
    walks = rng.standard_normal((300, 34)).cumsum(axis=1)
    adjusted = np.stack(
        [seasonally_adjusted(pd.Series(walk + season), is_multiplicative=False) for walk in walks]
    )
    # A season hides a root: the test all but never rejects; adjusted it does so about as it should.
    assert size_of(walks + season) < 0.02
    assert 0.02 < size_of(adjusted) < 0.12


def test_trailing_sums_are_marked_and_thinned():
    quarters = pd.Series(np.arange(1.0, 11.0), index=QUARTERS[:10])
    sums = trailing_sum(quarters, 4)
    assert sums.iloc[0] == 1 + 2 + 3 + 4
    assert len(sums) == 7
    years = non_overlapping(sums)
    # The newest quarter, 2020Q2, and the one a year before.
    assert list(map(str, years.index)) == ["2019Q2", "2020Q2"]
    assert years.tolist() == [3 + 4 + 5 + 6, 7 + 8 + 9 + 10]
    assert not years.attrs


def test_a_ratio_of_marked_sums_is_marked():
    flow = pd.Series(np.linspace(1, 2, 34), index=QUARTERS)
    ratio = defined_ratio(trailing_sum(flow, 4), trailing_sum(2 * flow, 4))
    with pytest.raises(UnsuitableSeriesError, match="sums 4 periods"):
        gsadf(ratio)
    assert non_overlapping(ratio).to_numpy() == pytest.approx(0.5)


def test_a_ratio_to_little_or_nothing_is_refused():
    profit = pd.Series(np.full(34, 100.0), index=QUARTERS, name="net income")
    depreciation = profit * 0 + 40
    assert defined_ratio(depreciation, profit).to_numpy() == pytest.approx(0.4)
    for nothing in (9.0, 0.0, -50.0):
        profit.iloc[20] = nothing
        with pytest.raises(UnsuitableSeriesError, match=r"ratio to 'net income' .* at 2023Q1$"):
            defined_ratio(depreciation, profit)
    with pytest.raises(UnsuitableSeriesError, match="below 10% of its median"):
        defined_ratio(depreciation, -abs(profit))
    with pytest.raises(UnsuitableSeriesError, match="not on the same dates"):
        defined_ratio(depreciation, profit.iloc[1:])


def test_a_multiplicative_season_is_removed():
    growth = pd.Series(100 * 1.03 ** np.arange(34.0), index=QUARTERS, name="capex")
    season = np.tile([0.9, 1.0, 0.95, 1.15], 9)[:34]
    season /= np.exp(np.log(season[:32]).mean())
    adjusted = seasonally_adjusted(growth * season)
    np.testing.assert_allclose(adjusted, growth, rtol=1e-3)
    assert adjusted.index.equals(QUARTERS)
    assert adjusted.name == "capex"


def test_seasons_that_cannot_be_found_are_refused():
    loss = pd.Series(np.linspace(-1, 5, 34), index=QUARTERS, name="net income")
    with pytest.raises(UnsuitableSeriesError, match="no logarithm at 2018Q1"):
        seasonally_adjusted(loss)
    assert seasonally_adjusted(loss, is_multiplicative=False).notna().all()
    with pytest.raises(UnsuitableSeriesError, match="8 observations"):
        seasonally_adjusted(loss.iloc[:8])
