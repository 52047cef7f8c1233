"""The rental market, worked by hand from what is printed."""

import numpy as np
import pandas as pd
import pytest

from analysis.data import load
from analysis.errors import ParameterError
from analysis.printed import Book
from analysis.rental import Assumptions, evaluate
from analysis.rental_market import (
    became,
    billing_modes,
    cheap_power,
    entrants,
    history,
    orders,
    plans,
    sizes,
)
from analysis.rental_market import market_plots as plots


@pytest.fixture(scope="module")
def book() -> Book:
    return Book()


@pytest.fixture(scope="module")
def terms(book: Book) -> tuple[orders.Terms, ...]:
    return orders.orders(book, 2_000_000.0)


def test_entries_sum_to_all(book: Book) -> None:
    assert entrants.entries(book).to_dict() == {
        "before July 2023": 101 - 40 - 29,
        "second half of 2023": 40,
        "2024, to October": 29,
    }


def test_shares_are_counts_of_all_there_were(book: Book) -> None:
    shares = entrants.earnings_of_2024(book)
    assert shares["made a loss"].share == pytest.approx(11 / 29)
    assert shares["made a loss"].n + shares["made a profit"].n == shares["made a loss"].whole


def test_named_losses_stand_beside_what_was_reported(book: Book) -> None:
    table = entrants.named_losses(book)
    assert (table["printed_cny"] < 0).all()
    assert len(table) == len(entrants.LOSSES) == 6
    known = table.loc[("Intellifusion (云天励飞)", "2023")]
    # printed 383.1 m lost, reported 383.1172 m
    assert known["printed_cny"] == pytest.approx(-383_100_000)
    assert known["reported_cny"] == pytest.approx(-383_117_200)
    assert table["reported_cny"].notna().sum() == 1


def test_the_newest_month_has_a_quote_and_a_price() -> None:
    months = pd.period_range("2026-01", periods=4, freq="M")
    rents = pd.Series([4.0, 3.0, 2.0, 1.0], index=months)
    rents.attrs["quoted"] = [months[0], months[2], months[3]]
    assert history.newest_month(rents, months[3]) == months[3]
    assert history.newest_month(rents, months[1]) == months[0]  # the second has no quote
    with pytest.raises(ValueError, match="no rent is quoted up to 2025-12"):
        history.newest_month(rents, pd.Period("2025-12", "M"))


def test_litong_has_its_two_lines(book: Book) -> None:
    table = entrants.reported_since(book)
    # 731.43 + 430.68 = 1,162.11 of ten thousand
    assert table.loc[("Litong (利通电子)", "2023"), "revenue_cny"] == pytest.approx(11_621_100)
    assert np.isnan(table.loc[("Litong (利通电子)", "2023"), "net_profit_cny"])


def test_orders_by_hand(terms: tuple[orders.Terms, ...]) -> None:
    contract, lease, litong, *purchases = terms
    # 3,690 m / 1.06 / 5 = 696.2 m a year; 2,000 m buy 1,000 servers: 58,019 a month each
    assert contract.rent_cny_per_server_month is not None
    assert contract.rent_cny_per_server_month.middle == pytest.approx(58_019, rel=1e-3)
    assert contract.yearly_revenue_over_price is not None
    assert contract.yearly_revenue_over_price.middle == pytest.approx(0.3481, rel=1e-3)
    # 497 m / (200 x 38) = 65,395
    assert lease.rent_cny_per_server_month is not None
    assert lease.rent_cny_per_server_month.middle == pytest.approx(65_395, rel=1e-4)
    # 2 x 423.515 m over the 29,000 P at the end, and over the 13,000 P at the start
    assert litong.rent_cny_per_p_year is not None
    assert litong.rent_cny_per_p_year.low == pytest.approx(29_208, rel=1e-3)
    assert litong.rent_cny_per_p_year.high == pytest.approx(65_156, rel=1e-3)
    prices = [one.server_price_cny.middle for one in purchases if one.server_price_cny]
    # 693 m / 330, 163.2 m / 64, 4.2 m / 4
    assert prices[:3] == pytest.approx([2.1e6, 2.55e6, 1.05e6], rel=1e-3)


