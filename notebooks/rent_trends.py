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
# # How do rents of AI compute fall, and rise?
#
# The Chinese institute Sihan (思瀚产业研究院) wrote in April 2025 that a server with eight H100 rented
# for 120,000 to 180,000 CNY a month at the start of 2024 and for 75,000 at its end. Quotes now reach to
# autumn 2026, and they do not simply decline. How much of what published medians say is price, how much is a
# changing sample, what could have been forecast, and what does it mean for someone who buys a server?

# %% tags=["parameters"]
from analysis.reports.notebook.parameter_types import (
    Amount,
    Count,
    Currency,
    Decline,
    ForecastModel,
    Month,
    Months,
    RentedGpu,
    Seed,
    Segment,
    Share,
)

gpu: RentedGpu = "H100"  # GPU whose rents are analyzed, name
segment: Segment = "neocloud"  # who asks the rents, name; own for your own quotes alone
with_own_quotes: bool = False  # your own quotes in data/own beside the public ones, yes or no
currency: Currency = "USD"  # currency of the rents, USD or CNY
first_month: Month = "2023-09"  # first month of the window, year-month
last_month: Month = "2026-09"  # last month of the window, year-month
peak_from: Month = "2024-01"  # earliest month in which the peak is looked for, year-month
peak_by: Month = "2024-12"  # latest month in which the peak is looked for, year-month
analyst_months: list[Month] = ["2024-12", "2025-06"]  # when an analyst of the past fits, year-month
forecast_model: ForecastModel = "no_change"  # model of the forecast that is saved, name
decline_beyond_per_year: Decline = 0.0  # decline assumed beyond the judged months, share per year
purchase_every_months: Months = 4  # step between the months of purchase, months
anchor_month: Month = "2024-12"  # month whose Chinese rent sets the level, year-month
anchor_rent_cny_per_server_month: Amount = 75000.0  # rent of that month, CNY per server-month
utilizations: list[Share] = [1.0, 0.5]  # share of all hours that are billed, shares
contract_shares: list[Share] = [0.0, 0.5, 1.0]  # capacity under contract, shares
contract_months: Months = 36  # length of the contract, months
fixed_server_price_cny: Amount = 2000000.0  # price held fixed for comparison, CNY
n_draws: Count = 999  # bootstrap draws of providers, count
n_paths: Count = 1000  # paths of each forecast, count
seed: Seed = 20260930  # seed of all draws, whole number
saved_as: str = "rent_forecast"  # processed table of rent paths that is written, name

# %%
from analysis.reports import refuse_unknown_parameters

refuse_unknown_parameters()

# %%
import numpy as np
import pandas as pd

from analysis import data
from analysis.figures import (
    Equation,
    show,
    show_answer,
    show_equations,
    show_prose,
    show_table,
    use_house_style,
)
from analysis.rental import Assumptions
from analysis.rental_market.history import gpus, server_rents
from analysis.rents.breaks.drift_test import drift_change_test
from analysis.rents.breaks.regimes import find_breaks
from analysis.rents.faces import rent_plots as plots
from analysis.rents.faces import rent_tables as tables
from analysis.rents.faces import source_tables as sourced
from analysis.rents.forecasting.fair_coverage import fair_coverage
from analysis.rents.forecasting.models import MODEL_LABELS
from analysis.rents.forecasting.rent_backtest import COVERAGES, backtest
from analysis.rents.forecasting.rent_forecast import forecast
from analysis.rents.index import rent_market as market
from analysis.rents.purchase import bridge
from analysis.rents.purchase import by_date as purchase
from analysis.rents.purchase.contracts import TakeOrPay
from analysis.rents.purchase.outlook import OWN
from analysis.rents.purchase.scenarios import rent_scenarios as named_courses
from analysis.rents.purchase.scenarios import rents_by_course
from analysis.rents.quotes import china, recent
from analysis.rents.quotes.comparable import ROLES
from analysis.rents.quotes.gathered import gathered_quotes, gathered_server_facts, own_in_words
from analysis.rents.trend import generations, panel_trend
from analysis.rents.trend import slopes as trend
from analysis.rents.trend.rent_unit_root import read_unit_root_tests, unit_root_tests
from analysis.rents.trend.trend_coverage import trend_coverage
from analysis.reports import save_results
from analysis.units import HOURS_PER_MONTH, INTERVAL_COVERAGE, MONTHS_PER_YEAR

use_house_style()

