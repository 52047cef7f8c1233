"""The claims audited: every printed figure, what it can stand for, and whether it holds.

==========================  =====================================================================
``read_printed``            the interval that a printed figure stands for
``audit``                   verdicts on every claim of the ledger, with the numbers behind them
``Book``                    printed figures by what they are of
==========================  =====================================================================

Checks are declared in ``checks/*.yaml``, in the little language of ``analysis.claims.formula``.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from analysis.claims.ledger import Audit, audit, read_committed
    from analysis.printed.book import Book
    from analysis.printed.interval import Interval
    from analysis.printed.precision import Printed, read_printed

__all__ = ["Audit", "Book", "Interval", "Printed", "audit", "read_committed", "read_printed"]

_HOME = {
    "Audit": "ledger",
    "Book": "book",
    "Interval": "interval",
    "Printed": "precision",
    "audit": "ledger",
    "read_committed": "ledger",
    "read_printed": "precision",
}


def __getattr__(name: str) -> Any:
    """Import on first use: pandas and the model are not due for ``--help``."""
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
