"""Text form of a result: `print` of one shows what it holds, not every number of it."""

from __future__ import annotations

from dataclasses import fields
from typing import Any, Final

_WIDEST: Final = 100
_MOST_LINES: Final = 60


class Brief:
    """Base of results that print as a page, one line a field: numbers, texts, and sizes of tables.

    Examples
    --------
    >>> from dataclasses import dataclass
    >>> @dataclass
    ... class Found(Brief):
    ...     name: str
    ...     values: list[float]
    >>> print(Found("rents", [0.5] * 1000))
    Found
      name: rents
      values: list of 1,000
    """

    def __str__(self) -> str:
        """Return a page at most."""
        rows = [
            f"  {each.name}: {_shown(getattr(self, each.name))}"
            for each in fields(self)  # type: ignore[arg-type]
        ]
        return "\n".join([type(self).__name__, *rows[:_MOST_LINES]])


def _shown(value: Any) -> str:
    shape = getattr(value, "shape", None)
    kind = type(value).__name__
    if shape:
        return f"{kind}, {' by '.join(f'{length:,}' for length in shape)}"
    if isinstance(value, dict | list | tuple | set) and len(str(value)) > _WIDEST:
        return f"{kind} of {len(value):,}"
    text = " ".join(str(value).split())
    return text if len(text) <= _WIDEST else f"{text[: _WIDEST - 3]}..."
