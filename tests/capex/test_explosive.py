"""Explosive series: refused, one family, a scale by rule, a direction, and the size of the test."""

import numpy as np
import pandas as pd
import pytest

from analysis.capex import US_COMPANIES, build_panel
from analysis.capex.faces import verdict_tables
from analysis.capex.indicators.explosive import (
    Candidate,
    explosive_family,
    ratio_candidates,
    rent_candidates,
    scale_of,
    summed_candidate,
)
from analysis.exuberance import gsadf, wild_bootstrap_critical_values

MONTHS = pd.period_range("2023-01", periods=40, freq="M")
CALM = np.random.default_rng(7).normal(0.0, 0.02, 40)
WAVE = np.where(np.arange(40) < 24, 0.0, 0.05 * 1.25 ** np.arange(-24, 16))


def rents(**paths):
    return rent_candidates({name: pd.Series(path, MONTHS) for name, path in paths.items()})


@pytest.fixture(scope="module")
def quarters(fundamentals):
    return build_panel(fundamentals, "purchases", "quarter", "reported")


def test_what_cannot_be_tested_says_why(quarters):
    refused = {one.name: one.refused for one in ratio_candidates(quarters, "da_to_net_income")}
    assert refused["Amazon"].startswith("the ratio to net income is undefined: it is negative")
    assert "fewer than 24" in refused["Baidu"]
    assert refused["Meta"] == ""
    [short] = rent_candidates({"new": pd.Series(CALM[:23], MONTHS[:23])})
    assert short.refused == "23 months in a row, fewer than 24"
    table = explosive_family([short], draws=99)
    assert table["rejects"].isna().all() and table["n"].tolist() == [23]


def test_all_tables_are_one_family(quarters):
    few = ratio_candidates(quarters, "capex_to_revenue", ["Alphabet", "Microsoft"])
    more = [*few, *rents(calm=CALM)]
    alone, together = (explosive_family(one, draws=999) for one in (few, more))
    key = ("capex to revenue", "Alphabet")
    assert alone["p_value"][key] == together["p_value"][key]
    assert alone["p_holm"][key] == pytest.approx(2 * alone["p_value"][key])
    assert together["p_holm"][key] == pytest.approx(3 * alone["p_value"][key])


def test_explosive_is_a_way_of_moving_and_the_way_is_said():
    table = explosive_family(rents(rise=CALM + WAVE, fall=-CALM - WAVE, calm=CALM), draws=999)
    table = table.droplevel("kind")
    assert table["rejects"].tolist() == [True, True, False]
    assert table["direction"][["rise", "fall"]].tolist() == ["up", "down"]
    assert table["stretch"]["rise"] == table["stretch"]["fall"]  # the mirror of the other
    assert table["stretch"]["rise"].endswith("2026-04") and pd.isna(table["stretch"]["calm"])


def test_one_months_jump_is_no_bubble():
    jump = CALM.copy()
    jump[30] += 0.6  # and back the month after
    table = explosive_family(rents(jump=np.cumsum(0.2 * CALM) + jump - CALM), draws=999)
    assert not table["rejects"].any()


def test_what_a_finding_hangs_on_is_named():
    table = explosive_family(rents(rise=CALM + WAVE), draws=999).droplevel("kind")
    assert table["p_without"]["rise"] >= table["p_value"]["rise"]
    assert pd.Period(table["hangs_on"]["rise"], "M") in MONTHS


def test_the_scale_follows_the_rule():
    assert scale_of(pd.Series([0.1, 5.0])) == "logs"
    assert scale_of(pd.Series([0.0, 5.0])) == "levels"
    months = pd.period_range("2023-01", periods=30, freq="M")
    loss = pd.Series(np.random.default_rng(1).normal(size=30), months)
    table = explosive_family([Candidate("income", "Maker", loss, 30)], draws=99)
    assert table["scale"].tolist() == ["levels"] and table["p_other_scale"].isna().all()


def test_summed_spending_is_tested_with_a_trend(fundamentals):
    in_usd = build_panel(fundamentals, "purchases", "quarter")
    one = summed_candidate(in_usd, US_COMPANIES, "five")
    assert (one.trend, one.drift) == ("ct", "estimated")


def test_alphabet_alone_of_the_companies_is_explosive(quarters):
    table = explosive_family(ratio_candidates(quarters, "capex_to_revenue"))
    found = table.index[table["rejects"].eq(True)].get_level_values("name")
    assert list(found) == ["Alphabet"]
    assert table.loc[("capex to revenue", "Alphabet"), "direction"] == "up"
    raw = ratio_candidates(quarters, "capex_to_revenue", US_COMPANIES, is_adjusted=False)
    without = explosive_family(raw, draws=999)
    assert "for Alphabet" in verdict_tables.unadjusted_in_words(table, without)
    assert without.loc[("capex to revenue", "Alphabet"), "p_value"] > 0.1


@pytest.mark.slow
def test_the_bootstrap_keeps_its_size_where_random_walks_lose_theirs():
    rng = np.random.default_rng(5)
    n_walks, n_quarters = 1_200, 34
    steps = rng.standard_normal((n_walks, n_quarters))
    rates = {}
    for name, spread in (("even", 1.0), ("restless end", 2.5)):
        scaled = steps * np.where(np.arange(n_quarters) < 26, 1.0, spread)
        found = []
        for walk in np.cumsum(scaled, axis=1):
            test = gsadf(walk)
            null = wild_bootstrap_critical_values(walk, draws=199, seed=1).distributions["GSADF"]
            found.append((null.p_value(test.statistic) <= 0.05, test.p_value <= 0.05))
        rates[name] = np.mean(found, axis=0)
    assert 0.035 < rates["even"][0] < 0.065  # two standard errors are 1.3 points
    assert 0.035 < rates["restless end"][0] < 0.065
    assert rates["restless end"][1] > rates["restless end"][0] + 0.04
