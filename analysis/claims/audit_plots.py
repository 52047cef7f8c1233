"""Pictures of the audit."""

from __future__ import annotations

import pandas as pd
from matplotlib import pyplot as plt
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from analysis.figures import COLORS

_LOOKS: dict[str, tuple[str, float]] = {
    "recomputed": ("blue", 1.0),
    "bounded": ("blue", 0.55),
    "repeated": ("blue", 0.35),
    "counted": ("blue", 0.2),
    "settled by outcome: right": ("green", 1.0),
    "settled by outcome: wrong": ("orange", 1.0),
    "in tension of scope": ("violet", 0.5),
    "in tension with another source": ("violet", 1.0),
    "contradicts itself": ("rose", 1.0),
    "cannot be checked": ("gray", 0.45),
}
"""Color and opacity of how a claim stands, in the order drawn."""


def plot_standing(shares: pd.DataFrame, n_claims: pd.Series) -> Figure:
    """Draw shares of claims by how they stand, a bar for each source.

    Parameters
    ----------
    shares : DataFrame
        Sources by standing, decimals that sum to one in each row.
    n_claims : Series
        Claims of each source, for the labels.
    """
    figure, axes = plt.subplots(figsize=(plt.rcParams["figure.figsize"][0], 4.8))
    labels = [f"{source}\n{n_claims[source]} claims" for source in shares.index]
    left = pd.Series(0.0, shares.index)
    for standing, (color, opacity) in _LOOKS.items():
        width = shares[standing]
        axes.barh(
            labels,
            width,
            left=left,
            height=0.62,
            color=COLORS[color],
            alpha=opacity,
            label=standing,
        )
        left = left + width
    axes.invert_yaxis()
    axes.set_xlim(0, 1)
    axes.xaxis.set_major_formatter(PercentFormatter(1.0, symbol=" %"))
    axes.grid(axis="y", visible=False)
    axes.set_xlabel("share of the source's claims")
    figure.legend(*axes.get_legend_handles_labels(), loc="outside lower center", ncols=2)
    return figure
