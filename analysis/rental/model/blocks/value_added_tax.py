"""Value-added tax: net amounts, output against input tax, credit carried forward (留抵)."""

from __future__ import annotations

import sympy as sp

from analysis.rental.inputs.variants import VAT_CREDITS_AT_END, VAT_PRICE_BASES
from analysis.rental.model.lines import ZERO, Builder, positive
from analysis.rental.model.structure import Structure


def declare_prices(model: Builder, structure: Structure) -> None:
    """Declare what is paid for the server, its cost in the books and its resale value."""
    price = model["server_price_cny"]
    cost = net(model, structure, price, "vat_input_rate")
    model.constant("server_cost_cny", "Cost of the server, net of VAT", "CNY", cost, "K")
    vat = cost * model["vat_input_rate"] if structure.vat_enabled else ZERO
    model.constant("vat_on_server_cny", "VAT on the server", "CNY", vat, "V_0")
    model.constant(
        "price_paid_cny",
        "Price paid, VAT included",
        "CNY",
        model["server_cost_cny"] + model["vat_on_server_cny"],
        r"\hat P",
    )
    resale = net(model, structure, model["resale_value_share"] * price, "vat_input_rate")
    model.constant("resale_value_cny", "Resale value, net of VAT", "CNY", resale, "Z")


def declare(model: Builder, structure: Structure) -> None:
    """Declare revenue and operating cost net of VAT, and the VAT account."""
    revenue = net(model, structure, model["revenue_quoted_cny"], "vat_output_rate")
    model.line("revenue_cny", "Revenue", "CNY", "income", revenue, "R")
    cost = net(model, structure, model["operating_cost_quoted_cny"], "vat_input_rate_operating")
    model.line("operating_cost_cny", "Operating cost", "CNY", "income", cost, "C")
    if not structure.vat_enabled:
        zero = ZERO
        model.line("vat_surcharges_cny", "Taxes and surcharges", "CNY", "income", zero, "S")
        model.line("vat_cash_flow_cny", "VAT collected less paid", "CNY", "cash", zero, "F_v")
        model.line(
            "vat_credit_cny", "VAT credit carried forward", "CNY", "balance", zero, "L_v", start=0
        )
        return
    resold = model["resale_value_cny"] * model["is_final"]
    model.line(
        "vat_output_cny",
        "Output VAT",
        "CNY",
        "vat",
        model["revenue_cny"] * model["vat_output_rate"] + resold * model["vat_input_rate"],
        "V_o",
    )
    model.line(
        "vat_input_cny",
        "Input VAT of operating cost",
        "CNY",
        "vat",
        model["operating_cost_cny"] * model["vat_input_rate_operating"],
        "V_c",
    )
    due = model["vat_output_cny"] - model["vat_input_cny"] - model.previous("vat_credit_cny")
    model.line("vat_due_cny", "Output less input VAT and credit", "CNY", "vat", due, r"\Delta V")
    model.line(
        "vat_paid_cny",
        "VAT paid to the tax office",
        "CNY",
        "vat",
        positive(model["vat_due_cny"]),
        "V",
    )
    model.line(
        "vat_credit_cny",
        "VAT credit carried forward",
        "CNY",
        "balance",
        positive(-model["vat_due_cny"]) * (1 - model["is_final"]),
        "L_v",
        start=model["vat_on_server_cny"],
    )
    never_used = positive(-model["vat_due_cny"]) * model["is_final"]
    left = VAT_CREDITS_AT_END.functions[structure.vat_credit_at_end](model, never_used)
    model.line(
        "vat_surcharges_cny",
        "Taxes and surcharges",
        "CNY",
        "income",
        model["vat_surcharge_share"] * model["vat_paid_cny"],
        "S",
    )
    model.line(
        "vat_cash_flow_cny",
        "VAT collected less paid",
        "CNY",
        "cash",
        model["vat_output_cny"] - model["vat_input_cny"] - model["vat_paid_cny"] + left,
        "F_v",
    )


@VAT_CREDITS_AT_END.declares
def refunded(model: Builder, never_used: sp.Expr) -> sp.Expr:
    """Return what the tax office pays back at the end of the useful life."""
    return model.line(
        "vat_refunded_cny", "VAT credit paid back at the end", "CNY", "vat", never_used, "V_r"
    )


@VAT_CREDITS_AT_END.declares
def written_off(model: Builder, never_used: sp.Expr) -> sp.Expr:
    """Declare an expense of the last period; return that nothing is paid back."""
    model.line(
        "vat_written_off_cny",
        "VAT credit written off at the end",
        "CNY",
        "income",
        never_used,
        "V_w",
    )
    return ZERO


def net(model: Builder, structure: Structure, amount: sp.Expr, rate: str) -> sp.Expr:
    """Return a quoted amount without value-added tax at one of the rates."""
    if not structure.vat_enabled:
        return amount
    return VAT_PRICE_BASES.functions[structure.vat_price_basis](amount, model[rate])


@VAT_PRICE_BASES.declares
def inclusive(amount: sp.Expr, rate: sp.Expr) -> sp.Expr:
    """Return an amount that was quoted with the tax, without it."""
    return amount / (1 + rate)


@VAT_PRICE_BASES.declares
def exclusive(amount: sp.Expr, rate: sp.Expr) -> sp.Expr:
    """Return an amount that was quoted without the tax."""
    return amount
