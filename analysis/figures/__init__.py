"""House style: what a notebook shows, and how it looks there, on the page and on a phone.

Every picture, table, equation and computed sentence of a notebook goes through one of the
functions here, so that each has a caption, a source and words for those who do not see it.
"""

from analysis.figures.equation_display import Equation, show_equations
from analysis.figures.language import use_language
from analysis.figures.picture import show
from analysis.figures.prose import show_answer, show_prose
from analysis.figures.style import COLORS, PALETTE, use_house_style
from analysis.figures.table import show_table

__all__ = [
    "COLORS",
    "PALETTE",
    "Equation",
    "show",
    "show_answer",
    "show_equations",
    "show_prose",
    "show_table",
    "use_house_style",
    "use_language",
]
