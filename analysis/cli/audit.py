"""The command line of the audit."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Annotated

import typer

from analysis.files import write_whole

if TYPE_CHECKING:
    from analysis.claims.ledger import Audit


def audit(
    as_json: Annotated[
        bool, typer.Option("--json", help="Print every claim and the counts as one JSON object.")
    ] = False,
    write: Annotated[
        bool, typer.Option("--write", help="Commit the verdicts as they are now to the file.")
    ] = False,
) -> None:
    """Check every printed claim, and say whether a verdict changed against the committed ones.

    Exits with 1 if one did. Needs no network.

    Examples
    --------
        python -m analysis audit

        python -m analysis audit --json
    """
    started = time.perf_counter()
    from analysis.claims.ledger import COMMITTED, read_committed
    from analysis.claims.ledger import audit as audit_claims
    from analysis.spreadsheet_text import csv_text

    done = audit_claims()
    changes = done.changes(read_committed())
    seconds = time.perf_counter() - started
    if as_json:
        record = _record(done) | {"n_changes": len(changes)}
        typer.echo(json.dumps(record, ensure_ascii=False, indent=1, allow_nan=False))
    else:
        _print(done)
        typer.echo(f"\n{len(done.claims)} claims, {len(done.findings)} findings")
    typer.echo(f"{seconds:.1f} s", err=True)
    if write:
        text = csv_text(done.committed_form(), index=False)
        write_whole(COMMITTED, text)
        typer.echo(f"wrote {COMMITTED.name}: {len(changes)} verdicts changed", err=True)
    elif len(changes):
        typer.echo("verdicts that differ from the committed ones:", err=True)
        for name, change in changes.iterrows():
            typer.echo(f"  {name}: {change['before']} -> {change['now']}", err=True)
        raise SystemExit(1)


def _print(done: Audit) -> None:
    from analysis.printed.wording import span

    for name, row in done.claims.iterrows():
        recomputed = span(row["recomputed_low"], row["recomputed_high"], row["unit"])
        typer.echo(
            f"{name:22s} {row['verdict']:31s} {row['support']:10s} {row['printed']} | {recomputed}"
        )
    coverage = done.coverage()
    coverage["share_recomputed"] = coverage["share_recomputed"].map("{:.0%}".format)
    typer.echo(f"\n{done}\n\n{coverage.to_string()}")


def _record(done: Audit) -> dict[str, object]:
    table = done.claims.drop(columns=["value_low", "value_high"]).reset_index()
    finite = table.replace([float("inf"), float("-inf")], None)
    claims = json.loads(finite.to_json(orient="records", double_precision=15, force_ascii=False))
    return {
        "claims": claims,
        "counts": json.loads(done.counts().to_json(orient="index")),
        "coverage": json.loads(done.coverage().to_json(orient="index", double_precision=6)),
    }
