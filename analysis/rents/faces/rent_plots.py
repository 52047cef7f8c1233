"""Pictures of the rents, each drawn from one table or result."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.dates import DateFormatter, YearLocator, date2num
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, NullLocator, PercentFormatter

from analysis.figures import COLORS, ENTITY_COLORS, label_lines
from analysis.rents.breaks.regimes import Breaks
from analysis.rents.forecasting.models import MODEL_LABELS
from analysis.rents.forecasting.rent_backtest import Backtest
from analysis.rents.forecasting.rent_forecast import QUANTILES, Forecast
from analysis.rents.index.rent_index import RentIndex
from analysis.rents.index.rent_market import Market
from analysis.rents.purchase.outlook import OWN
from analysis.rents.purchase.scenarios import (
    LIKE_GENERATIONS,
    LIKE_PRECEDENTS,
    PRECEDENTS,
    STAYS,
    declining_path,
)
from analysis.units import DAYS_PER_YEAR

_STYLES = {
    "random_walk_with_drift": ("blue", "-"),
    "moving_average": ("green", "--"),
    "local_linear_trend": ("violet", "-."),
    "trend_with_break": ("orange", ":"),
    "log_linear": ("rose", "--"),
}


_HORIZONS = (1, 3, 6, 9, 12, 15, 18)
COURSE_NAMES = {
    STAYS: "rent stays",
    LIKE_PRECEDENTS: f"as {' and '.join(PRECEDENTS)} fell",
    LIKE_GENERATIONS: "falls by generation",
    OWN: "as set here",
}
_COURSE_STYLES = ("-", "--", ":", "-.")
_CONTRACT = {0.0: "nothing", 0.5: "half", 1.0: "all"}


def plot_history(market: Market, breaks: Breaks, published: dict[str, pd.Series]) -> Figure:
    """Draw the index with its interval on a log axis, regimes shaded, published series beside."""
    figure, axes = _figure(4.2)
    starts = date2num(pd.PeriodIndex(breaks.regimes["first"]).to_timestamp())
    ends = date2num(pd.PeriodIndex(breaks.regimes["last"]).shift(1).to_timestamp())
    for first, last in list(zip(starts, ends, strict=True))[::2]:
        axes.axvspan(first, last, color=COLORS["gray"], alpha=0.13, linewidth=0)
    for (name, series), line in zip(published.items(), (":", "-.", "--"), strict=False):
        axes.plot(_when(series), np.exp(series), color=COLORS["gray"], linestyle=line, label=name)
    _draw_index(axes, market)
    _log_axis(axes, f"{market.currency} per GPU-hour")
    figure.legend(loc="outside lower left")
    return figure


def plot_composition(index: RentIndex, base: str) -> Figure:
    """Draw index and raw median from one base month, and the providers behind each month."""
    table = index.frame(base)
    figure, (axes, below) = plt.subplots(
        2, sharex=True, height_ratios=[3, 1], figsize=(_width(), 4.6)
    )
    when = index.months.to_timestamp()
    axes.fill_between(
        when,
        table["rent_index_low"],
        table["rent_index_high"],
        color=COLORS["blue"],
        alpha=0.2,
        linewidth=0,
    )
    axes.plot(when, table["rent_index"], color=COLORS["blue"], label="composition-free index")
    axes.plot(
        when, table["median_index"], color=COLORS["orange"], linestyle="--", label="raw median"
    )
    _log_axis(axes, f"{base} = 1")
    label_lines(axes)
    below.bar(when, table["n_providers"], width=20, color=COLORS["gray"])
    below.set_ylabel("providers")
    return figure


def plot_hindsight(
    real_time: pd.Series, made: dict[tuple[str, str], Forecast], currency: str
) -> Figure:
    """Draw forecasts of the past with their outer bands against what came, one origin a panel."""
    origins = list(dict.fromkeys(origin for origin, _ in made))
    figure, panels = plt.subplots(len(origins), sharex=True, figsize=(_width(), 2.5 * len(origins)))
    styles = [("orange", "--"), ("blue", "-")]
    labels = []
    for axes, origin in zip(np.atleast_1d(panels), origins, strict=True):
        axes.plot(_when(real_time), np.exp(real_time), color=plt.rcParams["text.color"])
        models = [model for start, model in made if start == origin]
        for model, (color, line) in zip(models, styles, strict=False):
            table = made[origin, model].rents(QUANTILES[::2])
            when = made[origin, model].months.to_timestamp()
            (drawn,) = axes.plot(when, table["q50"], color=COLORS[color], linestyle=line)
            axes.fill_between(
                when, table["q05"], table["q95"], color=COLORS[color], alpha=0.15, linewidth=0
            )
            labels.append((drawn, MODEL_LABELS[model]))
        axes.axvline(pd.Period(origin, "M").to_timestamp(), color=COLORS["gray"], linewidth=0.8)
        axes.set_title(f"Fitted in {origin}")
        _log_axis(axes, f"{currency} per GPU-hour")
    handles = dict(reversed([(label, line) for line, label in labels]))
    figure.legend(list(handles.values()), list(handles), loc="outside lower left")
    return figure


def plot_skill(result: Backtest, series: str, n_supported_months: int) -> Figure:
    """Draw each model's skill against no change by months ahead; judged months shaded."""
    table = result.table([series])
    figure, axes = _figure(4.2)
    axes.axvspan(0.5, n_supported_months + 0.5, color=COLORS["gray"], alpha=0.13, linewidth=0)
    for model, (color, line) in _STYLES.items():
        if model in table.index.get_level_values("model"):
            skill = table["skill"].xs(model)
            axes.plot(
                skill.index, skill, color=COLORS[color], linestyle=line, label=MODEL_LABELS[model]
            )
    axes.axhline(0.0, color=plt.rcParams["axes.edgecolor"], linewidth=1.0)
    axes.annotate(
        "no change", (0.99, 0.0), xycoords=("axes fraction", "data"), ha="right", va="bottom"
    )
    axes.set_ylim(bottom=max(-2.2, float(table["skill"].min()) - 0.1))
    axes.yaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    axes.set_xticks(_HORIZONS)
    axes.set(xlabel="months ahead", ylabel="CRPS saved against no change")
    figure.legend(loc="outside lower left")
    return figure


