"""What a sweep of the model says, read part by part."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import numpy as np
import pyarrow.parquet as pq

from analysis.rental.inputs.quantities import in_currency
from analysis.rental.model.outputs import OUTPUTS, percent, render
from analysis.reports.page.html import value_text
from analysis.sweeps.model_sweep import ModelSweep

SHOWN: Final = ("equity_npv_cny", "equity_irr", "dscr_minimum")
"""What is said when the grid names no measures."""


class _Range:
    """Lowest and highest value of a measure with their scenarios, and how often there is none."""

    def __init__(self) -> None:
        self.lowest = (np.inf, 0)
        self.highest = (-np.inf, 0)
        self.n_missing = self.n_positive = 0

    def add(self, values: np.ndarray, scenarios: np.ndarray) -> None:
        """Take the scenarios of a part."""
        there = np.flatnonzero(~np.isnan(values))
        self.n_missing += values.size - there.size
        self.n_positive += int((values[there] > 0).sum())
        if there.size:
            low, high = there[values[there].argmin()], there[values[there].argmax()]
            if values[low] < self.lowest[0]:
                self.lowest = float(values[low]), int(scenarios[low])
            if values[high] > self.highest[0]:
                self.highest = float(values[high]), int(scenarios[high])


def summarize(work: ModelSweep, folder: Path) -> str:
    """Say where measures are lowest and highest, and in how many scenarios equity gains.

    Parameters
    ----------
    work : ModelSweep
        The sweep.
    folder : Path
        Where its parts lie, all of them.

    Returns
    -------
    str
        Some lines a measure; memory does not grow with scenarios.
    """
    names = [name for name in work.measures if name in (work.grid.measures or SHOWN)]
    ranges = {name: _Range() for name in names}
    for part in range(work.n_parts):
        table = pq.read_table(folder / work.file_names(part)[0], columns=["scenario", *names])
        scenarios = table.column("scenario").to_numpy()
        for name, measured in ranges.items():
            measured.add(table.column(name).to_numpy(), scenarios)
    n = work.grid.n_scenarios
    lines = [f"{n:,} scenarios"]
    if "equity_npv_cny" in ranges:
        gains = percent(ranges["equity_npv_cny"].n_positive / n)
        lines[0] += f"; equity NPV is above zero in {gains}"
    for name, measured in ranges.items():
        missing = f" (n/a in {percent(measured.n_missing / n)})" if measured.n_missing else ""
        lines.append(f"{OUTPUTS[name].label}{missing}")
        if measured.n_missing < n:
            ends = {"lowest": measured.lowest, "highest": measured.highest}
            for word, (value, number) in ends.items():
                scenario = work.grid.scenario(number)
                at = ", ".join(f"{key} {value_text(held)}" for key, held in scenario.items())
                currency = scenario.get("currency", work.case(0).currency)
                amount = in_currency(render(value, OUTPUTS[name]), currency)
                lines.append(f"  {word:<8} {amount} at {at}")
    return "\n".join(lines)
