"""Tables between notebooks come back bit for bit, whole, or with the name of who builds them."""

from __future__ import annotations

import contextlib
import errno
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.data import has_processed, load_processed, save_processed
from analysis.errors import DataError
from analysis.files import WriteError

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


def step_that_fails(monkeypatch, at: int, error: BaseException) -> list[Path]:
    """Let the writing of the file of a given number fail; return the files that were written."""
    written, replace = [], Path.replace

    def fail(part: Path, target: Path) -> Path:
        if len(written) == at:
            raise error
        written.append(target)
        return replace(part, target)

    monkeypatch.setattr(Path, "replace", fail)
    return written


FAULTS = {
    "Ctrl-C": KeyboardInterrupt(),
    "full disk": OSError(errno.ENOSPC, "No space left on device"),
    "read-only": OSError(errno.EROFS, "Read-only file system"),
}


@pytest.mark.parametrize("error", FAULTS.values(), ids=FAULTS)
@pytest.mark.parametrize("at", range(4))
def test_the_table_before_stays_until_the_new_one_is_whole(
    forecast, tmp_path, monkeypatch, at, error
):
    save_processed(forecast, "paths", units=UNITS, made_by=MADE_BY, folder=tmp_path)
    new, units = forecast[["path"]].head(1), {"path": "count"}
    with monkeypatch.context() as faulty:
        written = step_that_fails(faulty, at, error)
        with contextlib.suppress(KeyboardInterrupt, WriteError):
            save_processed(new, "paths", units=units, made_by=MADE_BY, folder=tmp_path)
    assert len(written) == min(at, 3)  # passport of both, table, passport
    there = load_processed("paths", made_by=MADE_BY, folder=tmp_path)
    pd.testing.assert_frame_equal(there, forecast if at < 2 else new, check_exact=True)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["paths.csv", "paths.json"]
    save_processed(new, "paths", units=units, made_by=MADE_BY, folder=tmp_path)
    assert "before" not in json.loads((tmp_path / "paths.json").read_text())
    pd.testing.assert_frame_equal(
        load_processed("paths", made_by=MADE_BY, folder=tmp_path), new, check_exact=True
    )


@pytest.mark.parametrize("at", range(2))
def test_a_first_table_that_is_not_whole_is_none(forecast, tmp_path, monkeypatch, at):
    step_that_fails(monkeypatch, at, KeyboardInterrupt())
    with pytest.raises(KeyboardInterrupt):
        save_processed(forecast, "paths", units=UNITS, made_by=MADE_BY, folder=tmp_path)
    assert not has_processed("paths", tmp_path)


@pytest.mark.parametrize(
    "name",
    ["/elsewhere/x", "../../x", "a/b", "..", ".x", "", "A", "x.csv", "a\nb", "算力", "a" * 101],
)
def test_a_name_is_a_name(forecast, tmp_path, name):
    for work in (
        lambda: save_processed(forecast, name, units=UNITS, made_by=MADE_BY, folder=tmp_path),
        lambda: load_processed(name, made_by=MADE_BY, folder=tmp_path),
        lambda: has_processed(name, tmp_path),
    ):
        with pytest.raises(DataError, match="the name of a table"):
            work()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("passport", ["", "{", "[]", "null", "{}", '{"hash": 1, "columns": {}}'])
def test_a_damaged_passport_is_refused_and_written_anew(forecast, tmp_path, passport):
    save_processed(forecast, "paths", units=UNITS, made_by=MADE_BY, folder=tmp_path)
    (tmp_path / "paths.json").write_text(passport)
    with pytest.raises(DataError, match=r"the passport of a table: run notebooks/rent_trends"):
        load_processed("paths", made_by=MADE_BY, folder=tmp_path)
    save_processed(forecast, "paths", units=UNITS, made_by=MADE_BY, folder=tmp_path)
    load_processed("paths", made_by=MADE_BY, folder=tmp_path)


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
