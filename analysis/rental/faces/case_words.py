"""Sentences of a rental page: what is said follows from the numbers."""

from __future__ import annotations

import numpy as np
import pandas as pd

_ROUGHLY_NOUGHT = 0.02
"""Share of the price within which a present value is said to be about zero."""


def millions(value_cny: float) -> str:
    """Write an amount in million CNY, as finely as the inputs allow.

    Examples
    --------
    >>> millions(714_127), millions(-26_653)
    ('0.71 m CNY', '-0.03 m CNY')
    """
    return f"{value_cny / 1e6:.2f} m CNY"


def verdict(npv_cny: float, price_cny: float) -> str:
    """Say whether a present value is worth having: within 2 % of the price it breaks even.

    Examples
    --------
    >>> verdict(700_000, 2_000_000), verdict(-30_000, 2_000_000), verdict(-90_000, 2_000_000)
    ('pays', 'about breaks even', 'does not pay')
    """
    if abs(npv_cny) <= _ROUGHLY_NOUGHT * price_cny:
        return "about breaks even"
    return "pays" if npv_cny > 0 else "does not pay"


def bearable(break_even: float, assumed: float) -> str:
    """Say which decline of rent a case bears; "may fall" is said only of what pays.

    Parameters
    ----------
    break_even : float
        Constant decline at which the present value is zero, decimal per year; NaN if none.
    assumed : float
        Decline of the case itself, decimal per year.

    Examples
    --------
    >>> bearable(0.195, 0.0)
    'rent may fall by 19.5% a year'
    >>> bearable(0.183, 0.2)
    'rent could fall by 18.3% a year at most, and falls by 20.0% here'
    >>> bearable(-0.115, 0.0)
    'rent would have to rise by 11.5% a year'
    """
    if np.isnan(break_even):
        return "no constant decline tried makes the difference"
    if break_even < 0:
        return f"rent would have to rise by {-break_even:.1%} a year"
    if break_even < assumed:
        return (
            f"rent could fall by {break_even:.1%} a year at most, and falls by {assumed:.1%} here"
        )
    return f"rent may fall by {break_even:.1%} a year"


def timing_of(periods_per_year: int, rent_step: str) -> str:
    """Name the timing of a case as the tables of declines do.

    Examples
    --------
    >>> timing_of(12, "period")
    'monthly flows, rent falls every month'
    """
    flows = "yearly" if periods_per_year == 1 else "monthly"
    falls = "every month" if periods_per_year > 1 and rent_step == "period" else "once a year"
    return f"{flows} flows, rent falls {falls}"


def served(dscr_one: float, npv_zero: float) -> str:
    """Say from which decline on debt is not served, where that comes before the break-even.

    Examples
    --------
    >>> served(0.224, 0.276)
    'debt is no longer served from a fall of 22.4% a year on'
    >>> served(0.30, 0.20)
    'debt would be served up to a fall of 30.0% a year'
    >>> served(float("nan"), 0.2)
    'no decline tried leaves debt unserved'
    """
    if np.isnan(dscr_one):
        return "no decline tried leaves debt unserved"
    if dscr_one < npv_zero:
        return f"debt is no longer served from a fall of {dscr_one:.1%} a year on"
    return f"debt would be served up to a fall of {dscr_one:.1%} a year"


def keep_their_sign(costs: pd.DataFrame, decline_per_year: float) -> str:
    """Say how many costs turn the sign of the project NPV alone, and what all of them do.

    Parameters
    ----------
    costs : DataFrame
        From `analysis.rental.questions.full_cost.full_cost`; the first row is the case, the last
        has all additions.
    decline_per_year : float
        Decline of the rent in the case, decimal.
    """
    values = costs["project_npv_cny"]
    first, alone, last = values.iloc[0], values.iloc[1:-1], values.iloc[-1]
    turned = int((np.sign(alone) != np.sign(first)).sum())
    some = f"{turned} of {len(alone)} alone turn{'s' if turned == 1 else ''}"
    each = some if turned else "None of them alone turns"
    rent = "flat" if decline_per_year == 0 else "falling"
    return (
        f"{each} the sign of {millions(first)}; together they leave {millions(last)} at a {rent} "
        "rent"
    )