fx, claims = data.load("fx"), data.load("claims").set_index("claim_id")
quotes = gathered_quotes(segment=segment, with_own_quotes=with_own_quotes)
generator = np.random.default_rng(seed)
here = market.rent_market(
    quotes,
    gpu=gpu,
    segment=segment,
    currency=currency,
    generator=generator,
    first_month=first_month,
    last_month=last_month,
    n_draws=n_draws,
)
published = market.published_series(quotes, currency=currency)
source = f"`rent_quotes_usd`; {here.label}."

# %% [markdown]
# Three things stand behind the answer, each with a section below: the index of each month $\beta_t$; the change
# of rents from their peak to their trough, $\exp(\beta_{trough} - \beta_{peak}) - 1$; and how far a forecast from
# each month would have been out. The rents are those of specialized clouds ("neoclouds"), firms that rent out
# GPUs and little else.

# %%
swung = tables.all_swings(here, published, gpu, peak_from=peak_from, peak_by=peak_by)
headline, peak, trough = swung[0], str(swung[0].peak), str(swung[0].trough)
starts = tables.start_influence(here.log_rents, peak_from=peak_from, peak_by=peak_by, trough=trough)
earliest = starts.iloc[0]
restated_by = sourced.unlicensed(here.source_ids, data.load("sources"))
scores = backtest({here.label: here.real_time} | published, generator=generator, n_paths=n_paths)
n_judged = scores.supported_months(here.label)
drift_beyond = float(np.log1p(-decline_beyond_per_year)) / MONTHS_PER_YEAR
outlook = forecast(
    here.log_rents,
    model=forecast_model,
    n_ahead=5 * MONTHS_PER_YEAR,
    n_supported_months=n_judged,
    drift_beyond=drift_beyond,
    label=here.label,
)

# %%
courses = named_courses(quotes)[["decline_per_year", "basis"]]
if decline_beyond_per_year:
    courses.loc[OWN] = [decline_beyond_per_year, "a parameter of this page"]
first_rent = np.exp(here.log_rents - here.log_rents[anchor_month])
first_rent = first_rent * anchor_rent_cny_per_server_month
facts = gathered_server_facts(with_own=with_own_quotes or segment == "own")
price = purchase.server_price_by_month(facts, fx, gpu, here.log_rents.index)
terms = {
    "purchases": purchase.purchase_months(here.real_time, purchase_every_months),
    "rent_cny_per_server_month": first_rent,
    "model": forecast_model,
    "n_supported_months": n_judged,
    "declines": courses["decline_per_year"],
    "n_paths": n_paths,
    "contracts": [TakeOrPay(share, contract_months) for share in contract_shares],
}
risks = {
    used: purchase.risk_by_purchase(
        here.real_time,
        Assumptions(utilization=used),
        server_price_cny=price,
        generator=np.random.default_rng(seed),
        **terms,
    )
    for used in utilizations
}
last_purchase, uncontracted = pd.Period(terms["purchases"][-1], "M"), contract_shares[0]
latest = tables.risk_of_purchase(risks, last_purchase, uncontracted)
covered = tables.judged_cover(risks, last_purchase, uncontracted)

# %%
n_listed = int(here.index.counts["n_providers"].iloc[-1]) if here.index else 0
verdict = tables.beats_no_change(scores, here.label)
anew = [swing for swing in swung if swing.measure.startswith(f"{here.label}, by the newer method")]
other_way = "".join(
    f". As its source has made it since {swing.measure.split()[-1]}, the index rose by "
    f"{swing.rebound.value:.0%}"
    for swing in anew
)
whose = tables.whose_rents(segment, currency, is_published=here.index is None)
what_happened = f"{gpu} list rents {whose} {headline.in_words(with_intervals=False)}{other_way}"
lost = latest.xs("equity is lost", level="risk").iloc[:, 0]
own_course = (
    f"If rents fall by {decline_beyond_per_year:.0%} a year after {n_judged} months, a server bought in "
    f"{last_purchase} with {utilizations[0]:.0%} of its hours billed loses its owner's money in "
    f"{lost[OWN]:.0%} of paths. "
    if decline_beyond_per_year
    else ""
)
show_answer(
    f"**{what_happened}.** {own_course}How sure: "
    f"{headline.how_sure() or 'a source publishes this index, without an interval'}. Counted from "
    f"{starts.index[0]}, the change to {trough} is {earliest['to_trough']:+.0%}. "
    f"{sourced.in_words(restated_by, here.source_ids)}{verdict}, and beyond {n_judged} months ahead "
    "none can be judged."
)
show_prose(own_in_words(quotes) or "All quotes of this page are public ones.")

# %% [markdown]
# ## What happened to rents?
#
# Each quote is brought to one GPU-hour of a fully used server. A provider is compared only with
# itself: its quotes share a level of their own, and months move all providers together. Months in
# which an archive did not see a rate card carry its last price until it is seen again.