def plot_coverage(result: Backtest, series: str, model: str) -> Figure:
    """Draw how often intervals held what came, by months ahead, against what they promise."""
    table = result.table([series]).loc[model]
    figure, axes = _figure(3.4)
    for name, color in (("50", "green"), ("80", "violet"), ("90", "blue"), ("95", "orange")):
        share = table[f"coverage_{name}"]
        axes.plot(share.index, share, color=COLORS[color], label=f"{name} %")
        axes.axhline(int(name) / 100, color=COLORS[color], linewidth=0.8, linestyle=":")
    axes.yaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    axes.set_xticks(_HORIZONS)
    axes.set(xlabel="months ahead", ylabel="outcomes inside", ylim=(0, 1.02))
    label_lines(axes)
    return figure


def plot_forecast(ahead: Forecast, currency: str, declines: pd.Series) -> Figure:
    """Draw history, bands of the judged months, and named courses after them.

    Parameters
    ----------
    ahead : Forecast
        Bands are those of its supported months.
    currency : str
        Of the rents.
    declines : Series
        Decline after the judged months by scenario, decimal per year.
    """
    figure, axes = _figure(3.8)
    draw_forecast(axes, ahead)
    n_judged = int(ahead.is_supported.sum())
    when = pd.period_range(ahead.history.index[-1], periods=ahead.n_ahead + 1, freq="M")
    now = float(np.exp(ahead.history.iloc[-1]))
    for (name, decline), style in zip(declines.items(), _COURSE_STYLES, strict=False):
        course = np.append(1.0, declining_path(float(decline), ahead.n_ahead, n_judged))
        axes.plot(
            when.to_timestamp()[n_judged:],
            now * course[n_judged:],
            linestyle=style,
            color=COLORS["orange"],
            label=COURSE_NAMES.get(str(name), str(name)),
        )
    _log_axis(axes, f"{currency} per GPU-hour")
    figure.legend(loc="outside lower left", ncols=2)
    return figure


def draw_forecast(axes: Axes, ahead: Forecast) -> None:
    """Draw history, and median and two bands of the months that a backtest could judge."""
    table = ahead.rents()[ahead.is_supported]
    last = ahead.history.index[-1]
    now = pd.DataFrame({name: np.exp(ahead.history.iloc[-1]) for name in table}, index=[last])
    table = pd.concat([now, table])
    when = pd.PeriodIndex(table.index).to_timestamp()
    axes.plot(_when(ahead.history), np.exp(ahead.history), color="0.4")
    (line,) = axes.plot(when, table["q50"], label=MODEL_LABELS[ahead.predictive.model])
    for low, high in (("q05", "q95"), ("q25", "q75")):
        axes.fill_between(
            when, table[low], table[high], color=line.get_color(), alpha=0.25, linewidth=0
        )
    axes.set_yscale("log")


def plot_china(table: pd.DataFrame, log_rents_cny: pd.Series, per_server_month: float) -> Figure:
    """Draw Chinese quotes per server-month beside the index abroad, on a log axis."""
    figure, axes = _figure(3.8)
    abroad = np.exp(log_rents_cny) * per_server_month / 1e4
    axes.plot(_when(abroad), abroad, color=COLORS["blue"], label="list price abroad (index)")
    marks = {
        "quote": ("orange", "o"),
        "aggregate": ("orange", "s"),
        "bound": ("gray", "v"),
        "disputed": ("gray", "x"),
    }
    names = {
        "quote": "China, a provider's price",
        "aggregate": "China, as reported of the market",
        "bound": "China, a bound",
        "disputed": "China, disputed",
    }
    for role, (color, mark) in marks.items():
        rows = table[table["role"] == role]
        if len(rows):
            level = rows["quoted_cny_per_server_month"] / 1e4
            axes.plot(
                _when(level),
                level,
                color=COLORS[color],
                marker=mark,
                linestyle="",
                label=names[role],
            )
    _log_axis(axes, "10,000 CNY per server-month")
    figure.legend(loc="outside lower left")
    return figure


