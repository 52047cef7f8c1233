"""Decoding: bytes to text cells, nothing repaired, nothing guessed.

A raw table is UTF-8 without a byte-order mark, one row a line, lines ended by a line feed, the
header exactly as described, no control, invisible or replacement character, no space at the edge of
a cell. pandas accepts most of what is refused here without a word.
"""

from __future__ import annotations

import codecs
import csv
import re
import unicodedata
from collections.abc import Sequence

from analysis.errors import Fault

Cells = dict[int, dict[str, str]]
"""Text of a table: line number (the header is line 1), then column."""

REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
_UTF_7 = re.compile(r"\+[A-Za-z0-9+/]{3,}-")
INVISIBLE = {"Cc", "Cf", "Co", "Cs", "Zl", "Zp"}


def read_cells(
    file: str, content: bytes, header: Sequence[str]
) -> tuple[Cells | None, list[Fault]]:
    """Split the bytes of a table into text cells.

    Parameters
    ----------
    file : str
        Name of the file in faults.
    content : bytes
        All of it.
    header : sequence of str
        Names that the first line must hold, in this order.

    Returns
    -------
    cells : dict of int to dict, or None
        Text of every cell of the rows that could be split, by line number and column; None when
        the header is not as described.
    faults : list of Fault
        All faults found.
    """
    lines, faults = _decoded_lines(file, content)
    rows = {number: _split(line) for number, line in lines.items()}
    header_faults = _header_faults(file, rows.pop(1, []), list(header))
    if header_faults:
        return None, faults + header_faults
    cells: Cells = {}
    for number, row in rows.items():
        if len(row) != len(header):
            found = f"{len(row)} fields" if row else lines[number]
            wanted = _unclean(lines[number]) or f"{len(header)} fields"
            faults.append(Fault(file, number, None, found, wanted))
            continue
        cells[number] = dict(zip(header, row, strict=True))
        faults += [
            Fault(file, number, column, cell, expected)
            for column, cell in cells[number].items()
            if (expected := _unclean(cell))
        ]
    return cells, faults


def _decoded_lines(file: str, content: bytes) -> tuple[dict[int, str], list[Fault]]:
    """Text of each line that is UTF-8, by line number."""
    faults = []
    if content.startswith(codecs.BOM_UTF8):
        faults.append(Fault(file, 1, None, "a byte-order mark", "UTF-8 without byte-order mark"))
        content = content.removeprefix(codecs.BOM_UTF8)
    if returns := content.count(b"\r\n"):
        found = f"CRLF at {returns} line ends"
        faults.append(Fault(file, 1, None, found, "lines ended by a line feed alone"))
        content = content.replace(b"\r\n", b"\n")
    *ended, rest = content.split(b"\n")
    if rest:
        found = f"no line end after {rest[-40:].decode('utf-8', 'replace')}"
        expected = "a line end after the last row (is the file cut off?)"
        faults.append(Fault(file, len(ended) + 1, None, found, expected))
        ended.append(rest)
    lines = {}
    for number, line in enumerate(ended, start=1):
        try:
            lines[number] = line.decode("utf-8")
        except UnicodeDecodeError as error:
            found = f"byte 0x{line[error.start]:02x} at {error.start + 1}"
            faults.append(Fault(file, number, None, found, "UTF-8"))
    return lines, faults


def _split(line: str) -> list[str]:
    """Cells of a line; none when its quotes do not close."""
    try:
        return next(csv.reader([line], strict=True), [])
    except csv.Error:
        return []


def _header_faults(file: str, found: list[str], header: list[str]) -> list[Fault]:
    if found == header:
        return []
    missing = [name for name in header if name not in found]
    extra = [name for name in found if name not in header]
    faults = [Fault(file, 1, name, "no such column", f"column {name}") for name in missing]
    faults += [Fault(file, 1, name, name, "no column beyond those described") for name in extra]
    if not faults:
        faults = [Fault(file, 1, None, ",".join(found), f"the header {','.join(header)}")]
    return faults


def _unclean(cell: str) -> str | None:
    """Say what is expected of a cell that holds what nobody sees; None when it is clean."""
    if REPLACEMENT in cell:
        return "text without replacement characters"
    if not cell.isprintable() and any(
        unicodedata.category(character) in INVISIBLE for character in cell
    ):
        return "text without control or invisible characters"
    if cell != cell.strip():
        return "text without space at its edges"
    if cell.isascii():
        return "text in UTF-8, not UTF-7" if is_utf_7(cell) else _spaced(cell)
    if any(unicodedata.category(character) == "Zs" and character != " " for character in cell):
        return "text with plain spaces alone"
    if any(_is_look_alike(character) for character in cell):
        return "letters of Latin or Chinese script, digits of half width"
    return _spaced(cell)


def _spaced(cell: str) -> str | None:
    return "text with one space between words" if "  " in cell else None


def is_utf_7(cell: str) -> bool:
    """Whether a text has letters beyond ASCII as a mail program of old would write them."""
    for part in _UTF_7.findall(cell):
        try:
            read = part.encode("ascii").decode("utf-7")
        except UnicodeDecodeError:
            continue
        if (
            read.encode("utf-7").decode("ascii") == part
            and not read.isascii()
            and read.isprintable()
        ):
            return True
    return False


def _is_look_alike(character: str) -> bool:
    """Whether a letter or digit is easily taken for a Latin one, as a Cyrillic or wide A is."""
    name = unicodedata.name(character, "")
    is_other = name.startswith(("CYRILLIC", "GREEK", "FULLWIDTH LATIN", "FULLWIDTH DIGIT"))
    return (is_other and character.isalnum()) or character == "\N{MINUS SIGN}"
