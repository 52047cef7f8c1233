"""Atomic write: a file is there whole or not at all, and what a killed process left is known.

A new file is written under another name beside its place and then renamed, which readers see as one
step. Its process holds a lock on it meanwhile, so that what a killed one left behind can be told
from what another one is writing at this moment.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import re
import secrets
import shutil
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from analysis.errors import Fault, FaultsError

_PARTIAL: Final = re.compile(r"\..+\.partial-[0-9a-f]{8}\Z")
_BYTES_KEPT: Final = 100
"""Of a name, in that of its unfinished file: file systems take 255 bytes."""


_REFUSALS: Final = {errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOSPC, errno.EDQUOT}
"""What the system says for want of a right or of room; its other errors are faults of ours."""


class WriteError(FaultsError):
    """A file that cannot be written, or must not be."""

    consequence = "nothing was written"


class AccessError(FaultsError):
    """A file that the system refuses to this user."""

    consequence = "nothing more was done"


def refusal(error: OSError) -> AccessError | None:
    """Return what to say of a file that the system refuses; None for its other errors.

    Parameters
    ----------
    error : OSError
        As the system raised it.

    Examples
    --------
    >>> print(refusal(PermissionError(13, "Permission denied", "one.html")))
    1 fault, nothing more was done:
    one.html: found 'Permission denied', expected a file that this user may read and write
    >>> refusal(FileNotFoundError(2, "No such file or directory", "one.html")) is None
    True
    """
    if error.errno not in _REFUSALS or error.filename is None:
        return None
    reason = error.strerror or type(error).__name__
    expected = "a file that this user may read and write"
    return AccessError([Fault(os.fsdecode(error.filename), None, None, reason, expected)])


def write_whole(path: Path, content: str | bytes) -> None:
    """Write a file so that no reader ever sees a part of it.

    Parameters
    ----------
    path : Path
        Its folder is made where it is missing. A link is replaced, never followed.
    content : str or bytes
        Text is written as UTF-8, its line feeds as they are.

    Raises
    ------
    WriteError
        The file cannot be written, for want of room or of permission; what was there stays.
    """
    with replacing(path) as partial:
        partial.write_bytes(content.encode() if isinstance(content, str) else content)


@contextlib.contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Give a place for a new file, which takes its own place in one step if all goes well.

    Parameters
    ----------
    path : Path
        Where the file is to be; its permissions are kept where it is already.

    Yields
    ------
    Path
        An empty file beside it to write to, removed when an exception comes.

    Raises
    ------
    WriteError
        The file cannot be written; what was there stays.
    """
    partial = _partial(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # O_EXCL follows no link that somebody planted
        held = os.open(partial, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o666)
    except OSError as error:
        raise cannot_write(path, error) from None
    try:
        fcntl.flock(held, fcntl.LOCK_EX)
        kept = None
        if path.is_file() and not path.is_symlink():
            # what nobody was left the right to read is made anew to be read
            kept = stat.S_IMODE(path.stat().st_mode) | stat.S_IRUSR
            os.fchmod(held, kept | stat.S_IWUSR)
        yield partial
        if kept is not None:
            os.fchmod(held, kept)
        os.fsync(held)
        partial.replace(path)
    except OSError as error:
        if error.filename in {None, str(partial)}:  # others are of what the caller reads
            raise cannot_write(path, error) from None
        raise
    finally:
        partial.unlink(missing_ok=True)
        os.close(held)


@contextlib.contextmanager
def workspace(folder: Path, name: str) -> Iterator[Path]:
    """Give a new folder inside another one, and remove it with all it holds.

    Raises
    ------
    WriteError
        The folder cannot be made.
    """
    place, held = held_folder(folder, name)
    try:
        yield place
    finally:
        shutil.rmtree(place, ignore_errors=True)
        os.close(held)


def held_folder(folder: Path, name: str) -> tuple[Path, int]:
    """Return a new folder inside another one, and what holds it until it is closed.

    Raises
    ------
    WriteError
        The folder cannot be made.
    """
    place = _partial(folder / name)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        place.mkdir(mode=0o700)
        held = os.open(place, os.O_RDONLY)
        fcntl.flock(held, fcntl.LOCK_EX)
    except OSError as error:
        raise cannot_write(folder, error) from None
    return place, held


def is_unfinished(path: Path) -> bool:
    """Say whether a path has the name of a file or workspace that is being written."""
    return bool(_PARTIAL.match(path.name))


def remove_abandoned(*folders: Path, name: str = "*") -> None:
    """Remove unfinished files and workspaces that killed processes left in folders.

    What a living process holds stays, and so does everything that has another kind of name.

    Parameters
    ----------
    *folders : Path
        Where to look; a folder may be missing.
    name : str
        Name that the file or workspace was to have; all when left out.
    """
    for folder in folders:
        for path in folder.glob(f".{name}.partial-*"):
            if is_unfinished(path) and not path.is_symlink() and _is_abandoned(path):
                if path.is_dir():
                    shutil.rmtree(path, ignore_errors=True)
                else:
                    path.unlink(missing_ok=True)


@contextlib.contextmanager
def one_at_a_time(folder: Path, *, waiting: Callable[[], None]) -> Iterator[None]:
    """Hold a folder for this process, after the one that holds it now.

    Parameters
    ----------
    folder : Path
        A folder that is there. The lock is the system's, which gives up that of a killed process;
        a file system without locks goes without.
    waiting : callable
        Called once if another process holds it.
    """
    held = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            waiting()
            fcntl.flock(held, fcntl.LOCK_EX)
        except OSError:
            pass
        yield
    finally:
        os.close(held)


def cannot_write(
    path: Path, error: OSError, expected: str = "a file that can be written"
) -> WriteError:
    """Return what to say of a file that the system would not write, and what would help."""
    reason = error.strerror or str(error)
    return WriteError([Fault(str(path), None, None, reason, expected)])


def _partial(path: Path) -> Path:
    name = path.name.encode()[:_BYTES_KEPT].decode(errors="ignore")
    return path.parent / f".{name}.partial-{secrets.token_hex(4)}"


def _is_abandoned(path: Path) -> bool:
    try:
        held = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW)
    except OSError:
        return False
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    finally:
        os.close(held)
    return True
