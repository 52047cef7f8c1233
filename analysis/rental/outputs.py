"""What every output of the model is called, its unit, and how it is shown."""

from __future__ import annotations

from typing import Any, NamedTuple


class Output(NamedTuple):
    """An output as a reader sees it."""

    label: str
    unit: str
    format: str


_CNY, _SHARE, _YEARS, _RATIO = "{:,.0f} CNY", "{:.2%}", "{:.2f} years", "{:.2f}"

OUTPUTS: dict[str, Output] = {
    "net_margin_by_year": Output("Net margin by year", "share of revenue", _SHARE),
    "net_profit_by_year_cny": Output("Net profit by year", "CNY", "{:,.0f}"),
    "payback_source_years": Output(
        "Payback, net profit and depreciation against the price", "years", _YEARS
    ),
    "payback_cash_years": Output("Payback, project cash flow", "years", _YEARS),
    "payback_discounted_years": Output("Payback, discounted", "years", _YEARS),
    "payback_equity_years": Output("Payback of equity", "years", _YEARS),
    "project_npv_cny": Output("Project NPV", "CNY", _CNY),
    "equity_npv_cny": Output("Equity NPV", "CNY", _CNY),
    "project_irr": Output("Project IRR", "share per year", _SHARE),
    "equity_irr": Output("Equity IRR", "share per year", _SHARE),
    "dscr_minimum": Output("Debt service cover, lowest", "ratio", _RATIO),
    "dscr_average": Output("Debt service cover, average", "ratio", _RATIO),
    "llcr": Output("Loan-life cover", "ratio", _RATIO),
    "levelized_cost_cny_per_gpu_hour": Output(
        "Levelized cost of a GPU-hour, before tax", "CNY per GPU-hour", "{:.2f} CNY"
    ),
    "debt_drawn_cny": Output("Debt drawn", "CNY", _CNY),
}


def render(value: Any, output: Output) -> str:
    """Return a value as text; ``n/a`` where it does not exist.

    Examples
    --------
    >>> render(0.1234, OUTPUTS["equity_irr"])
    '12.34%'
    """
    if value is None:
        return "n/a"
    if isinstance(value, list):
        return ", ".join(render(item, output) for item in value)
    return output.format.format(value)
