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
# # Do operators that rent out compute earn what their servers cost?
#
# Three listed companies print enough to see: Litong (利通电子), whose computing segment rents out
# servers; Parallel Technology (并行科技), which sells core-hours and GPU-hours; and Kingsoft Cloud
# (金山云), whose growth is AI computing. What they print is taken at its printed precision, put side by
# side, and held against the return table of one server.

# %% tags=["parameters"]
from analysis.reports.notebook.parameter_types import RentalCase, Share

rental_case: RentalCase = "sihan-2025-straight-line"  # case to compare with, name
thin_margin: Share = 0.05  # share of revenue kept after everything that counts as little, share
with_own_operators: bool = False  # own operators of data/own beside the public ones, yes or no

# %%
from analysis.reports import refuse_unknown_parameters

refuse_unknown_parameters()

# %%
from analysis import data
from analysis.figures import (
    show,
    show_answer,
    show_equations,
    show_prose,
    show_table,
    use_house_style,
)
from analysis.operators import broker_forecasts as forecasts
from analysis.operators import kingsoft, listed, parallel
from analysis.operators import operator_comparison as comparison
from analysis.operators import operator_plots as plots
from analysis.operators.own_operators import own_in_words, own_left, own_operators, saved_of_own
from analysis.printed import Book
from analysis.printed.wording import span
from analysis.rental import evaluate, load_case
from analysis.reports import save_results

use_house_style()

# %% [markdown]
# Of revenue $R$ an operator keeps $m = (E - D - I) / R$: EBITDA $E$ less depreciation and amortization $D$
# less interest and tax $I$. Where $E$ and $D$ are not printed, $m$ is the printed net profit over $R$.

# %%
book = Book()
quarters = kingsoft.quarters(book)
ratios = quarters.ratios()
capital = kingsoft.capital(book)
economics = parallel.unit_economics(book)
margins = parallel.margins(book)
revenue = parallel.revenue_by_product(book)
board = forecasts.kingsoft_scoreboard(book)
case = evaluate(load_case(rental_case))
left = comparison.what_is_left(book, quarters)
mine = own_operators(with_own=with_own_operators)
left_of_own = own_left(mine)
abroad = listed.abroad(data.load("operator_figures"))
loans = data.load("operator_loans")
debt, same = listed.debt_by_credit(loans), listed.debt_by_credit(loans, borrower="CoreWeave")
in_china = listed.in_china(book)

# %%
latest = ratios["da_to_revenue"].last_valid_index()
ebitda, da = ratios.loc[latest, "adjusted_ebitda_margin"], ratios.loc[latest, "da_to_revenue"]
interest = (
    capital["interest and tax in the quarter"][0].middle / quarters.frame.loc[latest, "revenue"]
)
to_property, _ = capital["yearly revenue to property and equipment"]
other = ratios.loc[latest, "other_income_to_revenue"]
errors = board["error"].dropna()
n_low = int((errors < 0).sum())
lowest, highest = left["after_all"].min(), left["after_all"].max()
n_thin = int((left["after_all"] < thin_margin).sum())
answer = (
    f"Of {len(left)} operators in China that print enough, {int((left['after_all'] > 0).sum())} made a profit "
    f"in their newest period of 2025. Of revenue, {n_thin} keep under {thin_margin:.0%} and one {highest:.0%}."
)
show_answer(
    f"**{answer}** How sure: {len(left)} companies, their own figures, one of them adjusted.\n\n"
    f"Kingsoft Cloud kept {ebitda:.0%} of revenue as adjusted EBITDA in {latest}; depreciation takes "
    f"{da:.0%}, which leaves {ebitda - da:.0%}, and interest with tax {interest:.0%}, which leaves "
    f"{ebitda - da - interest:.0%}; {ebitda - da - interest - other:+.0%} without other income, one-off "
    f"subsidies among it. Parallel Technology made {margins.loc['2025H1', 'net_margin']:.1%} of revenue in "
    f"the first half of 2025 and {margins.loc['2024', 'net_margin']:.1%} in 2024."
)

