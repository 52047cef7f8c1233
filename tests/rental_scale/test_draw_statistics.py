"""Statistics of draws, worked by hand: means with errors, quantiles, shares, the tail."""

from __future__ import annotations

import json

import numpy as np
import pyarrow as pa
import pytest
from scipy.interpolate import CubicHermiteSpline

from analysis.rental import Assumptions
from analysis.rental.questions.simulate.draw_summary import Summary, summarize
from analysis.rental.questions.simulate.even_spline import EvenSpline
from analysis.rental.questions.simulate.illustrative import illustrative
from analysis.rental.questions.simulate.rent_paths import Table
from analysis.rental.questions.simulate.simulation import METADATA


def summary_of(sampling: str = "sobol", **columns: list[float]) -> Summary:
    facts = {"sampling": sampling, "assumptions": [], "n": len(next(iter(columns.values())))}
    table = pa.table({name: pa.array(values, pa.float64()) for name, values in columns.items()})
    return summarize(table.replace_schema_metadata({METADATA: json.dumps(facts)}))


def test_the_error_of_a_mean() -> None:
    row = summary_of(dscr_minimum=[1.0, 2.0, 3.0, 6.0]).measures.loc["dscr_minimum"]
    # off by -2, -1, 0, 3: the root of 14 over 4
    assert row["mean"] == 3.0
    assert row["mean_error"] == pytest.approx(14**0.5 / 4)
    assert row["standard_deviation"] == pytest.approx((14 / 3) ** 0.5)
    assert row["share_missing"] == 0.0


def test_the_error_of_a_mean_of_antithetic_pairs() -> None:
    row = summary_of("antithetic", dscr_minimum=[1.0, 5.0, 2.0, 6.0]).measures.loc["dscr_minimum"]
    # pairs are off by -2.5 + 1.5 = -1 and -1.5 + 2.5 = 1: the root of 2 over 4
    assert row["mean"] == 3.5
    assert row["mean_error"] == pytest.approx(2**0.5 / 4)


def test_what_does_not_exist_counts_in_no_mean() -> None:
    row = summary_of(dscr_minimum=[1.0, np.nan, 3.0, np.nan]).measures.loc["dscr_minimum"]
    # off by -1 and 1, of two: the root of 2 over 2
    assert (row["mean"], row["share_missing"]) == (2.0, 0.5)
    assert row["mean_error"] == pytest.approx(2**0.5 / 2)


def test_the_error_of_a_quantile() -> None:
    values = np.arange(101.0)
    row = summary_of(equity_npv_cny=values.tolist()).measures.loc["equity_npv_cny"]
    # of 101 values 0 to 100 the fifth percentile is 5; one standard error aside, the root of
    # 0.05 * 0.95 / 101 or 0.0217, are 3 and 7
    assert row["q05"] == 5.0
    assert row["q05_error"] == pytest.approx(2.0)
    # of the median: the root of 0.5 * 0.5 / 101 is 0.0498, from 45 to 55
    assert row["q50_error"] == pytest.approx(5.0)


def test_shares_and_the_tail() -> None:
    cover = [0.5, 0.9, 1.0, 1.05, 1.2]
    npv = np.arange(-5.0, 95.0)
    events = summary_of(dscr_minimum=cover).probabilities["probability"]
    assert events["lowest DSCR below one, of those with debt"] == pytest.approx(0.4)
    risk = summary_of(equity_npv_cny=npv.tolist()).risk
    # of a hundred values the fifth percentile is the sixth, 0; the five below it average -3
    value_at_risk, shortfall = (
        risk.loc[name].iloc[0] for name in ("value_at_risk_95_cny", "expected_shortfall_95_cny")
    )
    assert value_at_risk == pytest.approx(0.0)
    assert shortfall == pytest.approx(3.0)


def test_the_illustration_spreads_around_its_own_case() -> None:
    case = Assumptions(server_price_cny=1_000_000.0, utilization=0.8)
    price = illustrative(case).distributions["server_price_cny"]
    assert (price.low, price.high) == pytest.approx((900_000.0, 1_150_000.0))  # type: ignore[union-attr]


def test_a_path_out_of_a_table_takes_one_uniform_number() -> None:
    assert Table(kind="table").n_uniforms(60) == 1


def test_an_even_spline_is_scipys_far_from_its_first_knot() -> None:
    knots = np.linspace(-3.0, 5.0, 401)
    theirs = CubicHermiteSpline(knots, np.sin(3.0 * knots), 3.0 * np.cos(3.0 * knots))
    at = np.linspace(-3.0, 5.0, 9_999)
    ours = EvenSpline(theirs.x, theirs.c)(at)
    np.testing.assert_allclose(ours, theirs(at), rtol=0.0, atol=1e-15)
