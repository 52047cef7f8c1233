"""Small pieces of HTML, and their display as one output of a notebook cell."""

from __future__ import annotations

import re
from html import escape

from analysis.figures.dates import dates_in_words

_SLUG = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*\Z")


def slug(name: str) -> str:
    """Return a name that may stand in an id, or refuse it.

    Examples
    --------
    >>> slug("rent-decline")
    'rent-decline'
    """
    if not _SLUG.match(name):
        raise ValueError(f"name {name!r}: expected lower-case words joined by hyphens")
    return name


def attribute(text: str) -> str:
    r"""Escape a text for a double-quoted attribute, its white space collapsed.

    Examples
    --------
    >>> attribute('rent "falls"\n  fast')
    'rent &quot;falls&quot; fast'
    """
    return escape(" ".join(text.split()), quote=True)


def required(what: str, text: str, *, of: str) -> str:
    """Return a sentence that must not be empty, stripped and its dates in words."""
    if not text.strip():
        raise ValueError(f"{of!r} needs a {what} that is not empty")
    return dates_in_words(text.strip())


def display_html(html: str, *, plain: str, csv: str = "") -> None:
    """Display one output: HTML, with plain text where HTML cannot be shown.

    Parameters
    ----------
    html : str
        What a notebook and a published page show.
    plain : str
        What a terminal shows.
    csv : str
        The numbers behind it, to be downloaded from a published page.
    """
    from IPython.display import display

    numbers = {"text/csv": csv} if csv else {}
    display({"text/html": html, "text/plain": plain, **numbers}, raw=True)
