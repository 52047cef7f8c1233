"""An own table as it was understood: rows read, rows refused, and what was taken for granted."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pandas as pd

from analysis.data.own.columns import (
    Columns,
    fields_meant,
    map_columns,
    n_named,
    without_terms,
)
from analysis.data.own.found import Found, frame_found, read_found, stacked
from analysis.data.own.gpu_names import is_known_gpu
from analysis.data.own.kinds import Kind, OwnDataError, kind_of
from analysis.data.own.metrics import is_metric, one_metric_a_row
from analysis.data.own.reader import Reader
from analysis.data.own.shapes import SHAPES
from analysis.data.own.written import as_number, normal, read_basis, read_day
from analysis.errors import Fault


@dataclass(frozen=True)
class Reading:
    """An own table as it was understood.

    Parameters
    ----------
    kind : Kind
        Kind of the table.
    file : str
        Name of the file.
    rows : DataFrame
        Rows that could be read, in the columns of the kind, and their line in the file.
    understood : DataFrame
        By field: column, first cell as found, and what it was read as.
    refused : tuple of Fault
        Rows that could not, with the reason; each row's first.
    remarks : tuple of str
        What was taken for granted.
    """

    kind: Kind
    file: str
    rows: pd.DataFrame
    understood: pd.DataFrame
    refused: tuple[Fault, ...]
    remarks: tuple[str, ...]


def understand(
    kind_name: str,
    source: Path | pd.DataFrame,
    *,
    mapping: Mapping[str, str] | None = None,
    fixed: Mapping[str, str] | None = None,
    sheet: str | None = None,
    name: str = "frame",
    today: date | None = None,
) -> Reading:
    """Read an own table of a kind, from a file or a frame.

    Parameters
    ----------
    kind_name : str
        ``quotes``, ``server-prices``, ``fx``, ``company`` or ``operators``.
    source : Path or DataFrame
        Where the table is.
    mapping : mapping of str to str, optional
        Column by field, where names are not near enough.
    fixed : mapping of str to str, optional
        What holds for the whole table: fields, and ``decimal`` (``,`` or ``.``) and ``dates``
        (``dmy`` or ``mdy``).
    sheet : str, optional
        Sheet of a workbook.
    name : str
        Name of a frame in faults.
    today : date, optional
        No row is of a later day.

    Raises
    ------
    OwnDataError
        The table cannot be read at all.
    """
    kind = kind_of(kind_name)
    found = (
        frame_found(source, name)
        if isinstance(source, pd.DataFrame)
        else read_found(source, lambda cells: n_named(kind, cells), sheet)
    )
    fixed = {
        key: normal(value) if key != "decimal" else value for key, value in (fixed or {}).items()
    }
    known = [*kind.by_name, "decimal", "dates"]
    if unknown := [key for key in fixed if key not in known]:
        raise OwnDataError(
            [Fault("--set", None, None, key, f"one of {', '.join(known)}") for key in unknown]
        )
    header = [str(column) for column in found.frame.columns]
    given = {**(mapping or {})}
    if "metric" in kind.by_name and "metric" not in {*given, *fixed}:
        found, given = _with_metrics_as_rows(kind, found, given)
        header = [str(column) for column in found.frame.columns]
    if kind.name == "quotes":
        found, given = _with_headers_as_rows(kind, found, given, fixed)
        header = [str(column) for column in found.frame.columns]
    columns = map_columns(kind, found.file, header, given, list(fixed))
    if columns.prices:
        found, columns = _one_price_a_row(found, columns)
    reader = Reader(kind, found, columns, fixed, today or date.today())
    reader.refuse_unclean()
    for place in found.overlong:
        expected = f"the {len(found.frame.columns)} columns of the header"
        reader.refuse(place, "row", "more cells", expected)
    rows = SHAPES[kind.name](reader)
    is_kept = ~rows.index.isin(list(reader.refused))
    rows = rows.assign(line=found.lines)
    return Reading(
        kind=kind,
        file=found.file,
        rows=rows[is_kept],
        understood=_understood(kind, columns, fixed, found.frame[is_kept], rows[is_kept]),
        refused=tuple(reader.refused[row] for row in sorted(reader.refused)),
        remarks=tuple(reader.remarks),
    )


def _with_metrics_as_rows(
    kind: Kind, found: Found, given: dict[str, str]
) -> tuple[Found, dict[str, str]]:
    """Set columns of metrics below each other, where a table has no column that says the metric."""
    header = [str(column) for column in found.frame.columns]
    metrics = [column for column in header if is_metric(column)]
    if not metrics or "metric" in fields_meant(kind, header):
        return found, given
    stacked, columns = one_metric_a_row(found, metrics)
    return stacked, {**given, **columns.of}


def _one_price_a_row(found: Found, columns: Columns) -> tuple[Found, Columns]:
    """Set columns of prices of different terms below each other; a row keeps its line."""
    price, terms, unit = columns.of["price"], "terms of the price", "unit of the price"
    value = f"{price}, all terms"
    told = {
        column: {terms: contract, unit: without_terms(column)}
        for column, contract in columns.prices.items()
    }
    remark = f"one row for each of the terms {', '.join(columns.prices.values())}"
    whole = replace(stacked(found, told, value), remarks=(*found.remarks, remark))
    return whole, Columns({"unit": unit, **columns.of, "price": value, "contract": terms})


def _with_headers_as_rows(
    kind: Kind, found: Found, given: dict[str, str], fixed: Collection[str]
) -> tuple[Found, dict[str, str]]:
    """Set columns that are called by a GPU, or by a month or day, below each other as prices."""
    header = [str(column) for column in found.frame.columns]
    meant = {*fields_meant(kind, [each for each in header if not _is_value(each)]), *given, *fixed}
    for name, is_one in (("gpu", is_known_gpu), ("quote_date", _is_day)):
        columns = [column for column in header if is_one(column)]
        if name in meant or not columns or "price" in meant:
            continue
        said, value, unit = f"{name.replace('_', ' ')} of the column", "price", "unit of the column"
        told = {column: {said: column, unit: column} for column in columns}
        whole = stacked(found, told, value)
        given = {**given, name: said, "price": value}
        if "unit" not in meant and read_basis(columns[0]).period and name == "gpu":
            given["unit"] = unit
        remark = f"a row for each of the columns {', '.join(columns)}"
        return replace(whole, remarks=(*found.remarks, remark)), given
    return found, given


def _is_value(column: str) -> bool:
    return is_known_gpu(column) or _is_day(column)


def _is_day(column: str) -> bool:
    """Whether a column is called by a month or day, its year included."""
    try:
        return bool(re.search(r"20\d\d", column)) and read_day(column, "day first") is not None
    except (ValueError, OverflowError):
        return False


def _understood(
    kind: Kind, columns: Columns, fixed: Mapping[str, str], cells: pd.DataFrame, rows: pd.DataFrame
) -> pd.DataFrame:
    """Say for every field where it comes from and what its first cell became."""
    first = cells.iloc[0] if len(cells) else pd.Series(dtype=object)
    lines = []
    for each in kind.fields:
        column = columns.of.get(each.name, "")
        is_kept = each.name in rows.columns and len(rows)
        kept = rows[each.name].iloc[0] if is_kept else ""
        if each.name == "price" and len(rows) and "price_low" in rows:
            kept = f"{rows['price_low'].iloc[0]:g} {rows['unit'].iloc[0]}"
        where = column or ("given" if each.name in fixed else "")
        if not where and (pd.isna(kept) or kept == ""):
            continue
        lines.append(
            (
                each.name,
                where or "worked out",
                first.get(column, fixed.get(each.name, "")),
                _shown(kept),
            )
        )
    return pd.DataFrame(lines, columns=["field", "column", "as found", "read as"]).set_index(
        "field"
    )


def _shown(value: object) -> str:
    if isinstance(value, pd.Timestamp):
        return str(value.date())
    number = as_number(value)
    return f"{number:g}" if number is not None else str(value)
