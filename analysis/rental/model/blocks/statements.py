"""The three statements, the cash flows they give, and present values to date."""

from __future__ import annotations

import sympy as sp

from analysis.rental.inputs.variants import COVER_CASH_FLOWS
from analysis.rental.model.blocks import customer_advances, lender_terms
from analysis.rental.model.lines import ZERO, Builder
from analysis.rental.model.structure import Structure


def declare_operating_profit(model: Builder) -> None:
    """Declare earnings before interest, tax, depreciation and amortization."""
    model.line(
        "ebitda_cny",
        "EBITDA",
        "CNY",
        "income",
        model["revenue_cny"] - model["vat_surcharges_cny"] - model["operating_cost_cny"],
        "E",
    )


def declare_profit_before_tax(model: Builder) -> None:
    """Declare the income statement between EBITDA and tax."""
    final = model["is_final"]
    model.line(
        "disposal_gain_cny",
        "Gain on disposal",
        "CNY",
        "income",
        final * (model["resale_value_cny"] - model["carrying_amount_before_sale_cny"]),
        "W",
    )
    model.line(
        "profit_before_tax_cny",
        "Profit before tax",
        "CNY",
        "income",
        model["ebitda_cny"]
        - model["depreciation_cny"]
        - model["interest_cny"]
        - lender_terms.fee_expense(model)
        - vat_written_off(model)
        + model["disposal_gain_cny"],
        "X^{b}",
    )


def declare_net_profit(model: Builder) -> None:
    """Declare what is left after tax."""
    model.line(
        "net_profit_cny",
        "Net profit",
        "CNY",
        "income",
        model["profit_before_tax_cny"] - model["income_tax_cny"],
        r"\Pi",
    )


def vat_written_off(model: Builder) -> sp.Expr:
    """Return input tax that was never used, where it is an expense."""
    name = "vat_written_off_cny"
    return model[name] if name in model.lines else ZERO


@COVER_CASH_FLOWS.declares
def after_tax(cash: sp.Expr, tax: sp.Expr) -> tuple[sp.Expr, sp.Expr]:
    """Return what serves the debt, and the tax that is paid out of what is left."""
    return cash - tax, ZERO


@COVER_CASH_FLOWS.declares
def before_tax(cash: sp.Expr, tax: sp.Expr) -> tuple[sp.Expr, sp.Expr]:
    """Return what serves the debt, and the tax that is paid out of what is left."""
    return cash, tax


def declare_cash_flow(model: Builder, structure: Structure) -> None:
    """Declare cash flow available for debt service, to equity and to the project."""
    paid, drawn, upfront = (
        model["price_paid_cny"],
        model["debt_drawn_cny"],
        model["lease_upfront_cny"],
    )
    ahead, ahead_first = customer_advances.cash(model), customer_advances.first_day(model)
    to_lender = lender_terms.paid_on_first_day(model)
    available, tax_left = COVER_CASH_FLOWS.functions[structure.cover_cash_flow](
        model["ebitda_cny"] + model["vat_cash_flow_cny"] + ahead, model["income_tax_cny"]
    )
    model.line("cfads_cny", "Cash flow available for debt service", "CNY", "cash", available, "F")
    model.line(
        "investing_cash_flow_cny",
        "Purchase and resale",
        "CNY",
        "cash",
        model["resale_value_cny"] * model["is_final"],
        "F_i",
        start=-paid,
    )
    model.line(
        "financing_cash_flow_cny",
        "Debt drawn less debt service",
        "CNY",
        "cash",
        lender_terms.reserve_cash(model) - model["debt_service_cny"],
        "F_f",
        start=drawn - upfront - to_lender,
    )
    model.line(
        "equity_cash_flow_cny",
        "Cash flow to equity",
        "CNY",
        "cash",
        model["cfads_cny"]
        + model["investing_cash_flow_cny"]
        + model["financing_cash_flow_cny"]
        - tax_left,
        "F_e",
        start=drawn - upfront - paid - to_lender + ahead_first,
    )
    model.line(
        "project_cash_flow_cny",
        "Cash flow of the project, before financing",
        "CNY",
        "cash",
        model["ebitda_cny"]
        + model["vat_cash_flow_cny"]
        + ahead
        - model["unlevered_income_tax_cny"]
        + model["investing_cash_flow_cny"],
        "F_p",
        start=ahead_first - paid,
    )


