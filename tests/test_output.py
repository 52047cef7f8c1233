"""What commands write: nothing over a file unasked, and in the format that its ending says."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from openpyxl import load_workbook
from typer.testing import CliRunner

from analysis.cli.app import app
from analysis.cli.output import claim
from analysis.errors import AnalysisError
from analysis.files import WriteError
from analysis.paths import NOTEBOOKS, ROOT
from analysis.rental import Assumptions, load_case

CASE = "sihan-2025-straight-line"
SIMULATE = ["simulate", CASE, "--n", "200", "--out"]
WRITERS = {
    "write-case": (["evaluate", CASE, "--write-case"], (".yaml", ".yml", ".json")),
    "workbook": (["workbook", CASE], (".xlsx",)),
    "simulate": (SIMULATE, (".parquet", ".csv", ".xlsx")),
    "write-distributions": (["simulate", CASE, "--write-distributions"], (".yaml", ".yml")),
    "figure": (
        ["sensitivity", "tornado", CASE, "--low-high", "tax_rate=0.1:0.2", "--figure"],
        (".svg", ".png", ".pdf"),
    ),
    "build": (["build", "summary", "--out"], (".html", ".ipynb")),
}
EVERY = [
    pytest.param(arguments, ending, id=f"{name}{ending}")
    for name, (arguments, endings) in WRITERS.items()
    for ending in endings
]


def refused(*arguments: str) -> str:
    done = CliRunner().invoke(app, list(arguments))
    assert isinstance(done.exception, AnalysisError), done.output
    return str(done.exception)


@pytest.mark.parametrize(("arguments", "ending"), EVERY)
def test_a_file_that_is_there_is_not_written_over(
    tmp_path: Path, arguments: list[str], ending: str
) -> None:
    out, victim = tmp_path / f"out{ending}", tmp_path / "victim"
    out.write_text("mine")
    assert "which is there', expected a new name, or --force" in refused(*arguments, str(out))
    assert out.read_text() == "mine"
    out.unlink()
    out.symlink_to(victim)  # dangling
    assert "--force" in refused(*arguments, str(out))
    assert not victim.exists()


@pytest.mark.parametrize(
    ("arguments", "ending"), [each for each in EVERY if "build" not in str(each.id)]
)
def test_with_force_a_link_is_replaced_and_what_it_leads_to_stays(
    tmp_path: Path, arguments: list[str], ending: str
) -> None:
    out, victim = tmp_path / f"out{ending}", tmp_path / "victim"
    victim.write_text("mine")
    out.symlink_to(victim)
    done = CliRunner().invoke(app, [*arguments, str(out), "--force"])
    assert done.exit_code == 0, done.output
    assert victim.read_text() == "mine"
    assert not out.is_symlink()
    assert out.stat().st_size > 100
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([out.name, "victim"])


@pytest.mark.parametrize(("arguments", "endings"), WRITERS.values(), ids=WRITERS)
def test_an_ending_that_stands_for_no_format_is_refused_with_those_that_do(
    tmp_path: Path, arguments: list[str], endings: tuple[str, ...]
) -> None:
    for name in ("out.doc", "out", ".csv", "out.parquet.gz"):
        words = f"a name ending in {', '.join(endings)}"
        assert words in refused(*arguments, str(tmp_path / name))
    assert list(tmp_path.iterdir()) == []


def read_only(folder: Path) -> Path:
    folder.chmod(0o500)
    return folder


PLACES: dict[str, tuple[Callable[[Path], object], str]] = {
    "a folder": (lambda folder: (folder / "out.csv").mkdir(), "a folder"),
    "below a file": (lambda folder: (folder / "below").touch(), "a file that can be written"),
    "a loop": (
        lambda folder: (folder / "below").symlink_to(folder / "below"),
        "a file that can be written",
    ),
}


@pytest.mark.parametrize(("prepare", "words"), PLACES.values(), ids=PLACES)
def test_a_place_that_takes_no_file_is_refused_at_once(
    tmp_path: Path, prepare: Callable[[Path], object], words: str
) -> None:
    prepare(tmp_path)
    place = tmp_path / ("out.csv" if (tmp_path / "out.csv").exists() else "below/out.csv")
    assert words in refused(*SIMULATE, str(place))
    assert words in refused(*SIMULATE, str(place), "--force")


def test_a_folder_that_cannot_be_written_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "access", lambda *_: False)
    assert f"{tmp_path} is read-only" in refused(*SIMULATE, str(tmp_path / "out.csv"))


@pytest.mark.parametrize(
    "place", ["notebooks", "analysis", "data/raw", "reports", "reports/results", "tests", ".git"]
)
def test_the_projects_own_folders_are_none_for_output(tmp_path: Path, place: str) -> None:
    link = tmp_path / "link"
    link.symlink_to(ROOT / place)
    for folder in (ROOT / place, link, ROOT / "notebooks" / ".." / place):
        with pytest.raises(WriteError, match="outside of the project's own folders"):
            claim(folder / "x.ipynb", option="--out", endings=(".ipynb",), force=True)


def test_a_source_is_not_written_over() -> None:
    source = NOTEBOOKS / "operators.ipynb"
    before = source.read_bytes()
    for options in ([], ["--force"]):
        words = refused("build", "operators", "--out", str(source), *options)
        assert "outside of the project's own folders" in words
    assert source.read_bytes() == before


def test_a_case_in_either_format(tmp_path: Path) -> None:
    for ending in (".yaml", ".yml", ".json"):
        file = tmp_path / f"case{ending}"
        done = CliRunner().invoke(app, ["evaluate", "--write-case", str(file)])
        assert done.exit_code == 0, done.output
        assert load_case(file) == Assumptions()
    assert json.loads((tmp_path / "case.json").read_text())["useful_life_years"] == 5


def test_rows_in_every_format_are_the_same(tmp_path: Path) -> None:
    frames = {}
    readers = {".parquet": pd.read_parquet, ".csv": pd.read_csv, ".xlsx": pd.read_excel}
    for ending, reader in readers.items():
        out = tmp_path / f"out{ending}"
        done = CliRunner().invoke(app, [*SIMULATE, str(out), "--seed", "3"])
        assert done.exit_code == 0, done.output
        frames[ending] = reader(out)
    assert len(frames[".parquet"]) == 200
    for ending in (".csv", ".xlsx"):
        found = frames[ending].astype(frames[".parquet"].dtypes.replace("category", "str"))
        expected = frames[".parquet"].astype(found.dtypes)
        pd.testing.assert_frame_equal(found, expected, rtol=1e-14 if ending == ".xlsx" else 0)
    plan = load_workbook(tmp_path / "out.xlsx")["plan"]
    assert ("seed", 3) in [tuple(cell.value for cell in row) for row in plan.rows]


def test_more_rows_than_a_worksheet_holds_are_refused_at_once(tmp_path: Path) -> None:
    arguments = ["simulate", CASE, "--n", "1048576", "--out", str(tmp_path / "out.xlsx")]
    assert "at most 1,048,575 scenarios in a worksheet" in refused(*arguments)


@pytest.mark.parametrize("n", [100_000_001, 100_000_000_000_000])
def test_more_scenarios_than_can_be_are_refused_at_once(tmp_path: Path, n: int) -> None:
    arguments = ["simulate", CASE, "--n", str(n)]
    assert "at most 100,000,000 scenarios" in refused(*arguments)
    out = str(tmp_path / "out.parquet")
    assert "at most 100,000,000 scenarios" in refused(*arguments, "--out", out)
    assert "at most 10,000,000 in memory" in refused("simulate", CASE, "--n", "10000001")
    assert list(tmp_path.iterdir()) == []
