"""The tasks of a build and what each depends on, by content.

A report's run depends on its script, on exactly the modules that the script imports, on the raw
tables where one of these reads them, on its parameters, on the declared tables of other reports
and on the exact environment; its page on the run, the template and the page's own modules.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import platform
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import Any, Final

from doit.task import Task, dict_to_task
from doit.tools import config_changed

from analysis.data import raw_files
from analysis.figures.language import TWIN_LANGUAGE
from analysis.paths import MANIFEST, MOVED, OWN, ROOT
from analysis.reports.build import pages as site_pages
from analysis.reports.build import publish
from analysis.reports.build.manifest import Manifest, PageName, Report
from analysis.reports.build.twins import (
    has_made_twin,
    is_translated,
    notebook_catalog,
    twins_of,
)
from analysis.reports.notebook.imports import ImportGraph
from analysis.reports.translation.message_catalogs import catalog_files
from analysis.reports.translation.twin import twin_of
from analysis.revision import Revision

RUN: Final = "run:"
PAGE: Final = "page:"
SHEET: Final = "sheet:"
INDEX: Final = "index"
SECONDS: Final = "seconds"
"""What doit's record calls the time that a task took."""

_REPORTS: Final = Path(__file__).resolve().parents[1]
_HTML: Final = _REPORTS / "page" / "html.py"
_DOWNLOADS: Final = _REPORTS / "site" / "downloads.py"
_SCENARIO_TABLE: Final = _REPORTS / "site" / "scenario_table.py"
_SCENARIO_NUMBERS: Final = _REPORTS / "site" / "scenario_numbers.yaml"
_LAST_STEPS: Final = (_REPORTS / "site" / "links.py", _REPORTS / "site" / "whole_dates.py")
"""What every page goes through when it is there."""
_FRONT: Final = _REPORTS / "site" / "front.py"
_SHEETS: Final = _REPORTS / "site" / "sheets.py"
_CALCULATOR: Final = ROOT / "analysis" / "rental" / "faces" / "calculator"
_RUN: Final = _REPORTS / "run" / "run.py"
_TWIN: Final = _REPORTS / "translation" / "twin.py"
_TEMPLATE: Final = _HTML.with_name("template")
_RAW_FOLDER: Final = ROOT / "analysis" / "data" / "raw_folder.py"
_LOCK: Final = ROOT / "requirements-run.lock"
_PROJECT: Final = ROOT / "pyproject.toml"
DOCUMENTS: Final = tuple(ROOT / "docs" / f"{name}.md" for name in ("model", "design", "formulas"))

Action = Callable[[str, Callable[[], None]], bool]
"""Does one task's work, given its name, and says whether it succeeded."""

Stamps = dict[str, tuple[int, int] | None]
"""Time of change and size of files, None of one that is not there."""


def report_tasks(
    manifest: Manifest,
    revision: Revision,
    act: Action,
    imports: ImportGraph,
    *,
    is_forked: bool = False,
) -> list[Task]:
    """Return the tasks that make the reports, in the order of the manifest.

    Parameters
    ----------
    manifest : Manifest
        The reports.
    revision : Revision
        Commit, for the pages' feet.
    act : callable
        Does the work of one task and reports its failure; a file that a task depends on and that
        changes meanwhile is a failure, a module that changes from now on, too, since it may have
        been imported already.
    imports : ImportGraph
        Knows what scripts import.
    is_forked : bool
        Whether kernels are forked from the fork server.

    Returns
    -------
    list of doit.task.Task
        ``run:NAME`` and ``page:NAME`` for each report.
    """
    imprint = _imprint_config(revision)
    twins = twins_of(manifest)
    found = []
    for report in manifest.reports:
        siblings = [each for each in manifest.reports if each.notebook == report.notebook]
        found.append(_run_task(report, revision, imports, act, is_forked=is_forked))
        pages = manifest.pages
        found.append(_page_task(report, siblings, revision, imprint, imports, act, pages, twins))
    return found


