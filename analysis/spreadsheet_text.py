"""CSV injection: texts that begin like a formula are written so that spreadsheets show them."""

from __future__ import annotations

from typing import Any, Final

import pandas as pd

_BEGINS: Final = ("=", "@", "\t", "\r", "\n")
_SIGNS: Final = ("+", "-")


def inert(cell: Any) -> Any:
    """Return a cell that no spreadsheet takes for a formula.

    Numbers stay as they are. A text that begins with ``=``, ``@``, a tab, a carriage return or a
    line feed, or with a sign and is no number, gets an apostrophe before it, as OWASP advises;
    spreadsheets show the text.

    Examples
    --------
    >>> inert("=1+1"), inert("@SUM(A1)"), inert("-2+cmd|' /C calc'!A0")
    ("'=1+1", "'@SUM(A1)", "'-2+cmd|' /C calc'!A0")
    >>> inert(-2.5), inert("-2.5"), inert("AWS"), inert("-")
    (-2.5, '-2.5', 'AWS', '-')
    """
    if not isinstance(cell, str) or len(cell) < 2:
        return cell
    return f"'{cell}" if cell.startswith(_BEGINS) or _is_signed_text(cell) else cell


def csv_text(frame: pd.DataFrame, *, index: bool = True, float_format: str | None = None) -> str:
    """Return a table as CSV for people: cells, headings and index are inert.

    Parameters
    ----------
    frame : DataFrame
        Any table.
    index : bool
        With its index.
    float_format : str, optional
        As pandas takes it.

    Examples
    --------
    >>> print(csv_text(pd.DataFrame({"a": ["=1", "b"]}), index=False), end="")
    a
    '=1
    b
    """
    texts = frame.set_axis(_inert_axis(frame.columns), axis=1).set_axis(_inert_axis(frame.index))
    for place in range(len(texts.columns)):
        if _has_texts(texts.dtypes.iloc[place]):
            texts.isetitem(place, texts.iloc[:, place].map(inert).array)
    return texts.to_csv(index=index, float_format=float_format, lineterminator="\n")


def _inert_axis(axis: pd.Index) -> pd.Index:
    """Return headings or an index with inert texts, level by level, and inert names."""
    names = [inert(name) for name in axis.names]
    if isinstance(axis, pd.MultiIndex):
        levels = [_inert_axis(axis.get_level_values(place)) for place in range(axis.nlevels)]
        return pd.MultiIndex.from_arrays(levels, names=names)
    return (axis.map(inert) if _has_texts(axis.dtype) else axis).set_names(names)


def _has_texts(dtype: Any) -> bool:
    is_text = pd.api.types.is_object_dtype(dtype) or pd.api.types.is_string_dtype(dtype)
    return bool(is_text or isinstance(dtype, pd.CategoricalDtype))


def _is_signed_text(cell: str) -> bool:
    if not cell.startswith(_SIGNS):
        return False
    try:
        float(cell)
    except ValueError:
        return True
    return False
