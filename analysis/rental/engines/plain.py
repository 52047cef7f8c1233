"""Code generation for NumPy: functions made from a declaration, run over scenarios.

Every value is an array over scenarios, or over periods and scenarios, and a scenario's result does
not depend on which others stand beside it. What all scenarios share is computed once for all; a
line is computed when it is first asked for, and only with those that it needs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from itertools import repeat
from typing import Any

import numpy as np
import sympy as sp
from numpy.typing import NDArray
from sympy.printing.numpy import NumPyPrinter

from analysis.arrays import Floats
from analysis.rental.engines.look_ahead import service_ahead
from analysis.rental.engines.parts import Part, parts_of
from analysis.rental.engines.printing import ElementwisePrinter
from analysis.rental.inputs.parameters import SERVICE_AHEAD, SERVICE_AHEAD_FIRST
from analysis.rental.model.blocks.lender_terms import RESERVE_PERIODS, SCHEDULED
from analysis.rental.model.lines import Declaration, Line, names_in

_LOOKING_AHEAD = {SERVICE_AHEAD, SERVICE_AHEAD_FIRST}


class _Printer(ElementwisePrinter, NumPyPrinter):
    """Prints formulas as NumPy expressions that evaluate both sides of a choice."""

    larger, smaller = "maximum", "minimum"
    choice = "where({condition}, {value}, {otherwise})"

    def __init__(self) -> None:
        super().__init__({"fully_qualified_modules": False, "allow_unknown_functions": False})

    def _print_Pow(self, expression: sp.Pow, rational: bool = False) -> str:  # noqa: N802
        """Print a negative exponent as a quotient.

        NumPy takes a reciprocal for an exponent of -1 that all share, and the power itself for one
        scenario: the last bit would depend on how many scenarios there are.
        """
        base, exponent = expression.args
        if exponent.free_symbols and exponent.could_extract_minus_sign():
            return f"(1.0/({self._print(base**-exponent)}))"
        text: str = super()._print_Pow(expression, rational=rational)
        return text

    def _print_BooleanTrue(self, _: sp.Basic) -> str:  # noqa: N802
        return "True"


@lru_cache(maxsize=4096)
def _printed(formula: sp.Basic) -> str:
    """Print a formula once, however many structures share it."""
    return str(_Printer().doprint(formula))


@lru_cache(maxsize=4096)
def _compiled(
    formulas: tuple[tuple[str, sp.Basic], ...], arguments: tuple[str, ...]
) -> Callable[..., Any]:
    """Compile named formulas, each over the arguments and those before it, to a function.

    What structures share is compiled once for all of them.
    """
    names: dict[str, Any] = {
        "where": np.where,
        "maximum": np.maximum,
        "minimum": np.minimum,
        "sqrt": np.sqrt,
    }
    text = [f"def formulas({', '.join(arguments)}):"]
    text += [f"    {name} = {_printed(formula)}" for name, formula in formulas]
    text.append(f"    return {', '.join(name for name, _ in formulas)},")
    exec(compile("\n".join(text), "<rental model>", "exec"), names)
    function: Callable[..., Any] = names["formulas"]
    return function


@lru_cache(maxsize=512)
def _part_of_each(lines: tuple[Line, ...]) -> dict[str, Part]:
    return {line.name: part for part in parts_of(lines) for line in part.lines}


def _constant(line: Line, known: Mapping[str, Any]) -> Any:
    function = _compiled(((line.name, line.formula),), line.names_used)
    return function(*(known[name] for name in line.names_used))[0]


class Lines(Mapping[str, Floats]):
    """Lines of scenarios by name, each computed when it is first asked for.

    Each has shape (n_scenarios, n_periods + 1); column 0 is the day of purchase, zero for lines
    that have no value there.

    Parameters
    ----------
    declaration : Declaration
        The model.
    given : mapping of str to ndarray
        Assumptions and constants, shape (n_scenarios,), and series, shape (n_periods,
        n_scenarios); one instead of `n_scenarios` where all scenarios share the values.
    n_scenarios, n_periods : int
        Scenarios and periods.
    """

    def __init__(
        self, declaration: Declaration, given: Mapping[str, Any], n_scenarios: int, n_periods: int
    ) -> None:
        self.n_scenarios, self.n_periods = n_scenarios, n_periods
        self._parts = _part_of_each(declaration.lines)
        self._further: dict[str, Part] = {}
        self._known: dict[str, Any] = dict(given)  # with lines so far, from period 1 on
        self._tables: dict[str, Floats] = {}  # lines from the day of purchase on, periods down

    def __getitem__(self, name: str) -> Floats:
        with np.errstate(all="ignore"):
            table = self._table(name)
        return np.broadcast_to(table, (self.n_periods + 1, self.n_scenarios)).T

    def __iter__(self) -> Iterator[str]:
        return iter(self._parts)

    def __len__(self) -> int:
        return len(self._parts)

    def add(self, constants: tuple[Line, ...], lines: tuple[Line, ...]) -> None:
        """Add constants and lines over those there are; they are not counted among the lines."""
        with np.errstate(all="ignore"):
            for line in constants:
                if line.name not in self._known:
                    self._known[line.name] = _constant(line, self._known)
        self._further |= _part_of_each(lines)

    def at_end(self, formula: sp.Basic) -> NDArray[Any]:
        """Return a formula over the values after the last period, shape (n_scenarios,)."""
        names = names_in(formula)
        with np.errstate(all="ignore"):
            function = _compiled((("value", formula),), names)
            (value,) = function(*map(self._last, names))
        return np.broadcast_to(value, (self.n_scenarios,))

    def _last(self, name: str) -> Any:
        is_line = name in self._parts or name in self._further
        return self._table(name)[-1] if is_line else self._known[name]

    def _part(self, name: str) -> Part:
        return self._parts[name] if name in self._parts else self._further[name]

    def _value(self, name: str) -> Any:
        """Return what a formula means by a name, over periods or the same in all of them."""
        if name in _LOOKING_AHEAD and name not in self._known:
            ahead = service_ahead(self._table(SCHEDULED)[1:], self._known[RESERVE_PERIODS])
            self._known |= {SERVICE_AHEAD_FIRST: ahead[0], SERVICE_AHEAD: ahead[1:]}
        if name.startswith("previous_"):
            return self._table(name.removeprefix("previous_"))[:-1]
        if name not in self._known:
            self._compute(self._part(name))
        return self._known[name]

    def _table(self, name: str) -> Floats:
        """Return a line, shape (n_periods + 1, n_scenarios), or one scenario for all."""
        values = self._value(name)
        if name not in self._tables:
            (line,) = self._part(name).lines
            self._tables[name] = self._opened(self._start(line), values)
            self._tables[name][1:] = values
        return self._tables[name]

    def _start(self, line: Line) -> Any:
        """Return a line's value on the day of purchase, zero where it has none."""
        if line.start is None:
            return 0.0
        names = line.names_used_at_start
        return _compiled(((line.name, line.start),), names)(*map(self._value, names))[0]

    def _opened(self, start: Any, *others: Any) -> Floats:
        """Return a table with room for all periods, as wide as the widest of some values."""
        width = max(np.shape(values)[-1] for values in (start, [0.0], *others) if np.ndim(values))
        table = np.empty((self.n_periods + 1, width))
        table[0] = start
        return table

    def _compute(self, part: Part) -> None:
        function = _compiled(part.formulas, part.arguments)
        names = [line.name for line in part.lines]
        inputs = [self._value(name) for name in part.inputs]
        if not part.is_stepped:
            self._known.update(zip(names, function(*inputs), strict=True))
            return
        starts = [self._start(line) for line in part.lines]
        tables = [self._opened(start, *inputs, *starts) for start in starts]
        of_states = [names.index(name) for name in part.states]
        before = [starts[place] for place in of_states]
        by_period = [values if np.ndim(values) == 2 else repeat(values) for values in inputs]
        for period, *now in zip(range(1, self.n_periods + 1), *by_period, strict=False):
            found = function(*now, *before)
            for table, values in zip(tables, found, strict=True):
                table[period] = values
            before = [found[place] for place in of_states]
        self._tables.update(zip(names, tables, strict=True))
        self._known.update((name, table[1:]) for name, table in zip(names, tables, strict=True))