# %%
show_equations(
    [
        Equation(
            "Index",
            r"\log p_{it} = \alpha_i + \beta_t + \varepsilon_{it}",
            "provider's level and month's effect; the index is exp of the month's effect",
        ),
        Equation(
            "Composition",
            r"C_t = \frac{\tilde p_t / \tilde p_0}{\exp(\beta_t - \beta_0)} - 1",
            "change of the raw median over that of the index",
        ),
    ],
    name="index",
)

# %%
regimes = find_breaks(here.log_rents, regressors="trend", generator=generator)
show(
    plots.plot_history(here, regimes, tables.of_gpu(published, gpu)),
    name="history",
    caption=f"{here.label}: {headline.in_words()}. Shaded: every other regime of a line with breaks.",
    alt="Rents on a log axis with a shaded interval: a fall through 2024, a flat bottom, a rise in "
    "2026; published medians and indices run beside.",
    source=source,
)

# %% [markdown]
# The table puts the fall and the rebound of this index beside those of published medians and indices.
# Where intervals overlap, sources do not contradict each other. The second table counts the same fall from
# other months.

# %%
show_table(
    tables.swings_in_words(swung),
    name="swings",
    caption=f"Fall, trough and rebound, with {INTERVAL_COVERAGE:.0%} intervals from providers drawn again "
    "and again; the month of the trough has one, too.",
    source="`rent_quotes_usd`; medians and indices as published have no interval.",
)

# %%
show_table(
    starts.rename(index=str),
    name="starts",
    caption=f"How much hangs on the month counted from: change to {trough}, and to "
    f"{here.log_rents.index[-1]}. Counted from the highest month, picked afterwards, any fall looks large.",
    source=source,
    labels={
        "counted_from": "Counted from",
        "to_trough": f"To {trough}",
        "to_last": f"To {here.log_rents.index[-1]}",
    },
    formats={"to_trough": "{:+.0%}", "to_last": "{:+.0%}"},
)

# %% [markdown]
# ### Without the quotes that have no license
#
# One collection restates archived price lists to a standard server, by factors of its own, and states
# no license; this page takes single facts from it. What do all other sources say of the months since
# they begin?

# %%
beside = sourced.with_and_without(
    here, quotes, restated_by.index, gpu=gpu, since="2026-02", until="2026-09"
)
show_table(
    beside,
    name="without",
    caption=f"{gpu} rents since February 2026 with all sources, and without "
    f"{', '.join(restated_by.index) or 'any taken out'}: no other source follows providers before.",
    source="`rent_quotes_usd`, `sources`; offers compared with themselves.",
    formats={"change": "{:+.0%}"},
    missing="",
)

# %% [markdown]
# ## How much is price, how much the sample?

# %%
if here.index is None:
    show_prose("This GPU has no panel of providers: its published index cannot be taken apart.")
else:
    show(
        plots.plot_composition(here.index, peak),
        name="composition",
        caption=f"From {peak} to {trough} the sample adds {here.index.composition(peak, trough):+.0%}"
        f" to the change of the median, from {trough} to {headline.rebound.last} "
        f"{here.index.composition(trough, str(headline.rebound.last)):+.0%}.",
        alt="Composition-free index and raw median from the same base month; the median swings more. "
        "Below, bars of the number of providers by month, one to ten.",
        source=source,
    )

# %%
if here.captured is not None:
    chosen = tables.choices(here.captured, peak=peak, trough=trough)
    show_table(
        chosen,
        name="choices",
        caption="The same quotes under other choices. Where gaps are left open, a chain of monthly "
        "changes loses what happened in them: that choice matters, the estimator little.",
        source=source,
    )

# %% [markdown]
# Does one provider carry the result? The index is estimated again without each in turn. If a row stands
# far from the others, its provider moves the index.

# %%
if here.captured is not None:
    alone = tables.leave_one_out(here.captured, peak=peak, trough=trough)
    show_table(
        alone,
        name="leave-one-out",
        caption=f"Without any one provider the fall lies between {-alone['fall'].max():.0%} and "
        f"{-alone['fall'].min():.0%}, the rebound between {alone['rebound'].min():.0%} and "
        f"{alone['rebound'].max():.0%}.",
        source=source,
        labels={"provider": "Left out", "n_months": "Months captured"},
    )

# %%
show_table(
    quotes["role"]
    .value_counts()
    .rename("rows")
    .to_frame()
    .assign(meaning=ROLES)
    .rename_axis("role"),
    name="roles",
    caption="Every quote collected has one role; only quotes of one role are put together.",
    source="`rent_quotes_usd`, `rent_quotes_cny`.",
    labels={"meaning": "What it is"},
)

