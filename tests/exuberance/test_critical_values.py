"""Critical values: published ones met, nominal size held, the same on any number of threads."""

import io
import json
import sys

import numpy as np
import pytest
from statsmodels.tsa.adfvalues import mackinnonp

from analysis.errors import DataError
from analysis.exuberance import (
    LEVELS,
    InfeasibleTestError,
    NullDistribution,
    monte_carlo_critical_values,
    specify,
    stored,
    stored_critical_values,
)
from analysis.exuberance.recursions import statistics_of, supremum

TESTS = ("ADF", "SADF", "BSADF", "GSADF")


def random_walks(n_paths, n, seed):
    return np.random.default_rng(seed).standard_normal((n_paths, n)).cumsum(axis=1)


def statistics_by_test(paths, specification):
    badf, bsadf = statistics_of(paths, specification)
    return {
        "ADF": badf[:, -1],
        "SADF": supremum(badf),
        "BSADF": bsadf[:, -1],
        "GSADF": supremum(bsadf),
    }


# 95 % critical values behind the sizes in table 2 of Phillips, Shi and Yu (2015), as quoted by the
# documentation of the R package bubble (size_SADF, size_GSADF).
PSY_2015 = {(100, "SADF"): 1.30, (200, "SADF"): 1.40, (400, "SADF"): 1.49}
PSY_2015 |= {(100, "GSADF"): 2.00, (200, "GSADF"): 2.08, (400, "GSADF"): 2.20}


@pytest.mark.parametrize("n", [100, 200, 400])
def test_published_values_with_windows_in_levels(n):
    values = monte_carlo_critical_values(n, draws=4_999)
    # They simulated 2,000 series, we 4,999: three standard errors of the share beyond a quantile.
    tolerance = 3 * np.sqrt(0.05 * 0.95 * (1 / 2_000 + 1 / 4_999))
    for test in ("SADF", "GSADF"):
        published = PSY_2015[n, test]
        assert values.distributions[test].p_value(published) == pytest.approx(0.05, abs=tolerance)


# Critical values at 90, 95 and 99 % of exuber 2.0 for 100 observations, minimum window 19, no lag:
# 2,000 simulations, printed in its documentation.
EXUBER = {
    "ADF": (-0.412, -0.0178, 0.644),
    "SADF": (0.965, 1.25, 1.77),
    "GSADF": (1.65, 1.93, 2.60),
}


@pytest.mark.parametrize("test", EXUBER)
def test_published_values_with_windows_in_rows(test):
    values = monte_carlo_critical_values(100, window_counts="rows", draws=9_999)
    for level, published in zip(LEVELS, EXUBER[test], strict=True):
        beyond = 1 - level
        tolerance = 3 * np.sqrt(beyond * level * (1 / 2_000 + 1 / 9_999))
        assert values.distributions[test].p_value(published) == pytest.approx(beyond, abs=tolerance)


@pytest.mark.parametrize("trend", ["n", "c", "ct"])
def test_adf_has_mackinnons_right_tail(trend):
    # MacKinnon's (1994) asymptotic distribution, as statsmodels has it.
    values = monte_carlo_critical_values(300, trend=trend, window=300, drift=0.0, draws=9_999)
    for level in LEVELS:
        quantile = values.distributions["ADF"].critical_value(level)
        assert mackinnonp(quantile, regression=trend) == pytest.approx(level, abs=0.012)


@pytest.mark.parametrize("counts", ["levels", "rows"])
@pytest.mark.parametrize("lags", [0, 1])
def test_size_of_the_stored_values(lags, counts):
    specification = specify(34, lags=lags, window_counts=counts)
    values = stored_critical_values(specification)
    found = statistics_by_test(random_walks(20_000, 34, seed=91), specification)
    for test in TESTS:
        rejected = found[test] > values.distributions[test].critical_value(0.95)
        assert rejected.mean() == pytest.approx(0.05, abs=0.005)


