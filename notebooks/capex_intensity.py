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
# # Who spends how much of its revenue on compute?
#
# The financial magazine Caijing compared, in April 2025 (`caijing-2025`, here “the article”), five
# companies of the United States with seven of China: what they spent in 2024, what share of revenue
# that was, and whether it was healthy. Here the comparison is rebuilt from filings, quarter by quarter
# to the newest, on one definition at a time; the article's own figures are recomputed, and set beside
# what has happened since.

# %% tags=["parameters"]
from analysis.reports.notebook.parameter_types import (
    CalendarYear,
    CapexDefinition,
    Company,
    Currency,
    Frequency,
    QuarterRule,
)

companies: list[Company] = []  # companies shown (none: all twelve), names
first_year: CalendarYear = 2018  # first year shown, calendar year
last_year: CalendarYear = 2026  # last year shown, calendar year
frequency: Frequency = "ttm"  # length of a period, quarter or ttm or year
currency: Currency = "USD"  # currency of sums, USD or CNY
capex_definition: CapexDefinition = "purchases"  # what counts as capital expenditure, name
quarter_rule: QuarterRule = "majority"  # where odd fiscal quarters go, majority or first month
with_own_companies: bool = False  # own companies of data/own beside the public ones, yes or no

# %%
from analysis.reports import refuse_unknown_parameters

refuse_unknown_parameters()

# %%
from analysis import data
from analysis.capex import (
    COMPANIES,
    US_COMPANIES,
    article_figures,
    build_panel,
    build_scoreboard,
    capex_basis,
    compute_indicators,
    coverage,
    growth_by_year,
    load_fundamentals,
    totals_by_definition,
    what_it_bought,
)
from analysis.capex.article.facts import CHINA, US, article_facts
from analysis.capex.faces import capex_plots as plots
from analysis.capex.faces import indicator_tables as tables
from analysis.capex.faces import sentences
from analysis.capex.filings.companies import in_order
from analysis.capex.filings.fundamentals import own_in_words
from analysis.capex.indicators.chips import CLAIMS
from analysis.capex.indicators.leases import SEPARATOR, capex_with_leases
from analysis.capex.indicators.totals import MIXTURE, WHOLE_SPENDING
from analysis.claims import audit
from analysis.figures import (
    show,
    show_answer,
    show_equations,
    show_prose,
    show_table,
    use_house_style,
)
from analysis.printed import read_printed
from analysis.reports import save_results

use_house_style()

# %% [markdown]
# ## The answer, by the newest filings

# %%
fundamentals = load_fundamentals(quarter_rule, with_own=with_own_companies)
basis = capex_basis(capex_definition)
public = companies or list(COMPANIES)
companies = in_order([*public, *(name for name in fundamentals.companies if name not in COMPANIES)])
quarters = build_panel(fundamentals, capex_definition, "quarter", currency, companies)
shown = build_panel(fundamentals, capex_definition, frequency, currency, companies)
shown = shown.between(first_year, last_year)
indicators = compute_indicators(shown, quarters)
board = build_scoreboard(fundamentals, capex_definition)
rates = board.rows.xs("capex_to_revenue", level="indicator").droplevel("country")
rates = rates[rates.index.isin(public)]
claims = data.load("claims").set_index("claim_id")["value_low"]
usual, too_high = claims["caijing-2025-p47-01"], claims["caijing-2025-p47-02"]
by_quarter, members = tables.group_intensity(
    build_panel(fundamentals, capex_definition, "quarter", "reported", companies)
)
over_four, _ = tables.group_intensity(
    build_panel(fundamentals, capex_definition, "ttm", "reported", companies)
)

# %%
answer = sentences.spending_answer(by_quarter, members, rates["quarter_value"], usual)
of_us = {
    name: tables.newest_rate(
        build_panel(fundamentals, name, "quarter", "reported", companies), "the US"
    )
    for name in ("purchases", "headline", "article")
}
show_answer(
    f"**{answer}** How sure: filed figures; the American rate is {sentences.spread_by_definition(of_us)}. "
    f"Over four quarters, which evens out the season: {tables.shares_in_words(over_four)}. The article "
    f"called up to {usual:.0%} usual and more than {too_high:.0%} unsustainable."
)
show_prose(own_in_words(fundamentals) or "All figures of this page are public ones.")

