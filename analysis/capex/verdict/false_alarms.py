r"""False alarms of the score: how often it cries wolf in simulated filings without a bubble.

In them revenue grows as it did before the surge, what is left of it in cash stays where it was, and
the share of revenue that is spent walks at random, its logarithm neither drifting nor exploding:

.. math:: \Delta \log R_t = \mu + \sigma_R \varepsilon_t, \quad
          \Delta \log (K_t / R_t) = d_t + \sigma_K \eta_t, \quad
          F_t / R_t = m + \sigma_F \zeta_t

with ``d = 0`` without a bubble. A walk wanders: some histories end with heavy spending and no
bubble, and that is what the false-alarm rate measures.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.arrays import Floats
from analysis.brief import Brief
from analysis.capex.filings.fundamentals import Fundamentals
from analysis.capex.filings.panel import build_panel
from analysis.capex.verdict.declared import FROM_FILINGS, RULES, SIGNS
from analysis.exuberance import monte_carlo_critical_values, specify
from analysis.exuberance.recursions import statistics_of, supremum

LAST_CALM_QUARTER = "2022Q4"
N_QUARTERS = 34
N_HISTORIES = 10_000
FAMILY_LEVEL = 0.05


@dataclass(frozen=True)
class Calm(Brief):
    """How companies moved before the surge; each array of shape (k,).

    Parameters
    ----------
    growth, growth_spread : ndarray
        Mean and standard deviation of the quarterly log change of revenue.
    rate, rate_spread : ndarray
        Mean capital expenditure to revenue, and standard deviation of its quarterly log change.
    margin, margin_spread : ndarray
        Mean and standard deviation of operating cash flow to revenue.
    size : ndarray
        Revenue of a quarter in the end, relative.
    """

    growth: Floats
    growth_spread: Floats
    rate: Floats
    rate_spread: Floats
    margin: Floats
    margin_spread: Floats
    size: Floats


def calm_history(fundamentals: Fundamentals, members: Sequence[str]) -> Calm:
    """Measure how companies moved to the end of 2022, over four quarters each.

    Changes over a year, free of the season, are brought to a quarter: the mean by a fourth, the
    spread by a half.
    """
    frame = build_panel(fundamentals, "purchases", "ttm", "reported", members).frame
    rows = []
    for name in members:
        one = frame.loc[name].loc[:LAST_CALM_QUARTER]
        revenue, rate = one["revenue"], one["capex"] / one["revenue"]
        margin = one["operating_cash_flow"] / revenue
        yearly = np.log(revenue / revenue.shift(4))
        rows.append(
            [
                yearly.mean() / 4.0,
                yearly.std() / 2.0,
                rate.mean(),
                np.log(rate / rate.shift(4)).std() / 2.0,
                margin.mean(),
                margin.std(),
                revenue.iloc[-1],
            ]
        )
    return Calm(*np.array(rows, dtype=float).T)


def simulated_scores(
    calm: Calm,
    *,
    n_histories: int = N_HISTORIES,
    seed: int = 1,
    surge_per_quarter: float = 0.0,
    n_surge_quarters: int = 0,
) -> pd.DataFrame:
    """Simulate histories and ask the declared indicators of filings what they say.

    Parameters
    ----------
    calm : Calm
        How the companies move.
    n_histories, seed : int
        Draws.
    surge_per_quarter : float
        Log growth of the share spent in each of the last quarters: a bubble of known size. Zero is
        no bubble.
    n_surge_quarters : int
        How many last quarters it takes.

    Returns
    -------
    DataFrame
        One row a history: whether each indicator speaks for a bubble, and the score.
    """
    rng = np.random.default_rng(seed)
    shape = (n_histories, len(calm.size), N_QUARTERS)
    drift = np.zeros(N_QUARTERS)
    if n_surge_quarters:
        drift[-n_surge_quarters:] = surge_per_quarter
    growth = calm.growth[:, None] + calm.growth_spread[:, None] * rng.standard_normal(shape)
    revenue = calm.size[:, None] * np.exp(np.cumsum(growth, axis=2))
    walk = np.cumsum(drift + calm.rate_spread[:, None] * rng.standard_normal(shape), axis=2)
    capex = revenue * calm.rate[:, None] * np.exp(walk)
    margin = calm.margin[:, None] + calm.margin_spread[:, None] * rng.standard_normal(shape)
    cash = revenue * np.maximum(margin, 0.01)
    total = {name: one.sum(axis=1) for name, one in (("R", revenue), ("K", capex), ("F", cash))}
    half = {
        name: one[:, -2:].sum(axis=1) / one[:, -6:-4].sum(axis=1) - 1.0
        for name, one in total.items()
    }
    year = {name: one[:, -4:].sum(axis=1) for name, one in total.items()}
    values = {
        "burden": year["K"] / year["R"],
        "cash": year["K"] / year["F"],
        "gap": half["K"] - half["R"],
        "explosive": _n_explosive(np.log(capex / revenue)),
    }
    speaks = pd.DataFrame({name: _beyond(name, values[name]) for name in FROM_FILINGS})
    return speaks.assign(score=speaks.mean(axis=1))


def _beyond(name: str, values: Floats) -> np.ndarray:
    """Apply a declared rule to many values."""
    rule = RULES[name]
    return values > rule.threshold if rule.side == "above" else values < rule.threshold


def _n_explosive(log_rates: Floats) -> Floats:
    """Count the companies of each history whose share spent is explosive, the family at 5 %."""
    n_histories, n_companies, n_quarters = log_rates.shape
    specification = specify(n_quarters)
    _, bsadf = statistics_of(log_rates.reshape(-1, n_quarters), specification)
    statistics = supremum(bsadf[:, specification.first_end :])
    null = monte_carlo_critical_values(n_quarters).distributions["GSADF"]
    critical = null.critical_value(1.0 - FAMILY_LEVEL / n_companies)
    beyond = (statistics > critical).reshape(n_histories, n_companies)
    return beyond.sum(axis=1).astype(float)


def alarm_rates(scores: pd.DataFrame, others: Sequence[bool] = ()) -> dict[str, float]:
    """Share of histories in which each indicator, and the score, speaks for a bubble.

    Parameters
    ----------
    scores : DataFrame
        Of :func:`simulated_scores`.
    others : sequence of bool
        What the indicators beside the filings say, the same in every history.

    Returns
    -------
    dict of str to float
        By indicator; ``score``, of the indicators of filings alone; ``score_with_others``, of all.
    """
    n_for = scores[list(FROM_FILINGS)].sum(axis=1) + sum(others)
    whole = n_for / (len(FROM_FILINGS) + len(others))
    return {
        **{name: float(scores[name].mean()) for name in FROM_FILINGS},
        "score": float((scores["score"] >= SIGNS).mean()),
        "score_with_others": float((whole >= SIGNS).mean()),
    }
