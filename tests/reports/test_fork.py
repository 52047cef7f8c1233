"""Forked kernels: the bytes of plain ones, failures told, nothing left."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from analysis.reports.forked import ForkedProcess
from analysis.reports.forks import IS_SUPPORTED, ForkServer
from analysis.reports.imports import ImportGraph

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


def test_plain_kernels_give_the_same_bytes(built, project):
    for path in ("notebooks/tiny_question.py", "reports/manifest.yml"):
        project.write(path, built.read(path))
    done = project.command("build", "tiny", "--no-fork")
    assert done.returncode == 0, done.stderr
    made = {path: text for path, text in project.made().items() if "index" not in path}
    assert len(made) == 3
    assert made.items() <= built.made().items()


def test_a_kernel_that_ends_is_noticed_and_none_is_left(project, quick):
    project.write("notebooks/quick.py", quick)
    project.write("reports/manifest.yml", ENDINGS)
    done = project.command("build")
    assert done.returncode == 1
    assert "report dies failed: quick.py, code cell 4\n    the kernel ended" in done.stderr
    assert "1 failed, 1 built" in done.stderr
    assert processes_in(project.root) == []


@pytest.fixture
def forks():
    with ForkServer(ImportGraph(), epoch=0) as started:
        yield started


def test_modules_of_a_script_and_of_what_it_imports_are_known(forks, request):
    modules = forks.modules_imported(request.path.with_name("fixtures") / "tiny_question.py")
    assert {"pandas", "seaborn", "analysis.figures.picture"} <= set(modules)


def test_nothing_is_started_before_a_kernel_is_asked_for(forks, monkeypatch):
    monkeypatch.setattr(subprocess, "Popen", None)
    forks.end()


def test_a_server_that_cannot_start_gives_no_kernels(forks, request, monkeypatch):
    monkeypatch.setattr(sys, "executable", "/bin/false")
    start = time.monotonic()
    assert forks.fork(request.path) is None
    assert time.monotonic() - start < 10


@pytest.fixture
def ask(forks, request, tmp_path):
    """Ask for a kernel that wants modules."""

    def asked(*modules):
        wanted = {
            "modules": modules,
            "arguments": ["-f", str(tmp_path / f"{len(modules)}.json")],
            "environment": {"PATH": os.environ["PATH"]},
            "folder": str(tmp_path),
            "log": str(tmp_path / "log"),
        }
        return ForkedProcess(forks.fork(request.path).address, wanted)

    return asked


@pytest.fixture
def slow_module(tmp_path, monkeypatch):
    """A module that takes long to import; the file appears when the import has begun."""
    begun = tmp_path / "begun"
    lines = "import pathlib, time", f"pathlib.Path({str(begun)!r}).touch()", "time.sleep(20)"
    (tmp_path / "slow_module.py").write_text("\n".join(lines), encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    return begun


def wait_for(file):
    last = time.monotonic() + 60
    while not file.exists():
        assert time.monotonic() < last, f"{file.name} did not appear"
        time.sleep(0.01)


def test_while_modules_are_imported_the_end_of_a_kernel_is_told(ask, forks, slow_module):
    kernel = ask()
    with ThreadPoolExecutor(1) as others:
        waiting = others.submit(ask, "slow_module")
        wait_for(slow_module)
        kernel.kill()
        assert kernel.wait(timeout=5) == -signal.SIGKILL
        assert not waiting.done()
        forks.end()
        with pytest.raises(ChildProcessError, match="process that kernels are forked from ended"):
            waiting.result(timeout=5)


@pytest.mark.parametrize("text", [None, "1 +", "raise ValueError", "raise ImportError"])
def test_a_module_that_cannot_be_imported_is_left_to_the_notebook(text, ask, tmp_path, monkeypatch):
    if text:
        (tmp_path / "broken_module.py").write_text(text, encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    kernel = ask("broken_module", "json")
    assert kernel.poll() is None
    kernel.kill()
    assert kernel.wait() == -signal.SIGKILL
