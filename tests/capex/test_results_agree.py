"""One figure has one value on all pages of this family, and no verdict is without its date."""

import json
import re

import pytest

from analysis.paths import RESULTS
from analysis.reports import load_results
from analysis.reports.build.manifest import read_manifest

NOTEBOOKS = {"capex_intensity", "bubble_indicators", "bubble_verdict"}
PAGES = [one.name for one in read_manifest().reports if one.notebook in NOTEBOOKS]


def test_rates_of_spending_are_the_same_on_two_pages():
    spending, verdict = load_results("capex-intensity"), load_results("bubble-verdict")
    assert verdict["united_states"]["capex_to_revenue"] == spending["capex_to_revenue_us"]
    assert verdict["china"]["capex_to_revenue"] == spending["capex_to_revenue_china"]


def test_scenarios_differ_where_the_future_does():
    pages = [load_results(name) for name in PAGES if name.startswith("bubble-indicators")]
    ratios = [tuple(sorted(one["ratio_2029_growing_before"].items())) for one in pages]
    closes = [tuple(one["close_growing_before"]) for one in pages]
    assert len(set(ratios)) == len(ratios) == len(set(closes))


@pytest.mark.parametrize("name", PAGES)
def test_companies_said_to_pass_are_those_of_the_table(name):
    results = load_results(name)
    for company in results.get("covered_growing_before", []):
        assert results["ratio_2029_growing_before"][company.lower()] < 1.0
    for company in results.get("not_covered_growing_before", []):
        chance = results["p_covered_growing_before"][company.lower()]
        assert chance < 0.6


@pytest.mark.parametrize("name", PAGES)
def test_every_headline_has_its_quarter(name):
    assert re.search(r"20[0-9]{2}Q[1-4]", headline(name))


@pytest.mark.parametrize("name", PAGES)
def test_a_headline_can_be_repeated(name):
    for sentence in re.split(r"(?<=[.]) ", headline(name)):
        assert len(sentence.split()) <= 40, sentence


def headline(name):
    return json.loads((RESULTS / f"{name}.json").read_text(encoding="utf-8"))["headline"]
