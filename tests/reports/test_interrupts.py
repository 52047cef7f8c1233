"""An interrupt from the keyboard: a build that waits hears it, and every command says so."""

from __future__ import annotations

import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from analysis.cli.app import app
from analysis.cli.command import INTERRUPTED, Command
from analysis.reports.build.builder import WakefulQueue

RELEASED_SECONDS = 6.0

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals of threads are POSIX's")


def seconds_until_interrupted(waited_for: queue.Queue[str]) -> float:
    """Wait for a queue while another thread receives the signal."""

    def receive() -> None:
        time.sleep(0.3)
        signal.pthread_kill(threading.get_ident(), signal.SIGINT)
        time.sleep(RELEASED_SECONDS)
        waited_for.put("released")

    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    threading.Thread(target=receive, daemon=True).start()
    started = time.monotonic()
    try:
        with pytest.raises(KeyboardInterrupt):
            waited_for.get()
            time.sleep(1)
    finally:
        signal.signal(signal.SIGINT, before)
    return time.monotonic() - started


def test_a_signal_that_another_thread_receives_interrupts_the_wait() -> None:
    assert seconds_until_interrupted(WakefulQueue()) < RELEASED_SECONDS / 2


def test_a_plain_queue_would_wait_on() -> None:
    assert seconds_until_interrupted(queue.Queue()) > RELEASED_SECONDS / 2


def test_waiting_and_not_waiting_are_as_ever() -> None:
    waited_for = WakefulQueue()
    with pytest.raises(queue.Empty):
        waited_for.get(block=False)
    with pytest.raises(queue.Empty):
        waited_for.get(timeout=0.01)
    waited_for.put("here")
    assert waited_for.get() == "here"


def test_an_interrupted_command_says_so_and_exits_as_shells_expect() -> None:
    one = typer.Typer()

    @one.command(cls=Command)
    def work() -> None:
        raise KeyboardInterrupt

    done = CliRunner().invoke(one)
    assert done.exit_code == INTERRUPTED
    assert done.stderr == "interrupted: nothing is half made; what was there before is kept.\n"


INTERRUPTED_WHILE_IMPORTING = """
import runpy, sys

class Interrupts:
    def find_spec(self, name, *_):
        if name == "analysis.cli.app":
            raise KeyboardInterrupt

sys.meta_path.insert(0, Interrupts())
runpy.run_module("analysis", run_name="__main__")
"""


def test_an_interrupt_while_modules_are_imported_gives_no_traceback() -> None:
    command = [sys.executable, "-c", INTERRUPTED_WHILE_IMPORTING]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (INTERRUPTED, "interrupted: nothing was done.\n")


def test_every_command_is_one_that_says_so() -> None:
    def leaves(command: Any) -> Iterator[Any]:
        under = getattr(command, "commands", {})
        for each in under.values():
            yield from leaves(each)
        if not under:
            yield command

    commands = list(leaves(typer.main.get_command(app)))
    assert len(commands) > 15
    assert [each.name for each in commands if not isinstance(each, Command)] == []
