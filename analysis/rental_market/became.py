"""Companies named for their orders and plans of April 2025, and what became of each."""

from __future__ import annotations

from typing import Literal, NamedTuple

import pandas as pd

from analysis.printed.book import Book
from analysis.printed.wording import amount

Became = Literal["ended", "ended in part", "computing revenue since", "not known"]


class Named(NamedTuple):
    """One company of the survey; a name in braces is a claim or outcome, written with its unit.

    Parameters
    ----------
    company : str
        Who.
    said : str
        Order or plan as the source has it.
    since : str
        What is known since, empty if nothing is.
    became : {"ended", "ended in part", "computing revenue since", "not known"}
        ``ended``: the order or project was terminated; ``ended in part``: some contracts were;
        ``computing revenue since``: revenue was reported, of this order or another; ``not known``:
        no document read says.
    source : str
        Source and paragraph of what was said.
    """

    company: str
    said: str
    since: str
    became: Became
    source: str


NAMED = (
    Named(
        "Hainan Huatie (海南华铁)",
        "contract of {sihan-2025-p43-03} over {sihan-2025-p43-02}, VAT included; "
        "{sihan-2025-p43-05} signed in all",
        "purchase orders under the contract: {huatie-contract-orders}; its end announced on "
        "2025-09-30; computing revenue {huatie-2025h1-computing} in 2025H1",
        "ended",
        "sihan-2025, 43",
    ),
    Named(
        "Hongjing Technology (宏景科技)",
        "contracts of {sihan-2025-p44-01} and {sihan-2025-p44-02}",
        "computing revenue {hongjing-2024-computing} in 2024, "
        "{hongjing-2025-nine-months-computing} in nine months of 2025, gross margin "
        "{hongjing-2025-nine-months-computing-gross-margin}",
        "computing revenue since",
        "sihan-2025, 44",
    ),
    Named(
        "Sharetronic (协创数据)",
        "servers for at most {sihan-2025-p45-01}",
        "at most {sharetronic-2025-purchases} by the end of 2025, at most "
        "{sharetronic-2026-purchase} more in 2026-02; computing revenue "
        "{sharetronic-2025h1-computing} in 2025H1",
        "computing revenue since",
        "sihan-2025, 45",
    ),
    Named(
        "Hongbo (鸿博股份)",
        "{sihan-2025-p46-01} ordered, {sihan-2025-p46-02} delivered by the end of 2023",
        "",
        "not known",
        "sihan-2025, 46",
    ),
    Named(
        "Hangjin (航锦科技)",
        "cluster of L20 in Shanghai; no figure printed",
        "",
        "not known",
        "sihan-2025, 47",
    ),
    Named(
        "Lotus Holdings (莲花控股)",
        "{sihan-2025-p48-01} leased in for {sihan-2025-p48-02}; {sihan-2025-p48-04} by the end of "
        "2026",
        "{lotus-2025-contracts-terminated-number} of {lotus-2025-contracts-signed-number} sales "
        "contracts of 2025 ended, {lotus-2025-contracts-terminated}; a purchase of "
        "{lotus-2024-purchase-terminated} ended in 2024-11; the subsidiary's net profit of 2024 "
        "{lotus-2024-computing-net-profit}",
        "ended in part",
        "sihan-2025, 48",
    ),
    Named(
        "Runjian (润建股份)",
        "servers bought for a computing center; no figure printed",
        "",
        "not known",
        "sihan-2025, 49",
    ),
    Named(
        "Ningbo Construction (宁波建工)",
        "stake in a data center company; no figure printed",
        "",
        "not known",
        "sihan-2025, 50",
    ),
    Named(
        "Gansu Engineering Consulting (甘咨询)",
        "stake of {sihan-2025-p50-01} in Silk Road Information Port",
        "",
        "not known",
        "sihan-2025, 50",
    ),
    Named(
        "Dongyi Risheng (东易日盛)",
        "computing business out of a restructuring; no figure printed",
        "",
        "not known",
        "sihan-2025, 51",
    ),
    Named(
        "Zhengping (正平股份)",
        "park of {sihan-2025-p52-01}",
        "",
        "not known",
        "sihan-2025, 52",
    ),
)
"""Every listed company that `sihan-2025` names in its survey of the sector, in its order."""

EXITS = (
    Named(
        "Viewshine (威星智能)",
        "computing center and related projects; no figure printed",
        "ended, as announced at the end of an April, the year not printed: external changes, and a "
        "contract that ran out",
        "ended",
        "yiou-2024, 44",
    ),
)
"""Exits of companies that the survey does not name."""


class _Amounts(dict[str, str]):
    """Figures of a book in words, by name."""

    def __init__(self, book: Book) -> None:
        super().__init__()
        self._book = book

    def __missing__(self, name: str) -> str:
        figure = self._book.named(name)
        return amount(figure.value, figure.unit)


def became(book: Book) -> pd.DataFrame:
    """Tabulate the companies of the survey, then the other exits, with what became of each.

    Parameters
    ----------
    book : Book
        Claims and outcomes: every figure in the words is one of them.

    Returns
    -------
    DataFrame
        Indexed by company; columns ``said``, ``since`` (None where nothing is known), ``became``
        and ``source`` (id and paragraph).
    """
    amounts = _Amounts(book)
    rows = [
        {
            "company": row.company,
            "said": row.said.format_map(amounts),
            "since": row.since.format_map(amounts) or None,
            "became": row.became,
            "source": row.source,
        }
        for row in (*NAMED, *EXITS)
    ]
    return pd.DataFrame(rows).set_index("company")


def counts(table: pd.DataFrame) -> dict[str, int]:
    """Count the companies of the survey by what became of them; exits beyond it are left out.

    Parameters
    ----------
    table : DataFrame
        As `became` returns.
    """
    surveyed = table[table.index.isin([row.company for row in NAMED])]
    return {str(name): int(n) for name, n in surveyed["became"].value_counts().items()}
