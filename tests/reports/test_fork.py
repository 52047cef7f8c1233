"""Forked kernels: the bytes of plain ones, failures told, nothing left."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from multiprocessing import forkserver
from pathlib import Path

import psutil
import pytest

from analysis.paths import ROOT
from analysis.reports.notebook.imports import ImportGraph
from analysis.reports.run.forked import ForkedKernel
from analysis.reports.run.forks import IS_SUPPORTED, ForkServer
from analysis.reports.run.kernel import kernel_class

pytestmark = [
    pytest.mark.notebook,
    pytest.mark.skipif(not IS_SUPPORTED, reason="kernels are forked on Linux only"),
]

ENDS_SERVER = "how == 'raise' and os.kill(os.getppid(), 9)\n"
TWICE = """\
title: Endings
lead: One ends the server.
reports:
  - {name: first, notebook: quick, title: First, parameters: {how: raise}}
  - {name: second, notebook: quick, title: Second, parameters: {how: fine}}
"""
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


@pytest.mark.parametrize("options", [(), ("--no-fork",)])
def test_a_temporary_folder_with_too_long_a_name_for_sockets_gives_the_same_bytes(
    built, project, tmp_path, monkeypatch, options
):
    temporary = tmp_path / ("t" * 100)
    temporary.mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))
    for path in ("notebooks/tiny_question.py", "reports/manifest.yml"):
        project.write(path, built.read(path))
    done = project.command("build", "tiny", *options)
    assert done.returncode == 0, done.stderr
    made = {path: text for path, text in project.made().items() if "index" not in path}
    assert made.items() <= built.made().items()
    assert not list(temporary.iterdir())


def test_a_client_has_no_heartbeat():
    """Beats that nobody answers would be held for a second where a kernel is killed."""
    with kernel_class({}) as manager_class:
        manager = manager_class()
        manager.write_connection_file()
        client = manager.client()
        client.start_channels()
        assert client.shell_channel.is_alive()
        assert not client.hb_channel.is_alive()
        client.stop_channels()


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
    with ForkServer(ImportGraph()) as server:
        yield server


def test_modules_of_a_script_and_of_what_it_imports_are_known(forks, request):
    modules = forks.modules_imported(request.path.with_name("fixtures") / "tiny_question.py")
    assert {"pandas", "seaborn", "analysis.figures.picture"} <= modules


def test_with_nothing_to_run_nothing_is_started(forks, monkeypatch):
    monkeypatch.setattr(forkserver, "ensure_running", None)
    forks.start([], epoch=0)
    forks.end()


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


def request_in(folder):
    return {
        "arguments": ["-f", str(folder / "kernel.json")],
        "environment": {"PATH": os.environ["PATH"]},
        "folder": str(folder),
        "log": str(folder / "log"),
    }


def wait_until(is_so):
    last = time.monotonic() + 60
    while not is_so():
        assert time.monotonic() < last, "waited too long"
        time.sleep(0.02)


@pytest.mark.parametrize(
    "text", [None, "", "1 +", "raise ValueError", "raise ImportError", "exit()"]
)
def test_what_cannot_be_imported_is_left_to_the_notebook(text, forks, scripts, tmp_path):
    imported = tmp_path / "imported"
    last = f"from pathlib import Path; Path({str(imported)!r}).touch()"
    modules = {} if text is None else {"a_module": text}
    forks.start(scripts("import a_module", "import z_module", z_module=last, **modules), epoch=0)
    kernel = ForkedKernel(request_in(tmp_path))
    assert imported.exists()
    assert kernel.poll() is None
    kernel.kill()
    assert kernel.wait(timeout=10) == -signal.SIGKILL
    assert processes_in(tmp_path) == []


def test_a_server_ends_at_once_while_it_imports_and_the_next_imports_anew(forks, scripts, tmp_path):
    begun = tmp_path / "begun"
    slow = f"import pathlib, time; pathlib.Path({str(begun)!r}).touch(); time.sleep(60)"
    forks.start(scripts("import slow_module", slow_module=slow), epoch=0)
    wait_until(begun.exists)
    with ThreadPoolExecutor(1) as others:
        waiting = others.submit(ForkedKernel, request_in(tmp_path))
        time.sleep(0.2)
        start = time.monotonic()
        forks.end()
        assert isinstance(waiting.exception(timeout=10), (OSError, EOFError))
        assert time.monotonic() - start < 10
    forks.start(scripts("import slow_module", slow_module=""), epoch=0)
    kernel = ForkedKernel(request_in(tmp_path))
    kernel.kill()
    assert kernel.wait(timeout=10) == -signal.SIGKILL


ASKS = """\
import sys, time
from pathlib import Path
from analysis.reports.notebook.imports import ImportGraph
from analysis.reports.run.forked import ForkedKernel
from analysis.reports.run.forks import ForkServer
from tests.reports.test_fork import request_in

if __name__ == "__main__":
    folder = Path(sys.argv[1])
    forks = ForkServer(ImportGraph())
    forks.start([folder / "script_0.py"], epoch=0)
    (folder / "one").mkdir(), (folder / "two").mkdir()
    kernels = [ForkedKernel(request_in(folder / name)) for name in ("one", "two")]
    print("ready", *(kernel.pid for kernel in kernels), flush=True)
    time.sleep(600)
"""


def test_kernels_and_server_end_with_a_process_that_is_killed(scripts, tmp_path):
    scripts("import json")
    asks = tmp_path / "asks.py"
    asks.write_text(ASKS)
    with subprocess.Popen(
        [sys.executable, str(asks), str(tmp_path)],
        cwd=tmp_path,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
    ) as process:
        try:
            assert process.stdout.readline().startswith("ready")
            wait_until(lambda: all(processes_in(tmp_path / name) for name in ("one", "two")))
            children = psutil.Process(process.pid).children(recursive=True)
        finally:
            process.kill()
    assert len(children) >= 3  # the server and two kernels
    _, left = psutil.wait_procs(children, timeout=60)
    assert left == []


def test_a_kernel_is_started_where_the_server_has_ended(project, quick):
    project.write("notebooks/quick.py", quick.replace("import os\n", f"import os\n{ENDS_SERVER}"))
    project.write("reports/manifest.yml", TWICE)
    done = project.command("build", "--jobs", "1")
    assert done.returncode == 1, done.stderr  # the kernel that ended the server ends with it
    assert "1 failed, 1 built" in done.stderr
    assert processes_in(project.root) == []
