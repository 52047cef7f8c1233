"""Coverage of the bands of depreciation by simulation: does their recipe hold what it promises?

A forecaster measures a few past errors, pools them over companies and calls 1.645 of their root
mean squares a 90 % band. Here the truth is known: logs of what is reported over what the model says
are drawn, past errors are read off where the back-test has them, and the next years are counted.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.capex.wave.wave_backtest import NORMAL_95

YEARS_AHEAD = 4
"""Years of a projection: 2026 to 2029."""
WORLDS = {
    "misses die out": (0.6, 0.0),
    "misses die out, a third of them shared": (0.6, 1.0 / 3.0),
    "misses walk": (1.0, 0.0),
    "misses walk, a third of them shared": (1.0, 1.0 / 3.0),
}
"""Persistence from year to year, and share of variance that all companies have in common."""


def simulated_band_coverage(
    errors: pd.DataFrame, generator: np.random.Generator, *, n_histories: int = 2000
) -> pd.DataFrame:
    r"""Ask how often 90 % bands made from past errors hold the next years, in worlds drawn.

    Let :math:`d_{it}` be the log of reported over modeled depreciation of a company. A forecast
    from year o is anchored there, so its error h years ahead is :math:`d_{i,o+h} - d_{io}`:

    .. math::
        d_{it} = \phi d_{i,t-1} + \sqrt{1-\rho}\, u_{it} + \sqrt{\rho}\, v_t

    Parameters
    ----------
    errors : DataFrame
        Of :func:`~analysis.capex.wave.wave_backtest.forecast_errors`: companies, origins and years
        ahead are taken from it, no value is.
    generator : Generator
        Draws the histories.
    n_histories : int
        Of each world.

    Returns
    -------
    DataFrame
        By world: share held in each year ahead, 1 to `YEARS_AHEAD`, and ``all`` of them; decimals.

    Examples
    --------
    One company, tested once: 1.645 times the one past error is larger than the next in two of three
    histories, arctan(1.645) / 90 degrees.

    >>> once = pd.DataFrame({"company": ["A"], "origin": [2020]}, index=[1])
    >>> held = simulated_band_coverage(once, np.random.default_rng(1), n_histories=9000)
    >>> bool(abs(held.loc["misses walk", 1] - np.arctan(1.645) / (np.pi / 2)) < 0.02)
    True
    """
    company, names = pd.factorize(errors["company"])
    ahead = errors.index.to_numpy(dtype=int)
    first = int(errors["origin"].min())
    origin = errors["origin"].to_numpy(dtype=int) - first
    now = int((origin + ahead).max())
    n_years = now + YEARS_AHEAD + 1
    rows = {}
    for world, (persistence, common) in WORLDS.items():
        own = generator.standard_normal((n_histories, len(names), n_years))
        shared = generator.standard_normal((n_histories, 1, n_years))
        shocks = np.sqrt(1.0 - common) * own + np.sqrt(common) * shared
        missed = np.empty_like(shocks)
        start = np.sqrt(1.0 - persistence**2) if persistence < 1.0 else 1.0
        missed[..., 0] = shocks[..., 0] / start
        for year in range(1, n_years):
            missed[..., year] = persistence * missed[..., year - 1] + shocks[..., year]
        past = missed[:, company, origin + ahead] - missed[:, company, origin]
        squares = [
            (past[:, ahead == years] ** 2).mean(axis=1)
            for years in range(1, YEARS_AHEAD + 1)
            if (ahead == years).any()
        ]
        # as a projection has them: never narrower, and as wide as the last measured one beyond
        width = np.maximum.accumulate(np.sqrt(np.stack(squares, axis=1)), axis=1)
        width = width[:, np.minimum(np.arange(YEARS_AHEAD), width.shape[1] - 1)]
        coming = missed[..., now + 1 :] - missed[..., now : now + 1]
        held = np.abs(coming) <= NORMAL_95 * width[:, None, :]
        rows[world] = [*held.mean(axis=(0, 1)), held.mean()]
    columns = [*range(1, YEARS_AHEAD + 1), "all"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns).rename_axis("world")
