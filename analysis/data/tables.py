"""Raw tables in, validated frames out: all of a table or nothing."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from pathlib import Path

import pandas as pd

from analysis.data.as_of import as_of
from analysis.data.asked_day import as_of_day
from analysis.data.cells import type_cells
from analysis.data.content_checks import check_faults
from analysis.data.package import FILE_NAME, Resource, pretty, read_package, shown
from analysis.data.raw_folder import RAW
from analysis.data.row_lock import (
    FILE_NAME as ROW_LOCK,
)
from analysis.data.row_lock import (
    change_faults,
    locked_rows,
    read_lock,
    row_changes,
    write_lock,
)
from analysis.data.schema import schema_faults
from analysis.data.table_size import RAW_LIMIT, TableLimit, size_faults
from analysis.data.text import Cells, read_cells
from analysis.errors import DataError, Fault
from analysis.files import write_whole
from analysis.paths import SHORTER_VARIABLE, WHOLE_VARIABLE
from analysis.revision import current_revision


def load(
    name: str,
    folder: Path | None = None,
    *,
    is_whole: bool = False,
    limit: TableLimit = RAW_LIMIT,
) -> pd.DataFrame:
    """Load one raw table, validated whole.

    Parameters
    ----------
    name : str
        Name of the table in the data package.
    folder : Path
        Folder of the raw tables and their ``datapackage.json``; the project's own when None.
    is_whole : bool
        Whatever the day that tables are asked for as of, for checks that need every row.
    limit : TableLimit
        How large each table of the folder may be.

    Returns
    -------
    DataFrame
        One row per row of the file: numbers float64 (missing: NaN), integers Int64, dates
        datetime64[s] (missing: NaT), text str (missing: the empty string). The caller's own copy.
        Where the environment asks for tables as of a day, what was known by then (`as_of`).

    Raises
    ------
    DataError
        Naming file, row, column, value and expectation of every fault in the table and in the
        tables its keys lead to; nothing is loaded then.

    Examples
    --------
    >>> rates = load("fx").set_index("period")["cny_per_usd"]
    >>> float(rates["2024"])
    7.1957
    """
    folder = folder or RAW
    _refuse(size_faults(folder, limit))
    _refuse(_faults(name, folder))
    resource = read_package(folder).resource(name)
    _loaded[resource.path] = content_hash((folder / resource.path).read_bytes())
    frame, _ = _checked(name, folder, _fingerprint(folder), _today())
    assert frame is not None, "a table without faults has a frame"
    day = as_of_day()
    if day is None or is_whole:
        return frame.copy()
    known = as_of(name, frame, day, lambda one: load(one, folder, limit=limit))
    if (note := os.environ.get(SHORTER_VARIABLE)) and not known.equals(frame):
        with Path(note).open("a", encoding="utf-8") as file:
            file.write(f"{name}\n")
    return frame.copy() if name in os.environ.get(WHOLE_VARIABLE, "").split(",") else known


_loaded: dict[str, str] = {}


def loaded_tables() -> dict[str, str]:
    """Return the files of raw tables loaded so far in this process, and their SHA-256 digests."""
    return {path: digest.removeprefix("sha256:") for path, digest in sorted(_loaded.items())}


def unsealed_tables(folder: Path | None = None) -> tuple[Path, ...]:
    """Return the raw tables that are not as their description seals them; none without one."""
    folder = folder or RAW
    try:
        resources = read_package(folder).resources
    except DataError:
        return ()
    return tuple(
        path
        for resource in resources
        if (path := folder / resource.path).is_file()
        and (
            path.stat().st_size > RAW_LIMIT.n_bytes
            or content_hash(path.read_bytes()) != resource.hash
        )
    )


def sources(folder: Path | None = None) -> pd.DataFrame:
    """Load the table of sources, indexed by source id."""
    return load("sources", folder).set_index("source_id")


def check(folder: Path | None = None) -> None:
    """Validate every raw table, and that every table of the folder is described.

    Raises
    ------
    DataError
        Every fault of every table.
    """
    folder = folder or RAW
    _refuse(size_faults(folder, RAW_LIMIT))
    package = read_package(folder)
    described = {resource.path for resource in package.resources}
    faults = [
        Fault(shown(path), None, None, path.name, f"a table described in {FILE_NAME}")
        for path in sorted(folder.glob("*.csv"))
        if path.name not in described
    ]
    for name in package.names:
        faults += _faults(name, folder)
    _refuse(faults)


def describe(name: str, folder: Path | None = None) -> pd.DataFrame:
    """Say what each column of a table means, in which unit, and whether it is always filled.

    Returns
    -------
    DataFrame
        One row per column, indexed by its name: type, unit, required, meaning.

    Examples
    --------
    >>> describe("fx").at["cny_per_usd", "unit"]
    'CNY per USD'
    """
    columns = read_package(folder).resource(name).table_schema.fields
    return pd.DataFrame(
        {
            "type": [column.type for column in columns],
            "unit": [column.unit or "" for column in columns],
            "required": [column.constraints.required for column in columns],
            "meaning": [column.description for column in columns],
        },
        index=pd.Index([column.name for column in columns], name="column"),
    )


def seal(*names: str, changed: int = 0, removed: int = 0, folder: Path | None = None) -> None:
    """Record hash, row count and rows of tables edited on purpose.

    An edit that does not pass every other check is not sealed, nor one that changes or removes
    other than the stated number of rows. New rows need no number.

    Parameters
    ----------
    *names : str
        Names of the edited tables.
    changed, removed : int
        How many rows sealed before are meant to differ, and to be gone, over all these tables.
    folder : Path
        Folder of the raw tables and their ``datapackage.json``; the project's own when None.

    Raises
    ------
    DataError
        The tables hold other faults, or rows that changed without being counted; nothing is
        written then.
    """
    folder = folder or RAW
    _refuse(size_faults(folder, RAW_LIMIT))
    package = read_package(folder)
    tables = {name: package.resource(name) for name in names}
    fingerprint, today = _fingerprint(folder), _today()
    _refuse(fault for name in names for fault in _checked(name, folder, fingerprint, today)[1])
    locked = read_lock(folder)
    cells = {name: _cells(resource, folder) for name, resource in tables.items()}
    known = [name for name in tables if name in locked]
    changes = {name: row_changes(tables[name], cells[name], locked[name]) for name in known}
    n_changed = sum(len(each.changed) for each in changes.values())
    n_removed = sum(each.n_removed for each in changes.values())
    if (n_changed, n_removed) != (changed, removed):
        wanted = f"--changed {n_changed}" * bool(n_changed) + f" --removed {n_removed}" * bool(
            n_removed
        )
        advice = f"if the sources print it so: data seal {' '.join(names)} {wanted.strip()}".strip()
        faults = [
            fault
            for name, each in changes.items()
            for fault in change_faults(
                shown(folder / tables[name].path), each, cells[name], advice, with_new=False
            )
        ]
        found = f"changed {changed}, removed {removed}"
        expected = f"changed {n_changed}, removed {n_removed}, as the rows are"
        _refuse(faults or [Fault("data seal", None, None, found, expected)])
    path = folder / FILE_NAME
    description = json.loads(path.read_text("utf-8"))
    for resource in description["resources"]:
        if resource["name"] in tables:
            content = (folder / resource["path"]).read_bytes()
            resource["hash"], resource["rows"] = content_hash(content), _count_rows(content)
    lock_rows(*names, folder=folder)
    write_whole(path, pretty(description) + "\n")


def lock_rows(*names: str, folder: Path) -> None:
    """Lock the rows of some tables as they are, whatever was locked before."""
    package = read_package(folder)
    rows = read_lock(folder)
    for name in names:
        resource = package.resource(name)
        rows[name] = locked_rows(resource, _cells(resource, folder))
    write_lock(folder, {name: rows[name] for name in package.names if name in rows})


def _cells(resource: Resource, folder: Path) -> Cells:
    path = folder / resource.path
    cells, _ = read_cells(shown(path), path.read_bytes(), resource.table_schema.names)
    return cells or {}


def _refuse(faults: Iterable[Fault]) -> None:
    if found := list(dict.fromkeys(faults)):
        raise DataError(found)


def _faults(name: str, folder: Path) -> list[Fault]:
    """Every fault of a table and of the tables its keys lead to, seals first."""
    folder = folder or RAW
    package = read_package(folder)
    resource = package.resource(name)
    fingerprint, today = _fingerprint(folder), _today()
    faults: list[Fault] = []
    for table in (*map(package.resource, _references(resource)), resource):
        seals = _seal_faults(table, folder)
        others = _checked(table.name, folder, fingerprint, today)[1]
        faults += [*seals, *others] or _row_faults(table.name, folder, fingerprint)
    return faults


def _seal_faults(resource: Resource, folder: Path) -> list[Fault]:
    path = folder / resource.path
    if not path.is_file():
        return []
    content, file = path.read_bytes(), shown(path)
    how = f"as sealed in {FILE_NAME}; seal an intended edit: python -m analysis data seal"
    faults = []
    if (rows := _count_rows(content)) != resource.rows:
        faults.append(Fault(file, None, None, f"{rows} rows", f"{resource.rows} rows, {how}"))
    if (found := content_hash(content)) != resource.hash:
        faults.append(Fault(file, None, None, found, f"{resource.hash}, {how} {resource.name}"))
    return faults


@lru_cache(maxsize=64)
def _row_faults(name: str, folder: Path, fingerprint: str) -> tuple[Fault, ...]:
    """Rows that are not as locked, of a table that is sealed and has no other fault.

    The project's raw tables have a lock; a folder of someone's own tables may have none.
    """
    resource = read_package(folder).resource(name)
    how = f"seal an intended edit: python -m analysis data seal {resource.name}"
    if not (folder / ROW_LOCK).is_file():
        if folder != RAW:
            return ()
        expected = f"the lock of every row; {how}"
        return (Fault(shown(folder / ROW_LOCK), None, None, "no such file", expected),)
    locked = read_lock(folder).get(resource.name, {})
    cells = _cells(resource, folder)
    changes = row_changes(resource, cells, locked)
    file = shown(folder / resource.path)
    return tuple(change_faults(file, changes, cells, how, with_new=True))


@lru_cache(maxsize=64)
def _checked(
    name: str, folder: Path, fingerprint: str, today: date
) -> tuple[pd.DataFrame | None, tuple[Fault, ...]]:
    """Frame and faults of one table, seal aside; read anew when any file of the folder changes."""
    resource = read_package(folder).resource(name)
    path = folder / resource.path
    file = shown(path)
    if not path.is_file():
        found = "no plain file" if os.path.lexists(path) else "no such file"
        return None, (Fault(file, None, None, found, f"table {name}"),)
    retrieved = []
    if resource.retrieved > today and resource.retrieved > _day_of_revision():
        description = shown(folder / FILE_NAME)
        found, expected = str(resource.retrieved), f"a date not after today, {today}"
        retrieved = [Fault(description, None, f"{name}.retrieved", found, expected)]
    columns = resource.table_schema.fields
    cells, faults = read_cells(file, path.read_bytes(), resource.table_schema.names)
    faults += retrieved
    if cells is None:
        return None, tuple(faults)
    frame, unreadable = type_cells(file, cells, columns, resource.retrieved)
    faults += unreadable
    references = {
        other: _checked(other, folder, fingerprint, today)[0] for other in _references(resource)
    }
    known = {other: table for other, table in references.items() if table is not None}
    seen = {(fault.row, fault.column) for fault in faults}
    faults += [
        fault
        for fault in (
            *schema_faults(file, resource, frame, cells),
            *check_faults(file, resource, frame, cells, known),
        )
        if (fault.row, fault.column) not in seen
    ]
    text = [column.name for column in columns if column.type == "string"]
    frame = frame.reset_index(drop=True).fillna(dict.fromkeys(text, ""))
    return frame, tuple(sorted(faults, key=lambda fault: (fault.row or 0, fault.column or "")))


def _references(resource: Resource) -> list[str]:
    return [key.reference.resource for key in resource.table_schema.foreign_keys]


def _fingerprint(folder: Path) -> str:
    digest = hashlib.sha256()
    lock = folder / ROW_LOCK
    for path in sorted(
        [*folder.glob("*.csv"), folder / FILE_NAME, *([lock] if lock.is_file() else [])]
    ):
        # a pipe would be waited for, a loop of links cannot be read: `_checked` refuses both
        content = path.read_bytes() if path.is_file() else b""
        digest.update(path.name.encode() + b"\0" + content)
    return digest.hexdigest()


def content_hash(content: bytes) -> str:
    """Return the hash of a table as its description states it."""
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


def _count_rows(content: bytes) -> int:
    return max(len(content.splitlines()) - 1, 0)


def _today() -> date:
    return date.today()


def _day_of_revision() -> date:
    """Return the day of the commit: a clock that is behind it is wrong, not the tables."""
    return date.fromisoformat(current_revision().date)
