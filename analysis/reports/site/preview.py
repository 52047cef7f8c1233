"""Pictures for previews of shared links: a page's question and answer, 1200 by 630 points."""

from __future__ import annotations

import io
import re
from textwrap import wrap
from typing import TYPE_CHECKING, Final

from analysis.figures.language import TWIN_SUFFIX

if TYPE_CHECKING:
    from matplotlib.figure import Figure

WIDTH, HEIGHT = 1200, 630
"""What programs that show a link ask for, in points."""

_DPI: Final = 100
_LEFT, _TOP, _FOOT = 60, 90, 50
_INK, _SOFT, _PAPER, _ACCENT = "#1f2933", "#52606d", "#ffffff", "#1f5f99"
_QUESTION, _ANSWER, _SMALL = 46, 32, 22
"""Heights of letters, in points."""

_LETTER: Final = 0.6
"""Mean width of a letter over its height, in DejaVu Sans."""
_LINE: Final = 1.35
_LINES_OF_QUESTION, _LINES_OF_ANSWER = 3, 6
_NOT_SHOWN: Final = re.compile("[`\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]+")


def preview_path(name: str) -> str:
    """Return where a page's picture lies in the site's folder; both languages share it.

    Examples
    --------
    >>> preview_path("operators-zh")
    'files/preview/operators.png'
    """
    return f"files/preview/{name.removesuffix(TWIN_SUFFIX)}.png"


def preview_address(name: str, site: str) -> str:
    """Return the address of a page's picture.

    Parameters
    ----------
    name : str
        The page.
    site : str
        Address of the published site; empty where it is not known. Programs that show links take
        whole addresses only, so that a page read from a disk has a relative one for nothing but
        its own folder.

    Examples
    --------
    >>> preview_address("index", "https://example.org/rental/")
    'https://example.org/rental/files/preview/index.png'
    >>> preview_address("index", "")
    'files/preview/index.png'
    """
    return f"{site.rstrip('/')}/{preview_path(name)}" if site else preview_path(name)


def preview_png(question: str, answer: str, foot: str) -> bytes:
    """Draw a page's picture: the same text gives the same bytes.

    Parameters
    ----------
    question, answer, foot : str
        Plain text. Chinese, which the picture's font lacks, and marks of code are left out; what
        is too long is cut, with an ellipsis.

    Returns
    -------
    bytes
        A PNG of `WIDTH` by `HEIGHT` points.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure
    from matplotlib.patches import Rectangle

    figure = Figure(figsize=(WIDTH / _DPI, HEIGHT / _DPI), dpi=_DPI, facecolor=_PAPER)
    canvas = FigureCanvasAgg(figure)
    figure.add_artist(Rectangle((0, 0), 0.015, 1, color=_ACCENT, transform=figure.transFigure))
    top = float(_TOP)
    for text, size, most, color, weight in (
        (question, _QUESTION, _LINES_OF_QUESTION, _INK, "bold"),
        (answer, _ANSWER, _LINES_OF_ANSWER, _INK, "normal"),
    ):
        for line in _lines(text, size, most):
            _write(figure, line, top, size, color, weight)
            top += size * _LINE
        top += _ANSWER
    _write(figure, foot, HEIGHT - _FOOT, _SMALL, _SOFT, "normal")
    out = io.BytesIO()
    canvas.print_png(out, metadata={"Software": None})
    return out.getvalue()


def _lines(text: str, size: int, most: int) -> list[str]:
    latin = " ".join(_NOT_SHOWN.sub(" ", text).split())
    width = int((WIDTH - 2 * _LEFT) / (_LETTER * size))
    return wrap(latin, width, max_lines=most, placeholder=" …")


def _write(figure: Figure, text: str, top: float, size: int, color: str, weight: str) -> None:
    figure.text(
        _LEFT / WIDTH,
        1 - top / HEIGHT,
        text.replace("$", r"\$"),
        fontsize=size * 72 / _DPI,
        fontfamily="DejaVu Sans",
        color=color,
        weight=weight,
        verticalalignment="center",
    )
