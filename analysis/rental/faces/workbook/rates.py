"""Rates of return in cells: a scan for the change of sign nearest zero, then steps to the root.

A spreadsheet's own IRR stops at 1e-7, starts from a guess and returns whichever root it meets. Here
a reader sees which rate is taken, and that net present value is zero there.
"""

from __future__ import annotations

from typing import NamedTuple

from xlsxwriter.utility import xl_rowcol_to_cell  # type: ignore[import-untyped]

from analysis.rental.faces.workbook.layout import RATES, Layout
from analysis.rental.model.measures.declared_measures import of_kind
from analysis.rental.model.measures.measure_kinds import Rate

# The scan is fine near zero and wide far out: each log of 1 + rate is the one before, grown, plus
# a step; further than the last term's factor can be written as a number it does not go.
SCAN: dict[str, tuple[str, float]] = {
    "rate_scan_step": ("First step of the scan for rates, log of 1 + rate per period", 0.004),
    "rate_scan_growth": ("Growth of the steps of that scan", 1.06),
    "rate_scan_bound": ("Largest log of a discount factor in that scan", 600.0),
}
_N_SCANNED = 100
_N_STEPS = 24
_FIRST_ROW = 5
_WIDTH = 8  # columns a flow takes, one of them empty


class Cell(NamedTuple):
    """A cell of the sheet: a text, or a formula where it begins with an equals sign."""

    row: int
    column: int
    content: str


def rate_name(measure: str) -> str:
    """Return the name of the cell that says how many rates a scan found."""
    return f"{measure}_n_found"


def rate_formulas(layout: Layout) -> tuple[list[Cell], dict[str, str], dict[str, tuple[int, int]]]:
    """Return the sheet of rates.

    Parameters
    ----------
    layout : Layout
        Where lines stand.

    Returns
    -------
    cells : list of Cell
        The sheet, below its heading.
    rates : dict of str to str
        By measure, the formula of the yearly rate: the root nearest zero on the side of the sign of
        the undiscounted sum, on the other side where that has none; n/a without any.
    names : dict of str to (int, int)
        Row and column of cells that others refer to.
    """
    cells: list[Cell] = []
    rates, names = {}, {}
    for place, (name, measure) in enumerate(of_kind(Rate).items()):
        block = _Block(layout, measure.flow, place * _WIDTH)
        title = measure.label
        cells += [Cell(_FIRST_ROW - 1, block.left, title), *block.scan(), *block.steps()]
        rates[name] = block.rate()
        names[rate_name(name)] = block.at(block.summary + 1, 1)
    return cells, rates, names


