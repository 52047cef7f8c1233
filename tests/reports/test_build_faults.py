"""A build under faults: the last good pages stay, what is left is cleared, the next build heals."""

from __future__ import annotations

import errno
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import nbformat
import psutil
import pytest
from doit.dependency import SqliteDB
from nbformat.v4 import new_code_cell, new_notebook

from analysis.reports.build.graph import _digests
from analysis.reports.build.task_record import RecordError, record
from analysis.reports.run.run import Run, RunError, execute
from tests.conftest import Project

pytestmark = pytest.mark.notebook

MANIFEST = """\
title: Endings
lead: Good and slow.
reports:
  - {name: well, notebook: quick, title: Well}
  - {name: hangs, notebook: quick, title: Hangs, parameters: {how: hang}}
"""
WELL = MANIFEST.replace("how: hang", "how: fine")


@pytest.fixture
def quick_project(project: Project, quick: str) -> Project:
    project.write("notebooks/quick.py", quick)
    project.write("reports/manifest.yml", WELL)
    return project


@pytest.fixture
def tmp(request: pytest.FixtureRequest) -> Path:
    """A folder of temporary files whose path is short, as those of sockets must be."""
    place = Path(tempfile.mkdtemp(prefix="t"))
    request.addfinalizer(lambda: shutil.rmtree(place))
    return place


