"""Power: its size, its order, and the series it is simulated on."""

import pytest
from matplotlib import pyplot as plt

from analysis.exuberance import InfeasibleTestError, plot_power, power

ROOTS = (1.0, 1.03, 1.06, 1.12)


@pytest.fixture(scope="module")
def study():
    return power(34, ROOTS)


def test_a_root_of_one_has_the_nominal_size(study):
    assert study.rates.loc[1.0].to_numpy() == pytest.approx(0.05, abs=0.01)


def test_power_grows_with_the_root(study):
    for test in ("SADF", "GSADF"):
        assert study.rates[test].is_monotonic_increasing
    assert study.rates.loc[1.12, "GSADF"] > 0.6


def test_the_whole_sample_does_not_see_what_collapsed(study):
    assert study.rates.loc[1.12, "ADF"] < 0.05
    lasting = power(34, [1.12], origin=26, duration=8)
    assert not lasting.is_collapsing
    assert lasting.rates.loc[1.12, "BSADF"] > 0.8


def test_a_second_stretch_is_found_by_gsadf_over_sadf():
    # Late stretches are where windows from the first observation lose.
    late = power(34, [1.08], origin=27, duration=7, is_collapsing=False)
    assert late.rates.loc[1.08, "GSADF"] > late.rates.loc[1.08, "SADF"]


def test_a_lag_costs_power(study):
    assert power(34, [1.12], lags=2).rates.loc[1.12, "GSADF"] < study.rates.loc[1.12, "GSADF"]


def test_threads_do_not_matter():
    one, two = (power(30, [1.05], draws=1_000, threads=threads).rates for threads in (1, 2))
    assert one.equals(two)


def test_prints_and_plots(study):
    text = str(study)
    assert "Share of rejections at 95%, 4,999 draws, seed 2015" in text
    assert "explosive from observation 14 to 19, then a collapse" in text
    assert study.standard_errors.loc[1.0, "GSADF"] == pytest.approx(0.0031, abs=0.0004)
    axes = plot_power(study)
    assert len(axes.lines) == 5
    plt.close(axes.figure)


def test_refusals():
    with pytest.raises(ValueError, match="do not lie within"):
        power(34, [1.05], origin=30, duration=8)
    with pytest.raises(InfeasibleTestError):
        power(30, [1.05], lags=3)
