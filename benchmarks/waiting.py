"""What a person waits for at the command line, now and at an earlier commit, in one run.

Every round runs each command once, of the project as it stands and of the earlier commit, so that
a machine whose speed drifts is unfair to none. Files are in the cache of the operating system and
kernels compiled: a round before the first is not counted.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
import tempfile
import time
from pathlib import Path
from statistics import median

from analysis.paths import ROOT

EARLIER = "4d07b62"
ROUNDS = 5
CASE = "sihan-2025-straight-line"
PEER = "import numpy, pandas"
COMMANDS: dict[str, list[str]] = {
    f'`python -c "{PEER}"`': ["-c", PEER],
    "`python -m analysis --help`": ["-m", "analysis", "--help"],
    "`build --help`": ["-m", "analysis", "build", "--help"],
    "`build --list`": ["-m", "analysis", "build", "--list"],
    f"`evaluate {CASE}`": ["-m", "analysis", "evaluate", CASE],
    f"`simulate {CASE} --n 1000`": ["-m", "analysis", "simulate", CASE, "--n", "1000"],
    "the same, `--n 1000000 --threads 1`": [
        *["-m", "analysis", "simulate", CASE],
        *["--n", "1000000", "--threads", "1"],
    ],
    "the same, `--n 1000000 --threads 2`": [
        *["-m", "analysis", "simulate", CASE],
        *["--n", "1000000", "--threads", "2"],
    ],
}


def seconds_of(arguments: list[str], project: Path) -> float:
    """Return the seconds that one start of the interpreter takes, in a project's folder."""
    environment = {**os.environ, "PYTHONPATH": str(project), "OPENBLAS_NUM_THREADS": "1"}
    command = [sys.executable, *arguments]
    started = time.perf_counter()
    subprocess.run(command, cwd=project, env=environment, check=True, capture_output=True)
    return time.perf_counter() - started


def earlier_project(place: Path) -> Path | None:
    """Unpack the project as it was; None where the history does not reach back to it."""
    archive = place / "earlier.tar"
    command = ["git", "archive", "--output", str(archive), EARLIER]
    if subprocess.run(command, cwd=ROOT, check=False, capture_output=True).returncode:
        return None
    with tarfile.open(archive) as packed:
        packed.extractall(place / "earlier", filter="data")
    return place / "earlier"


def main() -> None:
    """Print the section."""
    with tempfile.TemporaryDirectory() as folder:
        earlier = earlier_project(Path(folder))
        projects = [project for project in (ROOT, earlier) if project is not None]
        seconds: dict[tuple[str, Path], list[float]] = {}
        for round_ in range(ROUNDS + 1):
            for label, arguments in COMMANDS.items():
                for project in projects:
                    taken = seconds_of(arguments, project)
                    if round_:
                        seconds.setdefault((label, project), []).append(taken)
    print("## What a person waits for\n")
    print(
        f"Wall time of one command, medians of {ROUNDS}; before is commit {EARLIER}, "
        "in the same rounds, with the same packages.\n"
    )
    print("| command | seconds | over importing NumPy and pandas | before, seconds | ratio |")
    print("|---|--:|--:|--:|--:|")
    peer = median(seconds[next(iter(COMMANDS)), ROOT])
    for label in COMMANDS:
        now = median(seconds[label, ROOT])
        before = median(seconds[label, earlier]) if earlier else None
        cells = (f"{before:.2f}", f"{now / before:.2f}") if before else ("n/a", "n/a")
        print(f"| {label} | {now:.2f} | {now / peer:.1f} | {' | '.join(cells)} |")


if __name__ == "__main__":
    main()