# %% [markdown]
# ## What is left of a yuan of revenue?
#
# EBITDA leaves out what the servers cost; depreciation puts it back, interest what borrowing for them
# costs. Only Kingsoft prints both steps.

# %%
show_table(
    comparison.beside(left, left_of_own),
    name="left",
    caption=f"What operators keep of revenue: {lowest:.0%} to {highest:.0%} after everything.",
    source="half-year report of Litong, results of Kingsoft Cloud, reports of Parallel Technology "
    "(`outcomes`, `notes-2025`).",
    formats={"after_depreciation": "{:.1%}", "after_all": "{:.1%}"},
    labels={
        "after_depreciation": "After depreciation",
        "after_all": "After interest and tax",
    },
    missing="not printed",
)
show_prose(own_in_words(mine) or "All figures of this page are public ones.")

# %% [markdown]
# ## And abroad: what does interest take?
#
# Four operators outside China print enough to see part of it. Their newest figures are second-hand: read in
# notes on the filings, not in the filings. A ratio stands only where both of its parts are of one period.

# %%
core, nebius = abroad.loc["CoreWeave"], abroad.loc["Nebius"]
fine, poor = same.loc["investment grade"], same.loc["below investment grade"]
show_prose(
    f"**CoreWeave lost {-core['net_margin']:.0%} of revenue in {core['period']}, when interest took "
    f"{core['interest_to_revenue']:.0%}.** How sure: second-hand figures of one quarter.\n\n"
    f"Nebius lost {-nebius['operating_margin']:.0%} before interest in {nebius['period']}, and interest took "
    f"another {nebius['interest_to_revenue']:.0%}."
)

# %%
show_table(
    abroad,
    name="abroad",
    caption=f"Orders stand for {abroad['backlog_years'].min():.0f} to {abroad['backlog_years'].max():.0f} years "
    "of revenue where both are printed; no profit is.",
    source="`crwv-2025q2`, `crwv-2025q3`, `operator-notes-2026` (second-hand); table `operator_figures`.",
    missing="not printed",
)

# %% [markdown]
# IREN still mines: most of its revenue, and impairments in its loss, come from there. Oracle's cloud is a part of
# a company; its largest customer is a share of the company's orders, by press.

# %%
show_table(
    debt,
    name="debt-by-credit",
    caption=f"CoreWeave pays {fine['spread_high_bp']:.0f} basis points over SOFR where a customer of investment "
    f"grade pays, {poor['spread_low_bp']:.0f} to {poor['spread_high_bp']:.0f} where others do.",
    source="`deal-notes-2026` (second-hand); table `operator_loans`, disputed rows left out.",
    missing="none",
)

# %% [markdown]
# ## And the computing business of others in China?

# %%
show_table(
    in_china,
    name="in-china",
    caption=f"Gross margins from {in_china['gross_margin'].min():.0%} to {in_china['gross_margin'].max():.0%}, "
    "before interest and what the company spends besides.",
    source="reports of the companies as carried by others (`outcomes`).",
    missing="not printed",
)

# %% [markdown]
# ## Parallel Technology: what does an hour bring?
#
# Hours are printed for 2022 alone, and for one kind of customer each; their share gives the whole.

# %%
show_equations(
    [
        (
            "hours",
            r"h_{\text{all}} = \frac{h_{\text{enterprises}}}{s_{\text{enterprises}}}",
            "GPU-hours of one kind of customer over their share",
        ),
        (
            "price",
            r"p = \frac{R_{2023} / (1 + g_{2023})}{h_{\text{all}}}",
            "revenue of the AI cloud in 2022 over GPU-hours",
        ),
    ],
    name="revenue-per-hour",
)

# %%
show_table(
    comparison.measures_table(economics),
    name="unit-economics",
    caption="Revenue per hour of Parallel Technology in 2022, within printed precision.",
    source="`kaiyuan-2024`, paragraphs 16 and 45; `notes-2025`, paragraph 5.",
)

