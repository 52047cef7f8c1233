# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Will profits carry the depreciation of 2027 to 2029?
#
# What is bought today becomes depreciation tomorrow. The financial magazine Caijing (`caijing-2025`,
# here “the article”) says that the real test comes from 2027 to 2029: whether net income still exceeds
# depreciation and amortization. Here that test is computed: depreciation is modeled by vintage of
# spending, tested on the past, projected under several futures, and taken from profit.

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
profit_growth_per_year: YearlyRate = 0.12  # growth of profit before depreciation, share per year
tax_rate: Share = 0.17  # tax saved on depreciation, share
revenue_growth_per_year: YearlyRate = 0.08  # growth of what else is in the line, share per year
n_draws: Count = 200  # draws of what filings do not say, count
seed: Seed = 20261015  # seed of the draws, number

# %%
from analysis.reports import refuse_unknown_parameters

refuse_unknown_parameters()

# %%
import numpy as np
import pandas as pd

from analysis import data
from analysis.capex import (
    SCENARIOS,
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
from analysis.capex.wave.band_simulation import simulated_band_coverage
from analysis.capex.wave.futures import Futures
from analysis.capex.wave.needed_revenue import needed_revenue
from analysis.capex.wave.projection import RANGES
from analysis.capex.wave.wave_backtest import band_coverage, forecast_errors
from analysis.figures import (
    show,
    show_answer,
    show_equations,
    show_prose,
    show_table,
    use_house_style,
)
from analysis.reports import save_results
from analysis.units import INTERVAL_COVERAGE

use_house_style()

# %% [markdown]
# ## The answer, by the newest filings

# %%
fundamentals = load_fundamentals()
companies = companies or list(WAVE_COMPANIES)
inputs = {name: one for name, one in wave_inputs(fundamentals).items() if name in companies}
life_years = useful_life_years or None
future = wave_tables.future_in_words(SCENARIOS[scenario], life_years)
assumptions = WaveAssumptions(
    short_lived_share=short_lived_share,
    long_life_years=long_life_years,
    convention=depreciation_convention,
)
tested = backtest(inputs, assumptions)
known_lives = horizon_errors(inputs, assumptions)
errors = horizon_errors(inputs, assumptions, lives="frozen")
expected = plans(inputs, data.load("capex_guidance"))
income = wave_tables.usual_income_2025(fundamentals, list(inputs))
futures = Futures(
    inputs, expected, income, errors["anchored"], n_draws, seed, revenue_growth_per_year
)
profits = profit_paths(profit_growth_per_year, tax_rate)

# %%
headline = futures.test(SCENARIOS[scenario], profits, life_years)
growing = headline.xs("growing_before", level="profit")
flat = headline.xs("flat_before", level="profit")
needed = futures.needed(SCENARIOS[scenario], life_years, tax_rate)
condition = (
    f"If profit before depreciation grows {profit_growth_per_year:.0%} a year (spending: {future})"
)
answer = sentences.depreciation_answer(growing, condition)
as_of = min(one.last_capex for one in inputs.values())
depreciation_to = pd.Series({name: one.last_da for name, one in inputs.items()})
least = needed["cover_before"].min()
grows = f"must grow {least:.0%} a year" if round(least, 2) > 0 else "need not grow"
most = "up to" if round(least, 2) > 0 else "must grow"
show_answer(
    f"**{answer}** How sure: spending is filed to {as_of}, depreciation to {depreciation_to.min()} or "
    f"later; three years ahead the model has missed by "
    f"{errors['anchored'].get(3, errors['anchored'].iloc[-1]):.0%}. If profit before depreciation does "
    f"not grow, net income stays above depreciation at "
    f"{sentences.listed(flat.index[flat['is_covered']])}. For net income to stay above depreciation, "
    f"profit before depreciation {grows} at "
    f"{needed['cover_before'].idxmin()} and {most} {needed['cover_before'].max():.0%} a year at "
    f"{needed['cover_before'].idxmax()}."
)

# %% [markdown]
# A ratio above one is no loss: depreciation has already been taken from net income. It says that more
# than half of what the business earns, before depreciation and after tax, is used up by machines.
#
# ## Who passes the test?
#
# With $B_t$ the profit before depreciation, $D_t$ depreciation, $g$ growth and $\tau$ tax, net income is
# $E_t = B_{2025} (1+g)^{t-2025} - (1-\tau) D_t$, and the test is $D_t < E_t$ in 2027, 2028 and 2029. A
# path on which *net income* grows whatever depreciation does assumes what is asked; it stands in the
# table as a comparison only. The chance is the share of draws that pass.

# %%
show_table(
    wave_tables.outcome_table(headline, profits),
    name="test",
    caption=f"Depreciation to net income: {future}.",
    source="the vintage model; net income of 2025 at its usual margin; middle of the band.",
    formats={f"ratio_{year}": "{:.2f}" for year in (2025, 2027, 2028, 2029)}
    | {"p_covered": "{:.0%}"},
    labels={"outcome": "Against one"},
    missing="no profit",
)

# %%
of_scenarios = {one.label: futures.test(one, profits, life_years) for one in SCENARIOS.values()}
show(
    plots.plot_test(of_scenarios, "growing_before"),
    name="test-2029",
    caption="Depreciation to net income in 2029, profit before depreciation growing "
    f"{profit_growth_per_year:.0%} a year.",
    alt=wave_tables.alt_test(of_scenarios, "growing_before"),
    source="company filings, guidance and the vintage model.",
)

# %% [markdown]
# ## What revenue would pay for it?
#
# If depreciation rises by $\Delta D$, revenue must rise by at least $\Delta D$, and by $\Delta D / m$ if a
# share $m$ of revenue is left as operating cash flow, as it is now. Beside it stands what companies
# print as the yearly rate of their revenue from AI: few do, each by its own definition, as a floor.

# %%
revenue = needed_revenue(
    futures.projections(SCENARIOS[scenario], life_years),
    build_panel(fundamentals, "purchases", "ttm", "USD"),
    data.load("disclosures"),
)
show_table(
    revenue.table(),
    name="needed-revenue",
    caption=f"Depreciation of the companies in dollars, and the revenue it asks for: {future}.",
    source="the vintage model; filings; a shareholder letter, results and notes relayed by the press.",
    labels={"as_of": "Of"},
)
show_prose(revenue.sentence())

# %% [markdown]
# ## Where do the indicators stand?
#
# $K_t$ is capital expenditure, $F_t$ operating cash flow, $D_t$ depreciation and amortization and
# $E_t$ net income. A net income that is not positive leaves the ratio undefined. One that a
# revaluation or a single charge has moved is flagged: $\tilde{E}_t$ puts such a quarter back to its
# usual margin, the median of the quarters before.

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
# Each verdict is passed on the newest quarter for which both figures are known; four quarters stand
# beside it, since one quarter has its season.

# %%
board = build_scoreboard(fundamentals, capex_definition)
formats = dict.fromkeys(["value_2024", "quarter_value", "value", "percentile"], "{:.2f}")
for indicator, name, what in (
    ("capex_to_ocf", "cash-flow", "Capital expenditure to operating cash flow"),
    ("da_to_net_income", "net-income", "Depreciation and amortization to net income"),
):
    scores = tables.scoreboard_table(board, indicator)
    show_table(
        scores,
        name=name,
        caption=f"{what}: 2024, the newest quarter and four quarters.",
        source="company filings; verdicts of `caijing-2025`, paragraph 50.",
        formats=formats,
        labels={column: tables.SCOREBOARD_LABELS[column] for column in ("company", *scores)},
    )

# %%
show(
    plots.plot_indicator(indicators, "capex_to_ocf"),
    name="cash-flow-by-company",
    caption="Capital expenditure to operating cash flow; beyond 100 % the rest is borrowed or saved up.",
    alt=tables.alt_small_panels(indicators, "capex_to_ocf"),
    source="company filings.",
)

# %% [markdown]
# Other indicators in use, and the article's statement that cash flow always exceeded capital
# expenditure, and profit depreciation, year by year.

# %%
others = tables.newest_table(indicators, ["capex_to_da", "fcf_margin", "capex_to_ocf_five_years"])
show_table(
    others,
    name="other-indicators",
    caption="Other indicators in use, newest, each with its percentile in the company's own history.",
    source="company filings; percentile: share of the history that is not higher, itself included.",
    formats={"capex_to_da": "{:.2f}", "fcf_margin": "{:+.0%}", "capex_to_ocf_five_years": "{:.2f}"}
    | {name: "{:.2f}" for name in others.columns if name.endswith("_percentile")},
    labels={
        "company": "Company",
        "capex_to_da": "Capex / D&A",
        "fcf_margin": "FCF margin",
        "capex_to_ocf_five_years": "Five years' capex / OCF",
    }
    | {name: "Percentile" for name in others.columns if name.endswith("_percentile")},
)
covered = coverage(build_panel(fundamentals, "purchases", "year", "reported"))
show_table(
    covered,
    name="coverage",
    caption="Years in which cash flow did not exceed capital expenditure, or profit depreciation.",
    source="company filings; `caijing-2025` says that both always did at the five US companies.",
)

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
)
show(
    plots.plot_backtest(tested),
    name="backtest-by-company",
    caption="Depreciation modeled from spending (dashed) and reported (full), bn of the currency.",
    alt="One small panel per company with modeled and reported depreciation after 2020.",
    source="company filings and the vintage model.",
)

