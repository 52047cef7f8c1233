"""Terms of operating cost: a share of revenue, or power, rack, staff, insurance and repair."""

from __future__ import annotations

from typing import Annotated, Any

from analysis.rental.inputs.quantities import Number, Terms, quantity
from analysis.rental.inputs.variants import OPERATING_COST_BASES


def _own_inflation(part: str, mark: str) -> Any:
    meaning = f"yearly rise of {part}; empty: as all cost parts"
    return quantity(
        None, "share per year", meaning, rf"\pi_{{{mark}}}", plausible=(-0.2, 0.3), gt=-1, le=10
    )


class OperatingCostTerms(Terms):
    """Operating cost, in shares or in parts."""

    operating_cost_basis: Annotated[str, OPERATING_COST_BASES] = quantity(
        "share_of_revenue", "", "a share of revenue, the sum of its parts, or both at once"
    )
    operating_cost_share_of_revenue: Number = quantity(
        0.10, "share of revenue", "operating cost over revenue", "c", plausible=(0, 0.9), ge=0, le=1
    )
    power_kw_per_server: Number = quantity(
        10.2,
        "kW",
        "power of the server at full load",
        r"\kappa",
        plausible=(0.3, 300),
        ge=0,
        le=1e6,
    )
    pue: Number = quantity(
        1.3,
        "ratio",
        "power usage effectiveness, site over IT power",
        r"\mathrm{PUE}",
        plausible=(1, 2.5),
        ge=1,
        le=10,
    )
    load_factor: Number = quantity(
        0.8, "share", "mean over full-load power", r"\lambda", plausible=(0.1, 1), ge=0, le=1
    )
    idle_power_share: Number | None = quantity(
        None,
        "share",
        "power of an idle server over full load; empty: power does not follow utilization",
        r"\lambda_0",
        plausible=(0, 1),
        ge=0,
        le=1,
    )
    electricity_cny_per_kwh: Number = quantity(
        0.6, "CNY per kWh", "electricity tariff", r"\epsilon", plausible=(0, 3), ge=0, le=100
    )
    colocation_cny_per_kw_month: Number = quantity(
        0.0,
        "CNY per kW-month",
        "rack rent per kW of server power",
        r"\rho",
        plausible=(0, 5000),
        ge=0,
        le=1e6,
    )
    staff_cny_per_server_month: Number = quantity(
        0.0, "CNY per server-month", "staff", r"w", plausible=(0, 200_000), ge=0, le=1e9
    )
    insurance_share_of_price_per_year: Number = quantity(
        0.0, "share of price per year", "insurance", r"\iota", plausible=(0, 0.1), ge=0, le=1
    )
    repair_share_of_price_per_year: Number = quantity(
        0.0,
        "share of price per year",
        "repair and spare parts",
        r"\varrho",
        plausible=(0, 0.3),
        ge=0,
        le=1,
    )
    fixed_cost_cny_per_server_month: Number = quantity(
        0.0,
        "CNY per server-month",
        "fixed amount, whatever the basis of operating cost",
        r"\phi",
        plausible=(0, 200_000),
        ge=0,
        le=1e9,
    )
    cost_inflation_per_year: Number = quantity(
        0.0,
        "share per year",
        "yearly rise of all cost parts",
        r"\pi",
        plausible=(-0.2, 0.3),
        gt=-1,
        le=10,
    )
    electricity_inflation_per_year: Number | None = _own_inflation("electricity", r"\epsilon")
    colocation_inflation_per_year: Number | None = _own_inflation("colocation", r"\rho")
    staff_inflation_per_year: Number | None = _own_inflation("staff", "w")
    insurance_inflation_per_year: Number | None = _own_inflation("insurance", r"\iota")
    repair_inflation_per_year: Number | None = _own_inflation("repair", r"\varrho")
    fixed_cost_inflation_per_year: Number | None = _own_inflation("fixed cost", r"\phi")
