"""One case or a batch, statements or measures alone: the same numbers, bit for bit."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.arrays import Floats
from analysis.rental import Assumptions, Metrics, evaluate, measure
from analysis.rental.engines import evaluation
from analysis.rental.inputs.parameters import OPTIONAL
from analysis.rental.inputs.resolve import varying_fields

from .strategies import cases, steady


def assert_same_bits(one: Any, other: Any) -> None:
    if isinstance(one, Metrics):
        assert set(one) == set(other)
        for name in one:
            assert_same_bits(one[name], other[name])
    elif isinstance(one, dict):
        assert one.keys() == other.keys()
        for key in one:
            assert_same_bits(one[key], other[key])
    else:
        assert (one.dtype, one.shape) == (other.dtype, other.shape)
        assert np.ascontiguousarray(one).tobytes() == np.ascontiguousarray(other).tobytes()


def rows_of(metrics: Metrics, rows: slice) -> Metrics:
    """The measures of some scenarios, picked by hand."""
    picked: dict[str, Any] = {}
    for name, values in metrics.items():
        if isinstance(values, dict):
            at = range(rows.start, rows.stop)
            picked[name] = {row - rows.start: values[row] for row in values if row in at}
        else:
            picked[name] = values[rows]
    return Metrics(picked)


def as_scenario(case: Assumptions) -> dict[str, list[Any]]:
    """Every number of a case as an axis of one; a term that is not set would add lines."""
    unset = {name for name in OPTIONAL if getattr(case, name) in (None, 0.0)}
    values = {name: getattr(case, name) for name in varying_fields() if name not in unset}
    return {name: [value] for name, value in values.items() if value is not None}


@steady
@given(cases())
def test_an_axis_of_one_is_the_scalar_case(case: Assumptions) -> None:
    scalar, axis = evaluate(case), evaluate(case, as_scenario(case))
    assert_same_bits(dict(scalar.values), dict(axis.values))
    assert_same_bits(dict(scalar.constants), dict(axis.constants))
    assert_same_bits(scalar.metrics, axis.metrics)


@steady
@given(cases(), st.integers(1, 3))
def test_terms_that_are_zero_change_nothing_but_add_their_lines(case: Assumptions, n: int) -> None:
    numbers = {name: getattr(case, name) for name in varying_fields()}
    scenarios = {name: [value] * n for name, value in numbers.items() if value is not None}
    alone, together = evaluate(case), evaluate(case, scenarios)
    size = float(np.abs(alone.values["total_assets_cny"]).max())
    for name in alone.values:
        for row in together.values[name]:
            np.testing.assert_allclose(
                row, alone.values[name][0], rtol=1e-9, atol=1e-11 * size, err_msg=name
            )
    reserve = dict(together.values).get("debt_service_reserve_cny", np.zeros(1))
    assert case.debt_service_reserve_months or not reserve.any()


def spread(case: Assumptions, n: int, seed: int) -> dict[str, Floats]:
    """Scenarios around a case, in as many directions as can vary with any structure."""
    rng = np.random.default_rng(seed)
    scenarios = {
        "server_price_cny": rng.uniform(5e5, 4e6, n),
        "utilization": rng.uniform(0.0, 1.0, n),
        "rent_decline_per_year": rng.uniform(-0.2, 0.8, n),
        "residual_value_share": rng.uniform(0.0, 0.4, n),
        "debt_rate_per_year": rng.choice([0.0, 0.03, 0.15], n),
        "tax_rate": rng.uniform(0.0, 0.4, n),
        "equity_discount_rate": rng.uniform(0.0, 0.3, n),
        "sculpted_dscr": rng.uniform(1.1, 2.0, n),
    }
    if case.debt_form != "finance_lease":
        scenarios["debt_share"] = rng.uniform(0.0, 1.0, n)
    return scenarios


@steady
@given(cases(), st.integers(0, 2**32))
def test_a_slice_of_a_batch_is_the_batch_of_the_slice(case: Assumptions, seed: int) -> None:
    scenarios = spread(case, 7, seed)
    whole = evaluate(case, scenarios)
    rows = slice(2, 5)
    part = evaluate(case, {name: values[rows] for name, values in scenarios.items()})
    for name, values in part.values.items():
        assert_same_bits(values, whole.values[name][rows])
    assert_same_bits(part.metrics, rows_of(whole.metrics, rows))


@steady
@given(cases(), st.integers(0, 2**32))
def test_measures_alone_in_chunks_are_those_of_the_whole(case: Assumptions, seed: int) -> None:
    scenarios = spread(case, 7, seed)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(evaluation, "CHUNK", 3)
        assert_same_bits(measure(case, scenarios), evaluate(case, scenarios).metrics)


def test_lives_may_differ_between_scenarios() -> None:
    lives = [2.0, 5.0, 3.0]
    case = Assumptions(debt_form="annuity", periods_per_year=12, rent_decline_per_year=0.3)
    together = measure(case, {"useful_life_years": lives})
    for row, life in enumerate(lives):
        alone = measure(case.replace(useful_life_years=life))
        for name in ("equity_npv_cny", "equity_irr", "dscr_minimum", "payback_source_years"):
            assert np.array_equal(
                getattr(together, name)[row], getattr(alone, name)[0], equal_nan=True
            ), name
        assert together.equity_irr_status[row] == alone.equity_irr_status[0]


@pytest.mark.parametrize(
    ("base", "field", "values"),
    [
        (Assumptions(), "tax_depreciation_life_years", [3.0, 5.0]),
        (Assumptions(), "tax_residual_value_share", [0.0, 0.1]),
        (Assumptions(), "resale_value_share", [0.0, 0.3]),
        (Assumptions(), "debt_tenor_years", [2.0, 4.0]),
        (Assumptions(), "depreciation_life_years", [3.0, 6.0]),
        (
            Assumptions(debt_form="sculpted", debt_share=None, sculpted_dscr=3.0),
            "debt_share",
            [0.2, 0.4],
        ),
    ],
)
def test_what_a_case_leaves_open_may_vary(
    base: Assumptions, field: str, values: list[float]
) -> None:
    together = measure(base, {field: values}).equity_npv_cny
    alone = [measure(base.replace(**{field: value})).equity_npv_cny[0] for value in values]
    assert together.tolist() == alone
    assert alone[0] != alone[1]


def test_every_scenario_may_have_its_own_rent_series() -> None:
    case = Assumptions(rent_path="series", rent_index_by_period=(1.0,) * 5)
    indices = np.array([[1.0, 0.9, 0.8, 0.7, 0.6], [1.0, 1.0, 1.0, 1.0, 0.0]])
    together = measure(case, {"rent_index_by_period": indices}).equity_npv_cny
    alone = [
        measure(case.replace(rent_index_by_period=tuple(index))).equity_npv_cny[0]
        for index in indices
    ]
    assert together.tolist() == alone


def test_a_record_holds_the_numbers_of_its_scenario() -> None:
    result = evaluate(Assumptions(), {"utilization": [0.5, 0.75]})
    assert result.record(1)["utilization"] == 0.75
    assert result.record(1)["equity_npv_cny"] == result.metrics.equity_npv_cny[1]


def test_several_rates_of_return_keep_their_scenario_across_chunks(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A bullet repaid at the end: two rates of return wherever debt is drawn."""
    case = Assumptions(debt_form="bullet", periods_per_year=12)
    scenarios = {"debt_share": [0.7, 0.0, 0.1, 0.0, 0.8, 0.7, 0.0]}
    whole = evaluate(case, scenarios).metrics
    assert sorted(whole.equity_irr_roots) == [0, 2, 4, 5]
    monkeypatch.setattr(evaluation, "CHUNK", 3)
    assert_same_bits(measure(case, scenarios), whole)