def test_size_of_simulated_values():
    specification = specify(60, lags=2)
    values = monte_carlo_critical_values(60, lags=2, draws=19_999)
    found = statistics_by_test(random_walks(20_000, 60, seed=92), specification)
    for test in TESTS:
        rejected = found[test] > values.distributions[test].critical_value(0.95)
        assert rejected.mean() == pytest.approx(0.05, abs=0.005)


def test_a_horizon_is_controlled_jointly_and_dates_alone_are_not():
    specification = specify(34)
    values = monte_carlo_critical_values(34, horizon=8, draws=19_999)
    _, bsadf = statistics_of(random_walks(20_000, 34, seed=93), specification)
    joint = values.distributions["horizon"].critical_value(0.95)
    assert (bsadf[:, -8:] > joint).any(axis=1).mean() == pytest.approx(0.05, abs=0.005)
    each = values.bsadf[LEVELS.index(0.95)]
    assert (bsadf > each)[:, -8:].mean(axis=0) == pytest.approx(0.05, abs=0.006)
    assert (bsadf > each)[:, -8:].any(axis=1).mean() > 0.10


def test_the_whole_horizon_is_gsadf():
    values = monte_carlo_critical_values(34, draws=999)
    assert values.horizon == 25
    np.testing.assert_array_equal(
        values.distributions["horizon"].quantiles, values.distributions["GSADF"].quantiles
    )
    with pytest.raises(InfeasibleTestError, match="horizon of 26"):
        monte_carlo_critical_values(34, draws=999, horizon=26)


def test_a_drift_that_matters_raises_the_critical_value():
    # With a steady drift the ADF t ratio is normal: 1.645 at 95 %, not -0.08.
    values = monte_carlo_critical_values(300, window=300, drift=3.0, drift_exponent=0.0)
    assert values.distributions["ADF"].critical_value(0.95) == pytest.approx(1.645, abs=0.1)


def test_a_trend_is_the_remedy_for_a_drift():
    grown = random_walks(20_000, 34, seed=94) + 0.5 * np.arange(34)
    rates = {}
    for trend in ("c", "ct"):
        values = monte_carlo_critical_values(34, trend=trend).distributions["GSADF"]
        _, bsadf = statistics_of(grown, specify(34, trend=trend))
        rates[trend] = np.mean(supremum(bsadf) > values.critical_value(0.95))
    assert rates["c"] == pytest.approx(0.22, abs=0.02)
    assert rates["ct"] == pytest.approx(0.05, abs=0.01)


def test_threads_do_not_matter():
    one, two = (
        monte_carlo_critical_values(40, lags=1, draws=2_345, seed=5, threads=threads)
        for threads in (1, 2)
    )
    for test in TESTS:
        np.testing.assert_array_equal(
            one.distributions[test].quantiles, two.distributions[test].quantiles
        )
    np.testing.assert_array_equal(one.bsadf, two.bsadf)


def test_a_longer_run_begins_as_a_shorter_one():
    short, long = (monte_carlo_critical_values(30, draws=draws, seed=5) for draws in (700, 1_300))
    assert np.isin(
        short.distributions["GSADF"].quantiles, long.distributions["GSADF"].quantiles
    ).all()


def test_seeds_matter():
    one, other = (monte_carlo_critical_values(30, draws=500, seed=seed) for seed in (5, 6))
    assert not np.isin(
        one.distributions["GSADF"].quantiles, other.distributions["GSADF"].quantiles
    ).any()
    with pytest.raises(ValueError, match="seed"):
        monte_carlo_critical_values(30, draws=500, seed=-1)


def test_p_value_counts_draws():
    # Of 4 draws 1 2 3 4, ranks 0.2 0.4 0.6 0.8: beyond 3 lie 0.4, beyond 3.5 half of the next 0.2.
    distribution = NullDistribution.of(np.array([4.0, 2.0, 3.0, 1.0]))
    assert distribution.p_value(3.0) == pytest.approx(0.4)
    assert distribution.p_value(3.5) == pytest.approx(0.3)
    assert distribution.p_value(9.0) == pytest.approx(distribution.least_p_value)
    assert distribution.critical_value(0.8) == pytest.approx(4.0)
    assert np.isnan(distribution.critical_value(0.99))


