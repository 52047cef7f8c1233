"""Reports as of a past day: true, or refused with the table that is too short."""

from __future__ import annotations

import json
import os
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from analysis.data import load, load_processed, save_processed
from analysis.data.as_of import DATED, known_by
from analysis.errors import DataError, ParameterError
from analysis.paths import AS_OF_VARIABLE, RESULTS, SAVES_VARIABLE, SHORTER_VARIABLE, WHOLE_VARIABLE
from analysis.reports.build import elsewhere
from analysis.reports.build import past as subject
from analysis.reports.build.manifest import read_manifest, selected
from analysis.reports.run.run import Run, RunError
from analysis.reports.verify.recomputation import Recomputation
from analysis.revision import current_revision

REPORTS = read_manifest().reports
DAY = date(2026, 6, 30)


def asked(name: str, out: Path) -> str:
    (report,) = selected(REPORTS, [name])
    return subject.run_as_of(report, {}, REPORTS, current_revision(), out, DAY)


def test_what_sums_up_other_reports_is_refused(tmp_path):
    """Their results are those of today, whatever the tables are as of."""
    with pytest.raises(ParameterError, match=r"results of .* reports of today"):
        asked("summary", tmp_path / "out.html")


READ = ("fx", "server_facts", "outcomes", "rent_quotes_usd", "rent_quotes_cny")


@pytest.mark.parametrize("n_needed", [1, 2, 3, 5])
def test_the_fewest_tables_with_which_it_would_run_are_named(tmp_path, monkeypatch, n_needed):
    needed = READ[:n_needed]

    def needs(report, parameters, revision, out, *, saves_to):
        assert os.environ[AS_OF_VARIABLE] == "2026-06-30"
        if note := os.environ.get(SHORTER_VARIABLE):
            Path(note).write_text("\n".join(READ), "utf-8")
        if not set(needed) <= set(os.environ.get(WHOLE_VARIABLE, "").split(",")):
            raise RunError(Run("one", Path("one.py")), "\nIndexError: none", None, "", out)
        return "headline"

    monkeypatch.setattr(subject, "run_once", needs)
    with pytest.raises(subject.PastError) as refused:
        asked("return-table", tmp_path / "out.html")
    said = str(refused.value)
    assert said.startswith("return-table cannot be worked out as of 2026-06-30: too short by then")
    assert {name for name in DATED if f"{name} (" in said} == set(needed)
    assert "IndexError" not in said and said.count(".") == 1
    if n_needed == 1:
        assert said.endswith("too short by then is fx (42 of 44 rows, to 2026-06-30).")
    for variable in (AS_OF_VARIABLE, WHOLE_VARIABLE, SHORTER_VARIABLE):
        assert variable not in os.environ


def test_what_does_not_run_with_all_rows_either_blames_no_table(tmp_path, monkeypatch):
    def never(report, parameters, revision, out, *, saves_to):
        out.write_text("as far as it came", "utf-8")
        raise RunError(Run("one", Path("one.py")), "\nIndexError: none", None, "", out)

    monkeypatch.setattr(subject, "run_once", never)
    with pytest.raises(subject.PastError, match=r"nor with all rows .* IndexError: none$"):
        asked("return-table", tmp_path / "out.html")
    assert not [*tmp_path.iterdir()]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "its parameter priced_in is 2026-07"),
        ({"priced_in": "2026-08"}, "its parameter priced_in is 2026-08"),
    ],
)
def test_a_scenario_of_a_later_month_is_refused(tmp_path, given, said):
    """Prices of July were not known in June, whatever tables were."""
    (report,) = selected(REPORTS, ["rental-model-mid-2026"])
    with pytest.raises(subject.PastError, match=f"as of 2026-06-30: {said}") as refused:
        subject.run_as_of(report, given, REPORTS, current_revision(), tmp_path / "out.html", DAY)
    assert str(refused.value).count(".") == 1
    assert not subject._later_parameters(report, {}, date(2026, 7, 1))


def test_how_much_was_known():
    """Of 44 periods of exchange rates those that had ended, the last of them on the day itself."""
    known = known_by(DAY, lambda name: load(name, is_whole=True), ["fx"]).loc["fx"]
    whole = load("fx")
    assert known["n_known"] == (whole["period_end_date"] <= "2026-06-30").sum()
    assert known["n_rows"] == len(whole)
    assert known["newest"] == pd.Timestamp("2026-06-30")


def test_a_table_of_another_report_is_made_as_of_the_same_day(tmp_path, monkeypatch):
    made = []

    def makes(run, *, results, kept):
        made.append((run.name, os.environ[AS_OF_VARIABLE], run.parameters["last_month"]))
        assert os.environ[SAVES_VARIABLE] == str(run.saves_to)

    def reads(report, parameters, revision, out, *, saves_to):
        assert os.environ[SAVES_VARIABLE] == str(saves_to)
        return report.name

    monkeypatch.setattr(elsewhere, "execute", makes)
    monkeypatch.setattr(subject, "run_once", reads)
    assert asked("rental-model", tmp_path / "out.html") == "rental-model"
    assert made == [("rent-trends", "2026-06-30", "2026-06")]


