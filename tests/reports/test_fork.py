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

from analysis.reports.notebook.imports import ImportGraph
from analysis.reports.run.forked import ForkedProcess
from analysis.reports.run.forks import IS_SUPPORTED, ForkServer

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
    with ForkServer(ImportGraph()) as started:
        yield started


def test_modules_of_a_script_and_of_what_it_imports_are_known(forks, request):
    modules = forks.modules_imported(request.path.with_name("fixtures") / "tiny_question.py")
    assert {"pandas", "seaborn", "analysis.figures.picture"} <= modules


def test_with_nothing_to_run_nothing_is_started(forks, request, monkeypatch):
    monkeypatch.setattr(subprocess, "Popen", None)
    forks.start([], epoch=0)
    assert forks.address(request.path) is None
    forks.end()


def test_a_server_that_cannot_start_gives_no_kernels(forks, request, monkeypatch):
    monkeypatch.setattr(sys, "executable", "/bin/false")
    start = time.monotonic()
    forks.start([request.path], epoch=0)
    assert forks.address(request.path) is None
    assert time.monotonic() - start < 10


@pytest.fixture
def scripts(tmp_path, monkeypatch):
    """Write scripts and modules of given texts, and return the scripts."""
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))

    def written(*texts, **modules):
        for name, text in modules.items():
            (tmp_path / f"{name}.py").write_text(text, encoding="utf-8")
        files = [tmp_path / f"script_{number}.py" for number in range(len(texts))]
        for file, text in zip(files, texts, strict=True):
            file.write_text(text, encoding="utf-8")
        return files

    return written


@pytest.fixture
def ask(forks, tmp_path):
    """Ask for the kernel of a script."""

    def asked(script):
        request = {
            "arguments": ["-f", str(tmp_path / f"{script.stem}.json")],
            "environment": {"PATH": os.environ["PATH"]},
            "folder": str(tmp_path),
            "log": str(tmp_path / "log"),
        }
        return ForkedProcess(forks.address(script), request)

    return asked


def ended_by_kill(kernel):
    kernel.kill()
    return kernel.wait(timeout=5) == -signal.SIGKILL


def test_kernels_are_had_while_more_is_imported_and_all_ends_at_once(ask, forks, scripts, tmp_path):
    begun = tmp_path / "begun"
    first, second, same = scripts(
        "import json",
        "import slow_module",
        "import json  # as the first",
        slow_module=f"import pathlib, time; pathlib.Path({str(begun)!r}).touch(); time.sleep(20)",
    )
    forks.start([first, second, same], epoch=0)
    kernels = [ask(first), ask(same)]
    last = time.monotonic() + 60
    while not begun.exists():
        assert time.monotonic() < last, "the second script's module was not imported"
        time.sleep(0.01)
    kernels.append(ask(first))
    assert all(map(ended_by_kill, kernels))
    with ThreadPoolExecutor(1) as others:
        waiting = others.submit(forks.address, second)
        forks.end()
        assert waiting.result(timeout=5) is None
    assert processes_in(tmp_path) == []


def processes_of_group(group):
    """Ids of the processes of a group, those that have ended but for a farewell left out."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):  # it ended meanwhile
            state, _, its_group = (process / "stat").read_text().rpartition(")")[2].split()[:3]
            if int(its_group) == group and state != "Z":
                found.append(process.name)
    return found


def test_none_outlives_the_first(ask, forks, scripts):
    first, second, third = scripts(
        "import json", "import wave", "import slow_module", slow_module="import time; time.sleep(3)"
    )
    forks.start([first, second, third], epoch=0)
    kernel = ask(second)
    group = os.getpgid(forks._process.pid)
    assert len(processes_of_group(group)) == 3
    forks._process.kill()
    last = time.monotonic() + 30
    while processes_of_group(group):
        assert time.monotonic() < last, "a process was left"
        time.sleep(0.05)
    assert forks.address(first) is None
    assert kernel.wait(timeout=5) == -signal.SIGKILL


def test_a_script_not_foreseen_gets_a_kernel_where_most_is_imported(ask, forks, scripts):
    first, second, unforeseen = scripts("import json", "import wave", "import json, wave")
    forks.start([first, second], epoch=0)
    assert forks.address(unforeseen) == forks.address(second) != forks.address(first)
    assert ended_by_kill(ask(unforeseen))


@pytest.mark.parametrize("text", [None, "1 +", "raise ValueError", "raise ImportError", "exit()"])
def test_a_module_that_cannot_be_imported_is_left_to_the_notebook(text, ask, forks, scripts):
    modules = {"broken_module": text} if text else {}
    broken, after = scripts("import broken_module", "import wave", **modules)
    forks.start([broken, after], epoch=0)
    assert all(ended_by_kill(ask(script)) for script in (broken, after))