# %%
ai_share = revenue["AI cloud"] / revenue.sum(axis=1)
show(
    plots.plot_revenue_by_product(revenue),
    name="parallel-revenue",
    caption=f"AI computing grew by {revenue['AI cloud'].iloc[-1] / revenue['AI cloud'].iloc[-2] - 1:+.0%} "
    "within a year, the general cloud by "
    f"{revenue['general cloud'].iloc[-1] / revenue['general cloud'].iloc[-2] - 1:+.0%}.",
    alt=f"Stacked bars of revenue by product for {', '.join(revenue.index)}: the AI cloud is "
    f"{ai_share.iloc[0]:.0%}, {ai_share.iloc[-2]:.0%} and {ai_share.iloc[-1]:.0%} of it.",
    source="`kaiyuan-2024`, `notes-2025`, the company's report of the third quarter of 2025; lines not "
    "printed are differences.",
)

# %% [markdown]
# What is left of that revenue? The gross margin is $1 - C/R$ with the cost of revenue $C$, the net margin is net
# profit over $R$; they are printed for different periods.

# %%
show_table(
    margins,
    name="parallel-margins",
    caption=f"Gross margin was {margins['gross_margin'].iloc[0]:.0%} in {margins.index[0]}, "
    f"{margins['gross_margin'].min():.0%} in {margins['gross_margin'].idxmin()} and "
    f"{margins['gross_margin'].iloc[-1]:.0%} in {margins.index[-1]}.",
    source="prospectus of 2023, `kaiyuan-2024`, `notes-2025`, half-year report of 2025.",
    missing="not printed",
)

# %% [markdown]
# And what was it expected to earn? A forecast of a year $\Pi$ leaves $\Pi - \Pi_{9}$ to the fourth quarter, once
# the profit $\Pi_{9}$ of nine months is known.

# %%
profit = forecasts.parallel_scoreboard(book)
implied = forecasts.parallel_implied_quarter(book)
show_table(
    profit,
    name="parallel-forecasts",
    caption="Profit forecasts of a year, in the order in which they were made, beside what is known of it.",
    source="`kaiyuan-2024`, `notes-2025`, Kaiyuan's update of 2026-01; results as reported.",
    labels={"year": "Of year", "stated": "Made"},
    missing="",
)

# %%
show_prose(
    f"A profit of 2025 as the notes expect leaves {implied['implied_cny']:,.0f} CNY to the fourth quarter; "
    f"the one before brought {implied['year_before_cny']:,.0f}. Assets turned over "
    f"{parallel.turnover(book).value.middle:.2f} times a year, and "
    f"{book.named('paratera-2025q3-liabilities-to-assets').value:.0%} of them stand against liabilities."
)

# %% [markdown]
# ## Kingsoft Cloud: where does the margin go?
#
# Adjusted EBITDA leaves out what the servers cost. Depreciation puts it back.

# %%
steps = quarters.frame.loc[:latest, ["adjusted_ebitda", "da_in_cost", "adjusted_gross_profit"]]
rose = steps.diff().iloc[-1] / 1e6
neither = rose["adjusted_ebitda"] - rose["da_in_cost"] - rose["adjusted_gross_profit"]
shares = steps.div(quarters.frame["revenue"], axis=0).dropna().iloc[[0, -1]]
show(
    plots.plot_quarters(quarters.frame, ratios),
    name="kingsoft-quarters",
    caption=f"From {steps.index[-2]} to {steps.index[-1]} adjusted EBITDA rose by "
    f"{rose['adjusted_ebitda']:,.0f} m CNY, depreciation by {rose['da_in_cost']:,.0f} m and adjusted gross "
    f"profit by {rose['adjusted_gross_profit']:,.0f} m: {neither / rose['adjusted_ebitda']:.0%} of the rise is neither.",
    alt="Above, stacked bars of Kingsoft Cloud's quarterly revenue by source. Below, shares of revenue from "
    f"{shares.index[0]} to {shares.index[-1]}: "
    + ", ".join(
        f"{name} {shares[column].iloc[0]:.0%} to {shares[column].iloc[-1]:.0%}"
        for column, name in (
            ("adjusted_ebitda", "adjusted EBITDA"),
            ("da_in_cost", "depreciation"),
            ("adjusted_gross_profit", "gross profit"),
        )
    )
    + ".",
    source="the company's results and `notes-2025`; quarters of 2024 in part from growth on the year.",
)

