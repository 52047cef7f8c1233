"""Take-or-pay contracts by hand, and what they are worth in simulation."""

import numpy as np
import pytest

from analysis.rents.purchase.contracts import TakeOrPay

FLAT = np.ones((1, 4))


@pytest.fixture
def generator() -> np.random.Generator:
    return np.random.default_rng(1)


def test_a_full_contract_pays_for_idle_hours(generator: np.random.Generator) -> None:
    # all hours at the rent of the day of purchase for two months; then 80 % of them at half of it
    index = TakeOrPay(1.0, 2).revenue_index(0.5 * FLAT, 0.8, generator)
    assert (0.8 * index).tolist() == [pytest.approx([1.0, 1.0, 0.4, 0.4])]


def test_no_contract_leaves_the_spot_rents(generator: np.random.Generator) -> None:
    assert TakeOrPay(0.0, 36).revenue_index(0.7 * FLAT, 0.6, generator) == pytest.approx(0.7 * FLAT)


def test_a_discount_is_paid_for_the_term_only(generator: np.random.Generator) -> None:
    index = TakeOrPay(0.5, 3, rent_ratio=0.9).revenue_index(FLAT, 1.0, generator)
    assert index.tolist() == [pytest.approx([0.95, 0.95, 0.95, 1.0])]


def test_a_default_in_the_first_month_recovers_what_is_due() -> None:
    certain = TakeOrPay(1.0, 3, default_per_year=1 - 1e-12, recovery=0.5)

    class First:
        def geometric(self, hazard: float, size: int) -> np.ndarray:
            return np.ones(size, dtype=int)

    index = certain.revenue_index(0.8 * FLAT, 0.5, First())
    # month 1: half of three payments of 1 come in, and the hours are sold: 0.5 * 0.8
    assert (0.5 * index).tolist() == [pytest.approx([1.5 + 0.4, 0.4, 0.4, 0.4])]


def test_as_many_default_within_a_year_as_said(generator: np.random.Generator) -> None:
    months = TakeOrPay(1.0, 12, default_per_year=0.2).default_months(200_000, generator)
    # three standard errors of a share of 0.2 in 200,000
    assert np.mean(months <= 12) == pytest.approx(0.2, abs=3 * np.sqrt(0.16 / 200_000))
