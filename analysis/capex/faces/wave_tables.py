"""Tables and equations of the depreciation wave as readers see them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from analysis.capex.faces.sentences import odds
from analysis.capex.filings.fundamentals import Fundamentals
from analysis.capex.filings.panel import build_panel
from analysis.capex.indicators.net_income import usual_net_income
from analysis.capex.wave.assumed import WaveAssumptions
from analysis.capex.wave.futures import Futures
from analysis.capex.wave.projection import BASE_YEAR, TEST_YEARS, Projection
from analysis.capex.wave.scenarios import CapexScenario, Plan, ProfitPath
from analysis.capex.wave.wave_backtest import Backtest
from analysis.capex.wave.wave_model import WaveInput, model_da

_VINTAGES = r"\sum_{v \le t} K_v \left[\sigma \delta^S_{v,t} + (1 - \sigma) \delta^L_{v,t}\right]"

WAVE_EQUATIONS: Sequence[tuple[str, str, str]] = (
    (
        "vintage",
        r"d_{v,t} = B_{v,t} \min\left(1, \frac{s_{v,t}}{L_t - a_{v,t}}\right)",
        "depreciation of a vintage",
    ),
    (
        "line",
        rf"D_t = {_VINTAGES} + \beta \rho_t + \kappa \frac{{R_t}}{{\bar{{R}}_{{2018}}}}",
        "depreciation and amortization",
    ),
    ("ratio", r"q_t = \frac{D_t}{E_t}", "the indicator"),
)

WAVE_SYMBOLS = pd.DataFrame(
    [
        ("$K_v$", "capital expenditure of quarter v", "million"),
        ("$B_{v,t}$", "book value of vintage v at the start of quarter t", "million"),
        ("$s_{v,t}$", "part of the quarter in service", "quarters"),
        ("$L_t$", "useful life in force", "quarters"),
        ("$a_{v,t}$", "age at the start of the quarter", "quarters"),
        (
            r"$\delta^S, \delta^L$",
            "share of a vintage's cost depreciated, short and long lives",
            "",
        ),
        (r"$\sigma$", "share of short-lived assets", ""),
        (r"$\rho_t$", "run-off of what was bought before 2018, one in 2018", ""),
        (
            r"$\beta, \kappa$",
            "quarterly depreciation of 2018 due to it, and to the rest",
            "million",
        ),
        ("$R_t$", "revenue", "million"),
        ("$E_t$", "net income", "million"),
    ],
    columns=["symbol", "meaning", "unit"],
).set_index("symbol")


def usual_income_2025(fundamentals: Fundamentals, companies: Sequence[str]) -> dict[str, float]:
    """Net income of 2025 with flagged quarters at their usual margin, in million."""
    quarters = build_panel(fundamentals, "depreciable", "quarter", "reported", companies)
    income = {}
    for company in companies:
        rows = quarters.frame.xs(company, level="company")
        usual, _ = usual_net_income(rows["net_income"], rows["revenue"])
        of_2025 = usual[pd.PeriodIndex(usual.index).year == 2025]
        income[company] = float(of_2025.sum(min_count=4))
    return income


def backtest_table(result: Backtest) -> pd.DataFrame:
    """Errors by company and year, with their mean size beside the naive forecasts'."""
    by_year = result.errors.pivot_table(index="company", columns="year", values="error")
    by_year.columns = [f"in {year}" for year in by_year.columns]
    summary = result.by_company
    return by_year.reindex(summary.index).join(summary[["mean_absolute", "bias", "flat", "trend"]])


def backtest_formats(result: Backtest) -> dict[str, str]:
    """Format that table: misses with a sign, sizes without."""
    sizes = {"mean_absolute", "flat", "trend"}
    return {
        str(column): "{:.0%}" if column in sizes else "{:+.0%}" for column in backtest_table(result)
    }


def stock_share(
    inputs: Mapping[str, WaveInput],
    assumptions: WaveAssumptions,
    year: int,
    currency: str = "USD",
) -> float:
    """Share of modeled D&A that is the run-off of what was bought before 2018, in one currency."""
    stock, total = 0.0, 0.0
    for company in inputs.values():
        if company.currency == currency:
            parts = model_da(company, assumptions).parts
            rows = parts[pd.PeriodIndex(parts.index).year == year]
            stock, total = stock + rows["stock_m"].sum(), total + rows["total_m"].sum()
    return stock / total


