"""Tables that the report asks of the rents: choices, swings, hindsight, verdicts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from analysis.rents.breaks.regimes import Breaks
from analysis.rents.forecasting.models import MODEL_LABELS
from analysis.rents.forecasting.rent_backtest import BENCHMARK, Backtest
from analysis.rents.forecasting.rent_forecast import QUANTILES, Forecast, forecast
from analysis.rents.index import estimators
from analysis.rents.index.quote_panel import RentPanel
from analysis.rents.index.rent_index import Change
from analysis.rents.index.rent_market import ASKED, Market
from analysis.rents.index.swings import Swing, index_swing, median_swing, series_swing


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
            quantiles = made[origin, model].predictive.quantiles(QUANTILES[::2])[0, -1]
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
        Level of all tests of equal accuracy together, by Bonferroni's rule.

    Returns
    -------
    str
    """
    table = result.table([series])
    rest = table.drop(index=BENCHMARK, level="model")
    mean = rest["crps"].groupby(level="model").mean()
    naive = float(table["crps"].xs(BENCHMARK).mean())
    better = [MODEL_LABELS[str(name)] for name in mean.index[mean < naive]]
    if not better:
        return "No forecast tested did better than saying that rents stay as they are"
    for_better = rest.loc[rest["dm_statistic"] < 0, "dm_p_value"]
    is_beyond_luck = (for_better < level / max(rest["dm_p_value"].notna().sum(), 1)).any()
    luck = "by more than luck gives" if is_beyond_luck else "by no more than luck may give"
    return f"{', '.join(better)} did better, {luck}, than saying that rents stay as they are"


def start_influence(
    log_rents: pd.Series, *, peak_from: str, peak_by: str, trough: str
) -> pd.DataFrame:
    """Say how far a fall and a change to the last month hang on the month counted from.

    Parameters
    ----------
    log_rents : Series
        Log rents by month.
    peak_from, peak_by : str
        First and last month that is counted from.
    trough : str
        Month that the fall ends in.

    Returns
    -------
    DataFrame
        By month counted from: to_trough and to_last, decimal changes.
    """
    window = log_rents.loc[peak_from:peak_by]
    starts = window[window.index < pd.Period(trough, "M")]
    return pd.DataFrame(
        {
            "to_trough": np.expm1(log_rents[trough] - starts),
            "to_last": np.expm1(log_rents.iloc[-1] - starts),
        }
    ).rename_axis("counted_from")


def all_swings(
    here: Market, published: Mapping[str, pd.Series], gpu: str, *, peak_from: str, peak_by: str
) -> list[Swing]:
    """Find fall, trough and rebound on the index, its raw median and every published series.

    Returns
    -------
    list of Swing
        The index (or the published index standing in) first, then the raw median, then the rest.
    """
    if here.index is None:
        alone = series_swing(here.log_rents, measure=here.label, peak_by=peak_by, first=peak_from)
        found = [alone]
    else:
        found = [
            index_swing(here.index, peak_by=peak_by, first=peak_from),
            median_swing(here.index, peak_by=peak_by, first=peak_from),
        ]
    for name, series in of_gpu(published, gpu).items():
        is_early = str(series.index[0]) <= peak_by
        if is_early and name != here.label:
            since = max(peak_from, str(series.index[0]))
            found.append(series_swing(series, peak_by=peak_by, first=since, measure=name))
    return found


def swings_in_words(swung: Sequence[Swing]) -> pd.DataFrame:
    """Tabulate swings for reading: sizes with their intervals, months with theirs.

    Returns
    -------
    DataFrame
        By what fell: peak, fall, trough, rebound, all text.
    """

    def sized(change: Change) -> str:
        if np.isnan(change.low):
            return f"{change.value:+.0%}"
        return f"{change.value:+.0%} ({change.low:+.0%} to {change.high:+.0%})"

    rows = []
    for swing in swung:
        low, high = swing.trough_months
        between = "" if low == high else f" ({low} to {high})"
        rows.append(
            {
                "rents": swing.measure,
                "peak": str(swing.peak),
                "fall": sized(swing.fall),
                "trough": f"{swing.trough}{between}",
                "rebound": sized(swing.rebound),
            }
        )
    return pd.DataFrame(rows).set_index("rents")


def of_gpu(published: Mapping[str, pd.Series], gpu: str) -> dict[str, pd.Series]:
    """Keep the published series of one GPU."""
    return {name: series for name, series in published.items() if name.startswith(f"{gpu} ")}


