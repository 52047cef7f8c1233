"""Overwrite guard: files that commands write, refused at once where they cannot or must not be."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from analysis.errors import Fault
from analysis.files import WriteError
from analysis.paths import ROOT

Force = Annotated[bool, typer.Option("--force", help="Overwrite a file that is there.")]

_OWN: Final = (
    ".ci",
    ".git",
    ".github",
    "analysis",
    "benchmarks",
    "data",
    "docs",
    "notebooks",
    "reports",
    "tests",
    "tools",
)
"""Folders of the project, which only its own commands fill."""


def time_and_size(seconds: float, n_bytes: int) -> str:
    """Return a duration and a size as people say them.

    Examples
    --------
    >>> time_and_size(93.4, 1_234_567)
    '93 s, 1.2 MB'
    """
    from rich.filesize import decimal

    duration = f"{seconds:.2g} s" if seconds < 10 else f"{seconds:,.0f} s"
    return f"{duration}, {decimal(n_bytes)}"


def print_amounts(*shown: Any, currency: str, **options: Any) -> None:
    """Print tables and sentences with their amounts in the currency of a case.

    Parameters
    ----------
    *shown : object
        What rich prints, one under the other.
    currency : str
        Code of the currency.
    **options : object
        Of `rich.console.Console.print`.
    """
    from rich.console import Console

    from analysis.rental.inputs.quantities import in_currency

    console = Console()
    with console.capture() as captured:
        for each in shown:
            console.print(each, **options)
    typer.echo(in_currency(captured.get(), currency), nl=False)


def say_remarks(remarks: Mapping[str, str], *, err: bool = False) -> None:
    """Print what is remarked, a line each; to standard error beside the answer to a question."""
    for name, remark in remarks.items():
        typer.echo(f"{name}: {remark}", err=err)


def claim(
    path: Path,
    *,
    option: str,
    endings: Sequence[str],
    force: bool,
    makes_folder: bool = False,
) -> str:
    """Check, before anything is worked out, that a file can be written and may be.

    Parameters
    ----------
    path : Path
        The file that a user named.
    option : str
        How it was named, for messages.
    endings : sequence of str
        Endings of the formats that there are, such as ``.csv``.
    force : bool
        Whether a file that is there may be overwritten.
    makes_folder : bool
        Whether its folder may be missing.

    Returns
    -------
    str
        Its ending, in lower case.

    Raises
    ------
    WriteError
        Another ending, a folder or a missing one, no permission, a file that is there, or a place
        among the project's own files.
    """
    ending = path.suffix.lower()
    folder = Path(os.path.realpath(path.parent))
    above = next(each for each in (folder, *folder.parents) if os.path.lexists(each))
    is_there = os.path.lexists(path)
    found = str(path)
    if ending not in endings:
        raise _refused(option, found, f"a name ending in {', '.join(endings)}")
    if any(folder.is_relative_to(ROOT / name) for name in _OWN):
        raise _refused(option, found, "a place outside of the project's own folders")
    if path.is_dir():
        raise _refused(option, f"{found}, a folder", "a file that can be written")
    if is_there and not force:
        found = f"{found}, which is there"
        raise _refused(option, found, "a new name, or --force to overwrite it")
    if not above.is_dir() or (above != folder and not makes_folder):
        raise _refused(option, found, f"a file that can be written: there is no folder {folder}")
    if not os.access(above, os.W_OK | os.X_OK):
        raise _refused(option, found, f"a file that can be written: {above} is read-only")
    return ending


def _refused(option: str, found: str, expected: str) -> WriteError:
    return WriteError([Fault("command line", None, option, found, expected)])
