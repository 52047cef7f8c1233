"""The command line of the raw tables: check, seal, describe."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from analysis.cli.command import Command

app = typer.Typer(help="Raw tables: check, seal, describe.", no_args_is_help=True)

Folder = Annotated[
    Path | None,
    typer.Option(help="Folder of the tables and their datapackage.json.", show_default="data/raw"),
]


@app.command("check", cls=Command)
def check_tables(folder: Folder = None) -> None:
    """Validate every raw table; every fault is named with file, row and column."""
    from analysis.data.package import read_package
    from analysis.data.tables import check

    check(folder)
    tables = read_package(folder).resources
    rows = sum(table.rows for table in tables)
    typer.echo(f"{len(tables)} tables, {rows:,} rows: every row is as described.")


@app.command("seal", cls=Command)
def seal_tables(names: list[str], folder: Folder = None) -> None:
    """Record hash and row count of tables edited on purpose, if they pass every other check."""
    from analysis.data.tables import seal

    seal(*names, folder=folder)
    typer.echo(f"Sealed: {', '.join(names)}.")


@app.command("describe", cls=Command)
def describe_table(name: Annotated[str, typer.Argument()] = "", folder: Folder = None) -> None:
    """List the tables, or the columns of one with their units and meanings."""
    from rich.console import Console
    from rich.table import Table

    from analysis.data.package import read_package
    from analysis.data.tables import describe

    if name:
        listing = Table("column", "type", "unit", "meaning")
        for column in describe(name, folder).reset_index().to_dict("records"):
            listing.add_row(*(column[key] for key in ("column", "type", "unit", "meaning")))
    else:
        listing = Table("table", "rows", "holds")
        for resource in read_package(folder).resources:
            listing.add_row(resource.name, f"{resource.rows:,}", resource.title)
    Console().print(listing)
