"""Is it a bubble: rules, score, sentence, false alarms, record, and what would prove it wrong."""

import re

import numpy as np
import pandas as pd
import pytest

from analysis import data
from analysis.capex import COMPANIES
from analysis.capex.faces import verdict_tables
from analysis.capex.verdict.declared import (
    CORE,
    DECLARED_DATE,
    DUE_DATE,
    FROM_FILINGS,
    RULES,
    STATEMENTS,
)
from analysis.capex.verdict.false_alarms import Calm, alarm_rates, calm_history, simulated_scores
from analysis.capex.verdict.record import company_years, episodes, hit_table
from analysis.capex.verdict.score import judge_evidence, verdict_word
from analysis.capex.verdict.verdict_evidence import Beside, evidence, rent_change

MONTHS = pd.period_range("2025-09", periods=13, freq="M")


@pytest.mark.parametrize(
    ("rule", "value", "speaks"),
    [
        ("burden", 0.31, True),
        ("burden", 0.15, False),
        ("cash", 1.59, True),
        ("cash", 0.82, False),
        ("gap", 0.68, True),
        ("gap", 0.10, False),
        ("explosive", 1.0, True),
        ("explosive", 0.0, False),
        ("depreciation", 0.36, True),
        ("depreciation", 0.97, False),
        ("rent", -0.10, True),  # falling rents are the sign of a glut
        ("rent", 0.17, False),
        ("revenue", 7.5, True),
        ("revenue", 1.0, False),
        ("leases", 1.6, True),
        ("leases", 0.5, False),
    ],
)
def test_each_indicator_speaks_on_its_side_of_the_threshold(rule, value, speaks):
    assert RULES[rule].speaks(value) is speaks
    assert RULES[rule].speaks(float("nan")) is None
    assert RULES[rule].speaks(RULES[rule].threshold) is False


@pytest.fixture(scope="module")
def united_states(fundamentals):
    rent = pd.Series(np.linspace(0.0, np.log(1.2), 13), MONTHS)
    chances = dict.fromkeys(CORE["United States"], 0.4)
    beside = Beside(chances, {"Alphabet": True}, rent, 7.5, "2026-03-31", 1.6, "2025Q4")
    return evidence("United States", fundamentals, beside)


def test_the_evidence_by_hand(united_states, fundamentals):
    assert (united_states["as_of"][["burden", "cash"]] == "four quarters to 2026Q2").all()
    assert united_states["value"]["burden"] == pytest.approx(0.3063, abs=5e-5)
    assert united_states["value"]["rent"] == pytest.approx(0.2)
    assert united_states["speaks"].tolist() == [True, False, True, True, True, False, True, True]
    china = evidence("China", fundamentals, Beside())
    # four quarters of cash flow end in 2025, so the newest quarter stands for them:
    # (67,678 + 52,784) / (22,950 + 52,700)
    assert china["value"]["cash"] == pytest.approx(120_462 / 75_650)
    assert china["as_of"]["cash"] == "2026Q2"
    assert china["speaks"]["leases"] is None and china["as_of"]["leases"] == ""
    known = china["value"].notna()
    assert (china.loc[known, "as_of"] != "").all()


def test_a_rent_of_less_than_a_year_is_unknown():
    assert np.isnan(rent_change(pd.Series(0.0, MONTHS[:12]))[0])
    assert np.isnan(rent_change(None)[0])


def said(*speaks):
    return pd.DataFrame(
        {"speaks": speaks, "value": 0.8, "as_of": "four quarters to 2026Q2"},
        index=pd.Index(list(RULES), name="rule"),
    )


def test_the_score_by_hand():
    one = judge_evidence("Here", said(True, True, True, True, True, True, True, True), 1)
    assert (one.score, one.agreement, one.confidence) == (1.0, 1.0, "sure")
    assert one.band == pytest.approx((1.0, 1.0))
    most = judge_evidence("Here", said(True, True, True, True, True, None, None, None), 1)
    assert (most.score, most.agreement, most.confidence) == (1.0, 1.0, "fairly sure")
    none = judge_evidence("Here", said(*[False] * 8), 1)
    assert (none.word, none.n_for, none.n_known) == ("no signs of a bubble", 0, 8)
    half = judge_evidence("Here", said(*[True] * 4, *[False] * 4), 1)
    assert half.word == "mixed signs" and half.weighted.mean() == pytest.approx(0.5, abs=0.02)
    # eight even weights: the score is Beta(4, 4), whose 5th percentile is 0.225
    assert half.band[0] == pytest.approx(0.225, abs=0.03) and len(half.weighted) == 1000


@pytest.mark.parametrize(("score", "word"), [(0.67, "signs"), (0.66, "mixed"), (0.33, "no")])
def test_the_verdict_changes_at_the_thirds(score, word):
    assert verdict_word(score).startswith(word)


def test_the_sentence_can_be_repeated(united_states):
    sentence = judge_evidence("United States", united_states, 1).sentence()
    assert sentence.startswith("United States, 2026Q2: signs of a bubble")
    assert len(sentence.split()) <= 40
    assert len(re.findall(r"[0-9]+%?", sentence.replace("2026Q2", ""))) <= 3
    assert "sure" in sentence
    assert sentence.endswith("% of operating cash flow over four quarters.")
    one = united_states.copy()
    one.loc["cash", "as_of"] = "2026Q2"  # a country whose cash flow is filed for a quarter alone
    assert judge_evidence("China", one, 1).sentence().endswith("cash flow in that quarter.")