# %% [markdown]
# ## How fast, then?
#
# The mean of monthly changes suits rents that walk at random; a line through all months suits rents that
# return to it. An interval made for one of these worlds fails in the other: how often it contains the true
# rate is simulated for both, and the tests below say which world this is.

# %%
rates = trend.compare_trends(here.log_rents)
held_by = trend_coverage(len(here.log_rents), generator=np.random.default_rng(seed))
mean_change, lines = rates.iloc[0], held_by["held_walk"].iloc[1:]
show_table(
    rates.join(held_by)[["decline_per_year", "half_life_months", "held_walk", "held_line"]],
    name="trends",
    caption=f"Mean log-change: rents changed by {-mean_change['decline_per_year']:+.1%} a year "
    f"({INTERVAL_COVERAGE:.0%} interval {-mean_change['decline_high']:+.1%} to {-mean_change['decline_low']:+.1%}). "
    f"The other rates only describe: where rents walk, their {INTERVAL_COVERAGE:.0%} intervals contain the "
    f"true rate in {lines.min():.0%} to {lines.max():.0%} of cases, so the intervals are not shown.",
    source=f"{source} Coverage from 200 simulated series of this length in each world.",
    labels={
        "held_walk": f"{INTERVAL_COVERAGE:.0%} interval is right if rents walk",
        "held_line": "If they return to a line",
    },
    formats={"held_walk": "{:.0%}", "held_line": "{:.0%}"},
)

# %% [markdown]
# Let $y_t$ be the log rent. A walk has $y_t = y_{t-1} + \mu + u_t$, with drift $\mu$ and changes $u_t$ that
# are drawn anew each month; a line has $y_t = a + bt + u_t$, to which rents return. One test takes the walk as
# its null, the other the line. They agree when one rejects and the other does not.

# %%
tests = unit_root_tests(here.log_rents)
drift = drift_change_test(here.log_rents.diff().dropna(), generator=np.random.default_rng(seed))
show_table(
    tests[["null", "alternative", "statistic", "p_value", "p_value_asymptotic", "is_rejected"]],
    name="unit-root",
    caption=f"Walk or line? The tests together say: {read_unit_root_tests(tests)}. The p-values are shares "
    "of simulated records of this length; those made for long records reject what is true too often here.",
    source="long records: MacKinnon for ADF; for KPSS Kwiatkowski et al., bounded by 0.01 and 0.10.",
)

# %%
show_table(
    tables.regime_table(regimes),
    name="regimes",
    caption=f"{'; '.join([f'A line with breaks: {regimes.n_breaks} by {regimes.chosen_by}', *regimes.remarks])}. "
    "An interval that reaches an end of the sample is open there.",
    source=source,
    formats={"error": "{:.1%}"},
    labels={"error": "Std. error"},
    missing="",
)

# %%
show_prose(
    f"The line with breaks is cut {regimes.n_breaks} times, but a random walk looks cut as well. "
    "Where rents walk, the question is whether their *drift* changed. Tests against one to "
    f"{drift.most_breaks} changes, each at 5 %, together reject in {drift.size_of_separate_tests:.0%} of "
    "random orders of these changes, which have no break. One test, set against such orders alone, "
    f"says: {drift.in_words()}. It takes changes to be independent from month to month."
)

# %% [markdown]
# ## What would an analyst have forecast?
#
# Two forecasts from the same month: a line fitted to the log rents since the year of the peak, as charts
# of falling compute prices draw it, and no change.

# %%
since_peak = here.real_time[peak_from:]
missed, made = tables.hindsight(since_peak, analyst_months, ["log_linear", "no_change"])
worst = missed["miss"].iloc[0]
show(
    plots.plot_hindsight(since_peak, made, currency),
    name="hindsight",
    caption=f"The line fitted in {analyst_months[0]} forecasts for {here.real_time.index[-1]} a rent "
    f"{abs(worst):.0%} {'below' if worst < 0 else 'above'} the one that came.",
    alt=f"Rents with two forecasts and {INTERVAL_COVERAGE:.0%} bands from each of two months: the fitted line runs down "
    "below what came, no change stays beside it.",
    source=f"{source} Spliced index, never revised.",
)

# %%
show_table(
    missed,
    name="hindsight-table",
    caption=f"Forecast of {here.real_time.index[-1]} and what came, {currency} per GPU-hour.",
    source=f"{source} Spliced index, never revised.",
    formats={"low": "{:.2f}", "high": "{:.2f}"},
    labels={
        "low": f"{(1 - INTERVAL_COVERAGE) / 2:.0%}",
        "high": f"{(1 + INTERVAL_COVERAGE) / 2:.0%}",
    },
)

