"""Point-in-time report: worked out from what was known by a day, or refused with the reason."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any, Final

from analysis.errors import AnalysisError, Fault, ParameterError
from analysis.files import workspace
from analysis.paths import AS_OF_VARIABLE, SAVES_VARIABLE, TEMPORARY, TEMPORARY_NAME, WHOLE_VARIABLE
from analysis.reports.build.elsewhere import make_tables, makers
from analysis.reports.build.manifest import Report
from analysis.reports.build.publish import run_once
from analysis.reports.run.run import RunError
from analysis.revision import Revision

LAST_MONTH: Final = "last_month"
"""Parameter of the last month of a window of rents, which ends with what was known."""


class PastError(AnalysisError):
    """A report that cannot be worked out from what was known by a day."""


def run_as_of(
    report: Report,
    given: Mapping[str, Any],
    reports: Sequence[Report],
    revision: Revision,
    out: Path,
    day: date,
) -> str:
    """Run a report with what was known by a day, and write one page or notebook.

    Tables that it reads from other reports are made first, as of the same day.

    Parameters
    ----------
    report : Report
        Which.
    given : mapping
        Parameters of the moment, checked.
    reports : sequence of Report
        All of the manifest.
    revision : Revision
        For the page's foot.
    out : Path
        Ends in ``.html`` or ``.ipynb``.
    day : date
        The day.

    Returns
    -------
    str
        The headline of the results.

    Raises
    ------
    ParameterError
        The report reads the results of others, which are those of today.
    PastError
        Too little was known by the day; the message names the table that is too short.
    """
    if report.reads_results:
        expected = "a report that reads tables: build those that it sums up, each as of the day"
        words = f"{report.name} reads the results of {len(report.reads_results)} reports of today"
        raise ParameterError([Fault("command", None, "--as-of", words, expected)])
    with _environment(AS_OF_VARIABLE, day.isoformat()):
        try:
            return _run(report, given, reports, revision, out)
        except RunError as error:
            short = _too_short(report, given, reports, revision, out.suffix)
            raise PastError(_refusal(report, day, short, error)) from None


def _run(
    report: Report,
    given: Mapping[str, Any],
    reports: Sequence[Report],
    revision: Revision,
    out: Path,
) -> str:
    with (
        workspace(TEMPORARY, TEMPORARY_NAME) as place,
        _environment(SAVES_VARIABLE, str(place)),
    ):
        for maker in makers(report, reports):
            parameters = {**_window(maker), **maker.parameters}
            make_tables(maker, parameters, revision, place, place / "failed.ipynb")
        parameters = {**_window(report), **report.parameters, **given}
        return run_once(report, parameters, revision, out, saves_to=place)


def _window(report: Report) -> dict[str, str]:
    """End the window of rents with what was known, where a notebook has one."""
    from analysis.rents.index.known_markets import first_and_last_month
    from analysis.reports.notebook.parameter_values import read_parameters

    has_window = LAST_MONTH in read_parameters(report.script).names
    return {LAST_MONTH: first_and_last_month()[1]} if has_window else {}


def _too_short(
    report: Report,
    given: Mapping[str, Any],
    reports: Sequence[Report],
    revision: Revision,
    suffix: str,
) -> tuple[str, ...]:
    """Name the tables with whose later rows the report would run; all when no few of them do."""
    from analysis.data.as_of import DATED, KINDRED

    for names in (*((name,) for name in DATED), *KINDRED):
        with (
            workspace(TEMPORARY, TEMPORARY_NAME) as place,
            _environment(WHOLE_VARIABLE, ",".join(names)),
        ):
            try:
                _run(report, given, reports, revision, place / f"tried{suffix}")
            except (RunError, ParameterError):
                continue
            return names
    return DATED


def _refusal(report: Report, day: date, names: tuple[str, ...], error: RunError) -> str:
    """Say which tables are too short, how far each reached, and what the page ended in."""
    from analysis.data import load
    from analysis.data.as_of import known_by

    known = known_by(day, lambda name: load(name, is_whole=True)).loc[list(names)]
    reached = "; ".join(
        f"{name}, {int(row['n_known']):,} of {int(row['n_rows']):,} rows"
        + ("" if row["n_known"] == 0 else f" to {row['newest']:%Y-%m-%d}")
        for name, row in known[known["n_known"] < known["n_rows"]].iterrows()
    )
    last = next((line for line in reversed(error.reason.splitlines()) if line.strip()), "")
    return (
        f"{report.name} cannot be worked out as of {day}. Too short by then: {reached}. "
        f"It ended in: {last.strip()}"
    )


@contextmanager
def _environment(variable: str, value: str) -> Iterator[None]:
    """Set a variable of the environment meanwhile."""
    before = os.environ.get(variable)
    os.environ[variable] = value
    try:
        yield
    finally:
        if before is None:
            os.environ.pop(variable)
        else:
            os.environ[variable] = before
