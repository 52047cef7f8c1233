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
# # Which of the printed figures hold?
#
# Five documents on compute rental make hundreds of quantitative statements. Each is held against
# others: of the same document, of another, of company filings, of quoted rents, of the rental model.
# A printed figure is taken for every number that would have been printed like it, so that nothing is
# called wrong for being rounded.

# %% tags=["parameters"]
from analysis.reports.notebook.parameter_types import Count

n_striking: Count = 24  # contradictions and tensions in the table, rows

# %%
from analysis.claims import audit, read_committed
from analysis.claims import audit_plots as plots
from analysis.claims import audit_tables as tables
from analysis.figures import (
    show,
    show_answer,
    show_equations,
    show_prose,
    show_table,
    use_house_style,
)
from analysis.printed import read_printed
from analysis.printed.wording import span
from analysis.reports import refuse_unknown_parameters, save_results

refuse_unknown_parameters()
use_house_style()

# %%
audited = audit()
claims, counts, coverage = audited.claims, audited.counts()["all"], audited.coverage()
n_claims = len(claims)
n_holding = counts["reproduces"] + counts["reproduces with an assumption"]
n_failing = counts["contradicts itself"] + counts["in tension with another source"]
n_settled = counts["settled by outcome: right"] + counts["settled by outcome: wrong"]
n_right = counts["settled by outcome: right"]

# %%
show_answer(
    f"**Of {n_claims} printed figures {n_holding} can be recomputed from others "
    f"({n_holding / n_claims:.0%}), {counts['reproduces with an assumption']} of them only with an "
    f"assumption that is not printed. {counts['contradicts itself']} contradict their own document, "
    f"{counts['in tension with another source']} disagree with another source, and of the "
    f"{n_settled} that time has settled {n_right} came out right.** For "
    f"{counts['cannot be checked']} nothing was found to hold them against. "
    f"{coverage.loc['all', 'share']:.0%} are checked by a figure other than themselves, "
    f"{coverage.loc['all', 'share_pinned_down']:.0%} closely enough to pin them down."
)

# %% [markdown]
# ## How do the documents compare?

# %%
show(
    plots.plot_verdicts(tables.share_by_verdict(audited), coverage["claims"]),
    name="verdicts",
    caption=f"Most figures follow from others; {n_failing} do not.",
    alt="Stacked bars, one for each document, of the shares of its claims that reproduce, reproduce "
    "with an assumption, came out right or wrong, are in tension with another source, contradict "
    "their own document, or cannot be checked.",
    source="the ledger of claims (`claims`) and the declared checks.",
)

# %%
by_source = coverage.rename_axis("document")
show_table(
    by_source,
    name="coverage",
    caption="Claims with any check, with one that uses a figure other than the claim itself, and "
    "pinned down by an equation.",
    source="the audit; a figure printed twice, or a list counted, is no other figure; a bound, or an "
    "interval wider than the figure, pins nothing down.",
    formats={"share": "{:.0%}", "share_pinned_down": "{:.0%}"},
    labels={"document": "Document", "claims": "Claims", "checked": "Checked",
            "checked_by_other_figure": "By another figure", "share": "Share",
            "pinned_down": "Pinned down", "share_pinned_down": "Share pinned down"},
)  # fmt: skip

# %% [markdown]
# ## Which do not add up?
#
# The two numbers of each: what is printed, and what the other figures give. A rounded figure gives an
# interval, and only what lies outside of it counts.

# %%
market, size = (claims.loc[f"kaiyuan-2024-p04-0{place}"] for place in (6, 3))
implied = float(market["value_low"]) * float(size["value_low"])
cloud = float(claims.loc["kaiyuan-2024-p16-02", "value_low"])
growth, chips = claims.loc["caijing-2025-p33-02"], claims.loc["caijing-2025-p72-01"]
expenses, gross = claims.loc["notes-2025-p05-15"], claims.loc["notes-2025-p05-13"]
loss = float(expenses["value_low"] - gross["value_low"])
reported = -float(claims.loc["kaiyuan-2024-p14-01", "value_low"])
show_prose(
    f"A market share of {market['printed']} in a market of {size['printed']} is a revenue of "
    f"{span(implied, implied, 'CNY')}; all of the company's cloud earned "
    f"{span(cloud, cloud, 'CNY')} a year later. Growth is printed as {growth['printed']} where the "
    f"amounts beside it give {span(growth['recomputed_low'], growth['recomputed_high'], 'share')}. "
    f"Four clouds are said to have bought {chips['printed']} chips; by the list of the largest buyers "
    f"in the same article, {span(chips['recomputed_low'], chips['recomputed_high'], 'GPUs')}. Period "
    f"expenses of {expenses['printed']} of revenue would have made a loss {loss / reported:.1f} times "
    "the one reported."
)

# %%
striking = tables.striking(audited, n_striking)
show_table(
    striking,
    name="striking",
    caption=f"The widest {len(striking)} of {n_failing}: printed against recomputed.",
    source="the audit; how each was recomputed stands in its last column.",
    labels={"stands in": "Stands in", "what": "What", "printed": "Printed", "against": "Against",
            "recomputed": "Recomputed", "off by": "Off by", "check": "Check"},
)  # fmt: skip

# %% [markdown]
# ## What became of the forecasts?

