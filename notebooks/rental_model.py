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
# # Does renting out an 8-GPU server pay?
#
# A server with eight H100 GPUs is bought, mostly with borrowed money, rented out for some years and
# sold. A broker's table of 2025 (`sihan-2025`) says that this pays back in about three years. Here the
# table is rebuilt to its last printed digit, the conventions that it does not state are found by
# search, and what it leaves out is put back.

# %% tags=["parameters"]
from analysis.reports.notebook.parameter_types import (
    Decline,
    Months,
    MonthsOfYear,
    Ratio,
    Share,
    YearlyRate,
)

server_price_cny: float = 2000000.0  # price paid for the server, CNY
rent_cny_per_server_month: float = 70000.0  # first rent of the server, CNY per server-month
utilization: float = 1.0  # billed hours over clock hours, share
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
left_out_rent_decline_per_year: Decline = 0.20  # decline to put back, share per year
left_out_idle_months_per_year: MonthsOfYear = 1.0  # idle months to put back, months per year
contract_shares: list[Share] = [0.0, 0.5, 1.0]  # capacity under contract, shares
contract_months: Months = 36  # length of the contract, months
frontier_price_ratios: list[Ratio] = [0.7, 1.6]  # cheapest and dearest server tried, over its price
frontier_utilizations: list[Share] = [0.7, 0.85]  # curves beside this page's utilization, shares
search_conventions: bool = True  # try all conventions against the printed table, yes or no

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
from analysis.rental import evaluate, load_case
from analysis.rental.faces import case_plots as plots
from analysis.rental.faces import case_tables as tables
from analysis.rental.faces import sensitivity_plots
from analysis.rental.faces import sensitivity_tables as texts
from analysis.rental.faces.calculator.markup import show_calculator
from analysis.rental.faces.equations import equations, measure_equations, symbols
from analysis.rental.faces.labels import meaning, quantity_text, value_text
from analysis.rental.model import outputs
from analysis.rental.questions.conventions import search
from analysis.rental.questions.printed_returns import printed_returns
from analysis.rental.questions.sensitivity.frontier import Curves, frontier
from analysis.rental.questions.sensitivity.spans import ENDS, Span, marginals
from analysis.rental.questions.sensitivity.tornado import tornado
from analysis.rental.questions.simulate.illustrative import illustrative
from analysis.rents.purchase import bridge
from analysis.reports import refuse_unknown_parameters, save_results
from analysis.units import MONTHS_PER_YEAR

refuse_unknown_parameters()
use_house_style()

# %%
assumptions = tables.assumptions_in(globals())
result = evaluate(assumptions)
measures = result.metrics.record()
remarks = result.remarks()

claims = data.load("claims").set_index("claim_id")
printed_start = claims.loc["sihan-2025-p36-01"]
printed_end = claims.loc["sihan-2025-p36-02"]
observed_declines = tuple(
    1 - printed_end["value_low"] / printed_start[["value_low", "value_high"]].astype(float)
)
declines = tables.rent_decline_break_evens(assumptions, wanted_equity_irr)
yearly, monthly = declines.iloc[0], declines.iloc[-1]

# %%
risk = None
if data.has_processed(bridge.TABLE):
    paths, is_supported = bridge.load_rent_forecast()
    if paths.shape[1] >= useful_life_years * MONTHS_PER_YEAR:
        risk = bridge.risk_by_contract(
            assumptions, paths, is_supported,
            contract_shares=contract_shares, contract_months=contract_months,
        )  # fmt: skip

# %%
verdict = "pays" if measures["equity_npv_cny"] > 0 else "does not pay"
payback = remarks.get("payback_source_years", outputs.shown(measures, "payback_source_years"))
show_answer(
    f"**On these assumptions it {verdict}: equity NPV is "
    f"{outputs.shown(measures, 'equity_npv_cny')} at {equity_discount_rate:.0%}, equity IRR "
    f"{remarks.get('equity_irr', outputs.shown(measures, 'equity_irr'))}, payback as the source "
    f"counts it: {payback}.** For an NPV of zero {outputs.bearable(yearly['npv_zero'])} "
    f"(if it moves month by month, {outputs.bearable(monthly['npv_zero'])}); for an equity IRR of "
    f"{wanted_equity_irr:.0%} {outputs.bearable(yearly['irr_wanted'])} (month by month, "
    f"{outputs.bearable(monthly['irr_wanted'])}). Within 2024 alone, the source itself says, rent "
    f"fell by {observed_declines[0]:.0%} to {observed_declines[1]:.0%}. "
    f"{outputs.chance_of_loss(risk)}"
)

