"""Which pages of the site there are besides reports."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from analysis.reports.site.calculator_sheet import calculator_sheet
from analysis.reports.site.sheet import Published, Sheet

SHEETS: Final[Mapping[str, Callable[[Sequence[Published]], Sheet]]] = {
    "calculator": calculator_sheet,
}


def make_sheet(name: str, reports: Sequence[Published]) -> Sheet:
    """Return a page of the site by its name."""
    return SHEETS[name](reports)