def run(
    declaration: Declaration,
    parameters: Mapping[str, Floats],
    series: Mapping[str, Floats],
    n_periods: int,
) -> tuple[dict[str, Floats], Lines]:
    """Compute the constants of a declaration, and its lines as far as they are asked for.

    Parameters
    ----------
    declaration : Declaration
        The model.
    parameters : mapping of str to ndarray, shape (n_scenarios,)
        Resolved assumptions; strides of zero where all scenarios share a value.
    series : mapping of str to ndarray, shape (n_periods,) or (n_scenarios, n_periods)
        Values that come from outside for every period.
    n_periods : int
        Periods to compute.

    Returns
    -------
    constants : dict of str to ndarray, shape (n_scenarios,)
        Constants of every scenario.
    lines : Lines
        Lines of every scenario and period.
    """
    n_scenarios = max(values.shape[0] for values in parameters.values())
    given: dict[str, Any] = {
        name: values if values.strides[0] else values[:1]
        for name, values in parameters.items()
        if name not in _LOOKING_AHEAD
    }
    for name in series.keys() - _LOOKING_AHEAD:
        given[name] = np.ascontiguousarray(np.atleast_2d(series[name]).T)
    constants: dict[str, Floats] = {}
    with np.errstate(all="ignore"):
        for line in declaration.constants:
            given[line.name] = _constant(line, given)
            values = np.asarray(given[line.name], dtype=float)
            constants[line.name] = np.broadcast_to(values, (n_scenarios,))
    return constants, Lines(declaration, given, n_scenarios, n_periods)
