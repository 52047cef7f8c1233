"""Names of what a kernel is given, for those who only call one."""

from __future__ import annotations

DRAWN_SHARE = "debt_drawn_share_of_price"
"""Share of the price that sculpted debt comes to; asked for where nothing caps it."""
UNSETTLED = "debt_not_settled"
"""1 where sculpted debt still moves after the last sweep, else 0."""
SCULPTED_SHARE, IS_MOVING = "sculpted_share", "is_moving"
"""Rows of a kernel with sculpted debt: share of the price drawn, whether the lane still moves."""


def sum_name(rate: str) -> str:
    """Return the name of the undiscounted sum of a rate's flows; missing where none is looked for.

    Examples
    --------
    >>> sum_name("equity_irr")
    'equity_irr_flow_total_cny'
    """
    return f"{rate}_flow_total_cny"
