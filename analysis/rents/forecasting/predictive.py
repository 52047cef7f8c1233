"""Predictive distribution of the months ahead: quantiles in closed form, paths by simulation.

Every forecast here is, given its scale, linear in independent innovations, so that one form holds
for all models: log rents ahead are a location plus Student-t errors of a known covariance
structure, parameter uncertainty included. Its Cholesky factor takes independent draws to paths.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from analysis.arrays import Floats
from analysis.brief import Brief

Errors = Literal["student", "bootstrap"]

SMALLEST_SCALE = 1e-4
"""Least scale of one month's error in log rent: a flat past does not promise a flat future."""


@dataclass(frozen=True)
class Predictive(Brief):
    """Laws of the log rents after each of several origins.

    Parameters
    ----------
    model : str
        Name of the model.
    location : ndarray, shape (n_origins, n_ahead)
        Median of log rent, 1 to n_ahead months after the origin.
    scale_matrix : ndarray, shape (n_origins, n_ahead, n_ahead)
        Squared scales and co-scales of the errors; a variance is df / (df - 2) times it.
    degrees_of_freedom : ndarray, shape (n_origins,)
        Of the Student-t law of the errors.
    residuals : tuple of ndarray
        For each origin the model's past one-month errors, with mean zero and mean square one.
    """

    model: str
    location: Floats
    scale_matrix: Floats
    degrees_of_freedom: Floats
    residuals: tuple[Floats, ...]

    @property
    def scale(self) -> Floats:
        """Scale of each month's error, shape (n_origins, n_ahead)."""
        return np.sqrt(np.diagonal(self.scale_matrix, axis1=1, axis2=2))

    def quantiles(self, probabilities: ArrayLike) -> Floats:
        """Return quantiles of log rent in closed form.

        Returns
        -------
        ndarray, shape (n_origins, n_ahead, n_probabilities)
        """
        wanted = np.asarray(probabilities, dtype=float)
        unit = stats.t.ppf(wanted, self.degrees_of_freedom[:, None, None])
        return self.location[:, :, None] + self.scale[:, :, None] * unit

    def paths(self, n_paths: int, generator: np.random.Generator, errors: Errors) -> Floats:
        """Simulate paths of log rent.

        Parameters
        ----------
        n_paths : int
            Paths for each origin.
        generator : numpy.random.Generator
            Source of all draws.
        errors : {"student", "bootstrap"}
            Innovations normal, so that each month is Student-t as in `quantiles`; or resampled
            from the residuals of the origin. Either way the scale is drawn too, once a path.

        Returns
        -------
        ndarray, shape (n_origins, n_paths, n_ahead)
            Log rents. Their exponentials have a median but no mean.
        """
        n_origins, n_ahead = self.location.shape
        size = (n_paths, n_ahead)
        if errors == "student":
            innovations = generator.standard_normal((n_origins, *size))
        else:
            innovations = np.stack([generator.choice(past, size) for past in self.residuals])
        df = self.degrees_of_freedom[:, None]
        inflation = np.sqrt(df / generator.chisquare(df, (n_origins, n_paths)))
        factor = np.linalg.cholesky(self.scale_matrix)
        deviations = innovations @ np.swapaxes(factor, 1, 2)
        deviations *= inflation[:, :, None]
        deviations += self.location[:, None, :]
        return deviations


def standardized(residuals: ArrayLike) -> Floats:
    """Give residuals mean zero and mean square one; two signs where they are all alike.

    Examples
    --------
    >>> standardized([1.0, 3.0]).tolist()
    [-1.0, 1.0]
    """
    centered = np.asarray(residuals, dtype=float)
    centered = centered - centered.mean()
    size = np.sqrt(np.mean(centered**2))
    return centered / size if size > 1e-12 else np.array([-1.0, 1.0])
