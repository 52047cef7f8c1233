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
# # Who entered the rental market, on what terms, and what became of it?
#
# By late 2024 listed companies of many trades in China rented out computing for AI. Here are how many,
# what became of their orders, what a rent in each order comes to, how large the market is said to be, and
# what a server would have earned under the rents since. Names such as `yiou-2024` and `sihan-2025` stand
# for the documents read, a survey of October 2024 and an article of April 2025; the page of sources lists
# them all.

# %% tags=["parameters"]
from analysis.reports.notebook.parameter_types import Decline, ServerGpu, Share

gpu: ServerGpu = "H100"  # GPU whose server rents in China are followed, name
server_price_cny: float = 2000000.0  # price where an order states no servers, CNY per server
utilization: float = 1.0  # share of all hours that are billed, share
debt_share: float = 0.70  # debt over price paid, share
stress_decline_per_year: Decline = 0.20  # decline beyond the last quote, share per year
hours_sold: list[Share] = [0.9, 0.6, 0.2]  # hours sold where billed by the hour, shares

# %%
from analysis.reports import refuse_unknown_parameters

refuse_unknown_parameters()

# %%
import pandas as pd

from analysis.data import load
from analysis.figures import (
    show,
    show_answer,
    show_equations,
    show_prose,
    show_table,
    use_house_style,
)
from analysis.printed import Book
from analysis.printed.wording import span
from analysis.rental import Assumptions, evaluate
from analysis.rental.faces import case_words as words
from analysis.rental.questions import full_cost
from analysis.rental_market import (
    became,
    billing_modes,
    cheap_power,
    entrants,
    history,
    orders,
    plans,
    sizes,
)
from analysis.rental_market import market_plots as plots
from analysis.rents import last_priced_month, server_price_by_month
from analysis.reports import save_results

use_house_style()

# %% [markdown]
# A server here holds eight GPUs, the chips that compute. A P is a rate of computing, $10^{15}$ operations a
# second; a chip that skips zeros is said to do twice as many (sparse) as one that does not (dense).
# Everything below starts from printed figures; what an order does not print is a parameter of this page.

# %%
book = Book()
entered = entrants.entries(book)
earned = entrants.earnings_of_2024(book)
since = entrants.reported_since(book)
terms = orders.orders(book, server_price_cny)
rents = history.server_rents(load("rent_quotes_cny"), gpu)
market = sizes.sizes(book)
ceiling = sizes.ceiling_by_chips(book)

# %%
server = Assumptions(
    server_price_cny=server_price_cny,
    utilization=utilization,
    debt_share=debt_share,
    rent_cny_per_server_month=float(rents.iloc[0]),
    loss_treatment="carried_forward",
)
prices = server_price_by_month(load("server_facts"), load("fx"), gpu, rents.index)
newest = history.newest_month(rents, last_priced_month(load("server_facts"), gpu))
flat = history.vintages(rents, prices, server)
stressed = history.vintages(rents, prices, server, stress_decline_per_year)
bought_newest = history.bought_in(newest, rents, prices, server)
sourced = full_cost.sourced_costs(load("server_facts"), load("fx"), load("outcomes"))
whole = full_cost.together(bought_newest, full_cost.cluster_additions(bought_newest, sourced))
npv_whole = float(evaluate(whole).metrics.project_npv_cny[0])
rent_for_whole = full_cost.break_even_rent(whole)
ways = billing_modes.side_by_side(bought_newest, hours_sold)
lease = next(term for term in terms if term.kind == "rents in")
paid = lease.rent_cny_per_server_month.middle
months = int(book.named("sihan-2025-p48-02").value)
start = max(pd.Period("2025-03", "M"), rents.index[0])
sublet = history.sublet_margin(rents, paid, start, months)
known = sublet.loc[: rents.index[-1]]

# %% [markdown]
# A server's net present value (NPV) is what its rents bring after costs, less its price, $\mathrm{NPV} = -P + \sum_t F_t / (1 + r)^t$, with its
# price $P$ and cash flows $F_t$ in the month of purchase and after, at the discount rate $r$: once with rents that
# stay, once with rents that fall every year by the decline that the parameters state.

