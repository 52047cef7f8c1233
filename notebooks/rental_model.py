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
# # Does renting out an 8-GPU server pay?
#
# A server with eight H100 GPUs is bought, rented out for some years and sold. What it earns is worked
# out without debt first, then with it; then the costs that brokers' tables of returns
# leave out are added, and the rent is let fall as rents have fallen.

# %% tags=["parameters"]
from analysis.reports.notebook.parameter_types import (
    AmountOrNone,
    CalendarMonth,
    Months,
    Ratio,
    Seed,
    Share,
    Words,
    YearlyRate,
)

server_price_cny: float = 2000000.0  # price paid for the server, CNY
rent_cny_per_server_month: float = 70000.0  # first rent of the server, CNY per server-month
utilization: float = 1.0  # share of all hours that are billed, share
useful_life_years: float = 5.0  # how long the server is rented out before it is sold, years
periods_per_year: int = 1  # yearly or monthly flows, 1 or 12
rent_decline_per_year: float = 0.0  # constant decline of the rent, share per year
rent_step: str = "year"  # how often the rent falls, year or period
operating_cost_basis: str = "share_of_revenue"  # one share or the sum, share_of_revenue or parts
operating_cost_share_of_revenue: float = 0.10  # operating cost over revenue, share
power_kw_per_server: float = 10.2  # parts: power at full load, kW
pue: float = 1.3  # parts: site power over server power, ratio
load_factor: float = 0.8  # parts: mean over full-load power, share
electricity_cny_per_kwh: float = 0.6  # parts: electricity tariff, CNY per kWh
colocation_cny_per_kw_month: float = 0.0  # parts: rack rent, CNY per kW-month
staff_cny_per_server_month: float = 0.0  # parts: staff, CNY per server-month
repair_share_of_price_per_year: float = 0.0  # parts: repair and spares, share of price per year
depreciation_method: str = "straight_line"  # schedule of the books, name
residual_value_share: float = 0.05  # value at the end, in the books and in cash, share of price
debt_share: float = 0.70  # debt over price paid, share
debt_form: str = "equal_principal"  # form of repayment, name
debt_rate_per_year: float = 0.04  # interest rate, share per year
lease_payment_timing: str = "arrears"  # finance lease: when a period is paid, advance or arrears
lease_purchase_option_share: float = 0.0  # finance lease: price of keeping it, share of price
tax_rate: float = 0.15  # corporate income tax, share
loss_treatment: str = "refunded"  # worth of a tax loss, refunded or carried_forward or lost
vat_enabled: bool = False  # whether value-added tax is modeled, yes or no
vat_output_rate: float = 0.06  # value-added tax on the rent, share
equity_discount_rate: float = 0.10  # what equity could earn elsewhere, share per year
wanted_equity_irr: YearlyRate = 0.15  # return that equity asks for in the headline, share per year
frontier_price_ratios: list[Ratio] = [0.7, 1.6]  # cheapest and dearest server tried, over its price
frontier_utilizations: list[Share] = [0.7, 0.85]  # curves beside this page's utilization, shares
priced_in: CalendarMonth = "2025-04"  # month of price and rent, YYYY-MM
evidence: Words = "one broker's table of April 2025"  # what price and rent rest on, in words
other_rent_cny_per_server_month: AmountOrNone = 0.0  # another rent quoted then, CNY, 0 for none
cluster_staff_cny_per_server_month: AmountOrNone = 1000.0  # people, assumed, CNY per server-month
cluster_faults_replaced_share: Share = 0.3  # faults of a GPU that cost a new one, assumed, share
cluster_utilization: Share = 0.9  # hours that a cluster sells, assumed, share
cluster_months_to_first_rent: Months = 3  # from purchase to first rent, assumed, months
cluster_tax_rate: Share = 0.25  # income tax without a preferential rate, share
contract_shares: list[Share] = [0.0, 0.5, 1.0]  # hours under contract, shares
contract_months: Months = 36  # length of the contract, months
contract_default_per_year: Share = 0.15  # chance that the customer ends it within a year, share
contract_recovery: Share = 0.0  # part of what is still due that comes in then, share
seed: Seed = 1  # of the contracts that end early, whole number

# %%
from analysis.reports import refuse_unknown_parameters

refuse_unknown_parameters()

# %%
import numpy as np
import pandas as pd

