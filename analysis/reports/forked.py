"""Kernels forked from a process that has imported their libraries already."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import Any, Final

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning import LocalProvisioner

from analysis.reports.imports import ImportGraph

IS_SUPPORTED: Final = sys.platform == "linux"
_LONGEST_START_SECONDS: Final = 60.0
_LONGEST_END_SECONDS: Final = 60.0


def modules_imported(scripts: Sequence[Path]) -> tuple[str, ...]:
    """Return the modules that scripts import, and those that what they import imports.

    Parameters
    ----------
    scripts : sequence of Path
        Percent scripts.

    Returns
    -------
    tuple of str
        Dotted names in order; some are functions, which no module answers to.
    """
    imports = ImportGraph()
    files = {*scripts, *chain.from_iterable(map(imports.files_imported, scripts))}
    sources = [file for file in files if file.suffix == ".py"]
    return tuple(sorted(set(chain.from_iterable(map(imports.names_imported, sources)))))


@contextlib.contextmanager
def fork_server(modules: Sequence[str], variables: Mapping[str, str]) -> Iterator[str | None]:
    """Start the process that kernels are forked from, and end it with all of them.

    Parameters
    ----------
    modules : sequence of str
        What it imports before the first fork.
    variables : mapping
        Its environment, which that of every kernel extends.

    Yields
    ------
    str or None
        The socket file at which kernels are asked for; None where the process could not start, so
        that kernels have to be started one by one.
    """
    with tempfile.TemporaryDirectory(prefix="f") as folder:
        address = f"{folder}/s"
        command = [sys.executable, "-m", "analysis.reports.prefork", address, *modules]
        process = subprocess.Popen(
            command,
            env=dict(variables),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            last = time.monotonic() + _LONGEST_START_SECONDS
            while not Path(address).exists() and process.poll() is None and time.monotonic() < last:
                time.sleep(0.02)
            yield address if Path(address).exists() else None
        finally:
            process.kill()
            process.wait()


class ForkedProcess:
    """A forked kernel, with as much of ``subprocess.Popen`` as a provisioner uses."""

    stdin = stdout = stderr = None

    def __init__(self, address: str, request: Mapping[str, Any]) -> None:
        self._connection = socket.socket(socket.AF_UNIX)
        self._connection.connect(address)
        self._connection.sendall(f"{json.dumps(request)}\n".encode())
        self._answers = self._connection.makefile("r")
        self.pid = int(self._answers.readline())
        self.returncode: int | None = None
        self._connection.setblocking(False)

    def poll(self) -> int | None:
        """Return the exit code, None while the kernel runs."""
        if self.returncode is None:
            with contextlib.suppress(BlockingIOError):
                told = self._connection.recv(64).decode()
                self.returncode = int(told or -signal.SIGKILL)
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Wait for the end of the kernel and return its exit code."""
        patience = timeout or _LONGEST_END_SECONDS
        last = time.monotonic() + patience
        while self.poll() is None:
            if time.monotonic() > last:
                raise subprocess.TimeoutExpired("kernel", patience)
            time.sleep(0.01)
        self._connection.close()
        assert self.returncode is not None, "the kernel has ended"
        return self.returncode

    def send_signal(self, number: int) -> None:
        """Send a signal to the kernel."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        """Ask the kernel to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End the kernel."""
        self.send_signal(signal.SIGKILL)


class ForkedProvisioner(LocalProvisioner):
    """Starts a kernel by asking for a fork instead of starting an interpreter."""

    address: str

    async def launch_kernel(self, cmd: list[str], **settings: Any) -> KernelConnectionInfo:
        """Ask for a kernel and return how it can be reached."""
        at = cmd.index("-f")
        folder = Path(cmd[at + 1]).parent
        request = {
            "arguments": cmd[at:],
            "environment": dict(settings["env"]),
            "folder": str(settings["cwd"]),
            "log": str(folder / "log"),
        }
        process = ForkedProcess(self.address, request)
        self.process = process  # type: ignore[assignment]
        self.pid = self.pgid = process.pid
        return self.connection_info
