"""The command line of the raw tables."""

from __future__ import annotations

import subprocess
import sys

from typer.testing import CliRunner

from analysis.cli.app import app
from analysis.data import load
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
    result = RUN.invoke(app, ["data", "seal", "fx", "--folder", str(raw.folder)])
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


def test_help_does_not_wait_for_pandas():
    program = (
        "import sys, analysis.cli.app;sys.exit('pandas' in sys.modules or 'pandera' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=False).returncode == 0
