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
# # Is the printed return table of one server right, and what does it leave out?
#
# A broker's table of April 2025 (`sihan-2025`) says that a server with eight H100 GPUs, bought mostly
# with borrowed money, pays back in about three years. Here the table is rebuilt to its last printed
# digit, the conventions that it does not state are found by search, and what it leaves out is put back.

# %% tags=["parameters"]
from analysis.reports.notebook.parameter_types import Decline, MonthsOfYear, Share, YearlyRate

rent_decline_per_year: Decline = 0.20  # decline to put back, share per year
idle_months_per_year: MonthsOfYear = 1.0  # months without a customer to put back, months per year
vat_output_rate: Share = 0.06  # value-added tax inside the rent to put back, share
wanted_equity_irr: YearlyRate = 0.15  # return that equity asks for, share per year
search_conventions: bool = True  # try all conventions against the printed table, yes or no

# %%
from analysis.reports import refuse_unknown_parameters

refuse_unknown_parameters()

# %%
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
from analysis.rental.faces.equations import equations
from analysis.rental.questions.conventions import search
from analysis.rental.questions.printed_returns import printed_returns
from analysis.reports import save_results

use_house_style()

# %% [markdown]
# The printed figures are put beside two evaluations of the same server, one for each schedule of
# depreciation; then the flows that the table leaves out are put back one after the other.

# %%
claims = data.load("claims")
by_id = claims.set_index("claim_id")
printed = printed_returns(claims)
straight = evaluate(load_case("sihan-2025-straight-line"))
accelerated = evaluate(load_case("sihan-2025-printed-accelerated"))
declining = evaluate(load_case("sihan-2025-double-declining"))
reproduced = tables.reproduction(printed, straight, accelerated)
assert reproduced["is_reproduced"].all(), reproduced
omitted = tables.left_out(
    straight.assumptions,
    rent_decline_per_year=rent_decline_per_year,
    idle_months_per_year=idle_months_per_year,
    vat_output_rate=vat_output_rate,
)
as_printed, all_back = omitted["equity_npv_cny"].iloc[[0, -1]]
published = str(data.sources().loc["sihan-2025", "published_date"])[:10]

# %%
answer = (
    f"All {len(reproduced)} figures of one server's returns, as printed on {published}, can be computed "
    "again. With what the table leaves out, the owner's net present value goes from "
    f"{as_printed / 1e6:.2f} to {all_back / 1e6:.2f} million CNY."
)
show_answer(
    f"**{answer}** How sure: of the first, quite, since no figure was fitted, though the table does not "
    "print its conventions. The second depends on the decline and the idle months that are put back, "
    "which are parameters of this page."
)

# %% [markdown]
# ## How does the table count?
#
# Rent less running cost, depreciation and interest is taxed; what is left is net profit. The payback
# that it prints counts net profit and depreciation against the whole price.

# %%
core = (
    "revenue_cny",
    "ebitda_cny",
    "depreciation_cny",
    "interest_cny",
    "income_tax_cny",
    "net_profit_cny",
)
show_equations([line[:2] for line in equations(straight.declaration, *core)], name="table")

# %% [markdown]
# ## Is the printed table right?
#
# The source prints net margins with straight-line depreciation, a loss and margins with depreciation
# that it calls double-declining, and a payback. Each is compared at the precision of its print.

# %%
show_table(
    reproduced[["printed_text", "computed_text"]],
    name="reproduction",
    caption=f"All {len(reproduced)} printed figures come out within half of their last digit.",
    source="printed: `sihan-2025`, paragraphs 40 and 41; computed: the rental model.",
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
# ### Is it the only way to get these figures?
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
    )
else:
    show_prose("The search is left out of this scenario; the base case shows it.")

# %% [markdown]
# ## What did the table leave out?
#
# The table's rent never falls, never pauses and carries no VAT; its payback counts money that must
# repay the lender. Each omission is put back alone, then all together.

# %%
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
    missing="never",
)

# %%
repaid = straight.line("principal_cny")[0, 0]
kept = straight.line("net_profit_cny")[0, 0] + straight.line("depreciation_cny")[0, 0]
show_prose(
    f"Of the {kept:,.0f} CNY that the printed payback counts in its first year, {repaid:,.0f} CNY repay "
    f"principal: {kept - repaid:,.0f} CNY reach the owner. Debt service cover is "
    f"{straight.metrics.dscr_minimum[0]:.2f} at its lowest if rent stays, and "
    f"{omitted['dscr_minimum'].iloc[1]:.2f} if it falls by {rent_decline_per_year:.0%} a year."
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
    labels={"low": "Low, CNY", "high": "High, CNY"},
    missing="",
)

# %%
printed_rent = by_id.loc["sihan-2025-p36-04", "value_low"]
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
# ## Limits
#
# - The table is one broker's, read second-hand; its price and rent are quotes.
# - That its figures come out says how they were made, not that they are right.
# - What is put back are round figures: how rents moved is the question of the rent-trend report.
# - Prices of export-controlled GPUs in China are second-hand reports.

# %% [markdown]
# ## References
#
# - `sihan-2025`: industry note on compute rental, 12 April 2025, its return table after Tianfeng
#   Securities, 11 April 2025.
# - IRS Publication 946, table A-1 (MACRS).

# %%
save_results(
    {
        "as_of": str(published),
        "n_figures_reproduced": int(reproduced["is_reproduced"].sum()),
        "equity_npv_as_printed_cny": float(as_printed),
        "equity_npv_all_put_back_cny": float(all_back),
        "payback_source_years": float(straight.metrics.payback_source_years[0]),
        "rent_last_quotes_low_cny": float(since["low"].min()),
        "rent_last_quotes_high_cny": float(since["high"].max()),
    },
    headline=answer,
)
