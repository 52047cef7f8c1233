"""Debt: what is borrowed, when it is repaid and what interest it bears."""

from __future__ import annotations

import sympy as sp

from analysis.rental.model.lines import ONE, ZERO, Builder, when
from analysis.rental.model.structure import Structure


def declare_terms(model: Builder, structure: Structure) -> None:
    """Declare the amount borrowed, the rate per period and level payments."""
    model.constant(
        "debt_drawn_cny", "Debt drawn", "CNY",
        model["debt_drawn_share"] * model["price_paid_cny"], "G",
    )  # fmt: skip
    rate, per_year = model["debt_rate_per_year"], model["periods_per_year"]
    nominal = structure.debt_rate_convention == "nominal"
    model.constant(
        "debt_rate_per_period", "Interest rate per period", "share per period",
        rate / per_year if nominal else (1 + rate) ** (1 / per_year) - 1, "j",
    )  # fmt: skip
    if structure.debt_form == "annuity":
        _declare_level_payment(model, ZERO, ONE)
    elif structure.debt_form == "finance_lease":
        model.constant(
            "lease_purchase_option_cny", "Purchase option at the end", "CNY",
            model["lease_purchase_option_share"] * model["price_paid_cny"], "O",
        )  # fmt: skip
        in_advance = structure.lease_payment_timing == "advance"
        advance = 1 + model["debt_rate_per_period"] if in_advance else ONE
        _declare_level_payment(model, model["lease_purchase_option_cny"], advance)


def _declare_level_payment(model: Builder, option: sp.Expr, advance: sp.Expr) -> None:
    rate, n = model["debt_rate_per_period"], model["debt_tenor_periods"]
    drawn = model["debt_drawn_cny"]
    discount = (1 + rate) ** (-n)
    level = (drawn - option * discount) * rate / (1 - discount) / advance
    model.constant(
        "level_payment_cny", "Level payment", "CNY per period",
        when(rate > 0, level, (drawn - option) / n), "A",
    )  # fmt: skip


def declare(model: Builder, structure: Structure) -> None:
    """Declare principal, balance, interest and debt service of a period."""
    form = structure.debt_form
    drawn, in_term = model["debt_drawn_cny"], model["is_debt_term"]
    before = model.previous("debt_cny")
    interest_due = before * model["debt_rate_per_period"]
    opening = drawn
    upfront: sp.Expr = ZERO
    if form == "equal_principal":
        scheduled = drawn / model["debt_tenor_periods"]
    elif form == "bullet":
        scheduled = ZERO
    elif form == "sculpted":
        scheduled = model["sculpted_service_given_cny"] - interest_due
    else:
        payment = model["level_payment_cny"]
        scheduled = payment - interest_due
        if form == "finance_lease" and structure.lease_payment_timing == "advance":
            upfront, opening = payment, drawn - payment
    # What is left, a purchase option included: a remnant of rounding would bear interest for ever.
    principal = when(model["is_debt_final"] > 0.5, before, in_term * scheduled)
    model.constant("lease_upfront_cny", "Lease payment on the first day", "CNY", upfront, "A_0")
    model.line("principal_cny", "Principal repaid", "CNY", "cash", principal, "Q")
    model.line(
        "debt_cny", "Debt", "CNY", "balance", before - model["principal_cny"], "G", start=opening
    )
    base = {
        "opening": before,
        "average": (before + model["debt_cny"]) / 2,
        "closing": model["debt_cny"],
        "original": in_term * drawn,
    }[structure.interest_base]
    model.line(
        "interest_cny", "Interest", "CNY", "income", base * model["debt_rate_per_period"], "I"
    )
    model.line(
        "debt_service_cny", "Debt service", "CNY", "cash",
        model["interest_cny"] + model["principal_cny"], "Y",
    )  # fmt: skip
