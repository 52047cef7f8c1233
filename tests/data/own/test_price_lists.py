"""Price lists as people have them: each goes in whole, and its index is the one worked by hand."""

from __future__ import annotations

import hashlib
import math
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest

from analysis.data import load, read_quotes
from analysis.data.own.kinds import OwnDataError
from analysis.data.own.store import add, load_own
from analysis.data.raw_folder import RAW
from analysis.paths import OWN_VARIABLE
from analysis.rents.index.known_markets import gpus, months_by_gpu
from analysis.rents.index.rent_market import rent_market
from analysis.rents.quotes.comparable import comparable_quotes

from .more_price_lists import MORE_PRICE_LISTS
from .price_lists import PRICE_LISTS

TODAY = pd.Timestamp("2026-11-28").date()


@pytest.fixture(params=PRICE_LISTS + MORE_PRICE_LISTS, ids=lambda each: each.name)
def price_list(request):
    return request.param


def test_twelve_lists_at_least():
    every = PRICE_LISTS + MORE_PRICE_LISTS
    assert len({each.name for each in every}) == len(every) >= 40
    assert all(len(each.fixed) <= 1 for each in every)


def test_a_list_goes_in_whole_and_gives_its_index(price_list, tmp_path):
    file, folder = tmp_path / price_list.name, tmp_path / "own"
    price_list.write(file)
    added = add("quotes", file, folder=folder, fixed=price_list.fixed, today=TODAY)
    assert tuple(fault.row for fault in added.refused) == price_list.refused
    assert len(added.rows) == price_list.n_rows
    assert len(added.reading.remarks) <= price_list.n_remarks
    kept = load_own("quotes", folder)
    pd.testing.assert_frame_equal(kept, added.rows, check_dtype=False)
    quotes = comparable_quotes(
        kept,
        load("fx"),
        load("gpu_specs"),
        usd_per_unit={"EUR": 1.1, "INR": 0.012, "GBP": 1.3, "JPY": 0.0065},
    )
    market = rent_market(
        quotes,
        gpu=price_list.gpu,
        segment="own",
        currency=price_list.currency,
        contract=price_list.contract,
        generator=np.random.default_rng(1),
        n_draws=0,
    )
    change = float(np.expm1(market.log_rents.iloc[-1] - market.log_rents.iloc[0]))
    assert change == pytest.approx(price_list.change, abs=1e-5)
    if not math.isnan(price_list.level):
        assert float(np.exp(market.log_rents.iloc[-1])) == pytest.approx(price_list.level, rel=1e-3)


def test_a_frame_is_read_as_its_file_is(tmp_path):
    file = tmp_path / "cloud.csv"
    PRICE_LISTS[0].write(file)
    frame = pd.read_csv(file)
    of_file, of_frame = read_quotes(file), read_quotes(frame, name="cloud.csv")
    pd.testing.assert_frame_equal(of_file, of_frame)


def test_the_public_tables_stay_as_they_are(tmp_path):
    def hashes():
        return {path: hashlib.sha256(path.read_bytes()).hexdigest() for path in RAW.iterdir()}

    before = hashes()
    for each in PRICE_LISTS[:3]:
        each.write(tmp_path / each.name)
        add("quotes", tmp_path / each.name, folder=tmp_path / "own", today=TODAY)
    assert hashes() == before
    assert len(load_own("quotes", tmp_path / "own")) == 6 + 9 + 20_000


