"""The commands that hold everything published against what it comes from."""

from __future__ import annotations

import time
from typing import Annotated

import typer


def verify(
    quick: Annotated[
        bool, typer.Option("--quick", help="Leave out the two builds of a clean clone.")
    ] = False,
) -> None:
    """Make everything again offline, and compare it with what is committed and published.

    The files against the commit, the packages against the lock, choices of method against theirs,
    raw rows, verdicts on claims, every headline number, the tests that hold documents and results
    together; then a clean clone is built twice in a scratch folder and every result and page
    compared byte for byte, with the built site, too, where there is one. Whatever moved is named.
    Exits with 0 if nothing did, 1 if something did, 2 if something could not be checked.

    Examples: `python -m analysis verify`, `python -m analysis verify --quick`
    """
    from analysis.errors import AnalysisError
    from analysis.reports.verify.verification import steps

    outcome = 0
    chosen = [step for step in steps() if step.is_quick or not quick]
    for at, step in enumerate(chosen, start=1):
        typer.echo(f"[{at}/{len(chosen)}] {step.name}: {step.what}", err=True)
        started, n_faults = time.perf_counter(), 0
        try:
            for fault in step.faults():
                n_faults += 1
                typer.echo(f"{step.name}: {fault}")
            outcome = max(outcome, 1) if n_faults and outcome != 2 else outcome
            words = f"{n_faults} moved" if n_faults else "as it was"
        except AnalysisError as error:
            outcome, words = 2, "could not be checked"
            typer.echo(f"{step.name}: {error}")
        seconds = time.perf_counter() - started
        typer.echo(f"[{at}/{len(chosen)}] {step.name}: {words}, {seconds:.0f} s", err=True)
    left_out = "; the builds were left out" if quick else ""
    said = ("everything is as committed", "something moved", "not everything could be checked")
    typer.echo(f"verify: {said[outcome]}{left_out}.")
    raise typer.Exit(outcome)


def method(
    write: Annotated[
        bool, typer.Option("--write", help="Lock the choices as they are; refuses silent changes.")
    ] = False,
) -> None:
    """Hold choices of method to their versions: what defines every published series and verdict.

    Exits with 1 if a choice moved without a new version and a row in the changelog.

    Examples: `python -m analysis method`, `python -m analysis method --write`
    """
    from analysis.reports.verify.method_lock import (
        MethodError,
        check_methods,
        declared_methods,
        write_lock,
    )

    try:
        if write:
            write_lock()
        check_methods()
    except MethodError as error:
        typer.echo(error)
        raise typer.Exit(1) from None
    for name, entry in declared_methods().items():
        typer.echo(f"{name} {entry.version}: {entry.title}")
