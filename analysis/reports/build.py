"""Build every report that is not up to date, several at a time, the others going on when one fails.

doit decides what to do and in which order; every task runs in this process, in a thread, and its
notebook in a kernel of its own.
"""

from __future__ import annotations

import contextlib
import os
import threading
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from doit.control import TaskControl
from doit.dependency import Dependency, SqliteDB
from doit.runner import MThreadRunner

from analysis.errors import AnalysisError
from analysis.paths import ROOT
from analysis.reports.graph import INDEX, PAGE, RUN, tasks
from analysis.reports.manifest import Manifest, selected
from analysis.reports.progress import Progress
from analysis.reports.publish import remove_unlisted
from analysis.reports.revision import current_revision

STATE: Final = ROOT / ".doit.db"


@dataclass
class Outcome:
    """What a build did.

    Parameters
    ----------
    built : list of str
        Reports that were run or whose pages were made anew, in order of completion.
    up_to_date : list of str
        Reports that needed nothing.
    failures : dict
        Report to message; ``index`` stands for the index page.
    seconds : float
        How long it took.
    """

    built: list[str] = field(default_factory=list)
    up_to_date: list[str] = field(default_factory=list)
    failures: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0


def build(
    manifest: Manifest,
    names: Sequence[str] = (),
    *,
    jobs: int | None = None,
    force: bool = False,
    keep_going: bool = True,
    progress: Progress,
) -> Outcome:
    """Build reports.

    Parameters
    ----------
    manifest : Manifest
        The reports.
    names : sequence of str
        Those to build, with what they read; all when empty.
    jobs : int, optional
        Notebooks run at a time; the number of processors when not given.
    force : bool
        Build also what is up to date.
    keep_going : bool
        Whether the other reports are built when one fails.
    progress : Progress
        Told of every step.

    Returns
    -------
    Outcome
        What was built, what was not due and what failed.

    Raises
    ------
    KeyboardInterrupt
        Interrupted; kernels are ended and nothing half made is left.
    """
    start = time.monotonic()
    outcome = Outcome()
    lock = threading.Lock()

    def act(task: str, work: Callable[[], None]) -> bool:
        progress.started(task)
        try:
            work()
        except AnalysisError as error:
            message = str(error)
        except Exception:
            message = f"{task}: a fault of the build itself\n{traceback.format_exc()}"
        else:
            progress.finished(task)
            return True
        with lock:
            outcome.failures[_report(task)] = message
        progress.failed(task)
        return False

    if not names:
        progress.removed(remove_unlisted(manifest.reports))
    reports = selected(manifest.reports, names)
    wanted = [f"{kind}{report.name}" for report in reports for kind in (RUN, PAGE)]
    with _state() as state:
        control = TaskControl(tasks(manifest, current_revision(), act))
        control.process([*wanted, INDEX] if not names else wanted)
        reporter = _Reporter(progress)
        runner = MThreadRunner(
            state,
            reporter,
            continue_=keep_going,
            always_execute=force,
            num_process=jobs or os.cpu_count() or 1,
        )
        try:
            runner.run_all(control.task_dispatcher())
        except KeyboardInterrupt:
            _end_kernels()
            raise
    built = dict.fromkeys(_report(task) for task in reporter.executed)
    failed = set(outcome.failures)
    outcome.built = [name for name in built if name not in failed and name != INDEX]
    outcome.up_to_date = [
        report.name for report in reports if report.name not in built and report.name not in failed
    ]
    outcome.seconds = time.monotonic() - start
    return outcome


@dataclass(frozen=True)
class Due:
    """One report that a build would make, and why."""

    name: str
    reasons: tuple[str, ...]


def due(manifest: Manifest, names: Sequence[str] = ()) -> tuple[Due, ...]:
    """Say which reports a build would make, and why, without making any."""
    reports = {report.name for report in selected(manifest.reports, names)}
    found: dict[str, list[str]] = {}
    with _state() as state:
        control = TaskControl(tasks(manifest, current_revision(), lambda *_: True))
        for task in control.tasks.values():
            status = state.get_status(task, control.tasks, get_log=True)
            if status.status != "up-to-date" and _report(task.name) in reports:
                found.setdefault(_report(task.name), []).extend(_reasons(status))
    return tuple(Due(name, tuple(dict.fromkeys(reasons))) for name, reasons in found.items())


class _Reporter:
    """What doit tells, as far as the outcome needs it."""

    def __init__(self, progress: Progress) -> None:
        self.executed: list[str] = []
        self._progress = progress

    def execute_task(self, task: Any) -> None:
        self.executed.append(task.name)

    def runtime_error(self, message: str) -> None:
        raise AssertionError(message)

    def __getattr__(self, _: str) -> Callable[..., None]:
        return lambda *_: None


@contextlib.contextmanager
def _state() -> Iterator[Dependency]:
    """Open doit's record of what was made from what."""
    state = Dependency(SqliteDB, str(STATE))
    try:
        yield state
    finally:
        state.close()


def _end_kernels() -> None:
    from analysis.reports.kernel import kill_all

    kill_all()


def _report(task: str) -> str:
    return task.removeprefix(RUN).removeprefix(PAGE)


def _reasons(status: Any) -> Iterator[str]:
    texts = {
        "missing_target": "not made yet: {}",
        "changed_file_dep": "changed: {}",
        "added_file_dep": "newly needed: {}",
        "removed_file_dep": "no longer needed: {}",
        "missing_file_dep": "not made yet: {}",
    }
    for reason, arguments in status.reasons.items():
        if reason in texts and arguments:
            names = ", ".join(_shown(file) for file in arguments)
            yield texts[reason].format(names)
        elif reason == "uptodate_false":
            yield "parameters, title, environment or revision changed"


def _shown(file: str) -> str:
    return os.path.relpath(file, ROOT)
