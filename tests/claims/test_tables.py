"""The tables of the report say what the audit found."""

import pytest

from analysis.claims import audit_plots as plots
from analysis.claims import audit_tables as tables
from analysis.claims.ledger import Audit, audit
from analysis.printed.wording import amount, relative, span


@pytest.fixture(scope="module")
def audited() -> Audit:
    return audit()


def test_the_striking_are_the_failing_ones_widest_first(audited: Audit) -> None:
    table = tables.striking(audited, 1000)
    assert len(table) == audited.coverage().loc["all", "fails"]
    assert set(table["against"]) == {"itself", "another source", "another scope"}
    assert (table[["printed", "recomputed", "off_by", "check"]] != "").all(axis=None)


def test_the_settled_are_told_right_from_wrong(audited: Audit) -> None:
    table, counts = tables.settled(audited), audited.counts()["all"]
    assert (table["off_by"] == "right").sum() == counts["settled by outcome: right"]
    assert (table["off_by"] != "right").sum() == counts["settled by outcome: wrong"]


@pytest.mark.parametrize("verdict", ["cannot be checked", "reproduces with an assumption"])
def test_groups_hold_every_claim_of_their_verdict(audited: Audit, verdict: str) -> None:
    assert tables.grouped(audited, verdict)["claims"].sum() == audited.counts().loc[verdict, "all"]


def test_a_figure_out_of_a_list_is_told_from_the_others(audited: Audit) -> None:
    ledger = tables.ledger(audited)
    assert len(ledger) == len(audited.claims)
    assert ledger.loc["kaiyuan-2024-p03-07", "printed"] == "7 m CNY, in -0.37/0.07/0.45亿元"
    assert ledger.loc["sihan-2025-p36-01", "printed"] == "12-18 万元/月"


def test_a_figure_that_is_right_and_mislabeled_is_shown_as_both(audited: Audit) -> None:
    table = tables.readings(audited)
    mislabeled = table[table["mislabeled"] != ""]
    assert set(mislabeled["mislabeled"]) == {"double-declining balance", "AI computing"}
    assert table["remark"].str.contains("by p").all()
    assert len(table) == (audited.claims["remark"] != "").sum()


def test_130_to_4_in_nine_months_halves_every_1_8() -> None:
    # 130 / 4 = 32.5 is 5.02 halvings
    assert tables.half_life_months(130.0, 4.0, 9.0) == pytest.approx(9 / 5.0224, rel=1e-4)


def test_bars_fill_the_width(audited: Audit) -> None:
    shares = tables.share_by_standing(audited)
    assert shares.sum(axis=1).to_numpy() == pytest.approx(1.0)
    figure = plots.plot_standing(shares, audited.coverage()["claims"])
    ends = [bar.get_x() + bar.get_width() for bar in figure.axes[0].patches]
    assert max(ends) == pytest.approx(1.0)
    assert len(ends) == shares.size


@pytest.mark.parametrize(
    ("low", "high", "unit", "words"),
    [
        (8.5e4, 8.5e4, "CNY per server-month", "85,000 CNY per server-month"),
        (-8.5e4, -8.5e4, "CNY", "-85 k CNY"),
        (0.0, 0.0, "CNY", "0 CNY"),
        (1.0, 2.0, "count", "1 to 2"),
        (2.6e11, 2.6e11, "CNY", "260 bn CNY"),
    ],
)
def test_wording(low: float, high: float, unit: str, words: str) -> None:
    assert span(low, high, unit) == words


def test_wording_of_digits() -> None:
    assert amount(5.7847, "times", 4) == "5.785 times"
    assert relative(0.013715) == "+1.4 %"