# %%
quoted = load("rent_quotes_cny")
of_year = quoted[quoted["gpu"].eq(gpu) & quoted["quote_date"].dt.year.eq(rents.index[-1].year)]
per_source = of_year["source_id"].value_counts(normalize=True)
from_main = "all" if len(per_source) == 1 else f"{per_source.iloc[0]:.0%}"
main_source = load("sources").set_index("source_id").loc[per_source.index[0], "title"].split(",")[0]
loss = earned["made a loss"]
ended, signed_2025 = (
    int(book.named(f"lotus-2025-contracts-{which}-number").value)
    for which in ("terminated", "signed")
)
largest = book.named("lotus-2025-contract-largest-terminated").value
all_ended = book.named("lotus-2025-contracts-terminated").value
possible = book.named("yiou-2024-p41-01")
potential = possible.value
bought_first, bought_last = flat.iloc[0], flat.loc[newest]
verdict = words.verdict(bought_last["project_npv_cny"], bought_last["server_price_cny"])
counted_in = book.named("yiou-2024-p11-01").period[:7]
lowest = (
    ""
    if rents.idxmin() == rents.index[-1]
    else (f", the lowest {rents.min():,.0f} in {rents.idxmin()}")
)
answer = (
    f"{entered.sum()} listed companies in China had begun to rent out computing by {counted_in}; the largest "
    f"order named in 2025 was ended before anything was bought. A server bought in {newest}, at its "
    f"price and rent, {verdict} without debt if its rent stays."
)
show_answer(
    f"**{answer}** "
    f"How sure: few quotes, {from_main} of those of {rents.index[-1].year} from one source, {main_source}.\n\n"
    f"If rents fall by {stress_decline_per_year:.0%} a year the server loses "
    f"{words.millions(-stressed.loc[newest]['project_npv_cny'])}. With the whole cost of a cluster, as the "
    f"report on one server counts it, its NPV is {words.millions(npv_whole)} if rents stay, and zero at a "
    f"first rent of {rent_for_whole:,.0f} CNY a month. One bought in {flat.index[0]}, at its price "
    f"and rent, has an NPV of {words.millions(bought_first['project_npv_cny'])}. Rents went from "
    f"{rents.iloc[0]:,.0f} CNY a server-month in {rents.index[0]} to "
    f"{rents.iloc[-1]:,.0f} in {rents.index[-1]}{lowest}. Of the {loss.whole} companies new in 2024, "
    f"{loss.n} made a loss in its first half, in all their business. Lotus Holdings, one of the companies, "
    f"ended {ended} of the {signed_2025} contracts it signed in 2025; one of them was {largest / all_ended:.0%} of the value ended."
)

# %% [markdown]
# ## Who entered, and who earned?

# %%
show_table(
    entered.to_frame(),
    name="entries",
    caption="Listed companies that rent out computing, by when they entered.",
    source="`yiou-2024`, paragraphs 11, 15 and 16; those before are the difference.",
)

# %%
show(
    plots.plot_earnings(earned),
    name="earnings",
    caption=f"Of {loss.whole} entrants of 2024, {loss.n} made a loss in its first half: whole companies, "
    "of which computing is a small part.",
    alt="Bars of shares of the entrants of 2024 that made a loss, made a profit, earned more than 50 and "
    "more than 100 million CNY.",
    source="`yiou-2024`, paragraphs 26 and 28: all of them, so no sampling error.",
)

# %% [markdown]
# The survey sorts them into four kinds: cloud providers, operators of data centers, companies able to build these,
# and entrants from other trades. They buy servers to rent out, or build a computing center of their own.

# %%
losses = entrants.named_losses(book)
on_market = book.named("yiou-2024-p17-03").value
show_table(
    losses,
    name="named-losses",
    caption="Net profit of the entrants whose losses are named, in all their business.",
    source="`yiou-2024`, paragraphs 26 and 27; reports as listed in `outcomes`.",
    missing="not found",
)
show_prose(
    f"On the stock market all {entered.sum()} together were worth {span(on_market, on_market, 'CNY')} in "
    f"{counted_in}, {on_market / potential:.0f} times the rental market that the same survey calls possible in "
    f"{possible.period}: they are whole companies, most of whose business is another."
)

# %% [markdown]
# A first half says little. Of named companies some have since reported the computing business apart; a gross margin
# is $1 - C/R$, and the interest on the servers stands below it.

# %%
show_table(
    since,
    name="reported-since",
    caption="What named companies reported of their computing business.",
    source="annual and half-year reports and answers to exchanges, as listed in `outcomes`.",
    missing="not reported",
)

