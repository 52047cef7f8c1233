"""Ranges of assumptions: given, read from a file, or quantiles."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np

from analysis.arguments import as_number
from analysis.arrays import Floats
from analysis.errors import AssumptionError, Fault
from analysis.rental.inputs.assumptions import Assumptions
from analysis.rental.inputs.cases import parse_mapping, read_text
from analysis.rental.inputs.quantities import meant_instead
from analysis.rental.inputs.resolve import naming_fault
from analysis.rental.questions.inverse import grid
from analysis.rental.questions.simulate.distributions import Limits
from analysis.rental.questions.simulate.uncertainty import Uncertainty
from analysis.written_values import meant

ENDS = (0.1, 0.9)
_FORM = "NAME=LOW:HIGH"


@dataclass(frozen=True)
class Span:
    """An assumption and the ends between which it moves, in its unit.

    Raises
    ------
    AssumptionError
        If the assumption is unknown or cannot vary, low is not below high, or an end is beyond the
        limits of the assumption.

    Examples
    --------
    >>> Span("utilisation", 0.5, 1.0)
    Traceback (most recent call last):
    ...
    analysis.errors.AssumptionError: 1 fault, nothing was evaluated:
    span: found 'utilisation', expected the name of an assumption that is a number; did you mean \
'utilization'?
    """

    name: str
    low: float
    high: float

    def __post_init__(self) -> None:
        check_names([self.name])
        for which, value in (("low", self.low), ("high", self.high)):
            as_number(which, value, is_finite=False)
        faults = []
        if not self.low < self.high:
            found = f"{self.low:g}:{self.high:g}"
            faults.append(Fault("span", None, self.name, found, "low below high"))
        limits = Limits.of(self.name)
        for end in (self.low, self.high):
            if not (limits.low <= end <= limits.high and np.isfinite(end)):
                instead = meant_instead(Assumptions.model_fields[self.name], end)
                expected = f"a value within [{limits.low:g}, {limits.high:g}]{instead}"
                faults.append(Fault("span", None, self.name, f"{end:g}", expected))
        if faults:
            raise AssumptionError(faults)

    def values(self, case: Assumptions, n: int) -> Floats:
        """Return `n` values from end to end, or all steps of what moves in whole steps."""
        return grid(case, self.name, self.low, self.high, n)


def names_of(spans: Iterable[Span]) -> list[str]:
    """Return the assumptions that spans are of.

    Raises
    ------
    AssumptionError
        If one is no span.
    """
    expected = "a Span(name, low, high)"
    found = list(spans)
    faults = [
        Fault("span", None, None, str(each)[:80], expected)
        for each in found
        if not isinstance(each, Span)
    ]
    if faults:
        raise AssumptionError(faults)
    return [span.name for span in found]


def check_names(names: Sequence[str]) -> None:
    """Refuse assumptions that are unknown, cannot vary as one number, or stand twice.

    Raises
    ------
    AssumptionError
        Naming each, and the nearest name of one that is unknown.
    """
    faults = []
    for place, name in enumerate(names):
        fault = naming_fault(name)
        if fault is not None:
            faults.append(Fault("span", None, None, name, fault.expected))
        elif name == "rent_index_by_period":
            expected = "an assumption that is one number, not one a period"
            faults.append(Fault("span", None, None, name, expected))
        elif name in names[:place]:
            faults.append(Fault("span", None, None, name, "each assumption once"))
    if faults:
        raise AssumptionError(faults)


def parse_span(text: str, option: str) -> Span:
    """Read a span from ``NAME=LOW:HIGH``; `option` is named in errors."""
    name, values = parse_values(text, option, ":", _FORM)
    if len(values) != 2:
        raise AssumptionError([Fault("command line", None, option, text, _FORM)])
    return Span(name, values[0], values[1])


def parse_values(text: str, option: str, between: str, form: str) -> tuple[str, list[float]]:
    """Read a name and its numbers, ``NAME=`` and numbers with a sign between them."""
    name, equals, numbers = text.partition("=")
    try:
        if not equals:
            raise ValueError
        return name, [float(number) for number in numbers.split(between)]
    except ValueError:
        raise AssumptionError([Fault("command line", None, option, text, form)]) from None


def load_spans(path: Path) -> tuple[Span, ...]:
    """Read spans from a YAML or JSON file: a mapping of assumptions to ``[low, high]``.

    Raises
    ------
    AssumptionError
        Naming file, line and key of everything wrong in it.
    """
    expected = "a mapping of assumptions to [low, high]"
    values, lines = parse_mapping(read_text(path), str(path), expected)
    spans, faults = [], []
    for name, ends in values.items():
        try:
            low, high = map(float, ends)
            spans.append(Span(name, low, high))
        except (TypeError, ValueError):
            faults.append(Fault(str(path), lines.get(name), name, str(ends), "[low, high]"))
        except AssumptionError as error:
            faults += [
                Fault(str(path), lines.get(name), name, fault.value, fault.expected)
                for fault in error.faults
            ]
    if not values:
        faults.append(Fault(str(path), None, None, "", expected))
    if faults:
        raise AssumptionError(faults)
    return tuple(spans)


class Marginals(NamedTuple):
    """What a sensitivity takes from what is uncertain."""

    spans: tuple[Span, ...]
    medians: dict[str, float]


def marginals(uncertainty: Uncertainty, ends: tuple[float, float] = ENDS) -> Marginals:
    """Return quantiles of every uncertain assumption, and its median.

    Parameters
    ----------
    uncertainty : Uncertainty
        Its rank correlations do not matter: each assumption moves alone.
    ends : tuple of float
        Probabilities of the low and the high end.

    Raises
    ------
    AssumptionError
        If the probabilities are impossible, rent paths are uncertain, or a distribution has the
        same quantile at both ends.
    """
    refuse_rent_paths(uncertainty)
    if not 0 < ends[0] < ends[1] < 1:
        found = f"{ends[0]:g} and {ends[1]:g}"
        instead = filter(None, (meant(end, "share", (0, 1)) for end in ends))
        hint = "".join(f"; {each}" for each in instead)
        fault = Fault(
            "tornado", None, "quantiles", found, f"low below high, both within (0, 1){hint}"
        )
        raise AssumptionError([fault])
    at = np.array([ends[0], 0.5, ends[1]])
    spans, medians = [], {}
    for name, distribution in uncertainty.distributions.items():
        low, median, high = map(float, Limits.of(name).quantile(distribution, at))
        spans.append(Span(name, low, high))
        medians[name] = median
    return Marginals(tuple(spans), medians)


def refuse_rent_paths(uncertainty: Uncertainty) -> None:
    """Refuse uncertain rent paths, which are no single number that could be moved."""
    if uncertainty.rent_paths is not None:
        expected = "distributions alone: a rent path is not one number; use rent_decline_per_year"
        found = uncertainty.rent_paths.kind
        raise AssumptionError([Fault("uncertainty", None, "rent_paths", found, expected)])


def refuse_correlation(uncertainty: Uncertainty) -> None:
    """Refuse correlated assumptions, naming each pair."""
    faults = [
        Fault(
            "uncertainty",
            None,
            f"rank_correlations.{place}",
            f"{' and '.join(pair.between)}, {pair.spearman:g}",
            "independent assumptions: the variance of correlated ones has no unique shares",
        )
        for place, pair in enumerate(uncertainty.rank_correlations)
        if pair.spearman != 0
    ]
    if faults:
        raise AssumptionError(faults)
