from .book import Book, Figure
from .interval import Interval
from .precision import Printed, read_printed
from .wording import amount, span

__all__ = [
    "Book",
    "Figure",
    "Interval",
    "Printed",
    "amount",
    "read_printed",
    "span",
]
