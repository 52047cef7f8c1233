"""Which reports a build would make, why, and what they took the last time."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from doit.dependency import Dependency
from doit.task import Task

from analysis.paths import ROOT
from analysis.reports.build.graph import PAGE, RUN, SECONDS, report_tasks
from analysis.reports.build.manifest import Manifest, Report, selected
from analysis.reports.build.publish import page_path
from analysis.reports.build.task_record import record_as_it_is
from analysis.reports.notebook.imports import ImportGraph
from analysis.revision import current_revision

_FILES_SHOWN: Final = 5
_NOT_KNOWN: Final = "not built yet, or failed the last time"


@dataclass(frozen=True)
class Due:
    """One report that a build would make, why, and what it took the last time, if that is known."""

    name: str
    reasons: tuple[str, ...]
    last: LastRun | None = None


@dataclass(frozen=True)
class LastRun:
    """How long notebook and page of a report took the last time, and the size of its page."""

    seconds: float
    n_bytes: int


def due(manifest: Manifest, names: Sequence[str] = ()) -> tuple[Due, ...]:
    """Say which reports a build would make, and why, without making any."""
    found: dict[str, Due] = {}
    with record_as_it_is() as state:
        stale = stale_tasks(
            state, report_tasks(manifest, current_revision(), _nothing, ImportGraph())
        )
        for report in selected(manifest.reports, names):
            for task in (f"{RUN}{report.name}", f"{PAGE}{report.name}"):
                if task in stale:
                    is_known = bool(state.get_values(task))
                    reasons = tuple(_reasons(stale[task])) if is_known else (_NOT_KNOWN,)
                    last = _last_run(state, report)
                    found.setdefault(report.name, Due(report.name, reasons, last))
    return tuple(found.values())


def last_runs(manifest: Manifest, notebook: str) -> tuple[LastRun, ...]:
    """Return what the reports of a notebook took when they were built here the last time."""
    with record_as_it_is() as state:
        found = [_last_run(state, each) for each in manifest.reports if each.notebook == notebook]
    return tuple(each for each in found if each)


def _last_run(state: Dependency, report: Report) -> LastRun | None:
    tasks = (f"{RUN}{report.name}", f"{PAGE}{report.name}")
    known = [
        values[SECONDS] for task in tasks if SECONDS in (values := state.get_values(task) or {})
    ]
    page = page_path(report)
    if len(known) < len(tasks) or not page.is_file():
        return None
    return LastRun(sum(known), page.stat().st_size)


def stale_tasks(state: Dependency, tasks: Sequence[Task]) -> dict[str, Any]:
    """Return the names of tasks that are not up to date, with what doit says of each."""
    made = {task.name: task for task in tasks}
    statuses = {name: state.get_status(task, made, get_log=True) for name, task in made.items()}
    return {name: status for name, status in statuses.items() if status.status != "up-to-date"}


def _nothing(_task: str, _work: Callable[[], None]) -> bool:
    return True


def _reasons(status: Any) -> Iterator[str]:
    texts = {
        "missing_target": "not made yet: {}",
        "changed_file_dep": "changed: {}",
        "added_file_dep": "newly needed: {}",
        "removed_file_dep": "no longer needed: {}",
        "missing_file_dep": "not made yet: {}",
    }
    if "missing_target" in status.reasons:
        yield texts["missing_target"].format(_shown(status.reasons["missing_target"]))
        return
    for reason, found in status.reasons.items():
        if reason in texts and found:
            yield texts[reason].format(_shown(found))
    if "uptodate_false" in status.reasons:
        yield "changed: parameters, title, revision, interpreter or a file that was made"


def _shown(files: Sequence[str]) -> str:
    names = sorted(os.path.relpath(file, ROOT) for file in files)
    more = len(names) - _FILES_SHOWN
    return ", ".join([*names[:_FILES_SHOWN], *([f"and {more} more"] if more > 0 else [])])
