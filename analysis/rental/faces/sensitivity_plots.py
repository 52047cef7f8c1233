"""Pictures of a sensitivity, each drawn from one result."""

from __future__ import annotations

from functools import singledispatch
from itertools import cycle
from textwrap import fill

import numpy as np
import pandas as pd
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.colors import CenteredNorm, LinearSegmentedColormap, Normalize, to_rgba
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from matplotlib.ticker import FuncFormatter, PercentFormatter

from analysis.figures import COLORS, PALETTE
from analysis.rental.faces.labels import axis_label, is_share, meaning, unit, value_text
from analysis.rental.inputs.assumptions import Assumptions
from analysis.rental.inputs.parameters import moves_in_steps
from analysis.rental.model.outputs import OUTPUTS, amount
from analysis.rental.questions.sensitivity.frontier import Frontier
from analysis.rental.questions.sensitivity.sobol import Sobol
from analysis.rental.questions.sensitivity.tornado import Tornado
from analysis.rental.questions.sensitivity.two_way import TwoWay
from analysis.units import WAN

_MOST_CELLS = 9  # columns whose values can be read in print
_LABEL_CHARACTERS = 20


@singledispatch
def plot_sensitivity(result: object) -> Figure:
    """Draw a sensitivity, whichever it is."""
    raise TypeError(f"{type(result).__name__} is no sensitivity")


@plot_sensitivity.register
def plot_tornado(result: Tornado) -> Figure:
    """Draw a bar an assumption, from the measure at its low to that at its high end."""
    scale = _scale(result.measure)
    rows = result.frame
    figure, axes = plt.subplots(figsize=(plt.rcParams["figure.figsize"][0], 1.4 + 0.55 * len(rows)))
    base = 0.0 if np.isnan(result.base) else result.base / scale
    for place, (name, row) in enumerate(rows.iterrows()):
        _bars_of_one(axes, place, str(name), row, base, scale)
    axes.axvline(base, color=plt.rcParams["axes.edgecolor"], linewidth=0.8)
    lines = []
    if result.line is not None:
        line = axes.axvline(result.line / scale, color=COLORS["gray"], linestyle="--")
        line.set(label="break-even", linewidth=1.2)
        lines = [line]
    axes.set_yticks(range(len(rows)), [_wrapped(str(name)) for name in rows.index])
    axes.invert_yaxis()
    axes.grid(axis="y", visible=False)
    axes.grid(axis="x", visible=True)
    axes.margins(x=0.7)  # room for the values beside the bars, with letters as a phone has them
    _label_measure(axes, "x", result.measure)
    ends = (("blue", "at its low end"), ("orange", "at its high end"))
    patches = [Patch(color=COLORS[color], label=end) for color, end in ends]
    figure.legend(handles=[*patches, *lines], loc="outside lower left", ncols=3)
    return figure


def _bars_of_one(
    axes: Axes, place: int, name: str, row: pd.Series, base: float, scale: float
) -> None:
    """Draw the bars of one assumption, the longer first so that it hides no other."""
    ends = [("low", row["at_low"] / scale, "blue"), ("high", row["at_high"] / scale, "orange")]
    ends.sort(key=lambda end: -abs(np.nan_to_num(end[1]) - base))
    taken = None
    for end, value, color in ends:
        is_there = bool(np.isfinite(value))
        if is_there:
            axes.barh(place, value - base, left=base, height=0.6, color=COLORS[color])
        is_left = value < base if taken is None and is_there else taken == "right"
        # where both ends lie on one side, the label of the nearer stands across the base
        at = value if is_there and (value < base) == is_left else base
        taken = "left" if is_left else "right"
        shown = value_text(name, row[end])
        axes.annotate(
            shown if is_there else f"n/a at {shown}",
            (at, place),
            xytext=(-4 if is_left else 4, 0),
            textcoords="offset points",
            ha="right" if is_left else "left",
            va="center",
            fontsize=9.5,
        )


@plot_sensitivity.register
def plot_two_way(result: TwoWay) -> Figure:
    """Draw the grid, colored by the side of the line, with its values and the break-even line."""
    down, across = result.names
    scale = _scale(result.measure)
    values = result.frame.to_numpy() / scale
    rows, columns = result.frame.index.to_numpy(), result.frame.columns.to_numpy()
    figure, axes = plt.subplots(figsize=(plt.rcParams["figure.figsize"][0], 4.2))
    norm = Normalize() if result.line is None else CenteredNorm(result.line / scale)
    mesh = axes.pcolormesh(columns, rows, values, shading="nearest", cmap=_sides(), norm=norm)
    is_share = OUTPUTS[result.measure].unit.startswith("share")
    if max(values.shape) <= _MOST_CELLS:
        for place, value in np.ndenumerate(values):
            text = "n/a" if np.isnan(value) else f"{value:.0%}" if is_share else _short(value)
            at = columns[place[1]], rows[place[0]]
            axes.annotate(text, at, ha="center", va="center", fontsize=9)
    else:
        figure.colorbar(mesh, format=PercentFormatter(1) if is_share else None)
    if result.side.changes:
        side = result.side
        lines = axes.contour(
            side.across, side.down, side.gaps, [0.0], colors=plt.rcParams["text.color"]
        )
        line = lines.legend_elements()[0]
        figure.legend(line, [_line_text(result)], loc="outside lower left")
    axes.grid(visible=False)
    _label_assumption(axes, "x", across)
    _label_assumption(axes, "y", down)
    axes.set_title(_measure_text(result.measure), fontsize=11, fontweight="normal")
    return figure


