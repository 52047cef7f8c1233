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
# # Who spends how much of its revenue on compute?
#
# An article of April 2025 (`caijing-2025`) compares five companies of the United States with seven of
# China: what they spent in 2024, what share of revenue that was, and whether it was healthy. Here the
# comparison is rebuilt from filings, quarter by quarter to the newest, on one definition at a time;
# the article's own figures are recomputed, and set beside what has happened since.

# %% tags=["parameters"]
companies: list[str] = []  # companies shown (none: all twelve), names
first_year: int = 2018  # first year shown, calendar year
last_year: int = 2026  # last year shown, calendar year
frequency: str = "ttm"  # length of a period, quarter or ttm or year
currency: str = "USD"  # currency of sums, USD or CNY
capex_definition: str = "purchases"  # purchases or headline or finance_leases or article, name
quarter_rule: str = "majority"  # where odd fiscal quarters go, majority or first month

# %%
from analysis import data
from analysis.capex import (
    COMPANIES,
    build_panel,
    build_scoreboard,
    capex_basis,
    check_article,
    compute_indicators,
    coverage,
    load_fundamentals,
    totals_by_definition,
    what_it_bought,
)
from analysis.capex.faces import capex_plots as plots
from analysis.capex.faces import indicator_tables as tables
from analysis.capex.indicators.chips import CLAIMS
from analysis.figures import (
    show,
    show_answer,
    show_equations,
    show_prose,
    show_table,
    use_house_style,
)
from analysis.reports import refuse_unknown_parameters, save_results

refuse_unknown_parameters()
use_house_style()

# %%
fundamentals = load_fundamentals(quarter_rule)
basis = capex_basis(capex_definition)
companies = companies or list(COMPANIES)
quarters = build_panel(fundamentals, capex_definition, "quarter", currency, companies)
shown = build_panel(fundamentals, capex_definition, frequency, currency, companies)
shown = shown.between(first_year, last_year)
indicators = compute_indicators(shown, quarters)
together, members = tables.group_intensity(
    build_panel(fundamentals, capex_definition, "ttm", currency, companies)
)

# %%
newest = {name: column.dropna() for name, column in together.items()}
parts = [
    f"{column.iloc[-1]:.0%} of revenue in {name} ({', '.join(members[name])}; four quarters to "
    f"{column.index[-1]})"
    for name, column in newest.items()
]
claims = data.load("claims").set_index("claim_id")["value_low"]
usual, too_high = claims["caijing-2025-p47-01"], claims["caijing-2025-p47-02"]
rate = indicators.newest("capex_to_revenue")
above, high = rate[rate["value"] >= usual], rate[rate["value"] > too_high]
at_most = rate[rate["percentile"] == 1.0]
outgrown = [name for name in ("Amazon", "Alphabet") if name in high.index]
show_answer(
    f"**Capital expenditure is {' and '.join(parts) or 'not known on this definition'}.** Of "
    f"{len(rate)} companies with a figure {len(above)} exceed the {usual:.0%} that the article calls "
    f"usual and {len(high)} the {too_high:.0%} that it calls unsustainable; {len(at_most)} stand at the "
    f"highest since {first_year}."
    + f" {' and '.join(outgrown)}, healthy to the article, are now beyond."
    * bool(outgrown)
)

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
    labels={"company": "Company", "definition": "Definition", "departs": "How it departs"},
)

# %%
totals = totals_by_definition(fundamentals)
show_table(
    totals,
    name="totals",
    caption="Capital expenditure of 2024 by country, and their ratio, on four definitions.",
    source="filings; ByteDance by press; operators' spending as announced; average exchange rates.",
    formats={"us_usd_bn": "{:,.1f}", "cn_usd_bn": "{:,.1f}", "ratio": "{:.1f}"},
    labels={"definition": "Definition", "us_usd_bn": "US, bn USD", "cn_usd_bn": "China, bn USD",
            "ratio": "Ratio", "cn_missing": "No figure for"},
)  # fmt: skip

