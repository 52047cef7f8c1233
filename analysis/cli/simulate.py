"""Commands over many scenarios of one case."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, cast

import typer

from analysis.cli.command import INTERRUPTED, read_decimal
from analysis.cli.evaluate import CASE_ENDINGS, CaseArgument, Changes, chosen_case
from analysis.cli.output import Force, claim, print_amounts, say_remarks
from analysis.errors import AssumptionError, Fault
from analysis.files import write_whole

if TYPE_CHECKING:
    from analysis.rental.inputs.assumptions import Assumptions
    from analysis.rental.questions.simulate.uncertainty import Uncertainty

_UNIT = "scenarios"
Threads = Annotated[
    int, typer.Option(min=1, help="Threads that share the work; results do not depend on it.")
]
Seed = Annotated[int, typer.Option(min=0, help="Same seed, same results, bit for bit.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
Engine = Annotated[
    str,
    typer.Option(
        help="numpy, or numba, which compiles for some seconds and is then far faster; auto: "
        "numpy up to 1,000,000 values (scenarios times periods). They agree to nine digits."
    ),
]
Distributions = Annotated[
    Path | None,
    typer.Option(help="YAML or JSON: what is uncertain. Left out: an illustrative width."),
]


def simulate(
    case: CaseArgument = None,
    n: Annotated[int, typer.Option(min=1, help="Scenarios, at most 100,000,000.")] = 100_000,
    seed: Seed = 0,
    out: Annotated[
        Path | None, typer.Option(help="File, a row a scenario: .parquet, .csv or .xlsx.")
    ] = None,
    force: Force = False,
    distributions: Distributions = None,
    sampling: Annotated[
        str, typer.Option(help="plain, antithetic, or sobol (n a power of two).")
    ] = "plain",
    hurdle: Annotated[
        float | None,
        typer.Option(
            help="Rate of return to beat; left out: the equity discount rate.", parser=read_decimal
        ),
    ] = None,
    threads: Threads = 2,
    engine: Engine = "auto",
    changes: Changes = None,
    as_json: AsJson = False,
    write_distributions: Annotated[
        Path | None,
        typer.Option(help="Write the illustrative width of the case to a YAML file, and stop."),
    ] = None,
    schema: Annotated[
        bool, typer.Option("--schema", help="Print the JSON Schema of --distributions, and stop.")
    ] = False,
) -> None:
    """Draw scenarios of a case by the million and measure them.

    Examples
    --------
        python -m analysis simulate sihan-2025-straight-line --n 1000000 --seed 1 --out out.parquet

        python -m analysis simulate sihan-2025-straight-line --write-distributions mine.yaml
    """
    from analysis.rental.questions.simulate.illustrative import dump, illustrative
    from analysis.rental.questions.simulate.uncertainty import Uncertainty, load_uncertainty

    if schema:
        typer.echo(json.dumps(Uncertainty.model_json_schema(), indent=2, ensure_ascii=False))
        return
    if write_distributions is not None:
        endings = CASE_ENDINGS[:2]
        claim(write_distributions, option="--write-distributions", endings=endings, force=force)
    elif out is not None:
        _claim_rows(out, n, force=force)
    assumptions = chosen_case(case, changes)
    if write_distributions is not None:
        write_whole(write_distributions, dump(illustrative(assumptions)))
        typer.echo(f"wrote {write_distributions}")
        return
    uncertain = load_uncertainty(distributions) if distributions else illustrative(assumptions)

    from analysis.rental.questions.simulate.simulation import Plan

    plan = Plan.of(
        assumptions,
        uncertain,
        n_scenarios=n,
        seed=seed,
        sampling=sampling,
        hurdle=hurdle,
        engine=cast("Any", engine),
    )
    written, summary = _measured(plan, out, threads)
    said = _unusual(uncertain, assumptions.currency, hurdle) | _uneven(sampling, n)
    if as_json:
        record = {**summary.record(), "remarks": said}
        typer.echo(json.dumps(record, indent=2, ensure_ascii=False, allow_nan=False))
    else:
        _print(summary, written, assumptions, distributions is None)
        say_remarks(said)


def _unusual(uncertain: Uncertainty, currency: str, hurdle: float | None) -> dict[str, str]:
    """Return a remark for each draw, and for the hurdle, that is hardly what was meant."""
    from analysis.rental.questions.typed_values import unusual_draws, unusual_rate

    remarks = unusual_draws(uncertain, currency)
    if hurdle is not None and (remark := unusual_rate(hurdle)):
        remarks["hurdle"] = remark
    return remarks


def _uneven(sampling: str, n: int) -> dict[str, str]:
    """Return a remark on points of a sequence that are cut off before they are even."""
    if sampling != "sobol" or n & (n - 1) == 0:
        return {}
    below = 1 << (n.bit_length() - 1)
    even = f"{below:,} or {2 * below:,}"
    return {
        "n": f"{n:,} is unusual of sobol, whose points are even at a power of two, such as {even}"
    }


def _claim_rows(out: Path, n: int, *, force: bool) -> None:
    """Refuse a file of rows at once, by its ending, its place or its size."""
    from analysis.rental.questions.simulate.export import FORMATS, MOST_ROWS_OF_SHEET

    ending = claim(out, option="--out", endings=(".parquet", *FORMATS), force=force)
    if ending == ".xlsx" and n > MOST_ROWS_OF_SHEET:
        expected = f"at most {MOST_ROWS_OF_SHEET:,} scenarios in a worksheet; .parquet takes more"
        raise AssumptionError([Fault("command line", None, "--n", f"{n:,}", expected)])


def _measured(plan: Any, out: Path | None, threads: int) -> tuple[Path | None, Any]:
    """Run a simulation and write its rows, if at all, as the file's ending asks.

    Return the file written and the summary.
    """
    from analysis.files import workspace
    from analysis.rental.questions.simulate.draw_summary import summarize
    from analysis.rental.questions.simulate.export import export
    from analysis.rental.questions.simulate.simulation import simulate as in_memory
    from analysis.rental.questions.simulate.simulation import simulate_to

    if out is None:
        with _progress(plan) as advance:
            rows = in_memory(plan, threads=threads, advance=advance)
        return None, summarize(rows, threads=threads)
    with workspace(out.parent, out.name) as place:
        with _progress(plan) as advance:
            rows = simulate_to(place / "rows.parquet", plan, threads=threads, advance=advance)
        _end_if_interrupted(rows, out)
        summary = summarize(rows)  # one column at a time: of ten million rows each takes 80 MB
        if out.suffix.lower() == ".parquet":
            rows.replace(out)
        else:
            export(rows, out)
    return out, summary


def _end_if_interrupted(rows: Path, out: Path) -> None:
    """Keep what was measured before an interrupt, say so, and end: more would take its time."""
    from analysis.rental.questions.simulate.draw_summary import read_facts

    facts = read_facts(rows)
    if facts["is_complete"]:
        return
    kept = rows.replace(out.with_name(f"{out.stem}.partial.parquet"))
    typer.echo(
        f"interrupted: {facts['n_rows']:,} of {facts['n_scenarios']:,} scenarios are kept in "
        f"{kept}.",
        err=True,
    )
    raise typer.Exit(INTERRUPTED)


@contextmanager
def _progress(plan: Any) -> Iterator[Callable[[int], None]]:
    """Show how many scenarios are measured, and at first that a kernel may be compiled."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

    first = "compiling, once for each structure" if plan.runner.engine.name == "numba" else _UNIT
    columns = ("{task.description}", BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(first, total=plan.n_scenarios)
        yield lambda rows: progress.update(task, advance=rows, description=_UNIT)


def _print(
    summary: Any,
    written: Path | None,
    assumptions: Assumptions,
    is_illustrative: bool,
) -> None:
    from rich.table import Table

    from analysis.rental.engines.evaluation import evaluate
    from analysis.rental.model.outputs import OUTPUTS, percent, render

    is_missing = (summary.measures["share_missing"] == 1).any()
    remarks = evaluate(assumptions).remarks() if is_missing else {}
    table = Table(box=None, pad_edge=False)
    table.add_column("", max_width=24)
    for title in ("mean", "5 %", "median", "95 %", "missing"):
        table.add_column(title, justify="right", no_wrap=True)
    reasons: dict[str, str] = {}
    for name, row in summary.measures.iterrows():
        if name in OUTPUTS and row["share_missing"] == 1:
            reasons[OUTPUTS[name].label] = remarks.get(str(name), "n/a")
            missing = percent(row["share_missing"])
            table.add_row(OUTPUTS[name].label, "n/a", "", "", "", missing)
        elif name in OUTPUTS:
            shown = [render(row[at], OUTPUTS[name]) for at in ("mean", "q05", "q50", "q95")]
            table.add_row(OUTPUTS[name].label, *shown, percent(row["share_missing"]))
    page: list[Any] = [table]
    for label, why in reasons.items():
        page.append(f"{label}: {why}")
    events = Table(box=None, pad_edge=False)
    for title in ("", "probability", "+/-"):
        events.add_column(title, justify="left" if title == "" else "right")
    for event, row in summary.probabilities.iterrows():
        chances = (row["probability"], row["error"])
        shown = ["n/a" if math.isnan(chance) else percent(chance, 2) for chance in chances]
        events.add_row(str(event), *shown)
    page.append(events)
    for name, row in summary.risk.iterrows():
        label = str(name).removesuffix("_cny").replace("_", " ").replace(" 95", ", 95 %")
        page.append(f"Equity: {label} {row['loss_cny']:,.0f} CNY +/- {row['error_cny']:,.0f}")
    if is_illustrative:
        page.append("The width of the assumptions is illustrative: see --distributions.")
    if written is not None:
        page.append(f"wrote {written}")
    print_amounts(*page, currency=assumptions.currency)
