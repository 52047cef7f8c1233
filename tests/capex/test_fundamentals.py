import numpy as np
import pandas as pd
import pytest

from analysis.capex import COMPANIES, build_panel, capex_basis, load_fundamentals
from analysis.capex.filings.fundamentals import discrete_quarters
from analysis.capex.filings.periods import calendar_quarter, fiscal_year
from analysis.errors import ParameterError

DAY = pd.Timestamp


def rows(*figures):
    common = {
        "company": "A",
        "metric": "capex",
        "definition": "purchases",
        "currency": "USD",
        "source_id": "s",
        "kind": "reported",
        "fiscal_year": 2025,
    }
    return pd.DataFrame(
        [
            common
            | {
                "span": span,
                "fiscal_quarter": quarter,
                "value_m": value,
                "period_start_date": DAY("2025-01-01"),
                "period_end_date": DAY("2025-01-01") + pd.DateOffset(months=3 * quarter, days=-1),
            }
            for span, quarter, value in figures
        ]
    )


def test_a_ten_k_gives_the_fourth_quarter_as_the_difference():
    # 460 for the year less 100, 110 and 120 leaves 130
    quarters = discrete_quarters(
        rows(
            ("quarter", 1, 100.0),
            ("quarter", 2, 110.0),
            ("quarter", 3, 120.0),
            ("year to date", 4, 460.0),
        )
    ).set_index("fiscal_quarter")
    assert quarters.loc[4, "value_m"] == 130.0
    assert quarters["is_residual"].tolist() == [False, False, False, True]
    assert quarters.loc[4, "period_start_date"] == DAY("2025-10-01")
    assert quarters.loc[4, "period_end_date"] == DAY("2025-12-31")


def test_a_half_year_gives_the_first_quarter_too():
    quarters = discrete_quarters(rows(("quarter", 2, 110.0), ("year to date", 2, 210.0)))
    assert quarters.set_index("fiscal_quarter")["value_m"].to_dict() == {2: 110.0, 1: 100.0}


def test_a_year_to_date_figure_alone_gives_no_quarter():
    assert discrete_quarters(rows(("quarter", 1, 100.0), ("year to date", 3, 330.0)))[
        "fiscal_quarter"
    ].tolist() == [1]


def test_fiscal_quarters_land_in_calendar_quarters():
    oracle = DAY("2024-09-01"), DAY("2024-11-30")
    assert str(calendar_quarter(*oracle)) == "2024Q4"
    assert str(calendar_quarter(*oracle, rule="first month")) == "2024Q3"
    alibaba = DAY("2025-01-01"), DAY("2025-03-31")
    assert str(calendar_quarter(*alibaba)) == str(calendar_quarter(*alibaba, rule="first month"))
    assert fiscal_year(alibaba[1], 3) == 2025
    assert fiscal_year(DAY("2025-04-01"), 3) == 2026


def test_one_row_a_quarter_metric_and_definition(fundamentals):
    keys = ["company", "quarter", "metric", "definition"]
    assert not fundamentals.quarters.duplicated(keys).any()


def test_oracle_is_shifted_by_the_rule_and_no_other(fundamentals):
    other = load_fundamentals("first month").quarters
    keys = ["company", "metric", "definition", "quarter"]
    both = fundamentals.quarters.merge(other, on=keys, suffixes=("", "_other"))
    assert (both["value_m"] == both["value_m_other"])[both["company"] != "Oracle"].all()
    oracle = other[(other["company"] == "Oracle") & (other["metric"] == "capex")]
    # quarters that begin in March, June, September and December 2024
    of_2024 = oracle[oracle["quarter"].dt.year == 2024]["value_m"]
    assert of_2024.sum() == 2798 + 2303 + 3970 + 5862


def test_missing_is_missing(fundamentals):
    trailing = build_panel(fundamentals, "headline", "ttm")
    years = build_panel(fundamentals, "headline", "year")
    assert "ByteDance" not in trailing.frame.index.get_level_values("company")
    bytedance = years.frame.loc["ByteDance"]
    assert bytedance[["operating_cash_flow", "net_income", "capex"]].isna().all(axis=None)
    telecom = build_panel(fundamentals, "article", "year").frame.loc["China Telecom"]
    assert telecom["capex"].isna().all()


