"""A report run elsewhere: tables of other reports that it needs are made in a place apart."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from analysis.data.processed import has_processed
from analysis.files import workspace
from analysis.paths import TEMPORARY, TEMPORARY_NAME
from analysis.reports.build.manifest import Report
from analysis.reports.build.publish import run_once
from analysis.reports.run.run import Run, execute
from analysis.revision import Revision


def run_elsewhere(
    report: Report,
    parameters: Mapping[str, Any],
    reports: Sequence[Report],
    revision: Revision,
    out: Path,
    *,
    making: Callable[[str], None],
) -> str:
    """Run a report and write one page or notebook, nothing else, in a checkout built or not.

    Parameters
    ----------
    report : Report
        Which.
    parameters : mapping
        Checked values, the report's own included.
    reports : sequence of Report
        All of the manifest.
    revision : Revision
        For the page's foot.
    out : Path
        Ends in ``.html`` or ``.ipynb``.
    making : callable
        Told the name of each report that is run first, since a table of it is not there.

    Returns
    -------
    str
        The headline of the results.

    Raises
    ------
    RunError
        A notebook did not run to its end; it stays beside ``out`` as far as it came.
    """
    needed = makers(report, reports, lambda table: not has_processed(table))
    with workspace(TEMPORARY, TEMPORARY_NAME) as place:
        for maker in needed:
            making(maker.name)
            kept = out.with_name(f"{maker.name}.failed.ipynb")
            make_tables(maker, maker.parameters, revision, place, kept)
        return run_once(report, parameters, revision, out, saves_to=place)


def makers(
    report: Report, reports: Iterable[Report], is_wanted: Callable[[str], bool] = lambda _: True
) -> list[Report]:
    """Return the reports that write the tables which a report reads, in the order to run them.

    Parameters
    ----------
    report : Report
        The reader.
    reports : iterable of Report
        All of the manifest, none of which waits for itself.
    is_wanted : callable
        Whether a table is to be made; those that are there need not be.
    """
    reports = list(reports)
    wanted = set(filter(is_wanted, report.reads))
    found: dict[str, Report] = {}
    for maker in (each for each in reports if wanted & set(each.writes)):
        found |= {each.name: each for each in (*makers(maker, reports, is_wanted), maker)}
    return list(found.values())


def make_tables(
    maker: Report, parameters: Mapping[str, Any], revision: Revision, place: Path, kept: Path
) -> None:
    """Run a report for its tables, which go to a place apart; its page is not made."""
    run = Run(
        maker.name,
        maker.script,
        parameters,
        revision.epoch,
        maker.timeout_seconds,
        saves_to=place,
    )
    execute(run, results=place / "results.json", kept=kept)
