"""From figures to verdicts, on a ledger of a few claims."""

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from analysis.claims.check_language import parse
from analysis.claims.declared_checks import Check, CheckError, load_checks
from analysis.claims.evidence import Evidence
from analysis.claims.ledger import Audit, audit, coarse_operands
from analysis.claims.verdicts import document
from analysis.data import load


def ledger(**printed: tuple[str, float, str]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "claim_id": f"s-2025-{key.replace('_', '-')}" if key[0] == "p" else key,
            "source_id": "s-2025" if key[0] == "p" else "t-2024",
            "paragraph": 1,
            "subject": "thing",
            "quantity": "amount",
            "period": "",
            "printed": text,
            "value_low": value,
            "value_high": value,
            "unit": unit,
            "qualifier": "",
        }
        for key, (text, value, unit) in printed.items()
    )


def check(claims: pd.DataFrame, folder: Path, *lines: str, cannot: str = "") -> Audit:
    body = "".join(f"  - {line}\n" for line in lines)
    reason = f"cannot:\n  - {{claims: {cannot}, why: nothing}}\n" if cannot else ""
    text = f"source: s-2025\nchecks:\n{body}{reason}"
    (folder / "s-2025.yaml").write_text(text, encoding="utf-8")
    return audit(claims, load_checks(claims["claim_id"], folder))


def verdict(done: Audit, place: str) -> str:
    return str(done.claims.loc[f"s-2025-{place}", "verdict"])


SUM = {"p01_01": ("10", 10.0, "P"), "p01_02": ("4", 4.0, "P"), "p01_03": ("6", 6.0, "P")}


def test_a_sum_that_holds_confirms_its_terms(tmp_path: Path) -> None:
    done = check(ledger(**SUM), tmp_path, "p01-01 = p01-02 + p01-03")
    assert list(done.claims["verdict"]) == ["reproduces"] * 3
    assert list(done.claims["support"]) == ["recomputed"] * 3


def test_a_sum_that_fails_is_charged_to_the_total(tmp_path: Path) -> None:
    claims = ledger(**{**SUM, "p01_01": ("13", 13.0, "P")})
    done = check(claims, tmp_path, "p01-01 = p01-02 + p01-03", cannot="p01-02 p01-03")
    row = done.claims.loc["s-2025-p01-01"]
    assert row["verdict"] == "contradicts itself"
    # 13 stands for 12.5 to 13.5, the parts for 9 to 11: apart by 1.5, a seventh of 11
    assert (row["recomputed_low"], row["recomputed_high"]) == (9.0, 11.0)
    assert row["gap"] == pytest.approx(1.5)
    assert row["relative_gap"] == pytest.approx(1.5 / 11)
    assert verdict(done, "p01-02") == "cannot be checked"


def test_another_source_makes_it_a_tension(tmp_path: Path) -> None:
    claims = ledger(p01_01=("10", 10.0, "P"), **{"t-2024-p01-01": ("12", 12.0, "P")})
    text = "source: t-2024\ncannot:\n  - {claims: p01-01, why: nothing}\n"
    (tmp_path / "t-2024.yaml").write_text(text, encoding="utf-8")
    done = check(claims, tmp_path, "p01-01 = t-2024-p01-01")
    assert verdict(done, "p01-01") == "in tension with another source"


def test_an_assumption_is_named_and_an_outcome_settles(tmp_path: Path) -> None:
    done = check(
        ledger(**SUM),
        tmp_path,
        "{that: p01-01 = 10, assuming: ten it is}",
        "{that: p01-02 = 5, outcome: five it was}",
        "{that: p01-03 = 6, outcome: six it was}",
    )
    assert verdict(done, "p01-01") == "reproduces with an assumption"
    assert done.claims.loc["s-2025-p01-01", "because"] == "ten it is"
    assert verdict(done, "p01-02") == "settled by outcome: wrong"
    assert done.claims.loc["s-2025-p01-02", "relative_gap"] == pytest.approx(-0.1)
    assert verdict(done, "p01-03") == "settled by outcome: right"


def test_cut_digits_are_an_assumption(tmp_path: Path) -> None:
    # 2.5876 is 259 % rounded, 258 % cut
    claims = ledger(p01_01=("258%", 2.58, "share"))
    done = check(claims, tmp_path, "p01-01 = 2.5876")
    assert verdict(done, "p01-01") == "reproduces with an assumption"
    assert "cut off" in done.claims.loc["s-2025-p01-01", "because"]
    assert verdict(check(claims, tmp_path, "p01-01 = 2.5901"), "p01-01") == "contradicts itself"