# %%
outcomes = tables.settled(audited)
show_table(
    outcomes,
    name="outcomes",
    caption=f"{n_right} of {n_settled} came out within what was printed.",
    source="company results and press after the documents (`outcomes`), and filings.",
    labels={"stands in": "Stands in", "what": "What", "printed": "Printed",
            "recomputed": "What came", "off by": "Off by", "because": "Settled by"},
)  # fmt: skip

# %% [markdown]
# ## What has to be assumed?
#
# These figures follow from others only with something that the documents do not print.

# %%
show_table(
    tables.grouped(audited, "reproduces with an assumption"),
    name="assumptions",
    caption=f"Assumptions behind {counts['reproduces with an assumption']} figures.",
    source="the declared checks.",
    labels={"because": "Assumed", "claims": "Figures", "stand in": "Stand in"},
)

# %% [markdown]
# ## What cannot be checked?

# %%
show_table(
    tables.grouped(audited, "cannot be checked"),
    name="unchecked",
    caption=f"Why {counts['cannot be checked']} figures have no check.",
    source="the declared checks.",
    labels={"because": "Why not", "claims": "Figures", "stand in": "Stand in"},
)

# %% [markdown]
# ## How is a figure checked?
#
# A figure printed with last digit $u$ stands for everything within half of it; "about" for a tenth
# either way, "over" and "under" for everything on one side. Arithmetic on intervals gives everything
# that the operands allow, and a claim holds if the two intervals meet.

# %%
show_equations(
    [
        ("printed", r"\left[x\right] = \left[x - \frac{u}{2},\, x + \frac{u}{2}\right]"),
        (
            "quotient",
            r"\frac{[x]}{[y]} = \left[\min \frac{x}{y},\, \max \frac{x}{y}\right],\quad 0 \notin [y]",
        ),
        ("holds", r"[x_{\text{printed}}] \cap [x_{\text{recomputed}}] \neq \emptyset"),
    ],
    name="intervals",
)

# %%
printed = claims["printed"]
quarter, before, us, china = (
    read_printed(printed[name]).rounded
    for name in (
        "notes-2025-p08-01",
        "notes-2025-p17-01",
        "caijing-2025-p13-06",
        "caijing-2025-p14-08",
    )
)
ratio, six = quarter / before - 1, us / china
show_prose(
    f"Revenue of {printed['notes-2025-p08-01']} after {printed['notes-2025-p17-01']} is growth of "
    f"{span(ratio.low, ratio.high, 'share')}, and {printed['notes-2025-p08-03']} is within it. "
    f"{printed['caijing-2025-p13-06']} over {printed['caijing-2025-p14-08']} is "
    f"{span(six.low, six.high, 'times', 4)}, which prints as {printed['caijing-2025-p06-01']}. Checks are written as equations between claims and read in every direction, so that "
    "a sum that holds checks its parts; one that fails is charged to the total."
)

# %% [markdown]
# ## The whole ledger
#
# Search for words or figures, or choose a document or a verdict.

# %%
show_table(
    tables.ledger(audited),
    name="ledger",
    caption=f"All {n_claims} claims, with verdicts, numbers and checks.",
    source="the five documents, cited by paragraph; checks as declared.",
    labels={"claim": "Claim", "source": "Document", "what": "What", "printed": "Printed",
            "recomputed": "Recomputed", "off by": "Off by", "verdict": "Verdict", "check": "Check",
            "because": "Assumed, settled by, or why not"},
    filters=["source", "verdict"],
    folded=True,
)  # fmt: skip

# %% [markdown]
# ## Limits
#
# - A figure that follows from others is consistent, not true: a document can repeat one error.
# - Intervals treat rounding errors as independent; where one figure stands twice in a formula, what it
#   is held against is wider than need be, and a contradiction may be missed, never invented.
# - Which side of a disagreement is wrong is not always told: the derived figure is charged.
# - Some outcomes were read in the press or in collections, not in the filing.
# - Forecasts are judged to their printed digits: a miss of one per cent counts as wrong, with its size.

# %% [markdown]
# ## References
#
# - Moore, R. E., Kearfott, R. B. and Cloud, M. J. (2009). Introduction to Interval Analysis. SIAM.
# - The five documents (`sihan-2025`, `yiou-2024`, `caijing-2025`, `kaiyuan-2024`, `notes-2025`) and the
#   tables `outcomes`, `rent_quotes_cny`, `server_facts` and `company_financials` with their sources.

# %%
changed = audited.changes(read_committed())
save_results(
    {
        "n_claims": n_claims,
        "n_by_verdict": {
            verdict.replace(": ", "_").replace(" ", "_"): int(count)
            for verdict, count in counts.items()
        },
        "share_checked_by_other_figure": {
            source.replace("-", "_"): share for source, share in coverage["share"].items()
        },
        "share_pinned_down": {
            source.replace("-", "_"): share
            for source, share in coverage["share_pinned_down"].items()
        },
        "n_verdicts_changed": len(changed),
        "revenue_by_market_share_cny": implied,
        "revenue_of_whole_cloud_a_year_later_cny": cloud,
        "growth_printed": float(growth["value_low"]),
        "growth_recomputed": float((growth["recomputed_low"] + growth["recomputed_high"]) / 2),
        "chips_printed": float(chips["value_low"]),
        "chips_recomputed_at_most": float(chips["recomputed_high"]),
    },
    headline=f"Of {n_claims} printed figures {n_holding} can be recomputed from others; "
    f"{n_failing} contradict their own document or another source, and of {n_settled} settled by what "
    f"happened {n_right} came out right.",
)