from analysis import data
from analysis.figures import (
    show,
    show_answer,
    show_equations,
    show_prose,
    show_table,
    use_house_style,
)
from analysis.rental import evaluate
from analysis.rental.faces import case_plots as plots
from analysis.rental.faces import case_tables as tables
from analysis.rental.faces import case_words as words
from analysis.rental.faces import sensitivity_plots
from analysis.rental.faces import sensitivity_tables as texts
from analysis.rental.faces.calculator.calculator_markup import show_calculator
from analysis.rental.faces.equations import equations, measure_equations, symbols
from analysis.rental.faces.labels import (
    assumption_remarks,
    meaning,
    quantity_text,
    value_text,
)
from analysis.rental.model import outputs
from analysis.rental.questions import full_cost
from analysis.rental.questions.leverage import LEVERED_RATE, ONE_RATE, UNLEVERED, leverage
from analysis.rental.questions.sensitivity.frontier import Curves, frontier
from analysis.rental.questions.sensitivity.sourced_widths import sourced_widths
from analysis.rental.questions.sensitivity.spans import Span
from analysis.rental.questions.sensitivity.tornado import tornado
from analysis.rental_market.history import server_rents
from analysis.rents import comparable_quotes
from analysis.rents.purchase import bridge, outlook
from analysis.rents.purchase.contracts import TakeOrPay
from analysis.rents.purchase.scenarios import (
    LIKE_GENERATIONS,
    LIKE_PRECEDENTS,
    STAYS,
    rent_scenarios,
)
from analysis.reports import save_results
from analysis.units import INTERVAL_COVERAGE, MONTHS_PER_YEAR

use_house_style()

# %% [markdown]
# Three evaluations stand behind the answer: the server as its parameters say, the same with every cost of a
# cluster, and the decline of the rent at which the net present value (NPV) is zero.

# %%
assumptions = tables.assumptions_in(globals())
result = evaluate(assumptions)
measures, remarks = result.metrics.record(), result.remarks()
financing = leverage(assumptions)
declines = tables.rent_decline_break_evens(assumptions, wanted_equity_irr)
here = declines.loc[words.timing_of(periods_per_year, rent_step)]
sourced = full_cost.sourced_costs(data.load("server_facts"), data.load("fx"), data.load("outcomes"))
additions = full_cost.cluster_additions(
    assumptions,
    sourced,
    staff_cny_per_server_month=cluster_staff_cny_per_server_month,
    faults_replaced_share=cluster_faults_replaced_share,
    utilization=cluster_utilization,
    months_to_first_rent=cluster_months_to_first_rent,
    tax_rate=cluster_tax_rate,
)
costs = full_cost.full_cost(assumptions, additions)
whole = full_cost.together(assumptions, additions)
enough_rent = full_cost.break_even_rent(whole)

# %%
verdict = words.verdict(measures["project_npv_cny"], server_price_cny)
with_all = words.verdict(costs["project_npv_cny"].iloc[-1], server_price_cny)
quoted = (
    f" A rent of {other_rent_cny_per_server_month:,.0f} CNY, also quoted around then, gives "
    + words.millions(
        evaluate(
            assumptions.replace(rent_cny_per_server_month=other_rent_cny_per_server_month)
        ).metrics.project_npv_cny[0]
    )
    + "."
    if other_rent_cny_per_server_month
    else ""
)
show_answer(
    f"**At the price and rent of {priced_in} a server {verdict} without debt: NPV "
    f"{words.millions(measures['project_npv_cny'])} at {assumptions.project_discount_rate:.0%}. With the "
    f"whole cost of a cluster it {with_all}: {words.millions(costs['project_npv_cny'].iloc[-1])}.** "
    f"How sure: price and rent are {evidence}; of the cluster's costs, some are assumed and marked so."
    f"{quoted}\n\n"
    f"For an NPV of zero without debt, {words.bearable(here['project_npv_zero'], rent_decline_per_year)}. "
    f"With {debt_share:.0%} borrowed at {debt_rate_per_year:.1%} equity NPV is "
    f"{words.millions(measures['equity_npv_cny'])} and "
    f"{words.bearable(here['npv_zero'], rent_decline_per_year)}, but "
    f"{words.served(here['dscr_one'], here['npv_zero'])}."
)

# %% [markdown]
# ## What if you see it differently?
#
# The same model, to be moved here: it opens with the assumptions of this page.

# %%
show_calculator(assumptions)

