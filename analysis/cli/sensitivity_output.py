"""What the commands of the sensitivities put out: progress, tables, JSON and figures."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast, get_args

import typer

from analysis.cli.output import claim, print_amounts
from analysis.files import write_whole

if TYPE_CHECKING:
    from analysis.figures.picture import FileKind


def figure_kind(path: Path | None, *, force: bool = False) -> FileKind | None:
    """Return the format of a figure's file; refused before anything runs."""
    from analysis.figures.picture import FileKind

    if path is None:
        return None
    kinds = {f".{kind}": kind for kind in get_args(FileKind)}
    ending = claim(path, option="--figure", endings=tuple(kinds), force=force)
    return cast(FileKind, kinds[ending])


def draw(result: object, path: Path | None, kind: FileKind | None, currency: str) -> None:
    """Draw a result to a file, whole or not at all, its amounts in the currency of the case."""
    if path is None or kind is None:
        return
    import matplotlib as mpl

    mpl.use("agg")
    from matplotlib import pyplot as plt
    from matplotlib.text import Text

    from analysis.figures import use_house_style
    from analysis.figures.picture import to_file
    from analysis.rental.faces.sensitivity_plots import plot_sensitivity
    from analysis.rental.inputs.quantities import in_currency

    use_house_style()
    drawn = plot_sensitivity(result)
    for text in drawn.findobj(Text):
        text.set_text(in_currency(text.get_text(), currency))
    try:
        write_whole(path, to_file(drawn, kind))
    finally:
        plt.close(drawn)


@contextmanager
def busy() -> Iterator[None]:
    """Show that something is going on, where somebody looks."""
    from rich.console import Console

    with Console(stderr=True).status("evaluating"):
        yield


@contextmanager
def progress(total: int) -> Iterator[Callable[[int], None]]:
    """Show how many points are done; gives the function that is told."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

    columns = ("points", BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=total)
        yield lambda n: bar.advance(task, n)


def print_json(record: dict[str, Any]) -> None:
    """Print one JSON object."""
    typer.echo(json.dumps(record, indent=2, ensure_ascii=False, allow_nan=False))


def print_table(rows: list[list[str]], notes: list[str], currency: str) -> None:
    """Print a table, its first row the headings and its first column the names."""
    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    for place, title in enumerate(rows[0]):
        table.add_column(title, justify="right" if place else "left", no_wrap=place > 0)
    for row in rows[1:]:
        table.add_row(*row)
    print_amounts(table, *notes, currency=currency)
