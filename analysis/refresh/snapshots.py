"""Snapshots: what a source answered on a day, byte for byte, with a passport.

A snapshot is a folder ``SOURCE/DAY`` with one file an answer and ``passport.json``: address, time,
sha256 and terms of each. It is written answer by answer, so that a run that was cut goes on where
it stopped; only a complete one is read.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final

from analysis.files import write_whole
from analysis.paths import DATA
from analysis.refresh.client import Client, SourceError
from analysis.refresh.terms import Terms

SNAPSHOTS: Final = DATA / "snapshots"
PASSPORT: Final = "passport.json"
MOST_PARTS: Final = 5_000


@dataclass(frozen=True)
class Part:
    """One answer of a snapshot.

    Parameters
    ----------
    address : str
        Where it came from.
    file : str
        Its name in the folder.
    sha256 : str
        Of its bytes.
    fetched_at : str
        UTC, when it was asked for.
    etag, last_modified : str
        To ask with next time.
    is_unchanged : bool
        The server said that the bytes kept before are still the newest.
    """

    address: str
    file: str
    sha256: str
    fetched_at: str
    etag: str = ""
    last_modified: str = ""
    is_unchanged: bool = False


@dataclass(frozen=True)
class Snapshot:
    """What a source answered on a day.

    Parameters
    ----------
    source : str
        Its name in the terms.
    day : date
        When it was fetched.
    folder : Path
        Where it lies.
    parts : tuple of Part
        Its answers in their order.
    is_complete : bool
        Nothing is missing.
    license : str
        Of the source, as the terms had it then.
    """

    source: str
    day: date
    folder: Path
    parts: tuple[Part, ...] = field(default=())
    is_complete: bool = False
    license: str = ""

    def contents(self) -> Iterator[tuple[str, bytes]]:
        """Yield address and bytes of every answer."""
        for part in self.parts:
            yield part.address, self.content(part)

    def content(self, part: Part) -> bytes:
        """Return the bytes of an answer, if they still are those that were fetched."""
        content = (self.folder / part.file).read_bytes()
        if hashlib.sha256(content).hexdigest() != part.sha256:
            raise SourceError(f"{self.source}: {part.file} of {self.day} is not what was fetched")
        return content

    def save(self) -> None:
        """Write the passport."""
        passport = {
            "source": self.source,
            "day": self.day.isoformat(),
            "license": self.license,
            "is_complete": self.is_complete,
            "parts": [asdict(part) for part in self.parts],
        }
        write_whole(self.folder / PASSPORT, json.dumps(passport, indent=1) + "\n")


def open_snapshot(source: str, day: date, folder: Path) -> Snapshot:
    """Return the snapshot of a day as far as it was made; an empty one where there is none."""
    place = folder / source / day.isoformat()
    try:
        kept: dict[str, Any] = json.loads((place / PASSPORT).read_text("utf-8"))
        parts = tuple(Part(**part) for part in kept["parts"])
        return Snapshot(source, day, place, parts, kept["is_complete"], kept["license"])
    except (OSError, ValueError, LookupError, TypeError):
        return Snapshot(source, day, place)


def newest_complete(source: str, before: date, folder: Path) -> Snapshot | None:
    """Return the newest complete snapshot of a source before a day."""
    days = sorted((each.name for each in (folder / source).glob("????-??-??")), reverse=True)
    for name in days:
        if date.fromisoformat(name) < before:
            snapshot = open_snapshot(source, date.fromisoformat(name), folder)
            if snapshot.is_complete:
                return snapshot
    return None


def fetch(
    client: Client,
    source: str,
    terms: Terms,
    addresses: Iterable[str],
    *,
    kinds: tuple[str, ...],
    next_address: Callable[[str, bytes], str | None],
    day: date,
    folder: Path | None = None,
    told: Callable[[int, int], None] = lambda done, known: None,
) -> Snapshot:
    """Fetch a source's answers of a day; what is there already is not asked for again.

    Parameters
    ----------
    client : Client
        Fetches.
    source, terms : str, Terms
        Of the source.
    addresses : iterable of str
        Where it begins.
    kinds : tuple of str
        Content types of its answers.
    next_address : callable
        The page after an answer, from its address and bytes; None after the last.
    day : date
        Today.
    folder : Path, optional
        Where snapshots are kept.
    told : callable
        Is told how many answers there are, and how many are known to be.

    Raises
    ------
    SourceError
        The source failed; what it answered so far is kept, and the next run goes on from there.
    """
    folder = SNAPSHOTS if folder is None else folder
    snapshot = replace(open_snapshot(source, day, folder), license=terms.license)
    kept = {part.address: part for part in snapshot.parts}
    before = newest_complete(source, day, folder)
    earlier = {part.address: part for part in before.parts} if before else {}
    queue, parts = list(addresses), list[Part]()
    for address in queue:
        if len(parts) >= MOST_PARTS:
            raise SourceError(f"{source}: more than {MOST_PARTS:,} pages")
        part = kept.get(address)
        if part is None:
            part = _fetch_part(client, snapshot, terms, address, kinds, before, earlier, len(parts))
        parts.append(part)
        snapshot = replace(snapshot, parts=tuple(parts), is_complete=False)
        snapshot.save()
        following = next_address(address, snapshot.content(part))
        if following in queue:
            raise SourceError(f"{source}: page {following} leads back to itself")
        if following:
            queue.append(following)
        told(len(parts), len(queue))
    snapshot = replace(snapshot, is_complete=True)
    snapshot.save()
    return snapshot


def _fetch_part(
    client: Client,
    snapshot: Snapshot,
    terms: Terms,
    address: str,
    kinds: tuple[str, ...],
    before: Snapshot | None,
    earlier: dict[str, Part],
    place: int,
) -> Part:
    old = earlier.get(address)
    answer = client.get(
        snapshot.source,
        terms,
        address,
        kinds=kinds,
        etag=old.etag if old else "",
        last_modified=old.last_modified if old else "",
    )
    if answer.is_unchanged:
        if old is None or before is None:
            raise SourceError(f"{snapshot.source}: says unchanged of what was never fetched")
        content = before.content(old)
    else:
        content = answer.content
    file = f"{place:04d}.part"
    write_whole(snapshot.folder / file, content)
    return Part(
        address,
        file,
        hashlib.sha256(content).hexdigest(),
        datetime.now(UTC).isoformat(timespec="seconds"),
        answer.etag,
        answer.last_modified,
        answer.is_unchanged,
    )
