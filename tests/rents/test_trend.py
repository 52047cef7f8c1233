"""Trends: exact without noise; bias and coverage over replicates; other engines."""

from __future__ import annotations

import warnings
from itertools import product

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from linearmodels.panel import PanelOLS
from scipy import stats
from statsmodels.tools.sm_exceptions import InterpolationWarning
from statsmodels.tsa.adfvalues import mackinnoncrit
from statsmodels.tsa.stattools import adfuller, kpss

from analysis.rents.trend.generations import age_calendar_generation, generation_design
from analysis.rents.trend.hac import ratios
from analysis.rents.trend.panel_trend import (
    clustered_design,
    fixed_effects_design,
    fixed_effects_trend,
)
from analysis.rents.trend.rent_unit_root import read_unit_root_tests, unit_root_tests
from analysis.rents.trend.slopes import (
    Trend,
    compare_trends,
    default_lags,
    huber_trend,
    log_linear_trend,
    mean_log_change,
    quantile_trend,
    theil_sen_trend,
)
from analysis.rents.trend.trend_coverage import trend_coverage
from analysis.rents.trend.unit_root_null import (
    adf_statistics,
    drawn_p_values,
    kpss_statistics,
    null_statistics,
)

ESTIMATORS = [log_linear_trend, mean_log_change, huber_trend, theil_sen_trend, quantile_trend]
N_REPLICATES = 500


def series(values: np.ndarray, first: str = "2022-01") -> pd.Series:
    months = pd.period_range(first, periods=len(values), freq="M")
    return pd.Series(values, index=months)


@pytest.mark.parametrize("estimate", ESTIMATORS)
def test_a_line_without_noise_is_recovered_exactly(estimate):
    trend = estimate(series(1.3 - 0.03 * np.arange(36)))
    assert trend.slope_per_month == pytest.approx(-0.03, abs=1e-12)
    assert trend.low == pytest.approx(-0.03, abs=1e-9)
    assert trend.high == pytest.approx(-0.03, abs=1e-9)


@pytest.mark.parametrize("estimate", ESTIMATORS)
def test_bias_and_coverage_over_replicates(estimate):
    """The estimator's own world: noise around a line, or a random walk for the mean log-change."""
    generator = np.random.default_rng(11)
    slope, n_months = -0.02, 60
    slopes, hits = [], 0
    for _ in range(N_REPLICATES):
        noise = generator.normal(0.0, 0.05, n_months)
        if estimate is mean_log_change:
            values = np.cumsum(slope + noise)
        else:
            values = slope * np.arange(n_months) + noise
        trend = estimate(series(values))
        slopes.append(trend.slope_per_month)
        hits += trend.low <= slope <= trend.high
    error = np.std(slopes, ddof=1) / np.sqrt(N_REPLICATES)
    assert abs(np.mean(slopes) - slope) < 3 * error
    assert 0.86 <= hits / N_REPLICATES <= 0.96


def test_hac_interval_covers_with_persistent_noise_where_ols_does_not():
    generator = np.random.default_rng(12)
    slope, n_months = -0.02, 240
    hits, naive_hits = 0, 0
    for _ in range(N_REPLICATES):
        shocks = generator.normal(0.0, 0.05, n_months)
        noise = np.zeros(n_months)
        for month in range(1, n_months):
            noise[month] = 0.5 * noise[month - 1] + shocks[month]
        rents = series(slope * np.arange(n_months) + noise)
        trend = log_linear_trend(rents, n_lags=10)
        hits += trend.low <= slope <= trend.high
        naive = log_linear_trend(rents, n_lags=0)
        naive_hits += naive.low <= slope <= naive.high
    assert hits / N_REPLICATES > 0.8
    assert naive_hits / N_REPLICATES < hits / N_REPLICATES - 0.1


def test_hac_ratios_are_those_of_statsmodels():
    generator = np.random.default_rng(13)
    values = generator.normal(size=(3, 40)).cumsum(axis=1)
    design = sm.add_constant(np.arange(40.0))
    for row, ratio in zip(values, ratios(values, design, 1, 4), strict=True):
        fit = sm.OLS(row, design).fit(
            cov_type="HAC", cov_kwds={"maxlags": 4, "use_correction": True}
        )
        assert ratio == pytest.approx(fit.tvalues[1])


