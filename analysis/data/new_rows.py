"""Diff of a raw table: what new rows are, how they are compared, and what they would do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final, NamedTuple

Text = dict[str, str]
CARRIED: Final = "carried from"
"""How the note of a row begins that repeats the last values of a source that did not answer."""


class LandingRules(NamedTuple):
    """How new rows of a table are compared with those there.

    Parameters
    ----------
    figures : tuple of str
        Columns of figures.
    date : str
        Column of a row's day.
    series : tuple of str
        What makes two rows of different days figures of one thing.
    neighborhood : tuple of str
        Columns whose values rows that are judged together share.
    most_moved : float
        Largest factor between two looks at a series, or by which a figure may be restated.
    is_offer : bool
        A series that its source no longer shows has vanished.
    alternatives : mapping of str to tuple of str
        What a column of judgment may say, in the order it is tried.
    """

    figures: tuple[str, ...]
    date: str
    series: tuple[str, ...]
    neighborhood: tuple[str, ...]
    most_moved: float
    is_offer: bool = False
    alternatives: Mapping[str, tuple[str, ...]] = {}


RULES: Final = {
    "rent_quotes_usd": LandingRules(
        ("price_low", "price_high"),
        "quote_date",
        (
            "gpu",
            "memory_gb",
            "form_factor",
            "offer_gpus",
            "provider",
            "contract",
            "unit",
            "source_id",
        ),
        ("gpu", "segment", "contract"),
        1.6,
        is_offer=True,
    ),
    "company_financials_quarterly": LandingRules(
        ("value_m",),
        "period_end_date",
        ("company", "metric", "definition", "currency", "span", "period_end_date"),
        ("company", "metric", "definition"),
        1.1,
        alternatives={"neighbors": ("adjacent", "same quarter")},
    ),
    "fx": LandingRules(("cny_per_usd",), "period_end_date", ("period",), ("period_type",), 1.01),
}


@dataclass(frozen=True)
class Row:
    """One row for a raw table.

    Parameters
    ----------
    cells : mapping of str to str
        Text by column; columns left out are empty.
    vintages : tuple of (date, str)
        Every value that its figure had, with the day it became known; empty where the day of the
        row is when it was known.
    """

    cells: Mapping[str, str]
    vintages: tuple[tuple[date, str], ...] = ()


class Change(NamedTuple):
    """A figure of a key that was there.

    Parameters
    ----------
    before, after : dict of str to str
        Its rows.
    moved : float
        Relative change of the first figure.
    """

    before: Text
    after: Text
    moved: float


class Held(NamedTuple):
    """A row that waits for a person.

    Parameters
    ----------
    name : str
        To confirm it by.
    cells : dict of str to str
        The row.
    reason : str
        Why.
    can_be_confirmed : bool
        It moved far, and otherwise is as its table asks; a row that fails a check of the table
        needs an edit of the table's description.
    """

    name: str
    cells: Text
    reason: str
    can_be_confirmed: bool


@dataclass
class Landing:
    """What new rows would do to a table.

    Parameters
    ----------
    table : str
        Its name.
    added : list of dict
        Rows of new keys.
    changed : list of Change
        Figures that their own source has changed.
    elsewhere : list of Change
        Figures that another source's row holds already: not touched.
    held : list of Held
        Rows that wait for a person.
    vanished : list of str
        Offers that the source showed before and no longer does.
    n_unchanged : int
        Rows that are there already.
    revisions : list of dict
        Rows for table ``revisions``.
    sources : list of dict
        Rows for table ``sources``.
    """

    table: str
    added: list[Text] = field(default_factory=list)
    changed: list[Change] = field(default_factory=list)
    elsewhere: list[Change] = field(default_factory=list)
    held: list[Held] = field(default_factory=list)
    vanished: list[str] = field(default_factory=list)
    n_unchanged: int = 0
    revisions: list[Text] = field(default_factory=list)
    sources: list[Text] = field(default_factory=list)