# %% [markdown]
# ## Which forecast is worth having?
#
# Every model forecasts from every month since January 2024, with what was known then, 1 to 18 months
# ahead. The score is the CRPS of log rent: the distance between the whole forecast and what came.

# %%
show(
    plots.plot_skill(scores, here.label, n_judged),
    name="skill",
    caption=f"{verdict}. Shaded: the {n_judged} horizons with four or more forecasts that do not "
    "overlap.",
    alt="Lines of the CRPS saved against no change by months ahead, one a model: nearly all lie "
    "below zero and fall with the horizon.",
    source=source,
)

# %% [markdown]
# Does the same hold for other series and other GPUs? A positive entry is better than no change, a
# negative one worse.

# %%
by_series = tables.skill_table(scores)
show_table(
    by_series,
    name="skill-all",
    caption="CRPS saved against no change, averaged over all horizons, by series. Series of one GPU share "
    "providers: they are fewer independent tests than rows.",
    source="`rent_quotes_usd`: the market of this page, and medians and indices as published.",
    formats=dict.fromkeys(by_series.columns, "{:+.1%}"),
)

# %%
held = scores.table([here.label]).loc[forecast_model]
inside = held["coverage_90"].loc[:n_judged]
show(
    plots.plot_coverage(scores, here.label, forecast_model),
    name="coverage",
    caption=f'{INTERVAL_COVERAGE:.0%} intervals of the forecast "{MODEL_LABELS[forecast_model]}" contained '
    f"{inside.min():.0%} to {inside.max():.0%} of what came, {inside.mean():.0%} on average, over the judged "
    "horizons.",
    alt=f"Share of outcomes inside intervals of {', '.join(f'{share:.0%}' for share in COVERAGES)} by "
    "months ahead, beside what they promise.",
    source=source,
)

# %%
fair = fair_coverage(here.real_time, n_judged=n_judged, generator=np.random.default_rng(seed))
show_prose(
    f"With so few outcomes even right {INTERVAL_COVERAGE:.0%} intervals contain between {fair.interval[0]:.0%} and "
    f"{fair.interval[1]:.0%} of them in nine of ten simulated histories, {fair.mean:.0%} on average; these contain "
    f"{inside.mean():.0%}, {fair.in_words(float(inside.mean()))}. Forecasts of neighboring months overlap: the "
    "last column of the table below counts those that do not."
)

# %% [markdown]
# By months ahead: the score, the mean error of the log forecast (bias), the share of outcomes inside two of
# the intervals, and how many forecasts were judged.

# %%
few = held.loc[[h for h in (1, 3, 6, 12, 18) if h in held.index]]
show_table(
    few[["crps", "bias", "coverage_50", "coverage_90", "n_forecasts", "n_effective"]],
    name="scores",
    caption=f"{MODEL_LABELS[forecast_model].capitalize()} in the backtest, by months ahead.",
    source=source,
    formats={"bias": "{:+.4f}"},
    labels={"bias": "Bias, log"},
)

# %% [markdown]
# ## Where may rents go?
#
# For the months in which forecasts could be tested, the forecast has bands. Beyond them no record says what
# rents do: in place of a forecast, courses that rents have taken before are named.

# %%
inner, outer = outlook.band_coverages
show(
    plots.plot_forecast(outlook, currency, courses["decline_per_year"]),
    name="forecast",
    caption=f"{MODEL_LABELS[forecast_model].capitalize()}: {inner:.0%} and {outer:.0%} bands for the "
    f"{n_judged} months that a record can judge; named courses after them.",
    alt="History, a fan of rents over the judged months, then one line for each named course to the "
    "end of five years.",
    source=source,
)

# %%
ahead = outlook.rents().iloc[[n_judged - 1]]
show_table(
    ahead.drop(columns="is_supported").rename(index=str),
    name="outlook",
    caption=f"Quantiles of the rent at the last judged month, {currency} per GPU-hour.",
    source=source,
    formats=dict.fromkeys(ahead.columns.drop("is_supported"), "{:.2f}"),
)

# %%
today = float(np.exp(here.log_rents.iloc[-1]))
show_table(
    rents_by_course(courses["decline_per_year"], today, n_judged, (1, 3, 5)).join(courses["basis"]),
    name="courses",
    caption=f"Rent in one, three and five years under named courses, {currency} per GPU-hour; "
    f"{today:.2f} now.",
    source=f"{source} Courses from on-demand list prices of specialized clouds.",
    formats=dict.fromkeys(("1 year", "3 years", "5 years"), "{:.2f}"),
    labels={"scenario": "Rent after the judged months"},
)

