"""Terms of revenue: what the rent is quoted for, how it moves, when it is received."""

from __future__ import annotations

from typing import Annotated

from analysis.rental.inputs.billing import BillingMode
from analysis.rental.inputs.quantities import Number, Terms, quantity
from analysis.rental.inputs.variants import RENT_PATHS, RENT_PAYMENT_TIMINGS, RENT_STEPS


class RevenueTerms(Terms):
    """Rent, its path, and when it is received."""

    billing_mode: BillingMode = quantity(
        "server_month", "", "what the rent is quoted for: a server-month, a P-year or a GPU-hour"
    )
    rent_cny_per_server_month: Number | None = quantity(
        70_000.0,
        "CNY per server-month",
        "first rent, when billed per server-month",
        "R_0",
        plausible=(1000, 1e7),
        gt=0,
        le=1e10,
    )
    rent_cny_per_p_year: Number | None = quantity(
        None,
        "CNY per PFLOPS-year",
        "first rent, when billed per P (PFLOPS) per year",
        plausible=(3000, 2e6),
        gt=0,
        le=1e10,
    )
    rent_cny_per_gpu_hour: Number | None = quantity(
        None,
        "CNY per GPU-hour",
        "first rent, when billed per GPU-hour",
        plausible=(0.1, 200),
        gt=0,
        le=1e7,
    )
    utilization: Number = quantity(
        1.0, "share", "share of all hours that are billed", "u", plausible=(0.1, 1), ge=0, le=1
    )
    rent_path: Annotated[str, RENT_PATHS] = quantity(
        "constant_decline",
        "",
        "how rent moves: a constant yearly decline (zero is flat), a "
        "contract rent followed by the spot rent, or a given series",
    )
    rent_decline_per_year: Number = quantity(
        0.0,
        "share per year",
        "yearly decline of the rent, or of the spot rent",
        "d",
        plausible=(-0.5, 0.75),
        lt=1,
        gt=-1,
    )
    rent_step: Annotated[str, RENT_STEPS] = quantity(
        "year", "", "whether the decline comes once a year or a little every period"
    )
    contract_years: Number | None = quantity(
        None,
        "years",
        "length of the first contract (contract_then_spot)",
        "N_c",
        plausible=(0, 10),
        ge=0,
        le=30,
    )
    spot_rent_ratio: Number = quantity(
        1.0,
        "ratio",
        "spot rent over contract rent on the day of signing",
        "s",
        plausible=(0.1, 3),
        ge=0,
        le=100,
    )
    rent_index_by_period: tuple[Number, ...] | None = quantity(
        None, "ratio", "rent of every period over the first rent (series)", plausible=(0, 10)
    )
    months_to_first_rent: Number = quantity(
        0.0,
        "months",
        "from purchase to first rent; operating cost waits too",
        "M_0",
        plausible=(0, 12),
        ge=0,
        le=60,
    )
    rent_payment_timing: Annotated[str, RENT_PAYMENT_TIMINGS] = quantity(
        "arrears", "", "when rent is received: at the end or at the start of each period"
    )
    customer_prepayment_cny: Number = quantity(
        0.0,
        "CNY",
        "received on the day of purchase, credited against later rent",
        r"\Lambda",
        plausible=(0, 1e8),
        ge=0,
        le=1e11,
    )
    prepayment_credit_share: Number = quantity(
        1.0,
        "share of rent",
        "part of each rent that the prepayment settles until it is used up",
        r"\ell",
        plausible=(0, 1),
        gt=0,
        le=1,
    )
