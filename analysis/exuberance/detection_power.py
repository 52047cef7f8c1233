"""Power of the tests: how often they find an explosive stretch that is there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd

from analysis.arrays import Floats
from analysis.exuberance.null_draws import DEFAULT_SEED, TESTS, simulate
from analysis.exuberance.specification import Specification, Trend, WindowCounts, specify
from analysis.exuberance.stored import default_critical_values


@dataclass(frozen=True, eq=False)
class Power:
    """Rejection rates by explosive root.

    Parameters
    ----------
    specification : Specification
        Regression and windows.
    rates : DataFrame
        Share of rejections, one row a root, one column a test; a root of 1 gives the size.
    level : float
        Confidence level of the tests.
    origin, duration : int
        The explosive stretch: position of its first observation from 0, and its length.
    is_collapsing : bool
        Whether the series falls back after the stretch.
    initial_level : float
        First value, in standard deviations of a period's error.
    draws, seed : int
        Of the simulation.
    """

    specification: Specification
    rates: pd.DataFrame
    level: float
    origin: int
    duration: int
    is_collapsing: bool
    initial_level: float
    draws: int
    seed: int

    @property
    def standard_errors(self) -> pd.DataFrame:
        """Simulation errors of the rates, sqrt(p (1 - p) / draws)."""
        return (self.rates * (1 - self.rates) / self.draws) ** 0.5

    def __str__(self) -> str:
        """Render as a table under its assumptions."""
        after = "then a collapse" if self.is_collapsing else "no collapse within the sample"
        stretch = f"explosive from observation {self.origin + 1} to {self.origin + self.duration}"
        first = f"first level {self.initial_level:g} standard deviations"
        return "\n".join(
            [
                f"Share of rejections at {self.level:.0%}, {self.draws:,} draws, seed {self.seed}",
                f"{stretch}, {after}; {first}",
                str(self.specification),
                self.rates.to_string(float_format="{:.3f}".format),
            ]
        )


def power(
    n_observations: int,
    roots: Sequence[float],
    *,
    origin: int | None = None,
    duration: int | None = None,
    is_collapsing: bool = True,
    initial_level: float = 100 / 6.79,
    lags: int = 0,
    trend: Trend = "c",
    window: int | None = None,
    window_counts: WindowCounts = "levels",
    level: float = 0.95,
    draws: int = 4_999,
    seed: int = DEFAULT_SEED,
    threads: int | None = None,
) -> Power:
    r"""Simulate how often the tests reject when a stretch of the sample is explosive.

    .. math:: y_t = \begin{cases} \rho\, y_{t-1} + \varepsilon_t & \tau_e \le t < \tau_f \\
              y_{\tau_e - 1} + \varepsilon_t & t = \tau_f, \rho > 1 \text{ (collapse)} \\
              y_{t-1} + \varepsilon_t & \text{otherwise} \end{cases}, \quad
              \varepsilon_t \sim N(0, 1)

    Parameters
    ----------
    n_observations : int
        Length of the series.
    roots : sequence of float
        Roots :math:`\rho` per period; 1 gives the size.
    origin : int, optional
        Position, from 0, of the first explosive observation; two fifths into the sample when None.
    duration : int, optional
        Length of the stretch; a fifth of the sample when None.
    is_collapsing : bool
        Whether the series falls back to where the stretch began, if the sample goes on so long.
    initial_level : float
        First value in standard deviations of a period's error: the higher, the sooner a root shows.
        The default is that of Phillips, Shi and Yu (2015), 100 at 6.79.
    lags, trend, window, window_counts
        As in `specify`.
    level : float
        Confidence level of the tests, whose critical values are the default ones.
    draws, seed, threads
        As in `monte_carlo_critical_values`.

    Returns
    -------
    Power
        Rejection rates of the four tests by root.

    Raises
    ------
    InfeasibleTestError
        Lags or window do not fit the length.
    ValueError
        The stretch does not lie within the sample.

    References
    ----------
    Phillips, P. C. B., Shi, S., and Yu, J. (2015). Testing for multiple bubbles: historical
    episodes of exuberance and collapse in the S&P 500. International Economic Review 56, 1043-1078.

    Examples
    --------
    >>> study = power(34, [1.0, 1.1], draws=999)
    >>> bool(study.rates.loc[1.1, "GSADF"] > 0.3 > study.rates.loc[1.0, "GSADF"])
    True
    """
    specification = specify(
        n_observations, lags=lags, trend=trend, window=window, window_counts=window_counts
    )
    first, length = _stretch(n_observations, origin, duration)
    paths_of = partial(_paths, n_observations, first, length, is_collapsing, initial_level)
    rates = _rejection_rates(specification, roots, paths_of, level, draws, seed, threads)
    has_collapsed = is_collapsing and first + length < n_observations
    return Power(
        specification, rates, level, first, length, has_collapsed, initial_level, draws, seed
    )


def _stretch(n_observations: int, origin: int | None, duration: int | None) -> tuple[int, int]:
    """Return where the explosive stretch begins and how long it is."""
    first = 2 * n_observations // 5 if origin is None else origin
    length = n_observations // 5 if duration is None else duration
    if not (first >= 1 and length >= 1 and first + length <= n_observations):
        raise ValueError(
            f"{length} explosive observations from position {first} do not lie within positions "
            f"1 to {n_observations - 1}"
        )
    return first, length


def _paths(
    n_observations: int,
    first: int,
    length: int,
    is_collapsing: bool,
    initial_level: float,
    root: float,
    generator: np.random.Generator,
    n_paths: int,
) -> Floats:
    """Draw series that are explosive for a stretch, as the equation of `power` says."""
    paths = generator.standard_normal((n_paths, n_observations))
    paths[:, 0] += initial_level
    for t in range(1, n_observations):
        before = paths[:, t - 1]
        if first <= t < first + length:
            before = root * before
        elif is_collapsing and root > 1 and t == first + length:
            before = paths[:, first - 1]
        paths[:, t] += before
    return paths


def _rejection_rates(
    specification: Specification,
    roots: Sequence[float],
    paths_of: Callable[[float, np.random.Generator, int], Floats],
    level: float,
    draws: int,
    seed: int,
    threads: int | None,
) -> pd.DataFrame:
    """Return how often each test rejects, one row a root."""
    critical = default_critical_values(specification)
    thresholds = {name: critical.distributions[name].critical_value(level) for name in TESTS}
    rates = {}
    for root in roots:
        simulated = simulate(
            specification,
            partial(paths_of, root),
            draws=draws,
            seed=seed,
            purpose="power",
            threads=threads,
        )
        suprema = simulated.suprema(specification.n_ends)
        rates[root] = {name: float(np.mean(suprema[name] > thresholds[name])) for name in TESTS}
    return pd.DataFrame.from_dict(rates, orient="index").rename_axis("root")
