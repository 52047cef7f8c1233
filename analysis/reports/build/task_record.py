"""doit's record of what was made from what, on disk; a damaged one heals by being begun anew."""

from __future__ import annotations

import contextlib
import json
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from doit.dependency import Dependency, SqliteDB

from analysis.errors import Fault
from analysis.files import WriteError, workspace
from analysis.paths import ROOT, TEMPORARY, TEMPORARY_NAME

STATE: Final = ROOT / ".doit.db"


class RecordError(WriteError):
    """A record of what was built that cannot be kept."""

    consequence = "what was built is kept, and built again by the next build"


@contextlib.contextmanager
def record() -> Iterator[Dependency]:
    """Open doit's record of what was made from what; of a damaged one nothing is believed.

    Raises
    ------
    RecordError
        It cannot be opened or written, as on a full disk, at whatever moment; what was built stays.
    """
    if STATE.is_file() and not _is_whole(STATE):
        STATE.unlink()
    with _told():
        state = Dependency(SqliteDB, str(STATE))
    try:
        with _told():  # doit writes to it while tasks run, too: a task that failed is taken out
            yield state
    except BaseException:
        with contextlib.suppress(sqlite3.Error):  # what went wrong first is what to tell
            state.close()
        raise
    with _told():
        state.close()


@contextlib.contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        expected = "room on its disk, and the right to write it"
        raise RecordError([Fault(STATE.name, None, None, str(error), expected)]) from None


@contextlib.contextmanager
def record_as_it_is() -> Iterator[Dependency]:
    """Open a copy of the record, so that to look at it needs no right to write."""
    with workspace(TEMPORARY, TEMPORARY_NAME) as place:
        copy = place / STATE.name
        if STATE.is_file() and _is_whole(STATE):
            shutil.copyfile(STATE, copy)
        state = Dependency(SqliteDB, str(copy))
        try:
            yield state
        finally:
            state.close()


def _is_whole(record: Path) -> bool:
    """Say whether a file is a record that can be read to its end."""
    try:
        with contextlib.closing(sqlite3.connect(f"{record.as_uri()}?mode=ro", uri=True)) as file:
            tasks = [json.loads(data) for (data,) in file.execute("select task_data from doit")]
    except (sqlite3.Error, ValueError, TypeError):
        return False
    return all(isinstance(task, dict) for task in tasks)
