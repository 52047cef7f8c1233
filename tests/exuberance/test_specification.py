"""Windows, lags and what a length allows."""

import numpy as np
import pytest
from statsmodels.tsa.stattools import adfuller

from analysis.exuberance import (
    InfeasibleTestError,
    UnsuitableSeriesError,
    choose_lags,
    feasible_lags,
    shortest_window,
    specify,
)


@pytest.mark.parametrize(
    ("n", "window"), [(100, 19), (200, 27), (400, 40), (800, 58), (1600, 88), (1680, 90)]
)
def test_published_windows(n, window):
    # Phillips, Shi and Yu (2015), table 2, shares 0.190, 0.137, 0.100, 0.074, 0.055 of n; 90 of
    # 1,680 in exuber's vignette.
    assert shortest_window(n) == window


def test_conventions_count_differently():
    levels = specify(100, lags=2)
    rows = specify(100, lags=2, window_counts="rows")
    assert (levels.first_end, levels.shortest_rows) == (18, 16)
    assert (rows.first_end, rows.shortest_rows) == (21, 19)
    # psymonitor: n - window + 1 statistics. exuber dates from observation window + 1 at the least.
    assert specify(100).n_ends == 100 - 19 + 1
    assert specify(100, window_counts="rows").first_end + 1 == 19 + 1


@pytest.mark.parametrize("counts", ["levels", "rows"])
@pytest.mark.parametrize("trend", ["n", "c", "ct"])
@pytest.mark.parametrize("n", [8, 12, 20, 30, 34, 48, 200])
def test_feasible_lags_are_those_that_specify_accepts(n, trend, counts):
    accepted = []
    for lags in range(n):
        try:
            specify(n, lags=lags, trend=trend, window_counts=counts)
        except InfeasibleTestError:
            continue
        accepted.append(lags)
    assert tuple(accepted) == feasible_lags(n, trend=trend, window_counts=counts)


def test_thirty_observations_carry_two_lags():
    # A window of 10 levels: 9 - k rows for 2 + k coefficients leave 7 - 2k degrees of freedom.
    assert feasible_lags(30) == (0, 1, 2)


def test_refusals_say_what_is_feasible():
    with pytest.raises(InfeasibleTestError, match=r"3 lags .* Feasible .* 0, 1, 2$"):
        specify(30, lags=3)
    with pytest.raises(InfeasibleTestError, match="longer than the series"):
        specify(30, window=31)
    with pytest.raises(InfeasibleTestError, match="none: widen the window"):
        specify(30, window=4)
    with pytest.raises(InfeasibleTestError):
        specify(30, lags=-1)
    with pytest.raises(ValueError, match="'ctt'"):
        specify(30, trend="ctt")


def autoregression(n=120, seed=3):
    """Return the sum of a second-order autoregression."""
    shocks = np.random.default_rng(seed).standard_normal(n)
    change = np.zeros(n)
    for t in range(2, n):
        change[t] = 0.3 * change[t - 1] + 0.4 * change[t - 2] + shocks[t]
    return change.cumsum()


@pytest.mark.parametrize("criterion", ["aic", "bic"])
@pytest.mark.parametrize("trend", ["n", "c", "ct"])
def test_statsmodels_chooses_the_same_lags(criterion, trend):
    for seed in range(6):
        y = autoregression(seed=seed)
        theirs = adfuller(
            y, maxlag=5, regression=trend, autolag=criterion.upper(), result_object=True
        )
        assert choose_lags(y, criterion=criterion, trend=trend, max_lags=5) == theirs.lags


@pytest.mark.parametrize("factor", [1e-9, 1e-3, 1e3, 1e12])
def test_lag_choice_does_not_depend_on_units(factor):
    for seed in range(6):
        y = autoregression(n=60, seed=seed)
        for criterion in ("aic", "bic"):
            ours = choose_lags(y, criterion=criterion)
            assert choose_lags(factor * y, criterion=criterion) == ours
            assert choose_lags(y + 50, criterion=criterion) == ours


def test_bic_finds_the_order():
    chosen = [choose_lags(autoregression(400, seed), criterion="bic") for seed in range(20)]
    assert np.median(chosen) == 2


def test_lag_choice_refuses_what_it_cannot_compare():
    with pytest.raises(InfeasibleTestError, match="feasible with 30"):
        choose_lags(autoregression(30), criterion="aic", max_lags=4)
    with pytest.raises(UnsuitableSeriesError, match="does not vary"):
        choose_lags(np.full(40, 2.0), criterion="aic")
    with pytest.raises(UnsuitableSeriesError, match="exactly"):
        choose_lags(np.arange(40.0), criterion="aic")
