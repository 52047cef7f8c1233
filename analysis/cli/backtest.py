"""The command line of the rents: a full backtest with its progress."""

from __future__ import annotations

from typing import Annotated

import typer

from analysis.cli.command import checked


def backtest(
    gpu: Annotated[str, typer.Option(help="GPU of the market put first.")] = "H100",
    segment: Annotated[str, typer.Option(help="Who asks the rents.")] = "neocloud",
    first_origin: Annotated[str, typer.Option(help="First month forecast from.")] = "2024-01",
    longest_horizon: Annotated[int, typer.Option(min=1, max=60, help="Months ahead.")] = 18,
    n_paths: Annotated[
        int, typer.Option(min=10, max=1_000_000, help="Bootstrap paths a forecast.")
    ] = 1000,
    seed: Annotated[int, typer.Option(min=0, help="Seed of all draws.")] = 20260930,
    as_json: Annotated[bool, typer.Option("--json", help="Scores as JSON, without bar.")] = False,
) -> None:
    """Forecast every rent series from every month, with every model, and score what came.

    Prints the share of the no-change CRPS that each model saves, over all horizons.
    """
    from analysis.reports.notebook.parameter_types import Month, RentedGpu, Segment

    checked(segment, Segment, "--segment")
    checked(gpu, RentedGpu, "--gpu")
    checked(first_origin, Month, "--first-origin")
    import numpy as np
    import pandas as pd
    from rich.console import Console
    from rich.progress import Progress
    from rich.table import Table

    from analysis.data import load
    from analysis.rents.faces.rent_tables import skill_table
    from analysis.rents.forecasting.rent_backtest import backtest as run
    from analysis.rents.index.rent_market import published_series, rent_market
    from analysis.rents.quotes.comparable import comparable_quotes

    raw = pd.concat([load("rent_quotes_usd"), load("rent_quotes_cny")], ignore_index=True)
    quotes = comparable_quotes(raw, load("fx"), load("gpu_specs"))
    generator = np.random.default_rng(seed)
    here = rent_market(
        quotes, gpu=gpu, segment=segment, generator=generator, first_month="2023-09", n_draws=0
    )
    series = {here.label: here.real_time} | published_series(quotes)
    with Progress(disable=as_json, console=Console(stderr=True)) as bar:
        task = bar.add_task("series and models")
        result = run(
            series,
            generator=generator,
            first_origin=first_origin,
            longest_horizon=longest_horizon,
            n_paths=n_paths,
            progress=lambda done, of: bar.update(task, completed=done, total=of),
        )
    if as_json:
        scores = result.scores.assign(origin=result.scores["origin"].astype(str))
        typer.echo(scores.to_json(orient="records", double_precision=12))
        return
    skill = skill_table(result)
    listing = Table("series", *skill.columns, title="CRPS saved against no change, all horizons")
    for name, row in skill.iterrows():
        listing.add_row(str(name), *(f"{share:+.1%}" for share in row))
    Console().print(listing)
