"""Assumptions of the wave that filings do not state, and the wave under several at once.

What one unit spent becomes depends on assumptions and lives alone, so it is worked out once for a
span of quarters; amounts are put to it afterwards.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from pydantic import BaseModel, ConfigDict, Field
from scipy.optimize import nnls

from analysis.brief import Brief
from analysis.capex.wave.lives import QUARTERS_PER_YEAR
from analysis.capex.wave.vintages import Convention, Floats, schedules


class WaveAssumptions(BaseModel):
    """What the filings do not say."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    short_lived_share: float = Field(
        default=0.6,
        ge=0.0,
        le=1.0,
        description="share of short-lived assets in capital expenditure",
    )
    long_life_years: float = Field(
        default=20.0, gt=0.0, description="life of buildings and power, years"
    )
    short_lag_quarters: int = Field(default=1, ge=0, description="from paying to service, servers")
    long_lag_quarters: int = Field(default=4, ge=0, description="from paying to service, buildings")
    growth_before: float = Field(
        default=0.10, gt=-0.5, description="capex growth before 2018, per year"
    )
    convention: Convention = Field(default="half", description="first quarter in service")


@dataclass(frozen=True)
class AssetClass(Brief):
    """Assets of one kind under ``d`` assumptions, of which ``k`` differ in schedule.

    Parameters
    ----------
    weights : ndarray, shape (d,)
        Share of capital expenditure.
    shares : ndarray, shape (k, n, n)
        Share of the cost of a vintage depreciated in each quarter.
    which : ndarray, shape (d,)
        Place of each assumption's schedule.
    opening : ndarray, shape (d, n)
        Depreciation of what was bought before the first quarter, at one unit in the last before it.
    """

    weights: Floats
    shares: Floats
    which: np.ndarray
    opening: Floats

    def vintages(self, capex_m: Floats) -> Floats:
        """Depreciation, shape (d, n), of capital expenditure, shape (n,), both in million."""
        return self.weights[:, None] * (capex_m @ self.shares)[self.which]

    def stock(self) -> Floats:
        """Depreciation, shape (d, n), of what was bought before."""
        return self.weights[:, None] * self.opening


class AssumedWave:
    """The depreciation wave under ``d`` assumptions, over the same ``n`` quarters from 2018.

    Parameters
    ----------
    assumed : sequence of WaveAssumptions, length d
        What the filings do not say.
    n_quarters : int
        Quarters, history and future.
    """

    def __init__(self, assumed: Sequence[WaveAssumptions], n_quarters: int) -> None:
        self.assumed = assumed
        self._growth = np.array(
            [(1.0 + one.growth_before) ** (1.0 / QUARTERS_PER_YEAR) - 1.0 for one in assumed]
        )
        self._short_weights = np.array([one.short_lived_share for one in assumed])
        lives = [(one.long_life_years * QUARTERS_PER_YEAR,) * n_quarters for one in assumed]
        lags = [one.long_lag_quarters for one in assumed]
        self._long = self._class(1.0 - self._short_weights, lives, lags)

    def _class(
        self, weights: Floats, lives: Sequence[tuple[float, ...]], lags: Sequence[int]
    ) -> AssetClass:
        """Work out each schedule that differs once; only openings depend on growth."""
        conventions = (one.convention for one in self.assumed)
        keys = list(zip(lives, lags, conventions, strict=True))
        places = {key: place for place, key in enumerate(dict.fromkeys(keys))}
        which = np.array([places[key] for key in keys])
        opening = np.empty((len(keys), len(lives[0])))
        shares = []
        for (life, lag, convention), place in places.items():
            share, opening[which == place] = schedules(
                np.array(life), self._growth[which == place], lag, convention
            )
            shares.append(share)
        return AssetClass(weights, np.array(shares), which, opening)

    def depreciation(self, capex_m: Floats, life_quarters: Floats) -> tuple[Floats, Floats]:
        """Depreciate capital expenditure and the stock from before.

        Parameters
        ----------
        capex_m : ndarray, shape (n,)
            Capital expenditure, known throughout.
        life_quarters : ndarray, shape (n,)
            Life of short-lived assets in force.

        Returns
        -------
        vintages : ndarray, shape (d, n)
            Depreciation of the vintages, million.
        stock : ndarray, shape (d, n)
            Depreciation of the stock from before, with 2018 at one a quarter.
        """
        short = self._class(
            self._short_weights,
            [tuple(life_quarters.tolist())] * len(self.assumed),
            [one.short_lag_quarters for one in self.assumed],
        )
        stock = short.stock() + self._long.stock()
        first_year = stock[:, :QUARTERS_PER_YEAR].mean(axis=1, keepdims=True)
        return short.vintages(capex_m) + self._long.vintages(capex_m), stock / first_year

    def fit(
        self, reported_m: Floats, capex_m: Floats, other: Floats, life_quarters: Floats
    ) -> Floats:
        """Fit the coefficients of stock and rest to reported D&A.

        Parameters
        ----------
        reported_m : ndarray, shape (n,)
            Reported D&A; missing where it is not known or shall not be fitted to.
        capex_m : ndarray, shape (n,)
            Capital expenditure, known throughout.
        other : ndarray, shape (n,)
            What the rest goes with, one in 2018.
        life_quarters : ndarray, shape (n,)
            Life of short-lived assets in force.

        Returns
        -------
        ndarray, shape (d, 2)
            Coefficients of stock and rest, not negative, million a quarter.
        """
        vintages, stock = self.depreciation(capex_m, life_quarters)
        use = np.isfinite(reported_m) & np.isfinite(other)
        regressors = np.stack(np.broadcast_arrays(stock, other), axis=-1)[:, use]
        rest = (reported_m - vintages)[:, use]
        return np.array([nnls(*one)[0] for one in zip(regressors, rest, strict=True)])

    def parts(
        self, capex_m: Floats, other: Floats, life_quarters: Floats, coefficients: Floats
    ) -> tuple[Floats, Floats, Floats]:
        """Model D&A in its parts.

        Parameters
        ----------
        capex_m, other, life_quarters : ndarray, shape (n,)
            As in :meth:`fit`.
        coefficients : ndarray, shape (d, 2)
            Of :meth:`fit`.

        Returns
        -------
        tuple of three ndarray, shape (d, n)
            Depreciation of the vintages, of the stock from before, and the rest, million.
        """
        vintages, stock = self.depreciation(capex_m, life_quarters)
        of_stock, of_rest = coefficients.T[:, :, None]
        return vintages, of_stock * stock, of_rest * other
