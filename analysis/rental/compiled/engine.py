"""The compiled face: measures of scenarios by the million, generated from the declaration."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.errors import AssumptionError, Fault
from analysis.rental.assumptions import Assumptions
from analysis.rental.compiled.binding import Bound, bind
from analysis.rental.compiled.cache import load
from analysis.rental.compiled.irr_exact import all_rates
from analysis.rental.compiled.irr_lanes import UNDECIDED, Search, new_search
from analysis.rental.compiled.source import source
from analysis.rental.compiled.streaming import FLOWS, SCULPTED_SERVICE, YEARLY, Stream, stream
from analysis.rental.declaration import declare
from analysis.rental.irr import MULTIPLE, NONE, UNIQUE
from analysis.rental.resolve import Resolved, resolve
from analysis.rental.result import Metrics
from analysis.rental.sculpt import sculpt
from analysis.rental.structure import Structure
from analysis.units import per_year_rate

Floats = NDArray[np.float64]
Codes = NDArray[np.int8]

ROWS = 16_384
SINGLE = (
    "payback_source_years",
    "payback_cash_years",
    "payback_discounted_years",
    "payback_equity_years",
    "equity_npv_cny",
    "project_npv_cny",
    "dscr_minimum",
    "dscr_average",
    "llcr",
    "levelized_cost_cny_per_gpu_hour",
    "debt_drawn_cny",
)
MEASURES = (*SINGLE, *FLOWS, *YEARLY)
_DRAWN_SHARE = "debt_drawn_share_of_price"
STATUS = np.array([NONE, UNIQUE, MULTIPLE])

# A kernel for which these are numbers instead of lanes works out once a period what they decide.
_COMMON = frozenset(
    {
        "periods_per_year",
        "useful_life_years",
        "debt_tenor_years",
        "contract_years",
        "depreciation_life_years",
        "tax_depreciation_life_years",
    }
)


@dataclass(frozen=True)
class Measured:
    """Measures of a run of scenarios.

    Parameters
    ----------
    values : dict of str to ndarray
        Shape (n_scenarios,), or (n_scenarios, n_years) for measures by year; units as in `Metrics`.
    status : dict of str to ndarray of int8, shape (n_scenarios,)
        For each rate of return the place in `STATUS`: none, unique or multiple.
    roots : dict of str to dict of int to ndarray
        For each rate of return all rates, ascending, of the scenarios that have several.
    """

    values: dict[str, Floats]
    status: dict[str, Codes]
    roots: dict[str, dict[int, Floats]]

    @classmethod
    def join(cls, parts: Sequence[Measured]) -> Measured:
        """Put the measures of consecutive scenarios together."""
        first = parts[0]
        offsets = np.cumsum([0, *(part.n_scenarios for part in parts)])
        return cls(
            {name: np.concatenate([part.values[name] for part in parts]) for name in first.values},
            {name: np.concatenate([part.status[name] for part in parts]) for name in first.status},
            {
                name: {
                    row + int(offset): rates
                    for offset, part in zip(offsets, parts, strict=False)
                    for row, rates in part.roots[name].items()
                }
                for name in first.roots
            },
        )

    @property
    def n_scenarios(self) -> int:
        """Number of scenarios."""
        return len(next(iter(self.values.values())))


@dataclass(frozen=True)
class Engine:
    """A compiled kernel for one structure, some measures and some varying assumptions."""

    stream: Stream
    bound: Bound
    periods_per_year: int

    @cached_property
    def kernel(self) -> Callable[..., None]:
        """The compiled function; see `analysis.rental.compiled.source.source`."""
        return load(source(self.stream, self.bound))

    def run(self, resolved: Resolved, varying: frozenset[str]) -> Measured:
        """Measure scenarios in one thread, the lock of the interpreter released.

        Parameters
        ----------
        resolved : Resolved
            Parameters and series of the scenarios.
        varying : frozenset of str
            Parameters that differ between them.

        Returns
        -------
        Measured
            The measures of this engine.
        """
        bound, parameters, n = self.bound, resolved.parameters, resolved.n_scenarios
        places = [i for i, name in enumerate(bound.lane_parameters) if name in varying]
        values = np.empty((len(places), n))
        for row, place in enumerate(places):
            values[row] = parameters[bound.lane_parameters[place]]
        out = np.empty((len(bound.finals), n))
        n_years = (resolved.n_periods - 1) // self.periods_per_year + 1
        years = tuple(np.empty((n, n_years)) for _ in self.stream.yearly)
        searches = tuple(new_search(n, resolved.n_periods) for _ in self.stream.flows)
        nothing = (np.empty((1, 1)),)
        self.kernel(
            np.array([parameters[name][0] for name in bound.common_parameters], dtype=float),
            np.array([parameters[name][0] for name in bound.lane_parameters], dtype=float),
            values,
            np.array(places, dtype=np.int64),
            np.array([resolved.series[name] for name in bound.common_series]).reshape(
                -1, resolved.n_periods
            ),
            tuple(
                np.atleast_2d(np.ascontiguousarray(resolved.series[name]))
                for name in bound.lane_series
            )
            or nothing,
            resolved.n_periods,
            self.periods_per_year,
            out,
            years or nothing,
            searches or (new_search(1, 1),),
        )
        measured = Measured({}, {}, {})
        measured.values.update(zip(bound.finals, out, strict=True))
        measured.values.update(zip(self.stream.yearly, years, strict=True))
        for name, search in zip(self.stream.flows, searches, strict=True):
            measured.roots[name] = _settle_aside(search, resolved.n_periods, self.periods_per_year)
            measured.values[name], measured.status[name] = search.rate, search.status
        return measured


def _rows(series: Floats) -> Floats:
    return np.atleast_2d(np.ascontiguousarray(series))


def _settle_aside(search: Search, n_periods: int, periods_per_year: int) -> dict[int, Floats]:
    """Find all rates of the scenarios set aside; return those of scenarios that have several."""
    n = int(search.n_aside[0])
    rows = search.aside_rows[:n]
    flows = np.ascontiguousarray(search.aside[:n, : n_periods + 1])
    rates, n_rates, nearest = np.empty_like(flows), np.empty(n, dtype=np.int64), np.empty(n)
    all_rates(flows, n, rates, n_rates, nearest)
    search.rate[rows] = per_year_rate(nearest, periods_per_year)
    search.status[rows] = np.minimum(n_rates, UNDECIDED)
    return {
        int(rows[i]): per_year_rate(rates[i, : n_rates[i]].copy(), periods_per_year)
        for i in np.flatnonzero(n_rates > 1)
    }


@lru_cache(maxsize=64)
def _engine(
    structure: Structure, measures: tuple[str, ...], common: frozenset[str], periods_per_year: int
) -> Engine:
    wanted = stream(declare(structure), measures)
    return Engine(wanted, bind(wanted, common), periods_per_year)


def _prepared(
    assumptions: Assumptions,
    scenarios: Collection[str],
    measures: tuple[str, ...],
    resolved: Resolved,
) -> tuple[Engine, frozenset[str]]:
    """Return the engine for a case and which parameters differ between its scenarios."""
    varying = frozenset(
        name
        for name, values in resolved.parameters.items()
        if resolved.n_scenarios > 1 and values.strides[0] != 0
    )
    common = _COMMON - varying
    common |= {name for name, values in resolved.series.items() if values.ndim == 1}
    common -= {SCULPTED_SERVICE}
    structure = Structure.of(assumptions, scenarios)
    return _engine(structure, measures, common, assumptions.periods_per_year), varying


def measure_lanes(
    assumptions: Assumptions,
    scenarios: Mapping[str, ArrayLike] | None = None,
    measures: Iterable[str] = MEASURES,
    *,
    threads: int = 1,
) -> Measured:
    """Evaluate some measures of many scenarios with the compiled kernel.

    Scenarios are handled in runs of `ROWS`; a result depends on its own scenario alone, bit for
    bit, whatever stands beside it and however many threads share the work.

    Parameters
    ----------
    assumptions : Assumptions
        The case.
    scenarios : mapping of str to array, shape (n_scenarios,), optional
        Assumptions that differ between scenarios; `rent_index_by_period` has shape
        (n_scenarios, n_periods).
    measures : iterable of str
        Names out of `MEASURES`; the fewer, the faster.
    threads : int
        How many threads share the work.

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
    wanted = tuple(dict.fromkeys(measures))
    unknown = [name for name in wanted if name not in MEASURES]
    if unknown or not wanted:
        expected = f"one of {', '.join(MEASURES)}"
        raise AssumptionError([Fault("measures", None, None, n, expected) for n in unknown or [""]])
    given = {name: np.asarray(values) for name, values in (scenarios or {}).items()}
    has_no_cap = assumptions.debt_form == "sculpted" and assumptions.debt_share is None
    checked = (*wanted, _DRAWN_SHARE) if has_no_cap and "debt_share" not in given else wanted
    n_scenarios = max((len(values) for values in given.values() if values.ndim), default=1)
    try:
        life = np.max(given.get("useful_life_years", np.array(assumptions.useful_life_years)))
        n_periods = round(float(life) * assumptions.periods_per_year)

        def resolved(start: int) -> Resolved:
            rows = {name: values[start : start + ROWS] for name, values in given.items()}
            return resolve(assumptions, rows, n_periods=n_periods)

        first = resolved(0)
        made, varying = _prepared(assumptions, given, checked, first)
        parts = [made.run(first, varying)]
        with ThreadPoolExecutor(threads) as pool:
            parts += pool.map(
                lambda start: made.run(resolved(start), varying), range(ROWS, n_scenarios, ROWS)
            )
    except AssumptionError:
        resolve(assumptions, scenarios)  # to number the faulty scenarios as they were given
        raise
    found = Measured.join(parts)
    if _DRAWN_SHARE in checked:
        _refuse_excess(assumptions, given, found.values.pop(_DRAWN_SHARE))
    return found


def _refuse_excess(
    assumptions: Assumptions, given: Mapping[str, NDArray[Any]], drawn_share: Floats
) -> None:
    """Refuse debt above the price as the plain engine does, which words the fault."""
    rows = np.flatnonzero(drawn_share > 1)
    if rows.size:
        resolved = resolve(assumptions, {name: values[rows] for name, values in given.items()})
        sculpt(declare(Structure.of(assumptions, given)), resolved)


def measure_all(
    assumptions: Assumptions,
    scenarios: Mapping[str, ArrayLike] | None = None,
    *,
    threads: int = 1,
) -> Metrics:
    """Evaluate all measures with the compiled kernel; as `measure_lanes`."""
    found = measure_lanes(assumptions, scenarios, threads=threads)
    profit, revenue = (found.values[name] for name in YEARLY)
    with np.errstate(divide="ignore", invalid="ignore"):
        margin = np.where(revenue > 0, profit / revenue, np.nan)
    fields: dict[str, Any] = {"net_margin_by_year": margin, **found.values}
    for name in FLOWS:
        fields[f"{name}_status"] = STATUS[found.status[name]]
        fields[f"{name}_roots"] = found.roots[name]
    return Metrics(**fields)
