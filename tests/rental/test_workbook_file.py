"""The workbook as a file: the same bytes from one revision, and what a file manager shows."""

from __future__ import annotations

import zipfile
from pathlib import Path

from analysis.rental import Assumptions
from analysis.rental.faces.workbook.writer import write_workbook
from analysis.revision import Revision

REVISION = Revision("abc123", 1_780_000_000, is_changed=False)  # 2026-05-28T20:26:40Z


def test_a_workbook_has_the_time_of_its_revision_and_no_other(tmp_path: Path) -> None:
    written = []
    for name in ("first.xlsx", "second.xlsx"):
        path = tmp_path / name
        write_workbook(Assumptions(), path, title="Half", longest_life_years=5, revision=REVISION)
        written.append(path.read_bytes())
    assert written[0] == written[1]
    with zipfile.ZipFile(tmp_path / "first.xlsx") as parts:
        assert {part.date_time[0] for part in parts.infolist()} == {1980}
        core = parts.read("docProps/core.xml").decode()
    assert core.count("2026-05-28T20:26:40Z") == core.count("W3CDTF") == 2
    assert "<dc:title>Half</dc:title>" in core
    assert "abc123" in core
