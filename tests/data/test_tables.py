"""The committed tables: they load, are what they say, and no slip of unit survives in them."""

from __future__ import annotations

import os
import shutil

import numpy as np
import pandas as pd
import pytest

from analysis.data import check, describe, load, sources
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
