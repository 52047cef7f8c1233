"""Declared indicators and thresholds, words, and what would prove a verdict wrong.

Everything here was fixed on the day named, when the figures of that day were known: it binds what
is said of later figures, and is no blind test of these. A change is a change of method, with its
row in the changelog.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, TypeAlias

import pandas as pd

from analysis.capex.filings.companies import US_COMPANIES

DECLARED_DATE = "2026-11-28"
DUE_DATE = "2027-11-28"

Side: TypeAlias = Literal["above", "below"]

CORE: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"United States": US_COMPANIES, "China": ("Alibaba", "Tencent")}
)
"""Companies summed for a country: those that file both parts of every ratio to mid-2026."""

FROM_FILINGS = ("burden", "cash", "gap", "explosive")
"""Indicators that histories of filings give, so that their false alarms can be simulated."""

SIGNS, NO_SIGNS = 2.0 / 3.0, 1.0 / 3.0
"""Score from which there are signs of a bubble, and up to which there are none."""

SURE, FAIRLY_SURE = 0.9, 2.0 / 3.0
"""Share of random weightings that must agree for a verdict to be called sure, or fairly sure."""

MOST_UNKNOWN = 0.25
"""Share of indicators that may be unknown for a verdict to be called sure."""


@dataclass(frozen=True)
class Rule:
    """One indicator and the threshold beyond which it speaks for a bubble.

    Parameters
    ----------
    name : str
        Name.
    label : str
        What readers see.
    side : str
        On which side of the threshold it speaks for a bubble; at the threshold it does not.
    threshold : float
        Decimal, or a number where it is no share.
    form : str
        How values are written.
    why : str
        Why there.
    """

    name: str
    label: str
    side: Side
    threshold: float
    form: str
    why: str

    def speaks(self, value: float) -> bool | None:
        """Say whether a value speaks for a bubble; None where there is no value.

        Examples
        --------
        >>> cash = RULES["cash"]
        >>> cash.speaks(1.2), cash.speaks(1.0), cash.speaks(float("nan"))
        (True, False, None)
        """
        if pd.isna(value):
            return None
        return value > self.threshold if self.side == "above" else value < self.threshold


RULES: Mapping[str, Rule] = MappingProxyType(
    {
        rule.name: rule
        for rule in (
            Rule(
                "burden",
                "capex / revenue",
                "above",
                0.20,
                "{:.0%}",
                "what Caijing called unsustainable in April 2025",
            ),
            Rule(
                "cash",
                "capex / operating cash flow",
                "above",
                1.0,
                "{:.0%}",
                "beyond it, spending takes loans or savings",
            ),
            Rule(
                "gap",
                "growth of capex less growth of revenue, half-year against a year before",
                "above",
                0.25,
                "{:+.0%}",
                "spending outruns sales by a quarter a year",
            ),
            Rule(
                "explosive",
                "companies whose capex / revenue is explosive",
                "above",
                0.0,
                "{:.0f}",
                "tested at 5 % for all series of the page together",
            ),
            Rule(
                "depreciation",
                "chance that net income stays above depreciation to 2029, median company",
                "below",
                0.5,
                "{:.0%}",
                "more likely than not it does not",
            ),
            Rule(
                "rent",
                "change of the rent of an H100, a GPU for AI, over a year",
                "below",
                0.0,
                "{:+.0%}",
                "a glut shows in falling rents",
            ),
            Rule(
                "revenue",
                "rise of depreciation to 2029, in multiples of AI revenue as printed",
                "above",
                3.0,
                "{:.1f}",
                "AI revenue would have to more than triple to pay for it alone",
            ),
            Rule(
                "leases",
                "leases signed and not begun, in years of capex",
                "above",
                1.0,
                "{:.1f}",
                "more than a year's spending is promised off the balance sheet",
            ),
        )
    }
)


@dataclass(frozen=True)
class Statement:
    """What would prove a country's verdict wrong by the due date.

    Parameters
    ----------
    country : str
        Whose verdict.
    rule : str
        Indicator that decides, of :data:`RULES`, measured the same way a year later.
    side : str
        On which side of the limit the verdict is wrong.
    limit : float
        The limit.
    text : str
        The statement in words.
    """

    country: str
    rule: str
    side: Side
    limit: float
    text: str

    def is_wrong(self, value: float) -> bool:
        """Say whether a later value proves the verdict wrong.

        Examples
        --------
        >>> Statement("United States", "cash", "below", 0.7, "").is_wrong(0.65)
        True
        """
        return value > self.limit if self.side == "above" else value < self.limit


STATEMENTS: tuple[Statement, ...] = (
    Statement(
        "United States",
        "revenue",
        "below",
        3.0,
        "AI revenue that Microsoft and Amazon print has grown so that the rise of depreciation is "
        "less than three times as large",
    ),
    Statement(
        "United States",
        "cash",
        "below",
        0.7,
        "spending takes less than 70 % of operating cash flow over four quarters",
    ),
    Statement(
        "United States",
        "gap",
        "below",
        0.0,
        "spending grows more slowly than revenue in the newest half-year",
    ),
    Statement(
        "China",
        "burden",
        "above",
        0.2,
        "spending exceeds 20 % of revenue over four quarters: then there are signs",
    ),
    Statement(
        "China",
        "gap",
        "below",
        0.0,
        "spending grows more slowly than revenue in the newest half-year: then there are none",
    ),
)
"""Each alone proves the verdict of its country wrong, if it holds on the due date."""
