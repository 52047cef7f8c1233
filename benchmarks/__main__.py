"""Run benchmarks and write what they print to `results.md`; every speed unless some are named.

Sections are kept in `.partial.md` as they grow. One that fails is said to have failed in its place,
with its last line of error; the others stand, and the exit code is 1.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TextIO

HERE = Path(__file__).resolve().parent
PARTIAL = HERE / ".partial.md"
SPEEDS = ("waiting", "rental", "rents", "quotes", "exuberance", "reports", "sweep_pages", "suite")
SHARES = ("interval_coverage", "explosive_sizes")  # no speeds, and minutes long: when named
NAMES = (*SPEEDS, *SHARES)


def main() -> None:
    """Print the sections as they grow, and write them when all of them are done."""
    parser = argparse.ArgumentParser(prog="python benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(NAMES))
    names = parser.parse_args().names or SPEEDS
    if unknown := [name for name in names if name not in NAMES]:
        parser.error(f"found {', '.join(unknown)}, expected {', '.join(NAMES)}")
    failed: list[str] = []
    with PARTIAL.open("w", encoding="utf-8") as partial:
        for name in names:
            if reason := section(name, partial):
                failed.append(name)
                partial.write(
                    f"\n**`{name}` failed; what stands above of it is not whole.** {reason}\n"
                )
            partial.write("\n")
        if left := [name for name in NAMES if name not in names]:
            partial.write(f"Not measured in this run: {', '.join(left)}.\n")
    (HERE / "results.md").write_text(PARTIAL.read_text("utf-8").rstrip() + "\n", encoding="utf-8")
    PARTIAL.unlink()
    if failed:
        sys.exit(f"failed: {', '.join(failed)}; results.md says so and holds the others")


def section(name: str, partial: TextIO) -> str:
    """Run one benchmark, writing what it prints; return its last line of error, empty if it ended.

    A line is on the disk before the next is waited for: what was measured outlives an interrupt.
    """
    with (
        tempfile.TemporaryFile("w+", encoding="utf-8") as errors,
        subprocess.Popen(
            [sys.executable, str(HERE / f"{name}.py")],
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        ) as process,
    ):
        assert process.stdout is not None
        for line in process.stdout:
            print(line, end="", flush=True)
            partial.write(line)
            partial.flush()
        process.wait()
        errors.seek(0)
        said = errors.read()
    sys.stderr.write(said)
    if not process.returncode:
        return ""
    return (said.strip().splitlines() or [f"exit code {process.returncode}"])[-1]


if __name__ == "__main__":
    main()
