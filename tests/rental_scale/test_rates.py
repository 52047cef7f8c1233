"""Rates of return of many lanes: none missed, none invented, the same as found one by one."""

from __future__ import annotations

import math

import numpy as np
import pytest

from analysis.arrays import Floats
from analysis.rental.engines.compiled.irr_exact import all_rates
from analysis.rental.engines.compiled.irr_lanes import Search, new_search, search_block, search_hard
from analysis.rental.engines.compiled.lanes import LANES, power
from analysis.rental.engines.compiled.root_counts import FLOWS
from analysis.rental.engines.irr import MULTIPLE, NONE, UNIQUE, irr
from analysis.rental.engines.measured import STATUS
from analysis.rental.engines.root_isolation import sign_changes


def search(flows: Floats) -> Search:
    """Search for rates per period, block by block."""
    n, width = flows.shape
    found = new_search(n, width - 1)
    x = found.x.reshape(-1, LANES)
    for first in range(0, n, LANES):
        block = flows[first : first + LANES]
        x[FLOWS : FLOWS + width, : len(block)] = block.T
        search_block(found, 1.0, first, len(block))
    search_hard(found, 1.0)
    return found


def of_investments(n: int, n_periods: int, seed: int) -> Floats:
    """An outlay, receipts that fade, debt service for a while and a last receipt."""
    generator = np.random.default_rng(seed)
    t = np.arange(n_periods)
    receipts = generator.uniform(0, 3, (n, 1)) * generator.uniform(0.9, 1.01, (n, 1)) ** t
    service = generator.uniform(0, 2, (n, 1)) * (t < generator.integers(1, n_periods, (n, 1)))
    flows = np.concatenate([-generator.uniform(1, 40, (n, 1)), receipts - service], axis=1)
    flows[:, -1] += generator.uniform(-5, 10, n)
    return flows


def with_rates(seed: int) -> Floats:
    """Flows with three rates by construction, some close together, some below zero."""
    generator = np.random.default_rng(seed)
    rates = generator.uniform(-0.5, 1.0, (500, 3))
    rates[:100, 1] = rates[:100, 0] + 1e-3
    flows = np.zeros((500, 4))
    flows[:, 0] = -1000.0
    for rate in rates.T:
        flows[:, 1:] -= (1 + rate)[:, None] * flows[:, :-1]
    return flows


FLOWS_OF_ALL_KINDS = {
    "investments over 60 periods": of_investments(20_000, 60, seed=1),
    "investments over 5 periods": of_investments(20_000, 5, seed=2),
    "noise": np.random.default_rng(3).normal(size=(20_000, 13)),
    "whole numbers": np.random.default_rng(4).integers(-3, 4, (20_000, 6)).astype(float),
    "three rates": with_rates(seed=5),
    "nothing, one sign, zeros before and after": np.array(
        [
            [0.0, 0.0, 0.0, 0.0],
            [-1.0, -1.0, 0.0, 0.0],
            [0.0, 0.0, -1.0, -2.0],
            [0.0, -1.0, 3.0, 0.0],
            [0.0, 2.0, -1.0, 0.0],
            [-1.0, 0.0, 0.0, 1.0],
            [-1.0, 1.0 + 1e-13, 0.0, 0.0],
            [-1.0, 1e9, 0.0, 0.0],
            [-1e9, 1.0, 0.0, 0.0],
        ]
    ),
}


@pytest.mark.parametrize("kind", FLOWS_OF_ALL_KINDS)
def test_lanes_agree_with_the_definition(kind: str) -> None:
    flows = FLOWS_OF_ALL_KINDS[kind]
    found, defined = search(flows), irr(flows)
    decided = found.status < 2
    np.testing.assert_array_equal(STATUS[found.status[decided]], defined.status[decided])
    np.testing.assert_allclose(
        1 + found.rate[decided], 1 + defined.rate[decided], rtol=1e-12, atol=0
    )
    aside = found.aside_rows[: found.n_aside[0]]
    assert set(aside) == set(np.flatnonzero(~decided))
    np.testing.assert_array_equal(found.aside[: aside.size, : flows.shape[1]], flows[aside])


def test_lanes_decide_most_flows_with_several_changes_of_sign() -> None:
    flows = FLOWS_OF_ALL_KINDS["investments over 60 periods"]
    several = sign_changes(flows) > 1
    assert several.mean() > 0.3
    assert (search(flows).status[several] < 2).mean() > 0.6


@pytest.mark.parametrize("kind", FLOWS_OF_ALL_KINDS)
def test_one_by_one_is_the_definition_bit_for_bit(kind: str) -> None:
    flows = np.ascontiguousarray(FLOWS_OF_ALL_KINDS[kind][:2000])
    n = len(flows)
    rates, n_rates, nearest = np.empty_like(flows), np.empty(n, dtype=np.int64), np.empty(n)
    all_rates(flows, n, rates, n_rates, nearest)
    defined = irr(flows)
    names = np.array([NONE, UNIQUE, MULTIPLE])
    several = {row: rates[row, : n_rates[row]] for row in np.flatnonzero(n_rates > 1)}
    assert several.keys() == defined.roots.keys()
    assert all(several[row].tobytes() == defined.roots[row].tobytes() for row in several)
    # the status of a scenario counts rates; a double one is a single rate that touches zero
    np.testing.assert_array_equal(names[np.minimum(n_rates, 2)], defined.status)
    np.testing.assert_array_equal(nearest, defined.rate)


@pytest.mark.parametrize("base", [1e-3, 0.5, 1 - 1e-12, 1.0, 1 + 1e-9, 1.25, 2.0, 11.0])
@pytest.mark.parametrize("exponent", [-60.0, -12.0, -1.0, -1 / 12, 0.0, 1 / 12, 0.5, 3.0, 360.0])
def test_power(base: float, exponent: float) -> None:
    if abs(exponent * math.log(base)) < 700:
        assert power(base, exponent) == pytest.approx(base**exponent, rel=2e-13, abs=0)
    if base == 1.0 or exponent == 0.0:
        assert power(base, exponent) == 1.0
