"""Guard against moving an assumption that a case does not read: its answer would not move."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from analysis.errors import AssumptionError, Fault
from analysis.rental.engines.evaluation import evaluate
from analysis.rental.inputs.assumptions import Assumptions
from analysis.rental.inputs.billing import RENT_FIELD
from analysis.rental.model.measures.declared_measures import singles
from analysis.rental.model.reads import is_read, what_would_count


def unread_faults(
    case: Assumptions, names: Sequence[str], where: str, measures: Sequence[str] = ()
) -> list[Fault]:
    """List which assumptions a case does not read, and what would make each count.

    Parameters
    ----------
    case : Assumptions
        The case.
    names : sequence of str
        Assumptions that are to move together.
    where : str
        What asked for it, as messages name it.
    measures : sequence of str
        Measures that are asked for: an assumption that the case reads, but none of these depends
        on, is listed with those that do. Empty: any.
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
        elif measures and not moves_any(case, name, names, measures) and _exists(case, measures):
            moved = [each for each in singles() if is_read(case, name, names, each)]
            expected = (
                f"an assumption that {' or '.join(measures)} depends on in this case; {name} moves "
                f"{', '.join(moved) or 'no single measure'}"
            )
            faults.append(Fault(where, None, None, name, expected))
    return faults


def _exists(case: Assumptions, measures: Sequence[str]) -> bool:
    """Return whether one of some measures exists; of others its own words say why it does not."""
    metrics = evaluate(case).metrics
    return any(bool(np.isfinite(metrics[measure]).all()) for measure in measures)


def moves_any(
    case: Assumptions, name: str, varying: Sequence[str], measures: Sequence[str]
) -> bool:
    """Return whether an assumption can make a difference to one of some measures."""
    return any(is_read(case, name, varying, measure) for measure in measures)


def refuse_unread(
    case: Assumptions, names: Sequence[str], where: str, measures: Sequence[str] = ()
) -> None:
    """Refuse assumptions that a case does not read, or that no measure asked for depends on.

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
    >>> refuse_unread(Assumptions(), ["project_discount_rate"], "tornado", ["project_irr"])
    Traceback (most recent call last):
    ...
    analysis.errors.AssumptionError: 1 fault, nothing was evaluated:
    tornado: found 'project_discount_rate', expected an assumption that project_irr depends on in \
this case; project_discount_rate moves payback_discounted_years, project_npv_cny, \
levelized_cost_cny_per_gpu_hour
    """
    faults = unread_faults(case, names, where, measures)
    if faults:
        raise AssumptionError(faults)
