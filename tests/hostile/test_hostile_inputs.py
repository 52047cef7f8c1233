"""Sixty-five hostile inputs at every edge: none runs code, leaves its folder, or goes in as given.

Each is refused with one of the project's errors (exit code 2), or stands there as plain text. Code
that ran would leave a file, the canary; a path that escaped would read or write another.
"""

from __future__ import annotations

import io
import json
import time
import zipfile
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from analysis.data import load_processed, save_processed
from analysis.data.own.store import add, load_own
from analysis.errors import AnalysisError
from analysis.figures.table import table_html
from analysis.rental.faces.workbook.writer import write_workbook
from analysis.rental.inputs.cases import load_case, parse_case
from analysis.reports.build.manifest import read_manifest
from analysis.reports.notebook.parameter_cell import read_declaration
from analysis.reports.notebook.parameter_values import parse_assignments, validated
from analysis.reports.page.page_checks import page_faults
from analysis.spreadsheet_text import csv_text
from analysis.sweeps.grid import load_grid

CANARY = Path("canary")
CODE = "__import__('pathlib').Path('canary').write_text('x')"
SECONDS = 5.0
"""Longest that a refusal may take."""

DECLARED = (
    'gpu: str = "H100"  # GPU\nrent_cny: float = 7.0  # rent, CNY\nnames: list[str] = []  # x\n'
)
TAGS = {
    "python object": "!!python/object/apply:os.system ['touch canary']",
    "python module": "!!python/module:os",
    "python name": "!!python/name:os.system",
    "python tuple": "!!python/tuple [1]",
    "new object": "!!python/object/new:pathlib.Path [canary]",
    "an own tag": "!run touch canary",
    "a merge of itself": "&a {<<: *a}",
    "a billion laughs": "{a: &a [x, x, x, x], b: &b [*a, *a, *a, *a], c: [*b, *b, *b, *b]}",
    "deep": "[" * 500 + "]" * 500,
    "digits": "9" * 5000,
}
PARAMETERS = {
    "code for a number": ("rent_cny", CODE),
    "a template": ("rent_cny", "{{ 7*7 }}"),
    "a format": ("rent_cny", "{0.__class__}"),
    "a shell": ("rent_cny", "$(touch canary)"),
    "a backtick": ("rent_cny", "`touch canary`"),
    "an infinity": ("rent_cny", "1e999"),
    "a dunder": ("__builtins__", "{}"),
    "a class": ("rent_cny", [CODE]),
    "digits": ("rent_cny", "9" * 5000),
}
NAMES = (
    "../escape",
    "/etc/passwd",
    "..",
    "a/b",
    "a\\b",
    "a\n",
    "a\x00",
    "~root",
    "CON.",
    "a.csv/../b",
)
CELLS = ("=1+1", "=cmd|' /C calc'!A0", "+cmd()", "-cmd()", "@SUM(A1)", "\t=1+1", '=HYPERLINK("x")')
MARKUP = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "</td></table><iframe srcdoc=x>",
    "javascript:alert(1)\"><a href='x'",
    "<svg/onload=alert(1)>",
)
PAGES = (
    "<a href='javascript:alert(1)'>x</a>",
    "<a href='java&#x0A;script:alert(1)'>x</a>",
    "<p onclick='alert(1)'>x</p>",
    "<img src='https://example.org/x.png' alt='x'>",
    "<iframe srcdoc='x' title='x'></iframe>",
    "<base href='https://example.org/'>",
    "<a href='data:text/html,x'>x</a>",
)


@pytest.fixture(autouse=True)
def _no_canary(tmp_path, monkeypatch):
    """Run apart, in little time, and leave nothing that was not asked for."""
    monkeypatch.chdir(tmp_path)
    started = time.perf_counter()
    yield
    assert time.perf_counter() - started < SECONDS * 4  # a machine under load among others
    assert not CANARY.exists()
    assert not (tmp_path.parent / "escape").exists()


@pytest.mark.parametrize("given", PARAMETERS.values(), ids=PARAMETERS)
def test_a_parameter_runs_nothing(given):
    declaration = read_declaration(DECLARED, file="x.py")
    with pytest.raises(AnalysisError):
        validated(declaration, dict([given]), where="here", reads_tables=False)
    if isinstance(given[1], str):
        with pytest.raises(AnalysisError):
            parse_assignments(declaration, [f"{given[0]}={given[1]}"])


def test_a_text_parameter_stays_text():
    """It is set in the notebook as a value; names are looked up in tables before anything runs."""
    declaration = read_declaration(DECLARED, file="x.py")
    read = validated(declaration, {"gpu": CODE}, where="here", reads_tables=False)
    assert read == {"gpu": CODE}


