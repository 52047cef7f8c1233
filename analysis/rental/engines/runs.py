"""Scenarios by the million: measured run by run, in threads, each on its own.

Few scenarios are measured by the plain engine at once, many by a kernel that is compiled for them.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeVar, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.arguments import as_choice
from analysis.errors import AssumptionError, Fault
from analysis.near_names import one_of
from analysis.rental.engines.compiled.names import DRAWN_SHARE, UNSETTLED
from analysis.rental.engines.few_scenarios import PlainRuns, are_few
from analysis.rental.engines.measured import STATUS, Measured
from analysis.rental.engines.measures import Metrics, share_by_year
from analysis.rental.inputs.assumptions import Assumptions
from analysis.rental.inputs.parameters import SCULPTED_SERVICE, SERVICE_AHEAD
from analysis.rental.inputs.resolve import Resolved, resolve
from analysis.rental.model.measures.declared_measures import AT_HURDLE, of_kind, singles
from analysis.rental.model.measures.measure_kinds import ByYear, Rate, ShareByYear
from analysis.rental.model.measures.returns import HURDLE
from analysis.rental.model.structure import Structure

if TYPE_CHECKING:  # imports Numba
    from analysis.rental.engines.compiled.engine import Engine

Given = Mapping[str, ArrayLike]
Choice = Literal["auto", "numpy", "numba"]
Item = TypeVar("Item")
Result = TypeVar("Result")

ROWS = 16_384
# A kernel for which these are numbers instead of lanes works out once a period what they decide.
_SPANS = frozenset(
    {
        "periods_per_year",
        "useful_life_years",
        "debt_tenor_years",
        "contract_years",
        "depreciation_life_years",
        "tax_depreciation_life_years",
    }
)


def measures_known() -> tuple[str, ...]:
    """Return every measure that a kernel gives."""
    return (*singles(), *of_kind(ByYear))


@dataclass(frozen=True)
class Runner:
    """Measures runs of scenarios of one case that vary in the same assumptions.

    Parameters
    ----------
    assumptions : Assumptions
        The case.
    engine : Engine or PlainRuns
        Its compiled kernel, or the plain engine.
    varying : frozenset of str
        Parameters that differ between scenarios.
    n_periods : int
        Periods of the longest useful life of any run.
    hurdle : float or None
        Rate that measures out of `AT_HURDLE` discount at, decimal per year.
    """

    assumptions: Assumptions
    engine: Engine | PlainRuns
    varying: frozenset[str]
    n_periods: int
    hurdle: float | None

    @classmethod
    def prepare(
        cls,
        assumptions: Assumptions,
        example: Given,
        measures: Iterable[str] | None = None,
        *,
        n_periods: int | None = None,
        hurdle: float | None = None,
        n_scenarios: int | None = None,
        engine: Choice = "auto",
    ) -> Runner:
        """Choose what measures runs like an example.

        Parameters
        ----------
        assumptions : Assumptions
            The case.
        example : mapping of str to array, shape (n_scenarios,)
            Some scenarios; all runs vary in the same assumptions.
        measures : iterable of str, optional
            Names out of `measures_known`, all of them when left out; the fewer, the faster.
        n_periods : int, optional
            Periods of the longest useful life where the example does not hold it.
        hurdle : float, optional
            Decimal per year; with it `measures` may name those of `AT_HURDLE`.
        n_scenarios : int, optional
            Scenarios of all runs together; many when left out.
        engine : {"auto", "numpy", "numba"}
            The plain engine, or a kernel compiled for the structure; ``auto``: the plain one where
            scenarios are few, see `few_scenarios.are_few`.

        Raises
        ------
        AssumptionError
            If a measure is unknown or a scenario impossible.
        """
        as_choice("engine", engine, get_args(Choice))
        known = (*measures_known(), *(AT_HURDLE if hurdle is not None else ()))
        wanted = measures_known() if measures is None else tuple(dict.fromkeys(measures))
        unknown = [name for name in wanted if name not in known]
        if unknown or not wanted:
            faults = [
                Fault("measures", None, None, name, one_of(name, known)) for name in unknown or [""]
            ]
            raise AssumptionError(faults)
        resolved = resolve(assumptions, example, n_periods=n_periods)
        varying = frozenset(
            name
            for name, values in resolved.parameters.items()
            if resolved.n_scenarios > 1 and values.strides[0] != 0
        )
        is_few = n_scenarios is not None and are_few(n_scenarios, resolved.n_periods)
        is_plain = engine == "numpy" or (engine == "auto" and is_few)
        asked = (*wanted, *_asked_of_sculpted_debt(assumptions, example))
        structure = Structure.of(assumptions, example)
        per_year = assumptions.periods_per_year
        chosen: Engine | PlainRuns
        if is_plain:
            chosen = PlainRuns.of(structure, asked, per_year)
        else:
            from analysis.rental.engines.compiled.engine import engine_for  # imports Numba

            chosen = engine_for(structure, asked, _common(resolved, varying), per_year)
        return cls(assumptions, chosen, varying, resolved.n_periods, hurdle)

    def measure(self, scenarios: Given) -> Measured:
        """Measure one run; safe to call from several threads.

        Raises
        ------
        AssumptionError
            If some scenario is impossible; rows are numbered within the run.
        """
        resolved = resolve(self.assumptions, scenarios, n_periods=self.n_periods)
        if self.hurdle is not None:
            rate = np.full(resolved.n_scenarios, self.hurdle)
            resolved = resolved._replace(parameters={**resolved.parameters, HURDLE: rate})
        measured = self.engine.run(resolved, self.varying)
        is_over = measured.values.pop(DRAWN_SHARE, np.zeros(1)) > 1
        is_open = measured.values.pop(UNSETTLED, np.zeros(1)) > 0
        if is_over.any() or is_open.any():
            from analysis.rental.engines.sculpt import sculpt
            from analysis.rental.model.declaration import declare

            # the plain engine refuses it, and words the fault
            sculpt(declare(Structure.of(self.assumptions, scenarios)), resolved)
        return measured


def _asked_of_sculpted_debt(assumptions: Assumptions, example: Given) -> tuple[str, ...]:
    """Return what a kernel has to tell besides measures, so that impossible debt is refused."""
    if assumptions.debt_form != "sculpted":
        return ()
    has_no_cap = assumptions.debt_share is None and "debt_share" not in example
    return (DRAWN_SHARE, UNSETTLED) if has_no_cap else (UNSETTLED,)


def _common(resolved: Resolved, varying: frozenset[str]) -> frozenset[str]:
    """Return what a kernel may take as the same in all scenarios."""
    shared = {name for name, values in resolved.series.items() if values.ndim == 1}
    return (_SPANS - varying) | (shared - {SCULPTED_SERVICE, SERVICE_AHEAD})


def in_order(
    function: Callable[[Item], Result], items: Iterable[Item], threads: int
) -> Iterator[Result]:
    """Apply a function in threads and yield the results in order, few of them waiting."""
    if threads == 1:
        yield from map(function, items)
        return
    waiting: deque[Future[Result]] = deque()
    pool, is_done = ThreadPoolExecutor(threads), False
    try:
        for item in items:
            waiting.append(pool.submit(function, item))
            if len(waiting) > 2 * threads:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
        is_done = True
    finally:
        # what is interrupted does not wait for what threads are at
        pool.shutdown(wait=is_done, cancel_futures=True)


def measure_lanes(
    assumptions: Assumptions,
    scenarios: Given | None = None,
    measures: Iterable[str] | None = None,
    *,
    threads: int = 1,
    engine: Choice = "auto",
) -> Measured:
    """Evaluate some measures of many scenarios.

    Scenarios are handled in runs of `ROWS`; a result depends on its own scenario alone, bit for
    bit, whatever stands beside it and however many threads share the work.

    Parameters
    ----------
    assumptions : Assumptions
        The case.
    scenarios : mapping of str to array, shape (n_scenarios,), optional
        Assumptions that differ between scenarios; `rent_index_by_period` has shape
        (n_scenarios, n_periods).
    measures : iterable of str, optional
        Names out of `measures_known`, all of them when left out; the fewer, the faster.
    threads : int
        How many threads share the work.
    engine : {"auto", "numpy", "numba"}
        As for `Runner.prepare`.

    Returns
    -------
    Measured
        The measures asked for.

    Raises
    ------
    AssumptionError
        If some scenario is impossible.

    Examples
    --------
    >>> rents = [60_000.0, 70_000.0]
    >>> found = measure_lanes(
    ...     Assumptions(), {"rent_cny_per_server_month": rents}, ["equity_npv_cny"]
    ... )
    >>> found.values["equity_npv_cny"].round().tolist()
    [589595.0, 937589.0]
    """
    given: dict[str, NDArray[Any]] = {
        name: np.asarray(values) for name, values in (scenarios or {}).items()
    }
    n_scenarios = max((len(values) for values in given.values() if values.ndim), default=1)

    def rows(start: int) -> dict[str, NDArray[Any]]:
        return {name: values[start : start + ROWS] for name, values in given.items()}

    life = np.max(given.get("useful_life_years", np.array(assumptions.useful_life_years)))
    n_periods = round(float(life) * assumptions.periods_per_year)
    try:
        runner = Runner.prepare(
            assumptions,
            rows(0),
            measures,
            n_periods=n_periods,
            n_scenarios=n_scenarios,
            engine=engine,
        )
        starts = range(0, n_scenarios, ROWS)
        return Measured.join(list(in_order(runner.measure, map(rows, starts), threads)))
    except AssumptionError:
        resolve(assumptions, scenarios)  # to number the faulty scenarios as they were given
        raise


def measure_all(
    assumptions: Assumptions,
    scenarios: Given | None = None,
    *,
    threads: int = 1,
) -> Metrics:
    """Evaluate all measures with the compiled kernel; as `measure_lanes`."""
    found = measure_lanes(assumptions, scenarios, threads=threads, engine="numba")
    known: dict[str, Any] = {**found.values}
    for name, share in of_kind(ShareByYear).items():
        known[name] = share_by_year(known[share.over], known[share.under])
    for name in of_kind(Rate):
        known[f"{name}_status"] = STATUS[found.status[name]]
        known[f"{name}_roots"] = found.roots[name]
    return Metrics(known)
