"""The language of what a notebook shows: the word before a source, and letters of pictures."""

from __future__ import annotations

import warnings
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from analysis.figures.column_registry import columns
from analysis.near_names import one_of

FONT_PACKAGE: Final = "pylopdf_fonts_zh_cn"
"""The package that ships Noto Sans SC, under the SIL Open Font License."""

FONT_FILE: Final = "NotoSansSC-Regular.otf"

_SOURCE: Final = {"en": "Source: ", "zh-CN": "来源："}

LANGUAGES: Final = tuple(_SOURCE)
"""Every language of a page."""

TWIN_LANGUAGE: Final = "zh-CN"
"""The language into which whole pages are translated, by catalogs of their sentences."""

TWIN_SUFFIX: Final = "-zh"
"""How the name of a page in it ends that is the twin of one in English."""

_current = "en"


def use_language(language: str) -> None:
    """Show pictures and tables in a language from here on; after ``use_house_style``.

    Chinese letters of a picture are drawn as outlines of Noto Sans SC, the same for every reader,
    where the package that ships it is installed. Elsewhere they stay letters, which the reader's
    own fonts draw; the room for them is then estimated.

    Parameters
    ----------
    language : str
        ``en`` or ``zh-CN``.

    Raises
    ------
    ValueError
        Another language.
    """
    global _current
    if language not in _SOURCE:
        raise ValueError(f"{language!r}: expected {one_of(language, _SOURCE)}")
    _current = language
    if language == "zh-CN":
        _draw_chinese()


def heading_of(column: str) -> str:
    """Return the registered heading of a column in the language in use; empty without one."""
    known = columns().get(column)
    return "" if known is None else known.heading(_current)


def source_line(text: str) -> str:
    """Return the line that names a source, in the language in use."""
    return f"{_SOURCE[_current]}{text}"


def _draw_chinese() -> None:
    import matplotlib as mpl

    family = _noto_sans()
    if family is None:
        warnings.filterwarnings("ignore", message=r"Glyph \d+ .*missing from font")
        return
    mpl.rcParams["font.family"] = [family, "DejaVu Sans"]
    mpl.rcParams["svg.fonttype"] = "path"


@cache
def _noto_sans() -> str | None:
    """Return the family's name once matplotlib knows it; None where no package ships it."""
    from matplotlib import font_manager

    found = find_spec(FONT_PACKAGE)
    if found is None or found.origin is None:
        return None
    file = Path(found.origin).with_name(FONT_FILE)
    font_manager.fontManager.addfont(str(file))
    return str(font_manager.FontProperties(fname=str(file)).get_name())
