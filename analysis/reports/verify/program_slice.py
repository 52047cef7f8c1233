"""Program slice: the statements of a notebook that one of its results depends on.

A headline number needs a few of a notebook's statements: no picture, no table, no other number.
Walking backward from the number, a statement is kept when it gives a value to a name that is still
needed (Weiser 1981, "Program slicing"). What is kept runs in seconds and reads as the formula.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from analysis.reports.notebook.percent import tagged_cell

_SAVES = "save_results"
_STATEFUL = frozenset({"default_rng", "Generator"})
"""Calls that make an object which every use changes, for all that use it later."""


class SliceError(Exception):
    """A script that does not save the result that is asked for."""


@dataclass(frozen=True)
class Slice:
    """Statements in their order, and the expression of the result.

    Parameters
    ----------
    parameters : tuple of ast.stmt
        Of the parameters cell, defaults included.
    statements : tuple of ast.stmt
        After it.
    value : ast.expr or None
        A mapping that holds the result under its name; None where the statements save a table.
    """

    parameters: tuple[ast.stmt, ...]
    statements: tuple[ast.stmt, ...]
    value: ast.expr | None

    @property
    def formulas(self) -> str:
        """The statements as text, imports and parameters left out."""
        shown = [one for one in self.statements if not isinstance(one, ast.Import | ast.ImportFrom)]
        return "\n".join(ast.unparse(one) for one in shown)


def slice_of(script: str, result: str | None = None) -> Slice:
    r"""Cut a percent script down to what one result needs, or to what all results need.

    Parameters
    ----------
    script : str
        Text of a percent script that ends in ``save_results({...})``.
    result : str, optional
        Name of the result; all of them when left out.

    Returns
    -------
    Slice

    Raises
    ------
    SliceError
        The script saves no results, or none of this name.

    Examples
    --------
    >>> text = '# %% tags=["parameters"]\na = 2\n# %%\nb = a + 1\nc = 5\nprint(c)\n'
    >>> cut = slice_of(text + 'save_results({"b": b, "c": c}, headline="")\n', "b")
    >>> cut.formulas, ast.unparse(cut.value)
    ('b = a + 1', "{'b': b}")
    """
    body = ast.parse(script).body
    saves = [one for one in body if _is_call(one, _SAVES)]
    if not saves:
        raise SliceError("the script saves no results")
    call = saves[-1].value  # type: ignore[attr-defined]
    value = call.args[0] if result is None else _only(call.args[0], result)
    parameters, rest = _parts(script, body)
    rest = [one for one in rest if one is not saves[-1]]
    return Slice(parameters, tuple(_needed(rest, value)), value)


def slice_that_saves_tables(script: str) -> Slice:
    r"""Cut a percent script down to the statements that save tables for other notebooks.

    Parameters
    ----------
    script : str
        Text of a percent script; what saves a table is a call of a function ``save_...``.

    Raises
    ------
    SliceError
        The script saves no table.

    Examples
    --------
    >>> text = '# %% tags=["parameters"]\na = 2\n# %%\nb = a\nc = 5\nsave_table(b)\nprint(c)\n'
    >>> print(slice_that_saves_tables(text).formulas)
    b = a
    save_table(b)
    """
    parameters, rest = _parts(script, ast.parse(script).body)
    saves = [one for one in rest if any(map(_is_save_of_table, _called(one)))]
    if not saves:
        raise SliceError("the script saves no table")
    last = rest.index(saves[-1])
    return Slice(parameters, tuple(_needed(rest[: last + 1], *saves)), None)


def _parts(script: str, body: list[ast.stmt]) -> tuple[tuple[ast.stmt, ...], list[ast.stmt]]:
    """Return the statements of the parameters cell, and those after it."""
    cell = tagged_cell(script, "parameters")
    first, n_lines = (cell[0], len(cell[1].splitlines())) if cell else (0, 0)
    parameters = tuple(one for one in body if first <= one.lineno < first + n_lines)
    return parameters, [one for one in body if one.lineno >= first + n_lines]


def _is_save_of_table(name: str) -> bool:
    return name.startswith("save_") and name != _SAVES


def _only(saved: ast.expr, result: str) -> ast.expr:
    """Return the mapping of the results without those of another name."""
    if not isinstance(saved, ast.Dict):
        return saved
    keys, values, unpacked = [], [], []
    for key, value in zip(saved.keys, saved.values, strict=True):
        if key is None:
            unpacked.append(value)
        elif isinstance(key, ast.Constant) and key.value == result:
            keys.append(key)
            values.append(value)
    if keys:
        return ast.Dict([*keys], values)
    if not unpacked:
        raise SliceError(f"the script saves no result {result!r}")
    return ast.Dict([None] * len(unpacked), unpacked)


def _needed(statements: list[ast.stmt], *ends: ast.AST) -> list[ast.stmt]:
    """Return the statements that lead to some expressions, and those of the ends among them."""
    stateful = {
        name
        for one in statements
        if any(called in _STATEFUL for called in _called(one))
        for name in _assigned(one)
    }
    needed, kept = {name for end in ends for name in _read(end)}, []
    for one in reversed(statements):
        touched = one in ends or stateful & needed & set(_read(one))
        if not touched and not needed & set(_assigned(one)):
            continue
        kept.append(one)
        if not isinstance(one, ast.AugAssign) and _gives_whole(one):
            needed -= set(_assigned(one))
        needed |= set(_read(one))
    return kept[::-1]


def _gives_whole(statement: ast.stmt) -> bool:
    """Whether a name has nothing of its earlier value after the statement."""
    if isinstance(statement, ast.Assign):
        return all(isinstance(target, ast.Name | ast.Tuple) for target in statement.targets)
    return isinstance(statement, ast.AnnAssign | ast.Import | ast.ImportFrom)


def _assigned(statement: ast.stmt) -> Iterator[str]:
    """Yield names that a statement gives a value, or changes a part of."""
    if isinstance(statement, ast.Import | ast.ImportFrom):
        for alias in statement.names:
            yield (alias.asname or alias.name).split(".")[0]
    inner = {
        id(target)
        for node in ast.walk(statement)
        if isinstance(node, ast.comprehension)  # its names live within it
        for target in ast.walk(node.target)
    }
    for node in ast.walk(statement):
        if id(node) in inner:
            continue
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif isinstance(node, ast.Subscript | ast.Attribute) and isinstance(node.ctx, ast.Store):
            yield from _read(node.value)


def _read(node: ast.AST) -> Iterator[str]:
    for each in ast.walk(node):
        if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Load):
            yield each.id


def _called(statement: ast.stmt) -> Iterable[str]:
    for node in ast.walk(statement):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func).rpartition(".")[2]


def _is_call(statement: ast.stmt, name: str) -> bool:
    return (
        isinstance(statement, ast.Expr)
        and isinstance(statement.value, ast.Call)
        and ast.unparse(statement.value.func) == name
    )
