"""Take-or-pay contracts: hours paid whether used or not, by a customer who may default."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.arrays import Floats
from analysis.units import MONTHS_PER_YEAR


@dataclass(frozen=True)
class TakeOrPay:
    """A contract for a share of a server's hours.

    Parameters
    ----------
    share : float
        Share of clock hours under contract, 0 to 1; paid for whether used or not.
    n_months : int
        Term; after it the hours are sold on the spot market.
    rent_ratio : float
        Contract rent over the spot rent of the month of purchase.
    default_per_year : float
        Chance that the customer stops paying within a year, decimal; constant over the term.
    recovery : float
        Share of the payments still due that comes in, all at once, in the month of default.
    """

    share: float
    n_months: int
    rent_ratio: float = 1.0
    default_per_year: float = 0.0
    recovery: float = 0.0

    def default_months(self, n_paths: int, generator: np.random.Generator) -> NDArray[np.int_]:
        """Draw the month of default of each path, 1 for the first; beyond the term: none.

        A constant hazard: ``1 - (1 - default_per_year)^(1 / 12)`` a month (geometric).
        """
        if self.default_per_year == 0.0:
            return np.full(n_paths, self.n_months + 1)
        hazard = 1.0 - (1.0 - self.default_per_year) ** (1.0 / MONTHS_PER_YEAR)
        return np.minimum(generator.geometric(hazard, size=n_paths), self.n_months + 1)

    def revenue_index(
        self, spot: Floats, utilization: float, generator: np.random.Generator
    ) -> Floats:
        """Blend spot rents with the contract: what the rental model takes as its rent index.

        The model bills ``utilization`` of the hours; contracted hours are billed in full, so their
        part is divided by it. Revenue of a month over that of a fully spot month at today's rent:

        ``[share * rent_ratio * is_paying + (1 - share * is_in_force) * utilization * spot]
        / utilization``

        Parameters
        ----------
        spot : array, shape (n_paths, n_months)
            Spot rents relative to the month of purchase.
        utilization : float
            Share of uncontracted hours that are sold, above 0.
        generator : numpy.random.Generator
            Draws the defaults.

        Returns
        -------
        ndarray, shape (n_paths, n_months)

        Examples
        --------
        Half of the hours for one month, the other half sold half of the time at a rent of 0.8:
        (0.5 + 0.5 * 0.5 * 0.8) / 0.5 = 1.4, then 0.8.

        >>> contract = TakeOrPay(share=0.5, n_months=1)
        >>> spot = np.array([[0.8, 0.8]])
        >>> contract.revenue_index(spot, 0.5, np.random.default_rng(0)).tolist()
        [[1.4, 0.8]]
        """
        n_paths, n_months = spot.shape
        months = np.arange(1, n_months + 1)
        ends = self.default_months(n_paths, generator)[:, None]
        in_force = (months <= self.n_months) & (months < ends)
        due = np.maximum(self.n_months - ends + 1, 0) * self.recovery
        recovered = np.where((months == ends) & (ends <= self.n_months), due, 0.0)
        contracted = self.share * self.rent_ratio * (in_force + recovered)
        sold = (1.0 - self.share * in_force) * utilization * spot
        index: Floats = (contracted + sold) / utilization
        return index
