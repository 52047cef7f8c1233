import numpy as np
import pandas as pd
import pytest

from analysis.capex import (
    article_figures,
    build_panel,
    build_scoreboard,
    coverage,
    search_growth,
    search_ratio,
    totals_by_definition,
)
from analysis.capex.faces import indicator_tables as tables
from analysis.claims import audit
from analysis.printed import read_printed


@pytest.fixture(scope="module")
def figures():
    return article_figures().rename(index=lambda claim: claim.removeprefix("caijing-2025-"))


@pytest.fixture(scope="module")
def audited():
    claims = audit(source_id="caijing-2025").claims
    return claims.rename(index=lambda claim: claim.removeprefix("caijing-2025-"))


def test_the_audit_of_one_source_is_that_of_all(audited):
    whole = audit().claims.query("source_id == 'caijing-2025'")
    assert whole["verdict"].tolist() == audited["verdict"].tolist()


def test_every_us_amount_stands_on_a_definition_of_its_own(figures, audited):
    amounts = [f"p13-0{place}" for place in range(1, 6)]
    assert (audited.loc[amounts, "verdict"] == "reproduces").all()
    assert figures.loc[amounts, "how"].nunique() == 5


def test_growth_of_two_chinese_companies_does_not_follow(figures, audited):
    # (72,513 + 76,760) / (24,412 + 23,893) million yuan is 3.09 times; in dollars 3.06
    assert figures.loc["p32-02", "computed"] == pytest.approx(2.06, abs=0.03)
    assert audited.loc["p32-02", "verdict"] == "in tension with another source"


def test_what_nobody_published_has_no_figure(figures):
    assert set(figures.index[figures["computed"].isna()]) == {"p14-06", "p14-07"}


def test_the_page_shows_the_verdicts_of_the_audit(audited):
    table = tables.article_table(article_figures(), audit(source_id="caijing-2025").claims)
    assert len(table) > 30
    assert (table["verdict"] == audited.loc[table.index, "verdict"]).all()
    assert (table[["printed", "computed", "how"]] != "").all(axis=None)
    assert table.loc["p13-01", "how"] == "purchases less proceeds and incentives"
    assert table.loc["p12-01", "how"] == "p12-01 = p13-06 / p14-08"
    # of these the audit passed the sum, not what filings say or do not say
    by_the_sum = table.loc[["p14-01", "p14-05", "p14-06", "p14-07", "p14-08"], "how"]
    assert by_the_sum.str.startswith("p14-08 = p14-01 + ").all()


def test_cash_flow_and_profit_did_not_always_cover(fundamentals):
    table = coverage(build_panel(fundamentals, "purchases", "year", "reported"))
    assert table.loc["Amazon", "cash_flow_below"] == "2021, 2022"
    assert table.loc["Amazon", "net_income_below"] == "2018, 2019, 2020, 2021, 2022, 2023"
    assert table.loc["Meta", "cash_flow_below"] == ""


def test_the_ratio_of_six_is_one_of_several(fundamentals):
    table = totals_by_definition(fundamentals)
    whole = table.loc["purchases; operators' whole announced spending"]
    assert whole["us_usd_bn"] == pytest.approx(82.999 + 55.552 + 52.535 + 37.256 + 10.745)
    assert whole["cn_missing"] == ""
    assert 2.9 < whole["ratio"] < 3.3


def test_dollars_and_rates_are_two_ratios(fundamentals):
    whole = totals_by_definition(fundamentals).loc["purchases; operators' whole announced spending"]
    # 239.1 of 1,469.2 bn and 77.3 of 674.0 bn: 16.3 against 11.5 %
    assert whole["us_rate"] == pytest.approx(239.087 / 1469.212, abs=1e-4)
    assert whole["cn_rate"] == pytest.approx(77.322 / 674.015, abs=1e-4)
    assert whole["rate_ratio"] == pytest.approx(1.42, abs=0.005)
    assert whole["ratio"] > 2 * whole["rate_ratio"]


def test_operators_printed_together_are_not_counted_as_nothing(fundamentals):
    mixture = totals_by_definition(fundamentals).loc["the article's mixture"]
    # 72.8 bn CNY at a mean rate of 7.196 = 10.12 bn USD, beside 33.0 bn of the internet companies
    assert mixture["cn_usd_bn"] == pytest.approx(33.007 + 72.8 / 7.196, abs=0.02)
    assert 5.85 < mixture["ratio"] < 6.05
    assert mixture["cn_missing"] == "" and np.isnan(mixture["cn_rate"])
    none = totals_by_definition(fundamentals, 2023).loc["the article's mixture"]
    assert "China Mobile" in none["cn_missing"]


@pytest.fixture(scope="module")
def microsoft(fundamentals):
    rows = fundamentals.quarters[fundamentals.quarters["company"] == "Microsoft"]

    def series(definition):
        chosen = rows[rows["definition"] == definition]
        return chosen.set_index("quarter")["value_m"].sort_index()

    measures = {
        "with finance leases": series("including_finance_leases"),
        "purchases": series("purchases"),
    }
    return measures, series("revenue")


