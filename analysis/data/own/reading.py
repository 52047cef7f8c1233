"""An own table as it was understood: rows read, rows refused, and what was taken for granted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

import pandas as pd

from analysis.data.own.columns import Columns, map_columns, n_named
from analysis.data.own.found import Found, frame_found, read_found
from analysis.data.own.kinds import Kind, OwnDataError, kind_of
from analysis.data.own.layouts import is_value, one_figure_a_row, one_price_a_row
from analysis.data.own.offers import is_offer, is_priced
from analysis.data.own.reader import Reader
from analysis.data.own.shapes import SHAPES
from analysis.data.own.written import as_number, normal
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
    unread : tuple of str
        Columns that nothing was read from.
    """

    kind: Kind
    file: str
    rows: pd.DataFrame
    understood: pd.DataFrame
    refused: tuple[Fault, ...]
    remarks: tuple[str, ...]
    unread: tuple[str, ...] = ()

    def fault(self, label: int, column: str, value: object, expected: str) -> Fault:
        """Return a fault of a row that was read."""
        place = int(self.rows.index.get_indexer(pd.Index([label]))[0])
        file, line = self.rows["file"].iloc[place], int(self.rows["line"].iloc[place])
        return Fault(str(file), line, column, str(value), expected)


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
        else read_found(source, lambda cells: _is_header(kind, cells), sheet)
    )
    fixed = {
        key: normal(value) if key != "decimal" else value for key, value in (fixed or {}).items()
    }
    known = [*kind.by_name, "decimal", "dates"]
    if unknown := [key for key in fixed if key not in known]:
        raise OwnDataError(
            [Fault("--set", None, None, key, f"one of {', '.join(known)}") for key in unknown]
        )
    _refuse_one_column(found)
    found, given = one_figure_a_row(kind, found, {**(mapping or {})}, fixed)
    header = [str(column) for column in found.frame.columns]
    columns = map_columns(kind, found.file, header, given, list(fixed))
    if columns.prices:
        found, columns = one_price_a_row(found, columns)
    reader = Reader(kind, found, columns, fixed, today or date.today())
    reader.refuse_unclean()
    for place in found.overlong:
        expected = f"the {len(found.frame.columns)} columns of the header"
        reader.refuse(place, "row", "more cells", expected)
    rows = SHAPES[kind.name](reader)
    is_kept = ~rows.index.isin(list(reader.refused))
    files = [found.file_of(place) for place in range(len(rows))] if found.sheets else found.file
    rows = rows.assign(line=found.lines, file=files)
    return Reading(
        kind=kind,
        file=found.file,
        rows=rows[is_kept],
        understood=_understood(kind, columns, fixed, found.frame[is_kept], rows[is_kept]),
        refused=tuple(reader.refused[row] for row in sorted(reader.refused)),
        remarks=tuple(reader.remarks),
        unread=tuple(
            each for each in header if each not in {*columns.of.values(), *columns.prices}
        ),
    )


WEIGHT_OF_A_VALUE: Final = 0.01
"""Of a GPU or day in a row that may be a header: it breaks ties, and no row of data wins by it."""


def _is_header(kind: Kind, cells: Sequence[str]) -> float:
    """Say how much a row is a header: by fields named, then by headings that are GPUs or days."""
    headings = [cell for cell in cells if not is_offer(cell) and not is_priced(cell)]
    return n_named(kind, headings) + WEIGHT_OF_A_VALUE * sum(map(is_value, cells))


def _refuse_one_column(found: Found) -> None:
    """Refuse a table of one column, unless each of its cells is a whole offer."""
    if len(found.frame.columns) == 1 and not any(map(is_offer, found.frame.iloc[:, 0])):
        expected = "columns apart by , ; | or tab"
        raise OwnDataError([Fault(found.file, None, None, "one column", expected)])


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
