"""Pictures of spending, of its return as depreciation, and of the test."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, PercentFormatter

from analysis.capex.filings.companies import country_of, in_order
from analysis.capex.indicators.indicators import INDICATORS, IndicatorTable
from analysis.capex.verdict.declared import NO_SIGNS, SIGNS
from analysis.capex.verdict.score import Verdict
from analysis.capex.wave.projection import TEST_YEARS, Projection
from analysis.capex.wave.wave_backtest import Backtest
from analysis.figures import COLORS, ENTITY_COLORS

N_COLUMNS = 3


def company_color(name: str) -> str:
    """Return the color of a company, the same in every picture: that of its country."""
    return ENTITY_COLORS[country_of(name)]


def _small_multiples(names: Sequence[str], height: float = 1.55) -> tuple[Figure, list[Axes]]:
    n_rows = -(-len(names) // N_COLUMNS)
    width = plt.rcParams["figure.figsize"][0]
    figure, grid = plt.subplots(
        n_rows, N_COLUMNS, figsize=(width, 0.4 + height * n_rows), sharex=True, squeeze=False
    )
    axes = list(grid.flat)
    for place, (one, name) in enumerate(zip(axes, names, strict=False)):
        one.set_title(name, fontsize=10.5)
        one.tick_params(labelsize=9)
        if place + N_COLUMNS >= len(names):
            one.tick_params(labelbottom=True)
    for one in axes[len(names) :]:
        one.set_axis_off()
    return figure, axes[: len(names)]


def _years(periods: pd.Index) -> np.ndarray:
    """Position of periods on an axis of years: the last quarter of a year stands at the year."""
    if isinstance(periods, pd.PeriodIndex):
        return np.asarray(periods.year - 1 + periods.quarter / 4.0, dtype=float)
    return np.asarray(periods, dtype=float)


def plot_indicator(table: IndicatorTable, indicator: str) -> Figure:
    """Draw one indicator, a panel for each company, with the article's threshold and verdict year.

    Parameters
    ----------
    table : IndicatorTable
        Any frequency.
    indicator : str
        Its name.
    """
    wide = table.wide(indicator).dropna(axis="columns", how="all")
    names = in_order(wide.columns)
    figure, axes = _small_multiples(names)
    threshold = INDICATORS[indicator].threshold
    for one, name in zip(axes, names, strict=True):
        values = wide[name].dropna()
        color = company_color(name)
        one.plot(_years(values.index), values, color=color, linewidth=1.6)
        one.plot(_years(values.index)[-1:], values.iloc[-1:], "o", color=color, markersize=3.5)
        one.set_title(f"{name}\n{values.iloc[-1]:.0%}", fontsize=10)
        if threshold is not None:
            one.axhline(threshold, color=COLORS["gray"], linewidth=1.0, linestyle="--")
        one.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
        one.set_ylim(bottom=min(0.0, float(values.min()) * 1.1), top=float(values.max()) * 1.25)
        one.xaxis.set_major_formatter(FuncFormatter(lambda year, _: f"’{int(year) % 100:02d}"))
    return figure


def plot_overview(table: IndicatorTable, indicator: str, year: int = 2024) -> Figure:
    """Draw one line a company, from the year the article judged to the newest figure.

    Parameters
    ----------
    table : IndicatorTable
        Any frequency.
    indicator : str
        Its name.
    year : int
        The year judged; its last value is drawn hollow, where there is one.
    """
    wide = table.wide(indicator)
    now = wide.ffill().iloc[-1]
    of_year = wide[np.ceil(_years(wide.index)) == year].ffill()
    then = of_year.iloc[-1] if len(of_year) else pd.Series(np.nan, wide.columns)
    both = pd.DataFrame({"then": then, "now": now}).dropna(subset="now").sort_values("now")
    width = plt.rcParams["figure.figsize"][0]
    figure, axes = plt.subplots(figsize=(width, 0.9 + 0.33 * len(both)))
    for place, (name, row) in enumerate(both.iterrows()):
        color = company_color(str(name))
        axes.plot([row["then"], row["now"]], [place, place], color=color, linewidth=2.0)
        axes.plot(row["then"], place, "o", color=color, markerfacecolor="none", markersize=6)
        axes.plot(row["now"], place, "o", color=color, markersize=6)
        axes.annotate(
            f"{row['now']:.0%}",
            (row.max(), place),
            xytext=(7, 0),
            textcoords="offset points",
            va="center",
            fontsize=9.5,
        )
    if (threshold := INDICATORS[indicator].threshold) is not None:
        axes.axvline(threshold, color=COLORS["gray"], linestyle="--", linewidth=1.0)
    axes.set_yticks(range(len(both)), [str(name) for name in both.index])
    axes.set_xlabel(f"{INDICATORS[indicator].label}; hollow: end of {year}, full: newest")
    axes.xaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
    axes.set_xlim(left=0.0, right=float(np.nanmax(both.to_numpy())) * 1.12)
    axes.grid(axis="x")
    return figure


def plot_wave(projections: Mapping[str, Projection]) -> Figure:
    """Draw capital expenditure and D&A, reported and projected with its band, by company.

    Parameters
    ----------
    projections : mapping of str to Projection
        By company.
    """
    figure, axes = _small_multiples(list(projections), height=1.75)
    for one, (name, projection) in zip(axes, projections.items(), strict=True):
        color = company_color(name)
        table = projection.da_m / 1e3
        ahead = table.loc[table["reported"].last_valid_index() :]
        one.bar(table.index, table["capex"], color=COLORS["gray"], alpha=0.45, width=0.75)
        one.fill_between(ahead.index, ahead["low"], ahead["high"], color=color, alpha=0.25)
        one.plot(ahead.index, ahead["middle"], color=color, linestyle="--", linewidth=1.6)
        one.plot(table.index, table["reported"], color=color, linewidth=2.0)
        one.xaxis.set_major_formatter(FuncFormatter(lambda year, _: f"’{int(year) % 100:02d}"))
        one.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.0f}"))
    axes[0].set_ylabel("bn", fontsize=9)
    return figure


def plot_backtest(result: Backtest) -> Figure:
    """Draw modeled against reported D&A, a panel for each company.

    Parameters
    ----------
    result : Backtest
        Errors by company and year.
    """
    names = list(result.by_company.index)
    figure, axes = _small_multiples(names)
    for one, name in zip(axes, names, strict=True):
        rows = result.errors.loc[name]
        one.plot(rows.index, rows["reported_m"] / 1e3, color=company_color(name), marker="o")
        one.plot(
            rows.index, rows["modeled_m"] / 1e3, color=COLORS["gray"], linestyle="--", marker="s"
        )
        one.set_ylim(bottom=0.0)
        one.xaxis.set_major_formatter(FuncFormatter(lambda year, _: f"’{int(year) % 100:02d}"))
    axes[0].set_ylabel("bn", fontsize=9)
    return figure


def plot_test(tests: Mapping[str, pd.DataFrame], profit: str, largest: float = 4.0) -> Figure:
    """Draw D&A over net income of 2029, one mark a scenario, with the line it must stay below.

    Parameters
    ----------
    tests : mapping of str to DataFrame
        By scenario label, what :func:`~analysis.capex.wave.projection.profit_test` returns.
    profit : str
        Name of the profit path.
    largest : float
        Ratios beyond are drawn at the edge.
    """
    last = TEST_YEARS[-1]
    width = plt.rcParams["figure.figsize"][0]
    first = next(iter(tests.values())).xs(profit, level="profit")
    figure, axes = plt.subplots(figsize=(width, 1.5 + 0.5 * len(first)))
    palette = [COLORS[name] for name in ("blue", "orange", "green", "rose", "violet")]
    spread = np.linspace(0.24, -0.24, len(tests))
    for (label, test), color, shift in zip(tests.items(), palette, spread, strict=False):
        rows = test.xs(profit, level="profit")
        places = np.arange(len(rows)) + shift
        middle = rows[f"ratio_{last}"].fillna(largest).clip(upper=largest)
        low = rows[f"ratio_{last}_low"].fillna(largest).clip(upper=largest)
        high = rows[f"ratio_{last}_high"].fillna(largest).clip(upper=largest)
        axes.hlines(places, low, high, color=color, linewidth=1.6)
        axes.plot(middle, places, "o", color=color, markersize=5, label=label)
    axes.plot(first["ratio_2025"], np.arange(len(first)), "k|", markersize=14, label="2025")
    axes.axvline(1.0, color=COLORS["gray"], linestyle="--", linewidth=1.2)
    axes.set_yticks(range(len(first)), [str(name) for name in first.index])
    axes.invert_yaxis()
    axes.set_xlabel(f"D&A / net income in {last}")
    axes.set_xlim(0.0, largest * 1.02)
    axes.grid(axis="x")
    figure.legend(loc="outside lower left")
    return figure


def plot_scores(verdicts: Mapping[str, Verdict]) -> Figure:
    """Draw each country's score with its band under random weightings.

    Parameters
    ----------
    verdicts : mapping of str to Verdict
        By country.
    """
    width = plt.rcParams["figure.figsize"][0]
    figure, axes = plt.subplots(figsize=(width, 1.2 + 0.5 * len(verdicts)))
    for place, one in enumerate(verdicts.values()):
        low, high = one.band
        axes.hlines(place, low, high, color=COLORS["blue"], linewidth=2.0)
        axes.plot(one.score, place, "o", color=COLORS["blue"], markersize=7)
    for line in (NO_SIGNS, SIGNS):
        axes.axvline(line, color=COLORS["gray"], linestyle="--", linewidth=1.0)
    axes.set_yticks(range(len(verdicts)), list(verdicts))
    axes.invert_yaxis()
    axes.set_xlim(0.0, 1.0)
    axes.set_xlabel("share of the indicators that speak for a bubble")
    axes.grid(axis="x")
    return figure
