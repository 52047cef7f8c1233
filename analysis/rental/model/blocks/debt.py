"""Debt: what is borrowed, when it is repaid and what interest it bears."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import sympy as sp

from analysis.rental.inputs.parameters import SCULPTED_SERVICE
from analysis.rental.inputs.variants import (
    DEBT_FORMS,
    DEBT_RATE_CONVENTIONS,
    GRACE_INTERESTS,
    INTEREST_BASES,
    LEASE_PAYMENT_TIMINGS,
)
from analysis.rental.model.blocks import lender_terms
from analysis.rental.model.blocks.timeline import months_in_periods
from analysis.rental.model.lines import ONE, ZERO, Builder, when
from analysis.rental.model.rounding import TINY_RATE
from analysis.rental.model.structure import Structure


def declare_terms(model: Builder, structure: Structure) -> None:
    """Declare the amount borrowed and the rate per period."""
    model.constant(
        "debt_drawn_cny",
        "Debt drawn",
        "CNY",
        model["debt_drawn_share"] * model["price_paid_cny"],
        "G",
    )
    convention = DEBT_RATE_CONVENTIONS.functions[structure.debt_rate_convention]
    model.constant(
        "debt_rate_per_period",
        "Interest rate per period",
        "share per period",
        convention(model["debt_rate_per_year"], model["periods_per_year"]),
        "j",
    )


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
    _declare_grace(model, structure)
    form = DEBT_FORMS.functions[structure.debt_form](model, structure)
    scheduled = in_term * _after_grace(model, structure, form, before)
    # What is left, a purchase option included: a remnant of rounding would bear interest for ever.
    principal = when(model["is_debt_final"] > 0.5, before, scheduled)
    model.constant(
        "lease_upfront_cny", "Lease payment on the first day", "CNY", form.upfront, "A_0"
    )
    model.line("principal_cny", "Principal repaid", "CNY", "cash", principal, "Q")
    model.line(
        "debt_cny",
        "Debt",
        "CNY",
        "balance",
        before - model["principal_cny"],
        "G",
        start=drawn - form.upfront,
    )
    base = INTEREST_BASES.functions[structure.interest_base](
        before, model["debt_cny"], in_term * drawn
    )
    model.line(
        "interest_cny", "Interest", "CNY", "income", base * model["debt_rate_per_period"], "I"
    )
    model.line(
        "debt_service_cny",
        "Debt service",
        "CNY",
        "cash",
        model["interest_cny"] + model["principal_cny"],
        "Y",
    )
    lender_terms.declare_fee(model, structure)
    on_last_day = scheduled * (ONE - form.paid_ahead)
    lender_terms.declare_reserve(
        model, structure, when(model["is_debt_final"] > 0.5, on_last_day, scheduled)
    )


class _Repayment(NamedTuple):
    """What a form repays.

    Parameters
    ----------
    scheduled : callable
        Principal due in a period of the tenor, from the balance at its start.
    upfront : sympy.Expr
        What is paid on the first day.
    paid_ahead : sympy.Expr
        Whether that is a payment of the schedule, so that none is left for the last day: 1 or 0.
    """

    scheduled: Callable[[sp.Expr], sp.Expr]
    upfront: sp.Expr = ZERO
    paid_ahead: sp.Expr = ZERO


def _declare_grace(model: Builder, structure: Structure) -> None:
    if structure.has("principal_grace_months"):
        model.constant(
            "grace_periods",
            "Grace on principal",
            "periods",
            months_in_periods(model, "principal_grace_months"),
            "m_g",
        )


def _after_grace(
    model: Builder, structure: Structure, form: _Repayment, balance: sp.Expr
) -> sp.Expr:
    """Return the principal due in a period, which is none in the periods of grace."""
    due = form.scheduled(balance)
    if not structure.has("principal_grace_months"):
        return due
    interest = balance * model["debt_rate_per_period"]
    meanwhile = GRACE_INTERESTS.functions[structure.grace_interest](interest)
    return when(model["period"] <= model["grace_periods"] + 0.5, meanwhile, due)


@GRACE_INTERESTS.declares
def paid(interest: sp.Expr) -> sp.Expr:
    """Return no principal: the debt stands still."""
    return ZERO


@GRACE_INTERESTS.declares
def capitalized(interest: sp.Expr) -> sp.Expr:
    """Return negative principal: the debt grows by its interest."""
    return -interest


def _to_repay(model: Builder, structure: Structure) -> tuple[sp.Expr, sp.Expr]:
    """Return what is owed when principal falls due, and over how many periods it is repaid."""
    drawn, n = model["debt_drawn_cny"], model["debt_tenor_periods"]
    if not structure.has("principal_grace_months"):
        return drawn, n
    grown = (1 + model["debt_rate_per_period"]) ** model["grace_periods"]
    owed = drawn * grown if structure.grace_interest == "capitalized" else drawn
    return owed, n - model["grace_periods"]


@DEBT_FORMS.declares
def equal_principal(model: Builder, structure: Structure) -> _Repayment:
    """Repay the same principal every period."""
    owed, n = _to_repay(model, structure)
    return _Repayment(lambda balance: owed / n)


@DEBT_FORMS.declares
def annuity(model: Builder, structure: Structure) -> _Repayment:
    """Pay the same debt service every period."""
    level = _declare_level_payment(model, *_to_repay(model, structure), ZERO, ONE)
    return _Repayment(lambda balance: level - balance * model["debt_rate_per_period"])


@DEBT_FORMS.declares
def bullet(model: Builder, structure: Structure) -> _Repayment:
    """Repay everything at the end."""
    return _Repayment(lambda balance: ZERO)


@DEBT_FORMS.declares
def given(model: Builder, structure: Structure) -> _Repayment:
    """Repay given shares of what was borrowed."""
    return _Repayment(lambda balance: model["debt_drawn_cny"] * model["repayment_share_given"])


@DEBT_FORMS.declares
def sculpted(model: Builder, structure: Structure) -> _Repayment:
    """Pay what keeps the cover ratio constant, found by looking ahead."""
    service, rate = model[SCULPTED_SERVICE], model["debt_rate_per_period"]
    return _Repayment(lambda balance: service - balance * rate)


@DEBT_FORMS.declares
def finance_lease(model: Builder, structure: Structure) -> _Repayment:
    """Pay level lease payments, and a purchase option at the end."""
    option = model.constant(
        "lease_purchase_option_cny",
        "Purchase option at the end",
        "CNY",
        model["lease_purchase_option_share"] * model["price_paid_cny"],
        "O",
    )
    in_advance, first = LEASE_PAYMENT_TIMINGS.functions[structure.lease_payment_timing](model)
    level = _declare_level_payment(model, *_to_repay(model, structure), option, in_advance)
    return _Repayment(
        lambda balance: level - balance * model["debt_rate_per_period"], first * level, first
    )


@LEASE_PAYMENT_TIMINGS.declares
def arrears(model: Builder) -> tuple[sp.Expr, sp.Expr]:
    """Return what a level payment is divided by, and how many are paid on the first day."""
    return ONE, ZERO


@LEASE_PAYMENT_TIMINGS.declares
def advance(model: Builder) -> tuple[sp.Expr, sp.Expr]:
    """Return a period's interest factor, since each payment comes a period sooner."""
    return 1 + model["debt_rate_per_period"], ONE


def _declare_level_payment(
    model: Builder, owed: sp.Expr, n: sp.Expr, option: sp.Expr, advance: sp.Expr
) -> sp.Symbol:
    rate = model["debt_rate_per_period"]
    discount = (1 + rate) ** (-n)
    level = (owed - option * discount) * rate / (1 - discount)
    # 1 - discount is mostly rounding where the rate is tiny; there its series says it exactly
    near_zero = (owed - option) / n * (1 + (n + 1) / 2 * rate) + option * rate
    return model.constant(
        "level_payment_cny",
        "Level payment",
        "CNY per period",
        when(rate > sp.Float(TINY_RATE), level / advance, near_zero / advance),
        "A",
    )


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
