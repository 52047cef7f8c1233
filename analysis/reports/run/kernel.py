"""One kernel for one run: its sockets, its environment, its end."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from queue import Empty
from typing import Any

import zmq
from jupyter_client.asynchronous import AsyncKernelClient
from jupyter_client.manager import AsyncKernelManager

from analysis.files import workspace
from analysis.paths import ROOT, TEMPORARY, TEMPORARY_NAME
from analysis.reports.run.preloaded import KERNEL_LOG

_ONE_THREAD = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")

_ASKS_AGAIN_SECONDS = 1.0
_LOOKS_UP_SECONDS = 0.2

_running: dict[int, None] = {}
_running_lock = threading.Lock()


def environment(epoch: int, extra: Mapping[str, str]) -> dict[str, str]:
    """Return the environment of a kernel, in which the same notebook gives the same bytes.

    Parameters
    ----------
    epoch : int
        Time that programs are to take for now, seconds since 1970 in UTC.
    extra : mapping
        Variables of this one run.

    Returns
    -------
    dict
        The environment of this process, with threads, hashes, time zone, locale and settings
        files pinned, and the project importable whether installed or not.
    """
    paths = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    return {
        **os.environ,
        **dict.fromkeys(_ONE_THREAD, "1"),
        "LC_ALL": "C.UTF-8",
        "MATPLOTLIBRC": str(_default_matplotlibrc()),
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",
        "PYTHONHASHSEED": "0",
        "PYTHONPATH": os.pathsep.join(paths),
        "SOURCE_DATE_EPOCH": str(epoch),
        "TZ": "UTC",
        **extra,
    }


def _default_matplotlibrc() -> Path:
    """Matplotlib's own settings, so that those of the user's account do not count."""
    package = find_spec("matplotlib")
    assert package and package.origin, "matplotlib is not installed"
    return Path(package.origin).parent / "mpl-data" / "matplotlibrc"


class RunKernelClient(AsyncKernelClient):
    """A client that is ready as soon as the kernel answers and its outputs are heard.

    jupyter_client's own waits 0.2 s more for whatever else the kernel may say; nbclient, which runs
    the cells, heeds only what answers them. It has no heartbeat, since the manager knows whether
    its process is alive: beats that nobody answers are held for a second when a kernel is killed.
    """

    def start_channels(self, *args: bool, **channels: bool) -> None:
        """Connect, without a heartbeat."""
        super().start_channels(*args, **{**channels, "hb": False})

    async def wait_for_ready(self, timeout: float | None = None) -> None:
        """Ask until an answer and an output have come; raise RuntimeError when none does."""
        last = time.monotonic() + (timeout or float("inf"))
        asks_at = 0.0
        while (now := time.monotonic()) < last:
            if now >= asks_at:
                self.kernel_info()
                asks_at = now + _ASKS_AGAIN_SECONDS
            with contextlib.suppress(Empty):
                await self.get_shell_msg(timeout=_LOOKS_UP_SECONDS)
                asks_at = 0.0  # an answer whose output nobody heard
                await self.get_iopub_msg(timeout=_LOOKS_UP_SECONDS)
                return
            if not await self.is_alive():
                raise RuntimeError(f"the kernel ended before it was ready{self._last_words()}")
        raise RuntimeError(f"Kernel didn't respond in {timeout} seconds")

    def _last_words(self) -> str:
        """Return the last line that the kernel wrote while it started; empty without one."""
        with contextlib.suppress(OSError):
            text = Path(self.connection_file).with_name(KERNEL_LOG).read_text("utf-8", "replace")
            return f": {text.strip().splitlines()[-1]}" if text.strip() else ""
        return ""


@cache
def _resolve_class_names() -> None:
    """Let traitlets look up the classes that it knows by name, once, under a lock.

    It does so when an object is first made, and without a lock: where two threads make their first
    kernels at one moment, one may look up what the other has just put in a name's place.
    """
    from jupyter_client.provisioning import LocalProvisioner
    from nbclient import NotebookClient
    from nbformat.v4 import new_notebook

    manager = AsyncKernelManager()
    manager.client()
    LocalProvisioner(parent=manager)
    NotebookClient(new_notebook())


@contextlib.contextmanager
def kernel_class(
    variables: Mapping[str, str], *, is_forked: bool = False
) -> Iterator[type[AsyncKernelManager]]:
    """Give a kernel manager for one run, and end whatever it started.

    Sockets are files in a folder of their own, with short names since their length is limited:
    ports taken by another program between choice and use have made parallel runs fail. Where
    there are no socket files, or their names would be too long, the manager's default stays.

    Parameters
    ----------
    variables : mapping
        The kernel's environment.
    is_forked : bool
        Whether it is forked from the fork server, instead of starting an interpreter.

    Yields
    ------
    type
        A kernel manager class to hand to papermill.
    """
    with _running_lock:
        _resolve_class_names()
    started: list[int] = []

    class RunKernelManager(AsyncKernelManager):
        """A kernel of this interpreter, with this run's environment."""

        def __init__(self, **settings: Any) -> None:
            super().__init__(**settings)
            self.client_factory = RunKernelClient
            self.connection_file = str(folder / "kernel.json")
            if len(os.fsencode(folder / "s-1")) <= zmq.IPC_PATH_MAX_LEN:  # 0 where there are none
                self.transport = "ipc"
                self.ip = str(folder / "s")

        def format_kernel_cmd(self, extra_arguments: list[str] | None = None) -> list[str]:
            command = [sys.executable, "-m", "ipykernel_launcher", "-f", self.connection_file]
            return [*command, *(extra_arguments or [])]

        async def _async_pre_start_kernel(
            self, **settings: Any
        ) -> tuple[list[str], dict[str, Any]]:
            if is_forked:
                from analysis.reports.run.forked import ForkedProvisioner

                self.provisioner = ForkedProvisioner(
                    kernel_id=self.kernel_id, kernel_spec=self.kernel_spec, parent=self
                )
            return await super()._async_pre_start_kernel(**settings)

        async def _async_launch_kernel(self, kernel_cmd: list[str], **settings: Any) -> None:
            settings["env"] = {**variables, "IPYTHONDIR": str(folder / "ipython")}
            # once it has started a kernel hands on what is written to its error stream
            with (folder / KERNEL_LOG).open("wb") as errors:
                await super()._async_launch_kernel(kernel_cmd, **settings, stderr=errors)
            pid = getattr(self.provisioner, "pid", None)
            if pid is not None:
                started.append(pid)
                with _running_lock:
                    _running[pid] = None

    with workspace(TEMPORARY, TEMPORARY_NAME) as folder:
        try:
            yield RunKernelManager
        finally:
            with _running_lock:
                for pid in started:
                    _running.pop(pid, None)


def kill_all() -> None:
    """End every kernel that still runs, at once."""
    with _running_lock:
        for pid in _running:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, getattr(signal, "SIGKILL", signal.SIGTERM))
