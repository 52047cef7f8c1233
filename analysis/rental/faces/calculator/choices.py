"""The structural choices of a case, as a reader of the calculator can make them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final, Literal, get_args, get_origin

from analysis.rental.inputs.assumptions import Assumptions
from analysis.rental.inputs.parameters import COST_PARTS, OPTIONAL
from analysis.rental.inputs.quantities import choices_of
from analysis.rental.model.structure import Structure

LEFT_OUT: Final = (
    *(f"{part}_inflation_per_year" for part in COST_PARTS),
    "debt_service_reserve_months",
    "currency",
)
"""What is left to the package, and said to be: an escalator for each cost, and a reserve account,
for which an engine looks ahead."""

OFFERED: Final = tuple(name for name in OPTIONAL if name not in LEFT_OUT)
"""Terms that add lines where they are set, and that a reader can set."""

_OF_INPUTS: Final = ("billing_mode", "p_precision", "periods_per_year")
"""Choices that change what goes into the formulas, and no formula."""

LONGEST_CARRY_FORWARD_YEARS: Final = 10
"""China's is five years, ten for high-technology enterprises; the package takes longer ones."""

GIVEN, LEFT = "given", ""
"""How a choice reads that is only whether an assumption has a value at all."""

_OWN_TAX_TERMS: Final = (
    "tax_depreciation_life_years",
    "tax_residual_value_share",
    "tax_depreciation_shares_by_year",
)


def options_of(name: str) -> tuple[Any, ...]:
    """Return the values that an assumption may have, if it is one of a few.

    Examples
    --------
    >>> options_of("rent_step"), options_of("vat_enabled"), options_of("tax_rate")
    (('year', 'period'), (False, True), ())
    """
    field = Assumptions.model_fields[name]
    if field.annotation is bool:
        return (False, True)
    words: tuple[Any, ...] = choices_of(field)
    if get_origin(field.annotation) is Literal:
        words = get_args(field.annotation)
    may_be_left = type(None) in get_args(field.annotation)
    return (*((None,) if may_be_left and words else ()), *words)


@lru_cache(maxsize=1)
def structural_choices() -> dict[str, dict[str, Any]]:
    """Return what decides which formulas a case has: values by how they read, by assumption.

    Examples
    --------
    >>> structural_choices()["vat_enabled"]
    {'false': False, 'true': True}
    >>> structural_choices()["tax_residual_value_share"]
    {'': None, 'given': 0.0}
    """
    found: dict[str, dict[str, Any]] = {}
    for name in Assumptions.model_fields:
        if name in LEFT_OUT or name in _OF_INPUTS:
            continue
        found[name] = {key_of(value): value for value in options_of(name)}
    found["loss_carry_forward_years"] = {
        key_of(value): value for value in (None, *range(1, LONGEST_CARRY_FORWARD_YEARS + 1))
    }
    for name in _OWN_TAX_TERMS:
        found[name] = {LEFT: None, GIVEN: (1.0,) if "shares" in name else 0.0}
    for name in OFFERED:
        found[name] = {LEFT: Assumptions.model_fields[name].default, GIVEN: 0.5}
    return {name: options for name, options in found.items() if len(options) > 1}


def key_of(value: Any) -> str:
    """Return how a value of a choice reads in a key.

    Examples
    --------
    >>> key_of(None), key_of(True), key_of(5), key_of("annuity")
    ('', 'true', '5', 'annuity')
    """
    return LEFT if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def structure_of(keys: Mapping[str, str]) -> Structure:
    """Return the structure of a set of choices, the others at their defaults."""
    choices = structural_choices()
    values = {name: choices[name][key] for name, key in keys.items()}
    return Structure.of(Assumptions.model_construct(**values))
