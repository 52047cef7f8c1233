"""SymPy formulas as spreadsheet formulas, their numbers as named cells."""

from __future__ import annotations

from collections.abc import Callable

import sympy as sp
from sympy.printing.str import StrPrinter

from analysis.rental.model.measures.returns import THIN_SHARE
from analysis.rental.model.rounding import ROUNDING, TINY_RATE
from analysis.units import HOURS_PER_YEAR, MONTHS_PER_YEAR

NAMED_NUMBERS: dict[sp.Basic, tuple[str, str]] = {
    sp.Integer(MONTHS_PER_YEAR): ("months_per_year", "Months in a year"),
    sp.Integer(HOURS_PER_YEAR): ("hours_per_year", "Hours in a year"),
    sp.Float(THIN_SHARE): ("thin_share", "Share of the price below which a rate means little"),
    sp.Float(ROUNDING): ("rounding", "Share of a scale below which an amount is rounding"),
    sp.Float(TINY_RATE): ("tiny_rate", "Rate up to which a level payment follows its series"),
    sp.Float(1e300): ("unreachable", "Start of a search for the lowest value"),
}
# What counts and compares whole numbers is part of a formula, not an assumption.
STRUCTURAL = frozenset({"0", "1", "2", "0.5", "1.5", "2.5"})


class FormulaPrinter(StrPrinter):
    """Prints a formula of the declaration for one cell.

    Parameters
    ----------
    reference : callable
        Returns the cell or the name that a symbol stands for.
    """

    def __init__(self, reference: Callable[[str], str]) -> None:
        super().__init__()
        self.reference = reference

    def _print_Symbol(self, expression: sp.Symbol) -> str:  # noqa: N802
        return self.reference(expression.name)

    def _number(self, expression: sp.Number) -> str:
        if expression in NAMED_NUMBERS:
            return NAMED_NUMBERS[expression][0]
        if isinstance(expression, sp.Rational) and sp.Integer(expression.q) in NAMED_NUMBERS:
            over, under = (self._number(sp.Integer(n)) for n in (expression.p, expression.q))
            return f"({over}/{under})"
        text = f"{float(expression):g}"
        assert text.removeprefix("-") in STRUCTURAL, f"the number {text} needs a name"
        return text

    def _print_Integer(self, expression: sp.Integer) -> str:  # noqa: N802
        return self._number(expression)

    def _print_Float(self, expression: sp.Float) -> str:  # noqa: N802
        return self._number(expression)

    def _print_Rational(self, expression: sp.Rational) -> str:  # noqa: N802
        return self._number(expression)

    _print_Zero = _print_One = _print_NegativeOne = _print_Half = _number  # noqa: N815

    def _print_Add(self, expression: sp.Add, order: str | None = None) -> str:  # noqa: N802
        terms = sorted(expression.args, key=lambda term: bool(term.could_extract_minus_sign()))
        text = self._print(terms[0])
        for term in terms[1:]:
            if term.could_extract_minus_sign():
                text += f"-{self._factor(-term)}"
            else:
                text += f"+{self._print(term)}"
        return f"({text})"

    def _print_Mul(self, expression: sp.Mul) -> str:  # noqa: N802
        over: list[str] = []
        under: list[str] = []
        for factor in expression.args:
            if isinstance(factor, sp.Pow) and factor.exp == -1:
                under.append(self._factor(factor.base))
            elif factor == -1:
                over.insert(0, "-1")
            else:
                over.append(self._factor(factor))
        return "*".join(over or ["1"]) + "".join(f"/{factor}" for factor in under)

    def _factor(self, expression: sp.Expr) -> str:
        text: str = self._print(expression)
        return f"({text})" if isinstance(expression, sp.Mul) else text

    def _print_Pow(self, expression: sp.Pow, rational: bool = False) -> str:  # noqa: N802
        if expression.exp == -1:
            return f"1/{self._factor(expression.base)}"
        # a sign binds more tightly than ^ in spreadsheets
        return f"POWER({self._print(expression.base)},{self._print(expression.exp)})"

    def _print_ITE(self, expression: sp.ITE) -> str:  # noqa: N802
        return self._print(expression.rewrite(sp.Piecewise))

    def _print_Piecewise(self, expression: sp.Piecewise) -> str:  # noqa: N802
        branches = list(expression.args)
        text = self._print(branches[-1].args[0])
        for branch in reversed(branches[:-1]):
            value, condition = branch.args
            text = f"IF({self._print(condition)},{self._print(value)},{text})"
        return text

    def _print_Relational(self, expression: sp.Rel) -> str:  # noqa: N802
        left, right = (self._print(side) for side in expression.args)
        return f"{left}{expression.rel_op}{right}"

    def _print_Or(self, expression: sp.Or) -> str:  # noqa: N802
        return f"OR({','.join(self._print(condition) for condition in expression.args)})"

    def _print_And(self, expression: sp.And) -> str:  # noqa: N802
        return f"AND({','.join(self._print(condition) for condition in expression.args)})"

    def _call(self, name: str, expression: sp.Expr) -> str:
        return f"{name}({','.join(self._print(argument) for argument in expression.args)})"

    def _print_Max(self, expression: sp.Max) -> str:  # noqa: N802
        return self._call("MAX", expression)

    def _print_Min(self, expression: sp.Min) -> str:  # noqa: N802
        return self._call("MIN", expression)

    def _print_Abs(self, expression: sp.Abs) -> str:  # noqa: N802
        return self._call("ABS", expression)
