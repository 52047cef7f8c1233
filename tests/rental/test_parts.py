"""Lines in parts, each part computed when it is asked for: as period by period, bit for bit."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import sympy as sp
from hypothesis import given

from analysis.rental import Assumptions, evaluate
from analysis.rental.engines import measures
from analysis.rental.engines.parts import parts_of
from analysis.rental.model.declaration import declare
from analysis.rental.model.lines import Line, previous_symbol, symbol
from analysis.rental.model.structure import Structure

from .strategies import cases, steady


def line(name: str, formula: sp.Expr) -> Line:
    return Line(name, name, "", "", formula, sp.Integer(0), name)


def test_lines_that_lead_to_each_other_are_stepped_together() -> None:
    # debt <- principal <- debt before; interest needs both and neither needs it
    lines = [
        line("principal", previous_symbol("debt") * symbol("share")),
        line("interest", previous_symbol("debt") * symbol("rate") + symbol("principal")),
        line("debt", previous_symbol("debt") - symbol("principal")),
        line("paid", previous_symbol("paid") + symbol("interest")),
    ]
    found = {tuple(own.name for own in part.lines): part for part in parts_of(lines)}
    assert {names: part.is_stepped for names, part in found.items()} == {
        ("principal", "debt"): True,
        ("interest",): False,
        ("paid",): True,
    }
    together = found["principal", "debt"]
    assert (together.inputs, together.states) == (("share",), ("debt",))
    assert found["interest",].inputs == ("previous_debt", "principal", "rate")


@steady
@given(cases())
def test_every_line_is_in_one_part_in_the_order_of_the_declaration(case: Assumptions) -> None:
    lines = declare(Structure.of(case)).lines
    parts = parts_of(lines)
    assert sorted(own.name for part in parts for own in part.lines) == sorted(
        own.name for own in lines
    )
    place = {own.name: i for i, own in enumerate(lines)}
    for part in parts:
        places = [place[own.name] for own in part.lines]
        assert places == sorted(places)


@steady
@given(cases())
def test_a_line_does_not_depend_on_which_are_asked_for(case: Assumptions) -> None:
    scenarios = {"server_price_cny": [1.1e6, 2.3e6], "utilization": [0.4, 0.9]}
    whole = dict(evaluate(case, scenarios).values)
    for name in list(whole)[::-3]:
        assert evaluate(case, scenarios).values[name].tobytes() == whole[name].tobytes(), name


def test_what_all_scenarios_share_is_the_same_for_each() -> None:
    case = Assumptions(periods_per_year=12, loss_treatment="carried_forward", vat_enabled=True)
    prices = np.array([1e6, 2e6, 3e6])
    together = evaluate(case, {"server_price_cny": prices})
    assert together.values["is_operating"].shape == (3, 61)
    for row, price in enumerate(prices):
        alone = evaluate(case.replace(server_price_cny=price))
        for name, values in together.values.items():
            assert np.array_equal(values[row], alone.values[name][0]), name


def test_no_rate_of_return_is_looked_for_before_it_is_asked_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(flows: Any) -> None:
        raise AssertionError("not asked for")

    monkeypatch.setattr(measures, "irr", refuse)
    found = evaluate(Assumptions()).metrics
    assert found.equity_npv_cny.round().tolist() == [937589.0]
    with pytest.raises(AssertionError, match="not asked for"):
        _ = found.equity_irr
    with pytest.raises(AttributeError):
        _ = found.equity_irrr
