"""Commands of the rental model: evaluate a case, ask the inverse question."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from analysis.cli.command import read_decimal
from analysis.cli.output import Force, claim, print_amounts, say_remarks
from analysis.errors import AssumptionError, Fault
from analysis.files import write_whole

if TYPE_CHECKING:
    from analysis.rental.inputs.assumptions import Assumptions

CASE_ENDINGS = (".yaml", ".yml", ".json")
CaseArgument = Annotated[
    str | None,
    typer.Argument(
        help="A YAML or JSON file, or a named case (`evaluate --list`).", show_default=False
    ),
]
RequiredCase = Annotated[
    str | None,  # so that what is missing is said with the names of the cases
    typer.Argument(
        help="A YAML or JSON file, or a named case (`evaluate --list`).  [required]",
        metavar="CASE",
        show_default=False,
    ),
]
Changes = Annotated[
    list[str] | None,
    typer.Option("--set", "-s", metavar="NAME=VALUE", help="Change an assumption of the case."),
]


def evaluate(
    case: CaseArgument = None,
    changes: Changes = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print assumptions and all outputs as one JSON object.")
    ] = False,
    write_case: Annotated[
        Path | None,
        typer.Option(help="Write the full case to a file (.yaml, .json), and stop."),
    ] = None,
    schema: Annotated[
        bool, typer.Option("--schema", help="Print the JSON Schema of a case, and stop.")
    ] = False,
    force: Force = False,
    list_cases: Annotated[
        bool, typer.Option("--list", help="Print the named cases, and stop.")
    ] = False,
) -> None:
    """Evaluate one case of the rental model.

    Examples
    --------
        python -m analysis evaluate sihan-2025-straight-line

        python -m analysis evaluate sihan-2025-straight-line --set utilization=0.7 --json

        python -m analysis evaluate --write-case my-case.yaml
    """
    from analysis.rental.engines.evaluation import evaluate as evaluate_case
    from analysis.rental.inputs.assumptions import Assumptions
    from analysis.rental.inputs.cases import case_names, dump_case

    if schema:
        typer.echo(json.dumps(Assumptions.model_json_schema(), indent=2, ensure_ascii=False))
        return
    if list_cases:
        typer.echo("\n".join(case_names()))
        return
    if write_case is not None:
        ending = claim(write_case, option="--write-case", endings=CASE_ENDINGS, force=force)
    # a full case to start from needs no case: the defaults are one
    is_start = case is None and write_case is not None
    name = "sihan-2025-straight-line" if is_start else case
    assumptions = chosen_case(name, changes, says_remarks=write_case is not None)
    if write_case is not None:
        is_json = ending == ".json"
        text = dump_json(assumptions.model_dump(mode="json")) if is_json else dump_case(assumptions)
        write_whole(write_case, text)
        typer.echo(f"wrote {write_case}")
        return
    result = evaluate_case(assumptions)
    if as_json:
        typer.echo(json.dumps(result.record(), indent=2, ensure_ascii=False, allow_nan=False))
        return
    _print(result)


def dump_json(content: Any) -> str:
    """Return content as the text of a JSON file."""
    return f"{json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False)}\n"


def solve(
    unknown: Annotated[str, typer.Option(help="The assumption to find.")],
    target: Annotated[str, typer.Option(help="The measure it should bring about.")],
    wanted: Annotated[
        float,
        typer.Option(help="Wanted value of the measure, in its unit.", parser=read_decimal),
    ],
    low: Annotated[
        float, typer.Option(help="Lowest value of the assumption to try.", parser=read_decimal)
    ],
    high: Annotated[
        float, typer.Option(help="Highest value of the assumption to try.", parser=read_decimal)
    ],
    case: RequiredCase = None,
    changes: Changes = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Find the value of an assumption that gives a wanted answer; exits with 1 if there is none.

    Examples
    --------
        python -m analysis solve sihan-2025-straight-line --unknown rent_decline_per_year
        --target equity_npv_cny --wanted 0 --low 0 --high 0.9
    """
    from dataclasses import asdict

    from analysis.rental.faces.labels import meaning, quantity_text
    from analysis.rental.inputs.quantities import in_currency
    from analysis.rental.questions.inverse import solve as solve_case
    from analysis.rental.questions.typed_values import unusual, unusual_wanted

    assumptions = chosen_case(case, changes)
    solution = solve_case(assumptions, unknown, target=target, wanted=wanted, low=low, high=high)
    # a range may reach far; only an end in another unit is a slip
    unusual_ends = unusual({unknown: [low, high]}, assumptions.currency)
    remarks = {name: remark for name, remark in unusual_ends.items() if "is meant" in remark}
    if said := unusual_wanted(target, wanted):
        remarks["wanted"] = said
    if as_json:
        typer.echo(json.dumps({**asdict(solution), "remarks": remarks}, indent=2))
    else:
        typer.echo(str(solution))
        for low_end, high_end in solution.brackets:
            ends = dict.fromkeys(quantity_text(unknown, end) for end in (low_end, high_end))
            said = f"{meaning(unknown)}: {' to '.join(ends)}"
            typer.echo(in_currency(said, assumptions.currency))
        say_remarks(remarks)
    if not solution.values:
        raise typer.Exit(1)


def chosen_case(
    case: str | None, changes: list[str] | None, *, says_remarks: bool = True
) -> Assumptions:
    """Return the case named on the command line with its changes.

    What a change does not do, or what it is hardly meant to be, is said to standard error; a
    command that prints the remarks of its result says them itself.
    """
    from analysis.rental.inputs.cases import case_names, load_case, yaml_value
    from analysis.written_values import half_width_equals

    if case is None:
        expected = f"a file, or one of {', '.join(case_names())}"
        raise AssumptionError([Fault("command line", None, "CASE", "", expected)])
    assumptions = load_case(case)
    changed: dict[str, Any] = {}
    faults = []
    for change in changes or []:
        name, equals, value = (part.strip() for part in half_width_equals(change))
        if not equals:
            faults.append(Fault("command line", None, "--set", change, "NAME=VALUE"))
        elif name in changed:
            faults.append(Fault("command line", None, f"--set {name}", value, "each name once"))
        try:
            changed[name] = yaml_value(value)
        except ValueError:
            faults.append(Fault("command line", None, f"--set {name}", value, "a YAML value"))
    if faults:
        raise AssumptionError(faults)
    if not changed:
        return assumptions
    assumptions = assumptions.replace(**changed)
    if says_remarks:
        from analysis.rental.engines.input_remarks import input_remarks

        said = input_remarks(assumptions)
        say_remarks({name: said[name] for name in changed if name in said}, err=True)
    return assumptions


def _print(result: Any) -> None:
    from rich.table import Table

    from analysis.rental.model.outputs import OUTPUTS, render

    remarks = result.remarks()
    record = result.metrics.record()
    table = Table(show_header=False, box=None, pad_edge=False)
    for name, output in OUTPUTS.items():
        shown = render(record[name], output)
        table.add_row(output.label, remarks.get(name, shown) if record[name] is None else shown)
        if name in remarks and record[name] is not None:
            table.add_row("", remarks[name])
    currency = result.assumptions.currency
    print_amounts(table, currency=currency)
    said = [f"{name}: {remark}" for name, remark in remarks.items() if name not in OUTPUTS]
    print_amounts(*said, currency=currency, highlight=False, markup=False, soft_wrap=True)
