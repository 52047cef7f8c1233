"""Build every report that is not up to date, several at a time, the others going on when one fails.

doit decides what to do and in which order; every task runs in this process, in a thread, and its
notebook in a kernel of its own.
"""

from __future__ import annotations

import contextlib
import os
import queue
import time
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from doit.control import TaskControl
from doit.runner import MThreadRunner
from doit.task import Task

from analysis.errors import AnalysisError, DataError, Fault
from analysis.files import WriteError, one_at_a_time, refusal, remove_abandoned
from analysis.interrupts import heard
from analysis.paths import (
    EXECUTED,
    PROCESSED,
    REPORTS,
    RESULTS,
    ROOT,
    SITE,
    TEMPORARY,
    TEMPORARY_NAME,
)
from analysis.reports.build.due import stale_tasks
from analysis.reports.build.graph import (
    INDEX,
    PAGE,
    RUN,
    index_task,
    report_tasks,
    sheet_tasks,
)
from analysis.reports.build.manifest import Manifest, Report, check_with_tables, selected
from analysis.reports.build.progress import Progress
from analysis.reports.build.publish import CRATE, failed_path, write_crate
from analysis.reports.build.task_record import record
from analysis.reports.notebook.imports import ImportGraph
from analysis.reports.run.forks import IS_SUPPORTED, ForkServer
from analysis.revision import current_revision

LONGEST_STOP_SECONDS: Final = 10.0
_LOOK_SECONDS: Final = 0.2


@dataclass
class Outcome:
    """What a build did.

    Parameters
    ----------
    built : list of str
        Reports that were run or whose pages were made anew, in order of completion.
    up_to_date : list of str
        Reports that needed nothing.
    not_built : list of str
        Reports that were not come to, since another one failed.
    failures : dict
        Report to message; ``index`` stands for the index page.
    is_index_made : bool
        Whether the index page was made anew.
    seconds : float
        How long it took.
    """

    built: list[str] = field(default_factory=list)
    up_to_date: list[str] = field(default_factory=list)
    not_built: list[str] = field(default_factory=list)
    failures: dict[str, str] = field(default_factory=dict)
    is_index_made: bool = False
    seconds: float = 0.0


