"""Run every benchmark and write what they print to `results.md`."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
NAMES = ("rental", "rents", "exuberance", "reports")


def main() -> None:
    """Print the sections as they grow; write them when all are there."""
    lines: list[str] = []
    for name in NAMES:
        command = [sys.executable, str(HERE / f"{name}.py")]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            for line in process.stdout:
                print(line, end="", flush=True)
                lines.append(line)
        if process.returncode:
            sys.exit(f"{name} failed; results.md stays as it was")
        lines.append("\n")
    (HERE / "results.md").write_text("".join(lines).rstrip() + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