# %% [markdown]
# ## What if you see it differently?
#
# The same model, to be moved here: it opens with the assumptions of this page.

# %%
show_calculator(assumptions)

# %% [markdown]
# ## What if rent moves as it has moved?
#
# The rent-trend report draws paths of rent from a forecast that was tested on what came. Each path is
# run through this server: how likely is it that equity loses money, that debt cannot be served, that
# the purchase never pays back, and what is a contract worth?

# %%
if risk is None:
    show_prose(
        "The rent forecast has not been built, or does not reach over the useful life: "
        "`python -m analysis build rent-trends` makes it. This section is left out."
    )
else:
    show(
        plots.plot_risk_by_contract(risk),
        name="risk",
        caption=f"Chances over {len(paths):,} rent paths, by the share of capacity whose rent a contract "
        f"holds for {contract_months} months; simulation error up to "
        f"{risk['simulation_error'].max():.1%}. Of {paths.shape[1]} months, a backtest could judge the "
        f"first {int(is_supported.sum())}.",
        alt="Grouped bars: chance of an equity loss, of debt service cover below one and of no payback, "
        "for each share of capacity under contract.",
        source="the rent-trend report and the rental model.",
    )

# %%
if risk is not None:
    chances = {"p_equity_irr_negative": "IRR below 0", "p_dscr_below_one": "DSCR below 1",
               "p_never_pays_back": "Never pays back"}  # fmt: skip
    quantiles = {"equity_irr_q05": "IRR, 5th percentile", "equity_irr_median": "IRR, median",
                 "equity_irr_q95": "IRR, 95th percentile"}  # fmt: skip
    show_table(
        risk[[*chances, *quantiles]],
        name="risk-table",
        caption="Equity IRR as a distribution: the rent of the day of purchase is this page's.",
        source="the rent-trend report and the rental model.",
        formats=dict.fromkeys(["contract_share", *quantiles], "{:.0%}")
        | dict.fromkeys(chances, "{:.1%}"),
        labels={"contract_share": "Under contract", **chances, **quantiles},
    )

# %% [markdown]
# ## What does one server earn?
#
# Revenue less operating cost is EBITDA; depreciation and interest are taken off before tax. All
# flows come at the end of the period; what is left after debt service goes to equity.

# %%
income = result.statement("income").droplevel("unit").rename_axis("CNY").add_prefix("Year ")
show_table(
    income,
    name="income-statement",
    caption="Income statement of one server, by year after purchase.",
    source="the rental model with the parameters of this page.",
    formats=dict.fromkeys(income.columns, "{:,.0f}"),
)

# %%
figure = plots.plot_equity_cash_flow(result)
show(
    figure,
    name="equity-cash-flow",
    caption=(
        f"Equity puts in {-result.opening('equity_cash_flow_cny')[0]:,.0f} CNY; payback on cash: "
        f"{remarks.get('payback_equity_years', outputs.shown(measures, 'payback_equity_years'))}."
    ),
    alt="Bars of cash to equity by year, negative at purchase, and a line of their running total.",
    source="the rental model with the parameters of this page.",
)

# %%
answers = outputs.table(measures, remarks)
show_table(
    answers,
    name="measures",
    caption="Every measure of this case; what does not exist is said in words.",
    source="the rental model with the parameters of this page.",
    labels={"measure": "Measure", "value": "Value"},
)

# %% [markdown]
# The same rent in the three ways it is quoted. Where a source quotes a rent per P without saying
# whether sparse operations count, both readings are possible and differ by two.

# %%
rents = tables.equivalent_rents(assumptions)
show_table(
    rents,
    name="billing-modes",
    caption="The first rent of this case in every billing mode, at full utilization.",
    source="the rental model; peak of the GPU from its data sheet (`gpu_specs`).",
    formats={"rent_cny": "{:,.2f}"},
    labels={"billed per": "Billed per", "rent_cny": "Rent, CNY"},
)

# %% [markdown]
# ## Is the printed table right?
#
# The source prints net margins with straight-line depreciation, a loss and margins with depreciation
# that it calls double-declining, and a payback. Each is compared at the precision of its print.

