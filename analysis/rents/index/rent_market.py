"""One market to analyze: which quotes, on which index, and the series that the models see."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, get_args

import numpy as np
import pandas as pd

from analysis.arguments import as_choice, as_month, as_whole, refused
from analysis.brief import Brief
from analysis.rents.index.quote_panel import Fill, RentPanel, rent_panel
from analysis.rents.index.rent_index import Method, RentIndex, rent_index
from analysis.rents.quotes.comparable import (
    constructions,
    is_own,
    monthly_series,
    select_quotes,
)
from analysis.rents.quotes.monthly import QuotesError

FEWEST_PROVIDERS = 4
FEWEST_SERIES_MONTHS = 24
FEWEST_PROVIDER_MONTHS = FEWEST_SERIES_MONTHS // FEWEST_PROVIDERS
DEFAULT_CURRENCY = "USD"
DEFAULT_CONTRACT = "on-demand"
LONGEST_CARRY_MONTHS = 6
ASKED: Final = {
    "neocloud": "at specialized clouds",
    "hyperscaler": "at hyperscalers",
    "marketplace": "on marketplaces",
    "own": "of your own quotes",
}
"""Who asks the rents of a segment, for a sentence."""
RENT_COLUMN = {"USD": "rent_usd_per_gpu_hour", "CNY": "rent_cny_per_gpu_hour"}
"""Column of the rents in these currencies; in any other one quotes stay as they are quoted."""


@dataclass(frozen=True)
class Market(Brief):
    """Rents of one GPU in one segment.

    Parameters
    ----------
    label : str
        GPU, segment and kind of quotes, in words.
    currency : str
        ISO code of the currency of the rents.
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
    source_ids : tuple of str
        Sources of the quotes, in alphabetical order.
    """

    label: str
    currency: str
    captured: RentPanel | None
    index: RentIndex | None
    log_rents: pd.Series
    real_time: pd.Series
    source_ids: tuple[str, ...] = ()


def rent_market(
    quotes: pd.DataFrame,
    *,
    gpu: str,
    segment: str,
    generator: np.random.Generator,
    currency: str = "USD",
    quoted_in: str | None = None,
    contract: str = DEFAULT_CONTRACT,
    first_month: str | None = None,
    last_month: str | None = None,
    method: Method = "time_product_dummy",
    fill: Fill = "carry",
    n_draws: int = 999,
) -> Market:
    """Select a market's quotes and compute its index.

    Quotes of one market are asked in one currency: those asked in `currency` come first, then those
    in other currencies, converted. Restated quotes are taken where a source has them, list quotes
    otherwise; where fewer than four providers have six months each, the longest published index of
    the GPU.

    Parameters
    ----------
    quotes : DataFrame
        As `comparable_quotes` returns them.
    gpu, segment : str
        Which market.
    generator : numpy.random.Generator
        Draws providers.
    currency : str
        Currency of the rents: USD, CNY, or the one that the quotes are asked in.
    quoted_in : str, optional
        Only quotes asked in this currency.
    contract : str
        Terms of the quotes.
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
    _check(quotes, segment, contract, generator)
    _check_terms(first_month, last_month, method, fill)
    n_draws = as_whole("n_draws", n_draws, 0)
    selected = {"gpu": gpu, "segment": segment, "contract": contract}
    found = _provider_panel(quotes, selected, currency, quoted_in, first_month, last_month)
    if found is None:
        return _published_market(quotes, selected, currency, first_month, last_month)
    captured, source_ids = found
    panel = captured.filled(fill)
    if len(set(panel.providers)) < FEWEST_PROVIDERS:
        n_draws = 0  # so few providers, drawn again, say nothing of others
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
        source_ids=source_ids,
    )


def _check(quotes: object, segment: str, contract: str, generator: object) -> None:
    """Refuse what is no table of quotes, a market that none of them is of, and no generator."""
    if not isinstance(quotes, pd.DataFrame) or "rent_usd_per_gpu_hour" not in quotes:
        raise refused("quotes", quotes, "a table as comparable_quotes returns it")
    for name, value in (("segment", segment), ("contract", contract)):
        as_choice(name, value, sorted({*quotes[name]}))
    if not isinstance(generator, np.random.Generator):
        raise refused("generator", generator, "a numpy.random.Generator, as default_rng(1)")


