"""What a user can get wrong, and what the message says: file, row, column, value, expectation."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.errors import AssumptionError, Fault
from analysis.rental import Assumptions, load_case, measure
from analysis.rental.inputs.cases import parse_case


def faults_of(**values: Any) -> list[Fault]:
    with pytest.raises(AssumptionError) as caught:
        Assumptions(**values)
    assert str(caught.value).startswith(f"{len(caught.value.faults)} fault")
    return list(caught.value.faults)


@pytest.mark.parametrize(
    ("field", "value", "found", "expected"),
    [
        ("utilization", 1.4, "1.4", "less than or equal to 1"),
        ("utilization", -0.1, "-0.1", "greater than or equal to 0"),
        ("useful_life_years", -5, "-5", "greater than 0"),
        ("useful_life_years", 0, "0", "greater than 0"),
        ("useful_life_years", 31, "31", "less than or equal to 30"),
        ("useful_life_years", 4.5, "4.5", "a whole number of years"),
        ("debt_tenor_years", 7, "7.0", "a tenor within the useful life of 5 years"),
        ("debt_tenor_years", 2.5, "2.5", "a whole number of years"),
        ("debt_share", 1.2, "1.2", "less than or equal to 1"),
        ("debt_share", None, "None", "a share, unless debt_form is 'sculpted'"),
        ("debt_rate_per_year", -0.01, "-0.01", "greater than or equal to 0"),
        ("tax_rate", 1.0, "1.0", "less than 1"),
        ("tax_rate", math.nan, "nan", "a finite number"),
        ("server_price_cny", math.inf, "inf", "a finite number"),
        ("server_price_cny", 0, "0", "greater than 0"),
        ("rent_cny_per_server_month", -70_000, "-70000", "greater than 0"),
        ("rent_decline_per_year", 1.0, "1.0", "less than 1"),
        ("residual_value_share", 1.01, "1.01", "less than or equal to 1"),
        ("pue", 0.9, "0.9", "greater than or equal to 1"),
        ("equity_discount_rate", -1.0, "-1.0", "greater than -1"),
        ("n_gpus", 7.5, "7.5", "a valid integer, got a number with a fractional part"),
        ("n_gpus", True, "True", "a number, not yes or no"),
        ("utilization", True, "True", "a number, not yes or no"),
        ("utilization", "high", "high", "a valid number, unable to parse string as a number"),
        ("vat_enabled", "perhaps", "perhaps", "a valid boolean, unable to interpret input"),
        ("periods_per_year", 4, "4", "1 or 12"),
        ("loss_carry_forward_years", 0, "0", "greater than or equal to 1"),
        (
            "debt_form",
            "balloon",
            "balloon",
            "'equal_principal', 'annuity', 'bullet', 'sculpted',",
        ),
        ("depreciation_method", "ddb", "ddb", "'straight_line', 'declining_balance',"),
    ],
)
def test_an_impossible_assumption_is_named(
    field: str, value: Any, found: str, expected: str
) -> None:
    (fault,) = faults_of(**{field: value})
    assert (fault.file, fault.column, fault.value) == ("assumptions", field, found)
    assert fault.expected.startswith(expected)


@pytest.mark.parametrize(
    ("values", "field", "expected"),
    [
        (
            {"billing_mode": "gpu_hour"},
            "rent_cny_per_gpu_hour",
            "a rent, since billing_mode is 'gpu_hour'",
        ),
        (
            {"rent_cny_per_p_year": 100_000.0},
            "rent_cny_per_p_year",
            (
                "nothing, since billing_mode is 'server_month' and the rent is read from "
                "rent_cny_per_server_month"
            ),
        ),
        (
            {"rent_path": "contract_then_spot"},
            "contract_years",
            "a number of years, since rent_path is 'contract_then_spot'",
        ),
        (
            {"rent_path": "series"},
            "rent_index_by_period",
            "a series, since rent_path is 'series'",
        ),
        (
            {"rent_path": "series", "rent_index_by_period": (1.0, 0.9)},
            "rent_index_by_period",
            "at least 5 values, one for every period of the useful life",
        ),
        (
            {"rent_path": "series", "rent_index_by_period": (1.0, 1.0, -0.1, 1.0, 1.0)},
            "rent_index_by_period",
            "no negative rent",
        ),
        (
            {"rent_index_by_period": (1.0,) * 5},
            "rent_index_by_period",
            "nothing, unless rent_path is 'series'",
        ),
        (
            {"depreciation_method": "given"},
            "depreciation_shares_by_year",
            "shares by year, since depreciation_method is 'given'",
        ),
        (
            {"tax_depreciation_method": "given"},
            "tax_depreciation_shares_by_year",
            "shares by year, since the schedule is 'given'",
        ),
        (
            {"depreciation_method": "given", "depreciation_shares_by_year": (0.5, 0.4)},
            "depreciation_shares_by_year",
            "shares of the depreciable amount that sum to 1, not 0.9",
        ),
        (
            {"depreciation_shares_by_year": (0.5, 0.5)},
            "depreciation_shares_by_year",
            "nothing, since the schedule is 'straight_line'",
        ),
        (
            {"depreciation_method": "sum_of_years_digits", "depreciation_life_years": 2.5},
            "depreciation_life_years",
            "whole years, since the schedule is 'sum_of_years_digits'",
        ),
        (
            {
                "periods_per_year": 12,
                "useful_life_years": 2.5,
                "tax_depreciation_method": "declining_balance",
            },
            "useful_life_years",
            "whole years, since the schedule is 'declining_balance'",
        ),
        (
            {"periods_per_year": 12, "useful_life_years": 1.23},
            "useful_life_years",
            "a whole number of months",
        ),
        (
            {"debt_form": "finance_lease", "interest_base": "average"},
            "interest_base",
            "'opening', since debt_form is 'finance_lease'",
        ),
        (
            {"debt_form": "finance_lease", "lease_purchase_option_share": 0.8},
            "lease_purchase_option_share",
            "no more than the financed share",
        ),
    ],
)
def test_an_impossible_combination_is_named(
    values: dict[str, Any], field: str, expected: str
) -> None:
    assert (field, expected) in [(fault.column, fault.expected) for fault in faults_of(**values)]


def test_all_faults_at_once() -> None:
    faults = faults_of(utilization=1.4, debt_share=1.2, useful_life=5, tax_rate=math.nan)
    assert {fault.column for fault in faults} == {
        "utilization",
        "debt_share",
        "useful_life",
        "tax_rate",
    }


def test_a_fault_shared_by_books_and_tax_return_is_told_once() -> None:
    assert len(faults_of(depreciation_method="given")) == 1
    assert (
        len(faults_of(depreciation_method="sum_of_years_digits", depreciation_life_years=2.5)) == 1
    )


def test_a_changed_copy_is_checked_too() -> None:
    with pytest.raises(AssumptionError, match=r"column debt_tenor_years: found '5\.0'"):
        Assumptions(debt_tenor_years=5.0).replace(useful_life_years=3.0)


def test_assumptions_cannot_be_changed_in_place() -> None:
    with pytest.raises(Exception, match="frozen"):
        Assumptions().utilization = 0.5  # type: ignore[misc]


def message_of(text: str) -> str:
    with pytest.raises(AssumptionError) as caught:
        parse_case(text, "my-case.yaml")
    (fault,) = caught.value.faults
    return str(fault)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "tax_rate: 0.15\nutilisation: 0.7\n",
            (
                "my-case.yaml, row 2, column utilisation: found '0.7', expected "
                "a known assumption; did you mean 'utilization'?"
            ),
        ),
        (
            "zzz: 1\n",
            (
                "my-case.yaml, row 1, column zzz: found '1', expected a known assumption; "
                "`python -m analysis evaluate --schema` lists them"
            ),
        ),
        (
            "tax_rate: 0.15\n# twice\ntax_rate: 0.25\n",
            "my-case.yaml, row 3: found \"key 'tax_rate' stands twice\", expected valid YAML",
        ),
        (
            "tax_rate: 0.15\nutilization: [0.7\n",
            "my-case.yaml, row 3: found \"did not find expected ',' or ']'\", expected valid YAML",
        ),
        (
            "- utilization\n",
            "my-case.yaml, row 1: found 'list', expected a mapping of assumptions to values",
        ),
        (
            "\n\nutilization: high\n",
            (
                "my-case.yaml, row 3, column utilization: found 'high', expected a valid number, "
                "unable to parse string as a number"
            ),
        ),
        (
            '{"utilization": 0.7,\n "debt_share": 1.2}',
            "my-case.yaml, row 2, column debt_share: found '1.2', expected less than or equal to 1",
        ),
        (
            "? [a, b]\n: 1\n",
            "my-case.yaml, row 1: found 'a key that is no single word', expected valid YAML",
        ),
        (
            "useful_life_years: 2020-13-45\n",
            "my-case.yaml: found 'month must be in 1..12', expected valid YAML",
        ),
    ],
)
def test_a_faulty_file_is_refused_where_the_fault_is(text: str, message: str) -> None:
    assert message_of(text) == message


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(AssumptionError, match=r"expected a file, or one of .*did you mean"):
        load_case("sihan-2025-straightline")
    missing = tmp_path / "missing.yaml"
    with pytest.raises(AssumptionError, match=r"missing\.yaml', expected a file, or one of"):
        load_case(missing)


def test_a_file_in_another_encoding(tmp_path: Path) -> None:
    file = tmp_path / "case.yaml"
    file.write_bytes("utilization: 0.7  # 利用率".encode("gbk"))
    with pytest.raises(AssumptionError, match="expected a readable UTF-8 file"):
        load_case(file)


FRAGMENTS = [*"{}[]:,-?!&*#|>'\"%@` \n\t01.e~", "utilization", "<<", "null", "---", "\n- ", ": "]


@settings(deadline=None, derandomize=True, max_examples=300)
@given(st.lists(st.sampled_from(FRAGMENTS), max_size=12).map("".join))
def test_whatever_a_file_holds_nothing_but_faults_comes_out(text: str) -> None:
    try:
        parse_case(text, "my-case.yaml")
    except AssumptionError as error:
        assert all(fault.file == "my-case.yaml" for fault in error.faults)


@pytest.mark.parametrize(
    ("scenarios", "message"),
    [
        (
            {"utilization": [0.5, 0.9, 1.4]},
            "scenarios, row 2, column utilization: found '1.4', expected at most 1",
        ),
        (
            {"useful_life_years": [5.0, -1.0]},
            "scenarios, row 1, column useful_life_years: found '-1', expected more than 0",
        ),
        (
            {"tax_rate": [0.1, np.nan]},
            "scenarios, row 1, column tax_rate: found 'nan', expected a finite number",
        ),
        (
            {"utilization": [0.5, 0.6], "tax_rate": [0.1]},
            "expected shape (n_scenarios,), the same number of scenarios for every assumption",
        ),
        ({"utilization": 0.5}, "column utilization: found 'shape ()'"),
        ({"utilization": [[0.5]]}, "column utilization: found 'shape (1, 1)'"),
        ({"utilization": []}, "column utilization: found 'shape (0,)'"),
        ({"utilization": ["0.5"]}, "expected an array of numbers"),
        (
            {"utilisation": [0.5]},
            (
                "scenarios: found 'utilisation', expected the name of an assumption that is "
                "a number; did you mean 'utilization'?"
            ),
        ),
        (
            {"debt_form": ["annuity"]},
            "scenarios: found 'debt_form', expected the name of an assumption that is a number",
        ),
        (
            {"debt_tenor_years": [3.0, 6.0]},
            "column debt_tenor_years: found '6.0', expected a tenor within the useful life",
        ),
        ({"n_gpus": [8, 7.5]}, "column n_gpus: found '7.5', expected a whole number of GPUs"),
        (
            {"rent_cny_per_gpu_hour": [12.0]},
            "column rent_cny_per_gpu_hour: found '12.0', expected nothing",
        ),
        ({"rent_index_by_period": np.ones((2, 5))}, "expected nothing, unless rent_path"),
    ],
)
def test_impossible_scenarios_are_refused(scenarios: dict[str, Any], message: str) -> None:
    with pytest.raises(AssumptionError) as caught:
        measure(Assumptions(), scenarios)
    assert message in str(caught.value)


def test_a_rent_series_too_short_for_the_longest_life_is_refused() -> None:
    case = Assumptions(rent_path="series", rent_index_by_period=(1.0,) * 5)
    with pytest.raises(AssumptionError, match="at least 7 values"):
        measure(case, {"useful_life_years": [5.0, 7.0]})
