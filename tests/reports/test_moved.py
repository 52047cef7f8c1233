"""What moved between two states of results and tables."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from analysis.data import load
from analysis.data.past_rows import differences, write_without
from analysis.data.raw_folder import RAW
from analysis.paths import RAW_VARIABLE, ROOT
from analysis.reports.run.run import Run
from analysis.reports.site import moved_section as section
from analysis.reports.verify import moved as subject
from analysis.reports.verify.moved import changelog_rows, flat_results, moved_numbers


class OneReport:
    name = "one"


@pytest.fixture
def two_states(tmp_path, monkeypatch):
    before = {"headline": "It pays", "results": {"npv": 100.0, "kept": 1, "by": {"a": 2.0}}}
    after = {"headline": "It does not", "results": {"npv": 90.0, "kept": 1, "by": {"a": None}}}
    (tmp_path / "one.json").write_text(json.dumps(after))
    monkeypatch.setattr(subject, "RESULTS", tmp_path)
    monkeypatch.setattr(subject, "file_at", lambda commit, path: json.dumps(before))


def test_numbers_that_differ_are_named_with_their_change(two_states):
    moved = moved_numbers([OneReport()])
    assert list(moved.index) == [("one", "headline"), ("one", "npv"), ("one", "by.a")]
    assert moved.loc[("one", "npv"), "change"] == pytest.approx(-0.1)
    assert pd.isna(moved.loc[("one", "by.a"), "change"])
    assert changelog_rows(moved, []) == [
        "| one | npv | 100 | 90 | to be said |",
        "| one | by.a | 2 | none | to be said |",
    ]


def test_nothing_at_a_commit_that_had_no_results():
    assert flat_results("") == {}


def test_rows_that_came_and_changed_by_source_and_the_tables_without_them(tmp_path):
    """Of the rates as they are, 2026Q3 came and 2026Q2 changed."""
    text = (RAW / "fx.csv").read_text("utf-8")
    lines = text.splitlines(keepends=True)
    (third,) = [line for line in lines if line.startswith("2026Q3")]
    past = "".join(line for line in lines if line != third).replace("6.804787", "6.9")

    def as_it_was(path):
        return past if path.name == "fx.csv" else path.read_text("utf-8")

    (found,) = differences(as_it_was)
    assert str(found) == "rtt-fx in fx: 1 rows added, 1 changed"
    write_without([found], tmp_path / "raw")
    rates = load("fx", tmp_path / "raw").set_index("period")["cny_per_usd"]
    assert "2026Q3" not in rates.index
    assert rates["2026Q2"] == 6.9
    assert len(load("rent_quotes_usd", tmp_path / "raw")) == len(load("rent_quotes_usd"))
    program = "from analysis.data import load; print(len(load('fx')))"
    run = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, RAW_VARIABLE: str(tmp_path / "raw")},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (run.stdout.strip(), run.stderr) == (str(len(load("fx")) - 1), "")


@pytest.fixture
def newest_rate(monkeypatch, tmp_path):
    """A page that prints the newest rate: 6.740603 with the row of 2026Q3, 6.804787 without it."""

    def newest(report, place, variable=""):
        assert variable == "COMPUTE_RENTAL_RAW"
        rate = float(load("fx", place / "tables")["cny_per_usd"].iloc[-1])
        return {"headline": "h", "newest": rate, "same": 1}

    monkeypatch.setattr(subject, "_results_of", newest)
    monkeypatch.setattr(subject, "RESULTS", tmp_path)
    text = json.dumps({"headline": "h", "results": {"newest": 6.740603, "same": 1}})
    (tmp_path / "one.json").write_text(text)
    past = "".join(
        line
        for line in (RAW / "fx.csv").read_text("utf-8").splitlines(keepends=True)
        if not line.startswith("2026Q3")
    )
    return differences(lambda path: past if path.name == "fx.csv" else path.read_text("utf-8"))


def test_the_share_of_a_sources_rows_is_found_by_leaving_them_out(newest_rate):
    moved = subject.moved_by_rows([OneReport()], newest_rate, "yesterday")
    (number,) = moved.numbers
    assert (number.number, number.before, number.after) == ("newest", 6.804787, 6.740603)
    (cause,) = number.causes
    assert cause.rows == "rtt-fx in fx: 1 rows added, 0 changed"
    assert cause.share == pytest.approx(6.740603 - 6.804787)
    lines = subject.moved_record_lines(moved)
    assert lines[-2] == "- newest: 6.80479 → 6.7406 (-0.94%)"
    assert lines[-1].endswith("6.80479 (they move it by -0.064184)")


def test_what_moved_is_a_page_and_a_section_of_the_changes(newest_rate, tmp_path, monkeypatch):
    """Kept and read again it is the same; old, new and the rows stand in one line of a table."""
    moved = subject.moved_by_rows([OneReport()], newest_rate, "yesterday")
    section.write_record(moved, tmp_path / "moved.json")
    assert section.read_record(tmp_path / "moved.json") == moved
    page = section.moved_sheet(moved).body
    for words in ("yesterday", "6.80479", "6.7406", "-0.94%", "rtt-fx in fx: 1 rows added"):
        assert words in page
    assert "href" not in page
    monkeypatch.setattr(section, "MOVED", tmp_path / "moved.json")
    assert 'href="one.html"' in section.moved_section(["one"])


def test_nothing_is_said_of_rows_where_nothing_was_kept(tmp_path):
    assert section.read_record(tmp_path / "moved.json") is None


def test_a_page_that_cannot_be_worked_out_without_rows_says_so(newest_rate, monkeypatch):
    def fails(report, place, variable=""):
        run = Run("one", Path("one.py"))
        raise subject.RunError(run, f"{place}/tables/fx.csv: no rows", None, "", place)

    monkeypatch.setattr(subject, "_results_of", fails)
    moved = subject.moved_by_rows([OneReport()], newest_rate, "yesterday")
    assert [each.before for each in moved.numbers] == [f"{subject.CANNOT}: fx.csv: no rows"] * 3


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--own", "--causes"], "one of them"),
        (["--own", "--keep"], "own numbers are on no published page"),
        (["--keep"], "--causes too"),
        (["--out", "a.html"], "--causes or --own"),
        (["--causes", "--out", "a.pdf"], "a name that ends in .html"),
    ],
)
def test_options_that_cannot_be_meant_together_are_refused(arguments, said):
    from typer.testing import CliRunner

    from analysis.cli.data import app

    run = CliRunner().invoke(app, ["moved", *arguments])
    assert run.exit_code == 2 or said in str(run.exception)
    assert said in (run.output + str(run.exception))


@pytest.mark.parametrize(
    ("parameters", "is_due"),
    [({"segment": "own"}, True), ({"with_own_quotes": True}, True), ({}, False)],
)
def test_reports_that_read_own_quotes_are_due_after_an_add(
    tmp_path, monkeypatch, parameters, is_due
):
    from analysis.reports.build import graph
    from analysis.reports.build.manifest import read_manifest, selected
    from analysis.reports.notebook.imports import ImportGraph

    mine = tmp_path / "own_quotes.csv"
    mine.write_text("a\n")
    monkeypatch.setattr(graph, "OWN", tmp_path)
    (report,) = selected(read_manifest().reports, ["rent-trends"])
    changed = report.model_copy(update={"parameters": parameters})
    assert (mine in graph.run_files(changed, ImportGraph())) == is_due
