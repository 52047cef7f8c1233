"""Resolution of assumptions for the engines: defaults followed, units brought to one basis."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from annotated_types import Ge, Gt, Le, Lt
from numpy.typing import ArrayLike

from analysis.arrays import Flags, Floats
from analysis.errors import AssumptionError, Fault
from analysis.near_names import did_you_mean
from analysis.rental.inputs.assumptions import Assumptions
from analysis.rental.inputs.billing import RENT_FIELD, server_months_per_unit
from analysis.rental.inputs.limits import cross_faults, followed
from analysis.rental.inputs.parameters import (
    FOLLOWS,
    PARAMETERS,
    SCULPTED_SERVICE,
    SERVICE_AHEAD,
    SERVICE_AHEAD_FIRST,
)
from analysis.rental.inputs.quantities import meant_instead

# IRS Publication 946, table A-1, five-year property, half-year convention
MACRS_5_SHARES = (0.20, 0.32, 0.192, 0.1152, 0.1152, 0.0576)
_LIMITS = {
    Ge: (np.greater_equal, "ge", "at least"),
    Gt: (np.greater, "gt", "more than"),
    Le: (np.less_equal, "le", "at most"),
    Lt: (np.less, "lt", "less than"),
}


class Resolved(NamedTuple):
    """Assumptions as the engines take them.

    Parameters
    ----------
    parameters : dict of str to ndarray, shape (n_scenarios,)
        Every parameter of the declaration.
    series : dict of str to ndarray, shape (n_periods,) or (n_scenarios, n_periods)
        Every series of the declaration.
    n_periods : int
        Periods of the longest useful life.
    n_scenarios : int
        Scenarios.
    """

    parameters: dict[str, Floats]
    series: dict[str, Floats]
    n_periods: int
    n_scenarios: int

    def rows(self, start: int, stop: int) -> Resolved:
        """Return some of the scenarios, as far as there are any."""
        stop = min(stop, self.n_scenarios)
        series = {
            name: values[start:stop] if values.ndim == 2 else values
            for name, values in self.series.items()
        }
        parameters = {name: values[start:stop] for name, values in self.parameters.items()}
        return Resolved(parameters, series, self.n_periods, stop - start)


@lru_cache(maxsize=1)
def varying_fields() -> tuple[str, ...]:
    """Return the assumptions that may differ between scenarios: the numbers."""
    return tuple(
        name
        for name, field in Assumptions.model_fields.items()
        if "float" in str(field.annotation) or name in ("n_gpus", "rent_index_by_period")
        if "tuple" not in str(field.annotation) or name == "rent_index_by_period"
    )


def resolve(
    assumptions: Assumptions,
    scenarios: Mapping[str, ArrayLike] | None = None,
    *,
    n_periods: int | None = None,
) -> Resolved:
    """Validate scenario values and bring everything to one basis.

    Parameters
    ----------
    assumptions : Assumptions
        The case.
    scenarios : mapping of str to array, shape (n_scenarios,), optional
        Assumptions that differ between scenarios; ``rent_index_by_period`` has shape
        (n_scenarios, n_periods).
    n_periods : int, optional
        Periods of the longest useful life where that is not among these scenarios.

    Returns
    -------
    Resolved
        What the engines need.

    Raises
    ------
    AssumptionError
        Naming every assumption that is unknown, cannot vary or is impossible in some scenario.
    """
    if scenarios is not None and not isinstance(scenarios, Mapping):
        expected = "a mapping of assumptions to arrays, one value a scenario"
        raise AssumptionError([Fault("scenarios", None, None, str(scenarios)[:80], expected)])
    faults = _naming_faults(scenarios or {})
    if faults:
        raise AssumptionError(faults)
    given = {name: np.asarray(values, dtype=float) for name, values in (scenarios or {}).items()}
    faults = _scenario_faults(given)
    if faults:
        raise AssumptionError(faults)
    values: dict[str, Any] = {**assumptions.model_dump(), **given}
    faults = cross_faults(values) if given else []
    if faults:
        raise AssumptionError(faults)
    n_scenarios = next((len(array) for array in given.values()), 1)
    own_periods = round(float(np.max(values["useful_life_years"])) * assumptions.periods_per_year)
    n_periods = own_periods if n_periods is None else n_periods
    resolved = _resolved_values(values)
    parameters = _over_scenarios({name: resolved[name] for name in PARAMETERS}, n_scenarios)
    return Resolved(parameters, _series(values, n_periods), n_periods, n_scenarios)


def _over_scenarios(values: Mapping[str, Any], n_scenarios: int) -> dict[str, Floats]:
    """Return parameters over scenarios; one that is a single number has strides of zero."""
    arrays = {name: np.asarray(value, dtype=float) for name, value in values.items()}
    single = [name for name, array in arrays.items() if array.ndim == 0]
    rows = np.broadcast_to(
        np.array([arrays[name] for name in single])[:, None], (len(single), n_scenarios)
    )
    return {**arrays, **dict(zip(single, rows, strict=True))}


def _resolved_values(values: dict[str, Any]) -> dict[str, Any]:
    mode = values["billing_mode"]
    per_unit = server_months_per_unit(
        mode,
        n_gpus=values["n_gpus"],
        pflops_per_gpu=values["pflops_per_gpu"],
        p_precision=values["p_precision"],
    )
    follow = {
        "rent_cny_per_server_month": np.asarray(values[RENT_FIELD[mode]]) * per_unit,
        # sculpted debt without a cap: the ratio alone decides
        "debt_drawn_share": np.inf if values["debt_share"] is None else values["debt_share"],
        SERVICE_AHEAD_FIRST: 0.0,  # found by the engines, which look ahead
    }
    index = values["rent_index_by_period"]
    follow["rent_index_first"] = np.nan if index is None else np.asarray(index)[..., 0]
    follow |= {name: values[followed(values, name)] for name in FOLLOWS}
    return {**values, **follow}


def _first(values: Mapping[str, Any], name: str, otherwise: str) -> Any:
    return values[otherwise] if values[name] is None else values[name]


def _series(values: Mapping[str, Any], n_periods: int) -> dict[str, Floats]:
    per_year = values["periods_per_year"]
    period = np.arange(1.0, n_periods + 1.0)
    year = np.ceil(period / per_year)
    own_tax_shares = _first(
        values, "tax_depreciation_shares_by_year", "depreciation_shares_by_year"
    )
    series = {
        "period": period,
        "year": year,
        "is_year_start": (np.mod(period - 1, per_year) == 0).astype(float),
        "is_year_end": (np.mod(period, per_year) == 0).astype(float),
        "macrs_5_share": _by_year(MACRS_5_SHARES, year),
        "depreciation_share_given": _by_year(values["depreciation_shares_by_year"] or (), year),
        "tax_depreciation_share_given": _by_year(own_tax_shares or (), year),
        "repayment_share_given": _padded(values["repayment_shares_by_period"] or (), n_periods),
        SCULPTED_SERVICE: np.zeros(n_periods),
        SERVICE_AHEAD: np.zeros(n_periods),
    }
    if values["rent_index_by_period"] is not None:
        index = np.asarray(values["rent_index_by_period"], dtype=float)
        series["rent_index_given"] = index[..., :n_periods]
        nothing = np.zeros((*index.shape[:-1], 1))
        series["rent_index_given_next"] = np.concatenate([index, nothing], -1)[
            ..., 1 : n_periods + 1
        ]
    return series


def _by_year(shares: tuple[float, ...], year: Floats) -> Floats:
    return _padded(shares, int(year[-1]))[year.astype(int) - 1]


def _padded(shares: tuple[float, ...], n: int) -> Floats:
    """Return the first shares, zero behind the last."""
    padded = np.zeros(max(n, len(shares)))
    padded[: len(shares)] = shares
    return padded[:n]


def naming_fault(name: str) -> Fault | None:
    """Return what is wrong with the name of an assumption that is to vary, if anything is."""
    allowed = varying_fields()
    if name in allowed:
        return None
    is_known = name in Assumptions.model_fields
    hint = "" if is_known else did_you_mean(name, allowed)
    expected = f"the name of an assumption that is a number{hint}"
    return Fault("scenarios", None, None, name, expected)


def _naming_faults(scenarios: Mapping[str, ArrayLike]) -> list[Fault]:
    faults = []
    for name, values in scenarios.items():
        fault = naming_fault(name)
        if fault is not None:
            faults.append(fault)
        elif np.asarray(values).dtype.kind not in "iuf":
            kind = str(np.asarray(values).dtype)
            faults.append(Fault("scenarios", None, name, kind, "an array of numbers"))
    return faults


def _scenario_faults(given: Mapping[str, Floats]) -> list[Fault]:
    faults = []
    lengths = {len(values) if values.ndim else 0 for values in given.values()}
    for name, values in given.items():
        n_axes = 2 if name == "rent_index_by_period" else 1
        if values.ndim != n_axes or len(lengths) != 1 or values.shape[0] == 0:
            axes = "(n_scenarios, n_periods)" if n_axes == 2 else "(n_scenarios,)"
            expected = f"shape {axes}, the same number of scenarios for every assumption"
            faults.append(Fault("scenarios", None, name, f"shape {values.shape}", expected))
            continue
        faults += _limit_faults(name, values)
    return faults


def _limit_faults(name: str, values: Floats) -> list[Fault]:
    limits = [limit for limit in Assumptions.model_fields[name].metadata if type(limit) in _LIMITS]
    extremes = np.array([values.min(), values.max()])  # NaN if any value is
    if np.isfinite(extremes).all() and all(_holds(limit, extremes).all() for limit in limits):
        return []
    faults = []
    finite = np.isfinite(values)
    if not finite.all():
        place = np.argwhere(~finite)[0]
        faults.append(
            Fault("scenarios", int(place[0]), name, str(values[tuple(place)]), "a finite number")
        )
    for limit in limits:
        wrong = finite & ~_holds(limit, values)
        if wrong.any():
            _, attribute, words = _LIMITS[type(limit)]
            place = np.argwhere(wrong)[0]
            found = float(values[tuple(place)])
            instead = meant_instead(Assumptions.model_fields[name], found)
            expected = f"{words} {getattr(limit, attribute):g}{instead}"
            faults.append(Fault("scenarios", int(place[0]), name, f"{found:g}", expected))
    return faults


def _holds(limit: Any, values: Floats) -> Flags:
    compare, attribute, _ = _LIMITS[type(limit)]
    holds: Flags = compare(values, getattr(limit, attribute))
    return holds
