"""Measures as running totals: what a horizon gives, declared as further lines of the model.

An engine that keeps only the period at hand, for a million scenarios, gets every measure from the
values that are left after the last period. Rates of return alone need the flows of all periods.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import sympy as sp

from analysis.rental.engines.compiled.names import (
    AT_HURDLE,
    FLOWS,
    HURDLE,
    SCULPTED_SERVICE,
    YEARLY,
)
from analysis.rental.model.lines import (
    ONE,
    ZERO,
    Declaration,
    Line,
    larger,
    positive,
    previous_symbol,
    smaller,
    symbol,
    when,
)

_NEVER = sp.Float(1e300)
_ROUNDING = sp.Float(1e-9)
CAPACITY, CAPACITY_PRESENT_VALUE = "service_capacity_cny", "service_capacity_present_value_cny"


@dataclass(frozen=True)
class Final:
    """A measure over the values after the last period; it exists only where the condition holds."""

    value: sp.Expr
    exists: sp.Basic = sp.true


@dataclass(frozen=True)
class Stream:
    """A declaration cut down to what some measures need, with their running totals.

    Parameters
    ----------
    declaration : Declaration
        Constants and lines in order of computation, running totals last.
    finals : dict of str to Final
        Measures of the values after the last period.
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


@dataclass
class _Totals:
    declaration: Declaration
    lines: list[Line] = field(default_factory=list)
    constants: list[Line] = field(default_factory=list)

    def add(self, name: str, formula: sp.Expr, start: sp.Expr | None = None) -> sp.Symbol:
        """Declare a running line once."""
        if all(line.name != name for line in self.lines):
            self.lines.append(Line(name, name, "", "measure", formula, start, name))
        return symbol(name)

    def start(self, name: str) -> sp.Expr:
        """Return a line's value on the day of purchase."""
        start = self.declaration.line(name).start
        assert start is not None, f"{name} has no value on the day of purchase"
        return start

    def final(self, measure: str) -> Final:
        """Return a measure as a formula over last values, declaring the totals it needs."""
        if measure.startswith("payback_"):
            return self._payback(measure.removesuffix("_years"))
        if measure in ("dscr_minimum", "dscr_average"):
            return self._cover(measure)
        if measure in AT_HURDLE:
            return Final(self._present_value_at_hurdle(AT_HURDLE[measure]))
        if measure == "llcr":
            borrowed = self.start("debt_cny")
            exists = borrowed > _ROUNDING * symbol("price_paid_cny")
            return Final(symbol("loan_life_present_value_cny") / borrowed, exists)
        if measure == "levelized_cost_cny_per_gpu_hour":
            hours = symbol("gpu_hours_present_value")
            return Final(symbol("cost_present_value_cny") / hours, hours > 0)
        if measure == "debt_drawn_share_of_price":
            return Final(symbol("debt_drawn_cny") / symbol("price_paid_cny"))
        return Final({
            "equity_npv_cny": symbol("equity_present_value_cny"),
            "project_npv_cny": symbol("project_present_value_cny"),
            "debt_drawn_cny": symbol("debt_drawn_cny"),
        }[measure])  # fmt: skip

    def _payback(self, name: str) -> Final:
        project = symbol("project_cash_flow_cny")
        flow, first = {
            "payback_source": (
                symbol("net_profit_cny") + symbol("depreciation_cny"), -symbol("price_paid_cny"),
            ),
            "payback_cash": (project, self.start("project_cash_flow_cny")),
            "payback_discounted": (
                project * symbol("project_discount_factor"), self.start("project_cash_flow_cny"),
            ),
            "payback_equity": (
                symbol("equity_cash_flow_cny"), self.start("equity_cash_flow_cny"),
            ),
        }[name]  # fmt: skip
        before = previous_symbol(f"{name}_total")
        is_due = before < 0  # once paid back, the total stands still
        total = self.add(f"{name}_total", when(is_due, before + flow, before), first)
        period = self.add(
            f"{name}_period",
            when(is_due, symbol("period"), previous_symbol(f"{name}_period")),
            ZERO,
        )
        received = self.add(
            f"{name}_received", when(is_due, flow, previous_symbol(f"{name}_received")), _NEVER
        )
        paid_back = positive(period - total / received)
        return Final(paid_back / symbol("periods_per_year"), total >= 0)

    def _cover(self, measure: str) -> Final:
        service, available = symbol("debt_service_cny"), symbol("cfads_cny")
        is_due = service > _ROUNDING * symbol("debt_drawn_cny")
        cover = self.add("cover", when(is_due, available / service))
        n_due = self.add("n_due", previous_symbol("n_due") + when(is_due, ONE), ZERO)
        largest = self.add(
            "service_largest", larger(previous_symbol("service_largest"), service), ZERO
        )
        scale = self.add(
            "cfads_largest", larger(previous_symbol("cfads_largest"), sp.Abs(available)), ZERO
        )
        exists = sp.And(n_due > 0.5, largest > _ROUNDING * scale)
        if measure == "dscr_average":
            total = self.add("cover_total", previous_symbol("cover_total") + cover, ZERO)
            return Final(total / n_due, exists)
        before = previous_symbol("cover_lowest")
        lowest = self.add("cover_lowest", when(is_due, smaller(before, cover), before), _NEVER)
        return Final(lowest, exists)

    def _present_value_at_hurdle(self, flow: str) -> sp.Expr:
        name, factor = "hurdle_discount_per_period", "hurdle_discount_factor"
        if not self.constants:
            per_period = (1 + symbol(HURDLE)) ** (-1 / symbol("periods_per_year"))
            self.constants.append(Line(name, name, "ratio", "inputs", per_period, None, name))
        discount = self.add(factor, previous_symbol(factor) * symbol(name), ONE)
        total = f"{flow}_at_hurdle"
        return self.add(total, previous_symbol(total) + symbol(flow) * discount, self.start(flow))

    def capacity(self) -> tuple[str, str]:
        """Declare the cash flow that sculpted debt service is shaped to, and its present value."""
        available = self.add(CAPACITY, positive(symbol("cfads_cny")) * symbol("is_debt_term"))
        discounted = available * symbol("debt_discount_factor")
        before = previous_symbol(CAPACITY_PRESENT_VALUE)
        self.add(CAPACITY_PRESENT_VALUE, before + discounted, ZERO)
        return CAPACITY, CAPACITY_PRESENT_VALUE

    def year_to_date(self, line: str) -> str:
        """Declare the sum of a line over the year to date."""
        name = f"{line}_year_to_date"
        earlier = when(symbol("is_year_start") > 0.5, ZERO, previous_symbol(name))
        self.add(name, earlier + symbol(line), ZERO)
        return name


