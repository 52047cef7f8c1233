import numpy as np
import pandas as pd
import pytest
from matplotlib import pyplot as plt

from analysis import data
from analysis.capex import (
    SCENARIOS,
    backtest,
    build_panel,
    build_scoreboard,
    compute_indicators,
    growth_by_year,
    horizon_errors,
    plans,
    profit_paths,
)
from analysis.capex.article.facts import (
    CHINA,
    HOLDS,
    PARTLY,
    REVERSED,
    UNDECIDED,
    US,
    article_facts,
    brake_fact,
    growth_fact,
)
from analysis.capex.faces import capex_plots as plots
from analysis.capex.faces import indicator_tables as tables
from analysis.capex.faces import sentences, wave_tables
from analysis.capex.indicators.leases import capex_with_leases
from analysis.capex.wave.futures import Futures


@pytest.fixture(scope="module")
def futures(fundamentals, inputs):
    few = {name: inputs[name] for name in ("Amazon", "Meta")}
    return Futures(
        few,
        plans(few, data.load("capex_guidance")),
        wave_tables.usual_income_2025(fundamentals, list(few)),
        horizon_errors(inputs)["anchored"],
        n_draws=6,
        seed=3,
        revenue_growth=0.08,
    )


def test_a_country_is_summed_over_a_set_that_does_not_change(fundamentals):
    intensity, members = tables.group_intensity(build_panel(fundamentals, "purchases", "ttm"))
    assert members["China"] == ["Alibaba", "Tencent"]
    assert len(members["the US"]) == 5
    of_2024 = intensity.loc[pd.Period("2024Q4", "Q"), "China"]
    panel = build_panel(fundamentals, "purchases", "ttm").frame
    rows = panel.loc[[(name, pd.Period("2024Q4", "Q")) for name in members["China"]]]
    assert of_2024 == pytest.approx(rows["capex"].sum() / rows["revenue"].sum())
    quarterly, members = tables.group_intensity(build_panel(fundamentals, "purchases", "quarter"))
    assert members["China"] == ["Alibaba", "Tencent"]  # Baidu's revenue ends a quarter earlier
    assert str(quarterly["China"].dropna().index[-1]) == "2026Q2"


def test_growth_of_a_country_is_over_companies_known_in_both_years(fundamentals):
    quarters = build_panel(fundamentals, "purchases", "quarter", "reported")
    growth = growth_by_year(quarters)
    capex = build_panel(fundamentals, "purchases", "year", "USD").wide("capex")
    us = capex[["Amazon", "Microsoft", "Alphabet", "Meta", "Oracle"]].sum(axis=1)
    assert growth.loc["the US, together", 2024] == pytest.approx(us[2024] / us[2023] - 1)
    assert np.isnan(growth.loc["China Mobile", 2021])
    # 94,565 + 84,720 + 17,306 against 63,288 + 46,583 + 6,700 million CNY
    assert growth.loc["China, internet companies, together", "2026H1"] == pytest.approx(
        (94_565 + 84_720 + 17_306) / (63_288 + 46_583 + 6_700) - 1
    )
    assert growth.loc["the US, together", "2026H1"] == pytest.approx(0.884, abs=5e-4)
    assert growth.loc["China, together", 2025] == pytest.approx(0.103, abs=5e-4)  # with operators


def test_a_half_year_that_few_have_filed_is_not_shown(fundamentals):
    growth = growth_by_year(build_panel(fundamentals, "purchases", "quarter", "reported"))
    assert "2026H2" not in growth.columns  # Oracle alone has a quarter of it


def test_the_articles_facts_have_outcomes(fundamentals):
    facts = article_facts(fundamentals)
    assert facts["outcome"].tolist() == [HOLDS, REVERSED, PARTLY, PARTLY, UNDECIDED]
    decided = facts[facts["outcome"] != UNDECIDED]
    assert (decided["as_of"] >= "2026").all()


@pytest.mark.parametrize(
    ("china", "us", "outcome"),
    [
        ((1.0, 1.0), (0.5, 0.5), HOLDS),
        ((1.0, 0.4), (0.5, 0.5), PARTLY),
        ((0.4, 0.4), (0.5, 0.5), REVERSED),
    ],
)
def test_who_grows_faster_decides_the_second_fact(china, us, outcome):
    growth = pd.DataFrame({2024: [2.0, 0.5], 2025: [china[0], us[0]], "2026H1": [china[1], us[1]]})
    growth.index = [CHINA, US]
    assert growth_fact(growth).outcome == outcome
    swapped = growth.set_axis([US, "Microsoft"])
    assert brake_fact(swapped.loc[["Microsoft", US]]).outcome == outcome  # slower, not faster


