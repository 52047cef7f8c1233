"""tools/environment tells of its progress line by line, whichever awk there is."""

from __future__ import annotations

import re
import subprocess
import time

from analysis.paths import ROOT

SCRIPT = (ROOT / "tools" / "environment").read_text(encoding="utf-8")


def test_progress_is_told_as_it_is_made() -> None:
    function = re.search(r"^tell_progress\(\) \{\n.*?^\}$", SCRIPT, re.MULTILINE | re.DOTALL)
    assert function is not None
    with subprocess.Popen(
        ["bash", "-euo", "pipefail", "-c", f"{function[0]}\ntell_progress 60"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        bufsize=1,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write("Ignoring pywin32: markers\n")
        for number in range(20):
            process.stdin.write(f"Collecting package-{number}\n  Downloading package\n")
        process.stdin.flush()
        start = time.monotonic()
        assert process.stdout.readline() == "  20 of 59 collected\n"  # the pipe is still open
        assert time.monotonic() - start < 10
        process.stdin.write("Installing collected packages: package\n")
        process.stdin.close()
        assert process.stdout.read() == "  all collected, now unpacking them\n"
    assert process.returncode == 0