# %% [markdown]
# A forecaster does not know the lives that will be announced. So the bands below are as wide as the
# errors were when the life at the origin stayed in force. Whether such bands hold is asked company by
# company: each company's from the errors of the others alone.

# %%
as_a_forecaster = forecast_errors(inputs, assumptions, lives="frozen")
held = band_coverage(as_a_forecaster)
drawn_held = simulated_band_coverage(as_a_forecaster, np.random.default_rng(seed))["all"]
share_held = (held["held"] * held["n"]).sum() / held["n"].sum()
show_table(
    errors[["anchored", "flat", "trend"]].assign(
        known=known_lives["anchored"], held=held["held"], n=errors["n"]
    ),
    name="horizons",
    caption="Root mean square of log errors, by years ahead, over all companies and origins.",
    source="the vintage model, anchored to the last four quarters, and two naive forecasts.",
    formats=dict.fromkeys(["anchored", "flat", "trend", "known", "held"], "{:.0%}"),
    labels={
        "known": "Model, lives known",
        "held": f"{INTERVAL_COVERAGE:.0%} bands that held",
        "n": "Forecasts",
    },
)
show_prose(
    f"Of {held['n'].sum():.0f} bands of {INTERVAL_COVERAGE:.0%} {share_held:.0%} held what was reported. "
    f"Where histories are drawn and bands made alike, {drawn_held.min():.0%} to {drawn_held.max():.0%} hold: "
    "least where misses last and all companies share them."
)
show_prose(
    "The line holds what the model does not see: intangibles of companies bought (Microsoft and Oracle "
    "grew by them), content at Tencent and Amazon; Alphabet's has no intangibles from 2021 on. "
    f"{wave_tables.stock_in_words(inputs, assumptions)}"
)

