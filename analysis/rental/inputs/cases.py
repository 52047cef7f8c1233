"""Cases as YAML or JSON files, and the named cases that ship with the package."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import yaml

from analysis import yaml_files
from analysis.errors import AssumptionError, Fault
from analysis.near_names import did_you_mean
from analysis.rental.inputs.assumptions import Assumptions
from analysis.rental.inputs.quantities import in_currency, unit_of
from analysis.written_values import half_width

CASES = Path(__file__).resolve().parent / "cases"


def case_names() -> tuple[str, ...]:
    """Return the names of the cases that ship with the package."""
    return tuple(sorted(path.stem for path in CASES.glob("*.yaml")))


def load_case(case: str | Path) -> Assumptions:
    """Read a case by name or from a YAML or JSON file.

    Parameters
    ----------
    case : str or Path
        A name out of `case_names`, or a file.

    Returns
    -------
    Assumptions
        Assumptions that the file leaves out have their defaults.

    Raises
    ------
    AssumptionError
        If there is no such case or file, or naming file, line, key, value and what was expected
        for everything wrong in it.

    Examples
    --------
    >>> load_case("sihan-2025-straight-line").tax_rate
    0.15
    """
    if not isinstance(case, str | Path):
        raise _no_case(case)
    path = CASES / f"{case}.yaml" if str(case) in case_names() else Path(case)
    shown = path.name if path.parent == CASES else str(path)
    if not os.path.exists(path):  # noqa: PTH110, which raises of a name too long
        expected = f"a file, or one of {', '.join(case_names())}{did_you_mean(case, case_names())}"
        raise AssumptionError([Fault(shown, None, None, str(case), expected)])
    return parse_case(yaml_files.read_text(path, file=shown, error=AssumptionError), shown)


Case = Assumptions | Mapping[str, Any] | str | Path
"""What functions take for a case: assumptions, some of them by name, a named case, or a file."""


def as_case(case: Case) -> Assumptions:
    """Return the assumptions of a case, however it is given.

    Raises
    ------
    AssumptionError
        If it is none, or one that is impossible.

    Examples
    --------
    >>> as_case({"utilization": "70%"}) == Assumptions(utilization=0.7)
    True
    >>> as_case(0.7)
    Traceback (most recent call last):
    ...
    analysis.errors.AssumptionError: 1 fault, nothing was evaluated:
    case: found '0.7', expected Assumptions, a mapping of some of them, a case's name or file
    """
    if isinstance(case, Assumptions):
        return case
    if isinstance(case, Mapping):
        return Assumptions(**{str(name): value for name, value in case.items()})
    if isinstance(case, str | Path):
        return load_case(case)
    raise _no_case(case)


def _no_case(found: object) -> AssumptionError:
    expected = "Assumptions, a mapping of some of them, a case's name or file"
    return AssumptionError([Fault("case", None, None, str(found)[:80], expected)])


def parse_case(text: str, file: str) -> Assumptions:
    """Read a case from YAML or JSON text; `file` is named in errors."""
    values, lines = parse_mapping(text, file, "a mapping of assumptions to values")
    try:
        return Assumptions(**values)
    except AssumptionError as error:
        raise AssumptionError(
            [
                Fault(file, lines.get(fault.column), fault.column, fault.value, fault.expected)
                for fault in error.faults
            ]
        ) from None


def read_text(path: Path) -> str:
    """Read a file that a user named.

    Raises
    ------
    AssumptionError
        If it cannot be read.
    """
    return yaml_files.read_text(path, file=str(path), error=AssumptionError)


def parse_mapping(text: str, file: str, expected: str) -> tuple[dict[str, Any], dict[Any, int]]:
    """Read a mapping from YAML or JSON text, and the line that each of its keys stands on.

    Parameters
    ----------
    text : str
        YAML or JSON.
    file : str
        Named in errors.
    expected : str
        What the mapping is, for errors.

    Raises
    ------
    AssumptionError
        If the text cannot be read, holds a key twice or is no mapping.
    """
    try:
        node, values = yaml_files.parse_yaml(text, file=file, error=AssumptionError)
    except AssumptionError as error:
        raise AssumptionError(
            [
                replace(fault, expected=f"{fault.expected}{_wide_signs(text)}")
                for fault in error.faults
            ]
        ) from None
    if not values and not isinstance(values, bool | int | float):
        raise AssumptionError([Fault(file, None, None, "nothing", f"{expected}, at least one")])
    if not isinstance(values, dict):
        found = type(values).__name__
        raise AssumptionError([Fault(file, 1, None, found, f"{expected}{_wide_signs(text)}")])
    pairs = node.value if isinstance(node, yaml.MappingNode) else []
    lines = {key.value: key.start_mark.line + 1 for key, _ in pairs}
    return {str(key): value for key, value in values.items()}, lines


def yaml_value(text: str) -> Any:
    """Read one value as a YAML file would, such as what stands after ``--set NAME=``.

    Raises
    ------
    ValueError
        If it is no YAML.

    Examples
    --------
    >>> yaml_value("0.7"), yaml_value("1e6"), yaml_value("1:30"), yaml_value("[1, 0.9]")
    (0.7, 1000000.0, '1:30', [1, 0.9])
    """
    try:
        return yaml_files.parse_yaml(text, file="", error=AssumptionError)[1]
    except AssumptionError as error:
        raise ValueError(error.faults[0].value) from None


def _wide_signs(text: str) -> str:
    """Say what else may be wrong where signs of Chinese typing stand for those of YAML."""
    wide = [sign for sign in "：，［］｛｝＃" if sign in text]
    if not wide:
        return ""
    pairs = ", ".join(f"{half_width(sign)!r} instead of {sign!r}" for sign in wide)
    return f"; perhaps {pairs}"


def dump_case(assumptions: Assumptions) -> str:
    """Return a case as YAML with every assumption, its meaning and its unit."""
    text = []
    for name, value in assumptions.model_dump(mode="json").items():
        field = Assumptions.model_fields[name]
        unit = unit_of(field)
        said = f", {in_currency(unit, assumptions.currency)}" if unit else ""
        shown = json.dumps(value, ensure_ascii=False)
        text.append(f"{name}: {shown}  # {field.description}{said}")
    return "\n".join(text) + "\n"
