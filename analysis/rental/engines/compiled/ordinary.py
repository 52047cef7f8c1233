"""Specialization for ordinary periods: no first or last of a year, the server at work.

Most periods are ordinary, and what only happens at the turn of a year or at the end drops out of
their formulas.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace

import sympy as sp

from analysis.rental.model.lines import ONE, ZERO, Line, symbol

_ORDINARY = {"is_year_start": ZERO, "is_final": ZERO, "is_operating": ONE}


def condition(shared: Collection[str], prefix: str = "") -> str:
    """Return the condition for a period to be ordinary, as text; empty if there is no telling.

    Parameters
    ----------
    shared : collection of str
        Lines and series that are the same in all scenarios.
    prefix : str
        Stands before their names: of the period after the one at hand.
    """
    terms = [
        f"({prefix}{name} == {value}.0)" for name, value in _ORDINARY.items() if name in shared
    ]
    return " & ".join(terms)


def ordinary(lines: Iterable[Line], shared: Collection[str]) -> tuple[Line, ...]:
    """Return the lines as they are in ordinary periods.

    Parameters
    ----------
    lines : iterable of Line
        Lines of any period.
    shared : collection of str
        As for `condition`.
    """
    known: dict[sp.Basic, sp.Basic] = {
        symbol(name): value for name, value in _ORDINARY.items() if name in shared
    }
    if "is_year_start" in shared:
        known[symbol("period") > 1.5] = sp.true  # the first period starts a year
    return tuple(replace(line, formula=line.formula.xreplace(known)) for line in lines)
