"""Figure colors, fonts and sizes, for every picture.

The colors are told apart by people with any of the three dichromacies and stand out, at least 3:1,
on white and on the dark page alike. Ink, grid and paper are replaced by the page's own variables
when a picture is written, so that a picture follows the reader's light or dark setting.
"""

from __future__ import annotations

from typing import Final

COLORS: Final[dict[str, str]] = {
    "blue": "#2b8cd6",
    "orange": "#c4500f",
    "green": "#157a58",
    "rose": "#b5308c",
    "violet": "#7a52dd",
    "gray": "#8b9197",
}
"""Named colors: ``blue`` for the subject, ``gray`` for what it is compared with."""

PALETTE: Final[tuple[str, ...]] = tuple(COLORS.values())

INK: Final = "#1f2933"
GRID: Final = "#d3d9e0"
PAPER: Final = "#ffffff"

FULL_WIDTH_IN: Final = 5.6
"""Width that a 390 px phone shows with letters of 9 px and more."""

HOUSE_STYLE: Final[dict[str, object]] = {
    "figure.figsize": [FULL_WIDTH_IN, 3.3],
    "figure.facecolor": "none",
    "figure.constrained_layout.use": True,
    "savefig.facecolor": "none",
    "font.size": 11.0,
    "font.family": ["DejaVu Sans"],
    "axes.titlesize": 12.0,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.labelsize": 11.0,
    "xtick.labelsize": 10.5,
    "ytick.labelsize": 10.5,
    "legend.fontsize": 10.5,
    "legend.frameon": False,
    "axes.facecolor": "none",
    "axes.edgecolor": INK,
    "axes.labelcolor": INK,
    "axes.titlecolor": INK,
    "text.color": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.spines.left": False,
    "axes.grid": True,
    "axes.grid.axis": "y",
    "axes.axisbelow": True,
    "grid.color": GRID,
    "grid.linewidth": 0.8,
    "axes.linewidth": 0.8,
    "xtick.major.width": 0.8,
    "ytick.major.size": 0.0,
    "lines.linewidth": 2.0,
    "lines.markersize": 5.0,
    "lines.solid_capstyle": "round",
    "patch.edgecolor": PAPER,
    "axes.unicode_minus": True,
    "svg.fonttype": "none",
}
"""Matplotlib settings of every picture."""


def use_house_style() -> None:
    """Draw in the house style from here on.

    Call it once, in the cell that imports; it sets matplotlib's and seaborn's defaults.
    """
    import seaborn as sns

    sns.set_theme(style="white", palette=list(PALETTE), rc=HOUSE_STYLE)
