"""A kernel is compiled once: the next process loads its machine code."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from analysis.rental.engines.compiled import cache

SOURCE = """
from analysis.rental.engines.compiled.lanes import kept

@kept
def kernel(x):
    return x + {}
"""
PROGRAM = """
import sys
from pathlib import Path
from analysis.rental.engines.compiled import cache
cache.folder = lambda: Path(sys.argv[1])
kernel = cache.load(sys.argv[2])
assert kernel(1.0) == 2.0
print(sum(kernel.stats.cache_hits.values()), sum(kernel.stats.cache_misses.values()))
"""


def run(folder: Path, source: str) -> str:
    command = [sys.executable, "-c", PROGRAM, str(folder), source]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def test_second_process_does_not_compile(tmp_path: Path) -> None:
    assert run(tmp_path, SOURCE.format("1.0")) == "0 1"
    assert run(tmp_path, SOURCE.format("1.0")) == "1 0"
    assert run(tmp_path, SOURCE.format("2.0 - 1.0")) == "0 1"
    assert len(list(tmp_path.glob("*.py"))) == 2


def test_folder_can_be_written() -> None:
    assert cache.folder().is_dir()
