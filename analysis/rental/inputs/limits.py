"""Joint validation: what no single assumption can break, but two together can."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from analysis.arrays import Flags
from analysis.errors import Fault
from analysis.rental.inputs.billing import RENT_FIELD
from analysis.rental.inputs.parameters import FOLLOWS
from analysis.rental.inputs.variants import (
    CHOICES,
    DEBT_FORMS,
    DEPRECIATION_SCHEDULES,
    RENT_PATHS,
    Choice,
)
from analysis.units import MONTHS_PER_YEAR

_WHOLE = 1e-9
# whether it is possible, the assumption, what was expected
Expect = Callable[[Any, str, str], None]


def followed(values: Mapping[str, Any], name: str) -> str:
    """Return which assumption gives a value, down the chain of those that follow others."""
    while values[name] is None:
        name = FOLLOWS[name]
    return name


def _is_whole(value: Any) -> Flags:
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

    _check_variants(values, expect)
    _check_rent(values, expect)
    _check_spans(values, expect)
    _check_schedules(values, expect)
    _check_debt(values, expect)
    _check_lender_terms(values, expect)
    _check_customer_advances(values, expect)
    return faults


def _check_variants(values: Mapping[str, Any], expect: Expect) -> None:
    """Check what each variant says of itself: what it needs, and what it goes with."""
    for choice in CHOICES:
        name = values[choice.field]
        for assumption, what in choice[name].needs.items():
            expected = f"{what}, since {choice.field} is {name!r}"
            expect(values[assumption] is not None, assumption, expected)
        for other, setting in choice[name].only_with.items():
            expected = f"{setting!r}, since {choice.field} is {name!r}"
            expect(values[other] == setting, other, expected)


def _expect_only_with(
    values: Mapping[str, Any], choice: Choice, assumption: str, expect: Expect
) -> None:
    names = choice.needed_by(assumption)
    expected = f"nothing, unless {choice.field} is {' or '.join(map(repr, names))}"
    expect(values[choice.field] in names, assumption, expected)


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
    index = values["rent_index_by_period"]
    if index is not None:
        _expect_only_with(values, RENT_PATHS, "rent_index_by_period", expect)
    if index is not None and values["rent_path"] in RENT_PATHS.needed_by("rent_index_by_period"):
        needed = round(float(np.max(values["useful_life_years"])) * values["periods_per_year"])
        expect(
            np.shape(index)[-1] >= needed,
            "rent_index_by_period",
            f"at least {needed} values, one for every period of the useful life",
        )
        expect(np.all(np.asarray(index) >= 0, axis=-1), "rent_index_by_period", "no negative rent")


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
        field = followed(values, f"{prefix}depreciation_life_years")
        life = values[field]
        schedule = DEPRECIATION_SCHEDULES[method]
        if schedule.life == "years":
            expect(_is_whole(life), field, f"whole years, since the schedule is {method!r}")
        elif schedule.life == "periods":
            periods = np.asarray(life) * values["periods_per_year"]
            expect(_is_whole(periods), field, _whole_number_of_periods(values))
        name = f"{prefix}depreciation_shares_by_year"
        shares = values[name]
        takes_shares = "depreciation_shares_by_year" in schedule.needs
        if not takes_shares:
            expect(shares is None, name, f"nothing, since the schedule is {method!r}")
        elif shares is not None:
            expect(
                abs(sum(shares) - 1.0) < 1e-9 and min(shares) >= 0,
                name,
                f"shares of the depreciable amount that sum to 1, not {sum(shares):g}",
            )
        elif prefix and book != method:  # the tax return's own: the books have none to follow
            expect(False, name, f"shares by year, since the schedule is {method!r}")


def _check_debt(values: Mapping[str, Any], expect: Expect) -> None:
    form = values["debt_form"]
    if values["debt_share"] is None:
        expect(form == "sculpted", "debt_share", "a share, unless debt_form is 'sculpted'")
    elif form == "finance_lease":
        expect(
            np.asarray(values["lease_purchase_option_share"]) <= np.asarray(values["debt_share"]),
            "lease_purchase_option_share",
            "no more than the financed share",
        )


def _check_lender_terms(values: Mapping[str, Any], expect: Expect) -> None:
    form, per_year = values["debt_form"], values["periods_per_year"]
    grace = np.asarray(values["principal_grace_months"]) * per_year / MONTHS_PER_YEAR
    tenor = np.asarray(values[followed(values, "debt_tenor_years")]) * per_year
    expect(_is_whole(grace), "principal_grace_months", _whole_number_of_periods(values))
    expect(grace < tenor - _WHOLE, "principal_grace_months", "less than the tenor of the debt")
    with_grace = [name for name, variant in DEBT_FORMS.items() if variant.takes_grace]
    if form not in with_grace:
        expected = (
            f"0, since debt_form {form!r} says by itself when principal falls due; grace goes with "
            f"{' or '.join(map(repr, with_grace))}"
        )
        expect(grace == 0, "principal_grace_months", expected)
    shares = values["repayment_shares_by_period"]
    if shares is not None:
        name = "repayment_shares_by_period"
        _expect_only_with(values, DEBT_FORMS, name, expect)
        expect(
            abs(sum(shares) - 1.0) < 1e-9 and min(shares) >= 0,
            name,
            f"shares of the principal that sum to 1, not {sum(shares):g}",
        )
        expect(
            len(shares) <= np.min(tenor) + _WHOLE,
            name,
            f"no more than {np.min(tenor):g} values, one for every period of the tenor",
        )


def _check_customer_advances(values: Mapping[str, Any], expect: Expect) -> None:
    if values["rent_payment_timing"] == "advance":
        expected = "0, since rent_payment_timing is 'advance': each rent is paid ahead already"
        prepaid = np.asarray(values["customer_prepayment_cny"])
        expect(prepaid == 0, "customer_prepayment_cny", expected)