# %%
lotus = since.loc[("Lotus Holdings (莲花控股)", "2024")]
interest = book.named("lotus-2024-interest").value
show_prose(
    f"Gross margins are high where depreciation is the only cost counted: Lotus made "
    f"{lotus['gross_margin']:.0%} of {span(lotus['revenue_cny'], lotus['revenue_cny'], 'CNY')} in 2024, "
    f"paid {span(interest, interest, 'CNY')} of interest, and lost "
    f"{span(-lotus['net_profit_cny'], -lotus['net_profit_cny'], 'CNY')}."
)

# %% [markdown]
# ## What do the orders come to?
#
# The value of a contract, divided by its servers and months or by its P and years, gives a rent; a price
# divided by servers, a cost. The article of April 2025 also prints what one server is to earn, its return
# table, which assumes both.

# %%
show_equations(
    [
        (
            "rent of a contract",
            r"R = \frac{V}{(1 + \mathrm{VAT}) \cdot 12 N \cdot n},\quad n = \frac{I}{P}",
            "contract value V over N years and the servers n that the investment I buys at price P",
        ),
        (
            "rent of a lease",
            r"R = \frac{L}{n \cdot m}",
            "lease payments L over n servers, m months",
        ),
        (
            "rent of a P",
            r"R_{\mathrm{P}} = \frac{2 \cdot \text{revenue of half a year}}{\text{P at its end, or at its start}}",
        ),
    ],
    name="implied-rents",
)

# %%
in_words = orders.orders_table(terms)
bought = in_words["kind"] == "buys"
show_table(
    in_words[~bought].drop(columns="price"),
    name="orders",
    caption="Orders as rent per server-month or P-year.",
    source="`sihan-2025` and `outcomes`.",
    missing="",
)

# %%
show_table(
    in_words.loc[bought, ["order", "price"]],
    name="purchases",
    caption="Purchases as price per server.",
    source="`notes-2025`, `kaiyuan-2024`, `server_facts` and `outcomes`.",
    labels={"order": "Purchase"},
)

# %% [markdown]
# Do the contracts agree with that table? Its rent times twelve over the price is the yearly revenue
# $y = 12 R / P$ of a yuan spent; the contracts give theirs. A P-year becomes a server-month through the P of a server,
# $R = R_{\mathrm{P}} \cdot n_{\mathrm{P}} / 12$, which is twice as many where sparse operations count.

# %%
contract = next(term for term in terms if term.yearly_revenue_over_price is not None)
per_p = next(term.rent_cny_per_p_year for term in terms if term.rent_cny_per_p_year is not None)
dense, sparse = (
    orders.per_server_month(per_p, precision, server.pflops_per_gpu)
    for precision in ("fp16_dense", "fp16_sparse")
)
table_rent = book.named("sihan-2025-p36-04").value
show_prose(
    f"The return table assumes {table_rent:,.0f} CNY a server-month and a yearly revenue of "
    f"{12 * table_rent / server_price_cny:.2f} of the price; the contract it was written beside comes to "
    f"{contract.yearly_revenue_over_price.middle:.2f}. Litong's {per_p.low:,.0f} to "
    f"{per_p.high:,.0f} CNY a P-year are {dense.low:,.0f} to {dense.high:,.0f} a server-month if a P counts "
    f"dense operations and {sparse.low:,.0f} to {sparse.high:,.0f} if it counts sparse ones."
)

# %%
show(
    plots.plot_rents(
        rents,
        {
            "assumed in the return table": table_rent,
            "paid by Lotus for servers to sublet": paid,
            "implied by the terminated contract": contract.rent_cny_per_server_month.middle,
        },
    ),
    name="rents-and-orders",
    caption=f"In {start}, the month in which orders are compared, the rent stood {rents[start] / rents.min() - 1:.0%} "
    f"above its lowest of {rents.min():,.0f} CNY in {rents.idxmin()}.",
    alt=f"Line of the monthly rent of an 8x{gpu} server in China with dots at quoted months, from "
    f"{rents.iloc[0]:,.0f} over {rents.min():,.0f} to {rents.iloc[-1]:,.0f} CNY, and dashed lines at the rents "
    "that orders imply.",
    source="`rent_quotes_cny`, months between quotes interpolated; orders as above.",
)

# %% [markdown]
# Other announcements print too little for a rent. What they would take is worked out where it can be.

