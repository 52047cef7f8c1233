"""Interrupts that are raised until they are heard.

Python raises a KeyboardInterrupt in whatever its main thread does at that moment. Where that is
called by a library in C that drops errors (a callback, a finalizer), the interrupt is dropped with
them and the command goes on. A command that ends within three seconds cannot leave it at that.
"""

from __future__ import annotations

import signal
from types import FrameType
from typing import Final, NoReturn

AGAIN_SECONDS: Final = 1.5
"""After which an interrupt that nobody has heard is raised again; hearing one takes tenths."""


def raise_until_heard() -> None:
    """Have this process raise an interrupt again and again, until `heard` is called.

    A process that ignores interrupts goes on to ignore them.
    """
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, _raise)
        signal.signal(signal.SIGALRM, _raise)


def heard() -> None:
    """Say that an interrupt is being handled, and is not to be raised again.

    One that passed through an ``exec`` of text, as dataclasses are made by, has Python end itself
    by the signal at its end, whatever the exit code is to be, unless another text was run since.
    """
    signal.setitimer(signal.ITIMER_REAL, 0.0)
    exec("")


def _raise(_number: int, _frame: FrameType | None) -> NoReturn:
    signal.setitimer(signal.ITIMER_REAL, AGAIN_SECONDS)
    raise KeyboardInterrupt
