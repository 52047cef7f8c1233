"""Guard against moving an assumption that a case does not read: its answer would not move."""

from __future__ import annotations

from collections.abc import Sequence

from analysis.errors import AssumptionError, Fault
from analysis.rental.inputs.assumptions import Assumptions
from analysis.rental.inputs.billing import RENT_FIELD
from analysis.rental.model.reads import is_read, what_would_count


def unread_faults(case: Assumptions, names: Sequence[str], where: str) -> list[Fault]:
    """List which assumptions a case does not read, and what would make each count.

    Parameters
    ----------
    case : Assumptions
        The case.
    names : sequence of str
        Assumptions that are to move together.
    where : str
        What asked for it, as messages name it.
    """
    faults = []
    for name in names:
        if name in RENT_FIELD.values() and getattr(case, name) is None:
            continue  # the case itself says which rent it has
        if not is_read(case, name, names):
            counts = what_would_count(case, name)
            hint = f"; {name} counts {counts}" if counts else ""
            expected = f"an assumption that this case reads{hint}"
            faults.append(Fault(where, None, None, name, expected))
    return faults


def refuse_unread(case: Assumptions, names: Sequence[str], where: str) -> None:
    """Refuse assumptions that a case does not read.

    Raises
    ------
    AssumptionError
        Naming each, with what would make it count.

    Examples
    --------
    >>> refuse_unread(Assumptions(), ["electricity_cny_per_kwh"], "tornado")
    Traceback (most recent call last):
    ...
    analysis.errors.AssumptionError: 1 fault, nothing was evaluated:
    tornado: found 'electricity_cny_per_kwh', expected an assumption that this case reads; \
electricity_cny_per_kwh counts where operating_cost_basis is 'parts' or 'share_and_parts'
    """
    faults = unread_faults(case, names, where)
    if faults:
        raise AssumptionError(faults)
