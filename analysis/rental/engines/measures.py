"""The measures of scenarios, and how each is worked out from lines.

Looking for rates of return takes the most time by far, so that nothing is worked out before it is
asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from analysis.rental.engines.irr import IrrResult, irr
from analysis.rental.engines.metrics import (
    by_year,
    debt_service_cover,
    minimum_and_average,
    payback_periods,
)
from analysis.units import per_year_rate

Floats = NDArray[np.float64]
_Working = Callable[[Any], Any]  # from `MetricsOfLines` to one of its measures


@dataclass(frozen=True)
class Metrics:
    """Measures of every scenario; arrays over scenarios, or over scenarios and years.

    Money in CNY, spans in years, rates as decimals per year, shares and ratios as decimals. NaN
    where a measure does not exist: never paid back, no rate of return, no debt.
    """

    net_margin_by_year: Floats
    net_profit_by_year_cny: Floats
    revenue_by_year_cny: Floats
    payback_source_years: Floats
    payback_cash_years: Floats
    payback_discounted_years: Floats
    payback_equity_years: Floats
    equity_npv_cny: Floats
    project_npv_cny: Floats
    equity_irr: Floats
    equity_irr_status: NDArray[np.str_]
    equity_irr_roots: dict[int, Floats]
    project_irr: Floats
    project_irr_status: NDArray[np.str_]
    project_irr_roots: dict[int, Floats]
    dscr_minimum: Floats
    dscr_average: Floats
    llcr: Floats
    levelized_cost_cny_per_gpu_hour: Floats
    debt_drawn_cny: Floats

    @classmethod
    def join(cls, parts: Sequence[Metrics]) -> Metrics:
        """Put the measures of consecutive scenarios together."""
        joined: dict[str, Any] = {}
        offsets = np.cumsum([0, *(len(part.equity_npv_cny) for part in parts)])
        for field in fields(cls):
            values = [getattr(part, field.name) for part in parts]
            if field.name.endswith("_roots"):
                joined[field.name] = {
                    row + int(offset): roots
                    for offset, part in zip(offsets, values, strict=False)
                    for row, roots in part.items()
                }
            else:
                joined[field.name] = np.concatenate(values)
        return cls(**joined)

    def record(self, row: int = 0) -> dict[str, Any]:
        """Return the measures of one scenario as plain values; None where one does not exist."""
        record: dict[str, Any] = {}
        for field in fields(self):
            values = getattr(self, field.name)
            if field.name.endswith("_roots"):
                name = field.name.removesuffix("_roots")
                rate = record[name]
                only = [] if rate is None else [rate]
                record[field.name] = [float(r) for r in values[row]] if row in values else only
            elif values.ndim == 2:
                record[field.name] = [_plain(value) for value in values[row]]
            else:
                record[field.name] = _plain(values[row])
        return record


def _plain(value: Any) -> Any:
    if isinstance(value, str):
        return str(value)
    return float(value) if np.isfinite(value) else None


class MetricsOfLines(Metrics):
    """Measures of scenarios by their lines, each worked out when it is first asked for.

    Parameters
    ----------
    constants : mapping of str to ndarray, shape (n_scenarios,)
        Values that hold for all periods.
    lines : mapping of str to ndarray, shape (n_scenarios, n_periods + 1)
        Lines; column 0 is the day of purchase.
    periods_per_year : int
        Periods in a year.
    """

    constants: Mapping[str, Floats]
    lines: Mapping[str, Floats]
    periods_per_year: int

    def __init__(
        self, constants: Mapping[str, Floats], lines: Mapping[str, Floats], periods_per_year: int
    ) -> None:
        # the fields of the dataclass stay unset, so that `__getattr__` is asked for them
        vars(self).update(constants=constants, lines=lines, periods_per_year=periods_per_year)

    def __getattr__(self, name: str) -> Any:
        if name not in _WORKED_OUT:
            raise AttributeError(name)
        with np.errstate(divide="ignore", invalid="ignore"):
            vars(self)[name] = _WORKED_OUT[name](self)
        return vars(self)[name]


def lowest_and_average_cover(lines: Mapping[str, Floats]) -> tuple[Floats, Floats]:
    """Return the lowest and the mean debt service cover of every scenario; NaN without debt."""
    cover = debt_service_cover(lines["cfads_cny"][:, 1:], lines["debt_service_cny"][:, 1:])
    return minimum_and_average(cover)


def _last(line: str) -> _Working:
    return lambda own: own.lines[line][:, -1]


def _by_year(line: str) -> _Working:
    return lambda own: by_year(own.lines[line][:, 1:], own.periods_per_year)


def _payback_years(flows_of: Callable[[Mapping[str, Floats]], Floats]) -> _Working:
    return lambda own: payback_periods(flows_of(own.lines)) / own.periods_per_year


def _payback_source_years(own: Any) -> Floats:
    recovered = own.lines["net_profit_cny"] + own.lines["depreciation_cny"]
    price = own.constants["price_paid_cny"][:, None]
    flows = np.concatenate([-price, recovered[:, 1:]], axis=1)
    return payback_periods(flows) / own.periods_per_year


def _llcr(own: Any) -> Floats:
    borrowed = own.lines["debt_cny"][:, 0]
    present = own.lines["loan_life_present_value_cny"][:, -1]
    return np.where(borrowed > 1e-9 * own.constants["price_paid_cny"], present / borrowed, np.nan)


def _levelized_cost(own: Any) -> Floats:
    hours = own.lines["gpu_hours_present_value"][:, -1]
    return np.where(hours > 0, own.lines["cost_present_value_cny"][:, -1] / hours, np.nan)


def _net_margin(own: Any) -> Floats:
    profit, revenue = own.net_profit_by_year_cny, own.revenue_by_year_cny
    return np.where(revenue > 0, profit / revenue, np.nan)


def _rates(who: str) -> dict[str, _Working]:
    """Return how rates of return are worked out: looked for once, and named thrice."""

    def found(own: Any) -> IrrResult:
        rates: IrrResult = getattr(own, f"{who}_rates_per_period")
        return rates

    return {
        f"{who}_rates_per_period": lambda own: irr(own.lines[f"{who}_cash_flow_cny"]),
        f"{who}_irr": lambda own: per_year_rate(found(own).rate, own.periods_per_year),
        f"{who}_irr_status": lambda own: found(own).status,
        f"{who}_irr_roots": lambda own: {
            row: per_year_rate(roots, own.periods_per_year)
            for row, roots in found(own).roots.items()
        },
    }


_WORKED_OUT: Final[dict[str, _Working]] = {
    "revenue_by_year_cny": _by_year("revenue_cny"),
    "net_profit_by_year_cny": _by_year("net_profit_cny"),
    "net_margin_by_year": _net_margin,
    "payback_source_years": _payback_source_years,
    "payback_cash_years": _payback_years(lambda lines: lines["project_cash_flow_cny"]),
    "payback_discounted_years": _payback_years(
        lambda lines: lines["project_cash_flow_cny"] * lines["project_discount_factor"]
    ),
    "payback_equity_years": _payback_years(lambda lines: lines["equity_cash_flow_cny"]),
    "equity_npv_cny": _last("equity_present_value_cny"),
    "project_npv_cny": _last("project_present_value_cny"),
    **_rates("equity"),
    **_rates("project"),
    "dscr_minimum": lambda own: lowest_and_average_cover(own.lines)[0],
    "dscr_average": lambda own: lowest_and_average_cover(own.lines)[1],
    "llcr": _llcr,
    "levelized_cost_cny_per_gpu_hour": _levelized_cost,
    "debt_drawn_cny": lambda own: own.constants["debt_drawn_cny"],
}
