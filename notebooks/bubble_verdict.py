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
# # Is it a bubble?
#
# The same figures on spending for AI computers are read as a bubble by some and as none by others. Here the
# question is put so that it can be answered and so that the answer can be wrong: eight indicators, each with a threshold
# fixed on a stated day, counted for the United States and for China; how far the count hangs on the
# weights; how often it would cry wolf; what it would have said before; and what would prove it wrong
# within twelve months.

# %% tags=["parameters"]
from analysis.reports.notebook.parameter_types import Count, Scenario, Seed, Share, YearlyRate

scenario: Scenario = "plans_then_flat"  # spending to 2030, name
profit_growth_per_year: YearlyRate = 0.12  # growth of profit before depreciation, share per year
tax_rate: Share = 0.17  # tax saved on depreciation, share
revenue_growth_per_year: YearlyRate = 0.08  # growth of what goes with revenue, share per year
n_draws: Count = 200  # draws of what filings do not say, count
n_histories: Count = 10000  # simulated histories without a bubble, count
surge_per_quarter: Share = 0.08  # a bubble of known size: log growth of the share spent, a quarter
n_surge_quarters: Count = 14  # and its length, quarters
seed: Seed = 20261015  # seed of all draws, number

# %%
from analysis.reports import refuse_unknown_parameters

refuse_unknown_parameters()

# %%
from dataclasses import replace

import numpy as np
import pandas as pd

from analysis import data
from analysis.capex import (
    SCENARIOS,
    US_COMPANIES,
    build_panel,
    horizon_errors,
    load_fundamentals,
    plans,
    profit_paths,
    wave_inputs,
)
from analysis.capex.faces import capex_plots as plots
from analysis.capex.faces import verdict_tables as tables
from analysis.capex.faces import wave_tables
from analysis.capex.indicators.explosive import (
    explosive_family,
    ratio_candidates,
    rent_candidates,
    summed_candidate,
)
from analysis.capex.indicators.leases import SEPARATOR, capex_with_leases
from analysis.capex.verdict.declared import CORE, FROM_FILINGS
from analysis.capex.verdict.false_alarms import alarm_rates, calm_history, simulated_scores
from analysis.capex.verdict.record import company_years, episodes, hit_table
from analysis.capex.verdict.score import judge_evidence
from analysis.capex.verdict.verdict_evidence import Beside, evidence
from analysis.capex.wave.futures import Futures
from analysis.capex.wave.needed_revenue import needed_revenue
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
from analysis.reports import save_results

use_house_style()

# %% [markdown]
# ## What is read?
#
# Filings and what is projected from them: the chance that net income $E_t$ stays above depreciation $D_t$
# through 2029, the revenue that would pay for that depreciation, and leases of data centers that are signed and not
# yet paid for. Depreciation is projected by a model that writes off what was bought in each quarter over its
# life.

# %%
fundamentals = load_fundamentals()
inputs = wave_inputs(fundamentals)
futures = Futures(
    inputs,
    plans(inputs, data.load("capex_guidance")),
    wave_tables.usual_income_2025(fundamentals, list(inputs)),
    horizon_errors(inputs, lives="frozen")["anchored"],
    n_draws,
    seed,
    revenue_growth_per_year,
)
paths = profit_paths(profit_growth_per_year, tax_rate)
chances = futures.test(SCENARIOS[scenario], paths).xs("growing_before", level="profit")["p_covered"]
trailing = build_panel(fundamentals, "purchases", "ttm", "USD")
disclosures = data.load("disclosures")
revenue = needed_revenue(futures.projections(SCENARIOS[scenario]), trailing, disclosures)
leases = capex_with_leases(fundamentals, disclosures).loc[SEPARATOR.join(US_COMPANIES)]

# %% [markdown]
# Rents by month, and one test of all series together: did any of them, for some stretch, grow faster than chance
# explains? Such a series is called explosive.

# %%
raw = pd.concat([data.load("rent_quotes_usd"), data.load("rent_quotes_cny")], ignore_index=True)
quotes = comparable_quotes(raw, data.load("fx"), data.load("gpu_specs"))
generator = np.random.default_rng(seed)
rents = {
    gpu: rent_market(quotes, gpu=gpu, segment="neocloud", generator=generator, n_draws=0).log_rents
    for gpu in ("A100", "H100", "H200", "B200")
}
quarters = build_panel(fundamentals, "purchases", "quarter", "reported")
family = explosive_family(
    [
        *ratio_candidates(quarters, "capex_to_revenue"),
        *ratio_candidates(quarters, "da_to_net_income"),
        summed_candidate(
            build_panel(fundamentals, "purchases", "quarter", "USD"),
            US_COMPANIES,
            "five US companies",
        ),
        *rent_candidates(rents),
    ]
)

