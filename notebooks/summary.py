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
# # Is renting out AI compute a good business?

# %% tags=["parameters"]
from analysis.reports.notebook.parameter_types import Language

language: Language = "en"  # language of the page, en or zh-CN

# %%
from analysis.reports import refuse_unknown_parameters

refuse_unknown_parameters()

# %%
from analysis.figures import (
    show,
    show_answer,
    show_prose,
    show_table,
    use_house_style,
    use_language,
)
from analysis.reports import load_results, save_results
from analysis.summary import page
from analysis.summary import summary_plots as plots

use_house_style()
use_language(language)

summary = page.Summary(language, load_results)
show_answer(summary.verdict())

# %% [markdown]
# ## What it means for whom
#
# Each row asks what one reader has to decide, gives the answer of the reports, and names what would
# change it.

# %%
words = summary.words
show_table(
    summary.decisions(),
    name="decisions",
    caption=words["decisions"],
    source=words["source"],
    labels={name: words[name] for name in ("who", "answer", "change", "as_of")},
)

# %%
cases = summary.picture()
show(
    plots.plot_cases(cases, words["axis"]),
    name="cases",
    caption=words["caption"],
    alt=words["alt"],
    source=words["source"],
)

# %%
for section in summary.sections():
    show_prose(section)

# %% [markdown]
# ## Limits

# %%
show_prose(words["limits"])

# %%
save_results(
    {
        "n_reports": len(page.reports_named(summary.content)),
        "project_npv_lowest_cny": min(cases.values()),
        "project_npv_highest_cny": max(cases.values()),
    },
    headline=summary.verdict().partition("**")[2].partition("**")[0],
)
