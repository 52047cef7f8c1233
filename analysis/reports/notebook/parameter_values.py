"""Parameters given to a notebook: unknown names and wrong types are refused, with the nearest name.

papermill only warns of an unknown name and guesses types; a build validates before any kernel
starts, and a notebook run by papermill alone refuses in the cell after its parameters.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from analysis.errors import Fault, ParameterError
from analysis.near_names import perhaps
from analysis.paths import ROOT
from analysis.reports.notebook.parameter_cell import Declaration, read_declaration
from analysis.reports.notebook.percent import tagged_cell
from analysis.yaml_files import read_text

PARAMETERS_TAG: Final = "parameters"
NAME_UNIT: Final = "name"
"""Unit of a text that names something: a table, a case, a GPU."""
_NAME = re.compile(r"\w[\w .+-]{0,99}\Z")
_INJECTED_HEAD: Final = "# Parameters"


def read_parameters(notebook: Path) -> Declaration:
    """Read what a percent script declares in its cell tagged ``parameters``.

    Parameters
    ----------
    notebook : Path
        The ``.py`` of the notebook.

    Returns
    -------
    Declaration
        Without parameters when the script has no such cell.

    Raises
    ------
    ParameterError
        The script cannot be read, or its cell is not of the declared form.
    """
    file = notebook.relative_to(ROOT).as_posix() if notebook.is_relative_to(ROOT) else notebook.name
    text = read_text(notebook, file=file, error=ParameterError)
    cell = tagged_cell(text, PARAMETERS_TAG)
    if cell is None:
        return Declaration(file, ())
    first_row, source = cell
    return read_declaration(source, file=file, first_row=first_row)


def validated(declaration: Declaration, values: Mapping[str, Any], *, where: str) -> dict[str, Any]:
    """Check given values against a declaration.

    Parameters
    ----------
    declaration : Declaration
        What the notebook declares.
    values : mapping
        Name to value; a whole number may stand for a float, nothing else is converted.
    where : str
        Where the values were given, as messages name it.

    Returns
    -------
    dict
        The given values alone, of the declared types.

    Raises
    ------
    ParameterError
        Unknown names, wrong types, and paths where a name is wanted, all of them at once.

    Examples
    --------
    >>> declared = read_declaration("rent_cny: float = 7e4", file="x.py")
    >>> validated(declared, {"rent_cny": 60000}, where="here")
    {'rent_cny': 60000.0}
    >>> validated(declared, {"rant_cny": 60000}, where="here")
    Traceback (most recent call last):
    ...
    analysis.errors.ParameterError: 1 fault, nothing was run:
    here, column rant_cny: found '60000', expected a parameter of x.py, perhaps rent_cny
    """
    from pydantic import ValidationError

    try:
        model = declaration.model.model_validate(dict(values), strict=True)
    except ValidationError as error:
        raise ParameterError(
            [_fault(declaration, details, where) for details in error.errors()]
        ) from None
    checked = {name: value for name, value in model.model_dump().items() if name in values}
    faults = [
        Fault(
            where, None, each.name, checked[each.name], "a name: letters, digits, _ and -, no path"
        )
        for each in declaration.parameters
        if each.name in checked and each.type is str and each.unit == NAME_UNIT
        if not _NAME.match(checked[each.name])
    ]
    if faults:
        raise ParameterError(faults)
    return checked


def parse_assignments(
    declaration: Declaration, assignments: Sequence[str], *, where: str = "command line"
) -> dict[str, Any]:
    """Check assignments as a command line gives them.

    Parameters
    ----------
    declaration : Declaration
        What the notebook declares.
    assignments : sequence of str
        Each ``name=value``; a list is written as JSON.
    where : str
        Where the values were given, as messages name it.

    Returns
    -------
    dict
        The given values alone, of the declared types.

    Raises
    ------
    ParameterError
        Unknown names and wrong types, all of them at once.

    Examples
    --------
    >>> declared = read_declaration("rent_cny: float = 7e4", file="x.py")
    >>> parse_assignments(declared, ["rent_cny=6e4"])
    {'rent_cny': 60000.0}
    """
    given: dict[str, Any] = {}
    faults = []
    types = {parameter.name: parameter.type for parameter in declaration.parameters}
    for assignment in assignments:
        name, equals, text = assignment.partition("=")
        if not equals:
            faults.append(Fault(where, None, None, assignment, "name=value"))
        given[name.strip()] = text if types.get(name.strip()) is str else _from_text(text)
    if faults:
        raise ParameterError(faults)
    return validated(declaration, given, where=where)


def refuse_unknown_parameters() -> None:
    """Refuse parameters that papermill injected and the notebook does not declare.

    Call it in the cell after the parameters. Under papermill it compares the injected cell with
    the parameters cell, and the values with their types; elsewhere it does nothing.

    Raises
    ------
    ParameterError
        Unknown names and wrong types, all of them at once.
    """
    from IPython.core.getipython import get_ipython

    shell = get_ipython()
    if shell is None or shell.history_manager is None:
        return
    executed: list[str] = shell.history_manager.input_hist_raw
    injections = [at for at, cell in enumerate(executed) if _is_injected(cell)]
    if not injections:
        return
    before = [cell for cell in executed[: injections[-1]] if cell.strip()]
    declaration = read_declaration(before[-1] if before else "", file="the notebook")
    names = [*declaration.names, *_assigned(executed[injections[-1]])]
    values = {name: shell.user_ns[name] for name in names if name in shell.user_ns}
    validated(declaration, values, where="papermill")


def _is_injected(cell: str) -> bool:
    return cell.lstrip().split("\n", 1)[0].strip() == _INJECTED_HEAD


def _assigned(source: str) -> list[str]:
    return [
        target.id
        for statement in ast.parse(source).body
        if isinstance(statement, ast.Assign)
        for target in statement.targets
        if isinstance(target, ast.Name)
    ]


def _from_text(text: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        return {"True": True, "False": False, "None": None}.get(text, text)


def _fault(declaration: Declaration, details: Any, where: str) -> Fault:
    name = str(details["loc"][0])
    found = str(details["input"])
    if details["type"] == "extra_forbidden":
        hint = perhaps(name, declaration.names)
        return Fault(where, None, name, found, f"a parameter of {declaration.file}, {hint}")
    declared = next(each for each in declaration.parameters if each.name == name)
    expected = declared.type_text
    if details["type"] == "finite_number":
        expected = f"a finite {expected}"
    about = ", ".join(filter(None, (declared.meaning, declared.unit)))
    return Fault(where, None, name, found, f"{expected}{f' ({about})' if about else ''}")
