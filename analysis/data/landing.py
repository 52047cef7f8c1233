"""Upsert into a raw table: new rows compared with what is there, checked as if entered by hand.

A row of a key that another source holds is not touched: what people transcribed stays, and the
difference is told. A figure that its own source has changed replaces the one before, which table
``revisions`` keeps with the day it became known. A row that fails a check of its table, or moved
further than its series may between two looks, is held until a person confirms it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Final

from analysis.data.held_rows import csv_bytes, hold_faulty, row_key, row_name
from analysis.data.new_rows import CARRIED, RULES, Change, Held, Landing, LandingRules, Row, Text
from analysis.data.package import FILE_NAME, Resource, pretty, read_package, shown
from analysis.data.raw_folder import RAW
from analysis.data.row_lock import read_lock, write_lock
from analysis.data.tables import content_hash, load, lock_rows
from analysis.data.text import read_cells
from analysis.files import write_whole

REVISIONS: Final = "revisions"
LOOKED_BACK: Final = timedelta(days=45)
"""How old an offer's last quote may be for it to count as vanished."""


def propose(
    table: str,
    rows: Sequence[Row],
    sources: Iterable[Mapping[str, str]],
    *,
    day: date,
    confirmed: Collection[str] = (),
    folder: Path | None = None,
) -> Landing:
    """Say what new rows would do to a table; nothing is written.

    Parameters
    ----------
    table : str
        A raw table that rows are landed in.
    rows : sequence of Row
        What a source says.
    sources : iterable of mapping
        Rows of table ``sources`` that they cite.
    day : date
        Today.
    confirmed : collection of str
        Held rows that a person has confirmed, by name.
    folder : Path, optional
        Folder of the raw tables.

    Raises
    ------
    DataError
        The tables are not as sealed: nothing is added to a damaged table.
    """
    folder = folder or RAW
    load(table, folder)
    resource, rules = read_package(folder).resource(table), RULES[table]
    there = _texts(folder, resource)
    keys = resource.table_schema.primary_key
    by_key = {row_key(each, keys): each for each in there}
    landing = Landing(table, sources=_new_sources(sources, folder))
    last = _last_values(there, rules)
    wanted: dict[tuple[str, ...], Row] = {}
    for row in rows:
        cells = {name: row.cells.get(name, "") for name in resource.table_schema.names}
        key = row_key(cells, keys)
        if key in wanted:
            if not _is_same(wanted[key].cells, cells, rules):
                landing.held.append(_held(cells, keys, "a second row of one key", False))
            continue
        wanted[key] = Row(cells, row.vintages)
        _sort(landing, cells, by_key.get(key), last, rules, keys, confirmed, table)
    hold_faulty(landing, resource, there, rules, keys, day, folder)
    if rules.is_offer:
        landing.vanished = _vanished(there, [dict(row.cells) for row in wanted.values()], rules)
    landing.revisions = _revisions(landing, wanted, keys, rules, folder, day)
    return landing


def land(landings: Iterable[Landing], *, day: date, folder: Path | None = None) -> list[str]:
    """Write what was proposed, with sources, revisions and seals.

    Returns
    -------
    list of str
        Tables that were written.

    Raises
    ------
    DataError
        The tables as they would be fail a check; what was there is put back.
    """
    folder = folder or RAW
    new: dict[str, list[Text]] = {}
    changed: dict[str, dict[tuple[str, ...], Text]] = {}
    package = read_package(folder)
    for landing in landings:
        keys = package.resource(landing.table).table_schema.primary_key
        new.setdefault(landing.table, []).extend(landing.added)
        for change in landing.changed:
            changed.setdefault(landing.table, {})[row_key(change.after, keys)] = change.after
        if landing.added or landing.changed:
            known = {row["source_id"] for row in new.get("sources", ())}
            cited = {row["source_id"] for row in landing.added}
            new.setdefault("sources", []).extend(
                row
                for row in landing.sources
                if row["source_id"] not in known and row["source_id"] in cited
            )
            new.setdefault(REVISIONS, []).extend(landing.revisions)
    names = [name for name in package.names if new.get(name) or changed.get(name)]
    if not names:
        return []
    contents = {
        name: _content(folder, package.resource(name), new.get(name, []), changed.get(name, {}))
        for name in names
    }
    before = {name: (folder / f"{name}.csv").read_bytes() for name in names}
    description = (folder / FILE_NAME).read_bytes()
    locked = read_lock(folder)
    _write(contents, description, folder, day)
    try:
        lock_rows(*names, folder=folder)
        for name in names:
            load(name, folder)
    except BaseException:
        for name, content in before.items():
            write_whole(folder / f"{name}.csv", content)
        write_whole(folder / FILE_NAME, description)
        write_lock(folder, locked)
        raise
    return names


def _write(contents: Mapping[str, bytes], description: bytes, folder: Path, day: date) -> None:
    package = json.loads(description)
    for name, content in contents.items():
        write_whole(folder / f"{name}.csv", content)
    for resource in package["resources"]:
        if resource["name"] in contents:
            content = contents[resource["name"]]
            resource["hash"], resource["rows"] = content_hash(content), content.count(b"\n") - 1
            resource["retrieved"] = max(resource["retrieved"], day.isoformat())
    write_whole(folder / FILE_NAME, pretty(package) + "\n")


