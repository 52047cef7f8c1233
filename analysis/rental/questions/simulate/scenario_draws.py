"""Scenarios drawn from what is uncertain, block by block, each block from its own counter.

Block ``b`` holds scenarios ``b * ROWS`` and on, whoever draws it and when: the same seed gives the
same scenarios, bit for bit, whatever the number of workers, and more of them continue fewer.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy import special

from analysis.arrays import Floats
from analysis.brief import Brief
from analysis.rental.engines.runs import ROWS
from analysis.rental.inputs.assumptions import Assumptions
from analysis.rental.questions.simulate.distributions import Empirical, Limits
from analysis.rental.questions.simulate.rent_paths import Sampler
from analysis.rental.questions.simulate.uncertainty import Uncertainty
from analysis.units import MONTHS_PER_YEAR

Sampling = Literal["plain", "antithetic", "sobol"]

SAMPLINGS: tuple[Sampling, ...] = ("plain", "antithetic", "sobol")
_OPEN = 2.0**-54, 1.0 - 2.0**-53


@dataclass(frozen=True)
class Draws(Brief):
    """Scenarios of one case, drawn in blocks.

    Parameters
    ----------
    case : Assumptions
        The case, its rent a series where rent paths are uncertain.
    uncertainty : Uncertainty
        What is uncertain about it.
    seed : int
        Not negative.
    sampling : {"plain", "antithetic", "sobol"}
        Independent points; pairs of opposite points, one behind the other; or a scrambled Sobol'
        sequence, even over all dimensions at once (best with a power of two).
    n_periods : int
        Periods of the longest useful life that can be drawn.
    """

    case: Assumptions
    uncertainty: Uncertainty
    seed: int
    sampling: Sampling
    n_periods: int
    _mixing: Floats | None
    _rent_paths: Sampler | None

    @classmethod
    def of(
        cls,
        assumptions: Assumptions,
        uncertainty: Uncertainty,
        seed: int,
        sampling: Sampling = "plain",
    ) -> Draws:
        """Prepare draws, reading rent paths where there are any.

        Raises
        ------
        AssumptionError
            If the case and what is uncertain about it do not go together.
        """
        uncertainty.check_case(assumptions)
        life = uncertainty.distributions.get("useful_life_years")
        longest = max(life.values) if isinstance(life, Empirical) else assumptions.useful_life_years
        n_periods = round(longest * assumptions.periods_per_year)
        mixing: Floats | None = None
        if uncertainty.rank_correlations:
            mixing = np.linalg.cholesky(uncertainty.normal_correlation()).astype(float)
        sampler = None
        if uncertainty.rent_paths is not None:
            sampler = uncertainty.rent_paths.sampler(n_periods, assumptions.periods_per_year)
            assumptions = assumptions.replace(
                rent_path="series",
                rent_index_by_period=(1.0,) * n_periods,
                rent_decline_per_year=0.0,
                contract_years=None,
            )
        return cls(assumptions, uncertainty, seed, sampling, n_periods, mixing, sampler)

    @property
    def _n_months(self) -> int:
        return self.n_periods * MONTHS_PER_YEAR // self.case.periods_per_year

    @property
    def n_dimensions(self) -> int:
        """Uniform numbers that one scenario takes."""
        paths = self.uncertainty.rent_paths
        return len(self.uncertainty.names) + (paths.n_uniforms(self._n_months) if paths else 0)

    def points(self, n_blocks: int) -> Iterator[Floats | int]:
        """Yield what each block is drawn from: its points, or its number where that is enough."""
        if self.sampling != "sobol":
            yield from range(n_blocks)
            return
        from scipy.stats import qmc  # half a second that other samplings do without

        generator = np.random.default_rng(self.seed)
        sequence = qmc.Sobol(self.n_dimensions, scramble=True, bits=52, rng=generator)
        for _ in range(n_blocks):
            yield sequence.random(ROWS)

    def block(self, points: Floats | int) -> dict[str, Floats]:
        """Return the scenarios of one block.

        Parameters
        ----------
        points : ndarray, shape (ROWS, n_dimensions), or int
            One item out of `points`.

        Returns
        -------
        dict of str to ndarray, shape (ROWS,)
            Drawn assumptions; `rent_index_by_period` has shape (ROWS, n_periods).
        """
        uniforms = self._uniforms(points) if isinstance(points, int) else points.T
        uniforms = np.clip(uniforms, *_OPEN)
        names = self.uncertainty.names
        ranks = uniforms[: len(names)]
        if self._mixing is not None:
            ranks = special.ndtr(_mixed(self._mixing, special.ndtri(ranks)))
        scenarios = {
            name: Limits.of(name).quantile(self.uncertainty.distributions[name], rank)
            for name, rank in zip(names, ranks, strict=True)
        }
        if self._rent_paths is not None:
            scenarios["rent_index_by_period"] = self._rent_paths(uniforms[len(names) :].T)
        return scenarios

    def _uniforms(self, block: int) -> Floats:
        """Return points of a block, shape (n_dimensions, ROWS); a new dimension moves no other."""
        key = np.random.SeedSequence(self.seed).generate_state(2, np.uint64)
        generator = np.random.Generator(np.random.Philox(key=key, counter=[0, block, 0, 0]))
        if self.sampling == "plain":
            return generator.random((self.n_dimensions, ROWS))
        half = generator.random((self.n_dimensions, ROWS // 2))
        return np.stack([half, 1.0 - half], axis=2).reshape(self.n_dimensions, ROWS)


def _mixed(mixing: Floats, deviates: Floats) -> Floats:
    """Multiply a triangular matrix, summing in one order whatever the linear algebra library."""
    mixed = np.zeros_like(deviates)
    for row in range(len(mixing)):
        for column in range(row + 1):
            mixed[row] += mixing[row, column] * deviates[column]
    return mixed