def test_slope_and_mean_change_are_two_estimators():
    # 0, 0, 0, 3: least squares 10 * (sum (t - 1.5) y) / 50 = 4.5 / 5 = 0.9; mean change 3 / 3 = 1.
    values = series(np.array([0.0, 0.0, 0.0, 3.0]))
    assert log_linear_trend(values, n_lags=0).slope_per_month == pytest.approx(0.9)
    assert mean_log_change(values, n_lags=0).slope_per_month == pytest.approx(1.0)


def test_a_gap_counts_as_its_months():
    values = series(-0.05 * np.arange(12.0))
    values = values.drop(values.index[[3, 4, 8]])
    assert mean_log_change(values).slope_per_month == pytest.approx(-0.05)
    assert log_linear_trend(values).slope_per_month == pytest.approx(-0.05)


def test_decline_and_half_life():
    trend = Trend("x", np.log(0.5) / 12, np.log(0.25) / 12, np.log(0.9) / 12, 0.9, 30)
    assert trend.decline_per_year == pytest.approx(0.5)
    assert trend.decline_per_year_interval == pytest.approx((0.1, 0.75))
    assert trend.half_life_months == pytest.approx(12.0)
    assert trend.half_life_months_interval == pytest.approx((6.0, 12 * np.log(2) / -np.log(0.9)))
    rising = Trend("x", 0.01, -0.01, 0.03, 0.9, 30)
    assert rising.half_life_months == np.inf
    assert rising.half_life_months_interval[1] == np.inf
    assert rising.decline_per_year < 0


def test_robust_trends_shrug_at_an_outlier():
    generator = np.random.default_rng(3)
    values = series(-0.02 * np.arange(40) + generator.normal(0, 0.01, 40))
    values.iloc[-1] += 3.0
    table = compare_trends(values)["slope_per_month"]
    for robust in ("Huber trend", "Theil-Sen trend", "quantile trend, 50%"):
        assert table[robust] == pytest.approx(-0.02, abs=0.002)
    assert table["log-linear trend"] > -0.015


def test_unit_root_tests_tell_a_walk_from_a_line():
    generator = np.random.default_rng(5)
    line = series(-0.02 * np.arange(200) + generator.normal(0, 0.1, 200))
    walk = series(np.cumsum(generator.normal(-0.02, 0.1, 200)))
    assert read_unit_root_tests(unit_root_tests(line)) == "trend-stationary"
    assert read_unit_root_tests(unit_root_tests(walk)) == "random walk"
    with pytest.raises(ValueError, match="consecutive"):
        unit_root_tests(line.drop(line.index[5]))


