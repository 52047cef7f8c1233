"""Rolling-origin backtest: what each model would have said month by month, and what came."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import get_args

import numpy as np
import pandas as pd
from scipy import stats

from analysis.arguments import as_choice, as_month, as_whole, refused
from analysis.arrays import Floats
from analysis.brief import Brief
from analysis.rents.forecasting.models import FEWEST_MONTHS, MODELS
from analysis.rents.forecasting.predictive import Errors, Predictive
from analysis.rents.forecasting.rent_forecast import consecutive
from analysis.rents.forecasting.scores import diebold_mariano, n_effective_origins

Progress = Callable[[int, int], None]

COVERAGES = (0.50, 0.80, 0.90, 0.95)
BENCHMARK = "no_change"
FEWEST_EFFECTIVE_ORIGINS = 4.0


@dataclass(frozen=True)
class Backtest(Brief):
    """Scores of every series, model, origin and horizon.

    Parameters
    ----------
    scores : DataFrame
        series, model, origin (last month seen), horizon, log_rent (what came), median (forecast),
        crps (of log rent: 0.01 is about one percent), pit, and inside_50 ... inside_95.
    errors : {"student", "bootstrap"}
        Law of the errors.
    n_paths : int
        Paths behind each forecast; zero where the law was scored in closed form.
    """

    scores: pd.DataFrame
    errors: Errors
    n_paths: int

    def table(self, series: Sequence[str] | None = None) -> pd.DataFrame:
        """Score each model by horizon, over the origins of the series given.

        Parameters
        ----------
        series : sequence of str, optional
            All series where not given. Series move together: more of them are not so many more
            independent forecasts.

        Returns
        -------
        DataFrame
            By model and horizon: crps, skill (share of the no-change CRPS saved), bias (median less
            outcome), coverage_50 ... coverage_95, n_forecasts, n_effective (of one series), and,
            for one series, dm_statistic and dm_p_value against no change.
        """
        names = list(self.scores["series"].unique()) if series is None else list(series)
        chosen = self.scores[self.scores["series"].isin(names)]
        inside = {f"coverage_{100 * c:.0f}": (f"inside_{100 * c:.0f}", "mean") for c in COVERAGES}
        table = (
            chosen.assign(error=chosen["median"] - chosen["log_rent"])
            .groupby(["model", "horizon"], sort=False)
            .agg(
                crps=("crps", "mean"),
                bias=("error", "mean"),
                n_forecasts=("crps", "size"),
                n_origins=("origin", "nunique"),
                **inside,
            )
        )
        horizons = table.index.get_level_values("horizon")
        naive = table["crps"].xs(BENCHMARK).reindex(horizons).to_numpy()
        table.insert(1, "skill", 1.0 - table["crps"] / naive)
        table["n_effective"] = [
            n_effective_origins(n, h) for n, h in zip(table["n_origins"], horizons, strict=True)
        ]
        if len(names) == 1:
            table = table.join(self._equal_accuracy(chosen))
        return table

    def summary(self, horizons: Sequence[int] = (1, 3, 6, 12, 18)) -> pd.DataFrame:
        """Skill against no change by series and model, at a few horizons and over all of them."""
        mean = self.scores.groupby(["series", "model", "horizon"], sort=False)["crps"].mean()
        crps = mean.unstack("horizon")  # noqa: PD010
        wanted = crps[[h for h in horizons if h in crps]]
        skill = 1.0 - wanted / wanted.xs(BENCHMARK, level="model").reindex(
            wanted.index, level="series"
        )
        average = crps.mean(axis=1)
        naive = average.xs(BENCHMARK, level="model").reindex(average.index, level="series")
        skill["all"] = 1.0 - average / naive
        return skill.rename_axis(columns="months ahead")

    def supported_months(
        self, series: str, fewest_effective: float = FEWEST_EFFECTIVE_ORIGINS
    ) -> int:
        """Return the longest horizon with enough forecasts that do not overlap; zero if none."""
        chosen = self.scores[self.scores["series"] == series]
        counts = chosen.groupby("horizon")["origin"].nunique()
        enough = [
            horizon
            for horizon, n_origins in zip(counts.index.tolist(), counts.tolist(), strict=True)
            if n_effective_origins(n_origins, horizon) >= fewest_effective
        ]
        return max(enough, default=0)

    def _equal_accuracy(self, scores: pd.DataFrame) -> pd.DataFrame:
        by_origin = scores.set_index(["horizon", "origin", "model"])["crps"]
        losses = by_origin.unstack("model")  # noqa: PD010
        rows = {}
        for horizon, block in losses.groupby(level="horizon"):
            for model in losses.columns:
                test = diebold_mariano(block[model], block[BENCHMARK], int(str(horizon)))
                rows[model, horizon] = (test.statistic, test.p_value)
        table = pd.DataFrame.from_dict(rows, orient="index", columns=["dm_statistic", "dm_p_value"])
        table.index = pd.MultiIndex.from_tuples(table.index, names=["model", "horizon"])
        return table


def backtest(
    series: Mapping[str, pd.Series],
    *,
    generator: np.random.Generator,
    models: Sequence[str] = tuple(MODELS),
    first_origin: str = "2024-01",
    longest_horizon: int = 18,
    errors: Errors = "bootstrap",
    n_paths: int = 1000,
    progress: Progress | None = None,
) -> Backtest:
    """Forecast every series from every month on, with what was known then, and score it.

    What was known then is up to the series: one that is revised later, as a time-product dummy
    over all months is, lends a little hindsight; a spliced index does not.

    Parameters
    ----------
    series : mapping of str to Series
        Log rents of consecutive months (PeriodIndex), by name.
    generator : numpy.random.Generator
        Draws the paths.
    models : sequence of str
        Names in `MODELS`; no change is always scored.
    first_origin : str
        First month that a forecast is made in; later where a series is shorter.
    longest_horizon : int
        Months ahead, from one.
    errors : {"student", "bootstrap"}
        Closed-form Student-t laws, or paths of resampled residuals.
    n_paths : int
        Paths of each forecast; for ``bootstrap``.
    progress : callable, optional
        Called with the number of series and models done, and of all.

    Returns
    -------
    Backtest
    """
    if not isinstance(series, Mapping) or not series:
        raise refused("series", series, "log rents by name, one series at least")
    for model in models:
        as_choice("models", model, MODELS)
    as_month("first_origin", first_origin)
    longest_horizon = as_whole("longest_horizon", longest_horizon, 1)
    as_choice("errors", errors, get_args(Errors))
    n_paths = as_whole("n_paths", n_paths, 2)
    names = list(dict.fromkeys([BENCHMARK, *models]))
    n_done, n_all = 0, len(series) * len(names)
    parts = []
    for label, log_rents in series.items():
        values = consecutive(log_rents)
        months = pd.PeriodIndex(log_rents.index)
        start = pd.Period(first_origin, "M").ordinal - months[0].ordinal + 1
        origins = np.arange(max(start, FEWEST_MONTHS), len(values))
        ahead = origins[:, None] + np.arange(longest_horizon)
        outcome = np.where(ahead < len(values), values[np.minimum(ahead, len(values) - 1)], np.nan)
        for model in names:
            law = MODELS[model](values, origins, longest_horizon)
            if errors == "student":
                scored = _score_closed_form(law, outcome)
            else:
                scored = _score_paths(law.paths(n_paths, generator, errors), outcome)
            parts.append(_tidy(label, model, months[origins - 1], outcome, scored))
            n_done += 1
            if progress is not None:
                progress(n_done, n_all)
    scores = pd.concat(parts, ignore_index=True)
    return Backtest(scores, errors, n_paths if errors == "bootstrap" else 0)


def _score_closed_form(law: Predictive, outcome: Floats) -> dict[str, Floats]:
    from analysis.rents.forecasting.scoring import crps_t

    df = np.broadcast_to(law.degrees_of_freedom[:, None], outcome.shape)
    known = ~np.isnan(outcome)
    crps = np.full(outcome.shape, np.nan)
    crps[known] = crps_t(outcome[known], df[known], law.location[known], law.scale[known])
    pit = stats.t.cdf((outcome - law.location) / law.scale, df)
    return {"median": law.location, "crps": crps, "pit": pit}


def _score_paths(paths: Floats, outcome: Floats) -> dict[str, Floats]:
    from analysis.rents.forecasting.scoring import crps_ensemble

    draws = np.sort(np.swapaxes(paths, 1, 2), axis=-1)
    known = ~np.isnan(outcome)
    crps = np.full(outcome.shape, np.nan)
    crps[known] = crps_ensemble(outcome[known], draws[known], sorted_ensemble=True)
    pit = (draws <= outcome[..., None]).mean(axis=-1)
    pit[~known] = np.nan
    n = draws.shape[-1]
    return {
        "median": (draws[..., (n - 1) // 2] + draws[..., n // 2]) / 2.0,
        "crps": crps,
        "pit": pit,
    }


def _tidy(
    series: str, model: str, months: pd.PeriodIndex, outcome: Floats, scored: dict[str, Floats]
) -> pd.DataFrame:
    origin, ahead = np.nonzero(~np.isnan(outcome))
    table = pd.DataFrame(
        {
            "series": series,
            "model": model,
            "origin": months[origin],
            "horizon": ahead + 1,
            "log_rent": outcome[origin, ahead],
            **{name: values[origin, ahead] for name, values in scored.items()},
        }
    )
    for coverage in COVERAGES:
        inside = (table["pit"] - 0.5).abs() <= coverage / 2.0
        table[f"inside_{100 * coverage:.0f}"] = inside
    return table
