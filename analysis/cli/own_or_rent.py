"""Command that sets owning a server against renting its hours."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from analysis.cli.command import read_decimal
from analysis.cli.evaluate import Changes, RequiredCase, chosen_case
from analysis.cli.output import say_remarks


def own_or_rent(
    rented: Annotated[
        float,
        typer.Option(help="What others ask for a GPU-hour, CNY.", parser=read_decimal),
    ],
    case: RequiredCase = None,
    changes: Changes = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Set the cost of a GPU-hour and of a month owned against rented; say when owning is cheaper.

    Examples
    --------
        python -m analysis own-or-rent sihan-2025-straight-line --rented 12 --set utilization=0.6
    """
    import pandas as pd

    from analysis.rental.model.outputs import number
    from analysis.rental.questions.own_or_rent import own_or_rent as own_or_rent_of
    from analysis.rental.questions.typed_values import unusual

    assumptions = chosen_case(case, changes)
    table = own_or_rent_of(assumptions, rented)
    said = unusual({"rent_cny_per_gpu_hour": [rented]}, assumptions.currency)
    say_remarks(dict(zip(["rented"], said.values(), strict=False)), err=True)
    if as_json:
        rows = {
            str(quantity): {
                "owned": number(row["owned"]),
                "rented": number(row["rented"]),
                "unit": row["unit"],
            }
            for quantity, row in table.iterrows()
        }
        typer.echo(json.dumps(rows, indent=2, allow_nan=False))
        return
    for quantity, row in table.iloc[:-1].iterrows():
        owned = "no hour is used" if pd.isna(row["owned"]) else f"owned {row['owned']:,.2f}"
        typer.echo(f"{quantity}: {owned}, rented {row['rented']:,.2f} {row['unit']}")
    least = table["owned"].iloc[-1]
    if pd.isna(least):
        typer.echo("owning is cheaper at no utilization")
    elif least == 0:
        typer.echo("owning is cheaper at any utilization")
    else:
        typer.echo(f"owning is cheaper from {least:.1%} of hours on")