# %% [markdown]
# ## What counts as capital expenditure?
#
# No two of these companies print the same thing. Some report cash paid, some what was added whether
# paid or not, some take off proceeds or add leases. The article takes whatever each one prints. A
# basis names one definition for each company; where a company departs from it, the table says how.

# %%
show_table(
    tables.departures(basis, companies),
    name="definitions",
    caption=f"What stands for capital expenditure on this page: {basis.description}.",
    source="definitions as printed in filings and results; table company_financials_quarterly.",
)

# %% [markdown]
# ## How many times as much does the United States spend?
#
# Two questions are easily taken for one. With $K$ the capital expenditure and $R$ the revenue of the
# companies of a country, the first compares dollars, $K_{US} / K_{CN}$, the second the burden,
# $(K_{US}/R_{US}) / (K_{CN}/R_{CN})$. The operators' spending on computing is printed for the three
# together only; two of them are not counted as nothing.

# %%
totals = totals_by_definition(fundamentals)
show_table(
    totals,
    name="totals",
    caption="Capital expenditure of 2024 by country: dollars, share of revenue, and the ratio of each.",
    source="filings; ByteDance by press; operators' spending as announced; average exchange rates.",
    labels={"ratio": "Ratio of dollars"},
)
whole, mixture = totals.loc[WHOLE_SPENDING], totals.loc[MIXTURE]
show_prose(
    f"The article's ratio of {claims['caijing-2025-p12-01']:.0f} sets the whole spending of the American "
    f"companies against the computing part alone of the Chinese operators; recomputed, {mixture['ratio']:.1f}. "
    f"With the operators' whole spending the dollars are {whole['ratio']:.1f} to 1 and the rates "
    f"{whole['us_rate']:.1%} against {whole['cn_rate']:.1%} of revenue, {whole['rate_ratio']:.1f} to 1."
)

# %% [markdown]
# ## How much of revenue is spent?
#
# With $K_t$ the capital expenditure and $R_t$ the revenue of a period, intensity is their ratio; what
# is left of operating cash flow $F_t$ is free cash flow.

# %%
show_equations(
    tables.indicator_formulas(["capex_to_revenue", "capex_to_ocf", "fcf_margin", "capex_growth"]),
    name="indicators",
)

# %% [markdown]
# Hollow marks stand where the article judged, full marks where the newest period stands. To see: who
# has crossed the dashed line since, and how far.

# %%
show(
    plots.plot_overview(indicators, "capex_to_revenue"),
    name="then-and-now",
    caption="Share of revenue spent, when the article judged it and now.",
    alt=tables.alt_then_and_now(indicators, "capex_to_revenue", usual),
    source=f"company filings; the dashed line is the {usual:.0%} that `caijing-2025` calls usual.",
)
show(
    plots.plot_indicator(indicators, "capex_to_revenue"),
    name="intensity-by-company",
    caption="Capital expenditure to revenue, company by company; each has its own scale.",
    alt=tables.alt_small_panels(indicators, "capex_to_revenue"),
    source="company filings; the newest value stands at the top of each panel.",
)

# %% [markdown]
# Each verdict is passed on the newest quarter for which both figures are known, and carries it. A single
# quarter has its season, so four quarters stand beside it. A percentile of 1 says that a company never
# spent more of its revenue over four quarters since 2018.

# %%
scores = tables.scoreboard_table(board, "capex_to_revenue")
show_table(
    scores[scores.index.isin(companies)],
    name="scoreboard",
    caption="Capital expenditure to revenue: 2024 with the article's verdict, and the newest.",
    source="company filings; verdicts of `caijing-2025`, paragraphs 47 and 48.",
    formats={"value": "{:.1%}"},
    labels={name: tables.SCOREBOARD_LABELS[name] for name in ("company", *scores.columns)},
)

# %% [markdown]
# ## How fast does it grow?
#
# Growth is in each country's own currency, so that exchange rates play no part. A country is summed
# over the companies known in both periods; the operators build networks of many kinds, so that China
# stands with them and without.

