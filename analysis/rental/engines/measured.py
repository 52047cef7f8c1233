"""Measures of a run of scenarios, whichever engine gives them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analysis.arrays import Codes, Floats
from analysis.brief import Brief
from analysis.rental.engines.irr import MULTIPLE, NONE, PAID, UNIQUE

STATUS = np.array([NONE, UNIQUE, MULTIPLE, PAID])
CODES = {str(word): code for code, word in enumerate(STATUS)}


@dataclass(frozen=True)
class Measured(Brief):
    """Measures of a run of scenarios.

    Parameters
    ----------
    values : dict of str to ndarray
        Shape (n_scenarios,), or (n_scenarios, n_years) for measures by year; units as in `Metrics`.
    status : dict of str to ndarray of int8, shape (n_scenarios,)
        For each rate of return the place in `STATUS`: none, unique, multiple or paid.
    roots : dict of str to dict of int to ndarray
        For each rate of return all rates, ascending, of the scenarios that have several.
    """

    values: dict[str, Floats]
    status: dict[str, Codes]
    roots: dict[str, dict[int, Floats]]

    @classmethod
    def join(cls, parts: Sequence[Measured]) -> Measured:
        """Put the measures of consecutive scenarios together."""
        first = parts[0]
        offsets = np.cumsum([0, *(part.n_scenarios for part in parts)])
        return cls(
            {name: np.concatenate([part.values[name] for part in parts]) for name in first.values},
            {name: np.concatenate([part.status[name] for part in parts]) for name in first.status},
            {
                name: {
                    row + int(offset): rates
                    for offset, part in zip(offsets, parts, strict=False)
                    for row, rates in part.roots[name].items()
                }
                for name in first.roots
            },
        )

    @property
    def n_scenarios(self) -> int:
        """Number of scenarios."""
        return len(next(iter(self.values.values())))
