"""Dependencies of a measure beyond the lines of a model."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import sympy as sp

from analysis.rental.model.lines import Declaration, Line
from analysis.rental.model.measures.measure_kinds import Final, Payback, Rate, Single
from analysis.rental.model.measures.running_totals import Running


@dataclass(frozen=True)
class Needs:
    """A measure with what it needs beyond the lines of a model.

    Parameters
    ----------
    final : Final
        The formula over last values.
    constants, lines : tuple of Line
        Further constants and lines, in order of computation.
    """

    final: Final
    constants: tuple[Line, ...]
    lines: tuple[Line, ...]


@lru_cache(maxsize=2048)
def needs_of(declaration: Declaration, measure: Single | Payback | Rate) -> Needs:
    """Return a measure of a model with the running totals that it needs.

    Parameters
    ----------
    declaration : Declaration
        The model.
    measure : Single, Payback or Rate
        The measure.
    """
    worked_out = _worked_out(measure)
    for starts, needs in worked_out:
        if all(declaration.line(name).start == start for name, start in starts.items()):
            return needs
    run = Running(declaration)
    final = measure.final(run)
    needs = Needs(final, tuple(run.constants.values()), tuple(run.lines.values()))
    worked_out.append((run.starts, needs))
    return needs


@lru_cache(maxsize=256)
def _worked_out(_: Single | Payback | Rate) -> list[tuple[dict[str, sp.Expr], Needs]]:
    """Return what a measure needed so far, by all that it read of a model: values on the first day.

    Symbolic work is slow, and few models differ in these values.
    """
    return []