def test_other_evidence_turns_the_sentence(united_states):
    turned = united_states.assign(speaks=[not one for one in united_states["speaks"]])
    assert "no signs of a bubble" in judge_evidence("United States", turned, 1).sentence()


def calm(rate, spread=0.02, margin=0.4):
    even = np.ones(3)
    return Calm(
        0.03 * even, 0.02 * even, rate * even, spread * even, margin * even, 0.02 * even, even
    )


def test_histories_without_a_bubble_give_few_alarms_and_a_bubble_gives_many():
    quiet = alarm_rates(simulated_scores(calm(0.10), n_histories=2_000))
    assert quiet["burden"] == quiet["cash"] == quiet["gap"] == 0.0 == quiet["score"]
    assert 0.03 < quiet["explosive"] < 0.07  # the family of three at 5 %
    heavy = alarm_rates(simulated_scores(calm(0.30), n_histories=500))
    assert heavy["burden"] == 1.0 and heavy["score"] < 0.05  # one indicator is not enough
    surge = simulated_scores(
        calm(0.10), n_histories=500, surge_per_quarter=0.08, n_surge_quarters=14
    )
    assert alarm_rates(surge)["score"] > 0.9


def test_the_others_count_as_they_are():
    scores = simulated_scores(calm(0.30), n_histories=500)
    n_for = scores[list(FROM_FILINGS)].sum(axis=1)
    rates = alarm_rates(scores, [True, True, True, False])
    assert rates["score_with_others"] == pytest.approx(((n_for + 3) / 8 >= 2 / 3).mean())


@pytest.mark.parametrize("country", list(CORE))
def test_the_declared_score_cries_wolf_rarely(fundamentals, country):
    history = calm_history(fundamentals, CORE[country])
    rates = alarm_rates(simulated_scores(history, n_histories=4_000))
    assert rates["score"] < 0.02
    assert 0.04 < rates["explosive"] < 0.07


def test_the_spreads_of_a_known_history_are_recovered():
    """Synthetic truth: growth of 2 % and a rate of 10 % of revenue, four quarters at a time."""
    quarters = pd.period_range("2018Q1", "2022Q4", freq="Q")
    revenue = 100.0 * np.exp(0.02 * np.arange(len(quarters)))
    rows = [
        {"company": "Meta", "quarter": quarter, "metric": metric, "value_m": share * amount}
        for quarter, amount in zip(quarters, revenue, strict=True)
        for metric, share in (("revenue", 1.0), ("capex", 0.1), ("operating_cash_flow", 0.4))
    ]
    names = {"revenue": "revenue", "capex": "purchases", "operating_cash_flow": "operating"}
    table = pd.DataFrame(rows).assign(currency="USD", is_residual=False, is_computed=False)
    table["definition"] = table["metric"].map(names)
    table["fiscal_year"] = [quarter.year for quarter in table["quarter"]]
    table["fiscal_quarter"] = [quarter.quarter for quarter in table["quarter"]]
    rates = pd.Series(7.0, quarters)
    filed = Filed(table, rates)
    one = calm_history(filed, ["Meta"])
    assert one.growth[0] == pytest.approx(0.02) and one.growth_spread[0] == pytest.approx(0.0)
    assert one.rate[0] == pytest.approx(0.1) and one.margin[0] == pytest.approx(0.4)


class Filed:
    """What a panel reads of fundamentals."""

    companies = COMPANIES

    def __init__(self, quarters, cny_per_usd):
        self.quarters, self.cny_per_usd = quarters, cny_per_usd


def test_the_record_knows_what_came_after(fundamentals):
    years = company_years(fundamentals)
    assert years.loc[("Amazon", 2021), ["is_flagged", "fell"]].tolist() == [True, True]
    assert years.loc[("Meta", 2022), "worst_growth"] == pytest.approx(-0.133, abs=5e-4)
    assert not years.loc[("Alphabet", 2021), "is_flagged"]
    assert pd.isna(years.loc[("Oracle", 2025), "fell"])  # two years have not passed
    hits = hit_table(years)
    assert hits["n"].sum() == years["fell"].notna().sum()
    assert "Of 2 such years" in verdict_tables.hits_in_words(hits)


def test_an_earlier_surge_by_hand():
    table = episodes(data.load("investment_episodes"))
    shale = table.loc["Continental Resources"]
    assert shale.loc[2014, "cash"] == pytest.approx(4587.399 / 3355.715)
    assert shale["speaks"].eq(True).all()
    assert shale.loc[2013, "worst_growth"] == pytest.approx(2597.699 / 4587.399 - 1)
    carriers = table.loc["North American wireline carriers"]
    assert carriers["speaks"].isna().all() and carriers["cash"].isna().all()


def test_what_would_prove_it_wrong_is_dated_and_is_not_so_already(united_states, fundamentals):
    now = {
        "United States": united_states["value"],
        "China": evidence("China", fundamentals, Beside())["value"],
    }
    assert {one.country for one in STATEMENTS} == set(CORE)
    for one in STATEMENTS:
        assert not one.is_wrong(now[one.country][one.rule]), one.text
        turn = one.limit + (0.01 if one.side == "above" else -0.01)
        assert one.is_wrong(turn)
    assert pd.Timestamp(DUE_DATE) - pd.Timestamp(DECLARED_DATE) <= pd.Timedelta("366D")
