"""Monte Carlo: closed forms, the same bytes however it is run, and files that say what they are."""

from __future__ import annotations

import hashlib
import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from analysis.cli.app import app
from analysis.errors import AssumptionError
from analysis.rental import Assumptions, evaluate, measure
from analysis.rental.questions.simulate import simulation
from analysis.rental.questions.simulate.draw_summary import read_facts, summarize
from analysis.rental.questions.simulate.illustrative import dump, illustrative
from analysis.rental.questions.simulate.scenario_draws import Draws
from analysis.rental.questions.simulate.simulation import Plan, simulate, simulate_to
from analysis.rental.questions.simulate.uncertainty import Uncertainty, load_uncertainty

MEASURES = ("equity_npv_cny", "equity_irr", "dscr_minimum", "payback_equity_years")
# Rent alone: no cost, debt, tax or resale, so that equity NPV is a weighted sum of yearly rents.
RENT_ALONE = Assumptions(
    server_price_cny=1000.0,
    rent_cny_per_server_month=25.0,
    operating_cost_share_of_revenue=0.0,
    residual_value_share=0.0,
    debt_share=0.0,
    tax_rate=0.0,
    equity_discount_rate=0.08,
)
DISCOUNT = 1.08 ** -np.arange(1, 6)


def rents(**terms: Any) -> Uncertainty:
    return Uncertainty(distributions={"rent_cny_per_server_month": terms})


def npv_of(plan: Plan) -> np.ndarray:
    return simulate(plan).column("equity_npv_cny").to_numpy()


def test_perfectly_correlated_normal_flows() -> None:
    # Yearly flows 12 * N(25, 2): mean 300 and standard deviation 24, all of one draw.
    uncertain = rents(kind="normal", mean=25.0, standard_deviation=2.0)
    plan = Plan.of(RENT_ALONE, uncertain, n_scenarios=65_536, seed=1, sampling="sobol")
    npv = npv_of(plan)
    assert npv.mean() == pytest.approx(-1000 + (300 * DISCOUNT).sum(), abs=0.01)
    assert npv.std() == pytest.approx((24 * DISCOUNT).sum(), rel=1e-3)


def test_independent_normal_flows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mean, deviation = np.linspace(1.0, 0.6, 5), np.linspace(0.02, 0.10, 5)
    months = np.random.default_rng(2).normal(mean, deviation, (20_000, 5)).repeat(12, axis=1)
    table = pd.DataFrame(
        {
            "path": np.arange(20_000).repeat(60),
            "month_ahead": np.tile(np.arange(1, 61), 20_000),
            "rent_index": months.ravel(),
        }
    )
    monkeypatch.setattr("analysis.data.load_processed", lambda name, made_by: table)
    uncertain = Uncertainty(rent_paths={"kind": "table", "name": "synthetic"})
    n = 200_000
    npv = npv_of(Plan.of(RENT_ALONE, uncertain, n_scenarios=n, seed=3))
    flows = 300 * months[:, ::12]
    # of the table's own paths: sum of mu / (1 + r)^t and of sigma^2 / (1 + r)^2t
    expected = -1000 + (flows.mean(axis=0) * DISCOUNT).sum()
    variance = (flows.var(axis=0) * DISCOUNT**2).sum()
    assert npv.mean() == pytest.approx(expected, abs=4 * np.sqrt(variance / n))
    assert npv.var() == pytest.approx(variance, rel=0.03)


@pytest.mark.parametrize(
    ("process", "mean", "deviation"),
    [
        # log of the last of five years: 5 * drift, volatility * sqrt(5)
        (
            {"kind": "random_walk", "drift_per_year": -0.1, "volatility_per_year": 0.2},
            -0.5,
            0.2 * np.sqrt(5),
        ),
        # half-life 1: after five years 1 - 2^-5 of the way; variance s^2 / 2k * (1 - 2^-10)
        (
            {
                "kind": "mean_reverting",
                "level": 0.5,
                "half_life_years": 1.0,
                "volatility_per_year": 0.2,
            },
            np.log(0.5) * (1 - 2.0**-5),
            0.2 * np.sqrt((1 - 2.0**-10) / (2 * np.log(2))),
        ),
    ],
)
def test_processes(process: Any, mean: float, deviation: float) -> None:
    case = RENT_ALONE.replace(periods_per_year=12)
    draws = Draws.of(case, Uncertainty(rent_paths=process), seed=4)
    last = np.log(draws.block(0)["rent_index_by_period"][:, -1])
    assert last.mean() == pytest.approx(mean, abs=4 * deviation / 128)
    assert last.std() == pytest.approx(deviation, rel=0.03)


