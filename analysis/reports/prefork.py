"""A process that imports what notebooks import, and forks a kernel each time it is asked.

Run as ``python -m analysis.reports.prefork SOCKET``. It listens on one socket file; each connection
asks for one kernel and says which modules it wants, is told its process id and, when the kernel has
ended, its exit code. Modules are imported when first wanted, once for all kernels, so that kernels
that want little run while more is imported. It ends when the process that started it does.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import signal
import socket
import sys
from collections.abc import Iterable
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


def serve(path: str) -> None:
    """Fork kernels, with the modules they want imported, until the parent process ends.

    Parameters
    ----------
    path : str
        Socket file; it appears when kernels can be asked for.
    """
    os.environ["MPLBACKEND"] = BACKEND  # before pyplot, as a kernel of its own would have it
    parent = os.getppid()
    running: dict[int, socket.socket] = {}
    signal.signal(signal.SIGCHLD, lambda *_: _tell_ended(running))  # during a long import, too
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
                _import(request["modules"])
                pid = os.fork()
                if pid == 0:
                    _become_kernel(request, [listener, asked, *running.values()])
                running[pid] = asked
                asked.sendall(f"{pid}\n".encode())


def _import(modules: Iterable[str]) -> None:
    """Import modules; one that cannot be imported is left to the notebook, which says why."""
    before = len(sys.modules)
    for module in (*KERNEL_MODULES, *modules, *IMPORTED_AT_FIRST_USE):
        is_wanted = module not in IMPORTED_AT_FIRST_USE or module.partition(".")[0] in sys.modules
        with contextlib.suppress(Exception):  # whatever importing it may raise, a slip included
            if is_wanted:
                importlib.import_module(module)
    if len(sys.modules) > before:
        gc.collect()
        gc.freeze()  # memory stays shared with the kernels


def _tell_ended(running: dict[int, socket.socket]) -> None:
    for pid in list(running):
        try:
            ended, status = os.waitpid(pid, os.WNOHANG)
        except ChildProcessError:  # told already, by a signal that came meanwhile
            continue
        if ended:
            asked = running.pop(pid)
            with contextlib.suppress(OSError):
                asked.sendall(f"{os.waitstatus_to_exitcode(status)}\n".encode())
            asked.close()


def _become_kernel(request: dict[str, Any], inherited: list[socket.socket]) -> NoReturn:
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
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
    serve(sys.argv[1])