def test_own_quotes_stand_beside_the_public_ones(tmp_path):
    """Three own months join the panel of H100; they are named in its label and its items."""
    own_list = pd.DataFrame(
        {
            "date": ["2026-06-01", "2026-07-01", "2026-08-01"],
            "provider": "Mine",
            "gpu": "H100",
            "price": [3.0, 3.0, 3.0],
            "unit": "USD per GPU-hour",
            "segment": "neocloud",
        }
    )
    raw = pd.concat([load("rent_quotes_usd"), read_quotes(own_list)], ignore_index=True)
    quotes = comparable_quotes(raw, load("fx"), load("gpu_specs"))
    beside = rent_market(
        quotes, gpu="H100", segment="neocloud", generator=np.random.default_rng(1), n_draws=0
    )
    assert beside.label == "H100 at specialized clouds, restated list prices and own ones"
    assert "Mine" in set(beside.captured.providers)
    alone = rent_market(
        quotes[~quotes["source_id"].str.startswith("own:")],
        gpu="H100",
        segment="neocloud",
        generator=np.random.default_rng(1),
        n_draws=0,
    )
    assert "Mine" not in set(alone.captured.providers)


def test_rows_of_sheets_are_named_by_their_sheet(tmp_path):
    """A damaged row of the second sheet is refused under that sheet's name and row."""
    book = openpyxl.Workbook()
    for name, prices in (("H100", (2.5, 2.4)), ("H200", (3.0, "call us"))):
        sheet = book.create_sheet(name)
        sheet.append(["Date", "Price ($/GPU/hr)"])
        for month, price in zip(("2026-08-01", "2026-09-01"), prices, strict=True):
            sheet.append([month, price])
    del book["Sheet"]
    book.save(tmp_path / "two.xlsx")
    added = add("quotes", tmp_path / "two.xlsx", folder=tmp_path / "own", today=TODAY)
    assert [(fault.file, fault.row) for fault in added.refused] == [("two.xlsx, sheet 'H200'", 3)]
    assert added.rows["place"].tolist() == [
        "sheet 'H100' row 2",
        "sheet 'H100' row 3",
        "sheet 'H200' row 2",
    ]
    one = add("quotes", tmp_path / "two.xlsx", is_dry=True, sheet="H200", fixed={"gpu": "H200"})
    assert one.reading.remarks[0] == "sheet 'H200'"


@pytest.mark.parametrize(
    ("heading", "asked"),
    [
        ("price_usd_per_gpu_hour,price_cny_per_gpu_hour", "--map price=COLUMN"),
        ("含税单价(元/卡时),不含税单价(元/卡时)", "--map price=COLUMN"),
    ],
)
def test_of_two_prices_that_differ_it_is_asked_which(heading, asked, tmp_path):
    file = tmp_path / "two.csv"
    file.write_text(f"date,provider,gpu,{heading}\n2026-08-01,A,H20,6.36,6.0\n", "utf-8")
    with pytest.raises(OwnDataError, match=asked):
        add("quotes", file, is_dry=True, today=TODAY)


@pytest.mark.parametrize(
    "name", ["list.xls", "list.ods", "list.parquet", "list.pdf", "list.csv.gz"]
)
def test_other_formats_are_refused_by_name(name, tmp_path):
    (tmp_path / name).write_bytes(b"x")
    with pytest.raises(OwnDataError, match=f"found '{Path(name).suffix}'"):
        add("quotes", tmp_path / name, is_dry=True)


def test_columns_that_nothing_is_read_from_are_named(tmp_path):
    file = tmp_path / "cloud.csv"
    PRICE_LISTS[0].write(file)
    assert add("quotes", file, is_dry=True, today=TODAY).reading.unread == (
        "instance_type",
        "region",
    )


def test_months_that_are_known_follow_own_quotes(tmp_path, monkeypatch):
    """Quotes added while a kernel runs are known at once, and so are those taken back."""
    monkeypatch.setenv(OWN_VARIABLE, str(tmp_path / "own"))
    assert "Rubin R300" not in gpus()
    file = tmp_path / "new.csv"
    next(each for each in PRICE_LISTS if each.name == "new.csv").write(file)
    add("quotes", file, today=TODAY)
    assert months_by_gpu()["Rubin R300"] == ("2026-08", "2026-10")
    monkeypatch.setenv(OWN_VARIABLE, str(tmp_path / "other"))
    assert "Rubin R300" not in gpus()
