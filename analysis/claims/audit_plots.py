"""Pictures of the audit."""

from __future__ import annotations

import pandas as pd
from matplotlib import pyplot as plt
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from analysis.claims.verdicts import Verdict
from analysis.figures import COLORS

_LOOKS: dict[Verdict, tuple[str, float]] = {
    "reproduces": ("blue", 1.0),
    "reproduces with an assumption": ("blue", 0.5),
    "settled by outcome: right": ("green", 1.0),
    "settled by outcome: wrong": ("orange", 1.0),
    "in tension with another source": ("violet", 1.0),
    "contradicts itself": ("rose", 1.0),
    "cannot be checked": ("gray", 0.45),
}
"""Color and opacity of each verdict, in the order drawn."""


def plot_verdicts(shares: pd.DataFrame, n_claims: pd.Series) -> Figure:
    """Draw shares of claims by verdict, a bar for each source.

    Parameters
    ----------
    shares : DataFrame
        Sources by verdicts, decimals that sum to one in each row.
    n_claims : Series
        Claims of each source, for the labels.
    """
    figure, axes = plt.subplots(figsize=(plt.rcParams["figure.figsize"][0], 4.4))
    labels = [f"{source}\n{n_claims[source]} claims" for source in shares.index]
    left = pd.Series(0.0, shares.index)
    for verdict, (color, opacity) in _LOOKS.items():
        width = shares[verdict]
        axes.barh(
            labels,
            width,
            left=left,
            height=0.62,
            color=COLORS[color],
            alpha=opacity,
            label=verdict,
        )
        left = left + width
    axes.invert_yaxis()
    axes.set_xlim(0, 1)
    axes.xaxis.set_major_formatter(PercentFormatter(1.0, symbol=" %"))
    axes.grid(axis="y", visible=False)
    axes.set_xlabel("share of the source's claims")
    figure.legend(*axes.get_legend_handles_labels(), loc="outside lower center", ncols=2)
    return figure
