"""From figures to verdicts, on a ledger of a few claims."""

from pathlib import Path

import pandas as pd
import pytest

from analysis.claims.declared_checks import CheckError, load_checks
from analysis.claims.ledger import Audit, audit


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
    assert list(done.claims["has_other_figure"]) == [True] * 3


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


def test_the_gravest_finding_decides(tmp_path: Path) -> None:
    claims = ledger(p01_01=("10", 10.0, "P"))
    one = "p01-01 = 10"
    done = check(claims, tmp_path, one, "p01-01 = 12", "{that: p01-01 = 10.1, assuming: so}")
    assert verdict(done, "p01-01") == "contradicts itself"
    done = check(claims, tmp_path, one, "{that: p01-01 = 10.1, assuming: so}")
    assert verdict(done, "p01-01") == "reproduces"


def test_what_is_printed_twice_or_listed_is_no_other_figure(tmp_path: Path) -> None:
    claims = ledger(p01_01=("2家", 2.0, "count"), p01_02=("2家", 2.0, "count"))
    done = check(claims, tmp_path, "p01-01 = p01-02", "p01-02 = named('a', 'b')")
    assert list(done.claims["verdict"]) == ["reproduces"] * 2
    assert not done.claims["has_other_figure"].any()
    assert list(done.coverage()["share"]) == [0.0, 0.0]


def test_a_bound_or_a_wide_interval_pins_nothing_down(tmp_path: Path) -> None:
    claims = ledger(**SUM)
    tight = check(claims, tmp_path, "p01-01 = p01-02 + p01-03")
    assert list(tight.claims["is_pinned_down"]) == [True] * 3
    # 10 as a half of 0 to 40, and as at most 11: figures other than itself, which say little
    loose = check(
        claims,
        tmp_path,
        "{that: 'p01-01 = p01-02 * between(0, 10)', also: false}",
        "p01-01 <= p01-02 + p01-03",
        cannot="p01-02 p01-03",
    )
    assert loose.claims.loc["s-2025-p01-01", "has_other_figure"]
    assert not loose.claims["is_pinned_down"].any()


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
