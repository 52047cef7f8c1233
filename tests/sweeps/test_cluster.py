"""Sweeps on a cluster: a worker killed, a scenario that fails, a scheduler that runs already."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import psutil
import pytest
from distributed import Client

import analysis.paths
from analysis.cli.command import INTERRUPTED
from analysis.paths import ROOT
from analysis.sweeps.private_cluster import private_cluster
from tests.conftest import FIXTURES, Project

pytestmark = pytest.mark.slow

GRID = """\
grid:
  rent_cny_per_month: [50000, 60000, 70000]
  useful_life_years: [3, 5]
"""

N_SCENARIOS = 3 * 2
"""A kernel and a page each, four seconds of processor time: enough for two workers to share."""

COMPILED = "analysis/rental/engines/compiled/__pycache__"


@pytest.fixture
def tiny(project: Project) -> Project:
    """A project with the tiny notebook, a grid, and the machine code that this one has."""
    with contextlib.suppress(shutil.Error, FileNotFoundError):  # others compile meanwhile
        shutil.copytree(ROOT / COMPILED, project.root / COMPILED)
    project.write("notebooks/tiny_question.py", (FIXTURES / "tiny_question.py").read_text())
    project.write("grid.yaml", GRID)
    return project


def started(project: Project, *arguments: str, **options: Any) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "analysis", "sweep", *arguments],
        cwd=project.root,
        env=options.pop("env", project.environment()),
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        **options,
    )


def wait_until(is_so: Callable[[], bool], seconds: float = 90) -> None:
    last = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < last, "waited too long"
        time.sleep(0.05)


def workers_of(pid: int) -> list[psutil.Process]:
    """Worker processes of a sweep, its children.

    A process that a worker has just forked bears the worker's command line until it is a kernel.
    """
    workers = []
    for child in psutil.Process(pid).children():
        with contextlib.suppress(psutil.NoSuchProcess):  # zombies too
            if "spawn_main" in " ".join(child.cmdline()):
                workers.append(child)
    return workers


def assert_complete(project: Project) -> None:
    """Every scenario is there once, and holds its own parameters and answer."""
    table = pd.read_csv(project.root / "sweeps" / "grid" / "comparison.csv")
    assert table["scenario"].tolist() == [f"scenario-{number}" for number in range(N_SCENARIOS)]
    expected = table["rent_cny_per_month"] * 12 * table["useful_life_years"]
    assert (table["result.revenue_cny"] == expected).all()
    pairs = table[["rent_cny_per_month", "useful_life_years"]]
    assert not pairs.duplicated().any()


def test_a_worker_killed_in_mid_sweep(tiny: Project) -> None:
    folder = tiny.root / "sweeps" / "grid"
    command = ("tiny_question", "grid.yaml", "--notebooks", "--workers", "2")
    process = started(tiny, *command)
    wait_until(lambda: len(list(folder.glob("*.json"))) > 1)  # the plan, and a scenario
    victims = workers_of(process.pid)
    assert len(victims) == 2
    kernels = victims[0].children(recursive=True)
    victims[0].kill()
    made, said = process.communicate(timeout=180)
    assert process.returncode == 0, said
    assert f"{N_SCENARIOS} parts made, 0 kept" in made
    assert_complete(tiny)
    wait_until(lambda: not any(kernel.is_running() for kernel in kernels), seconds=30)

    page = (folder / "index.html").read_text()
    assert all(f'href="scenario-{number}.html"' in page for number in range(N_SCENARIOS))
    again = tiny.command("sweep", *command)
    assert f"0 parts made, {N_SCENARIOS} kept" in again.stdout


def test_a_failing_scenario_is_named_and_tried_again(tiny: Project) -> None:
    script = (FIXTURES / "tiny_question.py").read_text()
    broken = script.replace(
        "revenue_cny = rent", "assert useful_life_years < 5, 'too long'\nrevenue_cny = rent"
    )
    assert broken != script
    tiny.write("notebooks/tiny_question.py", broken)
    tiny.write("grid.yaml", "grid: {useful_life_years: [3, 5]}\n")  # one of each kind is enough
    command = ("sweep", "tiny_question", "grid.yaml", "--notebooks", "--retries", "0")
    done = tiny.command(*command)
    assert done.returncode == 1
    assert "1 parts made, 0 kept, 1 failed" in done.stdout
    assert "too long" in done.stderr
    assert "useful_life_years 5" in done.stderr
    page = (tiny.root / "sweeps" / "grid" / "index.html").read_text()
    assert "1 of them missing" in page
    assert "too long" in page
    again = tiny.command(*command)
    assert "0 parts made, 1 kept, 1 failed" in again.stdout


@pytest.fixture
def scheduler(tiny: Project) -> Iterator[str]:
    """Address of a scheduler with one worker, both started as users start them."""

    def start(*arguments: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "dask", *arguments],
            cwd=tiny.root,
            env={**tiny.environment(), "PYTHONPATH": str(tiny.root)},
            text=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )

    with start("scheduler", "--port", "0", "--no-dashboard", "--host", "127.0.0.1") as process:
        assert process.stderr is not None
        address = ""
        for line in process.stderr:
            if found := re.search(r"Scheduler at:\s+(tcp://\S+)", line):
                address = found[1]
                break
        assert address
        with start("worker", address, "--nthreads", "1", "--no-dashboard") as worker:
            try:
                yield address
            finally:
                worker.terminate()
                process.terminate()


def test_an_existing_cluster_gives_the_same_bytes(tiny: Project, scheduler: str) -> None:
    tiny.write("rents.yaml", "grid: {rent_decline_per_year: [0, 0.1, 0.2]}\n")
    tiny.write("notebooks/rental_model.py", (FIXTURES / "tiny_question.py").read_text())
    here = ("sweep", "rental_model", "rents.yaml", "--out")
    alone = tiny.command(*here, "alone")
    assert alone.returncode == 0, alone.stderr
    there = tiny.command(*here, "there", "--scheduler", scheduler)
    assert there.returncode == 0, there.stderr
    assert (tiny.root / "alone/part-00000.parquet").read_bytes() == (
        tiny.root / "there/part-00000.parquet"
    ).read_bytes()

    notebooks = ("tiny_question", "grid.yaml", "--notebooks", "--scheduler", scheduler)
    done = tiny.command("sweep", *notebooks)
    assert done.returncode == 0, done.stderr
    assert_complete(tiny)
    results = json.loads(tiny.read("sweeps/grid/scenario-0.json"))
    assert results["parameters"] == {"rent_cny_per_month": 50000, "useful_life_years": 3}


def test_workers_with_other_code_are_refused(tiny: Project, scheduler: str) -> None:
    tiny.write("notebooks/rental_model.py", (FIXTURES / "tiny_question.py").read_text())
    tiny.write("rents.yaml", "grid: {rent_decline_per_year: [0, 0.1]}\n")
    elsewhere = tiny.root.parent / "elsewhere"
    shutil.copytree(tiny.root, elsewhere)
    other = Project(elsewhere)
    cases = other.read("analysis/rental/inputs/cases.py")
    other.write("analysis/rental/inputs/cases.py", f"{cases}\n# edited\n")
    done = other.command("sweep", "rental_model", "rents.yaml", "--scheduler", scheduler)
    assert done.returncode == 2, done.stdout
    assert "the project's files and Python as they are here" in done.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="signals are POSIX's")
@pytest.mark.parametrize("told", ["the command", "all that the terminal started"])
@pytest.mark.parametrize(
    "moment", ["the first worker starts", "all workers are there", "a page is made"]
)
def test_an_interrupt_ends_it_and_what_it_started(
    tiny: Project, tmp_path: Path, moment: str, told: str
) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    with started(
        tiny,
        *("tiny_question", "grid.yaml", "--notebooks", "--workers", "2"),
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
        start_new_session=True,
        env={**tiny.environment(), "TMPDIR": str(temporary)},
    ) as process:
        reached = {
            "the first worker starts": lambda: bool(workers_of(process.pid)),
            "all workers are there": lambda: len(workers_of(process.pid)) == 2,
            "a page is made": lambda: any(temporary.glob(".rental.partial-*/.rental.partial-*")),
        }
        wait_until(reached[moment])
        children = psutil.Process(process.pid).children(recursive=True)
        if told == "the command":
            process.send_signal(signal.SIGINT)
        else:
            os.killpg(process.pid, signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert process.returncode == INTERRUPTED, err
    assert "the same command goes on" in out
    assert "Traceback" not in out + err
    _, alive = psutil.wait_procs(children, timeout=20)
    assert not alive
    assert not list(temporary.iterdir())


def test_temporary_files_of_a_cluster_are_in_its_own_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What killed workers leave, a certificate or a kernel's workspace, goes with that folder."""
    monkeypatch.setattr("analysis.sweeps.private_cluster.TEMPORARY", tmp_path)
    monkeypatch.setenv("TMPDIR", "as before")
    usual = tempfile.gettempdir()
    with private_cluster(1) as cluster, Client(cluster, set_as_default=False) as client:
        (folder,) = tmp_path.iterdir()
        assert tempfile.gettempdir() == str(folder)
        assert set(client.run(tempfile.gettempdir).values()) == {str(folder)}
        assert set(client.run(lambda: str(analysis.paths.TEMPORARY)).values()) == {str(folder)}
        client.run(tempfile.mkdtemp)
    assert list(tmp_path.iterdir()) == []
    assert tempfile.gettempdir() == usual
    assert os.environ["TMPDIR"] == "as before"


def test_a_cluster_removes_what_a_killed_one_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("analysis.sweeps.private_cluster.TEMPORARY", tmp_path)
    (tmp_path / ".rental.partial-0a1b2c3d" / "dask-scratch-space").mkdir(parents=True)
    (tmp_path / "another's").mkdir()
    with private_cluster(1):
        pass
    assert [path.name for path in tmp_path.iterdir()] == ["another's"]


def test_after_an_interrupt_the_next_cluster_starts() -> None:
    """In one process, as a notebook goes on after its cell was interrupted."""
    with pytest.raises(KeyboardInterrupt), private_cluster(1):
        raise KeyboardInterrupt
    with private_cluster(1) as cluster, Client(cluster, set_as_default=False) as client:
        client.wait_for_workers(1, timeout=30)
        assert client.submit(divmod, 17, 5).result(timeout=30) == (3, 2)
