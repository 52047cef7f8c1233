"""A frame as one accessible table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from html import escape
from itertools import groupby
from typing import TYPE_CHECKING, Any, TypeAlias

from analysis.figures.html import display_html, required, slug
from analysis.figures.markdown import to_inline_html

if TYPE_CHECKING:
    import pandas as pd

Format: TypeAlias = str | Callable[[Any], str]

MARKDOWN = "markdown"


def show_table(
    frame: pd.DataFrame,
    *,
    name: str,
    caption: str,
    source: str,
    formats: Mapping[str, Format] | None = None,
    labels: Mapping[str, str] | None = None,
    missing: str = "n/a",
) -> None:
    """Show a frame as one table.

    Parameters
    ----------
    frame : pandas.DataFrame
        Its index names the rows and must itself be named; one or two levels of columns.
    name : str
        Lower-case words joined by hyphens; the table's id is ``tab-`` and the name.
    caption : str
        What the table says, in a sentence of markdown.
    source : str
        Where the numbers come from, in markdown.
    formats : mapping, optional
        Column (the last level's label) or index name to a format of ``str.format`` such as
        ``"{:,.0f}"``, to a function, or to ``"markdown"`` for cells with links or formulas.
    labels : mapping, optional
        Column or index name to the heading that readers see, in markdown.
    missing : str
        What stands for a missing value.

    Raises
    ------
    ValueError
        An index or a column without a name, a missing text, or a format of no column.
    """
    caption = required("caption", caption, of=name)
    source = required("source", source, of=name)
    display_html(
        table_html(
            frame,
            name=name,
            caption=caption,
            source=source,
            formats=formats,
            labels=labels,
            missing=missing,
        ),
        plain=f"[{name}] {caption}\n{frame.to_string()}\nSource: {source}",
    )


def table_html(
    frame: pd.DataFrame,
    *,
    name: str,
    caption: str,
    source: str,
    formats: Mapping[str, Format] | None = None,
    labels: Mapping[str, str] | None = None,
    missing: str = "n/a",
) -> str:
    """Render what ``show_table`` shows."""
    formats, labels = dict(formats or {}), dict(labels or {})
    _check(frame, name, formats, labels)
    identity = slug(name)
    numeric = [_is_numeric(frame.iloc[:, at]) for at in range(frame.shape[1])]
    body = _body(frame, formats, numeric, missing)
    return (
        f'<figure class="table" id="tab-{identity}">\n'
        f'<div class="scroll" role="region" tabindex="0" aria-labelledby="cap-{identity}">\n'
        f'<table>\n<caption id="cap-{identity}"><span>{to_inline_html(caption)}</span></caption>\n'
        f"<thead>\n{_head(frame, labels, numeric)}\n</thead>\n"
        f"<tbody>\n{body}\n</tbody>\n</table>\n</div>\n"
        f'<figcaption><span class="source">Source: {to_inline_html(source)}</span></figcaption>\n'
        "</figure>"
    )


def _check(
    frame: pd.DataFrame, name: str, formats: Mapping[str, Format], labels: Mapping[str, str]
) -> None:
    if None in frame.index.names or "" in frame.index.names:
        raise ValueError(f"table {name!r}: name the index, for instance frame.rename_axis('year')")
    if frame.columns.nlevels > 2:
        raise ValueError(f"table {name!r}: expected one or two levels of columns")
    if any(str(label).strip() == "" for key in frame.columns for label in _levels(key)):
        raise ValueError(f"table {name!r}: a column has no name")
    known = {str(label) for key in frame.columns for label in _levels(key)}
    known |= {str(level) for level in frame.index.names}
    for key in [*formats, *labels]:
        if key not in known:
            raise ValueError(f"table {name!r}: {key!r} names no column, expected {sorted(known)}")


def _levels(key: Any) -> tuple[Any, ...]:
    return key if isinstance(key, tuple) else (key,)


def _is_numeric(column: pd.Series[Any]) -> bool:
    from pandas.api.types import is_bool_dtype, is_numeric_dtype

    if is_numeric_dtype(column.dtype):
        return not is_bool_dtype(column.dtype)
    present = column.dropna()
    return bool(len(present)) and all(
        isinstance(value, int | float) and not isinstance(value, bool) for value in present
    )


def _head(frame: pd.DataFrame, labels: Mapping[str, str], numeric: list[bool]) -> str:
    def heading(label: Any) -> str:
        text = str(label)
        return to_inline_html(labels[text]) if text in labels else escape(text, quote=False)

    keys = [_levels(key) for key in frame.columns]
    deep = frame.columns.nlevels == 2
    corner = "".join(
        f'<th scope="col"{" rowspan=2" if deep else ""}>{heading(level)}</th>'
        for level in frame.index.names
    )
    last = "".join(
        f'<th scope="col"{" class=number" if is_number else ""}>{heading(key[-1])}</th>'
        for key, is_number in zip(keys, numeric, strict=True)
    )
    if not deep:
        return f"<tr>{corner}{last}</tr>"
    groups = [(label, len(list(run))) for label, run in groupby(key[0] for key in keys)]
    first = "".join(
        f'<th scope="colgroup" colspan={width}>{heading(label)}</th>' for label, width in groups
    )
    return f"<tr>{corner}{first}</tr>\n<tr>{last}</tr>"


def _body(
    frame: pd.DataFrame, formats: Mapping[str, Format], numeric: list[bool], missing: str
) -> str:
    columns = [str(_levels(key)[-1]) for key in frame.columns]
    index_names = [str(level) for level in frame.index.names]
    rows = []
    for at, key in enumerate(frame.index):
        heads = "".join(
            f'<th scope="row">{_cell(value, formats.get(level), missing)}</th>'
            for level, value in zip(index_names, _levels(key), strict=True)
        )
        cells = "".join(
            f"<td{' class=number' if is_number else ''}>"
            f"{_cell(frame.iloc[at, column], formats.get(columns[column]), missing)}</td>"
            for column, is_number in enumerate(numeric)
        )
        rows.append(f"<tr>{heads}{cells}</tr>")
    return "\n".join(rows)


def _cell(value: Any, format_: Format | None, missing: str) -> str:
    import pandas as pd

    if value is None or (pd.api.types.is_scalar(value) and pd.isna(value)):
        return f'<span class="missing">{escape(missing)}</span>'
    if format_ == MARKDOWN:
        return to_inline_html(str(value))
    if format_ is None:
        text = _plainly(value)
    elif isinstance(format_, str):
        text = format_.format(value)
    else:
        text = format_(value)
    if isinstance(value, int | float) and text.startswith("-"):
        text = "\N{MINUS SIGN}" + text[1:]
    return escape(text, quote=False)


def _plainly(value: Any) -> str:
    if isinstance(value, bool) or type(value).__name__ == "bool_":
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:,.4g}"
    return str(value)
