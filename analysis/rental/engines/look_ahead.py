"""Debt service of the periods to come: what a reserve account holds."""

from __future__ import annotations

import numpy as np

from analysis.arrays import Floats


def service_ahead(service: Floats, periods_held: Floats) -> Floats:
    """Return the debt service of the next periods, from the day of purchase on.

    Parameters
    ----------
    service : ndarray, shape (n_periods, n_scenarios)
        Debt service of periods 1, 2, ...
    periods_held : ndarray, shape (n_scenarios,)
        How many of them are held; of the last one a part, where they are no whole number.

    Returns
    -------
    ndarray, shape (n_periods + 1, n_scenarios)
        After each period, the day of purchase first; zero behind the last service.

    Examples
    --------
    Half a year of yearly service, and two years of it:

    >>> service = np.array([[260.0, 260.0], [240.0, 240.0], [220.0, 220.0]])
    >>> service_ahead(service, np.array([0.5, 2.0])).T.tolist()
    [[130.0, 120.0, 110.0, 0.0], [500.0, 460.0, 220.0, 0.0]]
    """
    n_periods = len(service)
    width = np.broadcast_shapes(service.shape[1:], np.shape(periods_held))
    ahead = np.zeros((n_periods + 1, *width))
    furthest = min(int(np.ceil(np.max(periods_held))), n_periods)
    for further in range(furthest):
        part = np.clip(periods_held - further, 0.0, 1.0)
        ahead[: n_periods - further] += part * service[further:]
    return ahead
