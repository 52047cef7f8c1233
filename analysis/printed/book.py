"""Printed figures by what they are of, at their printed precision."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from functools import cached_property
from typing import Any, NamedTuple

import pandas as pd

from analysis.data import load
from analysis.errors import Fault, ParameterError
from analysis.printed.interval import Interval
from analysis.printed.precision import read_row


class Figure(NamedTuple):
    """One printed figure.

    Parameters
    ----------
    name : str
        Claim or outcome.
    subject, quantity, period, unit : str
        What it is of.
    kind : str
        reported, derived, estimated, forecast or disputed.
    source_id : str
        Where it is printed.
    value : float
        As printed; the lower end of a range.
    interval : Interval
        What it can stand for.
    """

    name: str
    subject: str
    quantity: str
    period: str
    unit: str
    kind: str
    source_id: str
    value: float
    interval: Interval


class Book:
    """Claims and outcomes side by side.

    Parameters
    ----------
    claims, outcomes : DataFrame, optional
        The tables of these names.

    Examples
    --------
    >>> Book().named("notes-2025-p08-01").interval
    Interval(low=2477500000.0, high=2478500000.0)
    """

    def __init__(
        self, claims: pd.DataFrame | None = None, outcomes: pd.DataFrame | None = None
    ) -> None:
        self._claims = load("claims") if claims is None else claims
        self._outcomes = load("outcomes") if outcomes is None else outcomes

    @cached_property
    def figures(self) -> dict[str, Figure]:
        """Every figure by name."""
        tables = (self._claims, "claim_id"), (self._outcomes, "outcome_id")
        found = [
            _figure(row, str(row[key])) for table, key in tables for row in table.to_dict("records")
        ]
        return {figure.name: figure for figure in found}

    def named(self, name: str) -> Figure:
        """Return a figure by its claim or outcome.

        Raises
        ------
        ParameterError
            No claim or outcome is called so.
        """
        if name not in self.figures:
            raise ParameterError([Fault("claims and outcomes", None, "name", name, "a figure")])
        return self.figures[name]

    def of(self, subject: str, quantity: str, period: str, unit: str = "CNY") -> Iterator[Figure]:
        """Yield what is printed of a quantity, forecasts included.

        Parameters
        ----------
        subject : str
            Beginning of the subject, such as "Kingsoft Cloud".
        quantity, period, unit : str
            As in the tables.
        """
        for figure in self.figures.values():
            is_wanted = (figure.quantity, figure.period, figure.unit) == (quantity, period, unit)
            if is_wanted and figure.subject.startswith(subject):
                yield figure

    def stated(
        self, subject: str, quantity: str, period: str, unit: str = "CNY"
    ) -> Interval | None:
        """Return the most precise figure of a quantity that is no forecast; None where none is."""
        found = [
            figure.interval
            for figure in self.of(subject, quantity, period, unit)
            if figure.kind not in ("forecast", "disputed")
        ]
        return min(found, key=lambda interval: interval.width, default=None)


def _figure(row: dict[Hashable, Any], name: str) -> Figure:
    return Figure(
        name=name,
        subject=row["subject"],
        quantity=row["quantity"],
        period=row["period"],
        unit=row["unit"],
        kind=row["kind"],
        source_id=row["source_id"],
        value=float(row["value_low"]),
        interval=read_row(row).rounded,
    )
