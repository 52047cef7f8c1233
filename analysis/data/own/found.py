"""Price lists as people have them, to cells: CSV of any dialect, Excel with title rows."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd

from analysis.arrays import Integers
from analysis.data.own.kinds import OwnDataError
from analysis.errors import Fault

DELIMITERS: Final = (",", ";", "\t", "|")
ENCODINGS: Final = ("utf-8-sig", "utf-16", "gb18030", "cp1252")
SEARCHED_ROWS: Final = 40

Grid = list[tuple[int, list[Any]]]
"""Rows of a file with their number there; cells are text, numbers or dates as the file has them."""


@dataclass(frozen=True)
class Found:
    """A table in a file: its header, and its rows with their number in the file.

    Parameters
    ----------
    file : str
        Name of the file in faults.
    frame : DataFrame
        Cells as found; columns as the header has them.
    lines : ndarray of int
        Row number in the file of each row of the frame.
    above : str
        Text of the rows above the header, which may say currency, unit or date.
    remarks : tuple of str
        What was left out.
    """

    file: str
    frame: pd.DataFrame
    lines: Integers
    above: str
    remarks: tuple[str, ...] = ()


def read_found(
    path: Path, is_header: Callable[[Sequence[str]], int], sheet: str | None = None
) -> Found:
    """Read the table of a file.

    Parameters
    ----------
    path : Path
        A CSV, TSV or text file, or an Excel workbook.
    is_header : callable
        How many cells of a row name a field; the row with most of them is the header.
    sheet : str, optional
        Sheet of a workbook; the one with the best header where not given.

    Raises
    ------
    OwnDataError
        No such file, a format that is not known, no table.
    """
    file = path.name
    if not path.is_file():
        raise OwnDataError([Fault(str(path), None, None, "no such file", "a table of your own")])
    if path.suffix.lower() in (".xlsx", ".xlsm"):
        grids = _sheets(path, sheet)
    elif path.suffix.lower() in (".csv", ".tsv", ".txt", ".dat", ""):
        grids = {"": _csv_grid(file, path.read_bytes())}
    else:
        expected = "a .csv, .tsv, .txt or .xlsx file (save an .xls or .ods as .xlsx)"
        raise OwnDataError([Fault(file, None, None, path.suffix, expected)])
    places = {name: _header_place(grid, is_header) for name, grid in grids.items() if grid}
    if not places:
        raise OwnDataError([Fault(file, None, None, "no rows", "a table with a header")])
    best = max(places, key=lambda name: places[name][1])
    return _table(file, grids[best], places[best][0], best)


def frame_found(frame: pd.DataFrame, name: str) -> Found:
    """Take a frame for a file: its rows are numbered as their lines would be."""
    cells = frame.reset_index(drop=True).set_axis([str(each) for each in frame.columns], axis=1)
    return Found(name, cells.astype(object), np.arange(2, len(frame) + 2), "")


def _header_place(grid: Grid, is_header: Callable[[Sequence[str]], int]) -> tuple[int, int]:
    scores = [is_header([_text(cell) for cell in cells]) for _, cells in grid[:SEARCHED_ROWS]]
    best = max(scores)
    return scores.index(best), best


def _table(file: str, grid: Grid, place: int, sheet: str) -> Found:
    header = [_text(cell) for cell in grid[place][1]]
    while header and not header[-1]:
        header.pop()
    counts: Counter[str] = Counter()
    columns = []
    for position, name in enumerate(header, start=1):
        name = name or f"column {position}"
        counts[name] += 1
        columns.append(name if counts[name] == 1 else f"{name} ({counts[name]})")
    rows, numbers, n_notes = [], [], 0
    for number, cells in grid[place + 1 :]:
        texts = [_text(cell) for cell in cells]
        n_filled = sum(map(bool, texts))
        if texts[: len(header)] == header or not n_filled:
            continue
        if n_filled == 1 and len(columns) > 2:
            n_notes += 1
            continue
        rows.append([*cells[: len(columns)], *[None] * (len(columns) - len(cells))])
        numbers.append(number)
    remarks = [f"{n_notes} rows with a single cell taken for notes"] if n_notes else []
    if sheet:
        remarks.append(f"sheet {sheet!r}")
    above = " ".join(_text(cell) for _, cells in grid[:place] for cell in cells).strip()
    frame = pd.DataFrame(rows, columns=columns, dtype=object)
    return Found(file, frame, np.array(numbers, dtype=np.int64), above, tuple(remarks))


def _text(cell: Any) -> str:
    if cell is None or (isinstance(cell, float) and pd.isna(cell)):
        return ""
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    return " ".join(str(cell).replace("\N{ZERO WIDTH NO-BREAK SPACE}", "").split())


def _csv_grid(file: str, content: bytes) -> Grid:
    text = _decoded(file, content)
    grids = []
    for delimiter in DELIMITERS:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        try:
            rows = [(reader.line_num, cells) for cells in reader]
        except csv.Error:
            continue
        widths = Counter(len(cells) for _, cells in rows if len(cells) > 1)
        width, n_rows = widths.most_common(1)[0] if widths else (1, 0)
        grids.append((n_rows, width, rows))
    n_rows, _, rows = max(grids, key=lambda grid: grid[:2], default=(0, 0, []))
    if not n_rows:
        raise OwnDataError([Fault(file, None, None, "one column", "columns apart by , ; | or tab")])
    return [(number, list(cells)) for number, cells in rows if not "".join(cells).startswith("# ")]


def _decoded(file: str, content: bytes) -> str:
    if b"\x00" in content and not content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise OwnDataError([Fault(file, None, None, "zero bytes", "a text file")])
    for encoding in ENCODINGS:
        if encoding == "utf-16" and not content.startswith((b"\xff\xfe", b"\xfe\xff")):
            continue
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise OwnDataError([Fault(file, None, None, "bytes of no known encoding", "UTF-8")])


def _sheets(path: Path, wanted: str | None) -> dict[str, Grid]:
    """Cells of every visible sheet; what is merged over rows stands in each of them."""
    from zipfile import BadZipFile

    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        book = load_workbook(path, data_only=True)
    except (BadZipFile, InvalidFileException, KeyError, ValueError, OSError) as error:
        expected = "an Excel workbook that opens"
        raise OwnDataError([Fault(path.name, None, None, type(error).__name__, expected)]) from None
    names = [sheet.title for sheet in book.worksheets if sheet.sheet_state == "visible"]
    if wanted is not None and wanted not in names:
        raise OwnDataError([Fault(path.name, None, "sheet", wanted, f"one of {', '.join(names)}")])
    grids = {}
    for name in names if wanted is None else [wanted]:
        sheet = book[name]
        rows = {number: list(cells) for number, cells in enumerate(sheet.values, start=1)}
        for merged in sheet.merged_cells.ranges:
            if merged.min_row == merged.max_row:
                continue  # a title over columns
            value = sheet.cell(merged.min_row, merged.min_col).value
            for row in range(merged.min_row, merged.max_row + 1):
                rows[row][merged.min_col - 1] = value
        grids[name] = list(rows.items())
    return grids
