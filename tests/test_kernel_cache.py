"""Compiled functions find a place even where neither checkout nor home can be written."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from analysis.kernel_cache import VARIABLE, ensure_kernel_cache

NOWHERE = "/dev/null/home"
"""No folder can be made below a device, by nobody."""


def test_a_home_that_can_be_written_is_numbas_own_place(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "not" / "there" / "yet"))
    ensure_kernel_cache()
    assert VARIABLE not in os.environ
    monkeypatch.setenv("XDG_CACHE_HOME", NOWHERE)
    monkeypatch.setenv(VARIABLE, "given")
    ensure_kernel_cache()
    assert os.environ[VARIABLE] == "given"


def _place_without_home(temporary: Path) -> Path:
    """Return where Numba keeps functions in a new process that has no home."""
    kept = {name: value for name, value in os.environ.items() if name != "XDG_CACHE_HOME"}
    kept.pop(VARIABLE, None)
    told = subprocess.run(
        [sys.executable, "-c", "import analysis, numba; print(numba.config.CACHE_DIR)"],
        env={**kept, "HOME": NOWHERE, "TMPDIR": str(temporary)},
        capture_output=True,
        text=True,
        check=True,
    )
    return Path(told.stdout.strip())


def test_without_a_home_they_are_kept_in_a_private_temporary_folder(tmp_path: Path) -> None:
    first = _place_without_home(tmp_path)
    assert first.parent == tmp_path
    assert stat.S_IMODE(first.stat().st_mode) == 0o700
    assert _place_without_home(tmp_path) == first  # so that the next process finds them


def test_a_folder_that_others_can_write_is_not_run_from(tmp_path: Path) -> None:
    first = _place_without_home(tmp_path)
    first.chmod(0o777)
    assert _place_without_home(tmp_path) != first
    first.rmdir()
    first.symlink_to(tmp_path)
    assert _place_without_home(tmp_path) != first
