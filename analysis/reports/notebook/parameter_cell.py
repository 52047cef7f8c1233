"""Parameters that a notebook declares, read from its tagged cell without running it.

Each line is ``name: type = value  # meaning, unit``.
"""

from __future__ import annotations

import ast
import io
import tokenize
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, Optional

from analysis.errors import Fault, ParameterError
from analysis.reports.notebook.parameter_types import NAMED, NAMED_FROM, OWN_ERRORS, WITHOUT_TABLES

if TYPE_CHECKING:
    from pydantic import BaseModel

TYPES: Final[Mapping[str, Any]] = {
    "bool": bool,
    "int": int,
    "float": float,
    "str": str,
    "list": list,
    "Optional": Optional,
    **NAMED,
}
"""What an annotation may be built from; papermill's own reader understands names, no more."""

TYPES_EXPECTED: Final = (
    "a type made of bool, int, float, str, list[...], Optional[...] and those of parameter_types"
)
_TYPE_MODULES: Final = ("typing", NAMED_FROM)
LINE_EXPECTED: Final = "name: type = value  # meaning, unit"


@dataclass(frozen=True)
class Parameter:
    """One declared parameter.

    Parameters
    ----------
    name : str
        Its name in the notebook.
    type : object
        Python type or generic alias.
    type_text : str
        The type as written.
    default : object
        Value in the notebook.
    meaning, unit : str
        The comment, split at its last comma.
    row : int
        Line number in the file.
    """

    name: str
    type: Any
    type_text: str
    default: Any
    meaning: str
    unit: str
    row: int


@dataclass(frozen=True)
class Declaration:
    """All parameters of one notebook.

    Parameters
    ----------
    file : str
        The notebook, as messages name it.
    parameters : tuple of Parameter
        In the order of the cell.
    """

    file: str
    parameters: tuple[Parameter, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Names in the order of the cell."""
        return tuple(parameter.name for parameter in self.parameters)

    @property
    def defaults(self) -> dict[str, Any]:
        """Values in the notebook, by name."""
        return {parameter.name: parameter.default for parameter in self.parameters}

    @cached_property
    def model(self) -> type[BaseModel]:
        """Validator that refuses unknown names, wrong types and numbers that are not finite."""
        from pydantic import ConfigDict, create_model

        fields: dict[str, Any] = {
            parameter.name: (parameter.type, parameter.default) for parameter in self.parameters
        }
        config = ConfigDict(extra="forbid", allow_inf_nan=False, protected_namespaces=())
        return create_model("NotebookParameters", __config__=config, **fields)


def read_declaration(source: str, *, file: str, first_row: int = 1) -> Declaration:
    """Read the source of a parameters cell.

    Parameters
    ----------
    source : str
        Text of the cell.
    file : str
        Name of the file in messages.
    first_row : int
        Line number of the cell's first line.

    Returns
    -------
    Declaration
        Every parameter of the cell.

    Raises
    ------
    ParameterError
        Lines that are not of the declared form, all of them at once.

    Examples
    --------
    >>> read_declaration("rent_cny: float = 7e4  # rent, CNY a month", file="x.py").parameters
    (Parameter(name='rent_cny', type=<class 'float'>, type_text='float', default=70000.0,
    meaning='rent', unit='CNY a month', row=1),)
    """
    comments = _comments(source)
    lines = source.splitlines()
    parameters: list[Parameter] = []
    faults: list[Fault] = []
    for statement in ast.parse(source).body:
        if isinstance(statement, ast.ImportFrom) and statement.module in _TYPE_MODULES:
            continue
        row, text = first_row + statement.lineno - 1, lines[statement.lineno - 1].strip()
        ending = range(statement.lineno, (statement.end_lineno or statement.lineno) + 1)
        comment = " ".join(comments[line] for line in ending if line in comments)
        read = _read_line(statement, comment, row)
        if isinstance(read, Parameter):
            parameters.append(read)
        else:
            faults.append(Fault(file, row, None, text, read))
    names = [parameter.name for parameter in parameters]
    faults += [
        Fault(file, parameter.row, parameter.name, parameter.name, "each name once")
        for at, parameter in enumerate(parameters)
        if parameter.name in names[:at]
    ]
    if faults:
        raise ParameterError(faults)
    return Declaration(file, tuple(parameters))


def _read_line(statement: ast.stmt, comment: str, row: int) -> Parameter | str:
    """Return the parameter, or what was expected instead."""
    if not isinstance(statement, ast.AnnAssign) or not isinstance(statement.target, ast.Name):
        return LINE_EXPECTED
    if "=" in comment:
        return "a comment without '=', which papermill's reader takes for another assignment"
    type_ = _type(statement.annotation)
    if type_ is None:
        return TYPES_EXPECTED
    try:
        default = ast.literal_eval(statement.value or ast.Name("nothing"))
    except ValueError:
        return "a plain value, nothing derived"
    type_text = ast.unparse(statement.annotation)
    refusal = _refusal(type_, default)
    if refusal is not None:
        return f"a value of type {type_text}{refusal}"
    meaning, _, unit = comment.rpartition(",")
    if not meaning:
        meaning, unit = unit, ""
    return Parameter(
        statement.target.id,
        type_,
        type_text,
        float(default) if isinstance(default, int) and _is_float(type_) else default,
        meaning.strip(),
        unit.strip(),
        row,
    )


def _comments(source: str) -> dict[int, str]:
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    return {
        token.start[0]: token.string.lstrip("#").strip()
        for token in tokens
        if token.type == tokenize.COMMENT
    }


def _type(annotation: ast.expr) -> Any:
    allowed = (ast.Name, ast.Subscript, ast.Load)
    for node in ast.walk(annotation):
        if not isinstance(node, allowed) or (isinstance(node, ast.Name) and node.id not in TYPES):
            return None
    expression = compile(ast.Expression(annotation), "<annotation>", "eval")
    return eval(expression, {"__builtins__": {}}, dict(TYPES))


def _is_float(type_: Any) -> bool:
    return type_ is float or getattr(type_, "__origin__", None) is float


def _refusal(type_: Any, value: Any) -> str | None:
    """Return what a default should be instead, None if it is of its type; reads no table."""
    from pydantic import TypeAdapter, ValidationError

    try:
        TypeAdapter(type_).validate_python(value, strict=True, context={WITHOUT_TABLES: True})
    except ValidationError as error:
        details = error.errors()[0]
        return f", {details['msg']}" if details["type"] in OWN_ERRORS else ""
    return None
