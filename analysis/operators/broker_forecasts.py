"""Broker forecasts of the two operators, and what came."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from analysis.printed.book import Book
from analysis.printed.interval import Interval


class Expected(NamedTuple):
    """A forecast by name of its figure.

    Parameters
    ----------
    figure : str
        Claim or outcome.
    who : str
        Whose it is.
    stated : str
        Month it was made, or after what.
    """

    figure: str
    who: str
    stated: str


KINGSOFT_REVENUE_2025 = (
    Expected("notes-2025-p17-23", "digest, withdrawn", "before 2025-08"),
    Expected("cicc-2025-revenue", "CICC", "2025-06"),
    Expected("notes-2025-p17-20", "digest of paragraph 17", "2025-08"),
    Expected("notes-2025-p20-17", "Guoyuan", "2025-08"),
    Expected("notes-2025-p08-29", "Everbright", "2025-11"),
    Expected("haitong-2025-revenue", "Guotai Haitong", "2026-01"),
)
KINGSOFT_REVENUE_2027 = (
    Expected("notes-2025-p17-22", "digest of paragraph 17", "2025-08"),
    Expected("notes-2025-p20-29", "Guoyuan", "2025-08"),
    Expected("notes-2025-p08-31", "Everbright", "2025-11"),
    Expected("haitong-2027-revenue", "Guotai Haitong", "2026-01"),
)
PARALLEL_PROFIT = {
    "2024": (Expected("kaiyuan-2024-p03-06", "Kaiyuan", "2024-04"),),
    "2025": (
        Expected("kaiyuan-2024-p03-07", "Kaiyuan", "2024-04"),
        Expected("notes-2025-p05-38", "meeting notes", "2025-11"),
        Expected("kaiyuan-2026-net-profit-2025", "Kaiyuan", "2026-01"),
    ),
    "2026": (
        Expected("kaiyuan-2024-p03-08", "Kaiyuan", "2024-04"),
        Expected("notes-2025-p05-39", "meeting notes", "2025-11"),
        Expected("kaiyuan-2026-net-profit-2026", "Kaiyuan", "2026-01"),
    ),
    "2027": (
        Expected("notes-2025-p05-40", "meeting notes", "2025-11"),
        Expected("kaiyuan-2025-net-profit-2027", "Kaiyuan", "before 2026-01"),
        Expected("kaiyuan-2026-net-profit-2027", "Kaiyuan", "2026-01"),
    ),
}

REVISIONS = (
    ("digest of paragraph 17", "notes-2025-p17-23", "notes-2025-p17-20"),
    ("digest of paragraph 17", "notes-2025-p17-24", "notes-2025-p17-21"),
    ("digest of paragraph 17", "notes-2025-p17-25", "notes-2025-p17-22"),
    ("Everbright", "notes-2025-p08-36", "notes-2025-p08-32"),
    ("Everbright", "notes-2025-p08-37", "notes-2025-p08-33"),
    ("Everbright", "notes-2025-p08-38", "notes-2025-p08-34"),
    ("Kaiyuan", "kaiyuan-2024-p03-07", "kaiyuan-2026-net-profit-2025"),
    ("Kaiyuan", "kaiyuan-2024-p03-08", "kaiyuan-2025-net-profit-2026"),
    ("Kaiyuan", "kaiyuan-2025-net-profit-2026", "kaiyuan-2026-net-profit-2026"),
    ("Kaiyuan", "kaiyuan-2025-net-profit-2027", "kaiyuan-2026-net-profit-2027"),
)
"""Who revised, and the figure before and after."""

QUARTERS_OF_2025 = (
    "notes-2025-p23-01",
    "kingsoft-2025q2-revenue",
    "kingsoft-2025q3-revenue",
    "kingsoft-2025q4-revenue",
)


def kingsoft_revenue_2025(book: Book) -> Interval:
    """Sum revenue of the four quarters of 2025, CNY."""
    total = Interval(0.0, 0.0)
    for name in QUARTERS_OF_2025:
        total = total + book.named(name).interval
    return total


def kingsoft_scoreboard(book: Book) -> pd.DataFrame:
    """Hold revenue forecasts for 2025 against what came, with the fourth quarter each implied.

    A forecast made after so many quarters were known implies the rest; all are held against the
    last quarter, the three before being known now.

    Returns
    -------
    DataFrame
        Index ``forecast``; columns ``stated``, ``expected_cny``, ``error`` (expected over actual
        less one), ``implied_q4_cny`` and ``q4_error``; last row: what came.
    """
    actual = kingsoft_revenue_2025(book).middle
    last = book.named(QUARTERS_OF_2025[-1]).interval.middle
    known = actual - last
    rows = []
    for expected in KINGSOFT_REVENUE_2025:
        value = book.named(expected.figure).value
        rows.append(
            {
                "forecast": expected.who,
                "stated": expected.stated,
                "expected_cny": value,
                "error": value / actual - 1.0,
                "implied_q4_cny": value - known,
                "q4_error": (value - known) / last - 1.0,
            }
        )
    rows.append(
        {
            "forecast": "what came",
            "stated": "2026-03",
            "expected_cny": actual,
            "error": np.nan,
            "implied_q4_cny": last,
            "q4_error": np.nan,
        }
    )
    return pd.DataFrame(rows).set_index("forecast")


def kingsoft_later(book: Book) -> pd.DataFrame:
    """List revenue forecasts for 2027 and the yearly growth each implies from what came in 2025.

    Returns
    -------
    DataFrame
        Index ``forecast``; columns ``stated``, ``expected_cny`` and ``growth_per_year``.
    """
    actual = kingsoft_revenue_2025(book).middle
    rows = [
        {
            "forecast": expected.who,
            "stated": expected.stated,
            "expected_cny": book.named(expected.figure).value,
            "growth_per_year": (book.named(expected.figure).value / actual) ** 0.5 - 1.0,
        }
        for expected in KINGSOFT_REVENUE_2027
    ]
    return pd.DataFrame(rows).set_index("forecast")


def revisions(book: Book) -> pd.DataFrame:
    """List forecasts that their makers replaced, before and after.

    Returns
    -------
    DataFrame
        Index ``forecast``; columns ``what`` (company and quantity), ``year``, ``before_cny``,
        ``after_cny`` and ``change_cny``.
    """
    rows = []
    for who, before, after in REVISIONS:
        old, new = book.named(before), book.named(after)
        assert (old.subject, old.quantity, old.period) == (new.subject, new.quantity, new.period)
        rows.append(
            {
                "forecast": who,
                "what": f"{old.subject}, {old.quantity}",
                "year": old.period,
                "before_cny": old.value,
                "after_cny": new.value,
                "change_cny": new.value - old.value,
            }
        )
    return pd.DataFrame(rows).set_index("forecast")


def parallel_scoreboard(book: Book) -> pd.DataFrame:
    """Set profit forecasts for Parallel Technology by year beside what is known.

    Returns
    -------
    DataFrame
        Index ``year``; columns ``forecast``, ``stated``, ``expected_cny``, ``known_cny`` (the year,
        or its nine months; missing where nothing is) and ``known``, which of them.
    """
    known = {
        "2024": (book.named("notes-2025-p05-12").value, "the year"),
        "2025": (book.named("paratera-2025-nine-months-net-profit").value, "nine months"),
    }
    rows = []
    for year, forecasts in PARALLEL_PROFIT.items():
        value, extent = known.get(year, (np.nan, "not yet"))
        for expected in forecasts:
            rows.append(
                {
                    "year": year,
                    "forecast": expected.who,
                    "stated": expected.stated,
                    "expected_cny": book.named(expected.figure).value,
                    "known_cny": value,
                    "known": extent,
                }
            )
    return pd.DataFrame(rows).set_index("year")


def parallel_implied_quarter(book: Book) -> dict[str, float]:
    """Return what the notes' forecast of 2025 leaves to the fourth quarter, and the one before.

    Returns
    -------
    dict of str to float
        ``implied_cny`` and ``year_before_cny``.
    """
    known = book.named("paratera-2025-nine-months-net-profit").value
    before = book.named("notes-2025-p05-12").value
    before -= book.named("paratera-2024-nine-months-net-profit").value
    return {
        "implied_cny": book.named("notes-2025-p05-38").value - known,
        "year_before_cny": before,
    }
