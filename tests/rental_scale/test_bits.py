"""A scenario's measures are its own, to the last bit: whatever stands beside it, however shared."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from analysis.rental import Assumptions
from analysis.rental.engines import runs
from analysis.rental.engines.measured import Measured
from analysis.rental.engines.runs import measure_lanes

from .conftest import Scenarios, scenarios

MEASURES = ("equity_npv_cny", "equity_irr", "payback_equity_years", "dscr_minimum", "dscr_average")
N = 5_001  # no multiple of the lanes


@pytest.fixture(scope="module")
def drawn() -> Scenarios:
    return scenarios(N, seed=4)


@pytest.fixture(scope="module", params=["numba", "numpy"])
def engine(request: pytest.FixtureRequest) -> Any:
    return request.param


@pytest.fixture(scope="module")
def whole(levered: Assumptions, drawn: Scenarios, engine: Any) -> Measured:
    return measure_lanes(levered, drawn, MEASURES, engine=engine)


def assert_same_bits(one: Measured, other: Measured) -> None:
    for name, values in one.values.items():
        assert values.tobytes() == other.values[name].tobytes(), name
    for name, codes in one.status.items():
        assert codes.tobytes() == other.status[name].tobytes(), name


def picked(measured: Measured, rows: np.ndarray) -> Measured:
    values = {name: values[rows] for name, values in measured.values.items()}
    return Measured(values, {name: c[rows] for name, c in measured.status.items()}, {})


def test_hard_flows_are_among_them(whole: Measured) -> None:
    status = whole.status["equity_irr"]
    assert all((status == code).sum() > 10 for code in (0, 1, 2))


@pytest.mark.parametrize(("rows", "threads"), [(100, 1), (1024, 2), (4096, 3), (N, 2)])
def test_runs_and_threads(
    levered: Assumptions,
    drawn: Scenarios,
    whole: Measured,
    engine: Any,
    monkeypatch: pytest.MonkeyPatch,
    rows: int,
    threads: int,
) -> None:
    monkeypatch.setattr(runs, "ROWS", rows)
    again = measure_lanes(levered, drawn, MEASURES, threads=threads, engine=engine)
    assert_same_bits(again, whole)
    roots, expected = again.roots["equity_irr"], whole.roots["equity_irr"]
    assert roots.keys() == expected.keys()
    assert all(roots[row].tobytes() == expected[row].tobytes() for row in roots)


def test_order(levered: Assumptions, drawn: Scenarios, whole: Measured, engine: Any) -> None:
    order = np.random.default_rng(5).permutation(N)
    shuffled = {name: values[order] for name, values in drawn.items()}
    again = measure_lanes(levered, shuffled, MEASURES, engine=engine)
    assert_same_bits(again, picked(whole, order))


def test_alone(levered: Assumptions, drawn: Scenarios, whole: Measured, engine: Any) -> None:
    hard = np.flatnonzero(whole.status["equity_irr"] != 1)[:3]
    for row in (0, 31, 32, N - 1, *hard):
        # two alike, so that the same kernel is used: a lone scenario varies in nothing
        alone = {name: np.repeat(values[row], 2) for name, values in drawn.items()}
        again = measure_lanes(levered, alone, MEASURES, engine=engine)
        assert_same_bits(again, picked(whole, np.array([row, row])))
