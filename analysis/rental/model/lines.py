"""Declaration of a model: constants and lines, each a formula, written once for every face.

A *constant* is computed once per scenario from assumptions and earlier constants. A *line* has a
value in every period, computed from assumptions, constants, series, earlier lines of the same
period and any line of the period before (``previous``). The NumPy engine, the printed equations
and every other face are generated from the same declaration.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from functools import lru_cache

import sympy as sp

ZERO, ONE, HALF = sp.Integer(0), sp.Integer(1), sp.Rational(1, 2)


@lru_cache(maxsize=4096)
def names_in(formula: sp.Basic) -> tuple[str, ...]:
    """Return the names that a formula uses, alphabetically."""
    return tuple(sorted(free.name for free in formula.free_symbols))


def place_of_call() -> tuple[str, int]:
    """Return file and line where the function that asks was called."""
    frame = sys._getframe(2)
    return frame.f_code.co_filename, frame.f_lineno


@dataclass(frozen=True)
class Line:
    """One line of the model.

    Parameters
    ----------
    name : str
        Quantity and unit, as used everywhere.
    label : str
        What a reader sees.
    unit : str
        Unit of the value.
    statement : str
        Where the line stands: ``inputs``, ``revenue``, ``income``, ``cash``, ``balance``, ...
    formula : sympy.Expr
        Over the symbols of the declaration.
    start : sympy.Expr or None
        Value on the day of purchase (closing balance or flow of period 0); None: no such value.
    symbol : str
        LaTeX symbol without its time index.
    place : tuple of (str, int)
        File and line of the declaration.
    """

    name: str
    label: str
    unit: str
    statement: str
    formula: sp.Expr
    start: sp.Expr | None
    symbol: str
    place: tuple[str, int] = field(default=("", 0), compare=False, repr=False)

    @property
    def names_used(self) -> tuple[str, ...]:
        """Names in the formula; ``previous_NAME`` for a line in the period before."""
        return names_in(self.formula)

    @property
    def names_used_at_start(self) -> tuple[str, ...]:
        """Names in the formula of the value on the day of purchase."""
        return () if self.start is None else names_in(self.start)


@dataclass(frozen=True, eq=False)
class Declaration:
    """A whole model: which symbols come from outside, and what is computed in which order.

    Parameters
    ----------
    parameters : tuple of str
        Assumptions the formulas use.
    series : tuple of str
        Values that come from outside for every period.
    constants : tuple of Line
        Computed once, in this order.
    lines : tuple of Line
        Computed every period, in this order.
    """

    parameters: tuple[str, ...]
    series: tuple[str, ...]
    constants: tuple[Line, ...]
    lines: tuple[Line, ...]

    def line(self, name: str) -> Line:
        """Return the constant or line of that name."""
        return next(line for line in (*self.constants, *self.lines) if line.name == name)


@lru_cache(maxsize=1024)
def symbol(name: str) -> sp.Symbol:
    """Return the symbol of an assumption, constant, series or line."""
    return sp.Symbol(name, real=True)


def previous_symbol(name: str) -> sp.Symbol:
    """Return the symbol of a line's value in the period before."""
    return symbol(f"previous_{name}")


@dataclass
class Builder:
    """Collects a declaration block by block and refuses what is not yet declared."""

    parameters: tuple[str, ...]
    series: tuple[str, ...]
    constants: dict[str, Line] = field(default_factory=dict)
    lines: dict[str, Line] = field(default_factory=dict)
    awaited: set[str] = field(default_factory=set)

    def __getitem__(self, name: str) -> sp.Symbol:
        """Return the symbol of anything that is already declared."""
        known = name in self.parameters or name in self.series
        assert known or name in self.constants or name in self.lines, f"{name} is not declared yet"
        return symbol(name)

    def previous(self, name: str) -> sp.Symbol:
        """Return a line's value in the period before; the line may be declared later."""
        self.awaited.add(name)
        return previous_symbol(name)

    def start(self, name: str) -> sp.Expr:
        """Return the value on the day of purchase of a line that is already declared."""
        start = self.lines[name].start
        assert start is not None, f"{name} has no value on the day of purchase"
        return start

    def constant(self, name: str, label: str, unit: str, formula: sp.Expr, tex: str) -> sp.Symbol:
        """Declare a value computed once per scenario."""
        assert name not in self.constants, f"{name} is declared twice"
        self.constants[name] = Line(
            name, label, unit, "inputs", sp.sympify(formula), None, tex, place_of_call()
        )
        return symbol(name)

    def line(
        self,
        name: str,
        label: str,
        unit: str,
        statement: str,
        formula: sp.Expr,
        tex: str,
        *,
        start: sp.Expr | None = None,
    ) -> sp.Symbol:
        """Declare a value computed every period."""
        assert name not in self.lines, f"{name} is declared twice"
        opening = None if start is None else sp.sympify(start)
        self.lines[name] = Line(
            name, label, unit, statement, sp.sympify(formula), opening, tex, place_of_call()
        )
        return symbol(name)

    def build(self) -> Declaration:
        """Return the finished declaration, with only the symbols its formulas use."""
        missing = self.awaited - set(self.lines)
        assert not missing, f"no line is declared for the previous value of {sorted(missing)}"
        for name in self.awaited:
            assert self.lines[name].start is not None, f"{name} needs a value to start from"
        used: set[str] = set()
        for line in (*self.constants.values(), *self.lines.values()):
            used.update(line.names_used, line.names_used_at_start)
        return Declaration(
            parameters=tuple(name for name in self.parameters if name in used),
            series=tuple(name for name in self.series if name in used),
            constants=tuple(self.constants.values()),
            lines=tuple(self.lines.values()),
        )


def when(condition: sp.Basic, then: sp.Expr, otherwise: sp.Expr = ZERO) -> sp.Expr:
    """Return `then` where the condition holds and `otherwise` elsewhere."""
    return sp.Piecewise((then, condition), (otherwise, True), evaluate=False)


def positive(value: sp.Expr) -> sp.Expr:
    """Return the value where it is positive, else zero."""
    return sp.Max(value, 0, evaluate=False)


def larger(first: sp.Expr, second: sp.Expr) -> sp.Expr:
    """Return the larger of two values."""
    return sp.Max(first, second, evaluate=False)


def smaller(first: sp.Expr, second: sp.Expr) -> sp.Expr:
    """Return the smaller of two values."""
    return sp.Min(first, second, evaluate=False)
