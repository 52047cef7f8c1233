"""HAC standard errors: intervals that keep their coverage in short samples.

Divided by its HAC error, a coefficient is not Student-t when the kernel spans a good part of the
sample. Its law for independent normal errors is free of unknowns and can be drawn for the design at
hand; with the kernel's share of the sample held fixed it holds for dependent errors too: Kiefer, N.
M. and Vogelsang, T. J. (2005), "A new asymptotic theory for heteroskedasticity-autocorrelation
robust tests", Econometric Theory 21.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import statsmodels.api as sm

from analysis.arrays import Floats

N_DRAWS = 20_000


def hac_interval(
    values: Floats, design: Floats, *, coefficient: int, n_lags: int, coverage: float
) -> tuple[float, float, float]:
    """Estimate one coefficient by least squares and give it an interval.

    Parameters
    ----------
    values : array, shape (n_months,)
        What is explained.
    design : array, shape (n_months, n_coefficients)
        Regressors.
    coefficient : int
        Which one.
    n_lags : int
        Lags of the Bartlett kernel.
    coverage : float
        Nominal coverage.

    Returns
    -------
    estimate, low, high : float
    """
    fit = sm.OLS(values, design).fit(
        cov_type="HAC", cov_kwds={"maxlags": n_lags, "use_correction": True}
    )
    ratios = _null_ratios(design.tobytes(), design.shape, coefficient, n_lags)
    reach = float(np.quantile(ratios, coverage)) * float(fit.bse[coefficient])
    estimate = float(fit.params[coefficient])
    return estimate, estimate - reach, estimate + reach


@lru_cache(maxsize=64)
def _null_ratios(content: bytes, shape: tuple[int, int], coefficient: int, n_lags: int) -> Floats:
    """Draw absolute ratios of estimate to HAC error where the coefficient is zero."""
    design = np.frombuffer(content).reshape(shape)
    errors = np.random.default_rng(0).standard_normal((N_DRAWS, shape[0]))
    return np.sort(np.abs(ratios(errors, design, coefficient, n_lags)))


def ratios(values: Floats, design: Floats, coefficient: int, n_lags: int) -> Floats:
    """Return estimate over HAC error, for many series at once.

    Parameters
    ----------
    values : array, shape (n_series, n_months)
        Series.
    design, coefficient, n_lags
        As in `hac_interval`.

    Returns
    -------
    ndarray, shape (n_series,)
    """
    n, k = design.shape
    weights = np.linalg.pinv(design)
    estimate = values @ weights.T
    scores = (values - estimate @ design.T) * weights[coefficient]
    variance = (scores**2).sum(axis=1)
    for lag in range(1, n_lags + 1):
        covariance = (scores[:, lag:] * scores[:, :-lag]).sum(axis=1)
        variance += 2.0 * (1.0 - lag / (n_lags + 1.0)) * covariance
    return estimate[:, coefficient] / np.sqrt(variance * n / (n - k))
