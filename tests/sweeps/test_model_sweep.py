"""Sweeps of the model: every scenario is what the model says, wherever it was worked out."""

from __future__ import annotations

import math
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from analysis.cli.app import app
from analysis.files import WriteError
from analysis.paths import ROOT
from analysis.rental import Assumptions, evaluate
from analysis.rental.model.measures.declared_measures import singles
from analysis.sweeps import model_sweep as model
from analysis.sweeps.estimate import estimate
from analysis.sweeps.folder import SweepFolder
from analysis.sweeps.grid import Grid
from analysis.sweeps.model_sweep import ModelSweep
from analysis.sweeps.running import in_threads, sweep

MIXED = Grid(
    parameters={"loss_treatment": "carried_forward"},
    grid={
        "debt_form": ["equal_principal", "annuity"],
        "rent_decline_per_year": [0.0, 0.2, 0.5],
        "periods_per_year": [1, 12],
        "useful_life_years": [3, 5],
        "vat_enabled": [False, True],
    },
)
BIG = """\
parameters: {periods_per_year: 12}
grid:
  rent_cny_per_server_month: {start: 40000, stop: 100000, n: 200}
  rent_decline_per_year: {start: 0, stop: 0.4, n: 100}
  server_price_cny: {start: 1500000, stop: 3000000, n: 100}
measures: [equity_npv_cny, equity_irr]
"""


def swept(work: ModelSweep, path: Path, threads: int = 1) -> pa.Table:
    folder = SweepFolder.of(path, work)
    with folder.prepared(work):
        sweep(work, folder, in_threads(threads))
    return pa.concat_tables(
        pq.read_table(path / work.file_names(part)[0]) for part in range(work.n_parts)
    )


def test_every_scenario_is_what_the_model_says(tmp_path: Path) -> None:
    rows = swept(ModelSweep.of(MIXED), tmp_path / "sweep").to_pylist()
    assert [row["scenario"] for row in rows] == list(range(48))
    for row in rows:
        scenario = MIXED.scenario(row["scenario"])
        assert {name: row[name] for name in scenario} == {
            **scenario,
            "periods_per_year": str(scenario["periods_per_year"]),
            "vat_enabled": "yes" if scenario["vat_enabled"] else "no",
        }
        record = evaluate(Assumptions(**MIXED.parameters, **scenario)).metrics.record()
        for name in singles():
            expected = math.nan if record[name] is None else record[name]
            found = math.nan if row[name] is None else row[name]
            assert found == pytest.approx(expected, rel=1e-9, abs=1e-9, nan_ok=True), name
        assert row["equity_irr_status"] == record["equity_irr_status"]


def test_bytes_do_not_depend_on_threads_or_on_what_was_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(model, "ROWS_OF_PART", 20)
    work = ModelSweep.of(MIXED)
    one, two = tmp_path / "one", tmp_path / "two"
    swept(work, one)
    swept(work, two, threads=2)
    names = [work.file_names(part)[0] for part in range(work.n_parts)]
    assert len(names) == 3
    bytes_of_one = [(one / name).read_bytes() for name in names]
    assert bytes_of_one == [(two / name).read_bytes() for name in names]

    (one / names[1]).unlink()
    kept = (one / names[0]).stat().st_mtime_ns
    folder = SweepFolder.of(one, work)
    with folder.prepared(work):
        outcome = sweep(work, folder, in_threads(1))
    assert (outcome.n_made, outcome.n_kept) == (1, 2)
    assert (one / names[0]).stat().st_mtime_ns == kept
    assert bytes_of_one == [(one / name).read_bytes() for name in names]


def test_only_choices_or_only_one_value(tmp_path: Path) -> None:
    choices = Grid(grid={"debt_form": ["annuity", "bullet"]}, measures=("equity_npv_cny",))
    found = swept(ModelSweep.of(choices), tmp_path / "choices").column("equity_npv_cny")
    expected = [evaluate(Assumptions(debt_form=form)) for form in ("annuity", "bullet")]
    assert found.to_pylist() == pytest.approx(
        [float(result.metrics.equity_npv_cny[0]) for result in expected]
    )
    single = Grid(grid={"tax_rate": [0.25]}, measures=("equity_npv_cny",))
    found = swept(ModelSweep.of(single), tmp_path / "single").column("equity_npv_cny")
    expected = evaluate(Assumptions(tax_rate=0.25)).metrics.equity_npv_cny
    assert found.to_pylist() == pytest.approx(expected.tolist())


