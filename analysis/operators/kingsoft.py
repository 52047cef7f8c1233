"""Kingsoft Cloud (金山云): a cloud whose growth is AI, quarter by quarter."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.printed.book import Book
from analysis.printed.interval import Interval

SUBJECT = "Kingsoft Cloud"
QUARTERS = tuple(f"{year}Q{quarter}" for year in (2024, 2025) for quarter in range(1, 5))

QUANTITIES: dict[str, tuple[str, ...]] = {
    "revenue": ("revenue",),
    "public_cloud": ("revenue of public cloud",),
    "industry_cloud": ("revenue of industry cloud",),
    "ai_billings": ("AI gross billings", "AI revenue"),
    "ecosystem": ("revenue from the Xiaomi and Kingsoft ecosystem",),
    "adjusted_gross_profit": ("adjusted gross profit",),
    "adjusted_ebitda": ("adjusted EBITDA",),
    "adjusted_operating_profit": ("adjusted operating profit",),
    "adjusted_net_profit": ("adjusted net profit",),
    "da_in_cost": ("depreciation and amortization in cost of revenue",),
}
"""Columns, and the quantities of the tables that may stand for each, the preferred first."""

GROWTH = {
    "revenue": "revenue growth on the year",
    "public_cloud": "growth of public cloud revenue on the year",
    "industry_cloud": "growth of industry cloud revenue on the year",
    "ai_billings": "growth of AI gross billings on the year",
    "ecosystem": "growth of ecosystem revenue on the year",
    "adjusted_gross_profit": "growth of adjusted gross profit on the year",
    "adjusted_ebitda": "growth of adjusted EBITDA on the year",
}
"""Growth on the year that gives the quarter a year before, where that is not printed."""

DEPRECIATION_2025Q3 = "notes-2025-p14-29"
"""Printed without saying whether all of it is cost of revenue, as in the quarters before."""


@dataclass(frozen=True)
class Quarters:
    """Quarters of Kingsoft Cloud.

    Parameters
    ----------
    frame : DataFrame
        Index ``quarter``; columns of `QUANTITIES`, CNY, middles of what is printed; missing where
        nobody prints it.
    derived : DataFrame
        Same shape, whether a figure was worked out: a quarter from growth on it a year later, a
        segment from the total and the other.
    """

    frame: pd.DataFrame
    derived: pd.DataFrame

    def ratios(self) -> pd.DataFrame:
        """Shares and margins by quarter, decimals.

        ``other_income_to_revenue`` is what adjusted EBITDA has beyond depreciation and adjusted
        operating profit: income from outside operations, such as subsidies.
        """
        frame = self.frame
        return pd.DataFrame(
            {
                "adjusted_ebitda_margin": frame["adjusted_ebitda"] / frame["revenue"],
                "adjusted_gross_margin": frame["adjusted_gross_profit"] / frame["revenue"],
                "da_to_revenue": frame["da_in_cost"] / frame["revenue"],
                "ai_share_of_public_cloud": frame["ai_billings"] / frame["public_cloud"],
                "ecosystem_share": frame["ecosystem"] / frame["revenue"],
                "other_income_to_revenue": (
                    frame["adjusted_ebitda"]
                    - frame["da_in_cost"]
                    - frame["adjusted_operating_profit"]
                )
                / frame["revenue"],
            }
        )

    def __str__(self) -> str:
        """Tabulate in million CNY."""
        return (self.frame / 1e6).round(1).T.to_string()


def quarters(book: Book) -> Quarters:
    """Collect the quarters of 2024 and 2025.

    Parameters
    ----------
    book : Book
        Claims and outcomes.

    Returns
    -------
    Quarters
    """
    values: dict[str, dict[str, Interval]] = {name: {} for name in QUANTITIES}
    for name, quantities in QUANTITIES.items():
        for quarter in QUARTERS:
            stated = [book.stated(SUBJECT, quantity, quarter) for quantity in quantities]
            if any(stated):
                values[name][quarter] = next(filter(None, stated))
    values["da_in_cost"]["2025Q3"] = book.named(DEPRECIATION_2025Q3).interval
    printed = {name: set(found) for name, found in values.items()}
    for name, quantity in GROWTH.items():
        for before, after in zip(QUARTERS[:4], QUARTERS[4:], strict=True):
            growth = book.stated(SUBJECT, quantity, after, "share")
            if before not in values[name] and after in values[name] and growth is not None:
                values[name][before] = values[name][after] / (1 + growth)
    _fill_segments(values, printed)
    frame = pd.DataFrame(
        {
            name: [_middle(found.get(quarter)) for quarter in QUARTERS]
            for name, found in values.items()
        },
        index=pd.Index(QUARTERS, name="quarter"),
    )
    is_printed = pd.DataFrame(
        {name: [quarter in found for quarter in QUARTERS] for name, found in printed.items()},
        index=frame.index,
    )
    return Quarters(frame, ~is_printed & frame.notna())


def _fill_segments(values: dict[str, dict[str, Interval]], printed: dict[str, set[str]]) -> None:
    """Take a segment from the total and the other, where that is sharper than what is printed."""
    total = values["revenue"]
    for name, other in (("industry_cloud", "public_cloud"), ("public_cloud", "industry_cloud")):
        for quarter in set(total) & set(values[other]):
            rest = total[quarter] - values[other][quarter]
            if quarter not in values[name] or rest.width < values[name][quarter].width:
                values[name][quarter] = rest
                printed[name].discard(quarter)


def _middle(interval: Interval | None) -> float:
    return np.nan if interval is None else interval.middle


def capital(book: Book) -> dict[str, tuple[Interval, str]]:
    """Work out what the servers of the third quarter of 2025 cost and earn, in ratios.

    Interest and tax are what lies between adjusted EBITDA and adjusted net profit beside
    depreciation; they are held against borrowings alone, and with what is due to related parties,
    which finance servers by leases. Other income is what adjusted EBITDA has beyond depreciation
    and adjusted operating profit.

    Returns
    -------
    dict of str to (Interval, str)
        Ratio and unit, by measure: decimals per year where a rate.
    """

    def figure(name: str) -> Interval:
        return book.named(name).interval

    revenue, ebitda = figure("kingsoft-2025q3-revenue"), figure("kingsoft-2025q3-adjusted-ebitda")
    depreciation = figure(DEPRECIATION_2025Q3)
    property_now, property_before = figure("notes-2025-p14-27"), figure("notes-2025-p14-26")
    borrowings, due = figure("notes-2025-p14-33"), figure("notes-2025-p14-38")
    profit = figure("kingsoft-2025q3-adjusted-net-profit")
    interest = ebitda - depreciation - profit
    operating = figure("kingsoft-2025q3-adjusted-operating-profit")
    average = (property_now + property_before) * 0.5
    return {
        "D&A to revenue": (depreciation / revenue, "share"),
        "yearly revenue to property and equipment": (revenue * 4 / property_now, "times"),
        "yearly D&A to average property and equipment": (depreciation * 4 / average, "share"),
        "other income in the quarter": (ebitda - depreciation - operating, "CNY"),
        "adjusted net profit without it": (profit - ebitda + depreciation + operating, "CNY"),
        "interest and tax in the quarter": (interest, "CNY"),
        "as a yearly rate on borrowings": (interest * 4 / borrowings, "share"),
        "as a yearly rate with dues to related parties": (
            interest * 4 / (borrowings + due),
            "share",
        ),
        "adjusted EBITDA over interest and tax": (ebitda / interest, "times"),
        "debt with dues to yearly adjusted EBITDA": ((borrowings + due) / (ebitda * 4), "times"),
    }
