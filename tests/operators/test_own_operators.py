"""Own operators beside those that print their figures."""

from __future__ import annotations

import math

import pytest

from analysis.data.own.store import add
from analysis.errors import DataError
from analysis.operators.own_operators import own_in_words, own_left, own_operators, saved_of_own
from analysis.paths import OWN_VARIABLE


@pytest.fixture
def added(tmp_path, monkeypatch):
    monkeypatch.setenv(OWN_VARIABLE, str(tmp_path / "own"))

    def put(text: str) -> None:
        (tmp_path / "mine.csv").write_text(text, "utf-8")
        add("operators", tmp_path / "mine.csv", fixed={"currency": "CNY"})

    return put


def test_what_is_left_of_an_own_operators_newest_period(added):
    """A: 12 / 240 after all, 30 / 240 before interest; B: (50 - 40) / 100 instead."""
    added(
        "公司,报告期,营业收入,净利润,营业利润,EBITDA,折旧\n"
        "甲,2026Q1,200,4,20,,\n甲,2026Q2,240,12,30,,\n乙,2026Q2,100,-2,,50,40\n"
    )
    table = own_operators(with_own=True)
    left = own_left(table)
    assert left.loc["甲, own"].tolist() == ["2026-04-01 to 2026-06-30", 0.125, 0.05]
    assert left.loc["乙, own"].tolist() == ["2026-04-01 to 2026-06-30", 0.1, -0.02]
    assert set(saved_of_own(left)["net_margin_of_own"].values()) == {0.05, -0.02}
    assert "mine.csv" in own_in_words(table)


def test_an_operator_without_revenue_or_profit_is_refused(added):
    added("company,quarter,revenue\nMine,2026Q2,100\n")
    with pytest.raises(DataError, match="revenue and net_income of one period"):
        own_operators(with_own=True)


def test_none_are_taken_where_none_are_asked_for(added):
    added("company,quarter,revenue,net income\nMine,2026Q2,100,5\n")
    table = own_operators(with_own=False)
    assert table.empty and own_left(table).empty
    assert own_in_words(table) == "" and saved_of_own(own_left(table)) == {}
    mine = own_left(own_operators(with_own=True))
    assert math.isnan(mine["after_depreciation"].iloc[0])


def test_own_operators_that_are_not_there_are_asked_for(added):
    with pytest.raises(DataError, match="data add operators"):
        own_operators(with_own=True)
