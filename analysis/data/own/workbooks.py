"""Cells of Excel workbooks; what is no table of anybody's is refused before it is unpacked."""

from __future__ import annotations

import re
import zlib
from pathlib import Path
from typing import Any, Final
from xml.parsers import expat
from zipfile import BadZipFile, ZipFile

from analysis.data.own.kinds import OwnDataError
from analysis.errors import Fault

LARGEST_UNPACKED: Final = 128 * 2**20
"""Bytes of all parts of a workbook together; a sheet of 300,000 quotes has 90 MB."""
MOST_PARTS: Final = 2_000
MOST_CELLS: Final = 10_000_000
"""Rows times columns of a sheet, empty cells included."""
MOST_MERGED: Final = 1_000_000
_REFERENCE: Final = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,7})")
_CHUNK: Final = 2**16


def sheet_cells(path: Path, wanted: str | None) -> dict[str, list[tuple[int, list[Any]]]]:
    """Return the cells of every visible sheet; what is merged over rows stands in each of them.

    Parameters
    ----------
    path : Path
        An Excel workbook.
    wanted : str, optional
        The one sheet that is read.

    Raises
    ------
    OwnDataError
        It does not open, has no such sheet, is larger than a table is when unpacked, or declares
        entities.
    """
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        _refuse_bombs(path)
        book = load_workbook(path, data_only=True, keep_links=False)
    except OwnDataError:
        raise
    except (
        BadZipFile,
        InvalidFileException,
        expat.ExpatError,
        SyntaxError,  # of a part that is no XML
        zlib.error,
        LookupError,
        ValueError,
        TypeError,
        AttributeError,
        NotImplementedError,  # of a way of packing that Python does not know
        RuntimeError,  # of a password
        OSError,
        EOFError,
    ) as error:
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
                if row in rows:
                    rows[row][merged.min_col - 1] = value
        grids[name] = list(rows.items())
    return grids


def _refuse_bombs(path: Path) -> None:
    """Read every part once, keeping nothing: its size, its entities, how far its cells reach."""
    with ZipFile(path) as archive:
        parts = archive.infolist()
        if len(parts) > MOST_PARTS:
            _refuse(path, f"{len(parts):,} parts", f"a workbook of at most {MOST_PARTS:,} parts")
        if (size := sum(part.file_size for part in parts)) > LARGEST_UNPACKED:
            expected = (
                f"at most {LARGEST_UNPACKED // 2**20} MB when unpacked; save larger ones as CSV"
            )
            _refuse(path, f"{size / 2**20:,.0f} MB unpacked", expected)
        for part in parts:
            if part.filename.endswith((".xml", ".rels", ".vml")):
                reach = _Reach(path, part.filename)
                with archive.open(part) as stream:
                    while chunk := stream.read(_CHUNK):
                        reach.read(chunk)
                reach.close()


class _Reach:
    """Parses one part as it comes, and refuses what no workbook of a table has."""

    def __init__(self, path: Path, part: str) -> None:
        self._path, self._part = path, part
        self._rows, self._columns, self._merged = 1, 1, 0
        self._parser = expat.ParserCreate()
        self._parser.StartDoctypeDeclHandler = self._doctype
        if "worksheets/" in part:
            self._parser.StartElementHandler = self._element

    def read(self, chunk: bytes) -> None:
        self._parser.Parse(chunk, False)

    def close(self) -> None:
        self._parser.Parse(b"", True)

    def _doctype(self, *_said: object) -> None:
        _refuse(self._path, f"{self._part} declares entities", "a workbook without a DOCTYPE")

    def _element(self, name: str, said: dict[str, str]) -> None:
        kind = name.rpartition(":")[2]
        if kind == "mergeCell":
            self._merged += _area(said.get("ref", ""))
        elif kind in ("c", "row"):
            reference = said.get("r", "")
            row, column = _place(reference if kind == "c" else f"A{reference}")
            self._rows, self._columns = max(self._rows, row), max(self._columns, column)
        else:
            return
        if self._rows * self._columns > MOST_CELLS or self._merged > MOST_MERGED:
            found = f"{self._part} reaches over {self._rows:,} rows and {self._columns:,} columns"
            expected = f"at most {MOST_CELLS:,} cells and {MOST_MERGED:,} merged ones a sheet"
            _refuse(self._path, found, expected)


def _place(reference: str) -> tuple[int, int]:
    """Row and column of a cell such as B12; the first where it says none.

    >>> _place("B12"), _place("")
    ((12, 2), (1, 1))
    """
    match = _REFERENCE.fullmatch(reference.upper())
    if match is None:
        return 1, 1
    column = 0
    for letter in match[1]:
        column = 26 * column + ord(letter) - ord("A") + 1
    return int(match[2]), column


def _area(reference: str) -> int:
    """Cells of a range.

    >>> _area("A1:B3"), _area("C4")
    (6, 1)
    """
    first, _, last = reference.partition(":")
    (top, left), (bottom, right) = _place(first), _place(last or first)
    return (abs(bottom - top) + 1) * (abs(right - left) + 1)


def _refuse(path: Path, found: str, expected: str) -> None:
    raise OwnDataError([Fault(path.name, None, None, found, expected)])
