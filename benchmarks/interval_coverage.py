"""Coverage of every interval and size of every test that the pages print, by simulation.

Each row draws many histories from a world in which the truth is known, does to each what the page
does, and counts. Target: 90 % intervals hold 90 +- 3 %, tests at 5 % reject 5 +- 1 % where their
null is true. Prints a table in Markdown; three minutes.
"""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from share_table import Row, print_shares
from statsmodels.tsa.adfvalues import mackinnoncrit

from analysis.arrays import Floats
from analysis.capex.filings.fundamentals import load_fundamentals
from analysis.capex.wave.band_simulation import simulated_band_coverage
from analysis.capex.wave.wave_backtest import forecast_errors
from analysis.capex.wave.wave_model import wave_inputs
from analysis.rents.breaks.drift_test import double_maximum
from analysis.rents.breaks.regimes import find_breaks
from analysis.rents.forecasting.fair_coverage import fair_coverage
from analysis.rents.index.rent_index import rent_index
from analysis.rents.index.rent_market import Market, rent_market
from analysis.rents.purchase.scenarios import PRECEDENTS
from analysis.rents.quotes.gathered import gathered_quotes
from analysis.rents.trend.clusters import SignedClusters
from analysis.rents.trend.generations import GENERATIONS, generation_design
from analysis.rents.trend.panel_trend import ClusteredDesign, fixed_effects_design
from analysis.rents.trend.slopes import default_lags
from analysis.rents.trend.trend_coverage import trend_coverage
from analysis.rents.trend.unit_root_null import (
    adf_statistics,
    kpss_statistics,
    null_statistics,
)
from analysis.units import INTERVAL_COVERAGE

N_MONTHS = 37
PERMUTATIONS = 199
FEW_PROVIDERS = ((40, 30, 20, 10, 8), (40, 30, 20, 10, 8, 6, 5, 5, 4, 4))
"""Months of each of five and of ten providers of very unequal length."""


def index_change(market: Market, generator: np.random.Generator, n: int = 2000) -> list[Row]:
    """Let providers walk around a common path, seen when the page's providers were."""
    assert market.captured is not None
    panel = market.captured.filled("carry")
    seen = ~np.isnan(panel.log_rents)
    names, which = np.unique(panel.providers, return_inverse=True)
    spans = (("2024-02", "2025-08"), ("2025-08", "2026-09"))
    held = np.zeros(len(spans))
    for _ in range(n):
        own = generator.standard_normal((len(names), seen.shape[1])).cumsum(axis=1)
        drawn = replace(panel, log_rents=np.where(seen, 0.05 * own[which], np.nan))
        index = rent_index(drawn, generator=generator, n_draws=199)
        for at, (first, last) in enumerate(spans):
            change = index.index_change(first, last)
            held[at] += change.low <= 0.0 <= change.high
    return [
        (
            f"change of the index, {first} to {last}",
            "providers walk, gaps as they are",
            0.9,
            share,
            n,
        )
        for (first, last), share in zip(spans, held / n, strict=True)
    ]


def trends(generator: np.random.Generator, n: int = 2000) -> list[Row]:
    """Every trend of the page in both worlds."""
    held = trend_coverage(N_MONTHS, generator=generator, n_series=n)
    return [
        (f"slope: {name}", world, 0.9, float(held.loc[name, column]), n)
        for name in held.index
        for column, world in (("held_walk", "rents walk"), ("held_line", "noise around a line"))
    ]


def panel_slopes(quotes: pd.DataFrame, generator: np.random.Generator) -> list[Row]:
    """Quotes where the page's are, all of them and those of older GPUs alone; few providers."""
    listed = quotes[
        quotes["role"].eq("quote")
        & quotes["contract"].eq("on-demand")
        & quotes["segment"].eq("neocloud")
        & quotes["currency"].eq("USD")
        & quotes["gpu"].isin(GENERATIONS)
    ]
    older = listed[listed["gpu"].isin(PRECEDENTS)]
    tables = {
        f"slope within GPUs and providers, {len(listed)} quotes": listed,
        f"the same, {len(older)} quotes of {' and '.join(PRECEDENTS)}": older,
    }
    for lengths in FEW_PROVIDERS:
        few = f"the same, {len(lengths)} providers of {lengths[0]} to {lengths[-1]} months"
        tables[few] = unequal_providers(lengths)
    rows = [
        row
        for name, table in tables.items()
        for row in panel_slope(name, table, by_signs(fixed_effects_design(table)), generator)
    ]
    return rows + generation_gap(quotes, listed, generator)


