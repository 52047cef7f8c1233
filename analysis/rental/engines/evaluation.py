"""Evaluate the rental model: one case, or a million scenarios of it along one axis."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from analysis.arguments import as_choice, as_whole
from analysis.rental.engines.few_scenarios import CHUNK
from analysis.rental.engines.measures import Metrics, metrics_of
from analysis.rental.engines.plain import run
from analysis.rental.engines.result import RentalResult
from analysis.rental.engines.sculpt import sized
from analysis.rental.inputs.cases import Case, as_case
from analysis.rental.inputs.resolve import resolve
from analysis.rental.model.declaration import declare
from analysis.rental.model.structure import Structure

ENGINES = ("numpy", "numba")


def evaluate(assumptions: Case, scenarios: Mapping[str, ArrayLike] | None = None) -> RentalResult:
    """Evaluate a case: every line of every period and all measures, each when it is asked for.

    Parameters
    ----------
    assumptions : Assumptions, mapping, str or Path
        The case, some of its assumptions, its name, or its file.
    scenarios : mapping of str to array, shape (n_scenarios,), optional
        Assumptions that differ between scenarios; `rent_index_by_period` has shape
        (n_scenarios, n_periods). Without it there is one scenario.

    Returns
    -------
    RentalResult
        Lines of shape (n_scenarios, n_periods), statements and measures.

    Raises
    ------
    AssumptionError
        If some scenario is impossible.

    Examples
    --------
    >>> from analysis.rental import Assumptions
    >>> case = evaluate(Assumptions())
    >>> (100 * case.metrics.net_margin_by_year[0]).round(2).tolist()
    [32.38, 33.51, 34.65, 35.78, 36.91]
    """
    assumptions = as_case(assumptions)
    declaration = declare(Structure.of(assumptions, scenarios or ()))
    resolved = sized(declaration, resolve(assumptions, scenarios))
    constants, lines = run(declaration, resolved.parameters, resolved.series, resolved.n_periods)
    varied = {name: np.asarray(values) for name, values in (scenarios or {}).items()}
    return RentalResult(assumptions, declaration, constants, lines, varied)


def measure(
    assumptions: Case,
    scenarios: Mapping[str, ArrayLike] | None = None,
    *,
    engine: Literal["numpy", "numba"] = "numpy",
    threads: int = 1,
) -> Metrics:
    """Evaluate measures only, in chunks, so that memory does not grow with lines times scenarios.

    Parameters and errors as for `evaluate`; the measures are the same, bit for bit with the plain
    engine and to 1e-9 with the compiled one.

    Parameters
    ----------
    assumptions : Assumptions
        The case.
    scenarios : mapping of str to array, shape (n_scenarios,), optional
        As for `evaluate`.
    engine : {"numpy", "numba"}
        The plain engine, or the compiled one: hundreds of times faster, after some seconds of
        compilation the first time that a structure is met.
    threads : int
        Threads of the compiled engine.

    Examples
    --------
    >>> from analysis.rental import Assumptions
    >>> rents = [60_000.0, 70_000.0]
    >>> measure(Assumptions(), {"rent_cny_per_server_month": rents}).equity_npv_cny.round().tolist()
    [589595.0, 937589.0]
    """
    assumptions = as_case(assumptions)
    as_choice("engine", engine, ENGINES)
    threads = as_whole("threads", threads, 1)
    if engine == "numba":
        from analysis.rental.engines.runs import measure_all

        return measure_all(assumptions, scenarios, threads=threads)
    declaration = declare(Structure.of(assumptions, scenarios or ()))
    resolved = resolve(assumptions, scenarios)
    parts = []
    for start in range(0, resolved.n_scenarios, CHUNK):
        rows = sized(declaration, resolved.rows(start, start + CHUNK))
        _, lines = run(declaration, rows.parameters, rows.series, rows.n_periods)
        measures = metrics_of(declaration, lines, assumptions.periods_per_year)
        parts.append(Metrics.join([measures]))  # works out all, and lets go of the lines
    return Metrics.join(parts)
