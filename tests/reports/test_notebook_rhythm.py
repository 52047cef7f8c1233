"""Notebooks argue: markdown says what is asked before code answers it."""

from __future__ import annotations

from pathlib import Path

import jupytext
import pytest

from analysis.paths import NOTEBOOKS

MOST_TOGETHER = 3
SCRIPTS = sorted(NOTEBOOKS.glob("*.py"))


def runs_of_code(kinds: list[str]) -> list[int]:
    """Lengths of the stretches of code cells, in order."""
    lengths = [0]
    for kind in kinds:
        if kind == "code":
            lengths[-1] += 1
        else:
            lengths.append(0)
    return [length for length in lengths if length]


def test_a_run_ends_at_markdown() -> None:
    assert runs_of_code(["markdown", "code", "code", "markdown", "markdown", "code"]) == [2, 1]
    assert runs_of_code(["code"] * 4) == [4]


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)
def test_no_more_than_three_code_cells_without_words_between(script: Path) -> None:
    kinds = [cell.cell_type for cell in jupytext.read(script).cells]
    assert max(runs_of_code(kinds)) <= MOST_TOGETHER
