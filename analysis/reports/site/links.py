"""Links that a page gets once it is there: from names of sources to where they are listed."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Final

_LINK: Final = re.compile(r"(<a\b.*?</a>|<script\b.*?</script>|<svg\b.*?</svg>)", re.DOTALL)
_CODE: Final = re.compile(r"<code>([a-z0-9]+(?:[.-][a-z0-9]+)*)</code>")
_CELL: Final = re.compile(r"(<t[dh]\b[^>]*>)([a-z0-9][a-z0-9.,; -]*)(</t[dh]>)")


def link_sources(html: str, names: Collection[str]) -> str:
    """Make each name of a source a link, where it stands as code or fills a cell of a table.

    Parameters
    ----------
    html : str
        A page.
    names : collection of str
        The sources.

    Examples
    --------
    >>> link_sources("<p><code>fed-h10</code> and <code>x</code></p>", {"fed-h10"})
    '<p><a href="sources.html#source-fed-h10"><code>fed-h10</code></a> and <code>x</code></p>'
    """
    known = frozenset(names)

    def code(found: re.Match[str]) -> str:
        return _link(found[1], found[0]) if found[1] in known else found[0]

    def cell(found: re.Match[str]) -> str:
        parts = re.split(r"([,;]\s*)", found[2])
        if not all(part in known for part in parts[::2]):
            return found[0]
        linked = (_link(part, part) if part in known else part for part in parts)
        return f"{found[1]}{''.join(linked)}{found[3]}"

    pieces = _LINK.split(html)
    pieces[::2] = [_CELL.sub(cell, _CODE.sub(code, piece)) for piece in pieces[::2]]
    return "".join(pieces)


def _link(name: str, html: str) -> str:
    return f'<a href="sources.html#source-{name}">{html}</a>'
