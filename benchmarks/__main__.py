"""Run benchmarks and write what they print to `results.md`; every speed unless some are named."""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
SPEEDS = ("waiting", "rental", "rents", "quotes", "exuberance", "reports")
NAMES = (*SPEEDS, "interval_coverage")  # no speed, and ten minutes: measured when it is named


def main() -> None:
    """Print the sections as they grow; write those of a run when all of them are there."""
    parser = argparse.ArgumentParser(prog="python benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(NAMES))
    names = parser.parse_args().names or SPEEDS
    if unknown := [name for name in names if name not in NAMES]:
        parser.error(f"found {', '.join(unknown)}, expected {', '.join(NAMES)}")
    lines: list[str] = []
    for name in names:
        command = [sys.executable, str(HERE / f"{name}.py")]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            for line in process.stdout:
                print(line, end="", flush=True)
                lines.append(line)
        if process.returncode:
            sys.exit(f"{name} failed; results.md stays as it was")
        lines.append("\n")
    left = [name for name in NAMES if name not in names]
    lines += [f"Not measured in this run: {', '.join(left)}.\n"] if left else []
    (HERE / "results.md").write_text("".join(lines).rstrip() + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
