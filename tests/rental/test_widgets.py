"""The widgets of JupyterLab: what is moved is worked out at once, and said when it cannot be."""

from __future__ import annotations

import pytest

from analysis.rental import Assumptions, evaluate
from analysis.rental.faces.calculator.widgets import CaseWidgets
from analysis.rental.model.outputs import shown


def test_a_slider_that_is_moved_shows_the_models_own_numbers() -> None:
    widgets = CaseWidgets(Assumptions(periods_per_year=12))
    widgets.sliders["rent_decline_per_year"].value = 0.3
    widgets.sliders["useful_life_years"].value = 4.0
    case = Assumptions(periods_per_year=12, rent_decline_per_year=0.3, useful_life_years=4.0)
    assert widgets.case == case
    record = evaluate(case).metrics.record()
    for name in ("equity_npv_cny", "equity_irr", "dscr_minimum"):
        assert shown(record, name) in widgets.answer.value
    widgets.reset()
    assert widgets.case == Assumptions(periods_per_year=12)


def test_a_case_without_an_answer_says_why() -> None:
    widgets = CaseWidgets(Assumptions(debt_tenor_years=4.0))
    widgets.sliders["useful_life_years"].value = 2.0  # shorter than the debt
    assert "There is no answer" in widgets.answer.value
    assert "debt_tenor_years" in widgets.answer.value


@pytest.mark.parametrize(
    ("case", "moved", "left"),
    [
        (Assumptions(), "rent_cny_per_server_month", "rent_cny_per_gpu_hour"),
        (Assumptions(), "operating_cost_share_of_revenue", "electricity_cny_per_kwh"),
        (
            Assumptions(operating_cost_basis="parts"),
            "electricity_cny_per_kwh",
            "operating_cost_share_of_revenue",
        ),
    ],
)
def test_only_what_the_case_reads_can_be_moved(case: Assumptions, moved: str, left: str) -> None:
    sliders = CaseWidgets(case).sliders
    assert moved in sliders
    assert left not in sliders
    assert all(slider.tooltip for slider in sliders.values())
