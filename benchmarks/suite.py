"""Seconds that the whole test suite takes, now and at an earlier commit, two processes each.

The present suite runs in this checkout, as ``make test`` runs it, once its site is built, without
which tests of pages are skipped; the earlier one in a worktree of its own, without its site and
with the same packages, so that tests of its own lock and environment fail there. Minutes long,
once each.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from waiting import EARLIER, surroundings

from analysis.paths import ROOT

PYTEST = ("-m", "pytest", "-n", "2", "--dist", "loadfile", "--durations", "12", "-p")
COUNTS = ("passed", "failed", "errors", "skipped")
FAILED = re.compile(r"^(?:FAILED|ERROR) (\S+)", re.MULTILINE)
SLOW = re.compile(r"^([\d.]+)s call\s+(\S+)", re.MULTILINE)


Slowest = list[tuple[float, str]]


def suite(project: Path) -> tuple[float, dict[str, int], Slowest, list[str]]:
    """Return seconds, counts by outcome, the slowest tests and those that failed."""
    started = time.perf_counter()
    done = subprocess.run(
        [sys.executable, *PYTEST, "no:cacheprovider"],
        cwd=project,
        env=surroundings(project),
        capture_output=True,
        text=True,
        check=False,
    )
    seconds = time.perf_counter() - started
    last = done.stdout.strip().splitlines()[-1]
    counts = {name: int(n) for n, name in re.findall(r"(\d+) ([a-z]+)", last)}
    if not counts.get("passed"):
        sys.exit(f"the suite of {project} did not run: {last}")
    slowest = [(float(s), name) for s, name in SLOW.findall(done.stdout)]
    return seconds, counts, slowest, FAILED.findall(done.stdout)


def main() -> None:
    """Print the section."""
    build = (sys.executable, "-m", "analysis", "build")
    subprocess.run(build, cwd=ROOT, env=surroundings(ROOT), check=True, stdout=subprocess.DEVNULL)
    with tempfile.TemporaryDirectory() as folder:
        earlier = Path(folder) / "earlier"
        added = ["git", "worktree", "add", "--quiet", "--detach", str(earlier), EARLIER]
        has_earlier = not subprocess.run(added, cwd=ROOT, check=False).returncode
        try:
            found = {"now": suite(ROOT)}
            if has_earlier:
                found[EARLIER] = suite(earlier)
        finally:
            removed = ["git", "worktree", "remove", "--force", str(earlier)]
            subprocess.run(removed, cwd=ROOT, check=False, capture_output=True)
    print("## The test suite\n")
    print("Whole, two processes, wall time; the earlier one with the packages of today.\n")
    print("| | seconds | passed | failed | skipped | milliseconds a test |")
    print("|---|--:|--:|--:|--:|--:|")
    for name, (seconds, counts, _, _) in found.items():
        passed, failed, errors, skipped = (counts.get(each, 0) for each in COUNTS)
        each = 1000 * seconds / (passed + failed + errors)
        row = (name, f"{seconds:.0f}", passed, failed + errors, skipped, f"{each:.0f}")
        print("|", " | ".join(map(str, row)), "|")
    print("\nThe slowest of today:\n")
    for seconds, test in found["now"][2]:
        print(f"- {seconds:.0f} s, `{test}`")
    for name, (_, _, _, failed) in found.items():
        if failed:
            print(f"\nFailed, {name}: {', '.join(f'`{test}`' for test in failed)}.")


if __name__ == "__main__":
    main()
