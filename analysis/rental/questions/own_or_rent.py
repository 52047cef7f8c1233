"""Owning a server against renting its hours: what a GPU-hour costs, when owning is cheaper."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.arguments import as_number
from analysis.errors import AssumptionError, Fault
from analysis.rental.engines.evaluation import evaluate
from analysis.rental.inputs.cases import Case, as_case
from analysis.rental.questions.inverse import solve
from analysis.units import HOURS_PER_MONTH

COST = "levelized_cost_cny_per_gpu_hour"
_LOWEST_UTILIZATION = 0.001


def own_or_rent(case: Case, rented_cny_per_gpu_hour: float) -> pd.DataFrame:
    """Set the cost of owning a server beside what its hours would cost rented from others.

    Owned: present value of purchase and operating cost less resale, before tax and financing, over
    the present value of the hours used, at the project discount rate (levelized cost). Rented: the
    price of an hour, paid for the hours used only. Operating cost that is a share of revenue moves
    with a rent that an owner for own use does not bill: say it in parts.

    Parameters
    ----------
    case : Assumptions, mapping, str or Path
        The server; its utilization is the share of hours that the owner uses.
    rented_cny_per_gpu_hour : float
        What others ask for a GPU-hour.

    Returns
    -------
    DataFrame
        Index ``quantity``; columns ``owned``, ``rented`` and ``unit``: cost of a GPU-hour, of a
        month of the whole server at this utilization, and the utilization from which on owning is
        cheaper (in ``owned``; NaN where it never is).

    Raises
    ------
    AssumptionError
        If the price of a rented hour is not a positive number.

    Examples
    --------
    2,000,000 over 8 GPUs and 5 years without cost, resale or discount are 5.71 an hour; at 10 an
    hour rented, owning is cheaper once 57 % of the hours are used:

    >>> from analysis.rental import Assumptions
    >>> case = Assumptions(operating_cost_share_of_revenue=0, residual_value_share=0,
    ...                    project_discount_rate=0)
    >>> own_or_rent(case, 10.0)["owned"].round(4).tolist()
    [5.7078, 33333.3333, 0.5708]
    """
    case = as_case(case)
    rented_cny_per_gpu_hour = as_number(
        "rented_cny_per_gpu_hour", rented_cny_per_gpu_hour, "a price above 0"
    )
    if rented_cny_per_gpu_hour <= 0:
        found = f"{rented_cny_per_gpu_hour:g}"
        fault = Fault("question", None, "rented_cny_per_gpu_hour", found, "a price above 0")
        raise AssumptionError([fault])
    owned = float(evaluate(case).metrics[COST][0])
    hours = case.n_gpus * HOURS_PER_MONTH * case.utilization
    solution = solve(
        case,
        "utilization",
        target=COST,
        wanted=rented_cny_per_gpu_hour,
        low=_LOWEST_UTILIZATION,
        high=1.0,
    )
    # cost falls as hours rise: from the crossing on owning is cheaper
    always = solution.at_low is not None and solution.at_low <= rented_cny_per_gpu_hour
    crossings = [past for _, past in solution.brackets]
    breakeven = crossings[0] if crossings else 0.0 if always else np.nan
    rows = {
        "cost of a GPU-hour": (owned, rented_cny_per_gpu_hour, f"{case.currency} per GPU-hour"),
        "cost of a month": (
            owned * hours if hours else np.nan,
            rented_cny_per_gpu_hour * hours,
            f"{case.currency} per server-month",
        ),
        "utilization from which owning is cheaper": (breakeven, np.nan, "share of hours"),
    }
    frame = pd.DataFrame.from_dict(rows, orient="index", columns=["owned", "rented", "unit"])
    return frame.rename_axis("quantity")
