"""The workbook as a file: the same bytes from one revision, and what a file manager shows."""

from __future__ import annotations

import zipfile
from datetime import datetime
from pathlib import Path

from openpyxl import load_workbook

from analysis.rental import Assumptions, evaluate
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


def test_the_first_sheet_says_what_the_case_comes_to(tmp_path: Path) -> None:
    case = Assumptions(utilization=0.5)
    path = tmp_path / "half.xlsx"
    write_workbook(case, path, title="Half", longest_life_years=5, revision=REVISION)
    book = load_workbook(path)
    assert book.sheetnames[0] == "Summary"
    front = book["Summary"]
    assert front["A1"].value == "Half"
    assert front["B4"].value == datetime(2026, 5, 28)
    assert front["B5"].value == "abc123"
    assert front["B7"].value == "=all_checks"
    assert len(front._charts) == 2
    assert [sheet.title for sheet in book if sheet.sheet_state == "hidden"] == ["Rates"]
    assert all(sheet.page_setup.paperSize == 9 for sheet in book)  # A4
    assert all(sheet.print_title_rows == "$1:$3" for sheet in book if sheet is not front)
    shown = load_workbook(path, data_only=True)["Summary"]
    assert shown["B6"].value == "It does not pay at this discount rate"
    values = {row[0].value: row[1] for row in shown.iter_rows(min_row=10, max_row=17)}
    record = evaluate(case).metrics.record()
    assert values["Equity NPV"].value == record["equity_npv_cny"]
    assert values["Equity NPV"].number_format == "#,##0;[Red]-#,##0"
    assert values["Payback, project cash flow"].number_format == "0.00"
