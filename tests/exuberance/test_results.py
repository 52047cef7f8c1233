"""The tests as a user meets them: what they take, refuse, print and plot."""

import numpy as np
import pandas as pd
import pytest
from arch.unitroot import ADF
from matplotlib import pyplot as plt

from analysis.exuberance import (
    InfeasibleTestError,
    NullDistribution,
    UnsuitableSeriesError,
    adf,
    bsadf,
    exuberance_result,
    gsadf,
    monte_carlo_critical_values,
    plot_exuberance,
    sadf,
    trailing_sum,
)

QUARTERS = pd.period_range("2018Q1", periods=34, freq="Q")


def walk(seed=0, index=QUARTERS):
    values = np.random.default_rng(seed).standard_normal(len(index)).cumsum() + 20
    return pd.Series(values, index=index, name="capex / revenue")


@pytest.mark.parametrize("trend", ["n", "c", "ct"])
@pytest.mark.parametrize("lags", [0, 1, 2])
def test_adf_is_that_of_arch(lags, trend):
    for seed in range(3):
        theirs = ADF(walk(seed), lags=lags, trend=trend)
        assert adf(walk(seed), lags=lags, trend=trend).statistic == pytest.approx(
            theirs.stat, rel=1e-9
        )


def test_the_four_statistics_are_nested():
    for seed in range(5):
        whole, forward, any_stretch, now = (test(walk(seed)) for test in (adf, sadf, gsadf, bsadf))
        assert whole.statistic <= forward.statistic <= any_stretch.statistic
        assert whole.statistic <= now.statistic <= any_stretch.statistic
        assert forward.statistic == forward.sequence.max()
        assert forward.sequence.iloc[-1] == whole.statistic
        assert any_stretch.sequence.iloc[-1] == now.statistic


def test_adf_takes_series_too_short_for_windows():
    assert np.isfinite(adf(walk().iloc[:8]).p_value)
    with pytest.raises(InfeasibleTestError):
        gsadf(walk().iloc[:8])


def test_index_and_conventions_are_kept():
    test = gsadf(walk(), window_counts="rows", lags=1)
    assert test.sequence.index.equals(QUARTERS)
    assert test.sequence.first_valid_index() == QUARTERS[11]
    assert test.sequence_critical_values[0.95].first_valid_index() == QUARTERS[11]
    assert gsadf(walk().to_numpy()).statistic == gsadf(walk()).statistic


def test_stored_and_simulated_values_agree():
    stored = gsadf(walk()).critical_values
    simulated = monte_carlo_critical_values(34, draws=29_999)
    for test in ("ADF", "SADF", "BSADF", "GSADF"):
        for level in (0.90, 0.95, 0.99):
            assert stored.distributions[test].critical_value(level) == pytest.approx(
                simulated.distributions[test].critical_value(level), abs=0.06
            )


def test_lags_chosen_once():
    test = gsadf(walk(), lags="bic", max_lags=2)
    assert test.specification.lags in (0, 1, 2)
    assert test.lag_choice == "bic"
    assert "chosen by BIC" in str(test)


def test_prints_what_it_stands_on():
    test = gsadf(walk())
    text = str(test)
    for part in (
        "null             a unit root throughout",
        "alternative      an explosive root over some stretch",
        f"statistic        {test.statistic:.4f}",
        f"95% {test.critical_value(0.95):.3f}",
        f"p-value          {test.p_value:.4f}",
        "shortest window  10 observations, 9 rows of the regression (window of 10 levels)",
        f"mean change      {test.mean_change:.2f} standard deviations a period",
        "Monte Carlo, 99,999 draws, seed 1015",
        "drift 1 n^-1",
    ):
        assert part in text


def test_mean_change():
    # Changes 1 3 -1 1 1 3 -1 1: mean 1, variance (0 + 4 + 4 + 0 + 0 + 4 + 4 + 0) / 7.
    test = adf([5.0, 6.0, 9.0, 8.0, 9.0, 10.0, 13.0, 12.0, 13.0])
    assert test.mean_change == pytest.approx(1 / np.sqrt(16 / 7))