# %% [markdown]
# ## What does one server earn?
#
# Revenue less operating cost is EBITDA; depreciation and interest are taken off before tax. All
# flows come at the end of the period. What is left after tax and investment is the project's cash flow;
# what is left after debt service, equity's. Every line below comes from these equations.

# %%
core = (
    "rent_index",
    "revenue_quoted_cny",
    "ebitda_cny",
    "depreciation_cny",
    "interest_cny",
    "profit_before_tax_cny",
    "income_tax_cny",
    "net_profit_cny",
    "cfads_cny",
    "equity_cash_flow_cny",
    "equity_present_value_cny",
)
show_equations([line[:2] for line in equations(result.declaration, *core)], name="model")

# %%
income = result.statement("income").droplevel("unit").rename_axis("CNY").add_prefix("Year ")
show_table(
    income,
    name="income-statement",
    caption="Income statement of one server, by year after purchase.",
    source="the rental model with the parameters of this page.",
    formats=dict.fromkeys(income.columns, "{:,.0f}"),
)

# %% [markdown]
# When does equity have its money back? A bar is one year's cash to equity, the line their sum so far: payback
# is where the line crosses zero.

# %%
figure = plots.plot_equity_cash_flow(result)
show(
    figure,
    name="equity-cash-flow",
    caption=(
        f"Equity puts in {tables.put_in(result)} on the day of purchase; payback on cash: "
        f"{outputs.said(measures, remarks, 'payback_equity_years')}."
    ),
    alt="Bars of cash to equity by year, negative at purchase, and a line of their running total.",
    source="the rental model with the parameters of this page.",
)

# %%
answers = outputs.table(measures, remarks)
show_table(
    answers,
    name="measures",
    caption="Every measure of what this server returns; one that cannot be worked out says why.",
    source="the rental model with the parameters of this page.",
)

# %%
show_prose(assumption_remarks(remarks))

# %% [markdown]
# The same rent in the three ways it is quoted. A P is a computing power of a
# million billion operations a second (PFLOPS). Where a rent per P does not say whether it counts operations that
# a chip may skip (sparse) or not (dense), both readings are possible and differ by a factor of two.

# %%
rents = tables.equivalent_rents(assumptions)
show_table(
    rents,
    name="billing-modes",
    caption="The first rent on this page in every way of billing, if every hour is billed.",
    source="the rental model; peak of the GPU from its data sheet (`gpu_specs`).",
    formats={"rent_cny": "{:,.2f}"},
)

# %% [markdown]
# ## With debt or without?
#
# Where equity and project are discounted at one rate above the interest rate, borrowing alone adds
# value. Equity that bears the lender's risk asks for more: its rate follows leverage.

# %%
show_equations(
    [
        (
            "levered rate",
            r"k_e = k_u + (k_u - i)\,\frac{g}{1 - g}",
            "project's rate, interest rate and share of debt; no taxes",
        )
    ],
    name="leverage",
)

# %%
show_table(
    financing,
    name="financing",
    caption="One server without debt, with it, and with it at the rate that its risk asks for.",
    source="the rental model with the parameters of this page.",
    formats={"discount_rate": "{:.0%}", "npv_cny": "{:,.0f}", "break_even_decline": "{:.1%}"},
    labels={
        "financing": "Financing",
        "discount_rate": "Discount rate",
        "npv_cny": "NPV, CNY",
        "break_even_decline": "Decline of rent at NPV zero, per year",
    },
    missing="none",
)

# %%
gain = financing.loc[ONE_RATE, "npv_cny"] - financing.loc[UNLEVERED, "npv_cny"]
adjusted = LEVERED_RATE in financing.index
show_prose(
    f"Borrowing alone adds {words.millions(gain)} if equity is discounted at the project's rate"
    + (
        f"; at {financing.loc[LEVERED_RATE, 'discount_rate']:.0%}, which its risk asks for, equity is worth "
        f"{words.millions(financing.loc[LEVERED_RATE, 'npv_cny'])}."
        if adjusted
        else ". Equity puts in nothing, so no rate of its own can be named."
    )
)

# %% [markdown]
# ## What does the whole cost come to?
#
# Brokers' tables of returns count a price, a running cost as a share of revenue, and a loan. A cluster also needs a network, racks
# and power, people, spares and customers for its hours. Each of these costs is first added alone, on top
# of this page's running cost; in the last row all are added, and running costs that are named replace that
# share. The lowest DSCR (debt service cover ratio) is the lowest ratio of a period's cash to the interest and
# repayment due in it: below 1 a payment is not covered.

