"""Internal rates of return: all of them, none invented, against exact and other engines."""

from __future__ import annotations

import numpy as np
import pytest
import pyxirr
from hypothesis import given
from hypothesis import strategies as st

from analysis.arrays import Floats, Integers
from analysis.errors import AssumptionError
from analysis.rental.engines.dated_irr import xirr
from analysis.rental.engines.irr import (
    MULTIPLE,
    NONE,
    UNIQUE,
    IrrResult,
    irr,
    irr_roots,
)
from analysis.rental.engines.measures_of_flows import payback_periods
from analysis.rental.engines.root_isolation import npv, sign_changes

from .strategies import steady
from .sturm import count_irr


def flows_with(rates: list[float], scale: float = 1000.0) -> Floats:
    """Flows whose present value is zero at these rates and nowhere else above -100 %."""
    # product of (1 - v * (1 + rate)) over the rates, ascending powers of v
    flows = np.array([-scale])
    for rate in rates:
        flows = np.convolve(flows, [1.0, -(1.0 + rate)])
    return flows


@pytest.mark.parametrize(
    "rates",
    [
        [0.10],
        [0.10, 0.20],
        [-0.5, 0.0, 0.5],
        [0.0],
        [-0.9999],
        [-0.99, -0.5, 3.0],
        [50.0],
        [1e6],
        [0.01, 0.02, 0.03, 0.04],
        [-1e-6, 1e-6],
        [-0.7, -0.3, 0.1, 0.9, 4.0],
    ],
)
def test_roots_by_construction(rates: list[float]) -> None:
    roots = irr_roots(flows_with(rates))
    assert roots.size == len(rates)
    assert np.allclose(1 + roots, 1 + np.sort(rates), rtol=1e-7, atol=0)


@pytest.mark.parametrize("scale", [1e-12, 1.0, 1e12])
def test_payback_is_the_same_in_every_unit(scale: float) -> None:
    """100 come back as 40, 40 and half of 40, and 0.3 as three times 0.1 but for rounding."""
    flows = scale * np.array([[-100.0, 40.0, 40.0, 40.0], [-0.3, 0.1, 0.1, 0.1]])
    assert payback_periods(flows) == pytest.approx([2.5, 3.0])


def test_tight_roots_of_simple_flows() -> None:
    assert irr_roots([-100, 230, -132]) == pytest.approx([0.1, 0.2], rel=1e-13)
    assert irr_roots([-100, 110]) == pytest.approx([0.1], rel=1e-14)
    assert irr_roots([-100, 50, 25, 25]).tolist() == [0.0]


def test_a_double_root_is_returned_once() -> None:
    # -100 * (1 - 1.25 v)**2: exact in binary
    assert irr_roots([-100, 250, -156.25]) == pytest.approx([0.25], abs=1e-6)
    assert irr_roots([-1, 2, -1]).tolist() == [0.0]


def test_no_root_where_present_value_only_comes_near_zero() -> None:
    # -(1 - v)**2 - 1 in thousandths: minimum of the gap well above rounding
    assert irr_roots([-100, 200, -100.001]).size == 0
    result = irr([[-100, 200, -100.001]])
    assert result.status.tolist() == [NONE]
    assert np.isnan(result.rate[0])


@pytest.mark.parametrize(
    "flows", [[0, 0, 0], [5, 10], [-5, -10], [0, 0, 7], [-3, 0, 0], [0.0], [-0.0, 0.0]]
)
def test_without_a_change_of_sign_there_is_none(flows: list[float]) -> None:
    assert irr_roots(flows).size == 0
    assert irr([flows]).status.tolist() == [NONE]


def test_leading_and_trailing_zeros_change_nothing() -> None:
    plain = irr_roots([-100, 230, -132])
    assert irr_roots([0, 0, -100, 230, -132]) == pytest.approx(plain, rel=1e-13)
    assert irr_roots([-100, 230, -132, 0, 0]) == pytest.approx(plain, rel=1e-13)


