"""A matplotlib figure as one accessible output: picture, caption and source."""

from __future__ import annotations

import base64
import io
import re
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from analysis.figures.drawn_numbers import numbers_drawn
from analysis.figures.language import source_line
from analysis.figures.markdown import to_inline_html
from analysis.figures.markup import attribute, display_html, required, slug
from analysis.figures.phone_layout import lay_out_for_phone, least_letters
from analysis.figures.style import GRID, INK, PAPER

if TYPE_CHECKING:
    from matplotlib.figure import Figure

FileKind: TypeAlias = Literal["svg", "png", "pdf"]

LARGEST_SVG_BYTES: Final = 150_000
"""A drawing larger than this is sent as pixels instead."""

_PAGE_COLORS: Final = {
    INK: f"var(--ink, var(--jp-ui-font-color1, {INK}))",
    GRID: f"var(--rule, var(--jp-border-color2, {GRID}))",
    PAPER: f"var(--paper, var(--jp-layout-color0, {PAPER}))",
}
_TAG = re.compile(r"<[^>]+>")
_LONG_NUMBER = re.compile(r"(?P<scale>scale\([^)]*\))|-?\d+\.\d{3,}")  # a scale keeps its digits
_ID = re.compile(r' id="([^"]+)"')
_REFERENCE = re.compile(r"#([A-Za-z][\w-]*)")
_NOT_DRAWN = re.compile(r"<metadata>.*?</metadata>|<!--.*?-->|<style.*?</style>", re.DOTALL)
_EMPTY = re.compile(r"<(defs|g)>\s*</\1>")
_FONT = re.compile(r"'DejaVu Sans'[^;\"]*")
_PAGE_FONT = "var(--sans, Verdana, 'DejaVu Sans', sans-serif)"
_VIEW_BOX = re.compile(r'viewBox="[\d.-]+ [\d.-]+ ([\d.]+) ')
_FONT_SIZE = re.compile(r"font-size: ([\d.]+)px")
_PAGE_FONT_SIZE = r"font-size: max(\1px, var(--least, 0px))"  # on a phone the page sets the least
_STROKES = "stroke-linejoin: round; stroke-linecap: butt"  # matplotlib sets these on every element


def show(figure: Figure, *, name: str, caption: str, alt: str, source: str) -> None:
    """Show a figure as one output and close it.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        Drawn in the house style.
    name : str
        Lower-case words joined by hyphens; the output's id is ``fig-`` and the name.
    caption : str
        What the figure says, in a sentence of markdown.
    alt : str
        What the figure shows, for those who do not see it; not the caption again.
    source : str
        Where the numbers come from, in markdown.

    Raises
    ------
    ValueError
        A text is missing, or ``alt`` repeats the caption.
    """
    csv = numbers_drawn(figure)
    display_html(
        picture_html(figure, name=name, caption=caption, alt=alt, source=source),
        plain=f"[{name}] {caption}\n{alt}\n{source_line(source)}",
        csv=csv,
    )


def picture_html(figure: Figure, *, name: str, caption: str, alt: str, source: str) -> str:
    """Render what ``show`` shows, and close the figure."""
    from matplotlib import pyplot as plt

    caption = required("caption", caption, of=name)
    alt = required("alt text", alt, of=name)
    source = required("source", source, of=name)
    if alt.casefold() == caption.casefold():
        raise ValueError(f"{name!r}: alt text repeats the caption, say what the figure shows")
    picture = to_svg(figure, name=name, alt=alt)
    if len(picture) > LARGEST_SVG_BYTES:
        picture = to_png_element(figure, alt=alt)
    plt.close(figure)
    return (
        f'<figure class="picture" id="fig-{slug(name)}">\n{picture}\n'
        f"<figcaption>{to_inline_html(caption)}"
        f' <span class="source">{source_line(to_inline_html(source))}</span></figcaption>\n'
        "</figure>"
    )


def to_svg(figure: Figure, *, name: str, alt: str) -> str:
    """Draw a figure as an ``svg`` element whose bytes depend on the figure alone.

    Letters stay letters, so that a reader can search and copy them, but where the style in force
    draws them as outlines; ink, grid and paper take the page's colors; ids that nothing refers to
    are dropped, the others are unique to ``name``.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        The figure; it is not closed.
    name : str
        Salt of the ids.
    alt : str
        Becomes the element's label.

    Returns
    -------
    str
        An element to be set within a page.
    """
    import matplotlib as mpl

    lay_out_for_phone(figure)
    stream = io.StringIO()
    with mpl.rc_context({"svg.hashsalt": name}):
        figure.savefig(stream, format="svg", metadata={"Date": None, "Creator": None})
    drawing = stream.getvalue()
    drawing = _NOT_DRAWN.sub("", drawing[drawing.index("<svg") :])
    drawing = _TAG.sub(_shorter_tag, drawing)
    referred = set(_REFERENCE.findall(drawing))
    drawing = _ID.sub(lambda found: found[0] if found[1] in referred else "", drawing)
    drawing = _EMPTY.sub("", re.sub(r">\s+<", "><", drawing)).strip()
    for color, variable in _PAGE_COLORS.items():
        drawing = drawing.replace(color, variable)
    style = f"{_STROKES}{_least_on_a_phone(drawing)}"
    drawing = _FONT_SIZE.sub(_PAGE_FONT_SIZE, drawing)
    opening = f'<svg role="img" aria-label="{attribute(alt)}" style="{style}" '
    return drawing.replace("<svg ", opening, 1)


def _least_on_a_phone(drawing: str) -> str:
    """Return the least size of letters, in the drawing's own units, where it fills a phone."""
    box = _VIEW_BOX.search(drawing)
    return f"; --phone: {least_letters(float(box[1])):.2f}px" if box else ""


def to_png_element(figure: Figure, *, alt: str, dots_per_inch: int = 192) -> str:
    """Draw a figure as pixels on white, in an ``img`` element that needs no other file."""
    stream = io.BytesIO()
    figure.savefig(
        stream, format="png", dpi=dots_per_inch, facecolor=PAPER, metadata={"Software": None}
    )
    width_px = round(figure.get_figwidth() * 96)
    pixels = base64.b64encode(stream.getvalue()).decode("ascii")
    return f'<img alt="{attribute(alt)}" width="{width_px}" src="data:image/png;base64,{pixels}">'


def to_file(figure: Figure, kind: FileKind) -> bytes:
    """Draw a figure as the bytes of a file on white; they depend on the figure alone.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        The figure; it is not closed.
    kind : {"svg", "png", "pdf"}
        Format of the file.
    """
    import matplotlib as mpl

    undated: dict[FileKind, dict[str, str | None]] = {
        "svg": {"Date": None},
        "png": {"Software": None},
        "pdf": {"CreationDate": None},
    }
    stream = io.BytesIO()
    with mpl.rc_context({"svg.hashsalt": "figure"}):
        figure.savefig(stream, format=kind, facecolor=PAPER, dpi=192, metadata=undated[kind])
    return stream.getvalue()


def _shorter_tag(tag: re.Match[str]) -> str:
    text = _LONG_NUMBER.sub(
        lambda number: number["scale"] or f"{float(number[0]):.2f}", " ".join(tag[0].split())
    )
    return _FONT.sub(_PAGE_FONT, text)
