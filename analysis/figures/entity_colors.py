"""One color for whatever is drawn in several pictures: a country's companies, a kind of provider.

There are more companies than colors that everyone tells apart, and each is drawn in a panel or a
row of its own that bears its name: a company has the color of its country, in every picture.
"""

from __future__ import annotations

from typing import Final

from analysis.figures.style import COLORS

ENTITY_COLORS: Final[dict[str, str]] = {
    "US": COLORS["blue"],
    "CN": COLORS["orange"],
    "own": COLORS["green"],
    "neocloud": COLORS["blue"],
    "hyperscaler": COLORS["orange"],
    "marketplace": COLORS["green"],
}
"""By country of a company, where ``own`` is one that the reader added, and by kind of provider."""
