import shutil

import numpy as np
import pandas as pd
import pytest

from analysis import data
from analysis.capex import load_fundamentals
from analysis.capex.filings.filing_checks import (
    SERIES,
    sum_faults,
    sums_against_years,
    year_to_date_faults,
)
from analysis.capex.filings.fundamentals import QUARTERLY, _with_fiscal_year
from analysis.data.raw_folder import RAW
from analysis.errors import DataError


@pytest.fixture(scope="module")
def printed():
    table = _with_fiscal_year(data.load(QUARTERLY))
    return table[(table["span"] == "quarter") & (table["kind"] != "disputed")]


def test_four_quarters_sum_to_every_year_that_was_not_summed_from_them(fundamentals):
    sums = fundamentals.sums
    assert len(sums) >= 70
    assert sums["agrees"].all()
    assert sums["is_independent"].sum() >= 40
    assert set(sums["company"]) >= {"Amazon", "Microsoft", "Alphabet", "Meta", "Oracle", "Tencent"}
    assert sums["difference_m"].abs().max() <= 1.0


def test_a_quarter_that_is_off_does_not_sum():
    quarters = pd.DataFrame(
        {
            "company": "A",
            "metric": "capex",
            "definition": "purchases",
            "currency": "USD",
            "fiscal_year": 2025,
            "value_m": [100.0, 110.0, 120.0, 130.0],
            "is_residual": False,
        }
    )
    year = quarters.head(1).assign(value_m=460.0).set_axis([17])
    assert not sum_faults(sums_against_years(quarters, year), "years.csv", "quarters.csv")
    off = quarters.assign(value_m=[100.0, 110.0, 120.0, 140.0])
    (fault,) = sum_faults(sums_against_years(off, year), "years.csv", "quarters.csv")
    assert (fault.file, fault.row, fault.column, fault.value) == ("years.csv", 17, "value_m", "460")
    assert fault.expected == (
        "470, the four quarters of A, capex (purchases), fiscal 2025 in quarters.csv"
    )


def test_three_quarters_are_not_compared_with_a_year():
    quarters = pd.DataFrame(
        {
            "company": "A",
            "metric": "capex",
            "definition": "purchases",
            "currency": "USD",
            "fiscal_year": 2025,
            "value_m": [100.0, 110.0, 120.0],
            "is_residual": False,
        }
    )
    assert sums_against_years(quarters, quarters.head(1).assign(value_m=330.0)).empty


def test_no_printed_quarter_looks_cumulative(printed):
    assert not year_to_date_faults(printed, "t.csv")


@pytest.mark.parametrize(
    ("company", "metric", "end", "before"),
    [
        ("Meta", "capex", "2025-06-30", 12941),  # six months of purchases for three
        ("Alphabet", "operating_cash_flow", "2024-09-30", 28848 + 26640),
        ("Microsoft", "depreciation_amortization", "2025-03-31", 7383 + 6827),  # fiscal third
        ("Alibaba", "revenue", "2023-09-30", 234156),  # fiscal second
    ],
)
def test_a_year_to_date_figure_slipped_in_is_refused(printed, company, metric, end, before):
    is_row = (
        (printed["company"] == company)
        & (printed["metric"] == metric)
        & (printed["period_end_date"] == end)
        & ~printed["definition"].isin(["including_finance_leases", "including_lease_principal"])
    )
    assert is_row.sum() == 1
    slipped = printed.assign(value_m=printed["value_m"] + np.where(is_row, before, 0))
    (fault,) = [
        fault for fault in year_to_date_faults(slipped, "t.csv") if fault.row == is_row.idxmax()
    ]
    assert fault.value == f"{slipped.loc[is_row.idxmax(), 'value_m']:.10g}"
    assert f"would leave {printed.loc[is_row.idxmax(), 'value_m']:.10g}" in fault.expected


