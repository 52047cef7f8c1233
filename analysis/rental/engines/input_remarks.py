"""Remarks on the assumptions of a case: set but not read, without effect, or unusual."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import suppress
from typing import Any, Final

import numpy as np

from analysis.arrays import Floats
from analysis.errors import AssumptionError
from analysis.rental.engines.plain import run
from analysis.rental.engines.sculpt import sculpt
from analysis.rental.inputs.assumptions import Assumptions
from analysis.rental.inputs.quantities import CNY, implausible, plausible_range, unit_of
from analysis.rental.inputs.resolve import resolve
from analysis.rental.model.declaration import declare
from analysis.rental.model.reads import is_read, what_would_count
from analysis.rental.model.structure import Structure

_SHOWN: Final = ("income", "cash", "balance", "value")
_DUST: Final = 1e-12
_LOSS: Final = "where some period makes a tax loss"
_COUNTS_WHERE: Final = {
    "loss_treatment": _LOSS,
    "loss_carry_forward_years": _LOSS,
    "contract_years": "where the contract ends before the useful life, at another rent",
    "spot_rent_ratio": "where the contract ends before the useful life",
    "tax_depreciation_method": "where it is another one than that of the books",
    "tax_depreciation_life_years": "where it is another one than that of the books",
    "tax_residual_value_share": "where it is another one than that of the books",
}
"""What would make an assumption count that is read, but makes no difference to a case."""


def input_remarks(case: Assumptions, varying: Collection[str] = ()) -> dict[str, str]:
    """Say of each assumption that it is not read, makes no difference, or is unusual.

    An assumption is set where it is not what a case starts from. It makes no difference where all
    statements and present values are the same with what a case starts from instead.

    Parameters
    ----------
    case : Assumptions
        The case.
    varying : collection of str
        Assumptions that differ between scenarios, of which nothing is said.

    Returns
    -------
    dict of str to str
        By assumption; those of which there is nothing to say are left out.

    Examples
    --------
    >>> remarks = input_remarks(Assumptions(electricity_cny_per_kwh=0.9, debt_rate_per_year=4))
    >>> print(remarks["electricity_cny_per_kwh"])
    not read: it counts where operating_cost_basis is 'parts' or 'share_and_parts'
    >>> print(remarks["debt_rate_per_year"])
    4 is unusual, usual is 0 to 0.3 share per year; 0.04 if 4 % is meant
    """
    remarks = {}
    own: dict[str, Floats] = {}
    for name, field in Assumptions.model_fields.items():
        value = getattr(case, name)
        if name in varying or value is None or name == "currency":
            continue
        # what is usual of an amount is known in one currency only
        is_foreign = unit_of(field).startswith(CNY) and case.currency != CNY
        said = [None if is_foreign else implausible(field, value)]
        if value != field.default:
            own = own or _shown_lines(case)
            said.insert(0, _without_effect(case, own, name))
        found = "; ".join(each for each in said if each)
        if found:
            remarks[name] = found
    return remarks


def _without_effect(case: Assumptions, own: dict[str, Floats], name: str) -> str | None:
    """Say why an assumption that is set does not count, None if it does."""
    if not is_read(case, name):
        where = what_would_count(case, name)
        return f"not read: it counts {where}" if where else "not read by this case"
    other = _elsewhere(case, name)
    if other is None:
        return None
    try:
        there = _shown_lines(other)
    except AssumptionError:  # debt sculpted to more than the price: it counts a great deal
        return None
    if not _are_same(own, there):
        return None
    where = _COUNTS_WHERE.get(name) or what_would_count(case, name)
    return f"makes no difference here{f': it counts {where}' if where else ''}"


def _elsewhere(case: Assumptions, name: str) -> Assumptions | None:
    """Return the case with what it would start from, or with the lowest usual value of a number."""
    field = Assumptions.model_fields[name]
    for value in (field.default, *(plausible_range(field) or ())[:1]):
        with suppress(AssumptionError):
            return case.replace(**{name: value})
    return None


def _shown_lines(case: Assumptions) -> dict[str, Floats]:
    declaration = declare(Structure.of(case))
    resolved = resolve(case)
    if case.debt_form == "sculpted":
        resolved = sculpt(declaration, resolved)
    _, lines = run(declaration, resolved.parameters, resolved.series, resolved.n_periods)
    shown = [line.name for line in declaration.lines if line.statement in _SHOWN]
    return {name: np.asarray(lines[name]) for name in [*shown, "gpu_hours_billed"]}


def _are_same(ones: dict[str, Any], others: dict[str, Any]) -> bool:
    scale = max(float(np.abs(values).max()) for values in ones.values())
    return ones.keys() == others.keys() and all(
        values.shape == others[name].shape
        and bool((np.abs(values - others[name]) <= _DUST * scale).all())
        for name, values in ones.items()
    )
