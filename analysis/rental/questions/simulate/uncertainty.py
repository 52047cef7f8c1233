"""Distributions of a case: marginals, their rank correlation, and how rent may move."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from analysis.arguments import as_path
from analysis.arrays import Floats
from analysis.errors import AssumptionError, Fault
from analysis.rental.inputs.assumptions import Assumptions
from analysis.rental.inputs.cases import parse_mapping, read_text
from analysis.rental.inputs.parameters import moves_in_steps
from analysis.rental.inputs.quantities import meant_instead, unit_of
from analysis.rental.inputs.resolve import varying_fields
from analysis.rental.questions.simulate.distributions import (
    NEGLIGIBLE,
    Distribution,
    Empirical,
    Limits,
)
from analysis.rental.questions.simulate.rent_paths import RentPaths
from analysis.rental.questions.unread import unread_faults
from analysis.written_values import read_number


class RankCorrelation(BaseModel):
    """Spearman's rank correlation of two uncertain assumptions."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    between: tuple[str, str]
    spearman: Annotated[float, Field(ge=-1, le=1)]


class Uncertainty(BaseModel):
    """What is uncertain about a case.

    Parameters
    ----------
    distributions : dict of str to Distribution
        By assumption.
    rank_correlations : tuple of RankCorrelation
        Pairs that are left out are not correlated.
    rent_paths : RentPaths or None
        How rent moves from its first value; needs no decline in the case.

    Raises
    ------
    AssumptionError
        Naming everything that is unknown, ill-typed or impossible, all at once.

    Examples
    --------
    >>> from analysis.rental import Assumptions
    >>> uncertain = Uncertainty(distributions={
    ...     "utilization": {"kind": "triangular", "low": 0.5, "mode": 0.9, "high": 1.0},
    ... })
    >>> uncertain.names
    ('utilization',)
    """

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    distributions: dict[str, Distribution] = Field(default_factory=dict)
    rank_correlations: tuple[RankCorrelation, ...] = ()
    rent_paths: RentPaths | None = None

    def __init__(self, **values: Any) -> None:
        try:
            values = values | _read_by_unit(values.get("distributions"))
            super().__init__(**values)
        except ValidationError as error:
            raise AssumptionError([_fault(item) for item in error.errors()]) from None
        faults = [*self._assumption_faults(), *self._correlation_faults()]
        if not self.distributions and self.rent_paths is None:
            faults.append(Fault("uncertainty", None, "distributions", "", "something uncertain"))
        if faults:
            raise AssumptionError(faults)

    @property
    def names(self) -> tuple[str, ...]:
        """Uncertain assumptions, in the order of drawing."""
        return tuple(self.distributions)

    def _assumption_faults(self) -> list[Fault]:
        faults = []
        for name, distribution in self.distributions.items():
            place = f"distributions.{name}"
            if name not in varying_fields() or name == "rent_index_by_period":
                expected = "an assumption that is a number"
                faults.append(Fault("uncertainty", None, place, name, expected))
                continue
            if moves_in_steps(name) and not isinstance(distribution, Empirical):
                expected = "kind 'empirical': this assumption moves in whole steps"
                faults.append(Fault("uncertainty", None, place, distribution.kind, expected))
                continue
            limits = Limits.of(name)
            beyond = limits.beyond(distribution)
            if beyond >= 1 - NEGLIGIBLE or (beyond > NEGLIGIBLE and not distribution.truncate):
                expected = f"values within [{limits.low:g}, {limits.high:g}]; truncate: true cuts"
                middle = float(distribution.quantile(np.array([0.5]))[0])
                expected += meant_instead(Assumptions.model_fields[name], middle)
                found = f"{beyond:.2%} beyond the limits"
                faults.append(Fault("uncertainty", None, place, found, expected))
        return faults

    def _correlation_faults(self) -> list[Fault]:
        faults, seen = [], set()
        for place, pair in enumerate(self.rank_correlations):
            column = f"rank_correlations.{place}"
            for name in pair.between:
                if name not in self.distributions:
                    expected = "an assumption with a distribution"
                    faults.append(Fault("uncertainty", None, column, name, expected))
            key = frozenset(pair.between)
            if len(key) == 1 or key in seen:
                found = " and ".join(pair.between)
                expected = "two assumptions, each pair once"
                faults.append(Fault("uncertainty", None, column, found, expected))
            seen.add(key)
        if not faults and self.rank_correlations:
            lowest = float(np.linalg.eigvalsh(self.normal_correlation()).min())
            if lowest <= 0:
                found = f"a matrix with eigenvalue {lowest:.3g}"
                expected = "correlations that are possible together: a positive definite matrix"
                faults.append(Fault("uncertainty", None, "rank_correlations", found, expected))
        return faults

    def normal_correlation(self) -> Floats:
        """Return the correlation of the normal deviates behind the ranks.

        Spearman's rho of a Gaussian copula with correlation r is ``6 / pi * asin(r / 2)``, so
        ``r = 2 sin(pi rho / 6)`` (Pearson 1907).

        Returns
        -------
        ndarray, shape (n_names, n_names)
        """
        correlation = np.eye(len(self.names))
        for pair in self.rank_correlations:
            one, two = (self.names.index(name) for name in pair.between)
            correlation[one, two] = correlation[two, one] = 2 * np.sin(np.pi * pair.spearman / 6)
        return correlation

    def check_case(self, assumptions: Assumptions, measures: Sequence[str] = ()) -> None:
        """Refuse a case that something uncertain cannot be put into.

        Parameters
        ----------
        assumptions : Assumptions
            The case.
        measures : sequence of str
            Measures that are asked for; empty: all.

        Raises
        ------
        AssumptionError
            If a distribution is for an assumption that the case does not use, or that no measure
            asked for depends on, or rent paths meet a rent that moves by itself.
        """
        faults = []
        for name in self.names:
            if getattr(assumptions, name) is None and name.startswith("rent_cny_"):
                expected = f"the rent of billing mode {assumptions.billing_mode!r}"
                faults.append(Fault("uncertainty", None, f"distributions.{name}", name, expected))
        known = {fault.value for fault in faults}
        for fault in unread_faults(assumptions, self.names, "uncertainty", measures):
            if fault.value not in known:
                faults.append(replace(fault, column=f"distributions.{fault.value}"))
        moves = ("rent_decline_per_year", "contract_years", "spot_rent_ratio")
        for name in moves if self.rent_paths is not None else ():
            if name in self.distributions:
                expected = "nothing, since rent_paths says how rent moves"
                faults.append(Fault("uncertainty", None, f"distributions.{name}", name, expected))
        if faults:
            raise AssumptionError(faults)


