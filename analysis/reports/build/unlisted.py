"""Clean-up of what was made of reports that the manifest no longer lists."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import get_args

from analysis.errors import Fault
from analysis.files import is_unfinished
from analysis.near_names import one_of
from analysis.paths import EXECUTED, RESULTS, SITE
from analysis.reports.build.manifest import INDEX_NAME, ManifestError, PageName, Report
from analysis.reports.build.publish import INDEX
from analysis.reports.translation.twin import twin_of


def unlisted(reports: Sequence[Report]) -> dict[str, tuple[Path, ...]]:
    """Return pages, results and executed notebooks of reports that are not listed, by name."""
    listed = {report.name for report in reports} | set(get_args(PageName))
    listed |= {twin_of(name) for name in (INDEX_NAME, *listed)}
    found: dict[str, list[Path]] = {}
    for path in (*SITE.glob("*.html"), *RESULTS.glob("*.json"), *EXECUTED.glob("*.ipynb")):
        name = path.stem.removesuffix(".failed")
        if name not in listed and path != INDEX and not is_unfinished(path):
            found.setdefault(name, []).append(path)
    return {name: tuple(sorted(found[name])) for name in sorted(found)}


def prune(reports: Sequence[Report], names: Sequence[str]) -> tuple[Path, ...]:
    """Remove what was made of reports that are no longer listed, and are named.

    Raises
    ------
    ManifestError
        A name of which nothing is there, or of a report that is listed; nothing was removed.
    """
    found = unlisted(reports)
    faults = [
        Fault("command line", None, "--prune", name, f"a report not listed: {one_of(name, found)}")
        for name in names
        if name not in found
    ]
    if faults:
        raise ManifestError(faults)
    files = tuple(path for name in dict.fromkeys(names) for path in found[name])
    for path in files:
        path.unlink()
    return files
