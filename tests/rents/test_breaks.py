"""Breaks: synthetic regimes, the Nile, brute force, published critical values."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd
import pytest
import ruptures
import statsmodels.api as sm

from analysis.rents.breaks.break_critical_values import SEQUENTIAL_SUP_F, simulate_sup_f
from analysis.rents.breaks.break_dates import break_date_distribution, break_date_quantile
from analysis.rents.breaks.drift_test import (
    double_maximum,
    drift_change_test,
    least_squares,
)
from analysis.rents.breaks.regimes import find_breaks
from analysis.rents.breaks.segmentation import segment, segment_costs


def monthly(values: np.ndarray) -> pd.Series:
    return pd.Series(values, index=pd.period_range("2020-01", periods=len(values), freq="M"))


@pytest.fixture(scope="module")
def nile() -> pd.Series:
    volume = sm.datasets.nile.load_pandas().data["volume"].to_numpy()
    return pd.Series(volume, index=pd.period_range("1871", periods=len(volume), freq="Y"))


def test_nile_breaks_once_after_1898(nile):
    """Sum of squares 1597457, sup-F 75.93 and 1895 to 1902 are what R's strucchange prints."""
    found = find_breaks(nile, covariance="homoskedastic", coverage=0.95)
    assert found.n_breaks == 1
    (row,) = found.dates.itertuples()
    assert [str(row.after), str(row.low), str(row.high)] == ["1898", "1895", "1902"]
    assert found.criteria.loc[1, "squared_residuals"] == pytest.approx(1597457, abs=1)
    assert found.tests.loc[0, "statistic"] == pytest.approx(75.93, abs=0.005)
    assert found.regimes["mean"].tolist() == pytest.approx([1097.75, 849.97], abs=0.005)
    for choose_by in ("lwz", "sequential"):
        assert find_breaks(nile, choose_by=choose_by).n_breaks == 1


def test_joint_test_of_one_break_is_the_sequential_one(nile):
    found = find_breaks(nile, covariance="homoskedastic")
    assert found.joint.loc[1, "statistic"] == pytest.approx(found.tests.loc[0, "statistic"])
    # k breaks of a mean: (SSR_0 - SSR_k) / SSR_k * (n - k - 1) / k.
    squares = found.criteria["squared_residuals"]
    expected = (squares[0] - squares[3]) / squares[3] * (100 - 4) / 3
    assert found.joint.loc[3, "statistic"] == pytest.approx(expected)
    assert found.joint.loc[2, "critical_0.05"] == 7.22


