"""Pictures of right-tailed unit root tests: sequence of statistics, dated stretches, power."""

from __future__ import annotations

import pandas as pd
from matplotlib import pyplot as plt
from matplotlib.axes import Axes

from analysis.exuberance.dating import DateStamps
from analysis.exuberance.detection_power import Power
from analysis.exuberance.exuberance_result import ExuberanceTest


def plot_exuberance(test: ExuberanceTest, axes: Axes | None = None, *, level: float = 0.95) -> Axes:
    """Draw a test's sequence against the critical values of each end.

    Parameters
    ----------
    test : ExuberanceTest
        What was found.
    axes : Axes, optional
        Where to draw; a new figure when None.
    level : {0.90, 0.95, 0.99}
        Confidence level of the critical values.

    Returns
    -------
    Axes
        With two labeled lines; excess over the critical values is shaded.
    """
    axes = _axes(axes)
    name = "BADF" if test.name in ("ADF", "SADF") else "BSADF"
    threshold = test.sequence_critical_values[level]
    dates = _placed(test.sequence.index)
    axes.plot(dates, test.sequence.to_numpy(), color="C0", label=name)
    axes.plot(
        dates,
        threshold.to_numpy(),
        color="C5",
        linestyle="--",
        label=f"{level:.0%} critical value",
    )
    axes.fill_between(
        dates,
        threshold.to_numpy(),
        test.sequence.to_numpy(),
        where=(test.sequence > threshold).to_numpy(),
        color="C1",
        alpha=0.35,
        interpolate=True,
        linewidth=0,
    )
    axes.set_ylabel("t statistic")
    axes.legend()
    return axes


def plot_episodes(stamps: DateStamps, axes: Axes | None = None) -> Axes:
    """Draw a series with its explosive stretches shaded.

    Parameters
    ----------
    stamps : DateStamps
        The stretches.
    axes : Axes, optional
        Where to draw; a new figure when None.

    Returns
    -------
    Axes
        The series as one line, episodes as bands from origin to collapse.
    """
    axes = _axes(axes)
    observations = stamps.test.observations
    dates = _placed(observations.index)
    axes.plot(dates, observations.to_numpy(), color="C0")
    place = pd.Series(dates, index=observations.index)
    for episode in stamps.episodes:
        collapse = place.iloc[-1] if episode.collapse is None else place.loc[episode.collapse]
        axes.axvspan(place.loc[episode.origin], collapse, color="C1", alpha=0.25, linewidth=0)
    axes.set_ylabel(str(observations.name) if observations.name is not None else "")
    return axes


def plot_power(study: Power, axes: Axes | None = None) -> Axes:
    """Draw rejection rates against the explosive root.

    Parameters
    ----------
    study : Power
        The rates.
    axes : Axes, optional
        Where to draw; a new figure when None.

    Returns
    -------
    Axes
        One labeled line a test, and the nominal size.
    """
    axes = _axes(axes)
    for name in study.rates:
        axes.plot(study.rates.index, study.rates[name], marker="o", label=name)
    axes.axhline(1 - study.level, color="C5", linestyle="--", linewidth=1)
    axes.set_xlabel("explosive root, per period")
    axes.set_ylabel("share of rejections")
    axes.set_ylim(0, 1)
    axes.legend()
    return axes


def _axes(axes: Axes | None) -> Axes:
    return plt.subplots()[1] if axes is None else axes


def _placed(index: pd.Index) -> pd.Index:
    """Return an index that matplotlib can place: periods by their first day."""
    return index.to_timestamp() if isinstance(index, pd.PeriodIndex) else index