# %%
whole = totals.loc["purchases; operators' whole announced spending"]
show_prose(
    f"The article's ratio of {claims['caijing-2025-p12-01']:.0f} sets the whole spending of the "
    "American companies against the computing part alone of the Chinese operators. With the "
    "operators' whole spending, and all companies on purchases, the ratio is "
    f"{whole['ratio']:.1f}."
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

# %%
show(
    plots.plot_overview(indicators, "capex_to_revenue"),
    name="then-and-now",
    caption="Share of revenue spent, when the article judged it and now.",
    alt="One line per company from its capital expenditure to revenue at the end of 2024 (hollow) to the "
    "newest value (full), ordered by the newest; US companies in blue, Chinese in orange.",
    source=f"company filings; the dashed line is the {usual:.0%} that `caijing-2025` calls usual.",
)

# %%
show(
    plots.plot_indicator(indicators, "capex_to_revenue"),
    name="intensity-by-company",
    caption="Capital expenditure to revenue, company by company; each has its own scale.",
    alt="One small panel per company with its capital expenditure to revenue over time and the article's "
    "usual share as a dashed line; US companies in blue, Chinese in orange.",
    source="company filings; the newest value stands at the top of each panel.",
)

# %% [markdown]
# ## How fast does it grow?

# %%
years = build_panel(fundamentals, capex_definition, "year", currency, companies)
growth = tables.growth_by_year(years.between(first_year, last_year)).add_prefix("in ")
show_table(
    growth,
    name="growth",
    caption=f"Growth of capital expenditure on the year, in {currency}.",
    source="company filings; countries over the companies known in both years.",
    formats=dict.fromkeys(growth.columns, "{:+.0%}"),
    labels={"company": "Company"},
)

# %% [markdown]
# ## What did the article say, and what is true now?
#
# The verdicts are the article's, on 2024. A percentile of 1 says that a company never spent more of
# its revenue in its own history since 2018.

# %%
board = build_scoreboard(fundamentals, capex_definition)
scores = tables.scoreboard_table(board, "capex_to_revenue").drop(columns="flag")
show_table(
    scores[scores.index.isin(companies)],
    name="scoreboard",
    caption="Capital expenditure to revenue: 2024 with the article's verdict, and the newest figure.",
    source="company filings; verdicts of `caijing-2025`, paragraphs 47 and 48.",
    formats={"value_2024": "{:.1%}", "value": "{:.1%}", "percentile": "{:.2f}"},
    labels={"company": "Company", "value_2024": "2024", "article_verdict": "Article's verdict",
            "value": "Newest", "period": "To", "percentile": "Percentile", "reading": "Reading"},
)  # fmt: skip

# %%
by_first_month = load_fundamentals("first month")
check = check_article(by_first_month)
show_table(
    tables.article_table(check),
    name="article",
    caption="The article's figures on capital expenditure, recomputed.",
    source="`caijing-2025` by claim; filings, and the article's own figures where it derives from them.",
    labels={"claim": "Claim", "subject": "Subject", "what": "Quantity",
            "printed": "Printed", "computed": "Computed", "verdict": "Verdict", "how": "How"},
)  # fmt: skip

# %%
stated = claims["caijing-2025-p62-02"], claims["caijing-2025-p62-03"]
growth_search, rate_search = tables.microsoft_averages(fundamentals, *stated)
nearest, second = growth_search.matching.iloc[0], rate_search.matching.iloc[0]
covered = coverage(build_panel(fundamentals, "purchases", "year", "reported"))
verdicts = check.counts()
show_prose(
    f"Of {len(check.figures)} figures {verdicts['stands']} stand, {verdicts['cut, not rounded']} are "
    f"cut instead of rounded, {verdicts['does not follow']} do not follow, "
    f"{verdicts['outturn differs']} came out otherwise, and {verdicts['no figure']} cannot be checked. "
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

# %%
chips = what_it_bought(by_first_month)
show_table(
    chips.buyers,
    name="buyers",
    caption="Hopper GPUs bought in 2024, and what they may have cost.",
    source="`caijing-2025` (counts of Omdia); prices of servers from table server_facts.",
    formats={"hopper_2024": "{:,.0f}", "share": "{:.0%}", "capex_usd_bn": "{:,.1f}",
             "per_capex_bn": "{:,.0f}", "capex_share_low": "{:.0%}", "capex_share_high": "{:.0%}"},
    labels={"buyer": "Buyer", "hopper_2024": "GPUs", "share": "Share", "capex_usd_bn": "Capex, bn USD",
            "per_capex_bn": "GPUs per bn", "priced_as": "Priced as",
            "capex_share_low": "Of capex, low", "capex_share_high": "high"},
)  # fmt: skip

# %%
clashes = chips.clashes[["verdict", "reason"]]
show_table(
    clashes,
    name="clashes",
    caption="Where two counts can both hold, and where they cannot.",
    source="`caijing-2025`, paragraphs 16, 17 and 70 to 72; own arithmetic.",
    labels={"pair": "Two figures", "verdict": "Verdict", "reason": "Why"},
)
show_prose(
    f"A cluster of {claims[CLAIMS['colossus_gpus']]:,.0f} GPUs with {claims[CLAIMS['colossus_mw']]:.0f} "
    f"MW takes {chips.ratios['kw_per_gpu']:.2f} kW a GPU, so that {claims[CLAIMS['bytedance_gw']]:.0f} GW "
    f"would hold {chips.ratios['gpus_in_2_gw']:,.0f}."
)

# %% [markdown]
# ## How far can the figures be trusted?

# %%
show_table(
    tables.checks_table(fundamentals),
    name="checks",
    caption="Fiscal years as filed, against the sum of their four quarters.",
    source="every company, measure and year whose annual figure nobody summed from quarters.",
    labels={"company": "Company", "n_years": "Compared", "n_independent": "Independent",
            "greatest_difference_m": "Greatest difference, million"},
)  # fmt: skip

# %% [markdown]
# ## Limits
#
# - Capital expenditure is not compute: it holds warehouses, offices, land and, for the operators,
#   networks. Nobody prints the part that is compute, but for the operators.
# - ByteDance publishes no accounts: its figures are press estimates and appear only where said so.
# - China Telecom's and China Unicom's computing power was found in no source but the article.
# - Baidu's quarters lack cash flow and end in 2025; Tencent's cash flow ends in mid-2025.
# - Most quarters were read in collections of filings, not in the filings; the comparison
#   with annual figures, and the checks against neighbors, are the guard.
# - Leases that are not finance leases are no capital expenditure on any definition here.

# %% [markdown]
# ## References
#
# - `caijing-2025`: comparison of US and Chinese capital spending on compute, April 2025.
# - Company filings and collections of them, listed row by row in the table of sources.
# - Federal Reserve H.10, average exchange rates.

# %%
save_results(
    {
        **{f"capex_to_revenue_{name.split()[-1].lower()}": float(column.iloc[-1])
           for name, column in newest.items()},
        "ratio_us_to_china_2024": float(whole["ratio"]),
        "n_above_usual": len(above),
        "n_article_figures_stand": int(verdicts["stands"]),
        "n_article_figures_refuted": int(verdicts["does not follow"]),
        "microsoft_mean_growth_28_quarters": tables.literal_growth(growth_search),
    },
    headline=f"Capital expenditure is {'; '.join(parts)}." if parts
    else "On this definition too few companies have a figure to be summed.",
)  # fmt: skip
