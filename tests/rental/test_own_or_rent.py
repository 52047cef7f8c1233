"""Owning against renting, worked by hand."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from analysis.cli.app import app
from analysis.errors import AssumptionError
from analysis.rental import Assumptions, own_or_rent
from analysis.rental.inputs.cases import dump_case

# 1,000,000 for 8 GPUs and one year; 100,000 of staff, nothing at the end, paid at the end of the
# year and discounted at 25 %: 1,000,000 + 100,000 / 1.25 = 1,080,000 over 70,080 x u / 1.25 hours
CASE = Assumptions(
    server_price_cny=1_000_000.0,
    useful_life_years=1.0,
    operating_cost_basis="parts",
    electricity_cny_per_kwh=0.0,
    staff_cny_per_server_month=100_000 / 12,
    residual_value_share=0.0,
    project_discount_rate=0.25,
    utilization=0.75,
)
FULL = 1_080_000 / (70_080 / 1.25)


def test_cost_and_the_utilization_from_which_owning_is_cheaper() -> None:
    table = own_or_rent(CASE, 30.0)
    assert table.loc["cost of a GPU-hour", "owned"] == pytest.approx(FULL / 0.75, rel=1e-12)
    month = FULL * 8 * 730  # whatever the utilization: hours rise as their cost falls
    assert table.loc["cost of a month", "owned"] == pytest.approx(month, rel=1e-12)
    assert table.loc["cost of a month", "rented"] == pytest.approx(30 * 8 * 730 * 0.75, rel=1e-12)
    breakeven = table.loc["utilization from which owning is cheaper", "owned"]
    assert breakeven == pytest.approx(FULL / 30.0, rel=1e-9)


def test_owning_may_never_be_cheaper() -> None:
    table = own_or_rent(CASE, 5.0)
    assert np.isnan(table.loc["utilization from which owning is cheaper", "owned"])


@pytest.mark.parametrize("price", [0.0, -1.0, float("nan"), float("inf")])
def test_a_price_is_needed(price: float) -> None:
    with pytest.raises(AssumptionError, match="a price above 0"):
        own_or_rent(CASE, price)


def printed(tmp_path: Path, *arguments: str) -> str:
    (tmp_path / "case.yaml").write_text(dump_case(CASE), encoding="utf-8")
    done = CliRunner().invoke(app, ["own-or-rent", str(tmp_path / "case.yaml"), *arguments])
    assert done.exit_code == 0, done.output
    return done.output


def test_the_command_says_cost_and_utilization(tmp_path: Path) -> None:
    # 1,080,000 over 56,064 are 19.26 an hour in full use, 25.69 at 75 %; 19.26 / 30 = 64.2 %
    page = printed(tmp_path, "--rented", "30")
    assert page.splitlines() == [
        "cost of a GPU-hour: owned 25.68, rented 30.00 CNY per GPU-hour",
        "cost of a month: owned 112,500.00, rented 131,400.00 CNY per server-month",
        "owning is cheaper from 64.2% of hours on",
    ]
    assert "cheaper at no utilization" in printed(tmp_path, "--rented", "5")
    idle = printed(tmp_path, "--rented", "30", "-s", "utilization=0")
    assert "cost of a GPU-hour: no hour is used, rented 30.00" in idle
    found = json.loads(printed(tmp_path, "--rented", "5", "--json"))
    assert found["utilization from which owning is cheaper"]["owned"] is None
    assert found["cost of a GPU-hour"]["owned"] == pytest.approx(FULL / 0.75, rel=1e-12)


def test_a_server_for_nothing_is_cheaper_at_any_utilization(tmp_path: Path) -> None:
    free = ("-s", "staff_cny_per_server_month=0", "-s", "server_price_cny=0.01")
    assert "cheaper at any utilization" in printed(tmp_path, "--rented", "30", *free)
