"""Averages that a printed one may be, each worked by hand over three years of quarters."""

import numpy as np
import pandas as pd
import pytest

from analysis.capex.article.averages import search_growth, search_ratio
from analysis.capex.indicators.indicators import IndicatorTable
from analysis.printed.interval import Interval

QUARTERS = pd.period_range("2020Q1", "2022Q4", freq="Q")
FLOWS = pd.Series([1.0, 2, 3, 4, 2, 4, 6, 8, 6, 12, 18, 24], QUARTERS)  # years of 10, 20 and 60
BELOW = pd.Series([2.0, 2, 2, 4, 4, 4, 4, 8, 10, 20, 20, 70], QUARTERS)  # 10, 20 and 120
WINDOW = {"whole": ("2020Q1", "2022Q4")}
PRINTED = Interval(0.45, 0.55)


def values(tried: pd.DataFrame) -> dict[tuple[str, str], tuple[int, float]]:
    """How many values each definition averages, and what it gives."""
    return {
        (row["quantity"], row["average"]): (row["n"], row["value"]) for _, row in tried.iterrows()
    }


def test_every_growth_by_hand() -> None:
    tried = search_growth({"x": FLOWS}, WINDOW, PRINTED).tried
    found = values(tried)
    # on the quarter before: 1, 1/2, 1/3, -1/2, 1, 1/2, 1/3, -1/4, 1, 1/2, 1/3; in all from 1 to 24
    before = "quarter on the quarter before"
    assert found[before, "mean"] == (11, pytest.approx(4.75 / 11))
    assert found[before, "median"] == (11, pytest.approx(0.5))
    assert found[before, "geometric mean"] == (11, pytest.approx(24 ** (1 / 11) - 1))
    # on the year before: four times 1, then four times 2
    year = "quarter on the quarter a year before"
    assert found[year, "mean"] == (8, pytest.approx(1.5))
    assert found[year, "geometric mean"] == (8, pytest.approx(6**0.5 - 1))
    # four quarters: 20/10, 24/11, 32/13, 44/16 and 60/20
    rolling = "four quarters on those a year before"
    expected = (2 + 24 / 11 + 32 / 13 + 44 / 16 + 3) / 5 - 1
    assert found[rolling, "mean"] == (5, pytest.approx(expected))
    assert found["year on the year before", "mean"] == (2, pytest.approx(1.5))
    # from 10 to 60 in two years
    assert found["compound yearly growth", "first to last"] == (3, pytest.approx(6**0.5 - 1))
    assert len(tried) == 4 * 3 + 1
    assert tried["gap"].to_numpy() == pytest.approx(tried["value"].to_numpy() - 0.5)


def test_growth_over_a_window_of_two_years_has_one_year_on_year() -> None:
    found = values(search_growth({"x": FLOWS}, {"late": ("2021Q1", "2022Q4")}, PRINTED).tried)
    assert found["year on the year before", "mean"] == (2, pytest.approx(1.5))  # 20/10 and 60/20
    assert found["compound yearly growth", "first to last"] == (2, pytest.approx(2.0))  # 20 to 60
    one_year = values(search_growth({"x": FLOWS}, {"one": ("2022Q1", "2022Q4")}, PRINTED).tried)
    assert ("compound yearly growth", "first to last") not in one_year
    assert one_year["year on the year before", "median"] == (1, pytest.approx(2.0))


def test_every_ratio_by_hand() -> None:
    found = values(search_ratio({"x": FLOWS}, BELOW, WINDOW, PRINTED).tried)
    # 0.5, 1, 1.5, 1 twice, then 0.6, 0.6, 0.9, 24/70
    quarterly = "quarterly ratio"
    assert found[quarterly, "mean"] == (12, pytest.approx((8 + 2.1 + 24 / 70) / 12))
    assert found[quarterly, "median"] == (12, pytest.approx(0.95))
    # 10/10, 20/20 and 60/120
    assert found["yearly ratio", "mean"] == (3, pytest.approx(2.5 / 3))
    assert found["yearly ratio", "median"] == (3, pytest.approx(1.0))
    assert found["ratio of sums", "sum over sum"] == (12, pytest.approx(90 / 150))
    assert len(found) == 5


def test_the_newest_value_is_the_last_that_is_known() -> None:
    index = pd.MultiIndex.from_product([["A", "B"], QUARTERS[:4]], names=["company", "period"])
    ratios = pd.DataFrame({"x": [3.0, 1.0, 2.0, np.nan, 1.0, 2.0, 3.0, 4.0]}, index)
    newest = IndicatorTable(ratios, ratios.isna(), None).newest("x")  # type: ignore[arg-type]
    assert newest["period"].tolist() == [QUARTERS[2], QUARTERS[3]]
    assert newest["value"].tolist() == [2.0, 4.0]
    assert newest["percentile"].tolist() == pytest.approx([2 / 3, 1.0])  # 1 and 2 of 3, 1, 2
    assert newest["n_history"].tolist() == [3, 4]
