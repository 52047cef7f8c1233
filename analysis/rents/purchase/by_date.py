"""Risk by date of purchase: what could be said on the day, and what is known of it now."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from analysis.rental import Assumptions
from analysis.rents.forecasting.models import FEWEST_MONTHS
from analysis.rents.forecasting.rent_forecast import forecast
from analysis.rents.index.quote_panel import month_position
from analysis.rents.purchase.bridge import paths_from_purchase, risk_by_contract
from analysis.rents.purchase.contracts import TakeOrPay
from analysis.rents.purchase.outlook import continue_paths
from analysis.rents.quotes.monthly import QuotesError
from analysis.units import GPUS_PER_SERVER, MONTHS_PER_YEAR


def server_price_by_month(
    server_facts: pd.DataFrame, fx: pd.DataFrame, gpu: str, months: pd.PeriodIndex
) -> pd.Series:
    """Interpolate what a server with eight GPUs cost, from the dated prices of the facts.

    Prices of a quarter are pooled by their median, in CNY at the quarter's average rate; between
    quarters logs are interpolated, before the first and after the last one the price stays. The
    facts mix list prices abroad with second-hand prices in China.

    Parameters
    ----------
    server_facts : DataFrame
        Raw table ``server_facts``.
    fx : DataFrame
        Raw table ``fx``.
    gpu : str
        GPU of the server.
    months : PeriodIndex
        Months wanted.

    Returns
    -------
    Series
        CNY per server, by month.

    Raises
    ------
    ValueError
        No server price of this GPU.
    """
    rows = _dated_prices(server_facts, gpu)
    quarter = rows["fact_date"].dt.to_period("Q")
    rates = fx[fx["period_type"] == "quarter"].set_index("period")["cny_per_usd"]
    cny_per_usd = quarter.astype(str).map(rates).fillna(rates.iloc[-1])
    price = (rows["value_low"] * rows["value_high"]) ** 0.5
    in_cny = price.where(rows["unit"] == "CNY", price * GPUS_PER_SERVER * cny_per_usd)
    logs = in_cny.apply(np.log).groupby(quarter).median().sort_index()
    middle = pd.PeriodIndex(logs.index).asfreq("M", "END").astype("int64") - 1
    wanted = np.interp(months.astype("int64"), middle, logs.to_numpy(dtype=float))
    return pd.Series(np.exp(wanted), index=months, name="server_price_cny")


def last_priced_month(server_facts: pd.DataFrame, gpu: str) -> pd.Period:
    """Return the last month of the last quarter in which a server price is dated.

    A purchase after it would set a rent beside the price of another quarter.
    """
    last: pd.Period = _dated_prices(server_facts, gpu)["fact_date"].dt.to_period("Q").max()
    return last.asfreq("M", "end")


def _dated_prices(server_facts: pd.DataFrame, gpu: str) -> pd.DataFrame:
    is_price = (server_facts["quantity"] == "server price") & (server_facts["gpu"] == gpu)
    is_known_unit = server_facts["unit"].isin(["USD per GPU", "CNY"])
    rows = server_facts[is_price & is_known_unit & (server_facts["kind"] != "disputed")]
    if rows.empty:
        raise QuotesError(f"no server price of {gpu}")
    return rows


def purchase_months(log_rents: pd.Series, step_months: int) -> list[str]:
    """List months of purchase back from the last one, each with months enough to forecast from.

    Examples
    --------
    >>> months = pd.period_range("2024-01", periods=15, freq="M")
    >>> purchase_months(pd.Series(0.0, index=months), 4)
    ['2024-07', '2024-11', '2025-03']
    """
    months = [str(month) for month in log_rents.index[FEWEST_MONTHS - 1 :]]
    return months[::-1][::step_months][::-1]


def risk_by_purchase(
    log_rents: pd.Series,
    assumptions: Assumptions,
    *,
    purchases: Sequence[str],
    rent_cny_per_server_month: pd.Series,
    server_price_cny: pd.Series,
    model: str,
    n_supported_months: int,
    declines: pd.Series,
    contracts: Sequence[TakeOrPay],
    generator: np.random.Generator,
    n_paths: int = 1000,
) -> pd.DataFrame:
    """Evaluate purchases in several months, as seen on the day and as seen now, by course of rent.

    As seen on the day, the forecast knows the rents up to the month of purchase only. As seen now,
    rents are those that came, and the forecast starts from the last month. Chance is drawn in the
    months that a backtest could judge; after them each path goes on along a named course.

    Parameters
    ----------
    log_rents : Series
        Log rents as they stood, never revised.
    assumptions : Assumptions
        The case; its price and first rent are replaced.
    purchases : sequence of str
        Months of purchase.
    rent_cny_per_server_month, server_price_cny : Series
        First rent and price by month of purchase.
    model, n_supported_months
        As in `forecast`.
    declines : Series
        Decline after the judged months by scenario, decimal per year.
    contracts : sequence of TakeOrPay
        One row a purchase each.
    generator : numpy.random.Generator
        Draws the paths; all purchases meet the same luck, so that their differences are not luck.
    n_paths : int
        Paths of each purchase.

    Returns
    -------
    DataFrame
        By purchase, seen (``then`` or ``now``), scenario and contract_share: server_price_cny,
        rent_cny_per_server_month, and the columns of `Risk.record`.
    """
    n_months = round(assumptions.useful_life_years * MONTHS_PER_YEAR)
    luck = int(generator.integers(2**32))
    rows = {}
    for month in pd.PeriodIndex(list(purchases), freq="M"):
        terms = {
            "server_price_cny": _in_month(server_price_cny, month),
            "rent_cny_per_server_month": _in_month(rent_cny_per_server_month, month),
        }
        for seen, until in (("then", str(month)), ("now", str(log_rents.index[-1]))):
            ahead = forecast(
                log_rents.loc[:until],
                model=model,
                n_ahead=n_months,
                n_supported_months=n_supported_months,
            )
            paths, is_supported = paths_from_purchase(
                ahead,
                month,
                n_months=n_months,
                n_paths=n_paths,
                generator=np.random.default_rng(luck),
            )
            for name, decline in declines.items():
                risks = risk_by_contract(
                    assumptions.model_copy(update=terms),
                    continue_paths(paths, int(is_supported.sum()), float(decline)),
                    is_supported,
                    contracts=contracts,
                    generator=np.random.default_rng(luck),
                )
                rows[month, seen, str(name)] = risks.assign(**terms)[[*terms, *risks]]
    return pd.concat(rows, names=["purchase", "seen", "scenario"])


def _in_month(series: pd.Series, month: pd.Period) -> float:
    return float(series.iloc[month_position(pd.PeriodIndex(series.index), month)])
