"""An interrupt that a library drops is raised again until it is heard."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from analysis.cli.command import INTERRUPTED
from analysis.paths import ROOT

START = "import signal; signal.signal(signal.SIGINT, signal.{})\n"
DROPPED = """\
import ctypes, os, signal, sys, time
from analysis.interrupts import AGAIN_SECONDS, heard, raise_until_heard

def interrupt():
    os.kill(os.getpid(), signal.SIGINT)

# what a function that C calls raises is written to the error stream, and goes no further
interrupt_and_drop = ctypes.CFUNCTYPE(None)(interrupt)
"""


def run(script: str, before: str = "default_int_handler") -> subprocess.CompletedProcess[str]:
    """Run a script that is interrupted as an interpreter in a terminal is, or ignores it."""
    return subprocess.run(
        [sys.executable, "-c", START.format(before) + DROPPED + script],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize(
    "again", ["", "ctypes.CFUNCTYPE(None)(lambda: time.sleep(2 * AGAIN_SECONDS))()"]
)
def test_a_dropped_interrupt_is_raised_again(again: str) -> None:
    """Also where the second one is dropped, too."""
    done = run(
        f"""
raise_until_heard()
try:
    interrupt_and_drop()
    {again}
    print("dropped", flush=True)
    time.sleep(30)
except KeyboardInterrupt:
    heard()
    print("heard")
"""
    )
    assert done.stdout.split() == ["dropped", "heard"], done.stderr


def test_one_that_is_heard_is_not_raised_again_and_the_next_one_is() -> None:
    done = run(
        """
raise_until_heard()
for _ in range(2):
    try:
        interrupt()
    except KeyboardInterrupt:
        heard()
        time.sleep(1.5 * AGAIN_SECONDS)
        print("heard")
"""
    )
    assert done.stdout.split() == ["heard", "heard"], done.stderr


def test_one_that_passed_through_run_text_leaves_the_exit_code_to_the_program(
    tmp_path: Path,
) -> None:
    """Of a module that is run by its name, as the command line is."""
    (tmp_path / "interrupted.py").write_text(
        f"""{START.format("default_int_handler")}{DROPPED}
raise_until_heard()
try:
    exec("interrupt()")
except KeyboardInterrupt:
    heard()
sys.exit(7)
""",
        encoding="utf-8",
    )
    done = subprocess.run(
        [sys.executable, "-m", "interrupted"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 7, done.stderr


def test_a_process_that_ignores_interrupts_goes_on_to() -> None:
    done = run("raise_until_heard(); interrupt(); print('ignored')\n", before="SIG_IGN")
    assert done.stdout.split() == ["ignored"], done.stderr


@pytest.mark.parametrize("command", ["backtest", "audit"])
def test_a_command_ends_whose_first_interrupt_was_dropped(command: str) -> None:
    """What loads its tables is called by C, and interrupted."""
    done = run(
        f"""
import analysis.data
def load(*_):
    interrupt_and_drop()
    time.sleep(30)
analysis.data.load = load
sys.argv = ["analysis", "{command}"]
from analysis.cli.app import main
main()
"""
    )
    assert done.returncode == INTERRUPTED, done.stderr
    assert "interrupted: nothing is half made" in done.stderr
