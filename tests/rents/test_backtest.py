"""The backtest: every score by hand or by another engine; coverage of the truth's own model."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
import scoringrules
from scipy import stats

from analysis.rents.forecasting.fair_coverage import fair_coverage
from analysis.rents.forecasting.models import MODELS
from analysis.rents.forecasting.rent_backtest import backtest
from analysis.rents.forecasting.scores import diebold_mariano, n_effective_origins


def walks(n_series: int, n_months: int = 48, drift: float = 0.0) -> dict[str, pd.Series]:
    generator = np.random.default_rng(7)
    months = pd.period_range("2022-10", periods=n_months, freq="M")
    return {
        f"walk {number}": pd.Series(
            np.cumsum(generator.normal(drift, 0.05, n_months)), index=months
        )
        for number in range(n_series)
    }


def run(series, **options):
    return backtest(series, generator=np.random.default_rng(1), **options)


def test_no_forecast_sees_what_came_after():
    series = walks(1)
    whole = run(series, errors="student").scores
    cut = {name: values.iloc[:30] for name, values in series.items()}
    early = run(cut, errors="student").scores
    keys = ["series", "model", "origin", "horizon"]
    both = early.merge(whole, on=keys, suffixes=("", "_whole"))
    assert len(both) == len(early)
    assert both["median"].to_numpy() == pytest.approx(both["median_whole"].to_numpy(), abs=1e-8)
    assert both["crps"].to_numpy() == pytest.approx(both["crps_whole"].to_numpy(), abs=1e-8)


def test_origins_horizons_and_outcomes():
    series = walks(1)
    scores = run(series, errors="student", models=["no_change"], longest_horizon=5).scores
    values = series["walk 0"]
    assert str(scores["origin"].min()) == "2024-01"
    assert str(scores["origin"].max()) == str(values.index[-2])
    assert scores.groupby("origin").size().tail(5).tolist() == [5, 4, 3, 2, 1]
    for row in scores.sample(20, random_state=1).itertuples():
        assert row.log_rent == values[row.origin + row.horizon]
        assert row.median == values[row.origin]


def test_closed_form_score_is_the_integral_of_the_squared_distance():
    series = walks(1)
    scores = run(series, errors="student", models=["no_change"], longest_horizon=3).scores
    row = scores.iloc[10]
    values = series["walk 0"].to_numpy()
    n = int(series["walk 0"].index.get_loc(row["origin"])) + 1
    changes = np.diff(values[:n])
    scale = np.sqrt(np.mean(changes**2) * row["horizon"])
    grid = np.linspace(-4, 4, 400_001)
    below = stats.t.cdf((grid - values[n - 1]) / scale, len(changes))
    integral = np.trapezoid((below - (grid >= row["log_rent"])) ** 2, grid)
    assert row["crps"] == pytest.approx(integral, abs=1e-5)
    assert row["pit"] == pytest.approx(
        stats.t.cdf((row["log_rent"] - values[n - 1]) / scale, len(changes))
    )
    assert row["inside_90"] == (0.05 <= row["pit"] <= 0.95)


def test_score_of_paths_is_that_of_scoringrules():
    series = walks(1, 30)
    values = series["walk 0"].to_numpy()
    law = MODELS["random_walk_with_drift"](values, np.arange(16, 30), 4)
    generator = np.random.default_rng(1)
    MODELS["no_change"](values, np.arange(16, 30), 4).paths(200, generator, "bootstrap")
    paths = law.paths(200, generator, "bootstrap")
    found = run(
        series, models=["random_walk_with_drift"], n_paths=200, longest_horizon=4
    ).scores.query("model == 'random_walk_with_drift'")
    for row in found.iloc[::7].itertuples():
        at = int(series["walk 0"].index.get_loc(row.origin)) + 1 - 16
        draws = paths[at, :, row.horizon - 1]
        by_hand = np.abs(draws - row.log_rent).mean() - 0.5 * np.abs(draws[:, None] - draws).mean()
        assert row.crps == pytest.approx(by_hand, rel=1e-9)
        fair = scoringrules.crps_ensemble(row.log_rent, draws, estimator="fair")
        assert row.crps == pytest.approx(fair, rel=0.02, abs=5e-4)
        assert row.pit == pytest.approx((draws <= row.log_rent).mean())
        assert row.median == pytest.approx(np.median(draws))


def test_the_rules_without_compiled_ones_are_those_of_the_whole_package_to_the_bit():
    program = """if True:
        import sys
        import numpy as np
        {}
        generator = np.random.default_rng(5)
        draws, seen = np.sort(generator.normal(size=(40, 333)), axis=-1), generator.normal(size=40)
        scores = [crps_ensemble(seen, draws, sorted_ensemble=True)]
        scores.append(crps_t(seen, 2.0 + np.arange(40.0), draws[:, 0], np.abs(draws[:, 1])))
        compiled = sys.modules.get("scoringrules.core.crps._gufuncs")
        print(compiled is not None, np.concatenate(scores).tobytes().hex())
    """
    said = [
        subprocess.run(
            [sys.executable, "-W", "error", "-c", program.format(line)],
            capture_output=True,
            text=True,
            check=True,
        ).stdout.split()
        for line in (
            "from analysis.rents.forecasting.scoring import crps_ensemble, crps_t",
            "from scoringrules import crps_ensemble, crps_t",
        )
    ]
    assert [is_compiled for is_compiled, _ in said] == ["False", "True"]
    assert said[0][1] == said[1][1]


def test_coverage_is_nominal_where_the_model_is_true():
    table = run(walks(60), errors="student", models=["no_change"]).table()
    for horizon in (1, 6, 12):
        row = table.loc[("no_change", horizon)]
        for coverage in (50, 80, 90, 95):
            assert row[f"coverage_{coverage}"] == pytest.approx(coverage / 100, abs=0.06)


def test_a_steady_fall_is_won_by_drift_and_a_plain_walk_by_no_change():
    falling = run(walks(12, drift=-0.06), errors="student").summary()
    level = run(walks(12), errors="student").summary()
    drift = falling.xs("random_walk_with_drift", level="model")["all"]
    assert drift.mean() > 0.3
    assert level.xs("random_walk_with_drift", level="model")["all"].mean() < 0.0
    assert (falling.xs("no_change", level="model") == 0.0).to_numpy().all()


def test_skill_is_shown_at_five_horizons_and_over_all():
    shown = run(walks(1), errors="student", models=["no_change"]).summary()
    assert list(shown.columns) == [1, 3, 6, 12, 18, "all"]


def test_paths_and_closed_form_agree_on_normal_errors():
    series = walks(3)
    closed = run(series, errors="student").table()["crps"]
    drawn = run(series, errors="bootstrap").table()["crps"]
    near = (drawn / closed).xs("no_change").loc[:6]
    assert near.to_numpy() == pytest.approx(1.0, abs=0.03)


def test_diebold_mariano_by_hand():
    # Differences 1, 2, 3, 2 at horizon 1: mean 2, variance 0.5, se sqrt(0.5 / 4) = 0.35355;
    # correction sqrt((4 + 1 - 2 + 0) / 4) = 0.8660; 0.8660 * 2 / 0.35355 = 4.899.
    test = diebold_mariano([1.0, 2.0, 3.0, 2.0], [0.0] * 4, 1)
    assert test.statistic == pytest.approx(np.sqrt(0.75) * 2 / np.sqrt(0.125))
    assert test.p_value == pytest.approx(2 * stats.t.sf(4.898979, 3), rel=1e-5)
    # Horizon 2 adds twice the first autocovariance: centered -1, 0, 1, 0 give products 0, 0, 0.
    other = diebold_mariano([1.0, 2.0, 3.0, 2.0], [0.0] * 4, 2)
    assert other.statistic == pytest.approx(np.sqrt((4 + 1 - 4 + 0.5) / 4) * 2 / np.sqrt(0.125))


def test_diebold_mariano_rejects_as_often_as_it_says():
    generator = np.random.default_rng(3)
    n, horizon, rejected = 120, 3, []
    for _ in range(400):
        shocks = generator.normal(size=(2, n + horizon - 1))
        losses = np.stack([np.convolve(row, np.ones(horizon), "valid") for row in shocks])
        rejected.append(diebold_mariano(losses[0], losses[1], horizon).p_value < 0.05)
    assert 0.02 <= np.mean(rejected) <= 0.10


def test_too_few_origins_say_nothing():
    assert np.isnan(diebold_mariano(np.arange(10.0), np.zeros(10), 6).p_value)
    assert np.isnan(diebold_mariano(np.ones(10), np.ones(10), 1).statistic)
    assert n_effective_origins(0, 3) == 0.0
    assert n_effective_origins(32, 1) == 32.0
    assert n_effective_origins(21, 12) == pytest.approx(2.6667, abs=1e-4)


def test_supported_months_and_progress():
    seen: list[tuple[int, int]] = []
    result = run(
        walks(2),
        models=["random_walk_with_drift"],
        errors="student",
        progress=lambda done, of: seen.append((done, of)),
    )
    assert seen == [(1, 4), (2, 4), (3, 4), (4, 4)]
    # 48 months from 2022-10: origins 2024-01 to 2026-08, 32 of them. 1 + (32 - h) / h >= 4
    # where 33 - h origins have horizon h: 32 >= 4 h, so h = 8.
    assert result.supported_months("walk 0") == 8
    table = result.table(["walk 0"])
    assert table.loc[("random_walk_with_drift", 8), "n_effective"] == pytest.approx(4.0)
    assert np.isfinite(table.loc[("random_walk_with_drift", 1), "dm_p_value"])


def test_the_command_prints_skill_or_scores():
    import json

    import typer
    from typer.testing import CliRunner

    from analysis.cli.backtest import backtest as command

    app = typer.Typer()
    app.command()(command)
    options = ["--n-paths", "20", "--longest-horizon", "2", "--first-origin", "2026-06"]
    shown = CliRunner().invoke(app, options)
    assert shown.exit_code == 0, shown.output
    assert "CRPS saved" in shown.output
    rows = json.loads(CliRunner().invoke(app, [*options, "--json"]).stdout)
    assert {row["horizon"] for row in rows} == {1, 2}
    assert {row["origin"] for row in rows} == {"2026-06", "2026-07", "2026-08"}


def test_right_intervals_hold_ninety_percent_of_walks_and_scatter():
    """No change on normal walks: 90 +- 3 on average, and far from that in one history."""
    months = pd.period_range("2023-09", periods=37, freq="M")
    walk = pd.Series(np.random.default_rng(3).normal(0.0, 0.03, 37).cumsum(), index=months)
    fair = fair_coverage(walk, n_judged=7, generator=np.random.default_rng(4), n_series=150)
    low, high = fair.interval
    assert fair.mean == pytest.approx(0.9, abs=0.03 + 2 * fair.shares.std() / np.sqrt(150))
    assert low < 0.8 < 0.95 < high
    assert fair.in_words(0.9) == "as right ones would"
    assert fair.in_words(low - 0.01) == "so they are too narrow"
    assert fair.in_words(1.01) == "so they are too wide"
