"""Widgets of JupyterLab that move a case, and what it comes to at once."""

from __future__ import annotations

from html import escape
from typing import Any

import ipywidgets

from analysis.errors import AssumptionError
from analysis.rental.engines.evaluation import evaluate
from analysis.rental.faces.calculator.fields import SLIDERS
from analysis.rental.inputs.assumptions import Assumptions
from analysis.rental.inputs.billing import RENT_FIELD
from analysis.rental.inputs.quantities import unit_of
from analysis.rental.model.measures.declared_measures import MEASURES
from analysis.rental.model.outputs import shown

SHOWN = ("equity_npv_cny", "equity_irr", "project_npv_cny", "payback_cash_years", "dscr_minimum")
"""Measures that the widgets show."""


class CaseWidgets:
    """Sliders over a case and its measures, worked out again whenever one is moved.

    Parameters
    ----------
    case : Assumptions
        Where the sliders stand at first; what they do not move stays as it is.

    Examples
    --------
    >>> moved = CaseWidgets(Assumptions())
    >>> moved.sliders["utilization"].value = 0.5
    >>> moved.case.utilization, "does not pay" in moved.answer.value
    (0.5, True)
    """

    def __init__(self, case: Assumptions) -> None:
        self.start = self.case = case
        self.sliders = {name: _slider(case, name) for name in SLIDERS if _is_moved(case, name)}
        self.answer = ipywidgets.HTML()
        back = ipywidgets.Button(description="Back to the case of this page")
        back.on_click(lambda _: self.reset())
        for slider in self.sliders.values():
            slider.observe(lambda _: self.refresh(), names="value")
        self.box = ipywidgets.HBox([ipywidgets.VBox([*self.sliders.values(), back]), self.answer])
        self.refresh()

    def reset(self) -> None:
        """Put every slider back to where it stood."""
        for name, slider in self.sliders.items():
            slider.value = getattr(self.start, name)

    def refresh(self) -> None:
        """Work the case out as the sliders stand."""
        moved = {
            name: slider.value
            for name, slider in self.sliders.items()
            if slider.value != getattr(self.start, name)
        }
        try:
            self.case = self.start.replace(**moved)
            self.answer.value = answer_html(self.case)
        except AssumptionError as error:
            said = f"<b>There is no answer to this case.</b> {escape(str(error))}"
            self.answer.value = f"<p>{said}</p>"


def answer_html(case: Assumptions) -> str:
    """Return what a case comes to: a sentence and a table of measures."""
    result = evaluate(case)
    record = result.metrics.record()
    pays = "It pays" if record["equity_npv_cny"] > 0 else "It does not pay"
    rows = "".join(
        f"<tr><th scope='row' style='text-align:left'>{escape(MEASURES[name].label)}</th>"
        f"<td style='text-align:right'>{escape(shown(record, name))}</td></tr>"
        for name in SHOWN
    )
    rate = f"{case.equity_discount_rate:.0%}"
    return f"<p><b>{pays}</b> at a discount rate of {rate}.</p><table>{rows}</table>"


def _is_moved(case: Assumptions, name: str) -> bool:
    if name in RENT_FIELD.values():
        return name == RENT_FIELD[case.billing_mode]
    if name == "contract_years":
        return case.rent_path == "contract_then_spot" and case.contract_years is not None
    if name == "electricity_cny_per_kwh":
        return case.operating_cost_basis != "share_of_revenue"
    if name == "operating_cost_share_of_revenue":
        return case.operating_cost_basis != "parts"
    return getattr(case, name) is not None


def _slider(case: Assumptions, name: str) -> Any:
    low, high, step = SLIDERS[name]
    value = getattr(case, name)
    unit = unit_of(Assumptions.model_fields[name])
    is_share = unit.startswith("share")
    return ipywidgets.FloatSlider(
        value=value,
        min=min(low, value),
        max=max(high, value),
        step=step,
        description=f"{name.replace('_', ' ')}",
        tooltip=Assumptions.model_fields[name].description,
        readout_format=(".0%" if step >= 0.01 else ".2%") if is_share else ",.6g",
        style={"description_width": "16em"},
        layout={"width": "36em"},
    )
