"""Rows that are held: those that fail a check of their table, or make others fail one."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path

import pandas as pd

from analysis.data.cells import type_cells
from analysis.data.content_checks import check_faults
from analysis.data.new_rows import Held, Landing, LandingRules, Text
from analysis.data.package import Resource
from analysis.data.schema import schema_faults
from analysis.data.tables import load
from analysis.data.text import read_cells
from analysis.errors import Fault


def hold_faulty(
    landing: Landing,
    resource: Resource,
    there: list[Text],
    rules: LandingRules,
    keys: Sequence[str],
    day: date,
    folder: Path,
) -> None:
    """Hold rows that fail a check of their table, and those that make others fail one."""
    references = _references(landing, resource, folder)
    while new := [*landing.added, *(change.after for change in landing.changed)]:
        by_key = {row_key(each, keys): each for each in there}
        by_key |= {row_key(each, keys): each for each in new}
        whole = list(by_key.values())
        faults = _faults(resource, whole, references, day)
        if not faults:
            return
        is_new = {row_key(each, keys) for each in new}
        reasons: dict[tuple[str, ...], str] = {}
        places = [(fault, whole[fault.row - 2]) for fault in faults if fault.row is not None]
        for fault, found in places:
            if (key := row_key(found, keys)) in is_new:
                reason = f"{fault.column}: found {fault.value}, expected {fault.expected}"
                reasons.setdefault(key, reason)
        if not reasons:  # rows that were there stand apart only since the new ones came
            for fault, found in places:
                around = row_key(found, rules.neighborhood)
                for each in new:
                    if row_key(each, rules.neighborhood) == around:
                        reasons.setdefault(
                            row_key(each, keys), f"makes another row stand apart: {fault}"
                        )
        if not reasons:
            reasons = {key: str(faults[0]) for key in is_new}
        _hold(landing, reasons, rules, keys)


def _hold(
    landing: Landing,
    reasons: Mapping[tuple[str, ...], str],
    rules: LandingRules,
    keys: Sequence[str],
) -> None:
    """Hold rows, or let them say of themselves what is next to be tried."""

    def is_tried(cells: Text) -> bool:
        for column, texts in rules.alternatives.items():
            place = texts.index(cells[column]) + 1 if cells[column] in texts else len(texts)
            if place < len(texts):
                cells[column] = texts[place]
                return False
            cells[column] = texts[0]
        return True

    def stays(cells: Text) -> bool:
        reason = reasons.get(row_key(cells, keys))
        if reason is None or not is_tried(cells):
            return True
        landing.held.append(Held(row_name(cells, keys, rules), cells, reason, False))
        return False

    landing.added = [cells for cells in landing.added if stays(cells)]
    landing.changed = [change for change in landing.changed if stays(change.after)]


def _faults(
    resource: Resource, rows: list[Text], references: Mapping[str, pd.DataFrame], day: date
) -> list[Fault]:
    """Check a table as `load` does, seal aside."""
    file, columns = resource.path, resource.table_schema.fields
    cells, faults = read_cells(file, csv_bytes(resource, rows), resource.table_schema.names)
    if cells is None:
        return faults
    frame, unreadable = type_cells(file, cells, columns, max(resource.retrieved, day))
    return [
        *faults,
        *unreadable,
        *schema_faults(file, resource, frame, cells),
        *check_faults(file, resource, frame, cells, references),
    ]


def _references(landing: Landing, resource: Resource, folder: Path) -> dict[str, pd.DataFrame]:
    """Tables that keys lead to, the new sources among them."""
    names = {key.reference.resource for key in resource.table_schema.foreign_keys}
    found = {name: load(name, folder) for name in names}
    if "sources" in found:
        new = pd.DataFrame({"source_id": [row["source_id"] for row in landing.sources]})
        found["sources"] = pd.concat([found["sources"], new], ignore_index=True)
    return found


def csv_bytes(resource: Resource, rows: Iterable[Text]) -> bytes:
    """Return rows of a table as the file has them."""
    text = io.StringIO()
    writer = csv.DictWriter(text, resource.table_schema.names, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def row_name(cells: Text, keys: Sequence[str], rules: LandingRules) -> str:
    """Return a short name of a row with its figure: a confirmation is of one value alone."""
    text = "\n".join([*row_key(cells, keys), *row_key(cells, rules.figures)])
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def row_key(cells: Mapping[str, str], columns: Iterable[str]) -> tuple[str, ...]:
    """Return the texts of some columns of a row."""
    return tuple(cells[column] for column in columns)
