"""Line breaking: dates of a page that stay on one line."""

from __future__ import annotations

import re
from typing import Final

_MONTHS: Final = (
    "January|February|March|April|May|June|July|August|September|October|November|December"
)
_DATE: Final = re.compile(
    r"(?<![\w/.-])\d{4}-\d{2}(?:-\d{2})?(?![\w/-])"
    rf"|\b(?:\d{{1,2}} )?(?:{_MONTHS}) \d{{4}}\b"
    r"|\d{4} ?年(?: ?\d{1,2} ?月(?: ?\d{1,2} ?日)?| ?[一二三四]季度)?"
)
_LEFT: Final = re.compile(
    r"(<(?P<name>script|style|pre|code|math|svg|title|option|textarea)\b.*?</(?P=name)>"
    r'|<span class="date">.*?</span>|<!--.*?-->|<[^>]*>)',
    re.DOTALL,
)


def with_whole_dates(html: str) -> str:
    """Mark each date of a page, so that no line of it breaks within one.

    What has no lines of its own to break (drawings, code, scripts, choices) is left as it is.

    Parameters
    ----------
    html : str
        A page.

    Examples
    --------
    >>> with_whole_dates("<p>from 2024-02 on</p>")
    '<p>from <span class="date">2024-02</span> on</p>'
    >>> with_whole_dates('<p id="2024-02">sihan-2025-04 <code>2024-02</code></p>')
    '<p id="2024-02">sihan-2025-04 <code>2024-02</code></p>'
    """
    parts, end = [], 0
    for left in _LEFT.finditer(html):
        parts += [_marked(html[end : left.start()]), left[0]]
        end = left.end()
    return "".join([*parts, _marked(html[end:])])


def _marked(text: str) -> str:
    return _DATE.sub(r'<span class="date">\g<0></span>', text)
