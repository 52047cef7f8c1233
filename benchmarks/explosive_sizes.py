"""Sizes of the tests for explosive series, alone and together, and false alarms of the score.

Families like the one that the page of the verdict tests are drawn without an explosive stretch, in
several worlds, and each is tested as the page does it: GSADF and SADF of the logarithm, lag 0,
p-values by the wild bootstrap, and Holm's adjustment over the family, which rejects something where
the smallest p-value is at most 5 % over their number. Target: 5 +- 1 %. The score is asked of as
many simulated filings as on the page, with its seed and two others, beside what the page's results
hold. Prints two tables in Markdown; some minutes, ``--draws 100`` seconds.
"""

import argparse
import json
import sys
from collections.abc import Callable, Iterator
from functools import cache
from typing import NamedTuple

import numpy as np
import pandas as pd
from share_table import Row, print_shares

from analysis.arrays import Floats
from analysis.capex import load_fundamentals
from analysis.capex.verdict.declared import CORE, FROM_FILINGS
from analysis.capex.verdict.false_alarms import (
    N_HISTORIES,
    alarm_rates,
    calm_history,
    simulated_scores,
)
from analysis.exuberance import (
    NullDistribution,
    gsadf,
    monte_carlo_critical_values,
    sadf,
    seasonally_adjusted,
    wild_bootstrap_critical_values,
)
from analysis.exuberance.bootstrap import Drift
from analysis.exuberance.specification import Trend
from analysis.paths import NOTEBOOKS, RESULTS
from analysis.reports.notebook.parameter_values import read_parameters

TESTS = {"GSADF": gsadf, "SADF": sadf}
BY_TABLE = "GSADF by a table of random walks (on no page)"
LEVEL = 0.05
SEED = 20261129
STEP, GROWTH = 0.1, 0.05
"""Spread of a period's change, in logs, and a quarter's growth of what is summed."""


class Tested(NamedTuple):
    """A series of the page: how long, whether quarterly, and the terms that it is tested with."""

    n: int
    is_quarterly: bool = True
    trend: Trend = "c"
    drift: Drift = "none"


FAMILY = (
    *(Tested(n) for n in (34, 34, 34, 34, 35, 34, 34)),  # spending to revenue
    *(Tested(n) for n in (30, 33, 30)),  # depreciation to net income
    Tested(34, trend="ct", drift="estimated"),  # spending, summed
    *(Tested(n, is_quarterly=False) for n in (37, 41)),  # rents
)
"""The 13 series that the page of the verdict tests as one family."""

IS_SUMMED = np.array([one.drift == "estimated" for one in FAMILY])
RESAMPLES = 20 * len(FAMILY) - 1
"""So many that 5 %, and 5 % over the number of series, are whole shares of them and the series."""


def steps_of(world: str, generator: np.random.Generator) -> Floats:
    """Draw steps of all series, a row each, of spread one unless the world says so."""
    shape = (len(FAMILY), max(one.n for one in FAMILY))
    own = generator.standard_normal(shape)
    match world:
        case "Student's steps, 5 degrees":
            return generator.standard_t(5, shape)
        case "the last eight steps 2.5 times as large":
            own[:, -8:] *= 2.5
        case "steps, a third of their variance shared":
            return np.sqrt(2 / 3) * own + np.sqrt(1 / 3) * generator.standard_normal(shape[1])
    return own


WORLDS = (
    "normal steps",
    "Student's steps, 5 degrees",
    "the last eight steps 2.5 times as large",
    "steps, a third of their variance shared",
    "normal steps and a season, which is taken out",
)


def log_series(one: Tested, steps: Floats, *, has_season: bool) -> Floats:
    """Return a walk in logs; of quarters with a season, what is left without it."""
    growth = GROWTH if one.drift == "estimated" else 0.0
    walk: Floats = np.cumsum(growth + STEP * steps[-one.n :])
    if not (has_season and one.is_quarterly):
        return walk
    quarters = pd.period_range("2018Q1", periods=one.n, freq="Q")
    season = np.resize([-0.1, 0.0, -0.05, 0.15], one.n)
    return np.log(seasonally_adjusted(pd.Series(np.exp(walk + season), quarters)).to_numpy())


