"""Write a case as a workbook of live formulas, generated from the declared lines."""

from __future__ import annotations

import io
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import sympy as sp
import xlsxwriter  # type: ignore[import-untyped]
from xlsxwriter.utility import xl_rowcol_to_cell  # type: ignore[import-untyped]

from analysis.arrays import Floats
from analysis.errors import AssumptionError, Fault
from analysis.files import write_whole
from analysis.rental.engines.compiled.streaming import stream
from analysis.rental.engines.evaluation import evaluate
from analysis.rental.engines.plain import run
from analysis.rental.faces.workbook.check_sheet import checks_of, checks_of_inputs
from analysis.rental.faces.workbook.formula_printer import FormulaPrinter
from analysis.rental.faces.workbook.front_sheet import SHOWN, Shown, write_front
from analysis.rental.faces.workbook.input_limits import Limits, together
from analysis.rental.faces.workbook.input_sheet import Input, choices_of, inputs_of, lists_of
from analysis.rental.faces.workbook.layout import (
    CHECKS,
    FIRST_COLUMN,
    INPUTS,
    METRICS,
    RATES,
    STATEMENTS,
    SUMMARY,
    WORKINGS,
    Layout,
)
from analysis.rental.faces.workbook.measure_cells import metrics_of
from analysis.rental.faces.workbook.rates import rate_formulas
from analysis.rental.faces.workbook.style import (
    FORMATS,
    labeled,
    number_format_of,
    properties,
)
from analysis.rental.inputs.assumptions import Assumptions
from analysis.rental.inputs.cases import Case, as_case
from analysis.rental.inputs.resolve import resolve
from analysis.rental.model.lines import Declaration, Line
from analysis.rental.model.measures.declared import MEASURES, singles
from analysis.revision import Revision, current_revision

_CALENDAR = ("period", "year", "is_year_start")
_BY_PERIOD = ("rent_index_given", "rent_index_given_next", "repayment_share_given")
_A4 = 9


