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
_NO_FRACTION: Final = 100_000
"""From here on six digits leave no fraction."""
CANNOT: Final = "cannot be worked out"
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
    >>> shown(0.123456789), shown(1_090_340.2), shown(None), shown("2026-01")
    ('0.123457', '1,090,340', 'none', '2026-01')
    """
    if is_number(value):
        return f"{value:,.0f}" if abs(value) >= _NO_FRACTION else f"{value:,.6g}"
    return "none" if value is None else str(value)


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
        notes = list(dict.fromkeys(_reason(cause) for each in mine for cause in each.causes))
        notes = [note for note in notes if note]
        parts.append(
            table(
                f"moved-{report}",
                f"{report}: headline numbers that moved",
                ["Number", "Old", "New", "Change", "Rows that moved it"],
                [_row(each, notes) for each in mine],
                numbers=(1, 2, 3),
            )
        )
        parts += [
            f'<p class="source">Note {at}: {escape(note)}.</p>' for at, note in enumerate(notes, 1)
        ]
    return "\n".join(parts)


def _row(each: MovedNumber, notes: Sequence[str]) -> Row:
    causes = "".join(f"<li>{_cause(cause, notes)}</li>" for cause in each.causes)
    return Row(
        [
            f"<code>{escape(each.number)}</code>",
            _cell(each.before),
            _cell(each.after),
            escape(change_in_words(each.before, each.after)),
            f"<ul>{causes}</ul>" if causes else "no source alone",
        ]
    )


def _cell(value: Any) -> str:
    """Return a number as it is, words so that they wrap in a column of numbers."""
    text = escape(shown(value))
    is_short = value is None or is_number(value)
    return text if is_short else f'<span class="words">{text}</span>'


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


def _cause(cause: Cause, notes: Sequence[str]) -> str:
    """Say what a number would be without some rows; how many these are is listed once, above."""
    source, _, file = cause.rows.partition(": ")[0].partition(" in ")
    rows = f"<code>{escape(source)}</code>" + (f" in <code>{escape(file)}</code>" if file else "")
    if reason := _reason(cause):
        return f"{rows} (without: {CANNOT}, note {notes.index(reason) + 1})"
    share = "" if cause.share is None else f", {cause.share:+,.6g}"
    return f"{rows}{share} (without: {_inline(cause.without)})"


def _inline(value: Any) -> str:
    """Return a value in a sentence: a list as code, words in the language they are in."""
    text = escape(shown(value))
    if value is None or is_number(value):
        return text
    return f'<span lang="en">{text}</span>' if isinstance(value, str) else f"<code>{text}</code>"


def _reason(cause: Cause) -> str:
    """Return why a number cannot be had without some rows; empty where it can."""
    opening = f"{CANNOT}: "
    said = cause.without if isinstance(cause.without, str) else ""
    return said.removeprefix(opening) if said.startswith(opening) else ""
