"""Plausibility remarks on what is typed into a question: wanted values, ends, axes, hurdles.

A case says of each assumption that is unusual which value is probably meant. What is asked of a
case is typed as well, and says it by the same rule.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import numpy as np

from analysis.rental.inputs.assumptions import Assumptions
from analysis.rental.inputs.quantities import CNY, implausible, unit_of
from analysis.rental.model.measures.declared_measures import MEASURES
from analysis.rental.model.measures.measure_kinds import Payback, Rate, Single
from analysis.rental.questions.simulate.distributions import Limits
from analysis.rental.questions.simulate.uncertainty import Uncertainty
from analysis.written_values import meant

_USUAL: Final = {"share": (-1.0, 1.0), "ratio": (0.0, 10.0), "years": (0.0, 30.0)}
"""Values of measures that surprise nobody, by the first word of their unit."""


def unusual(moved: Mapping[str, Sequence[float]], currency: str = CNY) -> dict[str, str]:
    """Say which values of assumptions are unusual, and what is probably meant.

    Parameters
    ----------
    moved : mapping of str to sequence of float
        Values by assumption, in its unit; names that are no assumptions are passed over.
    currency : str
        That of the case: what is usual of an amount is known in CNY only.

    Returns
    -------
    dict of str to str
        By assumption; those of which there is nothing to say are left out.

    Examples
    --------
    >>> unusual({"debt_rate_per_year": [3.0, 5.0], "utilization": [0.6, 1.0]})
    {'debt_rate_per_year': '3 is unusual, usual is 0 to 0.3 share per year; 0.03 if 3 % is meant'}
    """
    found = {}
    for name, values in moved.items():
        field = Assumptions.model_fields.get(name)
        if field is None or (currency != CNY and unit_of(field).startswith(CNY)):
            continue
        said = implausible(field, [float(value) for value in _numbers(values)])
        if said:
            found[name] = said
    return found


def _numbers(values: Iterable[object]) -> list[float]:
    return [
        float(value)
        for value in values
        if isinstance(value, int | float) and not isinstance(value, bool)
    ]


def unusual_draws(uncertainty: Uncertainty, currency: str = CNY) -> dict[str, str]:
    """Say where a distribution is unusual in its middle or at its 5 % and 95 % quantiles.

    Examples
    --------
    >>> wide = {"kind": "uniform", "low": 2, "high": 6}
    >>> unusual_draws(Uncertainty(distributions={"debt_rate_per_year": wide}))
    {'debt_rate_per_year': '4 is unusual, usual is 0 to 0.3 share per year; 0.04 if 4 % is meant'}
    """
    at = np.array([0.5, 0.05, 0.95])
    drawn = {
        name: Limits.of(name).quantile(distribution, at).tolist()
        for name, distribution in uncertainty.distributions.items()
    }
    return unusual(drawn, currency)


def unusual_wanted(measure: str, wanted: float) -> str:
    """Say that a wanted value of a measure is unusual, and what is probably meant; else nothing.

    Examples
    --------
    >>> unusual_wanted("equity_irr", 10)
    '10 is unusual, usual is -1 to 1 share per year; 0.1 if 10 % is meant'
    >>> unusual_wanted("payback_equity_years", 36), unusual_wanted("equity_npv_cny", 36)
    ('36 is unusual, usual is 0 to 30 years; 3 if 36 months is meant', '')
    """
    found = MEASURES.get(measure)
    if not isinstance(found, Single | Payback | Rate):
        return ""
    return _unusual(wanted, found.unit)


def unusual_rate(rate: float) -> str:
    """Say that a rate to be beaten is unusual, and what is probably meant; else nothing.

    Examples
    --------
    >>> unusual_rate(15), unusual_rate(0.15)
    ('15 is unusual, usual is -1 to 1 share per year; 0.15 if 15 % is meant', '')
    """
    return _unusual(rate, "share per year")


def _unusual(value: float, unit: str) -> str:
    usual = _USUAL.get(unit.partition(" ")[0])
    if usual is None or usual[0] <= value <= usual[1]:
        return ""
    instead = meant(value, unit, usual)
    said = f"{value:.10g} is unusual, usual is {usual[0]:g} to {usual[1]:g} {unit}"
    return f"{said}; {instead}" if instead else said