def write_workbook(
    case: Case,
    path: Path,
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
    path : Path
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
        If debt is sculpted, whose service is a fixed point that no chain of cells gives.
    WriteError
        The file cannot be written.
    """
    case = as_case(case)
    if case.debt_form == "sculpted":
        expected = (
            "another form: sculpted debt service is a fixed point that no chain of cells gives"
        )
        raise AssumptionError([Fault("workbook", None, "debt_form", "sculpted", expected)])
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
        self.values = self._computed()
        self.formats = {name: book.add_format(terms) for name, terms in FORMATS.items()}
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
        n_periods = self.layout.n_periods
        resolved = resolve(self.case, n_periods=n_periods)
        series = {
            name: np.append(values, np.zeros(n_periods - len(values)))  # lists end with the life
            for name, values in resolved.series.items()
        }
        constants, lines = run(every, resolved.parameters, series, n_periods)
        computed = {name: values[0] for name, values in lines.items()}
        computed |= constants
        for name in self.series:
            computed[name] = np.concatenate([[0.0], series[name]])
        return computed

    def write(self, title: str, revision: Revision) -> None:
        """Write all sheets."""
        currency = self.case.currency
        add_sheet = partial(self.book.add_worksheet, worksheet_class=labeled(currency))
        front = add_sheet(SUMMARY)
        for name in (INPUTS, WORKINGS, STATEMENTS, METRICS, RATES, CHECKS):
            sheet = add_sheet(name)
            sheet.set_column(0, 0, 46)
            sheet.set_column(1, 1, 36, None, {"level": 1})
            sheet.set_column(2, 2, 16)
            if name in (WORKINGS, STATEMENTS):
                last, end = (
                    FIRST_COLUMN + n for n in (self.result.n_periods, self.layout.n_periods)
                )
                sheet.set_column(FIRST_COLUMN, last, 14)
                if end > last:  # what lies behind the useful life is folded away
                    sheet.set_column(last + 1, end, 14, None, {"level": 1, "hidden": True})
                    sheet.set_column(end + 1, end + 1, None, None, {"collapsed": True})
            else:
                sheet.set_column(FIRST_COLUMN, FIRST_COLUMN + 3, 14)
            sheet.hide_gridlines(2)
            sheet.set_landscape()
            sheet.set_paper(_A4)
            sheet.repeat_rows(0, 2)
            if name in (WORKINGS, STATEMENTS):
                sheet.repeat_columns(0)
            sheet.set_footer("&L&A&R&P of &N")
            sheet.fit_to_pages(1, 0)
        self._inputs()
        self._constants()
        self._by_period()
        self._metrics()
        self._rates()
        self._checks()
        self.book.get_worksheet_by_name(RATES).hide()  # scans of the solver: nothing to read
        n_periods = self.result.n_periods
        write_front(
            self.book,
            front,
            self.formats,
            title,
            revision,
            self._shown(),
            self.layout,
            n_periods,
            currency,
        )

    @property
    def _n_years(self) -> int:
        return -(-self.layout.n_periods // self.case.periods_per_year)

    def _head(self, sheet: str, title: str, note: str, columns: list[str]) -> Any:
        page = self.book.get_worksheet_by_name(sheet)
        page.write(0, 0, title, self.formats["title"])
        page.write(1, 0, note, self.formats["note"])
        page.write_row(2, 0, columns, self.formats["head"])
        page.freeze_panes(3, 1)
        return page

    def _name(self, name: str, sheet: str, row: int, column: int) -> None:
        cell = xl_rowcol_to_cell(row, column, row_abs=True, col_abs=True)
        self.book.define_name(name, f"={sheet}!{cell}")

    def _inputs(self) -> None:
        note = "Blue cells may be changed within their limits; everything else follows."
        columns = ["Input", "Name", "Unit", "Value", "Lowest", "Highest", "Possible"]
        page = self._head(INPUTS, "Inputs", note, columns)
        page.write(0, 2, "All checks", self.formats["group"])
        page.write_formula(0, 3, "=all_checks", self.formats["group"], "ok")
        for word, name in (("ok", "good"), ("FAULT", "bad")):
            rule = {"type": "cell", "criteria": "==", "value": f'"{word}"'}
            page.conditional_format("D1", {**rule, "format": self.formats[name]})
            page.conditional_format("G4:G200", {**rule, "format": self.formats[name]})
        items, choices = inputs_of(self.case, self.declaration), choices_of(self.case)
        row = self._lists(page, 4 + len(items))
        for place, item in enumerate(items, start=3):
            self._input(page, place, item, is_choice=item.name in choices)
        self.n_inputs = len(items)
        page.write(
            row + 1, 0, "Choices that decide which formulas there are", self.formats["group"]
        )
        for offset, (name, choice) in enumerate(choices.items(), start=2):
            page.write_row(row + offset, 0, [name.replace("_", " "), name, ""])
            page.write(row + offset, 3, choice, self.formats["fixed"])
        row += len(choices) + 3
        said = [
            f"{name}: {self.remarks[name]}"
            for name in Assumptions.model_fields
            if name in self.remarks
        ]
        if said:
            page.write(row, 0, "Remarks, when this workbook was written", self.formats["group"])
        for offset, remark in enumerate(said, start=1):
            page.write(row + offset, 0, remark, self.formats["note"])

    def _lists(self, page: Any, row: int) -> int:
        """Write values that are given one by one; return the row behind them."""
        for name, values in lists_of(self.case, self.declaration).items():
            by = "period" if name in _BY_PERIOD else "year"
            page.write_row(row, 0, [f"{name}, by {by}", name, "ratio"])
            n_columns = self.layout.n_periods if by == "period" else self._n_years
            # one more for the period after the last; to some engines a range of one is no range
            wide = max(len(values), n_columns) + 1
            for column in range(wide):
                value = values[column] if column < len(values) else 0.0
                page.write_number(row, 3 + column, value, self.formats["input"])
            end = xl_rowcol_to_cell(row, 2 + wide, row_abs=True, col_abs=True)
            self.lists[name] = f"{INPUTS}!$D${row + 1}:{end}"
            row += 1
        return row

    def _input(self, page: Any, row: int, item: Input, *, is_choice: bool) -> None:
        """Write one input with its limits, and whether it is within them."""
        label = item.label[:1].upper() + item.label[1:]
        page.write_row(row, 0, [label, item.name, item.unit])
        self._name(item.name, INPUTS, row, 3)
        is_assumption = item.name in Assumptions.model_fields and not is_choice
        if isinstance(item.value, str):
            value = float(resolve(self.case).parameters[item.name][0])
            formula = item.value.format(**self.lists)
            page.write_formula(row, 3, formula, self._by_unit("number", item.unit), value)
        else:
            kind = "input" if is_assumption else "fixed"
            page.write_number(row, 3, item.value, self._by_unit(kind, item.unit))
        if not is_assumption:
            return
        limits, more = Limits.of(item.name), together(self.case).get(item.name, [])
        for column, limit in ((4, limits.lowest), (5, limits.highest)):
            if limit is not None:
                page.write_number(row, column, limit, self._by_unit("written", item.unit))
        lowest, highest = f"$E${row + 1}", f"$F${row + 1}"
        conditions = limits.conditions(item.name, lowest, highest)
        conditions += [formula for formula, _ in more]
        page.write_formula(row, 6, f'=IF(AND({",".join(conditions)}),"ok","FAULT")', None, "ok")
        if not isinstance(item.value, str):
            words = "; ".join(filter(None, [limits.words(), *(words for _, words in more)]))
            rule = {
                "validate": "custom",
                "value": f"=AND({','.join(conditions)})",
                "error_title": "Not possible",
                "error_message": words[:255],
                "input_title": item.name[:32],
                "input_message": words[:255],
            }
            page.data_validation(row, 3, row, 3, rule)

    def _constants(self) -> None:
        note = "What holds over time, then every period; column D is the day of purchase."
        page = self._head(WORKINGS, "Workings", note, ["Line", "Name", "Unit", "Value"])
        printer = FormulaPrinter(lambda name: name)
        for row, constant in enumerate(self.constants, start=3):
            page.write_row(row, 0, [constant.label, constant.name, constant.unit])
            value = float(self.values[constant.name][0])
            formula = f"={printer.doprint(constant.formula)}"
            page.write_formula(row, 3, formula, self._format(constant), value)
            self._name(constant.name, WORKINGS, row, 3)

    def _format(self, line: Line) -> Any:
        return self.formats["money" if line.unit.startswith("CNY") else "ratio"]

    def _by_period(self) -> None:
        note = "Formulas are those of the model's declaration; see the printed equations."
        self._head(STATEMENTS, "Statements", note, ["Line", "Name", "Unit"])
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
        for period in range(1, self.layout.n_periods + 1):
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
            else:
                by = "period" if name in _BY_PERIOD else "year"
                at, given = self.layout.cell(by, period, sheet), self.lists[name]
                at += "+1" if name == "rent_index_given_next" else ""
                formula = f"=INDEX({given},1,{at})"
            value = float(self.values[name][period])
            page.write_formula(row, FIRST_COLUMN + period, formula, self.formats["number"], value)

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
        page = self._head(METRICS, "Metrics", note, columns)
        record = self.result.metrics.record()
        for row, metric in enumerate(metrics_of(self.stream, self.layout, self.rates), start=3):
            page.write_row(row, 0, [metric.label, metric.name, metric.unit])
            value = "n/a" if record[metric.name] is None else record[metric.name]
            shown = self._by_unit("number", metric.unit)
            page.write_formula(row, 3, metric.formula, shown, value)
            self.metric_cells[metric.name] = (f"{METRICS}!$D${row + 1}", value, shown)
            page.write(row, 4, value, self._by_unit("written", metric.unit))
            said = self.remarks.get(metric.name, "")
            page.write_formula(row, 5, metric.remark(row), self.formats["note"], said)
            if metric.name not in self.result.constants:  # such a name is taken
                self._name(metric.name, METRICS, row, 3)

    def _shown(self) -> list[Shown]:
        """Return the measures of the first sheet, each with the cell that computes it."""
        return [
            Shown(MEASURES[name].label, MEASURES[name].unit, *self.metric_cells[name])
            for name in SHOWN
        ]

    def _by_unit(self, kind: str, unit: str) -> Any:
        """Return the format of a kind of cell for values of a unit."""
        number = number_format_of(unit)
        key = f"{kind} {number}"
        if key not in self.formats:
            self.formats[key] = self.book.add_format({**FORMATS[kind], "num_format": number})
        return self.formats[key]

    def _rates(self) -> None:
        note = (
            "Where net present value changes its sign, from a rate of zero up and down, and steps "
            "to the nearest such rate. Recalculated when the file is opened."
        )
        page = self._head(RATES, "Rates of return", note, [])
        page.set_column(0, 15, 17)
        for cell in self.rate_cells:
            if cell.content.startswith("="):
                page.write_formula(cell.row, cell.column, cell.content, None, "")
            else:
                page.write(cell.row, cell.column, cell.content, self.formats["note"])
        for name, (row, column) in self.rate_names.items():
            self._name(name, RATES, row, column)

    def _checks(self) -> None:
        columns = ["Check", "", "", "Difference", "Result"]
        page = self._head(CHECKS, "Checks", "Each difference should be zero.", columns)
        checks = checks_of(self.layout)
        checks |= checks_of_inputs(self.n_inputs, self.lists)
        for row, (label, formula) in enumerate(checks.items(), start=3):
            page.write(row, 0, label)
            page.write_formula(row, 3, formula, self.formats["number"], 0)
            verdict = f'=IF(ABS(D{row + 1})<=rounding*server_price_cny,"ok","FAULT")'
            page.write_formula(row, 4, verdict, None, "ok")
        last = 3 + len(checks)
        page.write(last + 1, 0, "All checks", self.formats["group"])
        total = f'=IF(SUMPRODUCT((E4:E{last}<>"ok")*1)=0,"ok","FAULT")'
        page.write_formula(last + 1, 4, total, self.formats["group"], "ok")
        self._name("all_checks", CHECKS, last + 1, 4)
