"""Cases and records written and read back."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given, settings

from analysis.errors import AssumptionError
from analysis.rental import Assumptions, case_names, evaluate, load_case
from analysis.rental.inputs.cases import dump_case, parse_case

from .strategies import cases, steady


@steady
@given(cases())
def test_a_case_written_out_reads_back_the_same(case: Assumptions) -> None:
    assert parse_case(dump_case(case), "case.yaml") == case
    assert parse_case(case.model_dump_json(), "case.json") == case


@settings(steady, max_examples=12)  # remarks of a new structure take a second
@given(cases())
def test_a_record_is_json_and_holds_its_case(case: Assumptions) -> None:
    record = evaluate(case).record()
    read = json.loads(json.dumps(record, allow_nan=False))
    assert read == record
    assumed = {name: read[name] for name in Assumptions.model_fields}
    assert Assumptions(**assumed) == case


@steady
@given(cases())
def test_the_schema_accepts_every_case(case: Assumptions) -> None:
    jsonschema.validate(case.model_dump(mode="json"), Assumptions.model_json_schema())


def test_the_schema_names_unit_and_meaning_of_every_assumption() -> None:
    schema = Assumptions.model_json_schema()
    assert schema["additionalProperties"] is False
    for name, field in schema["properties"].items():
        assert field["description"], name
        assert "unit" in field, name


def test_a_file_may_leave_out_what_it_does_not_change(tmp_path: Path) -> None:
    file = tmp_path / "case.yaml"
    file.write_text("utilization: 0.7\n", encoding="utf-8")
    assert load_case(file) == Assumptions(utilization=0.7)


@pytest.mark.parametrize("text", ["", "# a comment\n", "{}", "---\n", "null"])
def test_a_file_that_says_nothing_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "case.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(AssumptionError, match="found 'nothing', expected a mapping of assumptions"):
        load_case(file)


def test_a_change_of_billing_mode_drops_the_old_rent() -> None:
    hourly = Assumptions(billing_mode="gpu_hour", rent_cny_per_gpu_hour=12.0)
    assert hourly.rent_cny_per_server_month is None
    changed = Assumptions().replace(billing_mode="gpu_hour", rent_cny_per_gpu_hour=12.0)
    assert changed == hourly


def test_shipped_cases_can_be_evaluated() -> None:
    for name in case_names():
        assert evaluate(load_case(name)).record()["equity_irr_status"] == "unique"


def test_a_case_is_given_by_assumptions_a_mapping_a_name_or_a_file(tmp_path: Path) -> None:
    name = "sihan-2025-straight-line"
    file = tmp_path / "mine.yaml"
    file.write_text("utilization: 70%\n", encoding="utf-8")
    npv = {
        key: float(evaluate(case).metrics.equity_npv_cny[0])
        for key, case in {
            "assumptions": Assumptions(utilization=0.7),
            "mapping": {"utilization": "70%"},
            "file": file,
            "file's name": str(file),
            "name": name,
            "loaded": load_case(name),
        }.items()
    }
    assert npv["assumptions"] == npv["mapping"] == npv["file"] == npv["file's name"]
    assert npv["name"] == npv["loaded"] != npv["file"]
