"""Two-way table: a measure over a grid of two assumptions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from analysis.arguments import as_whole
from analysis.arrays import Floats
from analysis.brief import Brief
from analysis.errors import AssumptionError, Fault
from analysis.rental.inputs.assumptions import Assumptions
from analysis.rental.inputs.cases import Case, as_case
from analysis.rental.model.outputs import number
from analysis.rental.questions.sensitivity.spans import Span, check_names, names_of
from analysis.rental.questions.sensitivity.swept_measures import Measured, check_measure, measured
from analysis.rental.questions.unread import refuse_unread

MOST_STEPS = 101
_FINE = 49  # points a side of the grid under the break-even line


@dataclass(frozen=True)
class Side(Brief):
    """The side of a grid on which each point lies, for drawing where the side changes.

    Parameters
    ----------
    down, across : ndarray, shape (n_down,) and (n_across,)
        Values of both assumptions.
    gaps : ndarray, shape (n_down, n_across)
        See `measured.Measured`.
    """

    down: Floats
    across: Floats
    gaps: Floats

    @property
    def changes(self) -> bool:
        """Whether there are points on both sides."""
        return bool((self.gaps > 0).any() and (self.gaps < 0).any())


@dataclass(frozen=True)
class TwoWay(Brief):
    """A measure over a grid of two assumptions.

    Parameters
    ----------
    measure : str
        The measure.
    frame : DataFrame
        The measure in its unit, NaN where it does not exist; index and columns are values of the
        assumptions that they are named for.
    line : float or None
        What divides good from bad.
    side : Side
        A finer grid, for the break-even line.
    """

    measure: str
    frame: pd.DataFrame
    line: float | None
    side: Side

    @property
    def names(self) -> tuple[str, str]:
        """Assumptions down and across."""
        return str(self.frame.index.name), str(self.frame.columns.name)

    @property
    def n_missing(self) -> int:
        """Cells in which the measure does not exist."""
        return int(self.frame.isna().to_numpy().sum())

    def record(self) -> dict[str, Any]:
        """Return everything as plain values; None where there is none."""
        down, across = self.names
        return {
            "measure": self.measure,
            "line": self.line,
            "down": {"assumption": down, "values": self.frame.index.tolist()},
            "across": {"assumption": across, "values": self.frame.columns.tolist()},
            "values": [[number(value) for value in row] for row in self.frame.to_numpy()],
        }


def two_way(
    case: Case,
    down: Span,
    across: Span,
    measure: str = "equity_npv_cny",
    *,
    n: int = 7,
) -> TwoWay:
    """Evaluate a measure over a grid of two assumptions, the others as in the case.

    Parameters
    ----------
    case : Assumptions
        The case.
    down, across : Span
        Two assumptions and their ends.
    measure : str
        A measure that is one number.
    n : int
        Values of each assumption, both ends included; of one that moves in whole steps, all steps.

    Returns
    -------
    TwoWay
        Grid and break-even line.

    Raises
    ------
    AssumptionError
        If the measure is unknown, both assumptions are the same, there are too many or too few
        values, or a cell is impossible in this case.

    Examples
    --------
    >>> found = two_way(
    ...     Assumptions(), Span("utilization", 0.6, 1.0), Span("rent_decline_per_year", 0.0, 0.4),
    ...     n=3,
    ... )
    >>> (found.frame / 1e4).round().astype(int).to_numpy().tolist()
    [[-4, -47, -76], [45, -13, -52], [94, 21, -28]]
    """
    case = as_case(case)
    check_measure(measure)
    check_names(names_of([down, across]))
    n = as_whole("n", n)
    refuse_unread(case, [down.name, across.name], "two-way table", [measure])
    if not 2 <= n <= MOST_STEPS:
        raise AssumptionError([Fault("two-way table", None, "steps", str(n), f"2 to {MOST_STEPS}")])
    rows, columns, found = _over(case, down, across, measure, n)
    frame = pd.DataFrame(
        found.measure.reshape(rows.size, columns.size),
        index=pd.Index(rows, name=down.name),
        columns=pd.Index(columns, name=across.name),
    )
    if found.line is None:
        return TwoWay(measure, frame, None, Side(rows, columns, np.full(frame.shape, np.nan)))
    rows, columns, fine = _over(case, down, across, measure, _FINE)
    side = Side(rows, columns, fine.gaps.reshape(rows.size, columns.size))
    return TwoWay(measure, frame, found.line, side)


def _over(
    case: Assumptions, down: Span, across: Span, measure: str, n: int
) -> tuple[Floats, Floats, Measured]:
    rows, columns = down.values(case, n), across.values(case, n)
    scenarios = {
        down.name: np.repeat(rows, columns.size),
        across.name: np.tile(columns, rows.size),
    }
    return rows, columns, measured(case, scenarios, measure)
