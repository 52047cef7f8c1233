"""A kernel that is forked instead of started, as jupyter_client sees it."""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, NoReturn

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning import LocalProvisioner

from analysis.reports.run.preloaded import BACKEND, KERNEL_LOG

_LONGEST_END_SECONDS: Final = 60.0


class ForkedKernel:
    """A forked kernel, with as much of ``subprocess.Popen`` as a provisioner uses.

    Parameters
    ----------
    request : mapping
        What `_become_kernel` needs.

    Raises
    ------
    OSError, EOFError
        The server has ended.
    """

    stdin = stdout = stderr = None

    def __init__(self, request: Mapping[str, Any]) -> None:
        context = multiprocessing.get_context("forkserver")
        self._process = context.Process(target=_become_kernel, args=(dict(request),))
        self._process.start()
        self.pid = self._process.pid

    def poll(self) -> int | None:
        """Return the exit code, None while the kernel runs."""
        return self._process.exitcode

    def wait(self, timeout: float | None = None) -> int:
        """Wait for the end of the kernel and return its exit code."""
        patience = timeout or _LONGEST_END_SECONDS
        self._process.join(patience)
        if self._process.exitcode is None:
            raise subprocess.TimeoutExpired("kernel", patience)
        return self._process.exitcode

    def send_signal(self, number: int) -> None:
        """Send a signal to the kernel."""
        if self.poll() is None and self.pid is not None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        """Ask the kernel to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End the kernel."""
        self.send_signal(signal.SIGKILL)


class ForkedProvisioner(LocalProvisioner):
    """Starts a kernel by a fork, or as ever where the server has ended."""

    async def launch_kernel(self, cmd: list[str], **settings: Any) -> KernelConnectionInfo:
        """Ask for a kernel and return how it can be reached."""
        at = cmd.index("-f")
        request = {
            "arguments": cmd[at:],
            "environment": dict(settings["env"]),
            "folder": str(settings["cwd"]),
            "log": str(Path(cmd[at + 1]).with_name(KERNEL_LOG)),
        }
        try:
            process = ForkedKernel(request)
        except (OSError, EOFError):
            return await super().launch_kernel(cmd, **settings)
        self.process = process  # type: ignore[assignment]
        self.pid = self.pgid = process.pid
        return self.connection_info

    async def kill(self, restart: bool = False) -> None:
        """End the kernel and wait until it has ended, which takes no tenth of a second."""
        await super().kill(restart=restart)
        if self.process:
            self.process.wait()


def _become_kernel(request: Mapping[str, Any]) -> NoReturn:
    os.setsid()
    threading.Thread(target=_end_with_parent, daemon=True).start()
    gc.enable()
    log = os.open(request["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(log, 1)  # a file, since nobody reads the other end of a pipe
    os.dup2(log, 2)
    os.environ.clear()
    os.environ.update(request["environment"], MPLBACKEND=BACKEND)
    os.chdir(request["folder"])
    sys.path.insert(0, "")
    sys.argv = ["ipykernel_launcher", *request["arguments"]]
    code = 1
    try:
        from ipykernel.kernelapp import IPKernelApp

        IPKernelApp.launch_instance(argv=request["arguments"])
        code = 0
    finally:
        os._exit(code)


def _end_with_parent() -> None:
    """End when the process that asked for this kernel ends, however it does.

    The server would outlive it: it waits for the last that could ask for a fork, and every kernel
    could.
    """
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
