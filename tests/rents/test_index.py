"""Indices: synthetic truth, hand-worked cases, what composition does to a median."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from analysis.rents.index.estimators import (
    bilateral_jevons,
    geks_jevons,
    jevons_chained,
    jevons_fixed_base,
    spliced,
    time_product_dummy,
)
from analysis.rents.index.quote_panel import RentPanel, rent_panel
from analysis.rents.index.rent_index import RentIndex, compare_methods, rent_index
from analysis.rents.index.resampling import percentile_bounds, provider_draws, weighted_median
from analysis.rents.index.swings import index_swing, median_swing

SPLICES = ["movement", "window", "half", "mean"]
METHODS = ["geks_jevons", "time_product_dummy"]


def truth(n_items: int = 9, n_months: int = 30, seed: int = 3, missing: float = 0.4):
    generator = np.random.default_rng(seed)
    index = np.cumsum(generator.normal(-0.02, 0.05, n_months))
    levels = generator.normal(0.0, 0.7, n_items)
    rents = levels[:, None] + index
    rents[generator.random(rents.shape) < missing] = np.nan
    rents[0, ::2] = levels[0] + index[::2]
    return rents, index


def panel_of(log_rents: np.ndarray, providers: list[str] | None = None) -> RentPanel:
    n_items, n_months = log_rents.shape
    names = providers or [f"provider {item}" for item in range(n_items)]
    return RentPanel(
        label="synthetic",
        months=pd.period_range("2023-01", periods=n_months, freq="M"),
        items=pd.DataFrame({"provider": names}),
        log_rents=log_rents,
        n_quotes=(~np.isnan(log_rents)).astype(int),
    )


def off_by(estimate: np.ndarray, index: np.ndarray) -> float:
    """Largest error of a change from the first month."""
    return float(np.abs((estimate - estimate[0]) - (index - index[0])).max())


def test_every_estimator_recovers_a_common_index_exactly():
    rents, index = truth()
    for estimate in (time_product_dummy, geks_jevons, jevons_chained):
        assert off_by(estimate(rents), index) < 1e-12, estimate.__name__


@pytest.mark.parametrize("splice", SPLICES)
@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("first_window", [None, 2])
def test_every_splice_recovers_a_common_index_exactly(splice, method, first_window):
    rents, index = truth()
    estimate = spliced(
        rents, method=method, window_months=8, splice=splice, first_window_months=first_window
    )
    assert off_by(estimate, index) < 1e-12


def test_fixed_base_is_exact_where_items_match():
    rents, index = truth()
    estimate = jevons_fixed_base(rents, base=4)
    known = ~np.isnan(estimate)
    assert known.sum() > 20
    assert np.abs(estimate - (index - index[4]))[known].max() < 1e-12


def test_time_product_dummy_is_least_squares_on_dummies():
    rents, _ = truth()
    rents = rents + np.random.default_rng(5).normal(0.0, 0.1, rents.shape)
    item, month = np.nonzero(~np.isnan(rents))
    design = np.column_stack([np.eye(len(rents))[item], np.eye(rents.shape[1])[month][:, 1:]])
    fit = sm.OLS(rents[item, month], design).fit()
    expected = np.concatenate([[0.0], fit.params[len(rents) :]])
    assert off_by(time_product_dummy(rents), expected) < 1e-10


def test_geks_of_a_full_panel_is_the_mean_of_all_detours():
    rents = np.random.default_rng(6).normal(size=(4, 6))
    change, _ = bilateral_jevons(rents)
    detours = (change[0][:, None] + change).mean(axis=0)
    assert off_by(geks_jevons(rents), detours) < 1e-12


def test_weights_count_an_item_as_often():
    rents, _ = truth()
    rents = rents + np.random.default_rng(5).normal(0.0, 0.1, rents.shape)
    twice = np.concatenate([rents, rents[:2]])
    weights = np.array([2.0, 2.0, *[1.0] * (len(rents) - 2)])
    for estimate in (time_product_dummy, jevons_chained):
        assert off_by(estimate(rents, weights), estimate(twice)) < 1e-10
    both = time_product_dummy(rents, np.stack([weights, np.ones(len(rents))]))
    assert both.shape == (2, rents.shape[1])
    assert off_by(both[1], time_product_dummy(rents)) < 1e-12


def test_a_gap_loses_a_change_to_the_chain_and_filling_brings_it_back():
    # One item halves between months 0 and 2 unseen in month 1, the other never changes. Seen
    # changes: only the other's, so the chain says no change; the truth is (ln 1/2 + 0) / 2.
    rents = np.log([[4.0, np.nan, 2.0], [3.0, 3.0, 3.0]])
    assert jevons_chained(rents)[-1] == pytest.approx(0.0)
    panel = panel_of(rents).filled("carry")
    assert jevons_chained(panel.log_rents)[-1] == pytest.approx(np.log(0.5) / 2.0)
    assert time_product_dummy(rents)[2] - time_product_dummy(rents)[0] == pytest.approx(
        np.log(0.5) / 2.0
    )


def test_chain_drift_of_a_price_that_bounces():
    # A: 1, 2, 1 seen always; B: 1, -, 1. Chain over all months returns to 1: no drift. Where B is
    # seen in months 1 and 2 only, at 4 and 1, the chain ends at sqrt(1/2 * 1/4) * 2, fixed base 1.
    rents = np.log([[1.0, 2.0, 1.0], [np.nan, 4.0, 1.0]])
    table = compare_methods(panel_of(rents), base="2023-01")
    expected = 2.0 * np.sqrt(0.5 * 0.25)
    assert table["jevons_chained"].iloc[-1] == pytest.approx(expected)
    assert table["jevons_fixed_base"].iloc[-1] == pytest.approx(1.0)
    assert table["chain_drift"].iloc[-1] == pytest.approx(expected - 1.0)


def test_filling_carries_within_limits_and_never_beyond_the_last_capture_unless_asked():
    rents = np.log([[1.0, np.nan, np.nan, 4.0, np.nan]])
    carried = panel_of(rents).filled("carry").log_rents[0]
    assert np.exp(carried[:4]).tolist() == [1.0, 1.0, 1.0, 4.0]
    assert np.isnan(carried[4])
    assert np.isnan(panel_of(rents).filled("carry", longest_gap_months=1).log_rents[0, 2])
    onward = panel_of(rents).filled("carry", seen_again=False).log_rents[0]
    assert np.exp(onward[4]) == pytest.approx(4.0)
    spread = panel_of(rents).filled("interpolate").log_rents[0]
    assert np.exp(spread[:4]) == pytest.approx([1.0, 4 ** (1 / 3), 4 ** (2 / 3), 4.0])


def test_months_without_a_link_are_missing():
    rents = np.log(
        [[1.0, 1.0, np.nan, np.nan], [np.nan, np.nan, 5.0, 6.0], [np.nan] * 2 + [5.0, 6]]
    )
    estimate = time_product_dummy(rents)
    assert np.isnan(estimate[:2]).all()
    assert estimate[3] - estimate[2] == pytest.approx(np.log(6 / 5))


def test_composition_is_the_medians_excess_over_the_index():
    # No rent changes; the dear provider enters in month 1: the median goes from 2 to 4.
    rents = np.log([[2.0, 2.0], [np.nan, 6.0]])
    index = rent_index(panel_of(rents), generator=np.random.default_rng(1), n_draws=50)
    assert index.index_change("2023-01", "2023-02").value == pytest.approx(0.0)
    # Median of the logs of 2 and 6 is the log of sqrt(12) = 3.46, over 2: 1.732.
    assert index.median_change("2023-01", "2023-02").value == pytest.approx(np.sqrt(3) - 1)
    assert index.composition("2023-01", "2023-02") == pytest.approx(np.sqrt(3) - 1)


def test_counts():
    rents = np.log([[1.0, 1.0, np.nan], [2.0, np.nan, 2.0], [3.0, np.nan, np.nan]])
    counts = panel_of(rents, ["a", "a", "b"]).counts()
    assert counts["n_items"].tolist() == [3, 1, 1]
    assert counts["n_providers"].tolist() == [2, 1, 1]
    assert counts["n_matched_with_month_before"].tolist() == [0, 1, 0]
    assert counts["n_matched_with_any_month"].tolist() == [2, 1, 1]


def test_panel_takes_the_geometric_mean_of_an_items_quotes():
    quotes = pd.DataFrame(
        {
            "provider": ["a", "a", "b"],
            "month": pd.to_datetime(["2024-01-01", "2024-01-01", "2024-03-01"]),
            "rent_usd_per_gpu_hour": [2.0, 8.0, 5.0],
        }
    )
    panel = rent_panel(quotes, label="x", by=["provider"])
    assert [str(month) for month in panel.months] == ["2024-01", "2024-02", "2024-03"]
    assert np.exp(panel.log_rents[0, 0]) == pytest.approx(4.0)
    assert panel.n_quotes.tolist() == [[2, 0, 0], [0, 0, 1]]
    with pytest.raises(ValueError, match="above zero"):
        rent_panel(quotes.assign(rent_usd_per_gpu_hour=0.0), label="x", by=["provider"])


def test_both_ends_of_a_span_of_months_are_kept():
    panel = panel_of(np.zeros((2, 6))).between("2023-02", "2023-05")
    assert [str(month) for month in panel.months[[0, -1]]] == ["2023-02", "2023-05"]
    assert panel.log_rents.shape == (2, 4)


def test_draws_weigh_whole_providers():
    draws = provider_draws(["a", "a", "b", "c"], 400, np.random.default_rng(2))
    assert (draws[:, 0] == draws[:, 1]).all()
    assert (draws[:, 1] + draws[:, 2] + draws[:, 3] == 3).all()
    assert draws.mean(axis=0) == pytest.approx(1.0, abs=0.15)


def test_weighted_median_is_numpys_for_equal_and_repeated_weights():
    generator = np.random.default_rng(4)
    values = generator.normal(size=(7, 5))
    assert weighted_median(values, np.ones(7)) == pytest.approx(np.median(values, axis=0))
    weights = generator.integers(0, 4, 7)
    repeated = np.repeat(values, weights, axis=0)
    assert weighted_median(values, weights) == pytest.approx(np.median(repeated, axis=0))


@pytest.mark.parametrize("n_providers", [6, 10, 20])
def test_interval_of_a_change_covers_over_replicates(n_providers):
    """Providers' own changes scatter around the common one; 90 % intervals over 400 panels."""
    generator = np.random.default_rng(8)
    change, hits, estimates = -0.4, 0, []
    for _ in range(400):
        own = change + generator.normal(0.0, 0.2, n_providers)
        rents = np.stack([np.zeros(n_providers), own], axis=1)
        rents += generator.normal(0.0, 0.5, (n_providers, 1))
        index = rent_index(panel_of(rents), generator=generator, n_draws=199)
        found = index.index_change("2023-01", "2023-02")
        estimates.append(np.log1p(found.value))
        hits += found.low <= np.expm1(change) <= found.high
    error = np.std(estimates, ddof=1) / np.sqrt(400)
    assert abs(np.mean(estimates) - change) < 3 * error
    assert hits / 400 == pytest.approx(0.9, abs=0.03 + 2 * np.sqrt(0.09 / 400))


