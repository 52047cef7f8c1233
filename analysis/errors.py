"""Errors a user can cause, each saying where the fault is and what was expected."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


class AnalysisError(Exception):
    """Base of every error that a user's input can cause."""


@dataclass(frozen=True, order=True)
class Fault:
    """One fault in one cell of one file.

    Parameters
    ----------
    file : str
        Path of the file, relative to the project's root where it lies inside it.
    row : int or None
        Line number in the file, the header being line 1; None when the fault is the whole file's.
    column : str or None
        Column, key or field; None when the fault is the whole row's.
    value : str
        What was found, as printed in the file.
    expected : str
        What would have been accepted.
    """

    file: str
    row: int | None
    column: str | None
    value: str
    expected: str

    def __str__(self) -> str:
        """Render as one line: file, row, column, value, expectation."""
        place = [self.file]
        if self.row is not None:
            place.append(f"row {self.row}")
        if self.column is not None:
            place.append(f"column {self.column}")
        return f"{', '.join(place)}: found {self.value!r}, expected {self.expected}"


class FaultsError(AnalysisError):
    """Several faults at once; nothing was done.

    Parameters
    ----------
    faults : sequence of Fault
        Every fault found, not only the first.
    """

    consequence = "nothing was loaded"

    def __init__(self, faults: Sequence[Fault]) -> None:
        assert faults, "an error needs at least one fault"
        self.faults = tuple(faults)
        count = len(self.faults)
        head = "1 fault" if count == 1 else f"{count} faults"
        super().__init__("\n".join([f"{head}, {self.consequence}:", *map(str, self.faults)]))


class DataError(FaultsError):
    """A raw or processed table that does not hold what its description says."""


class AssumptionError(FaultsError):
    """Assumptions that are unknown, ill-typed or impossible."""

    consequence = "nothing was evaluated"


class ParameterError(FaultsError):
    """Notebook parameters that are unknown or ill-typed."""

    consequence = "nothing was run"
