"""Price lists as people have them, to cells: CSV of any dialect, workbooks, JSON."""

from __future__ import annotations

import csv
import io
import os
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd

from analysis.arrays import Integers
from analysis.data.own.kinds import OwnDataError
from analysis.data.own.records import record_cells
from analysis.data.own.workbooks import sheet_cells
from analysis.data.table_size import OWN_LIMIT
from analysis.errors import Fault

DELIMITERS: Final = (",", ";", "\t", "|")
GUESSED: Final = ("gb18030", "cp1252")
"""Encodings tried where a file is not UTF-8, which is then said."""
SEARCHED_ROWS: Final = 40
SAMPLED_CHARACTERS: Final = 500_000
"""Of a file, to tell what its columns are apart by."""
LARGEST_FILE: Final = 256 * 2**20
"""Bytes; a million quotes are 80 MB."""

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
        Cells above the header, one a line, which may say currency, unit or date.
    remarks : tuple of str
        What was left out.
    overlong : tuple of int
        Places of the rows with cells beyond the last column.
    sheets : tuple of str
        Sheet of each row, where rows of several are read together; else empty.
    """

    file: str
    frame: pd.DataFrame
    lines: Integers
    above: str
    remarks: tuple[str, ...] = ()
    overlong: tuple[int, ...] = ()
    sheets: tuple[str, ...] = ()

    def file_of(self, place: int) -> str:
        """Return the file of a row in faults, with its sheet where there are several."""
        return f"{self.file}, sheet {self.sheets[place]!r}" if self.sheets else self.file


def read_found(
    path: Path, is_header: Callable[[Sequence[str]], float], sheet: str | None = None
) -> Found:
    """Read the table of a file.

    Parameters
    ----------
    path : Path
        A CSV, TSV or text file, an Excel workbook, JSON or JSON Lines.
    is_header : callable
        How many cells of a row name a field; the row with most of them is the header.
    sheet : str, optional
        Sheet of a workbook; where not given that with the best header, and those like it.

    Raises
    ------
    OwnDataError
        No such file, a format that is not known, no table.
    """
    file = path.name
    guessed: tuple[str, ...] = ()
    if not path.exists():
        raise OwnDataError([Fault(str(path), None, None, "no such file", "a table of your own")])
    if not path.is_file():
        raise OwnDataError([Fault(str(path), None, None, "no plain file", "a table of your own")])
    if (size := path.stat().st_size) > LARGEST_FILE:
        expected = f"a file of at most {LARGEST_FILE // 2**20} MB"
        raise OwnDataError([Fault(file, None, None, f"{size / 2**20:,.0f} MB", expected)])
    if not os.access(path, os.R_OK):
        raise OwnDataError([Fault(file, None, None, "no permission", "a file that can be read")])
    suffix = path.suffix.lower()
    if suffix in (".xlsx", ".xlsm"):
        grids = sheet_cells(path, sheet)
    elif suffix in (".csv", ".tsv", ".txt", ".dat", ""):
        content = path.read_bytes()
        _refuse_many_rows(file, content.count(b"\n"))
        text, guessed = _decoded(file, content)
        grids = {"": _csv_grid(file, text)}
    elif suffix in (".json", ".jsonl", ".ndjson"):
        content = path.read_bytes()
        if suffix != ".json":
            _refuse_many_rows(file, content.count(b"\n"))
        text, guessed = _decoded(file, content)
        grids = {"": record_cells(file, text, is_by_line=suffix != ".json")}
    else:
        expected = (
            "a .csv, .tsv, .txt or .xlsx file, or .json or .jsonl (save an .xls or .ods as .xlsx)"
        )
        raise OwnDataError([Fault(file, None, None, path.suffix, expected)])
    _refuse_many_rows(file, max((len(grid) for grid in grids.values()), default=0))
    places = {name: _header_place(grid, is_header) for name, grid in grids.items() if grid}
    if not places:
        raise OwnDataError([Fault(file, None, None, "no rows", "a table with a header")])
    tables = {name: _table(file, grids[name], places[name][0]) for name in places}
    table = _of_sheets(tables, max(places, key=lambda name: places[name][1]))
    return replace(table, remarks=(*guessed, *table.remarks))


def _refuse_many_rows(file: str, n_rows: int) -> None:
    """Refuse a file of more rows than an own table takes, above and below its header."""
    if n_rows > OWN_LIMIT.rows + SEARCHED_ROWS:
        raise OwnDataError([Fault(file, None, None, f"{n_rows:,} rows", str(OWN_LIMIT))])


def _of_sheets(tables: Mapping[str, Found], best: str) -> Found:
    """Set the best sheet and those with its columns below each other; say which were left out."""
    if len(tables) == 1:
        (name, table), *_ = tables.items()
        return replace(table, remarks=(*table.remarks, f"sheet {name!r}")) if name else table
    columns = set(tables[best].frame.columns)
    alike = [
        name
        for name, table in tables.items()
        if len(table.frame) and (columns <= set(table.frame) or set(table.frame) <= columns)
    ]
    left_out = [repr(name) for name in tables if name not in alike]
    remark = f"sheets {', '.join(map(repr, alike))}"
    if len(alike) < 2:
        remark = f"sheet {best!r}"
    if left_out:
        remark += f", without {', '.join(left_out)}"
    if len(alike) < 2:
        return replace(tables[best], remarks=(*tables[best].remarks, remark))
    parts = [tables[name] for name in alike]
    starts = np.cumsum([0, *(len(part.frame) for part in parts)])
    return Found(
        parts[0].file,
        pd.concat([part.frame for part in parts], ignore_index=True),
        np.concatenate([part.lines for part in parts]),
        "\n".join(dict.fromkeys(part.above for part in parts)),
        (*(each for part in parts for each in part.remarks), remark),
        tuple(int(at + k) for part, at in zip(parts, starts, strict=False) for k in part.overlong),
        tuple(name for name, part in zip(alike, parts, strict=True) for _ in part.lines),
    )


def frame_found(frame: pd.DataFrame, name: str) -> Found:
    """Take a frame for a file: its rows are numbered as their lines would be."""
    cells = frame.reset_index(drop=True).set_axis([str(each) for each in frame.columns], axis=1)
    return Found(name, cells.astype(object), np.arange(2, len(frame) + 2), "")


def stacked(found: Found, columns: Mapping[str, Mapping[str, str]], value: str) -> Found:
    """Set columns below each other; a row keeps its line.

    Parameters
    ----------
    found : Found
        A table with a column a term, metric, GPU or month.
    columns : mapping of str to mapping
        Those columns, and what each says of its cells: text by name of a new column.
    value : str
        Name of the column that takes their cells.
    """
    others = found.frame.drop(columns=list(columns))
    parts = []
    for column, said in columns.items():
        part = others.assign(**said)
        part[value] = found.frame[column]
        parts.append(part[[bool(_text(cell).strip("-–—")) for cell in part[value]]])
    whole = pd.concat(parts)
    lines = found.lines[whole.index.to_numpy()]
    is_overlong = np.isin(whole.index, np.array(found.overlong, dtype=int))
    overlong = tuple(np.flatnonzero(is_overlong).tolist())
    sheets = tuple(found.sheets[place] for place in whole.index) if found.sheets else ()
    frame = whole.reset_index(drop=True)
    return replace(found, frame=frame, lines=lines, overlong=overlong, sheets=sheets)


def _header_place(grid: Grid, is_header: Callable[[Sequence[str]], float]) -> tuple[int, float]:
    scores = [is_header([_text(cell) for cell in cells]) for _, cells in grid[:SEARCHED_ROWS]]
    best = max(scores)
    return scores.index(best), best


def _table(file: str, grid: Grid, place: int) -> Found:
    header = [_text(cell) for cell in grid[place][1]]
    while header and not header[-1]:
        header.pop()
    counts: Counter[str] = Counter()
    columns = []
    for position, name in enumerate(header, start=1):
        name = name or f"column {position}"
        counts[name] += 1
        columns.append(name if counts[name] == 1 else f"{name} ({counts[name]})")
    rows: list[list[Any]] = []
    numbers: list[int] = []
    overlong: list[int] = []
    n_notes = 0
    for number, cells in grid[place + 1 :]:
        n_filled = sum(map(_is_filled, cells))
        if not n_filled or _repeats(cells, header) or _is_rule(cells):
            continue
        if n_filled == 1 and len(columns) > 2 and not _begins_with_digit(cells):
            n_notes += 1
            continue
        if any(map(_is_filled, cells[len(columns) :])):
            overlong.append(len(rows))
        rows.append([*cells[: len(columns)], *[None] * (len(columns) - len(cells))])
        numbers.append(number)
    remarks = [f"{n_notes} rows with a single cell taken for notes"] if n_notes else []
    above = "\n".join(text for _, cells in grid[:place] for cell in cells if (text := _text(cell)))
    frame = pd.DataFrame(rows, columns=columns, dtype=object)
    return Found(
        file, frame, np.array(numbers, dtype=np.int64), above, tuple(remarks), tuple(overlong)
    )


def _is_filled(cell: Any) -> bool:
    return bool(cell.strip() if isinstance(cell, str) else _text(cell))


def _begins_with_digit(cells: Sequence[Any]) -> bool:
    """Whether a row of one cell holds a day or number: it is cut short, and no note."""
    return "".join(map(_text, cells))[:1].isdigit()


def _repeats(cells: Sequence[Any], header: Sequence[str]) -> bool:
    """Whether a row is the header once more."""
    first = str(cells[0] if cells else "").lstrip()
    is_like = first[:1] == header[0][:1]  # spares the rest of most rows
    return is_like and [_text(cell) for cell in cells][: len(header)] == header


def _is_rule(cells: Sequence[Any]) -> bool:
    """Whether a row is the line below a header: |---|:--:|."""
    if (first := str(cells[0] or "").lstrip()) and first[0] not in "-=:":
        return False  # spares the rest of most rows
    texts = [str(cell).strip(" :") for cell in cells if _is_filled(cell)]
    is_drawn = len(texts) > 1 and not any(text.strip("-=") for text in texts)
    return is_drawn and max(map(len, texts)) > 2


def _text(cell: Any) -> str:
    if cell is None or (isinstance(cell, float) and pd.isna(cell)):
        return ""
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    return " ".join(str(cell).replace("\N{ZERO WIDTH NO-BREAK SPACE}", "").split())


def _csv_grid(file: str, text: str) -> Grid:
    found = {mark: _rows_by(text[:SAMPLED_CHARACTERS], mark) for mark in DELIMITERS}
    delimiter, (n_rows, _, rows) = max(found.items(), key=lambda each: each[1][:2])
    if len(text) > SAMPLED_CHARACTERS:
        n_rows, _, rows = _rows_by(text, delimiter)
    if not n_rows:  # a list of one column may hold all in each cell
        lines = enumerate(text.splitlines(), start=1)
        rows = [(number, [line]) for number, line in lines if line.strip()]
    if not rows:
        raise OwnDataError([Fault(file, None, None, "nothing", "columns apart by , ; | or tab")])
    return [(number, cells) for number, cells in rows if not _is_remark(cells)]


def _rows_by(text: str, delimiter: str) -> tuple[int, int, Grid]:
    """Split a text; how many of its rows have the commonest number of columns, and that number."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        rows: Grid = [(reader.line_num, cells) for cells in reader]
    except csv.Error:
        return 0, 0, []
    widths = Counter(len(cells) for _, cells in rows if len(cells) > 1)
    width, n_rows = widths.most_common(1)[0] if widths else (1, 0)
    return n_rows, width, rows


