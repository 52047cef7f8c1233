"""A server small enough to work by hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from analysis.rental import Assumptions, RentalResult, evaluate

from ..rental_scale.conftest import interpret

__all__ = ["PLAIN", "SmallServer", "interpret", "small_server"]

SmallServer = Callable[..., RentalResult]

PLAIN: dict[str, Any] = {
    "server_price_cny": 1000.0,
    "rent_cny_per_server_month": 25.0,
    "operating_cost_share_of_revenue": 0.0,
    "residual_value_share": 0.0,
    "debt_share": 0.0,
    "tax_rate": 0.0,
}


@pytest.fixture
def small_server() -> SmallServer:
    """A server of 1,000 that earns 300 a year for five years; no cost, debt or tax unless said."""
    return lambda **changes: evaluate(Assumptions(**{**PLAIN, **changes}))