# %%
show_table(
    plans.plans(book, server_price_cny, server.n_gpus * server.pflops_per_gpu),
    name="plans",
    caption="Announced, without what a rent could be worked out from.",
    source="`sihan-2025`, paragraphs 43 to 52, and `outcomes`; servers of eight with the price and peak "
    "of this page, the fewer if a P counts sparse operations.",
    missing="",
)

# %% [markdown]
# ## What became of the companies named in April 2025?
#
# Every listed company of the survey (`sihan-2025`) and one exit named elsewhere (`yiou-2024`). Revenue
# since is of all computing: no company says which order it comes from.

# %%
named = became.became(book)
n_of = became.counts(named)
show_table(
    named,
    name="became",
    caption=f"Of {sum(n_of.values())} companies in the survey, the order of {n_of.get('ended', 0)} ended whole and "
    f"contracts of {n_of.get('ended in part', 0)} in part; of {n_of.get('not known', 0)} nothing is known.",
    source="said: as in the last column, by paragraph; since: reports and press in `outcomes`.",
    labels={
        "said": "Order or plan",
        "since": "Known since",
        "became": "Became",
        "source": "Said in",
    },
    missing="not yet",
)

# %% [markdown]
# ## What does each way of billing come to?
#
# Three ways are named (`sihan-2025`): a server for a month, a P for a year, a GPU for an hour. The first
# two are paid for whether used or not. Hours are paid for as far as they are sold. Rents here are at par:
# with every hour billed, all three bring the same.

# %%
show_table(
    ways,
    name="billing",
    caption=f"One {gpu} server bought in {newest}, billed three ways at one rent, without debt.",
    source="the rental model with the parameters of this page; rent and price of the month as above. "
    "Hours sold are assumed. A P counts dense or sparse operations.",
    formats={
        "rent_cny": "{:,.1f}",
        "gpu_hours_billed": "{:,.0f}",
        "project_npv_cny": "{:,.0f}",
        "break_even_rent_cny": "{:,.1f}",
        "break_even_hours": "{:.0%}",
    },
    labels={
        "billed": "Billed",
        "idle_time": "Idle time borne by",
        "rent_cny": "Rent a unit, CNY",
        "gpu_hours_billed": "GPU-hours billed a year",
        "revenue_cny": "Revenue, first year, CNY",
        "project_npv_cny": "Project NPV, CNY",
        "break_even_rent_cny": "Break-even rent a unit, CNY",
        "break_even_hours": "Break-even hours billed",
    },
    missing="none",
)

# %%
by_month, p_dense, p_sparse = ways.index[:3]
enough = ways.loc[by_month, "break_even_hours"]
bought_then = history.bought_in(start, rents, prices, server)
then = billing_modes.side_by_side(bought_then, hours_sold)["break_even_rent_cny"]
in_use = load("server_facts").query("item == 'new AI computing capacity, China'").iloc[0]
show_prose(
    f"By the hour the operator bears idle time: at this rent {billing_modes.hours_needed(enough)}. Of "
    f"new AI computing capacity in China {in_use['qualifier']} {in_use['value_high']:.0%} was said to be in "
    f"use at the end of {in_use['fact_date'].year} (`{in_use['source_id']}`), of all owners and not of "
    f"hours sold. By the P, what counts is the P: Litong's {per_p.low:,.0f} to {per_p.high:,.0f} CNY "
    f"of 2025 stand against a break-even of {then[p_dense]:,.0f} for this GPU bought in {start} and rented "
    f"as since, if a P counts dense operations, {then[p_sparse]:,.0f} if sparse; which chips it rents out "
    "is not told. Running costs are a share of revenue here and fall with it, which flatters idle hours. "
    "None of the documents read describes a share of the customer's revenue in place of a rent."
)

# %% [markdown]
# ## What is cheap power worth?
#
# Parallel Technology plans a site in Inner Mongolia (算海) and prints cabinets, the largest cluster and a
# tariff (`notes-2025`, paragraph 5); whether it was built, no document read says. Its GPUs are taken to be
# this page's, in servers of the model's power. Electricity is the only running cost counted here, so that
# these present values lie above the page's own; their difference is what counts.

