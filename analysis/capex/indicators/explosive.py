"""Explosiveness of fundamentals and rents, by the tests of :mod:`analysis.exuberance`.

All series of a page are one family: each is tested against the wild bootstrap, which keeps a change
of variance where it was, and the p-values are adjusted together (Holm), over all tables.

The scale follows one rule. A price, an amount, or a ratio of amounts is positive, and a random
walk, which is the null, can be positive for good only in logarithms: a positive series is tested in
logarithms. One that is not positive throughout has no logarithm and is tested in levels. The other
scale stands beside it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from statsmodels.stats.multitest import multipletests

from analysis.brief import Brief
from analysis.capex.filings.companies import COMPANIES
from analysis.capex.filings.panel import Panel
from analysis.errors import AnalysisError
from analysis.exuberance import (
    ExuberanceTest,
    defined_ratio,
    gsadf,
    seasonally_adjusted,
    wild_bootstrap_critical_values,
)
from analysis.exuberance.bootstrap import Drift
from analysis.exuberance.specification import Trend

RATIOS = {
    "capex_to_revenue": ("capex to revenue", "capex", "revenue"),
    "da_to_net_income": ("D&A to net income", "depreciation_amortization", "net_income"),
}
"""Ratios tested: label, numerator, denominator."""

FEWEST_PERIODS = 24
LEVEL = 0.95
DRAWS = 9_999
INFLUENCE_DRAWS = 999


@dataclass(frozen=True)
class Candidate(Brief):
    """A series to test, or why it cannot be.

    Parameters
    ----------
    kind, name : str
        What is tested, and of whom.
    series : Series or None
        Periods without gaps, in levels, seasonally adjusted; None where refused.
    n_periods : int
        How many there are.
    refused : str
        Why it is not tested; empty where it is.
    trend : str
        Deterministic terms of the regression.
    drift : str
        Whether the null keeps the mean change (:func:`wild_bootstrap_critical_values`).
    """

    kind: str
    name: str
    series: pd.Series | None
    n_periods: int
    refused: str = ""
    trend: Trend = "c"
    drift: Drift = "none"


def ratio_candidates(
    quarters: Panel,
    ratio: str,
    companies: Sequence[str] = tuple(COMPANIES),
    *,
    is_adjusted: bool = True,
) -> list[Candidate]:
    """Make one ratio of every company ready for the test: its newest unbroken run of quarters.

    Parameters
    ----------
    quarters : Panel
        Quarterly figures.
    ratio : str
        capex_to_revenue or da_to_net_income.
    companies : sequence of str
        Companies.
    is_adjusted : bool
        Whether the season is taken out.
    """
    kind, numerator, denominator = RATIOS[ratio]
    found = []
    for company in companies:
        run = _newest_run(quarters, company, [numerator, denominator])
        if len(run) < FEWEST_PERIODS:
            refused = f"{len(run)} quarters in a row, fewer than {FEWEST_PERIODS}"
            found.append(Candidate(kind, company, None, len(run), refused))
            continue
        try:
            series = defined_ratio(
                run[numerator], run[denominator], label=denominator.replace("_", " ")
            )
            series = seasonally_adjusted(series) if is_adjusted else series
        except AnalysisError as refusal:
            found.append(Candidate(kind, company, None, len(run), str(refusal)))
        else:
            found.append(Candidate(kind, company, series, len(run)))
    return found


def summed_candidate(quarters: Panel, companies: Sequence[str], name: str) -> Candidate:
    """Sum companies' capital expenditure, to be tested with a trend.

    It grows steadily under the null, so that the regression has a trend and the null its drift.

    Parameters
    ----------
    quarters : Panel
        Quarterly figures in one currency.
    companies : sequence of str
        Companies summed; only quarters in which all are known.
    name : str
        What the group is called.
    """
    wide = quarters.wide("capex").reindex(columns=list(companies))
    total = wide.sum(axis=1, min_count=len(companies)).dropna()
    adjusted = seasonally_adjusted(total)
    kind = "capex, summed"
    return Candidate(kind, name, adjusted, len(total), trend="ct", drift="estimated")


def rent_candidates(log_rents: Mapping[str, pd.Series]) -> list[Candidate]:
    """Make rents ready for the test.

    Parameters
    ----------
    log_rents : mapping of str to Series
        Log rent by month, without gaps, by GPU.
    """
    return [
        Candidate(
            "rent", gpu, None, len(one), f"{len(one)} months in a row, fewer than {FEWEST_PERIODS}"
        )
        if len(one) < FEWEST_PERIODS
        else Candidate("rent", gpu, np.exp(one), len(one))
        for gpu, one in log_rents.items()
    ]


def scale_of(series: pd.Series) -> str:
    """Name the scale in which a series is tested.

    Examples
    --------
    >>> scale_of(pd.Series([0.1, 2.0])), scale_of(pd.Series([-0.1, 2.0]))
    ('logs', 'levels')
    """
    return "logs" if bool((series > 0).all()) else "levels"


def explosive_family(
    candidates: Sequence[Candidate], level: float = LEVEL, draws: int = DRAWS
) -> pd.DataFrame:
    """Test all candidates as one family (GSADF, lag 0, wild bootstrap, Holm).

    Parameters
    ----------
    candidates : sequence of Candidate
        Of all tables.
    level : float
        Confidence level that holds for the family.
    draws : int
        Of the bootstrap.

    Returns
    -------
    DataFrame
        Indexed by kind and name: n, scale, statistic, critical_value and p_value (wild bootstrap,
        one series alone), p_other_scale, p_holm, rejects; for those that reject: direction (up or
        down over the stretch), stretch (first and last period above the critical values of each
        date), hangs_on (the period without whose change the p-value is largest) and p_without it;
        refused.
    """
    rows: dict[tuple[str, str], dict[str, object]] = {}
    tests: dict[tuple[str, str], tuple[Candidate, ExuberanceTest]] = {}
    for one in candidates:
        key = (one.kind, one.name)
        rows[key] = {"n": one.n_periods, "refused": one.refused}
        if one.series is None:
            continue
        scale = scale_of(one.series)
        both = {"levels": one.series, "logs": np.log(one.series.where(one.series > 0))}
        test, critical, p_value = _tested(both[scale], one, level, draws)
        other = next(name for name in both if name != scale)
        p_other = (
            _tested(both[other], one, level, draws)[2] if both[other].notna().all() else np.nan
        )
        rows[key] |= {
            "scale": scale,
            "statistic": test.statistic,
            "critical_value": critical,
            "p_value": p_value,
            "p_other_scale": p_other,
        }
        tests[key] = one, test
    table = _adjusted(_framed(rows), level)
    found = {key: _described(*tests[key], level) for key in table.index[table["rejects"].eq(True)]}
    columns = ["direction", "stretch", "hangs_on", "p_without"]
    details = pd.DataFrame.from_dict(found, orient="index", columns=columns)
    return table.join(details.reindex(table.index))


def _framed(rows: Mapping[tuple[str, str], Mapping[str, object]]) -> pd.DataFrame:
    columns = ["n", "scale", "statistic", "critical_value", "p_value", "p_other_scale", "refused"]
    index = pd.MultiIndex.from_tuples(list(rows), names=["kind", "name"])
    return pd.DataFrame(list(rows.values()), index=index, columns=columns)


def _tested(
    series: pd.Series, candidate: Candidate, level: float, draws: int
) -> tuple[ExuberanceTest, float, float]:
    """Test one series, with its critical value and p-value by the wild bootstrap."""
    test = gsadf(series, trend=candidate.trend)
    null = wild_bootstrap_critical_values(
        series, trend=candidate.trend, drift=candidate.drift, draws=draws
    ).distributions["GSADF"]
    return test, null.critical_value(level), null.p_value(test.statistic)


def _adjusted(table: pd.DataFrame, level: float) -> pd.DataFrame:
    """Adjust the p-values of all tables together."""
    holm = pd.Series(np.nan, table.index)
    p_values = table["p_value"].dropna().astype(float)
    if len(p_values):
        holm[p_values.index] = multipletests(p_values, method="holm")[1]
    return table.assign(p_holm=holm, rejects=(holm < 1.0 - level).where(holm.notna()))


def _described(candidate: Candidate, test: ExuberanceTest, level: float) -> tuple[object, ...]:
    """Say of a series that rejects which way it went, when, and on which period it hangs."""
    beyond = test.sequence > test.sequence_critical_values[level]
    peak = int(np.nanargmax(test.sequence.to_numpy()))
    first = last = peak
    while first > 0 and beyond.iloc[first - 1]:
        first -= 1
    while last + 1 < len(beyond) and beyond.iloc[last + 1]:
        last += 1
    values = test.observations.to_numpy(float)
    direction = "up" if values[first : last + 1].mean() > values[max(first - 1, 0)] else "down"
    index = test.sequence.index
    stretch = f"{index[first]} to {index[last]}" if last > first else str(index[first])
    hangs_on, p_without = influence(candidate, test.observations)
    return direction, stretch, hangs_on, p_without


def influence(candidate: Candidate, observations: pd.Series) -> tuple[str, float]:
    """Find the period whose change matters most: without it the p-value is largest.

    Parameters
    ----------
    candidate : Candidate
        Says how it is tested.
    observations : Series
        What was tested, in its scale.

    Returns
    -------
    tuple of str and float
        The period, and the p-value of the series in which it brings no change, one series alone.
    """
    changes = observations.diff().fillna(0.0).to_numpy()
    p_values = {}
    for place in np.flatnonzero(changes).tolist():
        without = np.where(np.arange(len(changes)) == place, 0.0, changes)
        series = pd.Series(observations.iloc[0] + np.cumsum(without), observations.index)
        p_values[str(observations.index[place])] = _tested(
            series, candidate, LEVEL, INFLUENCE_DRAWS
        )[2]
    period = max(p_values, key=lambda name: p_values[name])
    return period, p_values[period]


def _newest_run(quarters: Panel, company: str, columns: list[str]) -> pd.DataFrame:
    """Newest unbroken run of quarters in which all columns are known."""
    rows = quarters.frame[quarters.frame.index.get_level_values("company") == company]
    known = rows.droplevel("company")[columns].dropna()
    if known.empty:
        return known
    every = pd.period_range(known.index.min(), known.index.max(), freq="Q")
    is_known = pd.Series(every.isin(known.index), every)
    run = is_known[::-1].cumprod()[::-1].astype(bool)
    return known[known.index.isin(every[run.to_numpy()])]
