"""Write a case as a workbook of live formulas, generated from the declared lines."""

from __future__ import annotations

import io
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import sympy as sp
import xlsxwriter  # type: ignore[import-untyped]

from analysis.arguments import as_path
from analysis.arrays import Floats
from analysis.errors import Fault
from analysis.files import WriteError, write_whole
from analysis.rental.engines.compiled.streaming import CAPACITY, stream
from analysis.rental.engines.evaluation import evaluate
from analysis.rental.engines.plain import run
from analysis.rental.faces.workbook.cell_formats import labeled, properties
from analysis.rental.faces.workbook.check_sheet import (
    checks_of,
    checks_of_inputs,
    count_of,
    remark_of,
)
from analysis.rental.faces.workbook.formula_printer import FormulaPrinter
from analysis.rental.faces.workbook.front_sheet import SHOWN, Shown, write_front
from analysis.rental.faces.workbook.input_limits import Limits
from analysis.rental.faces.workbook.input_sheet import BY_PERIOD, InputSheet
from analysis.rental.faces.workbook.layout import (
    CHECKS,
    FIRST_COLUMN,
    INPUTS,
    METRICS,
    RATES,
    SCULPTING,
    STATEMENTS,
    SUMMARY,
    WORKINGS,
    Layout,
)
from analysis.rental.faces.workbook.measure_cells import metrics_of
from analysis.rental.faces.workbook.rates import rate_formulas
from analysis.rental.faces.workbook.sculpting import SERVICE_SHARE, Sculpting, sized
from analysis.rental.faces.workbook.sheet_setup import Pages
from analysis.rental.inputs.assumptions import Assumptions
from analysis.rental.inputs.cases import Case, as_case
from analysis.rental.inputs.parameters import SCULPTED_SERVICE, SERVICE_AHEAD, SERVICE_AHEAD_FIRST
from analysis.rental.inputs.resolve import resolve
from analysis.rental.model.blocks.lender_terms import RESERVE, RESERVE_PERIODS, SCHEDULED
from analysis.rental.model.lines import Declaration, Line
from analysis.rental.model.measures.declared_measures import MEASURES, singles
from analysis.revision import Revision, current_revision

_CALENDAR = ("period", "year", "is_year_start")


def write_workbook(
    case: Case,
    path: Path | str,
    *,
    title: str = "A case of the rental model",
    longest_life_years: float | None = None,
    revision: Revision | None = None,
) -> None:
    """Write a case as a workbook that recalculates when an input changes.

    Sheets: what it comes to, inputs, workings, statements by period, metrics, checks. Formulas are
    those of the declaration; their numbers are named cells. Each formula's value as the package
    computes it is stored with it, for viewers that do not recalculate.

    Parameters
    ----------
    case : Assumptions
        The case; its structural choices decide which formulas there are.
    path : Path or str
        An .xlsx file.
    title : str
        What the case is called.
    longest_life_years : float, optional
        Longest useful life that may be typed into it; left out: the longest that the model allows.
        Fewer years make a smaller file.
    revision : Revision, optional
        Whose date the workbook has, so that the same revision writes the same bytes; left out: the
        one at hand.

    Raises
    ------
    AssumptionError
        If it is no case or no path, or the passes in the cells do not settle sculpted debt.
    WriteError
        The file is no .xlsx, or cannot be written.
    """
    case, path = as_case(case), as_path("path", path)
    if path.suffix.lower() != ".xlsx":
        raise WriteError([Fault("argument", None, "path", str(path), "a name ending in .xlsx")])
    content = io.BytesIO()
    book = xlsxwriter.Workbook(content, {"in_memory": True})
    revision = revision or current_revision()
    book.set_properties(properties(title, revision))
    _Writer(book, case, longest_life_years).write(title, revision)
    book.close()
    write_whole(path, content.getvalue())