# %%
printed = printed_returns(claims.reset_index())
straight = evaluate(load_case("sihan-2025-straight-line"))
accelerated = evaluate(load_case("sihan-2025-printed-accelerated"))
declining = evaluate(load_case("sihan-2025-double-declining"))
reproduced = tables.reproduction(printed, straight, accelerated)
assert reproduced["is_reproduced"].all(), reproduced
show_table(
    reproduced[["printed_text", "computed_text"]],
    name="reproduction",
    caption=f"All {len(reproduced)} printed figures come out within half of their last digit.",
    source="printed: `sihan-2025`, paragraphs 40 and 41; computed: the rental model.",
    labels={"figure": "Figure", "printed_text": "Printed", "computed_text": "Computed"},
)

# %%
used = accelerated.assumptions
first_year = declining.metrics.net_profit_by_year_cny[0, 0]
amount_cny = used.server_price_cny * (1 - used.residual_value_share)
charged = ", ".join(
    f"{share:.0%}" for share in accelerated.line("depreciation_cny")[0] / amount_cny
)
show_prose(
    "The figures need conventions that are not printed: a residual value of "
    f"{used.residual_value_share:.0%}, equal principal over {used.useful_life_years:g} years with "
    "interest on the opening balance, a tax credit on the loss, no VAT, and a payback that counts net "
    "profit plus depreciation against the full price. And the second column needs another schedule "
    "than its label: double-declining balance on the full price would give a first-year result of "
    f"**{first_year:,.0f} CNY**, not {printed.accelerated_profit_cny:,.0f}. What was charged, year by "
    f"year, is {charged} of the depreciable amount: a sum-of-years'-digits schedule over "
    f"{used.depreciation_life_years:g} years, with nothing left for the last."
)

# %%
schedules = pd.DataFrame(
    {
        "straight-line": straight.line("depreciation_cny")[0],
        "double-declining balance (the label)": declining.line("depreciation_cny")[0],
        "as charged (four-year sum of digits)": accelerated.line("depreciation_cny")[0],
    },
    index=pd.RangeIndex(1, 6, name="year"),
)
show(
    plots.plot_schedules(schedules),
    name="schedules",
    caption="The column called double-declining balance charges nothing in its fifth year.",
    alt="Grouped bars of depreciation by year: straight-line is level, double-declining falls to a "
    "level end, the charged schedule falls in equal steps to nothing in year five.",
    source="`sihan-2025` and the rental model.",
)

# %% [markdown]
# ### How sure is that?
#
# Nothing was fitted. Residual value, debt tenor and form, interest base, loss treatment, VAT and every
# named depreciation schedule were combined, and each combination was held against all printed figures.

# %%
if search_conventions:
    found = search(printed, straight.assumptions)
    fits = found[found["n_reproduced"] == printed.n_figures]
    best = tables.runners_up(found)
    show_table(
        best,
        name="conventions",
        caption=f"{len(fits)} of {len(found):,} combinations ({tables.n_distinct(found):,} with figures "
        "of their own) reproduces all figures; the nearest of the others miss by more than half of a "
        "printed digit (misfit above 1).",
        source="search over named conventions with the rental model.",
        formats={"residual": "{:.0%}", "VAT": "{:.0%}", "misfit": "{:.2f}", "tenor": "{:.0f}"},
    )
else:
    show_prose("The search is left out of this scenario; the base case shows it.")

# %% [markdown]
# ## What did the table leave out?
#
# The table's rent never falls, never pauses and carries no VAT; its payback counts money that must
# repay the lender. Each omission is put back alone, then all together.

# %%
omitted = tables.left_out(
    straight.assumptions,
    rent_decline_per_year=left_out_rent_decline_per_year,
    idle_months_per_year=left_out_idle_months_per_year,
    vat_output_rate=vat_output_rate,
)
show(
    plots.plot_left_out(omitted),
    name="left-out",
    caption=f"All of it together turns an equity NPV of {omitted['equity_npv_cny'].iloc[0]:,.0f} CNY "
    f"into {omitted['equity_npv_cny'].iloc[-1]:,.0f} CNY.",
    alt="Horizontal bars of equity NPV: as printed, with each omission put back, and with all.",
    source="`sihan-2025` inputs; decline and idle months are parameters of this page.",
)

