"""What moved between two states of results and tables."""

from __future__ import annotations

import json

import pandas as pd
import pytest

from analysis.data import load
from analysis.data.past_rows import differences, write_without
from analysis.data.raw_folder import RAW
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
    write_without(found, tmp_path / "raw")
    rates = load("fx", tmp_path / "raw").set_index("period")["cny_per_usd"]
    assert "2026Q3" not in rates.index
    assert rates["2026Q2"] == 6.9
    assert len(load("rent_quotes_usd", tmp_path / "raw")) == len(load("rent_quotes_usd"))


def test_the_share_of_a_sources_rows_is_found_by_leaving_them_out(monkeypatch):
    """A page that prints the newest rate: 6.740603 with the row of 2026Q3, 6.804787 without it."""
    text = (RAW / "fx.csv").read_text("utf-8")
    past = "".join(x for x in text.splitlines(keepends=True) if not x.startswith("2026Q3"))
    (came,) = differences(lambda path: past if path.name == "fx.csv" else path.read_text("utf-8"))

    def newest(report, place):
        return {"newest": float(load("fx", place / "tables")["cny_per_usd"].iloc[-1]), "same": 1}

    monkeypatch.setattr(subject, "_results_of", newest)
    after = {"newest": 6.740603, "same": 1}
    found = subject.causes(OneReport(), ["newest", "same"], [came], after)
    assert list(found.index) == [("newest", "rtt-fx in fx: 1 rows added, 0 changed")]
    assert found["share"].iloc[0] == pytest.approx(6.740603 - 6.804787)
    (line,) = subject.cause_lines(found)
    assert line.endswith("6.80479 (they move it by -0.064184)")


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