# %%
worth = cheap_power.tariff_worth(book, bought_newest)
carried = cheap_power.racks(book, server)
gained = worth["project_npv_cny"].diff().iloc[-1]
show_table(
    worth,
    name="cheap-power",
    caption=f"A server at the model's tariff and at the site's, bought in {newest}, without debt.",
    source="`notes-2025`; the rental model, electricity its only running cost.",
    formats={
        "tariff_cny_per_kwh": "{:.3f}",
        "electricity_cny": "{:,.0f}",
        "share_of_first_rent": "{:.1%}",
        "project_npv_cny": "{:,.0f}",
    },
    labels={
        "tariff": "Tariff",
        "tariff_cny_per_kwh": "CNY per kWh",
        "electricity_cny": "Electricity a year, CNY",
        "share_of_first_rent": "Share of the first rent",
        "project_npv_cny": "Project NPV, CNY",
    },
)

# %%
show_prose(
    f"The tariff is worth {words.millions(gained)} a server of {words.millions(bought_last['server_price_cny'])} "
    f"over its life. If {book.named(cheap_power.GPUS).value:,.0f} GPUs fill "
    f"{book.named(cheap_power.CABINETS).value:,.0f} cabinets, each holds {carried['gpus_per_cabinet']:.0f} and "
    f"carries {carried['kw_per_cabinet']:.0f} kW, {carried['site_mw']:.0f} MW for the site with its own use."
)

# %% [markdown]
# ## What would they have earned since?
#
# A server bought in any month, with as much of its price borrowed as in the article's table, and rented month
# by month at the rents since, with rents flat after the last quote or falling.

# %%
show(
    plots.plot_vintages(
        {
            "rents stay after the last quote": flat,
            f"rents fall by {stress_decline_per_year:.0%} a year": stressed,
        }
    ),
    name="vintages",
    caption="What the first months of high rent added, and what a decline from here would take.",
    alt="Two lines of equity's net present value by month of purchase, one for rents that stay after the "
    "last quote, one lower for rents that fall.",
    source="the rental model with the parameters of this page; rents as above.",
)

# %% [markdown]
# An order fixes its rent. Beside it stand the rent that was asked for such a server since, and what the
# server would be worth to its owner at either.

# %%
with_vat = 1 + orders.VAT_ON_SERVICES  # quotes and leases name what the customer pays
signed = {
    "Huatie, rented out": (with_vat * contract.rent_cny_per_server_month.middle, start),
    "Lotus, leased in to sublet": (paid, start),
}
against = history.orders_under_history(signed, rents, prices, server, stress_decline_per_year)
show_table(
    against.drop(columns="signed"),
    name="orders-under-history",
    caption=f"Rents fixed in {start} beside the rents since, and equity NPV of one server at each, CNY.",
    source="the rental model with the parameters of this page; orders and rents as above. The lessor "
    "owns what is leased in.",
    labels={"rent_cny": "Rent a month"},
)

# %%
margin = known["margin_cny"]
running = server.operating_cost_share_of_revenue * known["rent_earned_cny"]
after_running = (margin - running).mean() / paid
n_quoted = len(known.index.intersection(rents.attrs["quoted"]))
show_prose(
    f"A calculation, not a history: had servers leased in at {paid:,.0f} CNY a month been sublet at these "
    f"rents, {margin.mean() / paid:+.1%} of the rent paid would have been left over {len(known)} months, "
    f"and {after_running:+.1%} after the return table's running cost, before any idle month. Only "
    f"{n_quoted} of these months have a quote; the others are interpolated."
)

# %% [markdown]
# ## How large is the market said to be?

# %%
show(
    plots.plot_sizes(market),
    name="sizes",
    caption=f"The largest is {market['size_cny_bn'].max() / market['size_cny_bn'].min():,.0f} times the "
    "smallest; they speak of different things.",
    alt="Market sizes by year on a log scale, a marker for each scope and growth per year on each "
    f"line, from {market['size_cny_bn'].min():,.0f} to {market['size_cny_bn'].max():,.0f} billion CNY.",
    source="`kaiyuan-2024`, `notes-2025`, `yiou-2024`, `caijing-2025`, IDC as quoted (`outcomes`); a light "
    "dot marks a size worked back from growth.",
)

# %%
growth = sizes.growth_by_scope(market)
show_table(
    market.set_index("scope"),
    name="sizes-table",
    caption="Statements of market size in China.",
    source="`kaiyuan-2024`, `notes-2025`, `yiou-2024`, `caijing-2025`, IDC as quoted (`outcomes`); dollars "
    "at the average rate of the year.",
)

