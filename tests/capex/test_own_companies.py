"""Own companies beside the public ones, from one command to the indicators of a page."""

from __future__ import annotations

import pandas as pd
import pytest

from analysis.capex import build_panel, build_scoreboard, compute_indicators, load_fundamentals
from analysis.capex.faces import indicator_tables as tables
from analysis.capex.filings.fundamentals import own_in_words
from analysis.capex.filings.own_companies import own_statements
from analysis.data.own.store import add, load_own
from analysis.errors import DataError
from analysis.paths import OWN_VARIABLE

WIDE = (
    "Quarter;Umsatz (Mio. EUR);Capex;Net income\n"
    "2025Q3;100,0;50,0;4,0\n2025Q4;110,0;60,0;5,0\n2026Q1;120,0;30,0;-6,5\n2026Q2;130,0;39,0;7,0\n"
)
LONG = (
    "company,start,end,metric,value,currency\n"
    "Mine,2025-07-01,2025-09-30,Revenue,100,USD\nMine,2025-07-01,2025-12-31,Revenue,210,USD\n"
    "Mine,2025-07-01,2026-03-31,Revenue,330,USD\nMine,2025-07-01,2026-06-30,Revenue,480,USD\n"
)


@pytest.fixture
def added(tmp_path, monkeypatch):
    monkeypatch.setenv(OWN_VARIABLE, str(tmp_path / "own"))

    def put(text: str, name: str = "mine.csv", kind: str = "company", **fixed: str) -> None:
        (tmp_path / name).write_text(text, "utf-8")
        add(kind, tmp_path / name, fixed=fixed)

    return put


def test_one_command_brings_a_company_into_the_indicators(added):
    """2026Q2: 39 / 130 = 30 %; four quarters 179 / 460 = 38.9 %; euros at 1.2 cancel in ratios."""
    added(WIDE, company="Rechenwerk")
    added("start,end,currency,rate\n2025-07-01,2026-06-30,EUR,1.2\n", "fx.csv", "fx")
    fundamentals = load_fundamentals(with_own=True)
    four = build_panel(fundamentals, "purchases", "ttm", "USD")
    assert four.frame.loc[("Rechenwerk", pd.Period("2026Q2")), "revenue"] == pytest.approx(552.0)
    ratio = compute_indicators(four).newest("capex_to_revenue").loc["Rechenwerk", "value"]
    assert ratio == pytest.approx(179 / 460)
    board = build_scoreboard(fundamentals)
    row = board.rows.loc[("own", "Rechenwerk", "capex_to_revenue")]
    assert (row["quarter"], row["quarter_value"], row["reading"]) == ("2026Q2", 0.3, "high")
    assert tables.saved_of_own(board, "capex_to_revenue") == {
        "capex_to_revenue_of_own": {"own_1": 0.3}
    }
    assert own_in_words(fundamentals).startswith("Rechenwerk: own figures, from mine.csv")


def test_public_figures_stay_as_they_are_beside_own_ones(added):
    added(WIDE.replace("EUR", "USD"), company="Rechenwerk")
    public, beside = load_fundamentals(), load_fundamentals(with_own=True)
    for name in ("purchases", "article"):
        one, other = (build_panel(each, name, "year", "USD").frame for each in (public, beside))
        pd.testing.assert_frame_equal(other.loc[one.index], one)
    sums, members = tables.group_intensity(build_panel(beside, "purchases", "ttm", "reported"))
    assert "Rechenwerk" not in {name for group in members.values() for name in group}
    assert set(sums) == {"the US", "China"}
    assert "Rechenwerk" not in public.companies
    assert own_in_words(public) == ""


def test_years_to_date_give_the_quarters_between(added):
    """210 - 100 = 110, 330 - 210 = 120, and the fiscal year of June, 480 - 330 = 150."""
    added(LONG)
    panel = build_panel(load_fundamentals(with_own=True), "purchases", "quarter", "USD", ["Mine"])
    quarters = panel.frame.loc["Mine"]["revenue"]
    assert quarters.rename(index=str).to_dict() == {
        "2025Q3": 100.0,
        "2025Q4": 110.0,
        "2026Q1": 120.0,
        "2026Q2": 150.0,
    }
    companies, _ = own_statements(load_own("company"), load_own("fx"))
    assert companies["Mine"].fiscal_year_end_month == 6


@pytest.mark.parametrize(
    ("text", "fixed", "said"),
    [
        (WIDE, {"company": "Rechenwerk"}, "row 2, column currency: found 'EUR', expected a rate"),
        (WIDE.replace("EUR", "USD"), {"company": "Meta"}, "a name that no public company has"),
    ],
)
def test_what_cannot_be_compared_is_refused_with_its_row(added, text, fixed, said):
    added(text, **fixed)
    with pytest.raises(DataError, match=said):
        load_fundamentals(with_own=True)


def test_nine_months_in_a_quarters_row_contradict_the_year(added):
    """Quarters of 100, 110 and 330 with 150 make 690, the year 480."""
    quarters = LONG.replace(
        "2025-07-01,2025-12-31,Revenue,210", "2025-10-01,2025-12-31,Revenue,110"
    )
    quarters = quarters.replace("2025-07-01,2026-03-31", "2026-01-01,2026-03-31")
    added(quarters + "Mine,2026-04-01,2026-06-30,Revenue,150,USD\n")
    with pytest.raises(DataError, match="690, the four quarters of Mine"):
        load_fundamentals(with_own=True)


def test_own_companies_that_are_not_there_are_asked_for(added):
    with pytest.raises(DataError, match="data add company"):
        load_fundamentals(with_own=True)


@pytest.mark.parametrize(
    ("text", "row", "column", "expected"),
    [
        (
            LONG.replace("2025-09-30", "2025-08-31"),
            2,
            "period_end_date",
            "a month, a quarter, or up to a year",
        ),
        (LONG.replace("480,USD", "480,CNY"), 5, "currency", "USD, as the company's other rows"),
    ],
)
def test_what_cannot_be_meant_is_refused_as_it_comes(tmp_path, text, row, column, expected):
    (tmp_path / "mine.csv").write_text(text, "utf-8")
    (fault,) = add("company", tmp_path / "mine.csv", is_dry=True).refused
    assert (fault.row, fault.column, fault.expected) == (row, column, expected)