def test_four_quarters_are_needed_for_a_trailing_sum(fundamentals):
    quarters = build_panel(fundamentals, "purchases", "quarter", "reported", ["Alibaba"])
    trailing = build_panel(fundamentals, "purchases", "ttm", "reported", ["Alibaba"])
    cash = quarters.frame.loc["Alibaba", "operating_cash_flow"]
    assert np.isnan(cash.get(pd.Period("2025Q4", "Q"), np.nan))
    of_2026 = trailing.frame.loc["Alibaba", "operating_cash_flow"]
    assert np.isnan(of_2026[pd.Period("2026Q2", "Q")])
    assert of_2026[pd.Period("2025Q3", "Q")] == 70915 + 27520 + 20672 + 10099


def test_flows_are_converted_at_the_average_rate_of_their_quarter(fundamentals):
    yuan = build_panel(fundamentals, "purchases", "quarter", "reported", ["Tencent"])
    dollars = build_panel(fundamentals, "purchases", "quarter", "USD", ["Tencent"])
    quarter = pd.Period("2024Q4", "Q")
    rate = fundamentals.cny_per_usd[quarter]
    assert 7.1 < rate < 7.3
    capex = dollars.frame.loc[("Tencent", quarter), "capex"]
    assert capex == pytest.approx(36578 / rate)
    assert yuan.frame.loc[("Tencent", quarter), "capex"] == 36578


def test_a_figure_printed_in_another_currency_joins_those_of_the_accounts(fundamentals):
    """ByteDance's revenue is estimated in dollars, its spending in yuan."""
    year = build_panel(fundamentals, "article", "year", "reported", ["ByteDance"]).frame
    row = year.loc[("ByteDance", 2024)]
    assert row["capex"] == 80_000
    assert row["revenue"] == pytest.approx(155_000 * 7.2, rel=0.01)


def test_a_convenience_translation_is_undone_by_the_reports_own_rate(fundamentals):
    cash = build_panel(fundamentals, "purchases", "year", "reported", ["Baidu"]).frame
    # 2,909 and 1,114 million dollars of 2024 are at one rate, and 1,114 is 8,134 million yuan
    assert cash.loc[("Baidu", 2024), "operating_cash_flow"] == pytest.approx(2909 * 8134 / 1114)


def test_depreciation_of_two_definitions_is_not_summed(fundamentals):
    """Alphabet's line held intangibles until 2022 and holds none since."""
    trailing = build_panel(fundamentals, "purchases", "ttm", "reported", ["Alphabet"]).frame
    da = trailing.loc["Alphabet", "depreciation_amortization"]
    assert da[pd.Period("2020Q4", "Q")] == 3108 + 3386 + 3478 + 3725
    assert da.loc[pd.Period("2021Q4", "Q") : pd.Period("2023Q3", "Q")].isna().all()
    assert da[pd.Period("2023Q4", "Q")] == 11946


def test_a_basis_names_one_definition_a_company(fundamentals):
    for name in ("purchases", "headline", "finance_leases", "depreciable", "article"):
        basis = capex_basis(name)
        panel = build_panel(fundamentals, name, "quarter").frame
        for company in panel.index.unique("company"):
            used = set(panel.loc[company, "capex_definition"].dropna())
            assert used <= set(basis.definitions.get(company, ()))
            if len(used) > 1:
                assert company in basis.departures
    amazon = build_panel(fundamentals, "headline", "year", "reported", ["Amazon"]).frame
    gross = build_panel(fundamentals, "purchases", "year", "reported", ["Amazon"]).frame
    assert amazon.loc[("Amazon", 2024), "capex"] == 77_658
    assert gross.loc[("Amazon", 2024), "capex"] == 82_999


def test_lease_principal_is_added_where_both_parts_are_printed(fundamentals):
    # the release of 2026-07-29 says 31.08 bn; 18,997 and 843 make the quarter before
    meta = build_panel(fundamentals, "finance_leases", "quarter", "reported", ["Meta"]).frame
    capex = meta.loc["Meta", "capex"]
    assert capex[pd.Period("2026Q2", "Q")] == 31_080
    assert capex[pd.Period("2026Q1", "Q")] == 18_997 + 843


@pytest.mark.parametrize(
    "arguments",
    [
        {"basis": "gross"},
        {"frequency": "month"},
        {"currency": "EUR"},
        {"companies": ["Amazon", "Apple"]},
    ],
)
def test_unknown_choices_are_refused(fundamentals, arguments):
    with pytest.raises(ParameterError, match="expected one of"):
        build_panel(fundamentals, **arguments)


def test_companies_of_the_article():
    countries = [company.country for company in COMPANIES.values()]
    assert (countries.count("US"), countries.count("CN")) == (5, 7)
