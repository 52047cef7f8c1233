"""Dates in sentences: ``2024-02`` is read February 2024; tables keep what sorts."""

from __future__ import annotations

import calendar
import re
from typing import Final

_CODE_OR_DATE: Final = re.compile(
    r"`[^`]*`|\w+://[^\s)]*|(?<![\w.,/-])(?P<year>[12]\d{3})-(?P<month>0[1-9]|1[0-2])(?:-(?P<day>[0-3]\d))?(?![\w/-])"
)
"""What stands in backquotes is a name, and a link is an address: no date within is touched."""


def dates_in_words(text: str) -> str:
    """Write the months and days of English text as a sentence does.

    Examples
    --------
    >>> dates_in_words("Rent fell from 2024-02 to 2025-08, as read on 2026-10-05.")
    'Rent fell from February 2024 to August 2025, as read on 5 October 2026.'
    >>> dates_in_words("`rates-2024-02`, sihan-2025-04 and 2010-2012 are none.")
    '`rates-2024-02`, sihan-2025-04 and 2010-2012 are none.'
    >>> dates_in_words("[2024-02](https://example.org/rents?month=2024-02)")
    '[February 2024](https://example.org/rents?month=2024-02)'
    """
    return _CODE_OR_DATE.sub(_in_words, text)


def _in_words(found: re.Match[str]) -> str:
    if not found["year"]:
        return found[0]
    day = f"{int(found['day'])} " if found["day"] else ""
    return f"{day}{calendar.month_name[int(found['month'])]} {found['year']}"
