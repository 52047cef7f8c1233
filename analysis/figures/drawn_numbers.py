"""The numbers that a figure draws, so that they can be downloaded beside it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.spreadsheet_text import inert

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_DIGITS = "{:.10g}"


def numbers_drawn(figure: Figure) -> str:
    """Return what a figure's lines, bars, points and areas stand for, as CSV.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        Drawn, not yet closed.

    Returns
    -------
    str
        Columns ``panel``, ``kind``, ``series``, ``x`` and ``y``; dates as days, names of
        categories where an axis has them.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> figure = Figure()
    >>> _ = figure.subplots().plot([1, 2], [3.5, 4], label="rent")
    >>> print(numbers_drawn(figure))
    panel,kind,series,x,y
    1,line,rent,1,3.5
    1,line,rent,2,4
    <BLANKLINE>
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["panel", "kind", "series", "x", "y"])
    for panel, axes in enumerate(figure.axes, start=1):
        for kind, series, x, y in _marks(axes):
            row = [panel, kind, series, _text(axes.xaxis, x), _text(axes.yaxis, y)]
            writer.writerow(map(inert, row))
    return text.getvalue()


def _marks(axes: Axes) -> Iterator[tuple[str, str, float, float]]:
    for line in axes.lines:
        x, y = (np.asarray(values, dtype=float) for values in line.get_data(orig=False))
        if line.get_transform() is axes.transData:  # a line across the panel is no data
            yield from (("line", _label(line), *point) for point in zip(x, y, strict=True))
    for group in axes.containers:
        for bar in getattr(group, "patches", ()):
            is_lying = getattr(group, "orientation", "vertical") == "horizontal"
            along = bar.get_y() + bar.get_height() / 2, bar.get_x() + bar.get_width() / 2
            point = (
                (bar.get_x() + bar.get_width(), along[0])
                if is_lying
                else (along[1], bar.get_y() + bar.get_height())
            )
            yield ("bar", _label(group), *point)
    for points in axes.collections:
        if points.get_offset_transform() is axes.transData:
            for x, y in np.ma.getdata(points.get_offsets()).tolist():
                yield "point", _label(points), float(x), float(y)
            continue
        for path in points.get_paths():
            yield from (
                ("area", _label(points), x, y) for x, y in np.asarray(path.vertices).tolist()
            )


def _label(artist: Any) -> str:
    label = str(artist.get_label())
    return "" if label.startswith("_") else label


def _text(axis: Any, value: float) -> str:
    from matplotlib.category import StrCategoryConverter
    from matplotlib.dates import DateConverter, num2date

    converter = axis.get_converter()
    if isinstance(converter, StrCategoryConverter) and axis.units is not None:
        names = {place: name for name, place in axis.units._mapping.items()}
        return str(names.get(round(value), _DIGITS.format(value)))
    is_date = isinstance(converter, DateConverter) or type(converter).__name__.endswith(
        ("DateConverter", "DatetimeConverter", "PeriodConverter", "_SwitchableDateConverter")
    )
    if is_date and np.isfinite(value) and type(converter).__name__ != "PeriodConverter":
        return num2date(value).date().isoformat()
    return _DIGITS.format(value)
