"""Code generation: numba source of a kernel, from a declaration.

A block of scenarios stands side by side in lanes, every quantity a row of one flat array. Months
are the outer loop and lanes the inner one, so that the compiler handles several scenarios with one
instruction and no quantity leaves the processor's cache.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import sympy as sp

from analysis.rental.engines.compiled.binding import Bound
from analysis.rental.engines.compiled.names import IS_MOVING, SCULPTED_SHARE
from analysis.rental.engines.compiled.ordinary import condition, ordinary
from analysis.rental.engines.compiled.printer import LanePrinter
from analysis.rental.engines.compiled.streaming import CAPACITY, CAPACITY_PRESENT_VALUE, Stream
from analysis.rental.inputs.parameters import SCULPTED_SERVICE, SERVICE_AHEAD, SERVICE_AHEAD_FIRST
from analysis.rental.model.blocks.lender_terms import RESERVE_PERIODS, SCHEDULED
from analysis.rental.model.lines import Line, previous_symbol

HEADER = '''"""Generated from the declaration of the rental model; not to be edited."""

import numpy as np

from analysis.rental.engines.compiled.irr_lanes import FLOWS, search_block, search_hard
from analysis.rental.engines.compiled.lanes import LANES, kept, larger, offset, power, smaller
from analysis.rental.engines.compiled.reserve_lanes import look_ahead
from analysis.rental.engines.compiled.sculpt_lanes import begin, reshape
from analysis.rental.model.rounding import SCULPTED_SWEEPS


@kept
def kernel(
    common, fixed, varying, varying_rows, series, paths, n_periods, per_year, out, years,
    searches,
):
'''


def source(stream: Stream, bound: Bound) -> str:
    """Return the source of a kernel.

    Parameters
    ----------
    stream : Stream
        What is to be computed.
    bound : Bound
        The same, sorted by when it can be computed.

    Returns
    -------
    str
        A module with the function ``kernel(common, fixed, varying, varying_rows, series, paths,
        n_periods, per_year, out, years, searches)``: parameters that all scenarios share;
        those of lanes, first the values of those that do not vary, then one row each for those that
        do, and which they are; series that all share, one a row; those of lanes, one
        (n_scenarios, n_periods) a place; results: measures, one a row, measures by year, one
        (n_scenarios, n_years) a place, and searches for rates of return.
    """
    return _Generator(stream, bound).text()


def _loop(head: str, body: list[str]) -> list[str]:
    return [head, *(f"    {line}" for line in body)] if body else []


def _periods(body: list[str]) -> list[str]:
    # not `for`: ordinary periods are taken two at a time, so that a pass ends one or two further on
    return ["t = 1", *_loop("while t <= n_periods:", body)] if body else []


class _Generator:
    def __init__(self, stream: Stream, bound: Bound) -> None:
        self.stream, self.bound = stream, bound
        self.printer = LanePrinter()
        # the same formulas a second time, every name moved on by a period: no text is ever edited
        self.of_next = LanePrinter(self._variable_of_next)
        self.kept = list(stream.yearly.values())
        self.kept += (CAPACITY, CAPACITY_PRESENT_VALUE) if stream.is_sculpted else ()
        self.kept += (SCHEDULED,) if stream.has_reserve else ()
        every = {free.name for line in bound.lane_lines for free in line.formula.free_symbols}
        last = {
            free.name
            for final in bound.finals.values()
            for part in (final.value, final.exists)
            for free in part.free_symbols
        }
        if stream.is_sculpted:
            last |= {"price_paid_cny"}
        if stream.has_reserve:
            last |= {RESERVE_PERIODS}
        constants = [line.name for line in bound.lane_constants if line.name in every | last]
        states = [
            line.name
            for line in bound.lane_lines
            if f"previous_{line.name}" in every or line.name in {*last, *self.kept}
        ]
        measures = [f"measure_{name}" for name in bound.finals]
        names = [*bound.lane_parameters, *constants, *bound.lane_series, *states, *measures]
        names += [SCULPTED_SHARE, IS_MOVING] if stream.is_sculpted else ()
        self.rows = {name: row for row, name in enumerate(names)}

    def text(self) -> str:
        """Return the module."""
        deeper = 1 if self.stream.is_sculpted or self.stream.has_reserve else 0
        parts = [
            (1, self._allocate()),
            (1, self._common()),
            (1, ["n_scenarios = varying.shape[1]", "for first in range(0, n_scenarios, LANES):"]),
            (2, self._load()),
            (2, self._begin_sweeps() if deeper else []),
            (2 + deeper, self._purchase()),
            (2 + deeper, _periods(self._period())),
            (2 + deeper, self._end_sweep() if deeper else []),
            (2, self._finish()),
        ]
        for place, _ in enumerate(self.stream.flows):
            parts.append((1, [f"search_hard(searches[{place}], float(per_year))"]))
        lines = ["    " * depth + line for depth, part in parts for line in part]
        return HEADER + "\n".join(lines) + "\n"

    def _row(self, name: str) -> str:
        # an index into one flat array is what the compiler vectorizes; rows of a matrix it does not
        return f"w[{self.rows[name]} * LANES + j]"

    def _assign(self, lines: Iterable[Line]) -> list[str]:
        return [f"{line.name} = {self.printer.doprint(line.formula)}" for line in lines]

    def _loads(self, expressions: Iterable[sp.Basic], *, has_previous: bool) -> list[str]:
        """Load the rows and the common values of the period that expressions use."""
        free = {name.name for expression in expressions for name in expression.free_symbols}
        loads = []
        for name in self.rows:
            if name in free and (not has_previous or name not in self._lane_line_names()):
                loads.append(f"{name} = {self._row(name)}")
            # the row still holds the period before: lines overwrite it only when all are computed
            if has_previous and f"previous_{name}" in free:
                loads.append(f"previous_{name} = {self._row(name)}")
        return loads

    def _lane_line_names(self) -> set[str]:
        return {line.name for line in self.bound.lane_lines}

    def _allocate(self) -> list[str]:
        bound = self.bound
        text = [
            f"w = np.zeros({len(self.rows)} * LANES)",
            f"path = np.zeros({max(len(bound.lane_series), 1)} * n_periods * LANES)",
            "n_years = (n_periods - 1) // per_year + 1",
            f"year_sums = np.zeros({max(len(self.stream.yearly), 1)} * n_years * LANES)",
            f"table = np.zeros(({max(len(bound.common_lines), 1)}, n_periods + 1))",
        ]
        text += [
            f"flows_{place} = searches[{place}].x" for place, _ in enumerate(self.stream.flows)
        ]
        text += [f"{name} = common[{i}]" for i, name in enumerate(bound.common_parameters)]
        text += self._assign(bound.common_constants)
        text += [f"for i in range({len(bound.lane_parameters)}):", "    row = offset(i)"]
        return [*text, "    for j in range(LANES):", "        w[row + j] = fixed[i]"]

    def _common(self) -> list[str]:
        """Compute the lines that all scenarios share."""
        lines = self.bound.common_lines
        if not lines:
            return []
        text = [
            f"table[{i}, 0] = {line.name} = {self.printer.doprint(line.start)}"
            for i, line in enumerate(lines)
            if line.start is not None
        ]
        text.append("for t in range(1, n_periods + 1):")
        text += [
            f"    previous_{line.name} = {line.name}" for line in lines if line.start is not None
        ]
        text += [
            f"    {name} = series[{i}, t - 1]" for i, name in enumerate(self.bound.common_series)
        ]
        text += [f"    {line}" for line in self._assign(lines)]
        return [*text, *(f"    table[{i}, t] = {line.name}" for i, line in enumerate(lines))]

    def _load(self) -> list[str]:
        """Bring a block of scenarios into lanes; the last scenario fills up the last block."""
        text = [
            "n_lanes = min(LANES, n_scenarios - first)",
            "for i in range(varying_rows.size):",
            "    row = offset(varying_rows[i])",
            "    for j in range(LANES):",
            "        w[row + j] = varying[i, min(first + j, n_scenarios - 1)]",
        ]
        for place, name in enumerate(self.bound.lane_series):
            if name in (SCULPTED_SERVICE, SERVICE_AHEAD):
                continue
            text += [
                "for j in range(LANES):",
                "    scenario = min(first + j, n_scenarios - 1)",
                "    for t in range(n_periods):",
                f"        row = offset({place} * n_periods + t)",
                f"        path[row + j] = paths[{place}][scenario, t]",
            ]
        return text

    def _path(self, series: str) -> str:
        place = self.bound.lane_series.index(series)
        return f"path[{place} * n_periods * LANES : {place + 1} * n_periods * LANES]"

    def _begin_sweeps(self) -> list[str]:
        text, n_sweeps = [], "1"
        if self.stream.is_sculpted:
            # debt sized by cash flow lowers the tax that cash flow pays: a fixed point, by sweeps
            text += [
                f"service = {self._path(SCULPTED_SERVICE)}",
                "capacity = np.zeros(n_periods * LANES)",
                f"begin(w, service, {self.rows[SCULPTED_SHARE]}, {self.rows[IS_MOVING]})",
            ]
            n_sweeps = "SCULPTED_SWEEPS + 1"  # the last one runs with what the one before shaped
        if self.stream.has_reserve:
            # a last sweep knows what falls due after each period from the one before
            text += [
                f"ahead = {self._path(SERVICE_AHEAD)}",
                "scheduled = np.zeros(n_periods * LANES)",
                "is_known_ahead = False",
            ]
            n_sweeps += " + 1"
        return [*text, f"n_sweeps = {n_sweeps}", "for sweep in range(n_sweeps):"]

    def _end_sweep(self) -> list[str]:
        names = (
            SCULPTED_SHARE,
            IS_MOVING,
            "debt_drawn_share",
            "sculpted_dscr",
            "price_paid_cny",
            CAPACITY_PRESENT_VALUE,
        )
        is_settled = "True"
        if self.stream.is_sculpted:
            rows = ", ".join(str(self.rows[name]) for name in names)
            is_settled = f"reshape(w, service, capacity, n_periods, {rows}) == 0"
        if not self.stream.has_reserve:
            return [f"if (sweep == n_sweeps - 1) or ({is_settled}):", "    break"]
        held, first = self.rows[RESERVE_PERIODS], self.rows[SERVICE_AHEAD_FIRST]
        return [
            "if is_known_ahead:",
            "    break",
            f"if (sweep == n_sweeps - 2) or ({is_settled}):",
            f"    look_ahead(w, scheduled, ahead, n_periods, {held}, {first})",
            "    is_known_ahead = True",
        ]

    def _purchase(self) -> list[str]:
        """Compute what holds over time, and the values on the day of purchase."""
        bound = self.bound
        starts = [line for line in bound.lane_lines if line.start is not None]
        computed = {line.name for line in bound.lane_constants}
        expressions = [line.formula for line in bound.lane_constants]
        expressions += [line.start for line in starts if line.start is not None]
        body = [
            load
            for load in self._loads(expressions, has_previous=False)
            if load.split(" = ")[0] not in computed
        ]
        if self.stream.is_sculpted:
            body.append(f"debt_drawn_share = {self._row(SCULPTED_SHARE)}")
        body += self._assign(bound.lane_constants)
        body += [
            f"{self._row(c.name)} = {c.name}" for c in bound.lane_constants if c.name in self.rows
        ]
        body += [
            f"{self._row(line.name)} = {self.printer.doprint(line.start)}"
            for line in starts
            if line.name in self.rows
        ]
        for place, name in enumerate(self.stream.flows.values()):
            start = next(line.start for line in starts if line.name == name)
            body.append(f"flows_{place}[FLOWS * LANES + j] = {self.printer.doprint(start)}")
        return _loop("for j in range(LANES):", body)

    def _period(self) -> list[str]:
        bound = self.bound
        text = ["last = t", *self._common_of_period("", "t")]
        for place, name in enumerate(bound.lane_series):
            text += [
                f"row = offset({place} * n_periods + t - 1)",
                "for j in range(LANES):",
                f"    {self._row(name)} = path[row + j]",
            ]
        if not bound.lane_lines:
            return []
        text.append("row = offset(FLOWS + t)")
        every = self._lanes_of_period(bound.lane_lines)
        shared = {*bound.common_series, *(line.name for line in bound.common_lines)}
        if (is_ordinary := condition(shared & self._used())) and not bound.lane_series:
            both = f"{is_ordinary} & {condition(shared & self._used(), 'next_')}"
            text += ["following = min(t + 1, n_periods)"]
            text += self._common_of_period("next_", "following")
            text += _loop(
                f"if (t < n_periods) & {both}:",
                ["last = t + 1", *self._lanes_of_two_periods(ordinary(bound.lane_lines, shared))],
            )
            text += _loop("else:", every)
        else:
            text += every
        if self.stream.is_sculpted:
            text += [
                "row = offset(t - 1)",
                "for j in range(LANES):",
                f"    capacity[row + j] = {self._row(CAPACITY)}",
            ]
        if self.stream.has_reserve:
            text += [
                "row = offset(t - 1)",
                "for j in range(LANES):",
                f"    scheduled[row + j] = {self._row(SCHEDULED)}",
            ]
        for place, name in enumerate(self.stream.yearly.values()):
            text += [
                f"row = offset({place} * n_years + (last - 1) // per_year)",
                "for j in range(LANES):",
                f"    year_sums[row + j] = {self._row(name)}",
            ]
        return [*text, "t = last + 1"]

    def _used(self) -> set[str]:
        return {name.name for line in self.bound.lane_lines for name in line.formula.free_symbols}

    def _common_of_period(self, prefix: str, period: str) -> list[str]:
        """Load what lines of a period use of the values that all scenarios share."""
        used, text = self._used(), []
        for i, name in enumerate(self.bound.common_series):
            text += [f"{prefix}{name} = series[{i}, {period} - 1]"] if name in used else []
        for i, line in enumerate(self.bound.common_lines):
            text += [f"{prefix}{line.name} = table[{i}, {period}]"] if line.name in used else []
            if not prefix and f"previous_{line.name}" in used:
                text.append(f"previous_{line.name} = table[{i}, {period} - 1]")
        return text

    def _lanes_of_period(self, lines: Sequence[Line]) -> list[str]:
        """Compute lines of a period in all lanes."""
        body = self._loads([line.formula for line in lines], has_previous=True)
        body += self._assign(lines)
        body += self._keep(lines, "")
        flows = self.stream.flows.values()
        body += [f"flows_{place}[row + j] = {name}" for place, name in enumerate(flows)]
        return _loop("for j in range(LANES):", body)

    def _lanes_of_two_periods(self, lines: Sequence[Line]) -> list[str]:
        """Compute lines of two periods on end: what they share is loaded and kept once."""
        body = self._loads([line.formula for line in lines], has_previous=True)
        body += self._assign(lines)
        body += [f"next_{line.name} = {self.of_next.doprint(line.formula)}" for line in lines]
        body += self._keep(lines, "next_")
        for place, name in enumerate(self.stream.flows.values()):
            body += [
                f"flows_{place}[row + j] = {name}",
                f"flows_{place}[row + LANES + j] = next_{name}",
            ]
        return _loop("for j in range(LANES):", body)

    def _variable_of_next(self, name: str) -> str:
        """Return the variable that holds, one period later, what a symbol stands for.

        What was the period before is then the period at hand; values that hold over time keep
        their names. The order of a sum is that of its symbols, so that it does not change.
        """
        bound = self.bound
        lines = {line.name for line in (*bound.lane_lines, *bound.common_lines)}
        before = name.removeprefix("previous_")
        if name not in lines and before in lines:
            return before
        return f"next_{name}" if name in lines or name in bound.common_series else name

    def _keep(self, lines: Sequence[Line], prefix: str) -> list[str]:
        """Store lines for the next period; a row that keeps its value is left alone."""
        return [
            f"{self._row(line.name)} = {prefix}{line.name}"
            for line in lines
            if line.name in self.rows and line.formula != previous_symbol(line.name)
        ]

    def _finish(self) -> list[str]:
        """Compute the measures and hand over the results of a block."""
        finals = self.bound.finals
        parts = [part for final in finals.values() for part in (final.value, final.exists)]
        free = {name.name for part in parts for name in part.free_symbols}
        text = [
            f"{line.name} = table[{i}, n_periods]"
            for i, line in enumerate(self.bound.common_lines)
            if line.name in free
        ]
        body = self._loads(parts, has_previous=False)
        for name, final in finals.items():
            value = self.printer.doprint(final.value)
            if final.exists != sp.true:
                value = f"({value} if {self.printer.doprint(final.exists)} else np.nan)"
            body.append(f"{self._row(f'measure_{name}')} = {value}")
        text += _loop("for j in range(LANES):", body)
        for place, name in enumerate(finals):
            text += [
                "for j in range(n_lanes):",
                f"    out[{place}, first + j] = {self._row(f'measure_{name}')}",
            ]
        for place, _ in enumerate(self.stream.yearly):
            text += [
                "for j in range(n_lanes):",
                "    for i in range(n_years):",
                f"        row = offset({place} * n_years + i)",
                f"        years[{place}][first + j, i] = year_sums[row + j]",
            ]
        for place, _ in enumerate(self.stream.flows):
            text.append(f"search_block(searches[{place}], float(per_year), first, n_lanes)")
        return text