class _Block:
    """The columns of one flow: scan up and down from zero, choice of a bracket, steps within it."""

    def __init__(self, layout: Layout, line: str, left: int) -> None:
        self.left = left
        self.flows, self.periods = layout.span(line), layout.span("period")
        self.scanned = _FIRST_ROW + 1
        self.summary = self.scanned + _N_SCANNED + 2
        self.first_step = self.summary + 8

    def at(self, row: int, column: int) -> tuple[int, int]:
        return row, self.left + column

    def ref(self, row: int, column: int) -> str:
        return str(xl_rowcol_to_cell(*self.at(row, column)))

    def span(self, column: int) -> str:
        last = self.scanned + _N_SCANNED
        return f"{self.ref(self.scanned, column)}:{self.ref(last, column)}"

    def cell(self, row: int, column: int, content: str) -> Cell:
        return Cell(*self.at(row, column), content)

    def present_value(self, log_rate: str) -> str:
        return f"SUMPRODUCT({self.flows},EXP(-{log_rate}*{self.periods}))"

    def scan(self) -> list[Cell]:
        """Discount at rates up and down from zero, and mark where the sign changes."""
        heads = ("Log of 1 + rate", "NPV up", "Crosses", "NPV down", "Crosses")
        cells = [self.cell(_FIRST_ROW, column, text) for column, text in enumerate(heads)]
        for number in range(_N_SCANNED + 1):
            row = self.scanned + number
            rate = self.ref(row, 0)
            grown = f"{self.ref(row - 1, 0)}*rate_scan_growth+rate_scan_step"
            bound = f"rate_scan_bound/MAX({self.periods})"
            cells.append(self.cell(row, 0, f"=MIN({grown},{bound})" if number else "=0"))
            for column, sign in ((1, ""), (3, "-")):
                present = self.present_value(f"({sign}{rate})")
                cells.append(self.cell(row, column, f"={present}"))
                if number < _N_SCANNED:
                    here, following = self.ref(row, column), self.ref(row + 1, column)
                    crosses = f"=IF(SIGN({here})<>SIGN({following}),1,0)"
                    cells.append(self.cell(row, column + 1, crosses))
        return cells

    def steps(self) -> list[Cell]:
        """Choose a bracket and step to its root: Newton, or halving where that would leave."""
        total = self.ref(self.scanned, 1)
        up, down, side, bracket = (self.ref(self.summary + offset, 1) for offset in (2, 3, 4, 5))
        chosen = {
            "Rates found by the scan": f"=SUM({self.span(2)})+SUM({self.span(4)})",
            "First crossing up": f"=IFERROR(MATCH(1,{self.span(2)},0),0)",
            "First crossing down": f"=IFERROR(MATCH(1,{self.span(4)},0),0)",
            "Side taken": f"=IF({total}>=0,IF({up}>0,1,-1),IF({down}>0,-1,1))",
            "Bracket": f"=IF({side}>0,{up},{down})",
        }
        cells = []
        for offset, (label, formula) in enumerate(chosen.items(), start=1):
            cells.append(self.cell(self.summary + offset, 0, label))
            cells.append(self.cell(self.summary + offset, 1, formula))
        heads = ("Nearer end", "Farther end", "Log of 1 + rate", "NPV", "Slope", "Newton")
        cells += [self.cell(self.first_step - 1, column, text) for column, text in enumerate(heads)]
        near, far = (
            f"{side}*INDEX({self.span(0)},MAX({bracket},1)+{offset},1)" for offset in (0, 1)
        )
        sign = f"SIGN({self.present_value(f'({near})')})"
        cells.append(self.cell(self.summary + 6, 0, "Sign at the nearer end"))
        cells.append(self.cell(self.summary + 6, 1, f"={sign}"))
        for number in range(_N_STEPS):
            cells += self._step(self.first_step + number, (near, far), is_first=not number)
        return cells

    def _step(self, row: int, ends: tuple[str, str], *, is_first: bool) -> list[Cell]:
        low, high, x, value, slope = (self.ref(row, column) for column in range(5))
        if is_first:
            texts = [f"={ends[0]}", f"={ends[1]}", f"=({low}+{high})/2"]
        else:
            low_0, high_0, x_0, value_0, _, newton_0 = (
                self.ref(row - 1, column) for column in range(6)
            )
            is_near = f"SIGN({value_0})={self.ref(self.summary + 6, 1)}"
            is_inside = f"({newton_0}-{low})*({newton_0}-{high})<=0"
            texts = [
                f"=IF({is_near},{x_0},{low_0})",
                f"=IF({is_near},{high_0},{x_0})",
                f"=IF({value_0}=0,{x_0},IF({is_inside},{newton_0},({low}+{high})/2))",
            ]
        texts += [
            f"={self.present_value(x)}",
            f"=SUMPRODUCT(-{self.periods}*{self.flows},EXP(-{x}*{self.periods}))",
            f"=IF({slope}=0,{low},{x}-{value}/{slope})",
        ]
        return [self.cell(row, column, text) for column, text in enumerate(texts)]

    def rate(self) -> str:
        """Return the yearly rate, as the metrics show it."""
        last = self.first_step + _N_STEPS - 1
        row, column = self.at(last, 2)
        found = f"{RATES}!{xl_rowcol_to_cell(row, column, row_abs=True, col_abs=True)}"
        row, column = self.at(self.summary + 5, 1)
        bracket = f"{RATES}!{xl_rowcol_to_cell(row, column, row_abs=True, col_abs=True)}"
        exists = f"AND({bracket}>0,SUMPRODUCT(ABS({self.flows}))>0)"
        return f'IF({exists},EXP({found}*periods_per_year)-1,"n/a")'
