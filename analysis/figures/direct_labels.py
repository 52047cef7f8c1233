"""Names of lines and stacked bars written beside them, in place of a legend."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.typing import ColorType

from analysis.figures.phone_layout import least_letters

LINE_HEIGHT: Final = 1.2
"""Distance of two lines of text, in heights of their letters."""

NAMES_AT: Final = 1.05
"""Where names begin, in widths of the axes."""


def label_at_edge(
    axes: Axes, ends: Mapping[str, tuple[float, float]], colors: Sequence[ColorType]
) -> None:
    """Write names right of the axes, each joined with its place by a line of its color.

    Call it when limits and scale of the axes are final. Names that would overlap are moved apart,
    as little as possible, and keep the order of their places.

    Parameters
    ----------
    axes : Axes
        What is labeled.
    ends : mapping of str to tuple of float
        By name, the point (in the axes' units) where its line or bar ends.
    colors : sequence of color
        One a name.

    Raises
    ------
    ValueError
        When names and colors are not equally many.
    """
    figure = axes.get_figure(root=True)
    if not isinstance(figure, Figure):
        raise ValueError("axes of no figure cannot be labeled")
    if len(colors) != len(ends):
        raise ValueError(f"{len(ends)} names have {len(colors)} colors")
    if not ends:
        return
    figure.draw_without_rendering()
    size = FontProperties(size=plt.rcParams["legend.fontsize"]).get_size_in_points()
    pixels = axes.transData.transform(np.asarray(list(ends.values()), dtype=float))[:, 1]
    letters = max(size, least_letters(72 * figure.get_figwidth()))
    apart = letters * LINE_HEIGHT * figure.dpi / 72.0
    places = spread(pixels, apart)
    heights = axes.transAxes.inverted().transform(np.column_stack([places, places]))[:, 1]
    for (name, end), color, height in zip(ends.items(), colors, heights, strict=True):
        axes.annotate(
            name,
            end,
            xytext=(NAMES_AT, float(height)),
            textcoords="axes fraction",
            fontsize=size,
            va="center",
            annotation_clip=False,
            arrowprops={
                "arrowstyle": "-",
                "color": color,
                "linewidth": 1.6,
                "shrinkA": 0,
                "shrinkB": 0,
                "relpos": (0.0, 0.5),
            },
        )


def label_lines(axes: Axes) -> None:
    """Write the label of every line of some axes beside its last point, in place of a legend.

    Call it when limits and scale of the axes are final. For names of up to some twenty letters: a
    longer one takes the room of the picture, and belongs into a legend below it.

    Parameters
    ----------
    axes : Axes
        What is labeled; lines without a label, and without a finite point, are left out.
    """
    ends: dict[str, tuple[float, float]] = {}
    colors = []
    low, high = sorted(axes.get_ylim())
    for line in axes.get_lines():
        points = np.asarray(line.get_xydata(), dtype=float)
        known = points[np.isfinite(points).all(axis=1)]
        name = str(line.get_label())
        if name.startswith("_") or not len(known):
            continue
        ends[name] = (float(known[-1, 0]), float(np.clip(known[-1, 1], low, high)))
        colors.append(line.get_color())
    label_at_edge(axes, ends, colors)


def spread(places: np.ndarray, apart: float) -> np.ndarray:
    """Move places apart to a least distance, with the least sum of squared moves.

    In order, subtracting ``apart`` times the rank turns the distance into "not falling", whose
    least-squares answer is the isotonic regression of the places.

    Parameters
    ----------
    places : ndarray of float
        Shape (n,), any unit.
    apart : float
        Least distance, same unit.

    Returns
    -------
    ndarray of float
        Shape (n,), in the order given.

    Examples
    --------
    >>> spread(np.array([10.0, 11.0, 30.0]), 5.0).tolist()
    [8.0, 13.0, 30.0]
    """
    from scipy.optimize import isotonic_regression

    order = np.argsort(places, kind="stable")
    steps = apart * np.arange(len(places))
    moved = np.empty(len(places))
    moved[order] = isotonic_regression(places[order] - steps).x + steps
    return moved
