"""Tables that the report asks of the model: each a question put to `evaluate` or `solve`."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from analysis.rental.engines.evaluation import evaluate
from analysis.rental.engines.result import RentalResult
from analysis.rental.faces.labels import meaning, unit
from analysis.rental.inputs.assumptions import Assumptions
from analysis.rental.inputs.billing import RENT_FIELD, convert_rent
from analysis.rental.inputs.resolve import resolve
from analysis.rental.model.outputs import amount
from analysis.rental.questions.inverse import Question, Solution, solve, solve_all
from analysis.rental.questions.printed_returns import PrintedReturns
from analysis.units import DAYS_PER_YEAR, MONTHS_PER_YEAR

TIMINGS: dict[str, dict[str, Any]] = {
    "yearly flows, rent falls once a year": {"periods_per_year": 1, "rent_step": "year"},
    "monthly flows, rent falls once a year": {"periods_per_year": 12, "rent_step": "year"},
    "monthly flows, rent falls every month": {"periods_per_year": 12, "rent_step": "period"},
}
_DECLINES = (-0.5, 0.95)


def assumptions_in(namespace: Mapping[str, Any]) -> Assumptions:
    """Collect the assumptions that stand in a namespace under their names.

    Parameters
    ----------
    namespace : mapping of str to object
        ``globals()`` of a notebook after its parameters cell.

    Returns
    -------
    Assumptions
        The others have their defaults.
    """
    return Assumptions(
        **{name: namespace[name] for name in Assumptions.model_fields if name in namespace}
    )


def reproduction(
    printed: PrintedReturns, straight: RentalResult, accelerated: RentalResult
) -> pd.DataFrame:
    """Set the printed figures of the return table beside the computed ones.

    Returns
    -------
    DataFrame
        Index ``figure``; columns ``printed``, ``computed`` (decimals, CNY or years), ``half_unit``
        (half of the last printed digit), ``is_reproduced`` and both as text: ``printed_text``,
        ``computed_text``.
    """
    percent, money, years = ("{:.0%}", "{:.2%}"), ("{:,.0f}", "{:,.0f}"), ("{:.0f}", "{:.2f}")
    rows: list[tuple[str, float, float, float, tuple[str, str]]] = []
    for name, result, first, values in (
        ("straight-line", straight, 1, printed.straight_line_margins),
        ("accelerated", accelerated, 2, printed.accelerated_margins),
    ):
        margins = result.metrics.net_margin_by_year[0]
        for year, value in enumerate(values, start=first):
            label = f"{name}, net margin of year {year}"
            rows.append((label, value, margins[year - 1], printed.margin_half_unit, percent))
    profit = accelerated.metrics.net_profit_by_year_cny[0, 0]
    label = "accelerated, net profit of year 1, CNY"
    loss = printed.accelerated_profit_cny
    rows.insert(5, (label, loss, profit, printed.profit_half_unit_cny, money))
    payback = straight.metrics.payback_source_years[0]
    label = "straight-line, payback, years"
    rows.append((label, printed.payback_years, payback, printed.payback_half_unit_years, years))
    frame = pd.DataFrame(rows, columns=["figure", "printed", "computed", "half_unit", "format"])
    distance = (frame["computed"] - frame["printed"]).abs()
    frame["is_reproduced"] = distance <= frame["half_unit"] * (1 + 1e-9)
    for place, column in enumerate(("printed", "computed")):
        frame[f"{column}_text"] = [
            forms[place].format(value)
            for forms, value in zip(frame["format"], frame[column], strict=True)
        ]
    return frame.drop(columns="format").set_index("figure")


def equivalent_rents(assumptions: Assumptions) -> pd.DataFrame:
    """Express the rent of a case in every billing mode, P counted both ways.

    Returns
    -------
    DataFrame
        Index ``billed per``; column ``rent_cny``.
    """
    rent = float(resolve(assumptions).parameters["rent_cny_per_server_month"][0])
    convert = partial(
        convert_rent,
        rent,
        "server_month",
        n_gpus=assumptions.n_gpus,
        pflops_per_gpu=assumptions.pflops_per_gpu,
    )
    rows = {
        f"server of {assumptions.n_gpus} GPUs and month": rent,
        "GPU and hour": convert("gpu_hour"),
        "P (dense FP16 PFLOPS) and year": convert("p_year"),
        "P (sparse FP16 PFLOPS) and year": convert("p_year", p_precision="fp16_sparse"),
    }
    frame = pd.DataFrame({"rent_cny": rows})
    return frame.rename_axis("billed_per")


def left_out(
    assumptions: Assumptions,
    *,
    rent_decline_per_year: float,
    idle_months_per_year: float,
    vat_output_rate: float,
) -> pd.DataFrame:
    """Ask what each thing that a return table leaves out is worth, alone and together.

    Parameters
    ----------
    assumptions : Assumptions
        The case as printed.
    rent_decline_per_year : float
        Decline of the rent, decimal per year.
    idle_months_per_year : float
        Months of the year in which nobody rents.
    vat_output_rate : float
        Value-added tax on the rent.

    Returns
    -------
    DataFrame
        Index ``left out``; columns ``equity_npv_cny``, ``equity_irr``, ``payback_source_years``,
        ``payback_equity_years``, ``dscr_minimum``.
    """
    idle = 1 - idle_months_per_year / MONTHS_PER_YEAR
    changes: dict[str, dict[str, Any]] = {
        "nothing: as printed": {},
        f"rent falls {rent_decline_per_year:.0%} a year": {
            "rent_decline_per_year": rent_decline_per_year
        },
        f"idle {idle_months_per_year:g} month(s) a year": {
            "utilization": assumptions.utilization * idle
        },
        f"VAT of {vat_output_rate:.0%} inside the rent": {
            "vat_enabled": True,
            "vat_output_rate": vat_output_rate,
        },
        "resale brings nothing": {"resale_value_share": 0.0},
        "losses carried forward, not refunded": {
            "loss_treatment": "carried_forward",
            "loss_carry_forward_years": 5,
        },
    }
    everything: dict[str, Any] = {}
    for change in changes.values():
        everything |= change
    changes["all of these at once"] = everything
    rows = {name: _measures(assumptions.replace(**change)) for name, change in changes.items()}
    return pd.DataFrame(rows).T.rename_axis("left_out")


def _measures(assumptions: Assumptions) -> dict[str, float]:
    metrics = evaluate(assumptions).metrics
    names = (
        "equity_npv_cny",
        "equity_irr",
        "payback_source_years",
        "payback_equity_years",
        "dscr_minimum",
    )
    return {name: float(getattr(metrics, name)[0]) for name in names}


def rent_decline_break_evens(assumptions: Assumptions, wanted_equity_irr: float) -> pd.DataFrame:
    """Find the constant yearly rent decline that a case can bear, by timing convention.

    Rent of year *t* is ``first rent * (1 - d)**(t - 1)``; the resale value is received at the end.

    Parameters
    ----------
    assumptions : Assumptions
        The case; its own decline and timing do not matter.
    wanted_equity_irr : float
        Return that equity asks for besides its discount rate, decimal per year.

    Returns
    -------
    DataFrame
        Index ``timing``; columns ``project_npv_zero``, ``npv_zero`` (of equity), ``irr_wanted``,
        ``dscr_one``: declines, decimals per year; NaN where no decline between -50 % and 95 % does
        it.
    """
    questions = {
        "project_npv_zero": Question("project_npv_cny", 0.0),
        "npv_zero": Question("equity_npv_cny", 0.0),
        "irr_wanted": Question("equity_irr", wanted_equity_irr),
        "dscr_one": Question("dscr_minimum", 1.0),
    }
    low, high = _DECLINES
    rows = {}
    for timing, change in TIMINGS.items():
        found = solve_all(
            assumptions.replace(**change),
            {},
            "rent_decline_per_year",
            [*questions.values()],
            low=low,
            high=high,
        )
        values = (_only(solution.value) for (solution,) in found)
        rows[timing] = dict(zip(questions, values, strict=True))
    return pd.DataFrame(rows).T.rename_axis("timing")


def put_in(result: RentalResult) -> str:
    """Return what equity pays on the day of purchase, in words where it is nothing."""
    paid = -float(result.opening("equity_cash_flow_cny")[0])
    return f"{paid:,.0f} {result.assumptions.currency}" if round(paid) > 0 else "nothing"


def _only(value: float | None) -> float:
    return np.nan if value is None else value


def break_evens(assumptions: Assumptions) -> pd.DataFrame:
    """Find, one assumption at a time, where equity neither gains nor loses.

    Returns
    -------
    DataFrame
        Index ``assumption`` (its meaning); columns ``assumed``, ``break_even`` (text, in words
        where there is none in the range) and ``unit``.
    """
    rent = RENT_FIELD[assumptions.billing_mode]
    assumed = assumptions.model_dump()
    price = assumptions.server_price_cny
    ranges = {
        rent: (assumed[rent] / 100, assumed[rent] * 5),
        "utilization": (0.0, 1.0),
        "server_price_cny": (price / 100, price * 10),
        "useful_life_years": (1.0, 12.0),
        "resale_value_share": (0.0, 1.0),
        "rent_decline_per_year": _DECLINES,
    }
    rows = []
    for unknown, (low, high) in ranges.items():
        found = solve(assumptions, unknown, target="equity_npv_cny", wanted=0.0, low=low, high=high)
        value = assumed[unknown]
        if value is None:
            value = assumptions.residual_value_share
        rows.append((meaning(unknown), amount(value), _in_words(found), unit(unknown)))
    columns = ["assumption", "assumed", "break_even", "unit"]
    return pd.DataFrame(rows, columns=columns).set_index("assumption")


def _in_words(solution: Solution) -> str:
    if not solution.brackets:
        return f"none between {amount(solution.low)} and {amount(solution.high)}"
    return " and ".join(
        amount(low) if low == high else f"between {amount(low)} and {amount(high)}"
        for low, high in solution.brackets
    )


def returns_by_decline(assumptions: Assumptions, declines: np.ndarray) -> pd.DataFrame:
    """Evaluate equity's return over a range of rent declines, by timing convention.

    Returns
    -------
    DataFrame
        Columns ``timing``, ``rent_decline_per_year``, ``equity_irr``, ``equity_npv_cny``,
        ``dscr_minimum``.
    """
    parts = []
    for timing, change in TIMINGS.items():
        metrics = evaluate(
            assumptions.replace(**change), {"rent_decline_per_year": declines}
        ).metrics
        parts.append(
            pd.DataFrame(
                {
                    "timing": timing,
                    "rent_decline_per_year": declines,
                    "equity_irr": metrics.equity_irr,
                    "equity_npv_cny": metrics.equity_npv_cny,
                    "dscr_minimum": metrics.dscr_minimum,
                }
            )
        )
    return pd.concat(parts, ignore_index=True)


def runners_up(found: pd.DataFrame, n: int = 8) -> pd.DataFrame:
    """Return the best combinations of a convention search, as a reader sees them.

    Parameters
    ----------
    found : DataFrame
        From `conventions.search`, best first.
    n : int
        Rows to show.
    """
    words = {"equal_principal": "equal principal", "carried_forward": "carried forward"}
    head = found.head(n).replace(words)
    names = {
        "schedule": "schedule",
        "residual_value_share": "residual",
        "debt_form": "repayment",
        "debt_tenor_years": "tenor",
        "interest_base": "interest on",
        "loss_treatment": "loss",
        "vat_rate_on_rent": "VAT",
        "n_reproduced": "figures reproduced",
        "misfit": "misfit",
    }
    ranked = head[list(names)].rename(columns=names)
    return ranked.set_axis(pd.RangeIndex(1, len(head) + 1, name="rank"))


def n_distinct(found: pd.DataFrame) -> int:
    """Count the combinations of a convention search that give different figures."""
    figures = found.filter(regex="margin|profit|payback").round(9)
    return len(figures.drop_duplicates())


def server_month_quotes(quotes: pd.DataFrame, gpu: str) -> pd.DataFrame:
    """Return the quotes per server and month of one GPU, oldest first; assumptions left out.

    Returns
    -------
    DataFrame
        Index ``date``; columns ``low``, ``high`` (CNY per server-month), ``flag``, ``source_id``.
    """
    own = quotes[
        (quotes["gpu"] == gpu)
        & (quotes["unit"] == "CNY per server-month")
        & (quotes["contract"] != "assumption")
    ].sort_values(["quote_date", "source_id"])
    frame = own[["price_low", "price_high", "flag", "source_id"]].rename(
        columns={"price_low": "low", "price_high": "high"}
    )
    frame.index = pd.Index(own["quote_date"].astype(str).str[:10], name="date")
    return frame


_ONE_MARKET = pd.Timedelta(days=61)
"""Quotes no further apart than this are of one market: there are few in a month."""


class QuoteSpread(NamedTuple):
    """How far quotes of two months are apart: least and greatest over their geometric middle."""

    price: tuple[float, float]
    rent: tuple[float, float]


def quote_spread(server_facts: pd.DataFrame, rent_quotes: pd.DataFrame, gpu: str) -> QuoteSpread:
    """Return how far the last quotes of a server in China, and of its rent, are apart.

    Parameters
    ----------
    server_facts, rent_quotes : DataFrame
        Raw tables ``server_facts`` and ``rent_quotes_cny``.
    gpu : str
        GPU of the server.
    """
    is_price = (server_facts["quantity"] == "server price") & (server_facts["unit"] == "CNY")
    prices = server_facts[is_price & (server_facts["gpu"] == gpu)]
    prices = prices[prices["fact_date"] == prices["fact_date"].max()]
    rents = server_month_quotes(rent_quotes, gpu)
    dates = pd.to_datetime(rents.index)
    last = rents[dates > dates.max() - _ONE_MARKET]
    return QuoteSpread(
        _over_middle(prices["value_low"].min(), prices["value_high"].max()),
        _over_middle(last["low"].min(), last["high"].max()),
    )


def _over_middle(low: float, high: float) -> tuple[float, float]:
    middle = np.sqrt(low * high)
    return float(low / middle), float(high / middle)


def years_between(first: Any, last: Any) -> float:
    """Return the years between two dates."""
    return (pd.Timestamp(last) - pd.Timestamp(first)).days / DAYS_PER_YEAR
