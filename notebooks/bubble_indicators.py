# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Will profits carry the depreciation of 2027 to 2029?
#
# Three indicators are said to show whether spending on compute is healthy: capital expenditure to
# revenue, to operating cash flow, and depreciation to net income. The article that proposes them
# (`caijing-2025`) warns that the real test comes from 2027 to 2029, when what is bought today has
# become depreciation. Here that test is computed: depreciation is modeled by vintage, tested on the
# past, projected under several futures, and set against profit.

# %% tags=["parameters"]
from analysis.reports.notebook.parameter_types import (
    CalendarYear,
    CapexDefinition,
    Count,
    FirstQuarter,
    Frequency,
    ReportedCurrency,
    Scenario,
    Seed,
    Share,
    WaveCompany,
    YearlyRate,
    Years,
    YearsOrNone,
)

companies: list[WaveCompany] = []  # companies projected (none: all six that can be), names
first_year: CalendarYear = 2018  # first year of the indicators, calendar year
last_year: CalendarYear = 2026  # last year of the indicators, calendar year
frequency: Frequency = "ttm"  # length of a period, quarter or ttm or year
currency: ReportedCurrency = "reported"  # currency of the indicators' parts, reported or USD or CNY
capex_definition: CapexDefinition = "purchases"  # what counts as capital expenditure, name
scenario: Scenario = "plans_then_flat"  # spending to 2030, a name of SCENARIOS
useful_life_years: YearsOrNone = 0.0  # life of servers from late 2026 on (0: as announced), years
short_lived_share: Share = 0.6  # back-test: short-lived assets in capital expenditure, share
long_life_years: Years = 20.0  # back-test: life of buildings and power, years
depreciation_convention: FirstQuarter = "half"  # back-test: first quarter, half or full or next
profit_growth_per_year: YearlyRate = 0.12  # growing profit, share per year
tax_rate: Share = 0.17  # tax saved on depreciation, share
revenue_growth_per_year: YearlyRate = 0.08  # growth of what else is in the line, share per year
n_draws: Count = 200  # draws of what filings do not say, count
seed: Seed = 20261015  # seed of the draws, number
test_explosive: bool = True  # test fundamentals for explosive stretches, yes or no

# %%
import numpy as np
import pandas as pd

from analysis import data
from analysis.capex import (
    SCENARIOS,
    US_COMPANIES,
    WAVE_COMPANIES,
    WaveAssumptions,
    backtest,
    build_panel,
    build_scoreboard,
    compute_indicators,
    coverage,
    horizon_errors,
    life_change_effects,
    load_fundamentals,
    plans,
    profit_paths,
    wave_inputs,
)
from analysis.capex.faces import capex_plots as plots
from analysis.capex.faces import indicator_tables as tables
from analysis.capex.faces import sentences, wave_tables
from analysis.capex.indicators.explosive import aggregate_test, explosive_rents, explosive_tests
from analysis.capex.wave.futures import Futures
from analysis.capex.wave.projection import RANGES
from analysis.figures import (
    show,
    show_answer,
    show_equations,
    show_prose,
    show_table,
    use_house_style,
)
from analysis.rents.index.rent_market import rent_market
from analysis.rents.quotes.comparable import comparable_quotes
from analysis.reports import refuse_unknown_parameters, save_results

refuse_unknown_parameters()
use_house_style()

# %%
fundamentals = load_fundamentals()
companies = companies or list(WAVE_COMPANIES)
inputs = {name: one for name, one in wave_inputs(fundamentals).items() if name in companies}
life_years = useful_life_years or None
future = SCENARIOS[scenario].label + (
    f", servers living {life_years:g} years from late 2026 on" if life_years else ""
)
assumptions = WaveAssumptions(
    short_lived_share=short_lived_share,
    long_life_years=long_life_years,
    convention=depreciation_convention,
)
tested = backtest(inputs, assumptions)
errors = horizon_errors(inputs, assumptions)
expected = plans(inputs, data.load("capex_guidance"))
income = wave_tables.usual_income_2025(fundamentals, list(inputs))
futures = Futures(
    inputs, expected, income, errors["anchored"], n_draws, seed, revenue_growth_per_year
)
profits = profit_paths(profit_growth_per_year, tax_rate)

