"""Leverage: what borrowing adds, and what equity should ask for it.

With equity and project discounted at one rate above the interest rate, debt adds value by itself:
the less a project earns, the more of it seems to come from borrowing. So the unlevered answer comes
first, and beside the levered one stands equity's rate as it follows leverage.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.rental.engines.evaluation import evaluate
from analysis.rental.inputs.assumptions import Assumptions
from analysis.rental.questions.inverse import solve

UNLEVERED = "without debt"
ONE_RATE = "with debt, equity at the same rate"
LEVERED_RATE = "with debt, equity's rate follows leverage"


def levered_equity_rate(unlevered_rate: float, debt_rate: float, debt_share: float) -> float:
    """Return the rate that equity asks for when it bears the risk of debt, decimal per year.

    ``k_e = k_u + (k_u - i) * g / (1 - g)`` (Modigliani and Miller 1958, proposition II, no taxes)

    Parameters
    ----------
    unlevered_rate : float
        Discount rate of the project, decimal per year.
    debt_rate : float
        Interest rate, decimal per year.
    debt_share : float
        Debt over price at purchase; infinite where it is 1.

    Examples
    --------
    >>> round(levered_equity_rate(0.10, 0.04, 0.70), 2)
    0.24
    """
    if debt_share >= 1.0:
        return np.inf
    return unlevered_rate + (unlevered_rate - debt_rate) * debt_share / (1.0 - debt_share)


def leverage(case: Assumptions, *, low: float = -0.5, high: float = 0.95) -> pd.DataFrame:
    """Set a case without debt beside the same case with it.

    Parameters
    ----------
    case : Assumptions
        The case; without debt it is worth its project NPV.
    low, high : float
        Declines tried for the break-even, decimal per year.

    Returns
    -------
    DataFrame
        Index ``financing``; columns ``discount_rate``, ``npv_cny`` and ``break_even_decline``
        (constant decline of the rent at which the NPV is zero, decimal per year; NaN if none).
        The last row is missing where equity puts in nothing.
    """
    drawn = float(evaluate(case).metrics.debt_drawn_cny[0]) / case.server_price_cny
    rate = levered_equity_rate(case.project_discount_rate, case.debt_rate_per_year, drawn)
    rows: dict[str, tuple[Assumptions, str, float]] = {
        UNLEVERED: (case, "project_npv_cny", case.project_discount_rate),
        ONE_RATE: (case, "equity_npv_cny", case.equity_discount_rate),
    }
    if np.isfinite(rate):
        adjusted = case.replace(equity_discount_rate=rate)
        rows[LEVERED_RATE] = (adjusted, "equity_npv_cny", rate)
    table = {}
    for name, (own, measure, discount_rate) in rows.items():
        found = solve(own, "rent_decline_per_year", target=measure, wanted=0.0, low=low, high=high)
        table[name] = {
            "discount_rate": discount_rate,
            "npv_cny": float(getattr(evaluate(own).metrics, measure)[0]),
            "break_even_decline": np.nan if found.value is None else float(found.value),
        }
    return pd.DataFrame.from_dict(table, orient="index").rename_axis("financing")
