"""A report run elsewhere: from a checkout that was never built, which stays as it is."""

from __future__ import annotations

import errno
import os
from collections.abc import Sequence
from pathlib import Path

import pytest

from analysis.cli import app as command_line
from analysis.files import refusal, write_whole
from analysis.reports.build import publish
from analysis.reports.build.builder import _message
from analysis.reports.build.elsewhere import makers
from analysis.reports.build.manifest import Report, read_manifest
from tests.conftest import Project
from tests.reports.test_rebuild import WRITER

READER = """\
# %% [markdown]
# # What is read?
# %%
from analysis.data import load_processed
from analysis.reports import save_results
value = int(load_processed("toys", made_by="notebooks/writer.py")["value"].iloc[0])
save_results({"value": value}, headline=f"{value} was read.")
"""
MIDDLE = READER.replace("save_results(", "save_processed(", 1).replace(
    '({"value": value}, headline=f"{value} was read.")',
    '(pd.DataFrame({"value": [10 * value]}), "tens", units={"value": ""}, made_by="middle.py")\n'
    'save_results({"value": value}, headline="Ten times.")',
)
MIDDLE = MIDDLE.replace("import load_processed", "import load_processed, save_processed").replace(
    "# %%\nfrom", "# %%\nimport pandas as pd\nfrom", 1
)
CHAIN = """\
title: Toys
lead: Passed on.
reports:
  - {name: last, notebook: last, title: Read, reads: [tens]}
  - {name: middle, notebook: middle, title: Passed on, reads: [toys], writes: [tens]}
  - {name: writer, notebook: writer, title: Written, writes: [toys]}
"""


def report(name: str, reads: Sequence[str] = (), writes: Sequence[str] = ()) -> Report:
    return Report.model_construct(name=name, reads=tuple(reads), writes=tuple(writes))


def test_what_writes_is_run_in_order_and_only_for_what_is_not_there() -> None:
    """Of the chain first → second → reader; with the table between in place, nothing is run."""
    first, second = report("first", [], ["a"]), report("second", ["a"], ["b", "c"])
    other, reader = report("other", [], ["d"]), report("reader", ["b", "c"])
    every = [reader, second, other, first]
    assert makers(reader, every) == [first, second]
    assert makers(reader, every, lambda table: table in {"a", "c"}) == [first, second]
    assert makers(reader, every, lambda table: table in {"b"}) == [second]
    assert makers(reader, every, lambda table: table == "a") == []
    assert makers(other, every) == []


@pytest.mark.notebook
def test_a_page_is_made_elsewhere_from_a_checkout_that_was_never_built(
    project: Project, tmp_path: Path
) -> None:
    """The value 7 is written, passed on as 70 and read; nothing of the checkout is written."""
    project.write("analysis/toy.py", '"""Toys."""\n\nVALUE = 7\n')
    project.write("notebooks/writer.py", WRITER)
    project.write("notebooks/middle.py", MIDDLE)
    project.write("notebooks/last.py", READER.replace('"toys"', '"tens"'))
    project.write("reports/manifest.yml", CHAIN)
    out = tmp_path / "out.html"
    done = project.command("build", "last", "--out", str(out))
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("70 was read.\n")
    said = [line for line in done.stderr.splitlines() if line.startswith("running")]
    assert [line.split()[1] for line in said] == ["writer", "middle"]
    assert out.is_file()
    assert not (project.root / "data" / "processed").exists()
    assert project.made() == {}


REFUSED = [errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOSPC]


@pytest.mark.parametrize("code", REFUSED, ids=lambda code: errno.errorcode[code])
def test_what_the_system_refuses_is_one_line_and_no_traceback(
    code: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    error = OSError(code, os.strerror(code), "reports/site/one.html")
    expected = (
        f"reports/site/one.html: found '{os.strerror(code)}', "
        "expected a file that this user may read and write"
    )
    assert str(refusal(error)).splitlines()[1:] == [expected]
    assert _message("page:one", error).splitlines()[1:] == [expected]

    def refused() -> None:
        raise error

    monkeypatch.setattr(command_line, "app", refused)
    with pytest.raises(SystemExit) as ended:
        command_line.main()
    assert ended.value.code == 2
    assert capsys.readouterr().err.splitlines()[1:] == [expected]


def test_other_faults_of_files_are_not_taken_for_a_refusal() -> None:
    missing = FileNotFoundError(errno.ENOENT, "No such file or directory", "one.html")
    assert refusal(missing) is None
    assert refusal(OSError(errno.EACCES, "Permission denied")) is None
    assert "a fault of the build itself" in _message("page:one", missing)


def test_a_page_is_made_without_the_page_of_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is there may be unreadable; other pages, which show its picture, need it."""
    one = read_manifest().reports[0]
    monkeypatch.setattr(publish, "SITE", tmp_path)
    (tmp_path / f"{one.name}.html").write_text("of before", encoding="utf-8")
    assert publish.published_report(one).page == "of before"
    assert publish.published_report(one, with_pages=False).page == ""


def test_what_nobody_may_read_is_made_anew_to_be_read(tmp_path: Path) -> None:
    path = tmp_path / "one.html"
    for mode, after in ((0o000, 0o400), (0o640, 0o640), (0o600, 0o600)):
        path.write_text("before")
        path.chmod(mode)
        write_whole(path, "after")
        assert path.stat().st_mode & 0o777 == after
        path.chmod(0o600)
