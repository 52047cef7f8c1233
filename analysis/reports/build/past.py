"""Point-in-time report: worked out from what was known by a day, or refused with the reason."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any, Final

import pandas as pd

from analysis.errors import AnalysisError, Fault, ParameterError
from analysis.files import workspace
from analysis.paths import (
    AS_OF_VARIABLE,
    SAVES_VARIABLE,
    SHORTER_VARIABLE,
    TEMPORARY,
    TEMPORARY_NAME,
    WHOLE_VARIABLE,
)
from analysis.reports.build.elsewhere import make_tables, makers
from analysis.reports.build.manifest import Report
from analysis.reports.build.publish import run_once
from analysis.reports.run.run import RunError
from analysis.revision import Revision

LAST_MONTH: Final = "last_month"
"""Parameter of the last month of a window of rents, which ends with what was known."""
_DAY_OR_MONTH: Final = re.compile(r"\d{4}-\d{2}(-\d{2})?")


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
        Too little was known by the day; the message names the tables that are too short, or the
        parameter that is of a later day.
    """
    if report.reads_results:
        expected = "a report that reads tables: build those that it sums up, each as of the day"
        words = f"{report.name} reads the results of {len(report.reads_results)} reports of today"
        raise ParameterError([Fault("command", None, "--as-of", words, expected)])
    if later := _later_parameters(report, given, day):
        raise PastError(f"{report.name} cannot be worked out as of {day}: its parameter {later}.")
    with _environment(AS_OF_VARIABLE, day.isoformat()):
        try:
            return _run(report, given, reports, revision, out)
        except RunError as error:
            error.kept.unlink(missing_ok=True)
            short = _too_short(report, given, reports, revision, out.suffix)
            raise PastError(_refusal(report, day, short, error)) from None


def _later_parameters(report: Report, given: Mapping[str, Any], day: date) -> str:
    """Name the parameters of a scenario that are months or days after a day."""
    later = [
        f"{name} is {value}"
        for name, value in {**report.parameters, **given}.items()
        if isinstance(value, str)
        and _DAY_OR_MONTH.fullmatch(value)
        and value > day.isoformat()[: len(value)]
    ]
    return " and parameter ".join(later)


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
    from analysis.rents.index.known_markets import first_and_last_month, months_by_gpu
    from analysis.reports.notebook.parameter_values import read_parameters

    has_window = LAST_MONTH in read_parameters(report.script).names and months_by_gpu()
    return {LAST_MONTH: first_and_last_month()[1]} if has_window else {}


def _too_short(
    report: Report,
    given: Mapping[str, Any],
    reports: Sequence[Report],
    revision: Revision,
    suffix: str,
) -> list[str]:
    """Name the fewest tables with whose later rows the report runs; none where it never does."""
    from analysis.data.as_of import DATED

    with workspace(TEMPORARY, TEMPORARY_NAME) as place:
        note = place / "shorter.txt"

        def runs(names: Sequence[str]) -> bool:
            with _environment(WHOLE_VARIABLE, ",".join(names)):
                try:
                    _run(report, given, reports, revision, place / f"tried{suffix}")
                except (RunError, ParameterError):
                    return False
                return True

        with _environment(SHORTER_VARIABLE, str(note)):
            if not runs(DATED):
                return []
        read = set(note.read_text("utf-8").split()) if note.is_file() else set()
        return _fewest([name for name in DATED if name in read], runs)


def _fewest(names: list[str], runs: Callable[[Sequence[str]], bool]) -> list[str]:
    """Leave out of names what it runs without: halves first, since most often one is at fault.

    Examples
    --------
    >>> _fewest(["a", "b", "c", "d", "e"], lambda names: {"b", "e"} <= set(names))
    ['b', 'e']
    """
    while len(names) > 1:
        halves = names[: len(names) // 2], names[len(names) // 2 :]
        half = next((half for half in halves if runs(half)), None)
        if half is None:
            break
        names = half
    for name in names if len(names) > 2 else []:
        rest = [each for each in names if each != name]
        names = rest if runs(rest) else names
    return names


def _refusal(report: Report, day: date, names: Sequence[str], error: RunError) -> str:
    """Say in a sentence which tables are too short by a day, and how far each reached."""
    from analysis.data import load
    from analysis.data.as_of import OWN_DATED, known_by
    from analysis.data.own.store import own_folder
    from analysis.data.table_size import OWN_LIMIT

    if not names:
        last = next((line for line in reversed(error.reason.splitlines()) if line.strip()), "")
        why = f"nor with all rows that there are by now. It ended in: {last.strip()}"
        return f"{report.name} cannot be worked out as of {day}, {why}"

    def whole(name: str) -> pd.DataFrame:
        if name in OWN_DATED:
            return load(name, own_folder(), is_whole=True, limit=OWN_LIMIT)
        return load(name, is_whole=True)

    reached = [
        f"{name} ({int(row['n_known']):,} of {int(row['n_rows']):,} rows"
        + (")" if pd.isna(row["newest"]) else f", to {row['newest']:%Y-%m-%d})")
        for name, row in known_by(day, whole, names).iterrows()
    ]
    listed = " and ".join(filter(None, [", ".join(reached[:-1]), reached[-1]]))
    verb = "is" if len(reached) == 1 else "are"
    return f"{report.name} cannot be worked out as of {day}: too short by then {verb} {listed}."


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
