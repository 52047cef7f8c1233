"""Percent format: what a script tells without a kernel, its question and its tagged cells."""

from __future__ import annotations

import re
from pathlib import Path

_MARKER = re.compile(r"# %%(?P<rest>.*)")
_TAGS = re.compile(r"tags=\[(?P<tags>[^\]]*)\]")
_TITLE = re.compile(r"# # (?P<title>.+)")


def tagged_cell(script: str, tag: str) -> tuple[int, str] | None:
    r"""Find the first code cell with a tag.

    Parameters
    ----------
    script : str
        Text of a percent script.
    tag : str
        The tag, such as ``parameters``.

    Returns
    -------
    (int, str) or None
        Line number of the cell's first line, the script's first being 1, and the cell's source;
        None when no cell has the tag.

    Examples
    --------
    >>> tagged_cell('# %% tags=["parameters"]\na: int = 1\n# %%\nb = a\n', "parameters")
    (2, 'a: int = 1')
    """
    lines = script.splitlines()
    markers = [at for at, line in enumerate(lines) if _MARKER.match(line)]
    for at, following in zip(markers, [*markers[1:], len(lines)], strict=True):
        tags = _TAGS.search(lines[at])
        if tags and f'"{tag}"' in tags["tags"] and "[markdown]" not in lines[at]:
            return at + 2, "\n".join(lines[at + 1 : following]).rstrip()
    return None


def question(path: Path) -> str:
    """Return a notebook's first heading, the question it answers."""
    for line in path.read_text(encoding="utf-8").splitlines():
        found = _TITLE.fullmatch(line)
        if found:
            return found["title"].strip()
    return path.stem.replace("_", " ")