# %%
show_prose(
    f"Growth per year is {growth.min():.0%} to {growth.max():.0%} where two sizes of one scope are "
    f"stated; capacity for AI computing is said to grow by "
    f"{book.named('notes-2025-p05-26').value:.0%} a year to 2028. A rental market of {potential / 1e9:.0f} bn CNY in 2026 would take more than is there: four "
    f"years of chips like those of 2024, rented out in the share that `sihan-2025` states, each at the "
    f"rent of an H100, come to {ceiling / 1e9:.0f} bn CNY, {ceiling / potential:.0%} of it."
)

# %% [markdown]
# ## Limits
#
# - Rents in China are quoted in few months; between them the line is drawn, not seen. Contradicting
#   quotes of one month are averaged.
# - A server is priced in its month of purchase by dated prices, interpolated: list prices abroad, and
#   second-hand prices in China for 2026.
# - Most orders print neither chip nor servers. What had to be assumed stands beside each.
# - Companies report computing with equipment sales inside or outside; margins are not of one kind.
# - The names of companies were translated twice by machine in one source; counts are as printed.

# %% [markdown]
# ## References
#
# - `yiou-2024`, `sihan-2025`, `kaiyuan-2024`, `notes-2025`, `caijing-2025`; reports and press in `outcomes`.

# %%
save_results(
    {
        "n_listed_companies": int(entered.sum()),
        "n_entrants_2024": int(entered.iloc[-1]),
        "share_with_loss": loss.share,
        "lotus_gross_margin_2024": lotus["gross_margin"],
        "lotus_contracts_ended": ended,
        "lotus_contracts_signed": signed_2025,
        "lotus_largest_share_of_value_ended": largest / all_ended,
        "month_of_last_vintage": str(newest),
        "rent_last_vintage_cny_per_server_month": bought_last["first_rent_cny"],
        "server_price_last_vintage_cny": bought_last["server_price_cny"],
        "project_npv_last_vintage_cny": bought_last["project_npv_cny"],
        "project_npv_last_vintage_stressed_cny": stressed.loc[newest]["project_npv_cny"],
        "project_npv_last_vintage_full_cost_cny": npv_whole,
        "rent_break_even_last_vintage_full_cost_cny_per_server_month": rent_for_whole,
        "month_of_first_quote": str(rents.index[0]),
        "month_of_last_quote": str(rents.index[-1]),
        "rent_first_cny_per_server_month": float(rents.iloc[0]),
        "rent_last_cny_per_server_month": float(rents.iloc[-1]),
        "equity_npv_first_vintage_cny": bought_first["equity_npv_cny"],
        "equity_npv_last_vintage_cny": bought_last["equity_npv_cny"],
        "equity_npv_first_vintage_stressed_cny": stressed.iloc[0]["equity_npv_cny"],
        "equity_npv_last_vintage_stressed_cny": stressed.loc[newest]["equity_npv_cny"],
        "implied_rent_contract_cny_per_server_month": contract.rent_cny_per_server_month.middle,
        "rent_paid_lease_cny_per_server_month": paid,
        "sublet_margin_to_rent_paid": margin.mean() / paid,
        "quotes_over_contract_rent": against.iloc[0]["quote_over_rent"],
        "equity_npv_contract_cny": against.iloc[0]["npv_at_rent_cny"],
        "equity_npv_contract_at_quotes_cny": against.iloc[0]["npv_at_quotes_cny"],
        "rent_litong_low_cny_per_p_year": per_p.low,
        "rent_litong_high_cny_per_p_year": per_p.high,
        "sublet_margin_after_running_cost": after_running,
        "sublet_months": len(known),
        "sublet_months_quoted": n_quoted,
        "npv_of_cheap_power_cny_per_server": gained,
        "kw_per_cabinet_of_planned_site": carried["kw_per_cabinet"],
        "n_companies_named": sum(n_of.values()),
        "n_orders_ended": n_of.get("ended", 0),
        "n_orders_ended_in_part": n_of.get("ended in part", 0),
        "n_outcomes_not_known": n_of.get("not known", 0),
        "break_even_hours_sold": enough,
        "break_even_rent_cny_per_server_month": ways.loc[by_month, "break_even_rent_cny"],
        "break_even_rent_cny_per_p_year_dense": ways.loc[p_dense, "break_even_rent_cny"],
        "break_even_rent_cny_per_p_year_sparse": ways.loc[p_sparse, "break_even_rent_cny"],
        "market_ceiling_cny": ceiling,
        "market_ceiling_to_potential": ceiling / potential,
    },
    headline=answer,
)
