"""Runs of few scenarios by the plain engine, which needs no compilation.

A kernel of a new structure is compiled for nine seconds and more before it answers at all. Up to
`MOST_VALUES` values of a line the plain engine has answered in one or two.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Final

import numpy as np
from numpy.typing import NDArray

from analysis.arrays import Codes
from analysis.rental.engines.compiled.names import DRAWN_SHARE, UNSETTLED
from analysis.rental.engines.compiled.streaming import stream
from analysis.rental.engines.measured import CODES, Measured
from analysis.rental.engines.measures import metrics_of, over_last
from analysis.rental.engines.plain import run
from analysis.rental.engines.sculpt import sized
from analysis.rental.inputs.parameters import SCULPTED_SERVICE
from analysis.rental.inputs.resolve import Resolved
from analysis.rental.model.declaration import declare
from analysis.rental.model.lines import Declaration
from analysis.rental.model.measures.declared_measures import AT_HURDLE, of_kind
from analysis.rental.model.measures.measure_kinds import ByYear, Rate
from analysis.rental.model.structure import Structure

MOST_VALUES: Final = 1_000_000
"""Scenarios times periods up to which the plain engine takes a second or two."""
CHUNK: Final = 2048
"""Scenarios that the plain engine handles at a time, so that their lines stay in the cache."""


def are_few(n_scenarios: int, n_periods: int) -> bool:
    """Return whether the plain engine answers before a kernel is compiled.

    It hangs on the size of the task alone, not on what happens to be compiled: the same task has
    the same results, bit for bit.

    Examples
    --------
    A hundred thousand scenarios of five years, and of sixty months:

    >>> are_few(100_000, 5), are_few(100_000, 60)
    (True, False)
    """
    return n_scenarios * n_periods <= MOST_VALUES


@dataclass(frozen=True)
class PlainRuns:
    """The plain engine for one structure and some measures.

    Parameters
    ----------
    declaration : Declaration
        The model.
    measures : tuple of str
        Names out of `MEASURES`, or of `AT_HURDLE` where scenarios have a hurdle.
    periods_per_year : int
        Periods in a year.
    hangs_on_debt : bool
        Whether debt that is sculpted has to find its size for these measures.
    """

    declaration: Declaration
    measures: tuple[str, ...]
    periods_per_year: int
    hangs_on_debt: bool
    name: ClassVar = "numpy"

    @classmethod
    def of(
        cls, structure: Structure, measures: tuple[str, ...], periods_per_year: int
    ) -> PlainRuns:
        """Declare the model and see what its measures need."""
        declaration = declare(structure)
        is_sculpted = SCULPTED_SERVICE in declaration.series
        needs_debt = (
            is_sculpted and SCULPTED_SERVICE in stream(declaration, measures).declaration.series
        )
        own = [name for name in measures if name not in (DRAWN_SHARE, UNSETTLED)]
        # in the order of a kernel, which has measures by year and rates of return last
        own.sort(key=lambda name: (name in of_kind(Rate), name in of_kind(ByYear)))
        return cls(declaration, tuple(own), periods_per_year, needs_debt)

    def run(self, resolved: Resolved, varying: frozenset[str]) -> Measured:
        """Measure scenarios, as `analysis.rental.engines.compiled.engine.Engine.run`.

        Parameters
        ----------
        resolved : Resolved
            Parameters and series of the scenarios.
        varying : frozenset of str
            Parameters that differ between them; the plain engine sees them for itself.

        Returns
        -------
        Measured
            The measures of this engine.

        Raises
        ------
        AssumptionError
            If sculpted debt finds no size.
        """
        starts = range(0, resolved.n_scenarios, CHUNK)
        return Measured.join([self._chunk(resolved.rows(at, at + CHUNK)) for at in starts])

    def _chunk(self, rows: Resolved) -> Measured:
        if self.hangs_on_debt:
            rows = sized(self.declaration, rows)
        _, lines = run(self.declaration, rows.parameters, rows.series, rows.n_periods)
        metrics = metrics_of(self.declaration, lines, self.periods_per_year)
        found: Mapping[str, Any] = {
            name: over_last(self.declaration, lines, AT_HURDLE[name])
            if name in AT_HURDLE
            else metrics[name]
            for name in self.measures
        }
        rates = [name for name in self.measures if name in of_kind(Rate)]
        return Measured(
            dict(found),
            {name: _coded(metrics[f"{name}_status"]) for name in rates},
            {name: metrics[f"{name}_roots"] for name in rates},
        )


def _coded(status: NDArray[np.str_]) -> Codes:
    codes = np.zeros(status.shape, dtype=np.int8)
    for word, code in CODES.items():
        codes[status == word] = code
    return codes
