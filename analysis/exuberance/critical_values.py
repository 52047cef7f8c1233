"""Monte Carlo critical values: what the statistics are under the null, by simulation."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy import special

from analysis.arrays import Floats
from analysis.brief import Brief
from analysis.exuberance.null_draws import DEFAULT_DRAWS, DEFAULT_SEED, Draws, simulate
from analysis.exuberance.specification import (
    Specification,
    Trend,
    WindowCounts,
    specify,
)
from analysis.exuberance.unsuitable import InfeasibleTestError

LEVELS: Final = (0.90, 0.95, 0.99)
"""Confidence levels of printed and of sequences of critical values."""


@dataclass(frozen=True, eq=False)
class NullDistribution(Brief):
    """A statistic's distribution under the null, linear between tabulated quantiles.

    Parameters
    ----------
    probabilities, quantiles : array, shape (m,)
        Both ascending.
    """

    probabilities: Floats
    quantiles: Floats

    @classmethod
    def of(cls, statistics: Floats) -> NullDistribution:
        """Tabulate the i-th of B draws at i / (B + 1); one left undefined ranks lowest."""
        defined = np.sort(statistics[~np.isnan(statistics)])
        n_undefined = statistics.size - defined.size
        ranks = n_undefined + np.arange(1, defined.size + 1)
        return cls(ranks / (statistics.size + 1), defined)

    def critical_value(self, level: float) -> float:
        """Return the value exceeded with probability ``1 - level``, NaN outside the table."""
        return float(
            np.interp(level, self.probabilities, self.quantiles, left=np.nan, right=np.nan)
        )

    def interval(self, level: float, draws: int) -> tuple[float, float]:
        """Return where a critical value lies with 95 % confidence, as so many draws tell it.

        The number of draws below the true value is binomial, so that the ranks two
        standard errors around the level bound it; outside the table the last value stands.
        """
        reach = special.ndtri(0.975) * math.sqrt(level * (1.0 - level) / draws)
        low, high = np.interp([level - reach, level + reach], self.probabilities, self.quantiles)
        return float(low), float(high)

    def p_value(self, statistic: float) -> float:
        """Return the probability of at least this statistic, no less than the table resolves."""
        return 1.0 - float(np.interp(statistic, self.quantiles, self.probabilities))

    @property
    def least_p_value(self) -> float:
        """The smallest p-value that the table can tell from zero."""
        return 1.0 - float(self.probabilities[-1])


@dataclass(frozen=True, eq=False)
class CriticalValues:
    """Null distributions of the four tests, and critical values of their sequences.

    Parameters
    ----------
    specification : Specification
        Regression and windows that they hold for.
    method : str
        "Monte Carlo" or "wild bootstrap".
    null : str
        The series that were simulated, in words.
    draws, seed : int
        Of the simulation.
    horizon : int
        Last ends over which the probability of any false alarm is controlled.
    distributions : mapping of str to NullDistribution
        "ADF", "SADF", "BSADF" (at the last observation), "GSADF" and "horizon", the largest BSADF
        of the horizon.
    badf, bsadf : array, shape (3, n_observations)
        Critical values of each end taken alone, at `LEVELS`; NaN before the first end.
    """

    specification: Specification
    method: str
    null: str
    draws: int
    seed: int
    horizon: int
    distributions: Mapping[str, NullDistribution]
    badf: Floats
    bsadf: Floats

    def __str__(self) -> str:
        """Render as a table with what the values hold for."""
        names = [name for name in self.distributions if name != "horizon"]
        lines = [
            f"Critical values by {self.method}: {self.draws:,} draws, seed {self.seed}",
            f"null: {self.null}",
            str(self.specification),
            "level     " + "".join(f"{level:>9.0%}" for level in LEVELS),
        ]
        for name in names:
            values = (self.distributions[name].critical_value(level) for level in LEVELS)
            lines.append(f"{name:<10}" + "".join(f"{value:>9.3f}" for value in values))
        values = (self.distributions["horizon"].critical_value(level) for level in LEVELS)
        lines.append(
            f"{'any of':<10}"
            + "".join(f"{value:>9.3f}" for value in values)
            + f"   BSADF, the last {self.horizon} ends together"
        )
        return "\n".join(lines)


def monte_carlo_critical_values(
    n_observations: int,
    *,
    lags: int = 0,
    trend: Trend = "c",
    window: int | None = None,
    window_counts: WindowCounts = "levels",
    drift: float = 1.0,
    drift_exponent: float = 1.0,
    horizon: int | None = None,
    draws: int = DEFAULT_DRAWS,
    seed: int = DEFAULT_SEED,
    threads: int | None = None,
) -> CriticalValues:
    r"""Simulate critical values under a random walk with Gaussian errors.

    .. math:: y_t = d\, n^{-\eta} + y_{t-1} + \varepsilon_t, \quad \varepsilon_t \sim N(0, 1)

    Finite-sample values for exactly this length, lag length and window, not asymptotic ones.

    Parameters
    ----------
    n_observations : int
        Length of the series, n.
    lags, trend, window, window_counts
        As in `specify`.
    drift, drift_exponent : float
        d, in standard deviations of the error, and :math:`\eta`; both are 1 in Phillips, Shi and Yu
        (2015), a drift too small to matter. A series with a drift that does matter has other
        critical values, and higher ones: ``drift=0.5, drift_exponent=0`` is half a standard
        deviation a period.
    horizon : int, optional
        Last ends to control jointly, as in `wild_bootstrap_critical_values`; all when None.
    draws, seed : int
        Of the simulation.
    threads : int, optional
        Threads; one a processor when None. The values do not depend on it.

    Returns
    -------
    CriticalValues
        For this specification.

    Raises
    ------
    InfeasibleTestError
        Lags, window or horizon do not fit the length.

    References
    ----------
    Phillips, P. C. B., Shi, S., and Yu, J. (2015). Testing for multiple bubbles: historical
    episodes of exuberance and collapse in the S&P 500. International Economic Review 56, 1043-1078.

    Examples
    --------
    >>> values = monte_carlo_critical_values(34, draws=999)
    >>> values.distributions["GSADF"].critical_value(0.95) > 1.5
    True
    """
    specification = specify(
        n_observations, lags=lags, trend=trend, window=window, window_counts=window_counts
    )
    step = drift * n_observations**-drift_exponent

    def random_walks(generator: np.random.Generator, n_paths: int) -> Floats:
        errors = generator.standard_normal((n_paths, n_observations))
        return np.cumsum(errors + step, axis=1)

    simulated = simulate(
        specification, random_walks, draws=draws, seed=seed, purpose="Monte Carlo", threads=threads
    )
    return tabulate(
        specification,
        simulated,
        method="Monte Carlo",
        null=random_walk_in_words(drift, drift_exponent),
        seed=seed,
        horizon=horizon,
    )


def tabulate(
    specification: Specification,
    simulated: Draws,
    *,
    method: str,
    null: str,
    seed: int,
    horizon: int | None,
) -> CriticalValues:
    """Return the critical values that simulated statistics give."""
    ends = specification.n_ends if horizon is None else horizon
    if not 1 <= ends <= specification.n_ends:
        raise InfeasibleTestError(
            f"a horizon of {ends} observations: the windows end at {specification.n_ends}"
        )
    return CriticalValues(
        specification=specification,
        method=method,
        null=null,
        draws=len(simulated.badf),
        seed=seed,
        horizon=ends,
        distributions={
            name: NullDistribution.of(statistics)
            for name, statistics in simulated.suprema(ends).items()
        },
        badf=_each_end(simulated.badf, specification),
        bsadf=_each_end(simulated.bsadf, specification),
    )


def random_walk_in_words(drift: float, drift_exponent: float) -> str:
    """Describe the simulated null."""
    return (
        f"random walk, Gaussian errors, drift {drift:g} n^-{drift_exponent:g} standard deviations"
    )


def _each_end(statistics: Floats, specification: Specification) -> Floats:
    """Return the critical values of every end by itself, one row a level."""
    ranked = np.sort(np.where(np.isnan(statistics), -np.inf, statistics), axis=0)
    n_draws = len(ranked)
    ranks = [min(math.ceil(round(level * (n_draws + 1), 6)), n_draws) - 1 for level in LEVELS]
    values = np.full((len(LEVELS), specification.n_observations), np.nan)
    values[:, specification.first_end :] = ranked[ranks]
    values[np.isneginf(values)] = np.nan
    return values
