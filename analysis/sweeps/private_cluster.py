"""A Dask cluster on this machine that nobody else on it can join, ask or stop.

Whoever can connect to a scheduler or a worker of Dask can have it run code, as the user who started
it; on the loopback that is every user of the machine. So both sides of each connection show a
certificate that is made for this one cluster, and the pages that schedulers and workers serve
over HTTP, which ask for none, are not served.

Distributed's manual says how its connections are encrypted: https://distributed.dask.org/en/stable/tls.html.
"""

from __future__ import annotations

import asyncio
import contextlib
import multiprocessing
import os
import signal
import tempfile
import time
from collections.abc import Iterator
from multiprocessing import resource_tracker
from pathlib import Path
from typing import Any, Final

import dask
import psutil
from distributed import Nanny, Scheduler, SpecCluster, Status, Worker
from distributed.http.routing import RoutingApplication
from distributed.security import Security
from tornado.httpserver import HTTPServer

from analysis.files import remove_abandoned, workspace
from analysis.interrupts import heard
from analysis.paths import TEMPORARY, TEMPORARY_NAME

LOOPBACK: Final = "127.0.0.1"
_VARIABLE: Final = "TMPDIR"
_KILLED_SECONDS: Final = 1.0
_QUIET_SECONDS: Final = 0.1
"""How long nothing new may be found before all is taken to have ended."""


class _ServesNoPages:
    """Keep the HTTP server of a node from listening; Dask has no switch for it.

    A dashboard that is switched off leaves a port with metrics, logs and health open. The server
    is there, since other parts of the node ask for it.
    """

    http_application: Any
    http_server: Any

    def start_http_server(self, routes: list[Any], *_address: Any, **_options: Any) -> None:
        """Make the server without a socket."""
        self.http_application = RoutingApplication(routes)
        self.http_server = HTTPServer(self.http_application)


class PrivateScheduler(_ServesNoPages, Scheduler):
    """A scheduler that listens to its own cluster alone."""


class PrivateWorker(_ServesNoPages, Worker):
    """A worker that listens to its own cluster alone."""


class PrivateNanny(Nanny):
    """What starts a worker, and starts it again if it was killed, unless all of them were."""

    is_ending = False

    async def instantiate(self) -> Status:
        """Start the worker, once nothing ends the cluster; what failed by that is not told.

        A terminal interrupts all that it started. The worker takes over which signals this thread
        blocks, so that it, and its interpreter while that starts, leave the interrupt to us.
        """
        resource_tracker.ensure_running()  # which unblocks it, where it starts
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            return Status.closed if self.is_ending else await super().instantiate()
        finally:
            if self.is_ending:
                await asyncio.Future()  # never


@contextlib.contextmanager
def private_cluster(n_workers: int) -> Iterator[SpecCluster]:
    """Run a scheduler in this process and workers of one thread each, in processes of their own.

    Parameters
    ----------
    n_workers : int
        How many workers.

    Yields
    ------
    distributed.SpecCluster
        Ended with the context, with its folder. Its ``security`` holds the key, which is kept in
        no file: workers get it through the pipe that starts them. Interrupted, workers and what
        they started are killed, which are otherwise asked to end and given seconds to.
    """
    security = Security.temporary()
    address = {"host": LOOPBACK, "protocol": "tls://", "security": security}
    worker = {
        "cls": PrivateNanny,
        "options": {
            **address,
            "worker_class": PrivateWorker,
            "nthreads": 1,
            "memory_limit": 0,  # kernels are processes of their own, and counted nowhere
            "silence_logs": "CRITICAL",
        },
    }
    scheduler = {"cls": PrivateScheduler, "options": {**address, "dashboard": False}}
    workers = dict.fromkeys(range(n_workers), worker)
    PrivateNanny.is_ending = False
    with _own_temporary_files() as folder, dask.config.set({"temporary-directory": str(folder)}):
        try:
            cluster = SpecCluster(
                scheduler=scheduler, workers=workers, security=security, silence_logs="CRITICAL"
            )
            try:
                yield cluster
            except Exception:
                cluster.close()
                raise
            cluster.close()
        except KeyboardInterrupt:
            heard()
            _kill_workers()
            raise


@contextlib.contextmanager
def _own_temporary_files() -> Iterator[Path]:
    """Have this process, and those that it starts, put temporary files into one folder.

    It is removed with whatever workers and kernels leave that are killed: workspaces, and
    certificates, which Distributed writes to a file for the moment in which it loads them.
    """
    remove_abandoned(TEMPORARY, name=TEMPORARY_NAME)
    folder_before, variable_before = tempfile.tempdir, os.environ.get(_VARIABLE)
    with workspace(TEMPORARY, TEMPORARY_NAME) as folder:
        tempfile.tempdir = os.environ[_VARIABLE] = str(folder)
        try:
            yield folder
        finally:
            tempfile.tempdir = folder_before
            os.environ.pop(_VARIABLE)
            if variable_before is not None:
                os.environ[_VARIABLE] = variable_before


def _kill_workers() -> None:
    """Kill the workers and their kernels, also those that are just being started.

    A worker is stopped before its kernels are listed, so that it starts none meanwhile. What else
    this process started stays: multiprocessing's own helper cleans up after all others.
    """
    PrivateNanny.is_ending = True
    last = time.monotonic() + _QUIET_SECONDS
    while time.monotonic() < last:
        for worker in multiprocessing.active_children():
            kernels = _stopped_family(worker.pid)
            for kernel in kernels:
                with contextlib.suppress(psutil.NoSuchProcess):
                    kernel.kill()
            worker.kill()
            worker.join(_KILLED_SECONDS)
            _wait_for_ends(kernels)
            last = time.monotonic() + _QUIET_SECONDS
        time.sleep(_QUIET_SECONDS / 10)


def _stopped_family(pid: int | None) -> list[psutil.Process]:
    """Stop a process, and return those that it started and they started."""
    with contextlib.suppress(psutil.NoSuchProcess):
        process = psutil.Process(pid)
        process.suspend()
        return list(process.children(recursive=True))
    return []


def _wait_for_ends(killed: list[psutil.Process]) -> None:
    last = time.monotonic() + _KILLED_SECONDS
    while any(map(_is_alive, killed)) and time.monotonic() < last:
        time.sleep(_QUIET_SECONDS / 10)


def _is_alive(process: psutil.Process) -> bool:
    """Tell whether a process can still write; one that nobody has asked after cannot."""
    with contextlib.suppress(psutil.NoSuchProcess):
        return bool(process.status() != psutil.STATUS_ZOMBIE)
    return False