def test_the_answer_counts_who_is_beyond():
    table = pd.DataFrame({"the US": [0.25, 0.37], "China": [0.12, np.nan]}, ["2026Q1", "2026Q2"])
    members = {"the US": ["A", "B"], "China": ["C"]}
    answer = sentences.spending_answer(table, members, pd.Series([0.15, 0.3, 0.14]), 0.15)
    assert answer == (
        "In 2026Q2 A and B spent 37% of revenue on property and equipment, in 2026Q1 C spent 12% "
        "of revenue on property and equipment. Of 3 companies 2 are beyond 15%."
    )


def test_leases_that_begin_in_a_year_are_added_to_it(fundamentals):
    table = capex_with_leases(fundamentals, data.load("disclosures"), years_to_begin=2.0)
    amazon = table.loc["Amazon"]
    # four quarters to 2026Q2: 35,095 + 39,522 + 44,203 + 54,208 = 173,028 of 775,680
    assert amazon["capex_bn"] == pytest.approx(173.028)
    assert amazon["with_leases_to_revenue"] == pytest.approx((173.028 + 137.214 / 2) / 775.68)
    assert amazon["years_of_capex"] == pytest.approx(137.214 / 173.028)
    assert (table["with_leases_to_revenue"] > table["capex_to_revenue"]).all()


def test_the_same_future_is_computed_once(futures):
    scenario = SCENARIOS["plans_then_flat"]
    assert futures.projections(scenario) is futures.projections(scenario)
    assert futures.projections(scenario, 3.0) is not futures.projections(scenario)
    lives = wave_tables.lives_table(futures, scenario, profit_paths()["growing"])
    assert (lives["3 years"] > lives["6 years"]).all()


def test_newest_values_stand_with_their_percentiles(fundamentals):
    panel = build_panel(fundamentals, "purchases", "ttm", "reported")
    indicators = compute_indicators(panel)
    table = tables.newest_table(indicators, ["fcf_margin", "capex_to_da"])
    newest = indicators.newest("fcf_margin")
    assert table["fcf_margin"].dropna().to_dict() == newest["value"].to_dict()
    assert table["capex_to_da_percentile"].dropna().between(0.0, 1.0).all()
    assert list(table.columns[:2]) == ["fcf_margin", "fcf_margin_percentile"]


def test_pictures_are_drawn_at_every_frequency(fundamentals, inputs, futures):
    for frequency in ("quarter", "ttm", "year"):
        panel = build_panel(fundamentals, "purchases", frequency, "reported")
        indicators = compute_indicators(panel)
        for figure in (
            plots.plot_indicator(indicators, "capex_to_revenue"),
            plots.plot_overview(indicators, "capex_to_revenue"),
            plots.plot_overview(compute_indicators(panel.between(2025, 2026)), "capex_to_ocf"),
        ):
            plt.close(figure)
    scenario = SCENARIOS["plans_then_flat"]
    tested = {scenario.label: futures.test(scenario, profit_paths())}
    for figure in (
        plots.plot_backtest(backtest(inputs)),
        plots.plot_wave(futures.projections(scenario)),
        plots.plot_test(tested, "flat_before"),
    ):
        plt.close(figure)


def test_a_scoreboard_shows_who_has_a_figure_or_a_verdict_of_the_article(fundamentals):
    judged = tables.scoreboard_table(build_scoreboard(fundamentals), "capex_to_revenue")
    assert judged.loc["ByteDance", ["article_verdict", "reading"]].tolist() == [
        "healthy",
        "no figure",
    ]
    unicom = judged.loc["China Unicom", ["reading", "reading_period", "reading_four_quarters"]]
    assert unicom.tolist() == ["usual", "2026Q1", "no figure"]
    table = tables.scoreboard_table(build_scoreboard(fundamentals), "da_to_net_income")
    assert "ByteDance" not in table.index
    assert table.loc["Alphabet", "flag"] == "unusually high"
