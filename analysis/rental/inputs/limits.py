"""What no single assumption can break, but two together can."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.errors import Fault
from analysis.rental.inputs.billing import RENT_FIELD

_WHOLE = 1e-9


def life_field(values: Mapping[str, Any], name: str) -> str:
    """Return which assumption gives a span of years, down the chain of defaults."""
    follows = {
        "debt_tenor_years": "useful_life_years",
        "depreciation_life_years": "useful_life_years",
        "tax_depreciation_life_years": "depreciation_life_years",
    }
    while values[name] is None:
        name = follows[name]
    return name


def life_years(values: Mapping[str, Any], name: str) -> Any:
    """Return a span of years, following the chain of defaults down to the useful life."""
    return values[life_field(values, name)]


def _is_whole(value: Any) -> NDArray[np.bool_]:
    return np.abs(np.asarray(value) - np.round(value)) < _WHOLE


def _whole_number_of_periods(values: Mapping[str, Any]) -> str:
    return f"a whole number of {'years' if values['periods_per_year'] == 1 else 'months'}"


def cross_faults(values: Mapping[str, Any]) -> list[Fault]:
    """List what is impossible in combination; works on numbers and on scenario arrays alike.

    Parameters
    ----------
    values : mapping
        Every assumption by name; numbers, or arrays over scenarios.

    Returns
    -------
    list of Fault
        Empty when the combination is possible.
    """
    faults: list[Fault] = []

    def expect(possible: Any, field: str, expected: str) -> None:
        possible = np.atleast_1d(possible)
        if not possible.all():
            value = values[field]
            if isinstance(value, np.ndarray) and value.shape == possible.shape:
                value = value[~possible][0]
            elif isinstance(value, np.ndarray) and value.ndim == 1:
                value = value[0]  # what is impossible is that there are any
            fault = Fault("assumptions", None, field, str(value), expected)
            if fault not in faults:  # books and tax return may share it
                faults.append(fault)

    _check_rent(values, expect)
    _check_spans(values, expect)
    _check_schedules(values, expect)
    _check_debt(values, expect)
    return faults


Expect = Callable[[Any, str, str], None]


def _check_rent(values: Mapping[str, Any], expect: Expect) -> None:
    billed = RENT_FIELD[values["billing_mode"]]
    for field in RENT_FIELD.values():
        if field == billed:
            expect(
                values[field] is not None,
                field,
                f"a rent, since billing_mode is {values['billing_mode']!r}",
            )
        else:
            expect(
                values[field] is None,
                field,
                f"nothing, since billing_mode is {values['billing_mode']!r} "
                f"and the rent is read from {billed}",
            )
    if values["rent_path"] == "contract_then_spot":
        expect(
            values["contract_years"] is not None,
            "contract_years",
            "a number of years, since rent_path is 'contract_then_spot'",
        )
    index = values["rent_index_by_period"]
    if values["rent_path"] == "series":
        if index is None:
            expect(False, "rent_index_by_period", "a series, since rent_path is 'series'")
        else:
            needed = round(float(np.max(values["useful_life_years"])) * values["periods_per_year"])
            expect(
                np.shape(index)[-1] >= needed,
                "rent_index_by_period",
                f"at least {needed} values, one for every period of the useful life",
            )
            expect(
                np.all(np.asarray(index) >= 0, axis=-1),
                "rent_index_by_period",
                "no negative rent",
            )
    else:
        expect(index is None, "rent_index_by_period", "nothing, unless rent_path is 'series'")


def _check_spans(values: Mapping[str, Any], expect: Expect) -> None:
    expect(_is_whole(values["n_gpus"]), "n_gpus", "a whole number of GPUs")
    for field in ("useful_life_years", "debt_tenor_years", "contract_years"):
        if values[field] is not None:
            periods = np.asarray(values[field]) * values["periods_per_year"]
            expect(_is_whole(periods), field, _whole_number_of_periods(values))
    if values["debt_tenor_years"] is not None:
        expect(
            np.asarray(values["debt_tenor_years"]) <= np.asarray(values["useful_life_years"]),
            "debt_tenor_years",
            f"a tenor within the useful life of {np.max(values['useful_life_years']):g} years",
        )


def _check_schedules(values: Mapping[str, Any], expect: Expect) -> None:
    book = values["depreciation_method"]
    for prefix, method in (("", book), ("tax_", values["tax_depreciation_method"] or book)):
        field = life_field(values, f"{prefix}depreciation_life_years")
        life = values[field]
        if method in ("declining_balance", "sum_of_years_digits"):
            expect(_is_whole(life), field, f"whole years, since the schedule is {method!r}")
        elif method == "straight_line":
            periods = np.asarray(life) * values["periods_per_year"]
            expect(_is_whole(periods), field, _whole_number_of_periods(values))
        name = f"{prefix}depreciation_shares_by_year"
        shares = values[name]
        if method != "given":
            expect(shares is None, name, f"nothing, since the schedule is {method!r}")
        elif shares is not None:
            expect(
                abs(sum(shares) - 1.0) < 1e-9 and min(shares) >= 0,
                name,
                f"shares of the depreciable amount that sum to 1, not {sum(shares):g}",
            )
        elif prefix == "" or book != "given":
            expect(False, name, "shares by year, since the schedule is 'given'")


def _check_debt(values: Mapping[str, Any], expect: Expect) -> None:
    form = values["debt_form"]
    if values["debt_share"] is None:
        expect(form == "sculpted", "debt_share", "a share, unless debt_form is 'sculpted'")
        return
    if form in ("sculpted", "finance_lease"):
        expect(
            values["interest_base"] == "opening",
            "interest_base",
            f"'opening', since debt_form is {form!r}",
        )
    if form == "finance_lease":
        expect(
            np.asarray(values["lease_purchase_option_share"]) <= np.asarray(values["debt_share"]),
            "lease_purchase_option_share",
            "no more than the financed share",
        )
