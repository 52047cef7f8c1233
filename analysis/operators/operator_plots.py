"""Pictures of the two operators."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib import pyplot as plt
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from analysis.figures import COLORS


def plot_revenue_by_product(revenue: pd.DataFrame) -> Figure:
    """Draw revenue by product as stacked bars, million CNY.

    Parameters
    ----------
    revenue : DataFrame
        Periods by products, CNY.
    """
    figure, axes = plt.subplots()
    colors = ("gray", "violet", "blue", "orange")
    below = np.zeros(len(revenue))
    for product, color in zip(revenue.columns, colors, strict=True):
        values = revenue[product].to_numpy(dtype=float) / 1e6
        axes.bar(
            revenue.index, values, bottom=below, width=0.55, color=COLORS[color], label=product
        )
        below = below + values
    axes.set_ylabel("revenue, million CNY")
    axes.legend(loc="upper left")
    return figure


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
    base = np.zeros(len(frame))
    for label, (values, color) in parts.items():
        million = values.to_numpy(dtype=float) / 1e6
        above.bar(quarters, million, bottom=base, width=0.65, color=COLORS[color], label=label)
        base = base + million
    above.set_ylabel("revenue, million CNY")
    above.legend(loc="upper left", ncols=1)
    above.set_ylim(0, float(np.nanmax(base)) * 1.45)
    lines = {
        "adjusted_ebitda_margin": ("adjusted EBITDA", "green", "o"),
        "da_to_revenue": ("D&A", "rose", "s"),
        "adjusted_gross_margin": ("adjusted gross profit", "gray", "^"),
    }
    for column, (label, color, marker) in lines.items():
        known = ratios[column].dropna()
        below.plot(
            [quarter[2:] for quarter in known.index],
            known,
            color=COLORS[color],
            marker=marker,
            label=label,
        )
    below.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0, symbol=" %"))
    below.set_ylabel("share of revenue")
    below.legend(loc="upper left")
    below.set_ylim(0, None)
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
    axes.invert_yaxis()
    axes.set_xlabel("revenue of 2025, bn CNY")
    axes.grid(axis="x", visible=True)
    axes.legend(loc="lower right")
    return figure
