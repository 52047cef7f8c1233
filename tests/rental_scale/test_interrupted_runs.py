"""An interrupt while many scenarios are measured, or a kernel is compiled, which hears none."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from analysis.cli.command import INTERRUPTED
from analysis.paths import ROOT
from analysis.rental.engines.compiled.first_call import first_call
from analysis.rental.questions.simulate.draw_summary import read_facts

LONGEST_SECONDS = 10.0

# Hashing looks up as little as a compiler; 200 million rounds take minutes.
DEAF = """
import hashlib, sys
from analysis.rental.engines.compiled import engine

def load(source):
    def kernel(*arguments):
        print("compiling", file=sys.stderr, flush=True)
        hashlib.pbkdf2_hmac("sha256", b"", b"", 200_000_000)
    return kernel

engine.load = load
from analysis.cli.app import main
main()
"""
GRID = """\
parameters: {periods_per_year: 12}
grid:
  rent_cny_per_server_month: {start: 40000, stop: 90000, n: 300}
  server_price_cny: {start: 1500000, stop: 2500000, n: 300}
"""
SIMULATE = ("simulate", "sihan-2025-straight-line", "--n", "1000000")

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals are POSIX's")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((*SIMULATE, "--threads", "1"), "nothing is half made"),
        ((*SIMULATE, "--threads", "2"), "nothing is half made"),
        ((*SIMULATE, "--out", "rows.parquet"), "nothing is half made"),
        (("sweep", "rental_model", "grid.yaml", "--workers", "1"), "the same command goes on"),
        (("sweep", "rental_model", "grid.yaml", "--workers", "2"), "the same command goes on"),
    ],
    ids=lambda given: given if isinstance(given, str) else " ".join(given),
)
def test_it_ends_the_command_at_once(tmp_path: Path, arguments: tuple[str, ...], said: str) -> None:
    (tmp_path / "grid.yaml").write_text(GRID, encoding="utf-8")
    with started(tmp_path, "-c", DEAF, *arguments) as command:
        assert command.stderr is not None
        while "compiling" not in (line := command.stderr.readline()):
            assert line, "it ended before"
        text = interrupted(command)
    assert said in text
    left = {path.name for path in tmp_path.rglob("*") if path.is_file()}
    assert not {name for name in left if "partial" in name or name.endswith(".parquet")}


@pytest.mark.parametrize("name", ["rows.parquet", "rows.csv"])
def test_what_is_measured_is_kept_and_not_summed_up(tmp_path: Path, name: str) -> None:
    many = ("--n", "10000000", "--engine", "numpy", "--out", name)
    with started(tmp_path, "-m", "analysis", *SIMULATE[:2], *many) as command:
        last = time.monotonic() + 60
        while not any(tmp_path.rglob("rows.parquet")):
            assert time.monotonic() < last, "nothing is measured"
            time.sleep(0.05)
        time.sleep(1.0)
        text = interrupted(command)
    kept = tmp_path / "rows.partial.parquet"
    facts = read_facts(kept)
    assert 0 < facts["n_rows"] < facts["n_scenarios"]
    assert f"{facts['n_rows']:,} of 10,000,000 scenarios are kept in {kept.name}" in text
    assert [path.name for path in tmp_path.iterdir()] == [kept.name]


def started(folder: Path, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )


def interrupted(command: subprocess.Popen[str]) -> str:
    """Interrupt a command, see that it ends soon and as it should, and return what it says."""
    time.sleep(0.2)
    begun = time.monotonic()
    command.send_signal(signal.SIGINT)
    try:
        out, err = command.communicate(timeout=LONGEST_SECONDS)
    except subprocess.TimeoutExpired:
        command.kill()
        raise
    assert time.monotonic() - begun < LONGEST_SECONDS
    assert command.returncode == INTERRUPTED, err
    assert "Traceback" not in out + err
    return out + err


def test_what_a_first_call_raises_is_raised_where_it_is_waited_for() -> None:
    with pytest.raises(ZeroDivisionError):
        first_call(divmod, 1, 0)


def test_a_process_knows_that_it_compiles() -> None:
    """Asked often, since a thread that has answered is not gone at once.

    In an interpreter of its own: a cluster of another test leaves Dask's loop in this one.
    """
    ask = (
        "import sys; sys.setswitchinterval(1e-6)\n"
        "from analysis.cli.command import has_deaf_threads\n"
        "from analysis.rental.engines.compiled.first_call import first_call\n"
        "print({(first_call(has_deaf_threads), has_deaf_threads()) for _ in range(5_000)})"
    )
    done = subprocess.run(
        [sys.executable, "-c", ask], cwd=ROOT, capture_output=True, text=True, timeout=120
    )
    assert done.stdout.strip() == "{(True, False)}", done.stderr