# %% [markdown]
# ## The answer, country by country

# %%
is_explosive = family["rejects"].xs("capex to revenue", level="kind").dropna().to_dict()
beside = {
    "United States": Beside(
        chances.to_dict(),
        is_explosive,
        rents["H100"],
        revenue.times_ai_revenue,
        revenue.ai_as_of,
        leases["years_of_capex"],
        leases["as_of"],
    ),
    "China": Beside(chances.to_dict(), is_explosive),
}
verdicts = {
    country: judge_evidence(country, evidence(country, fundamentals, one), seed)
    for country, one in beside.items()
}
calm = {country: calm_history(fundamentals, CORE[country]) for country in verdicts}
others = {
    country: one.evidence["speaks"].drop(list(FROM_FILINGS)).dropna().tolist()
    for country, one in verdicts.items()
}
false_alarms = {
    country: alarm_rates(simulated_scores(one, n_histories=n_histories, seed=seed), others[country])
    for country, one in calm.items()
}
show_answer(
    f"{tables.sentences_of(verdicts, list(verdicts))}\n\nOf {n_histories:,} simulated histories without "
    "a bubble, the four indicators that filings give would call one in: "
    f"{tables.alarms_in_words(false_alarms)}."
)

# %% [markdown]
# ## From which value on does an indicator speak for a bubble?
#
# Each indicator speaks for a bubble beyond a threshold $c_i$. All were fixed on one day, when the figures
# of that day were known: they bind what is said of later figures, and are no blind test of the ones known then.
# Capex is capital expenditure, the cash spent on property and equipment. Ratios are sums over the companies of a country: Amazon, Microsoft, Alphabet, Meta and Oracle for the United
# States; Alibaba and Tencent, which alone file both parts of every ratio to the newest quarter, for China.

# %%
show_table(
    tables.declared_table(),
    name="declared",
    caption="Indicators and thresholds as declared.",
    source="thresholds set by this project; the first is what the magazine Caijing called unsustainable "
    "(`caijing-2025`, paragraph 47).",
    labels={
        "indicator": "Indicator",
        "speaks_if": "Speaks for a bubble",
        "why": "Why",
        "declared": "Declared",
    },
)
says = tables.evidence_table(verdicts)
show_table(
    says,
    name="evidence",
    caption="What the indicators say, with value and period.",
    source="company filings; the model of depreciation; rent quotes; leases by Moody's, as Fortune reported "
    "them; AI revenue as others report it.",
    labels={"indicator": "Indicator"},
    missing="unknown",
)

# %% [markdown]
# ## How far does the verdict hang on the weights?
#
# The score is $s = \sum_i w_i \, 1[x_i > c_i]$ over the indicators that are known, with equal weights; where an
# indicator speaks below its threshold, $x_i < c_i$ counts. Weights are a matter of taste, so that 1,000 sets are
# drawn evenly from all that are not negative and sum to one. A score of two thirds or more is called signs of a
# bubble, one of a third or less no signs, and what lies between mixed signs.

# %%
show_equations(
    [("score", r"s = \sum_i w_i \, 1[x_i > c_i], \quad \sum_i w_i = 1", "score of the indicators")],
    name="score",
)
show_table(
    tables.score_table(verdicts),
    name="scores",
    caption="Score with equal weights, and its band under random ones.",
    source="rules set by this project; weights drawn from a flat Dirichlet distribution.",
    formats={"score": "{:.2f}", "low": "{:.2f}", "high": "{:.2f}", "agreement": "{:.0%}"},
    labels={
        "country": "Country",
        "n_for": "For",
        "n_known": "Known",
        "score": "Score",
        "low": "5th percentile",
        "high": "95th",
        "agreement": "Same verdict",
        "word": "Verdict",
        "confidence": "How sure",
    },
)
show(
    plots.plot_scores(verdicts),
    name="scores",
    caption="Score by country: equal weights (mark) and random ones (line).",
    alt=tables.alt_scores(verdicts),
    source="rules and computation of this project.",
)

# %% [markdown]
# Two indicators look ahead, and so depend on what is spent from now on. The verdict on the United States under each course of
# spending:

# %%
by_course = {
    one.label: judge_evidence(
        "United States",
        evidence(
            "United States",
            fundamentals,
            replace(
                beside["United States"],
                chance_covered=futures.test(one, paths)
                .xs("growing_before", level="profit")["p_covered"]
                .to_dict(),
                times_ai_revenue=needed_revenue(
                    futures.projections(one), trailing, disclosures
                ).times_ai_revenue,
            ),
        ),
        seed,
    )
    for one in SCENARIOS.values()
}
show_table(
    tables.score_table(by_course).rename_axis("course"),
    name="courses",
    caption="The verdict on the United States by course of spending.",
    source="the model of depreciation; rules set by this project.",
    formats={"score": "{:.2f}", "low": "{:.2f}", "high": "{:.2f}", "agreement": "{:.0%}"},
    labels={
        "course": "Spending",
        "n_for": "For",
        "n_known": "Known",
        "score": "Score",
        "low": "5th percentile",
        "high": "95th",
        "agreement": "Same verdict",
        "word": "Verdict",
        "confidence": "How sure",
    },
)