# %% [markdown]
# ## And since summer 2026?
#
# The index ends where the collection behind it ends. List prices go on: every offer is compared with itself,
# its first price since July 2026 with its newest one, whoever read them.

# %%
newest = recent.matched_changes(quotes, since="2026-07-01", from_day="2026-10-01")
last_day = quotes.loc[quotes["role"].eq("quote"), "quote_date"].max()
show_table(
    newest.reset_index().set_index("gpu"),
    name="newest",
    caption=f"List prices from July to {last_day:%Y-%m-%d}, mean over providers; GPUs of two or more.",
    source="`rent_quotes_usd`, `rent_quotes_cny`; list quotes as printed, in their own currency.",
    formats={
        "change": "{:+.1%}",
        "lowest": "{:+.0%}",
        "highest": "{:+.0%}",
        "first_day": "{:%Y-%m-%d}",
        "last_day": "{:%Y-%m-%d}",
    },
)

# %%
side_by_side = recent.by_source(
    quotes,
    gpu=gpu,
    day="2026-10-05",
    within_days=5,
    segments=("neocloud", "marketplace", "aggregate", "index"),
)
apart = side_by_side["median"].max() / side_by_side["median"].min() - 1.0
show_table(
    side_by_side.reset_index("role"),
    name="by-source",
    caption=f"{gpu} about 2026-10-05 by {len(side_by_side)} readings of "
    f"{side_by_side.index.unique('source_id').size} sources, without hyperscalers' lists: the highest "
    f"median lies {apart:.0%} above the lowest.",
    source="`rent_quotes_usd`; single prints of published indices, medians of list quotes.",
    labels={"role": "Kind"},
    formats={"newest": "{:%Y-%m-%d}"},
)

# %% [markdown]
# ## And in China?
#
# Chinese quotes are levels for whole servers, few before 2026, and contradict each other. They stand
# beside the index abroad at the same month's exchange rate.

# %%
printed = [claims.loc[f"sihan-2025-p36-0{place}"] for place in (1, 2)]
since = min(first_month, printed[0]["period"])
in_cny = market.rent_market(
    quotes,
    gpu=gpu,
    segment=segment,
    currency="CNY",
    quoted_in="USD",
    generator=generator,
    first_month=since,
    last_month=last_month,
    n_draws=0,
).log_rents
quoted = china.chinese_quotes(quotes, in_cny, gpu)
show(
    plots.plot_china(quoted, in_cny, 8 * HOURS_PER_MONTH),
    name="china",
    caption=f"The median Chinese quote is {quoted['ratio'].median():.0%} of the list price abroad.",
    alt="Chinese rents per server-month as single marks, below a line of the list price abroad.",
    source="`rent_quotes_cny`, `fx`, and the index of this page.",
)

# %%
said = china.printed_decline(*printed)
h100 = market.rent_market(
    quotes,
    gpu="H100",
    segment="neocloud",
    currency="CNY",
    quoted_in="USD",
    generator=generator,
    first_month=since,
    n_draws=0,
).log_rents
abroad = float(np.expm1(h100[printed[1]["period"]] - h100[printed[0]["period"]]))
slow, fast = (
    china.continued(printed[1], said[name], h100.index[-1])
    for name in ("least_per_month", "most_per_month")
)

# %%
show_prose(
    f"By the institute Sihan a server with eight H100 rented for {printed[0]['value_low']:,.0f} to "
    f"{printed[0]['value_high']:,.0f} CNY a month in {printed[0]['period']} and for "
    f"{printed[1]['value_low']:,.0f} CNY in {printed[1]['period']}: a fall by {said['least']:.0%} to "
    f"{said['most']:.0%}, or {said['least_per_month']:.1%} to {said['most_per_month']:.1%} a month. "
    f"The index abroad moved by {abroad:+.0%} between these months. Had that rate held until "
    f"{h100.index[-1]}, a server would rent for {fast:,.0f} to {slow:,.0f} CNY a month; the last "
    f"quotes of {gpu} in China are {china.last_quotes(quoted)}."
)

# %% [markdown]
# ## What does age do?
#
# Older GPUs show the far end of a life. Years are counted from a GPU's first offer in these tables.
# Hyperscalers are the largest clouds, Amazon's, Microsoft's and Google's among them.

