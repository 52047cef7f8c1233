"""The same bytes under varied conditions: two reports built over, compared with a plain build.

Run on demand: ``python benchmarks/varied_conditions.py --python /path/to/other/python``. The
tracked files are copied, with the time of their commit, and two reports and the site's own sheets
are built from nothing under each condition. Every result and every file of the site must have the
bytes of the plain build; another Python, one with the packages of the lock, must give the same
numbers to 1e-9. A row is printed for each condition; what differs is named, and the exit code is 1.
Another user needs ``unshare`` of Linux; where a condition cannot be had, it says so.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from analysis.revision import current_revision

ROOT = Path(__file__).resolve().parent.parent
REPORTS = ("return-table", "capex-intensity-article")
BUILD = ("analysis", "build", *REPORTS)
COMPARED = ("reports/site", "reports/results")
EMPTIED = (*COMPARED, "reports/executed", "data/processed")
STRANGE_FOLDER = "a folder, 租赁 模型"
CLOCK = """\
import time

now, now_ns = time.time, time.time_ns
time.time = lambda: now() - {seconds}
time.time_ns = lambda: now_ns() - {seconds} * 10**9
"""
"""A clock in the past as Python tells it, `date.today` included; libfaketime makes `time.sleep` of
Python 3.11 fail."""
RELATIVE_TOLERANCE = 1e-9
"""Between two versions of Python, as the README promises it between machines."""


@dataclass(frozen=True)
class Condition:
    """What differs from a plain build."""

    name: str
    environment: Mapping[str, str] = field(default_factory=dict)
    options: Sequence[str] = ()
    before: Sequence[str] = ()
    """A command that runs the build."""
    python: str = sys.executable
    umask: int = 0o022
    is_moved: bool = False
    """Whether the project lies in another folder."""
    has_new_home: bool = False
    days_back: int = 0


def conditions(python: Sequence[str]) -> Iterator[Condition]:
    """Give every condition in turn, the plain one first."""
    yield Condition("plain")
    yield Condition("plain, once more")
    yield Condition("folder with spaces and Chinese", is_moved=True)
    yield Condition("time zone of Shanghai", {"TZ": "Asia/Shanghai"})
    yield Condition("time zone of Honolulu", {"TZ": "Pacific/Honolulu"})
    for language in ("C", "zh_CN.UTF-8", "de_DE.UTF-8"):
        yield Condition(f"language {language}", {"LANG": language, "LC_ALL": language})
    yield Condition("umask 077", umask=0o077)
    for seed in ("1", "2"):
        yield Condition(f"hash seed {seed}", {"PYTHONHASHSEED": seed})
    yield Condition("no forks", options=["--no-fork"])
    for jobs in ("1", "4"):
        yield Condition(f"{jobs} at once", options=["--jobs", jobs])
    other = ["unshare", "--user", "--map-user=1234", "--map-group=1234"]
    yield Condition("another user with an empty home", before=other, has_new_home=True)
    yield Condition("clock 900 days back", days_back=900)
    for each in python:
        yield Condition(f"numbers of {each}", python=each)


def copy_to(folder: Path) -> None:
    """Copy the tracked files as they stand."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True)
    for name in filter(None, listed.stdout.decode().split("\0")):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)


def build(folder: Path, condition: Condition) -> dict[str, bytes]:
    """Build from nothing; return the content of every compared file by its path.

    Raises
    ------
    OSError
        The command cannot be started here.
    RuntimeError
        The build failed.
    """
    for name in EMPTIED:
        shutil.rmtree(folder / name, ignore_errors=True)
    (folder / ".doit.db").unlink(missing_ok=True)
    environment = {**os.environ, "PYTHONPATH": str(folder), "TERM": "dumb"}
    environment |= {"SOURCE_DATE_EPOCH": str(current_revision().epoch), **condition.environment}
    with tempfile.TemporaryDirectory(prefix="home-") as home:
        if condition.has_new_home:
            environment["HOME"] = home
        if condition.days_back:
            text = CLOCK.format(seconds=condition.days_back * 86_400)
            (Path(home) / "sitecustomize.py").write_text(text, encoding="utf-8")
            environment["PYTHONPATH"] += os.pathsep + home
        done = subprocess.run(
            [*condition.before, condition.python, "-m", *BUILD, *condition.options],
            cwd=folder,
            env=environment,
            umask=condition.umask,
            capture_output=True,
            text=True,
            check=False,
        )
    if done.returncode:
        raise RuntimeError((done.stdout + done.stderr)[-1500:])
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for name in COMPARED
        for path in sorted((folder / name).rglob("*"))
        if path.is_file()
    }


def differing(plain: Mapping[str, bytes], other: Mapping[str, bytes]) -> list[str]:
    """Name the files that are not the same, or are there once only."""
    return sorted(name for name in {*plain, *other} if plain.get(name) != other.get(name))


def differing_numbers(plain: Mapping[str, bytes], other: Mapping[str, bytes]) -> list[str]:
    """Name the results whose numbers differ by more than the tolerance, or whose words differ."""
    names = [name for name in plain if name.startswith("reports/results/")]
    return [
        name
        for name in names
        if name not in other or not is_close(json.loads(plain[name]), json.loads(other[name]))
    ]


def is_close(one: Any, other: Any) -> bool:
    """Tell whether two values of JSON are the same, numbers within the tolerance."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(is_close(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(is_close, one, other))
    if isinstance(one, float) and isinstance(other, float):
        return math.isclose(one, other, rel_tol=RELATIVE_TOLERANCE, abs_tol=0.0)
    return bool(one == other)


def main() -> None:
    """Build under every condition and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--python", action="append", default=[], help="another Python")
    options = parser.parse_args()
    failed: list[str] = []
    print("| condition | files compared | differ | seconds |\n|---|---|---|---|")
    with tempfile.TemporaryDirectory(prefix="varied-") as scratch:
        usual, moved = Path(scratch) / "plain", Path(scratch) / STRANGE_FOLDER
        for folder in (usual, moved):
            copy_to(folder)
        plain: dict[str, bytes] = {}
        for condition in conditions(options.python):
            start = time.monotonic()
            try:
                made = build(moved if condition.is_moved else usual, condition)
            except (OSError, RuntimeError) as error:
                if not plain:
                    raise
                failed.append(f"{condition.name}: {error}")
                print(f"| {condition.name} | not built | | |", flush=True)
                continue
            plain = plain or made
            compare = differing if condition.python == sys.executable else differing_numbers
            differ = compare(plain, made)
            failed += [f"{condition.name}: {name}" for name in differ]
            taken = time.monotonic() - start
            print(f"| {condition.name} | {len(made)} | {len(differ)} | {taken:.0f} |", flush=True)
    print(*failed, sep="\n", file=sys.stderr)
    raise SystemExit(bool(failed))


if __name__ == "__main__":
    main()