@pytest.mark.parametrize(
    "line", [f"x: int = {CODE}", f"x: {CODE} = 1", "x: __import__('os').system = 1"]
)
def test_a_declaration_runs_nothing(line):
    """Values are literals, types are names of a list: a downloaded notebook is read, not run."""
    with pytest.raises(AnalysisError):
        read_declaration(f"{line}  # a, b\n", file="x.py")


@pytest.mark.parametrize("value", TAGS.values(), ids=TAGS)
@pytest.mark.parametrize("kind", ["case", "grid", "manifest"])
def test_yaml_builds_nothing_but_plain_values(value, kind, tmp_path):
    key = {"case": "tax_rate", "grid": "grid", "manifest": "reports"}[kind]
    path = tmp_path / "x.yaml"
    path.write_text(f"{key}: {value}\n")
    with pytest.raises(AnalysisError):
        {"case": load_case, "grid": load_grid, "manifest": read_manifest}[kind](path)


@pytest.mark.parametrize("name", NAMES)
def test_no_name_leaves_its_folder(name, tmp_path):
    frame = pd.DataFrame({"a": [1.0]})
    with pytest.raises(AnalysisError):
        save_processed(frame, name, units={"a": "USD"}, made_by="x", folder=tmp_path / "in")
    with pytest.raises(AnalysisError):
        load_processed(name, made_by="x", folder=tmp_path / "in")
    manifest = {
        "title": "T",
        "lead": "L",
        "reports": [{"name": "a", "notebook": name, "title": "A"}],
    }
    for key in ("notebook", "name"):
        report = {"name": "a", "notebook": "rent_terms", "title": "A"} | {key: name}
        (tmp_path / "m.yml").write_text(json.dumps(manifest | {"reports": [report]}))
        with pytest.raises(AnalysisError):
            read_manifest(tmp_path / "m.yml")
    assert not [*tmp_path.glob("in/*")]


def test_a_link_in_a_loop_and_a_folder_are_no_tables(tmp_path):
    (tmp_path / "a.csv").symlink_to(tmp_path / "b.csv")
    (tmp_path / "b.csv").symlink_to(tmp_path / "a.csv")
    (tmp_path / "c.csv").mkdir()
    for name in ("a.csv", "b.csv", "c.csv"):
        with pytest.raises(AnalysisError):
            add("quotes", tmp_path / name, folder=tmp_path / "own")
        with pytest.raises(AnalysisError):
            load_case(tmp_path / name)


@pytest.mark.parametrize("cell", [*CELLS, *MARKUP])
def test_a_cell_of_an_own_table_is_no_formula_and_no_markup(cell, tmp_path):
    """Refused with its row; the sound row beside it goes in."""
    rows = [
        ("2026-08-01", "A", "H100", "USD 2.50/GPU/hr"),
        ("2026-08-01", cell, "H100", "USD 2.6/GPU/hr"),
    ]
    pd.DataFrame(rows, columns=["date", "provider", "gpu", "price"]).to_csv("x.csv", index=False)
    added = add("quotes", tmp_path / "x.csv", folder=tmp_path / "own")
    assert [fault.row for fault in added.refused] == [3]
    assert load_own("quotes", tmp_path / "own")["provider"].tolist() == ["A"]


@pytest.mark.parametrize("cell", CELLS)
def test_no_csv_that_is_written_holds_a_formula(cell):
    frame = pd.DataFrame(
        {cell: [cell, "b"], "n": [-1.5, 2.0]}, index=pd.Index([cell, "i"], name=cell)
    )
    levels = frame.set_index("n", append=True)
    for text in (csv_text(frame), csv_text(levels), csv_text(frame, index=False)):
        read = pd.read_csv(io.StringIO(text), dtype=str)
        texts = [*read.columns, *read.to_numpy().ravel().tolist()]
        assert f"'{cell}" in texts
        assert not [each for each in texts if each.startswith(("=", "@", "\t", "+", "-c"))]
        assert "-1.5" in texts  # a number stays one


@pytest.mark.parametrize("cell", MARKUP)
def test_markup_in_data_is_text_on_a_page(cell):
    frame = pd.DataFrame({"provider": [cell]}, index=pd.Index(["a"], name="row"))
    html = table_html(frame, name="hostile", caption=f"c {cell}", source=f"s {cell}")
    plain = table_html(
        frame.assign(provider="A"), name="hostile", caption="c", source="s"
    )  # a part of a page lacks a title and a heading, whatever stands in it
    assert page_faults(html) == page_faults(plain)
    for tag in ("<script", "<img", "<iframe", "<svg"):
        assert tag not in html


