"""Values of notebook parameters: read as they were written, and checked against each other."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, Final, get_args, get_origin

from analysis.errors import Fault
from analysis.reports.notebook.parameter_cell import Declaration, Parameter
from analysis.reports.notebook.parameter_types import MonthOf
from analysis.written_values import is_share, meant, read_number, read_whole, read_yes_no

NAME_UNIT: Final = "name"
"""Unit of a text that names something: a table, a case, a GPU."""
_NAME = re.compile(r"\w[\w .+-]{0,99}\Z")
_PLAIN = (bool, int, float, str)


def as_written(
    declaration: Declaration, values: Mapping[str, Any], where: str
) -> tuple[dict[str, Any], list[Fault]]:
    """Read texts as numbers, yes or no, and lists, as the declared types ask for.

    Parameters
    ----------
    declaration : Declaration
        What the notebook declares.
    values : mapping
        Name to value.
    where : str
        Where the values were given.

    Returns
    -------
    (dict, list of Fault)
        Every value, read if it could be, and what could be meant in several ways.
    """
    declared = {parameter.name: parameter for parameter in declaration.parameters}
    read, faults = dict(values), []
    for name, value in values.items():
        parameter = declared.get(name)
        if parameter is None:
            continue
        try:
            read[name] = _read(value, parameter.type, _unit(parameter))
        except ValueError as error:
            faults.append(Fault(where, None, name, str(value), str(error)))
    return read, faults


def assumption_faults(
    declaration: Declaration, values: Mapping[str, Any], where: str
) -> list[Fault]:
    """Check parameters that are called as assumptions of the rental model by its limits.

    The notebook's own default is always possible: a zero may stand for nothing given.
    """
    from analysis.rental.inputs.assumptions import possible_faults

    defaults = declaration.defaults
    given = {name: value for name, value in values.items() if value != defaults[name]}
    return [
        Fault(where, None, fault.column, fault.value, fault.expected)
        for fault in possible_faults(given)
    ]


def name_faults(declaration: Declaration, values: Mapping[str, Any], where: str) -> list[Fault]:
    """Check that what names something, such as a table that is written, is a name and no path."""
    expected = "a name: letters, digits, _ and -, no path"
    return [
        Fault(where, None, each.name, values[each.name], expected)
        for each in declaration.parameters
        if each.unit == NAME_UNIT and isinstance(values.get(each.name), str)
        if not _NAME.match(values[each.name])
    ]


def order_faults(declaration: Declaration, values: Mapping[str, Any], where: str) -> list[Fault]:
    """Check what is first against what is last, and months against the window of months."""
    every = {**declaration.defaults, **values}
    faults = []
    for name, value in every.items():
        for first, last in (("first_", "last_"), ("_from", "_by")):
            other = name.replace(first, last)
            if first in name and other != name and other in every and value > every[other]:
                named, found = (name, value) if name in values else (other, every[other])
                expected = f"{name} no later than {other}, {value} and {every[other]}"
                faults.append(Fault(where, None, named, str(found), expected))
    window = every.get("first_month"), every.get("last_month")
    for parameter in declaration.parameters:
        if not _is_month(parameter.type) or None in window:
            continue
        value = every[parameter.name]
        for month in value if isinstance(value, list) else [value]:
            if not window[0] <= month <= window[1]:
                expected = f"a month within first_month and last_month, {window[0]} to {window[1]}"
                faults.append(Fault(where, None, parameter.name, str(month), expected))
    return faults


def percent_meant(parameter: Parameter, value: Any) -> str:
    """Return ``; 0.7 if 70 % is meant`` where that is so."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return ""
    instead = meant(float(value), _unit(parameter), (0.0, 1.0))
    return f"; {instead}" if instead else ""


def is_text(type_: Any) -> bool:
    """Say whether a type is one of texts."""
    return _bare(type_) is str


def _unit(parameter: Parameter) -> str:
    unit = parameter.unit.removesuffix("s") if parameter.unit == "shares" else parameter.unit
    return unit if is_share(unit) else unit or "a plain unit"


def _bare(type_: Any) -> Any:
    """Return a type without its limits, and without None."""
    arguments = [each for each in get_args(type_) if each is not type(None)]
    if type_ in _PLAIN or get_origin(type_) is list or not arguments:
        return type_
    return _bare(arguments[0])


def _is_month(type_: Any) -> bool:
    is_one = any(isinstance(each, MonthOf) for each in getattr(type_, "__metadata__", ()))
    return is_one or (get_origin(type_) is list and _is_month(get_args(type_)[0]))


def _read(value: Any, type_: Any, unit: str) -> Any:
    bare = _bare(type_)
    if get_origin(bare) is list:
        values = _list(value)
        if not isinstance(values, list):
            return value
        return [_read(each, get_args(bare)[0], unit) for each in values]
    if bare is bool:
        return read_yes_no(value)
    if bare is int:
        return read_whole(value, unit)
    if bare is float:
        return read_number(value, unit)
    return value


def _list(value: Any) -> Any:
    """Read a list that is written as JSON."""
    if not isinstance(value, str):
        return list(value) if isinstance(value, tuple) else value
    try:
        return json.loads(value)
    except json.JSONDecodeError:
        return value
