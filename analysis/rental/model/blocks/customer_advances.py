"""Customer advances: rent ahead, or a prepayment that is credited against later rent.

Both are a liability until the period they are for. Value-added tax on them is invoiced and settled
with the rent of that period.
"""

from __future__ import annotations

import sympy as sp

from analysis.rental.model.blocks.value_added_tax import net
from analysis.rental.model.lines import ONE, ZERO, Builder, smaller
from analysis.rental.model.structure import Structure

_BALANCE, _CASH = "customer_advances_cny", "customer_advances_cash_flow_cny"


def balance(model: Builder) -> sp.Expr:
    """Return what is owed to customers at the end of a period; zero where nothing is paid ahead."""
    return model[_BALANCE] if _BALANCE in model.lines else ZERO


def cash(model: Builder) -> sp.Expr:
    """Return what customers pay ahead less what is credited to them."""
    return model[_CASH] if _CASH in model.lines else ZERO


def first_day(model: Builder) -> sp.Expr:
    """Return what customers pay on the day of purchase."""
    return model.start(_BALANCE) if _BALANCE in model.lines else ZERO


def declare(model: Builder, structure: Structure) -> None:
    """Declare the balance owed to customers, and the cash that comes before or after revenue."""
    if structure.rent_payment_timing == "advance":
        received = "rent_received_quoted_cny"
        owed = net(model, structure, model[received], "vat_output_rate")
        start = net(model, structure, model.start(received), "vat_output_rate")
    elif structure.has("customer_prepayment_cny"):
        before = model.previous(_BALANCE)
        credited = model.line(
            "prepayment_credited_cny",
            "Rent settled by the prepayment",
            "CNY",
            "workings",
            smaller(before, model["prepayment_credit_share"] * model["revenue_cny"]),
            r"\Lambda_c",
        )
        # what no rent has used up is paid back at the end
        owed = (before - credited) * (ONE - model["is_final"])
        start = model["customer_prepayment_cny"]
    else:
        return
    model.line(_BALANCE, "Owed to customers", "CNY", "balance", owed, r"\Lambda", start=start)
    model.line(
        _CASH,
        "Paid ahead by customers, less credited",
        "CNY",
        "cash",
        model[_BALANCE] - model.previous(_BALANCE),
        r"\Delta\Lambda",
        start=start,
    )