# %%
show_table(
    costs[["project_npv_cny", "equity_npv_cny", "dscr_minimum", "basis"]],
    name="full-cost",
    caption=f"{words.keep_their_sign(costs, rent_decline_per_year)}.",
    source="the rental model; the basis of each row stands beside it.",
    formats={"project_npv_cny": "{:,.0f}"},
    labels={"put back": "Put back", "project_npv_cny": "Project NPV, CNY", "basis": "Basis"},
    missing="n/a",
)

# %%
show_prose(
    f"With all of these costs, project NPV is zero at a rent of {enough_rent:,.0f} CNY a month for one server: "
    f"{enough_rent / assumptions.rent_cny_per_server_month - 1:+.0%} against the rent of this page."
    if np.isfinite(enough_rent)
    else "With all of it no rent tried brings the project NPV to zero."
)

# %% [markdown]
# ## How fast may rent fall?
#
# Rent of year $t$ is $R_0 (1-d)^{t-1}$. The yearly rate $d$ at which the project, or equity, just earns
# its discount rate depends on when the money is assumed to come, so three conventions stand side by
# side. A lender looks at the last column: from there on a payment is not covered.

# %%
show_table(
    declines,
    name="rent-declines",
    caption="How fast rent may fall every year, at one constant rate, before each limit is reached.",
    source="the rental model with the parameters of this page.",
    formats=dict.fromkeys(declines.columns, "{:.1%}"),
    labels={
        "project_npv_zero": "Project NPV is zero",
        "npv_zero": f"Equity NPV is zero at {equity_discount_rate:.0%}",
        "irr_wanted": f"Equity IRR is {wanted_equity_irr:.0%}",
    },
    missing="none",
)

# %%
claims = data.load("claims").set_index("claim_id")
at_start, at_end = (claims.loc[f"sihan-2025-p36-0{place}"] for place in (1, 2))
observed_declines = tuple(
    1 - at_end["value_low"] / at_start[["value_low", "value_high"]].astype(float)
)
returns = tables.returns_by_decline(assumptions, np.linspace(0.0, 0.6, 121))
show(
    plots.plot_decline(returns, observed_declines),
    name="rent-decline",
    caption="Equity NPV is zero at a yearly decline between "
    f"{outputs.percent(declines['npv_zero'].min())} and {outputs.percent(declines['npv_zero'].max())}, "
    f"by timing; by the institute Sihan's figures rents fell by {observed_declines[0]:.0%} to "
    f"{observed_declines[1]:.0%} in 2024.",
    alt="Equity NPV against the yearly rent decline for three timing conventions, all falling; a band "
    "marks the declines printed for 2024.",
    source="the rental model; band: the institute Sihan, April 2025 (`sihan-2025`, paragraph 36).",
)

# %% [markdown]
# ## What if rent moves as it has moved?
#
# A backtest can judge a forecast of rents for some months only, and in these none has beaten "no
# change". Beyond them nothing is tested: instead of one distribution, courses that rents have taken are
# named, and each is run through this server.

# %%
raw = pd.concat([data.load("rent_quotes_usd"), data.load("rent_quotes_cny")], ignore_index=True)
scenarios = rent_scenarios(comparable_quotes(raw, data.load("fx"), data.load("gpu_specs")))
paths, is_supported = bridge.load_rent_forecast()
n_judged = int(is_supported.sum())
courses = outlook.by_scenario(assumptions, scenarios["decline_per_year"], n_judged)
show_table(
    courses[["decline_per_year", "project_npv_cny", "equity_npv_cny", "dscr_minimum"]],
    name="courses",
    caption=f"One server if the rent stays for {n_judged} months, the months that can be judged, and then "
    "takes a named course. Money is counted at the end of each month here.",
    source="the rental model; declines from list prices of specialized AI clouds (`rent_quotes_usd`).",
    formats={"decline_per_year": "{:.0%}", "project_npv_cny": "{:,.0f}"},
    labels={
        "scenario": "After that",
        "decline_per_year": "A year",
        "project_npv_cny": "Project NPV, CNY",
    },
    missing="no debt",
)