def index_task(manifest: Manifest, revision: Revision, act: Action, imports: ImportGraph) -> Task:
    """Return the task that makes the index, from the results that there are.

    It stands apart so that the index is made also when a report has failed.
    """
    made = [publish.results_path(report) for report in manifest.reports]
    if manifest.pages:
        made += [*map(publish.page_path, manifest.reports), ROOT / "CHANGELOG.md"]
    files = {
        MANIFEST,
        *(path for path in made if path.is_file()),
        *(imports.files_imported(_FRONT) if manifest.pages else ()),
        *(raw_files() if manifest.pages else ()),
        *(report.script for report in manifest.reports),
        *imports.files_imported(_HTML),
        *_LAST_STEPS,
        *_files_under(_TEMPLATE),
    }
    twins = twins_of(manifest)
    targets = [publish.INDEX]
    if is_translated(INDEX, manifest):
        files |= _translation_files(INDEX, imports)
        targets.append(publish.sheet_path(twin_of(INDEX)))
    work = partial(site_pages.render_index, manifest, revision, twins)
    config = {"imprint": _imprint_config(revision), "twins": sorted(twins)}
    return _task(INDEX, files, targets, config, work, act)


def sheet_tasks(
    manifest: Manifest, revision: Revision, act: Action, imports: ImportGraph
) -> list[Task]:
    """Return the tasks that make the pages of the site that are no reports."""
    made = [publish.results_path(report) for report in manifest.reports]
    made += [*map(publish.page_path, manifest.reports), ROOT / "CHANGELOG.md", MOVED]
    made += [publish.sheet_path(twin_of(report.name)) for report in manifest.reports]
    found = []
    twins = twins_of(manifest)
    for name in manifest.pages:
        files = {
            MANIFEST,
            *(report.script for report in manifest.reports),
            *imports.files_imported(_HTML),
            *_LAST_STEPS,
            *imports.files_imported(_SHEETS),
            *_files_under(_TEMPLATE),
            *raw_files(),
            *DOCUMENTS,
            *catalog_files("data"),  # the search in Chinese tells of tables in its words
            *(path for path in made if path.is_file()),
        }
        work = partial(site_pages.render_sheet, name, manifest, revision, twins)
        config = {
            "imprint": _imprint_config(revision),
            "pages": list(manifest.pages),
            "twins": sorted(twins),
        }
        targets = [publish.sheet_path(name)]
        if is_translated(name, manifest):
            files |= _translation_files(name, imports)
            targets.append(publish.sheet_path(twin_of(name)))
        found.append(_task(f"{SHEET}{name}", files, targets, config, work, act))
    return found


def _translation_files(catalog: str, imports: ImportGraph) -> set[Path]:
    """Return every file that a twin in Chinese depends on besides those of its page."""
    return {*catalog_files(catalog), *imports.files_imported(_TWIN)}


def run_files(report: Report, imports: ImportGraph) -> set[Path]:
    """Return every file that a report's run depends on."""
    imported = imports.files_imported(report.script) | imports.files_imported(_RUN)
    modules = {file for file in imported if not file.is_relative_to(_TEMPLATE)}
    raw = raw_files() if _RAW_FOLDER in modules else set()
    mine = _files_under(OWN) if _reads_own(report) else set()
    return {report.script, _LOCK, *modules, *raw, *mine, *report.files_read}


def _reads_own(report: Report) -> bool:
    """Whether own numbers take part in a report, so that it is due after ``data add``."""
    given = report.parameters
    return given.get("segment") == "own" or any(
        bool(value) for name, value in given.items() if name.startswith("with_own_")
    )


def _run_task(
    report: Report,
    revision: Revision,
    imports: ImportGraph,
    act: Action,
    *,
    is_forked: bool,
) -> Task:
    targets = [
        publish.executed_path(report),
        publish.results_path(report),
        *report.files_written,
    ]
    config = {
        "parameters": report.parameters,
        "python": list(sys.version_info[:3]),
        "machine": platform.machine(),
    }
    work = partial(publish.run_report, report, revision, is_forked=is_forked)
    return _task(f"{RUN}{report.name}", run_files(report, imports), targets, config, work, act)


