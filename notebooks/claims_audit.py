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
# # Which of the printed figures hold?
#
# Five Chinese documents of 2024 and 2025 on compute rental make hundreds of quantitative statements: an
# article of the magazine Caijing, a survey copied from the news site EqualOcean (亿欧), notes of the
# institute Sihan (思瀚) and of the broker Kaiyuan (开源证券), and notes of a meeting. Each statement is held
# against others: of the same document, of another, of company filings, of quoted rents, of the rental
# model. A printed figure is taken for every number that would have been printed like it, so that nothing
# is called wrong for being rounded.

# %% tags=["parameters"]
from analysis.reports.notebook.parameter_types import Count

n_striking: Count = 24  # contradictions and tensions in the table, rows

# %%
from analysis.reports import refuse_unknown_parameters

refuse_unknown_parameters()

# %%
from analysis.capex import load_fundamentals
from analysis.claims import audit, read_committed
from analysis.claims import audit_plots as plots
from analysis.claims import audit_tables as tables
from analysis.claims.without_figures import statements
from analysis.figures import (
    show,
    show_answer,
    show_equations,
    show_prose,
    show_table,
    use_house_style,
)
from analysis.printed import Book, read_printed
from analysis.printed.wording import span
from analysis.reports import save_results

use_house_style()

# %% [markdown]
# Every figure has an interval, from half a unit of its last printed digit below it to half a unit above. It holds
# when some number in that interval agrees with the others.

# %%
audited = audit()
claims, printed = audited.claims, audited.claims["printed"]
counts, coverage = audited.counts()["all"], audited.coverage()
found, disputes, events = coverage.loc["all"].astype(float), audited.disputes(), audited.events()
n_claims, n_failing = len(claims), int(found["fails"])

# %%
answer = (
    f"As of {audited.as_of}, of {n_claims} figures printed about renting out computing "
    f"{found['recomputed']:.0f} follow from other figures and {n_failing} do not hold. Of {len(events)} "
    f"forecasts settled by then, {events.sum()} came out right."
)
show_answer(
    f"**{answer}** How sure: those that do not hold are {n_failing / n_claims:.0%} of all, in "
    f"{len(disputes)} disagreements; each names the figures that it contradicts. Beside the {found['recomputed']:.0f} that follow closely, {found['bounded']:.0f} lie only within bounds, {found['repeated']:.0f} are printed twice and "
    f"{found['counted']:.0f} count what their document lists. For {found['unchecked']:.0f} nothing was "
    "found to hold them against. A figure that follows from others is consistent, which is less than true."
)

# %% [markdown]
# ## How do the documents compare?
#
# What holds a figure differs in weight. An equation that gives it closely *recomputes* it. An
# inequality, or an equation that leaves it open or within bounds wider than half of itself, *bounds*
# it. A figure that its document prints twice is *repeated*, and a list that adds up is *counted*:
# neither says anything new.

# %%
show(
    plots.plot_standing(tables.share_by_standing(audited), coverage["claims"]),
    name="verdicts",
    caption=f"{found['share_recomputed']:.0%} of all figures are recomputed, "
    f"{n_failing / n_claims:.0%} do not hold.",
    alt="Stacked bars, one for each document, of the shares of its claims that are recomputed, bounded, "
    "repeated or counted, came out right or wrong, are in tension, contradict their own document, or "
    "cannot be checked.",
    source="the ledger of claims (`claims`) and the declared checks.",
)

# %%
show_table(
    coverage,
    name="coverage",
    caption="Claims by how they hold, settled by what happened, failing, and without any check.",
    source="the audit; each claim stands in one column.",
)

# %% [markdown]
# ## How is a figure checked?
#
# A figure $x$ printed with last digit $u$ stands for everything within half of it; "about" for a tenth
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
    f"{span(six.low, six.high, 'times', 4)}, which prints as {printed['caijing-2025-p06-01']}."
)

# %% [markdown]
# Checks are written as equations between claims and read in every direction, so that a sum that holds
# checks its parts; one that fails is charged to the total. Where a figure can be read in two ways and
# one of them gives it, it holds, and the other reading is a remark.

# %% [markdown]
# ## Which do not hold?
#
# Two figures that cannot both hold are one disagreement, and so are figures that fail against the same
# others. Some disagree only because they are of different scope: each may be right of what it counts.

# %%
striking = tables.striking(audited, n_striking)
show_table(
    striking,
    name="striking",
    caption=f"The widest {len(striking)} of {n_failing}: printed against recomputed.",
    source="the audit; how each was recomputed stands in the column before the last.",
    labels={"because": "Remark"},
)

# %%
growth, chips = claims.loc["caijing-2025-p33-02"], claims.loc["caijing-2025-p72-01"]
share, general = claims.loc["kaiyuan-2024-p04-06"], claims.loc["notes-2025-p05-27"]
show_prose(
    f"Growth is printed as {growth['printed']} where the amounts beside it give "
    f"{span(growth['recomputed_low'], growth['recomputed_high'], 'share')}. Some gaps are "
    f"of scope: a market share of {share['printed']} in general supercomputing cloud, set beside the size "
    f"of all supercomputing cloud; a market of {general['printed']} beside one of "
    f"{printed['kaiyuan-2024-p04-04']} that is narrower; {chips['printed']} chips by their maker's count "
    f"beside {span(chips['recomputed_low'], chips['recomputed_high'], 'GPUs')} by a list of estimates."
)

