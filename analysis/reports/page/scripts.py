"""Content policy of a page: it may run the project's own scripts alone, each named by its hash."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

TEMPLATE: Final = Path(__file__).with_name("template")

_EVERYWHERE: Final = "page.js"
_MARKS: Final = {" data-filter=": "filter.js", " data-search=": "search.js"}
"""What in a page's HTML asks for which script."""


@dataclass(frozen=True)
class Script:
    """A script as it stands in a page.

    Parameters
    ----------
    text : str
        All of it.
    """

    text: str

    @property
    def policy_source(self) -> str:
        """The source expression that allows exactly this script."""
        digest = hashlib.sha256(self.text.encode("utf-8")).digest()
        return f"'sha256-{base64.b64encode(digest).decode('ascii')}'"


Providers = Mapping[str, Callable[[], Sequence[str]]]
"""Scripts from elsewhere in the project: what in a page's HTML asks for them, and their texts."""


def scripts_for(html: str, providers: Providers | None = None) -> tuple[Script, ...]:
    """Return the scripts of a page: that of every page, and those that its content asks for.

    Parameters
    ----------
    html : str
        The content.
    providers : mapping of str to callable, optional
        Scripts that are no files of the template.

    Examples
    --------
    >>> len(scripts_for("<p>text</p>")), len(scripts_for('<figure data-filter="0">'))
    (1, 2)
    """
    own = [_known()[_EVERYWHERE]]
    own += [_known()[file] for mark, file in _MARKS.items() if mark in html]
    for mark, texts in (providers or {}).items():
        own += [Script(text) for text in texts()] if mark in html else []
    return tuple(own)


def is_known(text: str) -> bool:
    """Say whether a text is one of the template's scripts, to the letter."""
    return Script(text) in _known().values()


@cache
def _known() -> dict[str, Script]:
    files = (_EVERYWHERE, *_MARKS.values())
    return {file: Script((TEMPLATE / file).read_text(encoding="utf-8")) for file in files}
