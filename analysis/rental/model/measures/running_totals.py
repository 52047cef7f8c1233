"""Running totals: further lines of a declaration, of which measures take the last values."""

from __future__ import annotations

from dataclasses import dataclass, field

import sympy as sp

from analysis.rental.model.lines import (
    Declaration,
    Line,
    larger,
    place_of_call,
    positive,
    previous_symbol,
    smaller,
    symbol,
    when,
)
from analysis.rental.model.rounding import ROUNDING

UNREACHABLE = sp.Float(1e300)


@dataclass
class Running:
    """Collects the running totals that measures of one declaration need.

    Parameters
    ----------
    declaration : Declaration
        The model.
    constants, lines : dict of str to Line
        What has been added to it.
    starts : dict of str to sympy.Expr
        Values on the day of purchase that were read from it.
    """

    declaration: Declaration
    constants: dict[str, Line] = field(default_factory=dict)
    lines: dict[str, Line] = field(default_factory=dict)
    starts: dict[str, sp.Expr] = field(default_factory=dict)

    when = staticmethod(when)
    larger = staticmethod(larger)
    smaller = staticmethod(smaller)
    positive = staticmethod(positive)
    every = staticmethod(sp.And)
    either = staticmethod(sp.Or)
    unreachable = UNREACHABLE

    def __getitem__(self, name: str) -> sp.Symbol:
        """Return the symbol of a parameter, constant, series or line."""
        return symbol(name)

    def dust(self) -> sp.Symbol:
        """Declare the amount of money below which there is none, but rounding."""
        largest = larger(symbol("price_paid_cny"), symbol("full_rent_per_period_cny"))
        return self.constant(
            "rounding_cny",
            "Amount below which there is rounding and no money",
            "CNY",
            sp.Float(ROUNDING) * largest,
            r"\delta",
        )

    def start(self, name: str) -> sp.Expr:
        """Return a line's value on the day of purchase."""
        known = self.lines[name] if name in self.lines else self.declaration.line(name)
        assert known.start is not None, f"{name} has no value on the day of purchase"
        if name not in self.lines:
            self.starts[name] = known.start
        return known.start

    @staticmethod
    def previous(name: str) -> sp.Symbol:
        """Return a line's value in the period before."""
        return previous_symbol(name)

    def constant(self, name: str, label: str, unit: str, formula: sp.Expr, tex: str) -> sp.Symbol:
        """Declare a value computed once a scenario; the same one may be declared again."""
        place = place_of_call()
        self._keep(self.constants, Line(name, label, unit, "inputs", formula, None, tex, place))
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
        place = place_of_call()
        self._keep(self.lines, Line(name, label, unit, "measure", formula, opening, tex, place))
        return symbol(name)

    def _keep(self, kept: dict[str, Line], line: Line) -> None:
        assert kept.setdefault(line.name, line) == line, f"{line.name} is declared in two ways"