WALK: dict[str, Any] = {"kind": "random_walk", "drift_per_year": -0.3, "volatility_per_year": 0.2}
REVERTING: dict[str, Any] = {
    "kind": "mean_reverting",
    "level": 0.5,
    "half_life_years": 1.0,
    "volatility_per_year": 0.2,
}


@pytest.mark.parametrize("process", [WALK, REVERTING])
@pytest.mark.parametrize("sampling", ["plain", "antithetic"])
def test_the_rent_of_a_year_is_the_mean_of_its_months(process: Any, sampling: Any) -> None:
    uncertain = Uncertainty(rent_paths=process)
    by_month, by_year = (
        Draws.of(RENT_ALONE.replace(periods_per_year=n), uncertain, 4, sampling).block(0)
        for n in (12, 1)
    )
    months = by_month["rent_index_by_period"].reshape(-1, 5, 12)
    np.testing.assert_allclose(by_year["rent_index_by_period"], months.mean(axis=2), rtol=1e-14)


def test_a_sure_walk_is_a_constant_decline_as_far_as_timing_allows() -> None:
    walk = {**WALK, "volatility_per_year": 0.0}
    billed, present = {}, {}
    for per_year in (1, 12):
        case = Assumptions(periods_per_year=per_year)
        draws = Draws.of(case, Uncertainty(rent_paths=walk), seed=1)
        path = tuple(draws.block(0)["rent_index_by_period"][0])
        result = evaluate(draws.case.replace(rent_index_by_period=path))
        billed[per_year] = float(result.line("revenue_cny")[0].sum())
        present[per_year] = float(result.metrics.project_npv_cny[0])
    fall = 1 - math.exp(-0.3)
    monthly = Assumptions(periods_per_year=12, rent_decline_per_year=fall, rent_step="period")
    declined = evaluate(monthly)
    # the walk's first month has moved once already, by exp(-0.3 / 12)
    assert billed[12] == pytest.approx(
        float(declined.line("revenue_cny")[0].sum()) * math.exp(-0.025), rel=1e-12
    )
    assert billed[1] == pytest.approx(billed[12], rel=1e-12)
    # what is left is when the money comes: at the end of the year, or of each month
    assert present[1] < present[12] < float(declined.metrics.project_npv_cny[0])


def test_measures_are_those_of_the_drawn_scenarios() -> None:
    plan = Plan.of(Assumptions(), illustrative(Assumptions()), n_scenarios=500, seed=5)
    table = simulate(plan)
    drawn = {name: table.column(name).to_numpy() for name in plan.draws.uncertainty.names}
    expected = measure(plan.draws.case, drawn)
    np.testing.assert_allclose(table.column("equity_npv_cny"), expected.equity_npv_cny, rtol=1e-9)
    np.testing.assert_array_equal(table.column("equity_irr_status"), expected.equity_irr_status)


def small(n: int = 40_000, **changes: Any) -> Plan:
    case = Assumptions()
    terms = {"n_scenarios": n, "seed": 6, "measures": MEASURES, **changes}
    return Plan.of(case, illustrative(case), **terms)


@pytest.mark.parametrize("sampling", simulation.SAMPLINGS)
def test_same_bytes_whatever_the_threads(tmp_path: Path, sampling: str) -> None:
    digests = set()
    for threads in (1, 2, 3):
        path = simulate_to(tmp_path / "out.parquet", small(sampling=sampling), threads=threads)
        digests.add(hashlib.sha256(path.read_bytes()).hexdigest())
    assert len(digests) == 1


def test_more_scenarios_continue_fewer() -> None:
    few, many = simulate(small(17_000)), simulate(small(40_000))
    assert few.drop_columns([]).equals(many.slice(0, 17_000))


def test_another_seed_is_another_sample() -> None:
    one, other = npv_of(small(1000)), npv_of(small(1000, seed=7))
    assert not np.isin(one, other).any()


def test_antithetic_pairs_mirror_each_other() -> None:
    uncertain = rents(kind="normal", mean=25.0, standard_deviation=2.0)
    draws = Draws.of(RENT_ALONE, uncertain, seed=8, sampling="antithetic")
    drawn = draws.block(3)["rent_cny_per_server_month"]
    np.testing.assert_allclose(drawn[0::2] + drawn[1::2], 50.0, rtol=1e-12)