def build(
    manifest: Manifest,
    names: Sequence[str] = (),
    *,
    jobs: int | None = None,
    force: bool = False,
    keep_going: bool = True,
    fork: bool = True,
    progress: Progress,
    waiting: Callable[[], None] = lambda: None,
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
    fork : bool
        Whether kernels are forked from one process that imports libraries once for all, where the
        system can; faster with many reports, the same bytes.
    progress : Progress
        Told of every step.
    waiting : callable
        Called once if another build is going on, which is waited for.

    Returns
    -------
    Outcome
        What was built, what was not due and what failed.

    Raises
    ------
    WriteError
        What a build makes cannot be written.
    DataError
        A raw table is larger than one may be, or cannot be read.
    KeyboardInterrupt
        Interrupted; kernels are ended and nothing half made is left.
    """
    reports = selected(manifest.reports, names)
    _refuse_read_only()
    _refuse_large_tables()
    with one_at_a_time(REPORTS, waiting=waiting):
        remove_abandoned(REPORTS, EXECUTED, RESULTS, SITE, PROCESSED)
        remove_abandoned(TEMPORARY, name=TEMPORARY_NAME)
        return _build(
            manifest,
            reports,
            jobs=jobs,
            force=force,
            keep_going=keep_going,
            fork=fork,
            progress=progress,
        )


def _refuse_read_only() -> None:
    """Refuse at once to build where nothing can be written."""
    expected = "a checkout that can be written; `build NAME --out FILE` writes elsewhere"
    faults = [
        Fault(folder.relative_to(ROOT).as_posix(), None, None, "a read-only folder", expected)
        for folder in (ROOT, REPORTS, EXECUTED, RESULTS, SITE, PROCESSED)
        if folder.is_dir() and not os.access(folder, os.W_OK | os.X_OK)
    ]
    if faults:
        raise WriteError(faults)


def _refuse_large_tables() -> None:
    """Refuse at once what every report would be refused for, one after the other."""
    from analysis.data.table_size import size_faults

    if faults := size_faults():
        raise DataError(faults)


def _build(
    manifest: Manifest,
    reports: Sequence[Report],
    *,
    jobs: int | None,
    force: bool,
    keep_going: bool,
    fork: bool,
    progress: Progress,
) -> Outcome:
    start = time.monotonic()
    outcome = Outcome()
    work = _Work(progress, outcome.failures)
    revision = current_revision()
    executed: list[str] = []
    skipped: set[str] = set()
    imports = ImportGraph()
    forking = ForkServer(imports) if fork and IS_SUPPORTED else contextlib.nullcontext()
    with record() as state, forking as forks:
        tasks = report_tasks(manifest, revision, work, imports, is_forked=forks is not None)
        due_now = {task.name for task in tasks} if force else stale_tasks(state, tasks).keys()
        to_run = [each for each in reports if f"{RUN}{each.name}" in due_now]
        check_with_tables(to_run)
        if forks:
            forks.start([each.script for each in to_run], revision.epoch)

        def run(made: list[Task], wanted: list[str]) -> None:
            control = TaskControl(made)
            control.process(wanted)
            runner = _Runner(
                state,
                _Reporter(executed, skipped),
                continue_=keep_going,
                always_execute=force,
                num_process=jobs or os.cpu_count() or 1,
            )
            runner.run_tasks(control.task_dispatcher())

        wanted = [f"{kind}{report.name}" for report in reports for kind in (RUN, PAGE)]
        try:
            if due_now:
                run(tasks, wanted)
            else:  # the runner would look at every file again
                skipped.update(wanted)
            sheets = sheet_tasks(manifest, revision, work, imports)
            run(
                [*sheets, index_task(manifest, revision, work, imports)],
                [*(s.name for s in sheets), INDEX],
            )
        except KeyboardInterrupt:
            heard()
            if forks:
                forks.end()
            for task in work.stop():
                failed_path(_report(task)).unlink(missing_ok=True)
            raise
        if manifest.pages and (executed or not CRATE.is_file()):
            write_crate(manifest, revision)
    built = dict.fromkeys(_report(task) for task in executed)
    failed = set(outcome.failures)
    named = {report.name for report in manifest.reports}
    outcome.built = [name for name in built if name not in failed and name in named]
    outcome.is_index_made = INDEX in built and INDEX not in failed
    for name in (report.name for report in reports if report.name not in {*built, *failed}):
        is_current = {f"{RUN}{name}", f"{PAGE}{name}"} <= skipped
        (outcome.up_to_date if is_current else outcome.not_built).append(name)
    outcome.seconds = time.monotonic() - start
    return outcome


class _Work:
    """Does the tasks' work in whatever thread calls, and can be stopped.

    Parameters
    ----------
    progress : Progress
        Told of every step.
    failures : dict
        Receives the message of every report that failed.
    """

    def __init__(self, progress: Progress, failures: dict[str, str]) -> None:
        self._progress = progress
        self._failures = failures
        self._doing: set[str] = set()
        self._is_stopping = False

    def __call__(self, task: str, work: Callable[[], None]) -> bool:
        if self._is_stopping:
            return False
        self._doing.add(task)
        self._progress.started(task)
        try:
            CRATE.unlink(missing_ok=True)  # none is better than one of other files
            work()
        except Exception as error:
            if not self._is_stopping:
                self._failures[_report(task)] = _message(task, error)
                self._progress.failed(task)
            return False
        finally:
            self._doing.discard(task)
        self._progress.finished(task)
        return True

    def stop(self) -> tuple[str, ...]:
        """End what is being done, kernels first, wait until it has cleaned up, and return it."""
        from analysis.reports.run.kernel import kill_all

        self._is_stopping = True
        stopped = tuple(self._doing)
        last = time.monotonic() + LONGEST_STOP_SECONDS
        while self._doing and time.monotonic() < last:
            kill_all()
            time.sleep(0.05)
        return stopped


def _message(task: str, error: Exception) -> str:
    if isinstance(error, AnalysisError):
        return str(error)
    if isinstance(error, OSError) and (refused := refusal(error)):
        return f"{task}: {refused}"
    lines = traceback.format_exception(error)
    return f"{task}: a fault of the build itself\n{''.join(lines)}"


class WakefulQueue(queue.Queue[Any]):
    """A queue whose reader looks up while it waits.

    Python handles a signal in the main thread, between two of its steps. One that another thread
    receives, or that comes just before the wait, would not be handled until something is put.
    """

    def get(self, block: bool = True, timeout: float | None = None) -> Any:
        """Wait without end, and still be interrupted."""
        while block and timeout is None:
            with contextlib.suppress(queue.Empty):
                return super().get(timeout=_LOOK_SECONDS)
        return super().get(block, timeout)


class _Runner(MThreadRunner):
    """doit's runner in threads, which an interrupt always reaches."""

    Queue = staticmethod(WakefulQueue)


class _Reporter:
    """What doit tells, as far as the outcome needs it."""

    def __init__(self, executed: list[str], skipped: set[str]) -> None:
        self._executed = executed
        self._skipped = skipped

    def skip_uptodate(self, task: Task) -> None:
        self._skipped.add(task.name)

    def execute_task(self, task: Task) -> None:
        self._executed.append(task.name)

    def __getattr__(self, _: str) -> Callable[..., None]:
        return lambda *_: None


def _report(task: str) -> str:
    return task.removeprefix(RUN).removeprefix(PAGE)
