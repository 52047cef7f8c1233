"""Reproduction of one published number: worked out again, compared, its inputs named by digest."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path
from typing import Any

from analysis.data import loaded_tables, raw_files, unsealed_tables
from analysis.errors import AnalysisError, Fault, ParameterError
from analysis.near_names import perhaps
from analysis.paths import DATA, MANIFEST, RESULTS, ROOT
from analysis.reports.build.manifest import Report, read_manifest
from analysis.reports.notebook.imports import ImportGraph
from analysis.reports.verify.program_slice import SliceError, slice_of
from analysis.reports.verify.recomputation import Recomputation, recomputation
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
        Inputs that differ from the commit, so far as git can tell, and tables that differ from
        their seal.
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
        for result in _published(report.name) or ()
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
    try:
        reports = read_manifest().reports
    except AnalysisError as error:  # one flipped byte can leave no list to look in
        moved = changed_since_commit([MANIFEST])
        if not moved or not MANIFEST.is_file():
            raise
        files = {_named(MANIFEST): _digest(MANIFEST)}
        return Reproduction(identity, Outcome.DIFFERS, None, None, str(error), {}, files, moved, "")
    report, result = _find(identity, {report.name: report for report in reports})
    formulas, computed, why = "", None, ""
    with recomputation(reports) as again:
        try:
            formulas = slice_of(report.script.read_text(encoding="utf-8"), result).formulas
            computed = again.value(report.name, result)
        except Exception as error:  # a changed input may fail in any way: said, never passed over
            why = _said(error)
        inputs = _Inputs(again, report, ImportGraph())
    return _compared(report, result, computed, why, formulas, inputs)


def reproduce_all() -> Iterator[Reproduction]:
    """Work every published number out again, those of one report together.

    Yields
    ------
    Reproduction
        Of each number, in the order of `headline_ids`, without formulas.
    """
    reports, imports = read_manifest().reports, ImportGraph()
    with recomputation(reports) as again:
        for report in reports:
            if not _results_file(report.name).is_file():
                continue
            results, why = {}, ""
            try:
                results = again.values(report.name)
            except Exception as error:  # as above
                why = _said(error)
            inputs = _Inputs(again, report, imports)
            for name in sorted({**(_published(report.name) or {}), **results}):
                yield _compared(report, name, results.get(name), why, "", inputs)


class _Inputs:
    """What the results of a report depend on, and what of it has moved."""

    def __init__(self, again: Recomputation, report: Report, imports: ImportGraph) -> None:
        scripts = again.files_of(report)
        modules = sorted(set[Path]().union(*(_modules_of(script, imports) for script in scripts)))
        self.tables = loaded_tables()
        self.files = {_named(file): _digest(file) for file in [*scripts, MANIFEST]}
        self.files[f"{len(modules)} files of analysis"] = _digest_of_all(modules)
        compared = _results_file(report.name)
        watched = {*scripts, MANIFEST, compared, *raw_files(), *modules}
        changed = changed_since_commit([*scripts, MANIFEST, compared, DATA, ROOT / "analysis"])
        moved = [name for name in changed if ROOT / name in watched or not (ROOT / name).exists()]
        self.moved = tuple(dict.fromkeys([*moved, *map(_named, unsealed_tables())]))

    @property
    def missing(self) -> list[str]:
        """Inputs that are not there."""
        return [name for name in self.moved if not (ROOT / name).exists()]


def _modules_of(script: Path, imports: ImportGraph) -> frozenset[Path]:
    """Return what a script imports; all modules if one of them cannot be read."""
    try:
        return imports.files_imported(script)
    except (SyntaxError, ValueError, OSError):
        return frozenset((ROOT / "analysis").rglob("*.py"))


def _compared(
    report: Report, result: str, computed: Any, why: str, formulas: str, inputs: _Inputs
) -> Reproduction:
    published = (_published(report.name) or {}).get(result)
    if why and (inputs.missing or not inputs.moved):
        outcome = Outcome.UNVERIFIED
    elif why or computed != published:
        outcome = Outcome.DIFFERS
    else:
        outcome = Outcome.SAME
    name = f"{report.name}/{result}"
    return Reproduction(
        name, outcome, published, computed, why, inputs.tables, inputs.files, inputs.moved, formulas
    )


def _said(error: Exception) -> str:
    is_ours = isinstance(error, AnalysisError | SliceError)
    return str(error) if is_ours else f"{type(error).__name__}: {error}"


def _find(identity: str, reports: Mapping[str, Report]) -> tuple[Report, str]:
    name, _, result = identity.partition("/")
    name = name.replace("_", "-")
    if name not in reports:
        expected = f"report/result with a report of the manifest{perhaps(name, reports)}"
        raise ParameterError([Fault("reproduce", None, "ID", identity, expected)])
    if not _results_file(name).is_file():
        expected = f"a report with committed results, reports/results/{name}.json"
        raise ParameterError([Fault("reproduce", None, "ID", identity, expected)])
    published = _published(name)
    if published is not None and result not in published:
        expected = f"a result of {name}{perhaps(result, published)}"
        raise ParameterError([Fault("reproduce", None, "ID", identity, expected)])
    return reports[name], result


def _results_file(name: str) -> Path:
    return RESULTS / f"{name}.json"


def _published(name: str) -> dict[str, Any] | None:
    """Return the committed results of a report; None where the file holds something else."""
    try:
        results = json.loads(_results_file(name).read_text(encoding="utf-8"))["results"]
    except (ValueError, LookupError, TypeError):
        return None
    return results if isinstance(results, dict) else None


def _named(file: Path) -> str:
    return file.relative_to(ROOT).as_posix()


def _digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest() if file.is_file() else "missing"


def _digest_of_all(files: Iterable[Path]) -> str:
    whole = hashlib.sha256()
    for file in files:
        whole.update(_named(file).encode())
        whole.update(file.read_bytes())
    return whole.hexdigest()
