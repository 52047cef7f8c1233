"""Date stamps: the rule on a sequence worked by hand, and a bubble whose dates are known."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from analysis.exuberance import (
    adf,
    bsadf,
    date_stamps,
    gsadf,
    monte_carlo_critical_values,
    plot_episodes,
    sadf,
)

QUARTERS = pd.period_range("2018Q1", periods=34, freq="Q")


def with_sequence(above, *, horizon=None):
    """Return a GSADF test whose sequence exceeds every critical value at the given positions."""
    values = pd.Series(np.random.default_rng(1).standard_normal(34).cumsum(), index=QUARTERS)
    critical = monte_carlo_critical_values(34, draws=199, horizon=horizon)
    test = gsadf(values, critical_values=critical)
    sequence = test.sequence.copy()
    sequence.iloc[9:] = -1.0
    sequence.iloc[list(above)] = 9.0
    return replace(test, sequence=sequence, statistic=float(sequence.max()))


def test_rule_worked_by_hand():
    # Above at 12-17 (six, to before 18), at 20-22 (three: shorter than ceil(ln 34) = 4) and at
    # 30-33 (four, to the end of the sample).
    stamps = date_stamps(with_sequence([*range(12, 18), *range(20, 23), *range(30, 34)]))
    first, second = stamps.episodes
    assert (str(first.origin), str(first.collapse), first.duration) == ("2021Q1", "2022Q3", 6)
    assert (str(second.origin), second.collapse, second.duration) == ("2025Q3", None, 4)
    assert (first.is_ongoing, second.is_ongoing) == (False, True)
    assert stamps.shortest == 4
    assert stamps.n_too_short == 1
    assert stamps.table["duration"].tolist() == [6, 4]


def test_peak_is_the_largest_observation():
    test = with_sequence(range(12, 18))
    [episode] = date_stamps(test).episodes
    assert episode.peak == test.observations.iloc[12:18].idxmax()


def test_shortest_duration_scales_with_delta():
    test = with_sequence([12, 13, 20, 21, 22])
    # ceil(0.5 ln 34) = ceil(1.76) = 2 and ceil(0.8 ln 34) = ceil(2.82) = 3.
    assert [e.duration for e in date_stamps(test, delta=0.5).episodes] == [2, 3]
    assert [e.duration for e in date_stamps(test, delta=0.8).episodes] == [3]
    assert not date_stamps(test).episodes


def test_an_undefined_statistic_ends_an_episode():
    test = with_sequence(range(12, 18))
    test.sequence.iloc[16] = np.nan
    [episode] = date_stamps(test).episodes
    assert (str(episode.collapse), episode.duration) == ("2022Q1", 4)


def test_nothing_is_dated_unless_the_test_rejects():
    test = replace(with_sequence(range(12, 18)), statistic=-1.0)
    stamps = date_stamps(test)
    assert not stamps.episodes
    assert "does not reject at 95%: nothing is dated" in str(stamps)
    assert len(date_stamps(test, require_rejection=False).episodes) == 1


def test_a_horizon_dates_its_own_ends_only():
    stamps = date_stamps(
        with_sequence([*range(12, 18), *range(28, 34)], horizon=8), control="horizon"
    )
    [episode] = stamps.episodes
    assert str(episode.origin) == "2025Q1"
    assert stamps.threshold.notna().sum() == 8
    assert np.ptp(stamps.threshold.dropna()) == 0


def bubble(seed, n=120, origin=60, collapse=80, root=1.1):
    shocks = np.random.default_rng(seed).standard_normal(n)
    y = np.empty(n)
    y[0] = 30.0
    for t in range(1, n):
        before = root * y[t - 1] if origin <= t < collapse else y[t - 1]
        y[t] = (y[origin - 1] if t == collapse else before) + shocks[t]
    return y


def test_the_dates_of_a_bubble_are_found():
    found = [date_stamps(gsadf(bubble(seed)), level=0.99).episodes for seed in range(40)]
    longest = [max(episodes, key=lambda e: e.duration) for episodes in found if episodes]
    assert len(longest) >= 36
    # The collapse is seen at once, the origin within a few observations.
    assert np.mean([episode.collapse == 80 for episode in longest]) > 0.9
    assert 60 <= np.median([episode.origin for episode in longest]) <= 66


def test_a_random_walk_is_seldom_dated():
    walks = np.random.default_rng(6).standard_normal((200, 40)).cumsum(axis=1)
    dated = [bool(date_stamps(gsadf(walk)).episodes) for walk in walks]
    assert np.mean(dated) < 0.05 + 4 * np.sqrt(0.05 * 0.95 / 200)


def test_sadf_dates_one_bubble():
    stamps = date_stamps(sadf(bubble(1, n=60, origin=30, collapse=45)))
    assert any(episode.collapse == 45 for episode in stamps.episodes)


def test_refusals():
    y = bubble(0)
    for test in (adf(y), bsadf(y)):
        with pytest.raises(ValueError, match="tests one date"):
            date_stamps(test)
    with pytest.raises(ValueError, match="level is"):
        date_stamps(gsadf(y), level=0.8)
    with pytest.raises(ValueError, match="date a GSADF test"):
        date_stamps(sadf(y), control="horizon")
    with pytest.raises(ValueError, match="control is"):
        date_stamps(gsadf(y), control="all")


def test_prints_and_plots():
    from matplotlib import pyplot as plt

    stamps = date_stamps(with_sequence([*range(12, 18), *range(30, 34)]))
    text = str(stamps)
    assert "from 2021Q1 to before 2022Q3, 6 observations" in text
    assert "from 2025Q3 ongoing, 4 observations" in text
    assert "at each date by itself: expect false alarms" in text
    figure, axes = plt.subplots()
    assert plot_episodes(stamps, axes) is axes
    assert len(axes.patches) == 2
    plt.close(figure)
    created = plot_episodes(stamps)
    assert created is not axes
    plt.close(created.figure)
