"""Break-even frontier: for each value of one assumption, what another must be."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from analysis.brief import Brief
from analysis.errors import AssumptionError, Fault
from analysis.rental.inputs.cases import Case, as_case
from analysis.rental.model.outputs import number
from analysis.rental.questions.gaps import targets
from analysis.rental.questions.inverse import Solution, solve_each
from analysis.rental.questions.sensitivity.spans import Span, check_names, names_of
from analysis.rental.questions.sensitivity.swept_measures import check_measure, line_of
from analysis.rental.questions.unread import refuse_unread

MOST_POINTS = 1001
_AT_A_TIME = 16  # each is a scan of some hundred scenarios, all lines of which are kept


class Curves(NamedTuple):
    """An assumption that has another value on each curve."""

    name: str
    levels: tuple[float, ...]


@dataclass(frozen=True)
class Frontier(Brief):
    """Where a measure meets a target.

    Parameters
    ----------
    along, unknown : Span
        The assumption stepped through, and the one found.
    measure : str
        The measure.
    wanted : float
        Its target.
    by : Curves or None
        What differs between curves.
    frame : DataFrame
        A row an answer, and one a point without any. Columns ``curve`` (value of `by`, NaN without
        one), ``along``, ``n_answers``, ``place`` (0 for the lowest answer), ``value`` (NaN where
        there is none), ``below`` (the neighbor before the measure passes its target: the value
        itself unless the unknown moves in whole steps or the measure ends between), ``at_low`` and
        ``at_high`` (the measure at both ends of the unknown's range; NaN where it does not exist).
    """

    along: Span
    unknown: Span
    measure: str
    wanted: float
    by: Curves | None
    frame: pd.DataFrame

    @property
    def n_without(self) -> int:
        """Points without an answer in the range."""
        return int((self.frame["n_answers"] == 0).sum())

    @property
    def n_several(self) -> int:
        """Points with several answers."""
        return int(((self.frame["n_answers"] > 1) & (self.frame["place"] == 0)).sum())

    def record(self) -> dict[str, Any]:
        """Return everything as plain values; None where there is none."""
        frame = self.frame
        points = []
        for _, answers in frame.groupby(["curve", "along"], sort=False, dropna=False):
            first = answers.iloc[0]
            there = answers.dropna(subset="value")
            points.append(
                {
                    "curve": number(first["curve"]),
                    "along": float(first["along"]),
                    "values": there["value"].tolist(),
                    "brackets": there[["below", "value"]].to_numpy().tolist(),
                    "measure_at_low": number(first["at_low"]),
                    "measure_at_high": number(first["at_high"]),
                }
            )
        return {
            "measure": self.measure,
            "wanted": self.wanted,
            "along": self.along.name,
            "found": self.unknown.name,
            "range": [self.unknown.low, self.unknown.high],
            "curves_by": None if self.by is None else self.by.name,
            "n_points_without_answer": self.n_without,
            "n_points_with_several_answers": self.n_several,
            "points": points,
        }


def frontier(
    case: Case,
    along: Span,
    unknown: Span,
    measure: str = "equity_npv_cny",
    *,
    wanted: float | None = None,
    n: int = 25,
    by: Curves | None = None,
    advance: Callable[[int], None] = lambda n_points: None,
) -> Frontier:
    """Find, for each value of one assumption, every value of another that meets a target.

    A rate of return is met where the present value at that rate is zero. Every answer in the range
    is given, as `analysis.rental.questions.inverse.solve` gives it.

    Parameters
    ----------
    case : Assumptions
        The case; its own values of both assumptions do not matter.
    along : Span
        The assumption stepped through.
    unknown : Span
        The assumption found, and its range.
    measure : str
        One of `analysis.rental.questions.gaps.targets`.
    wanted : float, optional
        Target in the measure's unit; left out, what divides good from bad.
    n : int
        Points a curve; all steps of an assumption that moves in whole steps.
    by : Curves, optional
        A third assumption and its value on each curve.
    advance : callable
        Told the number of points found since it was last called.

    Returns
    -------
    Frontier
        All answers.

    Raises
    ------
    AssumptionError
        If an assumption stands twice, a target is missing, or a point is impossible in this case.

    Examples
    --------
    >>> from analysis.rental import Assumptions
    >>> found = frontier(
    ...     Assumptions(), Span("server_price_cny", 1.8e6, 2.2e6),
    ...     Span("rent_decline_per_year", 0.0, 0.9), n=3,
    ... )
    >>> found.frame["value"].round(4).tolist()
    [0.3393, 0.2758, 0.22]
    """
    check_measure(measure, targets())
    case = as_case(case)
    moved = [*names_of([along, unknown]), *([] if by is None else [by.name])]
    check_names(moved)
    refuse_unread(case, moved, "frontier", [measure])
    target = _target(line_of(case, measure) if wanted is None else wanted, measure, n, by)
    steps = along.values(case, n)
    rows: list[dict[str, float]] = []
    for curve in (np.nan,) if by is None else by.levels:
        own = case if by is None else case.replace(**{by.name: curve})
        for start in range(0, steps.size, _AT_A_TIME):
            part = steps[start : start + _AT_A_TIME]
            solutions = solve_each(
                own,
                {along.name: part},
                unknown.name,
                target=measure,
                wanted=target,
                low=unknown.low,
                high=unknown.high,
            )
            rows += _rows(curve, part.tolist(), solutions)
            advance(part.size)
    return Frontier(along, unknown, measure, target, by, pd.DataFrame(rows))


def _target(wanted: float | None, measure: str, n: int, by: Curves | None) -> float:
    """Return the target; refuse a frontier that has none, or no points or curves."""
    faults = []
    if wanted is None:
        faults.append(Fault("frontier", None, "wanted", "", f"a value of {measure}"))
    if not 2 <= n <= MOST_POINTS:
        faults.append(Fault("frontier", None, "points", str(n), f"2 to {MOST_POINTS}"))
    if by is not None and not by.levels:
        faults.append(Fault("frontier", None, "by", by.name, "a value for each curve"))
    if faults or wanted is None:
        raise AssumptionError(faults)
    return wanted


def _rows(
    curve: float, steps: Sequence[float], solutions: Sequence[Solution]
) -> list[dict[str, float]]:
    return [
        {
            "curve": curve,
            "along": step,
            "n_answers": len(solution.values),
            "place": place,
            "value": value,
            "below": below,
            "at_low": np.nan if solution.at_low is None else solution.at_low,
            "at_high": np.nan if solution.at_high is None else solution.at_high,
        }
        for step, solution in zip(steps, solutions, strict=True)
        for place, (below, value) in enumerate(solution.brackets or ((np.nan, np.nan),))
    ]
