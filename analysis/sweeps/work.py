"""Work units of a sweep: parts that can be worked out anywhere, in any order, once."""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final, Literal, Protocol

from analysis.errors import AnalysisError
from analysis.paths import ROOT

Kind = Literal["model", "notebooks"]

MOST_PARTS: Final = 100_000

_PART_FILES: Final[dict[Kind, tuple[str, ...]]] = {
    "model": ("part-{part:05d}.parquet",),
    "notebooks": ("scenario-{part:0{width}d}.html", "scenario-{part:0{width}d}.json"),
}
_SUMMARY_FILES: Final[dict[Kind, tuple[str, ...]]] = {
    "model": (),
    "notebooks": ("comparison.csv", "index.html"),
}


def part_names(kind: Kind, n_parts: int, part: int) -> tuple[str, ...]:
    """Return what the files of a part are called, the last of them when it is done.

    Examples
    --------
    >>> part_names("notebooks", 12, 3)
    ('scenario-03.html', 'scenario-03.json')
    """
    width = len(str(n_parts - 1))
    return tuple(name.format(part=part, width=width) for name in _PART_FILES[kind])


def summary_names(kind: Kind) -> tuple[str, ...]:
    """Return what the files over all parts are called, which are written anew each time."""
    return _SUMMARY_FILES[kind]


class Work(Protocol):
    """Parts of a sweep. An instance travels to workers, so it holds plain values."""

    @property
    def kind(self) -> Kind:
        """What is swept, which decides what files are called."""

    @property
    def n_parts(self) -> int:
        """Number of parts."""

    @property
    def unit(self) -> str:
        """What progress counts: parts hold `n_units` of these each."""

    def n_units(self, part: int) -> int:
        """Return how many scenarios a part holds."""

    def file_names(self, part: int) -> tuple[str, ...]:
        """Return the files that a part leaves, the last of them when it is done."""

    def compute(self, part: int) -> dict[str, bytes]:
        """Work a part out; return its files."""

    def plan(self) -> Mapping[str, Any]:
        """Return what the results depend on, as plain values."""

    def files_needed(self) -> frozenset[Path]:
        """Return the project's files that the results depend on."""


class PartError(AnalysisError):
    """A part that could not be worked out."""


def code_digest(files: Iterable[str]) -> str:
    """Return a hash of files of the project and of the Python that runs them.

    Parameters
    ----------
    files : iterable of str
        Paths relative to the project's root, so that machines can be compared.

    Returns
    -------
    str
        Hexadecimal; a file that is missing counts as such.
    """
    digest = hashlib.sha256(f"{platform.python_version()} {platform.machine()}".encode())
    for name in sorted(files):
        path = ROOT / name
        content = path.read_bytes() if path.is_file() else b"missing"
        digest.update(f"{name} {len(content)}\n".encode() + content)
    return digest.hexdigest()


def relative(files: Iterable[Path]) -> tuple[str, ...]:
    """Return paths relative to the project's root, sorted."""
    return tuple(sorted(file.relative_to(ROOT).as_posix() for file in files))
