"""Statements of market size, each with the scope it speaks of."""

from __future__ import annotations

from typing import NamedTuple

import pandas as pd

from analysis.data import load
from analysis.printed.book import Book
from analysis.printed.interval import Interval


class Statement(NamedTuple):
    """One market as one source sees it.

    Parameters
    ----------
    scope : str
        What is counted.
    first, last : str or None
        Claim or outcome of the earlier and the later size.
    growth : str or None
        Claim of the growth per year, where a size follows from it.
    """

    scope: str
    first: str | None
    last: str
    growth: str | None = None


STATEMENTS = (
    Statement("supercomputing cloud services", "kaiyuan-2024-p04-03", "kaiyuan-2024-p04-04"),
    Statement("all supercomputing services", None, "notes-2025-p05-27", growth="notes-2025-p05-28"),
    Statement("AI computing services", None, "idc-2025-services"),
    Statement("AI computing, mostly servers sold", "idc-2024-market", "idc-2025-market"),
    Statement("AI computing (over)", None, "notes-2025-p05-29"),
    Statement("compute rental, potential", None, "yiou-2024-p41-01"),
    Statement("Nvidia's revenue in China", None, "caijing-2025-p17-02"),
)
"""Sizes that are printed, with the scope that each source gives them."""


def sizes(book: Book) -> pd.DataFrame:
    """Tabulate statements of market size in one currency.

    A size that is printed only through growth is worked back: the size of 2025 over four years of
    growth is that of 2021. Dollars convert at the average rate of the year.

    Returns
    -------
    DataFrame
        Columns ``scope``, ``year``, ``size_cny_bn``, ``printed`` (whether the size itself is) and
        ``source_id``; the scope with the largest size first.
    """
    rates = load("fx").set_index("period")["cny_per_usd"]
    rows = []

    def add(scope: str, year: int, size: Interval, source_id: str, is_printed: bool) -> None:
        rows.append((scope, year, size.middle / 1e9, is_printed, source_id))

    for statement in STATEMENTS:
        for name in filter(None, (statement.first, statement.last)):
            figure = book.named(name)
            rate = 1.0 if figure.unit == "CNY" else float(rates[figure.period])
            add(statement.scope, int(figure.period), figure.interval * rate, figure.source_id, True)
        if statement.growth is not None:
            last, growth = book.named(statement.last), book.named(statement.growth)
            first_year = int(growth.period[:4])
            n_years = int(last.period) - first_year
            worked_back = last.interval / (1 + growth.interval) ** n_years
            add(statement.scope, first_year, worked_back, growth.source_id, False)
    columns = ["scope", "year", "size_cny_bn", "printed", "source_id"]
    table = pd.DataFrame(rows, columns=columns)
    largest = table.groupby("scope")["size_cny_bn"].transform("max")
    return table.assign(largest=largest).sort_values(
        ["largest", "year"], ascending=[False, True], ignore_index=True
    )[columns]


def growth_by_scope(table: pd.DataFrame) -> pd.Series:
    """Return compound growth per year of each scope with two sizes, decimal."""
    grown = {}
    for scope, rows in table.groupby("scope"):
        if len(rows) > 1:
            first, last = rows.iloc[0], rows.iloc[-1]
            n_years = int(last["year"]) - int(first["year"])
            grown[scope] = (last["size_cny_bn"] / first["size_cny_bn"]) ** (1 / n_years) - 1
    return pd.Series(grown, name="growth_per_year", dtype=float).rename_axis("scope")


def ceiling_by_chips(book: Book, n_years: int = 4) -> float:
    """Return the most that rental could earn a year, by chips delivered, CNY.

    ``years x chips a year x share rented out x rent of an H100 per year``

    Parameters
    ----------
    book : Book
        Claims and outcomes.
    n_years : int
        Years of deliveries like those of 2024 that would be at work.
    """
    chips = book.named("caijing-2025-p71-01").value
    rented = book.named("sihan-2025-p30-01").value
    rent_per_gpu = book.named("sihan-2025-p36-03").value / book.named("sihan-2025-p25-01").value
    return n_years * chips * rented * rent_per_gpu
