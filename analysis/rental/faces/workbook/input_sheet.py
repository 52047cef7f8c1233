"""The sheet of inputs: cells that may be changed, each with its limits, and lists of values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from xlsxwriter.utility import xl_rowcol_to_cell  # type: ignore[import-untyped]

from analysis.rental.faces.workbook.input_cells import Input, choices_of, inputs_of, lists_of
from analysis.rental.faces.workbook.input_limits import Limits, together
from analysis.rental.faces.workbook.layout import INPUTS
from analysis.rental.faces.workbook.sheet_setup import Pages
from analysis.rental.inputs.assumptions import Assumptions
from analysis.rental.inputs.resolve import Resolved
from analysis.rental.model.lines import Declaration

BY_PERIOD = ("rent_index_given", "rent_index_given_next", "repayment_share_given")
"""Lists with a value for each period; others have one for each year."""


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
            Number of inputs, first to last without a gap.
        """
        note = "Blue cells may be changed within their limits; everything else follows."
        columns = ["Input", "Name", "Unit", "Value", "Lowest", "Highest", "Possible"]
        page = self.pages.head(INPUTS, "Inputs", note, columns)
        page.write(0, 2, "All checks", self.pages.formats["group"])
        page.write_formula(0, 3, "=all_checks", self.pages.formats["group"], "ok")
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
        row += len(choices) + 3
        said = [f"{name}: {remarks[name]}" for name in Assumptions.model_fields if name in remarks]
        if said:
            page.write(
                row, 0, "Remarks, when this workbook was written", self.pages.formats["group"]
            )
        for offset, remark in enumerate(said, start=1):
            page.write(row + offset, 0, remark, self.pages.formats["note"])
        return self.lists, len(items)

    def _lists(self, page: Any, row: int) -> int:
        """Write values that are given one by one; return the row behind them."""
        for name, values in lists_of(self.case, self.declaration).items():
            by = "period" if name in BY_PERIOD else "year"
            page.write_row(row, 0, [f"{name}, by {by}", name, "ratio"])
            n_columns = (
                self.n_periods
                if by == "period"
                else -(-self.n_periods // self.case.periods_per_year)
            )
            # one more for the period after the last; to some engines a range of one is no range
            wide = max(len(values), n_columns) + 1
            for column in range(wide):
                value = values[column] if column < len(values) else 0.0
                page.write_number(row, 3 + column, value, self.pages.formats["input"])
            end = xl_rowcol_to_cell(row, 2 + wide, row_abs=True, col_abs=True)
            self.lists[name] = f"{INPUTS}!$D${row + 1}:{end}"
            row += 1
        return row

    def _input(self, page: Any, row: int, item: Input, *, is_choice: bool) -> None:
        """Write one input with its limits, and whether it is within them."""
        label = item.label[:1].upper() + item.label[1:]
        page.write_row(row, 0, [label, item.name, item.unit])
        self.pages.name(item.name, INPUTS, row, 3)
        is_assumption = item.name in Assumptions.model_fields and not is_choice
        if isinstance(item.value, str):
            value = float(self.resolved.parameters[item.name][0])
            formula = item.value.format(**self.lists)
            page.write_formula(row, 3, formula, self.pages.by_unit("number", item.unit), value)
        else:
            kind = "input" if is_assumption else "fixed"
            page.write_number(row, 3, item.value, self.pages.by_unit(kind, item.unit))
        if not is_assumption:
            return
        limits, more = Limits.of(item.name), together(self.case).get(item.name, [])
        for column, limit in ((4, limits.lowest), (5, limits.highest)):
            if limit is not None:
                page.write_number(row, column, limit, self.pages.by_unit("written", item.unit))
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
