"""Identities that hold in every case, as formulas of a workbook."""

from __future__ import annotations

from collections.abc import Mapping

from analysis.rental.engines.compiled.names import SCULPTED_SERVICE
from analysis.rental.engines.compiled.streaming import CAPACITY_PRESENT_VALUE
from analysis.rental.faces.workbook.layout import INPUTS, Layout

_RENTS = ("rent_index_given", "rent_index_given_next")


def checks_of(layout: Layout) -> dict[str, str]:
    """Return differences that are zero in a sound workbook, by what they check.

    Parameters
    ----------
    layout : Layout
        Where lines stand.

    Returns
    -------
    dict of str to str
        Formulas.
    """

    def total(name: str, first: int = 1) -> str:
        return f"SUM({layout.span(name, first)})"

    last = layout.n_periods
    checks = {
        "Assets equal debt and equity in every period": (
            f"SUMPRODUCT(ABS({layout.span('balance_difference_cny')}))"
        ),
        "Debt is repaid": layout.cell("debt_cny", last),
        "Nothing is carried after the sale": layout.cell("carrying_amount_cny", last),
        "Profit less cash to equity, over the life, is what equity paid in": (
            f"{total('net_profit_cny')}-{total('equity_cash_flow_cny', 0)}"
            f"-{layout.cell('equity_cny', last)}"
        ),
        "Cash to equity is the project's, less debt service and tax saved by interest": (
            f"{total('equity_cash_flow_cny')}-{total('project_cash_flow_cny')}"
            f"-{total('financing_cash_flow_cny')}+{total('income_tax_cny')}"
            f"-{total('unlevered_income_tax_cny')}"
        ),
        "Interest and principal are debt service": (
            f"{total('interest_cny')}+{total('principal_cny')}-{total('debt_service_cny')}"
        ),
        "The useful life ends within the columns of this workbook": (
            f"MAX(0,life_periods-MAX({layout.span('period')}))*server_price_cny"
        ),
    }
    if SCULPTED_SERVICE in layout.rows:
        worth = layout.cell(CAPACITY_PRESENT_VALUE, last)
        due, shaped = layout.span("debt_service_cny", 1), layout.span(SCULPTED_SERVICE, 1)
        checks["Sculpted debt is what its service is worth"] = (
            f"debt_drawn_cny-sculpted_service_share*{worth}"
        )
        checks["Service is the same share of cash flow in every period of the debt"] = (
            f"SUMPRODUCT(ABS({due}-{shaped}))"
        )
        checks["The cover ratio allows no more debt than the price"] = (
            "MAX(0,debt_drawn_cny-price_paid_cny)"
        )
    for who in ("equity", "project"):
        flows, factors = (
            layout.span(f"{who}_{line}") for line in ("cash_flow_cny", "discount_factor")
        )
        present = layout.cell(f"{who}_present_value_cny", last)
        checks[f"NPV of {who} is the sum of discounted cash flows"] = (
            f"SUMPRODUCT({flows},{factors})-{present}"
        )
    return {label: f"={formula}" for label, formula in checks.items()}


def checks_of_inputs(n_inputs: int, lists: Mapping[str, str]) -> dict[str, str]:
    """Return checks of what was typed: formulas of a difference in CNY, by what they check.

    Parameters
    ----------
    n_inputs : int
        Rows of the sheet of inputs, each of which says whether it is possible.
    lists : mapping of str to str
        Cells of values that are given one by one, by name.
    """
    faults = f'SUMPRODUCT(({INPUTS}!$G$4:$G${3 + n_inputs}="FAULT")*1)'
    checks = {"Every input is possible": f"={faults}*MAX(ABS(server_price_cny),1)"}
    for name, cells in lists.items():
        if name in _RENTS:
            label = "Rents are given for the whole useful life"
            checks[label] = "=MAX(0,life_periods-n_rents_given)*server_price_cny"
        elif name != "macrs_5_share":
            checks[f"Given shares sum to one: {name}"] = f"=(SUM({cells})-1)*server_price_cny"
    return checks
