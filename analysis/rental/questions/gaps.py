"""Objective function: what a case lacks to a wanted measure, continuous and zero at the answer.

An internal rate of return of *r* is a present value of zero at *r* and not below zero at any lower
rate, a payback of *n* years is a running total of zero after *n* years, whether or not the rate or
the payback exists elsewhere.
None asks for all measures of a result, since looking for rates of return takes the most time.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from analysis.arrays import Floats
from analysis.rental.engines.irr import earned_at
from analysis.rental.engines.result import RentalResult
from analysis.rental.model.lines import symbol
from analysis.rental.model.measures.declared_measures import MEASURES, singles
from analysis.rental.model.measures.measure_kinds import Payback, Rate
from analysis.rental.model.measures.needs import needs_of
from analysis.units import per_period_rate

Gap = Callable[[RentalResult, float], Floats]


def gap_of(name: str) -> Gap:
    """Return the gap of a measure to a wanted value.

    Parameters
    ----------
    name : str
        One of `targets`.

    Returns
    -------
    callable
        From a result and the wanted value to an array over scenarios: zero at the answer, NaN where
        nothing can be said.
    """
    measure = MEASURES[name]
    if isinstance(measure, Rate):
        return _irr_gap(measure)
    if isinstance(measure, Payback):
        return _payback_gap(measure)
    return lambda result, wanted: result.metrics[name] - wanted


def targets() -> tuple[str, ...]:
    """Return the measures that can be asked for: those that are one number a scenario."""
    return singles()


def _irr_gap(measure: Rate) -> Gap:
    def gap(result: RentalResult, wanted: float) -> Floats:
        rate = per_period_rate(wanted, result.assumptions.periods_per_year)
        return earned_at(rate, _flows(result, measure))

    return gap


def _flows(result: RentalResult, measure: Rate | Payback) -> Floats:
    needs = needs_of(result.declaration, measure)
    result.values.add(needs.constants, needs.lines)
    return result.values[measure.flow]


def _payback_gap(measure: Payback) -> Gap:
    def gap(result: RentalResult, wanted: float) -> Floats:
        running = np.cumsum(_flows(result, measure), axis=1)
        at = wanted * result.assumptions.periods_per_year
        whole = min(int(np.floor(at + 1e-12)), result.n_periods)
        following = min(whole + 1, result.n_periods)
        there = running[:, whole] + (at - whole) * (running[:, following] - running[:, whole])
        dust = result.values.at_end(symbol("rounding_cny"))[:, None]
        is_put_in = np.maximum.accumulate(running < -dust, axis=1)
        so_far = np.where(is_put_in, running, -np.inf)[:, : whole + 1].max(axis=1)
        # after the life the total stands still: it is paid back within the life or never
        can_be = is_put_in[:, whole] & (at <= result.constants["life_periods"] + 1e-9)
        return np.where(can_be, np.maximum(so_far, there), np.nan)

    return gap
