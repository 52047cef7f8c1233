"""Random draws under the null that depend on a seed alone, and Monte Carlo over many at once.

Every block of draws has its own place in the sequence of a counter-based generator, so that results
depend neither on the number of threads nor on the order in which they come to a block, and the
first draws of a longer run are those of a shorter one.
"""

from __future__ import annotations

import math
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final, Literal, TypeVar

import numpy as np

from analysis.arrays import Floats
from analysis.brief import Brief
from analysis.exuberance.recursions import statistics_of, supremum
from analysis.exuberance.specification import Specification

T = TypeVar("T")
PathsOf = Callable[[np.random.Generator, int], Floats]
"""From a generator and a number of paths to the paths, shape (n_paths, n_observations)."""

BLOCK: Final = 512
"""Draws that share a generator; another number is another sequence."""

DEFAULT_DRAWS: Final = 9_999
"""With 9,999 draws the 90, 95 and 99 % critical values are order statistics, not interpolated."""

DEFAULT_SEED: Final = 2015
"""Seed of critical values where the caller names none."""

TESTS: Final = ("ADF", "SADF", "BSADF", "GSADF")
"""Whole sample; one stretch from the first observation; now; any stretch."""

Purpose = Literal["Monte Carlo", "wild bootstrap", "power"]
_STREAMS: Final[dict[Purpose, int]] = {"Monte Carlo": 0, "wild bootstrap": 1, "power": 2}


@dataclass(frozen=True, eq=False)
class Draws(Brief):
    """Statistics of simulated series.

    Parameters
    ----------
    badf, bsadf : array, shape (n_draws, n_ends)
        By draw and by the last observation of the window, from the first that ends a window; NaN
        where undefined.
    """

    badf: Floats
    bsadf: Floats

    def suprema(self, horizon: int) -> dict[str, Floats]:
        """Return every test's statistic, draw by draw; `horizon` counts the last ends."""
        return {
            "ADF": self.badf[:, -1],
            "SADF": supremum(self.badf),
            "BSADF": self.bsadf[:, -1],
            "GSADF": supremum(self.bsadf),
            "horizon": supremum(self.bsadf[:, -horizon:]),
        }


def simulate(
    specification: Specification,
    paths_of: PathsOf,
    *,
    draws: int,
    seed: int,
    purpose: Purpose,
    threads: int | None = None,
) -> Draws:
    """Return the statistics of simulated series, block by block, on several threads.

    On a terminal, standard error shows how far it is: series of thousands of points take minutes.

    Parameters
    ----------
    specification : Specification
        Regression and windows.
    paths_of : callable
        Makes series from a generator and their number.
    draws : int
        How many series.
    seed : int
        Key of the generators, not negative.
    purpose : {"Monte Carlo", "wild bootstrap", "power"}
        Keeps apart the draws of two uses with the same seed.
    threads : int, optional
        Threads to share the work; one a processor when None. No result depends on it.

    Returns
    -------
    Draws
        In the order of the draws.
    """
    if draws < 1 or seed < 0:
        raise ValueError(f"draws must be positive and seed not negative, not {draws} and {seed}")

    def block_of(block: int) -> tuple[Floats, Floats]:
        n_paths = min(BLOCK, draws - block * BLOCK)
        # Whole blocks are drawn and cut, or a shorter run would not begin as a longer one does.
        paths = paths_of(_generator(seed, purpose, block), BLOCK)[:n_paths]
        badf, bsadf = statistics_of(paths, specification)
        return badf[:, specification.first_end :], bsadf[:, specification.first_end :]

    with ThreadPoolExecutor(threads or os.cpu_count() or 1) as pool:
        n_blocks = math.ceil(draws / BLOCK)
        blocks = list(_counted(pool.map(block_of, range(n_blocks)), n_blocks, purpose))
    return Draws(
        np.concatenate([badf for badf, _ in blocks]),
        np.concatenate([bsadf for _, bsadf in blocks]),
    )


def _counted(blocks: Iterable[T], n_blocks: int, what: str) -> Iterator[T]:
    """Pass blocks on, showing on a terminal how many there have been."""
    from rich.console import Console
    from rich.progress import Progress

    # Asked of the stream itself: a kernel sets FORCE_COLOR, by which rich takes it for a terminal,
    # and what a notebook writes to its error stream fails its report.
    is_shown = sys.stderr.isatty()
    console = Console(stderr=True, force_jupyter=False)
    with Progress(console=console, transient=True, disable=not is_shown) as bar:
        yield from bar.track(blocks, total=n_blocks, description=what)


def _generator(seed: int, purpose: Purpose, block: int) -> np.random.Generator:
    """Return the generator of one block, far from every other block's and purpose's."""
    key = np.array([seed, _STREAMS[purpose]], dtype=np.uint64)
    counter = np.array([0, 0, 0, block], dtype=np.uint64)
    return np.random.Generator(np.random.Philox(key=key, counter=counter))