@pytest.mark.parametrize("n_months", [12, 13, 25, 37, 60])
def test_statistics_of_many_series_are_those_of_statsmodels(n_months):
    longest = min(default_lags(n_months) + 2, n_months // 2 - 3)
    shocks = np.random.default_rng(n_months).standard_normal((40, n_months))
    values = np.concatenate([shocks.cumsum(axis=1), shocks])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", InterpolationWarning)
        peers = [
            (
                adfuller(
                    one, regression="ct", autolag="AIC", maxlag=longest, result_object=True
                ).statistic,
                kpss(one, regression="ct", nlags="auto", result_object=True).statistic,
            )
            for one in values
        ]
    adf, other = np.array(peers).T
    assert adf_statistics(values, longest) == pytest.approx(adf, rel=1e-8)
    assert kpss_statistics(values) == pytest.approx(other, rel=1e-8)


@pytest.mark.parametrize("n_months", [24, 37])
def test_unit_root_tests_keep_their_size_in_short_records(n_months):
    # 5 % of 4,000 with two standard errors of both simulations: 5 +- 1, where tables say 9 to 20
    longest = default_lags(n_months) + 2
    shocks = np.random.default_rng((1, n_months)).standard_normal((4000, n_months))
    walks, lines = null_statistics(n_months, longest)
    adf = adf_statistics(shocks.cumsum(axis=1), longest)
    other = kpss_statistics(shocks)
    assert (adf <= np.quantile(walks, 0.05)).mean() == pytest.approx(0.05, abs=0.01)
    assert (other >= np.quantile(lines, 0.95)).mean() == pytest.approx(0.05, abs=0.01)
    assert (adf <= mackinnoncrit(regression="ct")[1]).mean() > 0.09
    assert (other >= 0.146).mean() > 0.09


def test_a_p_value_counts_draws_at_least_as_extreme():
    walks, lines = null_statistics(37, 5)
    seen = np.sort(walks)[9], np.sort(lines)[-300]
    # 10 draws at or below, 300 at or above: (1 + 10) / 5000 and (1 + 300) / 5000
    assert drawn_p_values(*seen, n_months=37, longest=5) == (0.0022, 0.0602)
    assert drawn_p_values(-99.0, -99.0, n_months=37, longest=5) == (0.0002, 1.0)


def quotes(seed: int = 0, noise: float = 0.1) -> pd.DataFrame:
    generator = np.random.default_rng(seed)
    rows = []
    for provider in range(8):
        for gpu, level in (("A", 0.0), ("B", 0.9), ("C", 1.5)):
            for month in pd.date_range("2023-01-01", "2025-12-01", freq="MS"):
                if generator.random() < 0.5:
                    years = (month.year - 2023) + (month.month - 1) / 12
                    log_rent = level + 0.2 * provider - 0.3 * years
                    rows.append((f"p{provider}", gpu, month, log_rent))
    table = pd.DataFrame(rows, columns=["provider", "gpu", "month", "log_rent"])
    shocks = generator.normal(0.0, noise, 8)[table["provider"].str[1:].astype(int)]
    years = (table["month"] - pd.Timestamp("2023-01-01")).dt.days / 365.25
    table["log_rent"] += shocks * years + generator.normal(0.0, noise, len(table))
    return table.assign(rent_usd_per_gpu_hour=np.exp(table["log_rent"]))


def test_fixed_effects_are_exact_without_noise():
    trend = fixed_effects_trend(quotes(noise=0.0))
    assert trend.slope_per_month == pytest.approx(-0.3 / 12, abs=1e-12)


def test_fixed_effects_agree_with_linearmodels_and_statsmodels():
    table = quotes()
    months = (table["month"].dt.year * 12 + table["month"].dt.month).to_numpy(float)
    months -= months.min()
    trend = fixed_effects_trend(table)

    dummies = pd.get_dummies(table[["provider", "gpu"]], dtype=float, drop_first=True)
    design = sm.add_constant(dummies.assign(month=months))
    fit = sm.OLS(np.log(table["rent_usd_per_gpu_hour"]), design).fit()
    assert trend.slope_per_month == pytest.approx(fit.params["month"], rel=1e-10)

    # PanelOLS wants one row for an entity and time, so entities are provider and row.
    indexed = table.assign(months=months, row=np.arange(len(table)))
    indexed = indexed.set_index(["provider", "row"])
    effects = pd.DataFrame(indexed["gpu"].astype("category"))
    panel = PanelOLS(
        np.log(indexed["rent_usd_per_gpu_hour"]),
        indexed[["months"]],
        entity_effects=True,
        other_effects=effects,
    ).fit()
    assert trend.slope_per_month == pytest.approx(panel.params["months"], rel=1e-9)


def test_clusters_of_one_are_two_samples_left_out_one_by_one():
    # Groups of 4 and 8, each row a cluster. Of a group of n the leverage is 1/n, so that a residual
    # is divided by 1 - 1/n, and its part of the variance is s^2 (n - 1) (n / (n - 1))^2 / n^2 =
    # s^2 / (n - 1): s1^2 / 3 + s2^2 / 7.
    values = np.array([1.0, 2.0, 4.0, 7.0, 0.0, 1.0, 1.0, 2.0, 3.0, 5.0, 8.0, 13.0])
    treated = np.repeat([0.0, 1.0], [4, 8])[:, None]
    quotes = pd.DataFrame({"all": "one", "row": np.arange(12)})
    fit = clustered_design(treated, quotes, effects=["all"], cluster="row").fit(values)
    first, second = values[:4], values[4:]
    assert fit.slopes[0] == pytest.approx(second.mean() - first.mean())
    assert fit.errors[0] == pytest.approx(np.sqrt(first.var(ddof=1) / 3 + second.var(ddof=1) / 7))


def test_many_clusters_alike_have_a_students_law():
    """Of G clusters alike the slope is a mean of G slopes: Student's, G - 1 degrees of freedom.

    The jackknife's error of a mean of G is the usual one times the root of G / (G - 1).
    """
    n_clusters, n_rows = 8, 24
    quotes = pd.DataFrame({"provider": np.repeat(np.arange(n_clusters), n_rows)})
    month = np.tile(np.arange(n_rows, dtype=float), n_clusters)[:, None]
    by_provider = {"effects": ["provider"], "cluster": "provider"}
    values = np.random.default_rng(1).normal(size=len(quotes))
    fit = clustered_design(month, quotes, **by_provider).fit(values)
    student = stats.t.ppf(0.95, n_clusters - 1)
    usual = student * np.sqrt((n_clusters - 1) / n_clusters)
    assert fit.critical[0] == pytest.approx(usual, rel=0.02)  # 40,000 draws
    half = clustered_design(month, quotes, **by_provider, coverage=0.5)
    assert half.critical[0] < fit.critical[0]


def share_of_signs(table, slope):
    """Turn signs of providers by brute force: each pattern fitted anew, with all its dummies."""
    dummies = pd.get_dummies(table[["provider", "gpu"]], dtype=float).to_numpy()
    months = (table["month"].dt.year * 12 + table["month"].dt.month).to_numpy(float)
    values = np.log(table["rent_usd_per_gpu_hour"].to_numpy()) - slope * months
    left = values - dummies @ np.linalg.lstsq(dummies, values)[0]
    group = table["provider"].astype("category").cat.codes.to_numpy()
    patterns = np.array(list(product([1.0, -1.0], repeat=group.max() + 1)))
    drawn = np.column_stack([pattern[group] * left for pattern in patterns])
    slopes = np.linalg.lstsq(np.column_stack([dummies, months]), drawn)[0][-1]
    return np.mean(np.abs(slopes) >= abs(slopes[0]) * (1 - 1e-9))


def test_an_interval_ends_where_one_in_ten_patterns_of_signs_is_as_far():
    table = quotes(seed=4)
    table = table[table["provider"].lt("p6")].iloc[::5]
    trend = fixed_effects_trend(table)
    assert share_of_signs(table, trend.slope_per_month) == 1.0
    for end in (trend.low, trend.high):
        inside, outside = (end + side * 1e-6 * (trend.slope_per_month - end) for side in (1, -1))
        assert share_of_signs(table, outside) <= 0.1 < share_of_signs(table, inside)
    wide = fixed_effects_trend(table, coverage=0.95)
    assert wide.low < trend.low < trend.high < wide.high


def test_four_providers_cannot_reject_and_five_can():
    """Of 8 patterns none is rarer than one in eight, of 16 one is."""
    table = quotes()
    four, five = (fixed_effects_trend(table[table["provider"].lt(f"p{n}")]) for n in (4, 5))
    assert (four.low, four.high) == (-np.inf, np.inf)
    assert np.isfinite([five.low, five.high]).all()


@pytest.mark.parametrize("world", ["noise alone", "drifts differ", "the longest drift", "walks"])
@pytest.mark.parametrize("lengths", [(40, 30, 20, 10, 8), (40, 30, 20, 10, 8, 6, 5, 5, 4, 4)])
def test_intervals_over_few_clusters_of_unequal_length_hold(lengths, world):
    """The test is exact: 15 of 16 and 461 of 512 intervals hold, whatever providers do."""
    generator = np.random.default_rng(3)
    months = pd.date_range("2023-01-01", periods=40, freq="MS")
    rows = [(at, "A", month) for at, n in enumerate(lengths) for month in months[:n]]
    table = pd.DataFrame(rows, columns=["provider", "gpu", "month"])
    code = table["provider"].to_numpy()
    at_month = np.concatenate([np.arange(n) for n in lengths])
    drifting = np.where(np.arange(len(lengths)) < 2, 0.3, 0.0 if "longest" in world else 0.1)
    design = fixed_effects_design(table)
    held, n_draws = 0, 1_000
    for _ in range(n_draws):
        log_rents = generator.normal(0.0, 0.15, len(table))
        if "drift" in world:
            drifts = drifting * generator.standard_normal(len(lengths))
            log_rents += drifts[code] * at_month / 12
        if world == "walks":
            walks = generator.normal(0.0, 0.08, (len(lengths), 40)).cumsum(axis=1)
            log_rents += walks[code, at_month]
        _, low, high = design.fit(log_rents, 0.9)
        held += low <= 0.0 <= high
    exact = 1 - int(0.1 * 2 ** (len(lengths) - 1)) / 2 ** (len(lengths) - 1)
    assert held / n_draws == pytest.approx(exact, abs=3 * np.sqrt(exact * (1 - exact) / n_draws))


def test_age_calendar_generation_says_what_it_cannot_know():
    table = quotes(noise=0.0)
    release = {
        "A": pd.Timestamp("2018-01-01"),
        "B": pd.Timestamp("2020-01-01"),
        "C": pd.Timestamp("2022-01-01"),
    }
    # Make the cohort effect linear: levels 0, 0.8, 1.6 over 4 years are 0.4 a year.
    table["rent_usd_per_gpu_hour"] *= np.exp(
        table["gpu"].map({"A": 0.0, "B": 0.8 - 0.9, "C": 1.6 - 1.5})
    )
    found = age_calendar_generation(table, release)
    assert found.rank_of_three == 2
    assert found.within_gpu == pytest.approx(-0.3, abs=1e-9)
    assert found.across_generations == pytest.approx(0.4, abs=1e-9)
    assert found.age_curvature == pytest.approx(0.0, abs=1e-9)
    solutions = found.solutions([0.0, -0.1])
    assert solutions["age_per_year"].tolist() == pytest.approx([-0.3, -0.2])
    assert solutions["generation_per_year"].tolist() == pytest.approx([0.1, 0.2])
    assert "not identified" in str(found)
    assert found.across_generations_interval == pytest.approx((0.4, 0.4), abs=1e-9)
    with pytest.raises(ValueError, match="no release date of C"):
        age_calendar_generation(table, {"A": release["A"], "B": release["B"]})
    with pytest.raises(ValueError, match="takes 3 of them, found 2"):
        age_calendar_generation(table[table["gpu"].ne("C")], release)


def test_a_gap_between_generations_holds_where_gpus_lie_off_the_line():
    """What a GPU rents for off the line is alike at all providers: clusters are GPUs, not those."""
    generator = np.random.default_rng(12)
    table = quotes()
    extra = [table.assign(gpu=table["gpu"] + "2")[: len(table) // 2]]
    table = pd.concat([table, *extra], ignore_index=True)
    names = sorted(table["gpu"].unique())
    release = {gpu: pd.Timestamp(f"{2017 + place}-01-01") for place, gpu in enumerate(names)}
    gpu = table["gpu"].astype("category").cat.codes.to_numpy()
    n_draws, held = 400, {"gpu": 0, "provider": 0}
    designs = {one: generation_design(table, release, cluster=one) for one in held}
    for _ in range(n_draws):
        levels = generator.normal(0.0, 0.15, len(names))
        drawn = levels[gpu] + generator.normal(0.0, 0.15, len(table))
        for cluster, design in designs.items():
            fit = design.fit(drawn)
            held[cluster] += abs(fit.slopes[1]) <= fit.critical[1] * fit.errors[1]
    noise = 2 * np.sqrt(0.9 * 0.1 / n_draws)
    assert held["gpu"] / n_draws == pytest.approx(0.9, abs=0.03 + noise)
    assert held["provider"] / n_draws < 0.6


def test_a_curve_in_age_is_recovered_and_its_error_is_how_estimates_scatter():
    release = {name: pd.Timestamp(f"{2018 + 2 * place}-01-01") for place, name in enumerate("ABC")}
    table = quotes(noise=0.0)
    when, since = table["month"], table["gpu"].map(release)
    age = (when.dt.year - since.dt.year + (when.dt.month - 1) / 12).to_numpy()
    exact = -0.3 * age + 0.05 * (age - age.mean()) ** 2
    curved = table.assign(rent_usd_per_gpu_hour=np.exp(exact))
    assert age_calendar_generation(curved, release).age_curvature == pytest.approx(0.05, abs=1e-9)
    generator = np.random.default_rng(31)
    found, errors = [], []
    for _ in range(60):
        noise = generator.normal(0.0, 0.1, len(table))
        noisy = table.assign(rent_usd_per_gpu_hour=np.exp(exact + noise))
        one = age_calendar_generation(noisy, release)
        found.append((one.within_gpu, one.across_generations, one.age_curvature))
        errors.append((one.within_gpu_error, one.across_generations_error, one.age_curvature_error))
    # 60 draws know a standard deviation to 9 %; few providers err to the safe side in a slope;
    # the curve, alike in all draws, puts GPUs off the line, which the error of the gap counts
    scatter = np.std(found, axis=0, ddof=1) / np.mean(errors, axis=0)
    assert 0.6 < scatter[0] < 1.2 and scatter[1] < 1.2
    assert scatter[2] == pytest.approx(1.0, abs=0.25)


def still(n_months: int = 36) -> pd.Series:
    months = pd.period_range("2024-01", periods=n_months, freq="M")
    return pd.Series(0.7, index=months)


@pytest.mark.parametrize(
    ("moves", "verdict"),
    [
        (lambda month: 0.0 * month, "does not move: not testable"),
        (lambda month: 4e-15 * (month % 3), "does not move: not testable"),
        (lambda month: np.log(0.98) * month, "lies on a line: not testable"),
        (lambda month: 1.0 * (month >= 2), "moves in too few months: not testable"),
        (lambda month: 1.0 * (month == 35), "moves in too few months: not testable"),
        (lambda month: 1.0 * (month % 2), "follows a rule without chance: not testable"),
        (lambda month: -0.001 * month**2, "follows a rule without chance: not testable"),
    ],
)
def test_rents_that_do_not_move_are_not_tested(moves, verdict):
    """Warnings are errors: nothing is divided by zero on the way."""
    series = still() + moves(np.arange(36.0))
    tests = unit_root_tests(series)
    assert tests[["statistic", "p_value"]].isna().all(axis=None)
    assert not tests["is_rejected"].any()
    assert read_unit_root_tests(tests) == verdict


def test_a_null_is_rejected_at_five_percent_and_bounds_are_said_to_be_bounds():
    """Walks with p-values of KPSS on both sides of 5 %, that of seed 41 between 5 and 5.5 %."""
    bounds = set()
    for seed in (0, 3, 4, 5, 8, 41):
        values = np.random.default_rng(seed).normal(0.0, 0.1, 36).cumsum()
        tests = unit_root_tests(still() + values)
        assert (tests["is_rejected"] == (tests["p_value"] <= 0.05)).all()
        kpss = tests.loc["KPSS"]
        is_bound = bool(kpss["asymptotic_is_bound"])
        assert is_bound == (round(kpss["p_value_asymptotic"], 12) in (0.01, 0.1))
        assert not tests.loc["ADF", "asymptotic_is_bound"]
        bounds.add(is_bound)
    assert 0.05 < kpss["p_value"] <= 0.055
    assert bounds == {True, False}


@pytest.mark.parametrize("n_months", range(12, 40))
def test_a_short_series_is_tested_or_refused_in_words(n_months):
    walk = still(n_months) + np.random.default_rng(n_months).normal(0, 0.1, n_months).cumsum()
    assert unit_root_tests(walk)["statistic"].notna().all()
    with pytest.raises(ValueError, match="unit root tests need 12 months, found 11"):
        unit_root_tests(walk.iloc[:11])


def test_only_the_mean_change_keeps_its_coverage_where_rents_walk():
    """90 % intervals: the mean log-change holds 90 +- 3 and noise, the lines under 45 %."""
    held = trend_coverage(37, generator=np.random.default_rng(5), n_series=400)
    error = np.sqrt(0.9 * 0.1 / 400)
    assert held.loc["mean log-change", "held_walk"] == pytest.approx(0.9, abs=0.03 + 2 * error)
    assert (held["held_walk"].drop("mean log-change") < 0.45).all()
    assert (held["held_line"] > 0.84).all()