# %% [markdown]
# ## How often would it cry wolf?
#
# In a history without a bubble, revenue $R_t$ grows as it did to the end of 2022, the share of it that
# operations bring in as cash, $F_t / R_t$, stays where it was, and the share spent on capex walks at random, without
# a trend. In each history the four
# indicators that filings give are worked out; the others cannot be simulated and are left as they are
# now. A bubble of known size, in which the share spent grows quarter after quarter, shows what the score
# would miss.

# %%
surges = {
    country: alarm_rates(
        simulated_scores(
            one,
            n_histories=n_histories,
            seed=seed + 1,
            surge_per_quarter=surge_per_quarter,
            n_surge_quarters=n_surge_quarters,
        ),
        others[country],
    )
    for country, one in calm.items()
}
alarms = tables.alarm_table(false_alarms, surges)
show_table(
    alarms,
    name="false-alarms",
    caption=f"Share of {n_histories:,} histories in which each speaks for a bubble: without one (false "
    f"alarms), and with one of {surge_per_quarter:.0%} a quarter over {n_surge_quarters} quarters.",
    source="simulation, with spreads of the filings to 2022.",
    formats=dict.fromkeys(alarms.columns, "{:.1%}"),
    labels={"indicator": "Indicator"},
)

# %% [markdown]
# ## What would it have said before?
#
# Three of the indicators can be asked of every company and year since 2019. A year of a company is flagged
# where two thirds of them speak for a bubble, as for a country; beside it stands whether spending fell within
# the two years after. Flags are few: the count is a record, not a test.

# %%
years = company_years(fundamentals)
hits = hit_table(years)
show_table(
    years[years["is_flagged"]]
    .drop(columns="is_flagged")
    .assign(fell=years["fell"].map({True: "fell", False: "did not fall"})),
    name="flagged",
    caption="Years of a company in which at least two of three indicators speak for a bubble, and what came after.",
    source="company filings; not yet known where two years have not passed.",
    formats={
        "burden": "{:.0%}",
        "cash": "{:.0%}",
        "gap": "{:+.0%}",
        "score": "{:.2f}",
        "worst_growth": "{:+.0%}",
    },
    labels={
        "burden": "Capex / revenue",
        "cash": "Capex / cash flow",
        "gap": "Growth above revenue's",
        "score": "Score",
        "worst_growth": "Worst growth, two years after",
        "fell": "Spending",
    },
    missing="not yet known",
)
show_prose(tables.hits_in_words(hits))

# %% [markdown]
# Of earlier surges, yearly figures that can be checked were found for one shale producer, whose spending
# exceeded its cash flow every year until it fell. For telecom carriers of 1996 to 2002 only the years
# around the fall were found, without revenue or cash flow: the score cannot be asked of them, and they are
# left out of it.

# %%
before = episodes(data.load("investment_episodes"))
show_table(
    before.assign(speaks=[tables.SAID[one] for one in before["speaks"]]),
    name="episodes",
    caption="Earlier surges: spending, its growth, and what the indicator of cash flow says.",
    source="The Motley Fool (filings with the SEC); Lightwave (RHK), 2001 and 2002 as then expected.",
    formats={
        "capex_bn": "{:,.1f}",
        "growth": "{:+.0%}",
        "cash": "{:.0%}",
        "worst_growth": "{:+.0%}",
    },
    labels={
        "unit": "Company or group",
        "episode": "Surge",
        "growth": "Growth",
        "cash": "Capex / cash flow",
        "speaks": "Says",
        "worst_growth": "Worst growth, two years after",
    },
)

# %% [markdown]
# ## Is the spending explosive, and are rents?
#
# The test (GSADF) asks whether a series grew, over some stretch, faster than a random walk would. A
# positive series is tested in logarithms, since a random walk stays positive only there; the p-value in
# levels stands beside. Critical values come from the series' own errors, their signs drawn at random
# (wild bootstrap), so that a restless end of the sample is not taken for a bubble; p-values allow for the number
# of series on the page (Holm). Explosive is a way of moving, up or down: the table says which. D&A is depreciation
# and amortization.

