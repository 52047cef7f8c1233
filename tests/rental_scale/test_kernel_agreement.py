"""The compiled face against the plain one, whatever the structure of the case."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from analysis.errors import AssumptionError
from analysis.rental import Assumptions, measure
from analysis.rental.engines.runs import Runner, measure_lanes
from analysis.rental.model.measures.declared_measures import singles

from ..rental.strategies import cases
from ..rental.terms import TERMS
from .conftest import scenarios
from .faces import assert_agree

structures = settings(
    deadline=None,
    derandomize=True,
    max_examples=25,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@structures
@given(cases())
def test_every_structure(interpret: None, case: Assumptions) -> None:
    assert_agree(measure(case), measure(case, engine="numba"), case)


@pytest.mark.parametrize("terms", TERMS, ids=str)
def test_every_term(interpret: None, terms: dict[str, Any]) -> None:
    case = Assumptions(**terms)
    assert_agree(measure(case), measure(case, engine="numba"), case)


@pytest.mark.parametrize("debt_form", ["annuity", "sculpted"])
def test_compiled(levered: Assumptions, debt_form: str) -> None:
    case = levered.replace(debt_form=debt_form, periods_per_year=1, useful_life_years=6)
    drawn = scenarios(3000, seed=1)
    drawn["useful_life_years"] = np.random.default_rng(2).choice([5.0, 6.0], 3000)
    assert_agree(measure(case, drawn), measure(case, drawn, engine="numba"), case)


def test_rent_paths(interpret: None) -> None:
    case = Assumptions(rent_path="series", rent_index_by_period=(1.0,) * 5)
    paths = np.random.default_rng(3).uniform(0.0, 1.2, (40, 6))
    drawn = {"rent_index_by_period": paths}
    assert_agree(measure(case, drawn), measure(case, drawn, engine="numba"), case)


@pytest.mark.parametrize(
    "assumed",
    [
        {},
        {"debt_form": "sculpted", "debt_share": None, "sculpted_dscr": 3.0},
        {
            "debt_form": "sculpted",
            "debt_share": None,
            "sculpted_dscr": 3.0,
            "cover_cash_flow": "before_tax",
        },
        {"debt_form": "sculpted", "debt_service_reserve_months": 18.0},
        {"debt_form": "annuity", "debt_service_reserve_months": 18.0},
    ],
    ids=str,
)
def test_fewer_measures_are_the_same_measures(interpret: None, assumed: dict[str, Any]) -> None:
    case = Assumptions(**assumed)
    drawn = {"rent_cny_per_server_month": [50_000.0, 70_000.0]}
    everything, plain = measure_lanes(case, drawn, engine="numba").values, measure(case, drawn)
    for name in singles():
        alone = measure_lanes(case, drawn, [name], engine="numba").values
        assert list(alone) == [name]
        np.testing.assert_array_equal(alone[name], everything[name])
        np.testing.assert_allclose(alone[name], plain[name], rtol=1e-9, atol=1e-6, err_msg=name)


def test_sculpted_debt_above_the_price_is_refused_in_the_same_words(interpret: None) -> None:
    case = Assumptions(debt_form="sculpted", debt_share=None, sculpted_dscr=1.0)
    drawn = {"rent_cny_per_server_month": [20_000.0, 90_000.0]}
    with pytest.raises(AssumptionError) as plain:
        measure(case, drawn)
    with pytest.raises(AssumptionError) as compiled:
        measure(case, drawn, engine="numba")
    assert str(compiled.value) == str(plain.value)


@pytest.mark.parametrize("more", [{}, {"debt_share": None}, {"debt_service_reserve_months": 6.0}])
def test_sculpted_debt_that_does_not_settle_is_refused_in_the_same_words(
    interpret: None, more: dict[str, Any]
) -> None:
    terms = {"debt_form": "sculpted", "debt_rate_per_year": 3.0, "useful_life_years": 30.0, **more}
    terms |= {"loss_treatment": "refunded", "sculpted_dscr": 1.0}
    case, drawn = Assumptions(**terms), {"tax_rate": [0.1, 0.9, 0.2]}
    with pytest.raises(AssumptionError, match="settle") as plain:
        measure(case, drawn)
    with pytest.raises(AssumptionError) as compiled:
        measure(case, drawn, engine="numba")
    assert str(compiled.value) == str(plain.value)


def test_faults_number_the_scenarios_as_given(interpret: None) -> None:
    rents = np.full(20_000, 70_000.0)
    rents[17_000] = -1.0
    drawn = {"rent_cny_per_server_month": rents}
    with pytest.raises(AssumptionError, match="row 17000, column rent_cny_per_server_month"):
        measure_lanes(Assumptions(), drawn, ["equity_npv_cny"], engine="numba")


@pytest.mark.parametrize("measures", [[], ["equity_nvp_cny"]])
def test_unknown_measures(measures: list[str]) -> None:
    with pytest.raises(AssumptionError, match="expected one of payback_source_years"):
        measure_lanes(Assumptions(), measures=measures)


@pytest.mark.parametrize("engine", ["numpy", "numba"])
def test_present_value_at_a_hurdle(interpret: None, engine: Any) -> None:
    drawn = {"rent_cny_per_server_month": np.linspace(40_000.0, 90_000.0, 5)}
    names = ("equity_npv_at_hurdle_cny", "project_npv_at_hurdle_cny")
    runner = Runner.prepare(Assumptions(), drawn, names, hurdle=0.2, engine=engine)
    found = runner.measure(drawn).values
    changed = Assumptions(equity_discount_rate=0.2, project_discount_rate=0.2)
    plain = measure(changed, drawn)
    np.testing.assert_allclose(found[names[0]], plain.equity_npv_cny, rtol=1e-12)
    np.testing.assert_allclose(found[names[1]], plain.project_npv_cny, rtol=1e-12)