@plot_sensitivity.register
def plot_sobol(result: Sobol) -> Figure:
    """Draw first-order and total indices with their 95 % intervals."""
    rows = result.frame
    figure, axes = plt.subplots(figsize=(plt.rcParams["figure.figsize"][0], 1.6 + 0.6 * len(rows)))
    places = np.arange(len(rows))
    for offset, name, label, color in (
        (-0.19, "first_order", "alone (first order)", "blue"),
        (0.19, "total", "with interaction (total)", "orange"),
    ):
        axes.barh(
            places + offset,
            rows[name],
            xerr=rows[f"{name}_error"],
            height=0.36,
            color=COLORS[color],
            label=label,
            error_kw={"ecolor": plt.rcParams["text.color"], "elinewidth": 1.2},
        )
    axes.set_yticks(places, [_wrapped(str(name)) for name in rows.index])
    axes.invert_yaxis()
    axes.grid(axis="y", visible=False)
    axes.grid(axis="x", visible=True)
    axes.xaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    axes.set_xlabel(f"share of the variance of {OUTPUTS[result.measure].label}")
    figure.legend(loc="outside lower left", ncols=2)
    return figure


@plot_sensitivity.register
def plot_frontier(result: Frontier, case: Assumptions | None = None) -> Figure:
    """Draw the answers, a line where each point has one; several or none are marked apart.

    Parameters
    ----------
    result : Frontier
        The answers.
    case : Assumptions, optional
        Marked as a point where it has a value of both assumptions.
    """
    figure, axes = plt.subplots(figsize=(plt.rcParams["figure.figsize"][0], 4.2))
    curves = result.frame.groupby("curve", sort=False, dropna=False)
    is_stepped = moves_in_steps(result.unknown.name)
    has_several = has_none = False
    for (_, points), color in zip(curves, cycle(PALETTE), strict=False):
        only = points[points["n_answers"] <= 1]
        several = points[points["n_answers"] > 1]
        without = points[points["n_answers"] == 0]
        label = None if result.by is None else value_text(result.by.name, points["curve"].iloc[0])
        marker = "o" if is_stepped or len(points) == 1 else None
        axes.plot(only["along"], only["value"], color=color, marker=marker, label=label)
        if len(several):
            axes.plot(
                several["along"],
                several["value"],
                "o",
                color=color,
                markerfacecolor="none",
                label=None if has_several else "several answers",
            )
            has_several = True
        if len(without):
            axes.plot(
                without["along"],
                np.full(len(without), 0.02),
                "x",
                color=color,
                transform=axes.get_xaxis_transform(),
                label=None if has_none else "no answer in the range",
            )
            has_none = True
    x, y = (getattr(case, span.name, None) for span in (result.along, result.unknown))
    if x is not None and y is not None:
        axes.plot(x, y, "D", color=plt.rcParams["text.color"])
        axes.annotate(
            "this case", (x, y), xytext=(0, -8), textcoords="offset points", ha="center", va="top"
        )
    _label_assumption(axes, "x", result.along.name)
    _label_assumption(axes, "y", result.unknown.name)
    if result.by is not None or has_several or has_none:
        title = None if result.by is None else meaning(result.by.name)
        figure.legend(title=title, loc="outside lower left", ncols=4, alignment="left")
    return figure


def _sides() -> LinearSegmentedColormap:
    """Return colors that leave the page's own paper at the line, so that print stays readable."""
    ends = [to_rgba(COLORS["orange"], 0.6), (0.5, 0.5, 0.5, 0.0), to_rgba(COLORS["blue"], 0.6)]
    return LinearSegmentedColormap.from_list("sides", ends)


def _is_money(measure: str) -> bool:
    return OUTPUTS[measure].unit == "CNY"


def _scale(measure: str) -> float:
    return WAN if _is_money(measure) else 1.0


def _measure_text(measure: str) -> str:
    output = OUTPUTS[measure]
    unit = "10,000 CNY" if _is_money(measure) else output.unit
    return output.label if unit.startswith(("share", "ratio")) else f"{output.label}, {unit}"


def _line_text(result: TwoWay) -> str:
    assert result.line is not None, "a side needs a line"
    if result.measure.endswith("_irr"):
        return f"present value at {result.line:.1%} is zero"
    return f"{OUTPUTS[result.measure].label} is {result.line:g}"


def _short(value: float) -> str:
    text = f"{value:,.0f}" if abs(value) >= 10 else f"{value:.1f}"
    return text.replace("-", "\N{MINUS SIGN}")


def _wrapped(name: str) -> str:
    return fill(meaning(name), _LABEL_CHARACTERS)


def _label_measure(axes: Axes, which: str, measure: str) -> None:
    axis: Axis = getattr(axes, f"{which}axis")
    axis.set_label_text(_measure_text(measure))
    if OUTPUTS[measure].unit.startswith("share"):
        axis.set_major_formatter(PercentFormatter(1, decimals=0))


def _label_assumption(axes: Axes, which: str, name: str) -> None:
    axis: Axis = getattr(axes, f"{which}axis")
    if is_share(name):
        axis.set_label_text(axis_label(name))
        axis.set_major_formatter(PercentFormatter(1))
    elif unit(name) == "CNY":
        axis.set_label_text(f"{meaning(name)}, 10,000 CNY")
        axis.set_major_formatter(FuncFormatter(lambda value, place: amount(value / WAN)))
    else:
        axis.set_label_text(axis_label(name))
        axis.set_major_formatter(FuncFormatter(lambda value, place: amount(value)))
