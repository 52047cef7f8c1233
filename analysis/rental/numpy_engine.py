"""The plain NumPy face: Python source generated from a declaration, run over scenarios.

Every value is an array over scenarios, every period one step of a loop, so that a scenario's result
does not depend on which others stand beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

import numpy as np
import sympy as sp
from numpy.typing import NDArray
from sympy.printing.numpy import NumPyPrinter

from analysis.rental.lines import Declaration

Floats = NDArray[np.float64]
Step = Callable[[Mapping[str, Any]], dict[str, Any]]


class _Printer(NumPyPrinter):
    """Prints formulas as NumPy expressions that evaluate both sides of a choice."""

    def __init__(self) -> None:
        super().__init__({"fully_qualified_modules": False, "allow_unknown_functions": False})

    def _print_Piecewise(self, expression: sp.Piecewise) -> str:  # noqa: N802
        branches = list(expression.args)
        text = self._print(branches[-1].args[0])
        for branch in reversed(branches[:-1]):
            value, condition = branch.args
            text = f"where({self._print(condition)}, {self._print(value)}, {text})"
        return text

    def _print_Relational(self, expression: sp.Rel) -> str:  # noqa: N802
        left, right = (self._print(side) for side in expression.args)
        return f"({left} {expression.rel_op} {right})"

    def _print_And(self, expression: sp.And) -> str:  # noqa: N802
        return " & ".join(self._print(condition) for condition in expression.args)

    def _fold(self, name: str, expression: sp.Expr) -> str:
        first, *rest = (self._print(argument) for argument in expression.args)
        for text in rest:
            first = f"{name}({first}, {text})"
        return first

    def _print_Max(self, expression: sp.Max) -> str:  # noqa: N802
        return self._fold("maximum", expression)

    def _print_Min(self, expression: sp.Min) -> str:  # noqa: N802
        return self._fold("minimum", expression)


@lru_cache(maxsize=4096)
def _printed(formula: sp.Basic) -> str:
    """Print a formula once, however many structures share it."""
    return str(_Printer().doprint(formula))


def source(declaration: Declaration) -> str:
    """Return the generated Python source of a declaration.

    Two functions: ``constants(p)`` from assumptions to constants and values on the day of purchase,
    ``step(p, c, s, previous)`` from one period to the next.
    """

    def load(names: tuple[str, ...], mapping: str) -> list[str]:
        return [f"    {name} = {mapping}[{name!r}]" for name in names]

    text = ["def constants(p):", *load(declaration.parameters, "p")]
    text += [f"    {line.name} = {_printed(line.formula)}" for line in declaration.constants]
    text.append("    start = {}")
    for line in declaration.lines:
        if line.start is not None:
            text.append(f"    start[{line.name!r}] = {_printed(line.start)}")
    constant_names = tuple(line.name for line in declaration.constants)
    text.append("    return {" + ", ".join(f"{n!r}: {n}" for n in constant_names) + "}, start")

    text += ["", "def step(p, c, s, previous):"]
    text += load(declaration.parameters, "p") + load(constant_names, "c")
    text += load(declaration.series, "s")
    text += [f"    previous_{name} = previous[{name!r}]" for name in declaration.states]
    text += [f"    {line.name} = {_printed(line.formula)}" for line in declaration.lines]
    line_names = [line.name for line in declaration.lines]
    text.append("    return {" + ", ".join(f"{n!r}: {n}" for n in line_names) + "}")
    return "\n".join(text) + "\n"


@lru_cache(maxsize=64)
def _compiled(declaration: Declaration) -> tuple[Callable[..., Any], Callable[..., Any]]:
    names: dict[str, Any] = {
        "where": np.where, "maximum": np.maximum, "minimum": np.minimum, "sqrt": np.sqrt,
    }  # fmt: skip
    exec(compile(source(declaration), "<rental model>", "exec"), names)
    return names["constants"], names["step"]


def run(
    declaration: Declaration,
    parameters: Mapping[str, Floats],
    series: Mapping[str, Floats],
    n_periods: int,
    keep: frozenset[str],
) -> tuple[dict[str, Floats], dict[str, Floats]]:
    """Compute the lines of a declaration over scenarios and periods.

    Parameters
    ----------
    declaration : Declaration
        The model.
    parameters : mapping of str to ndarray, shape (n_scenarios,)
        Resolved assumptions.
    series : mapping of str to ndarray, shape (n_periods,) or (n_scenarios, n_periods)
        Values that come from outside for every period.
    n_periods : int
        Periods to compute.
    keep : frozenset of str
        Lines to return; the others are computed and dropped.

    Returns
    -------
    constants : dict of str to ndarray, shape (n_scenarios,)
        Constants of every scenario.
    lines : dict of str to ndarray, shape (n_scenarios, n_periods + 1)
        Kept lines; column 0 is the day of purchase, zero for lines that have no value there.
    """
    constants_of, step = _compiled(declaration)
    n_scenarios = max(values.shape[0] for values in parameters.values())
    lines = {
        line.name: np.zeros((n_scenarios, n_periods + 1))
        for line in declaration.lines
        if line.name in keep
    }
    with np.errstate(all="ignore"):
        constants, previous = constants_of(parameters)
        for name, values in previous.items():
            if name in lines:
                lines[name][:, 0] = values
        for index in range(n_periods):
            now = {name: values[..., index] for name, values in series.items()}
            previous = step(parameters, constants, now, previous)
            for name, kept in lines.items():
                kept[:, index + 1] = previous[name]
    full = {
        name: np.broadcast_to(np.asarray(values, dtype=float), (n_scenarios,))
        for name, values in constants.items()
    }
    return full, lines
