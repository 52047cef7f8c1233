"""No figure survives a slip of currency or of unit: every row, each in its turn, is refused."""

import shutil

import numpy as np
import pandas as pd
import pytest

from analysis import data
from analysis.capex import load_fundamentals
from analysis.capex.filings.filing_checks import SERIES
from analysis.capex.filings.fundamentals import ANNUAL, QUARTERLY
from analysis.data.cells import type_cells
from analysis.data.content_checks import check_faults
from analysis.data.package import read_package
from analysis.data.raw_folder import RAW
from analysis.data.schema import schema_faults
from analysis.data.text import read_cells
from analysis.errors import DataError

LEAST_RATE = 6.34  # CNY per USD; the table of rates has 6.3478
SLIPS = [7.0, 1 / 7.0, 100.0, 0.01, LEAST_RATE, 1 / LEAST_RATE]

NO_FIGURE = {"qualifier": "direction"}  # guidance of a direction: there is nothing to slip


class Transcribed:
    """A committed table as it is checked when loaded, with figures that can slip."""

    def __init__(self, name):
        self.resource = read_package(RAW).resource(name)
        columns = self.resource.table_schema
        content = (RAW / self.resource.path).read_bytes()
        self.cells, faults = read_cells("t.csv", content, columns.names)
        assert self.cells is not None and not faults
        frame, _ = type_cells("t.csv", self.cells, columns.fields, self.resource.retrieved)
        self.frame = frame.set_axis(list(self.cells))
        self.others = {"sources": data.load("sources")}

    def faults(self, frame):
        return check_faults("t.csv", self.resource, frame, self.cells, self.others)

    def is_refused(self, columns, factor, turn, faults):
        """Which rows are refused when the figures of their turn are off by a factor."""
        is_refused = pd.Series(False, self.frame.index)
        for place in range(turn.max() + 1):
            slipped = self.frame.copy()
            slipped.loc[turn == place, columns] *= factor
            rows = {fault.row for fault in faults(slipped)}
            is_refused |= (turn == place) & self.frame.index.isin(rows)
        return is_refused


@pytest.fixture(scope="module", params=[QUARTERLY, ANNUAL])
def financials(request):
    return Transcribed(request.param)


@pytest.mark.parametrize("factor", SLIPS, ids=lambda factor: f"{factor:.3g}")
def test_a_slip_of_currency_or_unit_is_refused_in_every_row(financials, factor):
    """Yuan read as dollars or back, 亿 as 100 million or million; no row is excepted.

    Rows of different series are no neighbors of each other, so one of each slips at a time.
    """
    keys = [name for name in (*SERIES, "currency", "span") if name in financials.frame]
    turn = financials.frame.groupby(keys).cumcount()
    is_refused = financials.is_refused(["value_m"], factor, turn, financials.faults)
    assert list(financials.frame.index[~is_refused]) == []


@pytest.mark.parametrize("factor", SLIPS, ids=lambda factor: f"{factor:.3g}")
@pytest.mark.parametrize(
    ("name", "columns"),
    [
        ("capex_guidance", ["value_low_bn", "value_high_bn"]),
        ("capex_guidance", ["value_high_bn"]),
        ("capex_mix", ["short_lived_share"]),
        ("fx", ["cny_per_usd"]),
        ("useful_life", ["depreciation_effect_m"]),
        ("useful_life", ["operating_income_effect_m"]),
        ("useful_life", ["net_income_effect_m"]),
        ("useful_life", ["old_life_years"]),
        ("useful_life", ["new_life_years"]),
    ],
)
def test_a_slip_is_refused_in_every_row_of_the_smaller_tables(name, columns, factor):
    table = Transcribed(name)
    turn = pd.Series(np.arange(len(table.frame)), table.frame.index)

    def faults(frame):
        return [
            *table.faults(frame),
            *schema_faults("t.csv", table.resource, frame, table.cells),
        ]

    is_refused = table.is_refused(columns, factor, turn, faults)
    has_figure = table.frame[columns].notna().all(axis=1)
    assert has_figure.any()
    assert list(table.frame.index[has_figure & ~is_refused]) == []
    if name == "capex_guidance":
        ((column, text),) = NO_FIGURE.items()
        assert (has_figure == (table.frame[column] != text)).all()


def test_what_stands_apart_is_little_and_revenue_never(financials):
    """A row apart from its neighbors is held to the step it states, so none is left out."""
    frame = financials.frame
    apart = frame[~frame["neighbors"].isin(["adjacent", "same quarter"])]
    assert 0 < len(apart) / len(frame) < 0.04
    assert not apart["metric"].isin(["revenue"]).any()
    judged = {text for near in financials.resource.checks.near_median for text in near.steps}
    assert set(frame["neighbors"]) == judged


@pytest.mark.parametrize("texts", ["above", "below", "far below"])
def test_a_row_that_states_another_step_is_refused(financials, texts):
    """The statement of where a row stands is itself checked: no figure fits two of them."""
    frame = financials.frame
    is_revenue = (frame["company"] == "Amazon") & (frame["metric"] == "revenue")
    row = frame.index[is_revenue & (frame["neighbors"] == "adjacent")][0]
    told = financials.cells | {row: financials.cells[row] | {"neighbors": texts}}
    faults = check_faults("t.csv", financials.resource, frame, told, financials.others)
    steps = {text for near in financials.resource.checks.near_median for text in near.steps}
    assert bool([fault for fault in faults if fault.row == row]) == (texts in steps)


@pytest.mark.parametrize(
    ("name", "row", "slipped", "expected"),
    [
        # an income of 41 million, near zero, read as dollars
        (
            QUARTERLY,
            "Baidu,2020-01-01,2020-03-31,quarter,1,CNY,net_income,attributable,41,",
            "287",
            "2.5 of 23.5909, 0.004096 times the median of its neighbors (Baidu, net_income,",
        ),
        # a loss among profits, in yuan
        (
            ANNUAL,
            "Amazon,2022-01-01,2022-12-31,USD,net_income,attributable,-2722,",
            "-389",
            "2.5 of 5103.12, 0.16 times the median of its neighbors (Amazon, net_income,",
        ),
        # the one figure of its series
        (
            QUARTERLY,
            "Meta,2026-04-01,2026-06-30,quarter,2,USD,capex,including_lease_principal,31080,",
            "4440",
            "14000 to 75000 for Meta, capex, quarter, including_lease_principal",
        ),
    ],
)
def test_a_slip_is_named_with_file_row_column_value_and_expectation(
    tmp_path, name, row, slipped, expected
):
    folder = tmp_path / "raw"
    shutil.copytree(RAW, folder)
    table = folder / f"{name}.csv"
    text = table.read_text("utf-8")
    (line,) = (number for number, found in enumerate(text.splitlines(), 1) if found.startswith(row))
    *before, figure, _ = row.split(",")
    damaged = ",".join([*before, slipped, ""])
    table.write_text(text.replace(row, damaged), "utf-8", newline="\n")
    with pytest.raises(DataError) as refusal:
        load_fundamentals(folder=folder)
    (fault,) = [fault for fault in refusal.value.faults if fault.row == line]
    assert (fault.file, fault.column, fault.value) == (str(table), "value_m", slipped)
    assert expected in fault.expected
    assert figure != slipped
