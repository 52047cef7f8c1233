"""Sobol' indices: the share of a measure's variance that each assumption accounts for."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd

from analysis.arguments import as_whole, refused
from analysis.arrays import Floats
from analysis.brief import Brief
from analysis.errors import AssumptionError, Fault
from analysis.rental.inputs.cases import Case, as_case
from analysis.rental.questions.sensitivity.spans import refuse_correlation, refuse_rent_paths
from analysis.rental.questions.sensitivity.swept_measures import check_measure, measured_lanes
from analysis.rental.questions.simulate.distributions import Limits
from analysis.rental.questions.simulate.uncertainty import Uncertainty

Model = Callable[[dict[str, Floats]], Floats]
Quantile = Callable[[Floats], Floats]

MOST = 2**16  # the resampling behind the errors holds a hundred times as many numbers in memory
CONFIDENCE = 0.95
# SALib's points are multiples of 2^-30, zero among them, where a normal quantile is infinite
_OPEN = 2.0**-31, 1.0 - 2.0**-31


@dataclass(frozen=True)
class Sobol(Brief):
    """First-order and total Sobol' indices of a model.

    The first-order index of an assumption is the share of the variance that would vanish if it
    were known; the total index, the share that would remain if all others were known. Both are the
    same without interaction.

    Parameters
    ----------
    measure : str
        What varies.
    frame : DataFrame
        Index ``assumption``, largest total first; columns ``first_order``, ``first_order_error``,
        ``total``, ``total_error``: shares of the variance, and half the width of their 95 %
        confidence interval.
    second_order : DataFrame or None
        Index ``one`` and ``other``, largest first; columns ``second_order`` and
        ``second_order_error``: the share that two assumptions account for together beyond what
        each does alone.
    mean, mean_error, standard_deviation : float
        Of the measure, in its unit; the standard error is that of independent points.
    n, n_evaluations, seed : int
        Base sample, model evaluations, and seed of both points and resampling.
    """

    measure: str
    frame: pd.DataFrame
    second_order: pd.DataFrame | None
    mean: float
    mean_error: float
    standard_deviation: float
    n: int
    n_evaluations: int
    seed: int

    @property
    def share_without_interaction(self) -> float:
        """Sum of the first-order indices: what the assumptions explain one by one."""
        return float(self.frame["first_order"].sum())

    def record(self) -> dict[str, Any]:
        """Return everything as plain values."""

        def plain(frame: pd.DataFrame) -> list[dict[str, Any]]:
            return frame.reset_index().to_dict("records")  # type: ignore[return-value]

        return {
            "measure": self.measure,
            "assumptions": plain(self.frame),
            "pairs": None if self.second_order is None else plain(self.second_order),
            "share_without_interaction": self.share_without_interaction,
            "confidence": CONFIDENCE,
            "mean": self.mean,
            "mean_error": self.mean_error,
            "standard_deviation": self.standard_deviation,
            "n": self.n,
            "n_evaluations": self.n_evaluations,
            "seed": self.seed,
        }


def sobol(
    case: Case,
    uncertainty: Uncertainty,
    measure: str = "equity_npv_cny",
    *,
    n: int = 4096,
    seed: int = 0,
    has_second_order: bool = False,
    threads: int = 1,
) -> Sobol:
    """Estimate Sobol' indices of a measure of the rental model.

    Parameters
    ----------
    case : Assumptions
        The case; what is uncertain replaces its values.
    uncertainty : Uncertainty
        Independent distributions of at least two assumptions.
    measure : str
        A measure that is one number, and exists in every scenario. Where a rate of return does
        not, ask for the present value at the rate that is to be beaten instead.
    n, seed, has_second_order
        As for `indices`.
    threads : int
        Threads of the compiled engine; results do not depend on it.

    Returns
    -------
    Sobol
        Indices, sorted.

    Raises
    ------
    AssumptionError
        If assumptions are correlated, rent paths are uncertain, the measure does not exist in some
        scenario or does not vary, or `n` is no power of two.
    """
    check_measure(measure)
    if not isinstance(uncertainty, Uncertainty):
        raise refused("uncertainty", uncertainty, "an Uncertainty(distributions=...)")
    refuse_rent_paths(uncertainty)
    refuse_correlation(uncertainty)
    case = as_case(case)
    uncertainty.check_case(case, [measure])
    quantiles = {
        name: partial(Limits.of(name).quantile, distribution)
        for name, distribution in uncertainty.distributions.items()
    }
    return indices(
        partial(measured_lanes, case, measure=measure, threads=threads),
        quantiles,
        measure=measure,
        n=n,
        seed=seed,
        has_second_order=has_second_order,
    )


def indices(
    model: Model,
    quantiles: Mapping[str, Quantile],
    *,
    measure: str,
    n: int,
    seed: int,
    has_second_order: bool = False,
) -> Sobol:
    """Estimate Sobol' indices of any model with independent inputs.

    With matrices A and B of `n` points each and A with column *i* of B, the estimators are those of
    Saltelli et al. (2010), ``mean(f(B) (f(AB_i) - f(A))) / var f`` and
    ``mean((f(A) - f(AB_i))^2) / (2 var f)``, on scrambled Sobol' points; SALib has both. Intervals
    are from its bootstrap.

    Parameters
    ----------
    model : callable
        From a dict of input name to values, shape (n_evaluations,), to outputs of that shape.
    quantiles : mapping of str to callable
        Quantile function of each input.
    measure : str
        What the output is called.
    n, seed : int
        Points, a power of two up to `MOST`, and the seed, not negative. The model is evaluated
        ``n (k + 2)`` times for *k* inputs, or ``n (2 k + 2)`` times with second-order indices.
    has_second_order : bool
        Whether pairs are estimated too.

    Raises
    ------
    AssumptionError
        If there are fewer than two inputs, `n` or the seed is impossible, or outputs are missing or
        all the same.

    References
    ----------
    Saltelli, A. et al. (2010). "Variance based sensitivity analysis of model output." *Computer
    Physics Communications* 181(2), 259-270.

    Examples
    --------
    The sum of two uniform numbers, the second twice as wide: a fifth and four fifths of it.

    >>> found = indices(
    ...     lambda given: given["one"] + given["two"],
    ...     {"one": lambda u: u, "two": lambda u: 2 * u}, measure="sum", n=4096, seed=1,
    ... )
    >>> found.frame["total"].round(2).to_dict()
    {'two': 0.8, 'one': 0.2}
    """
    _check(quantiles, n, seed)
    from SALib.analyze import sobol as analysis
    from SALib.sample import sobol as sampling

    names = list(quantiles)
    problem = {"num_vars": len(names), "names": names, "bounds": [[0.0, 1.0]] * len(names)}
    # generators, since SALib takes seed 0 of the resampling for none
    of_points, of_errors = map(np.random.default_rng, np.random.SeedSequence(seed).spawn(2))
    points = sampling.sample(problem, n, calc_second_order=has_second_order, seed=of_points)
    points = np.clip(points, *_OPEN)
    values = model({name: quantiles[name](points[:, i]) for i, name in enumerate(names)})
    _check_values(values, measure)
    found = analysis.analyze(
        problem, values, calc_second_order=has_second_order, conf_level=CONFIDENCE, seed=of_errors
    )
    own = values.reshape(n, -1)[:, [0, -1]].T.ravel()  # A and B: independent points
    return Sobol(
        measure,
        _singles(names, found),
        _pairs(names, found) if has_second_order else None,
        mean=float(own.mean()),
        mean_error=float(own.std(ddof=1)) / math.sqrt(own.size),
        standard_deviation=float(own.std(ddof=1)),
        n=n,
        n_evaluations=len(values),
        seed=seed,
    )


def _singles(names: list[str], found: Mapping[str, Floats]) -> pd.DataFrame:
    frame = pd.DataFrame(
        {
            "first_order": found["S1"],
            "first_order_error": found["S1_conf"],
            "total": found["ST"],
            "total_error": found["ST_conf"],
        },
        index=pd.Index(names, name="assumption"),
    )
    return frame.sort_values("total", ascending=False, kind="stable")


def _pairs(names: list[str], found: Mapping[str, Floats]) -> pd.DataFrame:
    pairs = list(combinations(range(len(names)), 2))
    frame = pd.DataFrame(
        {
            "second_order": [found["S2"][pair] for pair in pairs],
            "second_order_error": [found["S2_conf"][pair] for pair in pairs],
        },
        index=pd.MultiIndex.from_tuples(
            [(names[i], names[j]) for i, j in pairs], names=["one", "other"]
        ),
    )
    return frame.sort_values("second_order", ascending=False, kind="stable")


def _check(quantiles: Mapping[str, Quantile], n: int, seed: int) -> None:
    n, seed = as_whole("n", n), as_whole("seed", seed)
    faults = []
    if len(quantiles) < 2:
        found = ", ".join(quantiles)
        expected = "at least two uncertain assumptions"
        faults.append(Fault("sobol", None, "distributions", found, expected))
    if not (2 <= n <= MOST and n & (n - 1) == 0):
        faults.append(Fault("sobol", None, "n", str(n), f"a power of two from 2 to {MOST}"))
    if seed < 0:
        faults.append(Fault("sobol", None, "seed", str(seed), "zero or more"))
    if faults:
        raise AssumptionError(faults)


def _check_values(values: Floats, measure: str) -> None:
    n_missing = int((~np.isfinite(values)).sum())
    if n_missing:
        found = f"none in {n_missing:,} of {values.size:,} scenarios"
        expected = (
            f"{measure} in every scenario, or its share of the variance means nothing; for a rate "
            "of return take equity_npv_cny or project_npv_cny, the discount rate set to the rate "
            "that is to be beaten"
        )
        raise AssumptionError([Fault("sobol", None, "measure", found, expected)])
    if np.ptp(values) <= 1e-12 * np.abs(values).max():
        found = f"{values[0]:g} in every scenario"
        raise AssumptionError([Fault("sobol", None, "measure", found, "a measure that varies")])