def stream(declaration: Declaration, measures: Iterable[str]) -> Stream:
    """Cut a declaration down to some measures.

    Parameters
    ----------
    declaration : Declaration
        The whole model.
    measures : iterable of str
        Names out of `FLOWS`, `YEARLY`, `AT_HURDLE` or the fields of `analysis.rental.Metrics` that
        are single numbers. `AT_HURDLE` needs a parameter `HURDLE`, decimal per year.

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
    totals = _Totals(declaration)
    wanted = list(dict.fromkeys(measures))
    flows = {name: FLOWS[name] for name in wanted if name in FLOWS}
    yearly = {name: totals.year_to_date(YEARLY[name]) for name in wanted if name in YEARLY}
    finals = {
        name: totals.final(name) for name in wanted if name not in FLOWS and name not in YEARLY
    }
    whole = [*flows.values(), *yearly.values()]
    is_sculpted = SCULPTED_SERVICE in declaration.series
    whole += totals.capacity() if is_sculpted else ()
    everything = (*declaration.lines, *totals.lines)
    constants = (*declaration.constants, *totals.constants)
    needed = _needed((*constants, *everything), finals, whole)

    def used(names: Iterable[str]) -> tuple[str, ...]:
        return tuple(name for name in names if name in needed)

    series = used({**dict.fromkeys(declaration.series), "period": None, "is_year_start": None})
    parameters = {**dict.fromkeys(declaration.parameters), "periods_per_year": None}
    if is_sculpted:
        needed.add("sculpted_dscr")
    cut = Declaration(
        parameters=used({**parameters, "sculpted_dscr": None, HURDLE: None}),
        series=series,
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