def test_a_p_of_sparse_operations_is_worth_twice_the_server(
    terms: tuple[orders.Terms, ...],
) -> None:
    rent = terms[2].rent_cny_per_p_year
    assert rent is not None
    dense, sparse = (
        orders.per_server_month(rent, precision, 0.9895).low
        for precision in ("fp16_dense", "fp16_sparse")
    )
    # 29,208 x 8 x 0.9895 / 12 = 19,268
    assert dense == pytest.approx(19_268, rel=1e-3)
    assert sparse == pytest.approx(2 * dense)


def test_orders_in_words(terms: tuple[orders.Terms, ...]) -> None:
    table = orders.orders_table(terms)
    assert len(table) == len(terms)
    assert table["rent"].iloc[1] == "65,395 a server-month"
    assert table["price"].iloc[-2].startswith("at most 1,6")
    assert table["price"].iloc[-1] == "4,000,000 to 6,000,000"


def test_plans_by_hand(book: Book) -> None:
    table = plans.plans(book, 2_000_000.0, 8 * 0.9895)
    # 30,000 P over 7.916 is 3,790 servers, 7.58 bn CNY; half of it if a P is sparse
    planned = table[table["plan"].str.contains("2026")].iloc[0]
    assert planned["servers"] == "1,895 to 3,790 servers"
    assert planned["cost"] == "3.8 to 7.6 bn CNY"
    # 3 bn over 2 m
    assert "at most 1,500 servers" in set(table["servers"])
    assert table["plan"].iloc[-1].startswith("ordered for one customer, 48%")
    assert table["servers"].isna().sum() == len(plans.CONTRACTS) + 1


def test_what_became_of_orders_is_said_in_figures_of_the_tables(book: Book) -> None:
    table = became.became(book)
    # 3,690 m signed, no purchase order: ended; 9 of 61 contracts: in part; 465.7171 m in 2024
    contract = table.loc["Hainan Huatie (海南华铁)"]
    assert "contract of 3.69 bn CNY over 5 years" in contract["said"]
    assert "orders under the contract: 0 CNY" in contract["since"]
    assert "9 of 61 sales contracts" in table.loc["Lotus Holdings (莲花控股)", "since"]
    assert "466 m CNY in 2024" in table.loc["Hongjing Technology (宏景科技)", "since"]
    # an exit that the survey does not name is shown and not counted
    assert table.loc["Viewshine (威星智能)", "became"] == "ended"
    assert sum(became.counts(table).values()) == len(became.NAMED) == len(table) - 1
    assert became.counts(table)["ended"] == 1
    # known since exactly where something became of it
    assert (table["since"].isna() == (table["became"] == "not known")).all()


def test_every_paragraph_of_the_survey_with_a_figure_is_on_the_table() -> None:
    claims = load("claims")
    survey = claims[(claims["source_id"] == "sihan-2025") & (claims["paragraph"] >= 43)]
    named = {row.source for row in became.NAMED}
    assert {f"sihan-2025, {paragraph}" for paragraph in survey["paragraph"]} <= named


def test_a_figure_that_is_in_no_table_is_refused(
    book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong = became.Named("Nobody", "{sihan-2025-p43-99}", "", "not known", "sihan-2025, 43")
    monkeypatch.setattr(became, "NAMED", (wrong,))
    with pytest.raises(ParameterError, match="sihan-2025-p43-99"):
        became.became(book)


def test_sizes_and_growth(book: Book) -> None:
    table = sizes.sizes(book)
    growth = sizes.growth_by_scope(table)
    assert growth["supercomputing cloud services"] == pytest.approx(0.5248, abs=1e-3)
    # worked back from its growth, so it gives that growth again
    assert growth["all supercomputing services"] == pytest.approx(0.241, abs=1e-3)
    # 4 x 1 m chips x 35 % x 840,000 / 8 = 147 bn
    assert sizes.ceiling_by_chips(book) == pytest.approx(147e9)
    assert (table.groupby("scope")["year"].diff().dropna() > 0).all()


def quotes(*rows: tuple[str, float, float]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "gpu": "X",
            "unit": "CNY per server-month",
            "contract": "monthly",
            "qualifier": "",
            "kind": "reported",
            "quote_date": pd.to_datetime([row[0] for row in rows]),
            "price_low": [row[1] for row in rows],
            "price_high": [row[2] for row in rows],
        }
    )