def generation_gap(
    quotes: pd.DataFrame, listed: pd.DataFrame, generator: np.random.Generator
) -> list[Row]:
    """Test the gap between generations as pages have it, and with errors clustered by provider."""
    rents = quotes[quotes["role"].ne("not a rent") & quotes["currency"].eq("USD")]
    released = rents.groupby("gpu")["month"].min().to_dict()
    names = {
        "gpu": f"gap between generations, {len(listed)} quotes of {listed['gpu'].nunique()} GPUs",
        "provider": "the same, errors clustered by provider (no longer used)",
    }
    return [
        row
        for cluster, name in names.items()
        for row in panel_slope(
            name,
            listed,
            by_errors(generation_design(listed, released, cluster=cluster)),
            generator,
            is_across=True,
        )
    ]


def by_signs(design: SignedClusters) -> Callable[[Floats], bool]:
    """Say of log rents without a trend whether the interval of their slope holds none."""

    def is_held(values: Floats) -> bool:
        _, low, high = design.fit(values, INTERVAL_COVERAGE)
        return low <= 0.0 <= high

    return is_held


def by_errors(design: ClusteredDesign) -> Callable[[Floats], bool]:
    """Say of log rents without a trend whether the interval of their last slope holds none."""

    def is_held(values: Floats) -> bool:
        fit = design.fit(values)
        return bool(abs(fit.slopes[-1]) <= fit.critical[-1] * fit.errors[-1])

    return is_held


def unequal_providers(lengths: tuple[int, ...]) -> pd.DataFrame:
    """Quotes of one GPU by providers followed from one month on, each for its number of months."""
    months = pd.date_range("2023-01-01", periods=max(lengths), freq="MS")
    rows = [(at, "A", month) for at, length in enumerate(lengths) for month in months[:length]]
    return pd.DataFrame(rows, columns=["provider", "gpu", "month"])