# %%
rents = quotes[quotes["role"].ne("not a rent") & quotes["currency"].eq("USD")]
first_offered = rents.groupby("gpu")["month"].min()
listed = rents[rents["role"].eq("quote") & rents["contract"].eq("on-demand")]
of_hyperscalers = listed[listed["segment"].eq("hyperscaler") & listed["gpu"].isin(["V100", "A100"])]
flat = panel_trend.fixed_effects_trend(of_hyperscalers, effects=("provider", "gpu_variant"))
show(
    plots.plot_ages(listed, ["V100", "A100"], first_offered),
    name="ages",
    caption=f"Hyperscalers' own list prices of these GPUs moved by {-flat.decline_per_year:+.1%} a "
    "year; specialized clouds and marketplaces ask a fraction of them, and less for older GPUs.",
    alt="Two panels, V100 and A100: hyperscalers' list rents stay level over the years, those of "
    "specialized clouds and marketplaces lie far below and lower with age.",
    source="`rent_quotes_usd`, on-demand list quotes.",
)

# %%
line = listed[listed["segment"].eq("neocloud") & listed["gpu"].isin(generations.GENERATIONS)]
ages = generations.age_calendar_generation(line, first_offered.to_dict())
same = panel_trend.fixed_effects_trend(line)
low, high = same.decline_per_year_interval
gap, gap_low, gap_high = np.expm1([ages.across_generations, *ages.across_generations_interval])
show_prose(
    f"In {ages.n_quotes} list quotes of {ages.n_gpus} GPUs at {ages.n_providers} specialized clouds, each at "
    f"a level of its own, the rent of a given GPU at a given provider moved by {-same.decline_per_year:+.1%} a "
    f"year ({INTERVAL_COVERAGE:.0%} interval {-high:+.0%} to {-low:+.0%}). In the same month the rent of a GPU "
    f"first offered a year later differs by {gap:+.0%} ({INTERVAL_COVERAGE:.0%} interval {gap_low:+.0%} to "
    f"{gap_high:+.0%}, from how far {ages.n_gpus} GPUs lie off one line). How much of that is age, how much "
    "generation and how much the time they lived in cannot be told: age is the date less the date of the "
    f"first offer, so that the three carry the information of {ages.rank_of_three}."
)

# %% [markdown]
# ## What does it mean for a buyer?
#
# The paths of rents above go, month by month, into the model of one server bought to be rented out. The first
# rent is one Chinese quote, moved by the index; the server's price is that of the month of purchase, or one
# price held fixed. Chance is drawn only for the months in which forecasts could be tested; after them rents
# take one of the named courses.
#
# What risk did the buyer of each month run? A line is the share of rent paths under which the purchase
# fails as its row says; where the lines of a panel lie apart, a contract takes risk away. Where one column
# differs from the next, the course of rents decides, and no record says which one comes.

# %%
show(
    plots.plot_risk(risks[utilizations[-1]]),
    name="risk-by-purchase",
    caption=f"Probability, as seen on the day, that a purchase fails, {utilizations[-1]:.0%} of hours "
    f"billed: {MODEL_LABELS[forecast_model]} for {n_judged} months, then a named course; server price "
    f"of that month, contracts of {contract_months} months.",
    alt="Three rows of panels by month of purchase: probability that equity is lost, that a payment "
    "is not covered and that the purchase never pays back; a line for each share under contract, a "
    "column for each named course of rent.",
    source="rent paths of this page in the model of one server; server prices from `server_facts`; level "
    f"{anchor_rent_cny_per_server_month:,.0f} CNY a server-month in {anchor_month}; courses from all "
    "quotes to date.",
)

# %% [markdown]
# The risk that the owner loses money, in numbers: as seen on the day, as seen now, and on the day at one fixed
# price. Beside the first rent stands what quotes in China say of that month, which another report takes for its
# purchases; months between quotes are interpolated.

# %%
quoted_in_china = (
    server_rents(data.load("rent_quotes_cny"), gpu) if gpu in gpus() else price * np.nan
)
fixed = purchase.risk_by_purchase(
    here.real_time,
    Assumptions(utilization=utilizations[-1]),
    server_price_cny=price * 0.0 + fixed_server_price_cny,
    generator=np.random.default_rng(seed),
    **terms,
)
show_table(
    tables.purchase_table(risks[utilizations[-1]], fixed, uncontracted, quoted_in_china),
    name="purchases",
    caption=f"Probability that equity is lost, {utilizations[-1]:.0%} of hours billed, "
    f"{uncontracted:.0%} under contract: as seen on the day, as seen in {here.real_time.index[-1]}, and "
    f"on the day at {fixed_server_price_cny:,.0f} CNY.",
    source="rent paths of this page in the model of one server; server prices from `server_facts`.",
    formats={"then": "{:.0%}", "now": "{:.0%}"},
    labels={"scenario": "Rent after the judged months", "then": "On the day"},
)