# %%
show_table(
    omitted,
    name="left-out-table",
    caption="What each omission does to return, payback and debt service cover.",
    source="`sihan-2025` inputs; decline and idle months are parameters of this page.",
    formats={"equity_npv_cny": "{:,.0f}", "equity_irr": "{:.1%}", "dscr_minimum": "{:.2f}",
             "payback_source_years": "{:.2f}", "payback_equity_years": "{:.2f}"},
    labels={"left out": "Put back", "equity_npv_cny": "Equity NPV, CNY", "equity_irr": "Equity IRR",
            "payback_source_years": "Payback as printed, years", "dscr_minimum": "Lowest DSCR",
            "payback_equity_years": "Payback of equity, years"},
    missing="never",
)  # fmt: skip

# %%
repaid = straight.line("principal_cny")[0, 0]
kept = straight.line("net_profit_cny")[0, 0] + straight.line("depreciation_cny")[0, 0]
show_prose(
    f"Of the {kept:,.0f} CNY that the printed payback counts in its first year, {repaid:,.0f} CNY repay "
    f"principal: {kept - repaid:,.0f} CNY reach the owner. Debt service cover is "
    f"{straight.metrics.dscr_minimum[0]:.2f} at its lowest if rent stays, and "
    f"{omitted['dscr_minimum'].iloc[1]:.2f} if it falls by {left_out_rent_decline_per_year:.0%} a year."
)

# %% [markdown]
# ## How fast may rent fall?
#
# Rent of year $t$ is $R_0 (1-d)^{t-1}$. The yearly rate $d$ at which equity just earns its discount
# rate depends on when the money is assumed to come, so three conventions stand side by side.

# %%
show_table(
    declines,
    name="rent-declines",
    caption="Constant yearly rent decline that this case can bear.",
    source="the rental model with the parameters of this page.",
    formats=dict.fromkeys(declines.columns, "{:.1%}"),
    labels={"timing": "Timing", "npv_zero": f"NPV is zero at {equity_discount_rate:.0%}",
            "irr_wanted": f"IRR is {wanted_equity_irr:.0%}", "dscr_one": "Lowest DSCR is 1"},
    missing="none",
)  # fmt: skip

# %%
returns = tables.returns_by_decline(assumptions, np.linspace(0.0, 0.6, 121))
show(
    plots.plot_decline(returns, observed_declines),
    name="rent-decline",
    caption="Equity NPV is zero at a yearly decline between "
    f"{outputs.percent(declines['npv_zero'].min())} and {outputs.percent(declines['npv_zero'].max())}, "
    f"by timing; the source reports {observed_declines[0]:.0%} to {observed_declines[1]:.0%} for 2024.",
    alt="Equity NPV against the yearly rent decline for three timing conventions, all falling; a band "
    "marks the declines printed for 2024.",
    source="the rental model; band: `sihan-2025`, paragraph 36.",
)

# %% [markdown]
# ## What happened to the rent since?
#
# The printed table assumes that rent stands still. These are the quotes for a server with eight H100
# in China that have a source; several contradict each other, and are flagged.

# %%
quotes = tables.server_month_quotes(data.load("rent_quotes_cny"), "H100")
show_table(
    quotes,
    name="quotes",
    caption="Quoted rents of an 8xH100 server in China.",
    source="`rent_quotes_cny`; each row's source is named.",
    formats={"low": "{:,.0f}", "high": "{:,.0f}"},
    labels={"date": "Date", "low": "Low, CNY", "high": "High, CNY", "flag": "Flag",
            "source_id": "Source"},
    missing="",
)  # fmt: skip

# %%
printed_rent = claims.loc["sihan-2025-p36-04", "value_low"]
published = str(data.sources().loc["sihan-2025", "published_date"])[:10]
bearable = tables.rent_decline_break_evens(straight.assumptions, wanted_equity_irr).iloc[0][
    "npv_zero"
]
since = quotes[quotes.index > published]
years_since = tables.years_between(published, quotes.index[-1])
stressed = printed_rent * (1 - bearable) ** years_since
flat_is_nearer = abs(since["low"].iloc[-1] - printed_rent) < abs(since["low"].iloc[-1] - stressed)
show_prose(
    f"The {len(since)} quotes after the table was published lie between {since['low'].min():,.0f} and "
    f"{since['high'].max():,.0f} CNY, {since['low'].min() / printed_rent - 1:+.0%} to "
    f"{since['high'].max() / printed_rent - 1:+.0%} of the {printed_rent:,.0f} it assumes. At the "
    f"decline that brings its equity NPV to zero, rent would stand at {stressed:,.0f} CNY after "
    f"{years_since:.1f} years: the last quote is nearer to the "
    f"{'flat rent' if flat_is_nearer else 'break-even decline'}. A constant decline is a stress test, "
    "not a forecast; how rents moved is the question of the rent-trend report."
)