def panel_slope(
    name: str,
    table: pd.DataFrame,
    is_held: Callable[[Floats], bool],
    generator: np.random.Generator,
    n: int = 4000,
    *,
    is_across: bool = False,
) -> list[Row]:
    """Seven worlds without a common trend, and one more for the slope across GPUs.

    The design is the same in all, and made once.
    """
    gpu = table["gpu"].astype("category").cat.codes.to_numpy()
    provider = table["provider"].astype("category").cat.codes.to_numpy()
    product = table.groupby(["provider", "gpu"]).ngroup().to_numpy()
    month = table["month"].dt.year * 12 + table["month"].dt.month
    at = (month - month.min()).to_numpy()
    years = (at - at.mean()) / 12.0
    by_length = np.argsort(np.argsort(-np.bincount(provider), kind="stable"))
    of_long = (by_length <= len(by_length) // 3)[provider]
    every_third = (by_length % 3 == 0)[provider]

    def drift(spread: float) -> Floats:
        return generator.normal(0.0, spread, provider.max() + 1)[provider] * years

    def walk(group: NDArray[np.integer]) -> Floats:
        steps = generator.normal(0.0, 0.08, (group.max() + 1, at.max() + 1))
        return steps.cumsum(axis=1)[group, at]

    worlds: dict[str, Callable[[], Floats]] = {
        "noise alone": lambda: np.zeros(len(table)),
        "drifts of providers differ by 0.1 a year": lambda: drift(0.1),
        "drifts of providers differ by 0.3 a year": lambda: drift(0.3),
        "rents of a provider walk": lambda: walk(provider),
        "rents of each of a provider's GPUs walk": lambda: walk(product),
        "every third provider drifts, the longest first": lambda: every_third * drift(0.3),
        "the longest third of providers drifts": lambda: of_long * drift(0.3),
    }
    if is_across:
        worlds["levels of GPUs differ by 0.15"] = lambda: generator.normal(
            0.0, 0.15, gpu.max() + 1
        )[gpu]
    rows: list[Row] = []
    for world, drawn in worlds.items():
        held = sum(is_held(drawn() + generator.normal(0.0, 0.15, len(table))) for _ in range(n))
        rows.append((name, world, 0.9, held / n, n))
    return rows


def forecast_bands(market: Market, generator: np.random.Generator, n: int = 2000) -> list[Row]:
    """No change over seven months, in walks of the series' own changes."""
    fair = fair_coverage(market.real_time, n_judged=7, generator=generator, n_series=n)
    return [("forecast bands of no change, 1 to 7 months", "rents walk", 0.9, fair.mean, n)]


def break_dates(generator: np.random.Generator, n: int = 2000) -> list[Row]:
    """One change of drift in the middle, found where BIC finds one."""
    months = pd.period_range("2023-09", periods=N_MONTHS - 1, freq="M")
    held = found = 0
    for _ in range(n):
        values = np.repeat([-0.03, 0.02], len(months) // 2) + generator.normal(
            0.0, 0.02, len(months)
        )
        breaks = find_breaks(pd.Series(values, months), covariance="homoskedastic", n_breaks=1)
        found += 1
        row = breaks.dates.iloc[0]
        held += row["low"] <= months[len(months) // 2 - 1] <= row["high"]
    return [("month of a break in the drift", "one break of 5 points", 0.9, held / found, n)]


def drift_tests(generator: np.random.Generator, n: int = 4000) -> list[Row]:
    """Student changes with one drift."""
    changes = generator.standard_t(5, (n, N_MONTHS - 1))
    observed = double_maximum(changes)
    rejected = 0
    for row, ratio in zip(changes, observed, strict=True):
        orders = generator.permuted(np.tile(row, (PERMUTATIONS, 1)), axis=1)
        rejected += (1 + (double_maximum(orders) >= ratio).sum()) / (PERMUTATIONS + 1) <= 0.05
    return [
        ("did the drift change, one test by permutation", "one drift", 0.05, rejected / n, n),
        (
            "the same, five sup-F tests (no longer used)",
            "one drift",
            0.05,
            float((observed > 1.0).mean()),
            n,
        ),
    ]


def unit_roots(generator: np.random.Generator, n: int = 4000) -> list[Row]:
    """ADF where rents walk, KPSS where they scatter around a line, with steps of two laws."""
    longest = default_lags(N_MONTHS) + 2
    walk_law, line_law = null_statistics(N_MONTHS, longest)
    limits = {"ADF": np.quantile(walk_law, 0.05), "KPSS": np.quantile(line_law, 0.95)}
    tables = {"ADF": mackinnoncrit(regression="ct")[1], "KPSS": 0.146}
    rows: list[Row] = []
    for law, shocks in (
        ("normal", generator.standard_normal((n, N_MONTHS))),
        ("Student's, 5 degrees", generator.standard_t(5, (n, N_MONTHS))),
    ):
        found = {
            "ADF": -adf_statistics(shocks.cumsum(axis=1), longest),
            "KPSS": kpss_statistics(shocks),
        }
        for test, world in (("ADF", "rents walk"), ("KPSS", "noise around a line")):
            sign = -1.0 if test == "ADF" else 1.0
            for name, limit in ((test, limits), (f"{test} by the table of long records", tables)):
                share = float((found[test] >= sign * limit[test]).mean())
                rows.append((name, f"{world}, {law}", 0.05, share, n))
    return rows


def depreciation_bands(generator: np.random.Generator, n: int = 4000) -> list[Row]:
    """Bands of the depreciation wave, made from as many past errors as its back-test has."""
    errors = forecast_errors(wave_inputs(load_fundamentals()), lives="frozen")
    held = simulated_band_coverage(errors, generator, n_histories=n)
    return [
        ("bands of depreciation, 1 to 4 years", world, 0.9, float(share), n)
        for world, share in held["all"].items()
    ]


def main() -> None:
    """Print the table."""
    generator = np.random.default_rng(20261128)
    quotes = gathered_quotes()
    market = rent_market(
        quotes,
        gpu="H100",
        segment="neocloud",
        generator=generator,
        first_month="2023-09",
        n_draws=0,
    )
    parts: tuple[Callable[[], list[Row]], ...] = (
        lambda: index_change(market, generator),
        lambda: trends(generator),
        lambda: panel_slopes(quotes, generator),
        lambda: forecast_bands(market, generator),
        lambda: break_dates(generator),
        lambda: drift_tests(generator),
        lambda: unit_roots(generator),
        lambda: depreciation_bands(generator),
    )
    print("## Coverage and size\n")
    print_shares(parts)


if __name__ == "__main__":
    main()