class _Writer:
    def __init__(self, book: Any, case: Assumptions, longest_life_years: float | None) -> None:
        self.book, self.case = book, case
        self.result = evaluate(case)
        self.remarks = self.result.remarks(is_brief=True)
        self.declaration = self.result.declaration
        self.stream = stream(self.declaration, singles())
        self.constants = [*self.declaration.constants]
        self.constants += [c for c in self.stream.declaration.constants if c not in self.constants]
        totals = [line for line in self.stream.declaration.lines if line.statement == "measure"]
        self.lines = [*self.declaration.lines, *totals]
        needed = (*_CALENDAR, *self.declaration.series, *self.stream.declaration.series)
        self.series = [*dict.fromkeys(needed)]
        longest = longest_life_years or Limits.of("useful_life_years").highest or 0.0
        n_periods = round(max(longest, case.useful_life_years) * case.periods_per_year)
        self.layout = Layout(self.declaration, n_periods)
        first_workings = 5 + len(self.constants)
        self.layout.place(self.lines, self.series, {WORKINGS: first_workings, STATEMENTS: 3})
        self.resolved = sized(self.declaration, resolve(case, n_periods=n_periods))
        self.values = self._computed()
        self.sculpting: Sculpting | None = None
        if SCULPTED_SERVICE in self.declaration.series:
            self.sculpting = Sculpting(case, self.declaration, self.layout, self.resolved)
        self.pages = Pages(book)
        self.formats = self.pages.formats
        self.lists: dict[str, str] = {}
        self.metric_cells: dict[str, tuple[str, float | str, Any]] = {}
        self.rate_cells, self.rates, self.rate_names = rate_formulas(self.layout)

    def _computed(self) -> dict[str, Floats]:
        """Return what the package computes for every series and line, from the day of purchase."""
        every = Declaration(
            self.declaration.parameters,
            tuple(self.series),
            tuple(self.constants),
            tuple(self.lines),
        )
        series, n_periods = self.resolved.series, self.layout.n_periods
        constants, lines = run(every, self.resolved.parameters, series, n_periods)
        computed = {name: values[0] for name, values in lines.items()}
        computed |= constants
        for name in self.series:
            computed[name] = np.concatenate([[0.0], series[name]])
        if SERVICE_AHEAD in self.series:
            computed[SERVICE_AHEAD] = computed[RESERVE]
        return computed

    def write(self, title: str, revision: Revision) -> None:
        """Write all sheets."""
        currency = self.case.currency
        add_sheet = partial(self.book.add_worksheet, worksheet_class=labeled(currency))
        front = add_sheet(SUMMARY)
        names = [INPUTS, WORKINGS, STATEMENTS, METRICS, RATES, CHECKS]
        names[-1:-1] = [SCULPTING] if self.sculpting else []
        for name in names:
            self.pages.set_up(add_sheet(name), self.result.n_periods, self.layout.n_periods)
        inputs = InputSheet(self.pages, self.case, self.declaration, self.resolved)
        self.lists, last_judged = inputs.write(self.remarks)
        self._constants()
        self._by_period()
        self._metrics()
        self._rates()
        if self.sculpting:
            self.sculpting.write(self.pages)
            self.book.get_worksheet_by_name(SCULPTING).hide()
        self._checks(last_judged, inputs.first_unusual)
        self.book.get_worksheet_by_name(RATES).hide()  # scans of the solver: nothing to read
        n_periods = self.result.n_periods
        write_front(
            self.book,
            front,
            self.formats,
            title,
            revision,
            self._shown(),
            inputs.first_unusual,
            self.layout,
            n_periods,
            currency,
        )

    def _constants(self) -> None:
        note = "What holds over time, then every period; column D is the day of purchase."
        page = self.pages.head(WORKINGS, "Workings", note, ["Line", "Name", "Unit", "Value"])
        printer = FormulaPrinter(lambda name: name)
        for row, constant in enumerate(self.constants, start=3):
            page.write_row(row, 0, [constant.label, constant.name, constant.unit])
            value = float(self.values[constant.name][0])
            formula = f"={printer.doprint(constant.formula)}"
            page.write_formula(row, 3, formula, self._format(constant), value)
            self.pages.name(constant.name, WORKINGS, row, 3)

    def _format(self, line: Line) -> Any:
        return self.formats["money" if line.unit.startswith("CNY") else "ratio"]

    def _by_period(self) -> None:
        note = "Formulas are those of the model's declaration; see the printed equations."
        self.pages.head(STATEMENTS, "Statements", note, ["Line", "Name", "Unit"])
        for (sheet, row), title in self.layout.headings.items():
            page = self.book.get_worksheet_by_name(sheet)
            page.write(row, 0, title, self.formats["group"])
            columns = range(self.layout.n_periods + 1)
            page.write_row(row, FIRST_COLUMN, columns, self.formats["head"])
        for name in self.series:
            self._series(name)
        for line in self.lines:
            self._line(line)

    def _series(self, name: str) -> None:
        sheet, row = self.layout.rows[name]
        page = self.book.get_worksheet_by_name(sheet)
        page.write_row(row, 0, [name.replace("_", " ").capitalize(), name, ""])
        if name == "period":
            page.write_number(row, FIRST_COLUMN, 0)
        if name == SERVICE_AHEAD:
            self.pages.name(SERVICE_AHEAD_FIRST, sheet, row, FIRST_COLUMN)
        for period in range(name != SERVICE_AHEAD, self.layout.n_periods + 1):
            if name == "period":
                formula = f"={self.layout.cell(name, period - 1, sheet)}+1"
            elif name == "year":
                now = self.layout.cell("period", period, sheet)
                formula = f"=ROUNDUP({now}/periods_per_year,0)"
            elif name == "is_year_start":
                now = self.layout.cell("period", period, sheet)
                formula = f"=IF(MOD({now}-1,periods_per_year)=0,1,0)"
            elif name == "is_year_end":
                now = self.layout.cell("period", period, sheet)
                formula = f"=IF(MOD({now},periods_per_year)=0,1,0)"
            elif name == SCULPTED_SERVICE:
                formula = f"={self.layout.cell(CAPACITY, period, sheet)}*{SERVICE_SHARE}"
            elif name == SERVICE_AHEAD:
                formula = self._service_ahead(period, sheet)
            else:
                by = "period" if name in BY_PERIOD else "year"
                at, given = self.layout.cell(by, period, sheet), self.lists[name]
                at += "+1" if name == "rent_index_given_next" else ""
                formula = f"=INDEX({given},1,{at})"
            value = float(self.values[name][period])
            page.write_formula(row, FIRST_COLUMN + period, formula, self.formats["number"], value)

    def _service_ahead(self, period: int, sheet: str) -> str:
        """Return the sum of debt service after a period, of each one the part that is held."""
        if period == self.layout.n_periods:
            return "=0"
        service, periods = (self.layout.span(name, period + 1) for name in (SCHEDULED, "period"))
        left = f"{RESERVE_PERIODS}-{periods}+{self.layout.cell('period', period, sheet)}"
        # what is left to hold before a service, at least none of it and at most all
        return f"=SUMPRODUCT({service},(ABS({left}+1)-ABS({left})+1)/2)"

    def _line(self, line: Line) -> None:
        sheet, row = self.layout.rows[line.name]
        page = self.book.get_worksheet_by_name(sheet)
        page.write_row(row, 0, [line.label, line.name, line.unit])
        values = self.values[line.name]
        for period in range(self.layout.n_periods + 1):
            formula: sp.Expr | None = line.formula if period else line.start
            if formula is None:
                continue
            text = FormulaPrinter(self.layout.reference(period, sheet)).doprint(formula)
            column, value = FIRST_COLUMN + period, float(values[period])
            page.write_formula(row, column, f"={text}", self._format(line), value)

    def _metrics(self) -> None:
        note = "The last column is what the package computed when this workbook was written."
        columns = ["Metric", "Name", "Unit", "Value", "As written", "Remark"]
        page = self.pages.head(METRICS, "Metrics", note, columns)
        record = self.result.metrics.record()
        for row, metric in enumerate(metrics_of(self.stream, self.layout, self.rates), start=3):
            page.write_row(row, 0, [metric.label, metric.name, metric.unit])
            value = "n/a" if record[metric.name] is None else record[metric.name]
            shown = self.pages.by_unit("number", metric.unit)
            page.write_formula(row, 3, metric.formula, shown, value)
            self.metric_cells[metric.name] = (f"{METRICS}!$D${row + 1}", value, shown)
            page.write(row, 4, value, self.pages.by_unit("written", metric.unit))
            said = self.remarks.get(metric.name, "")
            page.write_formula(row, 5, metric.remark(row), self.formats["note"], said)
            if metric.name not in self.result.constants:  # such a name is taken
                self.pages.name(metric.name, METRICS, row, 3)

    def _shown(self) -> list[Shown]:
        """Return the measures of the first sheet, each with the cell that computes it."""
        return [
            Shown(MEASURES[name].label, MEASURES[name].unit, *self.metric_cells[name])
            for name in SHOWN
        ]

    def _rates(self) -> None:
        note = (
            "Where net present value changes its sign, from a rate of zero up and down, and steps "
            "to the nearest such rate. Recalculated when the file is opened."
        )
        page = self.pages.head(RATES, "Rates of return", note, [])
        page.set_column(0, 15, 17)
        for cell in self.rate_cells:
            if cell.content.startswith("="):
                page.write_formula(cell.row, cell.column, cell.content, None, "")
            else:
                page.write(cell.row, cell.column, cell.content, self.formats["note"])
        for name, (row, column) in self.rate_names.items():
            self.pages.name(name, RATES, row, column)

    def _checks(self, last_judged: int, remark: str) -> None:
        columns = ["Check", "", "", "Difference", "Result"]
        page = self.pages.head(CHECKS, "Checks", "Each difference should be zero.", columns)
        checks = checks_of_inputs(self.layout, last_judged, self.lists) | checks_of(self.layout)
        for row, (label, formula) in enumerate(checks.items(), start=3):
            page.write(row, 0, label)
            page.write_formula(row, 3, formula, self.formats["number"], 0)
            within = f"ABS(D{row + 1})<=rounding*server_price_cny"
            verdict = f'=IFERROR(IF({within},"ok","FAULT"),"FAULT")'
            page.write_formula(row, 4, verdict, None, "ok")
        last = 3 + len(checks)
        page.write(last + 1, 0, "All checks", self.formats["group"])
        wrong = f'SUMPRODUCT((E4:E{last}<>"ok")*1)+{count_of("FAULT", last_judged)}'
        total = f'=IF({wrong}=0,"ok","FAULT")'
        page.write_formula(last + 1, 4, total, self.formats["group"], "ok")
        self.pages.name("all_checks", CHECKS, last + 1, 4)
        page.write(last + 2, 0, "What is wrong or unusual", self.pages.formats["group"])
        formula = remark_of(last_judged, len(checks))
        page.write_formula(last + 2, 4, formula, self.pages.formats["note"], remark)
        self.pages.name("first_remark", CHECKS, last + 2, 4)
