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
# # How much does a rent depend on its terms, and on who measures it?
#
# "The rent" of a GPU is three things: what a rate card asks, what a customer commits to for a year or
# more, and what is agreed. They stand apart and they move apart. This page puts them side by side for
# one GPU, says what a longer commitment saves, and asks whether a purchase still pays at the lowest
# and at the highest of the indices that were published for one day.

# %% tags=["parameters"]
from analysis.reports.notebook.parameter_types import Day, Decline, Month, TermGpu

gpu: TermGpu = "H100"  # GPU whose rents are compared, name
first_month: Month = "2025-07"  # first month of the window, year-month
last_month: Month = "2026-09"  # last month of the window, year-month
day_of_indices: Day = "2026-10-05"  # day whose published indices are compared, year-month-day
stress_decline_per_year: Decline = 0.20  # decline of the rent in the second case, share per year

# %%
from analysis.reports import refuse_unknown_parameters

refuse_unknown_parameters()

# %%
import pandas as pd

from analysis.data import load
from analysis.figures import show, show_answer, show_prose, show_table, use_house_style
from analysis.rental import Assumptions
from analysis.rental.faces import case_words as words
from analysis.rents import last_priced_month, server_price_by_month
from analysis.rents.faces import term_plots as plots
from analysis.rents.faces import term_words
from analysis.rents.purchase.by_index import by_index
from analysis.rents.quotes import term_structure
from analysis.rents.quotes.gathered import gathered_quotes
from analysis.reports import save_results

use_house_style()

# %% [markdown]
# A discount is $1 - p_m / p_0$, with $p_m$ the hourly price under a commitment of $m$ months and $p_0$ the price
# on demand of the same provider on the same day.

# %%
quotes, offered = gathered_quotes(), load("rent_terms")
kinds = term_structure.by_kind(quotes, gpu, since=first_month, until=last_month)
ladder = term_structure.ladder(offered, gpu)
saved = term_structure.discounts(ladder)
leased = term_structure.leases(offered, gpu)
indices = term_structure.indices_of_day(quotes, gpu, day_of_indices)

# %%
facts = load("server_facts")
priced = last_priced_month(facts, gpu)
price = server_price_by_month(facts, load("fx"), gpu, pd.PeriodIndex([priced], freq="M")).iloc[0]
months_apart = abs((pd.Period(day_of_indices, "M") - priced).n)
is_of_its_time = len(indices) > 1 and months_apart <= 1
server = Assumptions(server_price_cny=float(price), periods_per_year=12)
answers = by_index(server, indices if is_of_its_time else indices.iloc[:0], stress_decline_per_year)

# %%
apart = term_words.apart(indices)
show_answer(
    f"**{term_words.moved_apart(kinds, gpu)}** {term_words.saved(saved)} "
    f"{term_words.indices(indices, day_of_indices)} How sure: {len(kinds)} series, none of them a "
    "record of what all customers paid."
)

# %% [markdown]
# A point is one provider's list price under one commitment. The further a point lies below those on
# demand, the more its commitment saves; points of one commitment that lie apart are providers that differ.

# %%
show(
    plots.plot_ladder(ladder),
    name="ladder",
    caption=f"{gpu} on 2026-09-19, list prices by length of commitment.",
    alt="Points by length of commitment, from spot over on demand to five years, a color for each kind "
    "of provider: committed prices lie below those on demand, spot lies lowest.",
    source="`rent_terms`.",
)

# %% [markdown]
# ## List, contract, transaction
#
# Each series is compared with itself, from its lowest month to its last one: no level of one is set
# against a level of another. An index that its source makes in two ways has two rows.

# %%
show_table(
    kinds,
    name="kinds",
    caption=f"{gpu}, {first_month} to {last_month}: from the lowest month to the last one.",
    source="`rent_quotes_usd`; sources as named there.",
    labels={
        "lowest": "Lowest in",
        "from_usd": "USD per GPU-hour",
        "last": "Last",
        "to_usd": "USD then",
    },
    formats={"from_usd": "{:.2f}", "to_usd": "{:.2f}", "change": "{:+.0%}"},
)

