"""The command of sweeps."""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from analysis.cli.command import INTERRUPTED
from analysis.cli.output import say_remarks, time_and_size
from analysis.errors import Fault
from analysis.interrupts import heard
from analysis.near_names import one_of

if TYPE_CHECKING:
    from analysis.sweeps.folder import SweepFolder
    from analysis.sweeps.running import Outcome
    from analysis.sweeps.work import Work

MODEL = "rental_model"


def sweep(
    notebook: Annotated[
        str, typer.Argument(help="A notebook, such as rental_model.", show_default=False)
    ],
    grid: Annotated[
        Path, typer.Argument(help="YAML file: parameters and the grid.", show_default=False)
    ],
    notebooks: Annotated[
        bool,
        typer.Option(
            "--notebooks",
            help="Run the whole notebook for every scenario and compare the pages; without it, "
            "rental_model is measured by its compiled model alone.",
        ),
    ] = False,
    out: Annotated[
        Path | None, typer.Option(help="Folder of the sweep. [default: sweeps/NAME-OF-GRID]")
    ] = None,
    scheduler: Annotated[
        str | None,
        typer.Option(help="Address of a running Dask scheduler, such as tls://host:8786."),
    ] = None,
    workers: Annotated[
        int | None,
        typer.Option(min=1, help="Processes (or threads of the model). [default: processors]"),
    ] = None,
    retries: Annotated[int, typer.Option(min=0, help="Further tries of what fails.")] = 1,
    dry_run: Annotated[
        bool,
        typer.Option(
            "--dry-run", help="Say what would be run, how long and how large; write nothing."
        ),
    ] = False,
    restart: Annotated[
        bool, typer.Option("--restart", help="Drop the sweep that the folder holds, start anew.")
    ] = False,
    force: Annotated[
        bool, typer.Option("--force", help="Write comparison.csv and index.html over edits.")
    ] = False,
) -> None:
    """Work out every combination of some values; a broken sweep goes on where it stopped.

    Examples
    --------
        python -m analysis sweep rental_model grid.yaml

        python -m analysis sweep rental_model grid.yaml --notebooks --workers 4

        python -m analysis sweep rental_model grid.yaml --scheduler tls://10.0.0.1:8786

    A grid, every combination of which is a scenario:

        case: sihan-2025-straight-line

        parameters: {periods_per_year: 12}

        grid: {debt_form: [annuity, bullet], rent_decline_per_year: {start: 0, stop: 0.4, n: 9}}
    """
    from analysis.sweeps.folder import SweepFolder

    work = _work(notebook, grid, is_whole=notebooks)
    place = out or _default_place(grid)
    folder = SweepFolder.of(place, work, restart=restart, force=force)
    if dry_run:
        _tell(work, folder, restart=restart)
        say_remarks(_remarks(work))
        return
    count = workers or os.cpu_count() or 1
    is_clustered = notebooks or scheduler is not None
    try:
        with folder.prepared(work, restart=restart, force=force, waiting=lambda: _waits(place)):
            outcome = _carry_out(work, folder, scheduler, count, retries, is_clustered=is_clustered)
            _report(work, folder, outcome, is_whole=notebooks)
            say_remarks(_remarks(work))
    except KeyboardInterrupt:
        heard()
        typer.echo(f"interrupted: what is done is kept in {place}; the same command goes on.")
        raise typer.Exit(INTERRUPTED) from None
    raise typer.Exit(1 if outcome.failures else 0)


def _remarks(work: Any) -> dict[str, str]:
    """Return remarks on values of a grid that are unusual, or that no scenario reads."""
    from analysis.rental.questions.typed_values import unusual
    from analysis.sweeps.model_sweep import ModelSweep

    grid = work.grid
    shared = {name: [value] for name, value in grid.parameters.items()}
    currency = grid.parameters.get("currency") or getattr(work, "start", None)
    code = currency if isinstance(currency, str) else getattr(currency, "currency", "CNY")
    unread = work.remarks() if isinstance(work, ModelSweep) else {}
    return unusual({**shared, **grid.grid}, code) | unread


def _waits(place: Path) -> None:
    typer.echo(f"waiting: another sweep works in {place}", err=True)


