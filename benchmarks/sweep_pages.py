"""Seconds a page of sweeps of 20, 60 and 200 pages, two at a time: growth with their number."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from reports import build, copy_of_project, seconds_of

SIZES = (20, 60, 200)
GRID = """\
compare: [equity_npv_cny]
grid:
  rent_decline_per_year: {{start: 0, stop: 0.4, n: {n}}}
"""


def sweep(project: Path, n: int) -> float:
    """Return the seconds in which a notebook is run for a number of scenarios."""
    grid = project / f"{n}.yaml"
    grid.write_text(GRID.format(n=n), encoding="utf-8")
    arguments = ("sweep", "rental_model", grid.name, "--notebooks", "--workers", "2")
    return seconds_of(project, [sys.executable, "-m", "analysis", *arguments])[0]


def main() -> None:
    """Measure and print a section of the results."""
    print("## Pages of a sweep of `rental_model`, two at a time\n")
    print("| pages | seconds | seconds a page |")
    print("|--:|--:|--:|", flush=True)
    with tempfile.TemporaryDirectory(prefix="benchmark-") as folder:
        project = copy_of_project(Path(folder))
        build(project, "rental-model")  # compiles, and writes the table of rents that it reads
        for n in SIZES:
            seconds = sweep(project, n)
            print(f"| {n} | {seconds:.1f} | {seconds / n:.2f} |", flush=True)


if __name__ == "__main__":
    main()