# %%
show_table(
    latest,
    name="horizons",
    caption=f"A purchase of {last_purchase}, {uncontracted:.0%} under contract, by course after "
    f"{n_judged} months. Within them, which a record can judge, a payment is not covered in "
    f"{covered.min():.0%} to {covered.max():.0%} of paths.",
    source="rent paths of this page in the model of one server.",
    formats=dict.fromkeys(latest.columns, "{:.0%}"),
    labels={"scenario": "Rent after the judged months", "risk": "What fails"},
)

# %%
paths, is_judged = bridge.paths_from_purchase(
    outlook,
    here.log_rents.index[-1],
    n_months=outlook.n_ahead,
    n_paths=n_paths,
    generator=generator,
)
saved = {"gpu": gpu, "segment": segment, "model": forecast_model, "seed": seed}
_ = bridge.save_rent_forecast(paths, is_judged, name=saved_as, parameters=saved)

# %% [markdown]
# ## Limits
#
# - List prices of specialized clouds, found in archives: not what large customers pay, no quantities, eleven
#   providers at most. A discount that never reaches a price list is not seen.
# - Restated quotes carry factors that the collection assumes; they cancel as long as a provider keeps its
#   offer, and look like a price change where it does not.
# - A price carried on is late: a fall is dated by the next archived copy of the price list.
# - Thirty-odd monthly origins hold few independent forecasts of a year; at eighteen months, two.
# - Results of a whole life rest on a course that nobody has observed for these GPUs. Where rent stays,
#   an old GPU rents like a new one; the others fall as older GPUs and generations have.
# - Chinese levels come from a single quote and move with the index abroad.

# %% [markdown]
# ## References
#
# - Farmer, J. D. and Lafond, F. (2016), How predictable is technological progress?, Research Policy 45.
# - Diewert, W. E. and Fox, K. J. (2022), Substitution bias in multilateral methods for CPI
#   construction, Journal of Business & Economic Statistics 40.
# - Bai, J. and Perron, P. (1998), Estimating and testing linear models with multiple structural
#   changes, Econometrica 66; Bai, J. (1997), Review of Economics and Statistics 79.
# - Harvey, D., Leybourne, S. and Newbold, P. (1997), Testing the equality of prediction mean squared
#   errors, International Journal of Forecasting 13.
# - Kiefer, N. M. and Vogelsang, T. J. (2005), Econometric Theory 21, on HAC intervals.

# %%
save_results(
    {
        "peak": peak,
        "trough": trough,
        "fall": headline.fall.value,
        "rebound": headline.rebound.value,
        "rebound_made_anew": [swing.rebound.value for swing in anew],
        "fall_of_median": swung[1].fall.value,
        "rebound_of_median": swung[1].rebound.value,
        "last_month": str(here.log_rents.index[-1]),
        "earliest_start": str(starts.index[0]),
        "fall_from_earliest_start": float(earliest["to_trough"]),
        "change_since_earliest_start": float(earliest["to_last"]),
        "median_list_price_per_gpu_hour": float(np.exp(here.log_rents.iloc[-1])),
        "n_list_prices": n_listed,
        "change_per_year": -float(mean_change["decline_per_year"]),
        "change_per_year_90": [-float(mean_change[f"decline_{end}"]) for end in ("high", "low")],
        "drift_change_p_value": drift.p_value,
        "change_since_2026_02": {
            "with_all_sources": float(beside["change"].iloc[0]),
            "without_unlicensed": [float(value) for value in beside["change"].iloc[1:]],
        },
        "n_judged_months": n_judged,
        "coverage_90_judged": float(inside.mean()),
        "coverage_90_of_right_intervals": list(fair.interval),
        "list_prices_until": f"{last_day:%Y-%m-%d}",
        "list_price_change_since_2026_07": {
            f"{name}_{coin}".lower().replace(" ", "_"): float(value)
            for (coin, name), value in newest["change"].items()
        },
        "crps_mean": float(held["crps"].mean()),
        "p_equity_lost": {
            f"billed_{100 * used:.0f}": {
                str(course).lower().replace(" ", "_"): float(row.iloc[at])
                for course, row in latest.xs("equity is lost", level="risk").iterrows()
            }
            for at, used in enumerate(utilizations)
        },
    },
    headline=f"{what_happened}. {own_course}Counted from {starts.index[0]} the change to {trough} is "
    f"{earliest['to_trough']:+.0%}. {verdict}.",
)
