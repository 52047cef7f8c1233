"""SymPy formulas as the text of compiled float arithmetic."""

from __future__ import annotations

from collections.abc import Callable

import sympy as sp
from sympy.printing.pycode import PythonCodePrinter

from analysis.rental.engines.printing import ElementwisePrinter


class LanePrinter(ElementwisePrinter, PythonCodePrinter):
    """Prints formulas as float arithmetic without branches or calls.

    Parameters
    ----------
    variable : callable, optional
        Returns the variable that holds a symbol; left out, the symbol's own name.
    """

    larger, smaller = "larger", "smaller"
    choice = "({value} if {condition} else {otherwise})"

    def __init__(self, variable: Callable[[str], str] = str) -> None:
        super().__init__({"fully_qualified_modules": False, "allow_unknown_functions": False})
        self.variable = variable

    def _print_Symbol(self, expression: sp.Symbol) -> str:  # noqa: N802
        return self.variable(expression.name)

    def _print_Integer(self, expression: sp.Integer) -> str:  # noqa: N802
        return f"{int(expression)}.0"

    def _print_Rational(self, expression: sp.Rational) -> str:  # noqa: N802
        return f"({expression.p}.0 / {expression.q}.0)"

    def _print_Half(self, _: sp.Expr) -> str:  # noqa: N802
        return "0.5"

    def _print_Pow(self, expression: sp.Pow, rational: bool = False) -> str:  # noqa: N802
        base, exponent = (self._print(argument) for argument in expression.args)
        if expression.exp == -1:
            return f"(1.0 / ({base}))"
        return f"power({base}, {exponent})"

    def _print_Abs(self, expression: sp.Abs) -> str:  # noqa: N802
        return f"abs({self._print(expression.args[0])})"
