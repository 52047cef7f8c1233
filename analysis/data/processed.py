"""Tables that notebooks pass to each other: written whole or not at all, with a passport.

A notebook saves a table under a name; another loads it by that name and says which notebook builds
it, so that the refusal of a table that is not there tells the reader what to run first.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.data.package import shown
from analysis.errors import DataError, Fault
from analysis.paths import PROCESSED, SAVES_VARIABLE

FLOAT_FORMAT = "%.17g"  # the fewest digits that bring every double back exactly


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
        Name to load it by, a file name without ending.
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
        The CSV file. A reader sees the table before, no table, or this one, never a part.

    Raises
    ------
    ValueError
        A column has no unit, or a unit no column.
    """
    if set(units) != set(frame.columns):
        unmatched = ", ".join(sorted(set(units) ^ set(map(str, frame.columns))))
        raise ValueError(f"units and columns of {name} differ: {unmatched}")
    content = frame.to_csv(index=False, float_format=FLOAT_FORMAT, lineterminator="\n").encode()
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
    label_content = f"{json.dumps(passport, indent=2, ensure_ascii=False)}\n".encode()
    folder = folder or Path(os.environ.get(SAVES_VARIABLE, PROCESSED))
    table, label = _paths(name, folder)
    folder.mkdir(parents=True, exist_ok=True)
    label.unlink(missing_ok=True)  # without a passport there is no table
    _replace(table, content)
    _replace(label, label_content)
    return table


def has_processed(name: str, folder: Path = PROCESSED) -> bool:
    """Whether a processed table has been built, so that a notebook can skip a section."""
    return all(path.is_file() for path in _paths(name, folder))


def load_processed(name: str, *, made_by: str, folder: Path = PROCESSED) -> pd.DataFrame:
    """Load a table that another notebook saved.

    Parameters
    ----------
    name : str
        Name it was saved under.
    made_by : str
        The notebook that builds it, named when the table is absent.
    folder : Path
        Where processed tables lie.

    Returns
    -------
    DataFrame
        Equal to the frame that was saved, bit for bit, with a fresh index.

    Raises
    ------
    DataError
        The table has not been built, or is not what its passport says.
    """
    table, label = _paths(name, folder)
    if not has_processed(name, folder):
        expected = f"the table that {made_by} builds: run that first"
        raise DataError([Fault(shown(table), None, None, "no such table", expected)])
    passport, content = json.loads(label.read_text("utf-8")), table.read_bytes()
    if (found := _hash(content)) != passport["hash"]:
        expected = f"{passport['hash']} as its passport says: run {passport['made_by']} again"
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


def _paths(name: str, folder: Path) -> tuple[Path, Path]:
    return folder / f"{name}.csv", folder / f"{name}.json"


def _replace(path: Path, content: bytes) -> None:
    """Put a file in place in one step."""
    part = path.with_name(f".{path.name}.part-{os.getpid()}")
    try:
        part.write_bytes(content)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _hash(content: bytes) -> str:
    return f"sha256:{hashlib.sha256(content).hexdigest()}"
