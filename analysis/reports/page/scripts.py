"""The scripts that a page may run: these files alone, named by hash in its own policy."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

TEMPLATE: Final = Path(__file__).with_name("template")

_MARKS: Final = {" data-filter=": "filter.js"}
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


def scripts_for(html: str) -> tuple[Script, ...]:
    """Return the scripts that a page's content asks for, none where it asks for none.

    Examples
    --------
    >>> scripts_for("<p>text</p>")
    ()
    >>> len(scripts_for('<figure data-filter="0">'))
    1
    """
    return tuple(_known()[file] for mark, file in _MARKS.items() if mark in html)


def is_known(text: str) -> bool:
    """Say whether a text is one of the scripts, to the letter."""
    return Script(text) in _known().values()


@cache
def _known() -> dict[str, Script]:
    return {file: Script((TEMPLATE / file).read_text(encoding="utf-8")) for file in _MARKS.values()}
