"""How old the tables are, on days worked out by hand."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest
from typer.testing import CliRunner

from analysis.cli.app import app
from analysis.paths import NOTEBOOKS
from analysis.refresh.status import newest_whole_month, series_status
from analysis.reports.notebook.parameter_values import read_parameters


@pytest.mark.parametrize(
    ("day", "is_stale"), [(date(2026, 10, 24), False), (date(2026, 10, 25), True)]
)
def test_rents_are_stale_after_fourteen_days(day, is_stale):
    """The newest quote of an H100 is of 2026-10-10: 14 days old on the 24th."""
    row = series_status(day).loc[("rents", "H100, USD")]
    assert row["newest"] == pd.Timestamp("2026-10-10")
    assert (row["age_days"], row["is_stale"]) == ((day - date(2026, 10, 10)).days, is_stale)


@pytest.mark.parametrize(
    ("company", "newest", "expected"),
    [
        ("Amazon", "2026-06-30", "2026-11-14"),  # 2026-09-30 and 45 days
        ("Microsoft", "2026-06-30", "2026-11-14"),  # first quarter of its year: 45 days too
        ("Oracle", "2026-08-31", "2027-01-14"),  # quarter to 2026-11-30, and 45 days
    ],
)
def test_next_filing(company, newest, expected):
    row = series_status(date(2026, 11, 28)).loc[("filings", company)]
    assert row["newest"] == pd.Timestamp(newest)
    assert row["expected"] == pd.Timestamp(expected)
    due = pd.Timestamp(expected)
    for days, is_stale in ((7, False), (8, True)):
        day = (due + pd.Timedelta(days=days)).date()
        assert series_status(day).loc[("filings", company), "is_stale"] == is_stale


def test_the_window_of_rent_trends_ends_with_the_newest_whole_month(monkeypatch):
    """Fails when the quotes have moved on: then change `last_month` in notebooks/rent_trends.py."""
    window = read_parameters(NOTEBOOKS / "rent_trends.py").defaults["last_month"]
    assert window == newest_whole_month()
    assert "ends its window" not in CliRunner().invoke(app, ["data", "status"]).output
    monkeypatch.setattr("analysis.refresh.status.newest_whole_month", lambda: "2026-10")
    said = CliRunner().invoke(app, ["data", "status"]).output
    assert "rent_trends ends its window in 2026-09; the quotes reach the end of 2026-10" in said


def test_the_command():
    result = CliRunner().invoke(app, ["data", "status"])
    assert result.exit_code == 0
    assert "H100, USD" in result.output
    assert "series are stale" in result.output
    assert "Oracle" in CliRunner().invoke(app, ["data", "status"]).output
