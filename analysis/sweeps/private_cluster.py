"""A Dask cluster on this machine that nobody else on it can join, ask or stop.

Whoever can connect to a scheduler or a worker of Dask can have it run code, as the user who started
it; on the loopback that is every user of the machine. So both sides of each connection show a
certificate that is made for this one cluster, and the pages that schedulers and workers serve
over HTTP, which ask for none, are not served.

Distributed's manual says how its connections are encrypted: https://distributed.dask.org/en/stable/tls.html.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import tempfile
import threading
from collections.abc import Iterator
from typing import Any

import dask
from distributed import Nanny, Scheduler, SpecCluster, Status, Worker
from distributed.http.routing import RoutingApplication
from distributed.security import Security
from tornado.httpserver import HTTPServer

from analysis.files import remove_abandoned
from analysis.paths import TEMPORARY, TEMPORARY_NAME

LOOPBACK = "127.0.0.1"
_KILLED_SECONDS = 1.0


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


_temporary_folder_lock = threading.Lock()


class PrivateSecurity(Security):
    """A certificate that stays in the cluster's own folder for the moment in which it is loaded.

    Distributed writes it to a temporary folder then, which a worker killed at that moment leaves:
    within the cluster's folder it goes with it.
    """

    def get_connection_args(self, role: str) -> dict[str, Any]:
        """Return what a connection is made with."""
        with _temporary_files_in_own_folder():
            return dict(super().get_connection_args(role))

    def get_listen_args(self, role: str) -> dict[str, Any]:
        """Return what a server listens with."""
        with _temporary_files_in_own_folder():
            return dict(super().get_listen_args(role))


@contextlib.contextmanager
def _temporary_files_in_own_folder() -> Iterator[None]:
    with _temporary_folder_lock:
        before = tempfile.tempdir
        tempfile.tempdir = dask.config.get("temporary-directory")
        try:
            yield
        finally:
            tempfile.tempdir = before


class PrivateScheduler(_ServesNoPages, Scheduler):
    """A scheduler that listens to its own cluster alone."""


class PrivateWorker(_ServesNoPages, Worker):
    """A worker that listens to its own cluster alone."""


class PrivateNanny(Nanny):
    """What starts a worker, and starts it again if it was killed, unless all of them were."""

    is_ending = False

    async def instantiate(self) -> Status:
        """Start the worker, once nothing ends the cluster."""
        return Status.closed if self.is_ending else await super().instantiate()


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
    security = PrivateSecurity.temporary()
    address = {"host": LOOPBACK, "protocol": "tls://", "security": security}
    with (
        tempfile.TemporaryDirectory(  # readable by its owner
            prefix="sweep-workers-", ignore_cleanup_errors=True
        ) as folder,
        dask.config.set({"temporary-directory": folder}),
    ):
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
        cluster = None
        try:
            cluster = SpecCluster(
                scheduler=scheduler, workers=workers, security=security, silence_logs="CRITICAL"
            )
            yield cluster
        except KeyboardInterrupt:
            cluster = None
            _kill_workers()
            raise
        finally:
            if cluster is not None:
                cluster.close()


def _kill_workers() -> None:
    """Kill the workers, whose kernels end with them, and remove what they worked in."""
    PrivateNanny.is_ending = True
    workers = multiprocessing.active_children()
    for worker in workers:
        worker.kill()
    for worker in workers:
        worker.join(_KILLED_SECONDS)
    remove_abandoned(TEMPORARY, name=TEMPORARY_NAME)
