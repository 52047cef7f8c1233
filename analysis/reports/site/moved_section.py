"""What newer rows moved, page by page: the record of it, and how a page of the site shows it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from html import escape
from pathlib import Path
from typing import Any, Final

from analysis.files import write_whole
from analysis.paths import MOVED
from analysis.reports.site.sheet import Row, Sheet, linked, quoted, table

TENFOLD: Final = 10
TITLE: Final = "What the newest rows moved"
LEAD: Final = (
    "Each page was run without the rows that came, by the method of today, and with them. A share "
    "is what a number is with all rows, less what it is without those of one source; where sources "
    "bear on each other, shares do not add up."
)


@dataclass(frozen=True)
class Cause:
    """What a number would be without some rows.

    Parameters
    ----------
    rows : str
        Which rows: source, table, and how many came and changed.
    without : Any
        The number without them.
    share : float, optional
        The number with all rows less the one without these; None where it is no number.
    """

    rows: str
    without: Any
    share: float | None


@dataclass(frozen=True)
class MovedNumber:
    """A headline number that moved, and the rows that moved it.

    Parameters
    ----------
    report, number : str
        Which number of which page.
    before, after : Any
        Without the rows that came, and with them.
    causes : tuple of Cause
        Of the rows of each source that bear on it.
    """

    report: str
    number: str
    before: Any
    after: Any
    causes: tuple[Cause, ...]


@dataclass(frozen=True)
class Moved:
    """What rows moved.

    Parameters
    ----------
    since : str
        A commit, or what else the rows were compared with.
    rows : tuple of str
        The rows that came or changed, by source.
    looked_at : tuple of str
        The reports that were run.
    numbers : tuple of MovedNumber
        By report.
    """

    since: str
    rows: tuple[str, ...]
    looked_at: tuple[str, ...]
    numbers: tuple[MovedNumber, ...]


def write_record(moved: Moved, path: Path | None = None) -> None:
    """Keep what moved for the site's pages."""
    write_whole(path or MOVED, json.dumps(asdict(moved), ensure_ascii=False, indent=1) + "\n")


def read_record(path: Path | None = None) -> Moved | None:
    """Return what was kept last; None where nothing was."""
    path = path or MOVED
    if not path.is_file():
        return None
    kept = json.loads(path.read_text("utf-8"))
    numbers = [
        MovedNumber(**each | {"causes": tuple(Cause(**cause) for cause in each["causes"])})
        for each in kept["numbers"]
    ]
    return Moved(kept["since"], tuple(kept["rows"]), tuple(kept["looked_at"]), tuple(numbers))


def moved_sheet(moved: Moved) -> Sheet:
    """Return a page of its own for what moved."""
    return Sheet(TITLE, LEAD, _said(moved, (), "h2"))


def moved_section(known: Sequence[str]) -> str:
    """Return what was kept last as a section of a page; empty where nothing was.

    Parameters
    ----------
    known : sequence of str
        Reports that have a page to link to.
    """
    moved = read_record()
    if moved is None:
        return ""
    said = _said(moved, known, "h3")
    return f'<h2 id="newest-rows">{TITLE}</h2>\n<p>{escape(LEAD)}</p>\n{said}'


def shown(value: Any) -> str:
    """Write a value of the results.

    Examples
    --------
    >>> shown(0.123456789), shown(None), shown("2026-01")
    ('0.123457', 'none', '2026-01')
    """
    return f"{value:,.6g}" if is_number(value) else "none" if value is None else str(value)


def is_number(value: Any) -> bool:
    """Whether a value of the results is a number: a truth is none."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def _said(moved: Moved, known: Sequence[str], heading: str) -> str:
    """Rows that came, then a table a page of what they moved."""
    rows = "".join(f"<li>{escape(each)}</li>" for each in moved.rows)
    parts = [f"<p>Rows that came or changed since {escape(moved.since)}:</p>\n<ul>{rows}</ul>"]
    for report in moved.looked_at:
        mine = [each for each in moved.numbers if each.report == report]
        title = linked(f"{report}.html", report) if report in known else escape(report)
        parts.append(f"<{heading} id={quoted(f'moved-by-{report}')}>{title}</{heading}>")
        if not mine:
            parts.append("<p>No headline number moved.</p>")
            continue
        parts.append(
            table(
                f"moved-{report}",
                f"{report}: headline numbers that moved",
                ["Number", "Old", "New", "Change", "Rows that moved it"],
                [_row(each) for each in mine],
                numbers=(1, 2, 3),
            )
        )
    return "\n".join(parts)


def _row(each: MovedNumber) -> Row:
    causes = "".join(f"<li>{escape(_cause(cause))}</li>" for cause in each.causes)
    return Row(
        [
            escape(each.number),
            _cell(each.before),
            _cell(each.after),
            escape(change_in_words(each.before, each.after)),
            f"<ul>{causes}</ul>" if causes else "no source alone",
        ]
    )


def _cell(value: Any) -> str:
    """Return a number as it is, words so that they wrap in a column of numbers."""
    text = escape(shown(value))
    return f'<span class="words">{text}</span>' if isinstance(value, str) else text


def change_in_words(before: Any, after: Any) -> str:
    """Write a change, relative where it is of one sign and less than tenfold.

    Examples
    --------
    >>> change_in_words(2.0, 2.1), change_in_words(-1, 1), change_in_words("a", "b")
    ('+5.00%', '+2', '')
    """
    if not (is_number(before) and is_number(after)):
        return ""
    is_relative = before and 1 / TENFOLD < after / before < TENFOLD
    return f"{after / before - 1:+.2%}" if is_relative else f"{after - before:+,.6g}"


def _cause(cause: Cause) -> str:
    share = "" if cause.share is None else f", {cause.share:+,.6g}"
    return f"{cause.rows}{share} (without: {shown(cause.without)})"