def test_breaks_that_undo_each_other_are_found_jointly():
    generator = np.random.default_rng(23)
    values = monthly(generator.normal(0, 1, 90) + 2.0 * (np.arange(90) // 30 == 1))
    found = find_breaks(values, covariance="homoskedastic")
    assert found.joint.loc[2, "statistic"] > found.joint.loc[2, "critical_0.01"]
    assert found.joint.loc[2, "statistic"] > found.joint.loc[1, "statistic"]


def test_regimes_without_noise_are_found_exactly():
    time = np.arange(60.0)
    two = np.where(time < 24, -0.03 * time, -0.72 + 0.01 * (time - 23))
    three = np.where(time < 44, two, two[43] + 0.4 - 0.02 * (time - 44))
    for values, cuts in ((two, [24]), (three, [24, 44])):
        found = find_breaks(
            monthly(values), regressors="trend", generator=np.random.default_rng(0), trimming=0.1
        )
        assert [found.months.get_loc(month) + 1 for month in found.dates["after"]] == cuts
        assert found.fitted().to_numpy() == pytest.approx(values, abs=1e-10)
    assert found.regimes["slope_per_month"].tolist() == pytest.approx([-0.03, 0.01, -0.02])


def test_two_and_three_regimes_are_found_in_noise():
    generator = np.random.default_rng(21)
    time = np.arange(100)
    steps = {
        1: np.where(time < 45, 0.0, 0.5),
        2: np.where(time < 30, 0.0, 0.5) - (time >= 70) * 0.8,
    }
    cuts = {1: [45], 2: [30, 70]}
    for n_breaks, mean in steps.items():
        right, near, covered, of = 0, 0, 0, 0
        for _ in range(100):
            found = find_breaks(monthly(mean + generator.normal(0, 0.3, 100)))
            right += found.n_breaks == n_breaks
            if found.n_breaks != n_breaks:
                continue
            for row, cut in zip(found.dates.itertuples(), cuts[n_breaks], strict=True):
                last = found.months[cut - 1]
                near += abs((row.after - last).n) <= 4
                covered += row.low <= last <= row.high
                of += 1
        assert right >= 85
        assert near / of > 0.85
        assert 0.8 <= covered / of <= 1.0


def test_no_break_is_found_where_there_is_none():
    generator = np.random.default_rng(22)
    kept = [
        find_breaks(
            monthly(generator.normal(size=100)), choose_by="sequential", covariance="homoskedastic"
        ).n_breaks
        for _ in range(200)
    ]
    assert 0.01 <= np.mean(np.array(kept) > 0) <= 0.10


def test_dynamic_programming_is_brute_force():
    values = np.random.default_rng(1).normal(size=14)
    time = np.arange(14.0)
    design = np.column_stack([np.ones(14), time])
    costs = segment_costs(values, design, 3)
    partition = segment(values, design, shortest=3, max_breaks=2)
    for n_breaks in (1, 2):
        best = min(
            sum(costs[a, b] for a, b in zip((0, *cuts), (*cuts, 14), strict=True))
            for cuts in combinations(range(1, 14), n_breaks)
        )
        assert partition.cost[n_breaks, -1] == pytest.approx(best)
    residual = sm.OLS(values[2:9], design[2:9]).fit().ssr
    assert costs[2, 9] == pytest.approx(residual)
    early = segment(values[:10], design[:10], shortest=3, max_breaks=1)
    assert partition.breaks(1, 10) == early.breaks(1)
    assert partition.cost[1, 10] == pytest.approx(early.cost[1, -1])


def test_cuts_are_those_of_ruptures(nile):
    values = nile.to_numpy()
    ours = segment(values, np.ones((100, 1)), shortest=5, max_breaks=3).breaks(3)
    theirs = ruptures.Dynp(model="l2", min_size=5, jump=1).fit(values).predict(3)
    assert ours == theirs[:-1]


def test_simulated_critical_values_are_the_published_ones():
    generator = np.random.default_rng(2)
    ones = np.ones((300, 1))
    both = np.column_stack([ones, generator.normal(size=300)])
    for n_coefficients, design in ((1, ones), (2, both)):
        drawn = simulate_sup_f(design, shortest=45, generator=generator, n_draws=4000)
        for level in (0.10, 0.05):
            published = SEQUENTIAL_SUP_F[n_coefficients][level]
            assert np.quantile(drawn, 1 - level) == pytest.approx(published[0], rel=0.06)
            second = np.quantile(drawn, np.sqrt(1 - level))
            assert second == pytest.approx(published[1], rel=0.07)


def test_a_trend_needs_a_higher_critical_value():
    design = np.column_stack([np.ones(41), np.arange(41.0)])
    drawn = simulate_sup_f(design, shortest=6, generator=np.random.default_rng(3))
    assert np.quantile(drawn, 0.95) > SEQUENTIAL_SUP_F[2][0.05][0] + 0.5
    with pytest.raises(ValueError, match="generator"):
        find_breaks(monthly(np.arange(41.0)), regressors="trend")


@pytest.mark.parametrize(("xi", "phi"), [(1.0, 1.0), (2.0, 0.5)])
def test_law_of_the_break_date_against_simulation(xi, phi):
    generator = np.random.default_rng(4)
    step, reach, n_draws = 0.05, 60.0, 3000
    grid = np.arange(0.0, reach, step)
    walks = generator.normal(0.0, np.sqrt(step), (2, n_draws, len(grid))).cumsum(axis=2)
    before = walks[0] - grid / 2
    after = np.sqrt(phi) * walks[1] - xi * grid / 2
    left, right = before.argmax(axis=1), after.argmax(axis=1)
    is_late = after.max(axis=1) > before.max(axis=1)
    drawn = np.where(is_late, grid[right], -grid[left])
    for x in (-8.0, -2.0, -0.5, 0.5, 2.0):
        error = 3 * np.sqrt(0.25 / n_draws) + 0.01
        assert np.mean(drawn <= x) == pytest.approx(
            break_date_distribution(x, xi=xi, phi=phi), abs=error
        )
    for probability in (0.05, 0.3, 0.9):
        x = break_date_quantile(probability, xi=xi, phi=phi)
        assert break_date_distribution(x, xi=xi, phi=phi) == pytest.approx(probability)


def test_gaps_are_refused(nile):
    with pytest.raises(ValueError, match="without gaps"):
        find_breaks(nile.drop(nile.index[5]))


def test_an_interval_ends_with_the_sample_and_says_that_it_is_open():
    """A small late step: its date could be later than any month seen."""
    generator = np.random.default_rng(30)
    values = generator.normal(0.0, 1.0, 37) + 1.2 * (np.arange(37) >= 30)
    found = find_breaks(monthly(values), n_breaks=1, trimming=0.15)
    (row,) = found.dates.itertuples()
    assert row.high == found.months[-1]
    assert row.high_is_open
    assert f"{found.months[-1]} or later" in str(found)


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("regressors", ["mean", "trend"])
def test_no_interval_leaves_the_sample(seed, regressors):
    generator = np.random.default_rng(seed)
    series = monthly(generator.normal(0.0, 0.1, 37).cumsum())
    found = find_breaks(series, regressors=regressors, n_breaks=2, generator=generator)
    for row in found.dates.itertuples():
        assert series.index[0] <= row.low <= row.after <= row.high <= series.index[-1]
        assert row.low == series.index[0] or not row.low_is_open
        assert row.high == series.index[-1] or not row.high_is_open


def test_a_break_of_five_points_is_refused_and_a_regime_of_five_remarked():
    with pytest.raises(ValueError, match="breaks need 12 months, found 5"):
        find_breaks(monthly(np.array([0.0, 0.0, 0.0, 1.0, 1.0])))
    values = np.where(np.arange(37) < 32, 0.0, 1.0) + np.random.default_rng(0).normal(0, 0.01, 37)
    found = find_breaks(monthly(values))
    (remark,) = [text for text in found.remarks if "2022-09 to 2023-01" in text]
    assert remark.endswith("rests on 5 months only")
    assert remark in str(found)


def test_a_series_without_a_break_has_no_remark():
    assert find_breaks(monthly(np.zeros(12))).remarks == ()


def test_one_drift_test_keeps_its_size_where_five_do_not():
    """Student changes without a break, 36 months: 5 +- 1 % against 11 to 16 % of five looks."""
    generator = np.random.default_rng(7)
    changes = generator.standard_t(5, (2000, 36))
    observed = double_maximum(changes)
    five_looks = float((observed > 1.0).mean())
    assert 0.10 < five_looks < 0.17
    orders = [
        double_maximum(generator.permuted(np.tile(row, (199, 1)), axis=1)) for row in changes[:1000]
    ]
    p_values = [
        (1 + (drawn >= ratio).sum()) / 200 for drawn, ratio in zip(orders, observed, strict=False)
    ]
    size = float(np.mean(np.array(p_values) <= 0.05))
    assert size == pytest.approx(0.05, abs=0.01 + 2 * np.sqrt(0.05 * 0.95 / 1000))


def test_many_series_are_cut_as_one_at_a_time():
    series = np.random.default_rng(2).normal(size=(4, 30))
    together = least_squares(series, shortest=4, most_breaks=5)
    for row, values in zip(together, series, strict=True):
        alone = segment(values, np.ones((30, 1)), shortest=4, max_breaks=5).cost[:, -1]
        assert row == pytest.approx(alone)


def test_nothing_is_read_from_memory_that_was_not_written(monkeypatch):
    """What an empty array happens to hold is no cost; warnings are errors."""
    series = np.random.default_rng(2).normal(size=(3, 24))
    expected = least_squares(series, shortest=3, most_breaks=3)
    monkeypatch.setattr(np, "empty", lambda shape: np.full(shape, -np.inf))
    assert least_squares(series, shortest=3, most_breaks=3) == pytest.approx(expected)


def test_drift_statistic_by_its_definition_in_any_unit():
    """Largest of (SSR_0 - SSR_k) / SSR_k * (n - k - 1) / k over its 5 % value (trimming 15 %)."""
    series = np.random.default_rng(12).normal(0.0, 0.05, (6, 30))
    series[3:, 12:] += 0.1
    published = [8.58, 7.22, 5.96, 4.99, 3.91]
    found = double_maximum(series)
    for values, ratio in zip(series, found, strict=True):
        squares = segment(values, np.ones((30, 1)), shortest=4, max_breaks=5).cost[:, -1]
        expected = max(
            (squares[0] - squares[k]) / squares[k] * (30 - k - 1) / k / published[k - 1]
            for k in range(1, 6)
        )
        assert ratio == pytest.approx(expected)
    assert double_maximum(1e-6 * series) == pytest.approx(found)


def test_information_criteria_by_hand():
    """0 and 1 by turns over 12 months: squares 12 / 4 = 3 about the mean, one estimate."""
    generator = np.random.default_rng(0)
    criteria = find_breaks(monthly(np.arange(12) % 2.0), trimming=0.5, generator=generator).criteria
    assert criteria.loc[0, "bic"] == pytest.approx(np.log(3 / 12) + np.log(12) / 12)
    # one break after an even month leaves 1.5 on each side; two means and a date are estimated
    assert criteria.loc[1, "squared_residuals"] == pytest.approx(3.0)
    assert criteria.loc[1, "bic"] == pytest.approx(np.log(3 / 12) + 3 * np.log(12) / 12)
    assert criteria.loc[1, "lwz"] == pytest.approx(
        np.log(3 / 12) + 3 * 0.299 * np.log(12) ** 2.1 / 12
    )


def test_two_regimes_that_fill_the_sample_are_enough():
    generator = np.random.default_rng(0)
    found = find_breaks(monthly(np.repeat([0.0, 1.0], 6)), trimming=0.5, generator=generator)
    assert [str(month) for month in found.dates["after"]] == ["2020-06"]


def test_drift_test_in_words_and_power():
    months = pd.period_range("2024-01", periods=36, freq="M")
    noise = np.random.default_rng(3).normal(0.0, 0.02, 36)
    turned = pd.Series(np.repeat([-0.03, 0.03], 18) + noise, months)
    generator = np.random.default_rng(4)
    assert "the drift changed" in drift_change_test(turned, generator=generator).in_words()
    steady = drift_change_test(pd.Series(noise, months), generator=generator)
    assert steady.p_value > 0.05
    assert "no change of drift" in steady.in_words()
    assert 0.05 < steady.size_of_separate_tests < 0.25
