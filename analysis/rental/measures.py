"""The measures of scenarios: all of them, from the lines that they are worked out from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from analysis.rental.irr import irr
from analysis.rental.metrics import (
    by_year,
    debt_service_cover,
    minimum_and_average,
    payback_periods,
)
from analysis.units import per_year_rate

Floats = NDArray[np.float64]

LINES_MEASURED: Final = frozenset(
    {
        "revenue_cny",
        "net_profit_cny",
        "depreciation_cny",
        "cfads_cny",
        "debt_service_cny",
        "equity_cash_flow_cny",
        "project_cash_flow_cny",
        "project_discount_factor",
        "equity_present_value_cny",
        "project_present_value_cny",
        "cost_present_value_cny",
        "gpu_hours_present_value",
        "loan_life_present_value_cny",
        "debt_cny",
    }
)


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


def measures_of(
    constants: Mapping[str, Floats], lines: Mapping[str, Floats], periods_per_year: int
) -> Metrics:
    """Measure scenarios by their lines.

    Parameters
    ----------
    constants : mapping of str to ndarray, shape (n_scenarios,)
        Values that hold for all periods.
    lines : mapping of str to ndarray, shape (n_scenarios, n_periods + 1)
        At least `LINES_MEASURED`.
    periods_per_year : int
        Periods in a year.

    Returns
    -------
    Metrics
        All measures.
    """
    price = constants["price_paid_cny"]
    equity, project = lines["equity_cash_flow_cny"], lines["project_cash_flow_cny"]
    recovered = lines["net_profit_cny"] + lines["depreciation_cny"]
    recovered = np.concatenate([-price[:, None], recovered[:, 1:]], axis=1)
    discounted = project * lines["project_discount_factor"]
    lowest, average = lowest_and_average_cover(lines)
    borrowed = lines["debt_cny"][:, 0]
    hours = lines["gpu_hours_present_value"][:, -1]
    equity_irr, project_irr = irr(equity), irr(project)
    revenue = by_year(lines["revenue_cny"][:, 1:], periods_per_year)
    profit = by_year(lines["net_profit_cny"][:, 1:], periods_per_year)

    def years(flows: Floats) -> Floats:
        return payback_periods(flows) / periods_per_year

    def per_year(rates: Floats) -> Floats:
        return per_year_rate(rates, periods_per_year)

    with np.errstate(divide="ignore", invalid="ignore"):
        return Metrics(
            net_margin_by_year=np.where(revenue > 0, profit / revenue, np.nan),
            net_profit_by_year_cny=profit,
            revenue_by_year_cny=revenue,
            payback_source_years=years(recovered),
            payback_cash_years=years(project),
            payback_discounted_years=years(discounted),
            payback_equity_years=years(equity),
            equity_npv_cny=lines["equity_present_value_cny"][:, -1],
            project_npv_cny=lines["project_present_value_cny"][:, -1],
            equity_irr=per_year(equity_irr.rate),
            equity_irr_status=equity_irr.status,
            equity_irr_roots={row: per_year(r) for row, r in equity_irr.roots.items()},
            project_irr=per_year(project_irr.rate),
            project_irr_status=project_irr.status,
            project_irr_roots={row: per_year(r) for row, r in project_irr.roots.items()},
            dscr_minimum=lowest,
            dscr_average=average,
            llcr=np.where(
                borrowed > 1e-9 * price,
                lines["loan_life_present_value_cny"][:, -1] / borrowed,
                np.nan,
            ),
            levelized_cost_cny_per_gpu_hour=np.where(
                hours > 0, lines["cost_present_value_cny"][:, -1] / hours, np.nan
            ),
            debt_drawn_cny=constants["debt_drawn_cny"],
        )


def lowest_and_average_cover(lines: Mapping[str, Floats]) -> tuple[Floats, Floats]:
    """Return the lowest and the mean debt service cover of every scenario; NaN without debt."""
    cover = debt_service_cover(lines["cfads_cny"][:, 1:], lines["debt_service_cny"][:, 1:])
    return minimum_and_average(cover)
