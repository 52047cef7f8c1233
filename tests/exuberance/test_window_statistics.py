"""The statistics of all windows against ordinary least squares on each."""

import numpy as np
import pytest
from statsmodels.tsa.stattools import adfuller

from analysis.exuberance import InfeasibleTestError, specify
from analysis.exuberance.recursions import statistics_of

N = 60
KINDS = ("random walk", "explosive", "collapsing")


def series(kind, n=N, seed=0):
    """Return a random walk, or a root of 1.08 throughout or until a collapse at two thirds."""
    shocks = np.random.default_rng(seed).standard_normal(n)
    if kind == "random walk":
        return shocks.cumsum()
    y = np.empty(n)
    y[0] = 10.0
    collapse = n if kind == "explosive" else 2 * n // 3
    for t in range(1, n):
        before = 1.08 * y[t - 1] if t < collapse else y[t - 1]
        y[t] = (10.0 if t == collapse else before) + shocks[t]
    return y


def t_ratio(levels, lags, trend):
    """Return the t ratio of the lagged level in one window, by numpy's least squares."""
    change = np.diff(levels)
    response = change[lags:]
    columns = [levels[lags:-1]]
    columns += [change[lags - lag : change.size - lag] for lag in range(1, lags + 1)]
    if trend in ("c", "ct"):
        columns.append(np.ones(response.size))
    if trend == "ct":
        columns.append(np.arange(response.size, dtype=float))
    design = np.column_stack(columns)
    coefficients = np.linalg.lstsq(design, response, rcond=None)[0]
    residual = response - design @ coefficients
    variance = residual @ residual / (response.size - design.shape[1])
    return coefficients[0] / np.sqrt(variance * np.linalg.inv(design.T @ design)[0, 0])


def brute_force(y, specification):
    badf, bsadf = np.full(y.size, np.nan), np.full(y.size, np.nan)
    shortest = specification.first_end + 1
    for last in range(shortest - 1, y.size):
        windows = [y[first : last + 1] for first in range(last - shortest + 2)]
        statistics = [t_ratio(w, specification.lags, specification.trend) for w in windows]
        badf[last], bsadf[last] = statistics[0], max(statistics)
    return badf, bsadf


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("counts", ["levels", "rows"])
@pytest.mark.parametrize("lags", [0, 1, 2, 3, 4])
def test_least_squares_on_the_same_windows(kind, counts, lags):
    specification = specify(N, lags=lags, window_counts=counts)
    y = series(kind)
    [badf], [bsadf] = statistics_of(y[None], specification)
    expected_badf, expected_bsadf = brute_force(y, specification)
    np.testing.assert_allclose(badf, expected_badf, rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(bsadf, expected_bsadf, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("trend", ["n", "ct"])
@pytest.mark.parametrize("lags", [0, 2])
def test_other_deterministic_terms(trend, lags):
    specification = specify(N, lags=lags, trend=trend)
    y = series("collapsing", seed=4)
    [badf], [bsadf] = statistics_of(y[None], specification)
    expected_badf, expected_bsadf = brute_force(y, specification)
    np.testing.assert_allclose(badf, expected_badf, rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(bsadf, expected_bsadf, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("trend", ["n", "c", "ct"])
@pytest.mark.parametrize("lags", [0, 1, 2])
def test_statsmodels_on_windows_from_the_first_observation(trend, lags):
    y = series("explosive", seed=2)
    [badf], _ = statistics_of(y[None], specify(N, lags=lags, trend=trend))
    for last in (24, 40, N - 1):
        theirs = adfuller(
            y[: last + 1], maxlag=lags, regression=trend, autolag=None, result_object=True
        )
        assert badf[last] == pytest.approx(theirs.statistic, rel=1e-9)


def test_hand_worked():
    # Levels 0 1 3 2 6 5: x = 0 1 3 2 6, changes d = 1 2 -1 4 -1, means 2.4 and 1.
    # Sxx = 21.2, Sxd = -11, Sdd = 18; slope -11/21.2, residual sum 18 - 121/21.2 = 12.29245 on
    # three degrees of freedom; t = -0.518868 / sqrt(4.097484 / 21.2) = -1.180228.
    [badf], _ = statistics_of(np.array([[0.0, 1.0, 3.0, 2.0, 6.0, 5.0]]), specify(6, window=6))
    assert badf[-1] == pytest.approx(-1.180228, abs=1e-6)
    assert np.isnan(badf[:-1]).all()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "change", [lambda y: 1_000 * y, lambda y: y / 3e6, lambda y: y + 1_000, lambda y: y - 77.7]
)
def test_units_and_origin_do_not_matter(kind, change):
    y = series(kind, seed=5)
    for lags in (0, 1, 2):
        specification = specify(N, lags=lags)
        for ours, theirs in zip(
            statistics_of(y[None], specification),
            statistics_of(change(y)[None], specification),
            strict=True,
        ):
            np.testing.assert_allclose(ours, theirs, rtol=1e-9, atol=1e-9)


def test_a_series_is_alone_among_many():
    many = np.stack([series(kind, seed=seed) for kind in KINDS for seed in range(3)])
    specification = specify(N, lags=1)
    together = statistics_of(many, specification)
    for row, path in enumerate(many):
        for ours, alone in zip(together, statistics_of(path[None], specification), strict=True):
            np.testing.assert_array_equal(ours[row], alone[0])


def test_a_flat_window_has_no_statistic_and_no_infinity():
    y = np.concatenate([np.full(25, 12.29), 12.29 + series("random walk", 25)])
    specification = specify(50, window=12)
    [badf], [bsadf] = statistics_of(y[None], specification)
    assert np.isnan(bsadf[:25]).all()
    assert np.isfinite(badf[26:]).all()
    assert np.isfinite(bsadf[26:]).all()
    # At the end the flat windows are left out, the others as by least squares.
    windows = [y[first:] for first in range(50 - 12 + 1)]
    assert bsadf[-1] == pytest.approx(max(t_ratio(w, 0, "c") for w in windows), rel=1e-9)


@pytest.mark.parametrize(
    "exact",
    [
        np.full(40, 6.88),
        5.0 + 0.3 * np.arange(40),
        100 * 1.05 ** np.arange(40.0),
        1e6 + 1.02 ** np.arange(40.0),
        np.tile([0.0, 1.0], 20),
    ],
    ids=["flat", "line", "growth", "growth far from zero", "alternating"],
)
def test_an_exact_fit_has_no_statistic(exact):
    for statistics in statistics_of(exact[None], specify(40)):
        assert np.isnan(statistics).all()


def test_steps_are_finite_where_defined():
    steps = np.repeat([12.29, 9.98, 6.88, 7.2], [12, 9, 14, 5])
    for lags in (0, 1, 2):
        for statistics in statistics_of(steps[None], specify(40, lags=lags)):
            assert not np.isinf(statistics).any()


def test_digits_survive_a_collapse():
    # A bubble of 1e8 before the window must not cost the window its digits.
    y = np.concatenate([1e8 * 1.5 ** np.arange(20.0), 1_000 + series("random walk", 40)])
    [_, [bsadf]] = statistics_of(y[None], specify(60))
    with np.errstate(divide="ignore"):  # windows inside the bubble fit exactly; none is compared
        after = brute_force(y, specify(60))[1]
    np.testing.assert_allclose(bsadf[-15:], after[-15:], rtol=1e-6)


def test_windows_that_leave_no_rows_are_refused():
    with pytest.raises(InfeasibleTestError, match="Feasible with 30 observations"):
        specify(30, lags=3)
