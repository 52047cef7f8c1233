"""Inverse questions: put the answer back and the wanted measure comes out."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from analysis.errors import AssumptionError
from analysis.rental import Assumptions, evaluate, solve
from analysis.rental.engines.root_isolation import npv
from analysis.rental.questions import inverse
from analysis.rental.questions.gaps import targets
from analysis.rental.questions.inverse import Question, Solution, grid, solve_all, solve_each

BASE = Assumptions(rent_decline_per_year=0.10)

# every target by a wanted value that the table of sihan-2025 with falling rents can reach
TARGETS = {
    "equity_npv_cny": 100_000.0,
    "project_npv_cny": 0.0,
    "equity_irr": 0.15,
    "project_irr": 0.08,
    "dscr_minimum": 1.2,
    "payback_source_years": 3.5,
    "payback_cash_years": 3.25,
    "payback_equity_years": 2.5,
    "payback_discounted_years": 4.5,
    "dscr_average": 1.3,
    "llcr": 1.25,
    "equity_multiple": 1.5,
    "levelized_cost_cny_per_gpu_hour": 9.0,
    "debt_drawn_cny": 1_000_000.0,
    "net_margin": 0.25,
}
UNKNOWNS = {
    "rent_cny_per_server_month": (20_000.0, 150_000.0),
    "utilization": (0.2, 1.0),
    "server_price_cny": (500_000.0, 6_000_000.0),
    "rent_decline_per_year": (-0.3, 0.9),
    "operating_cost_share_of_revenue": (0.0, 0.9),
}


def only(solution: Solution) -> float:
    assert solution.value is not None, str(solution)
    return solution.value


def measured(case: Assumptions, target: str) -> float:
    return float(getattr(evaluate(case).metrics, target)[0])


def test_every_target_is_tried() -> None:
    assert set(TARGETS) == set(targets())


@pytest.mark.parametrize("per_year", [1, 12])
@pytest.mark.parametrize("unknown", UNKNOWNS)
@pytest.mark.parametrize("target", TARGETS)
def test_the_answer_put_back_gives_the_wanted(target: str, unknown: str, per_year: int) -> None:
    case = BASE.replace(periods_per_year=per_year)
    if target == "debt_drawn_cny" and unknown != "server_price_cny":
        with pytest.raises(AssumptionError, match=f"found '{unknown}'.* debt_drawn_cny depends on"):
            solve(case, unknown, target=target, wanted=1e6, low=0.1, high=0.9)
        return
    low, high = UNKNOWNS[unknown]
    wanted = TARGETS[target]
    value = only(solve(case, unknown, target=target, wanted=wanted, low=low, high=high))
    assert low <= value <= high
    answered = measured(case.replace(**{unknown: value}), target)
    assert answered == pytest.approx(wanted, rel=1e-9, abs=1e-3 if "npv" in target else 0)


@pytest.mark.parametrize(
    ("changes", "unknown", "low", "high", "target", "wanted"),
    [
        ({}, "residual_value_share", 0.0, 1.0, "project_npv_cny", 400_000.0),
        ({}, "debt_share", 0.1, 1.0, "dscr_minimum", 1.8),
        ({}, "debt_rate_per_year", 0.0, 0.5, "equity_npv_cny", 500_000.0),
        (
            {"depreciation_method": "declining_balance", "loss_treatment": "carried_forward"},
            "tax_rate",
            0.0,
            0.6,
            "equity_npv_cny",
            400_000.0,
        ),
        (
            {"rent_path": "contract_then_spot", "contract_years": 2.0},
            "spot_rent_ratio",
            0.0,
            1.0,
            "project_irr",
            0.0,
        ),
        ({"operating_cost_basis": "parts"}, "electricity_cny_per_kwh", 0, 20, "equity_irr", 0.1),
        (
            {"debt_form": "sculpted", "debt_share": 1.0},
            "sculpted_dscr",
            1.3,
            9.0,
            "equity_irr",
            0.5,
        ),
        ({"vat_enabled": True}, "vat_output_rate", 0.0, 0.9, "project_npv_cny", 0.0),
    ],
)
def test_other_unknowns(
    changes: dict[str, Any], unknown: str, low: float, high: float, target: str, wanted: float
) -> None:
    case = BASE.replace(**changes)
    value = only(solve(case, unknown, target=target, wanted=wanted, low=low, high=high))
    answered = measured(case.replace(**{unknown: value}), target)
    assert answered == pytest.approx(wanted, rel=1e-9, abs=1e-3)


def test_a_rate_of_return_is_a_present_value_of_zero_at_that_rate() -> None:
    found = only(solve(BASE, "utilization", target="equity_irr", wanted=0.2, low=0.1, high=1.0))
    flows = evaluate(BASE.replace(utilization=found)).values["equity_cash_flow_cny"][0]
    assert abs(npv(0.2, flows)) <= 1e-6


def test_several_answers_are_all_given() -> None:
    """A rate of two roots: present value rises and falls with the discount rate."""
    case = Assumptions(
        rent_path="series",
        rent_index_by_period=(1.0, 1.0, 1.0, 1.0, 0.0),
        debt_form="bullet",
        residual_value_share=0.0,
        resale_value_share=0.0,
    )
    result = evaluate(case)
    assert result.metrics.equity_irr_status[0] == "multiple"
    roots = result.metrics.equity_irr_roots[0]
    found = solve(
        case,
        "equity_discount_rate",
        target="equity_npv_cny",
        wanted=0.0,
        low=float(roots[0]) - 0.1,
        high=float(roots[1]) + 0.1,
    )
    assert found.value is None
    assert found.values == pytest.approx(roots.tolist(), rel=1e-9)


@pytest.mark.parametrize("unknown", ["rent_decline_per_year", "useful_life_years"])
def test_scenarios_together_are_scenarios_one_by_one(unknown: str) -> None:
    prices = np.array([1.2e6, 2e6, 2.4e6, 9e6])
    asked: dict[str, Any] = {"target": "equity_irr", "wanted": 0.12}
    asked |= {"low": -0.2, "high": 0.9} if "decline" in unknown else {"low": 1, "high": 8}
    found = solve_each(Assumptions(), {"server_price_cny": prices}, unknown, **asked)
    alone = [solve(Assumptions(server_price_cny=price), unknown, **asked) for price in prices]
    assert found == alone
    assert [len(solution.values) for solution in found] == [1, 1, 1, 0]


@pytest.mark.parametrize("unknown", ["rent_decline_per_year", "useful_life_years"])
def test_questions_asked_together_have_the_answers_of_each_alone(unknown: str) -> None:
    # neither the rent nor the life decides what is drawn, which is refused
    asked = {name: wanted for name, wanted in TARGETS.items() if name != "debt_drawn_cny"}
    questions = [Question(*each) for each in asked.items()]
    prices = {"server_price_cny": [1.2e6, 2e6]}
    low, high = (-0.5, 0.95) if unknown == "rent_decline_per_year" else (1.0, 8.0)
    together = solve_all(BASE, prices, unknown, questions, low=low, high=high)
    alone = [
        solve_each(BASE, prices, unknown, target=target, wanted=wanted, low=low, high=high)
        for target, wanted in questions
    ]
    assert together == alone
    assert sum(len(solution.values) for found in together for solution in found) > len(questions)


def test_a_measure_that_ends_before_the_answer_keeps_its_neighbors() -> None:
    brackets = np.array([[0.0, 1.0, 3.0], [1.0, 1.0, 3.0]])

    def gap_at(values: Any, rows: Any) -> Any:
        return np.where((rows == 1) & (abs(values - 2) < 0.5), np.nan, values - 2.25)

    found = inverse._closed_in(gap_at, brackets)
    np.testing.assert_array_equal(found, [[0.0, 2.25, 2.25], [1.0, 1.0, 3.0]])


def test_no_answer_names_the_measure_at_both_ends() -> None:
    found = solve(
        Assumptions(),
        "rent_cny_per_server_month",
        target="equity_npv_cny",
        wanted=0.0,
        low=70_000,
        high=80_000,
    )
    assert found.values == () and found.value is None
    at = [measured(Assumptions(rent_cny_per_server_month=r), "equity_npv_cny") for r in (7e4, 8e4)]
    assert [found.at_low, found.at_high] == at
    assert str(found) == (
        "equity_npv_cny = 0: no value of rent_cny_per_server_month in [70000, 80000]; "
        f"it is {at[0]:.6g} at 70000 and is {at[1]:.6g} at 80000"
    )


def test_no_answer_where_the_measure_does_not_exist() -> None:
    found = solve(
        Assumptions(),
        "rent_cny_per_server_month",
        target="payback_cash_years",
        wanted=9.0,  # past the life of five years: paid back within it or never
        low=10_000,
        high=60_000,
    )
    assert found.values == ()
    assert "it does not exist at 10000 and is 3.29056 at 60000" in str(found)


def test_cover_without_debt_does_not_exist() -> None:
    found = solve(Assumptions(), "debt_share", target="dscr_minimum", wanted=9.0, low=0.0, high=0.1)
    assert found.at_low is None
    assert "it does not exist at 0" in str(found)


def test_an_end_of_the_range_may_be_the_answer() -> None:
    wanted = measured(Assumptions(), "equity_npv_cny")
    found = solve(
        Assumptions(),
        "utilization",
        target="equity_npv_cny",
        wanted=wanted,
        low=0.5,
        high=1.0,
    )
    assert found.values == (1.0,)


@pytest.mark.parametrize(("per_year", "step"), [(1, 1.0), (12, 1 / 12)])
def test_life_is_answered_in_whole_periods(per_year: int, step: float) -> None:
    case = Assumptions(periods_per_year=per_year, rent_cny_per_server_month=45_000.0)
    found = solve(
        case, "useful_life_years", target="equity_npv_cny", wanted=0.0, low=1.0, high=10.0
    )
    ((before, past),) = found.brackets
    assert found.values == (past,)
    assert past - before == pytest.approx(step)
    assert (past / step) == pytest.approx(round(past / step))
    values = [
        measured(case.replace(useful_life_years=life), "equity_npv_cny") for life in (before, past)
    ]
    assert values[0] < 0 < values[1]
    assert str(found) == (
        f"equity_npv_cny = 0 at useful_life_years between {before:.10g} and {past:.10g}"
    )


def test_a_range_of_whole_steps_ends_at_its_steps() -> None:
    found = solve(
        Assumptions(), "useful_life_years", target="equity_npv_cny", wanted=0, low=3.5, high=6.9
    )
    assert (found.low, found.high) == (4.0, 6.0)
    at = [measured(Assumptions(useful_life_years=life), "equity_npv_cny") for life in (4.0, 6.0)]
    assert [found.at_low, found.at_high] == at


@pytest.mark.parametrize(
    ("question", "message"),
    [
        ({"unknown": "debt_form"}, "column unknown: found 'debt_form'"),
        ({"unknown": "rent_index_by_period"}, "column unknown: found 'rent_index_by_period'"),
        (
            {"target": "profit"},
            "column target: found 'profit', expected one of payback_source_years",
        ),
        ({"low": 1.0, "high": 0.5}, "column range: found '[1, 0.5]', expected low below high"),
        ({"low": 0.5, "high": np.inf}, "column range: found '[0.5, inf]'"),
        ({"wanted": np.nan}, "column wanted: found 'nan', expected a finite number"),
        (
            {"target": "equity_irr", "wanted": -1.0},
            "column wanted: found '-1', expected a finite number above -1",
        ),
        (
            {"target": "payback_cash_years", "wanted": -2.0},
            "column wanted: found '-2', expected a finite number above 0",
        ),
        (
            {"unknown": "useful_life_years", "low": 2.1, "high": 2.9},
            "column range: found '[2.1, 2.9]', expected a whole step in it",
        ),
        ({"low": 0.5, "high": 1.5}, "column utilization: found '1.00781', expected at most 1"),
    ],
)
def test_a_question_that_cannot_be_asked(question: dict[str, Any], message: str) -> None:
    asked = {"unknown": "utilization", "target": "equity_npv_cny", "wanted": 0.0}
    asked |= {"low": 0.0, "high": 1.0} | question
    with pytest.raises(AssumptionError) as caught:
        solve(Assumptions(), asked.pop("unknown"), **asked)  # type: ignore[arg-type]
    assert message in str(caught.value)


def test_what_is_whole_is_tried_at_each_whole_number() -> None:
    assert grid(Assumptions(), "n_gpus", 1.0, 4.0).tolist() == [1.0, 2.0, 3.0, 4.0]
    months = grid(Assumptions(periods_per_year=12), "useful_life_years", 1.0, 1.25)
    assert months.tolist() == pytest.approx([1.0, 13 / 12, 14 / 12, 1.25])
    with pytest.raises(AssumptionError, match="a whole step in it"):
        grid(Assumptions(), "n_gpus", 1.2, 1.8)
