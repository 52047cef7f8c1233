"""A frame as one accessible table."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from html import escape, unescape
from itertools import groupby
from numbers import Number
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from analysis.figures.column_registry import columns
from analysis.figures.language import heading_of, source_line
from analysis.figures.markdown import to_inline_html, with_minus_signs
from analysis.figures.markup import display_html, required, slug
from analysis.spreadsheet_text import csv_text

if TYPE_CHECKING:
    import pandas as pd

Format: TypeAlias = str | Callable[[Any], str]

MARKDOWN: Final = "markdown"

_NUMBER_TEXT = re.compile(r"[+\N{MINUS SIGN}]?[\d,]*\.?\d+(e[+-]\d+)?(\s?[%×x])?")
_MARKUP = re.compile(r"<[^>]+>")
_FORMULA = re.compile(r"<math\b.*</math>", re.DOTALL)
_LONG_CHARACTERS: Final = 18
_WHOLE_FROM: Final = 9_999.5
"""From here on four digits would be written as powers of ten."""


def show_table(
    frame: pd.DataFrame,
    *,
    name: str,
    caption: str,
    source: str,
    formats: Mapping[str, Format] | None = None,
    labels: Mapping[str, str] | None = None,
    missing: str = "n/a",
    folded: bool = False,
    filters: Sequence[str] = (),
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
        ``"{:,.0f}"``, to a function, or to ``"markdown"`` for cells with links or formulas; where
        this table's differs from that of the registry of columns.
    labels : mapping, optional
        Column or index name to the heading that readers see, in markdown; where this table's
        differs from that of the registry.
    missing : str
        What stands for a missing value.
    folded : bool
        Whether the reader opens the table, for one that is looked things up in.
    filters : sequence of str
        Columns or index names with few values: on the published page the table gets a search field
        and a drop-down for each of these.

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
            folded=folded,
            filters=filters,
        ),
        plain=f"[{name}] {caption}\n{frame.to_string()}\n{source_line(source)}",
        csv=csv_text(frame),
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
    folded: bool = False,
    filters: Sequence[str] = (),
) -> str:
    """Render what ``show_table`` shows."""
    formats, labels = dict(formats or {}), dict(labels or {})
    _check(frame, name, [*formats, *labels, *filters])
    identity = slug(name)
    cells = _cells(frame, formats, missing)
    n_heads = frame.index.nlevels
    classes = [_classes(texts, is_head=at < n_heads) for at, texts in enumerate(cells)]
    opening, closing = ("", "")
    if folded:
        opening = f"<details><summary>{to_inline_html(caption)}</summary>\n"
        closing = "\n</details>"
    filtered = _filtered(frame, filters)
    return (
        f'<figure class="table" id="tab-{identity}"{filtered}>\n{opening}'
        f'<div class="scroll" role="region" tabindex="0" aria-labelledby="cap-{identity}">\n'
        f'<table>\n<caption id="cap-{identity}"><span>{to_inline_html(caption)}</span></caption>\n'
        f"<thead>\n{_head(frame, labels, classes)}\n</thead>\n"
        f"<tbody>\n{_body(frame, cells, classes)}\n</tbody>\n</table>\n</div>{closing}\n"
        f'<figcaption><span class="source">{source_line(to_inline_html(source))}</span>'
        "</figcaption>\n</figure>"
    )


def _check(frame: pd.DataFrame, name: str, columns: Sequence[str]) -> None:
    if None in frame.index.names or "" in frame.index.names:
        raise ValueError(f"table {name!r}: name the index, for instance frame.rename_axis('year')")
    if frame.columns.nlevels > 2:
        raise ValueError(f"table {name!r}: expected one or two levels of columns")
    if any(str(label).strip() == "" for key in frame.columns for label in _levels(key)):
        raise ValueError(f"table {name!r}: a column has no name")
    known = {str(label) for key in frame.columns for label in _levels(key)}
    known |= {str(level) for level in frame.index.names}
    for key in columns:
        if key not in known:
            raise ValueError(f"table {name!r}: {key!r} names no column, expected {sorted(known)}")


def _filtered(frame: pd.DataFrame, filters: Sequence[str]) -> str:
    """Return the attribute that asks for a search field, with the places of the drop-downs."""
    if not filters:
        return ""
    names = [*frame.index.names, *(_levels(key)[-1] for key in frame.columns)]
    return f' data-filter="{" ".join(str(names.index(name)) for name in filters)}"'


def _levels(key: Any) -> tuple[Any, ...]:
    return key if isinstance(key, tuple) else (key,)


def _cells(frame: pd.DataFrame, formats: Mapping[str, Format], missing: str) -> list[list[str]]:
    """Return the HTML of every cell by column, those of the index first."""
    named = [
        (str(level), frame.index.get_level_values(at).tolist())
        for at, level in enumerate(frame.index.names)
    ]
    named += [
        (str(_levels(key)[-1]), frame.iloc[:, at].tolist()) for at, key in enumerate(frame.columns)
    ]
    return [
        [_cell(value, formats.get(name) or _registered(name, value), missing) for value in values]
        for name, values in named
    ]


def _registered(name: str, value: Any) -> Format | None:
    """Return the format that the registry gives a column's numbers, or its markup."""
    column = columns().get(name)
    if column is None or not column.format:
        return None
    is_number = isinstance(value, Number) and not isinstance(value, bool)
    return column.format if is_number or column.format == MARKDOWN else None


