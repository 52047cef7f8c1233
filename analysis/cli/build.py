"""The command line of the reports: build and sync."""

from __future__ import annotations

import os
import sys
from dataclasses import astuple
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from analysis.cli.command import INTERRUPTED
from analysis.cli.output import claim, time_and_size
from analysis.interrupts import heard

if TYPE_CHECKING:
    from analysis.reports.build.manifest import Manifest
    from analysis.reports.build.progress import Progress

Names = Annotated[
    list[str] | None,
    typer.Argument(help="Reports of reports/manifest.yml; all when none is named."),
]


def build(
    names: Names = None,
    list_reports: Annotated[
        bool, typer.Option("--list", help="List the reports and whether they are up to date.")
    ] = False,
    dry_run: Annotated[
        bool,
        typer.Option(
            "--dry-run",
            help="Say what would be built, why, how long and how large; build nothing.",
        ),
    ] = False,
    force: Annotated[
        bool,
        typer.Option(
            "--force", help="Build also what is up to date; with --out, overwrite a file there."
        ),
    ] = False,
    jobs: Annotated[
        int | None,
        typer.Option("--jobs", "-j", min=1, help="Notebooks run at a time. [default: processors]"),
    ] = None,
    keep_going: Annotated[
        bool, typer.Option(help="Build the other reports when one fails.")
    ] = True,
    fork: Annotated[
        bool,
        typer.Option(help="Fork kernels from one process that imports libraries once (Linux)."),
    ] = True,
    parameter: Annotated[
        list[str] | None,
        typer.Option("--parameter", "-p", help="name=value for one run; needs --out.", metavar="P"),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", help="Where that run goes: a file ending in .html or .ipynb."),
    ] = None,
    as_of: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="Run with what was known by a day; needs --out."),
    ] = None,
    prune: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME",
            help="Remove page, results and executed notebook of a report no longer listed; "
            "build nothing.",
        ),
    ] = None,
) -> None:
    """Run notebooks and publish their pages, as far as they are not up to date.

    For example:

        python -m analysis build

        python -m analysis build rental-model --force

        python -m analysis build rental-model -p rent_cny_per_server_month=60000 --out low.html

        python -m analysis build capex-intensity --as-of 2026-06-30 --out june.html
    """
    from analysis.reports.build.manifest import read_manifest

    manifest = read_manifest()
    if parameter or out or as_of:
        day = as_of.date() if as_of else None
        _build_once(manifest, names or [], parameter or [], out, day, force=force)
    elif prune:
        _prune(manifest, prune)
    elif list_reports:
        _list(manifest)
    elif dry_run:
        _tell_due(manifest, names or [])
    else:
        _build(manifest, names or [], jobs, force, keep_going, fork)


def sync(
    check: Annotated[
        bool, typer.Option("--check", help="Change nothing; fail when a pair differs.")
    ] = False,
    discard_edits: Annotated[
        bool, typer.Option("--discard-edits", help="Overwrite notebooks edited apart.")
    ] = False,
) -> None:
    """Make every notebooks/NAME.ipynb from its NAME.py, which is the text.

    JupyterLab keeps both in step as it saves; this is for everyone else.

    For example:

        python -m analysis sync

        python -m analysis sync --check
    """
    from analysis.reports.notebook import sync as pairs

    if check:
        typer.echo(f"{pairs.check()} notebooks are in step with their scripts.")
        return
    changed = pairs.sync(discard_edits=discard_edits)
    for path in changed:
        typer.echo(f"made {path.parent.name}/{path.name}")
    if not changed:
        typer.echo(f"nothing to do: {len(pairs.pairs())} notebooks in step with their scripts.")