# %%
generations = scenarios.loc[LIKE_GENERATIONS]
show_prose(
    f"The last course takes the newest GPUs to keep their rent while older ones stand "
    f"{generations['decline_per_year']:.0%} lower for each year of age ({INTERVAL_COVERAGE:.0%} interval "
    f"{generations['decline_low']:.0%} to {generations['decline_high']:.0%}; {generations['basis']}). The "
    "one before follows a given GPU at a given provider "
    f"({scenarios.loc[LIKE_PRECEDENTS, 'basis']})."
)

# %% [markdown]
# ## What is a contract worth?
#
# A take-or-pay contract pays for its hours whether they are used or not, for its months, as long as the
# customer pays. A contract shorter than the debt protects the lender only while it lasts: debt may be
# repaid within it.

# %%
outcomes = data.load("outcomes").set_index("outcome_id")["value_low"]
ended, signed = (
    outcomes[f"lotus-2025-contracts-{which}-number"] for which in ("terminated", "signed")
)
contract = TakeOrPay(
    1.0, contract_months, default_per_year=contract_default_per_year, recovery=contract_recovery
)
worth = outlook.by_contract(
    assumptions,
    paths,
    n_judged,
    scenarios["decline_per_year"],
    contract,
    contract_shares,
    seed=seed,
)
chances = {
    "p_equity_lost": "equity loses money",
    "p_dscr_below_one": "a payment is not covered",
    "p_equity_lost_tenor": "equity loses money, debt within the contract",
    "p_dscr_below_one_tenor": "a payment is not covered, debt within the contract",
}
show_table(
    worth,
    name="contracts",
    caption=f"Chances by course of rent and share of hours under a contract of {contract_months} months "
    f"that ends early in {contract_default_per_year:.0%} of years; debt over the life, or within the "
    "contract.",
    source=f"the rental model; Lotus, which rents out servers in China, signed {signed:.0f} contracts in 2025 and "
    f"ended {ended:.0f} of them (`outcomes`).",
    formats=dict.fromkeys(chances, "{:.0%}") | {"contract_share": "{:.0%}"},
    labels={"scenario": "Rent", **chances},
)

# %% [markdown]
# ## What moves the answer most?
#
# Each assumption is moved alone between ends that have been seen; where no figure was found, the width
# is illustrative and says so. The widest bar is the number to find out first.

# %%
chinese = server_rents(data.load("rent_quotes_cny"), "H100")
fell = 1 - (chinese.iloc[-1] / chinese.iloc[0]) ** (MONTHS_PER_YEAR / (len(chinese) - 1))
spread = tables.quote_spread(data.load("server_facts"), data.load("rent_quotes_cny"), "H100")
widest = scenarios["decline_per_year"].max()
spans, basis = sourced_widths(
    assumptions,
    price_range=spread.price,
    rent_range=spread.rent,
    decline_range=(0.0, max(fell, widest)),
    utilization_low=0.5,
)
moved = tornado(assumptions, spans, "project_npv_cny")
first, second = moved.frame.index[:2]
most = moved.frame.iloc[0]
crossing = moved.frame.index[moved.frame["crosses"].eq(True)].map(meaning).tolist()
show(
    sensitivity_plots.plot_tornado(moved),
    name="tornado",
    caption=f"Project NPV moves most with the {meaning(first)}, then with the {meaning(second)}.",
    alt="Horizontal bars, one an assumption, widest first: project NPV at the low and at the high end of "
    "the assumption, from a line at its value on this page; a dashed line marks an NPV of zero.",
    source="the rental model with the parameters of this page; ends as in the table below.",
)

# %%
show_table(
    basis.to_frame().rename(index=meaning),
    name="widths",
    caption="Where the low and the high value of each assumption come from.",
    source="the data tables that the rows name.",
    labels={"basis": "Ends from"},
)

# %%
show_prose(
    f"From {value_text(first, most['low'])} to {quantity_text(first, most['high'])} of the "
    f"{meaning(first)}, project NPV changes by {most['swing']:,.0f} CNY. "
    + (
        f"The sign of the answer hangs on the {' and on the '.join(crossing)}."
        if crossing
        else "None of these widths, alone, changes the sign of the answer."
    )
)

# %% [markdown]
# How far each assumption may go before equity NPV is zero, and how far two may go together: a cheaper
# server, or one that is rented out for more hours, bears a faster fall of the rent.

# %%
needed = tables.break_evens(assumptions)
show_table(
    needed,
    name="break-evens",
    caption="Where equity NPV is zero, one assumption at a time.",
    source="the rental model with the parameters of this page.",
)