# %% [markdown]
# ## What did longer lives do to profit?
#
# Each announced change of a useful life is modeled with and without, and set beside what the company
# said it did.

# %%
effects = life_change_effects(inputs, assumptions)
stated_share, drawn = data.load("capex_mix")["short_lived_share"], RANGES["short_lived_share"]
show_table(
    wave_tables.effects_table(effects),
    name="lives-announced",
    caption="Effect of announced changes of useful lives on depreciation, modeled and stated.",
    source="annual reports and collections of them; table useful_life.",
    labels={"change": "Life", "basis": "Stated as"},
)
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
)
show(
    plots.plot_wave(futures.projections(SCENARIOS[scenario], life_years)),
    name="wave",
    caption=f"Depreciation (line, band) follows spending (bars): {future}; bn.",
    alt=wave_tables.alt_wave(futures.projections(SCENARIOS[scenario], life_years)),
    source="company filings, guidance and the vintage model.",
)

# %% [markdown]
# How much hangs on the life of servers, and what growth each company needs: of net income, to keep its
# ratio of 2025, and of profit before depreciation, to pass the test.

# %%
lives = wave_tables.lives_table(futures, SCENARIOS[scenario], profits["growing_before"])
show_table(
    lives,
    name="lives",
    caption="Depreciation to net income in 2029 if servers live 3, 4, 5 or 6 years from late 2026 on.",
    source="the vintage model; profit before depreciation growing.",
    formats=dict.fromkeys(lives.columns, "{:.2f}"),
    missing="no profit",
)
show_table(
    needed[["keep_ratio", "keep_ratio_low", "keep_ratio_high", "cover_before"]],
    name="growth-needed",
    caption="Growth per year from 2025: of net income to keep the ratio, of profit before depreciation to pass.",
    source="the vintage model.",
    formats=dict.fromkeys(
        ["keep_ratio", "keep_ratio_low", "keep_ratio_high", "cover_before"], "{:+.0%}"
    ),
)