def _page_task(
    report: Report,
    siblings: list[Report],
    revision: Revision,
    imprint: Any,
    imports: ImportGraph,
    act: Action,
    pages: tuple[PageName, ...],
    twins: frozenset[str],
) -> Task:
    files = {
        publish.executed_path(report),
        report.script,
        *imports.files_imported(_HTML),
        *_LAST_STEPS,
        *_files_under(_TEMPLATE),
    }
    if _CALCULATOR / "calculator_markup.py" in imports.files_imported(report.script):
        files |= imports.files_imported(_CALCULATOR / "spoken.py")
    config = {
        "report": report.model_dump(mode="json"),
        "siblings": [[each.name, each.title, each.parameters] for each in siblings],
        "imprint": imprint,
        "pages": list(pages),
        "twins": sorted(twins),
    }
    if pages:
        files |= {publish.results_path(report), *raw_files(), *imports.files_imported(_DOWNLOADS)}
        if base := site_pages.base_of(report, siblings):
            files |= {publish.executed_path(base), publish.results_path(base), _SCENARIO_NUMBERS}
            files |= imports.files_imported(_SCENARIO_TABLE)
    targets = [publish.page_path(report)]
    has_twin = has_made_twin(report, siblings, twins)
    if has_twin or report.language == TWIN_LANGUAGE:
        files |= _translation_files(notebook_catalog(report), imports)
    if has_twin:
        targets.append(publish.sheet_path(twin_of(report.name)))
    work = partial(site_pages.render_report, report, siblings, revision, pages, twins)
    return _task(f"{PAGE}{report.name}", files, targets, config, work, act)


def _task(
    name: str,
    files: Iterable[Path],
    targets: Iterable[Path],
    config: Mapping[str, Any],
    work: Callable[[], None],
    act: Action,
) -> Task:
    dependencies = sorted(map(str, files))
    modules = _stamps(file for file in dependencies if file.endswith(".py"))
    products = list(map(str, targets))
    task = dict_to_task(
        {
            "name": name,
            "file_dep": dependencies,
            "targets": products,
            "uptodate": [config_changed(dict(config)), (_are_as_made, [])],
            "actions": [(_act_unchanged, [name, dependencies, modules, work, act])],
            "io": {"capture": False},
        }
    )
    task.value_savers.append(lambda: {"products": _digests(products)})
    return task


def _are_as_made(task: Task, values: Mapping[str, Any]) -> bool:
    """Say whether what a task made still has the bytes it was made with."""
    return bool(values.get("products") == _digests(task.targets))


def _act_unchanged(
    name: str, dependencies: list[str], modules: Stamps, work: Callable[[], None], act: Action
) -> bool | dict[str, float]:
    """Do a task's work, and take it as failed when a file it depends on changed meanwhile.

    Returns
    -------
    bool or dict
        False where it failed; else what doit's record keeps of it, its seconds.
    """

    def work_on_one_state() -> None:
        before = _stamps(dependencies) | modules
        work()
        changed = [file for file, stamp in _stamps(dependencies).items() if stamp != before[file]]
        if changed:
            raise publish.ChangedError(name.rpartition(":")[2], changed)

    start = time.monotonic()
    return act(name, work_on_one_state) and {SECONDS: time.monotonic() - start}


def _stamps(files: Iterable[str]) -> Stamps:
    def stamp(file: str) -> tuple[int, int] | None:
        try:
            status = os.stat(file)  # noqa: PTH116 (thousands of files, a path object for each)
        except FileNotFoundError:
            return None
        return status.st_mtime_ns, status.st_size

    return {file: stamp(file) for file in files}


def _digests(files: Iterable[str]) -> dict[str, str]:
    """Digest what there is; a file that cannot be read is made again, as one that is not there."""
    found = {}
    for file in map(Path, files):
        with contextlib.suppress(FileNotFoundError, IsADirectoryError, PermissionError):
            found[str(file.relative_to(ROOT))] = hashlib.sha256(file.read_bytes()).hexdigest()
    return found


def _imprint_config(revision: Revision) -> list[Any]:
    project = hashlib.sha256(_PROJECT.read_bytes()).hexdigest()
    return [
        revision.commit,
        revision.epoch,
        revision.is_changed,
        project,
        os.environ.get(publish.ADDRESS, ""),
    ]


def _files_under(folder: Path) -> set[Path]:
    return {file for file in folder.rglob("*") if file.is_file()}
