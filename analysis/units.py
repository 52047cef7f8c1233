"""Unit conversions of the project, each once.

Rates are decimals. A month is a twelfth of a year of 8,760 hours, so that twelve months are one
year exactly and billing modes convert there and back without loss.
"""

from __future__ import annotations

from typing import Literal, TypeVar

import numpy as np
from numpy.typing import NDArray

Quantity = TypeVar("Quantity", float, NDArray[np.float64])

HOURS_PER_YEAR = 8760
MONTHS_PER_YEAR = 12
HOURS_PER_MONTH = HOURS_PER_YEAR / MONTHS_PER_YEAR
HOURS_PER_DAY = 24.0
DAYS_PER_YEAR = 365.25  # of the calendar, for ages and spans between dates
GPUS_PER_SERVER = 8
TFLOPS_PER_PFLOPS = 1000.0
YI = 1e8  # 亿
WAN = 1e4  # 万

INTERVAL_COVERAGE = 0.9
"""Share of outcomes that a printed interval is meant to hold, where nothing else is asked for."""

RENT_UNITS: dict[str, tuple[Literal["GPU", "server", "P"], float]] = {
    f"per {item}-{period}": (item, hours)
    for item in ("GPU", "server", "P")
    for period, hours in (
        ("hour", 1.0),
        ("day", HOURS_PER_DAY),
        ("month", HOURS_PER_MONTH),
        ("year", HOURS_PER_YEAR),
    )
}
"""What a rent may be quoted for: a GPU, a server or a P (PFLOPS), and for how many hours."""


def per_period_rate(rate_per_year: Quantity, periods_per_year: int) -> Quantity:
    """Turn an effective yearly rate into the effective rate of one period.

    ``(1 + rate)^(1 / periods_per_year) - 1``

    Parameters
    ----------
    rate_per_year : float or ndarray
        Effective rate, decimal per year, above -1.
    periods_per_year : int
        1 for years, 12 for months.

    Returns
    -------
    float or ndarray
        Effective rate, decimal per period.

    Examples
    --------
    >>> round(per_period_rate(0.1268250301319698, 12), 12)
    0.01
    """
    return (1.0 + rate_per_year) ** (1.0 / periods_per_year) - 1.0


def per_year_rate(rate_per_period: Quantity, periods_per_year: int) -> Quantity:
    """Turn the effective rate of one period into an effective yearly rate.

    Examples
    --------
    >>> round(per_year_rate(0.01, 12), 12)
    0.126825030132
    """
    return (1.0 + rate_per_period) ** periods_per_year - 1.0
