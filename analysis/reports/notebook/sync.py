"""Notebook pairs: the percent script is the text, its ``.ipynb`` is made from it without outputs.

JupyterLab with jupytext keeps both in step as it saves. Elsewhere the script wins: ``sync`` makes
the ``.ipynb`` anew. Where the ``.ipynb`` is the newer one and its cells differ, a program that
does not know of the pair has edited it, and ``sync`` refuses rather than lose the edit.
"""

from __future__ import annotations

import copy
import hashlib
import re
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.errors import AnalysisError
from analysis.files import write_whole
from analysis.paths import NOTEBOOKS, ROOT

if TYPE_CHECKING:
    from nbformat import NotebookNode

_METADATA: dict[str, Any] = {
    "jupytext": {"formats": "ipynb,py:percent"},
    "kernelspec": {
        "display_name": "Python 3 (ipykernel)",  # its own name, which JupyterLab saves
        "language": "python",
        "name": "python3",
    },
    "language_info": {"name": "python"},
}
_HEADER = """\
# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---
"""
_ANY_HEADER = re.compile(r"\A# ---\n# jupyter:\n(#.*\n)*?# ---\n")


class PairError(AnalysisError):
    """Notebook pairs that differ, or an edit that would be lost."""


@dataclass(frozen=True)
class Pair:
    """A percent script and the notebook made from it.

    Parameters
    ----------
    script : Path
        The ``.py``.
    """

    script: Path

    @property
    def notebook(self) -> Path:
        """The ``.ipynb``."""
        return self.script.with_suffix(".ipynb")

    def has_own_header(self) -> bool:
        """Say whether the script's header is of another kernel, as JupyterLab may have saved it."""
        text = self.script.read_text(encoding="utf-8")
        return text != _with_header(text)

    def is_in_step(self) -> bool:
        """Say whether the notebook has the bytes that its script makes."""
        return self.notebook.is_file() and self.notebook.read_text(
            encoding="utf-8"
        ) == notebook_text(self.script)

    def has_foreign_edit(self) -> bool:
        """Say whether the notebook is newer than its script and its cells differ from it."""
        if not self.notebook.is_file():
            return False
        if self.notebook.stat().st_mtime <= self.script.stat().st_mtime:
            return False
        import nbformat

        edited = nbformat.read(self.notebook, as_version=4)
        return _cells(edited) != _cells(read_script(self.script))


def read_script(script: Path) -> NotebookNode:
    """Read a percent script as a notebook without outputs, with the same bytes every time.

    Parameters
    ----------
    script : Path
        The ``.py``.

    Returns
    -------
    nbformat.NotebookNode
        Cell ids follow from type, source and how often the same cell came before.
    """
    return copy.deepcopy(_parsed(script.read_text(encoding="utf-8")))


@lru_cache(maxsize=64)
def _parsed(text: str) -> NotebookNode:
    import jupytext
    import nbformat

    notebook = jupytext.reads(text, fmt="py:percent")
    notebook.metadata = nbformat.from_dict(_METADATA)
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    for cell in notebook.cells:
        cell.metadata.pop("lines_to_next_cell", None)
    set_cell_ids(notebook)
    _fold_setup(notebook)
    return notebook


def _fold_setup(notebook: NotebookNode) -> None:
    """Fold the parameters and the imports after them, so that the first screen is the answer.

    JupyterLab shows a folded cell as a line that opens by a click. The script does not say it,
    since `cell_metadata_filter` of jupytext keeps the mark out of it.
    """
    is_after = False
    for cell in notebook.cells:
        is_parameters = "parameters" in cell.metadata.get("tags", [])
        is_imports = is_after and cell.source.startswith(("import ", "from "))
        if is_parameters or is_imports:
            cell.metadata["jupyter"] = {"source_hidden": True}
        is_after = is_parameters


def set_cell_ids(notebook: NotebookNode) -> None:
    """Give every cell an id that follows from its type, source and repetition."""
    seen: Counter[str] = Counter()
    for cell in notebook.cells:
        key = f"{cell.cell_type}:{cell.source}"
        cell["id"] = hashlib.sha256(f"{seen[key]}:{key}".encode()).hexdigest()[:12]
        seen[key] += 1


def notebook_text(script: Path) -> str:
    """Return the text of the ``.ipynb`` that a script makes."""
    return to_text(read_script(script))


def to_text(notebook: NotebookNode) -> str:
    """Return a notebook's text, keys sorted, with one line feed at its end."""
    import nbformat

    text: str = nbformat.writes(notebook, version=nbformat.NO_CONVERT)
    return text.rstrip("\n") + "\n"


def pairs(folder: Path = NOTEBOOKS) -> tuple[Pair, ...]:
    """Return every pair of a folder, by name."""
    return tuple(Pair(script) for script in sorted(folder.glob("*.py")))


def orphans(folder: Path = NOTEBOOKS) -> tuple[Path, ...]:
    """Return notebooks without a script, by name."""
    return tuple(
        path for path in sorted(folder.glob("*.ipynb")) if not path.with_suffix(".py").is_file()
    )


def check(folder: Path = NOTEBOOKS) -> int:
    """Check that every pair of a folder is in step.

    Returns
    -------
    int
        Number of pairs.

    Raises
    ------
    PairError
        Names every pair that differs and every notebook without a script.
    """
    found = pairs(folder)
    messages = [
        f"{_shown(pair.notebook)} is not what {pair.script.name} makes"
        for pair in found
        if not pair.is_in_step()
    ]
    messages += [
        f"{_shown(pair.script)} has the header of another kernel"
        for pair in found
        if pair.has_own_header()
    ]
    messages += [
        f"{_shown(path)} has no {path.with_suffix('.py').name}" for path in orphans(folder)
    ]
    if messages:
        raise PairError("\n".join([*messages, "make sync brings them into step"]))
    return len(found)


def sync(folder: Path = NOTEBOOKS, *, discard_edits: bool = False) -> tuple[Path, ...]:
    """Make every notebook of a folder from its script.

    Parameters
    ----------
    folder : Path
        Folder of the pairs.
    discard_edits : bool
        Overwrite notebooks that were edited apart from their scripts.

    Returns
    -------
    tuple of Path
        Notebooks that changed, and scripts of which only the header did.

    Raises
    ------
    PairError
        A notebook was edited apart from its script; nothing was written.
    """
    behind = [pair for pair in pairs(folder) if not pair.is_in_step()]
    edited = [pair for pair in behind if pair.has_foreign_edit()]
    if edited and not discard_edits:
        names = "\n".join(
            f"{_shown(pair.notebook)} was edited apart from {pair.script.name}: keep the edit with "
            f"'jupytext --to py:percent {_shown(pair.notebook)}', or drop it with --discard-edits"
            for pair in edited
        )
        raise PairError(names)
    renamed = [pair for pair in pairs(folder) if pair.has_own_header()]
    for pair in renamed:
        write_whole(pair.script, _with_header(pair.script.read_text(encoding="utf-8")))
    for pair in behind:
        write_whole(pair.notebook, notebook_text(pair.script))
    return (*(pair.script for pair in renamed), *(pair.notebook for pair in behind))


def _with_header(text: str) -> str:
    """Return a script with the header of the kernel that every environment has."""
    return _ANY_HEADER.sub(_HEADER, text)


def _cells(notebook: NotebookNode) -> list[tuple[str, str]]:
    return [(cell.cell_type, cell.source.rstrip()) for cell in notebook.cells]


def _shown(path: Path) -> str:
    return path.relative_to(ROOT).as_posix() if path.is_relative_to(ROOT) else path.name
