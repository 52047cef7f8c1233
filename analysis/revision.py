"""Git revision that a page was made from."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from analysis.paths import ROOT

_NO_COMMIT_EPOCH = 1_735_689_600  # 2025-01-01, for a tree that no commit describes
_SOURCES = ("analysis", "notebooks", "data/raw", "reports/manifest.yml", "requirements-run.lock")


@dataclass(frozen=True)
class Revision:
    """A commit and whether the sources still are as it left them.

    Parameters
    ----------
    commit : str
        Abbreviated id; empty outside of a repository.
    epoch : int
        Time of the commit, seconds since 1970 in UTC.
    is_changed : bool
        Whether a source of the reports differs from the commit.
    """

    commit: str
    epoch: int
    is_changed: bool

    @property
    def date(self) -> str:
        """Day of the commit in UTC, as in 2026-11-28."""
        return datetime.fromtimestamp(self.epoch, tz=UTC).date().isoformat()


def current_revision(root: Path = ROOT) -> Revision:
    """Ask git for the revision; ``SOURCE_DATE_EPOCH`` of the environment replaces its time."""
    described = _git(root, "log", "-1", "--abbrev=12", "--format=%h %ct")
    commit, _, seconds = described.partition(" ")
    epoch = os.environ.get("SOURCE_DATE_EPOCH") or seconds or str(_NO_COMMIT_EPOCH)
    is_changed = bool(commit) and bool(_git(root, "status", "--porcelain", "--", *_SOURCES))
    return Revision(commit, int(epoch), is_changed)


def changed_since_commit(files: Iterable[Path], root: Path = ROOT) -> tuple[str, ...]:
    """Return which files differ from the commit, from the root; none where git cannot tell."""
    names = [file.relative_to(root).as_posix() for file in files]
    return tuple(_git(root, "diff", "--name-only", "HEAD", "--", *names).splitlines())


def file_at(commit: str, file: Path, root: Path = ROOT) -> str:
    """Return the text of a file at a commit; empty where it was not there, or git cannot tell."""
    found = _git(root, "show", f"{commit}:{file.relative_to(root).as_posix()}")
    return f"{found}\n" if found else ""


def _git(root: Path, *arguments: str) -> str:
    try:
        done = subprocess.run(
            ["git", "-C", str(root), *arguments], capture_output=True, text=True, check=True
        )
    except (OSError, subprocess.CalledProcessError):
        return ""
    return done.stdout.strip()
