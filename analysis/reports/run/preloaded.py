"""What the fork server has imported before kernels are forked from it; importing this imports it.

The standard library's fork server imports one module for all processes to come. It would end with
any error other than an ImportError, so that module is this one, which leaves what cannot be
imported to the notebook that says why.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import sys
from collections.abc import Iterable
from typing import Final

MODULES_VARIABLE: Final = "COMPUTE_RENTAL_PRELOADED"
"""Environment variable: names of the modules that notebooks import, as JSON."""

BACKEND: Final = "module://matplotlib_inline.backend_inline"

KERNEL_LOG: Final = "log"
"""File beside its connection file that a kernel writes its own streams to."""

_KERNEL_MODULES: Final = (
    "analysis.cli.app",  # what the build runs as __main__, which multiprocessing imports anew
    "ipykernel.debugger",
    "ipykernel.kernelapp",
    "ipykernel.zmqshell",
    "matplotlib_inline",
)
_IMPORTED_AT_FIRST_USE: Final = (
    "matplotlib.backends.backend_agg",
    "matplotlib.backends.backend_svg",
    "pandera.backends.pandas.builtin_checks",
    "sympy.codegen.ast",
    "sympy.tensor.tensor",
)


def _import(modules: Iterable[str]) -> None:
    for module in (*_KERNEL_MODULES, *modules, *_IMPORTED_AT_FIRST_USE):
        is_wanted = module not in _IMPORTED_AT_FIRST_USE or module.partition(".")[0] in sys.modules
        # whatever importing it may raise, a slip or a call of exit included
        with contextlib.suppress(BaseException):
            if is_wanted:
                importlib.import_module(module)


def _check_tables() -> None:
    """Check raw tables once for all kernels; each still looks whether a file has changed."""
    if data := sys.modules.get("analysis.data"):
        with contextlib.suppress(Exception):  # faults are told by the notebook that loads a table
            data.check()


if MODULES_VARIABLE in os.environ:
    gc.disable()  # importing leaves next to no garbage, and looking for it takes long
    os.environ["MPLBACKEND"] = BACKEND  # before pyplot, as a kernel of its own would have it
    _import(json.loads(os.environ.pop(MODULES_VARIABLE)))
    _check_tables()
    gc.freeze()  # memory stays shared with the kernels