def _default_place(grid: Path) -> Path:
    """Return a folder called as the grid, which must have a name to call it by."""
    from analysis.sweeps.grid import SweepError

    if grid.stem.strip(". ") == "":
        expected = "a grid with a name before its ending, or --out FOLDER"
        raise SweepError([Fault("command line", None, "GRID", str(grid), expected)])
    return Path("sweeps") / grid.stem


def _work(notebook: str, grid: Path, *, is_whole: bool) -> Any:
    from analysis.paths import NOTEBOOKS
    from analysis.sweeps.grid import SweepError, load_grid

    stems = sorted(path.stem for path in NOTEBOOKS.glob("*.py"))
    if notebook not in stems:
        expected = one_of(notebook, stems)
        raise SweepError([Fault("command line", None, "NOTEBOOK", notebook, expected)])
    if not is_whole and notebook != MODEL:
        expected = f"--notebooks, or {MODEL}: no other notebook has a model apart"
        raise SweepError([Fault("command line", None, "NOTEBOOK", notebook, expected)])
    described = load_grid(grid)
    try:
        if is_whole:
            from analysis.sweeps.report_sweep import NotebookSweep

            return NotebookSweep.of(notebook, described)
        from analysis.sweeps.model_sweep import ModelSweep

        return ModelSweep.of(described)
    except SweepError as error:
        raise SweepError(
            [
                Fault(grid.name, fault.row, fault.column, fault.value, fault.expected)
                for fault in error.faults
            ]
        ) from None


def _carry_out(
    work: Work,
    folder: SweepFolder,
    scheduler: str | None,
    count: int,
    retries: int,
    *,
    is_clustered: bool,
) -> Outcome:
    from analysis.sweeps.running import in_threads, sweep

    with _progress(work) as advance:
        if not is_clustered:
            return sweep(work, folder, in_threads(count), advance=advance)
        from analysis.sweeps.cluster import connected, on_cluster

        n_missing = sum(not folder.is_done(work, part) for part in range(work.n_parts))
        if not n_missing:
            return sweep(work, folder, in_threads(1), advance=advance)
        with connected(scheduler, min(count, n_missing)) as client:
            return sweep(work, folder, on_cluster(client, retries=retries), advance=advance)


@contextmanager
def _progress(work: Work) -> Iterator[Callable[[int, str], None]]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

    console = Console(stderr=True, highlight=False)
    total = sum(work.n_units(part) for part in range(work.n_parts))
    columns = (work.unit, BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("", total=total)

        def advance(n_units: int, failure: str) -> None:
            progress.advance(task, n_units)
            if failure:
                console.print(f"failed: {failure}", markup=False)

        yield advance


def _tell(work: Work, folder: SweepFolder, *, restart: bool) -> None:
    parts = range(work.n_parts)
    missing = [part for part in parts if restart or not folder.is_done(work, part)]
    n_units = sum(work.n_units(part) for part in range(work.n_parts))
    n_missing = sum(work.n_units(part) for part in missing)
    typer.echo(f"{n_units:,} {work.unit}, {n_missing:,} of them to be done, in {folder.path}")
    if not missing:
        return
    from analysis.sweeps.estimate import estimate

    found = estimate(work, missing)
    told = (
        f"about {time_and_size(found.seconds, found.n_bytes)}" if found else "how long is not known"
    )
    rest = ", by one process" if found else ": no report of this notebook was built here"
    typer.echo(f"{told}{rest}", err=True)


def _report(work: Any, folder: SweepFolder, outcome: Outcome, *, is_whole: bool) -> None:
    made = f"{outcome.n_made:,} parts made, {outcome.n_kept:,} kept"
    failed = f", {len(outcome.failures):,} failed" if outcome.failures else ""
    if len(outcome.failures) == work.n_parts:
        typer.echo(f"all {work.n_parts:,} failed: there is nothing to compare in {folder.path}")
        return
    if is_whole:
        from analysis.sweeps.comparison import write_comparison

        command = shlex.join(["python", "-m", "analysis", *sys.argv[1:]])
        page = write_comparison(work, folder, outcome.failures, command)
        typer.echo(f"{made}{failed}: {page}")
        return
    from analysis.sweeps.sweep_summary import summarize

    if not outcome.failures:
        typer.echo(summarize(work, folder.path))
    typer.echo(f"{made}{failed}: {folder.path}")