@contextmanager
def build_that_hangs(project: Project, tmp: Path) -> Iterator[subprocess.Popen[str]]:
    """Start a build and wait until its second report hangs in a cell."""
    project.write("reports/manifest.yml", MANIFEST)
    (project.root / "begun").unlink(missing_ok=True)
    with subprocess.Popen(
        [sys.executable, "-m", "analysis", "build"],
        cwd=project.root,
        env={**project.environment(), "TMPDIR": str(tmp)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    ) as process:
        try:
            wait_until((project.root / "begun").exists)
            yield process
        finally:
            process.kill()


def wait_until(is_so: Callable[[], object], seconds: float = 120) -> None:
    last = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < last, "waited too long"
        time.sleep(0.05)


def hidden(*folders: Path) -> list[str]:
    return [path.name for folder in folders if folder.is_dir() for path in folder.glob(".*")]


def test_a_killed_build_keeps_the_last_pages_and_leaves_nothing_for_long(
    quick_project: Project, tmp: Path
) -> None:
    reports = quick_project.root / "reports"
    assert quick_project.command("build").returncode == 0
    before = quick_project.made()
    with build_that_hangs(quick_project, tmp) as process:
        children = psutil.Process(process.pid).children(recursive=True)
        process.kill()
    _, left = psutil.wait_procs(children, timeout=60)
    assert left == []
    assert hidden(reports / "executed", tmp)  # what a kill leaves
    after = {path: text for path, text in quick_project.made().items() if "/." not in path}
    assert after == before

    quick_project.write("reports/manifest.yml", WELL)
    (tmp / "mine").touch()
    done = subprocess.run(
        [sys.executable, "-m", "analysis", "build"],
        cwd=quick_project.root,
        env={**quick_project.environment(), "TMPDIR": str(tmp)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert hidden(reports, reports / "executed", reports / "site", reports / "results") == []
    assert [path.name for path in tmp.iterdir()] == ["mine"]


def test_an_interrupt_ends_all_at_once(quick_project: Project, tmp: Path) -> None:
    with build_that_hangs(quick_project, tmp) as process:
        children = psutil.Process(process.pid).children(recursive=True)
        process.send_signal(signal.SIGINT)
        start = time.monotonic()
        _, errors = process.communicate(timeout=60)
        assert time.monotonic() - start < 15  # three seconds on an idle machine
    assert process.returncode == 130
    assert "interrupted" in errors
    assert "Traceback" not in errors
    _, left = psutil.wait_procs(children, timeout=30)
    assert left == []
    assert list(tmp.iterdir()) == []
    assert hidden(quick_project.root / "reports" / "executed") == []


def test_a_second_build_waits_and_says_so(quick_project: Project, tmp: Path) -> None:
    with build_that_hangs(quick_project, tmp) as first:
        quick_project.write("reports/manifest.yml", WELL)
        with subprocess.Popen(
            [sys.executable, "-m", "analysis", "build"],
            cwd=quick_project.root,
            env=quick_project.environment(),
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        ) as second:
            assert second.stderr is not None
            assert second.stderr.readline() == "waiting: another build is going on\n"
            first.send_signal(signal.SIGINT)
            made, errors = second.communicate(timeout=120)
    assert second.returncode == 0, errors
    assert made.startswith(("built 2 reports", "built 1 report"))


DAMAGES = {
    "empty": lambda content: b"",
    "cut": lambda content: content[: len(content) // 2],
    "text": lambda content: b"not a database at all, whatever its name",
    "zeros": lambda content: content[:1000] + bytes(len(content) - 1000),
    "values": lambda content: content.replace(b'{"', b'["'),
}


@pytest.fixture(scope="module")
def healthy(
    tmp_path_factory: pytest.TempPathFactory, new_project: Callable[[Path], Project], quick: str
) -> Project:
    """Two reports built once for all damages: each of them heals, and leaves a whole one."""
    made = new_project(tmp_path_factory.mktemp("healthy") / "project")
    made.write("notebooks/quick.py", quick)
    made.write("reports/manifest.yml", WELL)
    assert made.command("build").returncode == 0
    return made


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_a_damaged_record_heals(healthy: Project, damage: Callable[[bytes], bytes]) -> None:
    before, record = healthy.made(), healthy.root / ".doit.db"
    record.write_bytes(damage(record.read_bytes()))
    told = healthy.command("build", "--list")
    assert told.returncode == 0, told.stderr
    assert told.stdout.count("to build") == 2
    done = healthy.command("build")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("built 2 reports")
    assert healthy.made() == before
    assert healthy.command("build").stdout == "nothing to do: 2 reports up to date\n"


@pytest.mark.parametrize("moment", ["__init__", "dump"])
def test_a_record_that_cannot_be_written_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    def full(*_: object, **__: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr("analysis.reports.build.task_record.STATE", tmp_path / ".doit.db")
    monkeypatch.setattr(SqliteDB, moment, full)
    with pytest.raises(RecordError, match=r"disk is full.*room on its disk") as found, record():
        pass
    assert "what was built is kept" in str(found.value)
    if moment == "dump":  # an interrupt is what is told, if it came first
        with pytest.raises(KeyboardInterrupt), record():
            raise KeyboardInterrupt


def test_a_record_that_cannot_be_written_while_tasks_run_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr("analysis.reports.build.task_record.STATE", tmp_path / ".doit.db")
    monkeypatch.setattr(SqliteDB, "remove", full)
    # doit takes a task that failed out of its record
    with pytest.raises(RecordError, match=r"disk is full.*room on its disk"), record() as state:
        state.remove("run one")


@pytest.mark.parametrize("is_whole", [True, False])
def test_a_notebook_that_a_full_disk_cut_off_is_not_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_whole: bool
) -> None:
    whole = nbformat.writes(new_notebook(cells=[new_code_cell("1")]))

    def full(_: Path, out: Path, **__: object) -> None:
        out.write_text(whole if is_whole else whole[: len(whole) // 2], encoding="utf-8")
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("papermill.execute_notebook", full)
    monkeypatch.setattr("analysis.reports.run.run.read_script", lambda path: path)
    kept = tmp_path / "one.failed.ipynb"
    run = Run("one", tmp_path / "quick.py")
    with pytest.raises(RunError, match="No space left on device") as failure:
        execute(run, results=tmp_path / "results.json", kept=kept)
    assert kept.is_file() is is_whole
    assert ("kept as far as it came" in str(failure.value)) is is_whole


def test_a_kernel_that_cannot_start_is_told_in_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], quick: str
) -> None:
    launcher = "raise OSError(28, 'No space left on device')\n"
    (tmp_path / "ipykernel_launcher.py").write_text(launcher, encoding="utf-8")
    (tmp_path / "quick.py").write_text(quick, encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    run = Run("one", tmp_path / "quick.py")
    with pytest.raises(RunError) as failure:
        execute(run, results=tmp_path / "results.json", kept=tmp_path / "one.failed.ipynb")
    words = "the kernel ended before it was ready: OSError: [Errno 28] No space left on device"
    assert words in str(failure.value)
    assert "Traceback" not in capfd.readouterr().err


def test_what_may_not_be_read_is_as_what_is_not_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("analysis.reports.build.graph.ROOT", tmp_path)
    for name in ("kept.html", "closed.html"):
        (tmp_path / name).write_text("x", encoding="utf-8")
    read = Path.read_bytes

    def denied(path: Path) -> bytes:
        if path.name == "closed.html":
            raise PermissionError(13, "Permission denied")
        return read(path)

    monkeypatch.setattr(Path, "read_bytes", denied)
    (tmp_path / "folder.html").mkdir()
    names = ("kept.html", "closed.html", "folder.html", "gone.html")
    assert list(_digests(str(tmp_path / name) for name in names)) == ["kept.html"]


def test_what_was_never_come_to_is_not_up_to_date(quick_project: Project) -> None:
    names = [f"r{number}" for number in range(5)]
    bad = "  - {name: bad, notebook: quick, title: Bad, parameters: {how: raise}}\n"
    rest = "".join(f"  - {{name: {name}, notebook: quick, title: {name}}}\n" for name in names)
    quick_project.write("reports/manifest.yml", f"title: T\nlead: L\nreports:\n{bad}{rest}")
    done = quick_project.command("build", "--no-keep-going", "--jobs", "1")
    assert done.returncode == 1
    assert "1 failed, 0 built, 5 not built, 0 up to date" in done.stderr


def without_capabilities(project: Project) -> None:
    """Let rights of files count for the superuser, who otherwise may read and write everything."""
    if os.geteuid() == 0:
        if shutil.which("setpriv") is None:
            pytest.skip("the superuser cannot give up capabilities without setpriv")
        project.before = ("setpriv", "--bounding-set=-all", "--inh-caps=-all")


def test_to_look_and_to_build_elsewhere_needs_no_right_to_write(
    quick_project: Project, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    without_capabilities(quick_project)
    root = quick_project.root
    folders = [path for path in (root, *root.rglob("*")) if path.is_dir()]
    request.addfinalizer(lambda: [path.chmod(0o700) for path in folders])
    for path in folders:
        path.chmod(0o500)
    refused = quick_project.command("build")
    assert refused.returncode == 2
    assert "a read-only folder" in refused.stderr
    assert "build NAME --out FILE" in refused.stderr
    assert quick_project.command("build", "--list").returncode == 0
    out = tmp_path / "out.html"
    done = quick_project.command("build", "well", "--out", str(out))
    assert done.returncode == 0, done.stderr
    assert out.is_file()


@pytest.mark.parametrize(
    "file",
    ["reports/site/well.html", "reports/executed/well.ipynb", "reports/results/well.json"],
)
def test_what_a_build_made_and_may_not_read_again_is_made_anew(
    quick_project: Project, file: str
) -> None:
    without_capabilities(quick_project)
    assert quick_project.command("build").returncode == 0
    made = quick_project.root / file
    before = made.read_bytes()
    made.chmod(0o000)
    done = quick_project.command("build")
    assert done.returncode == 0, done.stderr
    assert made.read_bytes() == before


@pytest.mark.parametrize("file", ["reports/manifest.yml", "notebooks/quick.py", "data/raw/x.csv"])
def test_what_a_build_may_not_read_is_said_in_a_line_and_heals(
    quick_project: Project, file: str
) -> None:
    without_capabilities(quick_project)
    assert quick_project.command("build").returncode == 0
    source = quick_project.root / file
    source.touch()
    source.chmod(0o000)
    for command in (["build"], ["build", "--list"]):
        done = quick_project.command(*command)
        assert "Traceback" not in done.stderr
        assert (done.returncode, "Permission denied" in done.stderr) in {(2, True), (0, False)}
    source.chmod(0o600)
    assert quick_project.command("build").returncode == 0
