"""Pictures of the rental model, each drawn from one table or result."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib import pyplot as plt
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from analysis.figures import COLORS, label_at_edge
from analysis.rental.engines.result import RentalResult
from analysis.units import WAN


def plot_equity_cash_flow(result: RentalResult) -> Figure:
    """Draw cash to equity by year and its running total, in 10,000 CNY."""
    statement = result.statement("cash").droplevel("unit").T
    flows = statement["Cash flow to equity"]
    figure, axes = plt.subplots()
    total = flows.cumsum()
    axes.bar(flows.index, flows / WAN, color=COLORS["blue"], width=0.6)
    axes.plot(flows.index, total / WAN, color=COLORS["orange"], marker="o")
    axes.axhline(0, color=plt.rcParams["axes.edgecolor"], linewidth=0.8)
    axes.set(xlabel="year after purchase", ylabel="cash to equity, 10,000 CNY")
    axes.set_xticks(list(flows.index))
    last = float(flows.index[-1])
    ends = {
        "in the year": (last, float(flows.iloc[-1] / WAN / 2)),  # the middle of the last bar
        "running total": (last, float(total.iloc[-1] / WAN)),
    }
    label_at_edge(axes, ends, [COLORS["blue"], COLORS["orange"]])
    return figure


def plot_schedules(schedules: pd.DataFrame) -> Figure:
    """Draw depreciation by year for several schedules, in 10,000 CNY.

    Parameters
    ----------
    schedules : DataFrame
        Index of years, one column a schedule, CNY.
    """
    colors = [COLORS["gray"], COLORS["orange"], COLORS["blue"]]
    figure, axes = plt.subplots()
    width = 0.8 / schedules.shape[1]
    years = np.asarray(schedules.index, dtype=float)
    for place, (name, color) in enumerate(zip(schedules.columns, colors, strict=False)):
        offset = (place - (schedules.shape[1] - 1) / 2) * width
        axes.bar(years + offset, schedules[name] / WAN, width=width, color=color, label=name)
    axes.set(xlabel="year after purchase", ylabel="depreciation, 10,000 CNY")
    axes.set_xticks(years)
    figure.legend(loc="outside lower left")
    return figure


def plot_left_out(table: pd.DataFrame) -> Figure:
    """Draw equity's present value with each omission, in 10,000 CNY."""
    values = table["equity_npv_cny"] / WAN
    figure, axes = plt.subplots(figsize=(plt.rcParams["figure.figsize"][0], 3.6))
    colors = [COLORS["blue"] if value >= 0 else COLORS["orange"] for value in values]
    axes.barh(table.index, values, color=colors, height=0.65)
    axes.axvline(0, color=plt.rcParams["axes.edgecolor"], linewidth=0.8)
    axes.invert_yaxis()
    axes.grid(axis="y", visible=False)
    axes.grid(axis="x", visible=True)
    axes.set_xlabel("equity NPV, 10,000 CNY")
    for place, value in enumerate(values):
        axes.annotate(
            f"{value:,.0f}",
            (max(value, 0), place),
            xytext=(4, 0),
            textcoords="offset points",
            va="center",
        )
    axes.margins(x=0.12)
    return figure


def plot_decline(returns: pd.DataFrame, observed: tuple[float, float]) -> Figure:
    """Draw equity NPV against the yearly rent decline, by timing convention, in 10,000 CNY.

    Net present value, not IRR: where debt makes late cash flows negative, the rate of return has
    several values or none, the present value has one.

    Parameters
    ----------
    returns : DataFrame
        From `returns_by_decline`.
    observed : tuple of float
        Least and greatest decline that the source reports, decimals per year.
    """
    styles = {0: ("blue", "-"), 1: ("green", "--"), 2: ("violet", ":")}
    figure, axes = plt.subplots(figsize=(plt.rcParams["figure.figsize"][0], 4.2))
    for place, (timing, part) in enumerate(returns.groupby("timing", sort=False)):
        color, line = styles[place]
        axes.plot(
            part["rent_decline_per_year"],
            part["equity_npv_cny"] / WAN,
            color=COLORS[color],
            linestyle=line,
            label=timing,
        )
    axes.axhline(0, color=plt.rcParams["axes.edgecolor"], linewidth=0.8)
    axes.axvspan(*observed, color=COLORS["orange"], alpha=0.15, linewidth=0)
    axes.annotate(
        "2024, as\nprinted",
        (sum(observed) / 2, 0.98),
        ha="center",
        va="top",
        xycoords=("data", "axes fraction"),
    )
    axes.xaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    axes.set(xlabel="yearly decline of the rent", ylabel="equity NPV, 10,000 CNY")
    axes.set_xlim(0, max(observed[1], float(returns["rent_decline_per_year"].max())))
    figure.legend(loc="outside lower left")
    return figure
