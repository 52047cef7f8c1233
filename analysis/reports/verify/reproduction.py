"""Reproduction of one published number: worked out again, compared, its inputs named by digest."""

from __future__ import annotations

import ast
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path
from typing import Any

from analysis.data import loaded_tables, raw_files
from analysis.errors import AnalysisError, Fault, ParameterError
from analysis.near_names import perhaps
from analysis.paths import MANIFEST, RESULTS, ROOT
from analysis.reports.build.manifest import Report, read_manifest
from analysis.reports.notebook.imports import ImportGraph
from analysis.reports.notebook.results import results_text
from analysis.reports.verify.program_slice import Slice, SliceError, slice_of
from analysis.revision import changed_since_commit


class Outcome(IntEnum):
    """What came of a reproduction; the command exits with it."""

    SAME = 0
    DIFFERS = 1
    UNVERIFIED = 2


@dataclass(frozen=True)
class Reproduction:
    """One number worked out again.

    Parameters
    ----------
    name : str
        Report and result, as in ``rent-trends/rebound``.
    outcome : Outcome
        Whether it is the same.
    published, computed : object
        What the committed results hold, and what came now; None where there is none.
    why : str
        What is missing or went wrong; empty where the two could be compared.
    tables : dict of str to str
        Raw tables that were read, and their digests.
    files : dict of str to str
        Other inputs and their digests; ``missing`` where one is not there.
    moved : tuple of str
        Inputs that differ from the commit, so far as git can tell.
    formulas : str
        The statements that lead to the number.
    """

    name: str
    outcome: Outcome
    published: Any
    computed: Any
    why: str
    tables: dict[str, str]
    files: dict[str, str]
    moved: tuple[str, ...]
    formulas: str


def headline_ids() -> tuple[str, ...]:
    """Return every number that the reports publish, as ``report/result``."""
    return tuple(
        f"{report.name}/{result}"
        for report in read_manifest().reports
        if (RESULTS / f"{report.name}.json").is_file()
        for result in _published(report.name)
    )


def reproduce(identity: str) -> Reproduction:
    """Work a published number out again from the raw rows.

    Parameters
    ----------
    identity : str
        ``report/result``, such as ``rent-trends/rebound``; underscores will do for hyphens.

    Returns
    -------
    Reproduction
        `Outcome.SAME` only where the number was computed and equals the committed one to all the
        digits that its file states.

    Raises
    ------
    ParameterError
        No report, or no result, of this name.
    """
    report, result = _find(identity)
    published = _published(report.name)[result]
    script = report.script
    why, computed, cut = "", None, None
    try:
        cut = slice_of(script.read_text(encoding="utf-8"), result)
        computed = _rounded(_run(cut, report.parameters)[result])
    except (AnalysisError, SliceError) as error:
        why = str(error)
    except Exception as error:  # a changed input may fail in any way: said, never passed over
        why = f"{type(error).__name__}: {error}"
    files = _digests([script, MANIFEST, *report.files_read])
    modules = sorted(ImportGraph().files_imported(script))
    files[f"{len(modules)} modules of analysis"] = _digest_of_all(modules)
    moved = changed_since_commit([script, MANIFEST, *raw_files(), *modules])
    if why:
        is_changed = moved and all((ROOT / name).exists() for name in moved)
        outcome = Outcome.DIFFERS if is_changed else Outcome.UNVERIFIED
    else:
        outcome = Outcome.SAME if computed == published else Outcome.DIFFERS
    formulas = "" if cut is None else cut.formulas
    name = f"{report.name}/{result}"
    return Reproduction(
        name, outcome, published, computed, why, loaded_tables(), files, moved, formulas
    )


def _find(identity: str) -> tuple[Report, str]:
    name, _, result = identity.partition("/")
    reports = {report.name: report for report in read_manifest().reports}
    name = name.replace("_", "-")
    if name not in reports:
        expected = f"report/result with a report of the manifest{perhaps(name, reports)}"
        raise ParameterError([Fault("reproduce", None, "ID", identity, expected)])
    if not (RESULTS / f"{name}.json").is_file():
        expected = f"a report with committed results, reports/results/{name}.json"
        raise ParameterError([Fault("reproduce", None, "ID", identity, expected)])
    published = _published(name)
    if result not in published:
        expected = f"a result of {name}{perhaps(result, published)}"
        raise ParameterError([Fault("reproduce", None, "ID", identity, expected)])
    return reports[name], result


def _published(name: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((RESULTS / f"{name}.json").read_text(encoding="utf-8"))
    results: dict[str, Any] = content["results"]
    return results


def _run(cut: Slice, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Run a slice in a namespace of its own and return the results that it gives."""
    namespace: dict[str, Any] = {"__name__": "reproduction"}
    _execute(cut.parameters, namespace)
    namespace |= dict(parameters)
    _execute(cut.statements, namespace)
    value = ast.fix_missing_locations(ast.Expression(cut.value))
    results: dict[str, Any] = eval(compile(value, "result", "eval"), namespace)
    return results


def _execute(statements: Iterable[ast.stmt], namespace: dict[str, Any]) -> None:
    module = ast.Module([*statements], type_ignores=[])
    exec(compile(module, "notebook", "exec"), namespace)


def _rounded(value: Any) -> Any:
    """Return a value as the results file would hold it."""
    text = results_text({"value": value}, headline="-")
    return json.loads(text)["results"]["value"]


def _digests(files: Iterable[Path]) -> dict[str, str]:
    return {
        file.relative_to(ROOT).as_posix(): _digest(file) if file.is_file() else "missing"
        for file in files
    }


def _digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def _digest_of_all(files: Iterable[Path]) -> str:
    whole = hashlib.sha256()
    for file in files:
        whole.update(file.relative_to(ROOT).as_posix().encode())
        whole.update(file.read_bytes())
    return whole.hexdigest()
