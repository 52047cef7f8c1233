"""The command line, ``python -m analysis`` or ``compute-rental``: thin, one command a job."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from analysis.cli import audit as claims
from analysis.cli import backtest as rents
from analysis.cli import build as reports
from analysis.cli import evaluate as rental
from analysis.cli import explain as formulas
from analysis.cli import own_or_rent as ownership
from analysis.cli import refresh as refreshing
from analysis.cli import reproduce as reproduction
from analysis.cli import simulate as simulation
from analysis.cli import sweep as sweeps
from analysis.cli import translate as translation
from analysis.cli import verify as verification
from analysis.cli import workbook as spreadsheet
from analysis.cli.command import HELP, INTERRUPTED, Command, Group, has_deaf_threads, leave
from analysis.cli.data import app as data_app
from analysis.cli.sensitivity import app as sensitivity_app
from analysis.errors import AnalysisError
from analysis.files import refusal
from analysis.interrupts import raise_until_heard

app = typer.Typer(
    cls=Group,
    name="compute-rental",
    help="Whether renting out AI compute pays, from cited figures.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    context_settings=HELP,
)
app.add_typer(data_app, name="data")
app.add_typer(sensitivity_app, name="sensitivity")
app.command(cls=Command)(rental.evaluate)
app.command(cls=Command)(rental.solve)
app.command(cls=Command)(ownership.own_or_rent)
app.command(cls=Command)(simulation.simulate)
app.command(cls=Command)(spreadsheet.workbook)
app.command(cls=Command)(sweeps.sweep)
app.command(cls=Command)(rents.backtest)
app.command(cls=Command)(claims.audit)
app.command(cls=Command)(formulas.explain)
app.command(cls=Command)(reports.build)
app.command(cls=Command)(reports.sync)
app.command(cls=Command)(translation.translate)
app.command(cls=Command)(reproduction.reproduce)
app.command(cls=Command)(refreshing.refresh)
app.command(cls=Command)(verification.verify)
app.command(cls=Command)(verification.method)


def _print_version(is_asked: bool) -> None:
    if is_asked:
        from importlib.metadata import version

        typer.echo(f"compute-rental {version('compute-rental-economics')}")
        raise typer.Exit


@app.callback()
def describe(
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help="Print the version, and stop."
        ),
    ] = False,
) -> None:
    """Whether renting out AI compute pays, from cited figures."""


def main() -> None:
    """Run the command line; a user's error is printed as text and exits with 2."""
    raise_until_heard()
    try:
        app()
    except SystemExit as end:
        if end.code == INTERRUPTED and has_deaf_threads():
            leave(INTERRUPTED)
        raise
    except AnalysisError as error:
        print(error, file=sys.stderr)  # noqa: T201
        raise SystemExit(2) from None
    except OSError as error:
        if (refused := refusal(error)) is None:
            raise
        print(refused, file=sys.stderr)  # noqa: T201
        raise SystemExit(2) from None
    except ImportError as error:
        print(f"A part of the project or of its environment is missing: {error}.", file=sys.stderr)  # noqa: T201
        raise SystemExit(2) from None