def _build(
    manifest: Manifest,
    names: list[str],
    jobs: int | None,
    force: bool,
    keep_going: bool,
    fork: bool,
) -> None:
    from analysis.data.asked_day import refuse_past
    from analysis.reports.build.builder import build as build_reports
    from analysis.reports.build.publish import INDEX

    refuse_past("build")
    progress = _progress()
    try:
        outcome = build_reports(
            manifest,
            names,
            jobs=jobs,
            force=force,
            keep_going=keep_going,
            fork=fork,
            progress=progress,
            waiting=lambda: typer.echo("waiting: another build is going on", err=True),
        )
    except KeyboardInterrupt:
        heard()
        typer.echo("interrupted: what was finished is kept, nothing is half made.", err=True)
        raise typer.Exit(INTERRUPTED) from None
    finally:
        progress.close()
    for message in outcome.failures.values():
        typer.echo(f"\n{message}", err=True)
    _tell_unlisted(manifest)
    if outcome.failures:
        not_built = f"{len(outcome.not_built)} not built, " if outcome.not_built else ""
        typer.echo(
            f"\n{len(outcome.failures)} failed, {len(outcome.built)} built, {not_built}"
            f"{len(outcome.up_to_date)} up to date in {outcome.seconds:.1f} s",
            err=True,
        )
        raise typer.Exit(1)
    if not outcome.built:
        done = "index made anew" if outcome.is_index_made else "nothing to do"
        typer.echo(f"{done}: {_reports(len(outcome.up_to_date))} up to date")
        return
    rest = f", {len(outcome.up_to_date)} up to date" if outcome.up_to_date else ""
    page = os.path.relpath(INDEX)
    typer.echo(f"built {_reports(len(outcome.built))}{rest}: {page}")
    typer.echo(f"{outcome.seconds:.1f} s", err=True)


def _build_once(
    manifest: Manifest,
    names: list[str],
    assignments: list[str],
    out: Path | None,
    day: date | None,
    *,
    force: bool,
) -> None:
    from analysis.data.asked_day import as_of_day
    from analysis.reports.build.elsewhere import run_elsewhere
    from analysis.reports.build.manifest import selected
    from analysis.reports.build.past import run_as_of
    from analysis.reports.notebook.parameter_values import parse_assignments, read_parameters
    from analysis.revision import current_revision

    if len(names) != 1:
        raise typer.BadParameter("name one report to run with other parameters", param_hint="NAMES")
    if out is None:
        raise typer.BadParameter("a file ending in .html or .ipynb", param_hint="--out")
    claim(out, option="--out", endings=(".html", ".ipynb"), force=force, makes_folder=True)
    (report,) = selected(manifest.reports, names)
    given = parse_assignments(read_parameters(report.script), assignments)
    revision = current_revision()
    day = day or as_of_day()
    if day is None:
        parameters, reports = {**report.parameters, **given}, manifest.reports
        headline = run_elsewhere(report, parameters, reports, revision, out, making=_tell_making)
    else:
        headline = run_as_of(report, given, manifest.reports, revision, out, day)
    typer.echo(f"{headline}\nwrote {out}")


def _tell_making(name: str) -> None:
    typer.echo(f"running {name} first, whose tables are not there", err=True)


def _prune(manifest: Manifest, names: list[str]) -> None:
    from analysis.reports.build.unlisted import prune

    for path in prune(manifest.reports, names):
        typer.echo(f"removed {os.path.relpath(path)}")


def _tell_unlisted(manifest: Manifest) -> None:
    from analysis.reports.build.unlisted import unlisted

    for name, files in unlisted(manifest.reports).items():
        shown = ", ".join(os.path.relpath(file) for file in files)
        typer.echo(f"not listed: {shown}; remove with: build --prune {name}", err=True)


def _list(manifest: Manifest) -> None:
    from analysis.reports.build.due import due

    names = {each.name for each in due(manifest)}
    width = max(len(report.name) for report in manifest.reports)
    for report in manifest.reports:
        state = "to build" if report.name in names else "up to date"
        typer.echo(f"{report.name:<{width}}  {state:<10}  {report.notebook}: {report.title}")


def _tell_due(manifest: Manifest, names: list[str]) -> None:
    from analysis.reports.build.due import due

    found = due(manifest, names)
    for each in found:
        typer.echo("\n    ".join([each.name, *each.reasons]))
    if not found:
        typer.echo("nothing to do")
        return
    known = [each.last for each in found if each.last]
    if known:
        seconds, n_bytes = (sum(amounts) for amounts in zip(*map(astuple, known), strict=True))
        took = time_and_size(seconds, n_bytes)
        typer.echo(
            f"{len(known)} of {_reports(len(found))}: {took} the last time, one after the other",
            err=True,
        )
    else:
        typer.echo("how long and how large is not known: none was built here", err=True)


def _progress() -> Progress:
    from analysis.reports.build.progress import LiveProgress, PlainProgress

    return LiveProgress(sys.stderr) if sys.stderr.isatty() else PlainProgress(sys.stderr)


def _reports(count: int) -> str:
    return "1 report" if count == 1 else f"{count} reports"