# %% [markdown]
# ## Which hold in one reading only?
#
# These are among the figures that hold. A reading that fails is shown beside each; where the figure
# fails under the very label that it is printed with, it is right and mislabeled.

# %%
read_twice = tables.readings(audited)
show_table(
    read_twice,
    name="readings",
    caption=f"{len(read_twice)} figures that one reading gives and another does not, "
    f"{(read_twice['mislabeled'] != '').sum()} of them mislabeled.",
    source="the audit.",
    labels={"because": "Holds, assuming"},
)

# %% [markdown]
# ## What became of the forecasts?
#
# Figures that one document prints of one event are one forecast, right where all of them are. A
# forecast is judged to its printed digits.

# %%
outcomes = tables.settled(audited)
show_table(
    outcomes,
    name="outcomes",
    caption=f"{len(outcomes)} figures about {len(events)} events: {events.sum()} forecasts came out right.",
    source="company results and press after the documents (`outcomes`), and filings.",
    labels={"recomputed": "What came", "because": "Settled by"},
)

# %% [markdown]
# ## What was said without a figure?
#
# Some statements that much hangs on carry no figure: supply that is cut off, computing that lies idle, tariffs,
# renting in place of owning. Each is put in our words beside figures that measure it, where there are any.

# %%
said = statements(Book(), load_fundamentals())
outcome_counts = said["outcome"].value_counts()
show_table(
    said,
    name="statements",
    caption=f"{len(said)} statements without a figure, and what figures say since; of "
    f"{outcome_counts.get('not known', 0)} nothing is known.",
    source="the documents, by paragraph; filings, `rent_quotes_cny`, `rent_quotes_usd`, `server_facts`, "
    "`outcomes` and the rental model.",
    labels={"place": "Stands in", "said": "What", "since": "Figures since"},
    missing="none",
)

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
    labels={"because": "Assumed", "claims": "Figures"},
)

# %% [markdown]
# ## What cannot be checked?
#
# One of these is the steepest fall in all five documents: the cost of computing of one large model. If
# a cost falls from $c_0$ to $c_1$ in $t$ months at one rate, it halves every

# %%
show_equations([("half_life", r"h = \frac{t}{\log_2\left(c_0 / c_1\right)}")], name="half-life")

# %%
cost = claims["value_low"]
fall = tables.half_life_months(
    cost["notes-2025-p05-23"], cost["notes-2025-p05-24"], cost["notes-2025-p05-25"]
)
first, last = claims.loc["sihan-2025-p36-01"], claims.loc["sihan-2025-p36-02"]
rent = tables.half_life_months(
    (first["value_low"] + first["value_high"]) / 2,
    last["value_low"],
    tables.months_between(first["period"], last["period"]),
)
show_prose(
    f"From {printed['notes-2025-p05-23']} to under {printed['notes-2025-p05-24']} in "
    f"{printed['notes-2025-p05-25']} is a half-life of {fall:.1f} months or less, against {rent:.0f} months "
    f"for the rent of a server of eight H100 from {first['period']} to {last['period']} by `sihan-2025`. "
    "The unit that the cost is of is not stated, so that no other figure can confirm it: it may be the "
    "price of use, in which better models and software share, not the cost of a GPU-hour."
)

# %% [markdown]
# Of the others the reasons are these; what a machine made of an author's words is held against nobody.

# %%
show_table(
    tables.grouped(audited, "cannot be checked"),
    name="unchecked",
    caption=f"Why {counts['cannot be checked']} figures have no check.",
    source="the declared checks.",
    labels={"because": "Why not", "claims": "Figures"},
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
    labels={"because": "Assumed, settled by, or why not"},
    filters=["source", "verdict", "support"],
    folded=True,
)

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
save_results(
    {
        "as_of": str(audited.as_of),
        "n_claims": n_claims,
        "n_by_support": {
            name: int(found[name]) for name in ("recomputed", "bounded", "repeated", "counted")
        },
        "n_by_verdict": {
            verdict.replace(": ", "_").replace(" ", "_"): int(count)
            for verdict, count in counts.items()
        },
        "share_recomputed": {
            source.replace("-", "_"): share
            for source, share in coverage["share_recomputed"].items()
        },
        "n_failing": n_failing,
        "n_disagreements": len(disputes),
        "n_mislabeled": int((claims["mislabeled"] != "").sum()),
        "n_events_settled": len(events),
        "n_events_right": int(events.sum()),
        "n_verdicts_changed": len(audited.changes(read_committed())),
        "growth_printed": float(growth["value_low"]),
        "growth_recomputed": float((growth["recomputed_low"] + growth["recomputed_high"]) / 2),
        "half_life_of_computing_cost_months": fall,
    },
    headline=answer,
)
