"""Few scenarios are measured without a compiler, and as the plain engine measures them."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import numpy as np
import pytest

from analysis.errors import AssumptionError
from analysis.rental import Assumptions
from analysis.rental.engines.evaluation import measure
from analysis.rental.engines.few_scenarios import CHUNK, MOST_VALUES, PlainRuns
from analysis.rental.engines.measured import STATUS
from analysis.rental.engines.runs import Runner, measure_lanes, measures_known
from analysis.rental.model.measures.declared_measures import of_kind
from analysis.rental.model.measures.measure_kinds import Rate
from analysis.rental.questions.simulate.illustrative import illustrative
from analysis.rental.questions.simulate.simulation import Plan, simulate

from .conftest import scenarios

RENT = "rent_cny_per_server_month"


@pytest.mark.parametrize(
    "assumed",
    [
        {},
        {"debt_form": "sculpted", "sculpted_dscr": 1.5},
        {"debt_form": "sculpted", "debt_share": None, "sculpted_dscr": 3.0},
        {"debt_form": "annuity", "debt_service_reserve_months": 6.0},
        {"useful_life_years": 2.5, "periods_per_year": 12},
    ],
    ids=str,
)
def test_they_are_the_plain_engines_to_the_last_bit(assumed: dict[str, Any]) -> None:
    case = Assumptions(**assumed)
    drawn = {RENT: np.random.default_rng(7).uniform(1e4, 9e4, CHUNK + 3)}
    found, plain = measure_lanes(case, drawn), measure(case, drawn)
    assert set(found.values) == set(measures_known())
    for name, values in found.values.items():
        assert values.tobytes() == np.ascontiguousarray(plain[name]).tobytes(), name
    for name in of_kind(Rate):
        np.testing.assert_array_equal(STATUS[found.status[name]], plain[f"{name}_status"])
        assert found.roots[name].keys() == plain[f"{name}_roots"].keys()
        for row, roots in found.roots[name].items():
            assert roots.tobytes() == plain[f"{name}_roots"][row].tobytes()


def test_several_rates_are_found_across_chunks(levered: Assumptions) -> None:
    drawn = scenarios(CHUNK * 2 + 5, seed=4)
    few = measure_lanes(levered, drawn, ["equity_irr"])
    many = measure_lanes(levered, drawn, ["equity_irr"], engine="numba")
    assert few.roots["equity_irr"].keys() == many.roots["equity_irr"].keys()
    assert max(few.roots["equity_irr"]) > CHUNK
    np.testing.assert_array_equal(few.status["equity_irr"], many.status["equity_irr"])
    np.testing.assert_allclose(few.values["equity_irr"], many.values["equity_irr"], rtol=1e-9)


@pytest.mark.parametrize(
    ("assumed", "drawn"),
    [
        ({"debt_share": None, "sculpted_dscr": 1.0}, {RENT: [20_000.0, 90_000.0]}),
        (
            {"debt_rate_per_year": 3.0, "useful_life_years": 30.0, "sculpted_dscr": 1.0}
            | {"loss_treatment": "refunded"},
            {"tax_rate": [0.1, 0.9, 0.2]},
        ),
    ],
    ids=["above the price", "does not settle"],
)
@pytest.mark.parametrize("asked", ["equity_npv_cny", "gross_margin", "project_npv_cny"])
def test_impossible_debt_is_refused_by_both_or_by_none(
    interpret: None, assumed: dict[str, Any], drawn: dict[str, Any], asked: str
) -> None:
    case = Assumptions(debt_form="sculpted", **assumed)

    def said(engine: Any) -> str:
        try:
            measure_lanes(case, drawn, [asked], engine=engine)
        except AssumptionError as error:
            return str(error)
        return ""

    assert said("numpy") == said("numba")


def test_the_size_of_the_task_alone_decides() -> None:
    case = Assumptions()
    n_periods = round(case.useful_life_years * case.periods_per_year)
    most = MOST_VALUES // n_periods

    def engine(n: int | None, **terms: Any) -> str:
        example = {RENT: [6e4, 7e4]}
        return Runner.prepare(case, example, n_scenarios=n, **terms).engine.name

    assert [engine(2), engine(most), engine(most + 1), engine(None)] == [
        "numpy",
        "numpy",
        "numba",
        "numba",
    ]
    assert (engine(2, engine="numba"), engine(None, engine="numpy")) == ("numba", "numpy")
    with pytest.raises(AssumptionError, match="engine"):
        engine(2, engine="numpyy")


def test_a_simulation_says_which_engine_it_ran() -> None:
    case = Assumptions()
    plan = Plan.of(case, illustrative(case), n_scenarios=50, seed=3)
    assert isinstance(plan.runner.engine, PlainRuns)
    assert plan.metadata()["engine"] == "numpy"
    drawn = simulate(plan)
    compiled = simulate(Plan.of(case, illustrative(case), n_scenarios=50, seed=3, engine="numba"))
    assert drawn.column_names == compiled.column_names
    assert drawn.schema.types == compiled.schema.types
    for name in drawn.column_names:
        if not name.endswith("_status"):
            one, other = (np.array(table[name]) for table in (drawn, compiled))
            np.testing.assert_allclose(one, other, rtol=1e-9, atol=1e-6, err_msg=name)


WITHOUT_A_COMPILER = """
import sys
from analysis.cli.app import app
sys.argv[1:] = ["simulate", "sihan-2025-straight-line", "--n", "1000"]
try:
    app()
except SystemExit as end:
    assert not end.code, end.code
assert "numba" not in sys.modules
"""


def test_few_scenarios_need_no_compiler() -> None:
    command = [sys.executable, "-c", WITHOUT_A_COMPILER]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