def test_a_reading_that_fails_does_not_outrank_one_that_holds(tmp_path: Path) -> None:
    claims = ledger(p01_01=("10", 10.0, "P"))
    one, other = "p01-01 = 10", "p01-01 = 12"
    assumed = "{that: p01-01 = 10.1, assuming: so}"
    done = check(claims, tmp_path, one, other, assumed)
    assert verdict(done, "p01-01") == "reproduces"
    assert done.claims.loc["s-2025-p01-01", "remark"] == "12 P by p01-01 = 12"
    done = check(claims, tmp_path, other, assumed)
    assert verdict(done, "p01-01") == "reproduces with an assumption"
    assert verdict(check(claims, tmp_path, other), "p01-01") == "contradicts itself"


@pytest.mark.parametrize("weak", ["p01-01 <= 11", "p01-01 = between(0, 30)", "p01-01 = p01-02"])
def test_a_bound_or_a_repetition_does_not_outrank_a_failure(tmp_path: Path, weak: str) -> None:
    claims = ledger(p01_01=("10", 10.0, "P"), p01_02=("10", 10.0, "P"))
    cannot = "" if "p01-02" in weak else "p01-02"
    done = check(claims, tmp_path, weak, "p01-01 = 12", cannot=cannot)
    assert verdict(done, "p01-01") == "contradicts itself"


def test_a_figure_may_hold_and_be_mislabeled(tmp_path: Path) -> None:
    claims = ledger(p01_01=("10", 10.0, "P"))
    labeled = "{that: p01-01 = 12, label: cores}"
    done = check(claims, tmp_path, "p01-01 = 10", labeled)
    row = done.claims.loc["s-2025-p01-01"]
    assert (row["verdict"], row["mislabeled"]) == ("reproduces", "cores")


def test_a_slip_of_scope_is_no_contradiction(tmp_path: Path) -> None:
    claims = ledger(p01_01=("10", 10.0, "P"))
    done = check(claims, tmp_path, "p01-01 = 10", "{that: p01-01 <= 5, scope: all or some}")
    assert verdict(done, "p01-01") == "in tension of scope"
    assert done.claims.loc["s-2025-p01-01", "because"] == "all or some"


def test_a_machine_s_words_are_no_contradiction_of_the_author(tmp_path: Path) -> None:
    claims = ledger(p01_01=("10", 10.0, "P"))
    text = "source: s-2025\ntranslated: true\nchecks: [p01-01 = 12]\n"
    (tmp_path / "s-2025.yaml").write_text(text, encoding="utf-8")
    done = audit(claims, load_checks(claims["claim_id"], tmp_path))
    assert verdict(done, "p01-01") == "cannot be checked"
    assert "translated by machine" in done.claims.loc["s-2025-p01-01", "because"]


def test_a_forecast_is_not_saved_by_digits_cut_off(tmp_path: Path) -> None:
    claims = ledger(p01_01=("95", 95.0, "P"))
    assert verdict(check(claims, tmp_path, "p01-01 = 95.6"), "p01-01") == (
        "reproduces with an assumption"
    )
    settled = check(claims, tmp_path, "{that: p01-01 = 95.6, outcome: it came}")
    assert verdict(settled, "p01-01") == "settled by outcome: wrong"


def test_a_total_of_rounded_figures_is_refused_where_finer_ones_are_printed() -> None:
    ledger_ = load("claims").set_index("claim_id")
    outcomes = Evidence().outcomes
    total = "p08-29 = p23-01 + p17-01 + p08-01 + outcome('kingsoft-2025q4-revenue')"
    coarse = Check(parse(total, "notes-2025"), outcome="the four quarters")
    assert [fault.value for fault in coarse_operands([coarse], ledger_, outcomes)] == [
        "notes-2025-p23-01",
        "notes-2025-p17-01",
        "notes-2025-p08-01",
    ]
    assert not list(coarse_operands([replace(coarse, outcome="")], ledger_, outcomes))


