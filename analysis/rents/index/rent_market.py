"""One market to analyze: which quotes, on which index, and the series that the models see."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.rents.index.quote_panel import Fill, RentPanel, rent_panel
from analysis.rents.index.rent_index import Method, RentIndex, rent_index
from analysis.rents.quotes.comparable import monthly_series, select_quotes

FEWEST_PROVIDERS = 4
FEWEST_SERIES_MONTHS = 24
LONGEST_CARRY_MONTHS = 6
RENT_COLUMN = {"USD": "rent_usd_per_gpu_hour", "CNY": "rent_cny_per_gpu_hour"}


@dataclass(frozen=True)
class Market:
    """Rents of one GPU in one segment.

    Parameters
    ----------
    label : str
        GPU, segment and kind of quotes, in words.
    currency : str
        ``USD`` or ``CNY``.
    captured : RentPanel or None
        Providers' quotes as captured; None where there are too few providers and a published index
        stands in.
    index : RentIndex or None
        Composition-free index of the quotes, their gaps filled.
    log_rents : Series
        What the report analyzes: log rent per GPU-hour by month, the level being that of the last
        month's median. Estimated from all months, so that early ones are revised by later ones.
    real_time : Series
        The same as it stood each month: spliced, never revised, captures carried forward blindly.
    """

    label: str
    currency: str
    captured: RentPanel | None
    index: RentIndex | None
    log_rents: pd.Series
    real_time: pd.Series


def rent_market(
    quotes: pd.DataFrame,
    *,
    gpu: str,
    segment: str,
    generator: np.random.Generator,
    currency: str = "USD",
    first_month: str | None = None,
    last_month: str | None = None,
    method: Method = "time_product_dummy",
    fill: Fill = "carry",
    n_draws: int = 999,
) -> Market:
    """Select a market's quotes and compute its index.

    Restated quotes are taken where a source has them, on-demand list quotes otherwise; where fewer
    than four providers have `FEWEST_SERIES_MONTHS` months between them, the longest published index
    of the GPU.

    Parameters
    ----------
    quotes : DataFrame
        As `comparable_quotes` returns them.
    gpu, segment : str
        Which market.
    generator : numpy.random.Generator
        Draws providers.
    currency : {"USD", "CNY"}
        Currency of the rents.
    first_month, last_month : str, optional
        Window, both months included.
    method, fill, n_draws
        As in `rent_index` and `RentPanel.filled`.

    Returns
    -------
    Market

    Raises
    ------
    ValueError
        No quotes of this market, nor a published index.
    """
    rent = RENT_COLUMN[currency]
    captured = _provider_panel(quotes, gpu, segment, rent, first_month, last_month)
    if captured is None:
        return _published_market(quotes, gpu, currency, first_month, last_month)
    panel = captured.filled(fill)
    index = rent_index(panel, generator=generator, method=method, n_draws=n_draws)
    blind = captured.filled("carry", longest_gap_months=LONGEST_CARRY_MONTHS, seen_again=False)
    spliced = rent_index(
        blind, generator=generator, method="spliced", first_window_months=2, n_draws=0
    )
    log_rents, real_time = index.log_series(), spliced.log_series()
    level = float(index.log_median[~np.isnan(index.log_median)][-1])
    return Market(
        label=panel.label,
        currency=currency,
        captured=captured,
        index=index,
        log_rents=last_run(log_rents + (level - log_rents.iloc[-1])),
        real_time=last_run(real_time + (level - real_time.iloc[-1])),
    )


def published_series(
    quotes: pd.DataFrame,
    *,
    currency: str = "USD",
    fewest_months: int = FEWEST_SERIES_MONTHS,
    longest_gap_months: int = 2,
) -> dict[str, pd.Series]:
    """Collect the long published medians and indices, each as one series.

    Parameters
    ----------
    quotes : DataFrame
        As `comparable_quotes` returns them.
    currency : {"USD", "CNY"}
        Currency of the rents.
    fewest_months : int
        Shorter series are left out.
    longest_gap_months : int
        Gaps up to so many months carry the last value; a longer one cuts the series off.

    Returns
    -------
    dict of str to Series
        Log rents of consecutive months by "GPU contract role".
    """
    rows = quotes[quotes["role"].isin(["index", "aggregate"]) & (quotes["currency"] == "USD")]
    found = {}
    for (gpu, contract, role, _), group in rows.groupby(["gpu", "contract", "role", "source_id"]):
        series = monthly_series(group, rent=RENT_COLUMN[currency])
        months = pd.period_range(series.index[0], series.index[-1], freq="M", name="month")
        series = last_run(series.reindex(months).ffill(limit=longest_gap_months))
        if len(series) >= fewest_months:
            kind = "published index" if role == "index" else "median"
            found[f"{gpu} {contract}, {kind}"] = series
    return found


def last_run(series: pd.Series) -> pd.Series:
    """Return the consecutive months up to the last one.

    Examples
    --------
    >>> months = pd.PeriodIndex(["2024-01", "2024-03", "2024-04"], freq="M")
    >>> last_run(pd.Series([1.0, 2.0, 3.0], index=months)).tolist()
    [2.0, 3.0]
    """
    present = series.dropna()
    ordinals = np.asarray(pd.PeriodIndex(present.index).astype("int64"))
    gaps = np.flatnonzero(np.diff(ordinals) != 1)
    return present.iloc[gaps[-1] + 1 :] if len(gaps) else present


def _provider_panel(
    quotes: pd.DataFrame,
    gpu: str,
    segment: str,
    rent: str,
    first_month: str | None,
    last_month: str | None,
) -> RentPanel | None:
    for role, words in (("restated", "restated list quotes"), ("quote", "list quotes")):
        try:
            rows = select_quotes(quotes, gpu=gpu, segment=segment, role=role)
        except ValueError:
            continue
        panel = rent_panel(rows, label=f"{gpu} {segment}, {words}", rent=rent)
        panel = panel.between(first_month, last_month)
        seen = (~np.isnan(panel.log_rents)).sum(axis=1)
        is_repeated = seen >= FEWEST_SERIES_MONTHS // FEWEST_PROVIDERS
        if len(set(panel.providers[is_repeated])) >= FEWEST_PROVIDERS:
            return panel
    return None


def _published_market(
    quotes: pd.DataFrame, gpu: str, currency: str, first_month: str | None, last_month: str | None
) -> Market:
    of_gpu = {
        name: series
        for name, series in published_series(quotes, currency=currency, fewest_months=12).items()
        if name.startswith(f"{gpu} ") and name.endswith("published index")
    }
    if not of_gpu:
        raise ValueError(f"no panel of providers and no published index of {gpu}")
    name = max(of_gpu, key=lambda key: len(of_gpu[key]))
    series = of_gpu[name][first_month:last_month]
    return Market(name, currency, None, None, series, series)
