"""Tables between notebooks come back bit for bit, whole, or with the name of who builds them."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.data import has_processed, load_processed, save_processed
from analysis.errors import DataError

UNITS = {
    "month": "",
    "path": "count",
    "rent": "CNY per server-month",
    "is_supported": "",
    "note": "",
}
MADE_BY = "notebooks/rent_trends.py"


@pytest.fixture
def forecast() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "month": pd.to_datetime(["2026-11-01", "2026-12-01"]),
            "path": [0, 1],
            "rent": [75000.0 / 7.0, np.nan],
            "is_supported": [True, False],
            "note": ["", "租金, with a comma"],
        }
    )


def test_comes_back_bit_for_bit(forecast, tmp_path):
    path = save_processed(forecast, "paths", units=UNITS, made_by=MADE_BY, folder=tmp_path)
    assert path == tmp_path / "paths.csv"
    again = load_processed("paths", made_by=MADE_BY, folder=tmp_path)
    pd.testing.assert_frame_equal(again, forecast, check_exact=True)


@settings(max_examples=50)
@given(st.lists(st.floats(width=64), min_size=1, max_size=20))
def test_every_double_survives(tmp_path_factory, values):
    folder = tmp_path_factory.mktemp("processed")
    frame = pd.DataFrame({"value": values})
    save_processed(frame, "doubles", units={"value": ""}, made_by=MADE_BY, folder=folder)
    again = load_processed("doubles", made_by=MADE_BY, folder=folder)
    np.testing.assert_array_equal(again["value"], frame["value"])


def test_the_passport_says_units_maker_and_parameters(forecast, tmp_path):
    save_processed(
        forecast,
        "paths",
        units=UNITS,
        made_by=MADE_BY,
        parameters={"gpu": "H100", "n_paths": 2},
        folder=tmp_path,
    )
    passport = json.loads((tmp_path / "paths.json").read_text("utf-8"))
    assert passport["made_by"] == MADE_BY
    assert passport["parameters"] == {"gpu": "H100", "n_paths": 2}
    assert passport["rows"] == 2
    assert passport["columns"]["rent"] == {"dtype": "float64", "unit": "CNY per server-month"}


def test_the_same_table_is_written_as_the_same_bytes(forecast, tmp_path):
    def written() -> list[bytes]:
        save_processed(forecast, "paths", units=UNITS, made_by=MADE_BY, folder=tmp_path)
        return [path.read_bytes() for path in sorted(tmp_path.iterdir())]

    assert written() == written()


def test_absent_table_names_the_notebook_that_builds_it(tmp_path):
    assert not has_processed("paths", tmp_path)
    with pytest.raises(DataError, match=r"the table that notebooks/rent_trends\.py builds: run"):
        load_processed("paths", made_by=MADE_BY, folder=tmp_path)


def test_a_table_without_passport_is_absent(forecast, tmp_path):
    save_processed(forecast, "paths", units=UNITS, made_by=MADE_BY, folder=tmp_path)
    assert has_processed("paths", tmp_path)
    (tmp_path / "paths.json").unlink()
    assert not has_processed("paths", tmp_path)


@pytest.mark.parametrize("last", ["table", "passport"])
def test_an_interrupted_save_leaves_no_table_rather_than_a_part(
    forecast, tmp_path, monkeypatch, last
):
    save_processed(forecast, "paths", units=UNITS, made_by=MADE_BY, folder=tmp_path)
    replace = Path.replace
    ending = {"table": ".csv", "passport": ".json"}[last]

    def fail(part: Path, target: Path) -> Path:
        if target.suffix == ending:
            raise KeyboardInterrupt
        return replace(part, target)

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(KeyboardInterrupt):
        save_processed(forecast.head(1), "paths", units=UNITS, made_by=MADE_BY, folder=tmp_path)
    assert not has_processed("paths", tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["paths.csv"]


def test_an_edited_table_is_refused(forecast, tmp_path):
    path = save_processed(forecast, "paths", units=UNITS, made_by=MADE_BY, folder=tmp_path)
    path.write_bytes(path.read_bytes().replace(b"comma", b"coma"))
    with pytest.raises(DataError, match=r"run notebooks/rent_trends\.py again"):
        load_processed("paths", made_by=MADE_BY, folder=tmp_path)


def test_every_column_needs_a_unit(forecast, tmp_path):
    with pytest.raises(ValueError, match="units and columns of paths differ: note"):
        units = {column: unit for column, unit in UNITS.items() if column != "note"}
        save_processed(forecast, "paths", units=units, made_by=MADE_BY, folder=tmp_path)
    assert list(tmp_path.iterdir()) == []
