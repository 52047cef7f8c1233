"""Scenarios that are many, and the compiled face read as plain Python."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from analysis.arrays import Floats
from analysis.rental import Assumptions
from analysis.rental.engines.compiled import engine

from .faces import interpreted

Scenarios = dict[str, Floats]


@pytest.fixture
def interpret(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Run kernels line by line, so that many structures need no compilation."""
    monkeypatch.setattr(engine, "load", interpreted)
    engine.engine_for.cache_clear()
    yield
    engine.engine_for.cache_clear()


@pytest.fixture(scope="session")
def levered() -> Assumptions:
    """A server over 60 months: annuity debt, losses carried forward, cost in parts."""
    return Assumptions(
        periods_per_year=12,
        rent_step="period",
        operating_cost_basis="parts",
        debt_form="annuity",
        loss_treatment="carried_forward",
    )


def scenarios(n: int, seed: int) -> Scenarios:
    """Scenarios of the levered server, good and bad."""
    generator = np.random.default_rng(seed)

    def between(low: float, high: float) -> Floats:
        return generator.uniform(low, high, n)

    return {
        "server_price_cny": between(1.5e6, 3e6),
        "rent_cny_per_server_month": between(40e3, 120e3),
        "rent_decline_per_year": between(0.0, 0.35),
        "utilization": between(0.6, 1.0),
        "electricity_cny_per_kwh": between(0.4, 1.0),
        "staff_cny_per_server_month": between(1e3, 6e3),
        "cost_inflation_per_year": between(0.0, 0.05),
        "debt_share": between(0.3, 0.85),
        "debt_rate_per_year": between(0.0, 0.16),
        "debt_tenor_years": generator.choice([3.0, 4.0, 5.0], n),
        "tax_rate": between(0.0, 0.3),
        "resale_value_share": between(0.0, 0.2),
        "equity_discount_rate": between(0.05, 0.25),
    }
