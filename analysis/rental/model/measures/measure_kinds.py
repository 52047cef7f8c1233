"""Kinds of measures: a value after the last period, a payback, a rate of return, a sum by year.

A measure is declared without SymPy being imported, so that whoever only asks for its name, label or
format need not wait for it; its formula is built when an engine or a face asks for it.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sympy as sp

    from analysis.rental.model.measures.running_totals import Running

NOTHING_PUT_IN = "n/a: nothing is put in"
NOTHING_RECEIVED = "none: no cash flow is positive"
NO_RATE = "none: no rate makes the present value zero"
PAID_RATE = "a rate that is paid, not earned: present value rises with the rate"


def several_rates(count: int | str) -> str:
    """Say that a rate of return is one of several."""
    return (
        f"not unique: {count} rates make the present value zero; the one nearest zero "
        "on the side of the undiscounted sum is given"
    )


UNPAID_INTEREST_AT = "dscr_minimum"
"""The measure beside which unpaid interest is remarked: it leaves out the periods of it."""


def unpaid_interest(added: str, peak: str) -> str:
    """Say that interest is added to the debt, from amounts that are printed already."""
    return f"interest of {added} CNY is not paid but added to the debt, which peaks at {peak} CNY"


@dataclass(frozen=True)
class Reason:
    """A condition over the values after the last period, and what to say where it holds.

    Parameters
    ----------
    holds : sympy.Basic
        The condition.
    words : str
        What is said; ``{life}`` stands for the useful life in words.
    """

    holds: sp.Basic
    words: str


@dataclass(frozen=True)
class Final:
    """A formula over the values after the last period.

    Parameters
    ----------
    value : sympy.Expr
        The measure.
    missing : tuple of Reason
        Where it does not exist, and why; the first that holds is said.
    notes : tuple of Reason
        What is to be said where it does exist; all that hold are said.
    """

    value: sp.Expr
    missing: tuple[Reason, ...] = ()
    notes: tuple[Reason, ...] = ()

    @cached_property
    def exists(self) -> sp.Basic:
        """The condition under which the measure exists."""
        import sympy as sp

        def negated(condition: sp.Basic) -> sp.Basic:
            if isinstance(condition, sp.And | sp.Or):
                other = sp.Or if isinstance(condition, sp.And) else sp.And
                return other(*map(negated, condition.args))
            return sp.Not(condition)

        return sp.And(*(negated(reason.holds) for reason in self.missing))


@dataclass(frozen=True, kw_only=True)
class Measure:
    """What every measure has.

    Parameters
    ----------
    name : str
        Quantity and unit, as used everywhere.
    label : str
        What a reader sees.
    unit : str
        Unit of the value.
    format : str
        How a value is shown, for `str.format`.
    symbol : str
        LaTeX symbol.
    divides : float or str or None
        What divides good from bad: a value, or the assumption that holds it; None: nothing.
    is_shown : bool
        Whether it stands in the table of a case.
    terms : tuple of str
        Other terms that it is looked for by.
    place : tuple of (str, int)
        File and line of the declaration.
    """

    name: str
    label: str
    unit: str
    format: str
    symbol: str
    divides: float | str | None = None
    is_shown: bool = True
    terms: tuple[str, ...] = ()
    place: tuple[str, int] = field(init=False, compare=False, repr=False, default=("", 0))

    def __post_init__(self) -> None:
        """Keep the place of the declaration."""
        frame = sys._getframe(2)
        object.__setattr__(self, "place", (frame.f_code.co_filename, frame.f_lineno))


@dataclass(frozen=True, kw_only=True)
class Single(Measure):
    """One number a scenario, known after the last period.

    Parameters
    ----------
    formula : callable
        Declares the running totals that it needs and returns the formula over their last values.
    """

    formula: Callable[[Running], Final]

    def final(self, run: Running) -> Final:
        """Declare the running totals and return the formula over their last values."""
        return self.formula(run)


def _nothing(run: Running) -> None:
    """Declare nothing: the flows are a line of the model."""


@dataclass(frozen=True, kw_only=True)
class Payback(Measure):
    """Years until flows have paid back what was put in.

    The first period at whose end the running total of the flows, having been negative, is so no
    longer, with the flow spread evenly within that period.

    Parameters
    ----------
    flow : str
        The flows.
    declare_flow : callable
        Declares them where they are no line of the model.
    """

    flow: str
    declare_flow: Callable[[Running], object] = _nothing

    def final(self, run: Running) -> Final:
        """Declare the running totals and return the formula over their last values."""
        self.declare_flow(run)
        name, mark = self.name.removesuffix("_years"), self.symbol.partition("_")[2]
        flow, dust = run[self.flow], run.dust()
        before, lowest_before = (run.previous(f"{name}_{what}") for what in ("total", "lowest"))
        # once it has been negative and is so no longer, the total stands still
        is_due = run.either(before < -dust, lowest_before >= -dust)
        total = run.line(
            f"{name}_total",
            f"{self.label}: running total",
            "CNY",
            run.when(is_due, before + flow, before),
            rf"\Sigma_{mark}",
            start=run.start(self.flow),
        )
        lowest = run.line(
            f"{name}_lowest",
            f"{self.label}: lowest running total",
            "CNY",
            run.smaller(lowest_before, total),
            rf"\underline{{\Sigma}}_{mark}",
            start=run.start(self.flow),
        )
        period = run.line(
            f"{name}_period",
            f"{self.label}: period in which it comes",
            "periods",
            run.when(is_due, run["period"], run.previous(f"{name}_period")),
            rf"\tau_{mark}",
            start=0,
        )
        received = run.line(
            f"{name}_received",
            f"{self.label}: flow of that period",
            "CNY",
            run.when(is_due, flow, run.previous(f"{name}_received")),
            rf"\phi_{mark}",
            start=run.unreachable,
        )
        years = (period - total / received) / run["periods_per_year"]
        return Final(
            years,
            (
                Reason(lowest >= -dust, NOTHING_PUT_IN),
                Reason(total < -dust, "never pays back within {life}"),
            ),
        )


@dataclass(frozen=True, kw_only=True)
class Rate(Measure):
    """A rate of return: where the present value of flows is zero, decimal per year.

    Its `final` says where it is not looked for and what is to be said of it; the value over last
    values is the undiscounted sum of the flows. A rate that has not the sign of that sum is one at
    which present value rises with the rate: money comes first, and the rate is paid, not earned.

    Parameters
    ----------
    flow : str
        The flows, rounding left out, as `declare` declares them.
    declare : callable
        Declares the flows and returns the formula over last values.
    """

    flow: str
    declare: Callable[[Running], Final]

    def final(self, run: Running) -> Final:
        """Declare the flows and return the formula over last values."""
        return self.declare(run)


@dataclass(frozen=True, kw_only=True)
class ByYear(Measure):
    """One number a year: a line summed over the year.

    Parameters
    ----------
    line : str
        The line.
    """

    line: str


@dataclass(frozen=True, kw_only=True)
class ShareByYear(Measure):
    """One number a year: one measure by year over another, where that is positive.

    Parameters
    ----------
    over, under : str
        Measures by year.
    words : str
        What is said where it does not exist in some year.
    """

    over: str
    under: str
    words: str
