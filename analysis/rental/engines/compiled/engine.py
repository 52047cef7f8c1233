"""One compiled kernel and the call that runs it over scenarios."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import ClassVar

import numpy as np

from analysis.arrays import Floats
from analysis.rental.engines.compiled.cache import load
from analysis.rental.engines.compiled.first_call import first_call
from analysis.rental.engines.compiled.irr_exact import all_rates
from analysis.rental.engines.compiled.irr_lanes import UNDECIDED, Search, new_search
from analysis.rental.engines.compiled.names import sum_name
from analysis.rental.engines.compiled.prepared import Prepared, prepare
from analysis.rental.engines.irr import judged
from analysis.rental.engines.measured import CODES, Measured
from analysis.rental.inputs.resolve import Resolved
from analysis.rental.model.structure import Structure
from analysis.units import per_year_rate

# Sources of the kernels that this process has called.
_CALLED: set[str] = set()


@dataclass(frozen=True)
class Engine:
    """A compiled kernel for one structure, some measures and some varying assumptions."""

    prepared: Prepared
    periods_per_year: int
    name: ClassVar = "numba"

    @cached_property
    def kernel(self) -> Callable[..., None]:
        """The compiled function; see `analysis.rental.engines.compiled.source.source`."""
        return load(self.prepared.source)

    def run(self, resolved: Resolved, varying: frozenset[str]) -> Measured:
        """Measure scenarios in one thread, the lock of the interpreter released.

        A first call, which may compile, can be interrupted.

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
        if self.prepared.source in _CALLED:
            return self._run(resolved, varying)
        measured = first_call(self._run, resolved, varying)
        _CALLED.add(self.prepared.source)
        return measured

    def _run(self, resolved: Resolved, varying: frozenset[str]) -> Measured:
        names, parameters, n = self.prepared, resolved.parameters, resolved.n_scenarios
        places = [i for i, name in enumerate(names.lane_parameters) if name in varying]
        values = np.empty((len(places), n))
        for row, place in enumerate(places):
            values[row] = parameters[names.lane_parameters[place]]
        out = np.empty((len(names.finals), n))
        n_years = (resolved.n_periods - 1) // self.periods_per_year + 1
        years = tuple(np.empty((n, n_years)) for _ in names.yearly)
        searches = tuple(new_search(n, resolved.n_periods) for _ in names.flows)
        nothing = (np.empty((1, 1)),)
        self.kernel(
            np.array([parameters[name][0] for name in names.common_parameters], dtype=float),
            np.array([parameters[name][0] for name in names.lane_parameters], dtype=float),
            values,
            np.array(places, dtype=np.int64),
            np.array([resolved.series[name] for name in names.common_series]).reshape(
                -1, resolved.n_periods
            ),
            tuple(
                np.atleast_2d(np.ascontiguousarray(resolved.series[name]))
                for name in names.lane_series
            )
            or nothing,
            resolved.n_periods,
            self.periods_per_year,
            out,
            years or nothing,
            searches or (new_search(1, 1),),
        )
        measured = Measured({}, {}, {})
        measured.values.update(zip(names.finals, out, strict=True))
        measured.values.update(zip(names.yearly, years, strict=True))
        for name, search in zip(names.flows, searches, strict=True):
            measured.roots[name] = _settle_aside(search, resolved.n_periods, self.periods_per_year)
            total = measured.values.pop(sum_name(name))
            rates = judged(search.rate, search.status, measured.roots[name], total, CODES)
            measured.values[name], measured.status[name], measured.roots[name] = rates
        return measured


def _settle_aside(search: Search, n_periods: int, periods_per_year: int) -> dict[int, Floats]:
    """Find all rates of the scenarios set aside; return those of scenarios that have several."""
    n = int(search.n_aside[0])
    rows = search.aside_rows[:n]
    flows = np.ascontiguousarray(search.aside[:n, : n_periods + 1])
    rates, n_rates, nearest = np.empty_like(flows), np.empty(n, dtype=np.int64), np.empty(n)
    all_rates(flows, n, rates, n_rates, nearest)
    search.rate[rows] = per_year_rate(nearest, periods_per_year)
    search.status[rows] = np.minimum(n_rates, UNDECIDED)
    several = np.flatnonzero(n_rates > 1)
    is_rate = np.arange(rates.shape[1]) < n_rates[several, None]
    per_year = per_year_rate(rates[several][is_rate], periods_per_year)
    ends = np.cumsum(n_rates[several])
    return dict(zip(rows[several].tolist(), np.split(per_year, ends)[:-1], strict=True))


@lru_cache(maxsize=64)
def engine_for(
    structure: Structure, measures: tuple[str, ...], common: frozenset[str], periods_per_year: int
) -> Engine:
    """Return the engine for a structure, some measures and what all scenarios share."""
    return Engine(prepare(structure, measures, common), periods_per_year)
