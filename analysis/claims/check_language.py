"""Check language: one claim, a relation, and arithmetic over other figures.

``p33-04 = p33-03 / p13-06 - 1`` says that a printed growth is the quotient of two other printed
figures of the same source less one. The left side is a claim; the right side may hold claims (of
another source by their full name), numbers, ``+ - * /``, powers with a number as exponent,
parentheses, and functions of the evidence such as ``margin("case", 1)``. The relation is ``=``,
``<=`` or ``>=``.

An equation is read in every direction: each claim that stands in it once, outside of functions, is
recomputed from all the others.
"""

from __future__ import annotations

import ast
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from analysis.errors import DataError, Fault
from analysis.printed.interval import NOT_NEGATIVE, Interval, Operand, as_interval

CLAIM = re.compile(r"(?:(?P<source>[a-z]+-20[0-9]{2})-)?(?P<place>p[0-9]{2}-[0-9]{2})")
RELATION = re.compile(r"\s(<=|>=|=)\s")

Function = Callable[..., Operand]

_ARITHMETIC: dict[type[ast.operator], Callable[[Interval, Interval], Interval]] = {
    ast.Add: lambda left, right: left + right,
    ast.Sub: lambda left, right: left - right,
    ast.Mult: lambda left, right: left * right,
    ast.Div: lambda left, right: left / right,
}


class FormulaError(ValueError):
    """A formula that cannot be read; the message says what was expected."""


@dataclass(frozen=True)
class Formula:
    """A check as written, parsed.

    Parameters
    ----------
    text : str
        As written.
    left : str
        Full name of the claim on the left.
    relation : str
        ``=``, ``<=`` or ``>=``.
    right : ast.expr
        The right side; every claim is a name standing in `names`.
    names : mapping of str to str
        Placeholder to the claim's full name.
    """

    text: str
    left: str
    relation: str
    right: ast.expr
    names: Mapping[str, str] = field(repr=False)

    @cached_property
    def claims(self) -> tuple[str, ...]:
        """Full names of all claims, the left one first."""
        return tuple(dict.fromkeys([self.left, *self.names.values()]))

    @cached_property
    def functions(self) -> tuple[str, ...]:
        """Names of the functions called."""
        calls = (node for node in ast.walk(self.right) if isinstance(node, ast.Call))
        return tuple(
            dict.fromkeys(call.func.id for call in calls if isinstance(call.func, ast.Name))
        )

    @cached_property
    def is_bare(self) -> bool:
        """Whether the right side is one claim and nothing else."""
        return isinstance(self.right, ast.Name)

    def evaluate(
        self, figures: Mapping[str, Interval], functions: Mapping[str, Function]
    ) -> Interval:
        """Return what the right side, with its relation, says of the left claim.

        Parameters
        ----------
        figures : mapping of str to Interval
            What each claim can stand for, by full name.
        functions : mapping of str to callable
            Functions of the evidence.
        """
        return self._slack(_value(self.right, self._lookup(figures), functions))

    def solve(
        self, claim: str, figures: Mapping[str, Interval], functions: Mapping[str, Function]
    ) -> Interval | None:
        """Return what all the other figures say of one claim; None where that cannot be told.

        Parameters
        ----------
        claim : str
            Full name of a claim of the formula.
        figures, functions
            As in `evaluate`.
        """
        if claim == self.left:
            return self.evaluate(figures, functions)
        if self.relation != "=" and not self.is_bare:
            return None
        placeholders = [name for name, full in self.names.items() if full == claim]
        if len(placeholders) != 1 or claim == self.left:
            return None
        target = figures[self.left]
        if self.relation != "=":
            slack = NOT_NEGATIVE if self.relation == "<=" else -NOT_NEGATIVE
            return target + slack
        return _inverted(self.right, placeholders[0], target, self._lookup(figures), functions)

    def _lookup(self, figures: Mapping[str, Interval]) -> dict[str, Interval]:
        return {name: figures[full] for name, full in self.names.items()}

    def _slack(self, right: Interval) -> Interval:
        match self.relation:
            case "<=":
                return right - NOT_NEGATIVE
            case ">=":
                return right + NOT_NEGATIVE
        return right


