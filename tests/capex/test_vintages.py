import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.capex.wave.vintages import FIRST_PERIOD, depreciation_shares, schedules

LIVES = st.lists(st.floats(1.0, 8.0), min_size=30, max_size=30)
CONVENTIONS = st.sampled_from(sorted(FIRST_PERIOD))


@settings(max_examples=60, deadline=None)
@given(LIVES, st.integers(0, 3), CONVENTIONS)
def test_a_vintage_depreciates_to_its_cost_whatever_the_lives(lives, lag, convention):
    shares = depreciation_shares(np.array(lives), lag, convention)
    assert (shares >= 0).all()
    np.testing.assert_allclose(shares[:10].sum(axis=1), 1.0, atol=1e-12)
    assert (np.tril(shares, -1) == 0).all()  # nothing before it is spent


@settings(max_examples=60, deadline=None)
@given(LIVES, st.integers(1, 29), st.floats(1.0, 8.0), st.integers(0, 3), CONVENTIONS)
def test_a_change_of_life_is_prospective(lives, change, new_life, lag, convention):
    before = np.array(lives)
    after = before.copy()
    after[change:] = new_life
    old = depreciation_shares(before, lag, convention)
    new = depreciation_shares(after, lag, convention)
    np.testing.assert_array_equal(old[:, :change], new[:, :change])
    np.testing.assert_allclose(new[:10].sum(axis=1), 1.0, atol=1e-12)


def test_five_years_with_the_half_year_convention():
    # half a fifth, four whole fifths, half a fifth: 10, 20, 20, 20, 20, 10 %
    shares = depreciation_shares(np.full(8, 5.0))
    np.testing.assert_allclose(shares[0], [0.1, 0.2, 0.2, 0.2, 0.2, 0.1, 0.0, 0.0])
    np.testing.assert_allclose(depreciation_shares(np.full(8, 5.0), 0, "full")[0, :5], 0.2)
    np.testing.assert_allclose(depreciation_shares(np.full(8, 5.0), 0, "next")[0, :2], [0.0, 0.2])


def test_quarters_of_a_life_that_is_not_whole_years():
    # four and a half years are eighteen quarters
    shares = depreciation_shares(np.full(24, 18.0))
    np.testing.assert_allclose(shares[0, 1:18], 1 / 18)
    assert shares[0, 18] == pytest.approx(0.5 / 18)


def test_a_life_lengthened_from_four_years_to_six():
    # half of year one and years two and three leave 1 - 2.5/4 = 37.5 %, over 6 - 2.5 = 3.5 years
    life = np.array([4.0, 4.0, 4.0, 6.0, 6.0, 6.0, 6.0, 6.0])
    shares = depreciation_shares(life)[0]
    np.testing.assert_allclose(shares[:3], [0.125, 0.25, 0.25])
    np.testing.assert_allclose(shares[3:6], 0.375 / 3.5)
    assert shares[6] == pytest.approx(0.375 / 3.5 / 2)


def test_a_life_shortened_below_the_age_writes_off_the_rest():
    shares = depreciation_shares(np.array([6.0, 6.0, 6.0, 2.0, 2.0]))[0]
    assert shares[3] == pytest.approx(1 - 2.5 / 6)
    assert shares[4] == 0.0


def test_a_lag_only_shifts():
    prompt = depreciation_shares(np.full(12, 3.0))
    late = depreciation_shares(np.full(12, 3.0), lag_periods=2)
    np.testing.assert_array_equal(late[:, 2:], prompt[:, :-2])
    assert (late[:, :2] == 0).all()


@pytest.mark.parametrize("growth", [0.0, 0.05])
def test_spending_before_and_after_are_one_stream(growth):
    """What runs off and what is new add up to what a longer history gives."""
    life = np.full(16, 6.0)
    spent = (1 + growth) ** np.arange(1, 17)
    shares, opening = schedules(life, growth, lag_periods=1)
    whole = depreciation_shares(np.full(24, 6.0), 1)
    longer = (1 + growth) ** np.arange(-7.0, 17.0) @ whole
    np.testing.assert_allclose(opening + spent @ shares, longer[8:], rtol=1e-12)


def test_the_stock_of_a_steady_spender_runs_off_in_a_straight_line():
    _, opening = schedules(np.full(8, 4.0))
    # one unit a period for ever depreciates by one; less 1/4 a period, and half steps at the ends
    np.testing.assert_allclose(opening, [0.875, 0.625, 0.375, 0.125, 0.0, 0.0, 0.0, 0.0])


@given(st.lists(st.floats(-0.02, 0.06), min_size=1, max_size=5), LIVES, st.integers(0, 3))
@settings(max_examples=30, deadline=None)
def test_several_growths_are_each_growth_alone(growths, lives, lag):
    shares, opening = schedules(np.array(lives), np.array(growths), lag)
    for growth, together in zip(growths, opening, strict=True):
        alone = schedules(np.array(lives), growth, lag)
        np.testing.assert_array_equal(alone[0], shares)
        np.testing.assert_array_equal(alone[1], together)