def _read_by_unit(distributions: Any) -> dict[str, Any]:
    """Read numbers that are written as texts, each in the unit of its assumption."""
    if not isinstance(distributions, Mapping):
        return {}
    read: dict[str, Any] = {}
    faults = []
    for name, terms in distributions.items():
        field = Assumptions.model_fields.get(name)
        if field is None or not isinstance(terms, Mapping):
            read[name] = terms
            continue
        read[name] = dict(terms)
        for key, value in terms.items():
            if key in ("kind", "weights", "truncate", "log_standard_deviation", "shape"):
                continue
            try:
                read[name][key] = _numbers(value, unit_of(field))
            except ValueError as error:
                place = f"distributions.{name}.{key}"
                faults.append(Fault("uncertainty", None, place, str(value), str(error)))
    if faults:
        raise AssumptionError(faults)
    return {"distributions": read}


def _numbers(value: Any, unit: str) -> Any:
    is_list = isinstance(value, list | tuple)
    return [read_number(each, unit) for each in value] if is_list else read_number(value, unit)


def _fault(item: Any) -> Fault:
    kinds = ("normal", "lognormal", "uniform", "triangular", "pert", "empirical")
    place = ".".join(str(part) for part in item["loc"] if part not in kinds)
    message = item["msg"].removeprefix("Value error, ")
    return Fault("uncertainty", None, place, str(item["input"]), message[0].lower() + message[1:])


def load_uncertainty(path: Path | str) -> Uncertainty:
    """Read what is uncertain from a YAML or JSON file.

    Raises
    ------
    AssumptionError
        Naming file, line and key of everything wrong in it.
    """
    path = as_path("path", path)
    values, lines = parse_mapping(
        read_text(path), str(path), "a mapping with the key distributions"
    )
    try:
        return Uncertainty(**values)
    except AssumptionError as error:
        raise AssumptionError(
            [
                Fault(
                    str(path),
                    lines.get((fault.column or "").partition(".")[0]),
                    fault.column,
                    fault.value,
                    fault.expected,
                )
                for fault in error.faults
            ]
        ) from None
