"""Laws of the ADF and KPSS statistics in short records, drawn under their nulls.

With three years of months, and lags chosen by the data, both tests reject what is true two or three
times as often as their tables say. Here each statistic is set beside those of drawn records of the
same length that go through the same choice of lags.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from analysis.arrays import Floats, Integers

N_NULL_DRAWS = 4999
NULL_SEED = 20261128
AT_ONCE = 500  # draws held in memory


def adf_statistics(values: Floats, longest: int) -> Floats:
    r"""Return ADF statistics with constant and trend, lags by AIC, of many series at once.

    .. math::
        \Delta y_t = a + b t + \gamma y_{t-1} + \sum_{i=1}^{p} \phi_i \Delta y_{t-i} + u_t,
        \qquad ADF = \hat\gamma / se(\hat\gamma)

    Parameters
    ----------
    values : array, shape (n_series, n_months)
        Log rents; no series may be still or a line.
    longest : int
        Most lags tried; AIC compares all on the months that the most lags leave.

    Returns
    -------
    array, shape (n_series,)

    Notes
    -----
    Equal to ``statsmodels.tsa.stattools.adfuller(..., regression="ct", autolag="AIC")`` series by
    series. One QR factorization holds the sums of squares of all lags: each further regressor takes
    off the square of the projection on its orthogonal part.
    """
    design, change = _adf_regression(values, longest)
    n_rows = change.shape[1]
    basis, _ = np.linalg.qr(design)
    projected = np.einsum("stk,st->sk", basis, change)
    left = (change**2).sum(axis=1)[:, None] - np.cumsum(projected**2, axis=1)
    n_regressors = np.arange(3, longest + 4)
    aic = n_rows * np.log(left[:, 2:]) + 2.0 * n_regressors
    n_lags = aic.argmin(axis=1)
    found = np.empty(len(values))
    for lags in np.unique(n_lags):
        chosen = n_lags == lags
        found[chosen] = _adf_ratios(values[chosen], int(lags))
    return found


def _adf_regression(values: Floats, lags: int) -> tuple[Floats, Floats]:
    """Regressors (constant, trend, level before, lagged changes) and changes, of many series."""
    changes = np.diff(values, axis=1)
    n_rows = changes.shape[1] - lags
    ones = np.ones((len(values), n_rows))
    columns = [ones, ones * np.arange(1.0, n_rows + 1.0), values[:, lags:-1]]
    columns += [changes[:, lags - lag : lags - lag + n_rows] for lag in range(1, lags + 1)]
    return np.stack(columns, axis=2), changes[:, lags:]


def _adf_ratios(values: Floats, lags: int) -> Floats:
    """Coefficient of the level over its standard error, from the last column of a QR."""
    design, change = _adf_regression(values, lags)
    n_rows, n_columns = design.shape[1:]
    level_last = [*range(2), *range(3, n_columns), 2]
    basis, triangle = np.linalg.qr(design[:, :, level_last])
    projected = np.einsum("stk,st->sk", basis, change)
    left = (change**2).sum(axis=1) - (projected**2).sum(axis=1)
    scale = np.sqrt(left / (n_rows - n_columns))
    return np.asarray(np.sign(triangle[:, -1, -1]) * projected[:, -1] / scale)


def kpss_statistics(values: Floats) -> Floats:
    r"""Return KPSS statistics around a trend, of many series at once.

    .. math::
        KPSS = \frac{1}{n^2 \hat\sigma^2} \sum_t \Big(\sum_{s \le t} \hat u_s\Big)^2

    with residuals of a line and a Bartlett estimate of the long-run variance whose lags follow
    Hobijn, Franses and Ooms (2004).

    Parameters
    ----------
    values : array, shape (n_series, n_months)
        Log rents; no series may be a line.

    Returns
    -------
    array, shape (n_series,)

    Notes
    -----
    Equal to ``statsmodels.tsa.stattools.kpss(..., regression="ct", nlags="auto")`` of each series.
    """
    n = values.shape[1]
    line, _ = np.linalg.qr(np.column_stack([np.ones(n), np.arange(n)]))
    residuals = values - values @ line @ line.T
    products = np.stack(
        [(residuals[:, lag:] * residuals[:, : n - lag]).sum(axis=1) for lag in range(n)], axis=1
    )
    n_lags = np.minimum(_kpss_lags(products, n), n - 1)
    lag = np.arange(1, n)
    weights = np.maximum(1.0 - lag / (n_lags[:, None] + 1.0), 0.0)
    variance = (products[:, 0] + 2.0 * (weights * products[:, 1:]).sum(axis=1)) / n
    return np.asarray((residuals.cumsum(axis=1) ** 2).sum(axis=1) / n**2 / variance)


def _kpss_lags(products: Floats, n: int) -> Integers:
    """Choose lags from the sums of products of residuals, by lag from none."""
    seen = np.arange(1, int(n ** (2.0 / 9.0)) + 1)
    covariances = 2.0 * products[:, seen] / n
    ratio = (covariances @ seen) / (products[:, 0] / n + covariances.sum(axis=1))
    return np.asarray((1.1447 * (ratio**2) ** (1.0 / 3.0) * n ** (1.0 / 3.0)).astype(int))


@lru_cache(maxsize=64)
def null_statistics(n_months: int, longest: int) -> tuple[Floats, Floats]:
    """Draw both statistics where their nulls are true; the same for a length, always.

    Parameters
    ----------
    n_months : int
        Months of a record.
    longest : int
        Most lags that the ADF test tries.

    Returns
    -------
    adf : array, shape (N_NULL_DRAWS,)
        Of random walks with normal steps; any drift gives the same, since a trend is taken off.
    kpss : array, shape (N_NULL_DRAWS,)
        Of independent normal deviations from a line.
    """
    shocks = np.random.default_rng((NULL_SEED, n_months)).standard_normal((N_NULL_DRAWS, n_months))
    parts = np.array_split(shocks, -(-N_NULL_DRAWS // AT_ONCE))
    return (
        np.concatenate([adf_statistics(part.cumsum(axis=1), longest) for part in parts]),
        np.concatenate([kpss_statistics(part) for part in parts]),
    )


def drawn_p_values(adf: float, kpss: float, *, n_months: int, longest: int) -> tuple[float, float]:
    r"""Return the p-values of an ADF and a KPSS statistic among drawn ones.

    .. math::
        p = \frac{1 + \#\{\text{draws at least as extreme}\}}{1 + N}

    Parameters
    ----------
    adf, kpss : float
        Statistics of a record; ADF rejects far below zero, KPSS far above.
    n_months, longest : int
        As in `null_statistics`.

    Returns
    -------
    adf, kpss : float
        Of one side each, never below 1 / (1 + N_NULL_DRAWS).
    """
    walks, lines = null_statistics(n_months, longest)
    n_draws = N_NULL_DRAWS + 1.0
    return (1 + int((walks <= adf).sum())) / n_draws, (1 + int((lines >= kpss).sum())) / n_draws
