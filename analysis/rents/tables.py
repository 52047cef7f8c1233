"""Tables that the report asks of the rents: choices, hindsight, verdicts, China."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from analysis.rents import estimators
from analysis.rents.backtest import BENCHMARK, Backtest
from analysis.rents.forecast import Forecast, forecast
from analysis.rents.models import MODEL_LABELS
from analysis.rents.panel import RentPanel
from analysis.units import HOURS_PER_MONTH

_GPUS_PER_SERVER = 8


def choices(captured: RentPanel, *, peak: str, trough: str) -> pd.DataFrame:
    """Say which choices matter: fall and rebound by estimator and treatment of gaps.

    Parameters
    ----------
    captured : RentPanel
        Quotes as captured, gaps and all.
    peak, trough : str
        Months that the changes are taken between; the rebound ends in the last month.

    Returns
    -------
    DataFrame
        By estimator and gaps (``left``, ``carried``, ``interpolated``): fall and rebound, decimals.
    """
    ways = {
        "left": captured,
        "carried": captured.filled("carry"),
        "interpolated": captured.filled("interpolate"),
    }
    compute = {
        "time-product dummy": estimators.time_product_dummy,
        "GEKS-Jevons": estimators.geks_jevons,
        "GEKS-Jevons, spliced, 13 months": estimators.spliced,
        "Jevons, chained": estimators.jevons_chained,
        "Jevons, fixed base": lambda rents: estimators.jevons_fixed_base(
            rents, base=captured.position(peak)
        ),
    }
    at = [captured.position(peak), captured.position(trough), len(captured.months) - 1]
    rows = {}
    for estimator, estimate in compute.items():
        for gaps, panel in ways.items():
            start, bottom, end = estimate(panel.log_rents)[at]
            rows[estimator, gaps] = (float(np.expm1(bottom - start)), float(np.expm1(end - bottom)))
    return _by_pair(rows, ["estimator", "gaps"], ["fall", "rebound"])


def leave_one_out(captured: RentPanel, *, peak: str, trough: str) -> pd.DataFrame:
    """Say which provider carries the result: fall and rebound without each of them.

    Returns
    -------
    DataFrame
        By provider left out: fall and rebound of the time-product dummy, gaps carried, and
        n_months in which the provider was captured.
    """
    at = [captured.position(peak), captured.position(trough), len(captured.months) - 1]
    seen = ~np.isnan(captured.log_rents)
    rows = {}
    for provider in sorted(set(captured.providers)):
        rest = captured.without(provider).filled("carry")
        start, bottom, end = estimators.time_product_dummy(rest.log_rents)[at]
        n_months = int(seen[captured.providers == provider].any(axis=0).sum())
        rows[provider] = (np.expm1(bottom - start), np.expm1(end - bottom), n_months)
    return pd.DataFrame.from_dict(
        rows, orient="index", columns=["fall", "rebound", "n_months"]
    ).rename_axis("provider")


def hindsight(
    real_time: pd.Series, origins: Sequence[str], models: Sequence[str]
) -> tuple[pd.DataFrame, dict[tuple[str, str], Forecast]]:
    """Set forecasts made in the past against what came.

    Parameters
    ----------
    real_time : Series
        Log rents as they stood, never revised.
    origins : sequence of str
        Months in which the forecasts are made.
    models : sequence of str
        Names in `MODELS`.

    Returns
    -------
    table : DataFrame
        By origin and model: forecast, low and high (90 %) for the last month, came (what the rent
        was), miss (forecast over outcome, less one) and is_inside.
    forecasts : dict
        By origin and model.
    """
    last = pd.Period(real_time.index[-1], "M")
    came = float(np.exp(real_time.iloc[-1]))
    made, rows = {}, {}
    for origin in origins:
        n_ahead = last.ordinal - pd.Period(origin, "M").ordinal
        for model in models:
            made[origin, model] = forecast(
                real_time.loc[:origin], model=model, n_ahead=n_ahead, n_supported_months=n_ahead
            )
            quantiles = made[origin, model].predictive.quantiles((0.05, 0.5, 0.95))[0, -1]
            low, middle, high = np.exp(quantiles).tolist()
            label = MODEL_LABELS[model]
            is_inside = low <= came <= high
            rows[origin, label] = (middle, low, high, came, middle / came - 1.0, is_inside)
    columns = ["forecast", "low", "high", "came", "miss", "is_inside"]
    return _by_pair(rows, ["origin", "model"], columns), made


def beats_no_change(result: Backtest, series: str, level: float = 0.05) -> str:
    """Say in one sentence whether any model is better than no change on a series.

    Parameters
    ----------
    result : Backtest
        Scores.
    series : str
        Name of the series.
    level : float
        Level of the tests of equal accuracy.

    Returns
    -------
    str
    """
    table = result.table([series])
    rest = table.drop(index=BENCHMARK, level="model")
    mean = rest["crps"].groupby(level="model").mean()
    naive = float(table["crps"].xs(BENCHMARK).mean())
    better = [MODEL_LABELS[str(name)] for name in mean.index[mean < naive]]
    is_significant = (rest["dm_p_value"] < level) & (rest["dm_statistic"] < 0)
    n_tests = int(rest["dm_p_value"].notna().sum())
    head = (
        "Nothing beats no change on average over the horizons"
        if not better
        else f"On average over the horizons {', '.join(better)} beat no change"
    )
    return (
        f"{head}; of {n_tests} tests of a model at a horizon {int(is_significant.sum())} find a "
        f"model better than no change at the {level:.0%} level, and "
        f"{int(((rest['dm_p_value'] < level) & (rest['dm_statistic'] > 0)).sum())} find it worse"
    )


def chinese_quotes(quotes: pd.DataFrame, log_rents_cny: pd.Series, gpu: str) -> pd.DataFrame:
    """Set Chinese quotes of a GPU beside the index abroad in the same month.

    Parameters
    ----------
    quotes : DataFrame
        As `comparable_quotes` returns them.
    log_rents_cny : Series
        Log rents abroad in CNY per GPU-hour, by month.
    gpu : str
        Which GPU.

    Returns
    -------
    DataFrame
        By month: quoted and abroad in CNY per server-month of eight GPUs at full use, their ratio,
        contract, role, flag, source_id; assumptions of models are left out.
    """
    rows = quotes[(quotes["currency"] == "CNY") & (quotes["gpu"] == gpu)]
    rows = rows[rows["role"] != "not a rent"].sort_values("quote_date", kind="stable")
    month = rows["month"].dt.to_period("M")
    per_server_month = _GPUS_PER_SERVER * HOURS_PER_MONTH
    abroad = np.exp(log_rents_cny.reindex(pd.PeriodIndex(month)).to_numpy(dtype=float))
    quoted = rows["rent_cny_per_gpu_hour"].to_numpy(dtype=float)
    table = rows[["contract", "role", "flag", "source_id"]].set_index(pd.PeriodIndex(month))
    table.insert(0, "quoted_cny_per_server_month", quoted * per_server_month)
    table.insert(1, "abroad_cny_per_server_month", abroad * per_server_month)
    table.insert(2, "ratio", quoted / abroad)
    return table.rename_axis("month")


def _by_pair(
    rows: Mapping[tuple[str, str], tuple[Any, ...]], names: list[str], columns: list[str]
) -> pd.DataFrame:
    table = pd.DataFrame.from_dict(rows, orient="index", columns=columns)
    table.index = pd.MultiIndex.from_tuples(table.index, names=names)
    return table