def test_rents_are_geometric_and_interpolated_in_logs() -> None:
    table = quotes(
        ("2025-01-10", 80.0, 125.0), ("2025-03-01", 50.0, 50.0), ("2025-03-20", 32.0, 32.0)
    )
    rents = history.server_rents(table, "X")
    # 100, then sqrt(50 x 32) = 40, and in between sqrt(100 x 40) = 63.2
    assert rents.to_numpy() == pytest.approx([100.0, np.sqrt(4000.0), 40.0])
    assert [str(month) for month in rents.attrs["quoted"]] == ["2025-01", "2025-03"]
    with pytest.raises(ValueError, match="at least two"):
        history.server_rents(table.head(1), "X")


def test_assumptions_and_bounds_are_no_quotes() -> None:
    rents = load("rent_quotes_cny")
    h100 = history.server_rents(rents, "H100")
    assert str(h100.index[0]) == "2024-01"  # the bound of December 2023 is left out
    assert "2025-04" not in [str(month) for month in h100.attrs["quoted"]]  # an assumption


def priced(rents: pd.Series) -> pd.Series:
    return pd.Series(Assumptions().server_price_cny, rents.index)


def test_a_purchase_is_priced_in_its_own_month() -> None:
    months = pd.period_range("2025-01", "2025-02", freq="M")
    rents = pd.Series(70_000.0, months)
    prices = pd.Series([2_000_000.0, 2_712_932.0], months)
    table = history.vintages(rents, prices, Assumptions())
    alone = Assumptions(server_price_cny=2_712_932.0, periods_per_year=12)
    assert table["equity_npv_cny"].iloc[1] == pytest.approx(
        evaluate(alone).metrics.equity_npv_cny[0]
    )
    assert table["equity_npv_cny"].iloc[1] < table["equity_npv_cny"].iloc[0]
    with pytest.raises(ValueError, match="no server price in 2025-02"):
        history.vintages(rents, prices.iloc[:1], Assumptions())


def test_a_server_bought_in_a_month_is_its_vintage() -> None:
    months = pd.period_range("2025-01", "2025-03", freq="M")
    rents = pd.Series([70_000.0, 80_000.0, 60_000.0], months)
    prices = pd.Series([2.0e6, 2.5e6, 2.2e6], months)
    table = history.vintages(rents, prices, Assumptions(), 0.1)
    for month in months:
        case = history.bought_in(month, rents, prices, Assumptions(), 0.1)
        npv = evaluate(case).metrics.project_npv_cny[0]
        assert npv == pytest.approx(table.loc[month, "project_npv_cny"])


# 8 GPUs of 0.9895 PFLOPS, no tax, running cost or residual value: the present value is revenue
# times the annuity (yearly, 10 %, 5 years: 3.790787) less the price, 1,500,000.
BARE = Assumptions(
    server_price_cny=1_500_000.0,
    rent_cny_per_server_month=50_000.0,
    operating_cost_share_of_revenue=0.0,
    tax_rate=0.0,
    residual_value_share=0.0,
)