def declare_balance_sheet(model: Builder) -> None:
    """Declare assets, and equity rolled forward from profit and distributions."""
    cost, vat = model["server_cost_cny"], model["vat_on_server_cny"]
    model.line(
        "total_assets_cny",
        "Total assets",
        "CNY",
        "balance",
        model["carrying_amount_cny"] + model["vat_credit_cny"] + lender_terms.assets(model),
        r"\mathcal{A}",
        start=cost + vat + lender_terms.paid_on_first_day(model),
    )
    model.line(
        "equity_cny",
        "Equity",
        "CNY",
        "balance",
        model.previous("equity_cny") + model["net_profit_cny"] - model["equity_cash_flow_cny"],
        r"\mathcal{E}",
        start=-model.start("equity_cash_flow_cny"),
    )
    model.line(
        "balance_difference_cny",
        "Assets less debt and equity",
        "CNY",
        "balance",
        model["total_assets_cny"]
        - model["debt_cny"]
        - customer_advances.balance(model)
        - model["equity_cny"],
        r"\Delta",
        start=0,
    )


def declare_present_values(model: Builder) -> None:
    """Declare discount factors and present values accumulated to date."""
    per_year = model["periods_per_year"]
    for who, symbol in (("equity", "e"), ("project", "p")):
        rate = model.constant(
            f"{who}_discount_per_period",
            f"Discount factor of one period, {who}",
            "ratio",
            (1 + model[f"{who}_discount_rate"]) ** (-1 / per_year),
            f"a_{symbol}",
        )
        factor = model.line(
            f"{who}_discount_factor",
            f"Discount factor, {who}",
            "ratio",
            "value",
            model.previous(f"{who}_discount_factor") * rate,
            rf"\alpha_{symbol}",
            start=1,
        )
        flow = model.lines[f"{who}_cash_flow_cny"]
        model.line(
            f"{who}_present_value_cny",
            f"Present value to date, {who}",
            "CNY",
            "value",
            model.previous(f"{who}_present_value_cny") + model[flow.name] * factor,
            rf"\mathrm{{NPV}}_{symbol}",
            start=flow.start,
        )
    factor = model["project_discount_factor"]
    cost = (
        model["operating_cost_cny"]
        + model["vat_surcharges_cny"]
        - model["resale_value_cny"] * model["is_final"]
    )
    model.line(
        "cost_present_value_cny",
        "Present value of cost to date",
        "CNY",
        "value",
        model.previous("cost_present_value_cny") + cost * factor,
        r"\mathrm{PV}_C",
        start=model["server_cost_cny"],
    )
    model.line(
        "gpu_hours_present_value",
        "Discounted GPU-hours to date",
        "GPU-hours",
        "value",
        model.previous("gpu_hours_present_value") + model["gpu_hours_billed"] * factor,
        r"\mathrm{PV}_H",
        start=0,
    )
    discount = model.line(
        "debt_discount_factor",
        "Discount factor at the debt's rate",
        "ratio",
        "value",
        model.previous("debt_discount_factor") / (1 + model["debt_rate_per_period"]),
        r"\alpha_d",
        start=1,
    )
    model.line(
        "loan_life_present_value_cny",
        "Cash flow over the loan's life, present value",
        "CNY",
        "value",
        model.previous("loan_life_present_value_cny")
        + model["cfads_cny"] * model["is_debt_term"] * discount,
        r"\mathrm{PV}_d",
        start=0,
    )
