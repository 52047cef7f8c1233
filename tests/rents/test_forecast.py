"""Forecast laws: closed forms against simulation, other engines, paths against quantiles."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from statsmodels.tsa.arima.model import ARIMA
from statsmodels.tsa.statespace.structural import UnobservedComponents

from analysis.rents.faces.rent_plots import draw_forecast
from analysis.rents.forecasting.models import (
    MODELS,
    moving_average,
    random_walk_with_drift,
    walk_covariance,
)
from analysis.rents.forecasting.predictive import standardized
from analysis.rents.forecasting.rent_forecast import forecast, regime_drift_spread, widened
from analysis.rents.forecasting.state_space import (
    VARIANCE_GRID,
    filter_grid,
    local_linear_trend,
)


def walk(n_months: int = 40, seed: int = 1, drift: float = -0.02, noise: float = 0.04):
    return np.cumsum(np.random.default_rng(seed).normal(drift, noise, n_months))


def series(values: np.ndarray) -> pd.Series:
    months = pd.period_range("2023-07", periods=len(values), freq="M")
    return pd.Series(values, index=months, name="synthetic")


@pytest.mark.parametrize("model", list(MODELS))
def test_all_origins_at_once_are_each_origin_by_itself(model):
    values = walk()
    origins = np.arange(6, 41)
    batch = MODELS[model](values, origins, 18)
    for at in (0, 7, 20, 34):
        n = origins[at]
        one = MODELS[model](values[:n], np.array([n]), 18)
        assert one.location[0] == pytest.approx(batch.location[at], abs=1e-9)
        assert one.scale_matrix[0] == pytest.approx(batch.scale_matrix[at], rel=1e-6, abs=1e-12)
        assert one.degrees_of_freedom[0] == batch.degrees_of_freedom[at]
        assert one.residuals[0] == pytest.approx(batch.residuals[at], abs=1e-6)


@pytest.mark.parametrize("model", ["random_walk_with_drift", "moving_average", "log_linear"])
def test_a_straight_line_is_continued_exactly(model):
    law = MODELS[model](1.0 - 0.03 * np.arange(20), np.array([20]), 12)
    assert law.location[0] == pytest.approx(1.0 - 0.03 * np.arange(20, 32), abs=1e-9)
    assert law.scale[0].max() < 0.002


def test_last_regime_is_continued():
    time = np.arange(40.0)
    values = np.where(time < 20, -0.05 * time, -1.0 + 0.02 * (time - 20))
    law = MODELS["trend_with_break"](values, np.array([40]), 6)
    assert law.location[0] == pytest.approx(-1.0 + 0.02 * np.arange(20, 26), abs=1e-8)


@pytest.mark.parametrize("horizon", [1, 6, 18])
def test_closed_form_interval_of_the_walk_covers_in_simulation(horizon):
    """Estimated drift and variance included, 90 % is 90 % exactly: 4,000 walks of 20 changes."""
    generator = np.random.default_rng(3)
    n_walks, n_seen = 4000, 21
    walks = generator.normal(-0.02, 0.05, (n_walks, n_seen + horizon)).cumsum(axis=1)
    hits = 0
    for values in walks:
        law = random_walk_with_drift(values, np.array([n_seen]), horizon)
        low, high = law.quantiles([0.05, 0.95])[0, -1]
        hits += low <= values[n_seen + horizon - 1] <= high
    assert hits / n_walks == pytest.approx(0.9, abs=3 * np.sqrt(0.09 / n_walks))


@pytest.mark.parametrize("theta", [0.6, -0.4, 0.0])
def test_closed_form_covariance_of_moving_average_errors_against_simulation(theta):
    generator = np.random.default_rng(4)
    n_draws, m, n_ahead = 60_000, 12, 8
    shocks = generator.standard_normal((n_draws, m + n_ahead + 1))
    changes = shocks[:, 1:] + theta * shocks[:, :-1]
    ahead = changes[:, m:].cumsum(axis=1)
    errors = ahead - changes[:, :m].mean(axis=1, keepdims=True) * np.arange(1, n_ahead + 1)
    expected = walk_covariance(np.array([theta]), np.array([m]), n_ahead)[0]
    assert np.cov(errors.T) == pytest.approx(expected, rel=0.03, abs=0.05)
    # Farmer and Lafond's printed form of the variance.
    tau = np.arange(1.0, n_ahead + 1.0)
    printed = -2 * theta + (1 + 2 * (m - 1) * theta / m + theta**2) * (tau + tau**2 / m)
    assert np.diag(expected) == pytest.approx(printed)


def test_theta_is_that_of_statsmodels():
    generator = np.random.default_rng(5)
    shocks = generator.normal(0, 0.05, 401)
    values = np.cumsum(-0.01 + shocks[1:] + 0.5 * shocks[:-1])
    fit = ARIMA(np.diff(values), order=(0, 0, 1), trend="c").fit()
    law = moving_average(values, np.array([400]), 3)
    theta = fit.params[1]
    unit = walk_covariance(np.array([theta]), np.array([399]), 3)[0] / (1 + theta**2)
    assert law.scale_matrix[0] == pytest.approx(np.diff(values).var(ddof=1) * unit, rel=0.05)


def test_local_linear_trend_is_that_of_statsmodels():
    values = walk(36)
    variances = np.array([[4e-4, 9e-4, 1e-5]])
    law = local_linear_trend(values, np.array([36]), 12, variances)
    model = UnobservedComponents(values, "local linear trend", use_exact_diffuse=True)
    fit = model.filter(variances[0])
    ahead = fit.get_forecast(12)
    assert law.location[0] == pytest.approx(ahead.predicted_mean, abs=1e-9)
    filtered = filter_grid(values, variances)
    scale = (filtered.innovation[2:] ** 2).sum() / 34
    assert law.scale[0] == pytest.approx(np.sqrt(scale) * ahead.se_mean, rel=1e-9)
    ours = -0.5 * (
        34 * np.log(2 * np.pi) + filtered.log_variance.sum() + (filtered.innovation**2).sum()
    )
    # The exact diffuse likelihood differs by what the first two months contribute.
    assert ours == pytest.approx(fit.llf_obs[2:].sum(), abs=1e-8)


def test_grid_comes_close_to_the_maximum_likelihood():
    generator = np.random.default_rng(6)
    slope = np.cumsum(generator.normal(0, 0.01, 60))
    values = np.cumsum(slope + generator.normal(0, 0.03, 60)) + generator.normal(0, 0.02, 60)
    law = local_linear_trend(values, np.array([60]), 6)
    model = UnobservedComponents(values, "local linear trend", use_exact_diffuse=True)
    fit = model.fit(disp=False, maxiter=500)
    ahead = fit.get_forecast(6)
    assert np.abs(law.location[0] - ahead.predicted_mean).max() < 0.15 * ahead.se_mean[0]
    assert law.scale[0] == pytest.approx(ahead.se_mean, rel=0.1)


def test_line_is_that_of_statsmodels():
    values = walk(30)
    design = sm.add_constant(np.arange(30.0))
    fit = sm.OLS(values, design).fit()
    ahead = fit.get_prediction(sm.add_constant(np.arange(30.0, 36.0))).summary_frame(alpha=0.1)
    law = MODELS["log_linear"](values, np.array([30]), 6)
    quantiles = law.quantiles([0.05, 0.5, 0.95])[0]
    expected = ahead[["obs_ci_lower", "mean", "obs_ci_upper"]].to_numpy()
    assert quantiles == pytest.approx(expected, abs=1e-10)


@pytest.mark.parametrize("model", list(MODELS))
def test_paths_are_the_stated_forecast(model):
    """Median and log-mean of every month; the mean rent of Student-t does not exist."""
    law = MODELS[model](walk(), np.array([40]), 18)
    n_paths = 20_000
    paths = law.paths(n_paths, np.random.default_rng(9), "student")[0]
    spread = paths.std(axis=0) / np.sqrt(n_paths)
    assert (np.abs(paths.mean(axis=0) - law.location[0]) < 3.5 * spread).all()
    is_below = (paths < law.location[0]).mean(axis=0)
    assert (np.abs(is_below - 0.5) < 3.5 * 0.5 / np.sqrt(n_paths)).all()
    low, high = np.quantile(paths, [0.05, 0.95], axis=0)
    quantiles = law.quantiles([0.05, 0.95])[0]
    assert low == pytest.approx(quantiles[:, 0], abs=0.08 * law.scale[0, -1])
    assert high == pytest.approx(quantiles[:, 1], abs=0.08 * law.scale[0, -1])
    resampled = law.paths(n_paths, np.random.default_rng(9), "bootstrap")[0]
    spread = resampled.std(axis=0) / np.sqrt(n_paths)
    assert (np.abs(resampled.mean(axis=0) - law.location[0]) < 3.5 * spread).all()
    correlation = np.corrcoef(paths[:, 8], paths[:, 17])[0, 1]
    scales = law.scale_matrix[0]
    expected = scales[8, 17] / np.sqrt(scales[8, 8] * scales[17, 17])
    assert correlation == pytest.approx(expected, abs=0.03)


def test_beyond_the_supported_months_paths_are_flagged_and_wider():
    rents = series(walk())
    near = forecast(rents, model="no_change", n_ahead=60, n_supported_months=60)
    far = forecast(
        rents, model="no_change", n_ahead=60, n_supported_months=8, new_regime_drift=0.03
    )
    assert far.is_supported.tolist() == [True] * 8 + [False] * 52
    wide, narrow = far.predictive.scale[0], near.predictive.scale[0]
    assert wide[:8] == pytest.approx(narrow[:8])
    # 60 months ahead the new drift has had 52 months: 0.03 * 52 = 1.56.
    assert wide[59] ** 2 - narrow[59] ** 2 == pytest.approx(1.56**2)
    table = far.rents()
    assert table["q50"].to_numpy() == pytest.approx(np.exp(rents.iloc[-1]))
    assert not table["is_supported"].iloc[-1]
    assert str(table.index[0]) == "2026-11"
    paths = far.relative_paths(4000, np.random.default_rng(2), "student")
    assert paths.shape == (4000, 60)
    assert np.median(paths[:, 59]) == pytest.approx(1.0, abs=0.12)
    assert np.log(paths[:, 59]).std() > 1.5
    assert "beyond" in str(far)
    same = widened(far.predictive, 60, 0.03)
    assert same.scale_matrix == pytest.approx(far.predictive.scale_matrix)


def test_regime_drifts_are_spread_by_their_months():
    # 20 months at -0.04 and 20 at +0.02: weighted mean -0.01, deviations 0.03 either way.
    changes = np.array([-0.04] * 20 + [0.02] * 20)
    values = np.concatenate([[0.0], np.cumsum(changes)])[:40]
    assert regime_drift_spread(series(values)) == pytest.approx(0.03, abs=0.002)
    # 30 months at -0.04, then a step and 10 months at +0.02: weights 0.75 and 0.25 of 0.06 apart
    time = np.arange(40.0)
    stepped = np.where(time < 30, -0.04 * time, 0.02 * time)
    assert regime_drift_spread(series(stepped)) == pytest.approx(0.06 * np.sqrt(0.75 * 0.25))
    steady = walk(40)
    error = np.diff(steady).std(ddof=1) / np.sqrt(39)
    line = series(-0.02 * np.arange(40) + np.random.default_rng(1).normal(0, 0.02, 40))
    assert 0.0 < regime_drift_spread(line) < 0.01
    assert error > 0


@pytest.mark.parametrize(("label", "shown"), [(None, "synthetic"), ("mine", "mine")])
def test_a_forecast_is_called_as_asked_or_as_its_series(label, shown):
    rents = series(walk())
    ahead = forecast(rents, model="no_change", n_ahead=3, n_supported_months=1, label=label)
    assert ahead.label == shown


def test_a_flat_past_still_has_a_scale():
    for model in MODELS:
        law = MODELS[model](np.zeros(12), np.array([12]), 6)
        assert (law.scale > 0).all(), model
        assert np.isfinite(law.paths(10, np.random.default_rng(1), "bootstrap")).all()


def test_standardized():
    values = standardized([3.0, 5.0, 10.0])
    assert values.mean() == pytest.approx(0.0)
    assert (values**2).mean() == pytest.approx(1.0)


def test_refusals():
    rents = series(walk())
    with pytest.raises(ValueError, match="expected one of no_change"):
        forecast(rents, model="crystal_ball", n_ahead=3, n_supported_months=1)
    with pytest.raises(ValueError, match="gap after 2023-11"):
        forecast(rents.drop(rents.index[5]), model="no_change", n_ahead=3, n_supported_months=1)
    with pytest.raises(ValueError, match="at least 6"):
        forecast(rents.iloc[:5], model="no_change", n_ahead=3, n_supported_months=1)


def test_plots():
    from matplotlib.figure import Figure

    axes = Figure().subplots()
    ahead = forecast(series(walk()), model="no_change", n_ahead=24, n_supported_months=8)
    draw_forecast(axes, ahead)
    assert len(axes.lines) == 2
    # two bands, none beyond the eight judged months
    assert len(axes.collections) == 2
    for band in axes.collections:
        assert len(np.unique(band.get_paths()[0].vertices[:, 0])) == 9


def test_the_grid_of_variances_spans_what_it_says() -> None:
    """Noise by 14, slope by 20 values over a level of one; without a level, slope over noise."""
    assert VARIANCE_GRID.shape == (14 * 20 + 20, 3)
    assert (VARIANCE_GRID.max(axis=1) == 1.0).all()
    noise, level, slope = VARIANCE_GRID[VARIANCE_GRID[:, 1] > 0.0].T
    for ratio, lowest, highest, n_values in (
        (noise / level, 0.01, 100.0, 14),
        (slope / level, 0.00001, 10.0, 20),
    ):
        values = np.unique(ratio.round(12))
        assert values[0] == 0.0
        assert values[[1, -1]] == pytest.approx([lowest, highest])
        steps = np.log(values[2:] / values[1:-1])
        assert len(values) == n_values and np.allclose(steps, steps[0], rtol=1e-4)
    smooth = VARIANCE_GRID[VARIANCE_GRID[:, 1] == 0.0]
    ratios = np.sort(smooth[:, 2] / smooth[:, 0])
    assert len(ratios) == 20 and ratios[[0, 1, -1]] == pytest.approx([0.0, 0.00001, 10.0])
