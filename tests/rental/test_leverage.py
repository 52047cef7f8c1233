"""A case without debt beside the same case with it."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.rental import Assumptions, evaluate
from analysis.rental.questions.leverage import (
    LEVERED_RATE,
    ONE_RATE,
    UNLEVERED,
    leverage,
    levered_equity_rate,
)


@pytest.mark.parametrize(
    ("debt_share", "expected"),
    # 10 % + 6 % times 0, 1, 7 / 3 and without end
    [(0.0, 0.10), (0.5, 0.16), (0.7, 0.24), (1.0, np.inf)],
)
def test_the_rate_that_equity_asks_for(debt_share: float, expected: float) -> None:
    assert levered_equity_rate(0.10, 0.04, debt_share) == pytest.approx(expected)


def test_each_answer_stands_at_its_rate_and_breaks_even() -> None:
    case = Assumptions()  # 70 % borrowed at 4 %, both discount rates 10 %
    table = leverage(case)
    assert table["discount_rate"].to_dict() == pytest.approx(
        {UNLEVERED: 0.10, ONE_RATE: 0.10, LEVERED_RATE: 0.24}
    )
    for name, measure in (
        (UNLEVERED, "project_npv_cny"),
        (ONE_RATE, "equity_npv_cny"),
        (LEVERED_RATE, "equity_npv_cny"),
    ):
        rate, worth, decline = table.loc[name]
        own = case.replace(equity_discount_rate=rate)
        assert worth == pytest.approx(getattr(evaluate(own).metrics, measure)[0])
        falling = own.replace(rent_decline_per_year=decline)
        assert getattr(evaluate(falling).metrics, measure)[0] == pytest.approx(0.0, abs=1.0)


def test_equity_that_puts_in_nothing_has_no_rate_that_follows_leverage() -> None:
    assert list(leverage(Assumptions(debt_share=1.0)).index) == [UNLEVERED, ONE_RATE]
