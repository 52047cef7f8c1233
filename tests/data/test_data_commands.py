"""The command line of the raw tables."""

from __future__ import annotations

import shutil
import subprocess
import sys

import pytest
from typer.testing import CliRunner

from analysis.cli.app import app
from analysis.data import load
from analysis.data.raw_folder import RAW
from analysis.errors import DataError
from analysis.paths import ROOT

RUN = CliRunner()


def test_check():
    result = RUN.invoke(app, ["data", "check"])
    assert result.exit_code == 0
    assert "every row is as described." in result.output


def test_describe_lists_tables_and_columns():
    assert "CNY per USD, period averages" in RUN.invoke(app, ["data", "describe"]).output
    columns = RUN.invoke(app, ["data", "describe", "fx"]).output
    assert "cny_per_usd" in columns
    assert "CNY per USD" in columns


def test_seal_after_an_edit(raw):
    raw.write("fx", raw.content("fx").replace(b"7.1957", b"7.1958"), sealed=False)
    command = ["data", "seal", "fx", "--folder", str(raw.folder)]
    assert isinstance(RUN.invoke(app, command).exception, DataError)  # one row, not counted
    result = RUN.invoke(app, [*command, "--changed", "1"])
    assert result.exit_code == 0
    assert len(load("fx", raw.folder)) == 44


def test_a_fault_is_printed_as_text_and_exits_with_2(raw):
    raw.put("fx", 2, "cny_per_usd", "abc")
    run = subprocess.run(
        [sys.executable, "-m", "analysis", "data", "check", "--folder", str(raw.folder)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 2
    assert run.stdout == ""
    assert "fx.csv, row 2, column cny_per_usd: found 'abc', expected a plain number" in run.stderr
    assert "Traceback" not in run.stderr


def test_own_quotes_are_shown_judged_and_kept_apart(project):
    """Two good rows, one of them by a hand-set unit, and a row that asks for a call."""
    shutil.copytree(RAW, project.root / "data/raw", dirs_exist_ok=True)
    project.write(
        "mine.csv",
        "Datum;Modell;Preis\n01.10.2026;H100;2,49\n02.10.2026;H100;2,51\n"
        "03.10.2026;H100;auf Anfrage\n",
    )
    command = ("data", "add", "quotes", "mine.csv", "--set", "unit=EUR per GPU-hour")
    before = {path: path.read_bytes() for path in (project.root / "data/raw").iterdir()}
    dry = project.command(*command, "--dry-run")
    assert dry.returncode == 0
    assert not (project.root / "data/own").exists()
    done = project.command(*command)
    assert done.returncode == 0
    assert "2.49 EUR per GPU-hour" in done.stdout
    assert "Taken for granted: a row without a provider is of 'mine'" in done.stdout
    assert (
        "Refused: mine.csv, row 4, column Preis: found 'auf Anfrage', expected a price above zero"
        in done.stdout
    )
    assert "2 rows kept in data/own/own_quotes.csv, 1 refused." in done.stdout
    assert {path: path.read_bytes() for path in before} == before
    assert sorted(path.name for path in (project.root / "data/own").iterdir()) == [
        "datapackage.json",
        "own_quotes.csv",
    ]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("add", "quotes", "none.csv"), "no such file"),
        (("add", "prices", "none.csv"), "perhaps server-prices"),
        (("add", "quotes", "mine.csv", "--map", "price"), "FIELD=VALUE"),
        (("add", "quotes", "mine.csv"), "say --map gpu=COLUMN"),
        (("template", "quote"), "perhaps quotes"),
    ],
)
def test_a_wrong_add_is_refused_in_a_line(project, arguments, said):
    project.write("mine.csv", "a,b\n1,2\n")
    run = project.command("data", *arguments)
    assert run.returncode == 2
    assert said in run.stderr
    assert "Traceback" not in run.stderr


def test_help_does_not_wait_for_pandas():
    program = (
        "import sys, analysis.cli.app;sys.exit('pandas' in sys.modules or 'pandera' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=False).returncode == 0