# %% [markdown]
# ## Limits

# %%
show_prose(
    "The model is anchored to the last four quarters of depreciation that were found. They end "
    + sentences.by_quarter(depreciation_to)
    + "."
)

# %% [markdown]
# - Capital expenditure is not the cost of what enters service: construction in progress, land and
#   leases differ. One share of short-lived assets holds for all years of a draw.
# - Microsoft's life before July 2020, Oracle's lives and their dates, and Tencent's are assumed.
# - Errors of the back-test are few and overlap; they assume known spending.
# - No consensus of profits could be cited: growth of profit is a parameter.
# - Alibaba, Baidu, ByteDance and the operators print too little depreciation to be projected.
# - Amazon's net income was below its depreciation in most years since 2018: the test says less of it.

# %% [markdown]
# ## References
#
# - `caijing-2025`: comparison of US and Chinese capital spending on compute, April 2025.
# - Company filings, results and calls, and collections of them, row by row in the table of sources.
# - Lawson, C. L., and Hanson, R. J. (1995). Solving least squares problems. SIAM (non-negative fit).

# %%
save_results(
    {
        "scenario": scenario,
        "as_of": str(as_of),
        "profit_growth_per_year": profit_growth_per_year,
        "covered_growing_before": list(growing.index[growing["is_covered"]]),
        "not_covered_growing_before": list(growing.index[~growing["is_covered"]]),
        "close_growing_before": [
            name for name in growing.index if sentences.odds(growing["p_covered"][name]) == "open"
        ],
        "covered_flat_before": list(flat.index[flat["is_covered"]]),
        "ratio_2029_growing_before": tables.saved_by_company(growing["ratio_2029"]),
        "p_covered_growing_before": tables.saved_by_company(growing["p_covered"]),
        "cover_before_growth": tables.saved_by_company(needed["cover_before"]),
        "keep_ratio_growth": tables.saved_by_company(needed["keep_ratio"]),
        **revenue.saved(),
        "error_three_years_ahead": float(errors["anchored"].get(3, errors["anchored"].iloc[-1])),
        "band_coverage_90": float(share_held),
        "backtest_mean_absolute_error": tables.saved_by_company(tested.by_company["mean_absolute"]),
    },
    headline=f"{answer} Filings to {as_of}.",
)
