"""Headline figures computed again from the raw CSV files by pandas alone, without the package."""

import json
from pathlib import Path

import pandas as pd
import pytest

ROOT = Path(__file__).parents[2]
HOURS_PER_MONTH = 730
US = ["Amazon", "Microsoft", "Alphabet", "Meta", "Oracle"]
CHINA = ["Alibaba", "Tencent"]
INTERNET = [*CHINA, "Baidu"]
DEFINITIONS = {"Meta": ["purchases", "net_of_proceeds"], "Tencent": ["additions"]}


def raw(name: str) -> pd.DataFrame:
    return pd.read_csv(ROOT / "data" / "raw" / f"{name}.csv")


def saved(report: str, path: str) -> float:
    file = ROOT / "reports" / "results" / f"{report}.json"
    value = json.loads(file.read_text("utf-8"))["results"]
    for step in path.split("/"):
        value = value[step]
    return float(value)


def by_quarter(metric: str, companies: list[str]) -> pd.DataFrame:
    """Million by calendar quarter and company; a quarter that a year alone prints is its rest."""
    rows = raw("company_financials_quarterly")
    rows = rows[rows["metric"].eq(metric)]
    columns = {}
    for company in companies:
        wanted = DEFINITIONS.get(company, ["purchases"]) if metric == "capex" else [metric]
        filled = pd.Series(dtype=float)
        for definition in wanted:
            own = rows[rows["company"].eq(company) & rows["definition"].eq(definition)]
            middle = pd.to_datetime(own["period_start_date"]) + pd.Timedelta(days=45)
            own = own.assign(quarter=middle.dt.to_period("Q"))
            quarters = own[own["span"].eq("quarter")].set_index("quarter")["value_m"].astype(float)
            for _, year in own[own["span"].eq("year to date")].iterrows():
                ends = pd.Period(pd.Timestamp(year["period_end_date"]), "Q")
                before = pd.period_range(year["quarter"], ends - 1, freq="Q")
                if ends not in quarters.index and before.isin(quarters.index).all():
                    quarters[ends] = year["value_m"] - quarters[before].sum()
            filled = filled.combine_first(quarters) if len(filled) else quarters
        columns[company] = filled
    return pd.DataFrame(columns).sort_index()


def over_four(metric: str, companies: list[str]) -> float:
    return by_quarter(metric, companies).loc["2025Q3":"2026Q2"].sum().sum()


def growth(companies: list[str], first: int) -> dict[str, float]:
    """Change of summed capital expenditure on the year, of whole calendar years and of a half."""
    spent = by_quarter("capex", companies).loc["2018Q1":"2026Q2"].sum(axis=1)
    years = spent.groupby(spent.index.year).sum()
    half = spent.loc["2026Q1":"2026Q2"].sum() / spent.loc["2025Q1":"2025Q2"].sum() - 1
    return {f"in_{year}": years[year] / years[year - 1] - 1 for year in range(first, 2026)} | {
        "in_2026h1": half
    }


def spending() -> dict[str, float]:
    found = {}
    for country, companies in (("us", US), ("china", CHINA)):
        spent, sold = by_quarter("capex", companies), by_quarter("revenue", companies)
        newest = spent.loc["2026Q2"].sum() / sold.loc["2026Q2"].sum()
        found[f"capex-intensity:capex_to_revenue_newest_quarter_{country}"] = newest
        found[f"capex-intensity:capex_to_revenue_{country}"] = over_four(
            "capex", companies
        ) / over_four("revenue", companies)
    of_2024 = [by_quarter(metric, US).loc["2024Q1":"2024Q4"] for metric in ("capex", "revenue")]
    found["capex-intensity:rate_us_2024"] = of_2024[0].sum().sum() / of_2024[1].sum().sum()
    for name, companies, first in (("us", US, 2019), ("china_internet", INTERNET, 2020)):
        for year, change in growth(companies, first).items():
            found[f"capex-intensity:growth_{name}/{year}"] = change
    run_rates = raw("disclosures").query("quantity == 'ai_revenue_run_rate'")
    found["bubble-indicators:ai_revenue_printed_usd_bn"] = run_rates["value_usd_bn"].sum()
    return found


def operators() -> dict[str, float]:
    rows = raw("operator_figures").query("period_end_date == '2026-06-30'")
    value = rows.set_index(["operator", "span", "quantity"])["value"].sort_index()
    weave, nebius = value["CoreWeave", "quarter"], value["Nebius", "half"]
    outcome = raw("outcomes").set_index("outcome_id")["value_low"]
    loans = raw("operator_loans").query("borrower == 'CoreWeave'")
    below = loans[loans["credit_class"].eq("below investment grade")]["spread_bp"]
    return {
        "operators:coreweave_net_margin": weave["net_income"] / weave["revenue"],
        "operators:coreweave_interest_to_revenue": weave["interest_expense"] / weave["revenue"],
        "operators:nebius_operating_margin": nebius["operating_income"] / nebius["revenue"],
        "operators:nebius_interest_to_revenue": nebius["interest_expense"] / nebius["revenue"],
        "operators:coreweave_spread_below_low_bp": below.min(),
        "operators:coreweave_spread_below_high_bp": below.max(),
        "operators:litong_net_margin_2025h1": outcome["litong-2025h1-computing-net-profit"]
        / outcome["litong-2025h1-computing"],
        "operators:kingsoft_adjusted_ebitda_margin": outcome["kingsoft-2025q3-adjusted-ebitda"]
        / outcome["kingsoft-2025q3-revenue"],
        "rental-market:lotus_largest_share_of_value_ended": outcome[
            "lotus-2025-contract-largest-terminated"
        ]
        / outcome["lotus-2025-contracts-terminated"],
        "rental-market:lotus_contracts_ended": outcome["lotus-2025-contracts-terminated-number"],
        "rental-market:lotus_contracts_signed": outcome["lotus-2025-contracts-signed-number"],
    }


