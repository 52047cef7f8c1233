"""Root finding, inverse questions: which value of an assumption gives a wanted answer.

One solver for all, over scenarios: every question is put as a gap that is zero at the answer.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize.elementwise import find_root

from analysis.arguments import as_number
from analysis.arrays import Floats, Integers
from analysis.errors import AssumptionError, Fault
from analysis.near_names import one_of
from analysis.rental.engines.evaluation import evaluate
from analysis.rental.engines.result import RentalResult
from analysis.rental.inputs.assumptions import Assumptions
from analysis.rental.inputs.cases import Case, as_case
from analysis.rental.inputs.parameters import WHOLE_PERIODS, moves_in_steps
from analysis.rental.inputs.resolve import varying_fields
from analysis.rental.questions.gaps import gap_of, targets
from analysis.rental.questions.unread import refuse_unread

GRID_POINTS = 129


class Question(NamedTuple):
    """A measure out of `targets`, and its wanted value in its unit."""

    target: str
    wanted: float


@dataclass(frozen=True)
class Solution:
    """Answer to an inverse question.

    Parameters
    ----------
    unknown, target : str
        The assumption sought and the measure it should bring about.
    wanted : float
        Wanted value of the measure.
    low, high : float
        Range searched; of an assumption that moves in whole steps, the first and the last step.
    values : tuple of float
        Every value found, ascending; empty when there is none. For an assumption that moves in
        whole steps, the first step at or past the wanted value.
    brackets : tuple of (float, float)
        For each value, the neighbors between which the measure passes the wanted value; both are
        the value itself unless the assumption moves in whole steps.
    at_low, at_high : float or None
        The measure at both ends of the range; None where it does not exist.
    """

    unknown: str
    target: str
    wanted: float
    low: float
    high: float
    values: tuple[float, ...]
    brackets: tuple[tuple[float, float], ...]
    at_low: float | None
    at_high: float | None

    @property
    def value(self) -> float | None:
        """The only value found; None when there is none or more than one."""
        return self.values[0] if len(self.values) == 1 else None

    def __str__(self) -> str:
        """Render the answer as a sentence."""
        question = f"{self.target} = {self.wanted:g}"
        if self.values:
            found = " and ".join(
                f"{low:.10g}" if low == high else f"between {low:.10g} and {high:.10g}"
                for low, high in self.brackets
            )
            return f"{question} at {self.unknown} {'' if 'between' in found else '= '}{found}"
        low, high = (
            "does not exist" if end is None else f"is {end:.6g}"
            for end in (self.at_low, self.at_high)
        )
        return (
            f"{question}: no value of {self.unknown} in [{self.low:g}, {self.high:g}]; "
            f"it {low} at {self.low:g} and {high} at {self.high:g}"
        )


def solve(
    assumptions: Case,
    unknown: str,
    *,
    target: str,
    wanted: float,
    low: float,
    high: float,
) -> Solution:
    """Find every value of an assumption that gives a wanted measure.

    The range is scanned on a grid in one evaluation over scenarios; every change of sign of the gap
    is then closed in on. Two answers closer than a grid step cannot be told apart.

    Parameters
    ----------
    assumptions : Assumptions
        The case; its own value of `unknown` does not matter.
    unknown : str
        A numeric assumption.
    target : str
        Any measure that is one number: present values (CNY), rates of return (decimals per year),
        cover ratios, paybacks (years), levelized cost, ...; see `analysis.rental.questions.gaps`.
    wanted : float
        Wanted value of the measure, in its unit.
    low, high : float
        Range of the unknown, both ends included.

    Returns
    -------
    Solution
        All values found, or none with the measure at both ends.

    Raises
    ------
    AssumptionError
        If the unknown or the target is not known, or the range is empty or impossible.

    Examples
    --------
    The constant yearly decline of rent that equity can bear at 10 %:

    >>> found = solve(Assumptions(), "rent_decline_per_year", target="equity_npv_cny",
    ...               wanted=0.0, low=0.0, high=0.9)
    >>> round(found.value, 4)
    0.2758
    >>> print(solve(Assumptions(), "rent_cny_per_server_month", target="equity_irr",
    ...             wanted=0.15, low=90_000, high=100_000))
    equity_irr = 0.15: no value of rent_cny_per_server_month in [90000, 100000]; \