# %% [markdown]
# ## What moves the answer most?
#
# Each assumption is moved alone from a low to a high quantile, the others as on this page. The widths
# are illustrative: none of them has a source. What they say is which number to find out first.

# %%
widths = marginals(illustrative(assumptions))
moved = tornado(assumptions, widths.spans)
first, second = moved.frame.index[:2]
most = moved.frame.iloc[0]
crossing = moved.frame.index[moved.frame["crosses"].eq(True)].map(meaning).tolist()
show(
    sensitivity_plots.plot_tornado(moved),
    name="tornado",
    caption=f"Equity NPV moves most with the {meaning(first)}, then with the {meaning(second)}; at the "
    f"bars, the {ENDS[0]:.0%} and {ENDS[1]:.0%} quantiles of each assumption.",
    alt="Horizontal bars, one an assumption, widest first: equity NPV at the low and at the high end of "
    "the assumption, from a line at its value on this page; a dashed line marks an NPV of zero.",
    source="the rental model with the parameters of this page; illustrative widths.",
)

# %%
show_prose(
    f"From {value_text(first, most['low'])} to {quantity_text(first, most['high'])} of the "
    f"{meaning(first)}, equity NPV changes by {most['swing']:,.0f} CNY. "
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
    labels={"assumption": "Assumption", "assumed": "Assumed", "break_even": "Break-even",
            "unit": "Unit"},
)  # fmt: skip

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
# ## How is the model put together?
#
# Every line is declared once; these equations and the numbers above come from the same declaration.

# %%
core = (
    "rent_index", "revenue_quoted_cny", "ebitda_cny", "depreciation_cny", "interest_cny",
    "profit_before_tax_cny", "income_tax_cny", "net_profit_cny", "cfads_cny",
    "equity_cash_flow_cny", "equity_present_value_cny",
)  # fmt: skip
show_equations([line[:2] for line in equations(result.declaration, *core)], name="model")

# %% [markdown]
# What is measured follows from running totals over the life, $n$ being its last period: the payback as
# the source counts it, the covers of debt, and the cost of a GPU-hour. An $\varepsilon$ of a billionth
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
    source="the declaration of the rental model.",
    folded=True,
    formats={"symbol": "markdown", "formula": "markdown"},
    labels={"symbol": "Symbol", "meaning": "Meaning", "formula": "Formula", "unit": "Unit",
            "name": "Name in code"},
)  # fmt: skip

# %% [markdown]
# ## Limits
#
# - One server, one customer price: no network, storage or staff of a cluster unless they are in the
#   operating cost, and no cost of winning customers.
# - Rent, price and life are assumptions here, not estimates; the rent-trend report gives their history.
# - Flows come at the end of a period and taxes without delay; deposits and payment terms are left out.
# - Prices of export-controlled GPUs in China are second-hand reports.
# - A constant decline is a convenience; the rent-trend report shows what has happened instead.

# %% [markdown]
# ## References
#
# - `sihan-2025`: industry note on compute rental, 2025-04-12, its return table after Tianfeng
#   Securities, 2025-04-11.
# - IRS Publication 946, table A-1 (MACRS).
# - Descartes' rule of signs and Vincent's theorem, for the proof that no rate of return is missing.

# %%
save_results(
    {
        **{name: measures[name] for name in outputs.OUTPUTS},
        "equity_irr_status": measures["equity_irr_status"],
        "rent_decline_npv_zero_yearly": outputs.number(yearly["npv_zero"]),
        "rent_decline_npv_zero_monthly": outputs.number(monthly["npv_zero"]),
        "rent_decline_irr_wanted_yearly": outputs.number(yearly["irr_wanted"]),
        "rent_decline_irr_wanted_monthly": outputs.number(monthly["irr_wanted"]),
        "n_figures_reproduced": int(reproduced["is_reproduced"].sum()),
        "p_equity_irr_negative": None
        if risk is None
        else float(risk["p_equity_irr_negative"].iloc[0]),
        "p_dscr_below_one": None if risk is None else float(risk["p_dscr_below_one"].iloc[0]),
    },
    headline=f"It {verdict}: equity NPV {outputs.shown(measures, 'equity_npv_cny')}, equity IRR "
    f"{remarks.get('equity_irr', outputs.shown(measures, 'equity_irr'))}. For an NPV of zero "
    f"{outputs.bearable(yearly['npv_zero'])}.",
)
