"""What an uncertain assumption may turn out to be: distributions by their quantiles.

Every draw is the quantile of a uniform number, so that draws can be correlated by rank, mirrored or
spread evenly, whatever the distribution.
"""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated, Any, Literal

import numpy as np
from annotated_types import Ge, Gt, Le, Lt
from pydantic import BaseModel, ConfigDict, Field, model_validator
from scipy import special

from analysis.arrays import Floats
from analysis.rental.inputs.assumptions import Assumptions
from analysis.rental.inputs.quantities import PlainNumber as Number
from analysis.rental.questions.simulate.even_spline import EvenSpline

NEGLIGIBLE = 1e-6


class _Distribution(BaseModel):
    """A distribution of one assumption, in the unit of that assumption."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    truncate: bool = Field(
        False, description="cut off what lies beyond the limits of the assumption"
    )

    @abstractmethod
    def quantile(self, probability: Floats) -> Floats:
        """Return the values that are not exceeded with these probabilities, in (0, 1)."""

    @abstractmethod
    def probability(self, value: float) -> float:
        """Return the probability that a value is not exceeded."""


class Normal(_Distribution):
    """Normal distribution."""

    kind: Literal["normal"]
    mean: Number
    standard_deviation: Number = Field(gt=0)

    def quantile(self, probability: Floats) -> Floats:
        """Return quantiles."""
        deviates: Floats = special.ndtri(probability)
        return self.mean + self.standard_deviation * deviates

    def probability(self, value: float) -> float:
        """Return the cumulative probability."""
        return float(special.ndtr((value - self.mean) / self.standard_deviation))


class Lognormal(_Distribution):
    """Lognormal distribution by its median and the standard deviation of the logarithm."""

    kind: Literal["lognormal"]
    median: Number = Field(gt=0)
    log_standard_deviation: Number = Field(gt=0)

    def quantile(self, probability: Floats) -> Floats:
        """Return quantiles."""
        deviates: Floats = special.ndtri(probability)
        return self.median * np.exp(self.log_standard_deviation * deviates)

    def probability(self, value: float) -> float:
        """Return the cumulative probability."""
        if value <= 0:
            return 0.0
        deviate = np.log(value / self.median) / self.log_standard_deviation
        return float(special.ndtr(deviate))


class Uniform(_Distribution):
    """Uniform distribution."""

    kind: Literal["uniform"]
    low: Number
    high: Number

    @model_validator(mode="after")
    def _check(self) -> Uniform:
        if not self.low < self.high:
            raise ValueError("low below high")
        return self

    def quantile(self, probability: Floats) -> Floats:
        """Return quantiles."""
        return self.low + (self.high - self.low) * probability

    def probability(self, value: float) -> float:
        """Return the cumulative probability."""
        return float(np.clip((value - self.low) / (self.high - self.low), 0.0, 1.0))


class _Humped(_Distribution):
    low: Number
    mode: Number
    high: Number

    @model_validator(mode="after")
    def _check(self) -> _Humped:
        if not (self.low <= self.mode <= self.high and self.low < self.high):
            raise ValueError("low, mode and high in this order")
        return self


class Triangular(_Humped):
    """Triangular distribution."""

    kind: Literal["triangular"]

    def quantile(self, probability: Floats) -> Floats:
        """Return quantiles."""
        width, left = self.high - self.low, self.mode - self.low
        rising = self.low + np.sqrt(probability * width * left)
        falling = self.high - np.sqrt((1.0 - probability) * width * (width - left))
        return np.where(probability < left / width, rising, falling)

    def probability(self, value: float) -> float:
        """Return the cumulative probability."""
        width, left = self.high - self.low, self.mode - self.low
        value = min(max(value, self.low), self.high)
        if value < self.mode:
            return (value - self.low) ** 2 / (width * left)
        return (
            1.0 - (self.high - value) ** 2 / (width * (width - left)) if value < self.high else 1.0
        )


class Pert(_Humped):
    """PERT: a beta distribution with mean ``(low + shape * mode + high) / (shape + 2)``.

    Malcolm et al. (1959), "Application of a Technique for Research and Development Program
    Evaluation", with ``shape`` 4; Vose (2008), *Risk Analysis*, for others.
    """

    kind: Literal["pert"]
    shape: Number = Field(4.0, gt=0, description="weight of the mode")

    def _parameters(self) -> tuple[float, float]:
        weight = self.shape * (self.mode - self.low) / (self.high - self.low)
        return 1.0 + weight, 1.0 + self.shape - weight

    def quantile(self, probability: Floats) -> Floats:
        """Return quantiles."""
        logits: Floats = _beta_logits(*self._parameters())(special.logit(probability))
        shares: Floats = special.expit(logits)
        return self.low + (self.high - self.low) * shares

    def probability(self, value: float) -> float:
        """Return the cumulative probability."""
        share = np.clip((value - self.low) / (self.high - self.low), 0.0, 1.0)
        return float(special.betainc(*self._parameters(), share))


@lru_cache(maxsize=64)
def _beta_logits(one: float, other: float) -> EvenSpline:
    """Return the logit of a beta distribution's quantile as a function of the probability's.

    That function is smooth and straight at both ends, so that a table replaces an iteration at
    every draw; it agrees with the iteration to 1e-10.
    """
    at = np.linspace(-40.0, 40.0, 8193)
    lower = special.betaincinv(one, other, special.expit(np.minimum(at, 0.0)))
    upper = special.betaincinv(other, one, special.expit(-np.maximum(at, 0.0)))
    share = np.where(at < 0, lower, 1.0 - upper)
    rest = np.where(at < 0, 1.0 - lower, upper)
    log_density = (
        (one - 1) * np.log(share) + (other - 1) * np.log(rest) - special.betaln(one, other)
    )
    slope = special.expit(at) * special.expit(-at) / (np.exp(log_density) * share * rest)
    return EvenSpline.through(at, np.log(share) - np.log(rest), slope)


class Empirical(_Distribution):
    """Values as observed, each as likely as its weight."""

    kind: Literal["empirical"]
    values: tuple[Number, ...] = Field(min_length=1)
    weights: tuple[Annotated[Number, Field(ge=0)], ...] | None = Field(
        None, description="empty: all alike"
    )

    @model_validator(mode="after")
    def _check(self) -> Empirical:
        if self.weights is not None and len(self.weights) != len(self.values):
            raise ValueError("as many weights as values")
        if self.weights is not None and not sum(self.weights) > 0:
            raise ValueError("a weight above zero")
        return self

    def _steps(self) -> tuple[Floats, Floats]:
        """Return the values, ascending, and the probability of each not being exceeded."""
        values = np.array(self.values, dtype=float)
        weights = np.ones(values.size) if self.weights is None else np.array(self.weights)
        order = np.argsort(values, kind="stable")
        steps = np.cumsum(weights[order])
        return values[order], steps / steps[-1]

    def quantile(self, probability: Floats) -> Floats:
        """Return quantiles."""
        values, steps = self._steps()
        return values[np.minimum(np.searchsorted(steps, probability), values.size - 1)]

    def probability(self, value: float) -> float:
        """Return the cumulative probability."""
        values, steps = self._steps()
        below = int(np.searchsorted(values, value, side="right"))
        return float(steps[below - 1]) if below else 0.0


Distribution = Annotated[
    Normal | Lognormal | Uniform | Triangular | Pert | Empirical, Field(discriminator="kind")
]


@dataclass(frozen=True)
class Limits:
    """Values that an assumption may have.

    Parameters
    ----------
    low, high : float
        Smallest and largest value allowed.
    """

    low: float
    high: float

    @classmethod
    def of(cls, assumption: str) -> Limits:
        """Return the limits of an assumption.

        Examples
        --------
        >>> Limits.of("utilization")
        Limits(low=0.0, high=1.0)
        """
        low, high = -np.inf, np.inf
        for limit in Assumptions.model_fields[assumption].metadata:
            bound: Any = limit
            if isinstance(limit, Ge):
                low = float(bound.ge)
            elif isinstance(limit, Gt):
                low = float(np.nextafter(bound.gt, np.inf))
            elif isinstance(limit, Le):
                high = float(bound.le)
            elif isinstance(limit, Lt):
                high = float(np.nextafter(bound.lt, -np.inf))
        return cls(low, high)

    def beyond(self, distribution: Distribution) -> float:
        """Return the probability that a distribution leaves the limits."""
        return self._below(distribution) + 1.0 - distribution.probability(self.high)

    def _below(self, distribution: Distribution) -> float:
        return distribution.probability(float(np.nextafter(self.low, -np.inf)))

    def quantile(self, distribution: Distribution, probability: Floats) -> Floats:
        """Return quantiles of a distribution cut off at the limits."""
        below, up_to = self._below(distribution), distribution.probability(self.high)
        inside = below + probability * (up_to - below)
        return np.clip(distribution.quantile(inside), self.low, self.high)
