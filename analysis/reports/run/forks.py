"""The processes that kernels are forked from: their start, their end, and what they import."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from itertools import chain
from pathlib import Path
from typing import Final

from analysis.reports.notebook.imports import ImportGraph

IS_SUPPORTED: Final = sys.platform == "linux"
_LONGEST_START_SECONDS: Final = 60.0


class ForkServer:
    """Processes that kernels are forked from, each with more imported than the one before.

    A context manager, which ends the processes and all kernels with them.

    Parameters
    ----------
    imports : ImportGraph
        Knows what scripts import.
    """

    def __init__(self, imports: ImportGraph) -> None:
        self._imports = imports
        self._addresses: dict[Path, Path] = {}
        self._newest: Path | None = None
        self._process: subprocess.Popen[str] | None = None

    def __enter__(self) -> ForkServer:
        """Start nothing yet."""
        self._folder = tempfile.TemporaryDirectory(prefix="f")
        return self

    def __exit__(self, *_: object) -> None:
        """End the processes and forget their addresses."""
        self.end()
        self._folder.cleanup()

    def start(self, scripts: Iterable[Path], epoch: int) -> None:
        """Start a process that imports what scripts import, if there are any.

        What the first wants is imported first; from there kernels are forked while a child of that
        process goes on with what the next wants more, and so on.

        Parameters
        ----------
        scripts : iterable of Path
            Percent scripts in the order in which they are to run.
        epoch : int
            Time that kernels are to take for now, seconds since 1970 in UTC.
        """
        from analysis.reports.run.kernel import environment

        generations: dict[Path, frozenset[str]] = {}
        imported: frozenset[str] = frozenset()
        for script in scripts:
            modules = frozenset(self.modules_imported(script))
            enough = (each for each, has in generations.items() if modules <= has)
            address = next(enough, None)
            if address is None:
                address = self._newest = Path(self._folder.name) / str(len(generations))
                imported = generations[address] = imported | modules
            self._addresses[script] = address
        if not generations:
            return
        self._last = time.monotonic() + _LONGEST_START_SECONDS
        self._process = subprocess.Popen(
            [sys.executable, "-m", "analysis.reports.run.prefork"],
            env=environment(epoch, {}),
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            text=True,
        )
        assert self._process.stdin
        with contextlib.suppress(BrokenPipeError), self._process.stdin as pipe:
            json.dump([(str(each), sorted(has)) for each, has in generations.items()], pipe)

    def end(self) -> None:
        """End the processes, also while they import."""
        if self._process:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()

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

    def address(self, script: Path) -> str | None:
        """Say where to ask for a kernel, when what a script imports is imported there.

        Parameters
        ----------
        script : Path
            The percent script that the kernel is to run; one that was not among those that the
            processes started for is sent where most is imported.

        Returns
        -------
        str or None
            A socket file; None where no kernel can be had, so that one must be started.
        """
        address = self._addresses.get(script, self._newest)
        while address and self._process and self._process.poll() is None:
            if address.exists():
                return str(address)
            if time.monotonic() > self._last:
                break
            time.sleep(0.01)
        return None
