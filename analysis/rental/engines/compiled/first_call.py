"""The first call of a compiled function, which can take ten seconds to be compiled.

A compiler hears no interrupt. Called in a thread of its own, it leaves whoever waits for it free to
hear one.
"""

from __future__ import annotations

import atexit
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import ParamSpec, TypeVar

from analysis.kernel_cache import COMPILATION

Given = ParamSpec("Given")
Result = TypeVar("Result")


def first_call(
    function: Callable[Given, Result], *arguments: Given.args, **options: Given.kwargs
) -> Result:
    """Call a function in a thread of its own and wait for it, interruptibly.

    Parameters
    ----------
    function : callable
        What may compile.
    *arguments, **options
        What it is called with.

    Returns
    -------
    object
        What it returns; what it raises is raised here.

    Examples
    --------
    >>> first_call(divmod, 17, 5)
    (3, 2)
    """
    answer: Future[Result] = Future()

    def call() -> None:
        try:
            answer.set_result(function(*arguments, **options))
        except BaseException as error:
            answer.set_exception(error)

    thread = threading.Thread(target=call, name=COMPILATION, daemon=True)
    # an interpreter that ends amid a compilation breaks down: it waits, unless it is left at once
    atexit.register(thread.join)
    thread.start()
    try:
        return answer.result()
    finally:
        if answer.done():
            thread.join()
            atexit.unregister(thread.join)
