"""Sculpted debt in cells: the model gone through pass by pass, without a circle of cells.

Service is cash flow over a cover ratio, and what the debt is worth is the present value of its
service; but interest lowers tax, and so the debt raises that cash flow. Within a pass a present
value of the cash flow is tried: it says how much is drawn and which share of the cash flow serves
it, the first period follows from the debt on the day of purchase and every period from the one
before. The cash flow found has a present value of its own. A secant through the two last passes
gives the next one to try; where both are the same the debt is settled.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from graphlib import TopologicalSorter
from typing import Any, NamedTuple

import numpy as np
from xlsxwriter.utility import xl_col_to_name, xl_rowcol_to_cell  # type: ignore[import-untyped]

from analysis.arrays import Floats
from analysis.errors import AssumptionError, Fault
from analysis.rental.engines.compiled.streaming import CAPACITY, CAPACITY_PRESENT_VALUE, stream
from analysis.rental.engines.plain import run
from analysis.rental.engines.sculpt import sculpt
from analysis.rental.faces.workbook.formula_printer import FormulaPrinter
from analysis.rental.faces.workbook.layout import FIRST_COLUMN, SCULPTING, Layout
from analysis.rental.faces.workbook.sheet_setup import Pages
from analysis.rental.inputs.assumptions import Assumptions
from analysis.rental.inputs.parameters import SCULPTED_SERVICE
from analysis.rental.inputs.resolve import Resolved
from analysis.rental.model.lines import Declaration, Line, names_in, symbol

SERVICE_SHARE = "sculpted_service_share"
"""Debt service over the cash flow it is shaped to, the same in every period."""

SLOPES: dict[str, tuple[str, float]] = {
    "sculpting_lowest_slope": ("Lowest slope of a step that sizes sculpted debt", -0.9),
    "sculpting_highest_slope": ("Highest slope of a step that sizes sculpted debt", 0.95),
}
_N_PASSES = 16  # rates up to 30 % and taxes up to 50 % need at most 12, ordinary cases 4 to 6
_SETTLED = 1e-12
_DRAWN = "debt_drawn_share"


def sized(declaration: Declaration, resolved: Resolved) -> Resolved:
    """Return resolved assumptions with sculpted debt sized over all columns of a workbook.

    Parameters
    ----------
    declaration : Declaration
        The model.
    resolved : Resolved
        One scenario. A list that ends with the useful life is filled with zeros.
    """
    n_periods = resolved.n_periods
    series = {
        name: np.append(values, np.zeros(n_periods - len(values)))
        for name, values in resolved.series.items()
    }
    filled = resolved._replace(series=series)
    if SCULPTED_SERVICE not in declaration.series:
        return filled
    found = sculpt(declaration, filled)
    return found._replace(series={name: np.ravel(each) for name, each in found.series.items()})


class _Pass(NamedTuple):
    """One pass: the present value tried, the one found, and every value on the way."""

    tried: float
    found: float
    values: dict[str, Floats]


class Sculpting:
    """The passes that size the sculpted debt of one case.

    Parameters
    ----------
    case : Assumptions
        The case; its debt is sculpted.
    declaration : Declaration
        Its lines.
    layout : Layout
        Where they stand.
    resolved : Resolved
        Its values, sized.

    Raises
    ------
    AssumptionError
        If that many passes do not settle the debt, as with a tax near the whole income and interest
        of 100 % a year.
    """

    def __init__(
        self, case: Assumptions, declaration: Declaration, layout: Layout, resolved: Resolved
    ) -> None:
        self.case, self.layout, self.resolved = case, layout, resolved
        self.forward = _forward(stream(declaration, ()).declaration)
        follows = _following(self.forward)
        self.constants = [each for each in self.forward.constants if each.name in follows]
        self.lines = [each for each in self.forward.lines if each.name in follows]
        constants, _ = run(declaration, resolved.parameters, resolved.series, resolved.n_periods)
        self.price = float(constants["price_paid_cny"][0])
        self.passes = self._passes()

    def _run(self, drawn_share: float, service_share: float) -> dict[str, Floats]:
        """Go through the model once."""
        parameters = {
            **self.resolved.parameters,
            _DRAWN: np.array([drawn_share]),
            SERVICE_SHARE: np.array([service_share]),
        }
        series = {name: self.resolved.series[name] for name in self.forward.series}
        constants, lines = run(self.forward, parameters, series, self.resolved.n_periods)
        found = {each.name: lines[each.name][0] for each in self.lines}
        found[CAPACITY_PRESENT_VALUE] = lines[CAPACITY_PRESENT_VALUE][0]
        return found | {each.name: constants[each.name] for each in self.constants}

    def _drawn(self, present: float) -> float:
        """Return the share of the price that a present value of cash flow allows to draw."""
        share = present / self.case.sculpted_dscr / self.price
        return share if self.case.debt_share is None else min(share, self.case.debt_share)

    def _passes(self) -> list[_Pass]:
        if not self.lines:  # the cash flow is that before tax, whatever is borrowed
            return []
        lowest, highest = (value for _, value in SLOPES.values())
        passes: list[_Pass] = []
        tried = 0.0
        for _ in range(_N_PASSES):
            drawn = self._drawn(tried)
            values = self._run(drawn, drawn * self.price / tried if tried > 0 else 0.0)
            passes.append(_Pass(tried, float(values[CAPACITY_PRESENT_VALUE][-1]), values))
            slope = 0.0
            if len(passes) > 1 and passes[-1].tried != passes[-2].tried:
                after, before = passes[-1], passes[-2]
                slope = (after.found - before.found) / (after.tried - before.tried)
            slope = min(max(slope, lowest), highest)
            tried = max(0.0, tried + (passes[-1].found - tried) / (1 - slope))
        if abs(passes[-1].found - passes[-1].tried) > _SETTLED * self.price:
            expected = (
                f"a rate and a tax at which {_N_PASSES} passes in the cells settle sculpted debt; "
                "`evaluate` goes on for longer"
            )
            rate = f"{self.case.debt_rate_per_year:g}"
            raise AssumptionError([Fault("workbook", None, "debt_rate_per_year", rate, expected)])
        return passes

    def write(self, pages: Pages) -> None:
        """Write the sheet, and name the cells that size the debt."""
        note = (
            "Each pass tries a present value of the cash flow that serves the debt; the debt and "
            "its service follow, and what the cash flow comes to with them. Found is what is tried."
        )
        page = pages.head(SCULPTING, "Sculpted debt", note, ["Line", "Name", "Unit", "Value"])
        last = CAPACITY_PRESENT_VALUE, self.layout.n_periods
        found = self.layout.cell(*last, SCULPTING)
        row = 8
        tried: list[str] = []
        results: list[str] = []
        for number, each in enumerate(self.passes, start=1):
            block = _Block(self, row)
            block.write(page, pages, f"Pass {number}", _next(tried, results), each)
            tried.append(block.cell_of_tried)
            results.append(block.of(self.layout.n_periods)(CAPACITY_PRESENT_VALUE))
            row = block.end + 1
            found = results[-1]
        drawn = float(self.resolved.parameters[_DRAWN][0])
        values = self.passes[-1].values if self.passes else self._run(drawn, 0.0)
        present = float(values[CAPACITY_PRESENT_VALUE][-1])
        name = "sculpted_present_value_cny"
        share = drawn * self.price / present if present > 0 else 0.0
        settled = [
            (name, "Present value of the cash flow that serves the debt", "CNY", f"={found}"),
            ("sculpted_drawn_share", "Debt drawn over price", "share", self.drawn_formula(name)),
            (SERVICE_SHARE, "Debt service over that cash flow", "share", self.share_formula(name)),
        ]
        for at, (cell, label, unit, formula), value in zip(
            range(3, 6), settled, (present, drawn, share), strict=True
        ):
            page.write_row(at, 0, [label, cell, unit])
            page.write_formula(at, 3, formula, pages.by_unit("number", unit), value)
            pages.name(cell, SCULPTING, at, 3)

    def drawn_formula(self, present: str) -> str:
        """Return the formula of the share of the price drawn, over a present value."""
        allowed = f"{present}/sculpted_dscr/price_paid_cny"
        return f"={allowed}" if self.case.debt_share is None else f"=MIN({allowed},debt_share)"

    def share_formula(self, present: str, drawn: str = "sculpted_drawn_share") -> str:
        """Return the formula of debt service over cash flow."""
        return f"=IF({present}>0,{drawn}*price_paid_cny/{present},0)"


class _Block:
    """The rows of one pass."""

    def __init__(self, sculpting: Sculpting, row: int) -> None:
        self.sculpting, self.row = sculpting, row
        names = [
            _DRAWN,
            SERVICE_SHARE,
            *(each.name for each in (*sculpting.constants, *sculpting.lines)),
        ]
        self.rows = {name: place for place, name in enumerate(names, start=row + 2)}
        self.of_lines = {each.name for each in sculpting.lines}
        self.end = row + 2 + len(names)
        self.cell_of_tried = _value_cell(row + 1)

    def of(self, period: int) -> Callable[[str], str]:
        """Return what symbols stand for in one period."""
        outside = self.sculpting.layout.reference(period, SCULPTING)

        def cell(name: str) -> str:
            plain = name.removeprefix("previous_")
            if plain not in self.rows:
                return outside(name)
            if plain not in self.of_lines:
                return _value_cell(self.rows[plain])
            column = FIRST_COLUMN + period - (plain != name)
            return f"{xl_col_to_name(column)}{self.rows[plain] + 1}"

        return cell

    def write(self, page: Any, pages: Pages, title: str, tried: str, found: _Pass) -> None:
        """Write the rows, with the values that the package finds."""
        sculpting, formats = self.sculpting, pages.formats
        page.write(self.row, 0, title, formats["group"])
        drawn = sculpting._drawn(found.tried)
        share = drawn * sculpting.price / found.tried if found.tried > 0 else 0.0
        present = self.cell_of_tried
        first = [
            ("Present value tried", "", "CNY", tried, found.tried),
            ("Debt drawn over price", _DRAWN, "share", sculpting.drawn_formula(present), drawn),
            (
                "Debt service over cash flow",
                SERVICE_SHARE,
                "share",
                sculpting.share_formula(present, _value_cell(self.rows[_DRAWN])),
                share,
            ),
        ]
        for row, (label, name, unit, formula, value) in enumerate(first, start=self.row + 1):
            page.write_row(row, 0, [label, name, unit])
            page.write_formula(row, FIRST_COLUMN, formula, pages.by_unit("number", unit), value)
        for line in (*sculpting.constants, *sculpting.lines):
            row = self.rows[line.name]
            page.write_row(row, 0, [line.label, line.name, line.unit])
            is_line = line.name in self.of_lines
            for period in range(sculpting.layout.n_periods + 1 if is_line else 1):
                expression = line.start if is_line and not period else line.formula
                if expression is None:
                    continue
                text = FormulaPrinter(self.of(period)).doprint(expression)
                value = float(found.values[line.name][period])
                page.write_formula(row, FIRST_COLUMN + period, f"={text}", formats["money"], value)


def _value_cell(row: int) -> str:
    return str(xl_rowcol_to_cell(row, FIRST_COLUMN, row_abs=True, col_abs=True))


def _next(tried: list[str], found: list[str]) -> str:
    """Return the formula of what a pass tries, from the cells of what was tried and found."""
    if not tried:
        return "=0"
    slope = "0"
    if len(tried) > 1:
        change = f"({found[-1]}-{found[-2]})/({tried[-1]}-{tried[-2]})"
        slope = f"IF({tried[-1]}={tried[-2]},0,{change})"
    bounded = f"MIN(sculpting_highest_slope,MAX(sculpting_lowest_slope,{slope}))"
    return f"=MAX(0,{tried[-1]}+({found[-1]}-{tried[-1]})/(1-{bounded}))"


def _forward(declaration: Declaration) -> Declaration:
    """Return a declaration whose service is a share of the cash flow of its own period."""
    service = Line(
        SCULPTED_SERVICE,
        "Debt service",
        "CNY",
        "measure",
        symbol(CAPACITY) * symbol(SERVICE_SHARE),
        None,
        "Y",
    )
    if SCULPTED_SERVICE not in declaration.series:
        return declaration
    return Declaration(
        (*declaration.parameters, SERVICE_SHARE),
        tuple(name for name in declaration.series if name != SCULPTED_SERVICE),
        declaration.constants,
        _in_order((*declaration.lines, service)),
    )


def _in_order(lines: Iterable[Line]) -> tuple[Line, ...]:
    """Order lines so that each stands behind those of its own period that it needs."""
    known = {line.name: line for line in lines}
    needs = {
        name: [other for other in line.names_used if other in known] for name, line in known.items()
    }
    return tuple(known[name] for name in TopologicalSorter(needs).static_order())


def _following(declaration: Declaration) -> set[str]:
    """Return the constants and lines that depend on what is borrowed."""
    follows = {_DRAWN, SERVICE_SHARE}
    while True:
        more = {
            line.name
            for line in (*declaration.constants, *declaration.lines)
            if follows & _names(line)
        }
        if more <= follows:
            return follows - {_DRAWN, SERVICE_SHARE}
        follows |= more


def _names(line: Line) -> set[str]:
    names = set(names_in(line.formula))
    names |= set() if line.start is None else set(names_in(line.start))
    return {name.removeprefix("previous_") for name in names}
