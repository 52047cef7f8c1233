"""An interrupt reaches a build that waits for its notebooks."""

from __future__ import annotations

import queue
import signal
import sys
import threading
import time

import pytest

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
