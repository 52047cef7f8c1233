"""A measure is one entry of the declaration, and every face has it."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from analysis.figures.mathml import to_mathml
from analysis.rental import Assumptions, evaluate, measure, solve
from analysis.rental.faces.equations import measure_equations
from analysis.rental.faces.workbook.writer import write_workbook
from analysis.rental.model.measures.declared_measures import MEASURES, is_built_in
from analysis.rental.model.measures.measure_kinds import Final, Reason, Single
from analysis.rental.model.measures.running_totals import Running
from analysis.rental.model.outputs import table
from analysis.rental.questions.sensitivity.spans import Span
from analysis.rental.questions.sensitivity.tornado import tornado
from analysis.rental.questions.simulate.draw_summary import summarize
from analysis.rental.questions.simulate.illustrative import illustrative
from analysis.rental.questions.simulate.simulation import Plan, simulate
from analysis.sweeps.grid import Grid
from analysis.sweeps.model_sweep import ModelSweep

from .recalculation import Workbook

TOY = "largest_revenue_over_price"


def largest_revenue(run: Running) -> Final:
    largest = run.line(
        "revenue_largest_cny",
        "Largest revenue of a period",
        "CNY",
        run.larger(run.previous("revenue_largest_cny"), run["revenue_cny"]),
        r"\hat R_{+}",
        start=0,
    )
    missing = (Reason(largest <= 0, "n/a: nothing is earned in {life}"),)
    return Final(largest / run["price_paid_cny"], missing)


@pytest.fixture
def toy(monkeypatch: pytest.MonkeyPatch) -> None:
    own = Single(
        name=TOY,
        label="Largest revenue over price",
        unit="share",
        format="{:.1%}",
        symbol=r"\hat r",
        divides=0.3,
        formula=largest_revenue,
    )
    monkeypatch.setitem(MEASURES, TOY, own)


CASE = Assumptions(rent_decline_per_year=0.1)
# rent of the first year, 840,000, over a price of 2,000,000
SHARE = 0.42


def test_it_is_evaluated_said_and_shown(toy: None) -> None:
    result = evaluate(CASE)
    assert result.metrics[TOY].tolist() == [SHARE]
    assert result.record()[TOY] == SHARE
    assert (
        table(result.metrics.record(), result.remarks()).loc["Largest revenue over price", "value"]
        == "42.0%"
    )
    idle = evaluate(CASE.replace(utilization=0.0))
    assert idle.record()[TOY] is None
    assert idle.remarks()[TOY] == "n/a: nothing is earned in 5 years"


def test_both_engines_have_it(toy: None, interpret: None) -> None:
    assert not is_built_in(TOY)
    shares = {"utilization": [0.0, 0.5, 1.0]}
    plain, compiled = (measure(CASE, shares, engine=name) for name in ("numpy", "numba"))
    np.testing.assert_allclose(plain[TOY], [np.nan, SHARE / 2, SHARE], rtol=1e-12)
    np.testing.assert_allclose(compiled[TOY], plain[TOY], rtol=1e-12)


def test_simulations_and_sweeps_have_it(toy: None, interpret: None) -> None:
    drawn = simulate(Plan.of(CASE, illustrative(CASE), n_scenarios=64, seed=1))
    assert TOY in drawn.column_names
    assert 0 < summarize(drawn).measures.loc[TOY, "mean"] < 1
    assert TOY in ModelSweep.of(Grid(grid={"utilization": [1.0]})).measures


def test_questions_ask_for_it(toy: None) -> None:
    found = solve(CASE, "utilization", target=TOY, wanted=0.21, low=0.1, high=1.0)
    assert found.value == pytest.approx(0.5, rel=1e-12)
    moved = tornado(CASE, [Span("utilization", 0.5, 1.0)], TOY)
    assert moved.line == 0.3
    assert moved.frame.loc["utilization", "swing"] == pytest.approx(0.21)
    assert moved.frame.loc["utilization", "crosses"]


def test_the_workbook_has_it(toy: None, tmp_path: Path) -> None:
    write_workbook(CASE, tmp_path / "model.xlsx")
    book = Workbook(tmp_path / "model.xlsx")
    assert book.named(TOY) == pytest.approx(SHARE, rel=1e-12)
    book.set("utilization", 0.5)
    assert book.named(TOY) == pytest.approx(SHARE / 2, rel=1e-12)


def test_its_equation_is_printed(toy: None) -> None:
    (_, total, _), (label, latex, meaning) = measure_equations(evaluate(CASE).declaration, TOY)
    assert label == "Largest revenue over price"
    assert latex == r"\hat r = \frac{\hat R_{+,n}}{\hat P}"
    assert meaning == "share; n/a: nothing is earned in its life"
    assert "R_{t}" in total
    to_mathml(latex, "block")


def test_every_measure_prints_an_equation_and_holds_json() -> None:
    result = evaluate(CASE)
    printed = measure_equations(result.declaration)
    assert {measure.label for measure in MEASURES.values()} <= {label for label, _, _ in printed}
    for _, latex, meaning in printed:
        to_mathml(latex, "block")
        for part in meaning.split("$")[1::2]:
            to_mathml(part)
        assert "_cny" not in latex
    json.dumps(result.record(), allow_nan=False)
