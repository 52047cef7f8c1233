"""Row lock: a second seal of the raw tables, row by row, so that a changed cell is named.

The hash of a table says that something changed, and whoever seals an edit replaces it. The row lock
knows every cell by a short digest. A row whose cells changed, or that is gone, is refused with its
place until it is sealed with the number of rows meant: what was changed by mistake (a currency, a
date, a source, a digit) is then seen by whoever seals, and in the review of the lock.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from analysis.data.package import Resource
from analysis.data.text import Cells
from analysis.errors import Fault
from analysis.files import write_whole

FILE_NAME = "rows.lock"

_KEY, _ROW, _CELL = 10, 10, 2
"""Characters of a digest, six bits each."""

_LARGEST_SEARCH = 1_000_000
"""Pairs of rows compared to tell which row a new one was."""

Locked = Mapping[str, tuple[str, ...]]
"""Of each row by the digest of its key: the digest of the row, then of every cell."""


@dataclass(frozen=True)
class RowChanges:
    """How the rows of a table differ from the lock.

    Parameters
    ----------
    changed : dict of int to list of str
        Columns whose cells differ, by line number; none named where the cells alone cannot tell.
    new : tuple of int
        Lines of rows that the lock does not have.
    n_removed : int
        Rows of the lock that are gone.
    """

    changed: dict[int, list[str]]
    new: tuple[int, ...]
    n_removed: int


def read_lock(folder: Path) -> dict[str, Locked]:
    """Read the lock of a folder: tables by name, empty where there is no lock."""
    path = folder / FILE_NAME
    return dict(_parsed(path.read_text("utf-8"))) if path.is_file() else {}


@lru_cache(maxsize=4)
def _parsed(text: str) -> Mapping[str, Locked]:
    tables: dict[str, dict[str, tuple[str, ...]]] = {}
    for line in text.splitlines():
        name, _, row = line.partition(" ")
        cells = row[_KEY + _ROW :]
        tables.setdefault(name, {})[row[:_KEY]] = (
            row[_KEY : _KEY + _ROW],
            *(cells[at : at + _CELL] for at in range(0, len(cells), _CELL)),
        )
    return tables  # shared: never to be changed


def write_lock(folder: Path, tables: Mapping[str, Locked]) -> None:
    """Write the lock of a folder, all tables."""
    lines = [
        f"{name} {key}{''.join(digests)}\n"
        for name, rows in tables.items()
        for key, digests in rows.items()
    ]
    write_whole(folder / FILE_NAME, "".join(lines))


def locked_rows(resource: Resource, cells: Cells) -> dict[str, tuple[str, ...]]:
    """Return what the lock holds of a table."""
    return dict(_rows(resource, cells).values())


def row_changes(resource: Resource, cells: Cells, locked: Locked) -> RowChanges:
    """Compare the rows of a table with the lock, the order of rows aside.

    A new row that shares most cells with one that is gone is that row, its key changed.
    """
    names = resource.table_schema.names
    rows = _rows(resource, cells)
    changed: dict[int, list[str]] = {}
    new = []
    for line, (key, digests) in rows.items():
        if key not in locked:
            new.append(line)
        elif digests != locked[key]:
            changed[line] = _other_cells(names, digests, locked[key])
    gone = [locked[key] for key in set(locked) - {key for key, _ in rows.values()}]
    if len(new) * len(gone) <= _LARGEST_SEARCH:
        for line in list(new):
            digests = rows[line][1]
            nearest = min(gone, key=lambda old: len(_other_cells(names, digests, old)), default=())
            differing = _other_cells(names, digests, nearest)
            if nearest and len(differing) <= len(names) // 3:
                changed[line] = differing
                gone.remove(nearest)
                new.remove(line)
    return RowChanges(dict(sorted(changed.items())), tuple(new), len(gone))


def change_faults(
    file: str, changes: RowChanges, cells: Cells, advice: str, *, with_new: bool
) -> list[Fault]:
    """Return every change as a fault.

    Parameters
    ----------
    file : str
        Name of the table's file in faults.
    changes : RowChanges
        What differs.
    cells : dict of int to dict
        The cells, for what a fault prints.
    advice : str
        What to do if the change is meant.
    with_new : bool
        Whether a new row is a fault, too.
    """
    faults = [
        Fault(
            file,
            line,
            column or None,
            cells[line][column] if column else "another row",
            f"what {FILE_NAME} holds; {advice}",
        )
        for line, columns in changes.changed.items()
        for column in columns or [""]
    ]
    if changes.n_removed:
        found = f"{changes.n_removed} rows fewer"
        faults.append(Fault(file, None, None, found, f"every row of {FILE_NAME}; {advice}"))
    if with_new and changes.new:
        n_new = len(changes.new)
        found = "a new row" if n_new == 1 else f"the first of {n_new} new rows"
        faults.append(Fault(file, changes.new[0], None, found, f"a row of {FILE_NAME}; {advice}"))
    return faults


def _rows(resource: Resource, cells: Cells) -> dict[int, tuple[str, tuple[str, ...]]]:
    """Return of every line the digest of its key, and the digests of row and cells."""
    names, keys = resource.table_schema.names, resource.table_schema.primary_key
    found = {}
    for line, texts in cells.items():
        row = [texts[name] for name in names]
        digests = (_digest(row, _ROW), *(_digest([cell], _CELL) for cell in row))
        found[line] = (_digest([texts[key] for key in keys], _KEY), digests)
    return found


def _other_cells(names: Iterable[str], one: tuple[str, ...], other: tuple[str, ...]) -> list[str]:
    pairs = zip(names, one[1:], other[1:], strict=False)
    return [name for name, mine, theirs in pairs if mine != theirs]


@lru_cache(maxsize=65_536)
def _cell_digest(text: str, length: int) -> str:
    digest = hashlib.blake2b(text.encode("utf-8"), digest_size=12).digest()
    return base64.urlsafe_b64encode(digest).decode("ascii")[:length]


def _digest(texts: Iterable[str], length: int) -> str:
    return _cell_digest("\0".join(texts), length)
