"""Headlines against the tables of their own page, over all committed results."""

import calendar
import json
import re
from collections.abc import Iterator

import pytest

from analysis.figures.dates import dates_in_words
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
    assert dates_in_words(results["priced_in"]) in headline
    for value in (results["project_npv_cny"], results["project_npv_full_cost_cny"]):
        assert f"{value / 1e6:.2f} m CNY" in headline


@pytest.mark.parametrize("name", RENTAL)
def test_a_higher_hurdle_bears_no_faster_fall(name: str) -> None:
    results = SAVED[name]["results"]
    at_ten, at_fifteen = results["rent_decline_npv_zero"], results["rent_decline_irr_wanted"]
    assert at_ten is None or at_fifteen is None or at_fifteen <= at_ten + 1e-6


NO_FIGURE = re.compile(
    rf"\b\d{{1,2}} (?:{'|'.join(calendar.month_name[1:])}) (?:19|20)\d\d\b"
    r"|\b(?:19|20)\d\d(?:-\d\d(?:-\d\d)?|[QH]\d)?\b|\b[A-Z]\d+\b|20\d\d ?年|\d+ ?月"
)
"""Dates and names of GPUs."""
FIGURE = re.compile(r"([-−]?\d[\d,]*(?:\.\d+)?)( ?%)?")


def saved_numbers(saved: object) -> Iterator[float]:
    if isinstance(saved, dict):
        for value in saved.values():
            yield from saved_numbers(value)
    elif isinstance(saved, list):
        yield float(len(saved))
        for value in saved:
            yield from saved_numbers(value)
    elif isinstance(saved, int | float) and not isinstance(saved, bool):
        yield float(saved)


def figures_not_saved(headline: str, results: object) -> list[str]:
    """Figures of a headline that no result of its page rounds to, in its unit or a larger one."""
    values = list(saved_numbers(results))
    missing = []
    for printed in FIGURE.finditer(NO_FIGURE.sub(" ", headline)):
        digits = printed[1].replace(",", "").replace("−", "-")
        half = 0.5 * 10.0 ** -len(digits.partition(".")[2]) * (1 + 1e-9)
        larger = (1e-3, 1e-6, 1e-9) if float(digits) else ()  # in which anything is about zero
        scales = (100.0,) if printed[2] else (1.0, 100.0, *larger)
        near = (
            abs(abs(value * scale) - abs(float(digits))) for value in values for scale in scales
        )
        if not any(distance <= half for distance in near):
            missing.append(printed[0])
    return missing


@pytest.mark.parametrize("name", SAVED)
def test_a_headline_has_only_figures_that_its_page_saved(name: str) -> None:
    assert figures_not_saved(SAVED[name]["headline"], SAVED[name]["results"]) == []


def test_a_headline_that_contradicts_its_page_is_found() -> None:
    results = {"fall": -0.3712, "npv_cny": -403_591.0, "companies": ["A", "B"]}
    told = "Of 2 companies on 9 September 2026 H100 rents fell by 37%, NPV -0.40 m CNY."
    assert figures_not_saved(told, results) == []
    assert figures_not_saved(told.replace("37%", "38%"), results) == ["38%"]
    assert figures_not_saved(told.replace("-0.40", "-0.42"), results) == ["-0.42"]
    assert figures_not_saved(told.replace("Of 2", "Of 3"), results) == ["3"]
    assert figures_not_saved("Of them 0.", {"companies": 9}) == ["0"]


def test_a_purchase_that_pays_if_rent_stays_does_so_by_its_own_figures() -> None:
    saved = SAVED["rental-market"]
    results = saved["results"]
    pays = "pays without debt if its rent stays" in saved["headline"]
    assert pays == (results["project_npv_last_vintage_cny"] > 0)
    in_summary = "pays without debt if its rent stays" in SAVED["summary"]["headline"]
    assert in_summary == pays


def test_both_summaries_save_the_same() -> None:
    assert SAVED["summary"]["results"] == SAVED["summary-zh"]["results"]


def test_the_last_rent_is_no_lower_than_the_lowest_quote() -> None:
    market, table = SAVED["rental-market"]["results"], SAVED["return-table"]["results"]
    assert market["rent_last_cny_per_server_month"] >= table["rent_last_quotes_low_cny"]
