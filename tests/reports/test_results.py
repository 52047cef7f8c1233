"""Results: small, sorted, rounded as stated."""

import json
import math

import numpy as np
import pytest

from analysis.reports.notebook import results
from analysis.reports.notebook.results import (
    RESULTS_VARIABLE,
    load_results,
    results_text,
    save_results,
)


def test_numbers_keep_the_stated_digits_and_keys_are_sorted():
    text = results_text(
        {"npv_cny": np.float64(1234567.891), "irr": 0.123456789, "life_years": np.int64(5)},
        headline="It **pays**,\n  rather.",
        significant_digits=4,
    )
    assert json.loads(text) == {
        "headline": "It **pays**, rather.",
        "results": {"irr": 0.1235, "life_years": 5, "npv_cny": 1235000.0},
        "significant_digits": 4,
    }
    assert text.index('"irr"') < text.index('"life_years"') < text.index('"npv_cny"')


def test_arrays_and_mappings_are_kept_and_minus_zero_is_zero():
    text = results_text({"by_year": np.array([-0.0, 1 / 3]), "nested": {"a": None}}, headline="x")
    assert json.loads(text)["results"] == {"by_year": [0.0, 0.333333], "nested": {"a": None}}
    assert "-0" not in text


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"irr": math.nan}, "results.irr: found nan"),
        ({"npv": {"base": [1.0, math.inf]}}, r"results.npv.base\[1\]: found inf"),
        ({"Net NPV": 1}, "found the name 'Net NPV', expected snake case"),
        ({"when": {1, 2}}, "results.when: found set"),
    ],
)
def test_what_json_cannot_hold_is_refused(values, message):
    with pytest.raises(ValueError, match=message):
        results_text(values, headline="x")


def test_a_headline_is_needed():
    with pytest.raises(ValueError, match="headline"):
        results_text({"a": 1}, headline=" ")


def test_they_go_where_the_build_says(tmp_path, monkeypatch):
    target = tmp_path / "results.json"
    monkeypatch.setenv(RESULTS_VARIABLE, str(target))
    save_results({"a": 1}, headline="x")
    assert json.loads(target.read_text())["results"] == {"a": 1}


def test_another_report_loads_what_was_saved(tmp_path, monkeypatch):
    monkeypatch.setattr(results, "RESULTS", tmp_path)
    monkeypatch.setenv(RESULTS_VARIABLE, str(tmp_path / "model.json"))
    save_results({"npv_cny": 1 / 3, "names": ["A"]}, headline="x")
    assert load_results("model") == {"npv_cny": 0.333333, "names": ["A"]}
    with pytest.raises(FileNotFoundError):
        load_results("modle")
