"""Kernels that are forked instead of started, as jupyter_client sees them."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning import LocalProvisioner

_LONGEST_END_SECONDS: Final = 60.0


class ForkedProcess:
    """A forked kernel, with as much of ``subprocess.Popen`` as a provisioner uses."""

    stdin = stdout = stderr = None

    def __init__(self, address: str, request: Mapping[str, Any]) -> None:
        self._connection = socket.socket(socket.AF_UNIX)
        self._connection.connect(address)
        self._connection.sendall(f"{json.dumps(request)}\n".encode())
        with self._connection.makefile("r") as answers:
            told = answers.readline()
        if not told:
            self._connection.close()
            raise ChildProcessError("the process that kernels are forked from ended")
        self.pid = int(told)
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

    async def kill(self, restart: bool = False) -> None:
        """End the kernel and wait until it has ended, which takes no tenth of a second."""
        await super().kill(restart=restart)
        if self.process:
            self.process.wait()