# %%
headline = futures.test(SCENARIOS[scenario], profits, life_years)
flat, growing = headline.xs("flat", level="profit"), headline.xs("growing", level="profit")
needed = futures.needed(SCENARIOS[scenario], life_years)
passes = sentences.listed(growing.index[growing["is_covered"]])
fails = sentences.listed(growing.index[~growing["is_covered"]])
show_answer(
    f"**With {future}, and net income growing {profit_growth_per_year:.0%} a year, "
    f"net income exceeds depreciation through 2027 to 2029 at {passes}, and does not at {fails}. If "
    f"net income stays flat it does at {sentences.listed(flat.index[flat['is_covered']])}.** To keep the "
    f"ratio of 2025, net income would have to grow {needed['keep_ratio'].min():.0%} a year at "
    f"{needed['keep_ratio'].idxmin()} and up to {needed['keep_ratio'].max():.0%} at "
    f"{needed['keep_ratio'].idxmax()}. The model missed reported depreciation of the years after "
    f"{tested.origin} by {tested.by_company['mean_absolute'].min():.0%} to "
    f"{tested.by_company['mean_absolute'].max():.0%} on average, by company."
)

# %% [markdown]
# ## Where do the indicators stand?

# %%
quarters = build_panel(fundamentals, capex_definition, "quarter", currency)
shown = build_panel(fundamentals, capex_definition, frequency, currency)
indicators = compute_indicators(shown.between(first_year, last_year), quarters)
show_equations(
    tables.indicator_formulas(
        ["capex_to_ocf", "da_to_net_income", "da_to_usual_net_income", "capex_to_ocf_five_years"]
    ),
    name="indicators",
)

# %% [markdown]
# $K_t$ is capital expenditure, $F_t$ operating cash flow, $D_t$ depreciation and amortization and
# $E_t$ net income. A net income that is not positive leaves the ratio undefined. One that a
# revaluation or a single charge has moved is flagged: $\tilde{E}_t$ puts such a quarter back to its
# usual margin, the median of the quarters before.

# %%
board = build_scoreboard(fundamentals, capex_definition)
labels = {"company": "Company", "value_2024": "2024", "article_verdict": "Article's verdict",
          "value": "Newest", "period": "To", "percentile": "Percentile", "reading": "Reading",
          "flag": "Net income"}  # fmt: skip
formats = {"value_2024": "{:.2f}", "value": "{:.2f}", "percentile": "{:.2f}"}
show_table(
    tables.scoreboard_table(board, "capex_to_ocf"),
    name="cash-flow",
    caption="Capital expenditure to operating cash flow: 2024, and the newest four quarters.",
    source="company filings; verdicts of `caijing-2025`, paragraph 50.",
    formats=formats,
    labels={key: label for key, label in labels.items() if key != "flag"},
)
show_table(
    tables.scoreboard_table(board, "da_to_net_income"),
    name="net-income",
    caption="Depreciation and amortization to net income: 2024, and the newest four quarters.",
    source="company filings; verdicts of `caijing-2025`, paragraph 50.",
    formats=formats,
    labels=labels,
)

# %%
show(
    plots.plot_indicator(indicators, "capex_to_ocf"),
    name="cash-flow-by-company",
    caption="Capital expenditure to operating cash flow; beyond 100 % the rest is borrowed or saved up.",
    alt="One small panel per company with capital expenditure as a share of operating cash flow over "
    "time; US companies in blue, Chinese in orange, each on its own scale.",
    source="company filings.",
)

# %%
others = tables.newest_table(indicators, ["capex_to_da", "fcf_margin", "capex_to_ocf_five_years"])
show_table(
    others,
    name="other-indicators",
    caption="Other indicators in use, newest, each with its percentile in the company's own history.",
    source="company filings; percentile: share of the history that is not higher, itself included.",
    formats={"capex_to_da": "{:.2f}", "fcf_margin": "{:+.0%}",
             "capex_to_ocf_five_years": "{:.2f}"}
    | {name: "{:.2f}" for name in others.columns if name.endswith("_percentile")},
    labels={"company": "Company", "capex_to_da": "Capex / D&A", "fcf_margin": "FCF margin",
            "capex_to_ocf_five_years": "Five years' capex / OCF"}
    | {name: "Percentile" for name in others.columns if name.endswith("_percentile")},
)  # fmt: skip

