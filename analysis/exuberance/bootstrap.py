"""Wild bootstrap: critical values from a series' own errors, with a variance that may change."""

from __future__ import annotations

from functools import partial
from typing import Literal, get_args

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from analysis.arrays import Floats
from analysis.exuberance.critical_values import CriticalValues, tabulate
from analysis.exuberance.null_draws import DEFAULT_DRAWS, DEFAULT_SEED, simulate
from analysis.exuberance.series import observations_of
from analysis.exuberance.specification import Trend, WindowCounts, one_of, specify
from analysis.exuberance.unsuitable import UnsuitableSeriesError

Drift = Literal["none", "estimated"]


def wild_bootstrap_critical_values(
    y: ArrayLike | pd.Series,
    *,
    lags: int = 0,
    trend: Trend = "c",
    window: int | None = None,
    window_counts: WindowCounts = "levels",
    drift: Drift = "none",
    horizon: int | None = None,
    draws: int = DEFAULT_DRAWS,
    seed: int = DEFAULT_SEED,
    threads: int | None = None,
) -> CriticalValues:
    r"""Bootstrap critical values under a unit root with the series' own errors.

    The regression is estimated under the null, its residuals keep their dates, and each draw gives
    every residual a sign of its own (Rademacher weights), so that a change of variance stays where
    it was:

    .. math:: \Delta y^*_t = \hat\mu + \sum_{i=1}^{k} \hat\phi_i \Delta y^*_{t-i}
              + w_t \hat e_t, \quad P(w_t = 1) = P(w_t = -1) = 1/2

    Testing at each of many dates finds something in one of them. As in Phillips and Shi (2020) the
    probability of any false alarm is therefore controlled over a stated number of observations, by
    the distribution of the largest BSADF among them. They draw residuals from all dates with
    Gaussian weights and give every date the same value; here the residuals stay at their dates, as
    in Harvey, Leybourne, Sollis and Taylor (2016).

    Parameters
    ----------
    y : array_like or Series, shape (n,)
        The series that is tested.
    lags, trend, window, window_counts
        As in `specify`; the test's own.
    drift : {"none", "estimated"}
        Whether the null keeps the mean change, :math:`\hat\mu`. "none" is the literature's. A
        series that grows steadily under the null rejects far too often against it; "estimated" is
        then the valid null, at a loss of power, since an explosive stretch is in the mean too.
    horizon : int, optional
        Last observations over which to control jointly; all that end a window when None, which
        makes the joint critical value that of GSADF.
    draws, seed, threads
        As in `monte_carlo_critical_values`.

    Returns
    -------
    CriticalValues
        For this series and specification.

    Raises
    ------
    InfeasibleTestError
        Lags, window or horizon do not fit the length.
    UnsuitableSeriesError
        The series has gaps or does not vary, or the lags found in it are not stationary.

    References
    ----------
    Phillips, P. C. B., and Shi, S. (2020). Real time monitoring of asset markets: bubbles and
    crises. Handbook of Statistics 42, 61-80.
    Harvey, D. I., Leybourne, S. J., Sollis, R., and Taylor, A. M. R. (2016). Tests for explosive
    financial bubbles in the presence of non-stationary volatility. Journal of Empirical Finance 38,
    548-574.
    """
    one_of("drift", drift, get_args(Drift))
    values = observations_of(y).to_numpy()
    specification = specify(
        values.size, lags=lags, trend=trend, window=window, window_counts=window_counts
    )
    changes = np.diff(values)
    mean, steps = (changes.mean(), "estimated drift") if drift == "estimated" else (0.0, "no drift")
    paths_of = partial(_resampled, values[0], mean, *_null_model(changes, mean, lags))
    simulated = simulate(
        specification, paths_of, draws=draws, seed=seed, purpose="wild bootstrap", threads=threads
    )
    null = f"unit root, {steps}, {lags} lags, the series' residuals with random signs"
    return tabulate(
        specification, simulated, method="wild bootstrap", null=null, seed=seed, horizon=horizon
    )


def _resampled(
    first: float,
    drift: float,
    autoregression: Floats,
    errors: Floats,
    generator: np.random.Generator,
    n_paths: int,
) -> Floats:
    """Draw series under the null, each error at its date with a random sign."""
    signs = np.where(generator.random((n_paths, errors.size)) < 0.5, -1.0, 1.0)
    changes = signs * errors
    for t in range(autoregression.size, errors.size):
        for lag, coefficient in enumerate(autoregression, start=1):
            changes[:, t] += coefficient * changes[:, t - lag]
    paths = np.empty((n_paths, errors.size + 1))
    paths[:, 0] = first
    paths[:, 1:] = first + np.cumsum(changes + drift, axis=1)
    return paths


def _null_model(changes: Floats, mean: float, lags: int) -> tuple[Floats, Floats]:
    """Return the changes' autoregression about a mean, and errors; the first are deviations.

    With a mean of zero and no lags the changes themselves are given signs. The series is then one
    of those that are drawn, each as likely where steps are independent and symmetric, so that the
    size is exact at any length. Less a mean that the null has not they are too small: of families
    of 13 short series 16 to 22 % held a rejection where 5 % may (`docs/coverage.md`).
    """
    if np.ptp(changes) <= 1e-12 * np.max(np.abs(changes)):
        raise UnsuitableSeriesError("every change of the series is the same: nothing to resample")
    deviations = changes - mean
    if lags == 0:
        return np.empty(0), deviations
    design = np.column_stack(
        [deviations[lags - lag : changes.size - lag] for lag in range(1, lags + 1)]
    )
    solved = np.linalg.lstsq(design, deviations[lags:], rcond=None)[0]
    coefficients = np.asarray(solved, dtype=np.float64)
    roots = np.roots(np.concatenate([[1.0], -coefficients]))
    if np.max(np.abs(roots)) >= 1.0:
        raise UnsuitableSeriesError(
            f"the changes follow an autoregression of {lags} lags that is not stationary "
            f"(largest root {np.max(np.abs(roots)):.2f}): bootstrap with fewer lags"
        )
    errors = deviations.copy()
    errors[lags:] -= design @ coefficients
    return coefficients, errors
