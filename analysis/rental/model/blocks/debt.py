"""Debt: what is borrowed, when it is repaid and what interest it bears."""

from __future__ import annotations

from typing import NamedTuple

import sympy as sp

from analysis.rental.inputs.variants import (
    DEBT_FORMS,
    DEBT_RATE_CONVENTIONS,
    INTEREST_BASES,
    LEASE_PAYMENT_TIMINGS,
)
from analysis.rental.model.lines import ONE, ZERO, Builder, when
from analysis.rental.model.structure import Structure


def declare_terms(model: Builder, structure: Structure) -> None:
    """Declare the amount borrowed and the rate per period."""
    model.constant(
        "debt_drawn_cny", "Debt drawn", "CNY",
        model["debt_drawn_share"] * model["price_paid_cny"], "G",
    )  # fmt: skip
    convention = DEBT_RATE_CONVENTIONS.functions[structure.debt_rate_convention]
    model.constant(
        "debt_rate_per_period", "Interest rate per period", "share per period",
        convention(model["debt_rate_per_year"], model["periods_per_year"]), "j",
    )  # fmt: skip


@DEBT_RATE_CONVENTIONS.declares
def nominal(rate: sp.Expr, per_year: sp.Expr) -> sp.Expr:
    """Return an equal part of the yearly rate."""
    return rate / per_year


@DEBT_RATE_CONVENTIONS.declares
def effective(rate: sp.Expr, per_year: sp.Expr) -> sp.Expr:
    """Return the rate that compounds to the yearly one."""
    return (1 + rate) ** (1 / per_year) - 1


def declare(model: Builder, structure: Structure) -> None:
    """Declare principal, balance, interest and debt service of a period."""
    drawn, in_term = model["debt_drawn_cny"], model["is_debt_term"]
    before = model.previous("debt_cny")
    form = DEBT_FORMS.functions[structure.debt_form](model, structure)
    # What is left, a purchase option included: a remnant of rounding would bear interest for ever.
    principal = when(model["is_debt_final"] > 0.5, before, in_term * form.scheduled)
    model.constant(
        "lease_upfront_cny", "Lease payment on the first day", "CNY", form.upfront, "A_0"
    )
    model.line("principal_cny", "Principal repaid", "CNY", "cash", principal, "Q")
    model.line(
        "debt_cny", "Debt", "CNY", "balance", before - model["principal_cny"], "G",
        start=drawn - form.upfront,
    )  # fmt: skip
    base = INTEREST_BASES.functions[structure.interest_base](
        before, model["debt_cny"], in_term * drawn
    )
    model.line(
        "interest_cny", "Interest", "CNY", "income", base * model["debt_rate_per_period"], "I"
    )
    model.line(
        "debt_service_cny", "Debt service", "CNY", "cash",
        model["interest_cny"] + model["principal_cny"], "Y",
    )  # fmt: skip


class _Repayment(NamedTuple):
    """Principal that is due in a period of the tenor, and what is paid on the first day."""

    scheduled: sp.Expr
    upfront: sp.Expr = ZERO


def _interest_due(model: Builder) -> sp.Expr:
    return model.previous("debt_cny") * model["debt_rate_per_period"]


@DEBT_FORMS.declares
def equal_principal(model: Builder, structure: Structure) -> _Repayment:
    """Repay the same principal every period."""
    return _Repayment(model["debt_drawn_cny"] / model["debt_tenor_periods"])


@DEBT_FORMS.declares
def annuity(model: Builder, structure: Structure) -> _Repayment:
    """Pay the same debt service every period."""
    level = _declare_level_payment(model, ZERO, ONE)
    return _Repayment(level - _interest_due(model))


@DEBT_FORMS.declares
def bullet(model: Builder, structure: Structure) -> _Repayment:
    """Repay everything at the end."""
    return _Repayment(ZERO)


@DEBT_FORMS.declares
def sculpted(model: Builder, structure: Structure) -> _Repayment:
    """Pay what keeps the cover ratio constant, found by looking ahead."""
    return _Repayment(model["sculpted_service_given_cny"] - _interest_due(model))


@DEBT_FORMS.declares
def finance_lease(model: Builder, structure: Structure) -> _Repayment:
    """Pay level lease payments, and a purchase option at the end."""
    option = model.constant(
        "lease_purchase_option_cny", "Purchase option at the end", "CNY",
        model["lease_purchase_option_share"] * model["price_paid_cny"], "O",
    )  # fmt: skip
    timing = LEASE_PAYMENT_TIMINGS.functions[structure.lease_payment_timing]
    return timing(model, option)


@LEASE_PAYMENT_TIMINGS.declares
def arrears(model: Builder, option: sp.Expr) -> _Repayment:
    """Pay at the end of each period."""
    return _Repayment(_declare_level_payment(model, option, ONE) - _interest_due(model))


@LEASE_PAYMENT_TIMINGS.declares
def advance(model: Builder, option: sp.Expr) -> _Repayment:
    """Pay at the start of each period, the first time on the day of purchase."""
    level = _declare_level_payment(model, option, 1 + model["debt_rate_per_period"])
    return _Repayment(level - _interest_due(model), level)


def _declare_level_payment(model: Builder, option: sp.Expr, advance: sp.Expr) -> sp.Symbol:
    rate, n = model["debt_rate_per_period"], model["debt_tenor_periods"]
    drawn = model["debt_drawn_cny"]
    discount = (1 + rate) ** (-n)
    level = (drawn - option * discount) * rate / (1 - discount) / advance
    return model.constant(
        "level_payment_cny", "Level payment", "CNY per period",
        when(rate > 0, level, (drawn - option) / n), "A",
    )  # fmt: skip


@INTEREST_BASES.declares
def opening(before: sp.Expr, after: sp.Expr, borrowed: sp.Expr) -> sp.Expr:
    """Return the balance at the start of the period."""
    return before


@INTEREST_BASES.declares
def average(before: sp.Expr, after: sp.Expr, borrowed: sp.Expr) -> sp.Expr:
    """Return the mean of the balances at both ends."""
    return (before + after) / 2


@INTEREST_BASES.declares
def closing(before: sp.Expr, after: sp.Expr, borrowed: sp.Expr) -> sp.Expr:
    """Return the balance at the end of the period."""
    return after


@INTEREST_BASES.declares
def original(before: sp.Expr, after: sp.Expr, borrowed: sp.Expr) -> sp.Expr:
    """Return what was borrowed."""
    return borrowed