def test_a_sealed_table_with_a_year_to_date_figure_is_not_loaded(tmp_path):
    """Half a year of Meta's purchases, 29,479, is no outlier: every other check lets it pass."""
    folder = tmp_path / "raw"
    shutil.copytree(RAW, folder)
    table = folder / f"{QUARTERLY}.csv"
    text = table.read_text("utf-8")
    row = "Meta,2025-04-01,2025-06-30,quarter,2,USD,capex,net_of_proceeds,16538,"
    assert row in text
    table.write_text(text.replace(row, row.replace("16538", "29479")), "utf-8", newline="\n")
    data.seal(QUARTERLY, changed=1, folder=folder)
    with pytest.raises(DataError, match="three months; a year to date would leave 16538"):
        load_fundamentals(folder=folder)


def test_most_cumulative_figures_are_caught_wherever_they_slip_in(printed):
    """One slip a series at a time, every series at once: each is one more chance to miss."""
    by_metric = {}
    series = printed[printed["fiscal_quarter"] > 1].groupby(SERIES)
    for draw in range(5):
        rng = np.random.default_rng(draw)
        rows = [rng.choice(group.index) for _, group in series]
        slipped, judged = printed.copy(), []
        for row in rows:
            one = printed.loc[row]
            year = printed[
                (printed[[*SERIES, "fiscal_year"]] == one[[*SERIES, "fiscal_year"]]).all(axis=1)
            ]
            before = year.loc[year["fiscal_quarter"] < one["fiscal_quarter"], "value_m"]
            if len(before) == one["fiscal_quarter"] - 1 and (before > 0).all():
                slipped.loc[row, "value_m"] += before.sum()
                slipped.loc[row, "neighbors"] = "adjacent"
                judged.append(row)
        caught = {fault.row for fault in year_to_date_faults(slipped, "t.csv")}
        for row in judged:
            by_metric.setdefault(printed.loc[row, "metric"], []).append(row in caught)
    shares = {metric: np.mean(found) for metric, found in by_metric.items()}
    assert shares["revenue"] > 0.95
    assert shares["depreciation_amortization"] > 0.9
    assert shares["capex"] > 0.75


def newest_slips(printed):
    """Newest quarter of each series and what it would be as a year to date, where that differs."""
    for _, series in printed.groupby(SERIES):
        newest = series.sort_values("period_end_date").iloc[-1]
        year = series[series["fiscal_year"] == newest["fiscal_year"]]
        before = year.loc[year["fiscal_quarter"] < newest["fiscal_quarter"], "value_m"]
        is_whole = 0 < len(before) == newest["fiscal_quarter"] - 1
        if is_whole and (before > 0).all() and newest["value_m"] > 0:
            yield newest.name, newest["value_m"] + before.sum()


def test_a_year_to_date_figure_in_the_newest_quarter_is_refused_in_every_series(printed):
    """The newest quarter has neighbors on one side only, and what stands apart is no exception."""
    slips = dict(newest_slips(printed))
    assert len(slips) >= 27
    assert {17306.0, 84720.0, 174771.0} <= set(slips.values())  # of rows marked above
    missed = []
    for row, year_to_date in slips.items():
        slipped = printed.copy()
        slipped.loc[row, "value_m"] = year_to_date
        missed += [row] * (row not in {f.row for f in year_to_date_faults(slipped, "t.csv")})
    assert missed == []


def test_a_row_apart_without_its_statement_is_questioned(printed):
    """11,390 is 1.93 times 5,916; nothing stated, or 2.93 as 17,306 would be, is refused."""
    (row,) = printed.index[(printed["company"] == "Baidu") & (printed["value_m"] == 11390)]
    assert printed.loc[row, "times_before"] == 1.93
    for stated in (np.nan, 2.93):
        told = printed.copy()
        told.loc[row, "times_before"] = stated
        assert row in {fault.row for fault in year_to_date_faults(told, "t.csv")}