# %%
growth = growth_by_year(
    build_panel(fundamentals, capex_definition, "quarter", "reported", companies)
)
show_table(
    growth.add_prefix("in "),
    name="growth",
    caption="Growth of capital expenditure on the year, in the currency of each company.",
    source="company filings; countries over the companies known in both periods.",
    formats=dict.fromkeys(growth.add_prefix("in ").columns, "{:+.0%}"),
)
show_prose(
    "Against the five US companies, spending of the Chinese internet companies grew "
    f"{sentences.overtaking(growth.loc[:, [period for period in growth if str(period) >= '2024']], CHINA, US)}."
)

# %% [markdown]
# ## What became of the article's five facts?
#
# The article rests its story on five facts about 2024. Each is put as a statement that filings can
# decide, or is said to be undecided.

# %%
facts = article_facts(fundamentals)
show_table(
    facts,
    name="facts",
    caption="The article's five facts, in 2024 and by the newest filings.",
    source="`caijing-2025`, paragraphs 7 to 11; filings, purchases, in own currencies (the first in USD).",
    labels={"then": "2024", "now": "Since"},
)

# %% [markdown]
# ## And the leases that have not begun?
#
# A lease that is signed and has not begun is in no definition of capital expenditure. If leases of $L$
# begin evenly over $n$ years, the burden of a year is $(K + L/n) / R$. Nobody prints $n$; three years
# are assumed. The sums are payments over whole terms, undiscounted.

# %%
leases = capex_with_leases(fundamentals, data.load("disclosures"))
show_table(
    leases,
    name="leases",
    caption="Capital expenditure of four quarters without and with leases not begun, if these begin over three years.",
    source="Moody's as relayed by Fortune (the five); Amazon's Form 10-Q, second-hand; filings.",
    labels={
        "subject": "Companies",
        "as_of": "Quarter",
        "capex_to_revenue": "Of revenue, without",
        "with_leases_to_revenue": "with",
    },
)

# %% [markdown]
# ## Do the article's figures hold?
#
# Each is recomputed from filings on the article's own definitions, or from its own figures where it
# derives one from others.

# %%
by_first_month = load_fundamentals("first month")
judged = tables.article_table(
    article_figures(by_first_month), audit(source_id="caijing-2025").claims
)
show_table(
    judged,
    name="article",
    caption="The article's figures on capital expenditure, recomputed.",
    source="`caijing-2025` by claim; filings, and the article's own figures where it derives from them; "
    "verdicts of the audit.",
    labels={"what": "Quantity"},
)

# %%
stated = claims["caijing-2025-p62-02"], claims["caijing-2025-p62-03"]
averages = (read_printed(f"{average:.0%}").rounded for average in stated)
growth_search, rate_search = tables.microsoft_averages(fundamentals, *averages)
nearest, second = growth_search.matching.iloc[0], rate_search.matching.iloc[0]
covered = coverage(build_panel(fundamentals, "purchases", "year", "reported"))
holds = judged["verdict"].str.startswith("reproduces") | judged["verdict"].str.endswith("right")
show_prose(
    f"Of {len(judged)} figures {holds.sum()} hold and {(~holds).sum()} do not: "
    f"{', '.join(judged.index[~holds])}. "
    f"Microsoft's average growth of {stated[0]:.0%} comes "
    f"from the {nearest['average']} of {nearest['n']} growth rates, each of a {nearest['quantity']}, "
    f"{nearest['measure']}; the {claims['caijing-2025-p62-01']:.0f} quarterly rates that the article names "
    f"average {tables.literal_growth(growth_search):.1%}. Its average share of revenue, {stated[1]:.0%}, "
    f"follows too, {second['measure']} ({second['value']:.1%} over {second['n']} quarters). That cash "
    "flow always covered capital expenditure does not hold for Amazon "
    f"in {covered.loc['Amazon', 'cash_flow_below']}, that profit always covered depreciation not in "
    f"{covered.loc['Amazon', 'net_income_below']}."
)

# %% [markdown]
# ## What did the money buy?
#
# Hopper GPUs counted by Omdia, times what a GPU cost as part of a server, give a share of the capital
# expenditure of 2024; it is a range, since neither price nor generation is known.

