"""Sensitivities as rows of text, with what a reader must know beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from analysis.rental.faces.labels import axis_label, meaning, value_text
from analysis.rental.model.outputs import OUTPUTS, number, render

if TYPE_CHECKING:
    from analysis.rental.questions.sensitivity.frontier import Frontier
    from analysis.rental.questions.sensitivity.sobol import Sobol
    from analysis.rental.questions.sensitivity.tornado import Tornado
    from analysis.rental.questions.sensitivity.two_way import TwoWay

Rows = list[list[str]]

_CROSSES = {None: "n/a", True: "yes", False: "no"}


def _measure(measure: str, value: float) -> str:
    return render(number(value), OUTPUTS[measure])


def _assumption(name: str, value: float) -> str:
    return "n/a" if pd.isna(value) else value_text(name, value)


def _number(measure: str, value: float) -> str:
    """Return a value of a measure, money without its unit."""
    return _measure(measure, value).removesuffix(" CNY")


def _counted(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"


def _label(measure: str) -> str:
    return OUTPUTS[measure].label


def of_tornado(result: Tornado) -> Rows:
    """Return a row an assumption, widest swing first; under each end the measure there."""
    rows: Rows = [["", "base", "low end", "high end", "swing", "crosses"]]
    for name, row in result.frame.iterrows():
        ends = [
            f"{_assumption(str(name), row[end])}\n{_number(result.measure, row[f'at_{end}'])}"
            for end in ("low", "high")
        ]
        base, swing = _assumption(str(name), row["base"]), _number(result.measure, row["swing"])
        rows.append([axis_label(str(name)), base, *ends, swing, _CROSSES[row["crosses"]]])
    return rows


def notes_of_tornado(result: Tornado, basis: str, others: str) -> list[str]:
    """Return the base, what the ends are, what crosses means and what is missing."""
    label, unit = OUTPUTS[result.measure].label, OUTPUTS[result.measure].unit
    notes = [
        f"{label} is {_measure(result.measure, result.base)}, assumptions at the {others}.",
        f"Ends: {basis}; each assumption moves alone; under each end {label}, {unit}.",
    ]
    if result.line is not None:
        line = _measure(result.measure, result.line)
        by = ", by the present value at that rate" if result.measure.endswith("_irr") else ""
        notes.append(f"Crosses: base and ends are not all on one side of {line}{by}.")
    if result.n_missing:
        notes.append(f"{label} does not exist at {_counted(result.n_missing, 'end')}.")
    return notes


def of_two_way(result: TwoWay) -> Rows:
    """Return the grid; money without its unit, which the notes say."""
    down, across = result.names
    heads = [value_text(across, float(value)) for value in result.frame.columns]
    rows: Rows = [["", *heads]]
    for value, row in result.frame.iterrows():
        cells = [_number(result.measure, cell) for cell in row]
        rows.append([value_text(down, float(value)), *cells])  # type: ignore[arg-type]
    return rows


def notes_of_two_way(result: TwoWay) -> list[str]:
    """Return what stands where, and what is missing."""
    down, across = result.names
    label = _label(result.measure)
    unit = OUTPUTS[result.measure].unit
    notes = [f"{label}, {unit}. Down: {axis_label(down)}; across: {axis_label(across)}."]
    if result.n_missing:
        notes.append(f"{label} does not exist in {_counted(result.n_missing, 'cell')}.")
    return notes


def of_sobol(result: Sobol) -> Rows:
    """Return a row an assumption, largest total first."""
    rows: Rows = [["", "alone", "+/-", "with interaction", "+/-"]]
    columns = ("first_order", "first_order_error", "total", "total_error")
    for name, row in result.frame.iterrows():
        rows.append([meaning(str(name)), *(f"{row[column]:z.1%}" for column in columns)])
    return rows


def of_pairs(frame: pd.DataFrame) -> Rows:
    """Return a row a pair of assumptions, largest first."""
    rows: Rows = [["", "together", "+/-"]]
    for names, (_, row) in zip(frame.index.tolist(), frame.iterrows(), strict=True):
        rows.append([" and ".join(map(meaning, names)), *(f"{value:z.1%}" for value in row)])
    return rows


def notes_of_sobol(result: Sobol) -> list[str]:
    """Return the spread, what is explained without interaction, and the size of the sample."""
    mean, error, spread = (
        _measure(result.measure, value)
        for value in (result.mean, result.mean_error, result.standard_deviation)
    )
    return [
        f"{_label(result.measure)}: mean {mean}, standard error {error}, deviation {spread}.",
        f"Explained without interaction: {result.share_without_interaction:.1%} of the variance.",
        f"{result.n:,} points, {result.n_evaluations:,} evaluations, seed {result.seed}.",
        "+/- is half of a 95 % interval.",
    ]


def of_frontier(result: Frontier) -> Rows:
    """Return a row a point, all its answers or the measure at both ends of the range."""
    by, along, unknown = result.by, result.along.name, result.unknown.name
    curve_head = [] if by is None else [meaning(by.name)]
    rows: Rows = [[axis_label(along), *curve_head, axis_label(unknown)]]
    points = result.frame.groupby(["curve", "along"], sort=False, dropna=False)
    for _, answers in points:
        first = answers.iloc[0]
        if first["n_answers"]:
            text = " and ".join(
                value_text(unknown, value)
                if value == below
                else f"between {value_text(unknown, below)} and {value_text(unknown, value)}"
                for below, value in zip(answers["below"], answers["value"], strict=True)
            )
        else:
            low, high = (_measure(result.measure, first[at]) for at in ("at_low", "at_high"))
            text = f"none: {_label(result.measure)} is {low} to {high}"
        curve = [] if by is None else [value_text(by.name, first["curve"])]
        rows.append([value_text(along, first["along"]), *curve, text])
    return rows


def notes_of_frontier(result: Frontier) -> list[str]:
    """Return the question, and how many points have no answer or several."""
    name = result.unknown.name
    low, high = (value_text(name, end) for end in (result.unknown.low, result.unknown.high))
    wanted = _measure(result.measure, result.wanted)
    notes = [f"{_label(result.measure)} is {wanted}; sought between {low} and {high}."]
    if result.n_without:
        notes.append(f"No answer in the range: {_counted(result.n_without, 'point')}.")
    if result.n_several:
        notes.append(f"Several answers, all given: {_counted(result.n_several, 'point')}.")
    return notes
