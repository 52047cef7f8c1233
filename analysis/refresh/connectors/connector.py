"""What a connector is: addresses in, answers checked against their shape, rows of a table out."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final, TypeVar

from pydantic import BaseModel, ValidationError

from analysis.data.new_rows import Row
from analysis.refresh.client import SourceError

Answers = Sequence[tuple[str, bytes]]
"""Address and bytes of every answer of a snapshot."""

JSON_KINDS: Final = ("application/json", "text/json")
TEXT_KINDS: Final = ("text/plain", "application/json", "application/octet-stream")


@dataclass(frozen=True)
class Parsed:
    """What the answers of a source become.

    Parameters
    ----------
    table : str
        Raw table that the rows are of.
    rows : tuple of Row
        In the order of the source.
    sources : tuple of mapping
        Rows of table ``sources`` that they cite.
    left_out : tuple of str
        What was not taken, and why.
    """

    table: str
    rows: tuple[Row, ...]
    sources: tuple[Mapping[str, str], ...]
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True)
class Connector:
    """How one source is read.

    Parameters
    ----------
    source : str
        Its name in ``data/terms.yaml``.
    group : str
        ``rents``, ``filings``, ``fx`` or ``china``.
    kinds : tuple of str
        Content types of its answers.
    addresses : callable
        Where a snapshot begins, from the first day wanted and today.
    parse : callable
        Rows from the answers and the day they were fetched; raises `SourceError` where the shape
        is another than described.
    next_address : callable
        The page after an answer, from its address and bytes.
    base : str
        Scheme and host; a test or a mirror may stand in its place.
    """

    source: str
    group: str
    base: str
    kinds: tuple[str, ...]
    addresses: Callable[[str, date, date], list[str]]
    parse: Callable[[Answers, date], Parsed]
    next_address: Callable[[str, bytes], str | None] = field(default=lambda address, content: None)


Shape = TypeVar("Shape", bound=BaseModel)


def read_json(source: str, content: bytes, shape: type[Shape]) -> Shape:
    """Read an answer in JSON and hold it to its shape.

    Raises
    ------
    SourceError
        It is no JSON, cut off, or has changed: with the field, what was found and expected.
    """
    try:
        return shape.model_validate(json.loads(content))
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"])) or "the answer"
        raise SourceError(
            f"{source}: the shape has changed: {place}: found {str(first['input'])[:60]!r}, "
            f"{first['msg']}"
        ) from None
    except ValueError as error:
        raise SourceError(f"{source}: no JSON ({error}): cut off?") from None


def read_table(source: str, content: bytes, columns: Iterable[str]) -> list[dict[str, str]]:
    """Read an answer in CSV and hold it to its columns; further ones are let be.

    Raises
    ------
    SourceError
        It is no UTF-8, ends within a row, or a column is missing.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SourceError(f"{source}: no text in UTF-8 ({error.reason})") from None
    if not text.endswith("\n"):
        raise SourceError(f"{source}: the last line has no end: cut off?")
    try:
        rows = list(csv.DictReader(io.StringIO(text), strict=True))
    except csv.Error as error:
        raise SourceError(f"{source}: no CSV ({error})") from None
    found = list(rows[0]) if rows else text.splitlines()[0].split(",")
    if missing := [column for column in columns if column not in found]:
        raise SourceError(
            f"{source}: the shape has changed: no column {', '.join(missing)} among "
            f"{', '.join(map(str, found))}"
        )
    if any(None in row or None in row.values() for row in rows):
        raise SourceError(f"{source}: rows of different lengths: cut off?")
    return rows


def plain(value: float) -> str:
    """Write a number as raw tables have it.

    Examples
    --------
    >>> plain(2.5), plain(10.0), plain(0.1 + 0.2)
    ('2.5', '10', '0.3')
    """
    text = f"{value:.6f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def source_row(source_id: str, day: date, **cells: Any) -> dict[str, str]:
    """Return the row of table ``sources`` of what a connector reads."""
    return {"source_id": source_id, "accessed_date": day.isoformat(), **cells}
