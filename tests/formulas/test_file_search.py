"""What is no formula is found among the files, by path and first paragraph."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from analysis.cli.app import app
from analysis.formulas.file_search import find_files


@pytest.mark.parametrize(
    ("asked", "first"),
    [
        ("figure color", "analysis/figures/style.py"),
        ("Figure COLORS", "analysis/figures/style.py"),
        ("content policy", "analysis/reports/page/scripts.py"),
        ("atomic write", "analysis/files.py"),
        ("fork server", "analysis/reports/run/forks.py"),
        ("root isolation", "analysis/rental/engines/root_isolation.py"),
        ("debt form", "analysis/rental/inputs/variants.py"),
        ("date-stamping", "analysis/exuberance/dating.py"),
    ],
)
def test_the_file_that_decides_is_among_the_first_two(asked: str, first: str) -> None:
    assert first in [file.path for file in find_files(asked)[:2]]


def test_no_generated_kernel_is_found() -> None:
    assert not [file.path for file in find_files("kernel") if "__pycache__" in file.path]


def test_explain_shows_files_where_no_formula_is_called_so() -> None:
    said = CliRunner().invoke(app, ["explain", "content", "policy"])
    assert said.exit_code == 0
    assert "analysis/reports/page/scripts.py: Content policy" in said.output
    found = json.loads(CliRunner().invoke(app, ["explain", "content policy", "--json"]).stdout)
    assert found[0]["path"] == "analysis/reports/page/scripts.py"
    assert set(found[0]) == {"path", "summary"}


def test_what_is_nowhere_is_refused_with_near_names() -> None:
    said = CliRunner().invoke(app, ["explain", "dscr_minimun"])
    assert said.exit_code != 0
