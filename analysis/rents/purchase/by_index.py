"""One purchase at the rent that each published index of a day would pay."""

from __future__ import annotations

import pandas as pd

from analysis.rental import Assumptions, evaluate
from analysis.rental.questions.full_cost import break_even_rent


def by_index(case: Assumptions, indices: pd.DataFrame, decline_per_year: float) -> pd.DataFrame:
    """Evaluate a purchase at the rent of each index.

    Parameters
    ----------
    case : Assumptions
        The purchase; its rent is replaced.
    indices : DataFrame
        As `indices_of_day` returns them.
    decline_per_year : float
        Decline of the rent in the second column, decimal.

    Returns
    -------
    DataFrame
        By publisher: rent_usd_per_gpu_hour, rent_cny_per_server_month, npv_flat_cny and
        npv_falling_cny (project NPV, without debt), share_needed (part of the index that must be
        paid, by discount or by idle hours, for the NPV at a flat rent to be zero; decimal).
    """
    rows = []
    for rent in indices["rent_cny_per_server_month"]:
        flat = case.replace(rent_cny_per_server_month=float(rent), rent_decline_per_year=0.0)
        falling = flat.replace(rent_decline_per_year=decline_per_year)
        rows.append(
            {
                "npv_flat_cny": float(evaluate(flat).metrics.project_npv_cny[0]),
                "npv_falling_cny": float(evaluate(falling).metrics.project_npv_cny[0]),
                "share_needed": break_even_rent(flat) / float(rent),
            }
        )
    columns = ["npv_flat_cny", "npv_falling_cny", "share_needed"]
    return indices.join(pd.DataFrame(rows, columns=columns, index=indices.index))
