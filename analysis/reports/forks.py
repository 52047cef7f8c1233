"""The process that kernels are forked from: its start, its end, and what it is to import."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Final

from analysis.reports.imports import ImportGraph

IS_SUPPORTED: Final = sys.platform == "linux"
_LONGEST_START_SECONDS: Final = 60.0


@dataclass(frozen=True)
class Fork:
    """How to ask for a kernel.

    Parameters
    ----------
    address : str
        Socket file at which to ask.
    modules : tuple of str
        What the kernel wants imported before it starts.
    """

    address: str
    modules: tuple[str, ...]


class ForkServer:
    """The process that kernels are forked from, started when the first kernel is asked for.

    A context manager, which ends the process and all kernels with it.

    Parameters
    ----------
    imports : ImportGraph
        Knows what scripts import.
    epoch : int
        Time that kernels are to take for now, seconds since 1970 in UTC.
    """

    def __init__(self, imports: ImportGraph, epoch: int) -> None:
        self._imports = imports
        self._epoch = epoch
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> ForkServer:
        """Start nothing yet."""
        self._folder = tempfile.TemporaryDirectory(prefix="f")
        self._address = Path(self._folder.name) / "s"
        return self

    def __exit__(self, *_: object) -> None:
        """End the process and forget its address."""
        self.end()
        self._folder.cleanup()

    def end(self) -> None:
        """End the process, also while it imports."""
        with self._lock:
            if self._process:
                self._process.kill()
                self._process.wait()

    def modules_imported(self, script: Path) -> tuple[str, ...]:
        """Return the modules that a script imports, and those that what it imports imports.

        Parameters
        ----------
        script : Path
            A percent script.

        Returns
        -------
        tuple of str
            Dotted names in order; some are functions, which no module answers to.
        """
        files = (script, *self._imports.files_imported(script))
        sources = {file for file in files if file.suffix == ".py"}
        return tuple(sorted(set(chain.from_iterable(map(self._imports.names_imported, sources)))))

    def fork(self, script: Path) -> Fork | None:
        """Start the process if need be, and say how to ask for a kernel.

        Parameters
        ----------
        script : Path
            The percent script that the kernel is to run.

        Returns
        -------
        Fork or None
            None where the process could not start, so that kernels are started one by one.
        """
        with self._lock:
            if self._process is None:
                self._process = self._start()
        if not self._address.exists():
            return None
        return Fork(str(self._address), self.modules_imported(script))

    def _start(self) -> subprocess.Popen[bytes]:
        from analysis.reports.kernel import environment

        process = subprocess.Popen(
            [sys.executable, "-m", "analysis.reports.prefork", str(self._address)],
            env=environment(self._epoch, {}),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        last = time.monotonic() + _LONGEST_START_SECONDS
        while not self._address.exists() and process.poll() is None and time.monotonic() < last:
            time.sleep(0.01)
        return process