WINDOWS = {
    "28 quarters, 2018-2024": ("2018Q1", "2024Q4"),
    "24 quarters, 2019-2024": ("2019Q1", "2024Q4"),
}


def test_microsofts_average_growth_is_that_of_years_with_finance_leases(microsoft):
    measures, _ = microsoft
    found = search_growth(measures, WINDOWS, read_printed("33%").rounded)
    nearest = found.matching.iloc[0]
    assert (nearest["measure"], nearest["quantity"], nearest["average"], nearest["n"]) == (
        "with finance leases",
        "year on the year before",
        "mean",
        7,
    )
    literal = found.tried[
        (found.tried["measure"] == "with finance leases")
        & (found.tried["window"] == "28 quarters, 2018-2024")
        & (found.tried["quantity"] == "quarter on the quarter a year before")
        & (found.tried["average"] == "mean")
    ].iloc[0]
    assert literal["n"] == 28
    assert literal["value"] == pytest.approx(0.340, abs=0.0005)
    assert not literal["matches"]


def test_microsofts_average_rate_stands_with_finance_leases_only(microsoft):
    measures, revenue = microsoft
    found = search_ratio(measures, revenue, WINDOWS, read_printed("17%").rounded)
    assert set(found.matching["measure"]) == {"with finance leases"}
    literal = found.matching[found.matching["n"] == 28].iloc[0]
    assert literal["value"] == pytest.approx(0.1654, abs=0.0005)


def test_a_search_that_finds_nothing_says_so():
    flat = pd.Series(1.0, pd.period_range("2017Q1", "2024Q4", freq="Q"))
    found = search_growth({"flat": flat}, WINDOWS, read_printed("33%").rounded)
    assert found.matching.empty
    assert str(found).startswith("none of")


def test_the_scoreboard_dates_what_it_shows(fundamentals):
    board = build_scoreboard(fundamentals)
    amazon = board.rows.loc[("US", "Amazon", "capex_to_revenue")]
    assert (amazon["article_verdict"], amazon["paragraph"]) == ("healthy", 47)
    assert (amazon["period"], amazon["reading"]) == ("2026Q2", "high")
    judged = board.rows[board.rows["reading"] != "no figure"]
    assert judged["reading_period"].notna().all()
    assert board.rows.loc[("CN", "ByteDance", "capex_to_ocf"), "reading"] == "no figure"
    assert board.rows.loc[("CN", "ByteDance", "capex_to_revenue"), "value_2024"] < 0.12
    assert board.groups.loc[("US", "capex_to_revenue"), "n"] == 5


@pytest.mark.parametrize(
    ("company", "indicator", "period", "value", "verdict"),
    [
        ("Alibaba", "capex_to_revenue", "2026Q2", 67_678 / 268_950, "high"),
        ("Tencent", "capex_to_revenue", "2026Q2", 52_784 / 204_785, "high"),
        ("Alibaba", "capex_to_ocf", "2026Q2", 67_678 / 22_950, "1 or more"),
        ("Tencent", "capex_to_ocf", "2026Q2", 52_784 / 52_700, "1 or more"),
        # Baidu's revenue and cash flow of 2026Q2 are not known, its capital expenditure is
        ("Baidu", "capex_to_revenue", "2026Q1", 5_916 / 32_100, "above usual"),
        ("Baidu", "capex_to_ocf", "2026Q1", 5_916 / 2_700, "1 or more"),
    ],
)
def test_a_verdict_is_on_the_newest_quarter_that_exists(
    fundamentals, company, indicator, period, value, verdict
):
    row = build_scoreboard(fundamentals).rows.loc[("CN", company, indicator)]
    assert (row["reading_period"], row["reading"]) == (period, verdict)
    assert row["quarter_value"] == pytest.approx(value)


def test_no_verdict_is_older_than_a_quarter_in_the_table(fundamentals):
    """For every company and ratio, the verdict has the newest quarter of both parts."""
    parts = {
        "capex_to_revenue": ["capex", "revenue"],
        "capex_to_ocf": ["capex", "operating_cash_flow"],
        "da_to_net_income": ["depreciation_amortization", "net_income"],
    }
    rows = build_scoreboard(fundamentals).rows
    frame = build_panel(fundamentals, "purchases", "quarter", "reported").frame
    for indicator, columns in parts.items():
        newest = frame[columns].dropna().reset_index().groupby("company")["period"].max()
        for company, quarter in newest.items():
            row = rows.xs((company, indicator), level=("company", "indicator")).iloc[0]
            assert row["reading_period"] == str(quarter), (company, indicator)


def test_countries_medians_are_of_companies_that_have_both(fundamentals):
    board = build_scoreboard(fundamentals)
    assert (
        board.groups.loc[("US", "capex_to_revenue"), "median"]
        > board.groups.loc[("CN", "capex_to_revenue"), "median"]
    )
