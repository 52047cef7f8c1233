"""Declared measures put to flows from outside the model."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from analysis.arrays import Floats
from analysis.rental.engines.irr import finite_flows
from analysis.rental.engines.measures import over_last
from analysis.rental.engines.plain import Lines
from analysis.rental.model.lines import Declaration, Line, symbol
from analysis.rental.model.measures.measure_kinds import Payback
from analysis.rental.model.rounding import ROUNDING

_GIVEN = Line(
    "given_cny", "Flow", "CNY", "cash", symbol("flow_given"), symbol("first_flow_given"), "F"
)
_FLOWS = Declaration(("first_flow_given",), ("flow_given", "period"), (), (_GIVEN,))
_PAYBACK = Payback(
    name="payback_given_years",
    label="Payback",
    unit="periods",
    format="{:.2f}",
    symbol=r"\theta_g",
    flow="given_cny",
)


def payback_periods(flows: ArrayLike) -> Floats:
    """Return how many periods it takes until the flows have paid back.

    The first period at whose end the running total, having been negative, is so no longer, with
    the flow spread evenly within that period: the declared measure `Payback`.

    Parameters
    ----------
    flows : array, shape (n_scenarios, n_periods + 1)
        From period 0, the outlay being negative.

    Returns
    -------
    ndarray, shape (n_scenarios,)
        Periods; NaN where nothing is put in, or not paid back within the horizon.

    Raises
    ------
    AssumptionError
        If a flow is no finite number.

    Examples
    --------
    >>> payback_periods([[-100.0, 40.0, 40.0, 40.0], [-100.0, 10.0, 10.0, 10.0]]).tolist()
    [2.5, nan]
    >>> payback_periods([[0.0, -10.0, -10.0]]).tolist()
    [nan]
    """
    values = np.atleast_2d(finite_flows(flows))
    n_scenarios, n_periods = values.shape[0], values.shape[1] - 1
    given = {
        "first_flow_given": values[:, 0],
        "flow_given": np.ascontiguousarray(values[:, 1:].T),
        "period": np.arange(1.0, n_periods + 1.0)[:, None],
        "periods_per_year": np.ones(1),
        "rounding_cny": ROUNDING * np.abs(values).max(axis=1, initial=0.0),
    }
    return over_last(_FLOWS, Lines(_FLOWS, given, n_scenarios, n_periods), _PAYBACK)