def stock_in_words(inputs: Mapping[str, WaveInput], assumptions: WaveAssumptions) -> str:
    """Say how much of D&A is still the run-off of what was bought before 2018."""
    currencies = {company.currency for company in inputs.values()}
    currency = "USD" if "USD" in currencies else min(currencies)
    early, late = (stock_share(inputs, assumptions, year, currency) for year in (2021, 2025))
    return (
        f"What was bought before 2018 is still {early:.0%} of the depreciation modeled for 2021 "
        f"and {late:.0%} of that for 2025, over the companies with accounts in {currency}."
    )


def effects_table(effects: pd.DataFrame) -> pd.DataFrame:
    """Effects of changed lives in billions, with the change in words."""
    lives = zip(effects["old_life_years"], effects["new_life_years"], strict=True)
    table = pd.DataFrame(
        {
            "company": effects["company"],
            "change": [f"{old:g} to {new:g} years" for old, new in lives],
            "effect_period": effects["effect_period"],
            "modeled_bn": effects["modeled_m"] / 1e3,
            "stated_bn": effects["stated_m"] / 1e3,
            "basis": effects["basis"],
            "net_income_bn": effects["net_income_effect_m"] / 1e3,
            "implied_share": effects["implied_share"],
        }
    )
    return table.set_index("company")


def plans_table(expected: Mapping[str, Plan]) -> pd.DataFrame:
    """Plans by company."""
    rows = {
        name: {
            "capex_2026_bn": plan.capex_2026_m / 1e3,
            "growth_2027": plan.growth_2027,
            "basis": plan.basis,
        }
        for name, plan in expected.items()
    }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("company")


def outcome_table(test: pd.DataFrame, paths: Mapping[str, ProfitPath]) -> pd.DataFrame:
    """Put the test's profit paths, outcomes and odds in words."""
    labels = {name: path.label for name, path in paths.items()}
    ratios = [column for column in map(str, test.columns) if column[-4:].isdigit()]
    words = test["is_covered"].map({True: "below", False: "above"})
    table = test.assign(outcome=words, odds=test["p_covered"].map(odds))
    return table.rename(index=labels, level="profit")[[*ratios, "outcome", "p_covered", "odds"]]


def lives_table(futures: Futures, scenario: CapexScenario, path: ProfitPath) -> pd.DataFrame:
    """Ratio of 2029 by life of servers, as announced and from three to six years."""
    columns = {}
    for life in (None, 3.0, 4.0, 5.0, 6.0):
        label = "as announced" if life is None else f"{life:g} years"
        tested = futures.test(scenario, {"path": path}, life)
        columns[label] = tested["ratio_2029"].droplevel("profit")
    return pd.DataFrame(columns).rename_axis("company")


def future_in_words(scenario: CapexScenario, life_years: float | None) -> str:
    """Say what a projection assumes of spending and of lives."""
    if life_years is None:
        return scenario.label
    return f"{scenario.label}, servers living {life_years:g} years from late 2026 on"


def alt_test(tests: Mapping[str, pd.DataFrame], profit: str) -> str:
    """Say at how many companies depreciation stays below net income, by scenario of spending."""
    counts = []
    for label, test in tests.items():
        of_path = test.xs(profit, level="profit")
        counts.append(f"{int(of_path['is_covered'].sum())} of {len(of_path)} with {label}")
    return (
        "For each company one mark and band per spending scenario, with a dashed line at one and a "
        f"tick where the ratio stood in 2025. Below one through 2029: {'; '.join(counts)}."
    )


def alt_wave(projections: Mapping[str, Projection]) -> str:
    """Say by what factor depreciation grows, company by company."""
    growth = [
        f"{name} {one.da_m['middle'][TEST_YEARS[-1]] / one.base_da_m:.1f}"
        for name, one in projections.items()
    ]
    return (
        "One small panel per company: bars of capital expenditure, reported depreciation as a full "
        "line, projected depreciation to 2030 as a dashed line with its band. Times the "
        f"depreciation of {BASE_YEAR} in {TEST_YEARS[-1]}: {', '.join(growth)}."
    )
