"""Every source of a figure: address, what was taken, terms, date."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from html import escape
from typing import Any, Final

import pandas as pd

from analysis import data
from analysis.data.package import read_package
from analysis.reports.site.sheet import Published, Row, Sheet, dated, linked, table

_SHOWN_DIGITS: Final = {"day": 10, "month": 7, "year": 4}


def taken() -> dict[str, Counter[str]]:
    """Count the rows that each raw table takes from each source."""
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for resource in read_package().resources:
        if resource.name == "sources":
            continue
        frame = data.load(resource.name)
        for column in frame.columns:
            if column == "source_id" or column.endswith("_source_id"):
                for source, count in frame[column].dropna().value_counts().items():
                    found[str(source)][resource.name] += int(count)
    return found


def sources_sheet(_: Sequence[Published]) -> Sheet:
    """Return the table of sources, each row with the id that pages link to."""
    frame = data.sources().reset_index()
    counts = taken()
    rows = [
        Row(_cells(row, counts[row["source_id"]]), f"source-{row['source_id']}")
        for row in frame.to_dict("records")
    ]
    heads = [
        "Source",
        "Title and publisher",
        "Published",
        "What was taken",
        "Terms",
        "Quality",
        "Read",
    ]
    return Sheet(
        "Where every figure comes from",
        f"{len(rows)} sources, each with its address, what was taken from it, its terms and the "
        "day it was read. Source names on other pages lead here.",
        table("sources", "Sources by name", heads, rows, filters="5"),
    )


def _cells(row: dict[Any, Any], counts: Counter[str]) -> list[str]:
    title = str(row["title"])
    shown = escape(title) if pd.isna(row["url"]) else linked(row["url"], title)
    note = "" if pd.isna(row["note"]) else f"<br><small>{escape(str(row['note']))}</small>"
    taken_rows = "<br>".join(
        f"{count} {'row' if count == 1 else 'rows'} of {linked(f'data.html#table-{name}', name)}"
        for name, count in sorted(counts.items())
    )
    published = ""
    if not pd.isna(row["published_date"]):
        published = str(row["published_date"])[: _SHOWN_DIGITS[str(row["published_precision"])]]
    return [
        f"<code>{escape(str(row['source_id']))}</code>",
        f"{shown}<br>{escape(str(row['publisher']))}{note}",
        dated(published) if published else "not dated",
        taken_rows or "nothing in the tables",
        escape(str(row["terms_of_use"])),
        escape(str(row["quality"])),
        dated(str(row["accessed_date"])[:10]),
    ]