def _sort(
    landing: Landing,
    cells: Text,
    before: Text | None,
    last: Mapping[tuple[str, ...], Text],
    rules: LandingRules,
    keys: Sequence[str],
    confirmed: Collection[str],
    table: str,
) -> None:
    """Put a row among those added, changed, unchanged, held, or of another source."""
    if before is None:
        earlier = last.get(row_key(cells, rules.series))
        is_later = earlier is not None and earlier[rules.date] < cells[rules.date]
        moved = _moved(earlier, cells, rules) if earlier and is_later else 0.0
    else:
        earlier, moved = before, _moved(before, cells, rules)
    if before is not None and before["source_id"] != cells["source_id"]:
        landing.elsewhere.append(Change(before, cells, moved))
        return
    was_carried = before is not None and before.get("note", "").startswith(CARRIED)
    if before is not None and _is_same(before, cells, rules) and not was_carried:
        landing.n_unchanged += 1
        return
    name = row_name(cells, keys, rules)
    is_far = earlier and not 1 / rules.most_moved <= 1 + moved <= rules.most_moved
    if earlier and is_far and name not in confirmed:
        reason = (
            f"moved {moved:+.1%} from {earlier[rules.figures[0]]} ({earlier[rules.date]}), "
            f"further than a factor of {rules.most_moved:g}"
        )
        landing.held.append(Held(name, cells, reason, True))
        return
    if before is None:
        landing.added.append(cells)
    else:
        landing.changed.append(Change(before, cells, moved))


def _revisions(
    landing: Landing,
    wanted: Mapping[tuple[str, ...], Row],
    keys: Sequence[str],
    rules: LandingRules,
    folder: Path,
    day: date,
) -> list[Text]:
    """Every value that an added or changed figure had, with the day it became known."""
    kept = {
        (row["table"], row["row_key"], row["known_date"]): row["value"]
        for row in load(REVISIONS, folder).astype(str).to_dict("records")
    }
    accessed = load("sources", folder).set_index("source_id")["accessed_date"]
    before = {row_key(change.after, keys): change.before for change in landing.changed}
    new: dict[tuple[str, str, str], Text] = {}
    for cells in [*landing.added, *(change.after for change in landing.changed)]:
        key = row_key(cells, keys)
        vintages = wanted[key].vintages
        if not vintages:
            continue
        known, old = list(vintages), before.get(key)
        first = accessed[old["source_id"]].date() if old else day
        was = old[rules.figures[0]] if old else ""
        if old and was not in {value for _, value in known} and first < known[0][0]:
            known.insert(0, (first, was))
        name = " | ".join(key)
        for public, value in known:
            place = landing.table, name, public.isoformat()
            if place in kept:
                continue
            recorded = max(first if value == was else day, public)
            new[place] = {
                "table": landing.table,
                "row_key": name,
                "column": rules.figures[0],
                "value": value,
                "known_date": public.isoformat(),
                "recorded_date": recorded.isoformat(),
                "source_id": cells["source_id"],
                "place": cells["place"],
            }
    return list(new.values())


def _vanished(there: list[Text], new: list[Text], rules: LandingRules) -> list[str]:
    """Offers of the newest look of a source that it no longer shows."""
    gone = []
    for source in dict.fromkeys(row["source_id"] for row in new):
        days = [row[rules.date] for row in new if row["source_id"] == source]
        earlier = [
            row for row in there if row["source_id"] == source and row[rules.date] < min(days)
        ]
        if not earlier:
            continue
        newest = max(row[rules.date] for row in earlier)
        if date.fromisoformat(min(days)) - date.fromisoformat(newest) > LOOKED_BACK:
            continue
        shown_now = {row_key(row, rules.series) for row in new}
        gone += [
            f"{', '.join(filter(None, row_key(row, rules.series)))}: last seen {newest}"
            for row in earlier
            if row[rules.date] == newest and row_key(row, rules.series) not in shown_now
        ]
    return gone


def _last_values(there: list[Text], rules: LandingRules) -> dict[tuple[str, ...], Text]:
    """Newest row of every series."""
    last: dict[tuple[str, ...], Text] = {}
    for row in there:
        key = row_key(row, rules.series)
        if key not in last or last[key][rules.date] <= row[rules.date]:
            last[key] = row
    return last


def _moved(before: Text, after: Text, rules: LandingRules) -> float:
    old, new = float(before[rules.figures[0]]), float(after[rules.figures[0]])
    return new / old - 1 if old else float("inf")


def _is_same(one: Mapping[str, str], other: Mapping[str, str], rules: LandingRules) -> bool:
    return all(float(one[name]) == float(other[name]) for name in rules.figures)


def _held(cells: Text, keys: Sequence[str], reason: str, can_be_confirmed: bool) -> Held:
    digest = hashlib.sha256("\n".join(row_key(cells, keys)).encode()).hexdigest()[:8]
    return Held(digest, cells, reason, can_be_confirmed)


def _new_sources(sources: Iterable[Mapping[str, str]], folder: Path) -> list[Text]:
    resource = read_package(folder).resource("sources")
    known = {row["source_id"] for row in _texts(folder, resource)}
    return [
        {name: row.get(name, "") for name in resource.table_schema.names}
        for row in sources
        if row["source_id"] not in known
    ]


def _texts(folder: Path, resource: Resource) -> list[Text]:
    path = folder / resource.path
    cells, _ = read_cells(shown(path), path.read_bytes(), resource.table_schema.names)
    return list((cells or {}).values())


def _content(
    folder: Path, resource: Resource, new: list[Text], changed: Mapping[tuple[str, ...], Text]
) -> bytes:
    """Return a table with its rows as they were, changed ones in their place, new ones last."""
    keys = resource.table_schema.primary_key
    rows = [changed.get(row_key(row, keys), row) for row in _texts(folder, resource)]
    return csv_bytes(resource, [*rows, *new])