# %%
covered = coverage(build_panel(fundamentals, "purchases", "year", "reported"))
show_table(
    covered,
    name="coverage",
    caption="Years in which cash flow did not exceed capital expenditure, or profit depreciation.",
    source="company filings; `caijing-2025` says that both always did at the five US companies.",
    labels={"company": "Company", "n_cash_flow": "Tested", "cash_flow_below": "Cash flow below",
            "n_net_income": "Tested", "net_income_below": "Net income below"},
)  # fmt: skip

# %% [markdown]
# ## How does spending become depreciation?
#
# What is spent in a quarter is a vintage. A share $\sigma$ of it is servers and other short-lived
# assets, depreciated over the announced life; the rest is buildings and power. A new life spreads
# the book value $B_{v,t}$ that is left over the years that are left, and changes nothing before. What
# was bought before 2018 is not disclosed: its run-off $\rho_t$ follows from the same lives, its size
# $\beta$, and the size $\kappa$ of what else is in the line (intangibles, content, leases) and goes
# with revenue, are fitted to the first years of reported depreciation.

# %%
show_equations(wave_tables.WAVE_EQUATIONS, name="wave")
show_table(
    wave_tables.WAVE_SYMBOLS,
    name="wave-symbols",
    caption="Symbols of the model.",
    source="own model.",
    formats={"symbol": "markdown"},
    labels={"symbol": "Symbol", "meaning": "Meaning", "unit": "Unit"},
)

# %% [markdown]
# ## Did it work in the past?
#
# The coefficients know depreciation up to 2020 only. Capital expenditure, revenue and announced lives
# of the years tested are known: what is tested is the step from spending to depreciation.

# %%
show_table(
    wave_tables.backtest_table(tested),
    name="backtest",
    caption=f"Modeled over reported depreciation, less one, by year after {tested.origin}.",
    source="company filings; “flat” keeps the depreciation of the origin, “trend” its growth.",
    formats=wave_tables.backtest_formats(tested),
    labels={"company": "Company", "mean_absolute": "Mean miss", "flat": "Flat", "trend": "Trend",
            "bias": "Bias"},
)  # fmt: skip
show(
    plots.plot_backtest(tested),
    name="backtest-by-company",
    caption="Depreciation modeled from spending (dashed) and reported (full), bn of the currency.",
    alt="One small panel per company with modeled and reported depreciation after 2020.",
    source="company filings and the vintage model.",
)

# %%
show_table(
    errors.drop(columns="n").assign(n=errors["n"]),
    name="horizons",
    caption="Root mean square of log errors, by years ahead, over all companies and origins.",
    source="the vintage model, anchored to the last four quarters, and two naive forecasts.",
    formats=dict.fromkeys(["model", "anchored", "flat", "trend"], "{:.0%}"),
    labels={"years_ahead": "Years ahead", "model": "Model", "anchored": "Anchored", "flat": "Flat",
            "trend": "Trend", "n": "Forecasts"},
)  # fmt: skip
show_prose(
    "The line holds what the model does not see: intangibles of companies bought (Microsoft and Oracle "
    "grew by them), content at Tencent and Amazon; Alphabet's has no intangibles from 2021 on. "
    f"What was bought before 2018 is still {wave_tables.stock_share(inputs, assumptions, 2021):.0%} of the "
    f"depreciation modeled for 2021 and {wave_tables.stock_share(inputs, assumptions, 2025):.0%} of that "
    "for 2025, over all companies in dollars."
)

# %% [markdown]
# ## What did longer lives do to profit?

# %%
effects = life_change_effects(inputs, assumptions)
stated_share, drawn = data.load("capex_mix")["short_lived_share"], RANGES["short_lived_share"]
show_table(
    wave_tables.effects_table(effects),
    name="lives-announced",
    caption="Effect of announced changes of useful lives on depreciation, modeled and stated.",
    source="annual reports and collections of them; table useful_life.",
    formats={"modeled_bn": "{:+.1f}", "stated_bn": "{:+.1f}", "net_income_bn": "{:+.1f}",
             "implied_share": "{:.0%}"},
    labels={"company": "Company", "change": "Life", "effect_period": "In", "modeled_bn": "Modeled, bn",
            "stated_bn": "Stated, bn", "basis": "Stated as", "net_income_bn": "Net income, bn",
            "implied_share": "Implied share"},
)  # fmt: skip
show_prose(
    "The stated effects of the years to 2024 are smaller than modeled: as if only "
    f"{effects['implied_share'].min():.0%} to {effects['implied_share'].median():.0%} of what was "
    f"bought before was short-lived, while companies now state {stated_share.min():.0%} to "
    f"{stated_share.max():.0%}. The bands below draw that share from {drawn[0]:.0%} to {drawn[1]:.0%}."
)