def regime_table(breaks: Breaks) -> pd.DataFrame:
    """Tabulate regimes of a line with breaks, and the interval of the break that ends each."""
    table = breaks.regimes[["first", "last"]].astype(str).join(breaks.regimes["n_months"])
    table["break_between"] = pd.Series(list(breaks.intervals_in_words().values()), dtype=object)
    table["change_per_month"] = breaks.regimes["slope_per_month"]
    table["error"] = breaks.regimes["slope_error"]
    return table.set_index("first")


def skill_table(result: Backtest) -> pd.DataFrame:
    """Tabulate the CRPS saved against no change over all horizons, a row a series."""
    skill = result.summary()["all"].unstack("model")  # noqa: PD010
    return skill.drop(columns=BENCHMARK).rename(columns=MODEL_LABELS).rename_axis("series")


RISK_LABELS = {
    "p_dscr_below_one": "a payment is not covered",
    "p_never_pays_back": "it never pays back",
    "p_equity_irr_negative": "equity is lost",
}


def purchase_table(
    risk: pd.DataFrame,
    at_fixed_price: pd.DataFrame,
    contract_share: float,
    rents_in_china: pd.Series,
) -> pd.DataFrame:
    """Put the probability that equity is lost side by side: on the day, now, at one price.

    Parameters
    ----------
    risk, at_fixed_price : DataFrame
        As `risk_by_purchase` returns them.
    contract_share : float
        Share of hours under contract, decimal; one that was evaluated.
    rents_in_china : Series
        Rent by month from quotes in China, CNY per server-month, beside the first rent that an
        index gives; NaN where none is quoted.

    Returns
    -------
    DataFrame
        By purchase and scenario.
    """
    then, now = (
        risk.xs((seen, contract_share), level=["seen", "contract_share"])
        for seen in ("then", "now")
    )
    fixed = at_fixed_price.xs(("then", contract_share), level=["seen", "contract_share"])
    table = then[["server_price_cny", "rent_cny_per_server_month"]].assign(
        rent_in_china_cny_per_server_month=rents_in_china.reindex(
            then.index.get_level_values("purchase")
        ).to_numpy(dtype=float),
        then=then["p_equity_irr_negative"],
        now=now["p_equity_irr_negative"],
        fixed_price=fixed["p_equity_irr_negative"],
    )
    return table.rename(index=str, level="purchase")


def risk_of_purchase(
    risks: Mapping[float, pd.DataFrame], purchase: pd.Period, contract_share: float
) -> pd.DataFrame:
    """Say what one purchase runs a risk of, as seen on the day.

    Parameters
    ----------
    risks : mapping of float to DataFrame
        Tables of `risk_by_purchase` by share of hours billed.
    purchase : Period
        Month of purchase.
    contract_share : float
        Share of hours under contract, decimal; one that was evaluated.

    Returns
    -------
    DataFrame
        By scenario and risk, a column for each share of hours billed.
    """
    on_the_day = {
        f"{used:.0%} billed": _on_the_day(risk, purchase, contract_share)
        for used, risk in risks.items()
    }
    rows = {
        (str(scenario), words): tuple(table.loc[scenario, name] for table in on_the_day.values())
        for scenario in next(iter(on_the_day.values())).index
        for name, words in RISK_LABELS.items()
    }
    return _by_pair(rows, ["scenario", "risk"], list(on_the_day))


def judged_cover(
    risks: Mapping[float, pd.DataFrame], purchase: pd.Period, contract_share: float
) -> pd.Series:
    """Say how likely a payment is not covered within the judged months, whatever comes after.

    Parameters
    ----------
    risks, purchase, contract_share
        As in `risk_of_purchase`.

    Returns
    -------
    Series
        Decimal, by share of hours billed.
    """
    of = {
        used: _on_the_day(risk, purchase, contract_share)["p_dscr_below_one_supported"].iloc[0]
        for used, risk in risks.items()
    }
    return pd.Series(of)


def _on_the_day(risk: pd.DataFrame, purchase: pd.Period, contract_share: float) -> pd.DataFrame:
    levels = ["purchase", "seen", "contract_share"]
    return pd.DataFrame(risk.xs((purchase, "then", contract_share), level=levels))


def _by_pair(
    rows: Mapping[tuple[str, str], tuple[Any, ...]], names: list[str], columns: list[str]
) -> pd.DataFrame:
    table = pd.DataFrame(list(rows.values()), columns=columns)
    table.index = pd.MultiIndex.from_tuples(list(rows), names=names)
    return table


def whose_rents(segment: str, currency: str, *, is_published: bool) -> str:
    """Say of which currency and of whom rents are, for a sentence.

    Examples
    --------
    >>> whose_rents("neocloud", "USD", is_published=False)
    'in USD at specialized clouds'
    >>> whose_rents("neocloud", "USD", is_published=True)
    'in USD, by a published index,'
    """
    return f"in {currency}{', by a published index,' if is_published else f' {ASKED[segment]}'}"