def test_an_undefined_draw_ranks_lowest():
    distribution = NullDistribution.of(np.array([4.0, np.nan, 3.0, 1.0]))
    assert distribution.critical_value(0.8) == pytest.approx(4.0)
    assert np.isnan(distribution.critical_value(0.3))


def test_stored_values_are_what_the_passport_says():
    passport = json.loads(stored.PASSPORT.read_text(encoding="utf-8"))
    for n, lags, counts in [(24, 1, "rows"), (34, 0, "levels")]:
        kept = stored_critical_values(specify(n, lags=lags, window_counts=counts))
        anew = monte_carlo_critical_values(
            n, lags=lags, window_counts=counts, draws=passport["draws"], seed=passport["seed"]
        )
        assert (kept.draws, kept.seed) == (anew.draws, anew.seed)
        for test in TESTS:
            expected = [anew.distributions[test].critical_value(p) for p in stored.PROBABILITIES]
            np.testing.assert_allclose(kept.distributions[test].quantiles, expected, rtol=1e-6)
        np.testing.assert_allclose(kept.badf, anew.badf, rtol=1e-5, atol=1e-7)
        np.testing.assert_allclose(kept.bsadf, anew.bsadf, rtol=1e-5, atol=1e-7)


def test_every_length_between_24_and_48_is_stored():
    for n in range(24, 49):
        for counts in ("levels", "rows"):
            assert stored_critical_values(specify(n, window_counts=counts)) is not None
    assert stored_critical_values(specify(50)) is None
    assert stored_critical_values(specify(34, lags=2)) is None
    assert stored_critical_values(specify(34, trend="ct")) is None
    assert stored_critical_values(specify(34, window=12)) is None


def test_simulating_anew_gives_the_same_entries():
    with np.load(stored.TABLE) as kept:
        shapes = {name: kept[name].shape for name in kept.files}
    assert {name: a.shape for name, a in stored.simulate_stored(draws=19).items()} == shapes


def test_a_changed_table_is_refused(tmp_path):
    table, passport = tmp_path / "values.npz", tmp_path / "values.json"
    content = bytearray(stored.TABLE.read_bytes())
    content[-1] ^= 1
    table.write_bytes(content)
    passport.write_text(stored.PASSPORT.read_text(encoding="utf-8"), encoding="utf-8")
    with pytest.raises(DataError, match="sha256"):
        stored._load(table, passport)


def test_a_long_simulation_shows_on_a_terminal_how_far_it_is(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")  # as a notebook's kernel has it, which is no terminal
    for is_shown in (False, True):
        monkeypatch.setattr(sys.stderr, "isatty", lambda answer=is_shown: answer)
        monte_carlo_critical_values(40, draws=600, seed=1)
        out, err = capsys.readouterr()
        assert out == ""
        assert ("Monte Carlo" in err) is is_shown


class Terminal(io.StringIO):
    """A stream that says it is a terminal, or that it is none."""

    def __init__(self, is_terminal):
        super().__init__()
        self.is_terminal = is_terminal

    def isatty(self):
        return self.is_terminal


@pytest.mark.parametrize("is_terminal", [True, False])
def test_long_draws_show_progress_on_a_terminal_alone(is_terminal, monkeypatch):
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(sys, "stderr", stream := Terminal(is_terminal))
    monkeypatch.setattr(sys, "stdout", printed := Terminal(is_terminal))
    monte_carlo_critical_values(40, draws=600, seed=1)
    assert printed.getvalue() == ""
    assert ("100%" in stream.getvalue()) == is_terminal
    assert bool(stream.getvalue()) == is_terminal
