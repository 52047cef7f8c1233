"""Diff against an earlier state of the raw tables, and the tables without some of the rows."""

from __future__ import annotations

import csv
import io
import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from analysis.data.held_rows import csv_bytes
from analysis.data.landing import REVISIONS
from analysis.data.package import FILE_NAME, Resource, pretty, read_package
from analysis.data.raw_folder import RAW
from analysis.data.row_lock import FILE_NAME as ROW_LOCK
from analysis.data.tables import content_hash, lock_rows
from analysis.files import write_whole

Cells = dict[str, str]


class Difference(NamedTuple):
    """Rows of one source in one table that came or changed.

    Parameters
    ----------
    table, source_id : str
        Which rows.
    before : dict of tuple to dict
        Rows as they were, by key; one that came is not among them.
    after : dict of tuple to dict
        Rows as they are.
    """

    table: str
    source_id: str
    before: Mapping[tuple[str, ...], Cells]
    after: Mapping[tuple[str, ...], Cells]

    def __str__(self) -> str:
        """Say how many rows of what came and changed."""
        n_changed = len(self.before)
        parts = [f"{len(self.after) - n_changed:,} rows added", f"{n_changed:,} changed"]
        return f"{self.source_id} in {self.table}: {', '.join(parts)}"


def differences(past: Callable[[Path], str], folder: Path | None = None) -> list[Difference]:
    """Return what came or changed since, by table and source.

    Parameters
    ----------
    past : callable
        Text of a raw table as it was; empty where it was not there.
    folder : Path, optional
        Folder of the raw tables as they are.
    """
    folder = folder or RAW
    found = []
    for resource in read_package(folder).resources:
        names = resource.table_schema.names
        if "source_id" not in names or resource.name in ("sources", REVISIONS):
            continue
        path = folder / resource.path
        before, after = _rows(resource, past(path)), _rows(resource, path.read_text("utf-8"))
        groups: dict[str, list[tuple[str, ...]]] = defaultdict(list)
        for key, cells in after.items():
            if before.get(key) != cells:
                groups[cells["source_id"]].append(key)
        for source_id, keys in groups.items():
            was = {key: before[key] for key in keys if key in before}
            found.append(
                Difference(resource.name, source_id, was, {key: after[key] for key in keys})
            )
    return found


def write_without(left_out: Iterable[Difference], to: Path, folder: Path | None = None) -> None:
    """Write the raw tables with the rows of some differences as they were.

    Parameters
    ----------
    left_out : iterable of Difference
        Rows that came are left out, those that changed are put back.
    to : Path
        Folder of the copy.
    folder : Path, optional
        Folder of the raw tables as they are.
    """
    folder = folder or RAW
    package = json.loads((folder / FILE_NAME).read_text("utf-8"))
    described = {each["name"]: each for each in package["resources"]}
    for path in (*sorted(folder.glob("*.csv")), folder / ROW_LOCK):
        if path.is_file():
            write_whole(to / path.name, path.read_bytes())
    by_table: dict[str, list[Difference]] = defaultdict(list)
    for difference in left_out:
        by_table[difference.table].append(difference)
    for name, mine in by_table.items():
        resource = read_package(folder).resource(name)
        came = {key for each in mine for key in each.after}
        was = {key: cells for each in mine for key, cells in each.before.items()}
        rows = _rows(resource, (folder / resource.path).read_text("utf-8"))
        kept = [was.get(key, cells) for key, cells in rows.items() if key not in came or key in was]
        content = csv_bytes(resource, kept)
        write_whole(to / resource.path, content)
        described[name]["hash"], described[name]["rows"] = content_hash(content), len(kept)
    write_whole(to / FILE_NAME, pretty(package) + "\n")
    lock_rows(*by_table, folder=to)


def _rows(resource: Resource, text: str) -> dict[tuple[str, ...], Cells]:
    keys: Sequence[str] = resource.table_schema.primary_key
    rows = csv.DictReader(io.StringIO(text))
    return {tuple(row.get(key, "") for key in keys): row for row in rows}