# %%
prices = Span("server_price_cny", *(server_price_cny * ratio for ratio in frontier_price_ratios))
used = Curves("utilization", tuple(sorted({utilization, *frontier_utilizations})))
enough = frontier(assumptions, prices, Span("rent_decline_per_year", -0.5, 0.9), n=11, by=used)
show(
    sensitivity_plots.plot_frontier(enough, assumptions),
    name="frontier",
    caption=f"{' '.join(texts.notes_of_frontier(enough))} Equity gains below a curve and loses above it.",
    alt="The yearly rent decline at which equity NPV is zero against the price of the server: one falling "
    "curve for each utilization, higher for higher utilization, and this page's case as a point.",
    source="the rental model with the parameters of this page.",
)

# %%
own = enough.frame[enough.frame["curve"] == utilization]
show_prose(
    f"At {value_text('utilization', utilization)} of the hours and a price of {own['along'].iloc[0]:,.0f} CNY, "
    f"{outputs.bearable(own['value'].iloc[0])} before equity NPV is zero; at "
    f"{own['along'].iloc[-1]:,.0f} CNY, {outputs.bearable(own['value'].iloc[-1])}."
)

# %% [markdown]
# ## What does each symbol stand for?
#
# The equations and the numbers above are made from one list of formulas, which stands here in full.

# %% [markdown]
# What is measured follows from running totals over the life, $n$ being its last period: the payback as the institute Sihan counts it, the covers of debt, and the cost of a GPU-hour. An $\varepsilon$ of a billionth
# keeps rounding from being taken for a payment.

# %%
asked = ("payback_source_years", "dscr_minimum", "llcr", "levelized_cost_cny_per_gpu_hour")
show_equations(
    [line[:2] for line in measure_equations(result.declaration, *asked)], name="measures-equations"
)

# %%
show_table(
    symbols(result.declaration),
    name="symbols",
    caption="Every symbol, the formula behind it, and its name in the code.",
    source="the formulas of the rental model.",
    folded=True,
)

# %% [markdown]
# ## Limits
#
# - One server at one rent; the cost of winning customers is not in it.
# - Rent, price and life are assumptions here, not estimates; the rent-trend report gives their history.
# - Beyond the months for which forecasts could be tested, no course of rent is a forecast. None is more likely than another by any
#   figure on this page.
# - The chance that a contract ends early comes from one company and one year, counted by number.
# - Flows come at the end of a period and taxes without delay; deposits and payment terms are left out.
# - Prices of export-controlled GPUs in China are second-hand reports.

# %% [markdown]
# ## References
#
# - `sihan-2025`: industry note on compute rental, 12 April 2025, its return table after Tianfeng
#   Securities, 11 April 2025; rebuilt figure by figure in the report on that table.
# - Modigliani, F. and Miller, M. (1958), The cost of capital, corporation finance and the theory of
#   investment, American Economic Review 48.
# - Descartes' rule of signs and Vincent's theorem, for the proof that no rate of return is missing.

# %%
save_results(
    {
        **{name: measures[name] for name in outputs.OUTPUTS},
        "equity_irr_status": measures["equity_irr_status"],
        "priced_in": priced_in,
        "server_price_cny": server_price_cny,
        "rent_decline_per_year": rent_decline_per_year,
        "rent_decline_project_npv_zero": outputs.number(here["project_npv_zero"]),
        "rent_decline_npv_zero": outputs.number(here["npv_zero"]),
        "rent_decline_irr_wanted": outputs.number(here["irr_wanted"]),
        "rent_decline_dscr_one": outputs.number(here["dscr_one"]),
        "project_npv_full_cost_cny": float(costs["project_npv_cny"].iloc[-1]),
        "rent_break_even_full_cost_cny_per_server_month": outputs.number(enough_rent),
        "n_judged_months": n_judged,
        "project_npv_rent_stays_by_month_cny": courses.loc[STAYS, "project_npv_cny"],
        "project_npv_like_precedents_cny": courses.loc[LIKE_PRECEDENTS, "project_npv_cny"],
        "project_npv_like_generations_cny": courses.loc[LIKE_GENERATIONS, "project_npv_cny"],
    },
    headline=f"At the price and rent of {priced_in} it {verdict} without debt, project NPV "
    f"{words.millions(measures['project_npv_cny'])}; with the whole cost of a cluster it {with_all}, "
    f"{words.millions(costs['project_npv_cny'].iloc[-1])}.",
)
