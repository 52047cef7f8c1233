"""The wild bootstrap: nominal size where the variance changes and where the series grows."""

import itertools

import numpy as np
import pytest

from analysis.exuberance import (
    InfeasibleTestError,
    UnsuitableSeriesError,
    gsadf,
    monte_carlo_critical_values,
    specify,
    wild_bootstrap_critical_values,
)
from analysis.exuberance.recursions import statistics_of, supremum

N = 60


def walk(seed=0, n=N):
    return np.random.default_rng(seed).standard_normal(n).cumsum()


def rejection_rates(paths, **bootstrap):
    """Return how often GSADF rejects at 95 % by Monte Carlo and by the bootstrap."""
    n_paths, n = paths.shape
    statistics = supremum(statistics_of(paths, specify(n))[1])
    monte_carlo = monte_carlo_critical_values(n).distributions["GSADF"].critical_value(0.95)
    own = [
        wild_bootstrap_critical_values(path, draws=199, seed=seed, **bootstrap)
        .distributions["GSADF"]
        .critical_value(0.95)
        for seed, path in enumerate(paths)
    ]
    return np.mean(statistics > monte_carlo), np.mean(statistics > np.array(own)), n_paths


def test_a_change_of_variance_does_not_fool_it():
    # The standard deviation is five times as large in the last third.
    scale = np.where(np.arange(N) < 40, 1.0, 5.0)
    paths = (scale * np.random.default_rng(1).standard_normal((250, N))).cumsum(axis=1)
    monte_carlo, bootstrap, n_paths = rejection_rates(paths)
    error = np.sqrt(0.05 * 0.95 / n_paths)
    assert monte_carlo > 0.20
    assert bootstrap == pytest.approx(0.05, abs=4 * error)


def test_steady_growth_fools_a_null_without_drift_only():
    paths = (1.0 + np.random.default_rng(2).standard_normal((250, N))).cumsum(axis=1)
    _, without, n_paths = rejection_rates(paths)
    _, estimated, _ = rejection_rates(paths, drift="estimated")
    error = np.sqrt(0.05 * 0.95 / n_paths)
    assert without > 0.20
    assert estimated < 0.05 + 4 * error + 0.02


def test_a_bubble_is_found():
    y = np.random.default_rng(3).standard_normal(N)
    y[0] += 15
    for t in range(1, N):
        y[t] += 1.15 * y[t - 1] if 30 <= t < 42 else y[t - 1]
    values = wild_bootstrap_critical_values(y)
    assert gsadf(y, critical_values=values).rejects()


def test_every_pattern_of_signs_is_as_likely():
    # Nine changes have 512 patterns of signs: the bootstrap draws from just these.
    y = walk(4, 10)
    signs = np.array(list(itertools.product([-1.0, 1.0], repeat=9)))
    paths = np.concatenate([np.zeros((512, 1)), (signs * np.diff(y)).cumsum(axis=1)], axis=1)
    every = np.sort(supremum(statistics_of(paths, specify(10, window=6))[1]))
    drawn = wild_bootstrap_critical_values(y, window=6).distributions["GSADF"].quantiles
    assert drawn.min() == pytest.approx(every.min())
    assert drawn.max() == pytest.approx(every.max())
    shares = [np.mean(drawn <= value + 1e-9) for value in every]
    exact = [np.mean(every <= value + 1e-9) for value in every]
    np.testing.assert_allclose(shares, exact, atol=0.02)


def test_homoskedastic_errors_give_the_monte_carlo_distribution():
    own = wild_bootstrap_critical_values(walk(5, 120), draws=4_999)
    simulated = monte_carlo_critical_values(120, draws=4_999)
    for level in (0.5, 0.9, 0.95):
        assert own.distributions["GSADF"].critical_value(level) == pytest.approx(
            simulated.distributions["GSADF"].critical_value(level), abs=0.2
        )


def test_units_do_not_matter():
    y = walk(6)
    ours, theirs = (
        wild_bootstrap_critical_values(scaled, lags=1, draws=999) for scaled in (y, 1_000 * y)
    )
    for test in ours.distributions:
        np.testing.assert_allclose(
            ours.distributions[test].quantiles, theirs.distributions[test].quantiles, rtol=1e-8
        )


@pytest.mark.parametrize("lags", [0, 2])
def test_threads_do_not_matter(lags):
    one, two = (
        wild_bootstrap_critical_values(walk(7), lags=lags, draws=1_234, threads=threads)
        for threads in (1, 2)
    )
    for test in one.distributions:
        np.testing.assert_array_equal(
            one.distributions[test].quantiles, two.distributions[test].quantiles
        )
    np.testing.assert_array_equal(one.bsadf, two.bsadf)


def test_a_longer_horizon_asks_for_more():
    values = [
        wild_bootstrap_critical_values(walk(8), horizon=horizon, draws=1_999)
        .distributions["horizon"]
        .critical_value(0.95)
        for horizon in (1, 4, 12, 46)
    ]
    assert values == sorted(values)
    assert values[0] < values[-1]


def test_short_run_dynamics_are_kept():
    # Changes that follow 0.7 of the one before: without the lag the test is far too large, with it
    # the bootstrap draws changes that follow each other as the series' do.
    rng = np.random.default_rng(9)
    rejections = []
    for seed in range(150):
        change = rng.standard_normal(N)
        for t in range(1, N):
            change[t] += 0.7 * change[t - 1]
        y = change.cumsum()
        values = wild_bootstrap_critical_values(y, lags=1, draws=199, seed=seed)
        rejections.append(gsadf(y, lags=1, critical_values=values).rejects())
    assert np.mean(rejections) < 0.12


def test_refusals():
    with pytest.raises(UnsuitableSeriesError, match="nothing to resample"):
        wild_bootstrap_critical_values(np.arange(40.0))
    with pytest.raises(UnsuitableSeriesError, match="not stationary"):
        wild_bootstrap_critical_values(np.exp(0.2 * np.arange(40.0)) + walk(0, 40), lags=1)
    with pytest.raises(InfeasibleTestError, match="horizon of 0"):
        wild_bootstrap_critical_values(walk(), horizon=0, draws=99)
    with pytest.raises(ValueError, match="drift is"):
        wild_bootstrap_critical_values(walk(), drift="some")
    with pytest.raises(InfeasibleTestError, match="critical values are for"):
        gsadf(walk(), lags=1, critical_values=wild_bootstrap_critical_values(walk(), draws=99))
