"""Arrangement fee and debt service reserve: what a lender asks for besides interest."""

from __future__ import annotations

from collections.abc import Callable

import sympy as sp

from analysis.rental.model.lines import ONE, ZERO, Builder, smaller, when
from analysis.rental.model.structure import Structure

_FEE_EXPENSE, _FEE_LEFT = "arrangement_fee_expensed_cny", "arrangement_fee_left_cny"
_RESERVE, _RESERVE_CASH = "debt_service_reserve_cny", "reserve_cash_flow_cny"


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


def declare_reserve(model: Builder, service: Callable[[sp.Expr, sp.Expr], sp.Expr]) -> None:
    """Declare months of debt service held in cash, at the pace of the next period.

    For no more months than are left of the tenor. The scheduled service counts, not what is left
    for the last day of the tenor: the principal of a bullet or the purchase option of a lease is
    repaid out of the business or refinanced, and a reserve of months is not made for it.

    Parameters
    ----------
    model : Builder
        The declaration so far.
    service : callable
        Interest and scheduled principal of a period, from the balance at its start and its number.
    """
    periods_held = model.constant(
        "reserve_periods",
        "Debt service held in reserve",
        "periods",
        model["debt_service_reserve_months"] * model["periods_per_year"] / 12,
        "m_s",
    )
    following = model["period"] + 1
    tenor = model["debt_tenor_periods"]
    in_term = when(following <= tenor + 0.5, ONE)
    model.line(
        _RESERVE,
        "Debt service reserve",
        "CNY",
        "balance",
        smaller(periods_held, tenor - model["period"])
        * service(model["debt_cny"], following)
        * in_term,
        r"\Omega",
        start=smaller(periods_held, tenor) * service(model.start("debt_cny"), ONE),
    )
    model.line(
        _RESERVE_CASH,
        "Released from the debt service reserve",
        "CNY",
        "cash",
        model.previous(_RESERVE) - model[_RESERVE],
        r"\Delta\Omega",
        start=-model.start(_RESERVE),
    )


def reserve_cash(model: Builder) -> sp.Expr:
    """Return what leaves the reserve in a period."""
    return model[_RESERVE_CASH] if _RESERVE in model.lines else ZERO


def assets(model: Builder) -> sp.Expr:
    """Return the fee not yet expensed and the reserve."""
    return sum((model[name] for name in (_FEE_LEFT, _RESERVE) if name in model.lines), ZERO)


def paid_on_first_day(model: Builder) -> sp.Expr:
    """Return the fee and the first funding of the reserve."""
    held = (_FEE_LEFT, _RESERVE)
    return sum((model.start(name) for name in held if name in model.lines), ZERO)
