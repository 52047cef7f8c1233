"""One server under each way of billing: who bears idle time, and what each comes to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
import pandas as pd

from analysis.rental import Assumptions, convert_rent, evaluate, solve
from analysis.rental.inputs.billing import RENT_FIELD, BillingMode
from analysis.units import HOURS_PER_MONTH, MONTHS_PER_YEAR

WIDEST = 20.0
"""Break-even rents are sought from a twentieth to twenty times the rent."""


def side_by_side(server: Assumptions, hours_sold: Iterable[float]) -> pd.DataFrame:
    r"""Bill one server per server-month, per P-year and per GPU-hour, at rents that are at par.

    At par means that all modes bring the same if every hour is billed. A server-month and a P-year
    are paid for whether the server is used or not: the customer bears idle time. GPU-hours are paid
    for as far as they are sold: the operator bears it, and asks :math:`1/u` of the rent at par for
    the same revenue, with :math:`u` the share of hours sold.

    Parameters
    ----------
    server : Assumptions
        The server, billed per server-month; its utilization is replaced.
    hours_sold : iterable of float
        GPU-hours sold over clock hours, one row each; within (0, 1].

    Returns
    -------
    DataFrame
        By way of billing: ``idle_time`` (who bears it), ``rent_cny`` per unit, ``gpu_hours_billed``
        and ``revenue_cny`` of the first year, ``project_npv_cny`` (without debt),
        ``break_even_rent_cny`` per unit and ``break_even_hours`` (share of hours billed at the rent
        at which the project NPV is zero). NaN where no rent or share does that.

    Raises
    ------
    ValueError
        The server is billed otherwise.

    Notes
    -----
    Running costs are those of the server's assumptions: as a share of revenue, they fall with it.
    """
    if server.billing_mode != "server_month" or server.rent_cny_per_server_month is None:
        raise ValueError(f"a server billed per {server.billing_mode}, expected server_month")
    clock_hours = server.n_gpus * HOURS_PER_MONTH * MONTHS_PER_YEAR
    rows = {}
    for name, bearer, case in _ways(server, hours_sold):
        field = RENT_FIELD[case.billing_mode]
        rent = float(getattr(case, field))
        result = evaluate(case)
        first_year = result.line("revenue_cny")[0][: case.periods_per_year]
        rows[name] = {
            "idle_time": bearer,
            "rent_cny": rent,
            "gpu_hours_billed": clock_hours * case.utilization,
            "revenue_cny": float(first_year.sum()),
            "project_npv_cny": float(result.metrics.project_npv_cny[0]),
            "break_even_rent_cny": _break_even(case, field, rent / WIDEST, rent * WIDEST),
            "break_even_hours": _break_even(case, "utilization", 0.0, 1.0),
        }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("billed")


def hours_needed(break_even_hours: float) -> str:
    """Say which share of hours a server must sell.

    Examples
    --------
    >>> hours_needed(0.7709), hours_needed(float("nan"))
    ('77% of all hours must be sold to break even', 'no share of hours sold breaks even')
    """
    if np.isnan(break_even_hours):
        return "no share of hours sold breaks even"
    return f"{break_even_hours:.0%} of all hours must be sold to break even"


def _ways(
    server: Assumptions, hours_sold: Iterable[float]
) -> Iterator[tuple[str, str, Assumptions]]:
    """Yield name, bearer of idle time and case of every way of billing."""
    yield "per server-month", "customer", _billed(server, "server_month", 1.0)
    for precision in ("dense", "sparse"):
        counted = server.replace(p_precision=f"fp16_{precision}")
        yield f"per P-year, {precision}", "customer", _billed(counted, "p_year", 1.0)
    for share in hours_sold:
        name = f"per GPU-hour, {share:.0%} sold"
        yield name, "operator", _billed(server, "gpu_hour", share)


def _billed(server: Assumptions, mode: BillingMode, utilization: float) -> Assumptions:
    """Return the server billed in another mode, its rent at par."""
    rent = convert_rent(
        float(server.rent_cny_per_server_month or np.nan),
        "server_month",
        mode,
        n_gpus=server.n_gpus,
        pflops_per_gpu=server.pflops_per_gpu,
        p_precision=server.p_precision,
    )
    rents: dict[str, Any] = dict.fromkeys(RENT_FIELD.values())
    rents[RENT_FIELD[mode]] = rent
    return server.replace(billing_mode=mode, utilization=utilization, **rents)


def _break_even(case: Assumptions, unknown: str, low: float, high: float) -> float:
    """Return the value of an assumption at which the project NPV is zero; NaN if there is none."""
    found = solve(case, unknown, target="project_npv_cny", wanted=0.0, low=low, high=high)
    return np.nan if found.value is None else found.value
