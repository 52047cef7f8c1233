"""Measures of scenarios by name, worked out by the plain engine when they are asked for.

What a measure is stands in `analysis.rental.model.measures.declared_measures`. Looking for rates of
return takes the most time by far, so that nothing is worked out before it is asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from analysis.arrays import Floats
from analysis.near_names import did_you_mean
from analysis.rental.engines.irr import NONE, PAID, UNIQUE, irr, judged
from analysis.rental.engines.plain import Lines
from analysis.rental.model.lines import Declaration
from analysis.rental.model.measures.declared_measures import MEASURES
from analysis.rental.model.measures.measure_kinds import ByYear, Payback, Rate, ShareByYear, Single
from analysis.rental.model.measures.needs import needs_of
from analysis.rental.model.rounding import ROUNDING
from analysis.units import per_year_rate


def _names() -> list[str]:
    """Return every measure, with status and roots of rates of return."""
    names: list[str] = []
    for name, measure in MEASURES.items():
        names += [name, f"{name}_status", f"{name}_roots"] if isinstance(measure, Rate) else [name]
    return names


class Metrics(Mapping[str, Any]):
    """Measures of every scenario by name: arrays over scenarios, or over scenarios and years.

    Money in CNY, spans in years, rates as decimals per year, shares and ratios as decimals. NaN
    where a measure does not exist: never paid back, no rate of return, no debt. Beside a rate of
    return ``NAME_irr`` stand ``NAME_irr_status`` and ``NAME_irr_roots``, all roots, ascending, of
    the scenarios that have several. ``metrics.equity_npv_cny`` is ``metrics["equity_npv_cny"]``.

    Parameters
    ----------
    known : mapping of str to ndarray or dict
        Measures worked out already.
    work_out : callable, optional
        Works out the others by name.
    """

    def __init__(
        self, known: Mapping[str, Any], work_out: Callable[[str], Mapping[str, Any]] | None = None
    ) -> None:
        self._known = dict(known)
        self._work_out = work_out
        self._names = list(known) if work_out is None else _names()

    def __getitem__(self, name: str) -> Any:
        if name not in self._known and self._work_out is not None and name in self._names:
            with np.errstate(divide="ignore", invalid="ignore"):
                self._known |= self._work_out(name)
        return self._known[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_") or name not in self._names:
            raise AttributeError(f"no measure {name!r}{did_you_mean(name, self._names)}")
        return self[name]

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *self._names]

    @classmethod
    def join(cls, parts: Sequence[Metrics]) -> Metrics:
        """Put the measures of consecutive scenarios together."""
        joined: dict[str, Any] = {}
        offsets = np.cumsum([0, *(len(part["equity_npv_cny"]) for part in parts)])
        for name in parts[0]:
            values = [part[name] for part in parts]
            if name.endswith("_roots"):
                joined[name] = {
                    row + int(offset): roots
                    for offset, part in zip(offsets, values, strict=False)
                    for row, roots in part.items()
                }
            else:
                joined[name] = np.concatenate(values)
        return cls(joined)

    def record(self, row: int = 0) -> dict[str, Any]:
        """Return the measures of one scenario as plain values; None where one does not exist."""
        record: dict[str, Any] = {}
        for name, values in self.items():
            if name.endswith("_roots"):
                rate = record[name.removesuffix("_roots")]
                only = [] if rate is None else [rate]
                record[name] = [float(r) for r in values[row]] if row in values else only
            elif values.ndim == 2:
                record[name] = [_plain(value) for value in values[row]]
            else:
                record[name] = _plain(values[row])
        return record


def _plain(value: Any) -> Any:
    if isinstance(value, str):
        return str(value)
    return float(value) if np.isfinite(value) else None


def metrics_of(declaration: Declaration, lines: Lines, periods_per_year: int) -> Metrics:
    """Return the measures of scenarios by their lines, each worked out when it is asked for.

    Parameters
    ----------
    declaration : Declaration
        The model.
    lines : Lines
        Its lines.
    periods_per_year : int
        Periods in a year.
    """

    def work_out(name: str) -> dict[str, Any]:
        measure = MEASURES[name.removesuffix("_status").removesuffix("_roots")]
        if isinstance(measure, Single | Payback):
            return {name: over_last(declaration, lines, measure)}
        if isinstance(measure, Rate):
            return _rates(declaration, lines, measure, periods_per_year)
        if isinstance(measure, ByYear):
            return {name: sum_by_year(lines[measure.line][:, 1:], periods_per_year)}
        assert isinstance(measure, ShareByYear), f"no engine for {measure}"
        over, under = (work_out(part)[part] for part in (measure.over, measure.under))
        return {name: share_by_year(over, under)}

    return Metrics({}, work_out)


def over_last(declaration: Declaration, lines: Lines, measure: Single | Payback | Rate) -> Floats:
    """Return a measure over the values after the last period; NaN where it does not exist."""
    found = needs_of(declaration, measure)
    lines.add(found.constants, found.lines)
    value = lines.at_end(found.final.value)
    if not found.final.missing:
        return value
    return np.where(lines.at_end(found.final.exists), value, np.nan)


def _rates(
    declaration: Declaration, lines: Lines, measure: Rate, periods_per_year: int
) -> dict[str, Any]:
    """Return a rate of return, its status and its roots, which are looked for once."""
    total = over_last(declaration, lines, measure)
    found = irr(lines[measure.flow])
    words = {word: word for word in (NONE, UNIQUE, PAID)}
    rate, status, roots = judged(found.rate, found.status, found.roots, total, words)
    return {
        measure.name: per_year_rate(rate, periods_per_year),
        f"{measure.name}_status": status,
        f"{measure.name}_roots": {
            row: per_year_rate(own, periods_per_year) for row, own in roots.items()
        },
    }


def share_by_year(over: Floats, under: Floats) -> Floats:
    """Return one measure by year over another; NaN where that is zero, but for rounding."""
    sizes = np.nan_to_num(np.maximum(np.abs(over), np.abs(under)))
    dust = ROUNDING * sizes.max(axis=-1, keepdims=True, initial=0.0)
    return np.divide(over, under, out=np.full_like(over, np.nan), where=under > dust)


def sum_by_year(values: Floats, periods_per_year: int) -> Floats:
    """Sum flows of periods into years.

    Parameters
    ----------
    values : ndarray, shape (n_scenarios, n_periods)
        Flows of periods 1, 2, ...
    periods_per_year : int
        Periods in a year; a last, unfinished year is summed as it is.

    Returns
    -------
    ndarray, shape (n_scenarios, n_years)
        Flows of years 1, 2, ...

    Examples
    --------
    >>> sum_by_year(np.array([[1.0, 2.0, 3.0]]), 2).tolist()
    [[3.0, 3.0]]
    """
    n_years = -(-values.shape[1] // periods_per_year)
    years = np.zeros((values.shape[0], n_years))
    for index in range(values.shape[1]):
        years[:, index // periods_per_year] += values[:, index]
    return years
