"""What every output of the model is called, its unit, and how it is shown."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, NamedTuple

import pandas as pd


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


def shown(record: Mapping[str, Any], name: str) -> str:
    """Return an output of a record as text."""
    return render(record[name], OUTPUTS[name])


def percent(value: float, decimals: int = 1) -> str:
    """Return a share as percent, or words where it does not exist.

    Examples
    --------
    >>> percent(0.2758), percent(float("nan"))
    ('27.6%', 'no rate tried')
    """
    return "no rate tried" if math.isnan(value) else f"{value:.{decimals}%}"


def chance_of_loss(risk: pd.DataFrame | None) -> str:
    """Say how likely a loss is over forecast rent paths, without and with the most contract.

    Parameters
    ----------
    risk : DataFrame or None
        By share under contract, with ``p_equity_irr_negative``; None: nothing to say.
    """
    if risk is None:
        return ""
    chances = risk["p_equity_irr_negative"]
    first, last = chances.iloc[0], chances.iloc[-1]
    return (
        f"On rent paths of the tested forecast, equity loses money in {first:.0%} of cases with "
        f"{chances.index[0]:.0%} of capacity under contract and in {last:.0%} with "
        f"{chances.index[-1]:.0%}."
    )


def number(value: float) -> float | None:
    """Return a number that JSON can hold: None where it does not exist."""
    return None if math.isnan(value) else float(value)


def amount(value: float) -> str:
    """Return a number at the precision a reader needs, without exponents.

    Examples
    --------
    >>> amount(3251478.474), amount(0.615104), amount(5.0)
    ('3,251,478', '0.6151', '5')
    """
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"


def bearable(decline: float) -> str:
    """Say which constant decline of rent is still borne.

    Examples
    --------
    >>> bearable(0.2758), bearable(-0.05)
    ('rent may fall by 27.6% a year', 'rent would have to rise by 5.0% a year')
    """
    if math.isnan(decline):
        return "no constant decline tried makes the difference"
    verb = "may fall" if decline >= 0 else "would have to rise"
    return f"rent {verb} by {abs(decline):.1%} a year"


def table(record: Mapping[str, Any], remarks: Mapping[str, str]) -> pd.DataFrame:
    """Return all outputs of a record, in words where one does not exist.

    Returns
    -------
    DataFrame
        Index ``measure``, column ``value`` (text).
    """
    rows = {
        output.label: remarks.get(name, "n/a")
        if record[name] is None
        else render(record[name], output)
        for name, output in OUTPUTS.items()
    }
    return pd.DataFrame({"value": rows}).rename_axis("measure")
