"""Who entered the rental market, and what the named ones have reported since."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from analysis.printed.book import Book


class Share(NamedTuple):
    """A count out of a whole: so many of so many."""

    n: int
    whole: int

    @property
    def share(self) -> float:
        """One over the other, decimal."""
        return self.n / self.whole


def entries(book: Book) -> pd.Series:
    """Count listed companies of the concept by when they entered.

    Returns
    -------
    Series
        ``before July 2023``, ``second half of 2023`` and ``2024, to October``; sums to all of them.
    """
    total = book.named("yiou-2024-p11-01").value
    of_2023, of_2024 = book.named("yiou-2024-p16-01").value, book.named("yiou-2024-p15-01").value
    counts = {
        "before July 2023": total - of_2023 - of_2024,
        "second half of 2023": of_2023,
        "2024, to October": of_2024,
    }
    return pd.Series(counts, name="companies").astype(int).rename_axis("entered")


def earnings_of_2024(book: Book) -> dict[str, Share]:
    """Share entrants of 2024 by what the whole company earned in its first half.

    The companies are all there were, not a sample: a share of them has no sampling error. What they
    earned is of all their business, of which computing is a small part.

    Parameters
    ----------
    book : Book
        Claims and outcomes.
    """
    whole = int(book.named("yiou-2024-p26-01").value)
    claims = {
        "made a loss": "yiou-2024-p26-02",
        "made a profit": "yiou-2024-p28-01",
        "earned more than 50 million CNY": "yiou-2024-p28-02",
        "earned more than 100 million CNY": "yiou-2024-p28-03",
    }
    return {label: Share(int(book.named(name).value), whole) for label, name in claims.items()}


LOSSES = {
    "yiou-2024-p26-03": None,
    "yiou-2024-p27-01": "intellifusion-2023-net-profit",
    "yiou-2024-p27-02": None,
    "yiou-2024-p27-03": None,
    "yiou-2024-p27-04": None,
    "yiou-2024-p27-05": None,
}
"""Losses of named entrants, each with what its company reported of the period, where found."""


def named_losses(book: Book) -> pd.DataFrame:
    """Tabulate the losses that the survey names, of whole companies.

    Parameters
    ----------
    book : Book
        Claims and outcomes.

    Returns
    -------
    DataFrame
        Indexed by ``company`` and ``period``; columns ``printed_cny`` and ``reported_cny``, net
        profit, missing where no report was found.
    """
    rows = {}
    for printed, reported in LOSSES.items():
        figure = book.named(printed)
        rows[figure.subject, figure.period] = {
            "printed_cny": figure.value,
            "reported_cny": np.nan if reported is None else book.named(reported).value,
        }
    table = pd.DataFrame.from_dict(rows, orient="index")
    table.index = pd.MultiIndex.from_tuples(table.index, names=["company", "period"])
    return table


REPORTED = {
    ("Lotus Holdings (莲花控股)", "2023"): ("lotus-2023-computing", None, None),
    ("Lotus Holdings (莲花控股)", "2024"): (
        "lotus-2024-computing",
        "lotus-2024-computing-gross-margin",
        "lotus-2024-computing-net-profit",
    ),
    ("Litong (利通电子)", "2023"): (None, "yiou-2024-p30-04", None),
    ("Litong (利通电子)", "2024"): (
        "litong-2024-computing",
        "litong-2024-computing-gross-margin",
        None,
    ),
    ("Litong (利通电子)", "2025H1"): (
        "litong-2025h1-computing",
        "litong-2025h1-computing-gross-margin",
        "litong-2025h1-computing-net-profit",
    ),
    ("Hongjing Technology (宏景科技)", "2023"): (
        "hongjing-2023-computing",
        "hongjing-2023-computing-gross-margin",
        None,
    ),
    ("Hongjing Technology (宏景科技)", "2024"): (
        "hongjing-2024-computing",
        "hongjing-2024-computing-gross-margin",
        None,
    ),
    ("Hongjing Technology (宏景科技)", "2025, nine months"): (
        "hongjing-2025-nine-months-computing",
        "hongjing-2025-nine-months-computing-gross-margin",
        None,
    ),
    ("Hainan Huatie (海南华铁)", "2024"): (
        "huatie-2024-computing",
        "huatie-2024-computing-gross-margin",
        None,
    ),
    ("Hainan Huatie (海南华铁)", "2025H1"): ("huatie-2025h1-computing", None, None),
    ("Sharetronic (协创数据)", "2025H1"): ("sharetronic-2025h1-computing", None, None),
}
"""Revenue, gross margin and net profit of computing by company and period, where reported."""


def reported_since(book: Book) -> pd.DataFrame:
    """Tabulate what named companies reported of their computing business.

    Returns
    -------
    DataFrame
        Indexed by ``company`` and ``period``; columns ``revenue_cny``, ``gross_margin``,
        ``net_profit_cny``; missing where not reported. Litong's revenue of 2023 is the sum of its
        two lines.
    """

    def value(name: str | None) -> float:
        return np.nan if name is None else book.named(name).value

    rows = {key: [value(name) for name in names] for key, names in REPORTED.items()}
    table = pd.DataFrame.from_dict(
        rows, orient="index", columns=["revenue_cny", "gross_margin", "net_profit_cny"]
    )
    table.index = pd.MultiIndex.from_tuples(table.index, names=["company", "period"])
    two_lines = book.named("yiou-2024-p30-02").value + book.named("yiou-2024-p30-03").value
    table.loc[("Litong (利通电子)", "2023"), "revenue_cny"] = two_lines
    return table