def parse(text: str, source_id: str) -> Formula:
    """Parse a check.

    Parameters
    ----------
    text : str
        The check as written.
    source_id : str
        Source of the claims that are named by their place alone.

    Raises
    ------
    FormulaError
        Saying what was expected.

    Examples
    --------
    >>> parse("p11-05 = notes-2025-p14-01 / 2", "notes-2025").claims
    ('notes-2025-p11-05', 'notes-2025-p14-01')
    """
    sides = RELATION.split(text)
    if len(sides) != 3:
        raise FormulaError("one relation: =, <= or >=, with a space on both sides")
    left, relation, right = (side.strip() for side in sides)
    subject = CLAIM.fullmatch(left)
    if subject is None:
        raise FormulaError("one claim on the left, such as p33-04")
    names: dict[str, str] = {}

    def placeholder(found: re.Match[str]) -> str:
        name = f"claim_{len(names)}"
        names[name] = _full_name(found, source_id)
        return name

    quoted = re.split(r"('[^']*')", right)  # what stands in quotes names no claim
    right = "".join(
        part if part.startswith("'") else CLAIM.sub(placeholder, part) for part in quoted
    )
    try:
        tree = ast.parse(right, mode="eval").body
    except SyntaxError as error:
        raise FormulaError(f"arithmetic on the right: {error.msg}") from None
    _check(tree, set(names))
    return Formula(text, _full_name(subject, source_id), relation, tree, names)


def _full_name(found: re.Match[str], source_id: str) -> str:
    return f"{found['source'] or source_id}-{found['place']}"


def _check(node: ast.expr, names: set[str]) -> None:
    match node:
        case ast.BinOp(op=ast.Pow(), left=base):
            if not _constant(node.right):  # to the power of zero, any base would do
                raise FormulaError("a number as exponent, and not zero")
            _check(base, names)
        case ast.BinOp(op=op, left=left, right=right) if type(op) in _ARITHMETIC:
            _check(left, names)
            _check(right, names)
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            _check(operand, names)
        case ast.Call(func=ast.Name(), args=arguments, keywords=[]):
            for argument in arguments:
                _check(argument, names)
        case ast.Constant(value=int() | float() | str()):
            pass
        case ast.Name(id=name) if name in names:
            pass
        case _:
            raise FormulaError(f"claims, numbers, + - * / ** and calls, not {ast.unparse(node)}")


def _constant(node: ast.expr) -> float | None:
    """Return the number that an expression without claims or calls comes to."""
    if any(isinstance(part, ast.Name | ast.Call) for part in ast.walk(node)):
        return None
    return _value(node, {}, {}).middle


def _value(
    node: ast.expr, figures: Mapping[str, Interval], functions: Mapping[str, Function]
) -> Interval:
    match node:
        case ast.BinOp(op=ast.Pow(), left=base, right=exponent):
            return _value(base, figures, functions) ** float(_constant(exponent) or 0)
        case ast.BinOp(op=op, left=left, right=right):
            first, second = (_value(side, figures, functions) for side in (left, right))
            return _ARITHMETIC[type(op)](first, second)
        case ast.UnaryOp(operand=operand):
            return -_value(operand, figures, functions)
        case ast.Call(func=ast.Name(id=name), args=arguments):
            found = functions[name](*[_argument(part, figures, functions) for part in arguments])
            if isinstance(found, float) and math.isnan(found):
                expected = "a figure in the tables, by the day that they are asked for as of"
                raise DataError([Fault("check", None, None, ast.unparse(node), expected)])
            return as_interval(found)
        case ast.Constant(value=int() | float() as value):
            return as_interval(float(value))
        case ast.Name(id=name):
            return figures[name]
    raise AssertionError(f"unchecked {ast.unparse(node)}")


def _argument(
    node: ast.expr, figures: Mapping[str, Interval], functions: Mapping[str, Function]
) -> Any:
    """Return an argument of a function: a word or number as written, or the value of claims."""
    return node.value if isinstance(node, ast.Constant) else _value(node, figures, functions)


def _inverted(
    node: ast.expr,
    wanted: str,
    target: Interval,
    figures: Mapping[str, Interval],
    functions: Mapping[str, Function],
) -> Interval | None:
    """Solve ``node = target`` for one claim, going down the expression to it."""

    def holds(part: ast.expr) -> bool:
        return any(isinstance(name, ast.Name) and name.id == wanted for name in ast.walk(part))

    def value(part: ast.expr) -> Interval:
        return _value(part, figures, functions)

    def deeper(part: ast.expr, new_target: Interval) -> Interval | None:
        return _inverted(part, wanted, new_target, figures, functions)

    match node:
        case ast.Name():
            return target
        case ast.UnaryOp(operand=operand):
            return deeper(operand, -target)
        case ast.BinOp(op=ast.Pow(), left=base, right=exponent):
            return deeper(base, target ** (1.0 / float(_constant(exponent) or 1)))
        case ast.BinOp(op=op, left=left, right=right):
            if holds(left):
                return deeper(left, _undone(op, target, value(right), is_left=True))
            return deeper(right, _undone(op, target, value(left), is_left=False))
    return None  # inside a function


def _undone(op: ast.operator, target: Interval, other: Interval, *, is_left: bool) -> Interval:
    """Return what one operand must be, given the result and the other operand."""
    match op:
        case ast.Add():
            return target - other
        case ast.Sub():
            return target + other if is_left else other - target
        case ast.Mult():
            return target / other
        case ast.Div():
            return target * other if is_left else other / target
    raise AssertionError(f"unchecked {op}")
