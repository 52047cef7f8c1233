"""The tables of the replication statement are what the project says."""

from __future__ import annotations

import csv
import importlib.util
import json
import re
from types import ModuleType

import pytest
import yaml

from analysis.paths import ROOT


@pytest.fixture(scope="module")
def replication() -> ModuleType:
    spec = importlib.util.spec_from_file_location("replication", ROOT / "tools" / "replication.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_page_is_current(replication: ModuleType) -> None:
    page = replication.TARGET.read_text("utf-8")
    assert page == replication.text(page), "run make docs"


def test_a_page_without_a_place_for_a_table_is_refused(replication: ModuleType) -> None:
    with pytest.raises(ValueError, match="no place for raw tables"):
        replication.text("# Replication statement\n")


def test_every_raw_table_and_published_number_is_on_the_page(replication: ModuleType) -> None:
    page = replication.TARGET.read_text("utf-8")
    for file in (ROOT / "data" / "raw").glob("*.csv"):
        assert f"(../data/raw/{file.name})" in page, file
    for file in (ROOT / "reports" / "results").glob("*.json"):
        line = re.search(rf"^\| `{file.stem}` \| (.*) \|$", page, re.M)
        assert line, file
        assert set(re.findall(r"`(\w+)`", line[1])) == set(json.loads(file.read_text())["results"])


def test_open_terms_are_terms_of_sources(replication: ModuleType) -> None:
    with (ROOT / "data" / "raw" / "sources.csv").open(encoding="utf-8", newline="") as file:
        assert {row["terms_of_use"] for row in csv.DictReader(file)} >= replication.OPEN


def test_tables_on_record_are_raw_tables_of_every_notebook(replication: ModuleType) -> None:
    read = yaml.safe_load(replication.READ.read_text("utf-8"))
    assert list(read) == replication.notebooks()
    known = {file.stem for file in (ROOT / "data" / "raw").glob("*.csv")}
    assert {table for tables in read.values() for table in tables} <= known


@pytest.mark.slow
def test_a_record_is_what_is_loaded(replication: ModuleType) -> None:
    read = yaml.safe_load(replication.READ.read_text("utf-8"))
    assert replication.measured("rent_terms") == read["rent_terms"]  # a report of many tables


@pytest.mark.parametrize("rule", range(1, 17))
def test_each_rule_of_the_standard_has_a_verdict(replication: ModuleType, rule: int) -> None:
    page = replication.TARGET.read_text("utf-8")
    verdict = r"(met|met in part|met for code|not met|not applicable)"
    assert len(re.findall(rf"^\| {rule} [^|]+ \| {verdict} \| [^|]+ \|$", page, re.M)) == 1


def test_links_lead_somewhere(replication: ModuleType) -> None:
    links = re.findall(r"\]\(([^)#]+)[^)]*\)", replication.TARGET.read_text("utf-8"))
    assert [each for each in links if not (ROOT / "docs" / each).exists()] == []
