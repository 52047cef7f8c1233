"""The command line, ``python -m analysis`` or ``compute-rental``: thin, one command a job."""

from __future__ import annotations

import sys

import typer

from analysis.claims import commands as claims
from analysis.data.commands import app as data_app
from analysis.errors import AnalysisError
from analysis.rental import commands as rental
from analysis.rental.sensitivity.commands import app as sensitivity_app
from analysis.rental.simulate import commands as simulation
from analysis.rental.workbook import commands as spreadsheet
from analysis.rents import commands as rents
from analysis.reports import commands as reports
from analysis.sweeps import commands as sweeps

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
