"""Seconds to build the reports, against papermill running the same notebooks one after the other.

Both work in copies of the project of their own, with the compiled kernels that the first of any
runs leaves behind, so that neither pays for compiling.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import mean

from analysis.paths import ROOT
from analysis.reports.build.manifest import Report, read_manifest

COPIED = ("analysis", "notebooks", "data/raw", "docs", "reports/manifest.yml")
FILES = ("pyproject.toml", "requirements-run.lock", "CHANGELOG.md")
HELPER = "analysis/operators/broker_forecasts.py"
ROUNDS = 1
PAPERMILL = """\
import json, sys, papermill
for name, notebook, parameters in json.load(sys.stdin):
    papermill.execute_notebook(
        f"notebooks/{notebook}.ipynb", f"{name}.ipynb", parameters=parameters, progress_bar=False
    )
"""


def copy_of_project(place: Path) -> Path:
    """Copy what a build needs to a new folder."""
    for name in COPIED:
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, place / name)
        else:
            shutil.copy(ROOT / name, place / name)
    for name in FILES:
        shutil.copy(ROOT / name, place / name)
    return place


def in_order_of_needs(reports: Sequence[Report]) -> list[Report]:
    """Return reports so that each follows those whose tables or results it reads."""
    ordered: list[Report] = []
    made: set[Path] = set()
    written = {file for report in reports for file in report.files_written}
    while len(ordered) < len(reports):
        for report in reports:
            tables = written & set(report.files_read)
            others = {each.name for each in ordered}
            if (
                report not in ordered
                and tables <= made
                and all(name in others for name in report.reads_results)
            ):
                ordered.append(report)
                made |= set(report.files_written)
    return ordered


def seconds_of(project: Path, command: Sequence[str], stdin: str = "") -> tuple[float, str]:
    """Return the seconds that a command takes, and what it printed."""
    environment = {**os.environ, "PYTHONPATH": str(project), "OPENBLAS_NUM_THREADS": "1"}
    started = time.perf_counter()
    done = subprocess.run(
        command,
        cwd=project,
        env=environment,
        input=stdin,
        capture_output=True,
        text=True,
        check=False,
    )
    seconds = time.perf_counter() - started
    if done.returncode:
        sys.exit(f"{' '.join(command[1:])} failed:\n{done.stdout}{done.stderr}")
    return seconds, done.stdout


def by_papermill(project: Path, reports: Sequence[Report]) -> float:
    """Run every notebook by papermill alone, a fresh kernel each."""
    runs = [(report.name, report.notebook, report.parameters) for report in reports]
    return seconds_of(project, [sys.executable, "-c", PAPERMILL], json.dumps(runs))[0]


def build(project: Path, *arguments: str) -> tuple[float, str]:
    """Build the reports of a project."""
    return seconds_of(project, [sys.executable, "-m", "analysis", "build", *arguments])


def main() -> None:
    """Measure and print a section of the results."""
    reports = in_order_of_needs(read_manifest().reports)
    with tempfile.TemporaryDirectory(prefix="benchmark-") as folder:
        # both at once: an edit of the project meanwhile must not tell them apart
        ours, theirs = (copy_of_project(Path(folder) / name) for name in ("ours", "theirs"))
        build(ours)  # compiles
        kernels = Path("analysis/rental/engines/compiled/__pycache__")
        for made in (kernels, Path("reports/results")):
            if (ours / made).is_dir():
                shutil.copytree(ours / made, theirs / made, dirs_exist_ok=True)
        builds = [build(ours, "--force", "--jobs", "2")[0]]
        runs = []
        for _ in range(ROUNDS):
            runs.append(by_papermill(theirs, reports))
            builds.append(build(ours, "--force", "--jobs", "2")[0])
        one_by_one = mean(runs)
        timed = {
            "two at a time": mean(builds),
            "two at a time, a new interpreter each": build(
                ours, "--force", "--jobs", "2", "--no-fork"
            )[0],
            "nothing to do": build(ours)[0],
        }
        helper = ours / HELPER
        helper.write_text(f"{helper.read_text(encoding='utf-8')}\n# edited\n", encoding="utf-8")
        listed = build(ours, "--dry-run")[1].splitlines()
        due = [line for line in listed if line and not line.startswith(" ")]
        timed[f"after an edit of `{HELPER}`: {', '.join(due)}"] = build(ours)[0]
    print(f"## {len(reports)} reports\n")
    print(
        "Wall time, pages included; papermill alone makes no pages. Since a machine's speed "
        f"drifts, two at a time is the mean of {len(builds)} builds, before and after papermill; "
        f"the rest is of {ROUNDS} run.\n"
    )
    print("| build | seconds | over papermill one after the other |")
    print("|---|--:|--:|")
    print(f"| papermill, one after the other, fresh kernels | {one_by_one:.1f} | 1 |")
    for name, seconds in timed.items():
        print(f"| {name} | {seconds:.1f} | {seconds / one_by_one:.3f} |")


if __name__ == "__main__":
    main()
