"""The command line of the tables: check, seal, describe and age the raw ones, add own ones."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from analysis.cli.command import Command, Group

if TYPE_CHECKING:
    import pandas as pd
    from rich.table import Table

    from analysis.reports.site.moved_section import Moved

app = typer.Typer(
    cls=Group,
    help="Raw tables: check, seal, describe, status. Own numbers: add, template.",
    no_args_is_help=True,
)

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
def seal_tables(
    names: list[str],
    changed: Annotated[int, typer.Option(min=0, help="Rows that are meant to differ.")] = 0,
    removed: Annotated[int, typer.Option(min=0, help="Rows that are meant to be gone.")] = 0,
    folder: Folder = None,
) -> None:
    """Record hash and rows of tables edited on purpose, if they pass every other check.

    New rows are sealed as they are. Rows that differ from those sealed before, or are gone, are
    listed cell by cell and not sealed, unless their number is given.

    Examples: `python -m analysis data seal fx`, `python -m analysis data seal fx --changed 1`
    """
    from analysis.data.asked_day import refuse_past
    from analysis.data.tables import seal

    refuse_past("data seal")
    seal(*names, changed=changed, removed=removed, folder=folder)
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


SHOWN_REFUSALS = 40


@app.command("add", cls=Command)
def add_table(
    kind: Annotated[str, typer.Argument(help="quotes, server-prices, fx, company or operators.")],
    file: Annotated[Path, typer.Argument(help="CSV, TSV, Excel (.xlsx) or JSON file.")],
    mapping: Annotated[
        list[str] | None, typer.Option("--map", help="FIELD=COLUMN, where names are not near.")
    ] = None,
    fixed: Annotated[
        list[str] | None,
        typer.Option("--set", help="FIELD=VALUE of the whole table; decimal=, and dates=dmy too."),
    ] = None,
    sheet: Annotated[str | None, typer.Option(help="Sheet of a workbook.")] = None,
    accept: Annotated[
        list[int] | None, typer.Option(help="Row that is right though it stands apart.")
    ] = None,
    is_dry: Annotated[bool, typer.Option("--dry-run", help="Show only, write nothing.")] = False,
) -> None:
    """Add your own numbers from a file: understood, checked, shown, kept in data/own.

    Rows that cannot be meant are refused with the reason; the rest is kept. Adding a file of the
    same name again replaces its rows.

    Examples
    --------
        python -m analysis data add quotes my-prices.csv --dry-run

        python -m analysis data add quotes liste.xlsx --map price=Preis --set currency=EUR
    """
    from rich.console import Console

    from analysis.data.asked_day import refuse_past
    from analysis.data.own.store import add
    from analysis.data.package import shown

    refuse_past("data add")
    added = add(
        kind,
        file,
        accept=accept or (),
        is_dry=is_dry,
        mapping=_pairs("--map", mapping),
        fixed=_pairs("--set", fixed),
        sheet=sheet,
    )
    console = Console(soft_wrap=True)
    console.print(_listing(added.reading.understood.reset_index(), "How the table was understood"))
    for remark in added.reading.remarks:
        typer.echo(f"Taken for granted: {remark}.")
    if added.reading.unread:
        typer.echo(f"Not read: columns {', '.join(added.reading.unread)}.")
    for fault in added.refused[:SHOWN_REFUSALS]:
        typer.echo(f"Refused: {fault}")
    if (n_more := len(added.refused) - SHOWN_REFUSALS) > 0:
        typer.echo(f"Refused: {n_more:,} more rows.")
    done = "would be kept" if is_dry else "kept"
    typer.echo(
        f"{len(added.rows):,} rows {done} in {shown(added.path)}, {len(added.refused):,} refused."
    )


@app.command("status", cls=Command)
def print_status(
    only_stale: Annotated[bool, typer.Option("--stale", help="Stale series alone.")] = False,
) -> None:
    """Say of every series how new it is, when the next row is due, and what is stale.

    Rents are stale after 14 days, statements 7 days after they are usually filed.
    """
    from rich.console import Console

    from analysis.paths import NOTEBOOKS
    from analysis.refresh.status import newest_whole_month, series_status
    from analysis.reports.notebook.parameter_values import read_parameters

    status = series_status().reset_index()
    shown = status[status["is_stale"]] if only_stale else status
    words = shown.assign(
        newest=shown["newest"].dt.strftime("%Y-%m-%d"),
        expected=shown["expected"].dt.strftime("%Y-%m-%d"),
        is_stale=shown["is_stale"].map({True: "stale", False: ""}),
    ).rename(columns={"age_days": "days old", "expected": "next by", "is_stale": ""})
    Console(soft_wrap=True).print(_listing(words, "Series of the tables"))
    typer.echo(
        f"{int(status['is_stale'].sum())} of {len(status)} series are stale. Newer ones: "
        "python -m analysis refresh all"
    )
    window = read_parameters(NOTEBOOKS / "rent_trends.py").defaults["last_month"]
    if window != (month := newest_whole_month()):
        typer.echo(
            f"rent_trends ends its window in {window}; the quotes reach the end of {month}: "
            "change last_month there."
        )


@app.command("moved", cls=Command)
def print_moved(
    names: Annotated[
        list[str] | None, typer.Argument(help="Reports; all when none is named.")
    ] = None,
    since: Annotated[str, typer.Option(help="Commit to compare with.")] = "HEAD",
    with_causes: Annotated[
        bool,
        typer.Option("--causes", help="Run each page once more without each source's new rows."),
    ] = False,
    with_own: Annotated[
        bool,
        typer.Option("--own", help="Run each page without and with own numbers, file by file."),
    ] = False,
    changelog: Annotated[
        bool, typer.Option("--changelog", help="Print rows for CHANGELOG.md instead.")
    ] = False,
    is_kept: Annotated[
        bool, typer.Option("--keep", help="With --causes: show it on the site's page of changes.")
    ] = False,
    out: Annotated[
        Path | None, typer.Option(help="With --causes or --own: a page of it, ending in .html.")
    ] = None,
) -> None:
    """Say which headline numbers moved since a commit, and which rows moved them.

    Build the reports first: python -m analysis build.

    Examples
    --------
        python -m analysis data moved rent-trends --causes --out moved.html

        python -m analysis data moved rent-trends --own
    """
    from analysis.reports.build.manifest import read_manifest, selected
    from analysis.reports.verify.moved import (
        changelog_rows,
        moved_by_own,
        moved_by_rows,
        moved_lines,
        moved_numbers,
        moved_record_lines,
        raw_differences,
    )

    _refuse_at_odds(with_causes=with_causes, with_own=with_own, is_kept=is_kept, out=out)
    reports = selected(read_manifest().reports, names or [])
    if with_own:
        found = moved_by_own(reports)
    else:
        moved, rows = moved_numbers(reports, since=since), raw_differences(since)
        if changelog:
            typer.echo("\n".join(changelog_rows(moved, rows)))
            return
        if not with_causes:
            typer.echo("\n".join(["Rows that came or changed:", *(f"- {each}" for each in rows)]))
            lines = ["", "Headline numbers:", *moved_lines(moved)]
            typer.echo("No headline number moved." if moved.empty else "\n".join(lines))
            return
        found = moved_by_rows(reports, rows, f"commit {since}")
    typer.echo("\n".join(moved_record_lines(found)))
    _keep(found, is_kept=is_kept, out=out)


def _refuse_at_odds(*, with_causes: bool, with_own: bool, is_kept: bool, out: Path | None) -> None:
    """Refuse options of ``moved`` that cannot be meant together."""
    from analysis.errors import Fault, ParameterError

    wrong = {
        "--own with --causes": (with_own and with_causes, "one of them"),
        "--keep with --own": (is_kept and with_own, "--out: own numbers are on no published page"),
        "--keep": (is_kept and not with_own and not with_causes, "--causes too"),
        f"--out {out}": (out is not None and not (with_causes or with_own), "--causes or --own"),
        f"--out={out}": (out is not None and out.suffix != ".html", "a name that ends in .html"),
    }
    faults = [
        Fault("command", None, "moved", words, expected)
        for words, (is_wrong, expected) in wrong.items()
        if is_wrong
    ]
    if faults:
        raise ParameterError(faults)


def _keep(found: Moved, *, is_kept: bool, out: Path | None) -> None:
    """Write what moved where it was asked for."""
    from analysis.paths import MOVED
    from analysis.reports.build.publish import render_moved
    from analysis.reports.site.moved_section import write_record
    from analysis.revision import current_revision

    if is_kept:
        write_record(found)
        typer.echo(f"kept in {MOVED.parent.name}/{MOVED.name}: build to see it among the changes")
    if out:
        render_moved(found, current_revision(), out)
        typer.echo(f"wrote {out}")


@app.command("template", cls=Command)
def print_template(
    kind: Annotated[str, typer.Argument(help="quotes, server-prices, fx, company or operators.")],
) -> None:
    """Print an empty table of own numbers with its columns explained.

    Example:

        python -m analysis data template quotes > my-prices.csv
    """
    from analysis.data.own.store import template

    typer.echo(template(kind), nl=False)


def _pairs(option: str, texts: list[str] | None) -> dict[str, str]:
    """Split FIELD=VALUE; a field given twice or without a value is refused."""
    from analysis.data.own.kinds import OwnDataError
    from analysis.errors import Fault

    pairs: dict[str, str] = {}
    for text in texts or ():
        field, sign, value = text.partition("=")
        if not sign or not field or not value:
            raise OwnDataError([Fault(option, None, None, text, "FIELD=VALUE")])
        if field in pairs:
            raise OwnDataError([Fault(option, None, field, text, "each field once")])
        pairs[field.strip()] = value
    return pairs


def _listing(frame: pd.DataFrame, title: str) -> Table:
    """Show a frame as a table of text."""
    from rich.table import Table
    from rich.text import Text

    listing = Table(*map(str, frame.columns), title=title, title_justify="left")
    for row in frame.itertuples(index=False):
        listing.add_row(*(Text(str(cell)) for cell in row))
    return listing
