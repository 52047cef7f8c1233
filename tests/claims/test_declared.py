"""Declared checks are refused when they name what does not exist."""

from pathlib import Path

import pytest

from analysis.claims.declared_checks import CheckError, load_checks

CLAIMS = ["s-2025-p01-01", "s-2025-p01-02", "s-2025-p02-01"]


def load(folder: Path, text: str) -> object:
    (folder / "s-2025.yaml").write_text(text, encoding="utf-8")
    return load_checks(CLAIMS, folder)


def test_a_file_is_read(tmp_path: Path) -> None:
    declared = load(
        tmp_path,
        "source: s-2025\n"
        "checks:\n"
        "  - p01-01 = 2 * p01-02\n"
        "  - {that: p01-02 = named('a'), assuming: a thing, also: false}\n"
        "cannot:\n"
        "  - {claims: p02-01, why: nothing to hold it against}\n",
    )
    first, second = declared.checks  # type: ignore[attr-defined]
    assert (first.formula.left, first.assumption, first.only_left) == (CLAIMS[0], "", False)
    assert (second.assumption, second.only_left, second.origins) == ("a thing", True, ("list",))
    assert declared.reasons == {CLAIMS[2]: "nothing to hold it against"}  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("line", "row", "found"),
    [
        ("  - p01-01 = 2 * p09-09", 3, "s-2025-p09-09"),
        ("  - p01-01 = other-2024-p01-01", 3, "other-2024-p01-01"),
        ("  - p01-01 = conjured('up')", 3, "conjured"),
        ("  - {that: p01-01 = p01-02, becoz: typo}", 3, "becoz"),
        ("  - p01-01 = p01-02 **", 3, r"p01-01 = p01-02 \*\*"),
        ("  - p01-01 = p01-02\n  - p01-01 = p01-02", None, "p01-01 = p01-02"),
    ],
)
def test_faults_name_file_and_line(tmp_path: Path, line: str, row: int | None, found: str) -> None:
    with pytest.raises(CheckError, match=found) as raised:
        load(tmp_path, f"source: s-2025\nchecks:\n{line}\n")
    assert {fault.row for fault in raised.value.faults} == {row}
    assert {fault.file for fault in raised.value.faults} == {"checks/s-2025.yaml"}


def test_an_unknown_source_or_reason_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CheckError, match="a source of the ledger"):
        load(tmp_path, "source: t-2025\n")
    with pytest.raises(CheckError, match="a claim of the ledger"):
        load(tmp_path, "source: s-2025\ncannot:\n  - {claims: p07-01, why: because}\n")
    with pytest.raises(CheckError, match="claims and why"):
        load(tmp_path, "source: s-2025\ncannot:\n  - {claims: p01-01}\n")