# %% [markdown]
# ## What does a commitment save?
#
# The discount of a committed price is taken against the price on demand of the same provider for the
# same GPU on the same day. No provider prints every term.

# %%
show_table(
    ladder.drop(columns=["provider", "segment"]),
    name="terms",
    caption=f"{gpu}, prices on 2026-09-19 by commitment, USD per GPU-hour.",
    source="`rent_terms`: callgideon/model-inference, read from vendors' pages.",
    labels={"rent_usd_per_gpu_hour": "USD per GPU-hour", "discount": "Below on demand"},
    formats={"rent_usd_per_gpu_hour": "{:.2f}", "discount": "{:.0%}"},
    missing="",
)

# %%
show_table(
    saved,
    name="discounts",
    caption="Discount against on demand, by term; over the providers that print both.",
    source="`rent_terms`.",
    formats=dict.fromkeys(("lowest", "median", "highest"), "{:.0%}"),
)

# %%
if leased.empty:
    show_prose(f"No lease of {gpu} servers in China was read with its term.")
else:
    show_table(
        leased,
        name="leases",
        caption=f"Servers of eight {gpu} leased in China, CNY per server-month, by commitment. A longer "
        "lease is not always cheaper: the sizes of the deals differ.",
        source="`rent_terms`: SMM flashes as relayed by CMIS Daily, second-hand.",
        formats={"quote_date": "{:%Y-%m-%d}", "price_low": "{:,.0f}", "price_high": "{:,.0f}"},
    )

# %% [markdown]
# ## Does a purchase pay at the lowest and at the highest index?
#
# One server is bought without debt. Its rent is that of each index for every hour of the month; the
# last column says which part of it, by discount or by idle hours, still gives a net present value of
# zero at a flat rent.

# %%
if is_of_its_time:
    show_table(
        answers,
        name="by-index",
        caption=f"A server at {words.millions(price)}, the price of {priced}, at the indices of "
        f"{day_of_indices}: rent flat, and falling by {stress_decline_per_year:.0%} a year.",
        source="`rent_quotes_usd`, `server_facts`, the rental model as it stands.",
        labels={
            "rent_usd_per_gpu_hour": "USD per GPU-hour",
            "npv_flat_cny": "NPV, rent flat",
            "rent_cny_per_server_month": "CNY per server-month",
            "npv_falling_cny": "NPV, rent falls",
            "share_needed": "Part needed",
        },
        formats={
            "rent_usd_per_gpu_hour": "{:.2f}",
            "npv_flat_cny": "{:,.0f}",
            "npv_falling_cny": "{:,.0f}",
            "share_needed": "{:.0%}",
        },
    )
else:
    show_prose(
        f"No answer: the last price of a {gpu} server is of {priced}, and {len(indices)} indices were "
        f"published for {day_of_indices}. A rent is not set beside the price of another time."
    )

# %%
if is_of_its_time:
    show_prose(term_words.purchase(answers, price))

# %% [markdown]
# ## Limits
#
# - One day's ladder, by one reader of vendors' pages, without a license: single facts. Prices that
#   only sales people name are not in it; advertised maxima ("up to 60 % off") are no prices.
# - Contracts of one year are three prints of one analyst. What mixes into a vendor's index is not
#   published; its values are single dated prints.
# - Indices differ in whom they ask: with hyperscalers or without, listings or providers.
# - Indices are of rents abroad, the server's price is asked in China: such a server is not let at these
#   rents there. The page asks how far the answer hangs on the index alone.
# - Second-hand notes on three-year contracts (dearer by 125 % since November 2025) and on renewals
#   (dearer by 20 %) come from an unnamed collection and are left out.

# %%
save_results(
    {
        "change_from_lowest_month": term_words.results(kinds),
        "discount_by_term": {
            f"term_{term}".replace(" ", "_").replace(",", ""): float(value)
            for term, value in saved["median"].items()
        },
        "n_indices": len(indices),
        "priced_in": str(priced),
        "indices_of": day_of_indices,
        **({"index_highest_over_lowest": apart} if apart is not None else {}),
        **(term_words.purchase_results(answers) if is_of_its_time else {}),
    },
    headline=term_words.moved_apart(kinds, gpu),
)