def _classes(texts: list[str], *, is_head: bool) -> str:
    """Return the class attribute of a column: numbers to the right, long texts not squeezed."""
    present = [text for text in texts if not text.startswith("<")]
    if not is_head and present and all(_NUMBER_TEXT.fullmatch(text) for text in present):
        return ' class="number"'
    longest = max((len(unescape(_MARKUP.sub("", text))) for text in texts), default=0)
    return ' class="long"' if longest > _LONG_CHARACTERS else ""


def _head(frame: pd.DataFrame, labels: Mapping[str, str], classes: list[str]) -> str:
    def heading(label: Any) -> str:
        text = str(label)
        known = labels.get(text) or heading_of(text)
        return to_inline_html(known) if known else escape(text, quote=False)

    keys = [_levels(key) for key in frame.columns]
    is_deep = frame.columns.nlevels == 2
    rows = ' rowspan="2"' if is_deep else ""
    corner = "".join(
        f'<th scope="col"{rows}{class_}>{heading(level)}</th>'
        for level, class_ in zip(frame.index.names, classes, strict=False)
    )
    last = "".join(
        f'<th scope="col"{class_}>{heading(key[-1])}</th>'
        for key, class_ in zip(keys, classes[frame.index.nlevels :], strict=True)
    )
    if not is_deep:
        return f"<tr>{corner}{last}</tr>"
    groups = [(label, len(list(run))) for label, run in groupby(key[0] for key in keys)]
    first = "".join(
        f'<th scope="colgroup" colspan="{width}">{heading(label)}</th>' for label, width in groups
    )
    return f"<tr>{corner}{first}</tr>\n<tr>{last}</tr>"


def _body(frame: pd.DataFrame, cells: list[list[str]], classes: list[str]) -> str:
    return "\n".join(
        f"<tr>{_row(row, classes, frame.index.nlevels)}</tr>" for row in zip(*cells, strict=True)
    )


def _row(row: Sequence[str], classes: Sequence[str], n_heads: int) -> str:
    """Return the cells of a row; its head is words, the cell behind a head that is a formula.

    Examples
    --------
    >>> _row(["<math>x</math>", "price"], ["", ""], 1)
    '<td><math>x</math></td><th scope="row">price</th>'
    """
    is_formula = [_FORMULA.fullmatch(text.strip()) is not None for text in row]
    heads = set(range(n_heads))
    if n_heads == 1 and is_formula[0] and not all(is_formula):
        heads = {is_formula.index(False)}
    return "".join(
        f'<th scope="row"{class_}>{text}</th>' if at in heads else f"<td{class_}>{text}</td>"
        for at, (text, class_) in enumerate(zip(row, classes, strict=True))
    )


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
    return escape(with_minus_signs(text), quote=False)


def _plainly(value: Any) -> str:
    if isinstance(value, bool) or type(value).__name__ == "bool_":
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:,.0f}" if abs(value) >= _WHOLE_FROM else f"{value:,.4g}"
    return str(value)
