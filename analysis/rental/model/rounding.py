"""Tolerance: how small an amount is no amount, but what rounding leaves."""

from __future__ import annotations

ROUNDING = 1e-9
"""Share of the largest amount at hand below which an amount is rounding and no flow.

Sums of some hundred flows in double precision are off by some 1e-14 of the largest flow, debt that
is sculpted or leased at a low rate by some 1e-11. A billionth of a server of 2,000,000 CNY is 0.002
CNY, less than the smallest coin.
"""

SCULPTED_SWEEPS = 300
"""Rounds in which sculpted debt settles, or is refused."""

SCULPTED_TOLERANCE = 1e-13
"""Share of the price by which debt service may still move once sculpted debt is settled."""

TINY_RATE = 1e-7
"""Rate per period up to which one less a discount factor is worked out from its series.

The difference keeps nine digits above it; the first two terms of the series keep nine below.
"""
