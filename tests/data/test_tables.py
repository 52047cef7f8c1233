"""The committed tables: they load, are what they say, and no slip of unit survives in them."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.data import check, describe, load, sources, tables
from analysis.data.content_checks import check_faults
from analysis.data.package import FILE_NAME, pretty, read_package
from analysis.data.raw_folder import RAW
from analysis.data.text import read_cells
from analysis.errors import DataError

PACKAGE = read_package()
USD_PER_CNY_SLIP = 6.35  # the least CNY per USD of the table of rates


def test_every_table_is_as_described():
    check()


def test_description_is_written_as_seal_writes_it():
    import json

    text = (RAW / FILE_NAME).read_text("utf-8")
    assert text == pretty(json.loads(text)) + "\n"


@pytest.mark.parametrize("kind", ["pipe", "loop of links", "folder"])
def test_what_is_no_plain_file_is_refused_and_not_waited_for(tmp_path, kind):
    folder = tmp_path / "raw"
    shutil.copytree(RAW, folder)
    table = folder / "fx.csv"
    table.unlink()
    if kind == "pipe":
        os.mkfifo(table)
    elif kind == "folder":
        table.mkdir()
    else:
        table.symlink_to(folder / "other.csv")
        (folder / "other.csv").symlink_to(table)
    with pytest.raises(DataError) as refused:
        load("fx", folder)
    assert ("no plain file", "table fx") in {(f.value, f.expected) for f in refused.value.faults}


def grown(table, n_rows):
    """Repeat the rows of a table until it has that many."""
    header, *rows = table.read_bytes().splitlines(keepends=True)
    table.write_bytes(header + b"".join((rows * (n_rows // len(rows) + 1))[:n_rows]))


def sparse(table, n_bytes):
    with table.open("wb") as file:
        file.truncate(n_bytes)


TOO_LARGE = {
    "a row more": (lambda table: grown(table, 50_001), "50,001 rows"),
    "many rows": (lambda table: grown(table, 820_000), "MB"),
    "many short rows": (lambda table: table.write_bytes(b"\n" * 820_001), "820,000 rows"),
    "two gigabytes": (lambda table: sparse(table, 2 * 2**30), "2,048 MB"),
}


@pytest.mark.parametrize("name", ["rent_quotes_usd", "fx", "not_described"])
@pytest.mark.parametrize(("make", "words"), TOO_LARGE.values(), ids=TOO_LARGE)
def test_a_table_that_is_too_large_is_refused_by_its_size_before_it_is_parsed(
    tmp_path, monkeypatch, make, words, name
):
    folder = tmp_path / "raw"
    shutil.copytree(RAW, folder)
    table = folder / f"{name}.csv"
    if not table.exists():
        shutil.copy(folder / "fx.csv", table)
    make(table)
    for parser in ("read_cells", "_fingerprint"):
        monkeypatch.setattr(tables, parser, lambda *_: pytest.fail("parsed"))
    for use in (
        lambda: load("fx", folder),
        lambda: check(folder),
        lambda: tables.seal("fx", folder=folder),
    ):
        with pytest.raises(DataError) as refused:
            use()
        (fault,) = refused.value.faults
        assert fault.file.endswith(table.name)
        assert words in fault.value
        assert fault.expected == "a table of at most 50,000 rows and 16 MB"
    if name != "not_described":
        assert table in tables.unsealed_tables(folder)


def test_a_table_of_as_many_rows_as_may_be_is_read(tmp_path):
    """Refused for what its rows are, not for how many: 50,000 is what the limit says."""
    shutil.copytree(RAW, tmp_path / "raw")
    (tmp_path / "raw" / "fx.csv").write_bytes(b"period\n" + b"2024\n" * 50_000)
    with pytest.raises(DataError) as refused:
        load("fx", tmp_path / "raw")
    assert "50,000 rows" not in {fault.value for fault in refused.value.faults}
    assert "no such column" in {fault.value for fault in refused.value.faults}


def test_a_description_that_is_too_large_is_refused(tmp_path):
    sparse(tmp_path / FILE_NAME, 2 * 2**30)
    with pytest.raises(DataError, match=r"'2,048 MB', expected a description of at most 16 MB"):
        read_package(tmp_path)


def test_a_table_that_may_not_be_read_is_refused(tmp_path, monkeypatch):
    folder = tmp_path / "raw"
    shutil.copytree(RAW, folder)
    read = Path.read_bytes

    def denied(path):
        if path == folder / "fx.csv":
            raise PermissionError(13, "Permission denied", str(path))
        return read(path)

    monkeypatch.setattr(Path, "read_bytes", denied)
    with pytest.raises(
        DataError, match=r"fx\.csv: found 'Permission denied', expected a file that"
    ):
        load("gpu_specs", folder)


@pytest.mark.parametrize("name", PACKAGE.names)
def test_table(name):
    frame = load(name)
    assert list(frame.columns) == PACKAGE.resource(name).table_schema.names
    assert len(frame) == PACKAGE.resource(name).rows
    columns = describe(name)
    assert (columns.loc[columns["type"].isin(["number", "integer"]), "unit"] != "").all()
    assert (columns["meaning"] != "").all()
    for column, kind in columns["type"].items():
        if kind == "string":
            assert frame[column].map(type).eq(str).all()
        if kind == "number":
            assert frame[column].dtype == np.float64


# A revision is of the kind of the row whose value it was, and says nothing else of it.
WITHOUT_KIND = ("sources", "revisions")


def test_a_revision_has_its_source_and_place():
    assert describe("revisions")["required"][["source_id", "place"]].all()
    assert load("revisions")["source_id"].isin(sources().index).all()


@pytest.mark.parametrize("name", [name for name in PACKAGE.names if name not in WITHOUT_KIND])
def test_every_row_has_its_source_place_and_kind(name):
    required = describe(name)["required"]
    place = "paragraph" if name == "claims" else "place"
    # a revision restates a row that says its own kind
    said = ["source_id", place] if name == "revisions" else ["source_id", place, "kind", "note"]
    assert set(said) <= set(required.index)
    assert required[[each for each in said if each != "note"]].all()
    assert load(name)["source_id"].isin(sources().index).all()


def test_a_loaded_table_is_the_callers_own():
    frame = load("fx")
    frame.loc[:, "cny_per_usd"] = 0.0
    assert (load("fx")["cny_per_usd"] > 6).all()


def test_the_least_rate_is_the_one_that_bands_are_narrower_than():
    # 6.3478 CNY per USD in the first quarter of 2022
    assert load("fx")["cny_per_usd"].min() == pytest.approx(USD_PER_CNY_SLIP, abs=0.003)


PRICES = {
    "rent_quotes_usd": ["price_low", "price_high"],
    "rent_quotes_cny": ["price_low", "price_high"],
    "server_facts": ["value_low", "value_high"],
}
IS_MONEY = ("CNY", "USD")


@pytest.mark.parametrize("name", PRICES)
@pytest.mark.parametrize(
    "factor",
    [6.4, 1 / 6.4, 7.2, 1 / 7.2, 8, 1 / 8, 730, 1 / 730, 1e4, 1e-4, 1e8, 1e-8],
    ids=lambda factor: f"{factor:.3g}",
)
def test_no_price_survives_a_slip(name, factor):
    """Each price that is not flagged as disputed is refused once it is wrong by the factor."""
    resource = PACKAGE.resource(name)
    cells, faults = read_cells(
        name, (RAW / resource.path).read_bytes(), resource.table_schema.names
    )
    assert cells is not None
    assert not faults
    frame = load(name).set_index(pd.Index(cells))
    columns = PRICES[name]
    frame[columns] *= factor
    others = {"sources": load("sources")}
    refused = {fault.row for fault in check_faults(name, resource, frame, cells, others)}
    is_price = frame["unit"].str.startswith(IS_MONEY) & (frame["kind"] != "disputed")
    assert is_price.sum() > 50
    assert set(frame.index[is_price]) <= refused


def test_claims_are_numbered_by_source_and_paragraph():
    claims = load("claims")
    paragraph = claims["paragraph"].map("{:02d}".format)
    stem = claims["claim_id"].str.rsplit("-", n=1).str[0]
    assert (stem == claims["source_id"] + "-p" + paragraph).all()
    number = claims["claim_id"].str.rsplit("-", n=1).str[1].astype(int)
    expected = claims.groupby(["source_id", "paragraph"]).cumcount() + 1
    assert (number == expected).all()


def test_printed_return_table_of_the_broker():
    claims = load("claims").query("source_id == 'sihan-2025'")
    margins = claims[claims["quantity"] == "net margin"].groupby("subject")["value_low"].agg(list)
    assert margins["server with 8 H100, straight-line depreciation"] == [
        0.32,
        0.34,
        0.35,
        0.36,
        0.37,
    ]
    assert margins["server with 8 H100, accelerated depreciation"] == [0.14, 0.35, 0.55, 0.75]


def test_disputed_rows_say_why():
    for name in PACKAGE.names:
        frame = load(name)
        if "kind" in frame:
            assert (frame.loc[frame["kind"] == "disputed", "note"] != "").all(), name


def test_no_source_is_without_a_row():
    cited = {source for name in PACKAGE.names[1:] for source in load(name)["source_id"]}
    assert set(sources().index) == cited