def test_a_table_as_of_another_day_is_not_read(tmp_path, monkeypatch):
    frame = pd.DataFrame({"a": [1.0]})
    keys = {"units": {"a": "USD"}, "made_by": "notebooks/x.py", "folder": tmp_path}
    save_processed(frame, "today", **keys)
    monkeypatch.setenv(AS_OF_VARIABLE, "2026-06-30")
    save_processed(frame, "past", **keys)
    assert json.loads((tmp_path / "past.json").read_text())["as_of"] == "2026-06-30"
    assert len(load_processed("past", made_by="x", folder=tmp_path)) == 1
    with pytest.raises(DataError, match=r"as of today.*as of 2026-06-30"):
        load_processed("today", made_by="x", folder=tmp_path)
    monkeypatch.delenv(AS_OF_VARIABLE)
    with pytest.raises(DataError, match=r"as of 2026-06-30.*a table as of today"):
        load_processed("past", made_by="x", folder=tmp_path)


@pytest.mark.slow
@pytest.mark.notebook
@pytest.mark.parametrize(
    ("name", "day", "said"),
    [
        ("rent-trends", date(2026, 6, 30), "until June 2026"),
        ("rent-terms", date(2026, 9, 30), "to September 2026)"),
    ],
)
def test_a_real_page_says_what_was_known(tmp_path, name, day, said):
    """The page of June knows no price of July, and says another answer than that of today."""
    (report,) = selected(REPORTS, [name])
    out = tmp_path / "page.html"
    headline = subject.run_as_of(report, {}, REPORTS, current_revision(), out, day)
    assert said in headline
    assert out.read_text("utf-8").startswith("<!DOCTYPE html>")
    kept = RESULTS / f"{name}.json"
    assert headline != json.loads(kept.read_text("utf-8"))["headline"]


@pytest.mark.slow
@pytest.mark.notebook
def test_a_real_page_is_refused_with_the_table_that_was_not_there(tmp_path):
    """No row of terms is of 2025; all its other tables reach far enough."""
    (report,) = selected(REPORTS, ["rent-terms"])
    said = r"as of 2025-12-31: too short by then is rent_terms \(0 of \d+ rows\)\.$"
    with pytest.raises(subject.PastError, match=said):
        subject.run_as_of(
            report, {}, REPORTS, current_revision(), tmp_path / "out.html", date(2025, 12, 31)
        )
    assert not (tmp_path / "out.html").exists()


def cut_by_hand(name, frame, day, load):
    """Rows of days by then; a month counts once it has ended, a year likewise."""
    last = day.isoformat()
    columns = {
        "rent_quotes_usd": "quote_date",
        "rent_quotes_cny": "quote_date",
        "rent_terms": "quote_date",
        "server_facts": "fact_date",
        "fx": "period_end_date",
    }
    if name not in columns:
        return frame
    days = frame[columns[name]].dt.strftime("%Y-%m-%d")
    precision = frame.get("date_precision", pd.Series("day", index=frame.index))

    def later(n_days):
        return (frame[columns[name]] + pd.Timedelta(days=n_days)).dt.strftime("%Y-%m-%d")

    quarter_end = ((frame[columns[name]].dt.month + 2) // 3 * 3).astype(str).str.zfill(2)
    ends = {
        "day": days,
        "month": days.str[:7] + "-30",  # of June, with which no other month's end is compared
        "quarter": days.str[:5] + quarter_end + "-30",
        "year": days.str[:4] + "-12-31",
        "week": later(6),
        "several months": later(183),
    }
    is_known = pd.Series(data=False, index=frame.index)
    for words, end in ends.items():
        is_known |= (precision == words) & (end <= last)
    assert last.endswith("-06-30")
    assert precision[days <= last].isin([*ends]).all()
    return frame[is_known.to_numpy()].reset_index(drop=True)


@pytest.mark.slow
def test_a_past_page_is_that_of_the_rows_of_its_day(tmp_path, monkeypatch):
    """Every number of rents as of June, from today's tables and from tables cut by another rule."""
    monkeypatch.setenv(AS_OF_VARIABLE, DAY.isoformat())
    (tmp_path / "asked").mkdir()
    (tmp_path / "cut").mkdir()
    asked_for = Recomputation(REPORTS, tmp_path / "asked").values("rent-trends")
    monkeypatch.setattr("analysis.data.tables.as_of", cut_by_hand)
    cut = Recomputation(REPORTS, tmp_path / "cut").values("rent-trends")
    assert asked_for == cut
    today = json.loads((RESULTS / "rent-trends.json").read_text("utf-8"))
    assert asked_for.keys() == today["results"].keys()
    assert asked_for["rebound"] < today["results"]["rebound"]  # rents rose on after June
