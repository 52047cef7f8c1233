"""One notebook run by papermill, with the same bytes every time."""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from analysis.errors import AnalysisError
from analysis.paths import ROOT, SAVES_VARIABLE
from analysis.reports.notebook.results import RESULTS_VARIABLE
from analysis.reports.notebook.sync import read_script, set_cell_ids
from analysis.reports.run.kernel import environment, kernel_class

if TYPE_CHECKING:
    from nbformat import NotebookNode

START_TIMEOUT_SECONDS: Final = 120
_ANSI = re.compile(r"\x1b\[[0-9;]*m")
_LINES_SHOWN: Final = 12


@dataclass(frozen=True)
class Run:
    """One run of one notebook.

    Parameters
    ----------
    name : str
        What messages call it.
    script : Path
        The percent script.
    parameters : mapping
        Checked values that replace the notebook's defaults.
    epoch : int
        Time that the notebook is to take for now, seconds since 1970 in UTC.
    timeout_seconds : int
        Longest time one cell may take.
    is_forked : bool
        Whether its kernel is forked from the fork server, which must have been started.
    saves_to : Path, optional
        Folder that tables for other notebooks go to, for a run that is not to change theirs.
    """

    name: str
    script: Path
    parameters: Mapping[str, Any] = field(default_factory=dict)
    epoch: int = 0
    timeout_seconds: int = 600
    is_forked: bool = False
    saves_to: Path | None = None


class RunError(AnalysisError):
    """A notebook that did not run to its end.

    Parameters
    ----------
    run : Run
        What was run.
    reason : str
        Last lines of the error.
    cell : int or None
        Number of the code cell, the first being 1, where one is to blame.
    source : str
        The cell's text.
    kept : Path
        The notebook as far as it came, where one could be written.
    """

    def __init__(self, run: Run, reason: str, cell: int | None, source: str, kept: Path) -> None:
        self.run, self.reason, self.cell, self.source, self.kept = run, reason, cell, source, kept
        place = f"{run.script.name}, code cell {cell}" if cell else run.script.name
        shown = kept.relative_to(ROOT) if kept.is_relative_to(ROOT) else kept
        parts = [f"report {run.name} failed: {place}", _indent(reason)]
        if source:
            parts += ["the cell:", _indent(source)]
        if kept.is_file():
            parts.append(f"kept as far as it came: {shown}")
        super().__init__("\n".join(parts))


def execute(run: Run, *, results: Path, kept: Path) -> NotebookNode:
    """Run a notebook from the project's root in a kernel of its own.

    Parameters
    ----------
    run : Run
        What to run.
    results : Path
        File that the notebook's results go to.
    kept : Path
        Where the notebook stays, as far as it came, when it fails.

    Returns
    -------
    nbformat.NotebookNode
        The executed notebook, without times, paths and process ids.

    Raises
    ------
    RunError
        A cell raised, wrote to the error stream, took too long or ended the kernel, or no results
        were saved.
    """
    import papermill
    from papermill.exceptions import PapermillExecutionError

    from analysis.reports.run.papermill_engine import SAVED_ONCE

    for library in ("papermill", "asyncio"):  # what they have to say is in the exception raised
        logging.getLogger(library).setLevel(logging.CRITICAL)
    extra = {RESULTS_VARIABLE: str(results)}
    if run.saves_to is not None:
        extra[SAVES_VARIABLE] = str(run.saves_to)
    variables = environment(run.epoch, extra)
    kept.unlink(missing_ok=True)
    partial = results.with_name("partial.ipynb")
    try:
        with kernel_class(variables, is_forked=run.is_forked) as manager:
            executed = papermill.execute_notebook(
                read_script(run.script),
                partial,
                parameters=dict(run.parameters),
                engine_name=SAVED_ONCE,
                request_save_on_cell_execute=False,
                partial=str(partial),
                kernel_name="python3",
                progress_bar=False,
                record_timing=False,
                start_timeout=START_TIMEOUT_SECONDS,
                execution_timeout=run.timeout_seconds,
                kernel_manager_class=manager,
                shutdown_kernel="immediate",
                resources={"metadata": {"path": str(ROOT)}},
            )
    except PapermillExecutionError as error:
        _keep(partial, kept)
        trace = _ANSI.sub("", "\n".join(error.traceback)).strip(" -\n").splitlines()
        message = f"{error.ename}: {error.evalue}".splitlines()
        lines = message if len(message) > 1 else [*trace[-_LINES_SHOWN:-1], *message]
        raise RunError(run, "\n".join(lines), error.exec_count, error.source, kept) from None
    except Exception as error:
        _keep(partial, kept)
        cell, text = _last_started(kept)
        reason = _reason(error, run)
        raise RunError(run, reason, cell, text, kept) from error
    _check(run, executed, results, partial, kept)
    return _clean(executed)


def _check(run: Run, executed: NotebookNode, results: Path, partial: Path, kept: Path) -> None:
    for cell in executed.cells:
        for output in cell.get("outputs", []):
            if output.output_type == "stream" and output.name == "stderr":
                _keep(partial, kept)
                reason = f"wrote to the error stream, as warnings do:\n{output.text.strip()}"
                raise RunError(run, reason, cell.execution_count, cell.source, kept)
    if not results.is_file():
        _keep(partial, kept)
        raise RunError(run, "saved no results: end with save_results(...)", None, "", kept)


def _clean(executed: NotebookNode) -> NotebookNode:
    """Drop what differs from run to run or tells of the machine."""
    executed.metadata.pop("papermill", None)
    executed.metadata.pop("jupytext", None)  # saving a copy of it makes no script
    executed.metadata["language_info"] = {"name": "python"}
    for cell in executed.cells:
        for key in ("papermill", "execution"):
            cell.metadata.pop(key, None)
        if not cell.metadata.get("tags", True):
            cell.metadata.pop("tags")
    set_cell_ids(executed)
    return executed


def _keep(partial: Path, kept: Path) -> None:
    """Keep a notebook as far as it came, unless it was cut off itself, as on a full disk."""
    import nbformat

    try:
        nbformat.read(partial, as_version=4)
    except (OSError, ValueError, nbformat.ValidationError):
        return
    partial.replace(kept)


def _last_started(kept: Path) -> tuple[int | None, str]:
    """Find number and text of the code cell at which a kernel stopped answering."""
    import nbformat

    if not kept.is_file():
        return None, ""
    code = [cell for cell in nbformat.read(kept, 4).cells if cell.cell_type == "code"]
    begun = [
        number
        for number, cell in enumerate(code, start=1)
        if cell.metadata.get("papermill", {}).get("start_time")
    ]
    return (begun[-1], code[begun[-1] - 1].source) if begun else (None, "")


def _reason(error: Exception, run: Run) -> str:
    from nbclient.exceptions import CellTimeoutError, DeadKernelError

    if isinstance(error, CellTimeoutError):
        return f"took longer than {run.timeout_seconds} seconds"
    if isinstance(error, DeadKernelError):
        return "the kernel ended: out of memory, or a crash of a compiled library"
    return f"{type(error).__name__}: {error}"


def _indent(text: str) -> str:
    return "\n".join(f"    {line}" for line in text.strip("\n").splitlines())