# %%
show_table(
    comparison.quarters_table(quarters),
    name="kingsoft-table",
    caption="Kingsoft Cloud by quarter, million CNY.",
    source="the company's results and `notes-2025`; an asterisk marks figures worked out from growth on "
    "the year or as a difference.",
    missing="not printed",
)

# %% [markdown]
# What do the servers behind it cost and earn? With a quarter's revenue $R$, property and equipment $K$ and
# borrowings $L$: revenue turns property over $4R/K$ times a year, and interest with tax $I$ is a yearly rate of
# $4I/L$, which is above what lenders ask as far as $I$ holds tax.

# %%
show_table(
    comparison.capital_table(capital),
    name="kingsoft-capital",
    caption="What the servers of the third quarter of 2025 cost and earn.",
    source="`notes-2025`, paragraph 14, and the company's results.",
)

# %% [markdown]
# How much of the rise is operating at all? Adjusted EBITDA less depreciation less adjusted operating profit is
# other income, whatever its source.

# %%
beyond, _ = capital["other income in the quarter"]
without, _ = capital["adjusted net profit without it"]
before = ratios["other_income_to_revenue"].dropna().drop(latest)
show_prose(
    f"Adjusted EBITDA holds {span(beyond.low, beyond.high, 'CNY')} in {latest} that is neither "
    f"depreciation nor operating profit, {other:.1%} of revenue, where it held {before.iloc[-1]:.1%} in "
    f"{before.index[-1]}: other income, of which one digest says that a part is subsidies that will not come "
    f"again. Without it the quarter's adjusted net profit is {span(without.low, without.high, 'CNY')}."
)

# %%
cap = book.named("notes-2025-p08-25").value
nine_months = book.named("notes-2025-p08-24").value
show_prose(
    f"The Xiaomi and Kingsoft ecosystem brought {ratios['ecosystem_share'].dropna().iloc[0]:.0%} of "
    f"revenue in {ratios['ecosystem_share'].first_valid_index()} and "
    f"{ratios['ecosystem_share'].dropna().iloc[-1]:.0%} in {ratios['ecosystem_share'].last_valid_index()}. "
    f"Reaching the year's cap of {span(cap, cap, 'CNY')} would have taken "
    f"{span(cap - nine_months, cap - nine_months, 'CNY')} in the fourth quarter, "
    f"{(cap - nine_months) / quarters.frame.loc['2025Q3', 'ecosystem'] - 1:+.0%} on the third."
)

# %% [markdown]
# ## What did the forecasts imply, and what came?

# %%
came = float(board.loc["what came", "expected_cny"])
show(
    plots.plot_scoreboard(board.drop(index="what came"), came),
    name="kingsoft-scoreboard",
    caption=f"{n_low} of {len(errors)} forecasts were below what came; the largest error is "
    f"{errors.abs().max():.1%}, the last {errors.abs().iloc[-1]:.1%}.",
    alt=f"Dots of {len(errors)} revenue forecasts for 2025 by month, {n_low} left of a line at what came, "
    f"{len(errors) - n_low} right of it.",
    source="`notes-2025` and other brokers (`outcomes`); results of 2026-03-25.",
)

# %%
show_table(
    board,
    name="kingsoft-forecasts",
    caption="Revenue of 2025: forecasts, and the fourth quarter that each implies beside three known.",
    source="`notes-2025` and other brokers (`outcomes`); results of 2026-03-25.",
    labels={"stated": "Made", "expected_cny": "Year, CNY"},
    missing="",
)

# %% [markdown]
# Did the makers of these forecasts see it coming? Some replaced theirs: before, after, and the difference.

# %%
show_table(
    forecasts.revisions(book),
    name="revisions",
    caption="Forecasts that their makers replaced.",
    source="`notes-2025`, paragraphs 8 and 17; `kaiyuan-2024` and Kaiyuan's update of 2026-01.",
    labels={"what": "Of"},
)

