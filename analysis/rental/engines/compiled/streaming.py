"""Measures as running totals: what a horizon gives, declared as further lines of the model.

An engine that keeps only the period at hand, for a million scenarios, gets every measure from the
values that are left after the last period. Rates of return alone need the flows of all periods.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import sympy as sp

from analysis.rental.engines.compiled.names import (
    DRAWN_SHARE,
    IS_MOVING,
    UNSETTLED,
    sum_name,
)
from analysis.rental.inputs.parameters import PARAMETERS, SCULPTED_SERVICE, SERIES, SERVICE_AHEAD
from analysis.rental.model.blocks.lender_terms import RESERVE_PERIODS, SCHEDULED
from analysis.rental.model.lines import ZERO, Declaration, Line, symbol
from analysis.rental.model.measures.declared_measures import AT_HURDLE, MEASURES
from analysis.rental.model.measures.measure_kinds import ByYear, Final, Payback, Rate, Single
from analysis.rental.model.measures.needs import needs_of
from analysis.rental.model.measures.returns import HURDLE
from analysis.rental.model.measures.running_totals import Running

__all__ = ["CAPACITY", "CAPACITY_PRESENT_VALUE", "Final", "Stream", "stream"]

CAPACITY, CAPACITY_PRESENT_VALUE = "service_capacity_cny", "service_capacity_present_value_cny"


@dataclass(frozen=True)
class Stream:
    """A declaration cut down to what some measures need, with their running totals.

    Parameters
    ----------
    declaration : Declaration
        Constants and lines in order of computation, running totals last.
    finals : dict of str to Final
        Measures of the values after the last period; of a rate of return the undiscounted sum of
        its flows, under the name `sum_name` gives it.
    flows : dict of str to str
        Measures that need all flows, and the line that holds them.
    yearly : dict of str to str
        Measures by year, and the line that holds the sum of the year to date.
    """

    declaration: Declaration
    finals: dict[str, Final]
    flows: dict[str, str]
    yearly: dict[str, str]

    @property
    def is_sculpted(self) -> bool:
        """Whether debt service is shaped to cash flow."""
        return SCULPTED_SERVICE in self.declaration.series

    @property
    def has_reserve(self) -> bool:
        """Whether a reserve holds debt service that is still to come."""
        return SERVICE_AHEAD in self.declaration.series


def _capacity(run: Running) -> tuple[str, str]:
    """Declare the cash flow that sculpted debt service is shaped to, and its present value."""
    available = run.line(
        CAPACITY,
        "Cash flow that service is shaped to",
        "CNY",
        run.positive(run["cfads_cny"]) * run["is_debt_term"],
        "K",
    )
    run.line(
        CAPACITY_PRESENT_VALUE,
        "Present value of that cash flow",
        "CNY",
        run.previous(CAPACITY_PRESENT_VALUE) + available * run["debt_discount_factor"],
        r"\mathrm{PV}_K",
        start=0,
    )
    return CAPACITY, CAPACITY_PRESENT_VALUE


def _year_to_date(run: Running, line: str) -> str:
    """Declare the sum of a line over the year to date."""
    name = f"{line}_year_to_date"
    earlier = run.when(run["is_year_start"] > 0.5, ZERO, run.previous(name))
    run.line(name, f"{line}, year to date", "CNY", earlier + run[line], "S_y", start=0)
    return name


def _final(run: Running, name: str) -> Final:
    """Return a measure as a formula over last values, declaring the totals it needs."""
    if name == DRAWN_SHARE:
        return Final(symbol("debt_drawn_cny") / symbol("price_paid_cny"))
    if name == UNSETTLED:
        return Final(symbol(IS_MOVING))
    measure = MEASURES.get(name) or AT_HURDLE[name]
    assert isinstance(measure, Single | Payback | Rate), f"{name} is no number of the last period"
    found = needs_of(run.declaration, measure)
    run.constants.update((line.name, line) for line in found.constants)
    run.lines.update((line.name, line) for line in found.lines)
    return found.final


def stream(declaration: Declaration, measures: Iterable[str]) -> Stream:
    """Cut a declaration down to some measures.

    Parameters
    ----------
    declaration : Declaration
        The whole model.
    measures : iterable of str
        Names out of `MEASURES` or `AT_HURDLE`, which needs a parameter `HURDLE`, decimal per year;
        of measures by year those that are sums.

    Returns
    -------
    Stream
        What an engine has to compute.

    Examples
    --------
    >>> from analysis.rental import Assumptions
    >>> from analysis.rental.model.declaration import declare
    >>> from analysis.rental.model.structure import Structure
    >>> model = declare(Structure.of(Assumptions()))
    >>> len(model.lines), len(stream(model, ["equity_npv_cny"]).declaration.lines)
    (44, 27)
    """
    run = Running(declaration)
    wanted = {name: MEASURES.get(name) for name in measures}
    flows = {name: found.flow for name, found in wanted.items() if isinstance(found, Rate)}
    yearly = {
        name: _year_to_date(run, found.line)
        for name, found in wanted.items()
        if isinstance(found, ByYear)
    }
    finals = {
        sum_name(name) if name in flows else name: _final(run, name)
        for name in wanted
        if name not in yearly
    }
    whole = [*flows.values(), *yearly.values()]
    is_sculpted = SCULPTED_SERVICE in declaration.series
    whole += _capacity(run) if is_sculpted else ()
    everything = (*declaration.lines, *run.lines.values())
    constants = (*declaration.constants, *run.constants.values())
    needed = _needed((*constants, *everything), finals, whole)

    def used(names: Iterable[str]) -> tuple[str, ...]:
        return tuple(name for name in names if name in needed)

    if is_sculpted:
        needed.add("sculpted_dscr")
    if is_sculpted and "debt_drawn_share" in needed:  # sized by its service, read or not
        needed.add(SCULPTED_SERVICE)
    if SCULPTED_SERVICE not in needed:  # what is measured hangs on no debt
        finals.pop(UNSETTLED, None)
    if SERVICE_AHEAD in needed:
        needed |= _needed((*constants, *everything), {}, [SCHEDULED, RESERVE_PERIODS])
    cut = Declaration(
        parameters=used((*PARAMETERS, HURDLE)),
        series=used(SERIES),
        constants=tuple(line for line in constants if line.name in needed),
        lines=tuple(line for line in everything if line.name in needed),
    )
    return Stream(cut, finals, flows, yearly)


def _needed(lines: Iterable[Line], finals: dict[str, Final], whole: Iterable[str]) -> set[str]:
    """Return every name that the measures lead back to."""
    known = {line.name: line for line in lines}
    needed: set[str] = set()
    to_follow: list[str] = list(whole)
    for final in finals.values():
        to_follow += _names(final.value) + _names(final.exists)
    while to_follow:
        name = to_follow.pop()
        if name in needed:
            continue
        needed.add(name)
        if name in known:
            to_follow += _names(known[name].formula)
            start = known[name].start
            to_follow += [] if start is None else _names(start)
    return needed


def _names(expression: sp.Basic) -> list[str]:
    return [free.name.removeprefix("previous_") for free in expression.free_symbols]