# %%
show_table(
    tables.explosive_table(family),
    name="explosive",
    caption="GSADF tests of ratios, of summed spending, and of rents at specialized clouds.",
    source="company filings; `rent_quotes_usd`; 9,999 draws of the wild bootstrap.",
    formats={
        "critical_value": "{:.2f}",
        "p_value": "{:.4f}",
        "p_other_scale": "{:.4f}",
        "p_holm": "{:.4f}",
    },
    labels={
        "name": "Of",
        "kind": "Series",
        "n": "Periods",
        "scale": "Scale",
        "statistic": "GSADF",
        "critical_value": "95 % value",
        "p_value": "p, alone",
        "p_other_scale": "p, other scale",
        "p_holm": "p, together",
        "explosive": "Explosive",
        "stretch": "Way, and when",
    },
    missing="",
)
show_table(
    tables.untested_table(family),
    name="untested",
    caption="Series that are too short for the test, or not defined all along.",
    source="company filings; `rent_quotes_usd`.",
    labels={"name": "Of", "kind": "Series", "n": "Periods", "refused": "Why it is not tested"},
)
unadjusted = explosive_family(
    ratio_candidates(quarters, "capex_to_revenue", US_COMPANIES, is_adjusted=False)
)
show_prose(f"{tables.explosive_in_words(family)} {tables.unadjusted_in_words(family, unadjusted)}")

# %% [markdown]
# ## What would prove the verdict wrong?
#
# Each of these statements, measured as on this page from what is filed by the day named, proves the
# verdict of its country wrong if it holds.

# %%
wrong = tables.statements_table(verdicts)
show_table(
    wrong,
    name="statements",
    caption="What would prove the verdicts wrong, and where it stands now.",
    source="rules set by this project.",
    labels={"country": "Country", "wrong_if": "Wrong if", "due": "By"},
)

# %% [markdown]
# ## Limits
#
# - A score counts indicators; it is no probability of a crash, and it does not say when.
# - Indicators overlap: spending over revenue and its growth move together. Thresholds are judgment,
#   declared so that they cannot be moved later.
# - China is two companies: ByteDance files nothing, Baidu's newest quarter is missing, and telecom
#   operators build networks. Three of its indicators are not known, and a bubble of the size simulated would often be
#   missed.
# - The chance that net income stays above depreciation is, for China, that of Tencent alone. It is dated by spending;
#   reported depreciation ends earlier, in mid-2025 at Microsoft and Tencent.
# - AI revenue is a floor that two companies print by their own definitions; leases are second-hand.
# - Oracle's newest operating cash flow holds prepayments of customers.
# - Histories without a bubble follow one model, measured on five calm years; the other four indicators
#   cannot be simulated with it.
# - Seasonal adjustment looks at the whole sample: a stretch is dated afterwards, not as it could have been
#   called at the time. It also bends a series: where nothing is explosive, the test finds something more
#   often than its level says.

# %% [markdown]
# ## References
#
# - `caijing-2025`: comparison of US and Chinese capital spending on compute, April 2025.
# - Phillips, P. C. B., Shi, S., and Yu, J. (2015). Testing for multiple bubbles. International Economic
#   Review 56, 1043-1078.
# - Harvey, D. I., Leybourne, S. J., Sollis, R., and Taylor, A. M. R. (2016). Tests for explosive financial
#   bubbles in the presence of non-stationary volatility. Journal of Empirical Finance 38, 548-574.
# - Holm, S. (1979). A simple sequentially rejective multiple test procedure. Scandinavian Journal of
#   Statistics 6, 65-70.

# %%
save_results(
    {
        country.lower().replace(" ", "_"): {
            "verdict": one.word,
            "as_of": one.quarter,
            "n_for": one.n_for,
            "n_known": one.n_known,
            "score": one.score,
            "band_low": one.band[0],
            "band_high": one.band[1],
            "agreement": one.agreement,
            "confidence": one.confidence,
            "capex_to_operating_cash_flow": float(one.evidence["value"]["cash"]),
            "capex_to_operating_cash_flow_over": one.cash_flow_over,
            "capex_to_revenue": float(one.evidence["value"]["burden"]),
            "false_alarm_rate": false_alarms[country]["score"],
            "false_alarm_rate_with_others": false_alarms[country]["score_with_others"],
            "detection_rate": surges[country]["score"],
        }
        for country, one in verdicts.items()
    }
    | {
        "explosive": [
            f"{name} ({kind})" for kind, name in family.index[family["rejects"].eq(True)]
        ],
        "n_flagged_fell": int(hits["fell"]["flagged"]),
        "n_flagged": int(hits["n"]["flagged"]),
        "united_states_by_course": {
            name: by_course[one.label].word for name, one in SCENARIOS.items()
        },
    },
    headline=" ".join(one.sentence() for one in verdicts.values()),
)
