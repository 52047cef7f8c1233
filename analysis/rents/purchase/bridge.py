"""From rents to returns: what a buyer of a server can earn, given how rents may move."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from analysis.arrays import Flags, Floats
from analysis.brief import Brief
from analysis.data import load_processed, save_processed
from analysis.rental import Assumptions, evaluate
from analysis.rental.engines.irr import PAID
from analysis.rental.engines.measured import CODES
from analysis.rental.engines.runs import measure_lanes
from analysis.rents.forecasting.rent_forecast import Forecast, consecutive
from analysis.rents.index.quote_panel import month_position
from analysis.rents.purchase.contracts import TakeOrPay
from analysis.units import MONTHS_PER_YEAR

TABLE = "rent_forecast"
MADE_BY = "notebooks/rent_trends.py"
_MEASURES = ("equity_irr", "equity_npv_cny", "dscr_minimum", "payback_equity_years")


@dataclass(frozen=True)
class Risk(Brief):
    """Returns of one purchase over many rent paths.

    Parameters
    ----------
    equity_irr, equity_npv_cny, dscr_minimum, payback_equity_years : ndarray, shape (n_paths,)
        Measures of the rental model; NaN where one does not exist, and for a rate of return that
        is paid, not earned.
    is_equity_lost : ndarray of bool, shape (n_paths,)
        Whether equity gets back less than it put in: its rate of return is below zero.
    dscr_minimum_supported : ndarray, shape (n_paths,)
        Lowest cover within the months that a backtest could judge.
    """

    equity_irr: Floats
    equity_npv_cny: Floats
    dscr_minimum: Floats
    payback_equity_years: Floats
    is_equity_lost: Flags
    dscr_minimum_supported: Floats

    def parts(self, n: int) -> list[Risk]:
        """Return the paths in `n` parts of the same size, in their order."""
        columns = {own.name: np.split(getattr(self, own.name), n) for own in fields(self)}
        return [Risk(**{name: values[k] for name, values in columns.items()}) for k in range(n)]

    def record(self) -> dict[str, float]:
        """Return probabilities, their largest simulation error, and quantiles of the return.

        Without debt there is no cover to fall short of: the probabilities of that are zero.
        """
        finite = self.equity_irr[np.isfinite(self.equity_irr)]
        low, middle, high = np.quantile(finite, [0.05, 0.5, 0.95]) if len(finite) else [np.nan] * 3
        shares = {
            "p_equity_irr_negative": np.mean(self.is_equity_lost),
            "p_dscr_below_one": np.mean(self.dscr_minimum < 1.0),
            "p_dscr_below_one_supported": np.mean(self.dscr_minimum_supported < 1.0),
            "p_never_pays_back": np.mean(np.isnan(self.payback_equity_years)),
            "p_npv_negative": np.mean(self.equity_npv_cny < 0.0),
        }
        return {name: float(share) for name, share in shares.items()} | {
            "simulation_error": float(0.5 / np.sqrt(len(self.equity_irr))),
            "equity_irr_q05": float(low),
            "equity_irr_median": float(middle),
            "equity_irr_q95": float(high),
            "equity_npv_median_cny": float(np.median(self.equity_npv_cny)),
        }


def paths_from_purchase(
    forecast: Forecast,
    purchase: str | pd.Period,
    *,
    n_months: int,
    n_paths: int,
    generator: np.random.Generator,
) -> tuple[Floats, Flags]:
    """Return rents relative to the month of purchase: as they came, then as they may come.

    Parameters
    ----------
    forecast : Forecast
        Forecast from any month at or after the purchase.
    purchase : str or Period
        Month of purchase, one that the forecast has seen; its rent is one, month one is the month
        after.
    n_months : int
        Months wanted.
    n_paths : int
        Number of paths.
    generator : numpy.random.Generator
        Draws the paths.

    Returns
    -------
    paths : ndarray, shape (n_paths, n_months)
        Rent of each month over the rent of the month of purchase.
    is_supported : ndarray of bool, shape (n_months,)
        Known, or within the months that a backtest could judge.
    """
    seen = consecutive(forecast.history)
    since = seen[month_position(pd.PeriodIndex(forecast.history.index), purchase) :]
    known = np.exp(since[1 : n_months + 1] - since[0])
    n_ahead = n_months - len(known)
    if n_ahead > forecast.n_ahead:
        raise ValueError(f"{n_ahead} months to forecast, the forecast has {forecast.n_ahead}")
    drawn = forecast.relative_paths(n_paths, generator, "student")[:, :n_ahead]
    drawn *= np.exp(since[-1] - since[0])
    paths = np.concatenate([np.tile(known, (n_paths, 1)), drawn], axis=1)
    is_supported = np.ones(n_months, dtype=bool)
    is_supported[len(known) :] = forecast.is_supported[:n_ahead]
    return paths, is_supported


def project_risk(
    assumptions: Assumptions, paths: Floats, is_supported: Flags | None = None
) -> Risk:
    """Evaluate the rental model on every path.

    Parameters
    ----------
    assumptions : Assumptions
        The case; its rent is that of the month of purchase. Months are its periods, and its own
        rent path is replaced.
    paths : array, shape (n_paths, n_months)
        Rents relative to the month of purchase, for the useful life at least.
    is_supported : array of bool, shape (n_months,), optional
        Months that a backtest could judge; all where not given.

    Returns
    -------
    Risk
    """
    n_months = round(assumptions.useful_life_years * MONTHS_PER_YEAR)
    monthly = Assumptions(
        **(
            assumptions.model_dump()
            | {
                "periods_per_year": MONTHS_PER_YEAR,
                "rent_path": "series",
                "rent_decline_per_year": 0.0,
                "rent_index_by_period": (1.0,) * n_months,
            }
        )
    )
    scenarios = {"rent_index_by_period": paths[:, :n_months]}
    # a page asks a hundred times: compiled once, each is then some eighty times faster
    measured = measure_lanes(monthly, scenarios, _MEASURES, engine="numba")
    values = measured.values  # noqa: PD011 (a mapping, no frame)
    status = measured.status
    result = evaluate(monthly, scenarios)
    judged = np.ones(n_months, dtype=bool) if is_supported is None else is_supported[:n_months]
    cover = np.where(np.isnan(result.cover()), np.inf, result.cover())
    put_in = -result.opening("equity_cash_flow_cny")
    # a rate that is paid is no return: as in a simulation, it stands in no quantile of returns
    is_paid = status["equity_irr"] == CODES[PAID]
    returns = np.where(is_paid, np.nan, values["equity_irr"])
    return Risk(
        **{**values, "equity_irr": returns},
        is_equity_lost=result.line("equity_cash_flow_cny").sum(axis=1) < put_in,
        dscr_minimum_supported=cover[:, judged].min(axis=1, initial=np.inf),
    )


def risk_by_contract(
    assumptions: Assumptions,
    paths: Floats,
    is_supported: Flags,
    *,
    contracts: Sequence[TakeOrPay],
    generator: np.random.Generator,
) -> pd.DataFrame:
    """Tabulate the risk of one purchase by share of hours under contract.

    Parameters
    ----------
    assumptions : Assumptions
        The case; its debt has the same tenor whatever the contract.
    paths : array, shape (n_paths, n_months)
        Spot rents relative to the month of purchase.
    is_supported : array of bool, shape (n_months,)
        Months that a backtest could judge.
    contracts : sequence of TakeOrPay
        One row each.
    generator : numpy.random.Generator
        Draws the defaults; all contracts meet the same luck.

    Returns
    -------
    DataFrame
        By contract_share, the columns of `Risk.record`; probabilities as decimals.
    """
    luck = int(generator.integers(2**32))
    blended = [
        contract.revenue_index(paths, assumptions.utilization, np.random.default_rng(luck))
        for contract in contracts
    ]
    together = project_risk(assumptions, np.concatenate(blended), is_supported)
    rows = [risk.record() for risk in together.parts(len(blended))]
    shares = [contract.share for contract in contracts]
    return pd.DataFrame(rows, index=pd.Index(shares, name="contract_share"))


def save_rent_forecast(
    paths: ArrayLike,
    is_supported: ArrayLike,
    *,
    name: str = TABLE,
    made_by: str = MADE_BY,
    parameters: Mapping[str, Any] | None = None,
    folder: Path | None = None,
) -> Path:
    """Save rent paths for the rental model, as a processed table.

    Parameters
    ----------
    paths : array, shape (n_paths, n_months)
        Rents relative to the month of purchase.
    is_supported : array of bool, shape (n_months,)
        Months that a backtest could judge.
    name : str
        Name of the table.
    made_by, parameters, folder
        As in `analysis.data.save_processed`.
    """
    rents = np.asarray(paths, dtype=float)
    n_paths, n_months = rents.shape
    table = pd.DataFrame(
        {
            "path": np.repeat(np.arange(n_paths), n_months),
            "month_ahead": np.tile(np.arange(1, n_months + 1), n_paths),
            "rent_index": rents.ravel(),
            "is_supported": np.tile(np.asarray(is_supported, dtype=bool), n_paths),
        }
    )
    units = {
        "path": "",
        "month_ahead": "months after purchase",
        "rent_index": "rent over the rent of the month of purchase",
        "is_supported": "",
    }
    return save_processed(
        table, name, units=units, made_by=made_by, parameters=parameters, folder=folder
    )


def load_rent_forecast(name: str = TABLE, folder: Path | None = None) -> tuple[Floats, Flags]:
    """Load the rent paths that the rent-trend notebook saved.

    Returns
    -------
    paths : ndarray, shape (n_paths, n_months)
        Rents relative to the month of purchase; what `rent_index_by_period` takes.
    is_supported : ndarray of bool, shape (n_months,)
    """
    table = load_processed(name, made_by=MADE_BY, folder=folder)
    n_months = int(table["month_ahead"].max())
    ordered = table.sort_values(["path", "month_ahead"])
    paths = ordered["rent_index"].to_numpy(dtype=float).reshape(-1, n_months)
    return paths, ordered["is_supported"].to_numpy(dtype=bool)[:n_months]
