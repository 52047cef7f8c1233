"""Every formula is found, with its equation and its place, and stands on the page."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from analysis.capex.filings.panel import METRICS
from analysis.claims.verdicts import VERDICTS
from analysis.cli.app import app
from analysis.formulas.catalog import catalog
from analysis.formulas.formulas_page import PAGE, page
from analysis.formulas.lookup import UnknownFormulaError, find
from analysis.operators import parallel
from analysis.paths import ROOT
from analysis.printed.book import Book
from analysis.rental import Assumptions
from analysis.rental.inputs.parameters import PARAMETERS, SERIES
from analysis.rental.model.declaration import declare
from analysis.rental.model.measures.declared_measures import MEASURES
from analysis.rental.model.structure import Structure


def test_the_page_is_what_the_code_says() -> None:
    written = PAGE.read_text(encoding="utf-8") == page()
    assert written, "stale: run `python -m analysis explain --page` and commit docs/formulas.md"


def test_every_name_on_the_page_is_found() -> None:
    names = [row[5:-1] for row in page().splitlines() if row.startswith("### ")]
    assert len(names) == len(catalog())
    for name in names:
        assert find(name)[0].name == name


def test_every_line_and_measure_is_there() -> None:
    declaration = declare(Structure.of(Assumptions()))
    lines = [*declaration.constants, *declaration.lines]
    assert {line.name for line in lines} <= set(catalog())
    assert set(MEASURES) <= set(catalog())
    assert {"gsadf", "time_product_dummy", "capex_to_revenue"} <= set(catalog())
    # lines of other choices, of two choices together as well
    assert {"level_payment_cny", "vat_due_cny", "market_rent_index"} <= set(catalog())
    assert len(catalog()["depreciation_cny"].equations) >= 5


def test_the_place_is_where_it_is_declared() -> None:
    for entry in catalog().values():
        row = (ROOT / entry.file).read_text(encoding="utf-8").splitlines()[entry.row - 1]
        assert row.strip(), entry
    entry = catalog()["ebitda_cny"]
    rows = (ROOT / entry.file).read_text(encoding="utf-8").splitlines()
    assert any('"ebitda_cny"' in row for row in rows[entry.row - 1 : entry.row + 1])


def test_what_reads_and_what_is_read_agree() -> None:
    known = {*catalog(), *PARAMETERS, *SERIES}
    for entry in catalog().values():
        for name in entry.read_by:
            assert entry.name in catalog()[name].reads
        if entry.kind in ("line", "constant", "running total", "measure"):
            assert set(entry.reads) <= known, entry.name
    assert "ebitda_cny" in catalog()["cfads_cny"].reads
    assert "cfads_cny" in catalog()["ebitda_cny"].read_by


@pytest.mark.parametrize("asked", ["dscr", "DSCR", "偿债", "debt service cover"])
def test_it_is_found_by_any_of_its_words(asked: str) -> None:
    assert [entry.name for entry in find(asked)][:2] == ["dscr_minimum", "dscr_average"]


@pytest.mark.parametrize(
    ("asked", "first"),
    [
        ("bootstrap", "provider_bootstrap"),
        ("interval of the index", "rent_index_interval"),
        ("90 % interval", "rent_index_interval"),
        ("confidence interval", "rent_index_interval"),
        ("置信区间", "rent_index_interval"),
        ("net present value", "project_npv_cny"),
        ("净现值", "project_npv_cny"),
        ("折旧", "depreciation_cny"),
        ("Depreciation", "depreciation_cny"),
        ("capex intensity", "capex_to_revenue"),
        ("资本开支强度", "capex_to_revenue"),
        ("revenue per GPU-hour", "unit_economics"),
        ("contradicts itself", "verdict"),
        ("Bai-Perron", "sup_f"),
        ("power usage effectiveness", "pue"),
        ("levelized cost", "levelized_cost_cny_per_gpu_hour"),
    ],
)
def test_what_newcomers_ask_finds_what_they_mean(asked: str, first: str) -> None:
    assert find(asked)[0].name == first


@pytest.mark.parametrize("asked", ["VAT", "vat", "value-added tax", "增值税"])
def test_a_tax_finds_its_lines_and_nothing_that_only_holds_its_letters(asked: str) -> None:
    names = [entry.name for entry in find(asked)]
    assert {"vat_paid_cny", "vat_credit_cny", "vat_output_rate"} <= set(names)
    assert "sadf" not in names  # "observation" holds the letters


def test_what_operators_earn_is_found_by_each_of_its_names() -> None:
    book = Book()
    assert set(parallel.unit_economics(book)) <= set(catalog()["unit_economics"].terms)
    for name in parallel.unit_economics(book):
        assert find(name)[0].name == "unit_economics"


def test_every_verdict_is_found() -> None:
    for verdict in VERDICTS:
        assert find(verdict)[0].name == "verdict", verdict


def test_indicators_say_what_they_read() -> None:
    for entry in catalog().values():
        if entry.kind == "indicator":
            assert entry.reads and set(entry.reads) <= set(METRICS), entry.name


def test_near_names_are_said() -> None:
    with pytest.raises(UnknownFormulaError, match=r"near are .*dscr_minimum"):
        find("dscr_minimun")


def test_the_command() -> None:
    said = CliRunner().invoke(app, ["explain", "llcr"])
    assert said.exit_code == 0, said.output
    assert "loan_life_present_value_cny" in said.output
    assert "analysis/rental/model/measures/declared_measures.py:" in said.output
    (found,) = json.loads(CliRunner().invoke(app, ["explain", "llcr", "--json"]).stdout)
    assert found["name"] == "llcr" and found["row"] > 0
