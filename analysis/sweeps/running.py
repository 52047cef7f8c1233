"""Carry a sweep out: what is missing is worked out here or on a cluster, and saved as it comes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

from analysis.rental.engines.runs import in_order
from analysis.sweeps.folder import SweepFolder
from analysis.sweeps.work import Work


class Done(NamedTuple):
    """A part that was worked out, or the message of why it was not."""

    part: int
    files: dict[str, bytes]
    failure: str = ""


class Executor(Protocol):
    """Works parts out and yields them as they are done, few of them in memory."""

    def __call__(self, work: Work, parts: Iterable[int]) -> Iterator[Done]:
        """Yield every part once."""


@dataclass
class Outcome:
    """What a sweep did.

    Parameters
    ----------
    n_kept : int
        Parts that were there before.
    n_made : int
        Parts that were worked out.
    failures : dict of int to str
        Why parts are missing.
    """

    n_kept: int = 0
    n_made: int = 0
    failures: dict[int, str] = field(default_factory=dict)


def in_threads(threads: int) -> Executor:
    """Return an executor of this process; the first fault ends the sweep."""

    def execute(work: Work, parts: Iterable[int]) -> Iterator[Done]:
        def one(part: int) -> Done:
            return Done(part, work.compute(part))

        yield from in_order(one, parts, threads)

    return execute


def sweep(
    work: Work,
    folder: SweepFolder,
    execute: Executor,
    *,
    advance: Callable[[int, str], Any] = lambda n_units, failure: None,
) -> Outcome:
    """Work out the parts that a folder lacks.

    Parameters
    ----------
    work : Work
        What is swept.
    folder : SweepFolder
        Where parts are kept; each is there as soon as it is done.
    execute : Executor
        Where they are worked out; the files do not depend on it.
    advance : callable
        Told the number of scenarios of every part that is there, and why it failed if it did.

    Returns
    -------
    Outcome
        What was there, what was made, what failed.
    """
    outcome = Outcome()

    def missing() -> Iterator[int]:
        for part in range(work.n_parts):
            if folder.is_done(work, part):
                outcome.n_kept += 1
                advance(work.n_units(part), "")
            else:
                yield part

    for done in execute(work, missing()):
        if done.failure:
            outcome.failures[done.part] = done.failure
        else:
            folder.save(done.files)
            outcome.n_made += 1
        advance(work.n_units(done.part), done.failure)
    return outcome
