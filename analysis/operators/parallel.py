"""Parallel Technology (并行科技): computing sold by the core-hour and the GPU-hour."""

from __future__ import annotations

from typing import NamedTuple

import pandas as pd

from analysis.printed.book import Book
from analysis.printed.interval import Interval
from analysis.units import HOURS_PER_YEAR

SUBJECT = "Parallel Technology"
PRODUCTS = ("general cloud", "industry cloud", "AI cloud", "other lines")


class Measure(NamedTuple):
    """A quantity worked out from printed figures.

    Parameters
    ----------
    value : Interval
        All that the printed precision allows.
    unit : str
        Of the value.
    basis : str
        What it was worked out from, in words.
    """

    value: Interval
    unit: str
    basis: str


def revenue_by_product(book: Book) -> pd.DataFrame:
    """Tabulate revenue by product, CNY, from figures printed at one place or another.

    What is not printed is the difference of what is: general cloud of 2023 is the whole cloud less
    its two other lines, and the lines of nine months of 2024 are those of 2025 over their growth.

    Parameters
    ----------
    book : Book
        Claims and outcomes.

    Returns
    -------
    DataFrame
        Periods as rows, `PRODUCTS` as columns, middles of intervals; rows sum to total revenue.
    """

    def figure(name: str) -> Interval:
        return book.named(name).interval

    total_2023, cloud_2023 = figure("kaiyuan-2024-p03-01"), figure("kaiyuan-2024-p03-05")
    industry_2023 = figure("notes-2025-p05-35") * total_2023
    ai_2023 = figure("notes-2025-p05-36")
    rows = {
        "2023": [
            cloud_2023 - industry_2023 - ai_2023,
            industry_2023,
            ai_2023,
            total_2023 - cloud_2023,
        ]
    }
    lines = {
        line: figure(f"paratera-2025-nine-months-{line}-cloud")
        for line in ("general", "industry", "ai")
    }
    before = {
        line: revenue / (1 + figure(f"paratera-2025-nine-months-{line}-cloud-growth"))
        for line, revenue in lines.items()
    }
    for year, of_year in ((2024, before), (2025, lines)):
        total = figure(f"paratera-{year}-nine-months-revenue")
        known = list(of_year.values())
        rows[f"{year}, nine months"] = [*known, total - known[0] - known[1] - known[2]]
    middles = {period: [value.middle for value in values] for period, values in rows.items()}
    return pd.DataFrame.from_dict(middles, orient="index", columns=list(PRODUCTS)).rename_axis(
        "period"
    )


def unit_economics(book: Book) -> dict[str, Measure]:
    """Work out revenue per core-hour and GPU-hour in 2022, the one year of which hours are printed.

    Hours of one kind of customer over their share are hours of all. Revenue of the AI cloud in 2022
    is that of 2023 over its growth; the rest of the cloud is taken to be sold by the core-hour.

    Returns
    -------
    dict of str to Measure
        Hours, revenue and revenue per hour, and cores and GPUs that would be busy all year.
    """

    def figure(name: str) -> Interval:
        return book.named(name).interval

    core_hours = figure("kaiyuan-2024-p45-01") / figure("kaiyuan-2024-p45-02")
    gpu_hours = figure("kaiyuan-2024-p45-03") / figure("kaiyuan-2024-p45-04")
    ai_revenue = figure("notes-2025-p05-36") / (1 + figure("notes-2025-p05-37"))
    cpu_revenue = figure("kaiyuan-2024-p16-02") - ai_revenue
    return {
        "core-hours sold": Measure(core_hours, "core-hours", "hours of universities, and share"),
        "GPU-hours sold": Measure(gpu_hours, "GPU-hours", "hours of enterprises, and share"),
        "revenue of AI cloud": Measure(ai_revenue, "CNY", "that of 2023 and its growth"),
        "revenue of the other cloud": Measure(cpu_revenue, "CNY", "all cloud less AI cloud"),
        "revenue per core-hour": Measure(
            cpu_revenue / core_hours, "CNY per core-hour", "if all of it was sold by the core-hour"
        ),
        "revenue per GPU-hour": Measure(
            ai_revenue / gpu_hours, "CNY per GPU-hour", "if all of it was sold by the GPU-hour"
        ),
        "cores busy all year": Measure(
            core_hours / HOURS_PER_YEAR, "CPU cores", "core-hours over the hours of a year"
        ),
        "GPUs busy all year": Measure(
            gpu_hours / HOURS_PER_YEAR, "GPUs", "GPU-hours over the hours of a year"
        ),
    }


def margins(book: Book) -> pd.DataFrame:
    """Tabulate gross and net margins by period, decimals; missing where not printed.

    Returns
    -------
    DataFrame
        Index ``period``; columns ``gross_margin`` and ``net_margin``.
    """
    net = {
        "2023": book.named("kaiyuan-2024-p14-02").interval
        / book.named("kaiyuan-2024-p03-01").interval,
        "2024": book.named("notes-2025-p05-12").interval / book.named("notes-2025-p05-11").interval,
        "2025H1": (
            book.named("paratera-2025h1-net-profit").interval
            / book.named("paratera-2025h1-revenue").interval
        ),
        "2023H1": (
            book.named("paratera-2023h1-net-profit").interval
            / book.named("paratera-2023h1-revenue").interval
        ),
    }
    gross = {
        **{
            period: book.named(f"paratera-{period.lower()}-gross-margin").interval
            for period in ("2020", "2021", "2022", "2023H1")
        },
        "2023": book.named("notes-2025-p05-13").interval,
        "2025H1": book.named("notes-2025-p05-14").interval,
    }
    periods = ["2020", "2021", "2022", "2023H1", "2023", "2024", "2025H1"]
    columns = {"gross_margin": gross, "net_margin": net}
    table = {
        name: [values[period].middle if period in values else float("nan") for period in periods]
        for name, values in columns.items()
    }
    return pd.DataFrame(table, index=pd.Index(periods, name="period"))


def turnover(book: Book) -> Measure:
    """Return yearly revenue over average assets: nine months of 2025, taken to a year."""
    revenue = book.named("paratera-2025-nine-months-revenue").interval * (12 / 9)
    assets = (
        book.named("paratera-2024-total-assets").interval
        + book.named("paratera-2025q3-total-assets").interval
    ) * 0.5
    return Measure(revenue / assets, "times", "nine months of 2025 taken to a year, average assets")
