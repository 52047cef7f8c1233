"""The audit of the ledger itself."""

import json
import socket

import numpy as np
import pytest
from typer.testing import CliRunner

from analysis.claims.ledger import Audit, audit, read_committed
from analysis.claims.verdicts import GRAVITY
from analysis.cli.app import app


@pytest.fixture(scope="module")
def audited() -> Audit:
    return audit()


def test_no_verdict_differs_from_the_committed_one(audited: Audit) -> None:
    assert audited.changes(read_committed()).empty
    assert set(read_committed()["claim_id"]) == set(audited.claims.index)


def test_most_claims_are_checked_by_another_figure(audited: Audit) -> None:
    coverage = audited.coverage()
    assert coverage.loc["all", "share"] >= 0.6
    assert (coverage["share"] >= 1 / 3).all()


def test_as_many_are_pinned_down_by_an_equation(audited: Audit) -> None:
    # the same floor without bounds, and without intervals wider than the claim itself
    coverage = audited.coverage()
    assert coverage.loc["all", "share_pinned_down"] >= 0.6
    assert (coverage["share_pinned_down"] >= 1 / 3).all()
    assert (coverage["pinned_down"] <= coverage["checked_by_other_figure"]).all()


def test_no_verdict_without_a_computation(audited: Audit) -> None:
    claims = audited.claims
    assert set(claims["verdict"]) <= set(GRAVITY)
    checked = claims["verdict"] != "cannot be checked"
    assert (claims.loc[checked, "n_checks"] > 0).all()
    assert claims.loc[checked, ["recomputed_low", "recomputed_high"]].notna().all(axis=None)
    assert (claims.loc[checked, "check"] != "").all()
    assert (claims.loc[~checked, "because"] != "").all()


def test_each_contradiction_has_its_two_numbers(audited: Audit) -> None:
    wrong = audited.striking()
    assert set(wrong["verdict"]) == {
        "contradicts itself",
        "in tension with another source",
        "settled by outcome: wrong",
    }
    assert set(wrong.index) == set(
        audited.claims.index[audited.claims["verdict"].isin(set(wrong["verdict"]))]
    )
    printed = wrong[["printed_low", "printed_high"]].to_numpy()
    recomputed = wrong[["recomputed_low", "recomputed_high"]].to_numpy()
    assert np.isfinite(printed).any(axis=1).all()
    assert np.isfinite(recomputed).any(axis=1).all()
    assert (wrong["gap"] != 0).all()


def test_named_assumptions_have_words(audited: Audit) -> None:
    assumed = audited.claims["verdict"].isin(
        ["reproduces with an assumption", "settled by outcome: wrong", "settled by outcome: right"]
    )
    assert (audited.claims.loc[assumed, "because"] != "").all()


@pytest.mark.parametrize(
    ("claim_id", "verdict", "low", "high"),
    [
        # 512 over 111 + 101 + 107 less one, printed as 69 %
        ("caijing-2025-p33-02", "contradicts itself", 0.597, 0.613),
        # 2.67 over 20.7: no more than 12.9 % could have been the company's, 20.3 % is printed
        ("kaiyuan-2024-p04-06", "contradicts itself", -np.inf, 0.1295),
        # 48.5 + 19.6 + 16.9 + 16.9: the fourth cloud would have to be a buyer that is not listed
        ("caijing-2025-p72-01", "contradicts itself", -np.inf, 1.021e6),
        # 2,000,000 x 0.4 of depreciation in the first year leaves -85,000, not -51,000
        ("sihan-2025-p41-01", "contradicts itself", -85000, -85000),
        ("kaiyuan-2024-p03-06", "settled by outcome: wrong", 11.995e6, 12.005e6),
        ("notes-2025-p08-29", "settled by outcome: right", 9.549e9, 9.570e9),
        # "several hundred" of the 101 that the same article counts
        ("yiou-2024-p22-01", "contradicts itself", 101, 101),
        # to slow for two years, of which the first brought +77 % after +67 %
        ("caijing-2025-p67-01", "settled by outcome: wrong", -np.inf, 1),
        # by filings +386 % and +259 %, then Oracle with +250 %
        ("caijing-2025-p32-08", "reproduces", 2, 2),
        # 6.5 over 8.27 / 4.459 + 1.4 is twice, within the last digits
        ("notes-2025-p14-39", "reproduces with an assumption", 0.965, 1.030),
    ],
)
def test_the_striking_ones(
    audited: Audit, claim_id: str, verdict: str, low: float, high: float
) -> None:
    row = audited.claims.loc[claim_id]
    assert row["verdict"] == verdict
    assert row["recomputed_low"] == pytest.approx(low, rel=2e-3)
    assert row["recomputed_high"] == pytest.approx(high, rel=2e-3)


def test_it_is_deterministic_and_offline(audited: Audit, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("the audit went to the network")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    again = audit()
    assert again.committed_form().equals(audited.committed_form())
    assert [one.recomputed for one in again.findings] == [
        one.recomputed for one in audited.findings
    ]


def test_the_command_tells_a_changed_verdict(
    audited: Audit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("analysis.claims.ledger.audit", lambda: audited)
    unchanged = CliRunner().invoke(app, ["audit", "--json"])
    assert unchanged.exit_code == 0
    printed = json.loads(unchanged.stdout)
    assert len(printed["claims"]) == len(audited.claims)
    assert printed["n_changes"] == 0
    other = read_committed().assign(
        verdict=lambda frame: frame["verdict"].mask(
            frame["claim_id"] == "caijing-2025-p33-02", "reproduces"
        )
    )
    monkeypatch.setattr("analysis.claims.ledger.read_committed", lambda: other)
    changed = CliRunner().invoke(app, ["audit"])
    assert changed.exit_code == 1
    assert "caijing-2025-p33-02: reproduces -> contradicts itself" in changed.output
