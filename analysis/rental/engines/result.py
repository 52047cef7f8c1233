"""What the rental model answers: lines, statements and measures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.rental.engines.irr import MULTIPLE, NONE
from analysis.rental.engines.measures import Metrics, MetricsOfLines
from analysis.rental.inputs.assumptions import Assumptions
from analysis.rental.model.lines import Declaration

Floats = NDArray[np.float64]

STATEMENTS = {
    "income": "Income statement",
    "cash": "Cash-flow statement",
    "balance": "Balance sheet",
}


@dataclass(frozen=True)
class RentalResult:
    """A case evaluated in full.

    Parameters
    ----------
    assumptions : Assumptions
        The case.
    declaration : Declaration
        The lines it was computed from, with labels, units and formulas.
    constants : dict of str to ndarray, shape (n_scenarios,)
        Values that hold for all periods.
    values : dict of str to ndarray, shape (n_scenarios, n_periods + 1)
        Lines; column 0 is the day of purchase.
    scenarios : dict of str to ndarray
        Assumptions that differ between scenarios.
    """

    assumptions: Assumptions
    declaration: Declaration
    constants: Mapping[str, Floats]
    values: Mapping[str, Floats]
    scenarios: Mapping[str, Floats]

    @cached_property
    def metrics(self) -> Metrics:
        """Measures over the whole horizon, each worked out when it is first asked for."""
        return MetricsOfLines(self.constants, self.values, self.assumptions.periods_per_year)

    @property
    def n_scenarios(self) -> int:
        """Number of scenarios."""
        return len(next(iter(self.constants.values())))

    @property
    def n_periods(self) -> int:
        """Number of periods after the day of purchase."""
        return self.values[self.declaration.lines[0].name].shape[1] - 1

    def line(self, name: str) -> Floats:
        """Return a line, shape (n_scenarios, n_periods)."""
        return self.values[name][:, 1:]

    def opening(self, name: str) -> Floats:
        """Return a line's value on the day of purchase, shape (n_scenarios,)."""
        return self.values[name][:, 0]

    def statement(self, name: str, row: int = 0) -> pd.DataFrame:
        """Return one statement of one scenario.

        Parameters
        ----------
        name : {"income", "cash", "balance"}
            Which statement.
        row : int
            Which scenario.

        Returns
        -------
        DataFrame
            One row a line, labels and units in the index, one column a year: flows summed over the
            year, balances at its end. Year 0 is the day of purchase.
        """
        per_year = self.assumptions.periods_per_year
        labels, data = [], []
        for line in self.declaration.lines:
            if line.statement != name:
                continue
            values = self.values[line.name][row]
            labels.append((line.label, line.unit))
            if name == "balance":
                data.append([values[0], *values[per_year:-1:per_year], values[-1]])
            else:
                yearly = np.add.reduceat(values[1:], np.arange(0, self.n_periods, per_year))
                data.append([values[0], *yearly])
        index = pd.MultiIndex.from_tuples(labels, names=["line", "unit"])
        frame = pd.DataFrame(data, index=index, columns=range(len(data[0])))
        frame = frame + 0.0  # no negative zero
        frame.columns.name = "year"
        return frame if name != "income" else frame.drop(columns=0)

    def record(self, row: int = 0) -> dict[str, Any]:
        """Return the assumptions of one scenario and its measures as one flat record."""
        return {
            **self.assumptions.model_dump(mode="json"),
            **{name: values[row].tolist() for name, values in self.scenarios.items()},
            **self.metrics.record(row),
            "remarks": self.remarks(row),
        }

    def remarks(self, row: int = 0) -> dict[str, str]:
        """Say why a measure does not exist or is not unique, by measure."""
        metrics, remarks = self.metrics, {}
        n_periods = self.constants["life_periods"][row]
        life = f"{n_periods / self.assumptions.periods_per_year:g} years"
        for name in ("source", "cash", "discounted", "equity"):
            if np.isnan(getattr(metrics, f"payback_{name}_years")[row]):
                remarks[f"payback_{name}_years"] = f"never pays back within {life}"
        for who in ("equity", "project"):
            status = getattr(metrics, f"{who}_irr_status")[row]
            if status == NONE:
                flows = self.values[f"{who}_cash_flow_cny"][row]
                remarks[f"{who}_irr"] = f"none: {_why_no_irr(flows)}"
            elif status == MULTIPLE:
                count = len(getattr(metrics, f"{who}_irr_roots")[row])
                remarks[f"{who}_irr"] = (
                    f"not unique: {count} rates make the present value zero; the one nearest zero "
                    "on the side of the undiscounted sum is given"
                )
        if np.isnan(metrics.dscr_minimum[row]):
            for name in ("dscr_minimum", "dscr_average"):
                remarks[name] = "n/a: no debt service"
        if np.isnan(metrics.llcr[row]):
            remarks["llcr"] = "n/a: no debt"
        if np.isnan(metrics.levelized_cost_cny_per_gpu_hour[row]):
            remarks["levelized_cost_cny_per_gpu_hour"] = "n/a: no GPU-hour is billed"
        if np.isnan(metrics.net_margin_by_year[row]).any():
            remarks["net_margin_by_year"] = "n/a in years without revenue"
        return remarks


def _why_no_irr(flows: Floats) -> str:
    if (flows <= 0).all():
        return "no cash flow is positive"
    if (flows >= 0).all():
        return "no cash flow is negative, nothing is invested"
    return "no rate makes the present value zero"
