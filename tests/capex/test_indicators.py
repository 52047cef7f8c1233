import numpy as np
import pandas as pd
import pytest

from analysis.capex import INDICATORS, build_panel, compute_indicators, usual_net_income
from analysis.capex.filings.companies import capex_basis
from analysis.capex.filings.panel import METRICS, Panel
from analysis.capex.indicators.indicators import percentile_in
from analysis.capex.indicators.net_income import flag_net_income


def panel(frequency="year", **columns):
    """One company, from 2018 on."""
    n_periods = len(next(iter(columns.values())))
    if frequency == "year":
        periods = pd.Index(range(2018, 2018 + n_periods), dtype=int)
    else:
        periods = pd.period_range("2018Q1", periods=n_periods, freq="Q")
    index = pd.MultiIndex.from_product([["Amazon"], periods], names=["company", "period"])
    frame = pd.DataFrame({name: columns.get(name, np.nan) for name in METRICS}, index=index)
    return Panel(frame.astype(float), frequency, "reported", capex_basis("purchases"))


def test_every_indicator_by_hand():
    table = compute_indicators(
        panel(
            revenue=[100.0, 200.0],
            capex=[10.0, 40.0],
            operating_cash_flow=[30.0, 50.0],
            depreciation_amortization=[5.0, 8.0],
            net_income=[20.0, 10.0],
        )
    ).ratios.loc[("Amazon", 2019)]
    assert table["capex_to_revenue"] == 0.2
    assert table["capex_to_ocf"] == 0.8
    assert table["da_to_net_income"] == 0.8
    assert table["capex_to_da"] == 5.0
    assert table["fcf_margin"] == 0.05  # (50 - 40) / 200
    assert table["capex_growth"] == 3.0
    assert np.isnan(table["capex_to_ocf_five_years"])


def test_five_years_of_spending_against_five_of_cash():
    table = compute_indicators(
        panel(capex=[1.0, 2.0, 3.0, 4.0, 5.0, 6.0], operating_cash_flow=[10.0] * 5 + [20.0])
    ).ratios["capex_to_ocf_five_years"]
    assert table[("Amazon", 2022)] == 15 / 50
    assert table[("Amazon", 2023)] == 20 / 60
    assert table.loc["Amazon"].iloc[:4].isna().all()


def test_five_years_are_twenty_quarters():
    table = compute_indicators(
        panel("quarter", capex=[1.0] * 21, operating_cash_flow=[4.0] * 21)
    ).ratios["capex_to_ocf_five_years"]
    assert table.isna().sum() == 19
    assert (table.dropna() == 0.25).all()


def test_a_missing_year_leaves_the_sum_of_five_undefined():
    table = compute_indicators(
        panel(capex=[1.0, np.nan, 3.0, 4.0, 5.0, 6.0, 7.0], operating_cash_flow=[10.0] * 7)
    ).ratios["capex_to_ocf_five_years"]
    assert np.isnan(table[("Amazon", 2023)])
    assert table[("Amazon", 2024)] == 25 / 50


def test_growth_is_on_the_same_quarter_a_year_before():
    growth = compute_indicators(panel("quarter", capex=[1.0, 2.0, 3.0, 4.0, 2.0])).ratios
    assert growth["capex_growth"].loc["Amazon"].iloc[4] == 1.0


@pytest.mark.parametrize("net_income", [-1.0, 0.0])
def test_a_ratio_to_no_profit_is_undefined(net_income):
    ratios = compute_indicators(
        panel(depreciation_amortization=[5.0], net_income=[net_income], revenue=[100.0])
    ).ratios
    assert ratios["da_to_net_income"].isna().all()


def test_a_revaluation_is_flagged_and_put_back():
    income = pd.Series([20.0] * 8 + [57.0, 20.0])
    usual, flags = usual_net_income(income, pd.Series([100.0] * 10))
    assert flags.tolist() == [""] * 8 + ["swollen", ""]
    assert usual[8] == 20.0


def test_a_thin_margin_that_widens_is_no_revaluation():
    # Amazon went from 2 % to 11 % in two years
    margins = pd.Series([0.02, 0.02, 0.03, 0.05, 0.06, 0.07, 0.08, 0.09, 0.10, 0.11])
    assert not flag_net_income(margins).any()


def test_the_filings_revaluations_are_found(fundamentals):
    quarters = build_panel(fundamentals, "purchases", "quarter", "reported")
    flags = compute_indicators(quarters, quarters).flags["net_income_flag"]
    found = {(company, str(quarter)): flag for (company, quarter), flag in flags.items() if flag}
    for company, quarter in [
        ("Amazon", "2026Q1"),  # 16.8 bn of gains before tax
        ("Alphabet", "2026Q1"),
        ("Alphabet", "2026Q2"),
        ("Microsoft", "2025Q4"),
    ]:
        assert found[(company, quarter)] == "swollen"
    assert found[("Amazon", "2022Q1")] == "not positive"
    assert found[("Meta", "2025Q3")] == "sunken"
    assert ("Amazon", "2024Q4") not in found


def test_usual_net_income_shows_what_a_revaluation_hides(fundamentals):
    quarters = build_panel(fundamentals, "purchases", "quarter", "reported")
    trailing = build_panel(fundamentals, "purchases", "ttm", "reported")
    table = compute_indicators(trailing, quarters)
    newest = table.ratios.loc[("Alphabet", pd.Period("2026Q2", "Q"))]
    assert newest["da_to_usual_net_income"] > 1.5 * newest["da_to_net_income"]
    assert table.flags.loc[("Alphabet", pd.Period("2026Q2", "Q")), "net_income_flag"] == "swollen"


def test_percentile_counts_what_is_not_higher():
    assert percentile_in(np.array([1.0, 2.0, 3.0]), 3.0) == 1.0
    assert percentile_in(np.array([1.0, 2.0, 3.0]), 1.0) == pytest.approx(1 / 3)


def test_newest_carries_its_date_and_its_place_in_history(fundamentals):
    trailing = build_panel(fundamentals, "purchases", "ttm", "reported")
    newest = compute_indicators(trailing).newest("capex_to_revenue")
    assert str(newest.loc["Oracle", "period"]) == "2026Q3"
    us = newest.loc[["Amazon", "Microsoft", "Alphabet", "Meta", "Oracle"]]
    assert (us["percentile"] == 1.0).all()
    assert (us["n_history"] >= 31).all()


def test_only_capex_to_revenue_has_a_threshold_of_the_article():
    thresholds = {name: one.threshold for name, one in INDICATORS.items() if one.threshold}
    assert thresholds == {"capex_to_revenue": 0.15}
