"""What moved: headline numbers of pages before and after, and the rows that moved them.

The share of a source's new rows is found by leaving them out: the page is run once more on tables
in which they are as they were, and what it then says is set against what it says with them. Shares
need not add up where sources bear on each other.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Final

import pandas as pd

from analysis.data.own.store import OWN_SOURCE, own_files, write_own_without
from analysis.data.past_rows import Difference, differences, write_without
from analysis.files import workspace
from analysis.paths import OWN_VARIABLE, RAW_VARIABLE, RESULTS, TEMPORARY, TEMPORARY_NAME
from analysis.reports.build.manifest import Report
from analysis.reports.notebook.parameter_values import read_parameters
from analysis.reports.run.run import Run, RunError, execute
from analysis.reports.site.moved_section import (
    CANNOT,
    Cause,
    Moved,
    MovedNumber,
    change_in_words,
    is_number,
    shown,
)
from analysis.revision import current_revision, file_at

_PLACE: Final = re.compile(rf"{re.escape(str(TEMPORARY))}/\S*/")
"""Where a run that only tries something has its tables."""
OWN_PARAMETER: Final = "with_own_"
"""How a parameter begins that lets own numbers into a notebook."""


def moved_numbers(reports: Iterable[Report], *, since: str = "HEAD") -> pd.DataFrame:
    """Compare the results of reports with those of a commit.

    Parameters
    ----------
    reports : iterable of Report
        Which; their results as they are in the working tree.
    since : str
        The commit.

    Returns
    -------
    DataFrame
        By report and number, those that differ: before, after, change (relative; missing where
        it is no number).
    """
    rows = []
    for report in reports:
        path = RESULTS / f"{report.name}.json"
        after = flat_results(path.read_text("utf-8") if path.is_file() else "")
        before = flat_results(file_at(since, path))
        for name in dict.fromkeys([*before, *after]):
            old, new = before.get(name), after.get(name)
            if old != new:
                rows.append((report.name, name, old, new, _change(old, new)))
    columns = ["report", "number", "before", "after", "change"]
    return pd.DataFrame(rows, columns=columns).set_index(["report", "number"])


def raw_differences(since: str = "HEAD") -> list[Difference]:
    """Return the rows of raw tables that came or changed since a commit, by table and source."""
    return differences(lambda path: file_at(since, path))


def moved_by_rows(reports: Iterable[Report], rows: Sequence[Difference], since: str) -> Moved:
    """Find what rows moved on each page, and the share of each source.

    A page is run without all of the rows, which the method of today then says nothing else about;
    where a number differs, it is run once more without those of each source.

    Parameters
    ----------
    reports : iterable of Report
        Their results as they are in the working tree.
    rows : sequence of Difference
        As `raw_differences` returns them.
    since : str
        What the rows were compared with, in words.
    """
    looked_at, numbers = [], []
    for report in reports:
        after = flat_results((RESULTS / f"{report.name}.json").read_text("utf-8"))
        runs = {str(each): partial(_without_rows, report, [each]) for each in rows}
        numbers += _attributed(report, partial(_without_rows, report, rows), after, runs)
        looked_at.append(report.name)
    return Moved(since, tuple(map(str, rows)), tuple(looked_at), tuple(numbers))


def moved_by_own(reports: Iterable[Report]) -> Moved:
    """Find what own numbers move on each page that can take them, and the share of each file.

    Parameters
    ----------
    reports : iterable of Report
        Those whose notebook has no parameter for own numbers are passed over.

    Raises
    ------
    RunError
        A page cannot be worked out with the own numbers that there are.
    """
    looked_at, numbers, files = [], [], own_files()
    for report in reports:
        parameter = own_parameter(report)
        if parameter is None:
            continue
        base = report.model_copy(update={"parameters": {**report.parameters, parameter: False}})
        taking = report.model_copy(update={"parameters": {**report.parameters, parameter: True}})
        after = _tried(taking)
        runs = {file: partial(_without_file, taking, file) for file in files}
        numbers += _attributed(report, partial(_tried, base), after, runs)
        looked_at.append(report.name)
    rows = tuple(f"{OWN_SOURCE}{file}" for file in files)
    return Moved("the public tables alone", rows, tuple(looked_at), tuple(numbers))


def own_parameter(report: Report) -> str | None:
    """Name the parameter of a report's notebook that lets own numbers in; None without one."""
    names = read_parameters(report.script).names
    return next((name for name in names if name.startswith(OWN_PARAMETER)), None)