def test_every_draw_has_an_index_and_a_median_of_its_own():
    rents = np.random.default_rng(5).normal(size=(6, 4))
    index = rent_index(panel_of(rents), generator=np.random.default_rng(1), n_draws=19)
    for draws in (index.log_index_draws, index.log_median_draws):
        assert draws.shape == (19, 4)
        assert len(np.unique(draws[:, -1].round(12))) > 10


def test_expanded_bounds_by_hand():
    """Ten clusters: t(9) at 5 % is -1.833, times sqrt(10 / 9) -1.932, of the normal law 2.7 %."""
    draws = np.arange(100_001, dtype=float)[:, None] / 100_000
    low, high = percentile_bounds(draws, 0.9, 10)
    assert (low[0], high[0]) == pytest.approx((0.02666, 0.97334), abs=1e-4)
    assert percentile_bounds(draws, 0.9)[0][0] == pytest.approx(0.05)


def test_swings_find_fall_trough_and_rebound():
    common = np.log([1.0, 1.2, 1.1, 0.9, 0.6, 0.7, 0.9])
    rents = np.stack([common + level for level in (0.0, 0.3, 0.9, 1.4)])
    index = rent_index(panel_of(rents), generator=np.random.default_rng(1), n_draws=99)
    swing = index_swing(index, peak_by="2023-03")
    assert (str(swing.peak), str(swing.trough)) == ("2023-02", "2023-05")
    assert swing.fall.value == pytest.approx(0.6 / 1.2 - 1)
    assert swing.rebound.value == pytest.approx(0.9 / 0.6 - 1)
    assert (swing.rebound.low, swing.rebound.high) == pytest.approx((0.5, 0.5))
    assert swing.trough_months == (swing.trough, swing.trough)
    assert median_swing(index, peak_by="2023-03").fall.value == pytest.approx(-0.5)
    assert "fall -50.0%" in str(swing)


