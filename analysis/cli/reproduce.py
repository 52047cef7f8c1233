"""The command that works one published number out again."""

from __future__ import annotations

import json
from typing import Annotated

import typer


def reproduce(
    identity: Annotated[
        str, typer.Argument(metavar="ID", help="Report and result, as in `rent-trends/rebound`.")
    ] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print the record as JSON.")] = False,
    listed: Annotated[bool, typer.Option("--list", help="List every ID, and stop.")] = False,
) -> None:
    """Work a published number out again from the raw rows, and compare.

    Prints the statements that lead to it and the digest of every input. Exits with 0 if it is the
    same, 1 if it differs, 2 if it cannot be verified.

    Examples: `python -m analysis reproduce rent-trends/rebound`,
    `python -m analysis reproduce rental_model/equity_npv_cny`,
    `python -m analysis reproduce --list`
    """
    from analysis.errors import Fault, ParameterError
    from analysis.reports.verify.reproduction import headline_ids
    from analysis.reports.verify.reproduction import reproduce as work_out

    if listed:
        typer.echo("\n".join(headline_ids()))
        return
    if not identity:
        expected = "an ID; `python -m analysis reproduce --list` lists them"
        raise ParameterError([Fault("reproduce", None, "ID", "", expected)])
    done = work_out(identity)
    if as_json:
        record = vars(done) | {"outcome": done.outcome.name.lower()}
        typer.echo(json.dumps(record, indent=2, ensure_ascii=False))
        raise typer.Exit(done.outcome)
    if done.formulas:
        typer.echo(f"statements:\n{done.formulas}\n")
    for name, digest in {**done.tables, **done.files}.items():
        typer.echo(f"input: {name}  {digest if digest == 'missing' else 'sha256:' + digest}")
    for name in done.moved:
        typer.echo(f"moved since the commit: {name}")
    typer.echo(f"published: {done.published!r}\ncomputed:  {done.computed!r}")
    verdicts = ("the same", "it differs", "it cannot be verified")
    typer.echo(f"{done.name}: {verdicts[done.outcome]}{f': {done.why}' if done.why else ''}")
    raise typer.Exit(done.outcome)
