"""Sobol' indices of functions whose indices are known, and of the model."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
import pytest
from scipy import special

from analysis.arrays import Floats
from analysis.errors import AssumptionError
from analysis.rental import Assumptions
from analysis.rental.questions.sensitivity.sobol import Sobol, indices, sobol
from analysis.rental.questions.simulate.illustrative import illustrative
from analysis.rental.questions.simulate.uncertainty import Uncertainty

Given = dict[str, Floats]


def between(low: float, high: float, u: Floats) -> Floats:
    return low + (high - low) * u


def ishigami(given: Given) -> Floats:
    one, two, three = given["one"], given["two"], given["three"]
    return np.sin(one) + 7 * np.sin(two) ** 2 + 0.1 * three**4 * np.sin(one)


CIRCLE = dict.fromkeys(("one", "two", "three"), partial(between, -np.pi, np.pi))


def of_ishigami(n: int = 2**13, **terms: Any) -> Sobol:
    return indices(ishigami, CIRCLE, measure="f", n=n, **({"seed": 1} | terms))


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_ishigami(seed: int) -> None:
    # Ishigami and Homma (1990), a = 7, b = 0.1:
    # V = a^2/8 + b pi^4/5 + b^2 pi^8/18 + 1/2, V1 = (1 + b pi^4/5)^2/2, V2 = a^2/8,
    # V13 = b^2 pi^8 (1/18 - 1/50)
    found = of_ishigami(seed=seed)
    first = {"one": 0.3139, "two": 0.4424, "three": 0.0}
    total = {"one": 0.5576, "two": 0.4424, "three": 0.2437}
    for name in CIRCLE:
        row = found.frame.loc[name]
        assert row["first_order"] == pytest.approx(first[name], abs=row["first_order_error"])
        assert row["total"] == pytest.approx(total[name], abs=row["total_error"])
        assert row["first_order_error"] < 0.03 and row["total_error"] < 0.04
    assert list(found.frame.index) == ["one", "two", "three"]
    assert found.share_without_interaction == pytest.approx(0.7563, abs=0.04)
    assert found.n_evaluations == 2**13 * 5
    # mean a / 2, variance as above
    assert found.mean == pytest.approx(3.5, abs=4 * found.mean_error)
    assert found.standard_deviation == pytest.approx(np.sqrt(13.8446), rel=0.02)


def test_pairs_of_ishigami() -> None:
    found = of_ishigami(has_second_order=True)
    assert found.second_order is not None and found.n_evaluations == 2**13 * 8
    pairs = found.second_order
    assert pairs.index[0] == ("one", "three")
    expected = {("one", "three"): 0.2437, ("one", "two"): 0.0, ("two", "three"): 0.0}
    for pair, share in expected.items():
        row = pairs.loc[pair]
        assert row["second_order"] == pytest.approx(share, abs=row["second_order_error"])


def test_linear_model_of_normal_inputs() -> None:
    # independent N(0, s_i^2) with slopes a_i: indices a_i^2 s_i^2 / sum, first order and total
    slopes, spreads = np.array([1.0, -2.0, 0.5]), np.array([3.0, 1.0, 4.0])
    shares = (slopes * spreads) ** 2 / ((slopes * spreads) ** 2).sum()
    names = ("a", "b", "c")
    quantiles = {
        name: partial(lambda spread, u: spread * special.ndtri(u), spread)
        for name, spread in zip(names, spreads, strict=True)
    }

    def model(given: Given) -> Floats:
        return np.sum([slope * given[n] for slope, n in zip(slopes, names, strict=True)], axis=0)

    found = indices(model, quantiles, measure="sum", n=2**13, seed=3)
    for name, share in zip(names, shares, strict=True):
        row = found.frame.loc[name]
        assert row["first_order"] == pytest.approx(share, abs=row["first_order_error"])
        assert row["total"] == pytest.approx(share, abs=row["total_error"])
    assert found.share_without_interaction == pytest.approx(1.0, abs=0.03)


def test_errors_are_those_of_other_seeds() -> None:
    runs = [of_ishigami(2**9, seed=seed).frame.loc["two"] for seed in range(30)]
    spread = np.std([run["total"] for run in runs], ddof=1)
    assert 1.96 * spread < 1.2 * np.mean([run["total_error"] for run in runs])
    assert len({run["total"] for run in runs}) == 30


@pytest.mark.parametrize("seed", [0, 5])
def test_same_seed_same_bits(seed: int) -> None:
    one, other = (of_ishigami(2**8, seed=seed).record() for _ in range(2))
    assert one == other


LINEAR = Assumptions(
    operating_cost_share_of_revenue=0.0, residual_value_share=0.0, debt_share=0.0, tax_rate=0.0
)


def test_indices_of_the_model() -> None:
    # NPV = A * 12 * R * u - P: the product of rent and utilization interacts, price does not.
    # With independent R, u and P: Var = k^2 (m_R^2 v_u + m_u^2 v_R + v_R v_u) + v_P
    terms = {"rent_cny_per_server_month": (50e3, 90e3), "utilization": (0.5, 1.0)}
    terms["server_price_cny"] = (1.5e6, 2.5e6)
    uncertain = Uncertainty(
        distributions={
            name: {"kind": "uniform", "low": low, "high": high}
            for name, (low, high) in terms.items()
        }
    )
    found = sobol(LINEAR, uncertain, n=2**12, seed=2, threads=2)
    k = 12 * (1.1 ** -np.arange(1, 6)).sum()
    means = {name: (low + high) / 2 for name, (low, high) in terms.items()}
    spread = {name: (high - low) ** 2 / 12 for name, (low, high) in terms.items()}
    rent, used, price = terms
    parts = {
        rent: k**2 * means[used] ** 2 * spread[rent],
        used: k**2 * means[rent] ** 2 * spread[used],
        price: spread[price],
    }
    both = k**2 * spread[rent] * spread[used]
    variance = sum(parts.values()) + both
    for name, part in parts.items():
        row = found.frame.loc[name]
        total = part + (0.0 if name == price else both)
        assert row["first_order"] == pytest.approx(part / variance, abs=row["first_order_error"])
        assert row["total"] == pytest.approx(total / variance, abs=row["total_error"])
    mean = k * means[rent] * means[used] - means[price]
    assert found.mean == pytest.approx(mean, abs=4 * found.mean_error)
    assert found.standard_deviation == pytest.approx(np.sqrt(variance), rel=0.03)


def test_threads_do_not_matter() -> None:
    case = Assumptions()
    one, two = (sobol(case, illustrative(case), n=2**12, threads=k).record() for k in (1, 2))
    assert one == two


def both(**terms: Any) -> Uncertainty:
    uniform = {"kind": "uniform", "low": 0.1, "high": 0.9}
    return Uncertainty(distributions={"utilization": uniform, "tax_rate": uniform}, **terms)


CORRELATED = {"rank_correlations": [{"between": ["utilization", "tax_rate"], "spearman": 0.5}]}
WALK = {"rent_paths": {"kind": "random_walk", "drift_per_year": 0.0, "volatility_per_year": 0.1}}


@pytest.mark.parametrize(
    ("uncertain", "terms", "words"),
    [
        (both(**CORRELATED), {}, "found 'utilization and tax_rate, 0.5', expected independent"),
        (both(**WALK), {}, "column rent_paths: found 'random_walk'"),
        (both(), {"n": 1000}, "found '1000', expected a power of two from 2 to 65536"),
        (both(), {"n": 2**17}, "found '131072', expected a power of two"),
        (both(), {"seed": -1}, "column seed: found '-1', expected zero or more"),
        (both(), {"measure": "irr"}, "column measure: found 'irr'"),
        (both(), {"measure": "debt_drawn_cny"}, "distributions.utilization: found 'utilization'"),
        (
            Uncertainty(distributions={"tax_rate": both().distributions["tax_rate"]}),
            {},
            "found 'tax_rate', expected at least two uncertain assumptions",
        ),
    ],
)
def test_what_has_no_shares(uncertain: Uncertainty, terms: dict[str, Any], words: str) -> None:
    with pytest.raises(AssumptionError) as refused:
        sobol(Assumptions(), uncertain, **({"n": 16} | terms))
    assert words in str(refused.value)


def test_correlations_of_zero_are_none() -> None:
    none = {"rank_correlations": [{"between": ["utilization", "tax_rate"], "spearman": 0.0}]}
    independent = sobol(Assumptions(), both(), n=64).record()
    assert sobol(Assumptions(), both(**none), n=64).record() == independent


def test_a_measure_that_is_missing_is_counted() -> None:
    def model(given: Given) -> Floats:
        return np.where(given["one"] > 0, ishigami(given), np.nan)

    with pytest.raises(AssumptionError) as refused:
        indices(model, CIRCLE, measure="equity_irr", n=64, seed=0)
    text = str(refused.value)
    # half of A and of B, whatever scrambles them; mixed points follow the one they are taken from
    assert "found 'none in 160 of 320 scenarios'" in text
    assert "take equity_npv_cny or project_npv_cny, the discount rate set to the rate" in text