@pytest.mark.parametrize("html", PAGES)
def test_a_page_with_a_way_out_is_not_published(html):
    sound = "<!DOCTYPE html><html lang='en'><head><title>T</title></head><body>{}</body></html>"
    assert len(page_faults(sound.format(html))) > len(page_faults(sound.format("<p>x</p>")))


@pytest.mark.parametrize("title", CELLS)
def test_no_text_of_a_case_is_a_formula_of_its_workbook(title, tmp_path):
    path = tmp_path / "x.xlsx"
    write_workbook(load_case("sihan-2025-straight-line"), path, title=title)
    book = openpyxl.load_workbook(path)
    formulas = [
        cell.value
        for sheet in book.worksheets
        for row in sheet.iter_rows(max_row=3)
        for cell in row
        if cell.data_type == "f"
    ]
    assert not [formula for formula in formulas if title.strip() in str(formula)]


@pytest.mark.parametrize("currency", ["=1+1", "<b>", "../x", "USD; rm"])
def test_a_currency_is_a_code(currency):
    with pytest.raises(AnalysisError):
        parse_case(json.dumps({"currency": currency}), "x.yaml")


def workbook_of(**parts: str | bytes) -> bytes:
    """Return a workbook with some of its parts replaced or added."""
    sound = io.BytesIO()
    book = openpyxl.Workbook()
    book.active.append(["date", "gpu", "price"])
    book.save(sound)
    changed = io.BytesIO()
    with zipfile.ZipFile(sound) as old, zipfile.ZipFile(changed, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name not in parts:
                new.writestr(name, old.read(name))
        for name, content in parts.items():
            new.writestr(name, content)
    return changed.getvalue()


SHEET = "xl/worksheets/sheet1.xml"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
EMPTY = f'<worksheet xmlns="{MAIN}"><sheetData>{{}}</sheetData>{{}}</worksheet>'
ENTITY = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a {}>]>'
LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
BOMBS = {
    "an external entity": {
        SHEET: ENTITY.format('SYSTEM "file:///etc/passwd"') + EMPTY.format("", "")
    },
    "a billion laughs": {
        SHEET: f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY l0 "x">{LAUGHS}]>'
        + EMPTY.format("", "")
    },
    "an entity in its styles": {"xl/styles.xml": ENTITY.format('"x"') + "<styleSheet/>"},
    "a bomb of zeros": {"xl/media/image1.png": b"\0" * (200 * 2**20)},
    "a cell at the far end": {
        SHEET: EMPTY.format('<row r="1048576"><c r="XFD1048576"/></row>', "")
    },
    "cells merged over all": {
        SHEET: EMPTY.format("", '<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>')
    },
    "three thousand parts": {f"xl/media/{n}": b"" for n in range(3000)},
    "no XML": {SHEET: "<worksheet"},
}


@pytest.mark.parametrize("parts", BOMBS.values(), ids=BOMBS)
def test_a_workbook_is_refused_before_it_is_unpacked(parts, tmp_path):
    path = tmp_path / "x.xlsx"
    path.write_bytes(workbook_of(**parts))
    started = time.perf_counter()
    with pytest.raises(AnalysisError, match=r"x\.xlsx"):
        add("quotes", path, folder=tmp_path / "own")
    assert time.perf_counter() - started < SECONDS
    assert not (tmp_path / "own").exists()


@pytest.mark.parametrize(
    "text", ["[" * 100_000, '{"a": ' * 5_000, "[1e999999]", "9" * 5_000, "NaN", "{}"]
)
def test_json_is_refused_however_deep(text, tmp_path):
    (tmp_path / "x.json").write_text(text)
    with pytest.raises(AnalysisError):
        add("quotes", tmp_path / "x.json", folder=tmp_path / "own")


def test_a_pickle_is_no_table(tmp_path):
    """No format that runs code on reading is read."""
    for name in ("x.pkl", "x.pickle", "x.npy", "x.joblib", "x.parquet"):
        (tmp_path / name).write_bytes(b"cos\nsystem\n(S'touch canary'\ntR.")
        with pytest.raises(AnalysisError):
            add("quotes", tmp_path / name)


def test_sixty_are_tried():
    tables = (PARAMETERS, TAGS, NAMES, CELLS, MARKUP, PAGES, BOMBS)
    assert sum(map(len, tables)) + 3 + 3 + 4 + 6 + 5 >= 60