def test_rates_near_the_ends() -> None:
    assert irr_roots([-100, 0, 0, 1e-9])[0] == pytest.approx(1e-11 ** (1 / 3) - 1, rel=1e-14)
    assert irr_roots([-1e-9, 100])[0] == pytest.approx(1e11 - 1, rel=1e-14)
    assert 1 + irr_roots([-100, 1e-300])[0] == 0.0 or irr_roots([-100, 1e-300])[0] > -1


def test_the_reported_rate_is_nearest_zero_on_the_side_of_the_sum() -> None:
    # roots -0.3, 0.1, 0.6; the flows sum to -1000 * 0.3 * -0.1 * -0.6 = -18 < 0 at v = 1
    flows = flows_with([-0.3, 0.1, 0.6])
    assert flows.sum() == pytest.approx(-18)
    result = irr([flows, -flows])
    assert result.status.tolist() == [MULTIPLE, MULTIPLE]
    assert result.rate == pytest.approx([-0.3, 0.1], rel=1e-9)
    assert result.roots[0] == pytest.approx([-0.3, 0.1, 0.6], rel=1e-9)


def test_sign_changes_pass_zeros_over() -> None:
    flows = [[-1, 0, 2, -1], [1, 2, 3, 4], [0, -1, 0, 1], [-1, 1, -1, 1]]
    assert sign_changes(flows).tolist() == [2, 0, 1, 3]


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_flows_that_are_no_numbers_are_refused_the_same_way_everywhere(bad: float) -> None:
    for function in (irr_roots, irr, payback_periods):
        with pytest.raises(AssumptionError, match=f"column period 1: found '{bad}', expected a fi"):
            function([-100, bad])
    for function in (irr, payback_periods):
        with pytest.raises(AssumptionError, match=f"row 1, column period 2: found '{bad}'"):
            function([[-100, 10, 110], [-100, 10, bad]])
    with pytest.raises(AssumptionError, match="row 1, column flow"):
        xirr(["2026-01-01", "2026-02-01"], [-100, bad])


def test_present_value_at_no_rate_is_not_a_number() -> None:
    assert np.isnan(npv(np.nan, [-100.0, 110.0]))
    assert np.isnan(npv(0.1, [-100.0, np.nan]))


def random_flows(seed: int, n: int, length: int) -> Floats:
    """Whole flows of every kind: a third plain investments, two thirds changing sign at random."""
    rng = np.random.default_rng(seed)
    flows = rng.integers(-1000, 1001, (n, length)).astype(float)
    third = n // 3
    flows[:third] = np.abs(flows[:third])
    flows[:third, 0] = -rng.integers(1, 6000, third)
    flows[third : 2 * third] *= rng.random((third, length)) < 0.6  # many zeros
    decommissioned = flows[2 * third :]
    decommissioned[:, -1] = -np.abs(decommissioned[:, -1]) * 3
    return flows


@pytest.fixture(scope="module")
def many() -> Floats:
    """Twelve thousand, of four lengths; the shorter ones end in zeros."""
    flows = np.zeros((12_000, 12))
    for part, length in enumerate((5, 7, 9, 12)):
        flows[3000 * part : 3000 * (part + 1), :length] = random_flows(part, 3000, length)
    return flows


def roots_of(result: IrrResult, row: int) -> Floats:
    if row in result.roots:
        assert result.status[row] == MULTIPLE
        return result.roots[row]
    assert result.status[row] in (NONE, UNIQUE)
    return result.rate[row : row + 1][result.status[row : row + 1] == UNIQUE]


def test_count_of_roots_is_exact_on_twelve_thousand_cases(many: Floats) -> None:
    assert len(many) >= 10_000
    assert (sign_changes(many) >= 3).mean() >= 1 / 3
    result = irr(many)
    found = [len(roots_of(result, row)) for row in range(len(many))]
    expected = [count_irr([int(flow) for flow in flows]) for flows in many]
    wrong = [row for row in range(len(many)) if found[row] != expected[row]]
    assert not wrong, [(many[row].tolist(), found[row], expected[row]) for row in wrong[:3]]
    assert {0, 1, 2, 3} <= set(found)


