"""The operators' figures, worked by hand from what is printed."""

import numpy as np
import pytest

from analysis.operators import broker_forecasts as forecasts
from analysis.operators import kingsoft, parallel
from analysis.operators import operator_comparison as comparison
from analysis.operators import operator_plots as plots
from analysis.printed.book import Book
from analysis.rental import evaluate, load_case


@pytest.fixture(scope="module")
def book() -> Book:
    return Book()


@pytest.fixture(scope="module")
def quarters(book: Book) -> kingsoft.Quarters:
    return kingsoft.quarters(book)


def test_revenue_per_hour(book: Book) -> None:
    # 4,476,880 / 0.5041 = 8.881 m GPU-hours; 1.11 / 3.627 = 0.306 of a hundred million: 3.446 CNY
    # 1,509.84 m / 0.5816 = 2,596 m core-hours; 267 - 30.6 = 236.4 m: 0.0911 CNY
    measures = parallel.unit_economics(book)
    assert measures["GPU-hours sold"].value.middle == pytest.approx(8.881e6, rel=1e-3)
    assert measures["revenue per GPU-hour"].value.middle == pytest.approx(3.446, rel=1e-3)
    assert measures["revenue per core-hour"].value.middle == pytest.approx(0.0911, rel=1e-3)
    assert measures["GPUs busy all year"].value.middle == pytest.approx(8.881e6 / 8760, rel=1e-3)


def test_products_sum_to_the_total(book: Book) -> None:
    revenue = parallel.revenue_by_product(book)
    assert revenue.loc["2023"].sum() == pytest.approx(4.96e8, rel=1e-9)
    assert revenue.loc["2025, nine months"].sum() == pytest.approx(734_033_217.22)
    assert revenue.loc["2024, nine months"].sum() == pytest.approx(433_703_586.93)
    # 31.89 % of 496 is 158.2; the cloud's 414 less that and 111 leaves 144.8
    assert revenue.loc["2023"].to_numpy() / 1e6 == pytest.approx(
        [144.8, 158.2, 111.0, 82.0], abs=0.1
    )
    assert (revenue > 0).all(axis=None)


def test_margins_and_turnover(book: Book) -> None:
    margins = parallel.margins(book)
    assert margins.loc["2023", "net_margin"] == pytest.approx(-80.5 / 496, rel=1e-3)
    assert margins.loc["2025H1", "net_margin"] == pytest.approx(5.0786 / 457.6728, rel=1e-4)
    assert np.isnan(margins.loc["2024", "gross_margin"])
    # 734.0 x 4/3 = 978.7 over (1,536.3 + 2,213.3) / 2 = 1,874.8
    assert parallel.turnover(book).value.middle == pytest.approx(978.7 / 1874.8, rel=1e-3)


def test_quarters_sum_and_follow_from_growth(quarters: kingsoft.Quarters) -> None:
    frame = quarters.frame
    parts = frame["public_cloud"] + frame["industry_cloud"]
    assert parts.to_numpy() == pytest.approx(frame["revenue"].to_numpy(), rel=1e-3)
    # 2,478.0 / 1.314 = 1,885.8, the third quarter of 2024
    assert frame.loc["2024Q3", "revenue"] == pytest.approx(1885.8e6, rel=1e-3)
    assert quarters.derived.loc["2024Q3", "revenue"]
    assert not quarters.derived.loc["2024Q4", "revenue"]
    # 1,775.7 + 1,891.8 is the first half as printed
    assert frame["revenue"].iloc[:2].sum() == pytest.approx(3667.5e6)
    assert frame.loc["2024Q2", "ai_billings"] == pytest.approx(326e6)


def test_ratios_by_hand(quarters: kingsoft.Quarters, book: Book) -> None:
    ratios, capital = quarters.ratios(), kingsoft.capital(book)
    assert ratios.loc["2025Q3", "adjusted_ebitda_margin"] == pytest.approx(826.6 / 2478.0)
    assert capital["D&A to revenue"][0].middle == pytest.approx(650 / 2478, rel=1e-3)
    # 826.6 - 650 - 28.7 = 147.9; four times that over 6,190 is 9.56 %, over 9,600 is 6.16 %
    assert capital["interest and tax in the quarter"][0].middle == pytest.approx(147.9e6, rel=1e-3)
    assert capital["as a yearly rate on borrowings"][0].middle == pytest.approx(0.0956, rel=2e-3)
    with_dues = capital["as a yearly rate with dues to related parties"][0].middle
    assert with_dues == pytest.approx(0.0616, rel=2e-3)


