"""Atomic write: whole or absent, links not followed, and what a kill leaves is cleared away."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from analysis import files
from analysis.files import (
    WriteError,
    is_unfinished,
    one_at_a_time,
    remove_abandoned,
    replacing,
    workspace,
    write_whole,
)
from analysis.paths import ROOT


@pytest.mark.parametrize("content", ["text\n算力", b"\x00bytes\r\n"])
def test_a_file_and_its_folder_are_made(tmp_path: Path, content: str | bytes) -> None:
    path = tmp_path / "new" / "folder" / "file"
    write_whole(path, content)
    assert path.read_bytes() == (content.encode() if isinstance(content, str) else content)
    assert [each.name for each in path.parent.iterdir()] == ["file"]


@pytest.mark.parametrize("name", ["a" * 255, "算" * 85, ".hidden", "with space"])
def test_every_name_that_a_file_can_have(tmp_path: Path, name: str) -> None:
    write_whole(tmp_path / name, "here")
    assert (tmp_path / name).read_text() == "here"


def test_permissions_are_the_users_or_those_of_the_file_before(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        write_whole(tmp_path / "new", "")
        (tmp_path / "old").touch(mode=0o600)
        write_whole(tmp_path / "old", "")
    finally:
        os.umask(before)
    assert (tmp_path / "new").stat().st_mode & 0o777 == 0o640
    assert (tmp_path / "old").stat().st_mode & 0o777 == 0o600


def test_a_planted_link_is_replaced_and_not_followed(tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_text("mine")
    for name in ("file", ".file.partial"):
        (tmp_path / name).symlink_to(victim)
    write_whole(tmp_path / "file", "new")
    assert victim.read_text() == "mine"
    assert not (tmp_path / "file").is_symlink()
    assert (tmp_path / "file").read_text() == "new"


FAULTS = {
    "full disk": OSError(errno.ENOSPC, "No space left on device"),
    "input or output": OSError(errno.EIO, "Input/output error"),
}


@pytest.mark.parametrize("error", FAULTS.values(), ids=FAULTS)
@pytest.mark.parametrize("step", ["write_bytes", "replace"])
def test_what_was_there_stays_when_writing_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str, error: OSError
) -> None:
    path = tmp_path / "file"
    path.write_text("before")

    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(Path, step, fail)
    with pytest.raises(WriteError, match=error.strerror):
        write_whole(path, "after")
    assert path.read_text() == "before"
    assert [each.name for each in tmp_path.iterdir()] == ["file"]


def test_an_interrupt_leaves_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("before")
    with pytest.raises(KeyboardInterrupt), replacing(path) as partial:
        partial.write_text("part")
        raise KeyboardInterrupt
    assert path.read_text() == "before"
    assert [each.name for each in tmp_path.iterdir()] == ["file"]


def test_a_fault_of_what_is_read_meanwhile_stays_what_it_is(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError), replacing(tmp_path / "file") as partial:
        partial.write_bytes((tmp_path / "absent").read_bytes())
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("place", ["folder", "file/below", "loop/below"])
def test_a_place_that_takes_no_file_is_named(tmp_path: Path, place: str) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").touch()
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    before = sorted(tmp_path.iterdir())
    with pytest.raises(WriteError, match=place.partition("/")[0]):
        write_whole(tmp_path / place, "text")
    assert sorted(tmp_path.iterdir()) == before


KILLED = """\
import os, signal, sys
from pathlib import Path
from analysis.files import replacing, workspace
folder = Path(sys.argv[1])
with workspace(folder, "work") as place, replacing(folder / "file") as partial:
    (place / "inside").mkdir()
    (place / "inside" / "file").write_text("part")
    partial.write_text("part")
    print("ready", flush=True)
    sys.stdin.read()
"""


def test_what_a_killed_process_left_is_removed_and_what_a_living_one_holds_stays(
    tmp_path: Path,
) -> None:
    mine = [".file", ".file.partial-", ".file.partial-12345678.txt", "file.partial-12345678"]
    for name in mine:
        (tmp_path / name).write_text("mine")
    (tmp_path / ".link.partial-12345678").symlink_to(ROOT / "README.md")
    kept = sorted(path.name for path in tmp_path.iterdir())
    with subprocess.Popen(
        [sys.executable, "-c", KILLED, str(tmp_path)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        remove_abandoned(tmp_path)
        left = [path for path in tmp_path.iterdir() if path.name not in kept]
        assert sorted(path.is_dir() for path in left) == [False, True]
        assert all(map(is_unfinished, left))
        process.send_signal(signal.SIGKILL)
    remove_abandoned(tmp_path, tmp_path / "absent")
    assert sorted(path.name for path in tmp_path.iterdir()) == kept


def test_a_workspace_goes_with_what_it_holds(tmp_path: Path) -> None:
    with workspace(tmp_path / "new", "name") as place:
        (place / "file").touch()
        remove_abandoned(tmp_path / "new")
        assert (place / "file").exists()
    assert list((tmp_path / "new").iterdir()) == []


def test_one_after_the_other(tmp_path: Path) -> None:
    in_turn, told = [], threading.Event()

    def second() -> None:
        with one_at_a_time(tmp_path, waiting=told.set):
            in_turn.append("second")

    with one_at_a_time(tmp_path, waiting=pytest.fail):
        other = threading.Thread(target=second)
        other.start()
        assert told.wait(10)
        in_turn.append("first")
    other.join(10)
    assert in_turn == ["first", "second"]
    with one_at_a_time(tmp_path, waiting=pytest.fail):
        assert list(tmp_path.iterdir()) == []


def test_a_file_system_without_locks_goes_without(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.EBADF, "Bad file descriptor")

    monkeypatch.setattr(files.fcntl, "flock", refuse)
    with one_at_a_time(tmp_path, waiting=pytest.fail):
        pass
