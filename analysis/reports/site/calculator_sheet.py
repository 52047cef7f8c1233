"""The page of the calculator, which opens with the first published scenario."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from analysis.rental.faces.calculator.calculator_markup import Preset, calculator_html
from analysis.rental.faces.case_tables import assumptions_in
from analysis.rental.inputs.assumptions import Assumptions
from analysis.reports.site.sheet import Published, Sheet

NOTEBOOK: Final = "rental_model"


def calculator_sheet(reports: Sequence[Published]) -> Sheet:
    """Return the calculator with every report of the rental model as a case to start from."""
    presets = [
        Preset(report.title, assumptions_in(report.values))
        for report in reports
        if report.notebook == NOTEBOOK
    ]
    start = presets[0].case if presets else Assumptions()
    return Sheet(
        "Move the assumptions yourself",
        "Price, rent, decline, hours sold, debt, running cost, contract: what one server earns, at "
        "once. The formulas are the model's own, and the address of this page holds your case. "
        "A reserve account, and a rise for each kind of cost, are left to the command line.",
        calculator_html(start, presets, size="full"),
    )