def test_a_folder_that_cannot_be_made_names_the_option(tmp_path: Path) -> None:
    grid = tmp_path / "small.yaml"
    grid.write_text("grid: {tax_rate: [0.1, 0.2]}\n")
    done = CliRunner().invoke(app, ["sweep", "rental_model", str(grid), "--out", "/dev/null/s"])
    assert isinstance(done.exception, WriteError)
    (fault,) = done.exception.faults
    assert (fault.file, fault.value) == ("/dev/null/s", "Not a directory")
    assert fault.expected == "a folder that can be written: --out FOLDER names another"


def test_an_estimate_of_size_is_near_what_is_written(tmp_path: Path) -> None:
    axes = {
        "rent_decline_per_year": list(np.linspace(0, 0.4, 200)),
        "utilization": list(np.linspace(0.5, 1.0, 200)),
    }
    work = ModelSweep.of(Grid(grid=axes, measures=("equity_npv_cny", "equity_irr")))
    found = estimate(work, range(work.n_parts))
    assert found is not None
    written = sum(
        len(content) for part in range(work.n_parts) for content in work.compute(part).values()
    )
    assert found.n_bytes == pytest.approx(written, rel=0.3)
    half = estimate(work, [])
    assert half is not None and half.n_bytes == 0


def test_command(tmp_path: Path) -> None:
    grid = tmp_path / "small.yaml"
    grid.write_text("grid: {rent_decline_per_year: {start: 0, stop: 0.4, n: 5}}\n")
    arguments = ["sweep", "rental_model", str(grid), "--out", str(tmp_path / "out")]
    told = CliRunner().invoke(app, [*arguments, "--dry-run"])
    assert "5 scenarios, 5 of them to be done" in told.output
    assert re.search(r"^about [\d.e+-]+ s, [\d.,]+ (bytes|kB), by one process$", told.stderr, re.M)
    assert not (tmp_path / "out").exists()
    done = CliRunner().invoke(app, arguments)
    assert done.exit_code == 0, done.output
    assert "equity NPV is above zero in 60.0%" in done.output  # of 0, 10, 20, 30 and 40 %
    assert "1 parts made, 0 kept" in done.output
    again = CliRunner().invoke(app, arguments)
    assert "0 parts made, 1 kept" in again.output


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["rent_trends"], "--notebooks"),
        (["rental_modell"], "rental_model"),
        (["rental_model", "--scheduler", "127.0.0.1:1"], "the address of a Dask scheduler"),
    ],
)
def test_command_refuses(tmp_path: Path, arguments: list[str], said: str) -> None:
    grid = tmp_path / "grid.yaml"
    grid.write_text("grid: {tax_rate: [0.1]}\n")
    notebook, *rest = arguments
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "analysis",
            "sweep",
            notebook,
            str(grid),
            "--out",
            str(tmp_path / "out"),
            *rest,
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2, done.stdout
    assert said in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.slow
def test_killed_and_restarted_it_computes_only_what_was_missing(tmp_path: Path) -> None:
    grid = tmp_path / "big.yaml"
    grid.write_text(BIG)

    def command(out: str) -> list[str]:
        place = str(tmp_path / out)
        arguments = ["sweep", "rental_model", str(grid), "--out", place, "--workers", "1"]
        return [sys.executable, "-m", "analysis", *arguments]

    def parts(out: str) -> dict[str, Path]:
        return {file.name: file for file in sorted((tmp_path / out).glob("part-*.parquet"))}

    with subprocess.Popen(
        command("killed"), cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        last = time.monotonic() + 120
        while len(parts("killed")) < 2 and time.monotonic() < last:
            time.sleep(0.02)
        os.kill(process.pid, signal.SIGKILL)
    before = {name: file.stat().st_mtime_ns for name, file in parts("killed").items()}
    assert 2 <= len(before) < 8
    done = subprocess.run(command("killed"), cwd=ROOT, capture_output=True, text=True, check=True)
    assert f"{8 - len(before)} parts made, {len(before)} kept" in done.stdout
    after = parts("killed")
    assert {name: after[name].stat().st_mtime_ns for name in before} == before
    subprocess.run(command("whole"), cwd=ROOT, capture_output=True, check=True)
    whole = parts("whole")
    assert list(after) == list(whole)
    assert all(after[name].read_bytes() == whole[name].read_bytes() for name in whole)
    assert not list((tmp_path / "killed").glob(".*.partial-*"))