def rents() -> dict[str, float]:
    quotes = raw("rent_quotes_usd").query("gpu == 'H100'")
    day = quotes.query("quote_date == '2026-10-05' and contract == 'index'")["price_low"]
    year = quotes.query("source_id == 'semianalysis-contract-2026'").set_index("quote_date")
    contracts = year["price_low"].loc["2026-06-26"] / year["price_low"].loc["2025-10-01"] - 1
    terms = raw("rent_terms").query("gpu == 'H100' and unit == 'USD per GPU-hour'")
    terms = terms.assign(price=(terms["price_low"] * terms["price_high"]) ** 0.5)
    offer = ["provider", "segment", "form_factor", "quote_date"]
    terms["form_factor"] = terms["form_factor"].fillna("")
    asked = terms[terms["contract"].eq("on-demand")][[*offer, "price"]]
    both = terms.merge(asked, on=offer, suffixes=("", "_on_demand"))
    both["discount"] = 1 - both["price"] / both["price_on_demand"]
    of = {
        months: both[both["term_months_low"].eq(months) & both["term_months_high"].eq(months)]
        for months in (12, 36)
    }
    found = {
        f"rent-terms:discount_by_term/term_{months}_months": rows["discount"].median()
        for months, rows in of.items()
    }
    contract = "change_from_lowest_month/contracts_of_one_year_semianalysis_contract_2026"
    return found | {
        "rent-terms:index_highest_over_lowest": day.max() / day.min() - 1,
        f"rent-terms:{contract}": contracts,
    }


def server() -> dict[str, float]:
    """Price 2 m, 70,000 a month, costs a tenth, 5 years to 5 %, tax 15 %, 70 % at 4 %."""
    claim = raw("claims").set_index("claim_id")["value_low"]
    price, year = claim["sihan-2025-p35-01"], claim["sihan-2025-p36-03"]
    debt, rate = price * claim["sihan-2025-p35-02"], claim["sihan-2025-p35-03"]
    margin, tax = 1 - claim["sihan-2025-p38-01"], claim["sihan-2025-p39-01"]
    table = pd.DataFrame({"year": range(1, 6)}).set_index("year")
    wear, residual = 0.95 * price / 5, 0.05 * price
    table["interest"] = rate * (debt - debt / 5 * (table.index - 1))
    table["profit"] = (1 - tax) * (margin * year - wear - table["interest"])
    table["owner"] = table["profit"] + wear - debt / 5
    table["project"] = (1 - tax) * (margin * year - wear) + wear
    paid_back = (table["profit"] + wear).cumsum()
    rest = price - paid_back[3]
    table.loc[5, ["owner", "project"]] += residual
    worth = 1.1 ** -table.index.to_series()
    owner = (table["owner"] * worth).sum() - (price - debt)
    served = margin * year - tax * table["profit"] / (1 - tax)
    return {
        "rental-model:project_npv_cny": (table["project"] * worth).sum() - price,
        "rental-model:equity_npv_cny": owner,
        "return-table:equity_npv_as_printed_cny": owner,
        "rental-model:dscr_minimum": (served / (debt / 5 + table["interest"])).min(),
        "rental-model:payback_source_years": 3 + rest / (table.loc[4, "profit"] + wear),
        "rental-model:net_margin": table["profit"].sum() / (5 * year),
    }


def counts() -> dict[str, float]:
    claim = raw("claims").set_index("claim_id")["value_low"]
    telecom = {"China Mobile": "2026Q1", "China Telecom": "2026Q1", "China Unicom": "2026Q1"}
    rows = raw("company_financials_quarterly").query("period_end_date == '2026-03-31'")
    value = rows.set_index(["company", "metric", "definition"])["value_m"].sort_index()
    rates = [
        value[name, "capex", "long_term_assets"] / value[name, "revenue", "revenue"]
        for name in telecom
    ]
    spent, sold = by_quarter("capex", [*US, *INTERNET]), by_quarter("revenue", [*US, *INTERNET])
    rates += [(spent[name] / sold[name]).dropna().iloc[-1] for name in spent]
    return {
        "claims-audit:n_claims": len(claim),
        "rental-market:n_listed_companies": claim["yiou-2024-p11-01"],
        "rental-market:n_entrants_2024": claim["yiou-2024-p15-01"],
        "capex-intensity:n_above_usual": sum(
            rate >= claim["caijing-2025-p47-01"] for rate in rates
        ),
    }


RECOMPUTED = spending() | operators() | rents() | server() | counts()


def test_enough_is_recomputed() -> None:
    assert len(RECOMPUTED) >= 40


@pytest.mark.parametrize("figure", RECOMPUTED)
def test_a_headline_figure_follows_from_the_raw_files_by_pandas_alone(figure: str) -> None:
    report, _, path = figure.partition(":")
    assert RECOMPUTED[figure] == pytest.approx(saved(report, path), rel=1e-5)
