"""Pictures of the rental market."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.dates import AutoDateLocator, ConciseDateFormatter
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, PercentFormatter

from analysis.figures import COLORS
from analysis.rental_market.entrants import Share
from analysis.rental_market.sizes import growth_by_scope


def plot_earnings(shares: Mapping[str, Share]) -> Figure:
    """Draw shares of entrants."""
    figure, axes = plt.subplots(figsize=(plt.rcParams["figure.figsize"][0], 2.5))
    labels = list(shares)
    values = np.array([share.share for share in shares.values()])
    colors = [COLORS["orange"], *[COLORS["blue"]] * (len(labels) - 1)]
    axes.barh(labels, values, color=colors, height=0.6)
    axes.invert_yaxis()
    axes.xaxis.set_major_formatter(PercentFormatter(1.0, decimals=0, symbol=" %"))
    axes.set_xlabel("share of the entrants of 2024")
    axes.grid(axis="y", visible=False)
    axes.grid(axis="x", visible=True)
    return figure


def plot_rents(rents: pd.Series, levels: Mapping[str, float]) -> Figure:
    """Draw the monthly rent of a server and the rents that orders imply.

    Parameters
    ----------
    rents : Series
        By month, with the quoted months in ``attrs``.
    levels : mapping of str to float
        Rents to compare with, CNY per server-month, by label.
    """
    figure, axes = plt.subplots(figsize=(plt.rcParams["figure.figsize"][0], 3.9))
    axes.plot(_days(rents.index), rents / 1e3, color=COLORS["blue"], label="quoted, interpolated")
    quoted = rents.loc[rents.attrs["quoted"]]
    axes.scatter(_days(quoted.index), quoted / 1e3, color=COLORS["blue"], s=36, zorder=3)
    for (label, level), color in zip(levels.items(), ("gray", "orange", "green"), strict=False):
        axes.axhline(level / 1e3, color=COLORS[color], linestyle="--", label=label)
    _dated(axes)
    axes.set_ylabel("thousand CNY per server-month")
    axes.set_ylim(0, None)
    figure.legend(loc="outside lower left")
    return figure


def plot_sizes(table: pd.DataFrame) -> Figure:
    """Draw statements of market size, a color for each scope, on a log scale.

    Lines between two sizes of a scope bear their growth per year.

    Parameters
    ----------
    table : DataFrame
        Columns scope, year, size_cny_bn and printed.
    """
    growth = growth_by_scope(table)
    figure, axes = plt.subplots(figsize=(plt.rcParams["figure.figsize"][0], 5.0))
    markers = "osD^vPX"
    colors = [*COLORS.values(), plt.rcParams["axes.edgecolor"]]
    for place, (scope, rows) in enumerate(table.groupby("scope", sort=False)):
        color = colors[place]
        axes.plot(
            rows["year"],
            rows["size_cny_bn"],
            color=color,
            marker=markers[place],
            markersize=7,
            label=str(scope),
        )
        if scope in growth:
            middle = rows["year"].mean(), np.exp(np.log(rows["size_cny_bn"]).mean())
            axes.annotate(
                f"{growth[scope]:+.0%} a year",
                middle,
                xytext=(0, 9),
                textcoords="offset points",
                ha="right",
                color=color,
            )
        open_ones = rows[~rows["printed"]]
        axes.plot(
            open_ones["year"],
            open_ones["size_cny_bn"],
            color=plt.rcParams["patch.edgecolor"],
            marker=markers[place],
            markersize=3,
            linestyle="none",
        )
    axes.set_yscale("log")
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axes.set_xticks(sorted(table["year"].unique()))
    axes.set_ylabel("billion CNY, log scale")
    figure.legend(*axes.get_legend_handles_labels(), loc="outside lower center", ncols=1)
    return figure


def plot_vintages(tables: Mapping[str, pd.DataFrame]) -> Figure:
    """Draw equity's present value by month of purchase, a line for each course of later rents.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        Vintages with the column equity_npv_cny, by label.
    """
    figure, axes = plt.subplots()
    for (label, table), color in zip(tables.items(), ("blue", "orange", "rose"), strict=False):
        axes.plot(
            _days(table.index), table["equity_npv_cny"] / 1e6, color=COLORS[color], label=label
        )
    axes.axhline(0, color=plt.rcParams["axes.edgecolor"], linewidth=0.8)
    _dated(axes)
    axes.set_ylabel("equity NPV, million CNY")
    axes.set_xlabel("month of purchase")
    figure.legend(loc="outside lower left")
    return figure


def _dated(axes: Axes) -> None:
    locator = AutoDateLocator(maxticks=7)
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(ConciseDateFormatter(locator))


def _days(months: pd.Index) -> pd.DatetimeIndex:
    return pd.PeriodIndex(months).to_timestamp()
