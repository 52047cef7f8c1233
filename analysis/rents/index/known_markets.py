"""Markets that the raw tables can say something about: GPUs, segments, and months."""

from __future__ import annotations

import os
from contextlib import suppress
from datetime import date
from functools import lru_cache

import numpy as np
import pandas as pd

from analysis.data import load, load_own
from analysis.data.asked_day import as_of_day
from analysis.data.own.store import own_state
from analysis.errors import AnalysisError
from analysis.paths import WHOLE_VARIABLE
from analysis.rents.index.rent_market import (
    FEWEST_PROVIDERS,
    FEWEST_SERIES_MONTHS,
    published_series,
    rent_market,
)
from analysis.rents.quotes.comparable import comparable_quotes

SEGMENTS = ("neocloud", "hyperscaler", "marketplace", "own")


def months_by_gpu() -> dict[str, tuple[str, str]]:
    """Return GPUs with rents to analyze, each with its first and its last month.

    A GPU counts if some segment has a panel of providers, or a published index has as many months
    as a back-test needs.

    Returns
    -------
    dict of str to (str, str)
        GPU to months such as ``2024-12``.
    """
    whole = os.environ.get(WHOLE_VARIABLE, "")
    return _months_by_gpu(as_of_day(), whole, own_state("quotes"))


@lru_cache(maxsize=4)
def _months_by_gpu(
    _day: date | None, _whole: str, _own: tuple[str, int, int]
) -> dict[str, tuple[str, str]]:
    raw = pd.concat([load("rent_quotes_usd"), load("rent_quotes_cny")], ignore_index=True)
    quotes = comparable_quotes(raw, load("fx"), load("gpu_specs"))
    found = _months_of_own_quotes()
    for name, series in published_series(quotes, fewest_months=FEWEST_SERIES_MONTHS).items():
        if name.endswith("published index"):
            found[name.partition(" ")[0]] = (str(series.index[0]), str(series.index[-1]))
    for (gpu, segment), rows in quotes.groupby(["gpu", "segment"]):
        if segment not in SEGMENTS or rows["provider"].nunique() < FEWEST_PROVIDERS:
            continue
        with suppress(AnalysisError, ValueError):  # too little in common, or no month between them
            generator = np.random.default_rng(0)  # draws nothing
            market = rent_market(
                quotes, gpu=str(gpu), segment=str(segment), generator=generator, n_draws=0
            )
            if market.captured is not None:
                months = market.log_rents.index
                found[str(gpu)] = (str(months[0]), str(months[-1]))
    return found


def _months_of_own_quotes() -> dict[str, tuple[str, str]]:
    months = load_own("quotes").groupby("gpu")["quote_date"].agg(["min", "max"])
    return {
        str(gpu): (f"{first:%Y-%m}", f"{last:%Y-%m}") for gpu, first, last in months.itertuples()
    }


def gpus() -> tuple[str, ...]:
    """Return the GPUs with rents to analyze."""
    return tuple(sorted(months_by_gpu()))


def first_and_last_month() -> tuple[str, str]:
    """Return the first and the last month that some GPU has a rent in."""
    months = months_by_gpu().values()
    return min(first for first, _ in months), max(last for _, last in months)
