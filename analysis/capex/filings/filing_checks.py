"""Consistency of quarters: they add up to the year, and none is cumulative."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.errors import Fault

SERIES = ["company", "metric", "definition"]

LARGE = (
    "as a year to date",
    "above",
)  # neighbors of quarters known to be as large as a year to date
STATED_TOLERANCE = 0.01  # of how many times the quarter before a large one is, to two decimals

REACH = 8  # quarters either side that say what a quarter should be

SUM_TOLERANCE = 0.0005  # relative, for figures rounded to 0.1 bn in a year of 100 bn and more
SUM_SLACK_M = 2.0  # four roundings to the million


def sums_against_years(quarters: pd.DataFrame, years: pd.DataFrame) -> pd.DataFrame:
    """Put the sum of four discrete quarters beside the fiscal year as filed.

    Parameters
    ----------
    quarters : DataFrame
        Discrete quarters: company, metric, definition, fiscal_year, value_m, is_residual.
    years : DataFrame
        Years as filed, none summed from quarters, with their line number as index: company, metric,
        definition, fiscal_year, currency, value_m.

    Returns
    -------
    DataFrame
        One row per company, metric, definition and fiscal year for which all four quarters and the
        year are known: row (line of the year), sum_m, year_m, difference_m, is_independent (no
        quarter was worked out from a year's or half-year's figure), agrees.
    """
    keys = [*SERIES, "currency", "fiscal_year"]
    sums = quarters.groupby(keys, as_index=False).agg(
        sum_m=("value_m", "sum"),
        n_quarters=("value_m", "count"),
        n_residual=("is_residual", "sum"),
    )
    filed = years.rename(columns={"value_m": "year_m"})[[*keys, "year_m"]].assign(row=years.index)
    table = sums[sums["n_quarters"] == 4].merge(filed, on=keys)
    difference = table["sum_m"] - table["year_m"]
    return table.assign(
        difference_m=difference,
        is_independent=table["n_residual"] == 0,
        agrees=difference.abs() <= SUM_SLACK_M + SUM_TOLERANCE * table["year_m"].abs(),
    ).drop(columns=["n_quarters", "n_residual"])


def sum_faults(checked: pd.DataFrame, file: str, quarters_file: str) -> list[Fault]:
    """Every year that its four quarters do not sum to; either side may be wrong.

    Parameters
    ----------
    checked : DataFrame
        Comparisons of :func:`sums_against_years`.
    file, quarters_file : str
        Names in faults of the files of years and of quarters.
    """
    return [
        Fault(
            file,
            year["row"],
            "value_m",
            f"{year['year_m']:.10g}",
            f"{year['sum_m']:.10g}, the four quarters of {year['company']}, {year['metric']} "
            f"({year['definition']}), fiscal {year['fiscal_year']} in {quarters_file}",
        )
        for year in checked[~checked["agrees"]].to_dict("records")
    ]


def year_to_date_faults(quarters: pd.DataFrame, file: str) -> list[Fault]:
    """Every quarter that looks like a figure from the first day of its fiscal year.

    A second, third or fourth quarter ``v`` is compared with what its neighbors let expect, ``e``,
    and with what a year-to-date figure would be, ``c`` = the quarters before it plus ``e``. It is a
    fault when it lies nearer to ``c``, in ratio: ``v > sqrt(e c)``. ``e`` is the largest of the
    median of four quarters either side, the median of the same quarter in the two years either
    side, the geometric mean of the quarters next to it, and the last two quarters extrapolated, so
    that seasons and growth are no fault.

    A row whose ``neighbors`` is one of :data:`LARGE` is as large as a year to date and says by
    ``times_before`` how many times the quarter before it is: it is held to that instead. A year to
    date would be more by the quarters before it.

    Parameters
    ----------
    quarters : DataFrame
        Quarters as transcribed, with their line number as index: company, metric, definition,
        fiscal_year, fiscal_quarter, value_m, neighbors, times_before.
    file : str
        Name of the file in faults.
    """
    table = quarters.sort_values(SERIES, kind="stable")
    near = _neighborhood(table)
    n_before = table["fiscal_quarter"].astype(int) - 1
    before = sum(near[-back].where(n_before >= back, 0.0) for back in (1, 2, 3))
    expected = _expected(near)
    is_cumulative = (near[0] > 0) & (before > 0) & (near[0] ** 2 > expected * (before + expected))
    is_large = table["neighbors"].isin(LARGE) & (near[0] > 0) & (before > 0)
    stated = table["times_before"] * near[-1]
    is_as_stated = (near[0] / stated - 1.0).abs() <= STATED_TOLERANCE
    is_fault = (is_cumulative & ~is_large) | (is_large & ~is_as_stated)
    return [
        Fault(
            file,
            int(row),
            "value_m",
            f"{value:.10g}",
            f"three months; a year to date would leave {left:.10g}",
        )
        for row, value, left in zip(
            table.index[is_fault], near[0][is_fault], (near[0] - before)[is_fault], strict=True
        )
    ]


def _neighborhood(quarters: pd.DataFrame) -> pd.DataFrame:
    """Values of each quarter's own series, one column for each offset from it in quarters."""
    series = quarters.groupby(SERIES).ngroup().to_numpy()
    place = (quarters["fiscal_year"] * 4 + quarters["fiscal_quarter"].astype(int)).to_numpy()
    column = place - place.min() + REACH
    grid = np.full((series.max() + 1, column.max() + 1 + REACH), np.nan)
    grid[series, column] = quarters["value_m"]
    offsets = range(-REACH, REACH + 1)
    return pd.DataFrame({by: grid[series, column + by] for by in offsets}, quarters.index)


def _expected(near: pd.DataFrame) -> pd.Series:
    """Largest of four readings of what a quarter should be; missing without any."""
    known = near.where(near > 0)
    readings = {
        "neighbors": _median(known[[-4, -3, -2, -1, 1, 2, 3, 4]]),
        "season": _median(known[[-8, -4, 4, 8]]),
        "around": np.sqrt(known[-1] * known[1]),
        "trend": known[-1] ** 2 / known[-2],
    }
    return pd.DataFrame(readings).max(axis="columns")


def _median(values: pd.DataFrame) -> pd.Series:
    return values.median(axis="columns").where(values.count(axis="columns") >= 2)
