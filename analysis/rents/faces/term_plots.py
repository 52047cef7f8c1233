"""Pictures of rents by the length of the commitment."""

from __future__ import annotations

import pandas as pd
from matplotlib import pyplot as plt
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator

from analysis.figures import ENTITY_COLORS

_MARKS = {"hyperscaler": "s", "neocloud": "o"}


def plot_ladder(ladder: pd.DataFrame) -> Figure:
    """Draw rents by term, a mark a price, a color a kind of provider; log axis.

    Parameters
    ----------
    ladder : DataFrame
        As `terms.ladder` returns it, shortest commitments first within a provider.
    """
    figure, axes = plt.subplots(figsize=(plt.rcParams["figure.figsize"][0], 3.8))
    rows = ladder.reset_index()
    order = sorted(rows["term"].unique(), key=_length)
    place = {term: at for at, term in enumerate(order)}
    for segment, mark in _MARKS.items():
        of = rows[rows["segment"].eq(segment)]
        if of.empty:
            continue
        axes.plot(
            of["term"].map(place),
            of["rent_usd_per_gpu_hour"],
            color=ENTITY_COLORS[segment],
            marker=mark,
            linestyle="",
            alpha=0.8,
            label=segment,
        )
    axes.set_yscale("log")
    axes.yaxis.set_major_formatter("{x:g}")
    axes.yaxis.set_minor_locator(LogLocator(subs=(2, 3, 5)))  # all nine would lie over each other
    axes.yaxis.set_minor_formatter("{x:g}")
    terms = [term.replace(", ", ",\n") for term in order]
    # By their ends at the tick: turned about their middles, long ones would lie over each other
    axes.set_xticks(range(len(order)), terms, rotation=45, ha="right", rotation_mode="anchor")
    axes.set_ylabel("USD per GPU-hour")
    figure.legend(loc="outside lower left", ncols=2)
    return figure


def _length(term: str) -> float:
    known = {"spot": -2.0, "on demand": -1.0, "days to weeks, paid ahead": 0.0}
    first = term.split()[0]
    return known.get(term, float(first) if first.isdigit() else 0.5)
