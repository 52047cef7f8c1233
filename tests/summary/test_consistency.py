"""Headlines against the tables of their own page, over all committed results."""

import json
import re

import pytest

from analysis.paths import RESULTS
from analysis.reports.build.manifest import read_manifest

REPORTS = {report.name: report for report in read_manifest().reports}
SAVED = {
    name: json.loads((RESULTS / f"{name}.json").read_text("utf-8"))
    for name in REPORTS
    if (RESULTS / f"{name}.json").is_file()
}
RENTAL = [name for name in SAVED if REPORTS[name].notebook == "rental_model"]


def test_every_report_has_committed_results_and_nothing_else_has() -> None:
    assert set(SAVED) == set(REPORTS)
    assert {file.stem for file in RESULTS.glob("*.json")} == set(REPORTS)


@pytest.mark.parametrize("name", RENTAL)
def test_what_pays_bears_its_own_decline_and_what_does_not_does_not(name: str) -> None:
    results, headline = SAVED[name]["results"], SAVED[name]["headline"]
    bearable, assumed = results["rent_decline_project_npv_zero"], results["rent_decline_per_year"]
    assert (results["project_npv_cny"] >= 0) == (bearable >= assumed)
    says_pays = re.search(r"\bit pays without debt\b", headline) is not None
    assert says_pays == (results["project_npv_cny"] > 0.02 * results["server_price_cny"])


@pytest.mark.parametrize("name", RENTAL)
def test_a_rental_headline_has_its_month_and_the_figures_of_its_page(name: str) -> None:
    results, headline = SAVED[name]["results"], SAVED[name]["headline"]
    assert results["priced_in"] in headline
    for value in (results["project_npv_cny"], results["project_npv_full_cost_cny"]):
        assert f"{value / 1e6:.2f} m CNY" in headline


@pytest.mark.parametrize("name", RENTAL)
def test_a_higher_hurdle_bears_no_faster_fall(name: str) -> None:
    results = SAVED[name]["results"]
    at_ten, at_fifteen = results["rent_decline_npv_zero"], results["rent_decline_irr_wanted"]
    assert at_ten is None or at_fifteen is None or at_fifteen <= at_ten + 1e-6


def test_one_figure_has_one_value_on_all_pages() -> None:
    market, table = SAVED["rental-market"]["results"], SAVED["return-table"]["results"]
    base = SAVED["rental-model"]["results"]
    assert table["equity_npv_as_printed_cny"] == base["equity_npv_cny"]
    assert table["payback_source_years"] == base["payback_source_years"]
    assert market["rent_last_cny_per_server_month"] >= table["rent_last_quotes_low_cny"]
