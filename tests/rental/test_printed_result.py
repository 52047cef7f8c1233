"""A result that is printed, or shown by an interpreter, is a page that a reader can take in."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from analysis.errors import AnalysisError
from analysis.rental import evaluate, measure, solve
from analysis.rental.faces.case_tables import put_in

PAGE = 3_000  # characters: a screen of 40 lines
CASES: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "default": ({}, {}),
    "monthly": ({"periods_per_year": 12}, {}),
    "euros": ({"currency": "EUR"}, {}),
    "many scenarios": ({}, {"utilization": np.linspace(0.4, 1.0, 2_000)}),
    "no answers": ({"debt_share": 1.0, "rent_cny_per_server_month": 30_000}, {}),
}


@pytest.mark.parametrize("show", [str, repr])
@pytest.mark.parametrize("name", CASES)
def test_it_is_a_page_in_its_currency(name: str, show: Any) -> None:
    case, scenarios = CASES[name]
    page = show(evaluate(case, scenarios))
    assert len(page) < PAGE
    assert "Equity NPV" in page and "array" not in page
    currency = case.get("currency", "CNY")
    assert currency in page
    assert currency == "CNY" or "CNY" not in page


def test_measures_and_answers_are_short_too() -> None:
    answer = solve({}, "utilization", target="equity_npv_cny", wanted=0, low=0.1, high=1)
    for each in (measure({}), answer):
        assert len(str(each)) < PAGE and len(repr(each)) < PAGE


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("net_cash", "equity_cash_flow_cny"),
        ("revenue", "revenue_cny"),
        ("net_profit", "net_profit_cny"),
    ],
)
def test_a_line_that_is_not_there_names_near_ones(typed: str, meant: str) -> None:
    result = evaluate({})
    for ask in (result.line, result.opening):
        with pytest.raises(AnalysisError, match=meant):
            ask(typed)


@pytest.mark.parametrize(
    ("case", "said"),
    [
        ({}, "600,000 CNY"),  # 30 % of 2,000,000
        ({"currency": "EUR"}, "600,000 EUR"),
        ({"debt_share": 1.0}, "nothing"),  # never "-0"
        ({"debt_share": 1.0, "currency": "USD"}, "nothing"),
        ({"debt_share": 1.0, "debt_form": "finance_lease"}, "nothing"),
        ({"debt_share": 1 - 1e-7}, "nothing"),  # 0.20
    ],
)
def test_what_equity_puts_in_is_an_amount_or_nothing(case: dict[str, Any], said: str) -> None:
    assert put_in(evaluate(case)) == said