def test_ways_of_billing_by_hand() -> None:
    table = billing_modes.side_by_side(BARE, [1.0, 0.5])
    month, dense, sparse, whole, half = (row for _, row in table.iterrows())
    # 50,000 a month: x 12 / 7.916 P = 75,796 a dense P-year, half of it a sparse; / 5,840 h = 8.56
    assert [row["rent_cny"] for row in (month, dense, sparse, whole, half)] == pytest.approx(
        [50_000.0, 75_795.9, 37_897.9, 8.5616, 8.5616], rel=1e-4
    )
    # 8 GPUs x 8,760 h; half of it where half is sold
    assert month["gpu_hours_billed"] == whole["gpu_hours_billed"] == pytest.approx(70_080)
    assert half["gpu_hours_billed"] == pytest.approx(35_040)
    # 600,000 a year x 3.790787 - 1,500,000 = 774,472; half: 300,000 x 3.790787 - 1,500,000
    for row in (month, dense, sparse, whole):
        assert row["revenue_cny"] == pytest.approx(600_000.0)
        assert row["project_npv_cny"] == pytest.approx(774_472, abs=1)
    assert half["project_npv_cny"] == pytest.approx(-362_764, abs=1)
    # break-even revenue 1,500,000 / 3.790787 = 395,696 a year, 65.95 % of 600,000
    assert table["break_even_hours"].to_numpy() == pytest.approx([0.659494] * 5, abs=1e-5)
    assert month["break_even_rent_cny"] == pytest.approx(32_974.7, abs=0.1)
    assert whole["break_even_rent_cny"] == pytest.approx(5.6464, abs=1e-4)
    assert half["break_even_rent_cny"] == pytest.approx(2 * whole["break_even_rent_cny"])
    assert table["idle_time"].tolist() == ["customer"] * 3 + ["operator"] * 2


@pytest.mark.parametrize("n_gpus", [1, 8, 16])
@pytest.mark.parametrize("share", [0.3, 0.77])
@pytest.mark.parametrize("periods_per_year", [1, 12])
def test_idle_hours_cost_the_operator_what_the_price_must_bring_back(
    n_gpus: int, share: float, periods_per_year: int
) -> None:
    server = Assumptions(n_gpus=n_gpus, periods_per_year=periods_per_year)
    table = billing_modes.side_by_side(server, [share])
    paid, hourly = table.iloc[0], table.iloc[-1]
    assert hourly["break_even_rent_cny"] * share * 730 * n_gpus == pytest.approx(
        paid["break_even_rent_cny"]
    )
    assert table["project_npv_cny"].iloc[:3].to_numpy() == pytest.approx(
        [paid["project_npv_cny"]] * 3
    )
    assert hourly["break_even_hours"] == pytest.approx(paid["break_even_hours"])


def test_a_tariff_is_worth_its_kilowatt_hours(book: Book) -> None:
    table = cheap_power.tariff_worth(book, BARE)
    # 10.2 kW x 1.3 x 0.8 x 8,760 h = 92,926 kWh a year; at 0.6 and at 0.226 CNY
    assert table["electricity_cny"].to_numpy() == pytest.approx([55_755.6, 21_001.3], abs=0.1)
    # over 600,000 of rent a year
    assert table["share_of_first_rent"].iloc[0] == pytest.approx(0.092926, abs=1e-6)
    # 34,754.4 a year less x 3.790787, no tax
    assert table["project_npv_cny"].diff().iloc[-1] == pytest.approx(131_746, abs=1)
    # dearer than the usual: 0.1 CNY
    cheap = cheap_power.tariff_worth(book, BARE.replace(electricity_cny_per_kwh=0.1))
    assert cheap["project_npv_cny"].diff().iloc[-1] < 0


def test_what_the_cabinets_carry(book: Book) -> None:
    # 60,000 / 4,000 = 15 GPUs; 60,000 / 8 = 7,500 servers x 10.2 kW = 76.5 MW, 19.125 kW a cabinet,
    # x 1.3 = 99.45 MW
    carried = cheap_power.racks(book, BARE)
    assert carried.tolist() == pytest.approx([15.0, 7_500.0, 19.125, 99.45])
    double = cheap_power.racks(book, BARE.replace(n_gpus=16))
    assert double["kw_per_cabinet"] == pytest.approx(carried["kw_per_cabinet"] / 2)


