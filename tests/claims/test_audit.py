"""The audit of the ledger itself."""

import json
import socket

import numpy as np
import pytest
from typer.testing import CliRunner

from analysis.claims.ledger import Audit, audit, read_committed
from analysis.claims.verdicts import FAILING, HOLDING, SETTLED, VERDICTS
from analysis.cli.app import app


@pytest.fixture(scope="module")
def audited() -> Audit:
    return audit()


def test_no_verdict_differs_from_the_committed_one(audited: Audit) -> None:
    assert audited.changes(read_committed()).empty
    assert set(read_committed()["claim_id"]) == set(audited.claims.index)


def test_each_claim_stands_in_one_column(audited: Audit) -> None:
    coverage = audited.coverage()
    parts = coverage.drop(columns=["claims", "share_recomputed"])
    assert (parts.sum(axis=1) == coverage["claims"]).all()
    assert coverage.loc["all", "claims"] == len(audited.claims)
    assert coverage.loc["all", "share_recomputed"] > 0.5


def test_support_is_said_of_what_holds_and_of_nothing_else(audited: Audit) -> None:
    holds = audited.claims["verdict"].isin(HOLDING)
    assert (audited.claims["support"].ne("") == holds).all()


def test_one_disagreement_is_counted_once(audited: Audit) -> None:
    disputes = audited.disputes()
    failing = audited.claims.index[audited.claims["verdict"].isin(FAILING)]
    assert sorted(name for group in disputes for name in group) == sorted(failing)
    # one life of servers printed twice; brokers who forecast another revenue of 2027
    assert {"caijing-2025-p42-01", "caijing-2025-p51-01"} in disputes
    assert any({"notes-2025-p17-22", "notes-2025-p20-29"} <= group for group in disputes)


def test_one_event_is_counted_once(audited: Audit) -> None:
    events = audited.events()
    # three figures of one contract that was terminated
    assert [right for (text, _), right in events.items() if text == "sihan-2025"] == [False]
    assert len(events) < audited.claims["verdict"].isin(SETTLED).sum()


def test_no_verdict_without_a_computation(audited: Audit) -> None:
    claims = audited.claims
    assert set(claims["verdict"]) <= set(VERDICTS)
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
        "in tension of scope",
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
        ("kaiyuan-2024-p04-06", "in tension of scope", -np.inf, 0.1295),
        # 48.5 + 19.6 + 16.9 + 16.9: the fourth cloud would have to be a buyer that is not listed
        ("caijing-2025-p72-01", "in tension of scope", -np.inf, 1.021e6),
        # 2,000,000 x 0.95 x 4/10 of depreciation in the first year leaves -51,000
        ("sihan-2025-p41-01", "reproduces with an assumption", -51000, -51000),
        ("kaiyuan-2024-p03-06", "settled by outcome: wrong", 11.995e6, 12.005e6),
        # 1,970 + 2,349.2 + 2,478.0 + 2,761.4 million prints as 96, not 95 hundred million
        ("notes-2025-p08-29", "settled by outcome: wrong", 9.558e9, 9.560e9),
        # "several hundred" of the 101 that the same article counts, in a machine's words
        ("yiou-2024-p22-01", "cannot be checked", 101, 101),
        # 111.9 is of supercomputing clouds, 466 of supercomputing services
        ("notes-2025-p05-27", "in tension of scope", 11.185e9, 11.195e9),
        # 734 million of revenue in nine months is the 700 million; AI computing alone is not
        ("notes-2025-p05-30", "reproduces with an assumption", 733.5e6, 734.5e6),
        ("notes-2025-p05-39", "reproduces", 53.5e6, 54.5e6),
        ("sihan-2025-p36-02", "reproduces", 75000, 75000),
        ("sihan-2025-p30-02", "in tension of scope", -np.inf, 0.5),
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
