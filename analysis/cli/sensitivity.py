"""Commands of the sensitivities: what moves the answer of one case."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from analysis.cli.command import Command, Group, read_decimal
from analysis.cli.evaluate import Changes, RequiredCase, chosen_case
from analysis.cli.output import Force, say_remarks
from analysis.cli.sensitivity_output import (
    busy,
    draw,
    figure_kind,
    print_json,
    print_table,
    progress,
)
from analysis.cli.simulate import AsJson, Distributions, Seed, Threads
from analysis.errors import AssumptionError, Fault

if TYPE_CHECKING:
    from analysis.rental.inputs.assumptions import Assumptions
    from analysis.rental.questions.sensitivity.spans import Span
    from analysis.rental.questions.simulate.uncertainty import Uncertainty

app = typer.Typer(
    cls=Group,
    help="What moves the answer: tornado, two-way table, Sobol' indices, break-even frontier.",
    no_args_is_help=True,
    rich_markup_mode="markdown",
)

SPAN = "NAME=LOW:HIGH"
Measure = Annotated[str, typer.Option(help="A measure of `evaluate`.")]
FigureFile = Annotated[
    Path | None, typer.Option("--figure", help="Draw it to a file: .svg, .png or .pdf.")
]


@app.command(cls=Command)
def tornado(
    case: RequiredCase = None,
    measure: Measure = "equity_npv_cny",
    distributions: Distributions = None,
    low: Annotated[
        float, typer.Option(help="Probability of the low end.", parser=read_decimal)
    ] = 0.1,
    high: Annotated[
        float, typer.Option(help="Probability of the high end.", parser=read_decimal)
    ] = 0.9,
    low_high: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME=LOW:HIGH", help="Both ends of an assumption, its own unit."),
    ] = None,
    ranges: Annotated[
        Path | None,
        typer.Option(help="YAML or JSON: assumptions to [low, high], instead of distributions."),
    ] = None,
    from_median: Annotated[
        bool,
        typer.Option("--from-median", help="Hold the others at their medians, not at the case."),
    ] = False,
    changes: Changes = None,
    as_json: AsJson = False,
    figure: FigureFile = None,
    force: Force = False,
) -> None:
    """Move each assumption alone from its low to its high end.

    Examples
    --------
        python -m analysis sensitivity tornado sihan-2025-straight-line --figure tornado.svg

        python -m analysis sensitivity tornado sihan-2025-straight-line --measure dscr_minimum
        --low-high utilization=0.6:1 --low-high rent_decline_per_year=0:0.4
    """
    from analysis.rental.faces import sensitivity_tables as tables
    from analysis.rental.questions.sensitivity import spans
    from analysis.rental.questions.sensitivity.tornado import tornado as move_each

    kind = figure_kind(figure, force=force)
    assumptions = chosen_case(case, changes)
    given = [spans.parse_span(text, "--low-high") for text in low_high or []]
    given += spans.load_spans(ranges) if ranges else ()
    is_given = bool(given)
    if from_median and is_given:
        fault = Fault("command line", None, "--from-median", "with ends given", "distributions")
        raise AssumptionError([fault])
    if not is_given:
        uncertain, is_illustrative = _uncertain(assumptions, distributions, measure)
        found = spans.marginals(uncertain, (low, high))
        given = list(found.spans)
        if from_median:
            assumptions = assumptions.replace(**found.medians)
    with busy():
        result = move_each(assumptions, given, measure)
        draw(result, figure, kind, assumptions.currency)
    basis = "given" if is_given else f"quantiles {low:g} and {high:g}"
    others = "medians" if from_median else "case"
    remarks = _unusual(assumptions, *given)
    if as_json:
        facts = {"ends": basis, "others_at": others, "assumptions_of_case": _plain(assumptions)}
        facts["remarks"] = remarks
        print_json(result.record() | facts)
        return
    print_table(
        tables.of_tornado(result),
        tables.notes_of_tornado(result, basis, others),
        assumptions.currency,
    )
    say_remarks(remarks)
    _say_illustrative(not is_given and is_illustrative)


@app.command("two-way", cls=Command)
def two_way(
    down: Annotated[str, typer.Option(metavar=SPAN, help="The assumption of the rows.")],
    across: Annotated[str, typer.Option(metavar=SPAN, help="The assumption of the columns.")],
    case: RequiredCase = None,
    measure: Measure = "equity_npv_cny",
    steps: Annotated[int, typer.Option(help="Values of each assumption.")] = 7,
    changes: Changes = None,
    as_json: AsJson = False,
    figure: FigureFile = None,
    force: Force = False,
) -> None:
    """Tabulate a measure over two assumptions.

    Examples
    --------
        python -m analysis sensitivity two-way sihan-2025-straight-line
        --down utilization=0.5:1 --across rent_decline_per_year=0:0.4 --figure table.png
    """
    from analysis.rental.faces import sensitivity_tables as tables
    from analysis.rental.questions.sensitivity import spans
    from analysis.rental.questions.sensitivity.two_way import two_way as tabulate

    kind = figure_kind(figure, force=force)
    assumptions = chosen_case(case, changes)
    rows, columns = spans.parse_span(down, "--down"), spans.parse_span(across, "--across")
    with busy():
        result = tabulate(assumptions, rows, columns, measure, n=steps)
        draw(result, figure, kind, assumptions.currency)
    remarks = _unusual(assumptions, rows, columns)
    if as_json:
        facts = {"assumptions_of_case": _plain(assumptions), "remarks": remarks}
        print_json(result.record() | facts)
        return
    print_table(tables.of_two_way(result), tables.notes_of_two_way(result), assumptions.currency)
    say_remarks(remarks)


@app.command(cls=Command)
def sobol(
    case: RequiredCase = None,
    measure: Measure = "equity_npv_cny",
    distributions: Distributions = None,
    n: Annotated[int, typer.Option(help="Points of the base sample, a power of two.")] = 4096,
    seed: Seed = 0,
    second_order: Annotated[
        bool, typer.Option("--second-order", help="Estimate pairs of assumptions too.")
    ] = False,
    threads: Threads = 2,
    changes: Changes = None,
    as_json: AsJson = False,
    figure: FigureFile = None,
    force: Force = False,
) -> None:
    """Share out the variance of a measure among independent uncertain assumptions.

    A rate of return that does not exist in every scenario has no variance: take the present value
    at the rate that is to be beaten, as in the second example.

    Examples
    --------
        python -m analysis sensitivity sobol sihan-2025-straight-line --n 8192 --seed 1

        python -m analysis sensitivity sobol sihan-2025-straight-line --distributions mine.yaml
        --set equity_discount_rate=0.15 --second-order
    """
    from analysis.rental.faces import sensitivity_tables as tables
    from analysis.rental.questions.sensitivity.sobol import sobol as share_out

    kind = figure_kind(figure, force=force)
    assumptions = chosen_case(case, changes)
    uncertain, is_illustrative = _uncertain(assumptions, distributions, measure)
    with busy():
        result = share_out(
            assumptions,
            uncertain,
            measure,
            n=n,
            seed=seed,
            has_second_order=second_order,
            threads=threads,
        )
        draw(result, figure, kind, assumptions.currency)
    if as_json:
        facts = {
            "assumptions_of_case": _plain(assumptions),
            "uncertainty": uncertain.model_dump(mode="json"),
            "is_illustrative": is_illustrative,
        }
        print_json(result.record() | facts)
        return
    print_table(tables.of_sobol(result), tables.notes_of_sobol(result), assumptions.currency)
    if result.second_order is not None:
        print_table(tables.of_pairs(result.second_order), [], assumptions.currency)
    _say_illustrative(is_illustrative)


@app.command(cls=Command)
def frontier(
    along: Annotated[str, typer.Option(metavar=SPAN, help="The assumption stepped through.")],
    find: Annotated[str, typer.Option(metavar=SPAN, help="The assumption found, and its range.")],
    case: RequiredCase = None,
    measure: Measure = "equity_npv_cny",
    wanted: Annotated[
        float | None,
        typer.Option(
            help="Target; left out: NPV 0, IRR the discount rate, lowest debt service cover 1.",
            parser=read_decimal,
        ),
    ] = None,
    by: Annotated[
        str | None,
        typer.Option(metavar="NAME=A,B,C", help="A third assumption, one curve for each value."),
    ] = None,
    points: Annotated[int, typer.Option(help="Points of each curve.")] = 25,
    changes: Changes = None,
    as_json: AsJson = False,
    figure: FigureFile = None,
    force: Force = False,
) -> None:
    """Find where a measure just meets a target: all answers, for each value of an assumption.

    Examples
    --------
        python -m analysis sensitivity frontier sihan-2025-straight-line
        --along server_price_cny=1500000:3000000 --find rent_decline_per_year=-0.3:0.9
        --by utilization=0.7,0.85,1 --figure frontier.svg

        python -m analysis sensitivity frontier sihan-2025-straight-line --measure dscr_minimum
        --along debt_share=0.3:0.9 --find rent_decline_per_year=-0.3:0.9
    """
    from analysis.rental.faces import sensitivity_tables as tables
    from analysis.rental.questions.sensitivity import spans
    from analysis.rental.questions.sensitivity.frontier import Curves
    from analysis.rental.questions.sensitivity.frontier import frontier as trace
    from analysis.rental.questions.typed_values import unusual, unusual_wanted

    kind = figure_kind(figure, force=force)
    assumptions = chosen_case(case, changes)
    curves = None
    if by is not None:
        name, values = spans.parse_values(by, "--by", ",", "NAME=A,B,C")
        curves = Curves(name, tuple(values))
    steps, unknown = spans.parse_span(along, "--along"), spans.parse_span(find, "--find")
    with progress(points * (1 if curves is None else len(curves.levels))) as advance:
        result = trace(
            assumptions,
            steps,
            unknown,
            measure,
            wanted=wanted,
            n=points,
            by=curves,
            advance=advance,
        )
        draw(result, figure, kind, assumptions.currency)
    remarks = _unusual(assumptions, steps)
    # the range that is searched may reach far; only an end in another unit is a slip
    remarks |= {n: said for n, said in _unusual(assumptions, unknown).items() if "is meant" in said}
    if curves is not None:
        remarks |= unusual({curves.name: curves.levels}, assumptions.currency)
    if wanted is not None and (said := unusual_wanted(measure, wanted)):
        remarks["wanted"] = said
    if as_json:
        facts = {"assumptions_of_case": _plain(assumptions), "remarks": remarks}
        print_json(result.record() | facts)
        return
    print_table(tables.of_frontier(result), tables.notes_of_frontier(result), assumptions.currency)
    say_remarks(remarks)


def _uncertain(
    case: Assumptions, distributions: Path | None, measure: str
) -> tuple[Uncertainty, bool]:
    """Return what is uncertain, and whether that is the illustrative width."""
    from analysis.rental.questions.sensitivity.swept_measures import check_measure
    from analysis.rental.questions.simulate.illustrative import illustrative
    from analysis.rental.questions.simulate.uncertainty import load_uncertainty

    if distributions is None:
        check_measure(measure)
        return illustrative(case, [measure]), True
    return load_uncertainty(distributions), False


def _unusual(case: Assumptions, *spans: Span) -> dict[str, str]:
    """Return remarks on ends that are unusual."""
    from analysis.rental.questions.typed_values import unusual

    return unusual({span.name: (span.low, span.high) for span in spans}, case.currency)


def _say_illustrative(is_illustrative: bool) -> None:
    if is_illustrative:
        typer.echo("The width of the assumptions is illustrative: see --distributions.")


def _plain(assumptions: Assumptions) -> dict[str, Any]:
    return assumptions.model_dump(mode="json")
