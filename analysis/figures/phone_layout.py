"""Responsive layout: a figure laid out for the letters of a phone, where pictures shrink alone.

A page shrinks a picture to a phone's width, but not its letters, which must stay readable. Laid out
for the letters of a screen, the name of an axis would run into its numbers there, titles of panels
into each other, and names at the right edge off the page.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from matplotlib.axes import Axes
from matplotlib.text import Text

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from matplotlib.legend import Legend

PHONE_WIDTH: Final = 334
"""Pixels that a drawing has on a phone of 360."""

SMALLEST_LETTERS: Final = 11
"""Pixels of the smallest letters there."""

_OTHER_FONTS: Final = 1.06
"""How much wider a reader's own font may be, or the same words in Chinese."""
_SHORTEST_LINE: Final = 8
"""Letters below which a line is not broken further."""
_EDGE: Final = 0.03
"""What titles and labels leave free at the right edge, in widths of the figure."""
_TITLES_APART: Final = 0.02
"""Least distance of the titles of two panels, in widths of the figure."""


def least_letters(width: float) -> float:
    """Return the size of letters in a drawing that are the smallest ones on a phone.

    Parameters
    ----------
    width : float
        Of the drawing, any unit.

    Returns
    -------
    float
        Same unit.

    Examples
    --------
    >>> round(least_letters(403.2), 2)
    13.28
    """
    return SMALLEST_LETTERS * width / PHONE_WIDTH


def lay_out_for_phone(figure: Figure) -> None:
    """Give a figure the layout that a phone's letters need, and keep it.

    Titles of panels and entries of a legend that would not fit are broken into lines.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        Its letters keep their sizes; its layout is fixed afterwards.
    """
    figure.draw_without_rendering()  # the numbers along an axis are made when it is drawn
    with _phone_letters(figure):
        figure.draw_without_rendering()
        if _break_titles(figure) | _break_legends(figure):
            figure.draw_without_rendering()
        figure.set_layout_engine("none")
        for axes in figure.axes:
            _keep_places_of_labels(figure, axes)
            _move_titles_in(figure, axes)


@contextmanager
def _phone_letters(figure: Figure) -> Iterator[None]:
    letters = [each for each in figure.findobj(Text) if isinstance(each, Text)]
    sizes_pt = [float(each.get_fontsize()) for each in letters]
    least_pt = _OTHER_FONTS * least_letters(72 * figure.get_figwidth())
    for each, size_pt in zip(letters, sizes_pt, strict=True):
        each.set_fontsize(max(size_pt, least_pt))
    try:
        yield
    finally:
        for each, size_pt in zip(letters, sizes_pt, strict=True):
            each.set_fontsize(size_pt)


def _keep_places_of_labels(figure: Figure, axes: Axes) -> None:
    """Else they are placed anew beside the numbers of a screen, which are smaller."""
    for axis in (axes.xaxis, axes.yaxis):
        if axis.label.get_text():
            x_px, y_px = axis.label.get_transform().transform(axis.label.get_position())
            x_px -= _beyond(figure, axis.label) if axis is axes.xaxis else 0.0
            axis.set_label_coords(*axes.transAxes.inverted().transform((x_px, y_px)))


def _move_titles_in(figure: Figure, axes: Axes) -> None:
    for title in _titles(axes):
        if over_px := _beyond(figure, title):
            title.set_x(title.get_position()[0] - over_px / axes.bbox.width)


def _beyond(figure: Figure, words: Text) -> float:
    """Return the pixels that words are too far right in a figure, or, negative, too far left."""
    box = words.get_window_extent()
    right = figure.bbox.x1 * (1 - _EDGE)
    return max(0.0, box.x1 - right) or min(0.0, box.x0)


def _titles(axes: Axes) -> list[Text]:
    written = {title for place in ("left", "center", "right") if (title := axes.get_title(place))}
    return [
        each for each in axes.findobj(Text) if isinstance(each, Text) and each.get_text() in written
    ]


def _break_titles(figure: Figure) -> bool:
    """Break the titles of panels that would run into the next one; say whether any was."""
    apart = _TITLES_APART * figure.bbox.width
    panels = [axes.get_window_extent() for axes in figure.axes]
    is_any = False
    for axes, panel in zip(figure.axes, panels, strict=True):
        rights = [
            each.x0 - apart
            for each in panels
            if each.x0 >= panel.x1 and each.y0 < panel.y1 and panel.y0 < each.y1
        ]
        right = min([*rights, figure.bbox.x1])
        for title in _titles(axes):
            box = title.get_window_extent()
            if box.x1 > right:
                title.set_text(_broken(title.get_text(), (right - box.x0) / box.width))
                is_any = True
    return is_any


def _break_legends(figure: Figure) -> bool:
    """Break the longest entries of legends wider than what they stand in; say whether any was."""
    widths_px = dict.fromkeys(figure.legends, figure.bbox.width)
    for axes in figure.axes:
        if legend := axes.get_legend():
            widths_px[legend] = axes.bbox.width
    are_broken = [_break_entries(legend, width_px) for legend, width_px in widths_px.items()]
    return any(are_broken)


def _break_entries(legend: Legend, width_px: float) -> bool:
    entries = {entry: entry.get_text() for entry in legend.get_texts()}
    longest = max(map(len, entries.values()), default=0)
    for length in range(longest - 1, _SHORTEST_LINE, -1):
        if legend.get_window_extent().width <= width_px:
            return length < longest - 1
        for entry, words in entries.items():
            entry.set_text(words if len(words) <= length else _wrapped(words, length))
    return longest > _SHORTEST_LINE + 1


def _broken(words: str, share: float) -> str:
    """Break words so that a line takes at most a share of their width."""
    longest = max(map(len, words.splitlines()))
    return _wrapped(words, int(longest * max(share, 0.0)))


def _wrapped(words: str, length: int) -> str:
    r"""Break words into lines; all but the last end in a space, so that a translator can join them.

    Examples
    --------
    >>> _wrapped("falls like generations", 14)
    'falls like \ngenerations'
    """
    length = max(length, _SHORTEST_LINE)
    lines = (textwrap.wrap(line, length, break_long_words=False) for line in words.splitlines())
    return "\n".join(map(" \n".join, lines))
