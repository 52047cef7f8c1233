"""Progress of a build: a live line on a terminal, plain lines elsewhere."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Protocol, TextIO

if TYPE_CHECKING:
    from rich.progress import TaskID


class Progress(Protocol):
    """What a build tells, as it happens and from several threads."""

    def started(self, task: str) -> None:
        """Tell that a task began."""

    def finished(self, task: str) -> None:
        """Tell that a task ended well."""

    def failed(self, task: str) -> None:
        """Tell that a task failed."""

    def close(self) -> None:
        """Leave the terminal as it was."""


class PlainProgress:
    """One line for each notebook run and page made.

    Parameters
    ----------
    stream : TextIO
        Where the lines go.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._begun: dict[str, float] = {}
        self._lock = threading.Lock()

    def started(self, task: str) -> None:
        """Remember when a task began."""
        self._begun[task] = time.monotonic()

    def finished(self, task: str) -> None:
        """Write one line."""
        self._line(f"{self._seconds(task):6.1f} s  {task.replace(':', ' ')}")

    def failed(self, task: str) -> None:
        """Write one line."""
        self._line(f"{self._seconds(task):6.1f} s  {task.replace(':', ' ')} FAILED")

    def close(self) -> None:
        """Leave the stream open; it is not ours."""

    def _seconds(self, task: str) -> float:
        return time.monotonic() - self._begun[task]

    def _line(self, text: str) -> None:
        with self._lock:
            self._stream.write(f"{text}\n")
            self._stream.flush()


class LiveProgress(PlainProgress):
    """Running tasks with a clock each, over the lines of those that ended."""

    def __init__(self, stream: TextIO) -> None:
        super().__init__(stream)
        from rich.console import Console
        from rich.progress import Progress as Bars
        from rich.progress import SpinnerColumn, TextColumn, TimeElapsedColumn

        console = Console(file=stream, highlight=False)
        columns = (SpinnerColumn(), TimeElapsedColumn(), TextColumn("{task.description}"))
        self._bars = Bars(*columns, console=console, transient=True)
        self._shown: dict[str, TaskID] = {}
        self._bars.start()

    def started(self, task: str) -> None:
        """Show a task's clock."""
        super().started(task)
        self._shown[task] = self._bars.add_task(task.replace(":", " "), total=None)

    def close(self) -> None:
        """Leave the terminal as it was."""
        self._bars.stop()

    def _line(self, text: str) -> None:
        self._bars.console.print(text, markup=False)

    def finished(self, task: str) -> None:
        """Write one line and take the clock away."""
        self._bars.remove_task(self._shown.pop(task))
        super().finished(task)

    def failed(self, task: str) -> None:
        """Write one line and take the clock away."""
        self._bars.remove_task(self._shown.pop(task))
        super().failed(task)
