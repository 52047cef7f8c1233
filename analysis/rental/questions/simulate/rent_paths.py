"""Stochastic rent paths: a table of paths, or a process from the first value."""

from __future__ import annotations

from typing import Annotated, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field
from scipy import special

from analysis.arrays import Floats
from analysis.errors import AssumptionError, Fault
from analysis.rental.inputs.quantities import PlainNumber as Number
from analysis.units import MONTHS_PER_YEAR


class _Paths(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class Table(_Paths):
    """Whole paths out of a processed table, each as likely as the others.

    The table has columns ``path``, ``month_ahead`` from 1 and ``rent_index``, rent over the rent of
    the month of purchase. With yearly periods the rent of a year is the mean of its months.
    """

    kind: Literal["table"]
    name: str = Field("rent_forecast", description="a table in data/processed")

    def n_uniforms(self, n_months: int) -> int:
        """Return the uniform numbers that one path takes."""
        return 1

    def sampler(self, n_periods: int, periods_per_year: int) -> _TableSampler:
        """Read the table."""
        from analysis.data import load_processed

        frame = load_processed(self.name, made_by="a notebook")
        wide = frame.pivot(index="path", columns="month_ahead", values="rent_index").sort_index(
            axis=1
        )
        months = wide.to_numpy(dtype=float)
        group = MONTHS_PER_YEAR // periods_per_year
        if months.shape[1] < n_periods * group or np.isnan(months).any():
            found = f"{months.shape[1]} months"
            expected = f"{n_periods * group} months for every path, the useful life"
            raise AssumptionError([Fault(self.name, None, "month_ahead", found, expected)])
        kept = months[:, : n_periods * group].reshape(len(months), n_periods, group)
        return _TableSampler(kept.mean(axis=2))


class _TableSampler:
    def __init__(self, paths: Floats) -> None:
        self.paths = paths

    def __call__(self, uniforms: Floats) -> Floats:
        row = (uniforms[:, 0] * len(self.paths)).astype(np.int64)
        return self.paths[np.minimum(row, len(self.paths) - 1)]


class RandomWalk(_Paths):
    """Log rent as a random walk with drift, moving by the month.

    The first month after purchase has moved once already. With yearly periods the rent of a year is
    the mean of its months, so that yearly and monthly flows hold the same rent.
    """

    kind: Literal["random_walk"]
    drift_per_year: Number = Field(description="mean change of log rent, per year")
    volatility_per_year: Number = Field(ge=0, description="its standard deviation, root of a year")

    def n_uniforms(self, n_months: int) -> int:
        """Return the uniform numbers that one path takes."""
        return n_months

    def sampler(self, n_periods: int, periods_per_year: int) -> _ProcessSampler:
        """Return the process over some periods."""
        drift = self.drift_per_year / MONTHS_PER_YEAR
        scale = self.volatility_per_year / np.sqrt(MONTHS_PER_YEAR)
        return _ProcessSampler(1.0, 0.0, drift, scale, MONTHS_PER_YEAR // periods_per_year)


class MeanReverting(_Paths):
    """Log rent drawn back to a level, an Ornstein-Uhlenbeck process observed once a month.

    With yearly periods the rent of a year is the mean of its months.
    """

    kind: Literal["mean_reverting"]
    level: Number = Field(gt=0, description="rent that is reverted to, over the first rent")
    half_life_years: Number = Field(gt=0, description="time in which half of a gap closes")
    volatility_per_year: Number = Field(ge=0)

    def n_uniforms(self, n_months: int) -> int:
        """Return the uniform numbers that one path takes."""
        return n_months

    def sampler(self, n_periods: int, periods_per_year: int) -> _ProcessSampler:
        """Return the process over some periods."""
        speed = np.log(2) / self.half_life_years
        kept = float(np.exp(-speed / MONTHS_PER_YEAR))
        scale = float(self.volatility_per_year * np.sqrt((1 - kept**2) / (2 * speed)))
        months = MONTHS_PER_YEAR // periods_per_year
        return _ProcessSampler(kept, float(np.log(self.level)), 0.0, scale, months)


class _ProcessSampler:
    """``x[m] = level + kept * (x[m - 1] - level) + drift + scale * z[m]``, log rent by month.

    The rent of a period is the mean of its `months`.
    """

    def __init__(self, kept: float, level: float, drift: float, scale: float, months: int) -> None:
        self.kept, self.level, self.drift, self.scale = kept, level, drift, scale
        self.months = months

    def __call__(self, uniforms: Floats) -> Floats:
        shocks: Floats = self.scale * special.ndtri(uniforms) + self.drift
        log_rent = np.empty_like(shocks)
        now = np.zeros(len(shocks))
        for period in range(shocks.shape[1]):
            now = self.level + self.kept * (now - self.level) + shocks[:, period]
            log_rent[:, period] = now
        rent: Floats = np.exp(log_rent)
        return rent.reshape(len(rent), -1, self.months).mean(axis=2)


RentPaths = Annotated[Table | RandomWalk | MeanReverting, Field(discriminator="kind")]
Sampler = _TableSampler | _ProcessSampler