# %% [markdown]
# ## What is still to come?
#
# Each draw takes a share, lives of buildings, lags and earlier growth from their ranges, is fitted to
# all reported depreciation, and carries an error of the size that the back-test showed. Bands are the
# 5th and 95th percentile.

# %%
show_table(
    wave_tables.plans_table(expected),
    name="plans",
    caption="Capital expenditure planned for 2026, and what follows in 2027.",
    source="company guidance; consensus growth of FactSet, 2026-08-31; table capex_guidance.",
    formats={"capex_2026_bn": "{:,.0f}", "growth_2027": "{:+.0%}"},
    labels={
        "company": "Company",
        "capex_2026_bn": "2026, bn",
        "growth_2027": "2027",
        "basis": "From",
    },
)
show(
    plots.plot_wave(futures.projections(SCENARIOS[scenario], life_years)),
    name="wave",
    caption=f"Depreciation (line, band) follows spending (bars): {future}; bn.",
    alt="One small panel per company: bars of capital expenditure, reported depreciation as a full line, "
    "projected depreciation to 2030 as a dashed line with its band.",
    source="company filings, guidance and the vintage model.",
)

# %% [markdown]
# ## Who passes the test?
#
# The article asks that profit can carry depreciation: a ratio below one, each year from 2027 to 2029.
# Depreciation is a cost, so two of the four profit paths take its rise out of profit.

# %%
show_table(
    wave_tables.outcome_table(headline, profits),
    name="test",
    caption=f"Depreciation to net income: {future}.",
    source="the vintage model; net income of 2025 at its usual margin; middle of the band.",
    formats={f"ratio_{year}": "{:.2f}" for year in (2025, 2027, 2028, 2029)},
    labels={"company": "Company", "profit": "Profit", "ratio_2025": "2025", "ratio_2027": "2027",
            "ratio_2028": "2028", "ratio_2029": "2029", "is_covered": "Below one",
            "is_kept": "As in 2025"},
    missing="no profit",
)  # fmt: skip

# %%
tests = {one.label: futures.test(one, profits, life_years) for one in SCENARIOS.values()}
show(
    plots.plot_test(tests, "growing"),
    name="test-2029",
    caption=f"Depreciation to net income in 2029, profit growing {profit_growth_per_year:.0%} a year.",
    alt="For each company one mark and band per spending scenario, with a dashed line at one and a tick "
    "where the ratio stood in 2025.",
    source="company filings, guidance and the vintage model.",
)

# %%
lives = wave_tables.lives_table(futures, SCENARIOS[scenario], profits["growing"])
show_table(
    lives,
    name="lives",
    caption="Depreciation to net income in 2029 if servers live 3, 4, 5 or 6 years from late 2026 on.",
    source="the vintage model; growing profit.",
    formats=dict.fromkeys(lives.columns, "{:.2f}"),
    labels={"company": "Company"},
)
show_table(
    needed.drop(columns=["da_2025_m", "da_2029_m"]),
    name="growth-needed",
    caption="Growth of net income per year, 2025 to 2029, to keep the ratio, and to stay above depreciation.",
    source="the vintage model.",
    formats=dict.fromkeys(needed.columns[2:], "{:+.0%}"),
    labels={"company": "Company", "keep_ratio": "Keep the ratio", "keep_ratio_low": "low",
            "keep_ratio_high": "high", "cover": "Stay above"},
)  # fmt: skip

# %% [markdown]
# ## Is the spending explosive?
#
# The test asks whether a ratio grew, over some stretch, faster than a random walk would. Quarters are
# seasonally adjusted, p-values adjusted for the number of companies, and a ratio to a net income near
# zero is refused.

