"""Every parameter of every notebook says what it can be, and refuses the rest before a kernel."""

from __future__ import annotations

import re
from typing import Any

import pytest

from analysis.errors import ParameterError
from analysis.paths import NOTEBOOKS
from analysis.rental import Assumptions
from analysis.rental.inputs.quantities import choices_of
from analysis.reports.build.manifest import read_manifest
from analysis.reports.notebook.parameter_cell import Parameter
from analysis.reports.notebook.parameter_types import NAMED, OneOf
from analysis.reports.notebook.parameter_values import (
    parse_assignments,
    read_parameters,
    validated,
)

NEAREST = re.compile(r"(?:perhaps|did you mean) '?([^'?(]+?)'?(?:\?| \(|$)")
STEMS = sorted(path.stem for path in NOTEBOOKS.glob("*.py"))


def fault_of(notebook: str, **values: Any) -> tuple[str, str]:
    declaration = read_parameters(NOTEBOOKS / f"{notebook}.py")
    with pytest.raises(ParameterError) as caught:
        validated(declaration, values, where="here")
    (fault,) = caught.value.faults
    return str(fault.column), fault.expected


@pytest.mark.parametrize("stem", STEMS)
def test_every_parameter_has_a_type_that_says_what_it_can_be(stem: str) -> None:
    named = {id(type_) for type_ in NAMED.values()}
    for parameter in read_parameters(NOTEBOOKS / f"{stem}.py").parameters:
        elements = getattr(parameter.type, "__args__", ())
        is_limited = id(parameter.type) in named or any(id(each) in named for each in elements)
        is_assumption = parameter.name in Assumptions.model_fields
        is_free = parameter.type is bool or parameter.name == "saved_as"  # checked as a name
        assert is_limited or is_assumption or is_free, parameter


def choices_of_parameter(parameter: Parameter) -> tuple[str, ...]:
    """Return the words that a parameter, or each in a list of it, may be; none for another type."""
    if parameter.name in Assumptions.model_fields:
        return choices_of(Assumptions.model_fields[parameter.name])
    for type_ in (parameter.type, *getattr(parameter.type, "__args__", ())):
        for limit in getattr(type_, "__metadata__", ()):
            if isinstance(limit, OneOf):
                return limit.choices()
    return ()


CHOSEN = [
    (stem, parameter)
    for stem in STEMS
    for parameter in read_parameters(NOTEBOOKS / f"{stem}.py").parameters
    if choices_of_parameter(parameter)
]


@pytest.mark.parametrize(
    ("stem", "parameter"), CHOSEN, ids=[f"{stem}-{each.name}" for stem, each in CHOSEN]
)
def test_a_word_that_is_none_of_the_choices_is_refused_with_all_of_them_and_the_nearest(
    stem: str, parameter: Parameter
) -> None:
    choices = choices_of_parameter(parameter)
    is_list = isinstance(parameter.default, list)
    nearest = {"boom": ""} | {f"{choice}x": choice for choice in choices}
    nearest |= {choice.swapcase(): choice for choice in choices if choice.swapcase() != choice}
    for word in (each for each in nearest if each not in choices):
        given = [*choices[:1], word] if is_list else word
        column, expected = fault_of(stem, **{parameter.name: given})
        assert column == parameter.name
        assert [choice for choice in choices[:40] if choice not in expected] == []
        found = NEAREST.search(expected)
        assert (found[1].casefold() if found else "") == nearest[word].casefold(), expected


def test_the_parameters_with_choices_are_all_looked_at() -> None:
    assert len(CHOSEN) >= 20
    assert {"gpu", "segment", "scenario", "debt_form", "language"} <= {
        parameter.name for _, parameter in CHOSEN
    }


@pytest.mark.parametrize("stem", STEMS)
def test_the_defaults_of_every_notebook_pass(stem: str) -> None:
    declaration = read_parameters(NOTEBOOKS / f"{stem}.py")
    assert validated(declaration, declaration.defaults, where="here") == declaration.defaults


def test_every_report_of_the_manifest_passes_with_the_tables() -> None:
    for report in read_manifest().reports:
        validated(read_parameters(report.script), report.parameters, where="here")


