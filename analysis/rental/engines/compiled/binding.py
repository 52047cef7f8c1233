"""Binding times: what is computed once for all scenarios, once for each, or every period."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

import sympy as sp

from analysis.rental.engines.compiled.streaming import Final, Stream
from analysis.rental.model.lines import Declaration, Line, symbol


@dataclass(frozen=True)
class Bound:
    """A stream whose formulas are sorted by when they can be computed.

    What all scenarios share is *common*, what differs between them stands in *lanes*. Parts of
    formulas that do not change from period to period have become constants of their own.

    Parameters
    ----------
    common_parameters, lane_parameters : tuple of str
        Assumptions.
    common_series, lane_series : tuple of str
        Values that come from outside for every period.
    common_constants, lane_constants : tuple of Line
        Computed once, in order.
    common_lines, lane_lines : tuple of Line
        Computed every period, in order.
    finals : dict of str to Final
        Measures of the values after the last period.
    """

    common_parameters: tuple[str, ...]
    lane_parameters: tuple[str, ...]
    common_series: tuple[str, ...]
    lane_series: tuple[str, ...]
    common_constants: tuple[Line, ...]
    lane_constants: tuple[Line, ...]
    common_lines: tuple[Line, ...]
    lane_lines: tuple[Line, ...]
    finals: dict[str, Final]


def bind(stream: Stream, common: frozenset[str]) -> Bound:
    """Sort the formulas of a stream by when they can be computed.

    Parameters
    ----------
    stream : Stream
        What is to be computed.
    common : frozenset of str
        Assumptions and series that are the same in all scenarios.

    Returns
    -------
    Bound
        The same measures, nothing computed more often than needed.
    """
    declaration = stream.declaration
    shared = _shared(declaration, common)
    fixed = frozenset((*declaration.parameters, *(c.name for c in declaration.constants)))
    lifted = _Lifted(fixed)
    lane_lines = tuple(
        replace(line, formula=lifted.without(line.formula))
        for line in declaration.lines
        if line.name not in shared
    )
    constants = (*declaration.constants, *lifted.constants())
    shared |= {line.name for line in constants if _free_names(line.formula) <= shared}
    return Bound(
        *_parted(declaration.parameters, shared),
        *_parted(declaration.series, shared),
        tuple(line for line in constants if line.name in shared),
        tuple(line for line in constants if line.name not in shared),
        tuple(line for line in declaration.lines if line.name in shared),
        lane_lines,
        stream.finals,
    )


def _parted(names: Iterable[str], shared: set[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    every = tuple(names)
    return (
        tuple(name for name in every if name in shared),
        tuple(name for name in every if name not in shared),
    )


def _free_names(expression: sp.Basic) -> set[str]:
    return {free.name.removeprefix("previous_") for free in expression.free_symbols}


def _shared(declaration: Declaration, common: frozenset[str]) -> set[str]:
    """Return every name whose value all scenarios share."""
    shared = {name for name in (*declaration.parameters, *declaration.series) if name in common}
    everything = (*declaration.constants, *declaration.lines)
    shared |= {line.name for line in everything}
    while True:
        apart = {
            line.name
            for line in everything
            if line.name in shared
            and not _free_names(line.formula) | _free_names(line.start or sp.S.Zero) <= shared
        }
        if not apart:
            return shared
        shared -= apart


@dataclass
class _Lifted:
    """Collects the parts of formulas that only use what is fixed over time."""

    fixed: frozenset[str]
    found: dict[sp.Expr, sp.Symbol] = field(default_factory=dict)

    def constants(self) -> tuple[Line, ...]:
        """Return what was collected as constants of the model."""
        return tuple(
            Line(name.name, "", "", "inputs", expression, None, "")
            for expression, name in self.found.items()
        )

    def without(self, expression: sp.Basic) -> sp.Basic:
        """Return an expression with its fixed parts replaced by symbols."""
        if not expression.args:
            return expression
        if isinstance(expression, sp.Expr) and self._is_fixed(expression):
            return self._name(expression)
        arguments = [self.without(argument) for argument in expression.args]
        if isinstance(expression, (sp.Add, sp.Mul)):
            fixed = [argument for argument in expression.args if self._is_fixed(argument)]
            rest = [self.without(a) for a in expression.args if not self._is_fixed(a)]
            part = expression.func(*fixed)
            return expression.func(self._name(part) if part.args else part, *rest)
        if isinstance(expression, (sp.Max, sp.Min, sp.Piecewise)):
            return expression.func(*arguments, evaluate=False)
        return expression.func(*arguments)

    def _is_fixed(self, expression: sp.Basic) -> bool:
        return {free.name for free in expression.free_symbols} <= self.fixed

    def _name(self, expression: sp.Expr) -> sp.Expr:
        if not expression.free_symbols:
            return expression
        if expression not in self.found:
            self.found[expression] = symbol(f"fixed_{len(self.found)}")
        return self.found[expression]
