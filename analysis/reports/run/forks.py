"""Fork server: kernels are forked from a process that has imported what notebooks import.

It is the standard library's, `multiprocessing` with preloading. What is added here is the list of
what to import and the environment in which that is done; `forked` is a kernel as jupyter_client
sees one.
"""

from __future__ import annotations

import contextlib
import json
import multiprocessing
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import chain
from multiprocessing import forkserver, util
from pathlib import Path
from typing import Any, Final

from analysis.files import held_folder
from analysis.paths import TEMPORARY, TEMPORARY_NAME
from analysis.reports.notebook.imports import ImportGraph
from analysis.reports.run import preloaded

IS_SUPPORTED: Final = sys.platform == "linux"


class ForkServer:
    """The process that kernels of one build are forked from.

    A context manager, which ends it. Kernels are ended by those who asked for them, and end by
    themselves when this process does.

    Parameters
    ----------
    imports : ImportGraph
        Knows what scripts import.
    """

    def __init__(self, imports: ImportGraph) -> None:
        self._imports = imports
        self.is_started = False

    def __enter__(self) -> ForkServer:
        """Start nothing yet."""
        return self

    def __exit__(self, *_: object) -> None:
        """End the server."""
        self.end()

    def start(self, scripts: Iterable[Path], epoch: int) -> None:
        """Start the server, if there are any scripts; it imports while this process goes on.

        Parameters
        ----------
        scripts : iterable of Path
            Percent scripts that are to run.
        epoch : int
            Time that kernels are to take for now, seconds since 1970 in UTC.
        """
        modules = sorted(set(chain.from_iterable(map(self.modules_imported, scripts))))
        if not modules:
            return
        from analysis.reports.run.kernel import environment

        named = {preloaded.MODULES_VARIABLE: json.dumps(modules)}
        multiprocessing.set_forkserver_preload([preloaded.__name__])
        variables = environment(epoch, named)
        too_long = contextlib.suppress(OSError)  # a path, for a socket; kernels are started then
        with _environment(variables), _sockets_in(_sockets()), too_long:
            forkserver.ensure_running()
            self.is_started = True

    def end(self) -> None:
        """End the server, also while it imports, so that the next one imports anew."""
        if self.is_started:
            self.is_started = False
            server: Any = forkserver._forkserver  # ends by itself only, says what is public
            with contextlib.suppress(ProcessLookupError):
                os.kill(server._forkserver_pid, signal.SIGKILL)
            server._stop()

    def modules_imported(self, script: Path) -> set[str]:
        """Return the modules that a script imports, and those that what it imports imports.

        Parameters
        ----------
        script : Path
            A percent script.

        Returns
        -------
        set of str
            Dotted names; some are functions, which no module answers to.
        """
        files = (script, *self._imports.files_imported(script))
        sources = {file for file in files if file.suffix == ".py"}
        return set(chain.from_iterable(map(self._imports.names_imported, sources)))


@lru_cache(maxsize=1)
def _sockets() -> Path:
    """Return the folder for the server's socket, which a kill leaves for the next build to remove.

    The library makes a folder of its own in it, once a process, and removes that at the process's
    end with priority -100; this is to go after it.
    """
    place, _ = held_folder(TEMPORARY, TEMPORARY_NAME)
    util.Finalize(None, shutil.rmtree, args=(place, True), exitpriority=-200)
    return place


@contextlib.contextmanager
def _sockets_in(place: Path) -> Iterator[None]:
    before = tempfile.tempdir
    try:
        tempfile.tempdir = str(place)
        yield
    finally:
        tempfile.tempdir = before


@contextlib.contextmanager
def _environment(variables: Mapping[str, str]) -> Iterator[None]:
    """Set the environment of processes that are started meanwhile."""
    before = dict(os.environ)
    try:
        os.environ.clear()
        os.environ.update(variables)
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
