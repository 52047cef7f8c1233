"""Code generation: what every engine prints of a formula in the same way."""

from __future__ import annotations

from typing import ClassVar

import sympy as sp
from sympy.printing.codeprinter import CodePrinter


class ElementwisePrinter(CodePrinter):
    """Prints comparisons, conditions and extremes of two, so that they hold element by element.

    Python's ``and`` and ``or`` ask a whole array for its truth; ``&`` and ``|`` do not. A function
    of two is what arrays broadcast and compilers vectorize. Stands before the printer of an engine
    among its bases.
    """

    larger: ClassVar[str]
    """Function that returns the larger of two."""

    smaller: ClassVar[str]
    """Function that returns the smaller of two."""

    choice: ClassVar[str]
    """Text of a choice: ``{condition}``, ``{value}`` where it holds, ``{otherwise}``."""

    def _print_Piecewise(self, expression: sp.Piecewise) -> str:  # noqa: N802
        *branches, (last, _) = expression.args
        text: str = self._print(last)
        for value, condition in reversed(branches):
            text = self.choice.format(
                condition=self._print(condition), value=self._print(value), otherwise=text
            )
        return text

    def _print_Relational(self, expression: sp.Rel) -> str:  # noqa: N802
        left, right = (self._print(side) for side in expression.args)
        return f"({left} {expression.rel_op} {right})"

    def _print_Or(self, expression: sp.Or) -> str:  # noqa: N802
        return "(" + " | ".join(self._print(condition) for condition in expression.args) + ")"

    def _print_And(self, expression: sp.And) -> str:  # noqa: N802
        return "(" + " & ".join(self._print(condition) for condition in expression.args) + ")"

    def _fold(self, name: str, expression: sp.Expr) -> str:
        first, *rest = (self._print(argument) for argument in expression.args)
        for text in rest:
            first = f"{name}({first}, {text})"
        return first

    def _print_Max(self, expression: sp.Max) -> str:  # noqa: N802
        return self._fold(self.larger, expression)

    def _print_Min(self, expression: sp.Min) -> str:  # noqa: N802
        return self._fold(self.smaller, expression)