# %%
if test_explosive:
    for ratio, label in (("capex_to_revenue", "revenue"), ("da_to_net_income", "net income")):
        explosive, _ = explosive_tests(quarters, ratio)
        show_table(
            wave_tables.explosive_table(explosive),
            name=f"explosive-{ratio.replace('_', '-')}",
            caption=f"GSADF tests, {'capital expenditure' if label == 'revenue' else 'depreciation'} to "
            f"{label}.",
            source="company filings; critical values of 99,999 random walks.",
            formats={"statistic": "{:.2f}", "critical_value": "{:.2f}", "p_value_holm": "{:.3f}"},
            labels={"company": "Company", "n": "Quarters", "statistic": "GSADF",
                    "critical_value": "95 % value", "p_value_holm": "p, adjusted",
                    "rejects": "Explosive", "remark": "Lasting stretch"},
        )  # fmt: skip
    total = aggregate_test(
        build_panel(fundamentals, capex_definition, "quarter", "USD"), US_COMPANIES
    )
    show_prose(
        "The summed capital expenditure of the five US companies grows steadily as well as fast: with a "
        f"trend in the regression its logarithm is {'' if total.rejects() else 'not '}explosive "
        f"(GSADF {total.statistic:.2f}, 95 % value {total.critical_value():.2f})."
    )

# %% [markdown]
# Rents are tested by the month, in logarithms. A test that rejects does not say when: in all three
# tables the stretches are dated, and only those that last are named.

# %%
if test_explosive:
    raw = pd.concat([data.load("rent_quotes_usd"), data.load("rent_quotes_cny")], ignore_index=True)
    quotes = comparable_quotes(raw, data.load("fx"), data.load("gpu_specs"))
    generator = np.random.default_rng(seed)
    rents = {
        gpu: rent_market(
            quotes, gpu=gpu, segment="neocloud", generator=generator, n_draws=0
        ).log_rents
        for gpu in ("A100", "H100", "H200", "B200")
    }
    explosive, _ = explosive_rents(rents)
    show_table(
        wave_tables.explosive_table(explosive),
        name="explosive-rents",
        caption="GSADF tests, logarithm of the monthly rent index of neoclouds.",
        source="`rent_quotes_usd`; index and its limits as on the page of rent trends.",
        formats={"statistic": "{:.2f}", "critical_value": "{:.2f}", "p_value_holm": "{:.3f}"},
        labels={"gpu": "GPU", "n": "Months", "statistic": "GSADF",
                "critical_value": "95 % value", "p_value_holm": "p, adjusted",
                "rejects": "Explosive", "remark": "Lasting stretch"},
    )  # fmt: skip

# %% [markdown]
# ## Limits
#
# - The four quarters to which the model is anchored end between mid-2025 (Microsoft, Tencent) and
#   mid-2026 (Alphabet): newer depreciation was not found.
# - Capital expenditure is not the cost of what enters service: construction in progress, land and
#   leases differ. One share of short-lived assets holds for all years of a draw.
# - Microsoft's life before July 2020, Oracle's lives and their dates, and Tencent's are assumed.
# - Errors of the back-test are few and overlap; they assume known spending and announced lives.
# - No consensus of profits could be cited: growth of profit is a parameter.
# - Alibaba, Baidu, ByteDance and the operators print too little depreciation to be projected.
# - The rent index carries a provider's last price over months without a capture, which makes steps: the
#   random walk of the test has none.
# - Amazon's net income was below its depreciation in most years since 2018: the test says less of it.
# - A ratio above one is no loss: depreciation has already been taken from net income.

# %% [markdown]
# ## References
#
# - `caijing-2025`: comparison of US and Chinese capital spending on compute, April 2025.
# - Company filings, results and calls, and collections of them, row by row in the table of sources.
# - Phillips, P. C. B., Shi, S., and Yu, J. (2015). Testing for multiple bubbles. International Economic
#   Review 56, 1043-1078.
# - Lawson, C. L., and Hanson, R. J. (1995). Solving least squares problems. SIAM (non-negative fit).

# %%
save_results(
    {
        "scenario": scenario,
        "covered_growing": list(growing.index[growing["is_covered"]]),
        "covered_flat": list(flat.index[flat["is_covered"]]),
        "ratio_2029_growing": growing["ratio_2029"].rename(str.lower).to_dict(),
        "keep_ratio_growth": needed["keep_ratio"].rename(str.lower).to_dict(),
        "backtest_mean_absolute_error": tested.by_company["mean_absolute"]
        .rename(str.lower)
        .to_dict(),
    },
    headline=f"With {future}, and profit growing {profit_growth_per_year:.0%} a year, "
    f"profit carries depreciation through 2029 at {passes}, not at {fails}.",
)
