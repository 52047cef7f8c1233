"""Structural break tests: sequential sup-F, and information criteria."""

from __future__ import annotations

from itertools import pairwise
from typing import Literal

import numpy as np
import pandas as pd
import statsmodels.api as sm

from analysis.arrays import Floats
from analysis.rents.breaks.break_critical_values import JOINT_SUP_F, SEQUENTIAL_SUP_F
from analysis.rents.breaks.segmentation import Segmentation, segment
from analysis.rents.trend.slopes import default_lags

Covariance = Literal["homoskedastic", "hac"]
LEVELS = (0.10, 0.05, 0.01)


def information_criteria(segmentation: Segmentation, n_coefficients: int) -> pd.DataFrame:
    """Compare the best partitions with each number of breaks.

    Parameters
    ----------
    segmentation : Segmentation
        Best partitions.
    n_coefficients : int
        Coefficients of each regime.

    Returns
    -------
    DataFrame
        By number of breaks: squared_residuals, bic (Yao 1988), lwz (Liu, Wu and Zidek 1997); break
        dates count as estimated parameters.
    """
    n_months = segmentation.cost.shape[1] - 1
    squares = segmentation.cost[:, -1]
    possible = np.isfinite(squares)
    n_breaks = np.arange(len(squares))
    n_estimated = (n_breaks + 1) * n_coefficients + n_breaks
    fit = np.log(np.maximum(squares, max(1e-26 * squares[0], 1e-300)) / n_months)
    log_n = np.log(n_months)
    table = pd.DataFrame(
        {
            "squared_residuals": squares,
            "bic": fit + n_estimated * log_n / n_months,
            "lwz": fit + n_estimated * 0.299 * log_n**2.1 / n_months,
        },
        index=pd.Index(n_breaks, name="n_breaks"),
    )
    return table[possible]


def sequential_tests(
    values: Floats,
    design: Floats,
    segmentation: Segmentation,
    shortest: int,
    covariance: Covariance,
    drawn: Floats | None,
) -> pd.DataFrame:
    """Test l breaks against l + 1, for every l that the sample allows.

    Parameters
    ----------
    values : array, shape (n_months,)
        Series.
    design : array, shape (n_months, n_coefficients)
        Regressors.
    segmentation : Segmentation
        Best partitions of the series.
    shortest : int
        Months that a regime has at least.
    covariance : {"homoskedastic", "hac"}
        Of the statistic at the least-squares cut; each regime has a variance of its own.
    drawn : array, optional
        Simulated statistics of sup-F(1 | 0), ascending; published critical values where not given.

    Returns
    -------
    DataFrame
        By l: statistic (Wald form), cut (first month of the new regime), critical_LEVEL.
    """
    rows = []
    for n_breaks in range(len(segmentation.cost)):
        starts = [0, *segmentation.breaks(n_breaks), len(values)]
        candidates = [
            best_cut(values, design, start, end, shortest, covariance)
            for start, end in pairwise(starts)
            if end - start >= 2 * shortest
        ]
        if not candidates:
            break
        statistic, cut = max(candidates)
        row: dict[str, float | int] = {"n_breaks": n_breaks, "statistic": statistic, "cut": cut}
        for level in LEVELS:
            if drawn is None:
                published = SEQUENTIAL_SUP_F[design.shape[1]][level]
                critical = published[min(n_breaks, len(published) - 1)]
            else:
                critical = float(np.quantile(drawn, (1.0 - level) ** (1.0 / (n_breaks + 1))))
            row[f"critical_{level:g}"] = critical
        rows.append(row)
    return pd.DataFrame(rows).set_index("n_breaks")


def joint_tests(
    values: Floats, design: Floats, segmentation: Segmentation, covariance: Covariance
) -> pd.DataFrame:
    """Test no break against k of them at once, which finds breaks that undo each other.

    Parameters
    ----------
    values, design, segmentation, covariance
        As in `sequential_tests`; errors have one variance in all regimes.

    Returns
    -------
    DataFrame
        By k: statistic (Wald form over k), critical_LEVEL (published, for regressors without a
        trend and trimming 0.15).
    """
    n, q = design.shape
    rows = []
    for n_breaks in range(1, len(segmentation.cost)):
        if not np.isfinite(segmentation.cost[n_breaks, -1]) or n_breaks > 5:
            break
        regime = np.searchsorted(segmentation.breaks(n_breaks), np.arange(n), side="right")
        belongs = np.eye(n_breaks + 1)[regime]
        blocks = (belongs[:, :, None] * design[:, None, :]).reshape(n, -1)
        model = sm.OLS(values, blocks)
        lags = {"maxlags": default_lags(n), "use_correction": True}
        fit = model.fit(cov_type="HAC", cov_kwds=lags) if covariance == "hac" else model.fit()
        contrast = np.kron(np.diff(np.eye(n_breaks + 1), axis=0), np.eye(q))
        shift = contrast @ fit.params
        variance = contrast @ fit.cov_params() @ contrast.T
        row = {
            "k": n_breaks,
            "statistic": float(shift @ np.linalg.pinv(variance) @ shift) / n_breaks,
        }
        for level in LEVELS:
            row[f"critical_{level:g}"] = JOINT_SUP_F[q][level][n_breaks - 1]
        rows.append(row)
    return pd.DataFrame(rows).set_index("k")


def best_cut(
    values: Floats, design: Floats, start: int, end: int, shortest: int, covariance: Covariance
) -> tuple[float, int]:
    """Cut one regime where squares are least; return the Wald statistic there, and the cut."""
    y, X = values[start:end], design[start:end]
    one = segment(y, X, shortest=shortest, max_breaks=1)
    (cut,) = one.breaks(1)
    n, q = X.shape
    if covariance == "homoskedastic":
        unexplained = max(one.cost[1, -1], 1e-26 * one.cost[0, -1])
        gain = one.cost[0, -1] - one.cost[1, -1]
        statistic = gain / unexplained * (n - 2 * q) if gain > 0 else 0.0
        return float(statistic), start + cut
    after = (np.arange(n) >= cut)[:, None]
    fit = sm.OLS(y, np.column_stack([X, X * after])).fit(
        cov_type="HAC", cov_kwds={"maxlags": default_lags(n), "use_correction": True}
    )
    shift, variance = fit.params[q:], fit.cov_params()[q:, q:]
    return float(shift @ np.linalg.pinv(variance) @ shift), start + cut
