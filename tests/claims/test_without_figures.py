"""Statements without a figure: each outcome follows from figures, and turns with them."""

import csv

import numpy as np
import pandas as pd
import pytest

from analysis.capex import load_fundamentals
from analysis.claims import without_figures as told
from analysis.claims.without_figures import FAILS, HOLDS, PARTLY, UNKNOWN, Purchase
from analysis.paths import DATA
from analysis.printed import Book

DEAR = Purchase("2026-09", 2_500_000.0, 80_000.0, 60_000.0, 0.75)


@pytest.fixture(scope="module")
def book() -> Book:
    return Book()


@pytest.fixture(scope="module")
def table(book: Book) -> pd.DataFrame:
    return told.statements(book, load_fundamentals())


def growth(**rates: tuple[float, float, float]) -> pd.DataFrame:
    """Growth of 2024, 2025 and 2026H1 by company; 10 % where none is given."""
    names = [*told.US_COMPANIES, told.US]
    rows = {name: rates.get(name, (0.1, 0.1, 0.1)) for name in names}
    return pd.DataFrame(rows, index=[2024, 2025, "2026H1"]).T


def months(*values: float, start: str = "2025-03") -> pd.Series:
    return pd.Series(values, index=pd.period_range(start, periods=len(values), freq="M"))


def test_every_outcome_is_one_of_four_and_what_is_not_known_has_no_date(table):
    assert set(table["outcome"]) <= {HOLDS, FAILS, PARTLY, UNKNOWN}
    assert ((table["as_of"] == "") == (table["outcome"] == UNKNOWN)).all()
    assert (table[["said", "since"]] != "").all().all()


@pytest.mark.parametrize(
    "seed",
    ["cut off", "idle", "tariffs", "cheaper than to build", "Southeast", "builds with others"],
)
def test_the_statements_that_matter_are_there(table, seed):
    assert table["said"].str.contains(seed).any()


@pytest.mark.parametrize(
    ("bought", "outcome"),
    [
        (DEAR, HOLDS),
        (Purchase("2026-09", 1_900_000.0, 80_000.0, 1.0, 1.0), PARTLY),
        (Purchase("2026-09", 1_900_000.0, 69_000.0, 1.0, 1.0), FAILS),
    ],
)
def test_chips_are_scarce_where_price_and_rent_rose(book, bought, outcome):
    one = told.scarce_chips(book, bought)  # 2,000,000 and 70,000 CNY as printed
    assert (one.outcome, one.as_of) == (outcome, "2026-09")
    assert f"{bought.rent_cny_per_month:,.0f} CNY in 2026-09" in one.since


@pytest.mark.parametrize(
    ("values", "outcome", "words"),
    [
        ((100.0, 50.0, 60.0), PARTLY, "-50% from 2025-03 to 2025-04, +20% from then to 2025-05"),
        ((100.0, 80.0, 50.0), HOLDS, "-50% from 2025-03 to 2025-05, +0% from then to 2025-05"),
        ((50.0, 80.0, 100.0), FAILS, "+0% from 2025-03 to 2025-03, +100% from then to 2025-05"),
    ],
)
def test_a_price_pressed_down_may_have_risen_since(values, outcome, words):
    one = told.falling_prices(months(*values))
    assert one.outcome == outcome
    assert words in one.since


def test_owning_is_cheaper_for_those_who_use_more_hours_than_break_even():
    one = told.renting_or_owning(DEAR)
    assert one.outcome == PARTLY
    assert "cheaper for those who use more than 75% of all hours" in one.since
    never = told.renting_or_owning(Purchase("2026-09", 2e6, 60_000.0, 80_000.0, np.nan))
    assert (never.outcome, "cheaper for nobody" in never.since) == (HOLDS, True)


@pytest.mark.parametrize(
    ("us", "rents", "outcome"),
    [
        ((0.5, 0.4, 0.3), (2.0, 2.0, 2.2), FAILS),  # all grew
        ((0.5, -0.4, -0.3), (2.0, 2.0, 1.9), HOLDS),  # all fell
        ((0.5, 0.4, -0.3), (2.0, 2.0, 2.2), PARTLY),
    ],
)
def test_tariffs_keep_demand_away_where_spending_and_rents_fall(us, rents, outcome):
    exempt, demand = told.tariffs(growth(**{told.US: us}), np.log(months(*rents)))
    assert exempt.outcome == UNKNOWN
    assert demand.outcome == outcome
    # from 2025-04, the month of the article, not from the first of the index
    assert f"{rents[2] / rents[1] - 1:+.0%} from 2025-04 to 2025-05" in demand.since


@pytest.mark.parametrize(
    ("rates", "outcome"),
    [
        ({"Microsoft": (0.5, -0.1, -0.1)}, HOLDS),
        ({"Microsoft": (0.5, 0.2, 0.9)}, PARTLY),  # nobody brakes, Microsoft neither
        ({"Microsoft": (0.5, 0.2, 0.9), "Meta": (0.5, -0.1, 0.3)}, FAILS),
    ],
)
def test_nobody_follows_microsoft_while_the_slowest_grows(rates, outcome):
    assert told.others_brake(growth(**rates)).outcome == outcome


def test_figures_are_those_of_the_raw_tables(table):
    """From the CSV files, without the package.

    Rents of eight H100 in 2024-01: 120,000 to 180,000, middle 146,969. Spending of the five
    on property and equipment grew by 88 % in the first half of 2026, as capex-intensity says.
    """
    with (DATA / "raw" / "outcomes.csv").open(encoding="utf-8") as file:
        rows = {row["outcome_id"]: row for row in csv.DictReader(file)}
    for year in ("2021", "2022"):
        margin = float(rows[f"paratera-{year}-gross-margin"]["value_low"])
        assert table["since"].str.contains(f"{margin:.1%} in {year}").any()
    assert table["since"].str.contains("+88% in 2026H1", regex=False).any()
    assert table["since"].str.contains("-54% from 2024-01 to 2024-12", regex=False).any()