def _attributed(
    report: Report,
    without_all: Callable[[], Mapping[str, Any]],
    after: Mapping[str, Any],
    runs: Mapping[str, Callable[[], Mapping[str, Any]]],
) -> list[MovedNumber]:
    """Compare a page without some rows with what it says, then without those of each source."""
    before = _or_why(without_all)
    if isinstance(before, str):
        before = dict.fromkeys(after, before)
    moved = [
        name for name in dict.fromkeys([*before, *after]) if before.get(name) != after.get(name)
    ]
    found: dict[str, list[Cause]] = {name: [] for name in moved}
    for words, run in runs.items() if moved else ():
        results = _or_why(run)
        for name in moved:
            without = results if isinstance(results, str) else results.get(name)
            if without != after.get(name):
                share = _difference(after.get(name), without)
                found[name].append(Cause(words, without, None if pd.isna(share) else share))
    return [
        MovedNumber(report.name, name, before.get(name), after.get(name), tuple(found[name]))
        for name in moved
    ]


def _or_why(run: Callable[[], Mapping[str, Any]]) -> Mapping[str, Any] | str:
    """Return results, or why the page cannot be worked out."""
    try:
        return run()
    except RunError as error:
        last = next((line for line in reversed(error.reason.splitlines()) if line.strip()), "")
        return f"{CANNOT}: {_PLACE.sub('', last.strip())}"


def moved_record_lines(moved: Moved) -> list[str]:
    """Say of every number what it was and is, and what it would be without each source's rows."""
    lines = ["Rows that came or changed:", *(f"- {each}" for each in moved.rows)]
    for report in moved.looked_at:
        mine = [each for each in moved.numbers if each.report == report]
        lines += ["", f"{report}: {len(mine)} headline numbers moved" + (":" if mine else ".")]
        for each in mine:
            change = change_in_words(each.before, each.after)
            said = f"- {each.number}: {shown(each.before)} → {shown(each.after)}"
            lines.append(f"{said} ({change})" if change else said)
            lines += [
                f"    without {cause.rows}: {shown(cause.without)}"
                + ("" if cause.share is None else f" (they move it by {cause.share:+.6g})")
                for cause in each.causes
            ]
    return lines


def changelog_rows(moved: pd.DataFrame, rows: Iterable[Difference]) -> list[str]:
    """Return rows for the table of `CHANGELOG.md`."""
    cause = "; ".join(map(str, rows)) or "to be said"
    return [
        f"| {each['report']} | {each['number']} | {shown(each['before'])} | "
        f"{shown(each['after'])} | {cause} |"
        for each in moved.reset_index().to_dict("records")
        if each["number"] != "headline"
    ]


def moved_lines(moved: pd.DataFrame) -> list[str]:
    """Say of every number that moved what it was and what it is."""
    return [
        f"- {each['report']}/{each['number']}: {shown(each['before'])} → {shown(each['after'])}"
        + ("" if pd.isna(each["change"]) else f" ({each['change']:+.2%})")
        for each in moved.reset_index().to_dict("records")
    ]


def flat_results(text: str) -> dict[str, Any]:
    """Return results by name, those within others with a dot between.

    Examples
    --------
    >>> flat_results('{"headline": "h", "results": {"a": 1, "b": {"c": 2}}}')
    {'headline': 'h', 'a': 1, 'b.c': 2}
    """
    if not text:
        return {}
    content = json.loads(text)
    return {"headline": content["headline"], **dict(_flat(content["results"], ""))}


def _flat(values: Mapping[str, Any], before: str) -> Iterator[tuple[str, Any]]:
    for name, value in values.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{before}{name}.")
        else:
            yield f"{before}{name}", value


def _without_rows(report: Report, rows: Sequence[Difference]) -> dict[str, Any]:
    """Run a report on the raw tables with some rows as they were."""
    with workspace(TEMPORARY, TEMPORARY_NAME) as place:
        write_without(rows, place / "tables")
        return _results_of(report, place, RAW_VARIABLE)


def _without_file(report: Report, file: str) -> dict[str, Any]:
    """Run a report on the own tables without the rows of one file."""
    with workspace(TEMPORARY, TEMPORARY_NAME) as place:
        (place / "tables").mkdir()
        write_own_without(file, place / "tables")
        return _results_of(report, place, OWN_VARIABLE)


def _tried(report: Report) -> dict[str, Any]:
    """Run a report as it is, and leave its results alone."""
    with workspace(TEMPORARY, TEMPORARY_NAME) as place:
        return _results_of(report, place)


def _results_of(report: Report, place: Path, variable: str = "") -> dict[str, Any]:
    """Run a report, its tables in a folder of the place where a variable says which."""
    run = Run(
        report.name,
        report.script,
        report.parameters,
        current_revision().epoch,
        report.timeout_seconds,
        saves_to=place,
    )
    results = place / "results.json"
    before = os.environ.get(variable)
    if variable:
        os.environ[variable] = str(place / "tables")
    try:
        execute(run, results=results, kept=place / "failed.ipynb")
    finally:
        if variable:
            os.environ.pop(variable)
        if before is not None:
            os.environ[variable] = before
    return flat_results(results.read_text("utf-8"))


def _change(before: Any, after: Any) -> float:
    if is_number(before) and is_number(after) and before:
        return float(after / before - 1)
    return float("nan")


def _difference(one: Any, other: Any) -> float:
    return float(one - other) if is_number(one) and is_number(other) else float("nan")
