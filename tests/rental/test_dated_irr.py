"""XIRR: spreadsheets' own example, all roots, and agreement with another program."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest
import pyxirr

from analysis.errors import AssumptionError
from analysis.rental import xirr

START = date(2024, 2, 29)


def after(*days: int) -> list[date]:
    return [START + timedelta(days=day) for day in days]


def test_a_year_of_365_days_is_a_year() -> None:
    found = xirr(after(0, 365, 730), [-100.0, 60.0, 60.0])
    # 100 = 60 v + 60 v^2: v = (-60 + sqrt(60^2 + 4 x 60 x 100)) / 120
    v = (-60 + np.sqrt(60**2 + 4 * 60 * 100)) / 120
    assert found.rate[0] == pytest.approx(1 / v - 1, rel=1e-12)


def test_all_roots_and_none() -> None:
    two = xirr(after(0, 365, 730), [-100.0, 230.0, -132.0])  # 10 % and 20 %
    assert two.status[0] == "multiple"
    np.testing.assert_allclose(two.roots[0], [0.1, 0.2], rtol=1e-9)
    assert xirr(after(0, 90), [100.0, 10.0]).status[0] == "none"
    assert xirr(after(0), [-100.0]).status[0] == "none"


def test_order_and_days_that_stand_twice_do_not_matter() -> None:
    one = xirr(after(0, 100, 470), [-1000.0, 300.0, 900.0]).rate[0]
    other = xirr(after(470, 0, 100, 0, 470), [500.0, -600.0, 300.0, -400.0, 400.0]).rate[0]
    assert one == other


def test_another_program_agrees() -> None:
    rng = np.random.default_rng(7)
    for _ in range(12):
        n = int(rng.integers(2, 9))
        days = np.concatenate([[0], np.sort(rng.choice(np.arange(1, 1500), n, replace=False))])
        flows = np.concatenate([[-1000.0], rng.uniform(50, 700, n)])
        found = xirr(after(*days.tolist()), flows)
        assert found.status[0] == "unique"
        expected = pyxirr.xirr(after(*days.tolist()), flows.tolist())
        assert found.rate[0] == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize(
    ("dates", "flows", "message"),
    [
        (["2026-01-01"], [1.0, 2.0], "as many flows as dates"),
        ([], [], "one at least"),
        (["2026-01-01", "2026-13-01"], [-1.0, 2.0], "row 1, column date: found '2026-13-01'"),
        (["2026-01-01", "2026-02-01"], [-1.0, float("nan")], "row 1, column flow: found 'nan'"),
    ],
)
def test_what_cannot_be_read_is_named(dates: list[str], flows: list[float], message: str) -> None:
    with pytest.raises(AssumptionError, match=message):
        xirr(dates, flows)
