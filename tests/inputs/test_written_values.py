"""Numbers as people write them: read if one thing can be meant, else refused with the forms."""

from __future__ import annotations

from typing import Any

import pytest

from analysis.errors import AssumptionError
from analysis.rental import Assumptions
from analysis.rental.inputs.assumptions import Assumptions as Fields
from analysis.rental.inputs.cases import parse_case, yaml_value
from analysis.rental.inputs.quantities import implausible, plausible_range, unit_of
from analysis.written_values import read_number, read_whole, read_yes_no

PRICE, SHARE = "server_price_cny", "utilization"


@pytest.mark.parametrize(
    ("field", "text", "value"),
    [
        (SHARE, "70%", 0.7),
        (SHARE, "70 %", 0.7),
        (SHARE, "７０％", 0.7),
        (SHARE, "0,7", 0.7),
        (SHARE, "０．７", 0.7),
        (SHARE, " .7 ", 0.7),
        (SHARE, "7e-1", 0.7),
        ("rent_decline_per_year", "\N{MINUS SIGN}0.3", -0.3),
        ("rent_decline_per_year", "-30%", -0.3),
        ("debt_rate_per_year", "7%", 0.07),
        ("pue", "130%", 1.3),
        (PRICE, "2,000,000", 2e6),
        (PRICE, "2 000 000", 2e6),
        (PRICE, "2'000'000", 2e6),
        (PRICE, "2e6", 2e6),
        (PRICE, "1,234,567.5", 1234567.5),
        ("n_gpus", "1e3", 1000),
        ("n_gpus", 1e3, 1000),
        ("n_gpus", "1,000", 1000),
        ("vat_enabled", "yes", True),
        ("vat_enabled", "No", False),
        ("vat_enabled", "是", True),
        ("periods_per_year", "12", 12),
        ("rent_index_by_period", ["100%", "0,9", "80%", 0.7, "0.6"], (1.0, 0.9, 0.8, 0.7, 0.6)),
    ],
)
def test_what_can_mean_one_thing_is_read(field: str, text: Any, value: Any) -> None:
    more = {"rent_path": "series"} if field == "rent_index_by_period" else {}
    read = getattr(Assumptions(**more, **{field: text}), field)
    assert read == value
    assert type(read) is type(value)


@pytest.mark.parametrize(
    ("field", "text", "form"),
    [
        ("pue", "1,300", "one number: 1300 or 1.3"),
        (PRICE, "200万", "a plain number: 2000000"),
        (PRICE, "2.000.000", "a number with a decimal point: 2000000"),
        (PRICE, "70%", "a number in CNY, not a percentage"),
        (PRICE, "¥2000000", "a valid number"),
        (PRICE, "2 million", "a valid number"),
        (SHARE, "yes", "a valid number"),
        (SHARE, True, "a number, not yes or no"),
        (SHARE, "70", "less than or equal to 1; 0.7 if 70 % is meant"),
        (SHARE, "", "a valid number"),
        (SHARE, "nan", "a finite number"),
        (SHARE, "1:30", "a valid number"),
        ("n_gpus", "7,5", "a valid integer"),
        ("vat_enabled", "0.5", "a valid boolean"),
        ("equity_discount_rate", 10, "less than 10; 0.1 if 10 % is meant"),
        ("pue", 130, "less than or equal to 10; 1.3 if 130 % is meant"),
        ("resale_value_share", 100_000, "less than or equal to 10"),
        ("useful_life_years", 60, "less than or equal to 30; 5 if 60 months is meant"),
        ("debt_form", "Annuities", "did you mean 'annuity'?"),
        ("debt_form", "equal-principal", "did you mean 'equal_principal'?"),
    ],
)
def test_what_can_mean_two_things_or_none_is_refused(field: str, text: Any, form: str) -> None:
    with pytest.raises(AssumptionError) as caught:
        Assumptions(**{field: text})
    (fault,) = caught.value.faults
    assert fault.column == field
    assert form in fault.expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("utilization：0.7", "perhaps ':' instead of '：'"),
        ("tax_rate: 0.15\nutilization：0.7\n", "perhaps ':' instead of '：'"),
    ],
)
def test_wide_signs_in_a_file_are_named(text: str, expected: str) -> None:
    with pytest.raises(AssumptionError, match="nothing was evaluated") as caught:
        parse_case(text, "case.yaml")
    assert expected in str(caught.value)


@pytest.mark.parametrize(
    ("text", "value"),
    [("010", 10.0), ("1:30", "1:30"), ("1e6", 1e6), ("2.5", 2.5), ("-3", -3), ("yes", True)],
)
def test_numbers_of_a_file_are_decimal(text: str, value: Any) -> None:
    assert yaml_value(text) == value


@pytest.mark.parametrize(
    ("field", "value", "instead"),
    [
        ("debt_rate_per_year", 4.0, "0.04 if 4 % is meant"),
        ("power_kw_per_server", 10_200.0, "10.2 if 10200 W is meant"),
        ("server_price_cny", 200.0, "2000000 if 200 ten thousands of CNY is meant"),
        ("electricity_cny_per_kwh", 60.0, "0.6 if 60 fen is meant"),
        ("pflops_per_gpu", 989.5, "0.9895 if 989.5 TFLOPS is meant"),
        ("useful_life_years", 24.0, "2 if 24 months is meant"),
        ("cost_inflation_per_year", 2.0, "0.02 if 2 % is meant"),
        ("rent_decline_per_year", -0.9, "usual is -0.5 to 0.75 share per year"),
    ],
)
def test_what_is_possible_but_unusual_is_remarked(field: str, value: float, instead: str) -> None:
    found = implausible(Fields.model_fields[field], getattr(Assumptions(**{field: value}), field))
    assert found is not None
    assert found.endswith(instead)


def _is_number(name: str) -> bool:
    return any(kind in str(Fields.model_fields[name].annotation) for kind in ("float", "int"))


NUMBERS = [name for name in Fields.model_fields if _is_number(name)]


@pytest.mark.parametrize("name", [n for n in NUMBERS if n != "periods_per_year"])
def test_every_number_says_what_is_possible_and_what_is_plausible(name: str) -> None:
    field = Fields.model_fields[name]
    if "tuple" in str(field.annotation):
        return
    limits = {
        end: getattr(limit, end)
        for limit in field.metadata
        for end in ("ge", "gt", "le", "lt")
        if hasattr(limit, end)
    }
    low, high = limits.get("ge", limits.get("gt")), limits.get("le", limits.get("lt"))
    plausible = plausible_range(field)
    assert low is not None
    assert high is not None
    assert plausible is not None
    assert low <= plausible[0] < plausible[1] <= high
    assert implausible(field, field.default) is None
    assert unit_of(field)


def test_readers_leave_what_is_no_number() -> None:
    assert read_number("high") == "high"
    assert read_number(None) is None
    assert read_whole("many") == "many"
    assert read_yes_no("perhaps") == "perhaps"