def sizes(world: str, generator: np.random.Generator, n: int) -> list[Row]:
    """Test families without an explosive series."""
    p_values = {test: np.empty((n, len(FAMILY))) for test in (BY_TABLE, *TESTS)}
    for draw in range(n):
        steps = steps_of(world, generator)
        for at, one in enumerate(FAMILY):
            series = log_series(one, steps[at], has_season="season" in world)
            for test, p_value in tested(one, series, int(generator.integers(2**31))).items():
                p_values[test][draw, at] = p_value
    print(f"{world}: families of {len(FAMILY)} tested: {n}", file=sys.stderr, flush=True)
    n_plain = int((~IS_SUMMED).sum())
    return [
        (f"{test}, {which}", world, LEVEL, float(found.mean()), found.size)
        for test, p in p_values.items()
        for which, found in (
            (f"one of {n_plain} series alone", rejected(p[:, ~IS_SUMMED])),
            ("a sum that grows, alone", rejected(p[:, IS_SUMMED])),
            # Holm's adjustment rejects something where it rejects the smallest p-value.
            (f"all {len(FAMILY)} together", rejected(p.min(axis=1) * len(FAMILY))),
        )
    ]


def tested(one: Tested, series: Floats, seed: int) -> dict[str, float]:
    """Return p-values of one series: by the wild bootstrap, and by a table of random walks."""
    null = wild_bootstrap_critical_values(
        series, trend=one.trend, drift=one.drift, draws=RESAMPLES, seed=seed, threads=1
    ).distributions
    found = {name: test(series, trend=one.trend).statistic for name, test in TESTS.items()}
    return {
        BY_TABLE: of_walks(one.n, one.trend).p_value(found["GSADF"]),
        **{name: null[name].p_value(statistic) for name, statistic in found.items()},
    }


@cache
def of_walks(n: int, trend: Trend) -> NullDistribution:
    """Return GSADF's law over random walks of one length."""
    return monte_carlo_critical_values(n, trend=trend).distributions["GSADF"]


def rejected(p_values: Floats) -> np.ndarray:
    """Say which p-values are at most the level; they are shares of few draws, rounding apart."""
    return p_values <= LEVEL + 1e-9


def false_alarms(n_histories: int) -> Iterator[str]:
    """Ask the score of filings without a bubble, a line a country and seed."""
    fundamentals = load_fundamentals()
    printed = json.loads((RESULTS / "bubble-verdict.json").read_text("utf-8"))["results"]
    of_page = read_parameters(NOTEBOOKS / "bubble_verdict.py").defaults["seed"]
    for country in CORE:
        calm = calm_history(fundamentals, CORE[country])
        on_page = printed[country.lower().replace(" ", "_")]["false_alarm_rate"]
        for seed in (of_page, of_page + 1, of_page + 2):
            rates = alarm_rates(simulated_scores(calm, n_histories=n_histories, seed=seed))
            shares = " | ".join(f"{rates[name]:.2%}" for name in (*FROM_FILINGS, "score"))
            yield f"| {country} | {seed} | {shares} | {on_page:.2%} | {n_histories} |"


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--draws", type=int, default=1_000, help="families in each world")
    parser.add_argument("--histories", type=int, default=N_HISTORIES, help="simulated filings")
    asked = parser.parse_args()
    generator = np.random.default_rng(SEED)
    print("## Sizes of the tests for explosive series\n")
    parts: list[Callable[[], list[Row]]] = [
        lambda world=world: sizes(world, generator, asked.draws) for world in WORLDS
    ]
    print_shares(parts)
    print("\nShare of filings without a bubble in which an indicator, and the score, calls one:\n")
    print(f"| country | seed | {' | '.join(FROM_FILINGS)} | score | score, page | n |")
    print("|---|" + "--:|" * (len(FROM_FILINGS) + 4))
    for line in false_alarms(asked.histories):
        print(line, flush=True)


if __name__ == "__main__":
    main()