def test_months_of_a_swing_are_as_sure_as_the_draws_of_its_own_measure():
    """Every draw of the index has its trough in 2023-05, every one of the median in 2023-06."""
    common = np.log([1.0, 1.2, 1.1, 0.9, 0.6, 0.7, 0.9])
    index = rent_index(
        panel_of(np.stack([common] * 4)), generator=np.random.default_rng(1), n_draws=9
    )
    later = common[[0, 1, 2, 3, 5, 4, 6]]
    index = replace(
        index,
        log_index_draws=np.tile(common, (9, 1)),
        log_median=later,
        log_median_draws=np.tile(later, (9, 1)),
    )
    for swing, trough in ((index_swing, "2023-05"), (median_swing, "2023-06")):
        found = swing(index, peak_by="2023-03")
        assert [str(month) for month in found.trough_months] == [trough] * 2


def test_frame_has_one_in_the_base_month():
    rents, _ = truth()
    index = rent_index(panel_of(rents), generator=np.random.default_rng(1), n_draws=99)
    table = index.frame("2023-04")
    row = table.loc[pd.Period("2023-04", "M")]
    assert (row["rent_index"], row["median_index"], row["composition"]) == (1.0, 1.0, 0.0)
    assert "index" in str(index)


def test_a_swing_without_draws_has_its_months_and_no_interval():
    months = pd.period_range("2024-01", periods=4, freq="M")
    log_rents = np.log([2.0, 3.0, 1.5, 1.8])
    none = np.empty((0, 4))
    counts = pd.DataFrame({"n_providers": 3}, index=months)
    index = RentIndex(
        "three", "time_product_dummy", months, log_rents, none, log_rents, none, counts
    )
    swing = index_swing(index, peak_by="2024-02")
    assert str(swing.fall) == "-50.0% from 2024-02 to 2024-03"  # 1.5 over 3
    assert swing.peak_months == (months[1], months[1])
    assert swing.trough_months == (months[2], months[2])
    assert "nan" not in swing.in_words()
