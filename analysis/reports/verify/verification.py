"""Verification of the whole project: everything made again from a clean clone, and compared."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Final

from analysis.errors import AnalysisError
from analysis.paths import RESULTS, ROOT, SITE
from analysis.reports.verify.method_lock import method_faults

_TESTS: Final = (
    "tests/test_map.py",
    "tests/test_project.py",
    "tests/test_layers.py",
    "tests/formulas",
    "tests/summary",
    "tests/capex/test_results_agree.py",
)
"""Tests by which documents, results and layers agree with each other."""

_PIN: Final = re.compile(
    r"(?P<name>[A-Za-z0-9._-]+)(?:\[[^]]*\])?==(?P<version>[^\s;\\]+)(?P<marker>\s*;)?"
)


class VerificationError(AnalysisError):
    """A part that could not be checked at all: verification has not passed."""


@dataclass(frozen=True)
class Step:
    """One part of a verification.

    Parameters
    ----------
    name, what : str
        What progress calls it, and what it compares.
    faults : callable
        Yields what moved.
    is_quick : bool
        Whether it needs no build.
    """

    name: str
    what: str
    faults: Callable[[], Iterator[str]]
    is_quick: bool = True


def steps() -> tuple[Step, ...]:
    """Return the parts of a verification, quick ones first."""
    return (
        Step("tree", "the files are those of the commit", _changed_files),
        Step("environment", "the installed packages are those of the lock", _other_packages),
        Step("method", "choices of method are as locked, versioned and told", _moved_methods),
        Step("data", "every raw row is as described and sealed", _data_faults),
        Step("audit", "the verdicts on printed claims are the committed ones", _moved_verdicts),
        Step("numbers", "every headline number, from raw rows alone", _moved_numbers),
        Step("tests", "layers, documents and results agree", _failed_tests),
        Step(
            "build",
            "a clean clone, built twice: results and pages byte for byte",
            _built_anew,
            is_quick=False,
        ),
    )


def _changed_files() -> Iterator[str]:
    for line in _git("status", "--porcelain", "--untracked-files=no").splitlines():
        yield f"{line[3:]}: differs from the commit"


def _other_packages() -> Iterator[str]:
    """Yield packages of another version than the lock's; a marker may leave one out, or choose."""
    pinned: dict[str, set[str]] = {}
    optional = set()
    for line in (ROOT / "requirements.lock").read_text("utf-8").splitlines():
        if found := _PIN.match(line):
            pinned.setdefault(found["name"], set()).add(found["version"])
            if found["marker"]:
                optional.add(found["name"])
    for name, versions in pinned.items():
        try:
            installed = metadata.version(name)
        except metadata.PackageNotFoundError:
            if name in optional:
                continue
            installed = "nothing (make develop installs it)"
        if installed not in versions:
            expected = " or ".join(sorted(versions))
            yield f"{name}: found {installed}, expected {expected} of requirements.lock"


def _moved_methods() -> Iterator[str]:
    yield from method_faults()


def _data_faults() -> Iterator[str]:
    from analysis.data import check

    try:
        check()
    except AnalysisError as error:
        yield from str(error).splitlines()[1:]


def _moved_verdicts() -> Iterator[str]:
    from analysis.claims.ledger import audit, read_committed

    for name, change in audit().changes(read_committed()).iterrows():
        yield f"{name}: {change['before']} -> {change['now']}"


def _moved_numbers() -> Iterator[str]:
    from analysis.reports.verify.reproduction import Outcome, reproduce_all

    for done in reproduce_all():
        if done.outcome is Outcome.UNVERIFIED:
            yield f"{done.name}: cannot be verified: {done.why}"
        elif done.outcome is Outcome.DIFFERS:
            yield f"{done.name}: published {done.published!r}, computed {done.computed!r}"


def _failed_tests() -> Iterator[str]:
    there = [name for name in _TESTS if (ROOT / name).exists()]
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *there]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode not in (0, 1):
        raise VerificationError(f"tests did not run: {(done.stderr or done.stdout).strip()[-300:]}")
    yield from re.findall(r"^(?:FAILED|ERROR) (.*)$", done.stdout, re.MULTILINE)


def _built_anew() -> Iterator[str]:
    with tempfile.TemporaryDirectory(prefix="rental-verify-") as folder:
        first, second = Path(folder) / "first", Path(folder) / "second"
        for clone, origin in ((first, ROOT), (second, first)):  # one commit, whatever comes between
            _git("clone", "--quiet", "--no-hardlinks", str(origin), str(clone))
            _build(clone)
        names = [path.relative_to(ROOT) for path in sorted(RESULTS.glob("*.json"))]
        names += [
            path.relative_to(first)
            for path in sorted((first / RESULTS.relative_to(ROOT)).glob("*.json"))
        ]
        for name in dict.fromkeys(names):
            yield from _difference(ROOT / name, first / name, name, "rebuilt")
        pages = _pages(first)
        for name in sorted({*pages, *_pages(second)}):
            yield from _difference(first / name, second / name, name, "built again")
        if SITE.is_dir():
            for name in sorted({*pages, *_pages(ROOT)}):
                yield from _difference(ROOT / name, first / name, name, "rebuilt from the commit")


def _build(clone: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(clone)}
    command = [sys.executable, "-m", "analysis", "build"]
    done = subprocess.run(
        command, cwd=clone, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise VerificationError(
            f"the clean clone does not build:\n{(done.stdout + done.stderr)[-2000:]}"
        )


def _pages(root: Path) -> set[Path]:
    site = root / SITE.relative_to(ROOT)
    return {path.relative_to(root) for path in site.rglob("*") if path.is_file()}


def _difference(old: Path, new: Path, name: Path, how: str) -> Iterator[str]:
    for path, place in ((old, "before"), (new, how)):
        if not path.is_file():
            yield f"{name.as_posix()}: not there {place}"
            return
    before, after = old.read_bytes(), new.read_bytes()
    if before == after:
        return
    was, now = (content.decode("utf-8", "replace") for content in (before, after))
    pairs = enumerate(zip(was, now, strict=False))
    at = next(
        (at for at, (old_one, new_one) in pairs if old_one != new_one), min(len(was), len(now))
    )
    row, start = was.count("\n", 0, at) + 1, max(at - 30, 0)
    yield (
        f"{name.as_posix()}: differs when {how}, line {row}: "
        f"{was[start : at + 30]!r} and {now[start : at + 30]!r}"
    )


def _git(*arguments: str) -> str:
    if shutil.which("git") is None or not (ROOT / ".git").exists():
        raise VerificationError("no git repository: there is no commit to compare with")
    done = subprocess.run(
        ["git", "-C", str(ROOT), *arguments], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise VerificationError(f"git {arguments[0]}: {done.stderr.strip()}")
    return done.stdout