@pytest.mark.parametrize(("outcome", "refused"), [("10", []), ("10.2", ["s-2025-p01-02"])])
def test_an_outcome_that_is_as_coarse_is_no_finer_one(outcome: str, refused: list[str]) -> None:
    """10 stands for 9.5 to 10.5, and 10.2 for 10.15 to 10.25: only that is printed more finely."""
    claims = ledger(**SUM, p01_04=("10", 10.0, "P")).set_index("claim_id")
    claims.loc["s-2025-p01-02", ["printed", "value_low", "value_high"]] = ("10", 10.0, 10.0)
    claims["subject"] = claims.index
    of_it = ledger(it=(outcome, float(outcome), "P")).iloc[0].to_dict()
    outcomes = {"it": of_it | {"kind": "reported", "subject": "s-2025-p01-02"}}
    settles = Check(parse("p01-01 = p01-02 + p01-03", "s-2025"), outcome="it came")
    found = coarse_operands([settles], claims, outcomes)
    assert [fault.value for fault in found] == refused


@pytest.mark.parametrize(("half_width", "is_told"), [(4.9, True), (5.1, False)])
def test_an_input_is_checked_by_what_is_no_wider_than_itself(
    tmp_path: Path, half_width: float, is_told: bool
) -> None:
    """A printed 0 is exact: the input is 10 +- 4.9, 9.8 wide, or 10 +- 5.1, 10.2 wide."""
    claims = ledger(p01_01=("0", 0.0, "P"), p01_02=("10", 10.0, "P"))
    line = f"p01-01 = p01-02 - between({10 - half_width}, {10 + half_width})"
    done = check(claims, tmp_path, line, cannot="" if is_told else "p01-02")
    assert verdict(done, "p01-02") == ("reproduces" if is_told else "cannot be checked")


@pytest.mark.parametrize(
    ("paragraph", "digest"), [(5, 5), (6, 8), (8, 8), (9, 11), (17, 17), (18, 20), (21, 23)]
)
def test_a_digest_ends_with_its_last_paragraph(paragraph: int, digest: int) -> None:
    assert document(f"notes-2025-p{paragraph:02d}-01") == f"notes-2025/{digest}"


def test_what_is_printed_twice_or_listed_is_told_from_what_is_recomputed(tmp_path: Path) -> None:
    claims = ledger(p01_01=("2家", 2.0, "count"), p01_02=("2家", 2.0, "count"))
    done = check(claims, tmp_path, "p01-01 = p01-02")
    assert list(done.claims["support"]) == ["repeated"] * 2
    done = check(claims, tmp_path, "p01-02 = named('a', 'b')", cannot="p01-01")
    assert done.claims.loc["s-2025-p01-02", "support"] == "counted"


@pytest.mark.parametrize(
    ("line", "support"),
    [
        ("p01-01 = p01-02 + p01-03", "recomputed"),
        ("p01-01 <= p01-02 + p01-03", "bounded"),
        # 10 as a half of 0 to 40: an equation that says little
        ("{that: 'p01-01 = p01-02 * between(0, 10)', also: false}", "bounded"),
        # 10 within 7.5 to 12.6, just over half of itself; 12.4 is just under
        ("p01-01 = between(7.5, 12.6)", "bounded"),
        ("p01-01 = between(7.5, 12.4)", "recomputed"),
    ],
)
def test_a_bound_or_a_wide_interval_is_not_recomputed(
    tmp_path: Path, line: str, support: str
) -> None:
    parts = "p01-02" in line and "<=" not in line and "between" not in line
    silent = "" if parts else "p01-02 p01-03"
    if "<=" in line:
        line = f"{{that: {line}, also: false}}"
    done = check(ledger(**SUM), tmp_path, line, cannot=silent)
    assert done.claims.loc["s-2025-p01-01", "support"] == support


@pytest.mark.parametrize("line", ["p01-01 <= p01-02 / (p01-03 - 6)", "p01-01 = p01-02 / 0"])
def test_a_check_that_cannot_fail_is_refused(tmp_path: Path, line: str) -> None:
    with pytest.raises(CheckError, match="a check that can fail"):
        check(ledger(**SUM), tmp_path, line, cannot="p01-01 p01-02 p01-03")


def test_a_bound_on_an_open_figure_is_refused(tmp_path: Path) -> None:
    claims = ledger(p01_01=("超10", 10.0, "P"))
    with pytest.raises(CheckError, match="a check that can fail"):
        check(claims, tmp_path, "p01-01 >= 5", cannot="p01-01")


def test_silence_and_needless_reasons_are_refused(tmp_path: Path) -> None:
    with pytest.raises(CheckError, match=r"p01-03'.*a check that tells something, or a reason"):
        check(ledger(**SUM), tmp_path, "p01-01 = 10", cannot="p01-02")
    with pytest.raises(CheckError, match="not both"):
        check(ledger(**SUM), tmp_path, "p01-01 = 10", cannot="p01-01 p01-02 p01-03")