def _is_remark(cells: Sequence[str]) -> bool:
    return bool(cells) and cells[0][:1] in ("#", "") and "".join(cells).startswith("# ")


def _decoded(file: str, content: bytes) -> tuple[str, tuple[str, ...]]:
    """Text of a file, and a remark where its encoding was guessed."""
    is_utf_16 = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    if b"\x00" in content and not is_utf_16:
        raise OwnDataError([Fault(file, None, None, "zero bytes", "a text file")])
    for encoding in ("utf-16",) if is_utf_16 else ("utf-8-sig", *GUESSED):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if encoding not in GUESSED:
            return text, ()
        _refuse_mixed(file, content)
        return text, (f"not UTF-8, and therefore read as {encoding}",)
    raise OwnDataError([Fault(file, None, None, "bytes of no known encoding", "UTF-8")])


def _refuse_mixed(file: str, content: bytes) -> None:
    """Refuse a file of which some lines are UTF-8 beyond ASCII, and others are not."""
    is_utf_8, bad = False, None
    for number, line in enumerate(content.split(b"\n"), start=1):
        try:
            line.decode("utf-8")
        except UnicodeDecodeError as error:
            bad = bad or (number, f"byte 0x{line[error.start]:02x} at {error.start + 1}")
        else:
            is_utf_8 |= not line.isascii()
    if is_utf_8 and bad:
        expected = "UTF-8 as in its other lines"
        raise OwnDataError([Fault(file, bad[0], None, bad[1], expected)])