it is 0.909096 at 90000 and is 1.06752 at 100000
    """
    return solve_each(assumptions, {}, unknown, target=target, wanted=wanted, low=low, high=high)[0]


def solve_each(
    assumptions: Case,
    scenarios: Mapping[str, ArrayLike],
    unknown: str,
    *,
    target: str,
    wanted: float,
    low: float,
    high: float,
) -> list[Solution]:
    """Ask the question of `solve` of several scenarios, all of them together.

    Parameters
    ----------
    assumptions : Assumptions
        The case.
    scenarios : mapping of str to array, shape (n_scenarios,)
        Assumptions, other than the unknown, that differ between scenarios; empty: the case alone.
    unknown, target, wanted, low, high
        As for `solve`.

    Returns
    -------
    list of Solution
        One a scenario.

    Raises
    ------
    AssumptionError
        As `solve`, and if some scenario is impossible.

    Examples
    --------
    >>> prices = {"server_price_cny": [1_800_000.0, 2_000_000.0]}
    >>> found = solve_each(Assumptions(), prices, "rent_decline_per_year",
    ...                    target="equity_npv_cny", wanted=0.0, low=0.0, high=0.9)
    >>> [round(solution.value, 4) for solution in found]
    [0.3393, 0.2758]
    """
    question = Question(target, wanted)
    return solve_all(assumptions, scenarios, unknown, [question], low=low, high=high)[0]


def solve_all(
    assumptions: Case,
    scenarios: Mapping[str, ArrayLike],
    unknown: str,
    questions: Sequence[Question],
    *,
    low: float,
    high: float,
) -> list[list[Solution]]:
    """Ask several questions about one assumption, of several scenarios, all of them together.

    Parameters
    ----------
    assumptions : Assumptions
        The case.
    scenarios : mapping of str to array, shape (n_scenarios,)
        As for `solve_each`.
    unknown : str
        As for `solve`.
    questions : sequence of Question
        Measures and their wanted values.
    low, high : float
        As for `solve`.

    Returns
    -------
    list of list of Solution
        For each question one a scenario, the same as if each had been asked alone.

    Raises
    ------
    AssumptionError
        As `solve_each`.

    Examples
    --------
    >>> questions = [Question("equity_npv_cny", 0.0), Question("dscr_minimum", 1.0)]
    >>> found = solve_all(Assumptions(), {}, "rent_decline_per_year", questions, low=0.0, high=0.9)
    >>> [round(solution.value, 4) for (solution,) in found]
    [0.2758, 0.2244]
    """
    assumptions = as_case(assumptions)
    for question in questions:
        _check_question(unknown, *question, low, high)
    refuse_unread(assumptions, [unknown, *scenarios], "question")
    for question in questions:
        refuse_unread(assumptions, [unknown], "question", [question.target])
    points = grid(assumptions, unknown, low, high)
    given = {name: np.asarray(values, dtype=float) for name, values in scenarios.items()}
    n_scenarios = next((len(values) for values in given.values()), 1)

    def result_at(values: Floats, rows: Integers) -> RentalResult:
        own = {name: column[rows] for name, column in given.items()}
        return evaluate(assumptions, {**own, unknown: values})

    def gaps_of(result: RentalResult) -> Floats:
        return np.array([gap_of(target)(result, wanted) for target, wanted in questions])

    def gap_at(values: Floats, rows: Integers) -> Floats:
        asked, scenario = np.divmod(rows, n_scenarios)
        return gaps_of(result_at(values, scenario))[asked, np.arange(rows.size)]

    rows = np.repeat(np.arange(n_scenarios), points.size)
    gaps = gaps_of(result_at(np.tile(points, n_scenarios), rows)).reshape(-1, points.size)
    both_ends = np.tile(points[[0, -1]], n_scenarios), np.repeat(np.arange(n_scenarios), 2)
    there = result_at(*both_ends).metrics
    met, passed = _met_and_passed(gaps, points)
    if len(passed) and not moves_in_steps(unknown):
        passed = _closed_in(gap_at, passed)
    ends = np.concatenate([met, passed])
    ends = ends[np.lexsort((ends[:, 2], ends[:, 0]))]
    solutions = []
    for row, question in enumerate(q for q in questions for _ in range(n_scenarios)):
        at_ends = getattr(there, question.target).reshape(-1, 2)[row % n_scenarios]
        brackets = ends[ends[:, 0] == row, 1:]
        solutions.append(_solution(unknown, question, points, brackets, at_ends))
    return [solutions[n : n + n_scenarios] for n in range(0, len(solutions), n_scenarios)]


def _solution(
    unknown: str, question: Question, points: Floats, brackets: Floats, at_ends: Floats
) -> Solution:
    """Return the answer for one scenario; columns of `brackets` are neighbors of a zero."""
    return Solution(
        unknown,
        *question,
        float(points[0]),
        float(points[-1]),
        tuple(float(past) for past in brackets[:, 1]),
        tuple((float(one), float(past)) for one, past in brackets),
        *map(_exists, at_ends),
    )


def _met_and_passed(gaps: Floats, points: Floats) -> tuple[Floats, Floats]:
    """Return where gaps are zero, and where they change sign.

    Columns of both: question and scenario, and the neighbors between which the gap is zero.
    """
    at_row, at_point = np.nonzero(gaps == 0.0)
    met = np.column_stack([at_row, points[at_point], points[at_point]])
    at_row, after = np.nonzero(gaps[:, :-1] * gaps[:, 1:] < 0)
    return met, np.column_stack([at_row, points[after], points[after + 1]])


def _closed_in(gap_at: Callable[[Floats, Integers], Floats], brackets: Floats) -> Floats:
    """Replace brackets by the roots in them, where the gap exists all the way to the root."""
    found = find_root(
        lambda x, row: gap_at(x, row.astype(np.int64)),
        (brackets[:, 1], brackets[:, 2]),
        args=(brackets[:, 0],),
        tolerances={"xatol": 1e-14},
    )
    ends = np.where(found.success[:, None], found.x[:, None], brackets[:, 1:])
    return np.column_stack([brackets[:, 0], ends])


def _exists(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def grid(
    assumptions: Assumptions, name: str, low: float, high: float, n_points: int = GRID_POINTS
) -> Floats:
    """Return values of an assumption from low to high.

    Parameters
    ----------
    assumptions : Assumptions
        The case, which says how long a period is.
    name : str
        A numeric assumption.
    low, high : float
        Both ends.
    n_points : int
        Values, evenly spread; an assumption that moves in whole steps has all its steps instead.

    Raises
    ------
    AssumptionError
        If there is no whole step in the range.
    """
    if moves_in_steps(name):
        steps = assumptions.periods_per_year if name in WHOLE_PERIODS else 1
        first, last = np.ceil(low * steps - 1e-9), np.floor(high * steps + 1e-9)
        if first > last:
            fault = Fault("question", None, "range", f"[{low:g}, {high:g}]", "a whole step in it")
            raise AssumptionError([fault])
        return np.arange(first, last + 1) / steps
    return np.linspace(low, high, n_points)


def _check_question(unknown: str, target: str, wanted: float, low: float, high: float) -> None:
    numbers = {"wanted": wanted, "low": low, "high": high}
    wanted, low, high = (as_number(name, each, is_finite=False) for name, each in numbers.items())
    faults = []
    if unknown not in varying_fields() or unknown == "rent_index_by_period":
        faults.append(Fault("question", None, "unknown", unknown, "an assumption that is a number"))
    if target not in targets():
        faults.append(Fault("question", None, "target", target, one_of(target, targets())))
    if not -np.inf < low < high < np.inf:
        faults.append(Fault("question", None, "range", f"[{low:g}, {high:g}]", "low below high"))
    lowest = -1.0 if target.endswith("_irr") else 0.0 if target.startswith("payback") else -np.inf
    if not lowest < wanted < np.inf:
        floor = "" if lowest == -np.inf else f" above {lowest:g}"
        faults.append(Fault("question", None, "wanted", f"{wanted:g}", f"a finite number{floor}"))
    if faults:
        raise AssumptionError(faults)
