"""Useful lives of servers in force, quarter by quarter, as announced."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

import numpy as np
import pandas as pd

from analysis.arrays import Floats

QUARTERS_PER_YEAR = 4

ASSUMED_LIVES: Mapping[str, tuple[tuple[str, float], ...]] = MappingProxyType(
    {
        "Microsoft": (("2000-01-01", 3.0),),
        "Oracle": (("2000-01-01", 4.0), ("2022-06-01", 5.0), ("2024-06-01", 6.0)),
        "Tencent": (("2000-01-01", 5.0),),
    }
)
"""Lives nobody stated: Microsoft's before July 2020, Oracle's and their dates, Tencent's."""


def life_steps(company: str, announced: pd.DataFrame) -> list[tuple[pd.Timestamp, float]]:
    """Days from which a life of servers is in force, and the life in years; a later step prevails.

    Parameters
    ----------
    company : str
        Company.
    announced : DataFrame
        The table ``useful_life``. Changes that concern only some of the assets, and changes of
        network equipment apart, are left out.
    """
    steps = [(pd.Timestamp(day), years) for day, years in ASSUMED_LIVES.get(company, ())]
    rows = announced[
        (announced["company"] == company)
        & announced["asset_class"].isin(["servers", "servers and networking"])
        & announced["effective_date"].notna()
    ].sort_values("effective_date")
    if not steps:
        steps = [(pd.Timestamp("2000-01-01"), float(rows["old_life_years"].iloc[0]))]
    steps += list(zip(rows["effective_date"], rows["new_life_years"].astype(float), strict=True))
    return steps


def lives_in_force(steps: Sequence[tuple[pd.Timestamp, float]], quarters: pd.PeriodIndex) -> Floats:
    """Life in force at the start of each quarter, in quarters, by the steps of a company.

    Examples
    --------
    >>> table = pd.DataFrame({"company": ["A"], "asset_class": ["servers"],
    ...     "effective_date": [pd.Timestamp("2024-01-01")],
    ...     "old_life_years": [5.0], "new_life_years": [6.0]})
    >>> quarters = pd.period_range("2023Q4", "2024Q1", freq="Q")
    >>> lives_in_force(life_steps("A", table), quarters).tolist()
    [20.0, 24.0]
    """
    starts = quarters.start_time.to_numpy()
    years = np.empty(len(quarters))
    for day, life in steps:
        years[starts >= day.to_datetime64()] = life
    return years * QUARTERS_PER_YEAR
