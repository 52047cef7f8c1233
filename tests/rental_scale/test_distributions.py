"""Distributions against scipy's, cut off at limits, correlated by rank."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from pydantic import TypeAdapter
from scipy import stats
from scipy.interpolate import PPoly

from analysis.errors import AssumptionError
from analysis.rental import Assumptions
from analysis.rental.questions.simulate.distributions import (
    Distribution,
    Empirical,
    Limits,
    Normal,
    _beta_logits,
)
from analysis.rental.questions.simulate.scenario_draws import Draws
from analysis.rental.questions.simulate.uncertainty import Uncertainty, load_uncertainty

U = np.concatenate([np.linspace(0.001, 0.999, 999), [1e-9, 1 - 1e-9]])
# (our terms, scipy's law)
LAWS: list[tuple[dict[str, Any], Any]] = [
    ({"kind": "normal", "mean": 3.0, "standard_deviation": 2.0}, stats.norm(3.0, 2.0)),
    (
        {"kind": "lognormal", "median": 5.0, "log_standard_deviation": 0.3},
        stats.lognorm(0.3, scale=5.0),
    ),
    ({"kind": "uniform", "low": 2.0, "high": 5.0}, stats.uniform(2.0, 3.0)),
    (
        {"kind": "triangular", "low": 1.0, "mode": 2.0, "high": 5.0},
        stats.triang(0.25, loc=1.0, scale=4.0),
    ),
    (
        {"kind": "triangular", "low": 1.0, "mode": 5.0, "high": 5.0},
        stats.triang(1.0, loc=1.0, scale=4.0),
    ),
    # PERT: 1 + 4 * (2 - 1) / 4 = 2 and 1 + 4 - 1 = 4
    ({"kind": "pert", "low": 1.0, "mode": 2.0, "high": 5.0}, stats.beta(2.0, 4.0, 1.0, 4.0)),
    (
        {"kind": "pert", "low": 0.0, "mode": 0.0, "high": 1.0, "shape": 2.0},
        stats.beta(1.0, 3.0),
    ),
]


def law(terms: dict[str, Any]) -> Any:
    return TypeAdapter(Distribution).validate_python(terms)


@pytest.mark.parametrize(("terms", "expected"), LAWS)
def test_quantiles_and_probabilities(terms: dict[str, Any], expected: Any) -> None:
    ours = law(terms)
    np.testing.assert_allclose(ours.quantile(U), expected.ppf(U), rtol=1e-10, atol=1e-12)
    for value in (-1.0, 0.5, 1.0, 2.0, 3.3, 5.0, 9.0):
        assert ours.probability(value) == pytest.approx(expected.cdf(value), abs=1e-14)


def test_pert_mean() -> None:
    ours = law({"kind": "pert", "low": 10.0, "mode": 40.0, "high": 50.0})
    even = (np.arange(200_000) + 0.5) / 200_000
    # (10 + 4 * 40 + 50) / 6
    assert ours.quantile(even).mean() == pytest.approx(220 / 6, rel=1e-6)


def test_empirical_draws_values_as_often_as_they_weigh() -> None:
    ours = Empirical(kind="empirical", values=(5.0, 3.0, 4.0), weights=(1.0, 1.0, 2.0))
    drawn = ours.quantile((np.arange(4000) + 0.5) / 4000)
    assert [int((drawn == value).sum()) for value in (3.0, 4.0, 5.0)] == [1000, 2000, 1000]
    assert [ours.probability(value) for value in (2.9, 3.0, 4.5, 5.0)] == [0.0, 0.25, 0.75, 1.0]


def test_cut_off_at_the_limits_of_the_assumption() -> None:
    ours = Normal(kind="normal", mean=0.9, standard_deviation=0.2, truncate=True)
    limits = Limits.of("utilization")
    drawn = limits.quantile(ours, U)
    expected = stats.truncnorm(-4.5, 0.5, loc=0.9, scale=0.2)
    np.testing.assert_allclose(drawn, expected.ppf(U), rtol=1e-9, atol=1e-12)
    # 1 - Phi(0.5) above one, next to nothing below zero
    assert limits.beyond(ours) == pytest.approx(1 - stats.norm.cdf(0.5), abs=1e-5)


def test_limits_that_are_not_reached() -> None:
    assert Limits.of("server_price_cny").low > 0.0
    assert 0.9999 < Limits.of("tax_rate").high < 1.0


def uniform(low: float = 0.1, high: float = 0.2) -> dict[str, Any]:
    return {"kind": "uniform", "low": low, "high": high}


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({}, "column distributions: found '', expected something uncertain"),
        ({"distributions": {"utilisation": uniform()}}, "an assumption that is a number"),
        ({"distributions": {"debt_form": uniform()}}, "an assumption that is a number"),
        (
            {"distributions": {"n_gpus": uniform(4, 8)}},
            "column distributions.n_gpus: found 'uniform', expected kind 'empirical'",
        ),
        (
            {"distributions": {"utilization": uniform(0.5, 1.5)}},
            "found '50.00% beyond the limits', expected values within [0, 1]; truncate: true",
        ),
        (
            {"distributions": {"utilization": {**uniform(1.5, 2.5), "truncate": True}}},
            "found '100.00% beyond",
        ),
        (
            {"distributions": {"utilization": {"kind": "normal", "mean": 0.5}}},
            "column distributions.utilization.standard_deviation",
        ),
        ({"distributions": {"utilization": {"kind": "gamma"}}}, "distributions.utilization"),
        ({"distributions": {"utilization": uniform(0.9, 0.5)}}, "low below high"),
        (
            {
                "distributions": {"utilization": uniform(), "tax_rate": uniform()},
                "rank_correlations": [{"between": ["utilization", "pue"], "spearman": 0.5}],
            },
            "rank_correlations.0: found 'pue', expected an assumption with a distribution",
        ),
        (
            {
                "distributions": {"utilization": uniform(), "tax_rate": uniform()},
                "rank_correlations": [
                    {"between": ["utilization", "tax_rate"], "spearman": 0.5},
                    {"between": ["tax_rate", "utilization"], "spearman": 0.4},
                ],
            },
            "each pair once",
        ),
        (
            {
                "distributions": {n: uniform() for n in ("utilization", "tax_rate", "load_factor")},
                "rank_correlations": [
                    {"between": ["utilization", "tax_rate"], "spearman": 0.9},
                    {"between": ["tax_rate", "load_factor"], "spearman": 0.9},
                    {"between": ["utilization", "load_factor"], "spearman": -0.9},
                ],
            },
            "a positive definite matrix",
        ),
    ],
)
def test_impossible_uncertainty(values: dict[str, Any], words: str) -> None:
    with pytest.raises(AssumptionError) as refused:
        Uncertainty(**values)
    assert words in str(refused.value)


def test_faults_of_a_file_name_its_lines(tmp_path: Any) -> None:
    file = tmp_path / "uncertain.yaml"
    file.write_text(
        "rank_correlations: []\ndistributions:\n  pue: {kind: uniform, low: 2, high: 1}\n"
    )
    with pytest.raises(AssumptionError) as refused:
        load_uncertainty(file)
    assert "uncertain.yaml, row 2, column distributions.pue" in str(refused.value)


@pytest.mark.parametrize(
    ("distributions", "rent_paths", "words"),
    [
        ({"rent_cny_per_gpu_hour": uniform(9, 12)}, None, "the rent of billing mode"),
        (
            {"rent_decline_per_year": uniform()},
            {"kind": "random_walk", "drift_per_year": 0.0, "volatility_per_year": 0.1},
            "rent_paths says how rent moves",
        ),
    ],
)
def test_a_case_that_does_not_go_with_it(
    distributions: dict[str, Any], rent_paths: Any, words: str
) -> None:
    uncertain = Uncertainty(distributions=distributions, rent_paths=rent_paths)
    with pytest.raises(AssumptionError, match=words):
        Draws.of(Assumptions(), uncertain, seed=0)


@pytest.mark.parametrize("spearman", [-0.8, 0.0, 0.3, 0.95])
def test_rank_correlation_is_what_was_asked_for(spearman: float) -> None:
    uncertain = Uncertainty(
        distributions={
            "utilization": {"kind": "triangular", "low": 0.1, "mode": 0.9, "high": 1.0},
            "tax_rate": uniform(0.0, 0.3),
            "server_price_cny": {
                "kind": "lognormal",
                "median": 2e6,
                "log_standard_deviation": 0.5,
            },
        },
        rank_correlations=[{"between": ["utilization", "server_price_cny"], "spearman": spearman}],
    )
    drawn = Draws.of(Assumptions(), uncertain, seed=1).block(0)
    found = stats.spearmanr(np.stack(list(drawn.values()), axis=1)).statistic
    # standard error of a rank correlation near zero: 1 / sqrt(16,384)
    assert found[0, 2] == pytest.approx(spearman, abs=4 / 128)
    assert found[0, 1] == pytest.approx(0.0, abs=4 / 128)


def test_a_spline_over_even_knots_is_scipys_bit_for_bit() -> None:
    spline = _beta_logits(2.3, 3.1)
    generator = np.random.default_rng(7)
    knots = spline.knots
    beside = [np.nextafter(knots, side) for side in (-np.inf, np.inf)]
    beyond = [-45.0, 45.0, np.nan, -np.inf, np.inf]
    at = np.concatenate([generator.normal(0.0, 4.0, 20_000), knots, *beside, beyond])
    theirs = PPoly(spline.coefficients, knots)(at)
    np.testing.assert_array_equal(spline(at), theirs)
    assert spline(at.reshape(1, -1)).shape == (1, at.size)


def test_the_highest_quantile_of_weighted_values_is_the_highest_value() -> None:
    ours = law({"kind": "empirical", "values": [3.0, 1.0, 2.0], "weights": [0.1, 0.2, 0.7]})
    # cumulative 0.2, 0.9, 1.0: rounding may put one above the last step
    at = np.array([0.0, 0.2, 0.21, 0.9, 0.95, 1.0, np.nextafter(1.0, 2.0)])
    assert ours.quantile(at).tolist() == [1.0, 1.0, 2.0, 2.0, 3.0, 3.0, 3.0]
