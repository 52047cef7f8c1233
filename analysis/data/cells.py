"""Text cells to typed columns: one plain way to write a number, one to write a date."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date

import numpy as np
import pandas as pd

from analysis.data.package import Column
from analysis.data.text import Cells
from analysis.errors import Fault

NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?")
INTEGER = re.compile(r"-?(0|[1-9][0-9]*)")
DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def type_cells(
    file: str, cells: Cells, columns: Sequence[Column], latest: date
) -> tuple[pd.DataFrame, list[Fault]]:
    """Give every column its type; a cell that cannot be read is missing and a fault.

    Parameters
    ----------
    file : str
        Name of the file in faults.
    cells : dict of int to dict
        Text cells by line number and column.
    columns : sequence of Column
        Their description.
    latest : date
        The day the table was retrieved; nothing in it can be later.

    Returns
    -------
    frame : DataFrame
        Indexed by line number: float64 for numbers, Int64 for integers, datetime64[s] for dates,
        str or None for text.
    faults : list of Fault
        All cells that could not be read.
    """
    read: dict[str, tuple[Callable[[str], object], str, str]] = {
        "string": (str, "object", "text"),
        "number": (_number, "float64", "a plain number such as 1234.5"),
        "integer": (_integer, "Int64", "a plain whole number such as 1234"),
        "date": (_date, "datetime64[s]", "a date such as 2025-04-12"),
    }
    typed, faults = {}, []
    for column in columns:
        parse, dtype, expected = read[column.type]
        values: list[object] = []
        for row, texts in cells.items():
            cell = texts[column.name]
            try:
                value = parse(cell) if cell else None
            except ValueError:
                value = None
                faults.append(Fault(file, row, column.name, cell, expected))
            if isinstance(value, date) and value > latest:
                faults.append(Fault(file, row, column.name, cell, f"a date not after {latest}"))
            values.append(value)
        typed[column.name] = pd.Series(values, index=list(cells), dtype=dtype)
    return pd.DataFrame(typed, index=list(cells)), faults


def _number(cell: str) -> float:
    if not NUMBER.fullmatch(cell):
        raise ValueError(cell)
    value = float(cell)
    if not np.isfinite(value):
        raise ValueError(cell)
    return value


def _integer(cell: str) -> int:
    if not INTEGER.fullmatch(cell):
        raise ValueError(cell)
    return int(cell)


def _date(cell: str) -> date:
    if not DATE.fullmatch(cell):
        raise ValueError(cell)
    return date.fromisoformat(cell)
