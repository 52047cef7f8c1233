"""Tables in JSON: a list of records, an object that holds one, or a record a line."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, Final

from analysis.data.own.kinds import OwnDataError
from analysis.errors import Fault

DEEPEST: Final = 2
"""Levels of a record that become columns: price.amount is one."""


def record_cells(file: str, text: str, *, is_by_line: bool) -> list[tuple[int, list[Any]]]:
    """Return records as rows of cells below a header.

    Parameters
    ----------
    file : str
        Name of the file in faults.
    text : str
        JSON, or JSON Lines.
    is_by_line : bool
        One record a line.

    Returns
    -------
    list of (int, list)
        The header has number 0; records are numbered by line, or from 1.

    Raises
    ------
    OwnDataError
        It is no JSON, or holds no records.

    Examples
    --------
    >>> record_cells("a.json", '[{"gpu": "H100", "price": {"usd": 2.5}}]', is_by_line=False)
    [(0, ['gpu', 'price.usd']), (1, ['H100', 2.5])]
    """
    numbered = list(_lines(file, text) if is_by_line else _listed(file, text))
    if not numbered:
        raise OwnDataError([Fault(file, None, None, "no records", "a list of objects")])
    flat = [(number, _flat(record)) for number, record in numbered]
    columns = list(dict.fromkeys(name for _, record in flat for name in record))
    rows: list[tuple[int, list[Any]]] = [(0, list(columns))]
    return rows + [(number, [record.get(name) for name in columns]) for number, record in flat]


def _lines(file: str, text: str) -> Iterable[tuple[int, Mapping[str, Any]]]:
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip():
            record = _parsed(file, line, number)
            if not isinstance(record, dict):
                raise OwnDataError([Fault(file, number, None, line[:60], "an object a line")])
            yield number, record


def _listed(file: str, text: str) -> Iterable[tuple[int, Mapping[str, Any]]]:
    """Find the records of a list, or of the only list of objects that an object holds."""
    whole = _parsed(file, text, None)
    lists = [whole] if isinstance(whole, list) else []
    if isinstance(whole, dict):
        lists = [each for each in whole.values() if _is_records(each)]
    if len(lists) != 1 or not _is_records(lists[0]):
        expected = "a list of objects, or an object with one such list"
        raise OwnDataError([Fault(file, None, None, f"{len(lists)} lists of objects", expected)])
    return enumerate(lists[0], start=1)


def _is_records(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(x, dict) for x in value)


def _parsed(file: str, text: str, line: int | None) -> Any:
    try:
        return json.loads(text, parse_constant=lambda name: None)
    except (ValueError, RecursionError) as error:
        raise OwnDataError([Fault(file, line, None, str(error)[:80], "JSON")]) from None


def _flat(record: Mapping[str, Any], before: str = "", level: int = 1) -> dict[str, Any]:
    """Columns of a record; what lies deeper, lists too, stays text."""
    cells: dict[str, Any] = {}
    for name, value in record.items():
        if isinstance(value, dict) and level < DEEPEST:
            cells |= _flat(value, f"{before}{name}.", level + 1)
        elif isinstance(value, bool | dict | list):
            cells[f"{before}{name}"] = json.dumps(value, ensure_ascii=False)
        else:
            cells[f"{before}{name}"] = value
    return cells
