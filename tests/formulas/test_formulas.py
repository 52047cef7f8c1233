"""Every formula is found, with its equation and its place, and stands on the page."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from analysis.cli.app import app
from analysis.formulas.catalog import catalog
from analysis.formulas.lookup import UnknownFormulaError, find
from analysis.formulas.page import PAGE, page
from analysis.paths import ROOT
from analysis.rental import Assumptions
from analysis.rental.inputs.parameters import PARAMETERS, SERIES
from analysis.rental.model.declaration import declare
from analysis.rental.model.measures.declared import MEASURES
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


def test_near_names_are_said() -> None:
    with pytest.raises(UnknownFormulaError, match=r"near are .*dscr_minimum"):
        find("dscr_minimun")


def test_the_command() -> None:
    said = CliRunner().invoke(app, ["explain", "llcr"])
    assert said.exit_code == 0, said.output
    assert "loan_life_present_value_cny" in said.output
    assert "analysis/rental/model/measures/declared.py:" in said.output
    (found,) = json.loads(CliRunner().invoke(app, ["explain", "llcr", "--json"]).stdout)
    assert found["name"] == "llcr" and found["row"] > 0
