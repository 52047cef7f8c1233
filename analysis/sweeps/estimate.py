"""How long a sweep will take and how large it will be, as far as that is known before it runs."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Protocol

from analysis.reports.build.due import last_runs
from analysis.reports.build.manifest import read_manifest
from analysis.sweeps.model_sweep import ModelSweep
from analysis.sweeps.report_sweep import NotebookSweep
from analysis.sweeps.work import Work


@dataclass(frozen=True)
class Estimate:
    """What is to be expected of the parts of a sweep that are missing.

    Parameters
    ----------
    seconds : float
        Time that one process (or thread of the model) needs for them.
    n_bytes : int
        Size of their files.
    """

    seconds: float
    n_bytes: int


class _Sampled(Protocol):
    def sample(self) -> tuple[int, bytes]:
        """Work out some scenarios; return how many, and the file that they fill."""


def estimate(work: Work, parts: Sequence[int]) -> Estimate | None:
    """Say what some parts of a sweep will take and leave.

    The model measures a block of scenarios, compiled before, and keeps nothing. A notebook is
    taken to need what its reports needed when they were built the last time, their median.

    Parameters
    ----------
    work : Work
        What is swept.
    parts : sequence of int
        Those to be done.

    Returns
    -------
    Estimate or None
        None where no report of the notebook was ever built here.
    """
    n_units = sum(work.n_units(part) for part in parts)
    if isinstance(work, ModelSweep):
        return _by_sample(work, n_units)
    if isinstance(work, NotebookSweep):
        return _by_record(work.notebook, n_units)
    return None


def _by_sample(work: _Sampled, n_units: int) -> Estimate:
    work.sample()  # compiles
    start = time.perf_counter()
    count, content = work.sample()
    share = n_units / count
    return Estimate(share * (time.perf_counter() - start), round(share * len(content)))


def _by_record(notebook: str, n_units: int) -> Estimate | None:
    known = last_runs(read_manifest(), notebook)
    if not known:
        return None
    seconds = median(each.seconds for each in known)
    n_bytes = median(each.n_bytes for each in known)
    return Estimate(n_units * seconds, round(n_units * n_bytes))
