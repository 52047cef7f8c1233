"""What a command answers where there is nothing to say, and what none of them does on the side."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from analysis.cli.app import app
from analysis.errors import AnalysisError
from analysis.paths import ROOT

CASE = "sihan-2025-straight-line"
QUESTION = ["--unknown", "rent_decline_per_year", "--target", "equity_npv_cny", "--low", "0"]
SET = {
    "evaluate": ["evaluate", CASE],
    "solve": ["solve", CASE, *QUESTION, "--wanted", "0", "--high", "0.9"],
    "own-or-rent": ["own-or-rent", CASE, "--rented", "12"],
    "simulate": ["simulate", CASE, "--n", "64"],
    "workbook": ["workbook", CASE, "out.xlsx"],
    "tornado": ["sensitivity", "tornado", CASE],
    "two-way": [
        *("sensitivity", "two-way", CASE, "--down", "utilization=0.5:1"),
        *("--across", "rent_decline_per_year=0:0.4"),
    ],
    "sobol": ["sensitivity", "sobol", CASE, "--n", "64"],
    "frontier": [
        *("sensitivity", "frontier", CASE, "--along", "server_price_cny=1500000:3000000"),
        *("--find", "rent_decline_per_year=-0.3:0.9"),
    ],
}
READ = {
    "a case": ["evaluate", "FILE"],
    "a case to solve": ["solve", "FILE", *QUESTION, "--wanted", "0", "--high", "0.9"],
    "a case for a workbook": ["workbook", "FILE", "out.xlsx"],
    "a grid": ["sweep", "rental_model", "FILE", "--out", "out"],
    "distributions": ["simulate", CASE, "--n", "64", "--distributions", "FILE"],
    "ranges": ["sensitivity", "tornado", CASE, "--ranges", "FILE"],
}
EMPTY = {"no byte": "", "a remark": "# later\n", "a mark": "---\n", "null": "null\n", "{}": "{}\n"}
# What removes something, and how often: a new one is first asked what it may remove.
REMOVALS = {
    "analysis/files.py": 4,  # partial files and workspaces that it made, of processes that ended
    "analysis/reports/build/builder.py": 2,  # a failed run kept aside, and the crate it will write
    "analysis/reports/build/past.py": 1,  # a failed run kept aside
    "analysis/reports/build/task_record.py": 1,  # the record of tasks, when it is damaged
    "analysis/reports/build/unlisted.py": 1,  # what is named and asked for: --remove
    "analysis/reports/run/forks.py": 1,  # the folder of its sockets
    "analysis/reports/run/run.py": 1,  # a failed run kept aside
    "analysis/sweeps/folder.py": 1,  # plan and parts of the sweep, by name
}
REMOVE = {"unlink", "rmtree", "rmdir", "removedirs", "remove"}


def run(*arguments: str) -> Any:
    return CliRunner().invoke(app, list(arguments))


@pytest.mark.parametrize("command", SET.values(), ids=SET)
def test_a_setting_given_twice_is_refused(
    command: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for again in ("utilization=0.6", "utilization=0.5"):
        done = run(*command, "--set", "utilization=0.5", "--set", again)
        assert isinstance(done.exception, AnalysisError), done.output
        assert "expected each name once" in str(done.exception)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("text", EMPTY.values(), ids=EMPTY)
@pytest.mark.parametrize("command", READ.values(), ids=READ)
def test_a_file_that_says_nothing_is_refused(
    command: list[str], text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.yaml").write_text(text)
    done = run(*("mine.yaml" if word == "FILE" else word for word in command))
    assert isinstance(done.exception, AnalysisError), done.output
    assert "mine.yaml: found 'nothing'" in str(done.exception)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.yaml"]


@pytest.mark.parametrize(
    ("wanted", "code", "said"),
    [
        ("0", 0, "yearly decline of the rent: 27.6%"),
        ("1e9", 1, "no value of rent_decline_per_year in [0, 0.9]"),
        ("-1e9", 1, "no value of rent_decline_per_year in [0, 0.9]"),
    ],
)
@pytest.mark.parametrize("as_json", [False, True])
def test_solve_exits_with_one_where_there_is_no_solution(
    wanted: str, code: int, said: str, as_json: bool
) -> None:
    done = run(*SET["solve"][:-4], "--wanted", wanted, "--high", "0.9", *["--json"] * as_json)
    assert done.exit_code == code
    assert as_json or said in done.stdout


@pytest.mark.parametrize(
    "changed",
    ["debt_share=0", "tax_rate=0", "utilization=0", "resale_value_share=0", "debt_share=1"],
)
def test_no_summary_prints_nan(changed: str) -> None:
    for command in (["evaluate", CASE], [*SET["simulate"], "--seed", "2"]):
        done = run(*command, "--set", changed)
        assert done.exit_code == 0, done.output
        assert not re.search(r"\b(nan|NaN|None|inf|Infinity)\b", done.stdout)


def test_times_go_to_standard_error() -> None:
    """So that two runs print the same."""
    took = re.compile(r"\b\d+(\.\d+)? (s|ms|seconds|min)\b")
    for command in (["audit"], SET["simulate"], SET["sobol"]):
        done = run(*command)
        assert not took.search(done.stdout)
        assert command != ["audit"] or took.search(done.stderr)


def removed_by(path: Path) -> int:
    """How often a module calls, or hands on, what removes files; `list.remove` among them."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return sum(
        isinstance(node, ast.Attribute)
        and node.attr in REMOVE
        and (node.attr != "remove" or ast.unparse(node.value) == "os")
        for node in ast.walk(tree)
    )


def test_nothing_removes_files_but_what_is_listed_here() -> None:
    found = {
        path.relative_to(ROOT).as_posix(): removed_by(path)
        for path in sorted((ROOT / "analysis").rglob("*.py"))
    }
    assert {name: count for name, count in found.items() if count} == REMOVALS
