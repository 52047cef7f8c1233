"""Evaluate the rental model: one case, or a million scenarios of it along one axis."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.rental.assumptions import Assumptions
from analysis.rental.declaration import declare
from analysis.rental.irr import irr
from analysis.rental.lines import Declaration
from analysis.rental.metrics import (
    by_year,
    debt_service_cover,
    minimum_and_average,
    payback_periods,
)
from analysis.rental.numpy_engine import run
from analysis.rental.resolve import Resolved, resolve
from analysis.rental.result import Metrics, RentalResult
from analysis.rental.sculpt import sculpt
from analysis.rental.structure import Structure
from analysis.units import per_year_rate

Floats = NDArray[np.float64]

CHUNK = 8192
_MEASURED = frozenset(
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


def evaluate(
    assumptions: Assumptions, scenarios: Mapping[str, ArrayLike] | None = None
) -> RentalResult:
    """Evaluate a case in full: every line of every period, and all measures.

    Parameters
    ----------
    assumptions : Assumptions
        The case.
    scenarios : mapping of str to array, shape (n_scenarios,), optional
        Assumptions that differ between scenarios; `rent_index_by_period` has shape
        (n_scenarios, n_periods). Without it there is one scenario.

    Returns
    -------
    RentalResult
        Lines of shape (n_scenarios, n_periods), statements and measures.

    Raises
    ------
    AssumptionError
        If some scenario is impossible.

    Examples
    --------
    >>> case = evaluate(Assumptions())
    >>> (100 * case.metrics.net_margin_by_year[0]).round(2).tolist()
    [32.38, 33.51, 34.65, 35.78, 36.91]
    """
    declaration = declare(Structure.of(assumptions, scenarios or ()))
    resolved = _sized(assumptions, declaration, resolve(assumptions, scenarios))
    keep = frozenset(line.name for line in declaration.lines)
    constants, lines = run(
        declaration, resolved.parameters, resolved.series, resolved.n_periods, keep
    )
    metrics = _measure(assumptions.periods_per_year, constants, lines)
    varied = {name: np.asarray(values) for name, values in (scenarios or {}).items()}
    return RentalResult(assumptions, declaration, constants, lines, metrics, varied)


def lines_of(
    assumptions: Assumptions, scenarios: Mapping[str, ArrayLike], names: Iterable[str]
) -> dict[str, Floats]:
    """Return some lines of many scenarios, without measures.

    Parameters
    ----------
    assumptions : Assumptions
        The case.
    scenarios : mapping of str to array
        As for `evaluate`.
    names : iterable of str
        Lines of the declaration.

    Returns
    -------
    dict of str to ndarray, shape (n_scenarios, n_periods + 1)
        Column 0 is the day of purchase.
    """
    declaration = declare(Structure.of(assumptions, scenarios))
    resolved = _sized(assumptions, declaration, resolve(assumptions, scenarios))
    keep = frozenset(names)
    _, lines = run(declaration, resolved.parameters, resolved.series, resolved.n_periods, keep)
    return lines


def measure(
    assumptions: Assumptions,
    scenarios: Mapping[str, ArrayLike] | None = None,
    *,
    engine: Literal["numpy", "numba"] = "numpy",
    threads: int = 1,
) -> Metrics:
    """Evaluate measures only, in chunks, so that memory does not grow with lines times scenarios.

    Parameters and errors as for `evaluate`; the measures are the same, bit for bit with the plain
    engine and to 1e-9 with the compiled one.

    Parameters
    ----------
    assumptions : Assumptions
        The case.
    scenarios : mapping of str to array, shape (n_scenarios,), optional
        As for `evaluate`.
    engine : {"numpy", "numba"}
        The plain engine, or the compiled one: hundreds of times faster, after some seconds of
        compilation the first time that a structure is met.
    threads : int
        Threads of the compiled engine.

    Examples
    --------
    >>> rents = [60_000.0, 70_000.0]
    >>> measure(Assumptions(), {"rent_cny_per_server_month": rents}).equity_npv_cny.round().tolist()
    [589595.0, 937589.0]
    """
    if engine == "numba":
        from analysis.rental.compiled.runs import measure_all

        return measure_all(assumptions, scenarios, threads=threads)
    declaration = declare(Structure.of(assumptions, scenarios or ()))
    resolved = resolve(assumptions, scenarios)
    parts = []
    for start in range(0, resolved.n_scenarios, CHUNK):
        stop = min(start + CHUNK, resolved.n_scenarios)
        rows = _sized(assumptions, declaration, resolved.rows(start, stop))
        constants, lines = run(declaration, rows.parameters, rows.series, rows.n_periods, _MEASURED)
        parts.append(_measure(assumptions.periods_per_year, constants, lines))
    return Metrics.join(parts)


def _sized(assumptions: Assumptions, declaration: Declaration, resolved: Resolved) -> Resolved:
    return sculpt(declaration, resolved) if assumptions.debt_form == "sculpted" else resolved


def _measure(
    periods_per_year: int, constants: Mapping[str, Floats], lines: Mapping[str, Floats]
) -> Metrics:
    price = constants["price_paid_cny"]
    equity, project = lines["equity_cash_flow_cny"], lines["project_cash_flow_cny"]
    recovered = lines["net_profit_cny"] + lines["depreciation_cny"]
    recovered = np.concatenate([-price[:, None], recovered[:, 1:]], axis=1)
    discounted = project * lines["project_discount_factor"]
    cover = debt_service_cover(lines["cfads_cny"][:, 1:], lines["debt_service_cny"][:, 1:])
    lowest, average = minimum_and_average(cover)
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