def plot_ages(quotes: pd.DataFrame, gpus: Sequence[str], first_offered: pd.Series) -> Figure:
    """Draw list rents of older GPUs by years since they were first offered, by segment."""
    figure, panels = plt.subplots(1, len(gpus), sharey=True, figsize=(_width(), 3.8))
    marks = {"hyperscaler": "s", "neocloud": "o", "marketplace": "^"}
    for axes, gpu in zip(np.atleast_1d(panels), gpus, strict=True):
        rows = quotes[quotes["gpu"] == gpu]
        age = (rows["month"] - first_offered[gpu]).dt.days / DAYS_PER_YEAR
        for segment, mark in marks.items():
            of = rows["segment"] == segment
            axes.plot(
                age[of],
                rows.loc[of, "rent_usd_per_gpu_hour"],
                color=ENTITY_COLORS[segment],
                marker=mark,
                linestyle="",
                alpha=0.6,
                label=segment,
            )
        axes.set(title=gpu, xlabel="years since first offered")
        _log_axis(axes, "USD per GPU-hour" if gpu == gpus[0] else "", is_time=False)
    handles, labels = np.atleast_1d(panels)[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower left", ncols=3)
    return figure


def plot_risk(risk: pd.DataFrame) -> Figure:
    """Draw three probabilities by month of purchase, as seen on the day.

    Parameters
    ----------
    risk : DataFrame
        Of `risk_by_purchase`; a column of panels for each course of rent.
    """
    wanted = {
        "p_equity_irr_negative": "equity lost",
        "p_dscr_below_one": "DSCR below 1",
        "p_never_pays_back": "no payback",
    }
    then = risk.xs("then", level="seen")
    courses = then.index.unique("scenario")
    figure, grid = plt.subplots(
        len(wanted), len(courses), sharex=True, sharey=True, squeeze=False, figsize=(_width(), 6.4)
    )
    styles = [("orange", "-"), ("violet", "--"), ("blue", ":")]
    for column, course in enumerate(courses):
        of_course = then.xs(course, level="scenario")
        for axes, (name, words) in zip(grid[:, column], wanted.items(), strict=True):
            for share, (color, line) in zip(
                of_course.index.unique("contract_share"), styles, strict=False
            ):
                of_share = of_course[name].xs(share, level="contract_share")
                axes.plot(
                    _when(of_share),
                    of_share,
                    color=COLORS[color],
                    linestyle=line,
                    label=_CONTRACT.get(share, f"{share:.0%}"),
                )
            axes.set_ylim(-0.02, 1.02)
            axes.yaxis.set_major_formatter(PercentFormatter(1, decimals=0))
            axes.xaxis.set_major_locator(YearLocator())
            axes.xaxis.set_major_formatter(DateFormatter("%Y"))
            if column == 0:
                axes.set_ylabel(words)
        grid[0, column].set_title(COURSE_NAMES.get(course, course))
    handles, labels = grid[0, 0].get_legend_handles_labels()
    figure.legend(
        handles, labels, loc="outside lower left", ncols=3, title="under contract", fontsize=10.5
    )
    return figure


def _draw_index(axes: Axes, market: Market) -> None:
    series = market.log_rents
    if market.index is not None:
        table = market.index.frame(str(series.index[-1])).reindex(series.index)
        level = float(np.exp(series.iloc[-1]))
        axes.fill_between(
            _when(series),
            level * table["rent_index_low"],
            level * table["rent_index_high"],
            color=COLORS["blue"],
            alpha=0.2,
            linewidth=0,
        )
    name = "composition-free index" if market.index is not None else market.label
    axes.plot(_when(series), np.exp(series), color=COLORS["blue"], label=name)


def _figure(height_in: float) -> tuple[Figure, Axes]:
    return plt.subplots(figsize=(_width(), height_in))


def _width() -> float:
    return float(plt.rcParams["figure.figsize"][0])


def _when(series: pd.Series) -> pd.DatetimeIndex:
    return pd.PeriodIndex(series.index).to_timestamp()


def _log_axis(axes: Axes, label: str, *, is_time: bool = True) -> None:
    """Put plain numbers on a log axis, and years on a time axis."""
    axes.set_yscale("log")
    low, high = axes.get_ylim()
    steps = np.array([1, 1.5, 2, 3, 4, 5, 7])
    ticks = np.concatenate([steps * 10.0**power for power in range(-2, 4)])
    inside = ticks[(ticks >= low) & (ticks <= high)]
    axes.set_yticks(inside if len(inside) <= 8 else inside[::2])
    axes.yaxis.set_minor_locator(NullLocator())
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axes.set_ylabel(label)
    if is_time:
        axes.xaxis.set_major_locator(YearLocator())
        axes.xaxis.set_major_formatter(DateFormatter("%Y"))
