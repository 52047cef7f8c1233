"""Search for a file by the words of its path and of what it says of itself.

What is no formula, such as the color of a figure or the content policy of a page, has no entry in
the catalog; its file has a first paragraph that opens with the field's term.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Final, NamedTuple

from analysis.formulas.lookup import stands_in, words_of
from analysis.paths import ROOT

_FIRST_PARAGRAPH: Final = re.compile(r'\A(?:#.*\n)*r?"""(.+?)(?:\n\s*\n|""")', re.DOTALL)


class File(NamedTuple):
    """A file of the package.

    Parameters
    ----------
    path : str
        From the folder that holds the package.
    summary : str
        First paragraph of its documentation.
    """

    path: str
    summary: str


def find_files(asked: str) -> list[File]:
    """Return the files whose path or first paragraph has every word, paths and short ones first.

    Parameters
    ----------
    asked : str
        Words.

    Examples
    --------
    >>> [file.path for file in find_files("figure color")]
    ['analysis/figures/entity_colors.py', 'analysis/figures/style.py']
    >>> find_files("no such thing")
    []
    """
    words = words_of(asked)
    ranked = []
    for file in _files():
        in_path = words_of(file.path.replace("_", " "))
        if words and all(stands_in(word, in_path + words_of(file.summary)) for word in words):
            n_elsewhere = sum(not stands_in(word, in_path) for word in words)
            ranked.append((n_elsewhere, len(file.summary), file))
    return [file for *_, file in sorted(ranked)]


@cache
def _files() -> tuple[File, ...]:
    found = []
    for path in sorted((ROOT / "analysis").rglob("*.py")):
        if "__pycache__" in path.parts:  # generated kernels
            continue
        if match := _FIRST_PARAGRAPH.match(path.read_text(encoding="utf-8")):
            name = path.relative_to(ROOT).as_posix()
            found.append(File(name, " ".join(match[1].split())))
    return tuple(found)
