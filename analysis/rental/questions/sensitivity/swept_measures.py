"""One measure of some scenarios, and on which side of its line each lies."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from analysis.arrays import Floats
from analysis.brief import Brief
from analysis.errors import AssumptionError, Fault
from analysis.near_names import did_you_mean
from analysis.rental.engines.evaluation import evaluate
from analysis.rental.inputs.assumptions import Assumptions
from analysis.rental.model.measures.declared_measures import MEASURES, singles
from analysis.rental.questions.gaps import gap_of

_AT_A_TIME = 2048


@dataclass(frozen=True)
class Measured(Brief):
    """A measure of some scenarios.

    Parameters
    ----------
    measure : ndarray, shape (n_scenarios,)
        The measure in its unit; NaN where it does not exist.
    gaps : ndarray, shape (n_scenarios,)
        Of the sign of value less `line`, zero where they are the same. A rate of return is judged
        by the present value at the line, so that a case without a rate, or with several, is judged
        too. NaN where nothing can be said, and everywhere where there is no line.
    line : float or None
        What divides good from bad: nothing for present values, the discount rate for rates of
        return, one for cover ratios; None for the other measures.
    """

    measure: Floats
    gaps: Floats
    line: float | None


def check_measure(measure: str, among: tuple[str, ...] | None = None) -> None:
    """Refuse a measure that is unknown; known are all single numbers unless others are named.

    Raises
    ------
    AssumptionError
        With the nearest name, and all of them.
    """
    known = singles() if among is None else among
    if measure not in known:
        expected = f"one of {', '.join(known)}{did_you_mean(measure, known)}"
        raise AssumptionError([Fault("sensitivity", None, "measure", measure, expected)])


def line_of(case: Assumptions, measure: str) -> float | None:
    """Return the value of a measure that divides good from bad, None where there is none.

    Examples
    --------
    >>> line_of(Assumptions(), "equity_irr"), line_of(Assumptions(), "dscr_minimum")
    (0.1, 1.0)
    """
    divides = MEASURES[measure].divides
    return float(getattr(case, divides)) if isinstance(divides, str) else divides


def measured(case: Assumptions, scenarios: Mapping[str, Floats], measure: str) -> Measured:
    """Evaluate a measure of some scenarios.

    Parameters
    ----------
    case : Assumptions
        The case.
    scenarios : mapping of str to ndarray, shape (n_scenarios,)
        Assumptions that differ; empty: the case alone.
    measure : str
        A measure that is one number.

    Raises
    ------
    AssumptionError
        If some scenario is impossible.

    Examples
    --------
    >>> rents = {"rent_cny_per_server_month": np.array([40_000.0, 70_000.0])}
    >>> found = measured(Assumptions(), rents, "equity_npv_cny")
    >>> found.measure.round().tolist()
    [-106394.0, 937589.0]
    """
    line = line_of(case, measure)
    values, gaps = [], []
    for part in _parts(scenarios):
        result = evaluate(case, part)
        there = np.asarray(result.metrics[measure])
        values.append(there)
        gaps.append(np.full(there.size, np.nan) if line is None else gap_of(measure)(result, line))
    return Measured(np.concatenate(values), np.concatenate(gaps), line)


def measured_lanes(
    case: Assumptions, scenarios: Mapping[str, Floats], *, measure: str, threads: int
) -> Floats:
    """Return a measure of very many scenarios, from the compiled engine."""
    from analysis.rental.engines.runs import measure_lanes

    return measure_lanes(case, scenarios, [measure], threads=threads).values[measure]


def _parts(scenarios: Mapping[str, Floats]) -> Iterator[dict[str, Floats]]:
    n_scenarios = next((len(values) for values in scenarios.values()), 1)
    for start in range(0, n_scenarios, _AT_A_TIME):
        yield {name: values[start : start + _AT_A_TIME] for name, values in scenarios.items()}
