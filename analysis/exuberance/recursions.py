"""Recursive test statistics (BADF, BSADF) of all windows of one or many series."""

from __future__ import annotations

import numpy as np

from analysis.arrays import Floats
from analysis.exuberance.kernels import fill_statistics
from analysis.exuberance.specification import Specification


def statistics_of(paths: Floats, specification: Specification) -> tuple[Floats, Floats]:
    """Return BADF and BSADF of several series by each window's last observation.

    Parameters
    ----------
    paths : array, shape (n_paths, n_observations)
        Series, one a row.
    specification : Specification
        Regression and windows.

    Returns
    -------
    badf, bsadf : array, shape (n_paths, n_observations)
        The statistic of the window from the first observation, and the supremum over all starts;
        NaN before the first end, and where every window is flat, collinear or exactly fitted.
    """
    paths = np.ascontiguousarray(paths, dtype=np.float64)
    badf, bsadf = np.empty_like(paths), np.empty_like(paths)
    fill_statistics(
        paths,
        specification.lags,
        specification.n_deterministic,
        specification.shortest_rows,
        badf,
        bsadf,
    )
    return badf, bsadf


def supremum(statistics: Floats) -> Floats:
    """Return the largest defined statistic of each row, NaN where none is."""
    largest: Floats = np.fmax.reduce(statistics, axis=-1)
    return largest
