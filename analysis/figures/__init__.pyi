from .direct_labels import label_at_edge, label_lines
from .entity_colors import ENTITY_COLORS
from .equation_display import Equation, show_equations
from .language import use_language
from .picture import show
from .prose import show_answer, show_prose
from .style import COLORS, PALETTE, use_house_style
from .table import show_table

__all__ = [
    "COLORS",
    "ENTITY_COLORS",
    "PALETTE",
    "Equation",
    "label_at_edge",
    "label_lines",
    "show",
    "show_answer",
    "show_equations",
    "show_prose",
    "show_table",
    "use_house_style",
    "use_language",
]
