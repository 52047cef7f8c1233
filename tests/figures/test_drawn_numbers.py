"""The numbers behind a figure are those that were drawn."""

import csv
import io

import pandas as pd
import pytest
from matplotlib.figure import Figure

from analysis.figures.drawn_numbers import numbers_drawn


@pytest.fixture
def axes():
    return Figure().subplots()


def rows(axes):
    return list(csv.reader(io.StringIO(numbers_drawn(axes.figure))))[1:]


def test_bars_by_name_up_and_across(axes):
    axes.bar(["Meta", "Tencent"], [3, -2], label="profit")
    assert rows(axes) == [
        ["1", "bar", "profit", "Meta", "3"],
        ["1", "bar", "profit", "Tencent", "-2"],
    ]


def test_lying_bars(axes):
    axes.barh(["Meta", "Tencent"], [3, -2])
    assert [row[3:] for row in rows(axes)] == [["3", "Meta"], ["-2", "Tencent"]]


def test_stacked_bars_end_where_they_are_drawn(axes):
    axes.bar([1], [2])
    axes.bar([1], [3], bottom=[2])
    assert [row[3:] for row in rows(axes)] == [["1", "2"], ["1", "5"]]


def test_dates_are_days(axes):
    axes.plot(pd.to_datetime(["2025-01-01", "2025-02-01"]), [1.5, 2.5], label="rent")
    assert rows(axes) == [
        ["1", "line", "rent", "2025-01-01", "1.5"],
        ["1", "line", "rent", "2025-02-01", "2.5"],
    ]


def test_points_and_bands(axes):
    axes.scatter([1, 2], [3, 4], label="quotes")
    axes.fill_between([0, 1], [0, 0], [1, 2], label="90 %")
    found = rows(axes)
    assert found[:2] == [["1", "point", "quotes", "1", "3"], ["1", "point", "quotes", "2", "4"]]
    assert {"area"} == {row[1] for row in found[2:]}
    assert ["1", "area", "90 %", "1", "2"] in found


def test_lines_across_a_panel_are_no_data(axes):
    axes.axhline(1.0)
    axes.plot([0, 1], [0, 1], label="_child0")
    assert [row[1:3] for row in rows(axes)] == [["line", ""], ["line", ""]]
