"""Pictures of the two operators."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from analysis.figures import COLORS, label_at_edge


def plot_revenue_by_product(revenue: pd.DataFrame) -> Figure:
    """Draw revenue by product as stacked bars, million CNY.

    Parameters
    ----------
    revenue : DataFrame
        Periods by products, CNY.
    """
    figure, axes = plt.subplots()
    colors = ("gray", "violet", "blue", "orange")
    parts = {
        str(product): (revenue[product], color)
        for product, color in zip(revenue.columns, colors, strict=True)
    }
    periods = [str(period) for period in revenue.index]
    _stack(axes, periods, parts, width=0.55)
    # The part of a year stands under it: beside each other they would run into one another
    axes.set_xticks(range(len(periods)), [period.replace(", ", "\n") for period in periods])
    axes.set_ylabel("revenue, million CNY")
    return figure


def _stack(
    axes: Axes, periods: list[str], parts: Mapping[str, tuple[pd.Series, str]], width: float
) -> None:
    """Draw stacked bars, million CNY, and name each part beside its share of the last bar."""
    base = np.zeros(len(periods))
    ends: dict[str, tuple[float, float]] = {}
    for label, (values, color) in parts.items():
        million = values.to_numpy(dtype=float) / 1e6
        axes.bar(periods, million, bottom=base, width=width, color=COLORS[color], label=label)
        if np.isfinite(middle := base[-1] + million[-1] / 2):
            ends[label] = (len(periods) - 1 + width / 2, float(middle))
        base = base + million
    label_at_edge(axes, ends, [COLORS[parts[label][1]] for label in ends])


def plot_quarters(frame: pd.DataFrame, ratios: pd.DataFrame) -> Figure:
    """Draw a cloud's quarters: revenue by source above, margins and depreciation below.

    Parameters
    ----------
    frame : DataFrame
        Columns revenue, public_cloud, industry_cloud and ai_billings, CNY.
    ratios : DataFrame
        Columns adjusted_ebitda_margin, adjusted_gross_margin and da_to_revenue, decimals.
    """
    figure, (above, below) = plt.subplots(
        2, 1, figsize=(plt.rcParams["figure.figsize"][0], 5.6), sharex=True
    )
    quarters = [quarter[2:] for quarter in frame.index]
    ai = frame["ai_billings"]
    parts = {
        "AI billings": (ai, "orange"),
        "other public cloud": (frame["public_cloud"] - ai, "blue"),
        "industry cloud": (frame["industry_cloud"], "gray"),
    }
    _stack(above, quarters, parts, width=0.65)
    above.set_ylabel("revenue, million CNY")
    lines = {
        "adjusted_ebitda_margin": ("adjusted EBITDA", "green", "o"),
        "da_to_revenue": ("D&A", "rose", "s"),
        "adjusted_gross_margin": ("adjusted gross profit", "gray", "^"),
    }
    ends: dict[str, tuple[float, float]] = {}
    for column, (label, color, marker) in lines.items():
        known = ratios[column].dropna()
        if known.empty:
            continue
        names = [quarter[2:] for quarter in known.index]
        below.plot(names, known, color=COLORS[color], marker=marker, label=label)
        ends[label] = (quarters.index(names[-1]), float(known.iloc[-1]))
    below.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0, symbol=" %"))
    below.set_ylabel("share of revenue")
    below.set_ylim(0, None)
    shown = range((len(quarters) - 1) % 2, len(quarters), 2)  # every second, the last among them
    below.set_xticks(shown, [quarters[place] for place in shown])
    hue = {label: COLORS[color] for label, color, _ in lines.values()}
    label_at_edge(below, ends, [hue[label] for label in ends])
    return figure


def plot_scoreboard(table: pd.DataFrame, actual: float) -> Figure:
    """Draw forecasts of one figure by the month they were made, and what came.

    Parameters
    ----------
    table : DataFrame
        Index of forecasters; columns stated and expected_cny.
    actual : float
        What came, CNY.
    """
    figure, axes = plt.subplots(figsize=(plt.rcParams["figure.figsize"][0], 2.9))
    labels = [f"{who}, {stated}" for who, stated in zip(table.index, table["stated"], strict=True)]
    axes.scatter(table["expected_cny"] / 1e9, labels, color=COLORS["blue"], s=45, zorder=3)
    axes.axvline(actual / 1e9, color=COLORS["orange"], label="what came")
    axes.annotate(
        "what came",
        (actual / 1e9, 1.0),
        xycoords=axes.get_xaxis_transform(),
        xytext=(0, 3),
        textcoords="offset points",
        ha="center",
    )
    axes.invert_yaxis()
    axes.set_xlabel("revenue of 2025, bn CNY")
    axes.grid(axis="x", visible=True)
    return figure
