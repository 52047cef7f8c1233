"""The command that says what a name means, how it is computed and where."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from analysis.errors import AssumptionError, Fault

if TYPE_CHECKING:
    from analysis.formulas.catalog import Entry

_SHOWN = 3
_FILES_SHOWN = 5


def explain(
    name: Annotated[
        list[str] | None,
        typer.Argument(
            help="A name, words of a label, an abbreviation or a Chinese term.", show_default=False
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print a JSON list.")] = False,
    write_page: Annotated[
        bool, typer.Option("--page", help="Write docs/formulas.md anew, and stop.")
    ] = False,
) -> None:
    """Say what a line, measure, indicator or index is: equation, what it reads, and where.

    What is no formula is looked for among the files, by their path and what they say of themselves.

    Examples
    --------
        python -m analysis explain dscr

        python -m analysis explain "debt service cover"

        python -m analysis explain 偿债 --json

        python -m analysis explain figure color
    """
    from analysis.formulas.file_search import find_files
    from analysis.formulas.lookup import UnknownFormulaError, find

    if write_page:
        from analysis.files import write_whole
        from analysis.formulas.formulas_page import PAGE, page

        write_whole(PAGE, page())
        typer.echo(f"wrote {PAGE}")
        return
    if not name:
        fault = Fault("command line", None, "NAME", "", "a name, such as dscr_minimum")
        raise AssumptionError([fault])
    asked = " ".join(name)
    try:
        found = find(asked)
    except UnknownFormulaError:
        files = find_files(asked)
        if not files:
            raise
        if as_json:
            typer.echo(json.dumps([file._asdict() for file in files], indent=2))
        else:
            typer.echo(f"no formula is called {asked!r}; files that speak of it:")
            typer.echo("\n".join(f"  {path}: {said}" for path, said in files[:_FILES_SHOWN]))
        return
    if as_json:
        typer.echo(json.dumps([asdict(entry) for entry in found], indent=2, ensure_ascii=False))
        return
    typer.echo("\n\n".join(map(_text, found[:_SHOWN])))
    if further := [entry.name for entry in found[_SHOWN:]]:
        typer.echo(f"\nand {', '.join(further)}")


def _text(entry: Entry) -> str:
    rows = [f"{entry.name}: {entry.label}" + (f", {entry.unit}" if entry.unit else "")]
    for choices, equation in entry.equations:
        where = f"  with {choices}" if choices else ""
        rows.append(f"  = {equation}{where}")
    if entry.reads:
        rows.append(f"  reads     {', '.join(entry.reads)}")
    if entry.read_by:
        rows.append(f"  read by   {', '.join(entry.read_by)}")
    rows.append(f"  declared  {entry.file}:{entry.row} ({entry.kind})")
    return "\n".join(rows)
