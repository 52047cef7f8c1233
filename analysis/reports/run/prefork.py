"""Processes that import what notebooks import, and fork a kernel each time they are asked.

Run as ``python -m analysis.reports.run.prefork``, with generations on its standard input: a JSON
array of arrays, each of a socket file and the modules that are imported before it appears. A
generation that has imported its modules forks the next, which goes on importing while kernels are
forked from this one. Each connection to a socket asks for one kernel and is told its process id
and, when the kernel has ended, its exit code. A generation ends when the process that started it
does.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import socket
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final, NoReturn

BACKEND: Final = "module://matplotlib_inline.backend_inline"
KERNEL_MODULES: Final = (
    "ipykernel.debugger",
    "ipykernel.kernelapp",
    "ipykernel.zmqshell",
    "matplotlib_inline",
)
IMPORTED_AT_FIRST_USE: Final = (
    "matplotlib.backends.backend_agg",
    "matplotlib.backends.backend_svg",
    "pandera.backends.pandas.builtin_checks",
    "sympy.codegen.ast",
    "sympy.tensor.tensor",
)
_WAIT_SECONDS: Final = 0.02


def serve(generations: Sequence[tuple[str, Sequence[str]]], parent: int) -> None:
    """Import the modules of one generation, leave the next to a child, and fork kernels.

    Parameters
    ----------
    generations : sequence of (str, sequence of str)
        Socket file, which appears when kernels can be asked for, and modules of each.
    parent : int
        Process with which this one ends.
    """
    own = os.getpid()
    (path, modules), *later = generations
    _import(modules)
    if later and os.fork() == 0:
        _check_tables()
        serve(later, parent=own)
        os._exit(0)
    running: dict[int, socket.socket] = {}
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(f"{path}.new")
        listener.listen()
        listener.settimeout(_WAIT_SECONDS)
        Path(f"{path}.new").rename(path)
        while os.getppid() == parent:
            _tell_ended(running)
            with contextlib.suppress(TimeoutError):
                asked, _ = listener.accept()
                request = json.loads(asked.makefile("r").readline())
                pid = os.fork()
                if pid == 0:
                    _become_kernel(request, [listener, asked, *running.values()])
                running[pid] = asked
                asked.sendall(f"{pid}\n".encode())


def _import(modules: Iterable[str]) -> None:
    """Import modules; one that cannot be imported is left to the notebook, which says why."""
    for module in (*KERNEL_MODULES, *modules, *IMPORTED_AT_FIRST_USE):
        is_wanted = module not in IMPORTED_AT_FIRST_USE or module.partition(".")[0] in sys.modules
        # whatever importing it may raise, a slip or a call of exit included
        with contextlib.suppress(BaseException):
            if is_wanted:
                importlib.import_module(module)
    gc.freeze()  # memory stays shared with the kernels


def _check_tables() -> None:
    """Check raw tables once for all kernels; each still looks whether a file has changed."""
    if data := sys.modules.get("analysis.data"):
        with contextlib.suppress(Exception):  # faults are told by the notebook that loads a table
            data.check()


def _tell_ended(running: dict[int, socket.socket]) -> None:
    for pid in list(running):
        ended, status = os.waitpid(pid, os.WNOHANG)
        if ended:
            asked = running.pop(pid)
            with contextlib.suppress(OSError):
                asked.sendall(f"{os.waitstatus_to_exitcode(status)}\n".encode())
            asked.close()


def _become_kernel(request: dict[str, Any], inherited: list[socket.socket]) -> NoReturn:
    gc.enable()
    os.setsid()
    for open_socket in inherited:
        open_socket.close()
    log = os.open(request["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(log, sys.stdout.fileno())  # a file, since nobody reads the other end of a pipe
    os.dup2(log, sys.stderr.fileno())
    os.environ.clear()
    os.environ.update(request["environment"], MPLBACKEND=BACKEND)
    os.chdir(request["folder"])
    sys.path.insert(0, "")
    sys.argv = ["ipykernel_launcher", *request["arguments"]]
    code = 1
    try:
        from ipykernel.kernelapp import IPKernelApp

        parent = f"--IPKernelApp.parent_handle={os.getppid()}"
        IPKernelApp.launch_instance(argv=[*request["arguments"], parent])
        code = 0
    finally:
        os._exit(code)


if __name__ == "__main__":
    os.environ["MPLBACKEND"] = BACKEND  # before pyplot, as a kernel of its own would have it
    gc.disable()  # importing leaves next to no garbage, and looking for it takes long
    serve(json.load(sys.stdin), parent=os.getppid())
