"""Tables that notebooks pass to each other: written whole or not at all, with a passport.

A notebook saves a table under a name; another loads it by that name and says which notebook builds
it, so that the refusal of a table that is not there tells the reader what to run first.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.data.asked_day import as_of_day
from analysis.data.package import shown
from analysis.errors import DataError, Fault
from analysis.files import write_whole
from analysis.paths import PROCESSED, SAVES_VARIABLE
from analysis.spreadsheet_text import csv_text

FLOAT_FORMAT = "%.17g"  # the fewest digits that bring every double back exactly

_NAME = re.compile(r"[a-z][a-z0-9_]{0,99}\Z")
_BEFORE = "before"
"""Key of the passport before, in one whose table may not be in place yet."""

_AS_OF = "as_of"
"""Key of the day that a table is as of, in the passport of one that is not as of today."""

_apart: ContextVar[Path | None] = ContextVar("folder of processed tables", default=None)


@contextmanager
def processed_in(folder: Path) -> Iterator[None]:
    """Load and save processed tables in another folder, within a ``with`` block.

    Parameters
    ----------
    folder : Path
        Stands for ``data/processed`` meanwhile.
    """
    before = _apart.set(folder)
    try:
        yield
    finally:
        _apart.reset(before)


def save_processed(
    frame: pd.DataFrame,
    name: str,
    *,
    units: Mapping[str, str],
    made_by: str,
    parameters: Mapping[str, Any] | None = None,
    folder: Path | None = None,
) -> Path:
    """Save a table for other notebooks, as CSV with 17 digits and a small JSON passport.

    Parameters
    ----------
    frame : DataFrame
        Columns of numbers, dates, booleans or text; its index is not saved, and a missing text
        comes back as the empty string.
    name : str
        Name to load it by: lower-case letters, digits and underscores.
    units : mapping of str to str
        Unit of every column, "" where it has none.
    made_by : str
        The notebook that builds it, for example ``notebooks/rent_trends.py``.
    parameters : mapping, optional
        What it was built with; anything JSON can hold.
    folder : Path, optional
        Where it goes; ``data/processed`` when left out, or where `SAVES_VARIABLE` says.

    Returns
    -------
    Path
        The CSV file. The table before stays until this one is whole, whatever happens meanwhile.

    Raises
    ------
    ValueError
        A column has no unit, or a unit no column.
    DataError
        The name is none.
    WriteError
        The folder cannot be written.
    """
    folder = folder or _apart.get() or Path(os.environ.get(SAVES_VARIABLE, PROCESSED))
    table, _ = _paths(name, folder)
    if set(units) != set(frame.columns):
        unmatched = ", ".join(sorted(set(units) ^ set(map(str, frame.columns))))
        raise ValueError(f"units and columns of {name} differ: {unmatched}")
    content = csv_text(frame, index=False, float_format=FLOAT_FORMAT).encode()
    passport = {
        "name": name,
        "made_by": made_by,
        "parameters": dict(parameters or {}),
        "rows": len(frame),
        "hash": _hash(content),
        "columns": {
            column: {"dtype": str(frame[column].dtype), "unit": units[column]}
            for column in frame.columns
        },
    }
    if day := _day_asked_for():
        passport[_AS_OF] = day
    _put(name, content, passport, folder)
    return table


def publish_processed(name: str, source: Path, folder: Path = PROCESSED) -> None:
    """Put a table that was saved apart in the place of the one before.

    Parameters
    ----------
    name : str
        Name it was saved under.
    source, folder : Path
        Where it lies, and where it goes.
    """
    table, label = _paths(name, source)
    passport = _passport(label)
    assert passport is not None, f"{label} was written by save_processed"
    _put(name, table.read_bytes(), passport, folder)


def has_processed(name: str, folder: Path | None = None) -> bool:
    """Whether a processed table has been built, so that a notebook can skip a section."""
    folder = folder or _read_from(name)
    return all(path.is_file() for path in _paths(name, folder))


def load_processed(name: str, *, made_by: str, folder: Path | None = None) -> pd.DataFrame:
    """Load a table that another notebook saved.

    Parameters
    ----------
    name : str
        Name it was saved under.
    made_by : str
        The notebook that builds it, named when the table is absent.
    folder : Path, optional
        Where processed tables lie; ``data/processed`` when left out.

    Returns
    -------
    DataFrame
        Equal to the frame that was saved, bit for bit, with a fresh index.

    Raises
    ------
    DataError
        The table has not been built, or is not what its passport says.
    """
    folder = folder or _read_from(name)
    table, label = _paths(name, folder)
    if not has_processed(name, folder):
        expected = f"the table that {made_by} builds: run that first"
        raise DataError([Fault(shown(table), None, None, "no such table", expected)])
    try:
        content = table.read_bytes()
    except OSError as error:
        expected = "a file that can be read"
        raise DataError([Fault(shown(table), None, None, str(error.strerror), expected)]) from None
    written = _passport(label)
    if written is None:
        expected = f"the passport of a table: run {made_by} again"
        raise DataError([Fault(shown(label), None, None, "something else", expected)])
    if written.get(_AS_OF, "") != (day := _day_asked_for()):
        expected = f"a table as of {day or 'today'}: run {made_by} as of that day first"
        of = f"as of {written.get(_AS_OF) or 'today'}"
        raise DataError([Fault(shown(table), None, None, of, expected)])
    passport, found = _of_content(written, content), _hash(content)
    if passport is None:
        expected = f"{written['hash']} as its passport says: run {written['made_by']} again"
        raise DataError([Fault(shown(table), None, None, found, expected)])
    dtypes = {column: kept["dtype"] for column, kept in passport["columns"].items()}
    dates = [column for column, dtype in dtypes.items() if dtype.startswith("datetime64")]
    texts = [column for column, dtype in dtypes.items() if dtype == "object"]
    return pd.read_csv(
        io.BytesIO(content),
        dtype={column: dtype for column, dtype in dtypes.items() if column not in dates},
        parse_dates=dates,
        keep_default_na=False,
        na_values={column: [""] for column in dtypes if column not in texts},
        float_precision="round_trip",
    ).astype({column: dtypes[column] for column in dates})


def _day_asked_for() -> str:
    """Day that tables are asked for as of; empty for today."""
    return "" if (day := as_of_day()) is None else day.isoformat()


def _read_from(name: str) -> Path:
    """Where a table is read: where runs save apart, if it is there or is to be as of a past day."""
    if apart := _apart.get():
        return apart
    saved = os.environ.get(SAVES_VARIABLE)
    if saved and (as_of_day() or has_processed(name, Path(saved))):
        return Path(saved)
    return PROCESSED


def _paths(name: str, folder: Path) -> tuple[Path, Path]:
    if not _NAME.match(name):
        expected = "the name of a table: lower-case letters, digits and underscores, no path"
        raise DataError([Fault("data/processed", None, "name", name, expected)])
    return folder / f"{name}.csv", folder / f"{name}.json"


def _put(name: str, content: bytes, passport: Mapping[str, Any], folder: Path) -> None:
    """Put table and passport in place so that at every moment one table is there, old or new.

    Two files cannot be replaced in one step. So the passport first states both tables, and stands
    for whichever lies beside it; then the table is replaced; then the passport forgets the old one.
    """
    table, label = _paths(name, folder)
    written = _passport(label)
    if written is not None and table.is_file():
        there = table.read_bytes()
        if _text(written) == _text(passport) and _hash(there) == passport["hash"]:
            return
        before = _of_content(written, there)
        if before is not None:
            write_whole(label, _text({**passport, _BEFORE: before}))
    write_whole(table, content)
    write_whole(label, _text(passport))


def _passport(label: Path) -> dict[str, Any] | None:
    """Return what a passport states, None if it is damaged or not there."""
    try:
        written = json.loads(label.read_text("utf-8"))
        columns = [kept["dtype"] + kept["unit"] for kept in written["columns"].values()]
        is_whole = isinstance(written["hash"] + written["made_by"] + "".join(columns), str)
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        return None
    return written if is_whole else None


def _of_content(written: dict[str, Any], content: bytes) -> dict[str, Any] | None:
    """Return the passport that belongs to a table, of those that a file states."""
    both = ({**written}, written.get(_BEFORE) or {})
    both[0].pop(_BEFORE, None)
    return next((each for each in both if each.get("hash") == _hash(content)), None)


def _text(passport: Mapping[str, Any]) -> str:
    return f"{json.dumps(passport, indent=2, ensure_ascii=False)}\n"


def _hash(content: bytes) -> str:
    return f"sha256:{hashlib.sha256(content).hexdigest()}"
