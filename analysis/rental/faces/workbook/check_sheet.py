"""Identities that hold in every case, as formulas of a workbook."""

from __future__ import annotations

from collections.abc import Mapping

from xlsxwriter.utility import xl_col_to_name  # type: ignore[import-untyped]

from analysis.rental.engines.compiled.streaming import CAPACITY_PRESENT_VALUE
from analysis.rental.faces.workbook.input_cells import ASSUMED, RENTS, RENTS_NEXT, REPAYMENTS
from analysis.rental.faces.workbook.layout import FIRST_COLUMN, INPUTS, Layout
from analysis.rental.inputs.parameters import SCULPTED_SERVICE

_EVERY_INPUT = "Every input is possible"


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


def checks_of_inputs(layout: Layout, last_row: int, lists: Mapping[str, str]) -> dict[str, str]:
    """Return checks of what was typed: formulas of a difference in CNY, by what they check.

    Parameters
    ----------
    layout : Layout
        Where lines stand.
    last_row : int
        Of the cells on the sheet of inputs that say whether one is possible.
    lists : mapping of str to str
        Cells of values that are given one by one, by name.
    """
    faults: dict[str, str] = {}
    periods, end = layout.span("period", 1), xl_col_to_name(FIRST_COLUMN + layout.n_periods - 1)
    for name, cells in lists.items():
        row = cells.rpartition("$")[2]
        by_period = f"{INPUTS}!$D${row}:${end}${row}"
        if name in (RENTS, RENTS_NEXT):
            label = (
                f"{ASSUMED[name]}: numbers of at least 0, one for every period of the useful life"
            )
            faults[label] = f"SUMPRODUCT(({periods}<=life_periods)*{_no_share(by_period)})"
        elif name != "macrs_5_share":
            label = f"{ASSUMED[name]}: numbers of at least 0 that sum to 1"
            faults[label] = f"ABS(SUM({cells})-1)+SUMPRODUCT({_no_share(cells)})"
        if name == REPAYMENTS:
            label = f"{ASSUMED[name]}: none behind the tenor of the debt"
            late = f"({periods}>debt_tenor_years*periods_per_year+rounding)"
            faults[label] = f"SUMPRODUCT({late}*ABS({by_period}))"
    faults[_EVERY_INPUT] = count_of("FAULT", last_row)
    return {label: f"=({count})*MAX(ABS(server_price_cny),1)" for label, count in faults.items()}


def count_of(verdict: str, last_row: int) -> str:
    """Return how many inputs are judged so, as a formula."""
    return f'SUMPRODUCT(({INPUTS}!$G$4:$G${last_row + 1}="{verdict}")*1)'


def remark_of(last_row: int, n_checks: int) -> str:
    """Return what is wrong first, by cell and limit, else what is unusual; a formula of words."""

    def column(letter: str) -> str:
        return f"{INPUTS}!${letter}$1:${letter}${last_row + 1}"

    def first(verdict: str, words: str) -> str:
        place = f'MATCH("{verdict}",{column("G")},0)'
        name, possible = (f"INDEX({column(letter)},{place})" for letter in "BJ")
        return f'"{INPUTS}!D"&{place}&", "&{name}&"{words}"&{possible}'

    failed = f'INDEX(A4:A{n_checks + 3},MATCH("FAULT",E4:E{n_checks + 3},0))'
    wrong = f"IF({count_of('FAULT', last_row)}>0,{first('FAULT', ': possible is ')},{failed})"
    odd = f'IF({count_of("unusual", last_row)}>0,{first("unusual", " is unusual: ")},"")'
    return f'=IF(all_checks="ok",{odd},{wrong})'


def _no_share(cells: str) -> str:
    """Return 1 for each cell that holds no number of at least zero."""
    return f"(1-ISNUMBER({cells})*(1-ISTEXT({cells}))*({cells}>=0))"