def test_errors_are_those_of_repeated_simulations() -> None:
    means, errors = [], []
    for seed in range(40):
        table = simulate(small(500, seed=seed, sampling="antithetic"))
        row = summarize(table).measures.loc["equity_npv_cny"]
        means.append(row["mean"])
        errors.append(row["mean_error"])
    # the standard deviation of 40 means is known to a relative 1 / sqrt(2 * 39)
    assert np.std(means, ddof=1) == pytest.approx(np.mean(errors), rel=0.35)
    plain = summarize(simulate(small(500))).measures.loc["equity_npv_cny", "mean_error"]
    assert np.mean(errors) < 0.5 * plain


def test_summary_by_hand() -> None:
    plan = small(2, measures=("equity_npv_cny", "dscr_minimum"))
    label = simulation._label(plan, 10, is_complete=True)
    npv = np.arange(-3.0, 7.0)  # three losses out of ten
    table = pa.table(
        {
            "equity_npv_cny": npv,
            "equity_npv_at_hurdle_cny": npv - 2.0,
            "dscr_minimum": [0.5, 1.5, 2.0, 0.9] + [None] * 6,
        }
    ).replace_schema_metadata({simulation.METADATA: label})
    summary = summarize(table)
    p = summary.probabilities["probability"]
    assert p["equity NPV below zero"] == pytest.approx(0.3)
    assert p["equity IRR below the hurdle"] == pytest.approx(0.5)
    assert p["lowest DSCR below one, of those with debt"] == pytest.approx(0.5)
    # sqrt(0.3 * 0.7 / 10)
    error = summary.probabilities.loc["equity NPV below zero", "error"]
    assert error == pytest.approx(np.sqrt(0.021))
    row = summary.measures.loc["equity_npv_cny"]
    assert (row["mean"], row["q50"]) == (1.5, 1.0)
    assert summary.measures.loc["dscr_minimum", "share_missing"] == pytest.approx(0.6)
    assert summary.risk.loc["expected_shortfall_95_cny", "loss_cny"] == 3.0


def test_interrupted_file_is_valid_and_says_so(tmp_path: Path) -> None:
    def interrupt(rows: int) -> None:
        raise KeyboardInterrupt

    written = simulate_to(tmp_path / "out.parquet", small(60_000), advance=interrupt)
    assert written == tmp_path / "out.partial.parquet"
    assert not (tmp_path / "out.parquet").exists()
    facts = read_facts(written)
    assert (facts["is_complete"], facts["n_scenarios"]) == (False, 60_000)
    whole = pq.read_table(simulate_to(tmp_path / "whole.parquet", small(60_000)))
    partial = pq.read_table(written)
    assert partial.num_rows == facts["n_rows"] > 0
    assert partial.equals(whole.slice(0, partial.num_rows))
    assert not (tmp_path / "whole.partial.parquet").exists()


def test_a_scenario_that_is_impossible_leaves_no_file(tmp_path: Path) -> None:
    case = Assumptions(useful_life_years=5, debt_tenor_years=4)
    lives = {"kind": "empirical", "values": [5.0, 3.0], "weights": [100_000, 1]}
    uncertain = Uncertainty(distributions={"useful_life_years": lives})
    plan = Plan.of(case, uncertain, n_scenarios=200_000, seed=2)
    with pytest.raises(AssumptionError, match="debt_tenor_years"):
        simulate_to(tmp_path / "out.parquet", plan)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("terms", "words"),
    [({"n": 0}, "at least one"), ({"seed": -1}, "zero or more"), ({"sampling": "lhs"}, "sobol")],
)
def test_impossible_plans(terms: dict[str, Any], words: str) -> None:
    with pytest.raises(AssumptionError, match=words):
        small(**{"n": 10, **terms})


def test_command(tmp_path: Path) -> None:
    file, out = tmp_path / "uncertain.yaml", tmp_path / "out.parquet"
    run = CliRunner().invoke
    case = "sihan-2025-straight-line"
    assert run(app, ["simulate", case, "--write-distributions", str(file)]).exit_code == 0
    assert load_uncertainty(file) == illustrative(Assumptions())
    assert dump(load_uncertainty(file)) == file.read_text("utf-8")
    options = ["--n", "3000", "--seed", "9", "--out", str(out), "--distributions", str(file)]
    done = run(app, ["simulate", case, *options, "--json"])
    assert done.exit_code == 0, done.output
    record = json.loads(done.stdout)
    assert (record["n_rows"], record["seed"], record["is_complete"]) == (3000, 9, True)
    assert record["assumptions"] == Assumptions().model_dump(mode="json")
    assert pq.read_metadata(out).num_rows == 3000
    printed = run(app, ["simulate", case, "--n", "3000"])
    assert "equity NPV below zero" in printed.stdout
    assert "illustrative" in printed.stdout
