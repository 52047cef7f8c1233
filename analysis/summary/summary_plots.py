"""The summary's one picture."""

from __future__ import annotations

from collections.abc import Mapping

from matplotlib import pyplot as plt
from matplotlib.figure import Figure

from analysis.figures import COLORS


def plot_cases(values_cny: Mapping[str, float], axis_label: str) -> Figure:
    """Draw one value by case as horizontal bars, in millions.

    Parameters
    ----------
    values_cny : mapping of str to float
        By label, CNY.
    axis_label : str
        What is drawn, with its unit.
    """
    figure, axes = plt.subplots(figsize=(plt.rcParams["figure.figsize"][0], 2.9))
    values = [value / 1e6 for value in values_cny.values()]
    colors = [COLORS["blue"] if value >= 0 else COLORS["orange"] for value in values]
    axes.barh(list(values_cny), values, color=colors, height=0.62)
    axes.axvline(0, color=plt.rcParams["axes.edgecolor"], linewidth=0.8)
    axes.invert_yaxis()
    axes.set_xlabel(axis_label)
    axes.grid(axis="y", visible=False)
    axes.grid(axis="x", visible=True)
    return figure
