"""The sheet of inputs: cells that may be changed, each with its limits, and lists of values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from xlsxwriter.utility import xl_rowcol_to_cell  # type: ignore[import-untyped]

from analysis.rental.faces.workbook.input_cells import (
    ASSUMED,
    RENTS,
    RENTS_NEXT,
    REPAYMENTS,
    Input,
    choices_of,
    inputs_of,
    lists_of,
    same_list,
)
from analysis.rental.faces.workbook.input_limits import Limits, together, usual
from analysis.rental.faces.workbook.layout import INPUTS
from analysis.rental.faces.workbook.sheet_setup import Pages
from analysis.rental.inputs.assumptions import Assumptions
from analysis.rental.inputs.parameters import FOLLOWS
from analysis.rental.inputs.resolve import Resolved
from analysis.rental.model.lines import Declaration

_RENTS = (RENTS, RENTS_NEXT)
BY_PERIOD = (*_RENTS, REPAYMENTS)
"""Lists with a value for each period; others have one for each year."""
OK, UNUSUAL, FAULT = "ok", "unusual", "FAULT"
"""What is said of an input: nothing, that few have it, that it is not possible."""


class InputSheet:
    """The sheet of inputs of one case.

    Parameters
    ----------
    pages : Pages
        Of the workbook.
    case : Assumptions
        The case.
    declaration : Declaration
        Its lines.
    resolved : Resolved
        Its values, over the longest life that may be typed in.
    """

    def __init__(
        self, pages: Pages, case: Assumptions, declaration: Declaration, resolved: Resolved
    ) -> None:
        self.pages, self.case, self.declaration = pages, case, declaration
        self.resolved, self.n_periods = resolved, resolved.n_periods
        self.lists: dict[str, str] = {}
        self.first_unusual = ""

    def write(self, remarks: Mapping[str, str]) -> tuple[dict[str, str], int]:
        """Write the sheet.

        Parameters
        ----------
        remarks : mapping of str to str
            What the package says of an input, by its name.

        Returns
        -------
        dict of str to str
            Range of cells by the name of each list of values.
        int
            Row of the last cell that is judged.
        """
        note = "Blue cells may be changed within their limits; everything else follows."
        columns = ["Input", "Name", "Unit", "Value", "Lowest", "Highest", "Possible"]
        columns += ["Usual from", "Usual to", "What is possible"]
        page = self.pages.head(INPUTS, "Inputs", note, columns)
        page.write(0, 2, "All checks", self.pages.formats["group"])
        page.write_formula(0, 3, "=all_checks", self.pages.formats["group"], OK)
        page.set_column(7, 8, 14)
        page.set_column(9, 9, 46)
        for word, name in (("ok", "good"), ("FAULT", "bad")):
            rule = {"type": "cell", "criteria": "==", "value": f'"{word}"'}
            page.conditional_format("D1", {**rule, "format": self.pages.formats[name]})
            page.conditional_format("G4:G200", {**rule, "format": self.pages.formats[name]})
        items, choices = inputs_of(self.case, self.declaration), choices_of(self.case)
        row = self._lists(page, 4 + len(items))
        for place, item in enumerate(items, start=3):
            self._input(page, place, item, is_choice=item.name in choices)
        page.write(
            row + 1, 0, "Choices that decide which formulas there are", self.pages.formats["group"]
        )
        for offset, (name, choice) in enumerate(choices.items(), start=2):
            page.write_row(row + offset, 0, [name.replace("_", " "), name, ""])
            page.write(row + offset, 3, choice, self.pages.formats["fixed"])
            condition = f'EXACT(D{row + offset + 1}&"","{choice}")'
            words = f"{choice}, as written; another choice has other formulas: write its workbook"
            self._judge(page, row + offset, [condition], words)
        row += len(choices) + 3
        last = row - 1
        note = self.pages.formats["note"]
        page.write_formula(0, 4, "=first_remark", note, self.first_unusual)
        said = [f"{name}: {remarks[name]}" for name in Assumptions.model_fields if name in remarks]
        if said:
            page.write(
                row, 0, "Remarks, when this workbook was written", self.pages.formats["group"]
            )
        for offset, remark in enumerate(said, start=1):
            page.write(row + offset, 0, remark, self.pages.formats["note"])
        return self.lists, last

    def _lists(self, page: Any, row: int) -> int:
        """Write values that are given one by one; return the row behind them."""
        given, same = lists_of(self.case, self.declaration), same_list(self.case)
        for name, values in given.items():
            if same.get(name) in given:
                continue
            by = "period" if name in BY_PERIOD else "year"
            page.write_row(row, 0, [f"{name}, by {by}", ASSUMED.get(name, name), "ratio"])
            n_columns = (
                self.n_periods
                if by == "period"
                else -(-self.n_periods // self.case.periods_per_year)
            )
            # one more for the period after the last; to some engines a range of one is no range
            wide = max(len(values), n_columns) + 1
            for column in range(wide):
                value = values[column] if column < len(values) else None if name in _RENTS else 0.0
                page.write(row, 3 + column, value, self.pages.formats["input"])
            end = xl_rowcol_to_cell(row, 2 + wide, row_abs=True, col_abs=True)
            self.lists[name] = f"{INPUTS}!$D${row + 1}:{end}"
            share = {"validate": "decimal", "criteria": ">=", "value": 0}
            share |= {"error_title": "Not possible", "error_message": "a number, at least 0"}
            page.data_validation(row, 3, row, 2 + wide, share)
            row += 1
        self.lists |= {name: self.lists[same[name]] for name in given if name not in self.lists}
        return row

    def _input(self, page: Any, row: int, item: Input, *, is_choice: bool) -> None:
        """Write one input with its limits, and whether it is within them."""
        label = item.label[:1].upper() + item.label[1:]
        page.write_row(row, 0, [label, item.name, item.unit])
        self.pages.name(item.name, INPUTS, row, 3)
        is_assumption = item.name in Assumptions.model_fields and not is_choice
        value = item.value
        if isinstance(value, str):
            value = float(self.resolved.parameters[item.name][0])
            formula = str(item.value).format(**self.lists)
            page.write_formula(row, 3, formula, self.pages.by_unit("number", item.unit), value)
        else:
            kind = "input" if is_assumption else "fixed"
            page.write_number(row, 3, value, self.pages.by_unit(kind, item.unit))
        if not is_assumption or (isinstance(item.value, str) and item.name not in FOLLOWS):
            self._keep(page, row, item)
            return
        limits, more = Limits.of(item.name), together(self.case).get(item.name, [])
        if item.name == "useful_life_years":
            limits = limits.up_to(self.n_periods / self.case.periods_per_year)
        for column, limit in ((4, limits.lowest), (5, limits.highest)):
            if limit is not None:
                page.write_number(row, column, limit, self.pages.by_unit("written", item.unit))
        lowest, highest = f"$E${row + 1}", f"$F${row + 1}"
        conditions = limits.conditions(item.name, lowest, highest)
        conditions += [formula for formula, _ in more]
        words = "; ".join(filter(None, ["a number", limits.words(), *(each for _, each in more)]))
        self._judge(page, row, conditions, words, item.name, value)
        if not isinstance(item.value, str):
            rule = {
                "validate": "custom",
                "value": f"=AND({','.join(conditions)})",
                "error_title": "Not possible",
                "error_message": words[:255],
                "input_title": item.name[:32],
                "input_message": words[:255],
            }
            page.data_validation(row, 3, row, 3, rule)

    def _keep(self, page: Any, row: int, item: Input) -> None:
        """Hold a cell that is no input to what it was written with."""
        cell = f"$D${row + 1}"
        if isinstance(item.value, str):
            formula = item.value.format(**self.lists)[1:]
            self._judge(page, row, [f"{cell}={formula}"], f"no input: it follows, ={formula}")
            return
        for column in (4, 5):
            page.write_number(row, column, item.value, self.pages.by_unit("written", item.unit))
        self._judge(
            page, row, [f"ISNUMBER({cell})", f"{cell}=$E${row + 1}"], "no input: as written"
        )

    def _judge(
        self,
        page: Any,
        row: int,
        conditions: list[str],
        words: str,
        name: str = "",
        value: float = 0.0,
    ) -> None:
        """Write whether what stands in a row is possible and usual, and what is possible."""
        said, verdict = f'"{OK}"', OK
        if (ends := usual(self.case, name) if name else None) is not None:
            page.write_row(row, 7, ends, self.pages.formats["written"])
            words += f"; usual {ends[0]:,.10g} to {ends[1]:,.10g}"
            within = f"AND(D{row + 1}>=H{row + 1},D{row + 1}<=I{row + 1})"
            said = f'IF({within},"{OK}","{UNUSUAL}")'
            verdict = OK if ends[0] <= value <= ends[1] else UNUSUAL
        # text where a number is asked for makes an error of a condition, and is no number either
        formula = f'=IFERROR(IF(AND({",".join(conditions)}),{said},"{FAULT}"),"{FAULT}")'
        page.write_formula(row, 6, formula, None, verdict)
        page.write_string(row, 9, words, self.pages.formats["note"])
        if verdict == UNUSUAL and not self.first_unusual:
            self.first_unusual = f"{INPUTS}!D{row + 1}, {name} is unusual: {words}"