def _check_terms(first: str | None, last: str | None, method: str, fill: str) -> None:
    for name, month in (("first_month", first), ("last_month", last)):
        if month is not None:
            as_month(name, month)
    as_choice("method", method, get_args(Method))
    as_choice("fill", fill, get_args(Fill))


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
    currency : str
        Currency of the rents; only USD and CNY have such series.
    fewest_months : int
        Shorter series are left out.
    longest_gap_months : int
        Gaps up to so many months carry the last value; a longer one cuts the series off.

    Returns
    -------
    dict of str to Series
        Log rents of consecutive months by "GPU contract role". A source that makes its index in two
        ways has two series: the older way throughout, and the newer one where it has begun.
    """
    if currency not in RENT_COLUMN:
        return {}
    is_published = quotes["role"].isin(["index", "aggregate"])
    rows = quotes[is_published & (quotes["currency"] == DEFAULT_CURRENCY)]
    found = {}
    for (gpu, contract, role, _), group in rows.groupby(["gpu", "contract", "role", "source_id"]):
        kind = "published index" if role == "index" else "median"
        for suffix, rows_of_one in constructions(group).items():
            series = monthly_series(rows_of_one, rent=RENT_COLUMN[currency])
            months = pd.period_range(series.index[0], series.index[-1], freq="M", name="month")
            series = last_run(series.reindex(months).ffill(limit=longest_gap_months))
            if len(series) >= fewest_months:
                found[f"{gpu} {contract}, {kind}{suffix}"] = series
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
    selected: Mapping[str, str],
    currency: str,
    quoted_in: str | None,
    first_month: str | None,
    last_month: str | None,
) -> tuple[RentPanel, tuple[str, ...]] | None:
    """Panel of the first kind of quotes that has providers enough, and the sources of its rows."""
    rent = RENT_COLUMN.get(currency, "rent_per_gpu_hour")
    others = sorted(set(quotes["currency"]) - {currency}) if currency in RENT_COLUMN else []
    for asked_in in [currency, *others] if quoted_in is None else [quoted_in]:
        for role, words in (("restated", "restated list prices"), ("quote", "list prices")):
            try:
                rows = select_quotes(quotes, role=role, currency=asked_in, **selected)
            except ValueError:
                continue
            label = f"{selected['gpu']} {ASKED[selected['segment']]}, {words}"
            if selected["contract"] != DEFAULT_CONTRACT:
                label = f"{label}, {selected['contract']}"
            if asked_in != DEFAULT_CURRENCY:
                label = f"{label} in {asked_in}"
            if role == "restated" and len(own := _own_quotes(quotes, asked_in, selected)):
                rows, label = pd.concat([rows, own]), f"{label} and own ones"
            panel = rent_panel(rows, label=label, rent=rent).between(first_month, last_month)
            if is_followed(panel, is_own=bool(is_own(rows).all())):
                return panel, tuple(sorted(rows["source_id"].unique()))
    return None


def _own_quotes(quotes: pd.DataFrame, currency: str, selected: Mapping[str, str]) -> pd.DataFrame:
    own = quotes[is_own(quotes)]
    try:
        return select_quotes(own, currency=currency, **selected)
    except ValueError:
        return own.iloc[:0]


def is_followed(panel: RentPanel, *, is_own: bool = False) -> bool:
    """Whether enough providers were seen in enough months for an index.

    Published quotes need four providers with an offer seen in six months or more each. Own quotes
    need one with two months: whose they are, their reader knows.
    """
    fewest, months = (1, 2) if is_own else (FEWEST_PROVIDERS, FEWEST_PROVIDER_MONTHS)
    seen = (~np.isnan(panel.log_rents)).sum(axis=1)
    return len(set(panel.providers[seen >= months])) >= fewest


def _published_market(
    quotes: pd.DataFrame,
    selected: Mapping[str, str],
    currency: str,
    first_month: str | None,
    last_month: str | None,
) -> Market:
    gpu = selected["gpu"]
    of_gpu = {
        name: series
        for name, series in published_series(quotes, currency=currency, fewest_months=12).items()
        if name.startswith(f"{gpu} ") and name.endswith("published index")  # the older way
    }
    if not of_gpu:
        found = quotes[(quotes[list(selected)] == pd.Series(selected)).all(axis=1)]
        n_found = found["provider"].nunique()
        raise QuotesError(
            f"no panel of providers and no published index of {gpu}: {len(found)} quotes of "
            f"{n_found} providers in segment {selected['segment']!r}, {selected['contract']}; a "
            f"panel takes {FEWEST_PROVIDERS} providers with {FEWEST_PROVIDER_MONTHS} months each"
        )
    name = max(of_gpu, key=lambda key: len(of_gpu[key]))
    series = of_gpu[name][first_month:last_month]
    is_of_it = quotes["gpu"].eq(gpu) & quotes["role"].eq("index")
    is_of_it &= quotes["contract"].eq(name.removeprefix(f"{gpu} ").split(",")[0])
    source_ids = tuple(sorted(quotes.loc[is_of_it, "source_id"].unique()))
    return Market(name, currency, None, None, series, series, source_ids)
