"""A million quotes: read, validated and indexed, against plain pandas and pyindexnum.

The plain script reads the same CSV, drops what is outside the bands, and chains the mean change of
the log means of each offer by month; it names no refused row, knows no GPU by a vendor's name,
converts no unit and keeps no description. pyindexnum (a package of price indices on polars) fits
the same time-product dummy index to monthly means; it is no requirement of the project, so
``PYINDEXNUM_PYTHON`` names an interpreter that has it, with pandas, or its row is left out. ``N``
of the environment sets another number of quotes. Each step runs in a process of its own, so that
its memory is its own.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd

N_QUOTES = int(os.environ.get("N", "1000000"))
SMALLER = (1_000, 10_000, 100_000)
N_PROVIDERS, N_DAYS, SEED = 50, 730, 1


def write_quotes(path: Path, n: int) -> None:
    """Write quotes of 50 providers over two years, falling with noise; one in 1,000 in yuan."""
    generator = np.random.default_rng(SEED)
    days = pd.to_datetime("2024-11-01") + pd.to_timedelta(generator.integers(0, N_DAYS, n), "D")
    provider = generator.integers(0, N_PROVIDERS, n)
    offer = np.where(generator.random(n) < 0.5, "H100 SXM5 80GB", "8x H100 SXM")
    level = 2.6 * np.exp(-0.2 * (days - days.min()).days.to_numpy() / 365 + 0.01 * (provider % 7))
    price = level * np.exp(generator.normal(0, 0.02, n))
    price = np.where(np.arange(n) % 1000 == 999, price * 7.1, price)
    frame = pd.DataFrame(
        {
            "Date": days.strftime("%Y-%m-%d"),
            "Provider": [f"Provider {k:02d}" for k in provider],
            "GPU": offer,
            "Price per GPU hour (USD)": price.round(4),
        }
    )
    frame.to_csv(path, index=False)


def ours(path: Path) -> dict[str, float]:
    """Read, validate and index with the project's own functions."""
    from analysis.data import load
    from analysis.data.own.store import add
    from analysis.rents.index.rent_market import rent_market
    from analysis.rents.quotes.comparable import comparable_quotes

    seconds = {}
    start = time.perf_counter()
    added = add("quotes", path, is_dry=True, fixed={"unit": "USD per GPU-hour"})
    seconds["read and validate"] = time.perf_counter() - start
    start = time.perf_counter()
    quotes = comparable_quotes(added.rows, load("fx"), load("gpu_specs"))
    market = rent_market(
        quotes, gpu="H100", segment="own", generator=np.random.default_rng(SEED), n_draws=0
    )
    seconds["index"] = time.perf_counter() - start
    seconds["refused"] = len(added.refused)
    seconds["fall"] = float(np.expm1(market.log_rents.iloc[-1] - market.log_rents.iloc[0]))
    return seconds


def plain(path: Path) -> dict[str, float]:
    """Do the same with pandas alone."""
    seconds = {}
    start = time.perf_counter()
    frame = pd.read_csv(path, parse_dates=["Date"])
    price = frame["Price per GPU hour (USD)"]
    kept = frame[(price > 1.0) & (price < 8.0)]
    seconds["read and validate"] = time.perf_counter() - start
    start = time.perf_counter()
    month = kept["Date"].dt.to_period("M")
    logs = np.log(kept["Price per GPU hour (USD)"])
    offers = kept.assign(month=month, log=logs)
    panel = offers.pivot_table("log", ["Provider", "GPU"], "month")
    index = panel.diff(axis=1).mean().fillna(0).cumsum()
    seconds["index"] = time.perf_counter() - start
    seconds["refused"] = len(frame) - len(kept)
    seconds["fall"] = float(np.expm1(index.iloc[-1] - index.iloc[0]))
    return seconds


def indexnum(path: Path) -> dict[str, float]:
    """Read with polars and fit pyindexnum's time-product dummy index."""
    import polars as pl
    from pyindexnum import aggregate_time, standardize_columns, time_product_dummy

    seconds = {}
    start = time.perf_counter()
    price = "Price per GPU hour (USD)"
    frame = pl.read_csv(path)
    kept = frame.filter((pl.col(price) > 1.0) & (pl.col(price) < 8.0)).with_columns(
        pl.concat_str(["Provider", "GPU"]).alias("offer")
    )
    quotes = standardize_columns(kept, "Date", price, "offer")
    seconds["read and validate"] = time.perf_counter() - start
    start = time.perf_counter()
    monthly = aggregate_time(quotes, agg_type="geometric")
    index = time_product_dummy(monthly, weighted=False).sort("period")
    seconds["index"] = time.perf_counter() - start
    seconds["refused"] = len(frame) - len(kept)
    levels = index[index.columns[-1]]
    seconds["fall"] = float(levels[-1] / levels[0] - 1)
    return seconds


def measured(name: str, path: Path) -> dict[str, float]:
    """Run a step in a process of its own."""
    python = os.environ["PYINDEXNUM_PYTHON"] if name == "indexnum" else sys.executable
    run = subprocess.run(
        [python, __file__, name, str(path)], capture_output=True, text=True, check=True
    )
    found: dict[str, float] = json.loads(run.stdout)
    return found


def main() -> None:
    """Print a section of `results.md`."""
    if len(sys.argv) == 3:
        found = {"ours": ours, "plain": plain, "indexnum": indexnum}[sys.argv[1]](Path(sys.argv[2]))
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(json.dumps({**found, "peak MB": peak}))
        return
    print(f"## A list of {N_QUOTES:,} quotes\n")
    columns = (
        "what",
        "read and validate, s",
        "index, s",
        "peak memory, MB",
        "rows refused",
        "index, change",
    )
    print(f"| {' | '.join(columns)} |")
    print("|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "quotes.csv"
        write_quotes(path, N_QUOTES)
        peers = {"ours": "this project", "plain": "plain pandas"}
        if "PYINDEXNUM_PYTHON" in os.environ:
            peers["indexnum"] = "polars and pyindexnum"
        for name, words in peers.items():
            found = measured(name, path)
            print(
                f"| {words} | {found['read and validate']:.1f} | {found['index']:.1f} | "
                f"{found['peak MB']:,.0f} | {found['refused']:,.0f} | {found['fall']:+.1%} |"
            )
            if name == "ours":
                taken = {N_QUOTES: found["read and validate"] + found["index"]}
        for n in SMALLER:
            write_quotes(path, n)
            found = measured("ours", path)
            taken[n] = found["read and validate"] + found["index"]
    print("\nA quote, read and indexed, by the length of its list:\n")
    print("| quotes | microseconds a quote |")
    print("|--:|--:|")
    for n, seconds in sorted(taken.items()):
        print(f"| {n:,} | {1e6 * seconds / n:,.0f} |")


if __name__ == "__main__":
    main()
