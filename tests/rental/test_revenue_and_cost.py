"""Rents, the paths they follow, and operating cost from its parts, worked by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.rental import RentalResult, convert_rent
from analysis.rental.inputs.billing import RENT_FIELD

from .conftest import SmallServer
from .strategies import steady

MODES = tuple(RENT_FIELD)


def row(result: RentalResult, name: str) -> list[float]:
    return [float(value) for value in result.line(name)[0]]


def close(*values: float) -> Any:
    return pytest.approx(list(values), rel=1e-12)


@steady
@given(
    st.floats(1.0, 1e7),
    st.sampled_from(MODES),
    st.sampled_from(MODES),
    st.integers(1, 72),
    st.floats(0.01, 10.0),
    st.sampled_from(["fp16_dense", "fp16_sparse"]),
)
def test_billing_modes_convert_there_and_back(
    rent: float, quoted: Any, wanted: Any, n_gpus: int, pflops: float, precision: Any
) -> None:
    server = {"n_gpus": n_gpus, "pflops_per_gpu": pflops, "p_precision": precision}
    there = convert_rent(rent, quoted, wanted, **server)  # type: ignore[arg-type]
    back = convert_rent(there, wanted, quoted, **server)  # type: ignore[arg-type]
    assert back == pytest.approx(rent, rel=1e-12)


def test_the_three_modes_bill_the_same_rent(small_server: SmallServer) -> None:
    # 8 GPUs of 1 PFLOPS: 25 a month is 300 / 8 a year for each P, 25 / (8 * 730) for a GPU-hour
    server = {"n_gpus": 8, "pflops_per_gpu": 1.0, "utilization": 0.5}
    monthly = small_server(**server)
    per_p = small_server(
        **server,
        billing_mode="p_year",
        rent_cny_per_server_month=None,
        rent_cny_per_p_year=300 / 8,
    )
    hourly = small_server(
        **server,
        billing_mode="gpu_hour",
        rent_cny_per_server_month=None,
        rent_cny_per_gpu_hour=25 / 5840,
    )
    for result in (monthly, per_p, hourly):
        assert row(result, "revenue_cny") == close(*[150] * 5)
        assert row(result, "gpu_hours_billed") == close(*[8 * 4380] * 5)


def test_sparse_p_counts_twice(small_server: SmallServer) -> None:
    # 8 PFLOPS dense are quoted as 16 sparse: the same rent per P earns twice
    terms = {
        "billing_mode": "p_year",
        "rent_cny_per_server_month": None,
        "rent_cny_per_p_year": 30.0,
        "pflops_per_gpu": 1.0,
    }
    assert row(small_server(**terms), "revenue_cny") == close(*[240] * 5)
    sparse = small_server(**terms, p_precision="fp16_sparse")
    assert row(sparse, "revenue_cny") == close(*[480] * 5)


@pytest.mark.parametrize(
    ("path", "index"),
    [
        ({}, [1, 1, 1, 1, 1]),
        ({"rent_decline_per_year": 0.2}, [1, 0.8, 0.64, 0.512, 0.4096]),
        ({"rent_decline_per_year": 0.2, "rent_step": "period"}, [1, 0.8, 0.64, 0.512, 0.4096]),
        ({"rent_decline_per_year": -0.1}, [1, 1.1, 1.21, 1.331, 1.4641]),
        # spot is half the contract rent on the day of signing and declines from then on
        (
            {
                "rent_path": "contract_then_spot",
                "contract_years": 2.0,
                "spot_rent_ratio": 0.5,
                "rent_decline_per_year": 0.2,
            },
            [1, 1, 0.32, 0.256, 0.2048],
        ),
        (
            {"rent_path": "contract_then_spot", "contract_years": 0.0, "spot_rent_ratio": 0.5},
            [0.5] * 5,
        ),
        (
            {"rent_path": "contract_then_spot", "contract_years": 9.0, "spot_rent_ratio": 0.5},
            [1] * 5,
        ),
        (
            {"rent_path": "series", "rent_index_by_period": (1, 0.9, 0, 0.5, 2, 77)},
            [1, 0.9, 0, 0.5, 2],
        ),
    ],
)
def test_rent_paths_by_year(
    small_server: SmallServer, path: dict[str, Any], index: list[float]
) -> None:
    result = small_server(**path)
    assert row(result, "rent_index") == close(*index)
    assert row(result, "revenue_cny") == close(*(300 * value for value in index))


def test_a_yearly_decline_by_month_comes_once_a_year(small_server: SmallServer) -> None:
    result = small_server(periods_per_year=12, useful_life_years=2.0, rent_decline_per_year=0.2)
    assert row(result, "revenue_cny") == close(*[25] * 12, *[20] * 12)


def test_a_monthly_decline_makes_the_yearly_one_in_a_year(small_server: SmallServer) -> None:
    result = small_server(
        periods_per_year=12, useful_life_years=2.0, rent_decline_per_year=0.2, rent_step="period"
    )
    rents = np.array(row(result, "revenue_cny"))
    assert rents[0] == pytest.approx(25, rel=1e-12)
    assert rents[12] == pytest.approx(20, rel=1e-12)
    assert np.allclose(rents[1:] / rents[:-1], 0.8 ** (1 / 12), rtol=1e-12)


def test_contract_ends_within_a_year(small_server: SmallServer) -> None:
    result = small_server(
        periods_per_year=12,
        useful_life_years=1.0,
        rent_path="contract_then_spot",
        contract_years=0.5,
        spot_rent_ratio=0.6,
    )
    assert row(result, "revenue_cny") == close(*[25] * 6, *[15] * 6)


PARTS: dict[str, Any] = {
    "operating_cost_basis": "parts",
    "server_price_cny": 2_000_000.0,
    "power_kw_per_server": 10.0,
    "pue": 1.3,
    "load_factor": 0.8,
    "electricity_cny_per_kwh": 0.5,  # 10 * 1.3 * 0.8 * 8760 * 0.5 = 45,552
    "colocation_cny_per_kw_month": 400.0,  # 10 * 400 * 12 = 48,000
    "staff_cny_per_server_month": 1000.0,  # 12,000
    "insurance_share_of_price_per_year": 0.005,  # 10,000
    "repair_share_of_price_per_year": 0.02,  # 40,000
}
PARTS_OF_A_YEAR = 45_552 + 48_000 + 12_000 + 10_000 + 40_000


def test_operating_cost_from_parts(small_server: SmallServer) -> None:
    result = small_server(**PARTS, cost_inflation_per_year=0.03)
    rising = [PARTS_OF_A_YEAR * 1.03**year for year in range(5)]
    assert row(result, "operating_cost_cny") == close(*rising)


def test_operating_cost_by_month_rises_once_a_year(small_server: SmallServer) -> None:
    result = small_server(
        **PARTS, cost_inflation_per_year=0.03, periods_per_year=12, useful_life_years=2.0
    )
    month = PARTS_OF_A_YEAR / 12
    assert row(result, "operating_cost_cny") == close(*[month] * 12, *[1.03 * month] * 12)


def test_parts_do_not_depend_on_utilization_but_a_share_does(small_server: SmallServer) -> None:
    idle = small_server(**PARTS, utilization=0.0)
    assert row(idle, "operating_cost_cny")[0] == pytest.approx(PARTS_OF_A_YEAR)
    shared = small_server(operating_cost_share_of_revenue=0.1, utilization=0.5)
    assert row(shared, "operating_cost_cny") == close(*[15] * 5)
