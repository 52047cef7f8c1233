"""What a measure needs beyond the lines of a model."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from analysis.rental.model.lines import Declaration, Line
from analysis.rental.model.measures.kinds import Final, Payback, Rate, Single
from analysis.rental.model.measures.running import Running


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
    run = Running(declaration)
    final = measure.final(run)
    return Needs(final, tuple(run.constants.values()), tuple(run.lines.values()))