# %%
later = forecasts.kingsoft_later(book)
show_prose(
    f"For 2027 they range from {later['expected_cny'].min() / 1e9:.1f} to "
    f"{later['expected_cny'].max() / 1e9:.1f} billion CNY, {later['growth_per_year'].min():.0%} to "
    f"{later['growth_per_year'].max():.0%} a year from what came in 2025."
)

# %% [markdown]
# ## How does that compare with the return table of one server?

# %%
against = comparison.against_the_table(case, book, quarters)
show_table(
    against,
    name="comparison",
    caption="The two operators beside the return table of one server in its first year.",
    source=f"the rental model, case `{rental_case}`; the figures above.",
    labels={
        "return table": "Return table",
        "Kingsoft Cloud": "Kingsoft Cloud",
        "Parallel Technology": "Parallel Technology",
    },
    missing="not printed",
)

# %% [markdown]
# ## Limits
#
# - Neither company prints what its servers earn apart from its other business; nor utilization.
# - Revenue per hour takes all revenue of a line to come from hours, of whatever core or GPU.
# - Interest is what is left between adjusted EBITDA and adjusted net profit; tax is in it.
# - Depreciation is printed within cost of revenue up to the second quarter of 2025, and without saying
#   so in the third.
# - Abroad, largest customers and lives of servers are printed by few; shares of customers mix years.
# - Adjusted figures are the companies' own; one-off subsidies are inside them. Other income is a
#   remainder: depreciation outside cost of revenue, if there is any, would make it smaller.

# %% [markdown]
# ## References
#
# - `kaiyuan-2024`, `notes-2025`; results of Kingsoft Cloud and reports of Parallel Technology as listed
#   in `outcomes`; releases of CoreWeave, and notes on filings and on loans, as listed in `operator_figures`
#   and `operator_loans`.

# %%
save_results(
    {
        "as_of": str(max(left["period"])),
        "n_operators": len(left),
        "net_margin_lowest": lowest,
        "net_margin_highest": highest,
        "litong_net_margin_2025h1": left["after_all"].iloc[0],
        "kingsoft_after_depreciation": ebitda - da,
        "parallel_net_margin_2025h1": margins.loc["2025H1", "net_margin"],
        "kingsoft_adjusted_ebitda_margin": ebitda,
        "kingsoft_da_to_revenue": da,
        "kingsoft_interest_and_tax_to_revenue": interest,
        "kingsoft_revenue_2025_cny": came,
        "kingsoft_profit_to_revenue": ebitda - da - interest,
        "kingsoft_profit_to_revenue_without_other_income": ebitda - da - interest - other,
        "kingsoft_other_income_to_revenue": other,
        "kingsoft_forecast_errors": board["error"].dropna().tolist(),
        "kingsoft_forecast_error_largest": float(errors.loc[errors.abs().idxmax()]),
        "kingsoft_revenue_to_property": to_property.middle,
        "kingsoft_ecosystem_share": ratios["ecosystem_share"].dropna().iloc[-1],
        "parallel_revenue_cny_per_gpu_hour": economics["revenue per GPU-hour"].value.middle,
        "parallel_revenue_cny_per_core_hour": economics["revenue per core-hour"].value.middle,
        "parallel_net_margin_2024": margins.loc["2024", "net_margin"],
        "parallel_asset_turnover": parallel.turnover(book).value.middle,
        "parallel_implied_quarter_cny": implied["implied_cny"],
        "parallel_quarter_year_before_cny": implied["year_before_cny"],
        "coreweave_net_margin": core["net_margin"],
        "coreweave_interest_to_revenue": core["interest_to_revenue"],
        "nebius_operating_margin": nebius["operating_margin"],
        "nebius_interest_to_revenue": nebius["interest_to_revenue"],
        "coreweave_spread_investment_grade_bp": fine["spread_high_bp"],
        "coreweave_spread_below_low_bp": poor["spread_low_bp"],
        "coreweave_spread_below_high_bp": poor["spread_high_bp"],
        "parallel_ai_share_of_revenue": ai_share.iloc[-1],
        **saved_of_own(left_of_own),
    },
    headline=answer,
)