def test_other_income_is_what_neither_depreciates_nor_operates(
    quarters: kingsoft.Quarters, book: Book
) -> None:
    ratio, capital = quarters.ratios()["other_income_to_revenue"], kingsoft.capital(book)
    # 826.6 - 650 - 15.4 = 161.2 of 2,478.0; 318.5 - 378.5 + 55.8 = -4.2 of 1,970.0
    assert ratio["2025Q3"] == pytest.approx(161.2 / 2478.0, rel=1e-3)
    assert ratio["2025Q1"] == pytest.approx(-4.2 / 1970.0, rel=1e-2)
    # 28.7 - 161.2
    without = capital["adjusted net profit without it"][0]
    assert without.middle == pytest.approx(-132.5e6, rel=1e-3)
    assert without.high < 0


def test_revisions_by_hand(book: Book) -> None:
    table = forecasts.revisions(book)
    # 98.67 lowered to 94.09; a loss of 8.1 to one of 5.5; 0.07 raised to 0.25, all in 100 m
    assert table["change_cny"].iloc[0] == pytest.approx(-458e6)
    assert table.loc["Everbright", "change_cny"].iloc[0] == pytest.approx(260e6)
    assert table.loc["Kaiyuan", "change_cny"].iloc[0] == pytest.approx(18e6)


def test_forecasts_against_what_came(book: Book) -> None:
    # 1,970 + 2,349.2 + 2,478.0 + 2,761.4 = 9,558.6
    board = forecasts.kingsoft_scoreboard(book)
    assert board.loc["what came", "expected_cny"] == pytest.approx(9558.6e6, rel=1e-4)
    assert board.loc["Everbright", "error"] == pytest.approx(9500 / 9558.6 - 1, rel=1e-3)
    assert board.loc["Everbright", "implied_q4_cny"] == pytest.approx(2702.8e6, rel=1e-3)
    errors = board["error"].dropna()
    assert errors.iloc[0] == pytest.approx(9867 / 9558.6 - 1, rel=1e-3)  # lowered too far
    assert (errors.iloc[1:] < 0).all()
    profit = forecasts.parallel_scoreboard(book)
    assert profit.loc["2024", "expected_cny"] == -37e6
    assert profit.loc["2024", "known_cny"] == 12e6
    implied = forecasts.parallel_implied_quarter(book)
    assert implied["implied_cny"] == pytest.approx(20e6 - 8_408_010.41)
    assert implied["year_before_cny"] == pytest.approx(12e6 - 3_015_822.76)
    later = forecasts.kingsoft_later(book)
    assert later.loc["Guoyuan", "growth_per_year"] == pytest.approx(
        (13195 / 9558.6) ** 0.5 - 1, rel=1e-3
    )


def test_the_return_table_beside_them(book: Book, quarters: kingsoft.Quarters) -> None:
    case = evaluate(load_case("sihan-2025-straight-line"))
    table = comparison.against_the_table(case, book, quarters)
    # 70,000 / (8 x 730) = 11.99; 380,000 / 840,000 = 45.2 %; 840,000 / 2,000,000 = 0.42
    assert table.loc["revenue per GPU-hour", "return table"].startswith("11.99")
    assert table.loc["D&A to revenue", "return table"] == "45.2 %"
    assert table.loc["yearly revenue to assets", "return table"].startswith("0.42")
    assert table.loc["net margin", "Kingsoft Cloud"].startswith("1.16 %")


def test_pictures_hold_the_tables(book: Book, quarters: kingsoft.Quarters) -> None:
    figure = plots.plot_quarters(quarters.frame, quarters.ratios())
    heights = sum(bar.get_height() for bar in figure.axes[0].patches)
    assert heights == pytest.approx(quarters.frame["revenue"].sum() / 1e6, rel=1e-3)
    board = forecasts.kingsoft_scoreboard(book)
    dots = plots.plot_scoreboard(board.drop(index="what came"), 9558.6e6)
    assert len(dots.axes[0].collections[0].get_offsets()) == len(board) - 1
    bars = plots.plot_revenue_by_product(parallel.revenue_by_product(book))
    assert len(bars.axes[0].patches) == 12
    for picture, names in (
        (figure, {"AI billings", "other public cloud", "adjusted EBITDA", "D&A"}),
        (dots, {"what came"}),
        (bars, {"AI cloud", "general cloud"}),
    ):
        assert not picture.legends
        assert all(axes.get_legend() is None for axes in picture.axes)
        assert names <= {text.get_text() for axes in picture.axes for text in axes.texts}


def test_what_is_left_by_hand(book: Book) -> None:
    left = comparison.what_is_left(book, kingsoft.quarters(book))
    # Litong: 107.688 m of 485.554 m; Kingsoft: (827 - 650) and 28.7 of 2,478
    assert left.loc["Litong (利通电子), computing", "after_all"] == pytest.approx(107.688 / 485.554)
    cloud = left.loc["Kingsoft Cloud (金山云), adjusted"]
    assert cloud["after_depreciation"] == pytest.approx((827 - 650) / 2478, abs=2e-3)
    assert cloud["after_all"] == pytest.approx(28.7 / 2478, abs=1e-3)
    assert (left["after_all"] > 0).all()  # the page's answer says so
