"""How large a stored table may be: refused by its size at once, before anything of it is parsed.

Tables are checked cell by cell, and every fault is named: half a millisecond a row where all rows
are at fault. So a table that somebody repeated or grew by mistake is told by its size.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final, NamedTuple

from analysis.data.package import shown
from analysis.data.raw_folder import RAW
from analysis.errors import Fault


class TableLimit(NamedTuple):
    """How large a table may be.

    Parameters
    ----------
    rows : int
        Rows below the header.
    n_bytes : int
        Bytes of the file.
    """

    rows: int
    n_bytes: int

    def __str__(self) -> str:
        """Say it as an expectation.

        >>> str(TableLimit(1_000, 2**20))
        'a table of at most 1,000 rows and 1 MB'
        """
        return f"a table of at most {self.rows:,} rows and {self.n_bytes // 2**20} MB"


RAW_LIMIT: Final = TableLimit(50_000, 16 * 2**20)
"""Of a raw table; the largest one has 2,141 rows and half a megabyte."""
OWN_LIMIT: Final = TableLimit(1_000_000, 512 * 2**20)
"""Of an own table; a million quotes are 120 MB as stored."""


def size_faults(folder: Path = RAW, limit: TableLimit = RAW_LIMIT) -> list[Fault]:
    """Return a fault for every table of a folder that is too large, or that may not be read.

    Parameters
    ----------
    folder : Path, optional
        Its CSV files are looked at, described or not: all of them are digested when one is loaded.
    limit : TableLimit, optional
        How large each may be.

    Returns
    -------
    list of Fault
        Empty when there is none.
    """
    faults = []
    for path in sorted(folder.glob("*.csv")):
        if not path.is_file():
            continue  # a pipe has no size, and is refused where it is read
        size = path.stat().st_size
        if size > limit.n_bytes:
            faults.append(Fault(shown(path), None, None, f"{size / 2**20:,.0f} MB", str(limit)))
            continue
        try:
            rows = path.read_bytes().count(b"\n") - 1
        except OSError as error:
            found = error.strerror or str(error)
            faults.append(Fault(shown(path), None, None, found, "a file that can be read"))
            continue
        if rows > limit.rows:
            faults.append(Fault(shown(path), None, None, f"{rows:,} rows", str(limit)))
    return faults