def test_roots_are_those_of_numpy(many: Floats) -> None:
    """Companion-matrix eigenvalues, where they are well apart."""
    compared = 0
    for flows in many[::10]:
        polynomial = np.polynomial.Polynomial(flows)
        v = polynomial.roots()
        v = np.sort(v[(np.abs(v.imag) < 1e-9) & (v.real > 1e-6)].real)[::-1]
        roots = irr_roots(flows)
        if roots.size != v.size:  # a double root splits into two, real or complex
            slope = np.abs(polynomial.deriv()(1 / (1 + roots))) if roots.size else np.zeros(1)
            assert slope.min() <= 1e-4 * np.abs(flows).sum()
            continue
        assert np.allclose(1 / (1 + roots), v, rtol=1e-6)
        compared += 1
    assert compared > 0.99 * len(many[::10])


def test_roots_are_zeros_to_rounding(many: Floats) -> None:
    result = irr(many)
    rows = np.repeat(np.arange(len(many)), [len(roots_of(result, row)) for row in range(len(many))])
    roots = np.concatenate([roots_of(result, row) for row in range(len(many))])
    # in powers of 1 + r, so that nothing overflows near -100 %
    terms = many[rows] * (1 + roots[:, None]) ** np.arange(many.shape[1] - 1, -1, -1.0)
    assert (np.abs(terms.sum(axis=1)) <= 1e-12 * np.abs(terms).sum(axis=1)).all()


def test_unique_rates_are_those_of_pyxirr(many: Floats) -> None:
    """Where there is one change of sign, and where pyxirr finds an answer at all."""
    rows = np.flatnonzero(sign_changes(many) == 1)
    rates = irr(many[rows]).rate
    compared = 0
    for flows, rate in zip(many[rows], rates, strict=True):
        other = pyxirr.irr(flows)
        if other is not None and -0.9 < other < 10:
            assert rate == pytest.approx(other, rel=1e-6, abs=1e-9)
            compared += 1
    assert compared > 0.8 * len(rows)


def test_long_monthly_flows_have_the_exact_count() -> None:
    rng = np.random.default_rng(7)
    for length in (61, 121):
        for _ in range(12 if length == 61 else 3):
            flows = np.round(rng.normal(size=length) * 1e5)
            assert irr_roots(flows).size == count_irr([int(flow) for flow in flows])


def test_a_rate_of_almost_zero_is_neither_lost_nor_doubled() -> None:
    """Flows in tenths that sum to zero but for rounding, which differs by order of summation."""
    rng = np.random.default_rng(5)
    for _ in range(600):
        tenths = rng.integers(-9, 10, rng.integers(4, 9))
        tenths[-1] -= tenths.sum()
        if count_irr([int(t) for t in tenths]) == 0 or np.abs(slope_at_one(tenths)) < 1:
            continue
        roots = irr_roots(tenths / 10)
        assert (np.abs(roots) < 1e-14).sum() == 1, tenths.tolist()
        assert roots.size == count_irr([int(t) for t in tenths]), tenths.tolist()


def slope_at_one(flows: Integers) -> float:
    return float((flows * np.arange(flows.size)).sum())


@steady
@given(st.lists(st.lists(st.integers(-100, 100), min_size=5, max_size=5), min_size=1, max_size=80))
def test_a_batch_is_its_rows(rows: list[list[int]]) -> None:
    flows = np.array(rows, dtype=float)
    together = irr(flows)
    for index, row in enumerate(flows):
        alone = irr([row])
        assert together.status[index] == alone.status[0]
        assert together.rate[index : index + 1].tobytes() == alone.rate.tobytes()
        listed = together.roots.get(index)
        assert (listed is None) == (0 not in alone.roots)
        if listed is not None:
            assert listed.tobytes() == alone.roots[0].tobytes()
