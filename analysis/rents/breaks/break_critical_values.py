"""Critical values of the sup-F tests for breaks at unknown dates, published and simulated.

The published ones are for trimming 0.15 and regressors without a trend. With a trend they do not
hold: `simulate_sup_f` draws critical values for the very design and length at hand.
"""

from __future__ import annotations

import numpy as np

from analysis.arrays import Floats

TRIMMING = 0.15

SEQUENTIAL_SUP_F: dict[int, dict[float, tuple[float, ...]]] = {
    1: {
        0.10: (7.04, 8.51, 9.41, 10.04, 10.58),
        0.05: (8.58, 10.13, 11.14, 11.83, 12.25),
        0.01: (12.29, 13.89, 14.80, 15.28, 15.76),
    },
    2: {
        0.10: (9.81, 11.40, 12.29, 12.90, 13.47),
        0.05: (11.47, 12.95, 14.03, 14.85, 15.29),
        0.01: (15.37, 16.84, 17.72, 18.67, 19.17),
    },
}
"""Of sup-F(l + 1 | l), l = 0 to 4, by number of changing coefficients and level, in Wald form (F
times the number of coefficients): Bai, J. and Perron, P. (1998), Econometrica 66, and (2003),
"Critical values for multiple structural change tests", Econometrics Journal 6; trimming 0.15."""


JOINT_SUP_F: dict[int, dict[float, tuple[float, ...]]] = {
    1: {
        0.10: (7.04, 6.28, 5.21, 4.41, 3.47),
        0.05: (8.58, 7.22, 5.96, 4.99, 3.91),
        0.01: (12.29, 9.36, 7.60, 6.19, 4.91),
    },
    2: {
        0.10: (9.81, 8.63, 7.54, 6.51, 5.27),
        0.05: (11.47, 9.75, 8.36, 7.19, 5.85),
        0.01: (15.37, 12.15, 10.27, 8.65, 7.00),
    },
}
"""Of sup-F(k | 0), k = 1 to 5, in Wald form over k: same sources."""


def simulate_sup_f(
    design: Floats, *, shortest: int, generator: np.random.Generator, n_draws: int = 4000
) -> Floats:
    """Draw sup-F(1 | 0) of series without a break, errors independent and normal.

    Parameters
    ----------
    design : array, shape (n_months, n_coefficients)
        Regressors whose coefficients may change, a trend among them or not.
    shortest : int
        Months that a regime has at least.
    generator : numpy.random.Generator
        Draws the errors.
    n_draws : int
        Series drawn.

    Returns
    -------
    ndarray, shape (n_draws,)
        Statistics in Wald form, ascending. The null of l breaks is a maximum over l + 1 regimes:
        its critical value at level a is the quantile at ``(1 - a) ** (1 / (l + 1))``.
    """
    n_months, n_coefficients = design.shape
    errors = generator.standard_normal((n_draws, n_months))
    explained = np.stack(
        [
            _explained(errors[:, :split], design[:split])
            + _explained(errors[:, split:], design[split:])
            for split in range(shortest, n_months - shortest + 1)
        ]
    ).max(axis=0)
    total = (errors**2).sum(axis=1)
    improvement = explained - _explained(errors, design)
    return np.sort(improvement / (total - explained) * (n_months - 2 * n_coefficients))


def _explained(errors: Floats, design: Floats) -> Floats:
    """Return the sum of squares that a regression on the design takes out."""
    basis, _ = np.linalg.qr(design)
    return ((errors @ basis) ** 2).sum(axis=1)
