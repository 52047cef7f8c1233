"""Confidence interval of a break date: least squares under shrinking shifts, after Bai (1997)."""

from __future__ import annotations

import numpy as np
from scipy.optimize import brentq
from scipy.special import erfcx
from scipy.stats import norm


def break_date_distribution(x: float, *, xi: float = 1.0, phi: float = 1.0) -> float:
    r"""Return the probability that the scaled error of a break date is at most x.

    The error is where :math:`W(-s) - |s|/2`, for s < 0, and :math:`\sqrt{\phi}\,W(s) - \xi |s|/2`,
    for s > 0, is largest; W are independent Brownian motions.

    Parameters
    ----------
    x : float
        Scaled error; above zero where the estimate is late.
    xi : float
        Signal after the break over signal before it.
    phi : float
        Long-run variance after the break over that before it.

    Returns
    -------
    float
        Probability.

    References
    ----------
    Bai, J. (1997), "Estimation of a change point in multiple regression models", Review of
    Economics and Statistics 79, appendix B.

    Examples
    --------
    >>> break_date_distribution(0.0)
    0.5
    """
    if x < 0.0:
        return 1.0 - break_date_distribution(-x * xi**2 / phi, xi=1.0 / xi, phi=1.0 / phi)
    root = np.sqrt(x)
    b = (2.0 * phi + xi) / (2.0 * np.sqrt(phi))
    c = xi * (xi + 2.0 * phi) / ((phi + xi) * phi)
    d = (xi + 2.0 * phi) ** 2 / ((phi + xi) * phi)
    decay = np.exp(-(xi**2) * x / (8.0 * phi))
    tail = norm.cdf(-xi * root / (2.0 * np.sqrt(phi)))
    return float(
        1.0
        + decay * xi * root / np.sqrt(2.0 * np.pi * phi)
        + decay * c * erfcx(b * root / np.sqrt(2.0)) / 2.0
        + (2.0 - d - xi**2 * x / (2.0 * phi)) * tail
    )


def break_date_quantile(probability: float, *, xi: float = 1.0, phi: float = 1.0) -> float:
    """Invert `break_date_distribution`.

    Examples
    --------
    The symmetric case at 95 % and 97.5 %:

    >>> round(break_date_quantile(0.95), 1), round(break_date_quantile(0.975), 1)
    (7.7, 11.0)
    """

    def excess(x: float) -> float:
        return break_date_distribution(x, xi=xi, phi=phi) - probability

    bound = 50.0
    while excess(bound) < 0.0 or excess(-bound) > 0.0:
        bound *= 2.0
    return float(brentq(excess, -bound, bound, xtol=1e-10))