@pytest.mark.parametrize(
    ("notebook", "values", "expected"),
    [
        ("capex_intensity", {"currency": "EUR"}, "one of USD, CNY"),
        ("capex_intensity", {"currency": "usd"}, "one of USD, CNY; perhaps USD"),
        ("capex_intensity", {"frequency": "quarterly"}, "perhaps quarter"),
        ("capex_intensity", {"quarter_rule": "first_month"}, "perhaps first month"),
        ("capex_intensity", {"capex_definition": "headlines"}, "perhaps headline"),
        ("capex_intensity", {"companies": ["Amazone"]}, "perhaps Amazon"),
        ("capex_intensity", {"companies": "Amazon"}, "list[Company]"),
        ("capex_intensity", {"first_year": 2030}, "first_year no later than last_year, 2030"),
        ("capex_intensity", {"last_year": 26}, "greater than or equal to 1990"),
        ("bubble_indicators", {"scenario": "boom"}, "one of plans_then_growth, plans_then_flat"),
        ("bubble_indicators", {"scenario": "plans-then-flat"}, "perhaps plans_then_flat"),
        ("bubble_indicators", {"currency": "EUR"}, "one of reported, USD, CNY"),
        ("bubble_indicators", {"depreciation_convention": "third"}, "one of half, full, next"),
        ("bubble_indicators", {"companies": ["Tencent", "Gogle"]}, "one of "),
        ("bubble_indicators", {"short_lived_share": 60}, "0.6 if 60 % is meant"),
        ("bubble_indicators", {"tax_rate": 1.7}, "less than"),
        ("bubble_indicators", {"n_draws": 0}, "greater than or equal to 1"),
        ("bubble_indicators", {"seed": -1}, "greater than or equal to 0"),
        ("bubble_indicators", {"useful_life_years": 60.0}, "less than or equal to 30; 5 if 60"),
        ("return_table", {"search_conventions": "maybe"}, "bool"),
        ("claims_audit", {"n_striking": 0}, "greater than or equal to 1"),
        ("operators", {"rental_case": "sihan"}, "perhaps sihan-2025-straight-line"),
        ("rent_trends", {"gpu": "B200"}, "one of A100, H100"),
        ("rent_trends", {"gpu": "h100"}, "perhaps H100"),
        ("rent_trends", {"segment": "boom"}, "one of neocloud, hyperscaler, marketplace"),
        ("rent_trends", {"currency": "EUR"}, "one of USD, CNY"),
        ("rent_trends", {"first_month": "2024-13"}, "a month, year-month such as 2024-12; perhaps"),
        ("rent_trends", {"first_month": "2024/3"}, "perhaps 2024-03"),
        ("rent_trends", {"last_month": "2035-01"}, "a month from 2023-05 to 20"),
        ("rent_trends", {"anchor_month": "2023-06"}, "within first_month and last_month"),
        ("rent_trends", {"first_month": "2026-10"}, "a month from"),
        ("rent_trends", {"peak_from": "2025-06"}, "peak_from no later than peak_by"),
        ("rent_trends", {"analyst_months": ["2024-12", "soon"]}, "a month, year-month"),
        ("rent_trends", {"forecast_model": "arima"}, "one of no_change, random_walk_with_drift"),
        ("rent_trends", {"utilizations": [70]}, "0.7 if 70 % is meant"),
        ("rent_trends", {"contract_months": 0}, "greater than or equal to 1"),
        ("rent_trends", {"contract_months": 7.5}, "Months"),
        ("rent_trends", {"anchor_rent_cny_per_server_month": -1.0}, "greater than 0"),
        ("rent_terms", {"day_of_indices": "soon"}, "a day, year-month-day such as 2026-10-05"),
        ("rent_terms", {"day_of_indices": "2026-13-05"}, "a day, year-month-day"),
        ("rent_terms", {"day_of_indices": "2026-02-30"}, "a day, year-month-day"),
        ("rent_terms", {"day_of_indices": "2026/10/5"}, "perhaps 2026-10-05"),
        ("rental_market", {"gpu": "H1000"}, "perhaps H100"),
        ("rental_market", {"stress_decline_per_year": 20}, "0.2 if 20 % is meant"),
        ("rental_market", {"debt_share": 70}, "0.7 if 70 % is meant"),
        ("rental_model", {"debt_form": "balloon"}, "'equal_principal', 'annuity', 'bullet'"),
        ("rental_model", {"periods_per_year": 4}, "1 or 12"),
        ("rental_model", {"rent_step": "month"}, "'year' or 'period'"),
        ("rental_model", {"pue": 130.0}, "1.3 if 130 % is meant"),
        ("rental_model", {"utilization": "high"}, "float"),
        ("rental_model", {"equity_discount_rate": 10}, "0.1 if 10 % is meant"),
        ("return_table", {"idle_months_per_year": 13}, "less than or equal to 12"),
        ("rental_model", {"priced_in": "2025-13"}, "perhaps 2025-12"),
        ("rental_model", {"server_price_cny": "200万"}, "a plain number: 2000000"),
        ("rental_model", {"utilisation": 0.5}, "perhaps utilization"),
        ("summary", {"language": "cn"}, "one of en, zh-CN"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_the_choices(
    notebook: str, values: dict[str, Any], expected: str
) -> None:
    column, found = fault_of(notebook, **values)
    assert column in values
    assert expected in found


@pytest.mark.parametrize(
    ("assignment", "value"),
    [
        ("utilization=70%", 0.7),
        ("utilization＝0,7", 0.7),
        ("server_price_cny=2,500,000", 2.5e6),
        ("vat_enabled=yes", True),
        ("contract_months=3.6e1", 36),
        ('contract_shares=["50%", 1]', [0.5, 1.0]),
        ("periods_per_year=12", 12),
    ],
)
def test_values_are_read_as_they_are_written(assignment: str, value: Any) -> None:
    declaration = read_parameters(NOTEBOOKS / "rental_model.py")
    (read,) = parse_assignments(declaration, [assignment]).values()
    assert read == value
    assert type(read) is type(value)


def test_a_parameter_given_twice_is_refused() -> None:
    declaration = read_parameters(NOTEBOOKS / "rental_model.py")
    with pytest.raises(ParameterError, match="each parameter once"):
        parse_assignments(declaration, ["utilization=0.7", "utilization=0.8"])