def test_says_how_many_ends_are_undefined():
    values = walk()
    values.iloc[:15] = values.iloc[0]
    # Windows that end at positions 9 to 15 have only the one level to regress on.
    assert "undefined        7 of 25 ends" in str(gsadf(values))


def test_an_extreme_p_value_is_bounded_by_the_table():
    explosive = pd.Series(1.2 ** np.arange(34.0), index=QUARTERS) + walk() / 100
    test = gsadf(explosive)
    assert "p-value          < 0.001" in str(test)
    assert test.p_value == pytest.approx(0.001)


def test_plots():
    test = gsadf(walk())
    figure, axes = plt.subplots()
    assert plot_exuberance(test, axes) is axes
    assert [line.get_label() for line in axes.lines] == ["BSADF", "95% critical value"]
    np.testing.assert_array_equal(axes.lines[0].get_ydata(), test.sequence)
    plt.close(figure)
    created = plot_exuberance(sadf(walk().to_timestamp()), level=0.99)
    assert [line.get_label() for line in created.lines] == ["BADF", "99% critical value"]
    plt.close(created.figure)


@pytest.mark.parametrize(
    ("spoilt", "reason"),
    [
        (lambda y: y.mask(y.index == QUARTERS[4]), "no finite value at 2019Q1"),
        (lambda y: y.drop(QUARTERS[4]), "skips or repeats a period before 2019Q2"),
        (lambda y: y.to_timestamp().drop(pd.Timestamp("2019-01-01")), "not evenly spaced"),
        (lambda y: trailing_sum(y, 4), "sums 4 periods at each date"),
        (lambda y: 0 * y + 6.88, "every window that it takes is flat or fitted exactly"),
        (lambda y: y.astype(str), "one column of numbers"),
    ],
)
def test_unsuitable_series_are_refused(spoilt, reason):
    with pytest.raises(UnsuitableSeriesError, match=reason):
        gsadf(spoilt(walk()))


def test_values_for_another_specification_are_refused():
    for other in ({"lags": 1}, {"window_counts": "rows"}, {"window": 12}, {"trend": "ct"}):
        with pytest.raises(InfeasibleTestError, match="critical values are for"):
            gsadf(walk(), critical_values=monte_carlo_critical_values(34, draws=99, **other))
    # The window does not concern the test over the whole sample.
    assert adf(walk(), critical_values=monte_carlo_critical_values(34, draws=99)).p_value > 0


def test_a_statistic_of_thousands_of_points_waits_for_no_draws(monkeypatch):
    def none_yet(specification):
        raise AssertionError("drawn before they were asked for")

    monkeypatch.setattr(exuberance_result, "default_critical_values", none_yet)
    long = np.random.default_rng(1).standard_normal(6_358).cumsum()
    found = gsadf(long)
    assert found.statistic == found.sequence.max()
    with pytest.raises(AssertionError, match="before they were asked for"):
        found.rejects()


def test_few_draws_say_how_well_they_know_the_critical_value(monkeypatch):
    few = monte_carlo_critical_values(34, draws=999)
    monkeypatch.setattr(exuberance_result, "default_critical_values", lambda _: few)
    # the rank of the 95 % value is binomial: 949 of 999, its standard error sqrt(999 x .95 x .05)
    # = 6.89 ranks, so that it lies between the draws of rank 936 and 963 (936.5 and 963.5 of 1,000)
    low, high = few.distributions["GSADF"].interval(0.95, 999)
    drawn = few.distributions["GSADF"].quantiles
    assert drawn[935] <= low <= drawn[936] and drawn[962] <= high <= drawn[963]
    assert f"95% value within {low:.3f} to {high:.3f} (95 % interval of 999 draws)" in str(
        gsadf(walk())
    )
    monkeypatch.undo()
    assert "precision" not in str(gsadf(walk()))  # stored: 99,999 draws


def test_an_interval_of_a_critical_value_holds_it_as_often_as_it_says():
    # the 95 % value of a standard normal is 1.6449; 400 tables of 999 draws
    draws = np.random.default_rng(7).standard_normal((400, 999))
    intervals = [NullDistribution.of(table).interval(0.95, 999) for table in draws]
    held = np.mean([low <= 1.6449 <= high for low, high in intervals])
    assert 0.92 <= held <= 0.98  # 95 % with a standard error of 1.1 %
