"""What moved: headline numbers of pages before and after, and the rows that moved them.

The share of a source's new rows is found by leaving them out: the page is run once more on tables
in which they are as they were, and what it then says is set against what it says with them. Shares
need not add up where sources bear on each other.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import pandas as pd

from analysis.data.past_rows import Difference, differences, write_without
from analysis.files import workspace
from analysis.paths import RAW_VARIABLE, RESULTS, TEMPORARY, TEMPORARY_NAME
from analysis.reports.build.manifest import Report
from analysis.reports.run.run import Run, RunError, execute
from analysis.revision import current_revision, file_at

CANNOT: Final = "cannot be worked out"


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


def causes(
    report: Report, numbers: Sequence[str], rows: Iterable[Difference], after: Mapping[str, Any]
) -> pd.DataFrame:
    """Find what each source's rows moved, by leaving them out.

    Parameters
    ----------
    report : Report
        Is run once a difference.
    numbers : sequence of str
        Which of its results.
    rows : iterable of Difference
        As `raw_differences` returns them.
    after : mapping
        Its results with all rows.

    Returns
    -------
    DataFrame
        By number and rows: without (the value without them), share (with less without; missing
        where it is no number).
    """
    found: list[tuple[str, str, Any, float]] = []
    for difference in rows:
        with workspace(TEMPORARY, TEMPORARY_NAME) as place:
            write_without(difference, place / "tables")
            try:
                results = _results_of(report, place)
            except RunError:
                found.append(("whole page", str(difference), CANNOT, float("nan")))
                continue
        for name in numbers:
            with_rows, without = after.get(name), results.get(name)
            if with_rows != without:
                share = _difference(with_rows, without)
                found.append((name, str(difference), without, share))
    columns = ["number", "rows", "without", "share"]
    return pd.DataFrame(found, columns=columns).set_index(["number", "rows"])


def changelog_rows(moved: pd.DataFrame, rows: Iterable[Difference]) -> list[str]:
    """Return rows for the table of `CHANGELOG.md`."""
    cause = "; ".join(map(str, rows)) or "to be said"
    return [
        f"| {each['report']} | {each['number']} | {_shown(each['before'])} | "
        f"{_shown(each['after'])} | {cause} |"
        for each in moved.reset_index().to_dict("records")
        if each["number"] != "headline"
    ]


def moved_lines(moved: pd.DataFrame) -> list[str]:
    """Say of every number that moved what it was and what it is."""
    return [
        f"- {each['report']}/{each['number']}: {_shown(each['before'])} → {_shown(each['after'])}"
        + ("" if pd.isna(each["change"]) else f" ({each['change']:+.2%})")
        for each in moved.reset_index().to_dict("records")
    ]


def cause_lines(found: pd.DataFrame) -> list[str]:
    """Say of every number what it would be without each source's rows."""
    return [
        f"- {each['number']} without {each['rows']}: {_shown(each['without'])}"
        + ("" if pd.isna(each["share"]) else f" (they move it by {each['share']:+.6g})")
        for each in found.reset_index().to_dict("records")
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


def _results_of(report: Report, place: Path) -> dict[str, Any]:
    """Run a report on the raw tables of a folder."""
    run = Run(
        report.name,
        report.script,
        report.parameters,
        current_revision().epoch,
        report.timeout_seconds,
        saves_to=place,
    )
    results = place / "results.json"
    before = os.environ.get(RAW_VARIABLE)
    os.environ[RAW_VARIABLE] = str(place / "tables")
    try:
        execute(run, results=results, kept=place / "failed.ipynb")
    finally:
        os.environ.pop(RAW_VARIABLE)
        if before is not None:
            os.environ[RAW_VARIABLE] = before
    return flat_results(results.read_text("utf-8"))


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _change(before: Any, after: Any) -> float:
    if _is_number(before) and _is_number(after) and before:
        return float(after / before - 1)
    return float("nan")


def _difference(one: Any, other: Any) -> float:
    return float(one - other) if _is_number(one) and _is_number(other) else float("nan")


def _shown(value: Any) -> str:
    return f"{value:,.6g}" if _is_number(value) else "none" if value is None else str(value)
