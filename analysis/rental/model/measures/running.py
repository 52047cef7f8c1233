"""Running totals: further lines of a declaration, of which measures take the last values."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache

import sympy as sp

from analysis.rental.model.lines import (
    Declaration,
    Line,
    larger,
    positive,
    previous_symbol,
    smaller,
    symbol,
    when,
)
from analysis.rental.model.measures.kinds import Final, Payback, Rate, Single

HURDLE = "hurdle_rate_per_year"
UNREACHABLE = sp.Float(1e300)
ROUNDING = sp.Float(1e-9)


@dataclass
class Running:
    """Collects the running totals that measures of one declaration need.

    Parameters
    ----------
    declaration : Declaration
        The model.
    constants, lines : dict of str to Line
        What has been added to it.
    """

    declaration: Declaration
    constants: dict[str, Line] = field(default_factory=dict)
    lines: dict[str, Line] = field(default_factory=dict)

    when = staticmethod(when)
    larger = staticmethod(larger)
    smaller = staticmethod(smaller)
    positive = staticmethod(positive)
    every = staticmethod(sp.And)
    rounding = ROUNDING
    unreachable = UNREACHABLE

    def __getitem__(self, name: str) -> sp.Symbol:
        """Return the symbol of a parameter, constant, series or line."""
        return symbol(name)

    def start(self, name: str) -> sp.Expr:
        """Return a line's value on the day of purchase."""
        known = self.lines[name] if name in self.lines else self.declaration.line(name)
        assert known.start is not None, f"{name} has no value on the day of purchase"
        return known.start

    @staticmethod
    def previous(name: str) -> sp.Symbol:
        """Return a line's value in the period before."""
        return previous_symbol(name)

    def constant(self, name: str, label: str, unit: str, formula: sp.Expr, tex: str) -> sp.Symbol:
        """Declare a value computed once a scenario; the same one may be declared again."""
        self._keep(self.constants, Line(name, label, unit, "inputs", formula, None, tex))
        return symbol(name)

    def line(
        self,
        name: str,
        label: str,
        unit: str,
        formula: sp.Expr,
        tex: str,
        *,
        start: sp.Expr | float | None = None,
    ) -> sp.Symbol:
        """Declare a value computed every period; the same one may be declared again."""
        opening = None if start is None else sp.sympify(start)
        self._keep(self.lines, Line(name, label, unit, "measure", formula, opening, tex))
        return symbol(name)

    def _keep(self, kept: dict[str, Line], line: Line) -> None:
        assert kept.setdefault(line.name, line) == line, f"{line.name} is declared in two ways"


@dataclass(frozen=True)
class Declared:
    """A measure with what it needs beyond the lines of a model.

    Parameters
    ----------
    final : Final
        The formula over last values; of a rate of return, only why there is none.
    constants, lines : tuple of Line
        Further constants and lines, in order of computation.
    """

    final: Final
    constants: tuple[Line, ...]
    lines: tuple[Line, ...]


@lru_cache(maxsize=2048)
def declared(declaration: Declaration, measure: Single | Payback | Rate) -> Declared:
    """Return a measure of a model with the running totals that it needs.

    Parameters
    ----------
    declaration : Declaration
        The model.
    measure : Single, Payback or Rate
        The measure.
    """
    run = Running(declaration)
    if isinstance(measure, Single | Payback):
        final = measure.final(run)
    else:
        final = Final(sp.nan, tuple(measure.reasons(run)))
    return Declared(final, tuple(run.constants.values()), tuple(run.lines.values()))
