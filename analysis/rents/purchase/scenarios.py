"""Scenarios of rent beyond the months that a backtest can judge, each with a name and a basis.

No record says how the rent of one GPU moves over five years: what is older has lived in another
time. Instead of one distribution, courses that have been seen are named, for a reader to choose.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from analysis.arrays import Floats
from analysis.rents.trend.generations import GENERATIONS, age_calendar_generation
from analysis.rents.trend.panel_trend import fixed_effects_trend
from analysis.units import MONTHS_PER_YEAR

PRECEDENTS = ("V100", "A100")
"""GPUs whose list rents cover the far end of a life."""

STAYS = "the rent stays where it is"
LIKE_PRECEDENTS = f"it falls as those of {' and '.join(PRECEDENTS)} have"
LIKE_GENERATIONS = "it falls as one generation stands below the next"


def rent_scenarios(quotes: pd.DataFrame) -> pd.DataFrame:
    """Name courses of rent that list prices of neoclouds have taken.

    Parameters
    ----------
    quotes : DataFrame
        From `analysis.rents.comparable_quotes`.

    Returns
    -------
    DataFrame
        Index ``scenario``; columns ``decline_per_year`` (decimal), ``decline_low`` and
        ``decline_high`` (90 % interval, by signs of whole providers, across generations by GPU;
        missing where nothing is estimated) and ``basis``.

    Notes
    -----
    Across generations: in the same month, a GPU first offered a year later rents for
    ``exp(b) - 1`` more; one that grows a year older beside ever newer ones of unchanged rent falls
    by ``1 - exp(-b)``.
    """
    in_usd = quotes["role"].ne("not a rent") & quotes["currency"].eq("USD")
    first_offered = quotes[in_usd].groupby("gpu")["month"].min()
    listed = quotes[
        in_usd
        & quotes["role"].eq("quote")
        & quotes["contract"].eq("on-demand")
        & quotes["segment"].eq("neocloud")
        & quotes["gpu"].isin(GENERATIONS)
    ]
    older = listed[listed["gpu"].isin(PRECEDENTS)]
    own = fixed_effects_trend(older)
    ages = age_calendar_generation(
        listed, {str(gpu): first for gpu, first in first_offered.items()}
    )
    least, most = ages.across_generations_interval
    rows = {
        STAYS: (0.0, np.nan, np.nan, "no change: the forecast that none has beaten"),
        LIKE_PRECEDENTS: (
            own.decline_per_year,
            *own.decline_per_year_interval,
            f"{own.n_months} list quotes of {older['provider'].nunique()} specialized clouds",
        ),
        LIKE_GENERATIONS: (
            -np.expm1(-ages.across_generations),
            -np.expm1(-least),
            -np.expm1(-most),
            f"{ages.n_quotes} list quotes of {ages.n_gpus} GPUs in the same months",
        ),
    }
    columns = ["decline_per_year", "decline_low", "decline_high", "basis"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns).rename_axis("scenario")


def declining_path(decline_per_year: float, n_months: int, first_month: int = 0) -> Floats:
    """Return a rent that stays for some months and then falls at a constant rate.

    Parameters
    ----------
    decline_per_year : float
        Decimal per year.
    n_months : int
        Length.
    first_month : int
        Months that it stays.

    Returns
    -------
    ndarray, shape (n_months,)
        Rent over today's.

    Examples
    --------
    >>> declining_path(0.19, 25, first_month=1)[[0, 12, 24]].round(2).tolist()
    [1.0, 0.81, 0.66]
    """
    months = np.maximum(np.arange(1, n_months + 1) - first_month, 0)
    path: Floats = (1.0 - decline_per_year) ** (months / MONTHS_PER_YEAR)
    return path


def rents_by_course(
    declines: pd.Series, rent: float, n_judged: int, years: Sequence[int]
) -> pd.DataFrame:
    """Say what a rent comes to under each course, some years from now.

    Parameters
    ----------
    declines : Series
        Decline by scenario, decimal per year.
    rent : float
        Rent now.
    n_judged : int
        Months in which it stays.
    years : sequence of int
        When.

    Returns
    -------
    DataFrame
        By scenario: decline_per_year, and ``1 year``, ``N years`` for each of `years`, in units
        of `rent`.

    Examples
    --------
    >>> courses = pd.Series({"it halves": 0.5})
    >>> rents_by_course(courses, 8.0, 12, (1, 3)).to_dict("records")
    [{'decline_per_year': 0.5, '1 year': 8.0, '3 years': 2.0}]
    """
    months = [MONTHS_PER_YEAR * year for year in years]
    rows = {
        name: [decline] + [rent * declining_path(decline, month, n_judged)[-1] for month in months]
        for name, decline in declines.items()
    }
    columns = ["decline_per_year", *(f"{year} year{'s' if year > 1 else ''}" for year in years)]
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns).rename_axis("scenario")
