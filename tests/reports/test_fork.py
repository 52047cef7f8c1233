"""Forked kernels: the same bytes, and failures told as those of plain ones."""

import contextlib
import sys
import time
from pathlib import Path

import pytest

from analysis.reports.forked import IS_SUPPORTED, fork_server, modules_imported

pytestmark = [
    pytest.mark.notebook,
    pytest.mark.skipif(not IS_SUPPORTED, reason="kernels are forked on Linux only"),
]

ENDINGS = """\
title: Endings
lead: Good and bad.
reports:
  - {name: well, notebook: quick, title: Well}
  - {name: dies, notebook: quick, title: Dies, parameters: {how: die}}
"""


def processes_in(folder):
    """Command lines of the processes that work in a folder."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):  # it ended meanwhile, or is another user's
            if (process / "cwd").readlink() == folder:
                found.append((process / "cmdline").read_text())
    return found


def test_they_give_the_same_bytes_as_plain_ones(built, project):
    for path in ("notebooks/tiny_question.py", "reports/manifest.yml"):
        project.write(path, built.read(path))
    done = project.command("build", "tiny", "--fork")
    assert done.returncode == 0, done.stderr
    made = {path: text for path, text in project.made().items() if "index" not in path}
    assert len(made) == 3
    assert made.items() <= built.made().items()


def test_a_kernel_that_ends_is_noticed_and_none_is_left(project, quick):
    project.write("notebooks/quick.py", quick)
    project.write("reports/manifest.yml", ENDINGS)
    done = project.command("build", "--fork")
    assert done.returncode == 1
    assert "report dies failed: quick.py, code cell 4\n    the kernel ended" in done.stderr
    assert "1 failed, 1 built" in done.stderr
    assert processes_in(project.root) == []


def test_modules_of_scripts_and_of_what_they_import_are_known(request):
    modules = modules_imported([request.path.with_name("fixtures") / "tiny_question.py"])
    assert {"pandas", "seaborn", "analysis.figures.picture"} <= set(modules)


def test_a_server_that_cannot_start_gives_no_address(monkeypatch):
    monkeypatch.setattr(sys, "executable", "/bin/false")
    start = time.monotonic()
    with fork_server((), {}) as address:
        assert address is None
    assert time.monotonic() - start < 10
