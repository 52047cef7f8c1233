"""An interrupt while a kernel is compiled: the compiler hears none, the command ends at once."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from analysis.cli.command import INTERRUPTED, has_deaf_threads
from analysis.rental.engines.compiled.first_call import first_call

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
    with subprocess.Popen(
        [sys.executable, "-c", DEAF, *arguments],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    ) as command:
        assert command.stderr is not None
        while "compiling" not in (line := command.stderr.readline()):
            assert line, "it ended before"
        time.sleep(0.2)
        started = time.monotonic()
        command.send_signal(signal.SIGINT)
        try:
            out, err = command.communicate(timeout=LONGEST_SECONDS)
        except subprocess.TimeoutExpired:
            command.kill()
            raise
    assert command.returncode == INTERRUPTED, err
    assert time.monotonic() - started < LONGEST_SECONDS
    assert said in out + err
    assert "Traceback" not in out + err
    left = {path.name for path in tmp_path.rglob("*") if path.is_file()}
    assert not {name for name in left if "partial" in name or name.endswith(".parquet")}


def test_what_a_first_call_raises_is_raised_where_it_is_waited_for() -> None:
    with pytest.raises(ZeroDivisionError):
        first_call(divmod, 1, 0)


def test_a_process_knows_that_it_compiles() -> None:
    assert first_call(has_deaf_threads)
    assert not has_deaf_threads()