def test_a_server_that_never_pays_has_no_hours_that_break_even() -> None:
    table = billing_modes.side_by_side(BARE.replace(rent_cny_per_server_month=30_000.0), [0.9])
    assert table["break_even_hours"].isna().all()
    assert (table["project_npv_cny"] < 0).all()
    with pytest.raises(ValueError, match="expected server_month"):
        billing_modes.side_by_side(
            BARE.replace(
                billing_mode="gpu_hour", rent_cny_per_gpu_hour=9.0, rent_cny_per_server_month=None
            ),
            [0.9],
        )


def test_a_flat_rent_gives_the_model_again() -> None:
    months = pd.period_range("2025-01", "2025-03", freq="M")
    rents = pd.Series(70_000.0, months)
    table = history.vintages(rents, priced(rents), Assumptions())
    same = evaluate(Assumptions(periods_per_year=12)).metrics
    assert table["equity_npv_cny"].to_numpy() == pytest.approx([same.equity_npv_cny[0]] * 3)
    falling = history.vintages(rents, priced(rents), Assumptions(), 0.2)
    assert (falling["equity_npv_cny"] < table["equity_npv_cny"]).all()


def test_orders_under_the_rents_since() -> None:
    months = pd.period_range("2025-01", "2025-03", freq="M")
    rents = pd.Series([80_000.0, 70_000.0, 60_000.0], months)
    signed = {"dear": (65_000.0, months[1]), "flat": (60_000.0, months[2])}
    table = history.orders_under_history(signed, rents, priced(rents), Assumptions(), 0.2)
    # (70 + 60) / 2 is the rent of the first
    assert table["quote_over_rent"].tolist() == pytest.approx([0.0, 0.0])
    bought = history.vintages(rents, priced(rents), Assumptions())["equity_npv_cny"]
    assert table.loc["dear", "npv_at_quotes_cny"] == pytest.approx(bought[months[1]])
    assert table.loc["dear", "npv_at_quotes_cny"] < table.loc["dear", "npv_at_rent_cny"]
    assert table.loc["flat", "npv_at_quotes_cny"] == pytest.approx(
        table.loc["flat", "npv_at_rent_cny"]
    )
    assert (table["npv_if_falling_cny"] < table["npv_at_quotes_cny"]).all()


def test_a_sublet_margin_adds_up() -> None:
    months = pd.period_range("2025-01", "2025-03", freq="M")
    table = history.sublet_margin(pd.Series([100.0, 90.0, 80.0], months), 85.0, months[1], 4)
    assert table["rent_earned_cny"].tolist() == pytest.approx([90.0, 80.0, 80.0, 80.0])
    assert table["margin_to_date_cny"].tolist() == pytest.approx([5.0, 0.0, -5.0, -10.0])
    with pytest.raises(ValueError, match="no rent of 2024-12"):
        history.sublet_margin(pd.Series([1.0] * 3, months), 1.0, pd.Period("2024-12", "M"), 2)


def test_a_decline_beyond_the_quotes_is_yearly() -> None:
    months = pd.period_range("2025-01", periods=1, freq="M")
    index = history.rent_index(pd.Series([1.0], months), months[0], 13, 0.2)
    assert index[12] == pytest.approx(0.8)


def test_pictures_hold_the_tables(book: Book) -> None:
    shares = entrants.earnings_of_2024(book)
    assert len(plots.plot_earnings(shares).axes[0].patches) == len(shares)
    rents = history.server_rents(load("rent_quotes_cny"), "H100")
    figure = plots.plot_rents(rents, {"a": 1e4, "b": 2e4})
    assert len(figure.axes[0].lines) == 3
    table = sizes.sizes(book)
    points = sum(len(line.get_xdata()) for line in plots.plot_sizes(table).axes[0].lines)
    assert points == len(table) + (~table["printed"]).sum()
    written = {text.get_text() for text in plots.plot_sizes(table).axes[0].texts}
    assert written == {f"{rate:+.0%} a year" for rate in sizes.growth_by_scope(table)}
    vintages = history.vintages(rents.iloc[-3:], priced(rents), Assumptions())
    assert len(plots.plot_vintages({"flat": vintages}).axes[0].lines) == 2
