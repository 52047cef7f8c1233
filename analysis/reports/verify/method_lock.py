"""Method lock: what defines each published series or verdict, held to its version.

A choice of method (an index formula, a window, a threshold, a critical value) is declared in
``methods.yaml`` and locked with its value in ``reports/method.lock``. Whoever changes one gives its
method the next version and says why in the changelog; the lock keeps the digest of every version.
"""

from __future__ import annotations

import ast
import dataclasses
import hashlib
import inspect
import json
import textwrap
from collections.abc import Iterator, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any, Final

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from analysis.errors import AnalysisError, ParameterError
from analysis.files import write_whole
from analysis.paths import NOTEBOOKS, REPORTS, ROOT
from analysis.reports.build.manifest import read_manifest
from analysis.reports.notebook.parameter_values import read_parameters
from analysis.reports.site.changes_sheet import CHANGELOG, sections
from analysis.yaml_files import parse_yaml, read_text

DECLARED: Final = Path(__file__).with_name("methods.yaml")
LOCK: Final = REPORTS / "method.lock"
_DIGITS: Final = 12
_WORDS: Final = {"label", "why", "form", "title", "note", "reads"}
"""Fields that readers see and no number depends on."""


class MethodError(AnalysisError):
    """A method that is not as its lock says."""


class Method(BaseModel):
    """What defines one series or verdict.

    Parameters
    ----------
    version : int
        Raised by one with every change.
    title : str
        What is published by it.
    choices, rules : dict of str to list of str
        Constants, and functions whose statements count, by module.
    tables : list of str
        Files whose bytes count, from the root.
    parameters : list of str
        Notebooks whose parameters count, in each report of the manifest.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    version: int = Field(ge=1)
    title: str
    choices: dict[str, list[str]] = {}
    rules: dict[str, list[str]] = {}
    tables: list[str] = []
    parameters: list[str] = []

    def values(self) -> dict[str, Any]:
        """Return every choice and its value, as JSON can hold it."""
        return dict(sorted(self._values()))

    def _values(self) -> Iterator[tuple[str, Any]]:
        for module, names in self.choices.items():
            for name in names:
                yield f"{module}.{name}", _plain(getattr(import_module(module), name))
        for module, names in self.rules.items():
            for name in names:
                yield f"{module}.{name}", _statements(getattr(import_module(module), name))
        for table in self.tables:
            yield table, hashlib.sha256((ROOT / table).read_bytes()).hexdigest()
        for report in read_manifest().reports:
            if report.notebook in self.parameters:
                script = NOTEBOOKS / f"{report.notebook}.py"
                for parameter in read_parameters(script).parameters:
                    value = report.parameters.get(parameter.name, parameter.default)
                    yield f"{report.name}, parameter {parameter.name}", _plain(value)


def declared_methods(path: Path = DECLARED) -> dict[str, Method]:
    """Read the declaration of all methods."""
    text = read_text(path, file=path.name, error=ParameterError)
    _, content = parse_yaml(text, file=path.name, error=ParameterError)
    return TypeAdapter(dict[str, Method]).validate_python(content)


def method_faults() -> list[str]:
    """Compare every method with the lock, its version and the changelog.

    Returns
    -------
    list of str
        What moved, by method and choice, and what is to be done; empty if nothing did.
    """
    locked, rows, faults = _locked(), _rows(), []
    methods = declared_methods()
    for name, method in methods.items():
        if name not in locked:
            faults.append(f"{name}: not in {_LOCK_NAME}; run `python -m analysis method --write`")
            continue
        entry, values = locked[name], method.values()
        moved = list(_moved(entry.get("values", {}), values))
        if entry.get("version") != method.version:
            moved.append(f"version: found {method.version}, locked {entry.get('version')}")
        if not moved and entry.get("digests", {}).get(str(method.version)) != _digest(values):
            moved.append(f"digest of version {method.version}: not that of the values")
        faults += [f"{name}: {one}" for one in moved]
        if method.version > 1 and (name, str(method.version)) not in rows:
            faults.append(f"{name}: version {method.version} has no row in CHANGELOG.md")
    faults += [f"{name}: locked, but no longer declared" for name in locked if name not in methods]
    return faults


def check_methods() -> None:
    """Refuse methods that moved without a new version and a row in the changelog.

    Raises
    ------
    MethodError
        Every choice that moved, old and new.
    """
    if faults := method_faults():
        raise MethodError("\n".join([*faults, _WHAT_TO_DO]))


def write_lock() -> None:
    """Lock every method as it is now.

    Raises
    ------
    MethodError
        A choice moved without a new version, or a new version has no row; nothing was written.
    """
    locked, rows, faults, written = _locked(), _rows(), [], {}
    for name, method in declared_methods().items():
        entry, values = locked.get(name, {}), method.values()
        digests = entry.get("digests", {})
        if digests.get(str(method.version), _digest(values)) != _digest(values):
            moved = [*_moved(entry.get("values", {}), values)] or ["its digest"]
            faults += [f"{name}: {one}, but version is still {method.version}" for one in moved]
        if method.version > 1 and (name, str(method.version)) not in rows:
            faults.append(f"{name}: version {method.version} has no row in CHANGELOG.md")
        if method.version != max([method.version, *map(int, digests)]):
            faults.append(f"{name}: version {method.version} after {max(map(int, digests))}")
        written[name] = {
            "version": method.version,
            "digests": digests | {str(method.version): _digest(values)},
            "values": values,
        }
    if faults:
        raise MethodError("\n".join([*faults, _WHAT_TO_DO]))
    write_whole(LOCK, json.dumps(written, indent=1, sort_keys=True, ensure_ascii=False) + "\n")


_LOCK_NAME = LOCK.relative_to(ROOT).as_posix()
_WHAT_TO_DO = (
    f"A change of method: raise `version` in {DECLARED.relative_to(ROOT).as_posix()}, add the row "
    "`| method NAME | version | OLD | NEW | cause |` to CHANGELOG.md, then run "
    "`python -m analysis method --write`."
)


def _locked() -> dict[str, dict[str, Any]]:
    if not LOCK.is_file():
        return {}
    try:
        content: dict[str, dict[str, Any]] = json.loads(LOCK.read_text("utf-8"))
    except ValueError as error:
        raise MethodError(f"{_LOCK_NAME}: found no JSON ({error}), expected the lock") from None
    return content


def _rows() -> set[tuple[str, str]]:
    """Return methods and versions that the changelog tells of, each with a cause."""
    return {
        (cells[0].removeprefix("method "), cells[3])
        for section in sections(CHANGELOG.read_text("utf-8"))
        for cells in section.rows
        if len(cells) == 5 and cells[0].startswith("method ") and cells[1] == "version" and cells[4]
    }


def _moved(before: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[str]:
    for name in sorted({*before, *now}):
        old, new = before.get(name, "absent"), now.get(name, "absent")
        if old != new:
            yield f"{name}: found {_short(new)}, locked {_short(old)}"


def _short(value: Any) -> str:
    return textwrap.shorten(json.dumps(value, ensure_ascii=False), 300, placeholder=" ...")


def _digest(values: Mapping[str, Any]) -> str:
    text = json.dumps(values, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _statements(function: Any) -> str:
    """Return the digest of a function's statements: comments, layout and docstring aside."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(inspect.unwrap(function))))
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and ast.get_docstring(node) is not None:
            node.body = node.body[1:] or [ast.Pass()]
    return "statements " + hashlib.sha256(ast.unparse(tree).encode()).hexdigest()[:16]


def _plain(value: Any) -> Any:
    """Return a value as JSON holds it, words for readers left out.

    Numbers are rounded: the last digit of a logarithm is not the same on all processors.
    """
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = (field.name for field in dataclasses.fields(value) if field.name not in _WORDS)
        return {name: _plain(getattr(value, name)) for name in fields}
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, np.ndarray):
        return _plain(value.tolist())
    if isinstance(value, list | tuple | range):
        return [_plain(item) for item in value]
    if isinstance(value, set | frozenset):
        return sorted(map(str, value))
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, float):
        return float(f"{value:.{_DIGITS}g}") if np.isfinite(value) else str(value)
    if callable(value):
        return getattr(value, "__qualname__", type(value).__qualname__)
    return str(value)