# %%
chips = what_it_bought(by_first_month)
show_table(
    chips.buyers,
    name="buyers",
    caption="Hopper GPUs bought in 2024, and what they may have cost.",
    source="`caijing-2025` (counts of Omdia); prices of servers from table server_facts.",
)

# %%
clashes = chips.clashes[["verdict", "reason"]]
show_table(
    clashes,
    name="clashes",
    caption="Where two counts can both hold, and where they cannot.",
    source="`caijing-2025`, paragraphs 16, 17 and 70 to 72; own arithmetic.",
)
show_prose(
    f"A cluster of {claims[CLAIMS['colossus_gpus']]:,.0f} GPUs with {claims[CLAIMS['colossus_mw']]:.0f} "
    f"MW takes {chips.ratios['kw_per_gpu']:.2f} kW a GPU, so that {claims[CLAIMS['bytedance_gw']]:.0f} GW "
    f"would hold {chips.ratios['gpus_in_2_gw']:,.0f}."
)

# %% [markdown]
# ## How far can the figures be trusted?
#
# Four quarters must sum to the fiscal year as filed; a comparison is independent where no quarter was
# worked out from the year.

# %%
show_table(
    tables.checks_table(fundamentals),
    name="checks",
    caption="Fiscal years as filed, against the sum of their four quarters.",
    source="every company, measure and year whose annual figure nobody summed from quarters.",
)

# %% [markdown]
# ## Limits
#
# - Capital expenditure is not compute: it holds warehouses, offices, land and, for the operators,
#   networks. Nobody prints the part that is compute, but for the operators.
# - ByteDance publishes no accounts: its figures are press estimates and appear only where said so.
# - China Telecom's and China Unicom's computing power was found only in the sum of the three operators.
# - Baidu's quarters lack cash flow and end in the first quarter of 2026; Tencent's lack cash flow from
#   mid-2025 to the first quarter of 2026, and its capital expenditure is what was added, not what was
#   paid.
# - Oracle's operating cash flow of its newest quarter holds prepayments of customers; it is shown as filed.
# - Most quarters were read in collections of filings, not in the filings; the comparison
#   with annual figures, and the checks against neighbors, are the guard.
# - Leases not begun are second-hand, of one date, and not split by company but for Amazon.

# %% [markdown]
# ## References
#
# - `caijing-2025`: comparison of US and Chinese capital spending on compute, April 2025.
# - Company filings and collections of them, listed row by row in the table of sources.
# - Moody's Ratings (2026), leases of US hyperscalers, as relayed by Fortune.
# - Federal Reserve H.10, average exchange rates.

# %%
save_results(
    {
        **{
            f"capex_to_revenue_{name.split()[-1].lower()}": float(column.dropna().iloc[-1])
            for name, column in over_four.items()
        },
        **{
            f"capex_to_revenue_newest_quarter_{name.split()[-1].lower()}": float(
                column.dropna().iloc[-1]
            )
            for name, column in by_quarter.items()
        },
        "as_of": str(by_quarter.dropna(how="all").index[-1]),
        "capex_us_over_china_2024": float(whole["ratio"]),
        "capex_us_over_china_2024_article_mixture": float(mixture["ratio"]),
        "rate_us_2024": float(whole["us_rate"]),
        "rate_china_2024": float(whole["cn_rate"]),
        "growth_us": tables.saved_by_period(growth.loc[US]),
        "growth_china_internet": tables.saved_by_period(growth.loc[CHINA]),
        "facts": facts["outcome"].rename(index="fact_{}".format).to_dict(),
        "with_leases_to_revenue_us": float(
            leases.loc[SEPARATOR.join(US_COMPANIES), "with_leases_to_revenue"]
        ),
        **tables.saved_of_own(board, "capex_to_revenue"),
        "n_above_usual": int((rates["quarter_value"] >= usual).sum()),
        "n_article_figures_hold": int(holds.sum()),
        "n_article_figures_fail": int((~holds).sum()),
        "microsoft_mean_growth_28_quarters": tables.literal_growth(growth_search),
    },
    headline=answer,
)
