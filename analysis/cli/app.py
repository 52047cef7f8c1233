"""The command line, ``python -m analysis`` or ``compute-rental``: thin, one command a job."""

from __future__ import annotations

import sys

import typer

from analysis.cli import audit as claims
from analysis.cli import backtest as rents
from analysis.cli import build as reports
from analysis.cli import evaluate as rental
from analysis.cli import simulate as simulation
from analysis.cli import sweep as sweeps
from analysis.cli import workbook as spreadsheet
from analysis.cli.data import app as data_app
from analysis.cli.sensitivity import app as sensitivity_app
from analysis.errors import AnalysisError

app = typer.Typer(
    name="compute-rental",
    help="Whether renting out AI compute pays, from cited figures.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
)
app.add_typer(data_app, name="data")
app.add_typer(sensitivity_app, name="sensitivity")
app.command()(rental.evaluate)
app.command()(rental.solve)
app.command()(simulation.simulate)
app.command()(spreadsheet.workbook)
app.command()(sweeps.sweep)
app.command()(rents.backtest)
app.command()(claims.audit)
app.command()(reports.build)
app.command()(reports.sync)


@app.callback()
def describe() -> None:
    """Whether renting out AI compute pays, from cited figures."""


def main() -> None:
    """Run the command line; a user's error is printed as text and exits with 2."""
    try:
        app()
    except AnalysisError as error:
        print(error, file=sys.stderr)  # noqa: T201
        raise SystemExit(2) from None
