"""Parameters given to a notebook: unknown names and wrong types are refused, with the nearest name.

papermill only warns of an unknown name and guesses types; a build validates before any kernel
starts, and a notebook run by papermill alone refuses in the cell after its parameters.
"""

from __future__ import annotations

import ast
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from analysis.errors import Fault, ParameterError
from analysis.near_names import perhaps
from analysis.paths import ROOT
from analysis.reports.notebook.parameter_cell import Declaration, read_declaration
from analysis.reports.notebook.parameter_checks import (
    as_written,
    assumption_faults,
    is_text,
    name_faults,
    order_faults,
    percent_meant,
)
from analysis.reports.notebook.parameter_types import OWN_ERRORS, WITHOUT_TABLES
from analysis.reports.notebook.percent import tagged_cell
from analysis.written_values import half_width_equals
from analysis.yaml_files import read_text

PARAMETERS_TAG: Final = "parameters"
_INJECTED_HEAD: Final = "# Parameters"
_LIMITS: Final = ("greater_than", "greater_than_equal", "less_than", "less_than_equal")


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


def validated(
    declaration: Declaration,
    values: Mapping[str, Any],
    *,
    where: str,
    reads_tables: bool = True,
) -> dict[str, Any]:
    """Check given values against a declaration.

    Numbers, counts and yes-or-no may be written as people write them (`analysis.written_values`).
    A parameter that is called as an assumption of the rental model is checked as one.

    Parameters
    ----------
    declaration : Declaration
        What the notebook declares.
    values : mapping
        Name to value.
    where : str
        Where the values were given, as messages name it.
    reads_tables : bool
        Whether names are looked up in the tables that hold them; they are before anything runs.

    Returns
    -------
    dict
        The given values alone, of the declared types.

    Raises
    ------
    ParameterError
        Unknown names, wrong types, paths where a name is wanted, and values that cannot be meant,
        all of them at once.

    Examples
    --------
    >>> declared = read_declaration("rent_cny: float = 7e4", file="x.py")
    >>> validated(declared, {"rent_cny": "60,000"}, where="here")
    {'rent_cny': 60000.0}
    >>> validated(declared, {"rant_cny": 60000}, where="here")
    Traceback (most recent call last):
    ...
    analysis.errors.ParameterError: 1 fault, nothing was run:
    here, column rant_cny: found '60000', expected a parameter of x.py, perhaps rent_cny
    """
    from pydantic import ValidationError

    read, faults = as_written(declaration, values, where)
    faults += name_faults(declaration, read, where)
    try:
        model = declaration.model.model_validate(
            read, strict=True, context={WITHOUT_TABLES: not reads_tables}
        )
    except ValidationError as error:
        faults += [_fault(declaration, details, where) for details in error.errors()]
        raise ParameterError(_each_once(faults)) from None
    checked = {name: value for name, value in model.model_dump().items() if name in values}
    faults += assumption_faults(declaration, checked, where)
    faults += order_faults(declaration, checked, where)
    if faults:
        raise ParameterError(_each_once(faults))
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
        name, equals, text = (part.strip() for part in half_width_equals(assignment))
        if not equals:
            faults.append(Fault(where, None, None, assignment, "name=value"))
        elif name in given:
            faults.append(Fault(where, None, name, text, "each parameter once"))
        given[name] = text if is_text(types.get(name)) else _from_text(text)
    if faults:
        raise ParameterError(faults)
    return validated(declaration, given, where=where)


def refuse_unknown_parameters() -> None:
    """Refuse parameters that the notebook does not declare, and values that cannot be meant.

    Call it in the cell after the parameters, before what is imported for the notebook's work: a
    wrong value is refused within seconds. It compares their values with the types of the cell
    that declared them, whatever runs the notebook; under papermill also the names of the injected
    cell. Values that were written as text, ``"70%"``, are numbers afterwards.

    Raises
    ------
    ParameterError
        Unknown names and wrong types, all of them at once.
    """
    from IPython.core.getipython import get_ipython

    shell = get_ipython()
    if shell is None or shell.history_manager is None:
        return
    executed = [cell for cell in shell.history_manager.input_hist_raw if cell.strip()]
    injections = [at for at, cell in enumerate(executed) if _is_injected(cell)]
    before = executed[: injections[-1]] if injections else executed
    declaring = next((cell for cell in reversed(before) if _declares(cell)), None)
    if declaring is None:
        if not injections:
            return
        declaring = ""
    declaration = read_declaration(declaring, file="the notebook")
    given = _assigned(executed[injections[-1]]) if injections else []
    names = [*declaration.names, *given]
    values = {name: shell.user_ns[name] for name in names if name in shell.user_ns}
    where = "papermill" if injections else "parameters"
    shell.user_ns.update(validated(declaration, values, where=where))


def _declares(source: str) -> bool:
    """Say whether a cell is one of parameters: typed names and their values, nothing else."""
    try:
        statements = ast.parse(source).body
    except SyntaxError:  # a magic, or half a cell
        return False
    typed = [isinstance(each, ast.AnnAssign) for each in statements]
    return any(typed) and all(
        is_typed or isinstance(each, ast.ImportFrom)
        for is_typed, each in zip(typed, statements, strict=True)
    )


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
    except (ValueError, RecursionError):  # thousands of digits or of brackets, too
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
    elif details["type"] in OWN_ERRORS:
        expected = details["msg"]
    elif details["type"] in _LIMITS:
        expected = details["msg"].removeprefix("Input should be ")
        expected += percent_meant(declared, details["input"])
    about = ", ".join(filter(None, (declared.meaning, declared.unit)))
    return Fault(where, None, name, found, f"{expected}{f' ({about})' if about else ''}")


def _each_once(faults: Sequence[Fault]) -> list[Fault]:
    """Drop what is said of a parameter after its first fault."""
    first: dict[str | None, Fault] = {}
    for fault in faults:
        first.setdefault(fault.column, fault)
    return list(first.values())
