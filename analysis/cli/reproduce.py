"""The command that works one published number out again."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from analysis.reports.verify.reproduction import Reproduction

_VERDICTS = ("the same", "it differs", "it cannot be verified")
"""What is said of each `Outcome`."""


def reproduce(
    identity: Annotated[
        str, typer.Argument(metavar="ID", help="Report and result, as in `rent-trends/rebound`.")
    ] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print the record as JSON.")] = False,
    listed: Annotated[bool, typer.Option("--list", help="List every ID, and stop.")] = False,
    every: Annotated[bool, typer.Option("--all", help="Every ID, one line each.")] = False,
) -> None:
    """Work a published number out again from the raw rows, and compare.

    Prints the statements that lead to it and the digest of every input. Exits with 0 if it is the
    same, 1 if it differs, 2 if it cannot be verified.

    Examples: `python -m analysis reproduce rent-trends/rebound`,
    `python -m analysis reproduce rental_model/equity_npv_cny`,
    `python -m analysis reproduce --list`,
    `python -m analysis reproduce --all`
    """
    from analysis.errors import Fault, ParameterError
    from analysis.reports.verify.reproduction import headline_ids
    from analysis.reports.verify.reproduction import reproduce as work_out

    if listed:
        typer.echo("\n".join(headline_ids()))
        return
    if every:
        _reproduce_all(identity, as_json=as_json)
        return
    if not identity:
        expected = "an ID; `python -m analysis reproduce --list` lists them"
        raise ParameterError([Fault("reproduce", None, "ID", "", expected)])
    done = work_out(identity)
    if as_json:
        typer.echo(json.dumps(_record(done), indent=2, ensure_ascii=False))
        raise typer.Exit(done.outcome)
    if done.formulas:
        typer.echo(f"statements:\n{done.formulas}\n")
    for name, digest in {**done.tables, **done.files}.items():
        typer.echo(f"input: {name}  {digest if digest == 'missing' else 'sha256:' + digest}")
    for name in done.moved:
        typer.echo(f"moved since the commit: {name}")
    typer.echo(f"published: {done.published!r}\ncomputed:  {done.computed!r}")
    typer.echo(_verdict(done))
    raise typer.Exit(done.outcome)


def _reproduce_all(identity: str, *, as_json: bool) -> None:
    from analysis.errors import Fault, ParameterError
    from analysis.reports.verify.reproduction import Outcome, reproduce_all

    if identity:
        expected = "an ID or --all, not both"
        raise ParameterError([Fault("reproduce", None, "ID", identity, expected)])
    outcomes = dict.fromkeys(Outcome, 0)
    for done in reproduce_all():
        outcomes[done.outcome] += 1
        typer.echo(json.dumps(_record(done), ensure_ascii=False) if as_json else _verdict(done))
        if done.outcome is Outcome.DIFFERS and not as_json:
            typer.echo(f"  published: {done.published!r}\n  computed:  {done.computed!r}")
            typer.echo(
                "".join(f"  moved since the commit: {name}\n" for name in done.moved), nl=False
            )
    counts = ", ".join(
        f"{n} {words}" for n, words in zip(outcomes.values(), _VERDICTS, strict=True)
    )
    typer.echo(f"{sum(outcomes.values())} published numbers: {counts}.", err=as_json)
    found = [each for each in (Outcome.DIFFERS, Outcome.UNVERIFIED) if outcomes[each]]
    raise typer.Exit(found[0] if found else Outcome.SAME)


def _record(done: Reproduction) -> dict[str, Any]:
    return vars(done) | {"outcome": done.outcome.name.lower()}


def _verdict(done: Reproduction) -> str:
    return f"{done.name}: {_VERDICTS[done.outcome]}{f': {done.why}' if done.why else ''}"
