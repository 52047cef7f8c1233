"""Arrangement fee and debt service reserve: what a lender asks for besides interest."""

from __future__ import annotations

import sympy as sp

from analysis.rental.inputs.parameters import SERVICE_AHEAD, SERVICE_AHEAD_FIRST
from analysis.rental.model.blocks.timeline import months_in_periods
from analysis.rental.model.lines import ZERO, Builder, when
from analysis.rental.model.structure import Structure

_FEE_EXPENSE, _FEE_LEFT = "arrangement_fee_expensed_cny", "arrangement_fee_left_cny"
RESERVE, _RESERVE_CASH = "debt_service_reserve_cny", "reserve_cash_flow_cny"
SCHEDULED, RESERVE_PERIODS = "scheduled_debt_service_cny", "reserve_periods"
"""What a reserve is made for, and the periods of it that are held: an engine looks ahead by them.

What it finds are the series `SERVICE_AHEAD` and, on the day of purchase, `SERVICE_AHEAD_FIRST`.
"""


def declare_fee(model: Builder, structure: Structure) -> None:
    """Declare a fee that is paid on the day of purchase and becomes an expense over the tenor."""
    if not structure.has("arrangement_fee_share"):
        return
    fee = model.constant(
        "arrangement_fee_cny",
        "Arrangement fee",
        "CNY",
        model["arrangement_fee_share"] * model["debt_drawn_cny"],
        "N_0",
    )
    before = model.previous(_FEE_LEFT)
    even = model["is_debt_term"] * fee / model["debt_tenor_periods"]
    model.line(
        _FEE_EXPENSE,
        "Arrangement fee, expense",
        "CNY",
        "income",
        when(model["is_debt_final"] > 0.5, before, even),
        r"\eta",
    )
    model.line(
        _FEE_LEFT,
        "Arrangement fee not yet expensed",
        "CNY",
        "balance",
        before - model[_FEE_EXPENSE],
        "N",
        start=fee,
    )


def fee_expense(model: Builder) -> sp.Expr:
    """Return the part of the fee that is an expense of the period."""
    return model[_FEE_EXPENSE] if _FEE_EXPENSE in model.lines else ZERO


def declare_reserve(model: Builder, structure: Structure, scheduled: sp.Expr) -> None:
    """Declare the debt service of the next months, held in cash.

    The scheduled service counts, not what is left for the last day of the tenor: the principal of a
    bullet or the purchase option of a lease is repaid out of the business or refinanced, and a
    reserve of months is not made for it.

    Parameters
    ----------
    model : Builder
        The declaration so far.
    structure : Structure
        Whether there is a reserve.
    scheduled : sympy.Expr
        Principal of a period by the schedule, without what is left for the last day.
    """
    if not structure.has("debt_service_reserve_months"):
        return
    model.constant(
        RESERVE_PERIODS,
        "Debt service held in reserve",
        "periods",
        months_in_periods(model, "debt_service_reserve_months"),
        "m_s",
    )
    model.line(
        SCHEDULED,
        "Debt service by schedule, without what is left for the last day",
        "CNY",
        "workings",
        model["interest_cny"] + scheduled,
        r"\tilde Y",
    )
    model.line(
        RESERVE,
        "Debt service reserve",
        "CNY",
        "balance",
        model[SERVICE_AHEAD],
        r"\Omega",
        start=model[SERVICE_AHEAD_FIRST],
    )
    model.line(
        _RESERVE_CASH,
        "Released from the debt service reserve",
        "CNY",
        "cash",
        model.previous(RESERVE) - model[RESERVE],
        r"\Delta\Omega",
        start=-model.start(RESERVE),
    )


def reserve_cash(model: Builder) -> sp.Expr:
    """Return what leaves the reserve in a period."""
    return model[_RESERVE_CASH] if RESERVE in model.lines else ZERO


def assets(model: Builder) -> sp.Expr:
    """Return the fee not yet expensed and the reserve."""
    return sum((model[name] for name in (_FEE_LEFT, RESERVE) if name in model.lines), ZERO)


def paid_on_first_day(model: Builder) -> sp.Expr:
    """Return the fee and the first funding of the reserve."""
    held = (_FEE_LEFT, RESERVE)
    return sum((model.start(name) for name in held if name in model.lines), ZERO)
