"""What a purchase comes to under each named course of rent, with and without a contract."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from analysis.arrays import Floats
from analysis.rental import Assumptions, evaluate
from analysis.rents.purchase.bridge import risk_by_contract
from analysis.rents.purchase.contracts import TakeOrPay
from analysis.rents.purchase.scenarios import declining_path
from analysis.units import MONTHS_PER_YEAR

OWN = "as this page assumes"


def by_scenario(case: Assumptions, declines: pd.Series, n_judged: int) -> pd.DataFrame:
    """Evaluate a purchase under each named course of rent.

    Within the months that a backtest could judge the rent stays: no forecast has beaten that. After
    them it falls at the rate of the scenario, month by month.

    Parameters
    ----------
    case : Assumptions
        The purchase, evaluated by the month; its own decline, from the first month on, is one of
        the courses.
    declines : Series
        Decline by scenario, decimal per year.
    n_judged : int
        Months in which the rent stays.

    Returns
    -------
    DataFrame
        Index ``scenario``; columns ``decline_per_year``, ``project_npv_cny``, ``equity_npv_cny``,
        ``dscr_minimum``, ``payback_equity_years``; NaN where a measure does not exist.
    """
    n_months = round(case.useful_life_years * MONTHS_PER_YEAR)
    monthly = case.replace(periods_per_year=MONTHS_PER_YEAR)
    courses = {
        str(name): monthly.replace(
            rent_decline_per_year=0.0,
            rent_path="series",
            rent_index_by_period=tuple(declining_path(float(decline), n_months, n_judged)),
        )
        for name, decline in declines.items()
    }
    rates = declines.to_dict()
    if case.rent_path != "series" and case.rent_decline_per_year != 0.0:
        courses = {OWN: monthly, **courses}
        rates[OWN] = case.rent_decline_per_year
    rows = {}
    for name, course in courses.items():
        metrics = evaluate(course).metrics
        measures = ("project_npv_cny", "equity_npv_cny", "dscr_minimum", "payback_equity_years")
        rows[name] = {"decline_per_year": rates[name]} | {
            measure: float(getattr(metrics, measure)[0]) for measure in measures
        }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("scenario")


def continue_paths(paths: Floats, n_judged: int, decline_per_year: float) -> Floats:
    """Let forecast paths go on along a named course after the judged months.

    Parameters
    ----------
    paths : array, shape (n_paths, n_months)
        Rents relative to the month of purchase.
    n_judged : int
        Months taken from the forecast.
    decline_per_year : float
        Decline after them, decimal.

    Returns
    -------
    ndarray, shape (n_paths, n_months)

    Examples
    --------
    >>> continue_paths(np.array([[1.1, 9.0, 9.0]]), 1, 0.0).tolist()
    [[1.1, 1.1, 1.1]]
    """
    level = paths[:, n_judged - 1 : n_judged] if n_judged else np.ones((len(paths), 1))
    course = declining_path(decline_per_year, paths.shape[1], n_judged)
    return np.where(np.arange(paths.shape[1]) < n_judged, paths, level * course)


def by_contract(
    case: Assumptions,
    paths: Floats,
    n_judged: int,
    declines: pd.Series,
    contract: TakeOrPay,
    shares: Sequence[float],
    *,
    seed: int,
) -> pd.DataFrame:
    """Say how likely debt is served and equity lost, by course of rent, contract and tenor.

    Parameters
    ----------
    case : Assumptions
        The purchase.
    paths : array, shape (n_paths, n_months)
        Forecast paths; those of the judged months are used.
    n_judged : int
        Months that a backtest could judge.
    declines : Series
        Decline by scenario after them, decimal per year.
    contract : TakeOrPay
        Terms; its share is replaced.
    shares : sequence of float
        Shares of hours under contract.
    seed : int
        Of the defaults; the same luck in every cell.

    Returns
    -------
    DataFrame
        Index ``scenario`` and ``contract_share``; columns ``p_equity_lost`` and
        ``p_dscr_below_one`` with debt over the life of the server, and the same with the suffix
        ``_tenor`` where debt is repaid within the contract; decimals. The two are alike without a
        contract.
    """
    judged = np.ones(paths.shape[1], dtype=bool)
    contracts = [replace(contract, share=share) for share in shares]
    short = case.replace(
        debt_tenor_years=min(contract.n_months / MONTHS_PER_YEAR, case.useful_life_years)
    )
    tables = {}
    for name, decline in declines.items():
        spot = continue_paths(paths, n_judged, float(decline))
        whole, within = (
            risk_by_contract(
                own, spot, judged, contracts=contracts, generator=np.random.default_rng(seed)
            )[["p_equity_irr_negative", "p_dscr_below_one"]]
            for own in (case, short)
        )
        tables[str(name)] = whole.rename(columns={"p_equity_irr_negative": "p_equity_lost"}).assign(
            p_equity_lost_tenor=within["p_equity_irr_negative"],
            p_dscr_below_one_tenor=within["p_dscr_below_one"],
        )
    return pd.concat(tables, names=["scenario"])
